// Files that hold keys: read only when nobody else may, written whole or not at all.
import {
  closeSync,
  fsyncSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { HubError } from '../errors.js';

/** The permissions nobody but the owner may have. */
const OTHERS = 0o077;

/** Text of a key file; `undefined` when there is none. Throws `config` when others may read or write it, or it is no plain file. */
export function readSecret(file: string): string | undefined {
  const stat = lstatSync(file, { throwIfNoEntry: false });
  if (stat === undefined) return undefined;
  if (!stat.isFile()) throw new HubError('config', `${file}: not a plain file`);
  if ((stat.mode & OTHERS) !== 0) {
    const mode = (stat.mode & 0o777).toString(8).padStart(4, '0');
    throw new HubError('config', `${file}: mode is ${mode}, must be 0600; whoever read it can speak for the clouds`);
  }
  return readFileSync(file, 'utf8');
}

/** Text of every file in `dir`, by name; none when there is no such directory. */
export function listFiles(dir: string): { readonly file: string; readonly text: string }[] {
  if (lstatSync(dir, { throwIfNoEntry: false }) === undefined) return [];
  const files = readdirSync(dir).sort();
  return files.map((name) => ({ file: path.join(dir, name), text: readFileSync(path.join(dir, name), 'utf8') }));
}

function syncDir(dir: string): void {
  const handle = openSync(dir, 'r');
  fsyncSync(handle);
  closeSync(handle);
}

/** Writes `text` beside `file`, on disk, then puts it in its place. Missing directories are made with 0700. */
export function writeWhole(file: string, text: string, mode: number): void {
  const dir = path.dirname(file);
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const fresh = `${file}.new`;
  rmSync(fresh, { force: true });
  const handle = openSync(fresh, 'wx', mode);
  try {
    writeFileSync(handle, text); // all of it or a fault: `writeSync` may write a part
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
  renameSync(fresh, file);
  syncDir(dir);
}
