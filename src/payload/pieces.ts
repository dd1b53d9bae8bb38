// Documents over a short text: a URL, credentials, a text with something encoded inside.
import { Buffer } from 'node:buffer';
import { HubError } from '../errors.js';
import { type Document, type Limits, Node } from '../model.js';
import { fillBytes } from './bytes.js';
import { codingByMagic } from './coding.js';
import { textAfter } from './fields.js';
import { decodePercent, encodePercent } from './percent.js';
import { promisingBase64 } from './prefilter.js';
import { cut, SpanDocument, type SpanNode, SpanReader, type SpanWriter } from './spans.js';
import { utf8Binary } from './splice.js';
import { isPrintable } from './text.js';

const QUERY_SAFE = /[A-Za-z0-9._~-]/;
const URL = /^[A-Za-z][A-Za-z0-9+.-]{1,15}:\/\/(?:([^/?#@\s]{0,512})@)?([^?#\s]*)(\?[^#\s]*)?(#\S*)?$/;
/** Runs of base64 shorter than this hold nothing worth a look inside a longer text; longer texts are judged as they are. */
const RUN = /[A-Za-z0-9+/_-]{20,}={0,2}/g;
const RUN_TEXT_MAX = 16_384;
const RUNS_MAX = 8;
/** Fewest bytes of text that a run must hold: 12 printable bytes by chance are one in 100,000. */
const RUN_CONTENT = 12;

/** A MAC or EUI-64 with colons, an IPv6 address. */
const ADDRESS =
  /(?<![0-9A-Za-z])(?:(?:[0-9A-Fa-f]{2}:){7}[0-9A-Fa-f]{2}|(?:[0-9A-Fa-f]{2}:){5}[0-9A-Fa-f]{2}|(?:[0-9A-Fa-f]{1,4}:){3,7}:?[0-9A-Fa-f]{1,4})(?![0-9A-Za-z])/g;

const URL_WRITER: SpanWriter = {
  value: (node: SpanNode, text: string): string =>
    node.style === '%' ? encodePercent(text, QUERY_SAFE) : text.replace(/\s+/g, '%20'),
  name: (_node: SpanNode, text: string): string => encodePercent(text, QUERY_SAFE),
  emptied: (): string => '',
};
const PLAIN_WRITER: SpanWriter = { value: (_node, text) => text, name: (_node, text) => text };

function percentMember(reader: SpanReader, text: string, name: string, start: number, end: number): SpanNode {
  const node = reader.member(name, decodePercent(utf8Binary(text.slice(start, end)), start, true), start, end);
  node.style = '%';
  return node;
}

/**
 * A URL with a query, a fragment or credentials: an object of `username`, `password`, `#text` (scheme, host and path), the parameters
 * of the query, `#fragment`. Undefined for any other text. Throws `malformed` for a broken percent sequence, `too_many_fields`.
 */
export function readUrl(text: string, limits: Limits, depth: number): Document | undefined {
  const match = URL.exec(text);
  if (match === null || (match[1] === undefined && match[3] === undefined && match[4] === undefined)) return undefined;
  const [, user, , query, fragment] = match;
  const reader = new SpanReader(limits);
  const tail = text.length - (fragment?.length ?? 0);
  const root = reader.container('object', tail - (query?.length ?? 0), tail, depth + 1);
  root.listed = true;
  const scheme = text.indexOf('://') + 3;
  const host = user === undefined ? 0 : scheme + user.length + 1;
  const beside = user === undefined ? [] : credentials(reader, text, scheme, host - 1);
  beside.push(reader.member('#text', text.slice(host, root.start), host, root.start));
  if (fragment !== undefined)
    beside.push(cut(reader.member('#fragment', fragment.slice(1), tail + 1, text.length), tail, text.length));
  for (const node of beside) node.aside = true;
  root.children.push(...beside, ...parameters(reader, text, root.start + 1, root.end));
  return new SpanDocument(Buffer.from(text, 'utf8'), text, root, URL_WRITER);
}

/** The colon between user and password; one inside an address (devices log in with their MAC) parts nothing. -1: there is none. */
function colonOf(text: string): number {
  const addresses = [...text.matchAll(ADDRESS)].map((match) => [match.index, match.index + match[0].length] as const);
  for (let at = text.indexOf(':'); at >= 0; at = text.indexOf(':', at + 1)) {
    if (!addresses.some(([from, to]) => from <= at && at < to)) return at;
  }
  return -1;
}

function credentials(reader: SpanReader, text: string, start: number, end: number): SpanNode[] {
  const colon = colonOf(text.slice(start, end));
  const middle = colon < 0 ? end : start + colon;
  const user = percentMember(reader, text, 'username', start, middle);
  if (colon < 0) return [cut(user, start, end + 1)];
  return [user, cut(percentMember(reader, text, 'password', middle + 1, end), middle, end)];
}

function parameters(reader: SpanReader, text: string, from: number, end: number): SpanNode[] {
  const found: SpanNode[] = [];
  for (let start = from; start < end; ) {
    const amp = text.indexOf('&', start);
    const stop = amp < 0 || amp > end ? end : amp;
    if (stop > start) {
      const equals = text.slice(start, stop).indexOf('=');
      const nameEnd = equals < 0 ? stop : start + equals;
      const name = decodePercent(utf8Binary(text.slice(start, nameEnd)), start, true);
      const node = percentMember(reader, text, name, equals < 0 ? stop : nameEnd + 1, stop);
      node.nameStart = start;
      node.nameEnd = nameEnd;
      found.push(node);
    }
    start = stop + 1;
  }
  return found;
}

/** `user:password` (RFC 7617): an object of `username` and `password`. */
export function readCredentials(bytes: Uint8Array, limits: Limits, depth: number): Document {
  const text = Buffer.from(bytes).toString('utf8');
  const reader = new SpanReader(limits);
  const root = reader.container('object', 0, text.length, depth + 1);
  const colon = colonOf(text);
  const middle = colon < 0 ? text.length : colon;
  root.children.push(reader.member('username', text.slice(0, middle), 0, middle));
  if (colon >= 0) root.children.push(reader.member('password', text.slice(colon + 1), colon + 1, text.length));
  return new SpanDocument(bytes, text, root, PLAIN_WRITER);
}

/** A text with base64 somewhere in it: an object of `#text` and `#base64` pieces; undefined where none holds text. */
export function readPieces(text: string, limits: Limits, depth: number): Document | undefined {
  if (text.length > RUN_TEXT_MAX) return undefined;
  const found: (readonly [number, number])[] = [];
  for (const match of text.matchAll(RUN)) {
    const at = base64In(match[0]);
    if (at >= 0 && (at > 0 || match[0].length < text.length)) found.push([match.index + at, match.index + match[0].length]);
    if (found.length >= RUNS_MAX) break;
  }
  if (found.length === 0) return undefined;
  const reader = new SpanReader(limits);
  const root = reader.container('object', 0, text.length, depth + 1);
  let done = 0;
  const piece = (name: string, start: number, end: number): void => {
    if (end > start) root.children.push(reader.member(name, text.slice(start, end), start, end));
  };
  for (const [start, end] of found) {
    piece('#text', done, start);
    piece('#base64', start, end);
    done = end;
  }
  piece('#text', done, text.length);
  return new SpanDocument(Buffer.from(text, 'utf8'), text, root, PLAIN_WRITER);
}

/** Where in a run base64 of text, or of a gzip stream (three telling bytes), begins: at one of its first four characters, since four are three bytes; -1 where nowhere. */
function base64In(run: string): number {
  for (let at = 0; at < 4; at++) {
    const rest = run.slice(at);
    if (!promisingBase64(rest)) continue;
    const bytes = Buffer.from(rest, 'base64');
    if (bytes.length >= RUN_CONTENT && (isPrintable(bytes) || codingByMagic(bytes) === 'gzip')) return at;
  }
  return -1;
}

/** As `fillBytes`, but a file that cannot be walked to its end is not refused: it goes. */
function bareNode(bytes: Uint8Array): Node {
  const node = new Node('bytes', '', 0, bytes.length);
  try {
    return fillBytes(node, bytes);
  } catch (fault) {
    if (!(fault instanceof HubError)) throw fault;
    node.edit = { kind: 'blank' };
    return node;
  }
}

/** Bytes that are no text, as one node of the kind `bytes`; of a picture or film without its metadata. */
export function readBytes(bytes: Uint8Array): Document {
  const root = bareNode(bytes);
  const write = (): Uint8Array => {
    const { edit } = root;
    if (edit === undefined) return bytes;
    return edit.kind === 'bytes' ? edit.bytes : Buffer.from(textAfter(edit), 'utf8');
  };
  return { root, write };
}
