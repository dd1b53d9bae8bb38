// The head of one part of a multipart message (RFC 2046 section 5.1, RFC 7578 section 4): its header lines, and where in the bytes
// each value stands.
import { Buffer, isUtf8 } from 'node:buffer';
import { HubError } from '../errors.js';

/** Header lines of one part; real ones have four at most. */
const MAX_LINES = 32;
/** Headers whose meaning would hang on which of two a reader takes. */
const ONCE = new Set(['content-disposition', 'content-type', 'content-transfer-encoding']);
/** Types a part may carry without saying anything of the home; others are shown as a field. */
const PLAIN_TYPE =
  /^(?:text\/(?:plain|html|xml|csv)|application\/(?:json|ndjson|xml|cbor|msgpack|octet-stream|protobuf|x-protobuf|gzip|zip|pdf|x-www-form-urlencoded|http)|image\/(?:jpeg|png|gif|webp|bmp)|audio\/(?:mpeg|wav|ogg|mp4|aac|opus)|video\/(?:mp4|webm|quicktime))(?:\s*;\s*charset="?(?:utf-?8|us-ascii|ascii)"?)?$/i;

/** A text that stands in a head: between `from` and `to` all that goes with it when it goes, between `start` and `end` its value. */
export interface HeadText {
  readonly name: string;
  readonly text: string;
  readonly from: number;
  readonly to: number;
  readonly start: number;
  readonly end: number;
  /** Writes another text in its place, one unit a byte. */
  encode(text: string): string;
}

export interface PartHead {
  /** The field's name (`name="…"`), where it has one. */
  readonly field: HeadText | undefined;
  /** File names, other parameters and other headers, in order. */
  readonly others: readonly HeadText[];
  readonly contentType: string | undefined;
  readonly transferEncoding: string | undefined;
}

interface Line {
  readonly name: string;
  readonly value: string;
  /** Offsets: of the line, of its value, of the line after it. */
  readonly from: number;
  readonly start: number;
  readonly to: number;
}

/** Reads the header lines of `source` from `start` to `end`, each ending with CRLF. Throws `malformed`. */
export function readHead(source: string, start: number, end: number): PartHead {
  const lines = readLines(source, start, end);
  const headerOf = (name: string): string | undefined => lines.find((line) => line.name === name)?.value;
  let field: HeadText | undefined;
  const others: HeadText[] = [];
  for (const line of lines) {
    if (line.name === 'content-transfer-encoding') continue;
    if (line.name !== 'content-disposition') {
      if (line.name !== 'content-type' || !known(line.value)) others.push(wholeLine(line));
      continue;
    }
    for (const parameter of parameters(line)) {
      if (parameter.name === 'name') field = parameter;
      else others.push(parameter);
    }
  }
  return { field, others, contentType: headerOf('content-type'), transferEncoding: headerOf('content-transfer-encoding') };
}

/** A type that says nothing but how to read the part. */
function known(type: string): boolean {
  return PLAIN_TYPE.test(type.trim()) || /^multipart\/[a-z-]+\s*;\s*boundary=[^;]+$/i.test(type.trim());
}

function fail(offset: number): never {
  throw new HubError('malformed', `byte ${offset}`);
}

function readLines(source: string, start: number, end: number): Line[] {
  const lines: Line[] = [];
  const seen = new Set<string>();
  for (let from = start; from < end; ) {
    const to = source.indexOf('\r\n', from) + 2;
    if (to < 2 || to > end || lines.length >= MAX_LINES) fail(from);
    const match = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*/.exec(source.slice(from, to - 2));
    if (match === null) fail(from);
    const name = match[1]!.toLowerCase();
    if (ONCE.has(name) && seen.has(name)) fail(from);
    seen.add(name);
    const at = from + match[0].length;
    lines.push({ name, value: utf8Of(source.slice(at, to - 2), at), from, start: at, to });
    from = to;
  }
  return lines;
}

