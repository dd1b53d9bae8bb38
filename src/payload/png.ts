// Metadata of a PNG file (W3C PNG, third edition, section 11).
import { Buffer } from 'node:buffer';
import { HubError } from '../errors.js';
import { asBuffer } from './splice.js';

/** Length, type and check sum of a chunk. */
const FRAME = 12;
/** Chunks that say how to show the picture or animate it; every other ancillary chunk goes. */
const SHOWN = new Set(
  'IHDR PLTE IDAT IEND acTL bKGD cHRM cICP fcTL fdAT gAMA hIST iCCP mDCV cLLI pHYs sBIT sPLT sRGB tRNS'.split(' '),
);

/** The picture without texts, EXIF, time, unknown chunks and what follows its end. Throws `malformed`. */
export function pngWithoutMetadata(bytes: Uint8Array): Uint8Array {
  const buffer = asBuffer(bytes);
  const kept: Uint8Array[] = [buffer.subarray(0, 8)];
  let size = 8;
  let at = 8;
  for (;;) {
    const end = at + FRAME <= buffer.length ? at + FRAME + buffer.readUInt32BE(at) : Number.POSITIVE_INFINITY;
    const type = buffer.toString('latin1', at + 4, at + 8);
    if (end > buffer.length || !/^[A-Za-z]{4}$/.test(type)) throw new HubError('malformed', `PNG, byte ${at}`);
    const needed = SHOWN.has(type) || /^[A-Z]/.test(type);
    if (needed) {
      kept.push(buffer.subarray(at, end));
      size += end - at;
    }
    at = end;
    if (type === 'IEND') break;
  }
  return size === buffer.length ? bytes : Buffer.concat(kept);
}
