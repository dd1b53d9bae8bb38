import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { formatEntry, listEntries } from '#src/audit/cli.js';
import { hashShape, shapeText } from '#src/audit/decision-list.js';
import { leafData } from '#src/audit/keys.js';
import { eraseDevice, prune } from '#src/audit/removal.js';
import { type AuditLog, openLog } from '#src/audit/store.js';
import { verifyLog } from '#src/audit/verify.js';
import { HubError } from '#src/errors.js';
import { openLevelStore } from '#src/store/level.js';
import { type MemoryState, openMemoryStore } from '#src/store/memory.js';
import type { Op, Store } from '#src/store/store.js';
import { DAY_MS, DECISIONS, decision, filledLog, KEY, message, naiveRoot, openMemoryLog, RULESET, TIME_MS } from './helpers.js';

const folder = () => mkdtemp(path.join(tmpdir(), 'hubsieve-audit-'));

async function inFiles(where: string, text: string): Promise<boolean> {
  const files = await Promise.all((await readdir(where)).map((name) => readFile(path.join(where, name))));
  return files.some((one) => one.includes(text));
}

test('the entries of the first message: period, three definitions, the message', async (t) => {
  const { log } = await filledLog(1);
  const lines: (string | undefined)[] = [];
  for await (const leaf of log.leaves()) lines.push(leaf.line);
  const shape = hashShape(shapeText(DECISIONS));
  t.deepEqual(lines, [
    'p2 1793318400',
    'd2 1793318400 service "cosori"',
    `d2 1793318400 ruleset "${RULESET}"`,
    `d2 1793318400 shape "${shape}"`,
    'm2 1793318400 - 1 up forwarded - 1024 1024 2 3',
  ]);
  t.deepEqual(await log.decisions(shape), DECISIONS);
});

test('the root is that of RFC 9162 over the entries, at every size, also after the log is opened again', async (t) => {
  const state: MemoryState = new Map();
  for (let run = 0; run < 4; run++) {
    const log = await openMemoryLog(state);
    for (let i = 0; i < 200; i++) await log.append(message(run * 200 + i));
    const lines: Buffer[] = [];
    for await (const leaf of log.leaves()) lines.push(leafData(leaf));
    t.is(log.size, lines.length);
    t.true(log.root().equals(naiveRoot(lines)));
    await log.checkpoint();
  }
});

test('a message a second keeps its strings once: the same line but for time, bytes and error', async (t) => {
  const { log } = await filledLog(1000);
  t.is(log.size, 1004);
  await log.append(message(1000, { error: 'blocked', verdict: 'refused', device: 'fryer' }));
  t.is(log.size, 1006);
  const leaf = await log.leaf(1005);
  t.is(leaf?.line, 'm2 1793319400 1004 1 up refused blocked 1024 1024 2 3');
});

test('after a day a new period begins, and the definitions are written again', async (t) => {
  const { log, state } = await filledLog(3);
  const { size } = log;
  await log.append(message(0, { timeMs: TIME_MS + DAY_MS }));
  t.is(log.size, size + 5);
  t.true((await verifyLog(await openMemoryLog(state), { vkey: KEY.vkey })).ok);
});

/** A store whose writes fail while `broken`, some of them after they were carried out. */
function faulty(inner: Store): Store & { broken: 'no' | 'before' | 'after' } {
  const store = {
    generation: 0,
    broken: 'no' as 'no' | 'before' | 'after',
    get: inner.get.bind(inner),
    iterate: inner.iterate.bind(inner),
    compact: inner.compact.bind(inner),
    inspect: inner.inspect.bind(inner),
    size: inner.size.bind(inner),
    sync: inner.sync.bind(inner),
    close: inner.close.bind(inner),
    async batch(ops: readonly Op[]) {
      if (store.broken === 'after') await inner.batch(ops);
      if (store.broken === 'no') return inner.batch(ops);
      store.generation++;
      throw new HubError('record_failed');
    },
  };
  return store;
}

