// LevelDB's write-ahead file and manifest: records in blocks, each piece with its sum (LevelDB, doc/log_format.md).
import { maskedCrc } from './crc32c.js';

const BLOCK_BYTES = 32 * 1024;
/** Sum (4), length (2, little-endian), type (1). */
const HEADER_BYTES = 7;
const [FULL, FIRST, MIDDLE, LAST] = [1, 2, 3, 4] as const;

export interface RecordLog {
  /** Every record that is whole, in its order. */
  readonly records: readonly Buffer[];
  /**
   * Where a piece does not fit its sum although whole ones follow it; undefined: none. What only the end of the file lacks is what a
   * power cut leaves of a write that nobody was promised.
   */
  readonly damagedAt: number | undefined;
}

interface Piece {
  readonly at: number;
  readonly type: number;
  readonly bytes: Buffer;
}

/** The piece at `at`, if it fits its sum. */
function pieceAt(file: Buffer, at: number): Piece | undefined {
  const blockEnd = Math.min(file.length, at - (at % BLOCK_BYTES) + BLOCK_BYTES);
  if (at + HEADER_BYTES > blockEnd) return undefined;
  const end = at + HEADER_BYTES + file.readUInt16LE(at + 4);
  const type = file[at + 6]!;
  if (type < FULL || type > LAST || end > blockEnd) return undefined;
  if (file.readUInt32LE(at) !== maskedCrc(file, at + 6, end)) return undefined;
  return { at, type, bytes: file.subarray(at + HEADER_BYTES, end) };
}

/** Where the piece that begins at `at` says that it ends; the next block, where it cannot be so. */
function behind(file: Buffer, at: number): number {
  const nextBlock = at - (at % BLOCK_BYTES) + BLOCK_BYTES;
  if (at + HEADER_BYTES > Math.min(file.length, nextBlock)) return nextBlock;
  const end = at + HEADER_BYTES + file.readUInt16LE(at + 4);
  return file[at + 6] === 0 || end > nextBlock ? nextBlock : end;
}

/** Every piece that fits its sum, and where the first one stands that does not. */
function* piecesOf(file: Buffer): Generator<Piece | { readonly at: number; readonly type: 'unfit' }> {
  for (let at = 0; at < file.length; ) {
    const left = BLOCK_BYTES - (at % BLOCK_BYTES);
    if (left < HEADER_BYTES) {
      at += left; // a block's trailer, zeros
      continue;
    }
    const piece = pieceAt(file, at);
    yield piece ?? { at, type: 'unfit' };
    // A piece behind an unfit one is looked for where its length says, and from the next block on.
    const next = behind(file, at);
    at = piece !== undefined || pieceAt(file, next) !== undefined ? next : at + left;
  }
}

/** Reads a whole file. Never throws: what does not fit is left out. */
export function readRecordLog(file: Buffer): RecordLog {
  const records: Buffer[] = [];
  let parts: Buffer[] | undefined;
  let suspect: number | undefined;
  let damagedAt: number | undefined;
  for (const piece of piecesOf(file)) {
    if (piece.type === 'unfit') {
      suspect ??= piece.at;
      parts = undefined;
      continue;
    }
    const begins = piece.type === FULL || piece.type === FIRST;
    // Something fits behind what does not: it was written before, so that it is no end cut off.
    const isBroken = suspect !== undefined || begins === (parts !== undefined);
    if (isBroken) damagedAt ??= suspect ?? piece.at;
    suspect = undefined;
    if (!begins && parts === undefined) continue;
    parts = begins ? [piece.bytes] : [...parts!, piece.bytes];
    if (piece.type !== FULL && piece.type !== LAST) continue;
    records.push(Buffer.concat(parts));
    parts = undefined;
  }
  return { records, damagedAt };
}

function pieceOf(type: number, bytes: Buffer): Buffer {
  const piece = Buffer.alloc(HEADER_BYTES + bytes.length);
  piece.writeUInt16LE(bytes.length, 4);
  piece[6] = type;
  bytes.copy(piece, HEADER_BYTES);
  piece.writeUInt32LE(maskedCrc(piece, 6), 0);
  return piece;
}

/** A file with these records and no others. */
export function writeRecordLog(records: readonly Buffer[]): Buffer {
  const out: Buffer[] = [];
  let size = 0;
  const add = (bytes: Buffer): void => {
    out.push(bytes);
    size += bytes.length;
  };
  for (const record of records) {
    let from = 0;
    for (let isFirst = true; isFirst || from < record.length; ) {
      const left = BLOCK_BYTES - (size % BLOCK_BYTES);
      if (left < HEADER_BYTES) {
        add(Buffer.alloc(left));
        continue;
      }
      const bytes = record.subarray(from, from + left - HEADER_BYTES);
      from += bytes.length;
      const isLast = from === record.length;
      add(pieceOf(isFirst ? (isLast ? FULL : FIRST) : isLast ? LAST : MIDDLE, bytes));
      isFirst = false;
    }
  }
  return Buffer.concat(out);
}
