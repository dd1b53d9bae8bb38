// One HTTP message: taken apart for the sieve, judged, recorded, put together again.
import { isUtf8 } from 'node:buffer';
import type { AuditLog } from '../audit/store.js';
import { HubError } from '../errors.js';
import type { Decision, Pseudonym, Verdict } from '../model.js';
import type { Forward, Header, HttpMessage, Outcome } from '../protocol/http/message.js';
import { breaksSeal, type Changes, redigest } from '../protocol/http/seals.js';
import { type Part, type Sieved, sieve } from '../sieve.js';
import { type FindLook, lookInto } from './activity/look.js';
import type { Services } from './services.js';

export interface JudgeParts {
  /** What counts now; asked anew for each message. */
  readonly services: () => Services;
  readonly log: Pick<AuditLog, 'append'>;
  readonly now: () => number;
  /** The device's label; never its address. */
  readonly label: (address: string) => string | Promise<string>;
  /** Keeps what must be undone on the way down; resolves once it is safe to send. */
  readonly remember: (pseudonyms: readonly Pseudonym[], device: string) => Promise<void>;
  /** What is put back in an answer of a service. */
  readonly onAnswer?: (service: string, method: string, device: string) => Forward['onAnswer'];
  /** Asked before a message is recorded; true: something is held back from now on, and the message is to be judged again. */
  readonly hold?: (event: HeldEvent) => boolean | Promise<boolean>;
  /** Told of each message after its record is written. */
  readonly judged?: (event: JudgedEvent, address: string) => void;
}

/** A message that is judged and not recorded yet. */
export interface HeldEvent {
  readonly timeMs: number;
  readonly service: string;
  readonly device: string;
  readonly verdict: Verdict;
  readonly decisions: readonly Decision[];
  /** Tells the form of a field, not its value. */
  readonly look: FindLook;
}

export interface JudgedEvent {
  readonly seq: number;
  readonly timeMs: number;
  /** Where the message was to go. */
  readonly host: string;
  readonly service: string;
  readonly device: string;
  readonly verdict: Verdict;
  readonly bytesIn: number;
  readonly bytesOut: number;
  readonly decisions: readonly Decision[];
}

/** Makes the judge of HTTP messages. Its promise settles only after the record is written ("record first, send second"). */
export function httpJudge(parts: JudgeParts): (message: HttpMessage) => Promise<Outcome> {
  return async (message) => {
    let services = parts.services();
    const host = hostOf(message.authority);
    const service = message.service ?? services.ofHost(host);
    const device = await parts.label(message.device);
    const taken = takeApart(message);
    const isBlocked = message.service === undefined && services.choiceForHost(host) === 'block';
    let judged = isBlocked ? BLOCKED : judge(taken, service, device, services);
    try {
      const held = holds(parts, taken, service, device, judged);
      if (held !== false && (await held)) {
        services = parts.services();
        judged = judge(taken, service, device, services);
      }
    } catch (fault) {
      return { kind: 'refuse', error: new HubError('record_failed', '', { cause: fault }) };
    }
    const { sieved, decisions } = judged;
    const { out, error, verdict } = seal(message, taken, sieved, judged.verdict, () =>
      judgeFloor(taken, service, device, services),
    );
    const record = {
      kind: 'message' as const,
      timeMs: parts.now(),
      device,
      service,
      direction: 'up' as const,
      verdict,
      ...(error ? { error: error.code } : {}),
      bytesIn: message.body.length,
      bytesOut: out?.body.length ?? 0,
      ruleset: services.rules.hash,
      decisions,
    };
    let seq: number;
    try {
      await parts.remember(sieved.pseudonyms, device);
      seq = await parts.log.append(record);
    } catch (fault) {
      return { kind: 'refuse', error: new HubError('record_failed', '', { cause: fault }) };
    }
    parts.judged?.({ seq, host, ...record }, message.device);
    if (!out || error) return { kind: 'refuse', error: error ?? new HubError('internal') };
    const onAnswer = parts.onAnswer?.(service, message.method, device);
    return { kind: 'forward', ...out, done: (sent) => noteSending(parts, seq, sent), ...(onAnswer ? { onAnswer } : {}) };
  };
}

