// Rules for the head and the framing of a request, on what Node's strict parser read, and the head that is written instead.
// A reading that another server could make differently is refused (RFC 9112 11.2).
import { HubError } from '../../errors.js';
import { type Authority, formatAuthority, parseAuthority } from './authority.js';
import { fieldName, foldName, listElements, NOT_FOR_CONNECTION, readableCodings, SINGLE } from './fields.js';
import type { Header, HttpScheme } from './message.js';

/** A head as the parser gives it; `rawHeaders` alternates names and values. */
export interface RawHead {
  readonly method: string;
  readonly url: string;
  readonly httpVersion: string;
  readonly rawHeaders: readonly string[];
}

export interface HttpHead {
  readonly method: string;
  /** The scheme of an absolute target; absent for an origin-form one. */
  readonly scheme?: HttpScheme;
  /** From the absolute target or Host; absent where an HTTP/1.0 request names none. */
  readonly authority?: Authority;
  readonly path: string;
  readonly query?: string;
  /** End-to-end headers in their order, as they came; Host and framing are not among them. */
  readonly headers: readonly Header[];
  /** Values of Cookie, unread. */
  readonly cookies: readonly string[];
  readonly contentType?: string;
  readonly contentEncoding?: string;
  /** Bytes announced; absent when chunked or bodiless. */
  readonly contentLength?: number;
  /** Whether the request announced a body, be it an empty one. */
  readonly framed: boolean;
  readonly expectsContinue: boolean;
  readonly upgrade?: 'websocket';
}

