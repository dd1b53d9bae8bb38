// What opens a MessagePack item (MessagePack specification, "Formats").
import type { Buffer } from 'node:buffer';
import { malformed } from './bytes.js';

/** Bytes of a length or value after the first byte of an item, by that byte; containers and strings with a short form have none. */
const WIDTHS: Readonly<Record<number, number>> = {
  196: 1,
  197: 2,
  198: 4,
  199: 1,
  200: 2,
  201: 4,
  217: 1,
  218: 2,
  219: 4,
  220: 2,
  221: 4,
  222: 2,
  223: 4,
};
/** The extension type of a timestamp (MessagePack specification, "Timestamp extension type"). */
export const TIMESTAMP = 0xff;

/** The first byte of an item, the length or count it tells, and where its content begins. */
export interface Opening {
  readonly first: number;
  readonly length: number;
  readonly end: number;
}

/** What opens the string, byte string, extension, array or map at `at`. Throws `malformed` past the end. */
export function openingAt(bytes: Buffer, at: number): Opening {
  const first = bytes[at];
  if (first === undefined) throw malformed(at);
  const width = WIDTHS[first];
  if (width !== undefined) {
    if (at + 1 + width > bytes.length) throw malformed(at);
    return { first, length: bytes.readUIntBE(at + 1, width), end: at + 1 + width };
  }
  if (first >= 0xd4 && first <= 0xd8) return { first, length: 1 << (first - 0xd4), end: at + 1 };
  return { first, length: first & (first < 0xa0 ? 0x0f : 0x1f), end: at + 1 };
}
