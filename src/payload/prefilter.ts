import { hasZlibHeader } from './coding.js';

// Turns nearly every ordinary identifier away before anything is decoded: a wrapped text shows in its first bytes.

/** How many bytes are looked at: nine of nine bytes of a random value being text is one in many thousands. */
const LOOKED_AT = 9;
/** Values of the characters of both base64 alphabets (RFC 4648 sections 4 and 5); -1 for others. */
const SEXTETS = new Int8Array(128).fill(-1);
for (const alphabet of ['ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/', `${' '.repeat(62)}-_`]) {
  for (let i = 0; i < 64; i++) if (alphabet[i] !== ' ') SEXTETS[alphabet.charCodeAt(i)] = i;
}

/** The first bytes that a text may hold. */
const FIRST = new Uint8Array(LOOKED_AT);

/** Could base64 (either alphabet) hold text or a compressed stream? `text` is ASCII. */
export function promisingBase64(text: string): boolean {
  const units = Math.min(text.length, UNITS);
  for (let i = 0; i < units; i++) SEXTET[i] = SEXTETS[text.charCodeAt(i)]!;
  return promisingSextets(units);
}

/** The same for the ASCII bytes from `start` to `end`. */
export function promisingBase64Bytes(bytes: Uint8Array, start: number, end: number): boolean {
  const units = Math.min(end - start, UNITS);
  for (let i = 0; i < units; i++) SEXTET[i] = SEXTETS[bytes[start + i]!]!;
  return promisingSextets(units);
}

/** Characters of base64 that hold the bytes looked at. */
const UNITS = (LOOKED_AT / 3) * 4;
const SEXTET = new Int8Array(UNITS);

function promisingSextets(units: number): boolean {
  let count = 0;
  for (let at = 0; at + 1 < units && count < LOOKED_AT; at++) {
    const shift = at & 3;
    if (shift === 3) continue; // the last of four begins no byte
    const left = SEXTET[at]!;
    const right = SEXTET[at + 1]!;
    if (left < 0 || right < 0) break;
    FIRST[count++] = (left << (shift * 2 + 2)) | (right >> (4 - shift * 2));
  }
  return promising(count);
}

/** The same for hexadecimal digits. */
export function promisingHex(text: string): boolean {
  let count = 0;
  for (; count < LOOKED_AT && count * 2 < text.length; count++)
    FIRST[count] = Number.parseInt(text.slice(count * 2, count * 2 + 2), 16);
  return promising(count);
}

/** Do the first `count` bytes, which are all where they are fewer than are looked at, look like text or a compressed stream? */
function promising(count: number): boolean {
  const first = count > 0 ? FIRST[0]! : -1;
  const second = count > 1 ? FIRST[1]! : -1;
  if (first === 0x1f) return second === 0x8b;
  if (hasZlibHeader(first, second)) return true;
  let following = 0;
  for (let i = 0; i < count; i++) {
    const byte = FIRST[i]!;
    if (following > 0) {
      if (byte < 0x80 || byte > 0xbf) return false;
      following--;
    } else if (byte >= 0x80) {
      if (byte < 0xc2 || byte > 0xf4) return false;
      following = byte < 0xe0 ? 1 : byte < 0xf0 ? 2 : 3;
    } else if ((byte < 0x20 && byte !== 0x09 && byte !== 0x0a && byte !== 0x0d) || byte === 0x7f) return false;
  }
  return true;
}