/** Members that may be absent are set one by one: spreading conditional objects costs more than the rest of reading a head. */
type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** What devices use. Others (TRACE, WebDAV, invented ones) reach no cloud API and carry text past the judge. */
const METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);
/** RFC 9110 5.5 without obs-fold: visible ASCII, obs-text, blank, tab. */
const BAD_VALUE = /[^\t\x20-\x7e\x80-\xff]/;
const TARGET = /^(?:(https?):\/\/([^/?#]*))?(\/[^?#]*)?(?:\?([^#]*))?$/i;
const VISIBLE = /^[\x21-\x7e]+$/;
const DIGITS = /^\d{1,15}$/;

function bad(where: string): never {
  throw new HubError('bad_head', where);
}

/** Judges names and values one by one and against each other; gives the values of each folded name. */
function indexFields(rawHeaders: readonly string[]): Map<string, string[]> {
  const spelled = new Map<string, string>();
  const values = new Map<string, string[]>();
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i]!;
    const value = rawHeaders[i + 1]!;
    const { lower, folded, isToken, frames, isHopByHop } = fieldName(name);
    if (!isToken) bad('a header name');
    if (BAD_VALUE.test(value)) bad('a header value');
    if (lower !== folded && (frames || isHopByHop)) bad('a header named like a framing header');
    const before = spelled.get(folded);
    if (before !== undefined && before !== lower) bad('two headers with one name once folded');
    spelled.set(folded, lower);
    const same = values.get(folded);
    if (same === undefined) values.set(folded, [value]);
    else if (SINGLE.has(folded)) bad(`${folded} twice`);
    else same.push(value);
  }
  return values;
}

interface Target {
  readonly scheme?: HttpScheme;
  readonly authority?: string;
  readonly path: string;
  readonly query?: string;
}

/** The request target (RFC 9112 3.2): origin-form or absolute-form; userinfo, fragments and other forms are refused. */
function readTarget(url: string): Target {
  const match = VISIBLE.test(url) ? TARGET.exec(url) : null;
  if (match === null) return bad('the request target');
  const [, scheme, authority, path, query] = match;
  if (path === undefined && scheme === undefined) bad('the request target');
  const target: Mutable<Target> = { path: path ?? '/' };
  if (scheme !== undefined) {
    target.scheme = scheme.toLowerCase() as HttpScheme;
    target.authority = authority ?? '';
  }
  if (query !== undefined) target.query = query;
  return target;
}

/** How long the body is and how it comes; refuses whatever two servers could frame differently (RFC 9112 6.3). */
function readFraming(raw: RawHead, fields: ReadonlyMap<string, string[]>): Pick<HttpHead, 'contentLength' | 'framed'> {
  const length = fields.get('content-length')?.[0];
  const coding = fields.get('transfer-encoding')?.[0];
  if (length !== undefined && coding !== undefined) bad('both Content-Length and Transfer-Encoding');
  if (raw.method === 'HEAD' && (coding !== undefined || (length !== undefined && length !== '0'))) bad('a body with HEAD');
  if (coding !== undefined) {
    if (coding.toLowerCase() !== 'chunked') bad('Transfer-Encoding other than chunked');
    if (raw.httpVersion === '1.0') bad('Transfer-Encoding in HTTP/1.0');
    return { framed: true };
  }
  if (length === undefined) return { framed: false };
  if (!DIGITS.test(length)) bad('Content-Length');
  return { framed: true, contentLength: Number(length) };
}

const NOTHING_NAMED: ReadonlySet<string> = new Set();

/** What nearly every `Connection` says, read once. */
const ALONE: ReadonlyMap<string, ReadonlySet<string>> = new Map(
  ['keep-alive', 'Keep-Alive', 'close'].map((line) => [line, new Set(listElements(line).map(foldName))]),
);

/** Names that `Connection` takes out of the message. */
function connectionOptions(fields: ReadonlyMap<string, string[]>): ReadonlySet<string> {
  const lines = fields.get('connection');
  if (lines === undefined) return NOTHING_NAMED;
  const named = (lines.length === 1 ? ALONE.get(lines[0]!) : undefined) ?? new Set(lines.flatMap(listElements).map(foldName));
  for (const name of named) if (NOT_FOR_CONNECTION.has(name)) bad('Connection names an end-to-end header');
  return named;
}

/** Only WebSocket may ask for another protocol, and only by itself; the caller refuses it where it serves none. */
function readUpgrade(raw: RawHead, fields: ReadonlyMap<string, string[]>): 'websocket' | undefined {
  const upgrade = fields.get('upgrade')?.[0];
  if (upgrade === undefined) {
    if (fields.has('http2-settings')) throw new HubError('upgrade_refused');
    return undefined;
  }
  if (upgrade.trim().toLowerCase() !== 'websocket' || raw.method !== 'GET') throw new HubError('upgrade_refused');
  return 'websocket';
}

function readExpect(fields: ReadonlyMap<string, string[]>): boolean {
  const expect = fields.get('expect')?.[0];
  if (expect === undefined) return false;
  if (expect.toLowerCase() !== '100-continue') bad('Expect');
  return true;
}

function endToEnd(rawHeaders: readonly string[], named: ReadonlySet<string>): Header[] {
  const kept: Header[] = [];
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const { folded, frames, isHopByHop, isLeftByProxy } = fieldName(rawHeaders[i]!);
    if (frames || isHopByHop || isLeftByProxy || named.has(folded)) continue;
    const value = rawHeaders[i + 1]!;
    kept.push([rawHeaders[i]!, folded === 'accept-encoding' ? readableCodings(value) : value]);
  }
  return kept;
}

/**
 * Reads a request's head. `connection` is the scheme of the connection it came on. Throws `bad_head` for what is ambiguous,
 * `upgrade_refused` for a protocol change other than WebSocket, `head_too_large` past `headerCount` headers.
 */
