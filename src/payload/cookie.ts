import { type Document, type Limits, Node } from '../model.js';
import { FieldsDocument, fieldsRoot } from './fields.js';
import { encodePercent, fromBinary } from './percent.js';
import { toBinary } from './splice.js';

/** cookie-octet (RFC 6265 section 4.1.1). */
const COOKIE_OCTET = /[\x21\x23-\x2b\x2d-\x3a\x3c-\x5b\x5d-\x7e]/;

const encode = (text: string): string => encodePercent(text, COOKIE_OCTET);
const encodeName = (text: string): string => encodePercent(text, /[A-Za-z0-9!#$&'*+.^_`|~-]/);

/**
 * Reads the value of a Cookie header (RFC 6265 section 4.2.1): `a=b; c="d"`. A piece without `=` is a value without a name.
 * Values have no encoding of their own: only the quotes around them are left out of their text. What an edit puts in place and
 * cookie-octet does not allow is percent-encoded. Throws `malformed` for bytes that are not UTF-8, `too_many_fields`.
 */
export function readCookie(bytes: Uint8Array, limits: Limits): Document {
  const source = toBinary(bytes);
  const members: Node[] = [];
  for (const match of source.matchAll(/[^;]+/g)) {
    const text = match[0].trim();
    if (text !== '') members.push(cookie(text, match.index + match[0].indexOf(text)));
  }
  return new FieldsDocument(bytes, source, fieldsRoot('object', members, source.length, limits), {
    name: encodeName,
    value: encode,
  });
}

function cookie(text: string, offset: number): Node {
  // By hand: a pattern for the blanks around `=` tries each blank of a long row as the first.
  const equals = text.indexOf('=');
  const name = text.slice(0, Math.max(equals, 0)).trimEnd();
  const value = text.slice(equals + 1).trimStart();
  const nameEnd = offset + name.length;
  const end = offset + text.length;
  const start = end - value.length;
  const quoted = /^"([^"]*)"$/.exec(value);
  const inner = quoted === null ? value : quoted[1]!;
  const node = new Node('string', fromBinary(inner, start), start, end);
  node.name = fromBinary(name, offset);
  node.nameStart = offset;
  node.nameEnd = nameEnd;
  return node;
}
