// The head of a CBOR data item (RFC 8949 section 3): major type and argument.
import { type Buffer, isUtf8 } from 'node:buffer';
import { HubError } from '../errors.js';
import { malformed } from './bytes.js';
import { unsignedBinary } from './number-text.js';

/** Most chunks of one string: a device streams a few; a megabyte of empty ones takes half a second. */
const MAX_CHUNKS = 10_000;

export const INDEFINITE = 31;
export const BREAK = 0xff;
export const MAJOR = { unsigned: 0, negative: 1, bytes: 2, text: 3, array: 4, map: 5, tag: 6, simple: 7 } as const;

export interface Head {
  readonly major: number;
  readonly info: number;
  /** The argument; 0 for an indefinite length. */
  readonly value: bigint;
  /** Where the item's content begins. */
  readonly end: number;
}

/** The head at `at`. Throws `malformed` for reserved forms, and past the end. */
export function headAt(bytes: Buffer, at: number): Head {
  const first = bytes[at];
  if (first === undefined) throw malformed(at);
  const major = first >> 5;
  const info = first & 0x1f;
  if (info < 24) return { major, info, value: BigInt(info), end: at + 1 };
  if (info === INDEFINITE) {
    if (major < MAJOR.bytes || major === MAJOR.tag) throw malformed(at);
    return { major, info, value: 0n, end: at + 1 };
  }
  const width = 1 << (info - 24);
  if (info > 27 || at + 1 + width > bytes.length) throw malformed(at);
  return { major, info, value: argument(bytes, at + 1, width), end: at + 1 + width };
}

function argument(bytes: Buffer, at: number, width: number): bigint {
  if (width === 8) return bytes.readBigUInt64BE(at);
  return BigInt(bytes.readUIntBE(at, width));
}

/** A head as a binary string: the shortest, but with an argument of at least `least` bytes. */
export function headBinary(major: number, value: bigint, least = 0): string {
  const needed = value < 24n ? 0 : value < 0x100n ? 1 : value < 0x10000n ? 2 : value < 0x100000000n ? 4 : 8;
  const width = Math.max(needed, least);
  if (width === 0) return String.fromCharCode((major << 5) | Number(value));
  return String.fromCharCode((major << 5) | (24 + Math.log2(width))) + unsignedBinary(value, width);
}

/** How many bytes another argument in the place of `head`'s is to have at least: as many, unless this one was the shortest. */
export function leastWidth(head: Head): number {
  const width = head.info < 24 ? 0 : 1 << (head.info - 24);
  return headBinary(head.major, head.value).length - 1 === width ? 0 : width;
}

/** The bytes of a string whose head is given, and where it ends; chunks of an indefinite one are joined. Throws `malformed`. */
export function stringAt(bytes: Buffer, head: Head): { content: Buffer[]; end: number } {
  if (head.info !== INDEFINITE) {
    const end = head.end + Number(head.value);
    if (end > bytes.length) throw malformed(head.end);
    const content = bytes.subarray(head.end, end);
    if (head.major === MAJOR.text && !isUtf8(content)) throw malformed(head.end);
    return { content: [content], end };
  }
  const content: Buffer[] = [];
  let at = head.end;
  while (bytes[at] !== BREAK) {
    const chunk = headAt(bytes, at);
    if (chunk.major !== head.major || chunk.info === INDEFINITE) throw malformed(at);
    if (content.length >= MAX_CHUNKS) throw new HubError('too_many_fields', 'chunks');
    const read = stringAt(bytes, chunk);
    content.push(...read.content);
    at = read.end;
  }
  return { content, end: at + 1 };
}