for (const broken of ['before', 'after'] as const)
  test(`a write that fails ${broken} it reached the disk rejects, and the log goes on and proves itself`, async (t) => {
    const store = faulty(await openMemoryStore());
    const log = await openLog(store, { key: KEY, random: randomBytes });
    for (let i = 0; i < 300; i++) await log.append(message(i));
    store.broken = broken;
    for (let i = 0; i < 3; i++)
      await t.throwsAsync(log.append(message(300 + i, { device: `lost ${i}` })), { code: 'record_failed' });
    store.broken = 'no';
    const seqs = await Promise.all([log.append(message(310)), log.append(message(311))]);
    await log.checkpoint();
    const found = await verifyLog(log, { vkey: KEY.vkey });
    t.deepEqual(found.faults, []);
    t.is(found.size, log.size);
    for (const seq of seqs) t.regex((await log.leaf(seq))?.line ?? '', /^m2 17933187/);
  });

test('kill -9 at any moment loses no acknowledged entry, and the log proves itself afterwards', async (t) => {
  const where = await folder();
  const child = fileURLToPath(new URL('append-forever.js', import.meta.url));
  const acknowledged = new Map<number, string>();
  for (let run = 0; run < 6; run++) {
    const process_ = spawn(process.execPath, [child, where, run % 2 === 0 ? '0' : '1000'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let left = 20 + run * 170;
    for await (const line of createInterface({ input: process_.stdout })) {
      const [seq, name] = line.split(' ');
      acknowledged.set(Number(seq), name as string);
      if (left-- === 0) process_.kill('SIGKILL');
    }
  }
  t.true(acknowledged.size > 2000, `${acknowledged.size} acknowledged`);
  const store = await openLevelStore({ path: where, flushMs: 0 });
  const log = await openLog(store, { key: KEY, random: randomBytes });
  for (const [seq, second] of acknowledged) {
    const line = (await log.leaf(seq))?.line ?? 'missing';
    t.is(line.split(' ')[1], second, `entry ${seq}`);
  }
  const found = await verifyLog(log, { vkey: KEY.vkey });
  t.deepEqual(found.faults, []);
  t.is(found.size, log.size);
  await store.close();
});

test('pruning removes whole periods older than the limit, keeps the root, and what is left proves itself', async (t) => {
  const where = await folder();
  const store = await openLevelStore({ path: where, flushMs: 1000 });
  const log = await openLog(store, { key: KEY, random: randomBytes });
  for (let day = 0; day < 3; day++)
    for (let i = 0; i < 400; i++)
      await log.append(
        message(0, {
          timeMs: TIME_MS + day * DAY_MS + i * 1000,
          device: ['Zebra', 'Quagga', 'Okapi'][day] as string,
          decisions: [decision(`$['day${day}']`)],
        }),
      );
  await log.checkpoint();
  const root = log.root();
  t.true(await inFiles(where, 'Zebra'));
  t.is(await prune(log, TIME_MS - 1, TIME_MS), 0);
  const before = await prune(log, TIME_MS + 2 * DAY_MS, TIME_MS + 3 * DAY_MS);
  t.is((await log.leaf(before))?.line?.slice(0, 2), 'p2');
  const found = await verifyLog(log, { vkey: KEY.vkey });
  t.deepEqual(found.faults, []);
  t.is(found.pruned, 768);
  t.is(found.removed, before - 768);
  t.not(log.root().toString('hex'), root.toString('hex'));
  const size = log.size;
  t.is(await prune(log, TIME_MS + 2 * DAY_MS, TIME_MS + 3 * DAY_MS), before);
  t.is(log.size, size, 'a second run finds nothing to do');
  t.false(await inFiles(where, 'Zebra'), 'not in the files either');
  t.true(await inFiles(where, 'Okapi'));
  await log.close();
  await store.close();
  const again = await openLevelStore({ path: where, flushMs: 1000 });
  const reopened = await openLog(again, { key: KEY, random: randomBytes });
  t.true(reopened.root().equals(log.root()));
  await reopened.append(message(0, { timeMs: TIME_MS + 4 * DAY_MS, decisions: [decision("$['day0']")] }));
  await reopened.checkpoint();
  t.deepEqual((await verifyLog(reopened, { vkey: KEY.vkey })).faults, []);
  await again.close();
});

test('a shape that comes up again while old ones are pruned is not lost', async (t) => {
  const log = await openMemoryLog();
  for (let i = 0; i < 300; i++) await log.append(message(0, { timeMs: TIME_MS + i }));
  await log.append(message(0, { timeMs: TIME_MS + DAY_MS, decisions: [] }));
  const late = TIME_MS + DAY_MS + 1;
  await Promise.all([
    prune(log, late, late),
    ...Array.from({ length: 50 }, (_, i) => log.append(message(0, { timeMs: late + i }))),
  ]);
  t.deepEqual((await verifyLog(log, { vkey: KEY.vkey })).faults, []);
});

test('erasing a device removes its entries and its name, and leaves the others and the proofs', async (t) => {
  const where = await folder();
  const store = await openLevelStore({ path: where, flushMs: 1000 });
  const log = await openLog(store, { key: KEY, random: randomBytes });
  for (let i = 0; i < 600; i++) await log.append(message(i, { device: i % 3 === 0 ? 'Anna’s scale' : 'fryer' }));
  await log.append({ kind: 'alarm', timeMs: TIME_MS, what: 'last_look', device: 'Anna’s scale', of: 5 });
  const note = await log.checkpoint();
  t.true(await inFiles(where, 'Anna'));
  t.is(await eraseDevice(log, 'Anna’s scale', TIME_MS), 202);
  t.is(await eraseDevice(log, 'nobody', TIME_MS), 0);
  const found = await verifyLog(log, { vkey: KEY.vkey, checkpoint: note });
  t.deepEqual(found.faults, []);
  t.is(found.removed, 202);
  let left = 0;
  for await (const entry of listEntries(log)) {
    t.notRegex(formatEntry(entry, 'json'), /Anna/);
    if (entry.device === 'fryer') left++;
  }
  t.is(left, 400);
  t.false(await inFiles(where, 'Anna'), 'not in the files either');
  await log.append(message(601, { device: 'Anna’s scale' }));
  t.deepEqual((await verifyLog(log, { vkey: KEY.vkey })).faults, []);
  await store.close();
});

/** A log with one message at each of these days, as the clock then said. */
async function daily(days: readonly number[]): Promise<AuditLog> {
  const log = await openMemoryLog();
  for (const [i, day] of days.entries()) await log.append(message(i, { timeMs: TIME_MS + day * DAY_MS }));
  return log;
}

const daysLeft = async (log: AuditLog): Promise<number[]> => {
  const left: number[] = [];
  for await (const entry of listEntries(log, { kind: 'message' })) left.push((entry.timeMs - TIME_MS) / DAY_MS);
  return left.reverse();
};

for (const [title, days, beforeDay, nowDay, left] of [
  ['a start with a clock 40 days back takes nothing that is new', [0, 1, 2, 50, 51, 11, 52], 22, 52, [2, 50, 51, 11, 52]],
  ['a start with a clock 40 days back takes nothing while it is back', [0, 1, 50, 51, 11], -19, 11, [0, 1, 50, 51, 11]],
  ['a start ten years ahead does not keep what is old for ten years', [0, 1, 3650, 2, 3, 40], 10, 40, [3, 40]],
  ['what was dated ahead goes with what stands around it', [0, 3650, 1, 2, 80], 50, 80, [2, 80]],
  [
    'of a clock ahead and one behind, one after the other, neither makes the other old',
    [0, 1, 3650, -500, 60],
    30,
    60,
    [1, 3650, -500, 60],
  ],
] as const)
  test(`retention: ${title}`, async (t) => {
    const log = await daily(days);
    await prune(log, TIME_MS + beforeDay * DAY_MS, TIME_MS + nowDay * DAY_MS);
    await log.checkpoint();
    t.deepEqual(await daysLeft(log), [...left]);
    t.true((await verifyLog(log, { vkey: KEY.vkey })).ok);
  });

test('a name that is none is refused each time, however many good ones came before it', async (t) => {
  const { log } = await filledLog(1);
  for (let i = 0; i < 600; i++) await log.append(message(i + 1, { device: `d-${i}` }));
  for (let again = 0; again < 2; again++)
    for (const unfit of [{ device: 'a\nb' }, { service: '' }, { service: 'x'.repeat(501) }, { ruleset: 'sha256:00' }]) {
      const error = await t.throwsAsync(() => log.append(message(700, unfit)));
      t.is((error as HubError).code, 'internal');
    }
  t.is(log.size, 5 + 2 * 600);
});
