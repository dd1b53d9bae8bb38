// Compressed texts that begin anywhere in bytes: what stands before them does not keep anybody from reading them.
import zlib from 'node:zlib';
import { PART, type Sink } from './buffer.js';

/** Most streams tried in one message: two bytes that look like one are met by chance. */
export const STREAMS_MAX = 32;
/** Fewest bytes of a stream. */
const STREAM_MIN = 8;
/** Levels of zlib's second byte (RFC 1950 section 2.2): what compressors write. */
const ZLIB = new Set([0x01, 0x5e, 0x9c, 0xda]);

/** What every gzip and zlib stream in `bytes` holds, behind what is in `out`: to `most` bytes in all, of at most `tries`. Gives the tries left. */
export function undoStreams(bytes: Uint8Array, out: Sink, most: number, tries: number): number {
  let left = tries;
  const end = out.length + most;
  for (let at = 0; at + STREAM_MIN <= bytes.length && left > 0 && out.length < end; at += 1) {
    const byte = bytes[at]!;
    const gzip = byte === 0x1f && bytes[at + 1] === 0x8b && bytes[at + 2] === 0x08;
    if (!gzip && !(byte === 0x78 && ZLIB.has(bytes[at + 1]!))) continue;
    left -= 1;
    const from = at + (gzip ? gzipHeader(bytes, at) : ZLIB_HEADER);
    const plain = inflated(bytes.subarray(from), end - out.length);
    if (plain === undefined || plain.length === 0) continue;
    out.append(plain);
    out.put(PART);
  }
  return left;
}

const ZLIB_HEADER = 2;
/** RFC 1952 section 2.3: the header's fixed bytes, and the flags of what may follow them. */
const GZIP_HEADER = 10;
const CHECKED = 2;
const EXTRA = 4;
const NAMED = 8;
const COMMENTED = 16;

/** How long the header of the gzip member at `at` is. */
function gzipHeader(bytes: Uint8Array, at: number): number {
  const flags = bytes[at + 3]!;
  let end = at + GZIP_HEADER;
  if ((flags & EXTRA) !== 0) end += 2 + (bytes[end] ?? 0) + ((bytes[end + 1] ?? 0) << 8);
  for (const flag of [NAMED, COMMENTED]) {
    if ((flags & flag) === 0) continue;
    while (end < bytes.length && bytes[end] !== 0) end += 1;
    end += 1;
  }
  return end + ((flags & CHECKED) === 0 ? 0 : 2) - at;
}

/** What the deflated bytes hold. Without their header and check sum: what stands behind them would count as another member, and be none. */
function inflated(bytes: Uint8Array, most: number): Uint8Array | undefined {
  try {
    return zlib.inflateRawSync(bytes, { maxOutputLength: most, finishFlush: zlib.constants.Z_SYNC_FLUSH });
  } catch {
    return undefined; // no stream, or more of it than is looked into here: values that are one are read by the layers, to their bounds
  }
}
