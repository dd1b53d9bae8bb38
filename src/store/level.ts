// A store on disk. Batches of one tick become one write; syncs come in groups.
import { HubError } from '../errors.js';
import { checkTables } from './leveldb/inspection.js';
import { BINARY, type Db, isCorruption, type LevelOptions, newestOf, openSound, whyNot } from './leveldb/opening.js';
import { type Op, type Range, STEPS, type Store } from './store.js';
import { settleUpgrade, swapStores, upgradeCopy } from './upgrade.js';

/** Entries fetched at once by an iteration: each fetch is a trip to a worker thread. */
const ITERATE_AT_ONCE = 1000;
/** Written by a sync that has nothing else to write: LevelDB syncs only together with a record. */
const SYNC_MARK: Op = { type: 'put', key: Buffer.from('!sync'), value: Buffer.alloc(0) };

/** Longer than every key of the rooms: what is made of a range's end with so many 0xff behind it is its last key. */
const RANGE_PAD = 40;

interface Waiter {
  readonly resolve: () => void;
  readonly reject: (fault: HubError) => void;
}

class LevelStore implements Store {
  generation = 0;
  #db: Db | undefined;
  #opening: Promise<Db> | undefined;
  #ops: Op[] = [];
  #waiters: Waiter[] = [];
  #busy = false;
  #closed = false;
  #unsynced = false;
  #syncDue = false;
  #timer: NodeJS.Timeout | undefined;
  /** LevelDB came upon a damaged block: before it is opened again, every block is looked at. */
  #suspect = false;

  constructor(
    readonly options: LevelOptions,
    db: Db,
  ) {
    this.#db = db;
  }