export function readHead(raw: RawHead, connection: HttpScheme, headerCount: number): HttpHead {
  if (raw.httpVersion !== '1.1' && raw.httpVersion !== '1.0') bad('the HTTP version');
  if (!METHODS.has(raw.method)) bad('the method');
  if (raw.rawHeaders.length > headerCount * 2) throw new HubError('head_too_large');
  const fields = indexFields(raw.rawHeaders);
  const named = connectionOptions(fields);
  const upgrade = readUpgrade(raw, fields);
  const target = readTarget(raw.url);
  const head: Mutable<HttpHead> = {
    method: raw.method,
    path: target.path,
    headers: endToEnd(raw.rawHeaders, named),
    cookies: fields.get('cookie') ?? [],
    framed: false,
    expectsContinue: readExpect(fields),
  };
  const { scheme, authority } = readAuthority(target, fields.get('host')?.[0], connection, raw.httpVersion);
  if (scheme !== undefined) head.scheme = scheme;
  if (authority !== undefined) head.authority = authority;
  if (target.query !== undefined) head.query = target.query;
  const contentType = fields.get('content-type')?.[0];
  if (contentType !== undefined) head.contentType = contentType;
  const contentEncoding = fields.get('content-encoding')?.[0];
  if (contentEncoding !== undefined) head.contentEncoding = contentEncoding;
  const { framed, contentLength } = readFraming(raw, fields);
  head.framed = framed;
  if (contentLength !== undefined) head.contentLength = contentLength;
  if (upgrade !== undefined) head.upgrade = upgrade;
  return head;
}

/** Whom the request is for; an absolute target and Host must agree (RFC 9112 3.2.2 would let Host lie). */
function readAuthority(
  target: Target,
  host: string | undefined,
  connection: HttpScheme,
  version: string,
): Pick<HttpHead, 'scheme' | 'authority'> {
  if (host === undefined && version !== '1.0') bad('no Host');
  const scheme = target.scheme ?? connection;
  const fromHost = host === undefined || host === '' ? undefined : parseAuthority(host, scheme);
  if (target.scheme === undefined) return fromHost === undefined ? {} : { authority: fromHost };
  const authority = parseAuthority(target.authority ?? '', scheme);
  if (fromHost !== undefined && formatAuthority(fromHost, scheme) !== formatAuthority(authority, scheme)) {
    bad('Host and the request target name different hosts');
  }
  return { scheme, authority };
}

/** Methods whose request says `Content-Length: 0` where it has no body (RFC 9110 8.6). */
const BODY_EXPECTED: ReadonlySet<string> = new Set(['POST', 'PUT', 'PATCH']);

export interface OutgoingHead {
  readonly method: string;
  readonly authority: string;
  readonly headers: readonly Header[];
  readonly bodyBytes: number;
  /** Whether the request came with a body, be it an empty one. */
  readonly framed: boolean;
}

/** The headers that leave: Host, the judged ones, and the length of the new body. Throws `internal` where the judged ones frame. */
export function writeHead(head: OutgoingHead): Header[] {
  for (const [name, value] of head.headers) {
    const { frames, isHopByHop, isToken } = fieldName(name);
    if (frames || isHopByHop) throw new HubError('internal', 'a framing header in an outcome');
    if (!isToken || BAD_VALUE.test(value)) throw new HubError('internal', 'a header of an outcome');
  }
  const headers: Header[] = [['Host', head.authority]];
  for (const header of head.headers) headers.push(header);
  if (head.bodyBytes > 0 || head.framed || BODY_EXPECTED.has(head.method))
    headers.push(['Content-Length', String(head.bodyBytes)]);
  return headers;
}

/** What `Connection` of an answer takes out of it; never what says how to read the body. */
function answerOptions(rawHeaders: readonly string[]): Set<string> {
  const named = new Set<string>();
  for (let i = 0; i < rawHeaders.length; i += 2) {
    if (fieldName(rawHeaders[i]!).lower !== 'connection') continue;
    for (const element of listElements(rawHeaders[i + 1]!)) named.add(foldName(element));
  }
  for (const name of NOT_FOR_CONNECTION) named.delete(name);
  return named;
}

/** An answer's headers without those that concern the upstream's connection only; framing is written anew. */
export function answerHeaders(rawHeaders: readonly string[]): Header[] {
  const named = answerOptions(rawHeaders);
  const kept: Header[] = [];
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const { folded, isHopByHop } = fieldName(rawHeaders[i]!);
    if (!isHopByHop && !named.has(folded)) kept.push([rawHeaders[i]!, rawHeaders[i + 1]!]);
  }
  return kept;
}
