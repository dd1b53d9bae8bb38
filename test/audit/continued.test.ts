import { randomBytes } from 'node:crypto';
import test from 'ava';
import { parseCheckpoint } from '#src/audit/checkpoint.js';
import { type ListedEntry, listEntries, readContinued } from '#src/audit/cli.js';
import type { ContinuedEntry } from '#src/audit/entry.js';
import type { LogReader } from '#src/audit/reader.js';
import type { LogHead } from '#src/audit/recovery.js';
import { type AuditLog, openLog } from '#src/audit/store.js';
import { leafHash } from '#src/audit/tree.js';
import { verifyLog } from '#src/audit/verify.js';
import { type MemoryState, openMemoryStore } from '#src/store/memory.js';
import { filledLog, KEY, message, TIME_MS } from './helpers.js';

const leavesOf = (state: MemoryState) => [...state.keys()].filter((key) => key.startsWith('ae')).sort();

interface Again {
  readonly log: AuditLog;
  readonly told: ContinuedEntry[];
}

async function reopen(state: MemoryState, more: { head?: LogHead; whole?: boolean } = {}): Promise<Again> {
  const told: ContinuedEntry[] = [];
  const { whole, ...head } = more;
  const log = await openLog(await openMemoryStore(state), {
    key: KEY,
    random: randomBytes,
    now: () => TIME_MS,
    ...head,
    whole: () => whole ?? false,
    onContinued: (entry) => told.push(entry),
  });
  return { log, told };
}

async function collect(log: LogReader): Promise<ListedEntry[]> {
  const all: ListedEntry[] = [];
  for await (const entry of listEntries(log)) all.push(entry);
  return all;
}

const headOf = (log: AuditLog): LogHead => ({ log: log.number, size: log.size, root: log.root() });

for (const [what, spoil] of [
  [
    'an entry was changed',
    (state: MemoryState) => {
      const name = leavesOf(state).at(-1)!;
      const value = state.get(name)!;
      const line = value.toString('utf8', 32).replace('forwarded', 'refused');
      state.set(name, Buffer.concat([value.subarray(0, 32), Buffer.from(line)]));
    },
  ],
  [
    'an entry was changed with its hash',
    (state: MemoryState) => {
      const name = leavesOf(state).at(-2)!;
      const line = state.get(name)!.toString('utf8', 32).replace('forwarded', 'refused');
      state.set(name, Buffer.concat([leafHash(Buffer.from(line)), Buffer.from(line)]));
    },
  ],
  ['entries in its middle are gone', (state: MemoryState) => void state.delete(leavesOf(state)[300]!)],
  [
    'its last entries are gone',
    (state: MemoryState) =>
      void leavesOf(state)
        .slice(-5)
        .map((name) => state.delete(name)),
  ],
  [
    'a node is gone',
    (state: MemoryState) => void [...state.keys()].filter((key) => key.startsWith('an')).map((key) => state.delete(key)),
  ],
  [
    'the whole log is gone',
    (state: MemoryState) => void [...state.keys()].filter((key) => key.startsWith('a')).map((key) => state.delete(key)),
  ],
] as const)
  test(`a log of which ${what} goes on as a new one, which names both heads and is another's to no key`, async (t) => {
    const { log: first, state } = await filledLog(600);
    const head = headOf(first);
    spoil(state);
    const { log, told } = await reopen(state, { head, whole: true });
    t.is(log.number, 2);
    t.like(told[0]!, { log: 1, size: head.size, root: head.root.toString('base64') });
    t.not(told[0]!.foundRoot, head.root.toString('base64'));
    const number = await log.append(message(700));
    t.true(number > head.size, 'numbers go on');
    const note = (await log.checkpoint())!;
    t.is(parseCheckpoint(note).origin, 'hubsieve/test/2');
    t.like(await verifyLog(log, { vkey: log.vkey! }), { ok: true, faults: [] });
    t.false((await verifyLog(log, { vkey: KEY.vkey })).ok);
    t.deepEqual(await readContinued(log), told[0]);
    const listed = await collect(log);
    t.deepEqual(
      listed.map(({ seq }) => seq),
      [...listed.map(({ seq }) => seq)].sort((a, b) => b - a),
    );
    t.is(listed[0]!.seq, number);
    const again = await reopen(state, { head: headOf(log) });
    t.deepEqual([again.log.number, again.log.total, again.told], [2, number + 1, []]);
  });

test('a log with all that is known of it goes on as it is; what it has beyond that is no damage', async (t) => {
  const { log: first, state } = await filledLog(300);
  const head = headOf(first);
  for (let i = 0; i < 40; i++) await first.append(message(400 + i));
  const { log, told } = await reopen(state, { head, whole: true });
  t.deepEqual([log.number, log.size, told], [1, first.size, []]);
  const before = log.size;
  t.is(await log.append(message(500)), log.size - 1);
  t.true(log.size > before);
});

test('no size is signed before its entries are on disk and its head is known outside the store', async (t) => {
  const store = await openMemoryStore();
  const order: string[] = [];
  const watching = Object.create(store, {
    sync: { value: () => store.sync().then(() => void order.push('synced')) },
    batch: {
      value: (ops: Parameters<typeof store.batch>[0]) =>
        store.batch(ops).then(() => void order.push(ops.some(({ key }) => key[1] === 0x63) ? 'signed' : 'written')),
    },
  });
  const heads: LogHead[] = [];
  let isFailing = false;
  const onHead = async (head: LogHead): Promise<void> => {
    if (isFailing) throw new Error('the disk is full');
    heads.push(head);
    order.push('known');
  };
  const log = await openLog(watching, { key: KEY, random: randomBytes, onHead });
  await log.append(message(1));
  await log.checkpoint();
  t.deepEqual(order, ['written', 'synced', 'known', 'signed']);
  t.deepEqual(heads, [headOf(log)]);
  isFailing = true;
  await log.append(message(2));
  await t.throwsAsync(log.checkpoint());
  t.is((await log.lastCheckpoint())?.size, heads[0]!.size);
});

test('what a message of the log before is about stays told: as an alarm, without its number', async (t) => {
  const { log: first, state } = await filledLog(20);
  const head = headOf(first);
  const { log } = await reopen(state, { head: { ...head, size: head.size + 1 } });
  const seq = await log.append(message(30));
  await log.append({ kind: 'send-failed', timeMs: TIME_MS, of: seq, error: 'upstream_timeout' });
  await log.append({ kind: 'send-failed', timeMs: TIME_MS, of: 3, error: 'upstream_timeout' });
  await log.append({ kind: 'alarm', timeMs: TIME_MS, what: 'last_look', of: 3 });
  const [last, third, second] = await collect(log);
  t.like(second, { kind: 'send-failed', of: seq });
  t.deepEqual([third!.kind, 'of' in third!, last!.kind, 'of' in last!], ['alarm', false, 'alarm', false]);
  await log.checkpoint();
  t.like(await verifyLog(log, { vkey: log.vkey }), { ok: true, faults: [] });
});
