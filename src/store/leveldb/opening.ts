// LevelDB opened: the one importer of level. Its files are looked at first, and mended where they are damaged.
import { mkdir, rm, symlink } from 'node:fs/promises';
import path from 'node:path';
import { Level } from 'level';
import { HubError, systemReason } from '../../errors.js';
import { checkVersion, STEPS, type Step, VERSION_KEY } from '../store.js';
import { type Damage, type Inspected, inspectStore } from './inspection.js';
import { giveUp, mendStore } from './mending.js';

export interface LevelOptions {
  /** The folder; made when it is absent. */
  readonly path: string;
  /** How old a written record may be before it is forced to disk, in milliseconds. 0: forced before its promise resolves. */
  readonly flushMs: number;
  /**
   * What becomes of a store whose files are damaged. `mend`: it goes on without what was lost, and its files are set aside beside it;
   * `refuse` (the default): opening it throws `store_damaged`.
   */
  readonly damaged?: 'mend' | 'refuse';
  /** Every block of every table is looked at before it is opened: something of it could not be read. */
  readonly suspect?: boolean;
  /** What makes a store of an older version one of this; only tests give others. */
  readonly steps?: readonly Step[];
  /** Told each time the store was mended, before it is used; also while it is open. */
  readonly onMended?: (damages: readonly Damage[]) => void;
}

export const BINARY = { keyEncoding: 'buffer', valueEncoding: 'buffer' } as const;
/** What level's types leave out of the class that it is outside of browsers (classic-level). */
interface Native {
  compactRange(start: Buffer, end: Buffer, options: typeof BINARY): Promise<void>;
  approximateSize(start: Buffer, end: Buffer, options: typeof BINARY): Promise<number>;
}
export type Db = Level<Buffer, Buffer> & Native;
export interface Opened {
  readonly db: Db;
  /** Of the layout of keys and values, not newer than this program's. */
  readonly version: number;
}
const { repair } = Level as unknown as { repair(location: string): Promise<void> };

/** LevelDB holds two of these in memory; a hub writes little, and the default of 4 MiB would count against its 100 MiB. */
const WRITE_BUFFER_BYTES = 1024 * 1024;
const CACHE_BYTES = 1024 * 1024;

/** LevelDB's reason ends with the system's: `IO error: …/LOCK: Read-only file system`. What stands before is its files. */
export function whyNot(cause: unknown): string {
  if (cause instanceof HubError) return cause.where;
  if (!(cause instanceof Error)) return 'cannot be used';
  if (codeOf(cause) === 'LEVEL_LOCKED') return 'in use by another process';
  return systemReason(cause) ?? /: ([A-Z][A-Za-z /-]{1,60})$/.exec(cause.message)?.[1] ?? 'cannot be used';
}

function codeOf(fault: unknown): unknown {
  return fault instanceof Error && 'code' in fault ? fault.code : undefined;
}

/** LevelDB came upon something it could not read: a file is damaged, and stays so until the store is mended. */
export function isCorruption(fault: unknown): boolean {
  return codeOf(fault) === 'LEVEL_CORRUPTION';
}

/** The version of a store that is written now. */
export function newestOf({ steps = STEPS }: Pick<LevelOptions, 'steps'>): number {
  return steps.length + 1;
}

async function openLevel(dir: string): Promise<Db> {
  const db = new Level<Buffer, Buffer>(dir, { ...BINARY, writeBufferSize: WRITE_BUFFER_BYTES, cacheSize: CACHE_BYTES }) as Db;
  try {
    await db.open();
  } catch (fault) {
    const cause = (fault as Error).cause;
    throw new HubError(isCorruption(cause) ? 'store_damaged' : 'config', `${dir}: ${whyNot(cause)}`, { cause: fault });
  }
  return db;
}

/** Opens the store; a new one gets the newest version. */
async function openDb(dir: string, newest: number): Promise<Opened> {
  const db = await openLevel(dir);
  try {
    const version = checkVersion(await db.get(VERSION_KEY), newest);
    if (version === undefined) await db.put(VERSION_KEY, Buffer.from(String(newest)), { sync: true });
    return { db, version: version ?? newest };
  } catch (fault) {
    await db.close();
    throw isCorruption(fault) ? new HubError('store_damaged', dir, { cause: fault }) : fault;
  }
}

/**
 * Does `work` while no other process can open the store: LevelDB locks by the file `LOCK`, and an empty database beside it, whose own
 * `LOCK` is that file, holds it. Throws `config` where another process has the store.
 */
async function whileLocked<T>(dir: string, work: () => Promise<T>): Promise<T> {
  const beside = `${dir}.lock-${process.pid}`;
  await rm(beside, { recursive: true, force: true });
  await mkdir(dir, { recursive: true, mode: 0o700 });
  await mkdir(beside, { mode: 0o700 });
  try {
    await symlink(path.join(dir, 'LOCK'), path.join(beside, 'LOCK'));
    const lock = await openLevel(beside).catch((cause: unknown) => {
      throw new HubError('config', `${dir}: ${whyNot(cause).replace(/^.*: /, '')}`, { cause });
    });
    try {
      return await work();
    } finally {
      await lock.close();
    }
  } finally {
    await rm(beside, { recursive: true, force: true });
  }
}

async function inspect(dir: string, whole: boolean): Promise<Inspected> {
  try {
    return await inspectStore(dir, whole);
  } catch (cause) {
    throw new HubError('config', `${dir}: ${whyNot(cause)}`, { cause });
  }
}

function isDamage(fault: unknown): boolean {
  return fault instanceof HubError && fault.code === 'store_damaged';
}

/** Inspects, and mends where that is asked. `whole`: also the blocks of every table. Resolves with the database, opened, and the version it has. */
export async function openSound(options: LevelOptions, whole: boolean): Promise<Opened> {
  const { path: dir, damaged, onMended } = options;
  const newest = newestOf(options);
  const [seen] = (await inspect(dir, whole)).damages;
  try {
    if (seen !== undefined) throw new HubError('store_damaged', path.join(dir, seen.file));
    return await openDb(dir, newest);
  } catch (fault) {
    if (!isDamage(fault) || damaged !== 'mend') throw fault;
  }
  // What was read without the lock may be another process's work in hand: it is read again. What LevelDB itself stumbled over is
  // found in the blocks, or nowhere.
  const found = await whileLocked(dir, async () => {
    const again = await inspect(dir, whole || seen === undefined);
    if (seen === undefined || again.damages.length > 0) await mend(dir, again);
    return again;
  });
  const opened = await openDb(dir, newest).catch(async (fault: unknown) => {
    if (!isDamage(fault)) throw fault;
    await whileLocked(dir, () => giveUp(dir));
    return openDb(dir, newest);
  });
  if (seen === undefined || found.damages.length > 0) onMended?.(found.damages);
  return opened;
}

async function mend(dir: string, found: Inspected): Promise<void> {
  try {
    await mendStore(dir, found, (damaged) => repair(damaged));
  } catch (cause) {
    if (systemReason(cause) !== undefined) throw new HubError('config', `${dir}: ${whyNot(cause)}`, { cause });
    await giveUp(dir); // it is set aside, and LevelDB makes nothing of it
  }
}
