import { type Document, type Limits, Node } from '../model.js';
import { FieldsDocument, type FieldWriter, fieldsRoot } from './fields.js';
import { decodePercent, encodePercent } from './percent.js';
import { toBinary } from './splice.js';

/** Bytes a form leaves as they are (WHATWG URL, application/x-www-form-urlencoded percent-encode set). */
const FORM_SAFE = /[A-Za-z0-9*._-]/;
/** Unreserved characters of RFC 3986 section 2.3. */
const QUERY_SAFE = /[A-Za-z0-9._~-]/;

const encodeForm = (text: string): string => encodePercent(text, FORM_SAFE).replaceAll('%20', '+');
const encodeQuery = (text: string): string => encodePercent(text, QUERY_SAFE);
const FORM: FieldWriter = { name: encodeForm, value: encodeForm };
const QUERY: FieldWriter = { name: encodeQuery, value: encodeQuery };

/**
 * Reads `application/x-www-form-urlencoded` (WHATWG URL section 5): members in order, repeated ones kept; `;` separates nothing.
 * Throws `malformed` for a broken percent sequence or names and values that are not UTF-8, `too_many_fields`.
 */
export function readForm(bytes: Uint8Array, limits: Limits): Document {
  return readPairs(bytes, limits, FORM);
}

/** Reads the query of a URL, without its `?`, as a form: `+` is a blank there too. Edits are written with `%20`. */
export function readQuery(bytes: Uint8Array, limits: Limits): Document {
  return readPairs(bytes, limits, QUERY);
}

/** Could these bytes be a form of two fields or more, whatever their label says? */
export function looksLikeForm(source: string): boolean {
  return /^[\w.~*%+[\]-]+=[^&=\s<>{}"]*(?:&[\w.~*%+[\]-]+=[^&=\s<>{}"]*)+\s*$/.test(source);
}

function readPairs(bytes: Uint8Array, limits: Limits, writer: FieldWriter): Document {
  const source = toBinary(bytes);
  const members: Node[] = [];
  for (let start = 0; start < source.length; ) {
    const amp = source.indexOf('&', start);
    const end = amp < 0 ? source.length : amp;
    if (end > start) members.push(pair(source, start, end));
    start = end + 1;
  }
  return new FieldsDocument(bytes, source, fieldsRoot('object', members, source.length, limits), writer);
}

function pair(source: string, start: number, end: number): Node {
  const text = source.slice(start, end);
  const equals = text.indexOf('=');
  const nameEnd = equals < 0 ? end : start + equals;
  const valueStart = equals < 0 ? end : nameEnd + 1;
  const node = new Node('string', decodePercent(source.slice(valueStart, end), valueStart, true), valueStart, end);
  node.name = decodePercent(source.slice(start, nameEnd), start, true);
  node.nameStart = start;
  node.nameEnd = nameEnd;
  return node;
}
