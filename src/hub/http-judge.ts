// One HTTP message: taken apart for the sieve, judged, recorded, put together again.
import type { AuditLog } from '../audit/store.js';
import { HubError } from '../errors.js';
import type { Decision, Pseudonym, Verdict } from '../model.js';
import type { Forward, Header, HttpMessage, Outcome } from '../protocol/http/message.js';
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
    const look: FindLook = (place, path) => lookInto(taken, services.limits)(place, path);
    try {
      const held = parts.hold?.({ timeMs: parts.now(), service, device, ...judged, look });
      if (held === true || (held instanceof Promise && (await held))) {
        services = parts.services();
        judged = judge(taken, service, device, services);
      }
    } catch (fault) {
      return { kind: 'refuse', error: new HubError('record_failed', '', { cause: fault }) };
    }
    const { sieved, decisions, verdict } = judged;
    const out = sieved.parts && putTogether(sieved.parts);
    const record = {
      kind: 'message' as const,
      timeMs: parts.now(),
      device,
      service,
      direction: 'up' as const,
      verdict,
      ...(sieved.error ? { error: sieved.error.code } : {}),
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
    if (!out || sieved.error) return { kind: 'refuse', error: sieved.error ?? new HubError('internal') };
    const onAnswer = parts.onAnswer?.(service, message.method, device);
    return { kind: 'forward', ...out, done: (sent) => noteSending(parts, seq, sent), ...(onAnswer ? { onAnswer } : {}) };
  };
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
const BLOCKED: Verdicted = Object.freeze({
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
  if (services.modeOf(service, device) !== 'observe') {
    return { sieved: enforced, decisions: enforced.decisions, verdict: enforced.error ? 'refused' : 'forwarded' };
  }
  const floor = sieve(taken, services.context(service, device, true));
  return { sieved: floor, decisions: enforced.decisions, verdict: floor.error ? 'refused' : 'observed' };
}

function takeApart(message: HttpMessage): Part[] {
  const value = (name: string): string | undefined => message.headers.find(([n]) => n.toLowerCase() === name)?.[1];
  const isCookie = ([name]: Header): boolean => name.toLowerCase() === 'cookie';
  const mediaType = value('content-type');
  const coding = value('content-encoding');
  const out: Part[] = [{ in: 'path', kind: 'bytes', bytes: Buffer.from(message.path, 'latin1') }];
  if (message.query !== undefined) out.push({ in: 'query', kind: 'bytes', bytes: Buffer.from(message.query, 'latin1') });
  out.push({ in: 'header', kind: 'fields', fields: message.headers.filter((h) => !isCookie(h)) });
  for (const [, cookie] of message.headers.filter(isCookie)) {
    out.push({ in: 'cookie', kind: 'bytes', bytes: Buffer.from(cookie, 'latin1') });
  }
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
    if (part.kind === 'fields') headers.push(...part.fields);
    else if (part.in === 'path') path = Buffer.from(part.bytes).toString('latin1');
    else if (part.in === 'query') query = Buffer.from(part.bytes).toString('latin1');
    else if (part.in === 'cookie' && part.bytes.length > 0) headers.push(['Cookie', Buffer.from(part.bytes).toString('latin1')]);
    else if (part.in === 'body') body = part.bytes;
  }
  return { path, ...(query !== undefined ? { query } : {}), headers, body };
}

function hostOf(authority: string): string {
  return authority.replace(/:\d+$/, '').replace(/^\[|\]$/g, '');
}