  /** The open database; after a failed write it is opened anew, which drops a record torn in the middle. */
  #ready(): Db | Promise<Db> {
    if (this.#db !== undefined) return this.#db;
    this.#opening ??= openSound(this.options, this.#suspect)
      .then(({ db }) => {
        this.#suspect = false;
        return (this.#db = db);
      })
      .finally(() => (this.#opening = undefined));
    return this.#opening;
  }

  async get(key: Buffer): Promise<Buffer | undefined> {
    const db = await this.#ready();
    return this.#reading(() => db.get(key));
  }

  /** A block that cannot be read is no value that is absent. The store is mended before the next write. */
  async #reading<T>(read: () => Promise<T>): Promise<T> {
    try {
      return await read();
    } catch (cause) {
      if (!isCorruption(cause)) throw cause;
      this.#suspect = true;
      throw new HubError('store_damaged', this.options.path, { cause });
    }
  }

  batch(ops: readonly Op[]): Promise<void> {
    if (this.#closed) return Promise.reject(new HubError('record_failed', 'the store is closed'));
    return this.#enqueue(ops);
  }

  #enqueue(ops: readonly Op[]): Promise<void> {
    return new Promise((resolve, reject) => {
      for (const op of ops) this.#ops.push(op);
      this.#waiters.push({ resolve, reject });
      if (!this.#busy) {
        this.#busy = true;
        setImmediate(() => void this.#drain());
      }
    });
  }

  /** Writes until nothing waits: while one write is under way, the next one gathers. Never rejects. */
  async #drain(): Promise<void> {
    while (this.#waiters.length > 0) {
      const ops = this.#ops;
      const waiters = this.#waiters;
      this.#ops = [];
      this.#waiters = [];
      try {
        await this.#write(ops);
        for (const waiter of waiters) waiter.resolve();
      } catch (cause) {
        await this.#fail(waiters, cause);
      }
    }
    this.#busy = false;
  }

  async #write(ops: Op[]): Promise<void> {
    if (this.#suspect && this.#db !== undefined) throw new HubError('store_damaged', this.options.path);
    const sync = this.options.flushMs === 0 || this.#syncDue;
    if (ops.length === 0) {
      if (!sync || !this.#unsynced) return;
      ops.push(SYNC_MARK);
    }
    const db = await this.#ready();
    // A chained batch: the array form copies each operation first (41 against 27 µs of CPU a record at 20 records a write).
    const batch = db.batch();
    for (const op of ops) {
      if (op.type === 'put') batch.put(op.key, op.value);
      else batch.del(op.key);
    }
    await batch.write({ sync });
    this.#unsynced = !sync;
    if (sync) this.#syncDue = false;
    else this.#armSync();
  }

  #armSync(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      // A failure is told by `generation` and by the next batch; nobody waits for this one.
      if (this.#unsynced && !this.#closed) this.sync().catch(() => {});
    }, this.options.flushMs).unref();
  }

  /**
   * LevelDB may have left half a record in its file, behind which later ones would be lost at the next start: so everything that
   * waits is refused, and the database is closed; the next batch opens it again.
   */
  async #fail(waiters: readonly Waiter[], cause: unknown): Promise<void> {
    const refused = [...waiters, ...this.#waiters];
    const db = this.#db;
    this.#ops = [];
    this.#waiters = [];
    this.#db = undefined;
    this.#syncDue = false;
    this.#suspect ||= isCorruption(cause);
    this.generation++;
    for (const waiter of refused)
      waiter.reject(new HubError('record_failed', `${this.options.path}: ${whyNot(cause)}`, { cause }));
    try {
      await db?.close();
    } catch {
      // Closed or not, it is not used again; opening it anew says what is wrong.
    }
  }

  async *iterate(range: Range): AsyncGenerator<readonly [Buffer, Buffer]> {
    const db = await this.#ready();
    const iterator = db.iterator({ ...range, limit: range.limit ?? -1 });
    try {
      for (;;) {
        const found = await this.#reading(() => iterator.nextv(ITERATE_AT_ONCE));
        if (found.length === 0) return;
        for (const entry of found) yield entry as [Buffer, Buffer];
      }
    } finally {
      await iterator.close();
    }
  }

  async compact(range: Range): Promise<void> {
    const db = await this.#ready();
    // LevelDB writes its memory out as it is, old values too, and may put that below every level it then merges. So: write it out,
    // lay a new file over the whole range (two deletions of what is not there), and merge that with all it covers.
    const last = Buffer.concat([
      range.lt.subarray(0, -1),
      Buffer.of((range.lt.at(-1) as number) - 1),
      Buffer.alloc(RANGE_PAD, 0xff),
    ]);
    try {
      await db.compactRange(range.gte, range.lt, BINARY);
      await this.batch([
        { type: 'del', key: Buffer.concat([range.gte, Buffer.alloc(1)]) },
        { type: 'del', key: last },
      ]);
      await db.compactRange(range.gte, range.lt, BINARY);
    } catch (cause) {
      throw new HubError('record_failed', this.options.path, { cause });
    }
  }

  async inspect(): Promise<void> {
    if (this.#db === undefined || this.#closed || (await checkTables(this.options.path)).length === 0) return;
    this.#suspect = true;
    // Refused, as everything that waits is; then the store is opened anew, and mended.
    await this.sync().catch(() => undefined);
    await this.#ready();
  }

  async size({ gte, lt }: Pick<Range, 'gte' | 'lt'>): Promise<number> {
    const db = await this.#ready();
    return db.approximateSize(gte, lt, BINARY);
  }

  sync(): Promise<void> {
    if (this.#closed) return Promise.reject(new HubError('record_failed', 'the store is closed'));
    this.#syncDue = true;
    return this.#enqueue([]);
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    const synced = this.sync();
    this.#closed = true;
    clearTimeout(this.#timer);
    try {
      await synced;
    } finally {
      await this.#db?.close();
    }
  }
}

/**
 * Opens (or makes) the store in `options.path`; one of an older version is upgraded in a copy. Throws `config`: in use by another process,
 * unreadable, or of a newer version; `store_damaged`, where it is and is not to be mended.
 * A power cut right while LevelDB changes from one log file to the next can cost what that compaction had not yet written
 * (milliseconds), whatever `flushMs` says: LevelDB does not sync the file it leaves.
 */
export async function openLevelStore(options: LevelOptions): Promise<Store> {
  settleUpgrade(options.path);
  const { db, version } = await openSound(options, options.suspect ?? false);
  if (version === newestOf(options)) return new LevelStore(options, db);
  await db.close();
  await upgrade(options, version);
  return new LevelStore(options, (await openSound(options, false)).db);
}

/** Steps read everything, so all of the store is looked at first: what is damaged is mended or refused where it lies, not in the copy. */
async function upgrade(options: LevelOptions, held: number): Promise<void> {
  // Open meanwhile, so that no other process takes it.
  const { db } = await openSound(options, true);
  try {
    await upgradeCopy(options.path, held, options.steps ?? STEPS, async (copy) => {
      const copied: LevelOptions = { ...options, path: copy, flushMs: 0, damaged: 'refuse' };
      return new LevelStore(copied, (await openSound(copied, false)).db);
    });
  } finally {
    await db.close();
  }
  swapStores(options.path, held, Date.now());
}
