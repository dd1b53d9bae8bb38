import { jpegWithoutMetadata } from './jpeg.js';
import { mp4WithoutMetadata } from './mp4.js';
import { pngWithoutMetadata } from './png.js';
import { isPrintable } from './text.js';
import { webpWithoutMetadata } from './webp.js';

/** Kinds of true binaries by their first bytes: offset, bytes as a binary string, name. */
const MAGIC: readonly (readonly [number, string, string])[] = [
  [0, '\xff\xd8\xff', 'image/jpeg'],
  [0, '\x89PNG\r\n\x1a\n', 'image/png'],
  [0, 'GIF87a', 'image/gif'],
  [0, 'GIF89a', 'image/gif'],
  [4, 'ftyp', 'video/mp4'],
  [4, 'styp', 'video/mp4'],
  [4, 'moof', 'video/mp4'],
  [4, 'moov', 'video/mp4'],
  [0, '\x1aE\xdf\xa3', 'video/webm'],
  [0, 'OggS', 'audio/ogg'],
  [0, 'ID3', 'audio/mpeg'],
  [0, 'fLaC', 'audio/flac'],
  [0, '#!AMR', 'audio/amr'],
  [0, 'FLV\x01', 'video/flv'],
  [0, '%PDF-', 'application/pdf'],
  [0, 'PK\x03\x04', 'application/zip'],
  [0, '\x7fELF', 'application/x-elf'],
  [0, 'hsqs', 'application/x-squashfs'],
  [0, "'\x05\x19V", 'application/x-uimage'],
  [0, '\xd0\r\xfe\xed', 'application/x-devicetree'],
  [0, '7z\xbc\xaf\x27\x1c', 'application/x-7z-compressed'],
  [0, '\xfd7zXZ\0', 'application/x-xz'],
  [0, 'BZh', 'application/x-bzip2'],
  [0, '(\xb5/\xfd', 'application/zstd'],
  [0, 'SQLite format 3\0', 'application/vnd.sqlite3'],
];
/** RIFF and IFF families: what stands at offset 8. */
const RIFF: Readonly<Record<string, string>> = { WEBP: 'image/webp', WAVE: 'audio/wav', 'AVI ': 'video/avi' };
/** First bytes of these, and fifth ones of those that begin with a length: other bytes are turned away at once. */
const FIRST = new Set([0x52, ...MAGIC.flatMap(([offset, magic]) => (offset === 0 ? [magic.charCodeAt(0)] : []))]);
const BOXED = new Set(MAGIC.flatMap(([offset, magic]) => (offset === 4 ? [magic.charCodeAt(0)] : [])));
/** Fewest bytes of a file of any of these kinds. */
const MIN_FILE = 12;

/** The media type that the first bytes show; undefined for bytes of no known kind of file, and for text that only begins like one. */
export function mediaTypeOf(bytes: Uint8Array): string | undefined {
  const type = byMagic(bytes);
  return type === undefined || isPrintable(bytes) ? undefined : type;
}

function byMagic(bytes: Uint8Array): string | undefined {
  if (bytes.length < MIN_FILE || (!FIRST.has(bytes[0]!) && !BOXED.has(bytes[4]!))) return undefined;
  const found = MAGIC.find(([offset, magic]) => startsWith(bytes, offset, magic));
  if (found !== undefined) return found[2];
  return startsWith(bytes, 0, 'RIFF') ? RIFF[String.fromCharCode(...bytes.subarray(8, 12))] : undefined;
}

function startsWith(bytes: Uint8Array, offset: number, magic: string): boolean {
  for (let i = 0; i < magic.length; i++) if (bytes[offset + i] !== magic.charCodeAt(i)) return false;
  return true;
}

/**
 * A JPEG, PNG, WebP or MP4 without its metadata (place, time, camera, comments); the very same bytes where it has none, and for other kinds
 * of files. Pixels and sound stay as they are. Throws `malformed` for such a file that cannot be
 * walked to its end, `unreadable_format` for HEIF and AVIF, whose index holds the metadata.
 */
export function withoutMetadata(bytes: Uint8Array): Uint8Array {
  switch (mediaTypeOf(bytes)) {
    case 'image/jpeg':
      return jpegWithoutMetadata(bytes);
    case 'image/png':
      return pngWithoutMetadata(bytes);
    case 'image/webp':
      return webpWithoutMetadata(bytes);
    case 'video/mp4':
      return mp4WithoutMetadata(bytes);
    default:
      return bytes;
  }
}
