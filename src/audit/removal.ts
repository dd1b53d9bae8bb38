// What leaves the log again: entries past their retention, and a device's entries on demand. The tree stays (FORMAT.md, section 4).
import type { Op } from '../store/store.js';
import { type Entry, parseEntry } from './entry.js';
import { endOf, GROUP, keyNumber, type Leaf, letterRange, numberKey, removedValue, shapeKey } from './keys.js';
import type { AuditLog } from './store.js';

const del = (key: Buffer): Op => ({ type: 'del', key });
const empty = (leaf: Leaf, removal: number): Op => ({
  type: 'put',
  key: numberKey('e', leaf.seq),
  value: removedValue(leaf.hash, removal),
});

/** The latest period that began at `beforeMs` or earlier: all entries before it are older. */
async function boundary(log: AuditLog, beforeMs: number): Promise<number> {
  let found = 0;
  for await (const [key] of log.store.iterate(letterRange('p'))) {
    const leaf = await log.leaf(keyNumber(key));
    const entry = leaf?.line === undefined ? undefined : parseEntry(leaf.line);
    if (entry !== undefined && entry.timeMs <= beforeMs) found = Math.max(found, keyNumber(key));
  }
  return found;
}

async function isPruned(log: AuditLog, before: number): Promise<boolean> {
  if (before === 0) return true;
  const floor = before - (before % GROUP);
  for await (const leaf of log.leaves(0, floor, false, 1)) return leaf === undefined;
  for await (const last of log.leaves(floor, before, true, 1)) return last.removal !== undefined;
  return floor === before;
}

/** Removes what goes with the entries before `before`: checkpoints, periods, shapes that nothing later names. */
async function removeCompanions(log: AuditLog, before: number): Promise<void> {
  const defined = log.watchShapes();
  const old: string[] = [];
  const ops: Op[] = [];
  for (const letter of ['c', 'p'])
    for await (const [key] of log.store.iterate(letterRange(letter))) if (keyNumber(key) < before) ops.push(del(key));
  for await (const [key, value] of log.store.iterate(letterRange('u'))) {
    if (keyNumber(value) >= before) continue;
    old.push(`sha256:${key.toString('hex', 2)}`);
  }
  // No await between here and handing over the batch: a shape defined later is written behind their removal.
  for (const name of old) if (!defined.has(name)) ops.push(del(shapeKey('u', name)), del(shapeKey('s', name)));
  await log.store.batch(ops);
}

/**
 * Removes the entries older than `beforeMs`, by whole periods (a day at most is kept longer). Gives the seq before which all is gone.
 * Can be broken off and run again. Throws `record_failed`.
 */
export function prune(log: AuditLog, beforeMs: number, nowMs: number): Promise<number> {
  return log.removing(() => pruneBefore(log, beforeMs, nowMs));
}

async function pruneBefore(log: AuditLog, beforeMs: number, nowMs: number): Promise<number> {
  const before = await boundary(log, beforeMs);
  if (await isPruned(log, before)) return before;
  const removal = await log.appendRemoval({ kind: 'removal', timeMs: nowMs, what: 'retention', before });
  const floor = before - (before % GROUP);
  const rest: Op[] = [];
  for await (const leaf of log.leaves(floor, before)) if (leaf.height === 0) rest.push(empty(leaf, removal));
  await log.store.batch(rest);
  // The groups from the left: what is left of a broken run is a shorter log with the same nodes.
  let group: Op[] = [];
  for await (const leaf of log.leaves(0, floor)) {
    group.push(del(numberKey('e', leaf.seq)));
    if (endOf(leaf) % GROUP !== 0) continue;
    await log.store.batch(group);
    group = [];
  }
  await removeCompanions(log, before);
  await log.store.compact({ gte: letterRange('e').gte, lt: numberKey('e', before - 1 - ((before - 1) % GROUP) + 1) });
  await log.checkpoint();
  return before;
}

const namesDevice = (entry: Entry, refs: ReadonlySet<number>): boolean =>
  'device' in entry && entry.device !== undefined && refs.has(entry.device);

/** Calls `found` for every live entry that is about the device; `definition` for those that name it. */
async function scanDevice(
  log: AuditLog,
  label: string,
  end: number,
  found: (leaf: Leaf, definition: boolean) => unknown,
): Promise<void> {
  const refs = new Set<number>();
  for await (const leaf of log.leaves(0, end)) {
    if (leaf.line === undefined) continue;
    const entry = parseEntry(leaf.line);
    const definition = entry.kind === 'definition' && entry.what === 'device' && entry.text === label;
    if (definition) refs.add(leaf.seq);
    if (definition || namesDevice(entry, refs)) await found(leaf, definition);
  }
}

/**
 * Removes everything about a device recorded up to now, its name included. Gives the number of entries. Can be broken off and run
 * again: the definitions, by which its entries are found, go last. Throws `record_failed`.
 */
export function eraseDevice(log: AuditLog, label: string, nowMs: number): Promise<number> {
  return log.removing(() => erase(log, label, nowMs));
}

async function erase(log: AuditLog, label: string, nowMs: number): Promise<number> {
  log.forgetDevice(label);
  const end = log.size;
  let count = 0;
  await scanDevice(log, label, end, () => count++);
  if (count === 0) return 0;
  const removal = await log.appendRemoval({ kind: 'removal', timeMs: nowMs, what: 'device', count });
  let ops: Op[] = [];
  const last: Op[] = [];
  await scanDevice(log, label, end, async (leaf, definition) => {
    (definition ? last : ops).push(empty(leaf, removal));
    if (ops.length < GROUP) return;
    await log.store.batch(ops);
    ops = [];
  });
  await log.store.batch(ops);
  await log.store.batch(last);
  await log.store.compact(letterRange('e'));
  log.forgetDefinitions();
  return count;
}
