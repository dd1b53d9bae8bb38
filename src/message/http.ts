// One HTTP message: taken apart for the sieve, judged, recorded, put together again.
import { isUtf8 } from 'node:buffer';
import { asHubError, HubError } from '../errors.js';
import type { Verdict } from '../model.js';
import { hostOf } from '../protocol/http/authority.js';
import { isDigestOf, redigest } from '../protocol/http/digests.js';
import { fieldName } from '../protocol/http/fields.js';
import type { Header, HttpMessage, Outcome } from '../protocol/http/message.js';
import { breaks, type Changes, sealsOf } from '../protocol/http/seals.js';
import type { Part, Sieved } from '../sieve.js';
import { barred, type Judgement, type SealChoice } from './apply-mode.js';
import { inlineJudge } from './judge.js';
import type { MessagePorts } from './ports.js';
import { type Received, receive } from './receive.js';
import { noteUnsent, recordFirst } from './record.js';
import { sealChoice } from './seal-choice.js';

/** Makes the judge of HTTP messages. Its promise settles only after the record is written ("record first, send second"). */
export function httpJudge(ports: MessagePorts): (message: HttpMessage) => Promise<Outcome> {
  const { judging = inlineJudge } = ports;
  return async (message) => {
    const peer = { device: message.device, host: hostOf(message.authority), service: message.service };
    const parts = takeApart(message);
    let received: Received<Judgement>;
    let leaving: Leaving;
    let seq: number;
    try {
      received = await receive<Judgement>(ports, peer, {
        judge: (reading, device, services) => judging.message(parts, reading, device, services),
        barred,
        parts: () => parts,
        verdict: ({ verdict }) => verdict,
      });
      const { sieved, verdict } = received.judged;
      leaving = isSealBroken(message, parts, sieved)
        ? unchanged(message, parts, await sealChoice(judging, parts, received))
        : leave(message, sieved, verdict);
      seq = await recordFirst(ports, peer, received, {
        verdict: leaving.verdict,
        error: leaving.error,
        bytesIn: message.body.length,
        bytesOut: leaving.out?.body.length ?? 0,
        judged: received.judged,
      });
    } catch (fault) {
      return { kind: 'refuse', error: asHubError(fault) };
    }
    const { out, error } = leaving;
    if (!out || error) return { kind: 'refuse', error: error ?? new HubError('internal') };
    const onAnswer = ports.onAnswer?.(received.reading, message.method, received.device);
    return {
      kind: 'forward',
      ...out,
      done: (sent, why) => void (sent || noteUnsent(ports, seq, why)),
      ...(onAnswer ? { onAnswer } : {}),
    };
  };
}

interface Leaving {
  readonly out: HttpParts | undefined;
  readonly error: HubError | undefined;
  readonly verdict: Verdict;
}

/** What leaves of a judged message, digests of its body made anew. */
function leave(message: HttpMessage, { parts, error }: Sieved, verdict: Verdict): Leaving {
  if (!parts || error) return { out: undefined, error: error ?? new HubError('internal'), verdict };
  const out = putTogether(parts);
  // A name that held something of the home is none any more once that is taken out, and a header without a name cannot leave.
  const isNamed = out.headers.every(([name]) => fieldName(name).isToken);
  if (!isNamed) return { out: undefined, error: new HubError('own_identifier', 'a header name'), verdict: 'refused' };
  return { out: withDigests(message, out), error: undefined, verdict };
}

/** Whether what is to leave breaks a signature over the message. */
function isSealBroken(message: HttpMessage, before: readonly Part[], { parts, error }: Sieved): boolean {
  if (!parts || error) return false;
  const seals = sealsOf(message.headers, message.query);
  if (seals.length === 0) return false;
  const changes = changesOf(before, parts);
  return seals.some((one) => breaks(one, changes));
}

/** A message whose signature the changes would break: refused, or where the household chose so as it came; never altered in silence. */
function unchanged(message: HttpMessage, parts: readonly Part[], choice: SealChoice): Leaving {
  if (choice === 'pass') return { out: withDigests(message, putTogether(parts)), error: undefined, verdict: 'sealed' };
  return { out: undefined, error: new HubError(choice === 'floor' ? 'floor' : 'sealed'), verdict: 'sealed' };
}

/** Puts back the digests that `takeApart` left out, for the body that leaves; others of the old body are made anew. */
function withDigests(message: HttpMessage, out: HttpParts): HttpParts {
  const isDigest = ([name]: Header): boolean => fieldName(name).isDigest;
  if (!message.headers.some(isDigest) && !out.headers.some(isDigest)) return out;
  const headers = [...out.headers];
  for (const [at, header] of message.headers.entries()) if (isDigestOf(header, message.body)) headers.splice(at, 0, header);
  const same = Buffer.compare(out.body, message.body) === 0;
  return { ...out, headers: same ? headers : redigest(headers, out.body, message.body) };
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

function takeApart(message: HttpMessage): Part[] {
  const fields: Header[] = [];
  const cookies: string[] = [];
  let mediaType: string | undefined;
  let coding: string | undefined;
  for (const header of message.headers) {
    const { lower: name } = fieldName(header[0]);
    if (name === 'cookie') cookies.push(header[1]);
    // A digest of the body says nothing that the body does not: it is judged there.
    else if (!isDigestOf(header, message.body)) fields.push(asText(header));
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

interface HttpParts {
  readonly path: string;
  readonly query?: string;
  readonly headers: readonly Header[];
  readonly body: Uint8Array;
}

const NO_BODY = new Uint8Array(0);

function putTogether(parts: readonly Part[]): HttpParts {
  const headers: Header[] = [];
  let path = '/';
  let query: string | undefined;
  let body: Uint8Array = NO_BODY;
  for (const part of parts) {
    if (part.kind === 'fields') for (const field of part.fields) headers.push(asBytes(field));
    else if (part.in === 'path') path = Buffer.from(part.bytes).toString('latin1');
    else if (part.in === 'query') query = Buffer.from(part.bytes).toString('latin1');
    else if (part.in === 'cookie' && part.bytes.length > 0) headers.push(['Cookie', Buffer.from(part.bytes).toString('latin1')]);
    else if (part.in === 'body') body = part.bytes;
  }
  return query === undefined ? { path, headers, body } : { path, query, headers, body };
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
