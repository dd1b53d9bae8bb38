import { Buffer, isUtf8 } from 'node:buffer';
import { HubError } from '../errors.js';
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
 * blank (forms). Throws `malformed` for a `%` without two hexadecimal digits and for bytes that are not UTF-8.
 */
export function decodePercent(binary: string, offset: number, plus: boolean): string {
  let text = plus && binary.includes('+') ? binary.replaceAll('+', ' ') : binary;
  if (text.includes('%')) {
    if (/%(?![0-9a-fA-F]{2})/.test(text)) throw new HubError('malformed', `byte ${offset}`);
    text = text.replace(/%(..)/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 16)));
  }
  return fromBinary(text, offset);
}

/** Percent-encodes the UTF-8 bytes of `text` but those that `safe` (a pattern for one byte) matches. */
export function encodePercent(text: string, safe: RegExp): string {
  return utf8Binary(text).replace(/./gs, (byte) =>
    safe.test(byte) ? byte : `%${byte.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`,
  );
}
