// Whether a store's files are what was written to them, before LevelDB opens them: it would go on without what it cannot read, in silence.
import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { type Manifest, readManifest } from './manifest.js';
import { readRecordLog } from './record-log.js';
import { checkTable } from './table.js';

/** One file that is not what was written. `bytes`: sums do not fit; `form`: it is no file of its kind; `missing`: it is not there. */
export interface Damage {
  readonly file: string;
  readonly what: 'bytes' | 'form' | 'missing';
}

const TABLE = /^(\d+)\.(?:ldb|sst)$/;
const WRITE_AHEAD = /^(\d+)\.log$/;
const MANIFEST_NAME = /^MANIFEST-\d+$/;

export interface Inspected {
  readonly damages: readonly Damage[];
  /** Files by what they are; a store that is not there has none. */
  readonly names: readonly string[];
  readonly manifest: Manifest | undefined;
}

async function readPresent(file: string): Promise<Buffer | undefined> {
  return readFile(file).catch((fault: NodeJS.ErrnoException) => {
    if (fault.code === 'ENOENT') return undefined;
    throw fault;
  });
}

async function inspectManifest(dir: string): Promise<{ damages: Damage[]; manifest: Manifest | undefined }> {
  const damaged = (file: string, what: Damage['what']) => ({ damages: [{ file, what }], manifest: undefined });
  const current = await readPresent(path.join(dir, 'CURRENT'));
  if (current === undefined) return damaged('CURRENT', 'missing');
  const name = current.toString('latin1').replace(/\n$/, '');
  if (!MANIFEST_NAME.test(name) || current.length !== name.length + 1) return damaged('CURRENT', 'form');
  const bytes = await readPresent(path.join(dir, name));
  if (bytes === undefined) return damaged(name, 'missing');
  const { records, damagedAt } = readRecordLog(bytes);
  const manifest = readManifest(records);
  if (damagedAt !== undefined) return damaged(name, 'bytes');
  if (manifest === undefined || records.length === 0) return damaged(name, 'form');
  return { damages: [], manifest };
}

async function inspectWriteAhead(dir: string, names: readonly string[], { logNumber }: Manifest): Promise<Damage[]> {
  const numbers = names.flatMap((name) => (WRITE_AHEAD.test(name) ? [Number.parseInt(name, 10)] : []));
  const damages: Damage[] = [];
  // A store that was only just made has none yet.
  if (logNumber > 0 && !numbers.includes(logNumber))
    damages.push({ file: `${String(logNumber).padStart(6, '0')}.log`, what: 'missing' });
  for (const name of names) {
    if (!WRITE_AHEAD.test(name) || Number.parseInt(name, 10) < logNumber) continue;
    const bytes = await readPresent(path.join(dir, name));
    if (bytes !== undefined && readRecordLog(bytes).damagedAt !== undefined) damages.push({ file: name, what: 'bytes' });
  }
  return damages;
}

async function inspectTables(dir: string, names: readonly string[], { tables }: Manifest, whole: boolean): Promise<Damage[]> {
  const byNumber = new Map(names.flatMap((name) => (TABLE.test(name) ? [[Number.parseInt(name, 10), name] as const] : [])));
  const damages: Damage[] = [];
  for (const [number, bytes] of tables) {
    const file = byNumber.get(number);
    if (file === undefined) {
      damages.push({ file: `${String(number).padStart(6, '0')}.ldb`, what: 'missing' });
      continue;
    }
    const isWhole = (await stat(path.join(dir, file))).size === bytes && (!whole || (await checkTable(path.join(dir, file))));
    if (!isWhole) damages.push({ file, what: 'bytes' });
  }
  return damages;
}

/**
 * Reads the store in `dir`, which nobody has open, and tells what is damaged. `tables`: also every block of every table, which takes
 * as long as reading the store does; without it, only that they are there with their sizes. Rejects with the system's faults.
 */
export async function inspectStore(dir: string, tables: boolean): Promise<Inspected> {
  const names = await readdir(dir).catch((fault: NodeJS.ErrnoException) => {
    if (fault.code === 'ENOENT') return [] as string[];
    throw fault;
  });
  const isThere = names.some(
    (name) => TABLE.test(name) || WRITE_AHEAD.test(name) || MANIFEST_NAME.test(name) || name === 'CURRENT',
  );
  if (!isThere) return { damages: [], names: [], manifest: undefined };
  const { damages, manifest } = await inspectManifest(dir);
  if (manifest === undefined) return { damages, names, manifest };
  const writeAhead = await inspectWriteAhead(dir, names, manifest);
  return { damages: [...writeAhead, ...(await inspectTables(dir, names, manifest, tables))], names, manifest };
}

/**
 * Reads every block of every table of the store in `dir`, which may be open: tables do not change, and those that go meanwhile are passed
 * over. Rejects with the system's faults.
 */
export async function checkTables(dir: string): Promise<Damage[]> {
  const { manifest } = await inspectManifest(dir);
  const damages: Damage[] = [];
  for (const name of await readdir(dir)) {
    const counts = isTable(name) && manifest?.tables.has(Number.parseInt(name, 10)) === true;
    if (!counts || (await isSound(path.join(dir, name)))) continue;
    damages.push({ file: name, what: 'bytes' });
  }
  return damages;
}

async function isSound(file: string): Promise<boolean> {
  return checkTable(file).catch((fault: NodeJS.ErrnoException) => {
    if (fault.code === 'ENOENT') return true; // merged into others meanwhile
    throw fault;
  });
}

export function isTable(name: string): boolean {
  return TABLE.test(name);
}

export function isWriteAhead(name: string): boolean {
  return WRITE_AHEAD.test(name);
}
