import { type Document, type Limits, Node } from '../model.js';
import { eightBitOf } from './charset.js';
import { FieldsDocument, type FieldWriter, fieldsRoot } from './fields.js';
import { decodePercent, encodePercent } from './percent.js';
import type { SingleByte } from './single-byte.js';
import { toBinary } from './splice.js';

/** Bytes a form leaves as they are (WHATWG URL, application/x-www-form-urlencoded percent-encode set). */
const FORM_SAFE = /[A-Za-z0-9*._-]/;
/** Unreserved characters of RFC 3986 section 2.3. */
const QUERY_SAFE = /[A-Za-z0-9._~-]/;

const encodeQuery = (text: string): string => encodePercent(text, QUERY_SAFE);
const FORM = formIn(undefined);
const QUERY: FieldWriter = { name: encodeQuery, value: encodeQuery };

function formIn(set: SingleByte | undefined): FieldWriter {
  const encode = (text: string): string => encodePercent(text, FORM_SAFE, set).replaceAll('%20', '+');
  return { name: encode, value: encode };
}

/**
 * Reads `application/x-www-form-urlencoded` (WHATWG URL section 5): members in order, repeated ones kept; `;` separates nothing.
 * `label`: its media type; percent sequences that are not UTF-8 are in the 8-bit set that it names.
 * Throws `malformed` for a broken percent sequence or names and values that are in neither, `unreadable_charset`, `too_many_fields`.
 */
export function readForm(bytes: Uint8Array, limits: Limits, label = ''): Document {
  const set = eightBitOf(label);
  return readPairs(bytes, limits, set === undefined ? FORM : formIn(set), set);
}

/** Reads the query of a URL, without its `?`, as a form: `+` is a blank there too. Edits are written with `%20`. */
export function readQuery(bytes: Uint8Array, limits: Limits): Document {
  return readPairs(bytes, limits, QUERY);
}

/** Could these bytes be a form of two fields or more, whatever their label says? */
export function looksLikeForm(source: string): boolean {
  return /^[\w.~*%+[\]-]+=[^&=\s<>{}"]*(?:&[\w.~*%+[\]-]+=[^&=\s<>{}"]*)+\s*$/.test(source);
}

function readPairs(bytes: Uint8Array, limits: Limits, writer: FieldWriter, set?: SingleByte): Document {
  const source = toBinary(bytes);
  const members: Node[] = [];
  for (let start = 0; start < source.length; ) {
    const amp = source.indexOf('&', start);
    const end = amp < 0 ? source.length : amp;
    if (end > start) members.push(pair(source, start, end, set));
    start = end + 1;
  }
  return new FieldsDocument(bytes, source, fieldsRoot('object', members, source.length, limits), writer);
}

function pair(source: string, start: number, end: number, set: SingleByte | undefined): Node {
  const text = source.slice(start, end);
  const equals = text.indexOf('=');
  const nameEnd = equals < 0 ? end : start + equals;
  const valueStart = equals < 0 ? end : nameEnd + 1;
  const node = new Node('string', decodePercent(source.slice(valueStart, end), valueStart, true, set), valueStart, end);
  node.name = decodePercent(source.slice(start, nameEnd), start, true, set);
  node.nameStart = start;
  node.nameEnd = nameEnd;
  return node;
}
