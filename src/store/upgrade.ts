// A store of an older version becomes one of this version: in a copy, which takes its place only when it is whole.
import { closeSync, existsSync, fsyncSync, openSync, readdirSync, renameSync, rmSync, statSync, utimesSync } from 'node:fs';
import path from 'node:path';
import { copyStore } from './snapshot.js';
import { type Step, type Store, VERSION_KEY } from './store.js';

/** How long the store as it was is kept beside the new one. Longer, and what a household has deleted would live on in it. */
const KEPT_MS = 7 * 24 * 60 * 60 * 1000;
const copyOf = (file: string): string => `${file}.next`;

/** Whether there is a store in `file`, or was when a power cut ended its upgrade. */
export function hasStore(file: string): boolean {
  return existsSync(file) || existsSync(copyOf(file));
}

/** To be called before the store in `file` is opened: ends what a power cut has left of an upgrade. */
export function settleUpgrade(file: string): void {
  const copy = copyOf(file);
  if (!existsSync(copy)) return;
  // The store is moved away only when its copy is whole.
  if (existsSync(file)) rmSync(copy, { recursive: true });
  else renameSync(copy, file);
}

/**
 * Carries out the steps behind version `held` in a copy of the store in `file`, whose files nobody writes meanwhile. `open` opens a store
 * that writes to disk at once. Throws what copying or a step throws; the store is then as it was.
 */
export async function upgradeCopy(
  file: string,
  held: number,
  steps: readonly Step[],
  open: (copy: string) => Promise<Store>,
): Promise<void> {
  const copy = copyOf(file);
  await copyStore(file, copy);
  const store = await open(copy);
  try {
    for (const step of steps.slice(held - 1)) await step(store);
    await store.batch([{ type: 'put', key: VERSION_KEY, value: Buffer.from(String(steps.length + 1)) }]);
  } finally {
    await store.close();
  }
  for (const name of ['.', ...readdirSync(copy)]) syncFile(path.join(copy, name));
}

/** Puts the upgraded copy in the place of the store, which must be closed; the store of version `held` stays beside it for a week. */
export function swapStores(file: string, held: number, nowMs: number): void {
  const kept = `${file}.v${held}`;
  rmSync(kept, { recursive: true, force: true });
  renameSync(file, kept);
  renameSync(copyOf(file), file);
  utimesSync(kept, nowMs / 1000, nowMs / 1000);
  syncFile(path.dirname(file));
}

/** Takes away what upgrades of the store in `file` have left beside it for longer than a week. */
export function removeOldStores(file: string, nowMs: number): void {
  const folder = path.dirname(file);
  const before = `${path.basename(file)}.v`;
  for (const name of readdirSync(folder)) {
    const kept = path.join(folder, name);
    if (name.startsWith(before) && nowMs - statSync(kept).mtimeMs > KEPT_MS) rmSync(kept, { recursive: true });
  }
}

function syncFile(file: string): void {
  const descriptor = openSync(file, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
