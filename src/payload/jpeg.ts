// Metadata of a JPEG file (ITU-T T.81 annex B; JFIF; EXIF 2.32 section 4.7).
import { Buffer } from 'node:buffer';
import { HubError } from '../errors.js';
import { asBuffer } from './splice.js';

const START_OF_IMAGE = 0xd8;
const END_OF_IMAGE = 0xd9;
const START_OF_SCAN = 0xda;
const COMMENT = 0xfe;
/** APP0 (JFIF), APP2's colour profile and APP14 (Adobe's colour transform) say how to show the picture. */
const APP0 = 0xe0;
const APP2 = 0xe2;
const APP14 = 0xee;
const APP15 = 0xef;

/** The picture without EXIF, XMP, IPTC, maker's segments, comments and what follows its end. Throws `malformed`. */
export function jpegWithoutMetadata(bytes: Uint8Array): Uint8Array {
  const kept: Uint8Array[] = [];
  let from = 0;
  let at = 2;
  const cut = (start: number, end: number): void => {
    kept.push(bytes.subarray(from, start));
    from = end;
  };
  for (;;) {
    const start = at;
    if (bytes[at] !== 0xff) throw malformed(at);
    while (bytes[at] === 0xff) at++;
    const marker = bytes[at++];
    if (marker === undefined || marker === 0x00 || marker === START_OF_IMAGE) throw malformed(at);
    if (marker === END_OF_IMAGE) break;
    if (marker >= 0xd0 && marker <= 0xd7) continue;
    const length = at + 2 > bytes.length ? 0 : asBuffer(bytes).readUInt16BE(at);
    if (length < 2 || at + length > bytes.length) throw malformed(at);
    if (isMetadata(marker, bytes, at + 2)) cut(start, at + length);
    at += length;
    if (marker === START_OF_SCAN) at = scanEnd(bytes, at);
  }
  if (at < bytes.length) cut(at, bytes.length);
  if (kept.length === 0) return bytes;
  kept.push(bytes.subarray(from));
  return Buffer.concat(kept);
}

function malformed(offset: number): HubError {
  return new HubError('malformed', `JPEG, byte ${offset}`);
}

function isMetadata(marker: number, bytes: Uint8Array, at: number): boolean {
  if (marker === COMMENT) return true;
  if (marker < APP0 || marker > APP15 || marker === APP14) return false;
  const starts = (word: string): boolean =>
    asBuffer(bytes)
      .subarray(at, at + word.length)
      .toString('latin1') === word;
  if (marker === APP0) return !starts('JFIF\0'); // JFXX is a thumbnail
  return marker !== APP2 || !starts('ICC_PROFILE\0');
}

/** The first marker after the entropy-coded data of a scan that is neither stuffing nor a restart. */
function scanEnd(bytes: Uint8Array, from: number): number {
  const buffer = asBuffer(bytes);
  for (let at = buffer.indexOf(0xff, from); at >= 0; at = buffer.indexOf(0xff, at + 1)) {
    const next = buffer[at + 1];
    if (next === undefined) break;
    if (next !== 0x00 && next !== 0xff && (next < 0xd0 || next > 0xd7)) return at;
  }
  throw malformed(bytes.length);
}
