// The hub's own secrets: one file of random bytes, made at first start, mode 0600, refused when it is wider.
import { hkdfSync, randomBytes } from 'node:crypto';
import {
  closeSync,
  existsSync,
  fstatSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { HubError, systemReason } from '../errors.js';

/** In the data directory. */
export const KEY_FILE = 'master.key';
const MASTER_BYTES = 32;
const PRIVATE_MODE = 0o600;

export interface HubKeys {
  /** For pseudonyms and hashes. */
  readonly master: Uint8Array;
  /** 32 bytes for the log's signing key. */
  readonly logSeed: Uint8Array;
  /** 32 bytes for what is kept of the household. */
  readonly household: Uint8Array;
  /** Names this installation in the log; says nothing about the home. */
  readonly installId: string;
}

/** Whether the key of this data directory is there. */
export function hasMasterKey(dataDir: string): boolean {
  return existsSync(path.join(dataDir, 'master.key'));
}

/** Reads the key of this data directory, or makes it. Throws `config` when it cannot, or others than its owner may read it. */
export function openKeys(dataDir: string): HubKeys {
  const file = path.join(dataDir, KEY_FILE);
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 });
    if (!existsSync(file)) create(file);
  } catch (cause) {
    throw new HubError('config', `${file} cannot be made: ${systemReason(cause) ?? 'unknown reason'}`, { cause });
  }
  const master = read(file);
  const derive = (label: string, bytes: number): Buffer =>
    Buffer.from(hkdfSync('sha256', master, '', `hubsieve/v1 ${label}`, bytes));
  return {
    master: derive('fields', 32),
    logSeed: derive('log', 32),
    household: derive('household', 32),
    installId: derive('install', 8).toString('hex'),
  };
}

/** Written beside and linked into place: after a power cut there is a whole key or none. */
function create(file: string): void {
  const beside = `${file}.${process.pid}`;
  try {
    const fd = openSync(beside, 'wx', PRIVATE_MODE);
    try {
      writeFileSync(fd, randomBytes(MASTER_BYTES)); // all of it or a fault: `writeSync` may write a part
      fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
    linkSync(beside, file);
  } catch (fault) {
    if ((fault as NodeJS.ErrnoException).code !== 'EEXIST') throw fault;
  } finally {
    rmSync(beside, { force: true });
  }
}

function read(file: string): Buffer {
  const fd = openSync(file, 'r');
  try {
    const { mode } = fstatSync(fd);
    if ((mode & 0o077) !== 0) throw new HubError('config', `${file} may be read by others: chmod 600 it`);
    const bytes = readFileSync(fd);
    if (bytes.length !== MASTER_BYTES) throw new HubError('config', `${file} is not a key of this hub`);
    return bytes;
  } finally {
    closeSync(fd);
  }
}