interface Leaving {
  readonly out: ReturnType<typeof putTogether> | undefined;
  readonly error: HubError | undefined;
  readonly verdict: Verdict;
}

/**
 * What leaves of a judged message that is bound together: digests are made anew; a signature that the changes would break makes the
 * message sealed. Then it is refused or, where the household chose so (`unchanged`), leaves as it came; never altered in silence.
 */
function seal(
  message: HttpMessage,
  taken: readonly Part[],
  sieved: Sieved,
  verdict: Verdict,
  unchanged: () => 'refuse' | 'pass' | 'floor',
): Leaving {
  if (!sieved.parts || sieved.error) return { out: undefined, error: sieved.error ?? new HubError('internal'), verdict };
  const out = putTogether(sieved.parts);
  const changes = changesOf(taken, sieved.parts);
  if (breaksSeal(message.headers, message.query, changes)) {
    const choice = unchanged();
    if (choice === 'pass') return { out: putTogether(taken), error: undefined, verdict: 'sealed' };
    return { out: undefined, error: new HubError(choice === 'floor' ? 'floor' : 'sealed'), verdict: 'sealed' };
  }
  return { out: changes.body ? { ...out, headers: redigest(out.headers, out.body) } : out, error: undefined, verdict };
}

/** May a sealed message pass as it came? Only where the household chose so, and never with what never leaves. */
function judgeFloor(taken: readonly Part[], service: string, device: string, services: Services): 'refuse' | 'pass' | 'floor' {
  if (services.choicesOf(service).sealed !== 'pass') return 'refuse';
  const floor = sieve(taken, services.context(service, device, true));
  return floor.parts && !floor.error && floor.parts.every((part, i) => part === taken[i]) ? 'pass' : 'floor';
}

function changesOf(before: readonly Part[], after: readonly Part[]): Changes {
  const changed = (place: Part['in']): boolean => before.some((part, i) => part.in === place && part !== after[i]);
  const values = (parts: readonly Part[]): Map<string, string> =>
    new Map(parts.flatMap((part) => (part.kind === 'fields' ? part.fields.map(([n, v]) => [n.toLowerCase(), v] as const) : [])));
  const [was, is] = [values(before), values(after)];
  const headers = new Set([...was].filter(([name, value]) => is.get(name) !== value).map(([name]) => name));
  if (changed('cookie')) headers.add('cookie');
  return { path: changed('path'), query: changed('query'), body: changed('body'), headers };
}

/** Whether something of the message is held back from now on: then it is to be judged again. */
export function holds(
  parts: JudgeParts,
  taken: readonly Part[],
  service: string,
  device: string,
  { verdict, decisions }: Pick<HeldEvent, 'verdict' | 'decisions'>,
): boolean | Promise<boolean> {
  if (parts.hold === undefined) return false;
  const look: FindLook = (place, path) => lookInto(taken, parts.services().limits)(place, path);
  return parts.hold({ timeMs: parts.now(), service, device, verdict, decisions, look });
}

/** A send that failed gets a second, short record. */
function noteSending(parts: JudgeParts, of: number, sent: boolean): void {
  if (sent) return;
  const note = { kind: 'send-failed' as const, timeMs: parts.now(), of, error: 'upstream_unreachable' as const };
  parts.log.append(note).catch(() => undefined); // the message's own record stands; nothing left the home
}

/** What a service's mode makes of a message: `sieved` is what leaves, `decisions` what is recorded of it. */
export interface Verdicted {
  readonly sieved: Sieved;
  readonly decisions: readonly Decision[];
  readonly verdict: Extract<Verdict, 'forwarded' | 'refused' | 'observed'>;
}

/** To a host that the household has blocked. */
export const BLOCKED: Verdicted = Object.freeze({
  sieved: { parts: undefined, decisions: [], pseudonyms: [], error: new HubError('blocked'), learned: [], unread: false },
  decisions: Object.freeze([]),
  verdict: 'refused',
});

