// A copy of a store that another process has open, so that the log can be read while the hub runs (LevelDB lets in one process).
import { constants, copyFile, mkdir, readdir, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { HubError } from '../errors.js';

/** A compaction during the copy spoils it; they last milliseconds, so a few tries are enough. */
const TRIES = 10;

/** What must not change during the copy: every compaction and every change of log file adds to the manifest. */
async function manifestState(from: string): Promise<string> {
  const names = (await readdir(from)).sort();
  const manifests = names.filter((name) => name.startsWith('MANIFEST'));
  const sizes = await Promise.all(manifests.map(async (name) => (await stat(path.join(from, name))).size));
  return [...names, ...sizes].join('\n');
}

async function tryCopy(from: string, to: string): Promise<boolean> {
  const before = await manifestState(from);
  for (const name of await readdir(from)) {
    if (name === 'LOCK' || name.startsWith('LOG')) continue;
    await copyFile(path.join(from, name), path.join(to, name), constants.COPYFILE_FICLONE);
  }
  return before === (await manifestState(from));
}

/** Copies the store in folder `from` to the new folder `to`, consistently. Throws `config` when it cannot be read. */
export async function copyStore(from: string, to: string): Promise<void> {
  let cause: unknown;
  for (let i = 0; i < TRIES; i++) {
    await rm(to, { recursive: true, force: true });
    await mkdir(to, { recursive: true, mode: 0o700 });
    try {
      if (await tryCopy(from, to)) return;
    } catch (fault) {
      cause = fault;
    }
  }
  throw new HubError('config', `${from}: cannot be copied`, { cause });
}
