import { HubError } from '../errors.js';

/** The entities XML 1.0 knows without a DTD (section 4.6). */
const PREDEFINED: ReadonlyMap<string, string> = new Map([
  ['lt', '<'],
  ['gt', '>'],
  ['amp', '&'],
  ['quot', '"'],
  ['apos', "'"],
]);
/** What no XML 1.0 document holds, not even as a reference (section 2.2, Char). */
const NO_CHARACTER = /[\0-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]/u;

/** Is every character of `text` one that XML 1.0 allows? */
export function isXmlText(text: string): boolean {
  return !NO_CHARACTER.test(text);
}

/** The character of a reference without `&` and `;`: `lt`, `#65`, `#x41`; undefined where XML knows none. */
export function characterOf(reference: string): string | undefined {
  const digits = /^#(?:x([0-9a-fA-F]{1,8})|([0-9]{1,8}))$/.exec(reference);
  if (digits === null) return PREDEFINED.get(reference);
  const code = digits[1] === undefined ? Number(digits[2]) : Number.parseInt(digits[1], 16);
  if (code > 0x10ffff) return undefined;
  const text = String.fromCodePoint(code);
  return isXmlText(text) ? text : undefined;
}

/** Decodes the references in a piece of XML that starts at `offset`. Throws `malformed` for one that is broken or unknown. */
export function decodeReferences(text: string, offset: number): string {
  if (!text.includes('&')) return text;
  return text.replace(/&([^;&]{0,12})(;?)/g, (_, reference: string, closed: string, at: number) => {
    const character = closed === ';' ? characterOf(reference) : undefined;
    if (character === undefined) throw new HubError('malformed', `character ${offset + at}`);
    return character;
  });
}

/** `text` as character data: safe in any element. Throws `internal` for what XML cannot hold. */
export function escapeText(text: string): string {
  if (!isXmlText(text)) throw new HubError('internal', 'control character for XML');
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('\r', '&#13;');
}

/** `text` for an attribute between two `quote`s. Throws `internal` for what XML cannot hold. */
export function escapeAttribute(text: string, quote: string): string {
  const escaped = escapeText(text).replaceAll('\n', '&#10;').replaceAll('\t', '&#9;');
  return escaped.replaceAll(quote, quote === '"' ? '&quot;' : '&apos;');
}

/** Names of XML 1.0 fifth edition, section 2.3; a colon parts prefix and local name (Namespaces in XML). */
const START =
  ':A-Z_a-z\\xC0-\\xD6\\xD8-\\xF6\\xF8-\\u02FF\\u0370-\\u037D\\u037F-\\u1FFF\\u200C\\u200D\\u2070-\\u218F\\u2C00-\\u2FEF\\u3001-\\uD7FF\\uF900-\\uFDCF\\uFDF0-\\uFFFD\\u{10000}-\\u{EFFFF}';
const NAME = `[${START}][${START}.0-9\\xB7\\u0300-\\u036F\\u203F\\u2040-]*`;
const NAME_HERE = new RegExp(NAME, 'uy');
const NAME_ALONE = new RegExp(`^${NAME}$`, 'u');

/** The name of XML that begins at `at`; undefined where none does. */
export function nameAt(text: string, at: number): string | undefined {
  NAME_HERE.lastIndex = at;
  return NAME_HERE.exec(text)?.[0];
}

/** Is `text` a name of XML? */
export function isXmlName(text: string): boolean {
  return NAME_ALONE.test(text);
}

/** `text` without the white space of XML around it. By hand: a pattern for its end begins anew at each blank of a long row. */
export function trimmed(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && isBlank(text.charCodeAt(start))) start++;
  while (end > start && isBlank(text.charCodeAt(end - 1))) end--;
  return text.slice(start, end);
}

function isBlank(code: number): boolean {
  return code === 0x20 || code === 0x09 || code === 0x0a || code === 0x0d;
}
