// A store on disk: the one importer of level. Batches of one tick become one write; syncs come in groups.
import { Level } from 'level';
import { HubError } from '../errors.js';
import { checkVersion, type Op, type Range, STEPS, type Step, type Store, VERSION_KEY } from './store.js';
import { settleUpgrade, swapStores, upgradeCopy } from './upgrade.js';

export interface LevelOptions {
  /** The folder; made when it is absent. */
  readonly path: string;
  /** How old a written record may be before it is forced to disk, in milliseconds. 0: forced before its promise resolves. */
  readonly flushMs: number;
  /** What makes a store of an older version one of this; only tests give others. */
  readonly steps?: readonly Step[];
}

type Db = Level<Buffer, Buffer>;
/** What level's types leave out of the class that it is outside of browsers (classic-level). */
interface Native {
  compactRange(start: Buffer, end: Buffer, options: typeof BINARY): Promise<void>;
  approximateSize(start: Buffer, end: Buffer, options: typeof BINARY): Promise<number>;
}
const BINARY = { keyEncoding: 'buffer', valueEncoding: 'buffer' } as const;

/** LevelDB holds two of these in memory; a hub writes little, and the default of 4 MiB would count against its 100 MiB. */
const WRITE_BUFFER_BYTES = 1024 * 1024;
const CACHE_BYTES = 1024 * 1024;
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

/** LevelDB's reason ends with the system's: `IO error: …/LOCK: Read-only file system`. What stands before is its files. */
function whyNot(cause: unknown): string {
  if (cause instanceof HubError) return cause.where;
  if (!(cause instanceof Error)) return 'cannot be used';
  if ('code' in cause && cause.code === 'LEVEL_LOCKED') return 'in use by another process';
  return /: ([A-Z][A-Za-z /-]{1,60})$/.exec(cause.message)?.[1] ?? 'cannot be used';
}

async function openDb(path: string, newest: number): Promise<{ db: Db; version: number }> {
  const db: Db = new Level(path, { ...BINARY, writeBufferSize: WRITE_BUFFER_BYTES, cacheSize: CACHE_BYTES });
  try {
    await db.open();
  } catch (cause) {
    throw new HubError('config', `${path}: ${whyNot((cause as Error).cause)}`, { cause });
  }
  try {
    const version = checkVersion(await db.get(VERSION_KEY), newest);
    if (version === undefined) await db.put(VERSION_KEY, Buffer.from(String(newest)), { sync: true });
    return { db, version: version ?? newest };
  } catch (fault) {
    await db.close();
    throw fault;
  }
}

const newestOf = ({ steps = STEPS }: LevelOptions): number => steps.length + 1;

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

  constructor(
    readonly options: LevelOptions,
    db: Db,
  ) {
    this.#db = db;
  }

  /** The open database; after a failed write it is opened anew, which drops a record torn in the middle. */
  #ready(): Db | Promise<Db> {
    if (this.#db !== undefined) return this.#db;
    this.#opening ??= openDb(this.options.path, newestOf(this.options))
      .then(({ db }) => (this.#db = db))
      .finally(() => (this.#opening = undefined));
    return this.#opening;
  }

  async get(key: Buffer): Promise<Buffer | undefined> {
    return (await this.#ready()).get(key);
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
        const found = await iterator.nextv(ITERATE_AT_ONCE);
        if (found.length === 0) return;
        for (const entry of found) yield entry as [Buffer, Buffer];
      }
    } finally {
      await iterator.close();
    }
  }

  async compact(range: Range): Promise<void> {
    const db = (await this.#ready()) as Db & Native;
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

  async size({ gte, lt }: Pick<Range, 'gte' | 'lt'>): Promise<number> {
    const db = (await this.#ready()) as Db & Native;
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
 * unreadable, or of a newer version.
 * A power cut right while LevelDB changes from one log file to the next can cost what that compaction had not yet written
 * (milliseconds), whatever `flushMs` says: LevelDB does not sync the file it leaves.
 */
export async function openLevelStore(options: LevelOptions): Promise<Store> {
  const newest = newestOf(options);
  settleUpgrade(options.path);
  const opened = await openDb(options.path, newest);
  if (opened.version === newest) return new LevelStore(options, opened.db);
  try {
    // Open meanwhile, so that no other process takes it.
    await upgradeCopy(options.path, opened.version, options.steps ?? STEPS, async (copy) => {
      const copied = { ...options, path: copy, flushMs: 0 };
      return new LevelStore(copied, (await openDb(copy, newest)).db);
    });
  } finally {
    await opened.db.close();
  }
  swapStores(options.path, opened.version, Date.now());
  return new LevelStore(options, (await openDb(options.path, newest)).db);
}
