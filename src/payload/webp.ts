// Metadata of a WebP file (RFC 9649 section 2).
import { Buffer } from 'node:buffer';
import { HubError } from '../errors.js';
import { asBuffer } from './splice.js';

/** `RIFF`, the size, `WEBP`. */
const FILE_HEAD = 12;
/** Chunks that hold the picture; the others go. */
const SHOWN = new Set(['VP8 ', 'VP8L', 'VP8X', 'ALPH', 'ANIM', 'ANMF', 'ICCP']);
/** Flags of `VP8X` that announce EXIF and XMP (section 2.7.1). */
const METADATA_FLAGS = 0x08 | 0x04;

/** The picture without EXIF, XMP, unknown chunks and what follows its end. Throws `malformed`. */
export function webpWithoutMetadata(bytes: Uint8Array): Uint8Array {
  const file = asBuffer(bytes);
  const end = 8 + file.readUInt32LE(4);
  if (end > file.length) throw new HubError('malformed', 'WebP');
  const kept = [Buffer.from(file.subarray(0, FILE_HEAD))];
  for (let at = FILE_HEAD; at < end; ) {
    const size = at + 8 <= end ? file.readUInt32LE(at + 4) : Number.POSITIVE_INFINITY;
    const next = at + 8 + size + (size % 2);
    if (next > end) throw new HubError('malformed', `WebP, byte ${at}`);
    const type = file.toString('latin1', at, at + 4);
    if (SHOWN.has(type)) kept.push(Buffer.from(file.subarray(at, next)));
    if (type === 'VP8X' && size > 0) kept.at(-1)![8]! &= ~METADATA_FLAGS;
    at = next;
  }
  const out = Buffer.concat(kept);
  out.writeUInt32LE(out.length - 8, 4);
  return out.equals(file) ? bytes : out;
}
