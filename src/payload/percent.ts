import { Buffer, isUtf8 } from 'node:buffer';
import { HubError } from '../errors.js';
import type { SingleByte } from './single-byte.js';
import { utf8Binary } from './splice.js';

/** The text of binary bytes. Throws `malformed` with `offset` when they are not UTF-8. */
export function fromBinary(binary: string, offset: number): string {
  if (!/[^\0-\x7f]/.test(binary)) return binary;
  const bytes = Buffer.from(binary, 'latin1');
  if (!isUtf8(bytes)) throw new HubError('malformed', `byte ${offset}`);
  return bytes.toString('utf8');
}

/**
 * Undoes percent-encoding (RFC 3986 section 2.1) in a binary string that starts at `offset` of the message; `plus`: a `+` is a
 * blank (forms). `set`: what bytes are that are not UTF-8. Throws `malformed` for a `%` without two hexadecimal digits and for other
 * bytes that are not UTF-8, `unreadable_charset` for one that means nothing in the set.
 */
export function decodePercent(binary: string, offset: number, plus: boolean, set?: SingleByte): string {
  let text = plus && binary.includes('+') ? binary.replaceAll('+', ' ') : binary;
  if (text.includes('%')) {
    if (/%(?![0-9a-fA-F]{2})/.test(text)) throw new HubError('malformed', `byte ${offset}`);
    text = text.replace(/%(..)/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 16)));
  }
  if (set !== undefined && !isUtf8(Buffer.from(text, 'latin1'))) return set.decode(text);
  return fromBinary(text, offset);
}

/**
 * Percent-encodes the bytes of `text` but those that `safe` (a pattern for one byte) matches; in UTF-8, or in `set`. Throws
 * `unreadable_charset` for a text that the set does not have.
 */
export function encodePercent(text: string, safe: RegExp, set?: SingleByte): string {
  const binary = set === undefined ? utf8Binary(text) : set.encode(text);
  if (binary === undefined) throw new HubError('unreadable_charset', 'a text that its set does not have');
  return binary.replace(/./gs, (byte) =>
    safe.test(byte) ? byte : `%${byte.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`,
  );
}
