// The log's bound in bytes: who loses entries, who does not, and that the log proves itself all the same.
import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import test from 'ava';
import { boundLog, levelOf } from '#src/audit/bound.js';
import { exportLog, formatEntry, type ListedEntry, listEntries } from '#src/audit/cli.js';
import { proveEntry } from '#src/audit/proof.js';
import { eraseDevice, finishRemovals, prune } from '#src/audit/removal.js';
import { type AuditLog, openLog } from '#src/audit/store.js';
import { verifyLog } from '#src/audit/verify.js';
import { HubError } from '#src/errors.js';
import { type MemoryState, openMemoryStore } from '#src/store/memory.js';
import type { Op, Store } from '#src/store/store.js';
import { programFile } from '../programs.js';
import { DAY_MS, decision, KEY, message, openMemoryLog, TIME_MS } from './helpers.js';

const ALL = { gte: Buffer.from('a'), lt: Buffer.from('b') };

/** A flood of one device that makes up a name in each message, with a message of one of three lamps in between. */
async function flood(log: AuditLog, from: number, count: number, every = 50): Promise<void> {
  for (let i = from; i < from + count; i++) {
    const made = Array.from({ length: 8 }, (_, k) => decision(`$['made up ${i} ${k}']`, 'unclassified'));
    await log.append(message(i, { device: 'camera', decisions: made }));
    if (i % every === 0) await log.append(message(i, { device: `lamp ${i % 3}` }));
    if (i % 400 === 0) await log.checkpoint();
  }
  await log.checkpoint();
}

async function listed(log: AuditLog): Promise<ListedEntry[]> {
  const all: ListedEntry[] = [];
  for await (const entry of listEntries(log)) all.push(entry);
  return all;
}

const of = (entries: readonly ListedEntry[], device: string): ListedEntry[] =>
  entries.filter((one) => one.kind === 'message' && one.device?.startsWith(device));

test('whoever wrote the most loses its oldest entries, no other device any, and the log proves itself, here and by the tool', async (t) => {
  const log = await openMemoryLog();
  await flood(log, 0, 2000);
  const before = await listed(log);
  const kept = (await log.lastCheckpoint())!.note;
  const size = await log.store.size(ALL);
  const bounded = await boundLog(log, size / 2, TIME_MS + 1);
  t.deepEqual(
    bounded.map(({ device }) => device),
    ['camera'],
  );
  t.true((await log.store.size(ALL)) < size / 2);
  const after = await listed(log);
  t.deepEqual(of(after, 'lamp'), of(before, 'lamp'));
  const camera = of(after, 'camera');
  t.true(camera.length > 300 && camera.length < 1500, `${camera.length}`);
  t.deepEqual(camera, of(before, 'camera').slice(0, camera.length), 'its newest are left, with their fields');
  const removal = after.find(({ kind }) => kind === 'removal') as ListedEntry & { kind: 'removal' };
  t.is(removal.count, bounded[0]!.count);
  t.regex(formatEntry(removal, 'text'), / camera its \d+ oldest entries were taken out: the log had outgrown its bound/);
  const found = await verifyLog(log, { vkey: KEY.vkey, checkpoint: kept });
  t.deepEqual(found.faults, []);
  t.is(found.unchecked, 0, 'no checkpoint lies in what was taken out');
  t.is(found.removed, bounded[0]!.count);
  for (const { seq } of [of(after, 'lamp').at(-1)!, camera.at(-1)!, removal]) t.truthy(await proveEntry(log, seq));

  const file = path.join(mkdtempSync(path.join(tmpdir(), 'hubsieve-bound-')), 'log.jsonl');
  let text = '';
  for await (const line of exportLog(log, KEY.vkey)) text += line;
  writeFileSync(file, text);
  const args = ['docs/verify-log.py', file, '--key', KEY.vkey];
  const tool = spawnSync(programFile('python3'), args, { encoding: 'utf8' });
  t.is(tool.status, 0, tool.stdout + tool.stderr);
  writeFileSync(file, text.replace(/"removed":\d+,"leaves":64/, '"removed":7,"leaves":64'));
  t.is(spawnSync(programFile('python3'), args, { encoding: 'utf8' }).status, 1);
});

