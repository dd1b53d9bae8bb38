// A damaged store made whole again, without what was lost. The files as they were found are set aside first: they are the evidence.
import { copyFile, link, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { type Inspected, isTable, isWriteAhead } from './inspection.js';
import { readRecordLog, writeRecordLog } from './record-log.js';

/** What is behind the folder's name where its files are set aside; only the last damage is kept. */
export const ASIDE = '-damaged';

/** Tables never change, so that a second name costs no space; where the file system has none, they are copied. */
async function setAside(dir: string, names: readonly string[]): Promise<void> {
  const fresh = `${dir}${ASIDE}.new`;
  await rm(fresh, { recursive: true, force: true });
  await mkdir(fresh, { mode: 0o700 });
  for (const name of names) {
    if (name === 'LOCK') continue;
    const [from, to] = [path.join(dir, name), path.join(fresh, name)];
    if (isTable(name)) await link(from, to).catch(() => copyFile(from, to));
    else await copyFile(from, to);
  }
  await rm(`${dir}${ASIDE}`, { recursive: true, force: true });
  await rename(fresh, `${dir}${ASIDE}`);
}

/** Writes a write-ahead file anew with its whole records: LevelDB would drop the rest of a block, or take a record that does not fit. */
async function cleanWriteAhead(file: string): Promise<void> {
  const { records, damagedAt } = readRecordLog(await readFile(file));
  if (damagedAt === undefined) return;
  await writeFile(`${file}.new`, writeRecordLog(records), { flush: true, mode: 0o600 });
  await rename(`${file}.new`, file);
}

/**
 * Mends the store in `dir`, which nobody else has open. `repair` is LevelDB's own: it finds the tables again where the manifest, or a
 * table that it names, is lost, or where LevelDB stumbles over what does not show here. A damaged table goes as a whole: some 2 MB. Rejects with the system's faults and those of `repair`.
 */
export async function mendStore(
  dir: string,
  { damages, names, manifest }: Inspected,
  repair: (dir: string) => Promise<void>,
): Promise<void> {
  await setAside(dir, names);
  const isBad = (name: string): boolean => damages.some(({ file }) => file === name);
  for (const name of names) {
    const isOver = manifest !== undefined && isTable(name) && !manifest.tables.has(Number.parseInt(name, 10));
    if (isTable(name) && (isBad(name) || isOver)) await rm(path.join(dir, name));
    if (isWriteAhead(name)) await cleanWriteAhead(path.join(dir, name));
  }
  if (manifest !== undefined && damages.length > 0 && !damages.some(({ file }) => isTable(file))) return;
  await repair(dir);
  // LevelDB puts there what it has read; it is in the folder set aside, too.
  await rm(path.join(dir, 'lost'), { recursive: true, force: true });
}

/** Nothing of the store can be read: an empty one takes its place. */
export async function giveUp(dir: string): Promise<void> {
  await rm(dir, { recursive: true, force: true });
}
