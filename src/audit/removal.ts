// What leaves the log again: entries past their retention, and a device's entries on demand. The tree stays (FORMAT.md, section 4).
import type { Op } from '../store/store.js';
import { finishBounds } from './bound.js';
import { parseEntry, type RemovalEntry } from './entry.js';
import { carryOut, empty, finishErasures, planErasures } from './erasure.js';
import { endOf, GROUP, keyNumber } from './keys.js';
import type { AuditLog } from './store.js';

const del = (key: Buffer): Op => ({ type: 'del', key });
/**
 * The last of the periods that began at `beforeMs` or earlier, counted from the log's beginning: all entries before it are older. The first
 * younger one ends the count. A period from after `nowMs` was dated by a clock that was ahead, and one from before an earlier period by a
 * clock that was behind: they say nothing, and what stands around them decides.
 */
async function boundary(log: AuditLog, beforeMs: number, nowMs: number): Promise<number> {
  let found = 0;
  let lastMs = 0;
  for await (const [key] of log.store.iterate(log.keys.range('p'))) {
    const leaf = await log.leaf(keyNumber(key));
    const entry = leaf?.line === undefined ? undefined : parseEntry(leaf.line);
    if (entry === undefined || entry.timeMs > nowMs || entry.timeMs < lastMs) continue;
    lastMs = entry.timeMs;
    if (entry.timeMs > beforeMs) return found;
    found = keyNumber(key);
  }
  return found;
}

async function isPruned(log: AuditLog, before: number): Promise<boolean> {
  if (before === 0) return true;
  const floor = before - (before % GROUP);
  for await (const leaf of log.leaves(0, floor, false, 1)) return leaf === undefined;
  if (floor === before) return true;
  let removal: number | undefined;
  for await (const last of log.leaves(floor, before, true, 1)) removal = last.removal;
  const entry = removal === undefined ? undefined : (await log.leaf(removal))?.line;
  // It may be gone with a device alone.
  return entry !== undefined && (parseEntry(entry) as RemovalEntry).what === 'retention';
}

/** Removes what goes with the entries before `before`: checkpoints, periods, shapes that nothing later names. */
async function removeCompanions(log: AuditLog, before: number): Promise<void> {
  const defined = log.watchShapes();
  const old: string[] = [];
  const ops: Op[] = [];
  for (const letter of ['c', 'p'])
    for await (const [key] of log.store.iterate(log.keys.range(letter))) if (keyNumber(key) < before) ops.push(del(key));
  for await (const [key, value] of log.store.iterate(log.keys.range('u'))) {
    if (keyNumber(value) >= before) continue;
    old.push(`sha256:${key.toString('hex', 2)}`);
  }
  // No await between here and handing over the batch: a shape defined later is written behind their removal.
  for (const name of old) if (!defined.has(name)) ops.push(del(log.keys.shape('u', name)), del(log.keys.shape('s', name)));
  await log.store.batch(ops);
}

/**
 * Removes the entries older than `beforeMs`, by whole periods (a day at most is kept longer). Gives the seq before which all is gone.
 * Can be broken off and run again. Throws `record_failed`.
 */
export function prune(log: AuditLog, beforeMs: number, nowMs: number): Promise<number> {
  return log.exclusive(async () => {
    await finishNoted(log);
    return pruneAlone(log, beforeMs, nowMs);
  });
}

async function pruneAlone(log: AuditLog, beforeMs: number, nowMs: number): Promise<number> {
  const before = await boundary(log, beforeMs, nowMs);
  if (await isPruned(log, before)) return before;
  const [removal] = (await log.appendRemovals([{ kind: 'removal', timeMs: nowMs, what: 'retention', before }])) as [number];
  const floor = before - (before % GROUP);
  const rest: Op[] = [];
  for await (const leaf of log.leaves(floor, before)) rest.push(empty(log, leaf, removal));
  await log.store.batch(rest);
  // The groups from the left: what is left of a broken run is a shorter log with the same nodes.
  let group: Op[] = [];
  for await (const leaf of log.leaves(0, floor)) {
    group.push(del(log.keys.number('e', leaf.seq)));
    if (endOf(leaf) % GROUP !== 0) continue;
    await log.store.batch(group);
    group = [];
  }
  await removeCompanions(log, before);
  await log.store.compact({ gte: log.keys.range('e').gte, lt: log.keys.number('e', before - 1 - ((before - 1) % GROUP) + 1) });
  await log.checkpoint();
  return before;
}

/**
 * Removes everything about a device recorded up to now, its name included, and the definitions that nothing else uses. Gives the number of
 * entries. Broken off, it is finished by `finishRemovals`. Throws `record_failed`.
 */
export function eraseDevice(log: AuditLog, label: string, nowMs: number): Promise<number> {
  return log.exclusive(async () => {
    await finishNoted(log);
    const end = await log.closePeriod(nowMs);
    const plan = await planErasures(log, label, end);
    if (plan.length === 0) return 0;
    const removals = plan.map(({ device, gone, definitions }): RemovalEntry => {
      return { kind: 'removal', timeMs: nowMs, what: 'device', device, count: gone.length + definitions.length };
    });
    const seqs = await log.appendRemovals(removals);
    await carryOut(
      log,
      plan.map((erasure, i) => ({ erasure, removal: seqs[i] as number })),
    );
    return removals.reduce((sum, { count = 0 }) => sum + count, 0);
  });
}

/** Finishes what `eraseDevice` and `boundLog` were kept from: it was announced, and noted. Throws `record_failed`. */
export function finishRemovals(log: AuditLog): Promise<void> {
  return log.exclusive(() => finishNoted(log));
}

/** One removal counts what is there: what another was kept from is finished before. */
async function finishNoted(log: AuditLog): Promise<void> {
  await finishErasures(log);
  await finishBounds(log);
}
