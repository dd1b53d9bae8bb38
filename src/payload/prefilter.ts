import { hasZlibHeader } from './coding.js';

// Turns nearly every ordinary identifier away before anything is decoded: a wrapped text shows in its first bytes.

/** How many bytes are looked at: nine of nine bytes of a random value being text is one in many thousands. */
const LOOKED_AT = 9;
/** Values of the characters of both base64 alphabets (RFC 4648 sections 4 and 5); -1 for others. */
const SEXTETS = new Int8Array(128).fill(-1);
for (const alphabet of ['ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/', `${' '.repeat(62)}-_`]) {
  for (let i = 0; i < 64; i++) if (alphabet[i] !== ' ') SEXTETS[alphabet.charCodeAt(i)] = i;
}

/** Could base64 (either alphabet) hold text or a compressed stream? `text` is ASCII. */
export function promisingBase64(text: string): boolean {
  return promising((index) => {
    const at = Math.floor(index / 3) * 4 + (index % 3);
    if (at + 1 >= text.length) return -1;
    const left = SEXTETS[text.charCodeAt(at)]!;
    const right = SEXTETS[text.charCodeAt(at + 1)]!;
    const shift = (index % 3) * 2 + 2;
    return left < 0 || right < 0 ? -1 : ((left << shift) | (right >> (6 - shift))) & 0xff;
  });
}

/** The same for hexadecimal digits. */
export function promisingHex(text: string): boolean {
  return promising((index) => (index * 2 < text.length ? Number.parseInt(text.slice(index * 2, index * 2 + 2), 16) : -1));
}

/** `byteAt` gives the byte at an index, -1 past the end. */
function promising(byteAt: (index: number) => number): boolean {
  const first = byteAt(0);
  if (first === 0x1f) return byteAt(1) === 0x8b;
  if (hasZlibHeader(first, byteAt(1))) return true;
  let following = 0;
  for (let i = 0; i < LOOKED_AT; i++) {
    const byte = byteAt(i);
    if (byte < 0) return true;
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
