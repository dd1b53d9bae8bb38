// Stand-ins for serials, ids and tokens: the same characters' classes, place by place.
import { type Keyring, keyedBelow, keyedBytes, toHex } from '../keyring.js';
import { drawUnlike, fillHex } from './fill.js';

const LOWER = 'abcdefghijklmnopqrstuvwxyz';
const UPPER = LOWER.toUpperCase();
const DIGITS = '0123456789';
/** What the writers of integers hold: a stand-in must fit where the original did. */
const INTEGER_LIMITS = [(1n << 31n) - 1n, (1n << 32n) - 1n, (1n << 53n) - 1n, (1n << 63n) - 1n, (1n << 64n) - 1n];

/** Hex stays hex; else a digit becomes a digit, a letter a letter of its case, the rest stays. Undefined where nothing can change. */
export function writeToken(written: string, canonical: string, keyring: Keyring): string | undefined {
  // A number and its digits in a text are one identifier.
  if (/^[1-9]\d{0,19}$/.test(written)) return writeNumber(written, keyring);
  const hexOnly = /^[0-9a-f]{8,}$/i.test(written) && /[a-f]/i.test(written);
  return drawUnlike(written, (salt) => {
    const bytes = keyedBytes(keyring, 'token', canonical + salt, written.length);
    return hexOnly ? fillHex(written, toHex(bytes)) : fillClasses(written, bytes);
  });
}

/** One keyed byte a place: over 26 letters its bias is 1 %, which tells nobody anything about the original. */
function fillClasses(written: string, bytes: Uint8Array): string {
  let at = 0;
  return written.replace(/[\p{L}\p{N}]/gu, (character) => {
    const alphabet = /\p{N}/u.test(character) ? DIGITS : /\p{Lu}/u.test(character) ? UPPER : LOWER;
    return alphabet[bytes[at++]! % alphabet.length]!;
  });
}

/** An integer of as many digits, of its sign, within the integer type it came from. Undefined for other numbers. */
export function writeNumber(literal: string, keyring: Keyring): string | undefined {
  const parts = /^(-?)(\d{1,20})$/.exec(literal);
  if (parts === null) return undefined;
  const [, sign, digits] = parts as unknown as [string, string, string];
  const value = BigInt(digits);
  const lowest = digits.length === 1 ? 0n : 10n ** BigInt(digits.length - 1);
  const longest = 10n ** BigInt(digits.length) - 1n;
  const limit = INTEGER_LIMITS.find((bound) => bound >= value) ?? longest;
  const highest = limit < longest ? limit : longest;
  return drawUnlike(literal, (salt) => {
    return sign + String(lowest + keyedBelow(keyring, 'token', `text:${digits}${salt}`, highest - lowest + 1n));
  });
}

/** As many keyed bytes as there were; never the same ones. */
export function tokenBytes(bytes: Uint8Array, keyring: Keyring): Uint8Array {
  const original = toHex(bytes);
  const drawn = drawUnlike(original, (salt) => toHex(keyedBytes(keyring, 'bytes', original + salt, bytes.length)));
  return Uint8Array.from(Buffer.from(drawn ?? '', 'hex'));
}
