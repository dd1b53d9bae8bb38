// Encodings that are rare in what devices send, and cheap to tell: what they hold is kept only where it reads as text.
import { PART, type Sink } from './buffer.js';

/** Longer runs in one case are no name in another dress; the sieve reads values that are base32 from end to end. */
const BASE32_MAX = 4096;
/** Its digits are those of one number: the time goes by the square of their count. */
const BASE58_MIN = 16;
const BASE58_MAX = 96;
/** Characters of ASCII text in a row that make a reading worth keeping: random bytes have so many one time in 2,800. */
const TEXT_MIN = 8;

/** Readings this short may be the bytes of an address, with a few beside them. */
const SHORT_BYTES = 24;

const valuesOf = (alphabet: string, folds: boolean): Int8Array => {
  const values = new Int8Array(256).fill(-1);
  alphabet.split('').forEach((letter, i) => {
    values[letter.charCodeAt(0)] = i;
    if (folds) values[letter.toLowerCase().charCodeAt(0)] = i;
  });
  return values;
};
/** RFC 4648 sections 6 and 7, and Crockford's, in which letters that look like digits are those. */
const BASE32 = [
  valuesOf('ABCDEFGHIJKLMNOPQRSTUVWXYZ234567', true),
  valuesOf('0123456789ABCDEFGHIJKLMNOPQRSTUV', true),
  valuesOf('0123456789ABCDEFGHJKMNPQRSTVWXYZ', true),
] as const;
for (const [letter, value] of [
  ['Oo', 0],
  ['IiLl', 1],
] as const) {
  for (const one of letter) BASE32[2][one.charCodeAt(0)] = value;
}
const BASE58 = valuesOf('123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz', false);

/** Base32 in three alphabets, from each of the eight characters that are five bytes; of a run what is of the alphabet. */
export function undoBase32(run: Uint8Array, least: number, out: Sink): void {
  if (run.length > BASE32_MAX) return;
  for (const values of BASE32) {
    for (let start = 0, i = 0; i <= run.length; i += 1) {
      if (i < run.length && values[run[i]!]! >= 0) continue;
      if (i - start >= least) for (let shift = 0; shift < 8; shift += 1) fives(run.subarray(start + shift, i), values, out);
      start = i + 1;
    }
  }
}

function fives(run: Uint8Array, values: Int8Array, out: Sink): void {
  const before = out.length;
  let bits = 0;
  let value = 0;
  for (const letter of run) {
    value = ((value << 5) | values[letter]!) & 0xfff;
    bits += 5;
    if (bits < 8) continue;
    bits -= 8;
    out.put((value >> bits) & 0xff);
  }
  keepText(before, out);
}

/** Base58 (Bitcoin's alphabet) from the first character to the last. */
export function undoBase58(run: Uint8Array, out: Sink): void {
  if (run.length < BASE58_MIN || run.length > BASE58_MAX) return;
  const digits: number[] = [];
  for (const letter of run) {
    let carry = BASE58[letter]!;
    if (carry < 0) return;
    for (let i = 0; i < digits.length; i += 1) {
      carry += digits[i]! * 58;
      digits[i] = carry & 0xff;
      carry >>= 8;
    }
    for (; carry > 0; carry >>= 8) digits.push(carry & 0xff);
  }
  const before = out.length;
  for (let i = digits.length - 1; i >= 0; i -= 1) out.put(digits[i]!);
  keepText(before, out);
}

/** Takes back what was put since `before` where it is long and has no text in it. */
function keepText(before: number, out: Sink): void {
  if (out.length - before <= SHORT_BYTES) {
    out.put(PART);
    return;
  }
  let row = 0;
  for (let i = before; i < out.length && row < TEXT_MIN; i += 1) {
    const byte = out.bytes[i]!;
    row = byte >= 0x20 && byte < 0x7f ? row + 1 : 0;
  }
  if (row < TEXT_MIN) out.length = before;
  else out.put(PART);
}
