// A store in memory: for tests and for rehearsals without a data directory. The slow, obviously right one.
import { HubError } from '../errors.js';
import { checkVersion, type Op, type Range, STEPS, type Store, VERSION_KEY } from './store.js';

/** The bytes themselves; handed to `openMemoryStore` again, they are found as they were left. Keys are Latin-1 of the key bytes. */
export type MemoryState = Map<string, Buffer>;

class MemoryStore implements Store {
  readonly generation = 0;
  #closed = false;

  constructor(readonly state: MemoryState) {}

  async get(key: Buffer): Promise<Buffer | undefined> {
    const value = this.state.get(key.toString('latin1'));
    return value === undefined ? undefined : Buffer.from(value);
  }

  async batch(ops: readonly Op[]): Promise<void> {
    if (this.#closed) throw new HubError('record_failed', 'the store is closed');
    for (const op of ops) {
      const key = op.key.toString('latin1');
      if (op.type === 'put') this.state.set(key, Buffer.from(op.value));
      else this.state.delete(key);
    }
  }

  async *iterate(range: Range): AsyncGenerator<readonly [Buffer, Buffer]> {
    const from = range.gte.toString('latin1');
    const to = range.lt.toString('latin1');
    const found = [...this.state].filter(([key]) => key >= from && key < to).sort(([a], [b]) => (a < b ? -1 : 1));
    if (range.reverse === true) found.reverse();
    for (const [key, value] of found.slice(0, range.limit)) yield [Buffer.from(key, 'latin1'), Buffer.from(value)];
  }

  async compact(_range: Range): Promise<void> {
    // Nothing deleted is kept.
  }

  async inspect(): Promise<void> {
    // It has no files.
  }

  async size({ gte, lt }: Pick<Range, 'gte' | 'lt'>): Promise<number> {
    let bytes = 0;
    for await (const [key, value] of this.iterate({ gte, lt })) bytes += key.length + value.length;
    return bytes;
  }

  async sync(): Promise<void> {
    await this.batch([]);
  }

  async close(): Promise<void> {
    this.#closed = true;
  }
}

/** Opens a store over `state`. Throws `config` when it was written by a newer version. */
export async function openMemoryStore(state: MemoryState = new Map()): Promise<Store> {
  const key = VERSION_KEY.toString('latin1');
  const newest = STEPS.length + 1;
  if (checkVersion(state.get(key), newest) === undefined) state.set(key, Buffer.from(String(newest)));
  return new MemoryStore(state);
}