/** Binary `raw` as text. Throws `malformed` where it is not UTF-8 or holds a control character. */
function utf8Of(raw: string, offset: number): string {
  const bytes = Buffer.from(raw, 'latin1');
  if (!isUtf8(bytes) || /[\0-\x08\x0a-\x1f\x7f]/.test(raw)) fail(offset);
  return bytes.toString('utf8');
}

const binary = (text: string): string => Buffer.from(text, 'utf8').toString('latin1');
const inLine = (text: string): string => binary(text.replace(/[\0-\x08\x0a-\x1f\x7f]/g, ' '));

function wholeLine(line: Line): HeadText {
  return { name: line.name, text: line.value, from: line.from, to: line.to, start: line.start, end: line.to - 2, encode: inLine };
}

/** The parameters of a Content-Disposition. A type beside the parameters is one word; a repeated parameter is `malformed`. */
function* parameters(line: Line): Generator<HeadText> {
  const raw = binary(line.value);
  const kind = /^[A-Za-z-]+[ \t]*(?=;|$)/.exec(raw);
  if (kind === null) fail(line.start);
  const seen = new Set<string>();
  const pattern = /;[ \t]*([A-Za-z0-9_.*-]+)[ \t]*=[ \t]*(?:"((?:[^"\\]|\\.)*)"|([^\s;",]+))[ \t]*/y;
  for (pattern.lastIndex = kind[0].length; pattern.lastIndex < raw.length; ) {
    const at = pattern.lastIndex;
    const match = pattern.exec(raw);
    if (match === null) {
      if (/^;[ \t]*$/.test(raw.slice(at))) return;
      fail(line.start + at);
    }
    const name = match[1]!.toLowerCase();
    if (seen.has(name)) fail(line.start + at);
    seen.add(name);
    yield parameter(name, match, line.start + at);
  }
}

function parameter(name: string, match: RegExpExecArray, from: number): HeadText {
  const to = from + match[0].length;
  const value = match[2] ?? match[3]!;
  const start = from + match[0].lastIndexOf(match[2] === undefined ? value : `"${value}"`);
  const end = start + value.length + (match[2] === undefined ? 0 : 2);
  if (name.endsWith('*')) return { name, text: extended(value, start), from, to, start, end, encode: extend };
  const text = match[2] === undefined ? value : value.replace(/\\(["\\])/g, '$1').replace(/%(22|0D|0A)/gi, unescaped);
  return { name, text: utf8Of(text.replace(/[\r\n]/g, ' '), start), from, to, start, end, encode: quote };
}

/** WHATWG's form-data escapes: only these three. */
function unescaped(_: string, hex: string): string {
  return String.fromCharCode(Number.parseInt(hex, 16));
}

function quote(text: string): string {
  const safe = text.replace(/[\0-\x08\x0b\x0c\x0e-\x1f\x7f]/g, ' ').replace(/\\/g, '\\\\');
  return `"${binary(safe.replaceAll('"', '%22').replaceAll('\r', '%0D').replaceAll('\n', '%0A'))}"`;
}

/** RFC 8187: `UTF-8''percent-encoded`. */
function extended(value: string, offset: number): string {
  const match = /^utf-8'[A-Za-z0-9-]*'((?:[A-Za-z0-9!#$&+.^_`|~-]|%[0-9A-Fa-f]{2})*)$/i.exec(value);
  if (match === null) fail(offset);
  const raw = match[1]!.replace(/%(..)/g, unescaped);
  const bytes = Buffer.from(raw, 'latin1');
  if (!isUtf8(bytes)) fail(offset);
  return bytes.toString('utf8');
}

function extend(text: string): string {
  const percent = (c: string): string => `%${c.charCodeAt(0).toString(16).toUpperCase()}`;
  return `UTF-8''${encodeURIComponent(text).replace(/['()*]/g, percent)}`;
}
