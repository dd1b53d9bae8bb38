import type { Buffer } from 'node:buffer';
import zlib, { type Zlib } from 'node:zlib';
import { HubError } from '../errors.js';
import type { Limits } from '../model.js';

/** Most codings on one body: real ones have one, two by accident; more only cost time. */
const MAX_CODINGS = 4;
/** Small bodies may inflate to this whatever the ratio: 300 bytes of brotli can honestly be 40 kB of status JSON. */
const INFLATE_FLOOR = 64 * 1024;
/** Brotli's default quality 11 takes seconds for 1 MB; 5 takes milliseconds and stays smaller than gzip. */
const BROTLI_QUALITY = 5;

/** A body without its content codings. */
export interface Decoded {
  readonly bytes: Uint8Array;
  /** Puts changed bytes into the same codings again; the decoded bytes themselves give back what came. */
  redo(bytes: Uint8Array): Uint8Array;
}

/** One coding as found: `deflate` is written by many as raw DEFLATE, which must stay raw. */
type Coding = 'gzip' | 'zlib' | 'raw' | 'br';

/** What Node gives with `info: true`, which its types leave out. */
interface Inflated {
  readonly buffer: Buffer;
  readonly engine: Zlib & { readonly bytesWritten: number };
}
interface Bounds {
  readonly maxOutputLength: number;
  readonly info: true;
}
type Inflate = (bytes: Uint8Array, bounds: Bounds) => unknown;

const INFLATE: Readonly<Record<Coding, Inflate>> = {
  gzip: (bytes, bounds) => zlib.gunzipSync(bytes, bounds),
  zlib: (bytes, bounds) => zlib.inflateSync(bytes, bounds),
  raw: (bytes, bounds) => zlib.inflateRawSync(bytes, bounds),
  br: (bytes, bounds) => zlib.brotliDecompressSync(bytes, bounds),
};

/**
 * Undoes a Content-Encoding (RFC 9110 section 8.4): gzip, x-gzip, deflate (zlib or raw), br, identity and chains of them. Several
 * gzip members are one text, joined (RFC 1952 section 2.2). Throws `too_large`, `unknown_coding` (also for more than four),
 * `inflates_too_much`, and `malformed` for a cut or broken stream and for bytes after its end.
 */
export function undoCodings(bytes: Uint8Array, contentEncoding: string | undefined, limits: Limits): Decoded {
  if (bytes.length > limits.bodyBytes) throw new HubError('too_large');
  if (contentEncoding === undefined) return { bytes, redo: asItIs };
  const names = codingNames(contentEncoding);
  const most = inflateBound(bytes.length, limits);
  const codings: Coding[] = [];
  let plain = bytes;
  for (const name of names.reverse()) {
    const coding = codingOf(name, plain);
    plain = inflate(coding, plain, most);
    codings.unshift(coding);
  }
  const redo = (changed: Uint8Array): Uint8Array => (changed === plain ? bytes : codings.reduce(deflate, changed));
  return { bytes: plain, redo };
}

const asItIs = (changed: Uint8Array): Uint8Array => changed;

/** Most bytes that `length` compressed ones may become. */
export function inflateBound(length: number, limits: Limits): number {
  return Math.min(limits.bodyBytes, Math.max(INFLATE_FLOOR, length * limits.inflateRatio));
}

/** The coding of bytes that begin like a gzip or zlib stream. */
export function codingByMagic(bytes: Uint8Array): 'gzip' | 'zlib' | undefined {
  if (bytes[0] === 0x1f && bytes[1] === 0x8b && bytes[2] === 0x08) return 'gzip';
  return hasZlibHeader(bytes[0], bytes[1]) ? 'zlib' : undefined;
}

/** Undoes one coding to at most `most` bytes. Throws `inflates_too_much`, `malformed`. */
export function inflate(coding: Coding, bytes: Uint8Array, most: number): Uint8Array {
  let result: Inflated;
  try {
    result = INFLATE[coding](bytes, { maxOutputLength: most, info: true }) as Inflated;
  } catch (fault) {
    const bomb = fault instanceof RangeError && 'code' in fault && fault.code === 'ERR_BUFFER_TOO_LARGE';
    throw new HubError(bomb ? 'inflates_too_much' : 'malformed', coding, { cause: fault });
  }
  // Node stops at the end of a stream and says nothing of what follows; only gzip goes on with a next member.
  if (result.engine.bytesWritten !== bytes.length) throw new HubError('malformed', `bytes after the ${coding} stream`);
  return result.buffer;
}

/** Applies one coding. */
export function deflate(bytes: Uint8Array, coding: Coding): Uint8Array {
  switch (coding) {
    case 'gzip':
      return zlib.gzipSync(bytes);
    case 'zlib':
      return zlib.deflateSync(bytes);
    case 'raw':
      return zlib.deflateRawSync(bytes);
    case 'br':
      return zlib.brotliCompressSync(bytes, { params: { [zlib.constants.BROTLI_PARAM_QUALITY]: BROTLI_QUALITY } });
    default:
      return coding satisfies never;
  }
}

/** The codings in the order they were applied, without `identity`; empty list elements count as none (RFC 9110 section 5.6.1). */
function codingNames(contentEncoding: string | undefined): string[] {
  if (contentEncoding === undefined) return [];
  const names = contentEncoding.split(',').map((name) => name.trim().toLowerCase());
  if (names.length > MAX_CODINGS) throw new HubError('unknown_coding', 'more than four codings');
  return names.filter((name) => name !== '' && name !== 'identity');
}

function codingOf(name: string, bytes: Uint8Array): Coding {
  if (name === 'gzip' || name === 'x-gzip') return 'gzip';
  if (name === 'br') return 'br';
  if (name === 'deflate') return hasZlibHeader(bytes[0], bytes[1]) ? 'zlib' : 'raw';
  throw new HubError('unknown_coding');
}

/** Do two bytes begin a zlib stream (RFC 1950 section 2.2): method 8, a window of at most 32 KiB, no dictionary, their check sum? */
export function hasZlibHeader(cmf = 0, flags = 0): boolean {
  return (cmf & 0x0f) === 8 && cmf >> 4 <= 7 && (flags & 0x20) === 0 && ((cmf << 8) | flags) % 31 === 0;
}
