// An export read back into a store in memory, so that it is verified by the same rules as the log of a hub (FORMAT.md, section 5).
import { HubError } from '../errors.js';
import { openMemoryStore } from '../store/memory.js';
import type { Op, Store } from '../store/store.js';
import { parseCheckpoint } from './checkpoint.js';
import { GROUP, GROUP_HEIGHT, KeySpace, leafData, removedValue, runValue, SALTED } from './keys.js';
import { LogReader } from './reader.js';
import { CompactRange, HASH_BYTES } from './tree.js';

export interface ImportedLog {
  readonly log: LogReader;
  /** What the head of the export says that it holds. */
  readonly size: number;
  /** In hex. */
  readonly root: string;
}

type Members = Readonly<Record<string, unknown>>;

/** Throws `log_broken` for lines that are no export. */
export async function importLog(lines: AsyncIterable<string>): Promise<ImportedLog> {
  const store = await openMemoryStore();
  const reading = new Import(store);
  for await (const line of lines) await store.batch(reading.take(parseLine(line)));
  const { head } = reading;
  if (head === undefined) throw broken('the export is empty');
  return { log: new LogReader(store), ...head };
}

const broken = (where: string): HubError => new HubError('log_broken', where);

function parseLine(line: string): Members {
  try {
    return JSON.parse(line) as Members;
  } catch {
    throw broken('the export has a line that is no JSON'); // without a cause: its words would quote the line
  }
}

function bytes(value: unknown, length?: number): Buffer {
  const read = Buffer.from(String(value), 'base64');
  if (read.toString('base64') !== value || (length !== undefined && read.length !== length))
    throw broken('the export is not in the format');
  return read;
}

function whole(value: unknown): number {
  if (!Number.isSafeInteger(value) || (value as number) < 0) throw broken('the export is not in the format');
  return value as number;
}

/** Of a removed run, from how many leaves it says that it is over. */
function heightOf(seq: number, leaves: unknown): number {
  if (leaves === undefined) return 0;
  const height = Math.log2(whole(leaves));
  if (!Number.isInteger(height) || height === 0 || height > GROUP_HEIGHT || seq % 2 ** height !== 0)
    throw broken(`no removed run begins at entry ${seq}`);
  return height;
}

const put = (key: Buffer, value: Buffer): Op => ({ type: 'put', key, value });

class Import {
  head: Omit<ImportedLog, 'log'> | undefined;
  private readonly keys = new KeySpace(1);
  private readonly tree = new CompactRange();

  constructor(readonly store: Store) {}

  take(line: Members): Op[] {
    if (this.head === undefined) {
      if (line['format'] !== 'hubsieve-audit-1' && line['format'] !== 'hubsieve-audit-2')
        throw broken('the export is of no format that this program knows');
      this.head = { size: whole(line['size']), root: bytes(line['root'], HASH_BYTES).toString('hex') };
      return [];
    }
    if ('pruned' in line) return this.pruned(whole(line['pruned']), bytes(line['hash'], HASH_BYTES));
    if ('seq' in line) return this.leaf(whole(line['seq']), line);
    if ('shape' in line) return this.shape(line);
    if ('checkpoint' in line) return this.checkpoint(String(line['checkpoint']));
    throw broken('the export has a line of no known kind');
  }

  private pruned(group: number, hash: Buffer): Op[] {
    if (this.tree.size !== group * GROUP) throw broken(`the group ${group} stands in the wrong place`);
    const ops = [put(this.keys.node(1, group), hash)];
    this.tree.appendSubtree(GROUP_HEIGHT, hash, (height, index, node) => this.note(ops, height, index, node));
    return ops;
  }

  private leaf(seq: number, { hash: stored, entry, salt, removed, leaves }: Members): Op[] {
    const hash = bytes(stored, HASH_BYTES);
    const ops: Op[] = [];
    // One that does not follow leaves a gap, which verifying finds.
    const above = entry === undefined ? heightOf(seq, leaves) : 0;
    if (seq === this.tree.size)
      this.tree.appendSubtree(above, hash, (height, index, node) => this.note(ops, height, index, node));
    if (typeof entry !== 'string') {
      const value = above === 0 ? removedValue(hash, whole(removed)) : runValue(hash, above, whole(removed));
      return [...ops, put(this.keys.number('e', seq), value)];
    }
    const data = leafData(salt === undefined ? { line: entry } : { salt: bytes(salt), line: entry });
    const value = Buffer.concat([hash, ...(salt === undefined ? [] : [Buffer.of(SALTED)]), data]);
    return [...ops, put(this.keys.number('e', seq), value)];
  }

  private note(ops: Op[], height: number, index: number, node: Buffer): void {
    if (height % GROUP_HEIGHT === 0) ops.push(put(this.keys.node(height / GROUP_HEIGHT, index), node));
  }

  private shape({ shape, text }: Members): Op[] {
    if (typeof text !== 'string' || !/^sha256:[0-9a-f]{64}$/.test(String(shape))) return [];
    return [put(this.keys.shape('s', String(shape)), Buffer.from(text))];
  }

  private checkpoint(note: string): Op[] {
    return [put(this.keys.number('c', parseCheckpoint(note).size), Buffer.from(note))];
  }
}
