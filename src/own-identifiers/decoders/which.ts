// Which encodings can stand in bytes at all: most messages have the marks of few.
import { isAscii } from 'node:buffer';

/** Of a percent sequence, an escape or a reference; of quoted-printable; of texts of two bytes a character; of a compressed stream. */
export const MARKED = 1;
export const QUOTED = 2;
export const WIDE = 4;
export const STREAMED = 8;

/** Fewer bytes are done before a call into the runtime has begun. */
const SHORT_BYTES = 192;
const CUES = Uint8Array.from({ length: 256 }, (_, byte) => (byte >= 0x80 ? STREAMED : byte === 0 ? WIDE : 0));
for (const mark of '%\\&') CUES[mark.charCodeAt(0)] = MARKED;
CUES['='.charCodeAt(0)] = QUOTED;

/** The sum of what `bytes` have the marks of; `plain`: they are known to be ASCII without percent signs and backslashes. */
export function cuesOf(bytes: Uint8Array, plain = false): number {
  let cues = 0;
  if (bytes.length <= SHORT_BYTES) {
    for (let i = 0; i < bytes.length; i += 1) cues |= CUES[bytes[i]!]!;
    return cues;
  }
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  if (buffer.includes(0x26) || (!plain && (buffer.includes(0x25) || buffer.includes(0x5c)))) cues |= MARKED;
  if (buffer.includes(0x3d)) cues |= QUOTED;
  if (buffer.includes(0)) cues |= WIDE;
  // No stream is without a byte beyond ASCII.
  return plain || isAscii(buffer) ? cues : cues | STREAMED;
}