test('what is left of a flood is small, also where others wrote in its midst', async (t) => {
  const log = await openMemoryLog();
  await flood(log, 0, 6000, 10);
  const lamps = of(await listed(log), 'lamp').length;
  t.is(lamps, 600);
  await boundLog(log, 300_000, TIME_MS + 1);
  t.is(of(await listed(log), 'lamp').length, lamps);
  let [leaves, live] = [0, 0];
  for await (const { line } of log.leaves()) {
    leaves += 1;
    if (line !== undefined) live += 1;
  }
  t.true(leaves < live + lamps * 6, `${leaves} leaves and runs for ${live} entries`);
  t.deepEqual((await verifyLog(log, { vkey: KEY.vkey })).faults, []);
});

test('again and again, over restarts, with retention and erasure in between: always within the bound, always proven', async (t) => {
  const state: MemoryState = new Map();
  let at = 0;
  for (let round = 0; round < 5; round++) {
    const log = await openMemoryLog(state);
    await flood(log, at, 900);
    at += 900;
    await boundLog(log, 400_000, TIME_MS + at * 1000);
    t.true((await log.store.size(ALL)) < 400_000);
    // The shapes that were taken out are written anew where they come again.
    await log.append(message(at, { device: 'lamp 1' }));
    const made = Array.from({ length: 8 }, (_, k) => decision(`$['made up 5 ${k}']`, 'unclassified'));
    await log.append(message(at, { device: 'lamp 1', decisions: made }));
    if (round === 2) await eraseDevice(log, 'lamp 2', TIME_MS + at * 1000);
    if (round === 3) await prune(log, TIME_MS + 900 * 1000, TIME_MS + at * 1000);
    await log.close();
    t.deepEqual((await verifyLog(log, { vkey: KEY.vkey })).faults, [], `round ${round}`);
    for (const entry of of(await listed(log), 'lamp 1').slice(0, 2))
      t.true(entry.kind === 'message' && entry.decisions.length > 0);
  }
  const log = await openMemoryLog(state);
  await prune(log, TIME_MS + 400 * DAY_MS, TIME_MS + 400 * DAY_MS);
  const found = await verifyLog(log, { vkey: KEY.vkey });
  t.deepEqual(found.faults, []);
});

test('several that wrote too much come to the same, refusals and failed sends are theirs too; nobody’s choice is taken out', async (t) => {
  const log = await openMemoryLog();
  const by = { policyVersion: '1', clientVersion: 'test', channel: 'web' } as const;
  await log.append({ kind: 'switch', timeMs: TIME_MS, what: 'device', device: 'a', ...by });
  for (let i = 0; i < 3000; i++) {
    for (const device of ['a', 'b', ...(i % 40 === 0 ? ['c'] : [])]) {
      const seq = await log.append(message(i, { device }));
      if (device === 'a')
        await log.append({ kind: 'send-failed', timeMs: TIME_MS + i * 1000, of: seq, error: 'upstream_timeout' });
    }
    if (i % 10 === 0) {
      const refusals = { service: 'cosori', device: 'b', verdict: 'refused', error: 'busy', count: 9, sinceMs: TIME_MS } as const;
      await log.append({ kind: 'refusals', timeMs: TIME_MS + i * 1000, ...refusals });
    }
  }
  const bounded = await boundLog(log, (await log.store.size(ALL)) / 3, TIME_MS + 1);
  t.deepEqual(bounded.map(({ device }) => device).sort(), ['a', 'b']);
  const after = await listed(log);
  t.is(of(after, 'c').length, 75);
  t.is(after.filter(({ kind }) => kind === 'switch').length, 1);
  const bytes = (name: string): number =>
    after.filter((one) => one.device === name && (one.kind === 'message' || one.kind === 'refusals')).length;
  t.true(bytes('a') > 100 && bytes('b') > 100, `${bytes('a')} ${bytes('b')}`);
  t.deepEqual((await verifyLog(log, { vkey: KEY.vkey })).faults, []);
});