/** The sieve in the service's mode. In a rehearsal the decisions are those of `enforce`, and only the floor is taken out. */
export function judge(taken: readonly Part[], service: string, device: string, services: Services): Verdicted {
  let enforced = sieve(taken, services.context(service, device));
  // A name that one field gave away is looked for in all others, in this message too.
  if (enforced.learned.length > 0 && services.learn(service, enforced.learned))
    enforced = sieve(taken, services.context(service, device));
  // A rehearsal changes nothing but this: who is blocked stays blocked.
  if (services.modeOf(service, device) !== 'observe' || enforced.error?.code === 'blocked') {
    return { sieved: enforced, decisions: enforced.decisions, verdict: enforced.error ? 'refused' : 'forwarded' };
  }
  const floor = sieve(taken, services.context(service, device, true));
  return { sieved: floor, decisions: enforced.decisions, verdict: floor.error ? 'refused' : 'observed' };
}

function takeApart(message: HttpMessage): Part[] {
  const fields: Header[] = [];
  const cookies: string[] = [];
  let mediaType: string | undefined;
  let coding: string | undefined;
  for (const header of message.headers) {
    const name = header[0].toLowerCase();
    if (name === 'cookie') cookies.push(header[1]);
    else fields.push(asText(header));
    if (name === 'content-type') mediaType ??= header[1];
    if (name === 'content-encoding') coding ??= header[1];
  }
  const out: Part[] = [{ in: 'path', kind: 'bytes', bytes: Buffer.from(message.path, 'latin1') }];
  if (message.query !== undefined) out.push({ in: 'query', kind: 'bytes', bytes: Buffer.from(message.query, 'latin1') });
  out.push({ in: 'header', kind: 'fields', fields });
  for (const cookie of cookies) out.push({ in: 'cookie', kind: 'bytes', bytes: Buffer.from(cookie, 'latin1') });
  out.push({
    in: 'body',
    kind: 'bytes',
    bytes: message.body,
    ...(mediaType ? { mediaType } : {}),
    ...(coding ? { coding } : {}),
  });
  return out;
}

function putTogether(parts: readonly Part[]): { path: string; query?: string; headers: Header[]; body: Uint8Array } {
  const headers: Header[] = [];
  let path = '/';
  let query: string | undefined;
  let body: Uint8Array = Buffer.alloc(0);
  for (const part of parts) {
    if (part.kind === 'fields') headers.push(...part.fields.map(asBytes));
    else if (part.in === 'path') path = Buffer.from(part.bytes).toString('latin1');
    else if (part.in === 'query') query = Buffer.from(part.bytes).toString('latin1');
    else if (part.in === 'cookie' && part.bytes.length > 0) headers.push(['Cookie', Buffer.from(part.bytes).toString('latin1')]);
    else if (part.in === 'body') body = part.bytes;
  }
  return { path, ...(query !== undefined ? { query } : {}), headers, body };
}

const ASCII = /^[\x00-\x7f]*$/;
/** The header as it came, of a header as it was judged. */
const asItCame = new WeakMap<Header, Header>();

/** A header's value is bytes to HTTP; where they are UTF-8 they are judged as such, as anyone who puts a name there would. */
function asText(header: Header): Header {
  if (ASCII.test(header[1])) return header;
  const bytes = Buffer.from(header[1], 'latin1');
  const text: Header = isUtf8(bytes) ? [header[0], bytes.toString('utf8')] : header;
  asItCame.set(text, header);
  return text;
}

/** What was not changed leaves with its own bytes; what was, in UTF-8. */
function asBytes(header: Header): Header {
  if (ASCII.test(header[1])) return header;
  return asItCame.get(header) ?? [header[0], Buffer.from(header[1], 'utf8').toString('latin1')];
}

function hostOf(authority: string): string {
  return authority.replace(/:\d+$/, '').replace(/^\[|\]$/g, '');
}
