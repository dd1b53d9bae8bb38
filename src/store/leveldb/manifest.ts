// LevelDB's manifest: which files the store is made of (LevelDB, db/version_edit.cc).
import { readVarint } from './snappy.js';

/** The files that count: what is not among them is left over. */
export interface Manifest {
  /** Number of each table -> its bytes. */
  readonly tables: ReadonlyMap<number, number>;
  /** Write-ahead files from this number on hold what no table has yet. */
  readonly logNumber: number;
}

const [COMPARATOR, LOG_NUMBER, NEXT_FILE, LAST_SEQUENCE, COMPACT_POINTER, DELETED_FILE, NEW_FILE, PREVIOUS_LOG] = [
  1, 2, 3, 4, 5, 6, 7, 9,
] as const;

/** Reads numbers and texts one after another; `undefined` from the first on that is not there. */
class Cursor {
  at = 0;
  failed = false;

  constructor(private readonly bytes: Buffer) {}

  get done(): boolean {
    return this.failed || this.at >= this.bytes.length;
  }

  number(): number {
    const found = readVarint(this.bytes, this.at);
    this.failed ||= found === undefined;
    this.at = found?.[1] ?? this.bytes.length;
    return found?.[0] ?? 0;
  }

  skipText(): void {
    const length = this.number();
    this.failed ||= this.at + length > this.bytes.length;
    this.at += length;
  }
}

/** What the edits come to; undefined for what is not in the format. */
export function readManifest(edits: readonly Buffer[]): Manifest | undefined {
  const tables = new Map<number, number>();
  let logNumber = 0;
  for (const edit of edits) {
    const cursor = new Cursor(edit);
    while (!cursor.done) {
      switch (cursor.number()) {
        case COMPARATOR:
          cursor.skipText();
          break;
        case LOG_NUMBER:
          logNumber = cursor.number();
          break;
        case NEXT_FILE:
        case LAST_SEQUENCE:
        case PREVIOUS_LOG:
          cursor.number();
          break;
        case COMPACT_POINTER:
          cursor.number();
          cursor.skipText();
          break;
        case DELETED_FILE:
          cursor.number();
          tables.delete(cursor.number());
          break;
        case NEW_FILE:
          cursor.number();
          tables.set(cursor.number(), cursor.number());
          cursor.skipText();
          cursor.skipText();
          break;
        default:
          return undefined;
      }
    }
    if (cursor.failed) return undefined;
  }
  return { tables, logNumber };
}