test('below its bound a log stays as it is', async (t) => {
  const log = await openMemoryLog();
  await flood(log, 0, 300);
  const { size } = log;
  t.deepEqual(await boundLog(log, 10_000_000, TIME_MS), []);
  t.is(log.size, size);
});

/** A store that takes so many batches more and then fails once. */
function failing(inner: Store, batches: number): Store {
  const store = {
    generation: 0,
    get: inner.get.bind(inner),
    iterate: inner.iterate.bind(inner),
    compact: inner.compact.bind(inner),
    inspect: inner.inspect.bind(inner),
    size: inner.size.bind(inner),
    sync: inner.sync.bind(inner),
    close: inner.close.bind(inner),
    async batch(ops: readonly Op[]) {
      batches -= 1;
      if (batches !== 0) return inner.batch(ops);
      store.generation++;
      throw new HubError('record_failed');
    },
  };
  return store;
}

test('broken off at any write the log proves itself, and the next time goes on', async (t) => {
  for (const batches of [1, 2, 3, 5, 9]) {
    const state: MemoryState = new Map();
    const filled = await openMemoryLog(state);
    await flood(filled, 0, 1500);
    const size = await filled.store.size(ALL);
    const log = await openLog(failing(await openMemoryStore(state), batches), { key: KEY, random: randomBytes });
    await t.throwsAsync(boundLog(log, size / 3, TIME_MS), { code: 'record_failed' });
    t.deepEqual((await verifyLog(log, { vkey: KEY.vkey })).faults, [], `batch ${batches}`);
    // After a restart it is finished as it was announced, also where a device's erasure comes before the next look at the log's bytes.
    const copy: MemoryState = new Map(state);
    const again = await openMemoryLog(copy);
    const { unfinished } = await verifyLog(again, { vkey: KEY.vkey });
    if (batches === 5) {
      t.true(unfinished.length > 0, 'announced, and not all gone');
      await eraseDevice(again, 'lamp 1', TIME_MS);
    } else await finishRemovals(again);
    await again.checkpoint();
    const finished = await verifyLog(again, { vkey: KEY.vkey });
    t.deepEqual([finished.faults, finished.unfinished, finished.ok], [[], [], true], `finished, batch ${batches}`);
    t.deepEqual(
      [...copy.keys()].filter((one) => one.startsWith('ar')),
      [],
      'no note stays behind',
    );
    await boundLog(log, size / 3, TIME_MS);
    t.true((await log.store.size(ALL)) < size / 3);
    t.deepEqual((await verifyLog(log, { vkey: KEY.vkey })).faults, []);
  }
});

test('what is appended while entries are taken out finds its shapes', async (t) => {
  const log = await openMemoryLog();
  await flood(log, 0, 1500);
  const made = (i: number) => Array.from({ length: 8 }, (_, k) => decision(`$['made up ${i} ${k}']`, 'unclassified'));
  const appended: Promise<number>[] = [];
  const bounding = boundLog(log, (await log.store.size(ALL)) / 3, TIME_MS);
  for (let i = 0; i < 1500; i += 100) {
    appended.push(log.append(message(i, { device: 'late', decisions: made(i) })));
    await new Promise((resolve) => setImmediate(resolve));
  }
  await bounding;
  await Promise.all(appended);
  await log.checkpoint();
  t.deepEqual((await verifyLog(log, { vkey: KEY.vkey })).faults, []);
  const late = of(await listed(log), 'late');
  t.is(late.length, 15);
  for (const entry of late) t.is(entry.kind === 'message' ? entry.decisions.length : 0, 8);
});

test('whoever has less than its share keeps all, the others come to one level', (t) => {
  t.is(levelOf([10, 20, 1000], 100), 70);
  t.is(levelOf([100, 100, 100], 90), 30);
  t.is(levelOf([1, 500, 700], 201), 100);
  t.is(levelOf([10, 20], 100), Number.POSITIVE_INFINITY);
  t.is(levelOf([10, 20], -5), 0);
  t.is(levelOf([], 10), Number.POSITIVE_INFINITY);
});
