// Stores to run one suite on, and the vault's givens as a test needs them.
import { randomBytes } from 'node:crypto';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { CategoryId, Pseudonym } from '#src/model.js';
import { openLevelStore } from '#src/store/level.js';
import { type MemoryState, openMemoryStore } from '#src/store/memory.js';
import type { Op, Store } from '#src/store/store.js';

/** Opens the same store again and again. */
export type Opener = () => Promise<Store>;

export const MAKERS: readonly (readonly [name: string, make: () => Promise<Opener>])[] = [
  [
    'memory',
    async () => {
      const state: MemoryState = new Map();
      return () => openMemoryStore(state);
    },
  ],
  [
    'level',
    async () => {
      const where = await mkdtemp(path.join(tmpdir(), 'hubsieve-household-'));
      return () => openLevelStore({ path: where, flushMs: 20 });
    },
  ],
];

export const KEY = new Uint8Array(32).fill(9);
export const NOW = Date.UTC(2026, 0, 1);
export const DAY = 24 * 60 * 60 * 1000;
export const options = { key: KEY, random: randomBytes, now: () => NOW };

export function pair(original: string, pseudonym: string, more: Partial<Pseudonym> = {}): Pseudonym {
  const category: CategoryId = 'device_mac';
  return { service: 'cosori', epoch: 1, category, original, pseudonym, ...more };
}

/** Everything a store holds, keys and values, as Latin-1: to look for what must not be there. */
export async function dump(store: Store): Promise<string> {
  let text = '';
  for await (const [key, value] of store.iterate({ gte: Buffer.from('a'), lt: Buffer.from('{') })) {
    text += `${key.toString('latin1')}=${value.toString('latin1')}\n`;
  }
  return text;
}

/** A store that counts its batches, and can be told to fail. */
export function watched(store: Store): Store & { batches: number; failing: boolean } {
  const watch = {
    batches: 0,
    failing: false,
    get generation() {
      return store.generation;
    },
    get: (key: Buffer) => store.get(key),
    batch: (ops: readonly Op[]) => {
      watch.batches++;
      return watch.failing ? Promise.reject(new Error('the disk is full')) : store.batch(ops);
    },
    iterate: (range: Parameters<Store['iterate']>[0]) => store.iterate(range),
    compact: (range: Parameters<Store['compact']>[0]) => store.compact(range),
    inspect: () => store.inspect(),
    size: (range: Parameters<Store['size']>[0]) => store.size(range),
    sync: () => store.sync(),
    close: () => store.close(),
  };
  return watch;
}
