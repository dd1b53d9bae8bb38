// Metadata of an MP4, QuickTime or HEIF file (ISO/IEC 14496-12 section 4.2; QuickTime file format, user data atoms).
import { Buffer } from 'node:buffer';
import { HubError } from '../errors.js';
import { asBuffer } from './splice.js';

/** Boxes that hold boxes on the way to user data. */
const CONTAINERS = new Set(['moov', 'trak', 'mdia', 'moof', 'traf', 'edts', 'mvex', 'minf']);
/** Boxes that hold metadata: user data, iTunes and XMP metadata, a maker's own. */
const METADATA = new Set(['udta', 'meta', 'uuid', 'ilst', 'loci', 'keys', 'Xtra', 'cprt', 'pnot']);
/** Deepest nesting of boxes that is followed: real files have six levels. */
const MAX_BOXES_DEEP = 16;
/** Brands of still pictures. */
const STILL = /^(?:heic|heix|heim|heis|hevc|mif1|msf1|avif|avis)$/;
/** Boxes with creation and modification times: `version`, `flags`, then two times of 4 or 8 bytes. */
const TIMED = new Set(['mvhd', 'tkhd', 'mdhd']);

/**
 * The film without metadata: such a box becomes a `free` one of the same size filled with zeros, so that no offset in the file changes.
 * Creation times become 0. Throws `malformed`; `unreadable_format` for a still picture (HEIF, AVIF): its `meta` box is the picture's own
 * index, and its metadata cannot be told from its pixels without it.
 */
export function mp4WithoutMetadata(bytes: Uint8Array): Uint8Array {
  const copy = Buffer.from(bytes);
  const brand = copy.toString('latin1', 8, 12);
  if (STILL.test(brand) && copy.toString('latin1', 4, 8) === 'ftyp') throw new HubError('unreadable_format', 'HEIF');
  clearBoxes(copy, 0, copy.length, 0);
  return copy.equals(asBuffer(bytes)) ? bytes : copy;
}

function clearBoxes(file: Buffer, from: number, end: number, depth: number): void {
  if (depth > MAX_BOXES_DEEP) throw new HubError('too_deep', `MP4, byte ${from}`);
  for (let at = from; at < end; ) {
    const { type, head, next } = boxAt(file, at, end);
    if (METADATA.has(type) || type.startsWith('\xa9')) {
      file.write('free', at + 4, 'latin1');
      file.fill(0, at + head, next);
    } else if (TIMED.has(type)) clearTimes(file, at + head, next);
    else if (CONTAINERS.has(type)) clearBoxes(file, at + head, next, depth + 1);
    else if (type === 'free' || type === 'skip') file.fill(0, at + head, next);
    at = next;
  }
}

function boxAt(file: Buffer, at: number, end: number): { type: string; head: number; next: number } {
  if (at + 8 > end) throw new HubError('malformed', `MP4, byte ${at}`);
  const short = file.readUInt32BE(at);
  const long = short === 1 && at + 16 <= end ? Number(file.readBigUInt64BE(at + 8)) : undefined;
  const size = short === 0 ? end - at : (long ?? short);
  const head = long === undefined ? 8 : 16;
  if (size < head || at + size > end) throw new HubError('malformed', `MP4, byte ${at}`);
  return { type: file.toString('latin1', at + 4, at + 8), head, next: at + size };
}

function clearTimes(file: Buffer, at: number, end: number): void {
  const width = file[at] === 1 ? 16 : 8;
  if (at + 4 + width <= end) file.fill(0, at + 4, at + 4 + width);
}
