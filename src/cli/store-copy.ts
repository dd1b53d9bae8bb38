// What a hub keeps, read from a copy of its store, so that a running hub is not disturbed.
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { logKeyFromSeed, renameLogKey } from '../audit/checkpoint.js';
import { readContinued } from '../audit/cli.js';
import { latestLog } from '../audit/keys.js';
import { LogReader } from '../audit/reader.js';
import type { LogHead } from '../audit/recovery.js';
import { HubError } from '../errors.js';
import { type HubKeys, openKeys } from '../runtime/install-keys.js';
import { StoreMark } from '../runtime/store-mark.js';
import { openLevelStore } from '../store/level.js';
import { copyStore } from '../store/snapshot.js';
import type { Store } from '../store/store.js';

export interface StoreCopy {
  readonly store: Store;
  readonly keys: HubKeys;
  readonly mark: StoreMark;
  /** Files of the copy that were damaged; it goes on without what they held. */
  readonly damaged: readonly string[];
}

/** Does `work` with a copy of the store in `dir`, and takes it away again. Throws `config` where it cannot be read. */
export async function withStoreCopy<T>(dir: string, work: (copy: StoreCopy) => Promise<T>): Promise<T> {
  const at = mkdtempSync(path.join(tmpdir(), 'hubsieve-'));
  try {
    const keys = openKeys(dir);
    // Read first: the hub writes it after the store, and a copy that is older would look cut.
    const mark = await StoreMark.open({ dataDir: dir, key: keys.household, random: randomBytes });
    await copyStore(path.join(dir, 'store'), path.join(at, 'store'));
    const damaged: string[] = [];
    const store = await openLevelStore({
      path: path.join(at, 'store'),
      flushMs: 1000,
      damaged: 'mend',
      onMended: (damages) => damaged.push(...damages.map(({ file }) => file)),
    });
    try {
      return await work({ store, keys, mark, damaged });
    } finally {
      await store.close();
    }
  } finally {
    rmSync(at, { recursive: true, force: true });
  }
}

export interface LogCopy {
  readonly log: LogReader;
  readonly vkey: string;
  /** How far it was, where that is known outside the store. */
  readonly head: LogHead | undefined;
}

/** The log with this number, or the latest; its key, and how far it was. Throws `not_found` where nothing is left of it. */
export async function openLogCopy({ store, keys, mark }: StoreCopy, number?: number): Promise<LogCopy> {
  const latest = Math.max(await latestLog(store), mark.head?.log ?? 1);
  const one = number ?? latest;
  const log = new LogReader(store, one);
  if (one !== latest && (one > latest || (await log.storedSize()) === 0)) throw new HubError('not_found', `log ${one}`);
  const first = logKeyFromSeed(`hubsieve/${keys.installId}`, keys.logSeed);
  const { vkey } = one === 1 ? first : renameLogKey(first, `${first.origin}/${one}`);
  return { log, vkey, head: mark.head?.log === one ? mark.head : await headByNext(store, one) };
}

/** What the next log says of this one. */
async function headByNext(store: Store, number: number): Promise<LogHead | undefined> {
  const next = await readContinued(new LogReader(store, number + 1));
  if (next?.log !== number || next.root === undefined) return undefined;
  return { log: number, size: next.size, root: Buffer.from(next.root, 'base64') };
}
