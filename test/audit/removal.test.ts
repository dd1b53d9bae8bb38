// What is removed from a log: exactly what was announced and signed, and nothing of it can be guessed afterwards.

import { randomBytes } from 'node:crypto';
import test from 'ava';
import { signCheckpoint } from '#src/audit/checkpoint.js';
import { KeySpace, leafValue, removedValue } from '#src/audit/keys.js';
import { LogReader } from '#src/audit/reader.js';
import { eraseDevice, finishRemovals, prune } from '#src/audit/removal.js';
import { openLog } from '#src/audit/store.js';
import { CompactRange, leafHash } from '#src/audit/tree.js';
import { type Verification, verifyLog } from '#src/audit/verify.js';
import { HubError } from '#src/errors.js';
import { type MemoryState, openMemoryStore } from '#src/store/memory.js';
import type { Op, Store } from '#src/store/store.js';
import { DAY_MS, decision, KEY, message, openMemoryLog, TIME_MS } from './helpers.js';

const KEYS = new KeySpace(1);
const nameOf = (key: Buffer): string => key.toString('latin1');
const entryKey = (seq: number): string => nameOf(KEYS.number('e', seq));
const judge = async (state: MemoryState): Promise<Verification> =>
  verifyLog(new LogReader(await openMemoryStore(state)), { vkey: KEY.vkey });

/** Two days of a fryer and a scale, each with a shape of its own and one that both have; signed. */
async function twoDays(): Promise<{ state: MemoryState; log: Awaited<ReturnType<typeof openMemoryLog>> }> {
  const state: MemoryState = new Map();
  const log = await openMemoryLog(state);
  for (const day of [0, 1])
    for (let i = 0; i < 40; i++) {
      const timeMs = TIME_MS + day * DAY_MS + i * 1000;
      const device = i % 2 === 0 ? 'fryer' : 'scale';
      await log.append(message(0, { timeMs, device, decisions: [decision(`$['of ${device}']`)] }));
      await log.append(message(0, { timeMs, device, decisions: [decision("$['of both']")] }));
    }
  await log.checkpoint();
  return { state, log };
}

/** Takes an entry's content, as a removal does. */
const take = (state: MemoryState, seq: number, removal: number): void => {
  const value = state.get(entryKey(seq)) as Buffer;
  state.set(entryKey(seq), removedValue(value.subarray(0, 32), removal));
};
const seqsOf = async (state: MemoryState, isWanted: (line: string) => boolean): Promise<number[]> => {
  const found: number[] = [];
  for await (const { seq, line } of new LogReader(await openMemoryStore(state)).leaves())
    if (line !== undefined && isWanted(line)) found.push(seq);
  return found;
};

test('an erasure names its device in one period each, counts exactly, and takes what nothing else uses', async (t) => {
  const { state, log } = await twoDays();
  const shapes = (): number => [...state.keys()].filter((key) => key.startsWith('as')).length;
  t.is(shapes(), 3);
  // In each period 40 messages, the device's definition, and that of its own shape.
  t.is(await eraseDevice(log, 'scale', TIME_MS + 2 * DAY_MS), 2 * 42);
  const found = await judge(state);
  t.like(found, { ok: true, faults: [], unfinished: [], removed: 84 });
  t.is(shapes(), 2, 'the shape went with its last user');
  const removals = await seqsOf(state, (line) => line.startsWith('x2'));
  t.is(removals.length, 2);
  await log.append(message(0, { timeMs: TIME_MS + 2 * DAY_MS, device: 'scale', decisions: [decision("$['of scale']")] }));
  await log.checkpoint();
  t.like(await judge(state), { ok: true, faults: [] });
  t.is(shapes(), 3, 'and is there again where it is used again');
});

test('what an erased entry said cannot be found by trying: its salt is gone with it', async (t) => {
  const { state, log } = await twoDays();
  const [seq = 0] = await seqsOf(state, (line) => line.startsWith('m2') && line.includes(' up '));
  const leaf = await log.leaf(seq);
  const line = leaf?.line as string;
  t.true(leafHash(Buffer.concat([leaf?.salt as Buffer, Buffer.from(line)])).equals(leaf?.hash as Buffer));
  await eraseDevice(log, 'fryer', TIME_MS + 2 * DAY_MS);
  const left = await log.leaf(seq);
  t.is(left?.line, undefined);
  t.false(leafHash(Buffer.from(line)).equals(left?.hash as Buffer), 'the whole line is not enough');
  t.false([...state.values()].some((value) => value.includes(leaf?.salt as Buffer)));
});

interface Tampering {
  readonly title: string;
  readonly tamper: (state: MemoryState) => Promise<void>;
}

/** Appends lines without a checkpoint: what somebody can do who has no key. */
async function appendUnsigned(state: MemoryState, line: string): Promise<number> {
  const log = new LogReader(await openMemoryStore(state));
  const seq = await log.storedSize();
  state.set(entryKey(seq), leafValue(line, Buffer.alloc(16, 3)));
  return seq;
}

const TAMPERINGS: readonly Tampering[] = [
  {
    title: 'every message hidden behind one appended removal of a period',
    tamper: async (state) => {
      const [, second = 0] = await seqsOf(state, (line) => line.startsWith('p2'));
      const removal = await appendUnsigned(state, `x2 ${TIME_MS / 1000} {"what":"retention","before":${second}}`);
      for (let seq = 0; seq < second; seq++) take(state, seq, removal);
    },
  },
  {
    title: 'messages hidden behind an appended removal of a device',
    tamper: async (state) => {
      const [device = 0] = await seqsOf(state, (line) => line.startsWith('d2') && line.includes('"fryer"'));
      const messages = await seqsOf(state, (line) => line.startsWith('m2'));
      const removal = await appendUnsigned(state, `x2 ${TIME_MS / 1000} {"what":"device","count":11,"device":${device}}`);
      for (const seq of [device, ...messages.slice(0, 10)]) take(state, seq, removal);
    },
  },
  {
    title: 'messages hidden behind an appended removal of the old format, which speaks of a count alone',
    tamper: async (state) => {
      const messages = await seqsOf(state, (line) => line.startsWith('m2'));
      const log = new LogReader(await openMemoryStore(state));
      const removal = await log.storedSize();
      state.set(entryKey(removal), leafValue(`x1 ${TIME_MS} {"what":"device","count":1000}`, undefined));
      for (const seq of messages) take(state, seq, removal);
    },
  },
  {
    title: 'one message more under a removal that is signed',
    tamper: async (state) => {
      const [removal = 0] = await seqsOf(state, (line) => line.startsWith('x2'));
      const [other = 0] = await seqsOf(state, (line) => line.startsWith('m2'));
      take(state, other, removal);
    },
  },
  {
    title: 'a message of another day under a removal that is signed, in the place of one that is put back',
    tamper: async (state) => {
      const [removal = 0] = await seqsOf(state, (line) => line.startsWith('x2'));
      const messages = await seqsOf(state, (line) => line.startsWith('m2'));
      for (const [key, value] of state)
        if (key.startsWith('ae') && value[32] === 0 && value.readUIntBE(33, 6) === removal) {
          state.set(key, Buffer.concat([value.subarray(0, 33), Buffer.from('00000000ffff', 'hex')]));
          break;
        }
      take(state, messages.at(-1) as number, removal);
    },
  },
];

for (const { title, tamper } of TAMPERINGS)
  test(`noticed: ${title}`, async (t) => {
    const { state, log } = await twoDays();
    await eraseDevice(log, 'scale', TIME_MS + 2 * DAY_MS);
    await log.checkpoint();
    t.true((await judge(state)).ok);
    await tamper(state);
    const found = await judge(state);
    t.false(found.ok);
    t.true(
      found.faults.some(({ what }) => what === 'removal'),
      found.faults.map(({ message: text }) => text).join('; '),
    );
  });

/** A store that refuses every batch after `left` more. */
function failing(inner: Store): Store & { left: number } {
  const store = {
    generation: 0,
    left: Number.POSITIVE_INFINITY,
    get: inner.get.bind(inner),
    iterate: inner.iterate.bind(inner),
    compact: inner.compact.bind(inner),
    inspect: inner.inspect.bind(inner),
    size: inner.size.bind(inner),
    sync: inner.sync.bind(inner),
    close: inner.close.bind(inner),
    async batch(ops: readonly Op[]) {
      if (store.left-- > 0) return inner.batch(ops);
      store.generation++;
      throw new HubError('record_failed');
    },
  };
  return store;
}

test('an erasure that is broken off anywhere is said to be unfinished, and finished at the next start', async (t) => {
  let isWhole = false;
  for (let left = 0; !isWhole; left++) {
    const { state } = await twoDays();
    const store = failing(await openMemoryStore(state));
    const log = await openLog(store, { key: KEY, random: randomBytes });
    store.left = left;
    isWhole = await eraseDevice(log, 'scale', TIME_MS + 2 * DAY_MS).then(
      () => true,
      () => false,
    );
    const broken = await judge(state);
    t.deepEqual(broken.faults, [], `after ${left} writes`);
    const again = await openMemoryLog(state);
    await again.append({ kind: 'start', timeMs: TIME_MS + 2 * DAY_MS, version: '1.0.0' });
    await again.checkpoint();
    await finishRemovals(again);
    t.like(await judge(state), { ok: true, faults: [], unfinished: [] }, `after ${left} writes`);
    const names = [...state].some(([key, value]) => key.startsWith('ae') && value.includes('scale'));
    t.is(names, broken.unfinished.length === 0 && broken.removed === 0, 'announced is carried out');
    t.false([...state.keys()].some((key) => key.startsWith('ar')));
  }
});

test('a device erased and then pruned, and a period that ends where a device was erased, prove themselves', async (t) => {
  const { state, log } = await twoDays();
  await eraseDevice(log, 'scale', TIME_MS + 2 * DAY_MS);
  const before = await prune(log, TIME_MS + DAY_MS, TIME_MS + 2 * DAY_MS);
  t.true(before > 0);
  t.like(await judge(state), { ok: true, faults: [], unfinished: [] });
  const [period = 0] = await seqsOf(state, (line) => line.startsWith('p2'));
  t.is(period, before, 'nothing before it is left');
});

/** A log as the program before format 2 wrote it: no salts, milliseconds, a removal that counts at most. */
function oldLog(): MemoryState {
  const state: MemoryState = new Map();
  const lines = [
    `p1 ${TIME_MS}`,
    `d1 ${TIME_MS} device "fryer" AAAAAAAAAAAAAAAAAAAAAA`,
    `d1 ${TIME_MS} service "cosori"`,
    `d1 ${TIME_MS} ruleset "sha256:${'9f'.repeat(32)}"`,
    `d1 ${TIME_MS} shape "sha256:4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945"`,
    ...Array.from({ length: 9 }, (_, i) => `m1 ${TIME_MS + i} 1 2 up forwarded - 612 540 3 4`),
    `x1 ${TIME_MS + 10} {"what":"device","count":12}`,
  ];
  const tree = new CompactRange();
  for (const [seq, line] of lines.entries()) {
    const value = leafValue(line, undefined);
    tree.append(value.subarray(0, 32));
    state.set(entryKey(seq), seq >= 5 && seq < 8 ? removedValue(value.subarray(0, 32), 14) : value);
  }
  state.set(nameOf(KEYS.number('p', 0)), Buffer.alloc(0));
  state.set(
    nameOf(KEYS.shape('s', 'sha256:4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945')),
    Buffer.from('[]'),
  );
  state.set(nameOf(KEYS.number('c', lines.length)), Buffer.from(signCheckpoint(KEY, lines.length, tree.root())));
  return state;
}

test('a log of format 1 verifies as what it is, goes on in format 2, is erased from, and never goes back', async (t) => {
  const state = oldLog();
  t.like(await judge(state), { ok: true, faults: [], removed: 3 });
  const log = await openMemoryLog(state);
  await log.append(message(20, { device: 'fryer' }));
  await log.heartbeat(TIME_MS + 21_000);
  await log.checkpoint();
  t.like(await judge(state), { ok: true, faults: [] });
  t.is((await seqsOf(state, (line) => line.startsWith('h2'))).length, 1);
  t.true((await eraseDevice(log, 'fryer', TIME_MS + 30_000)) > 0);
  t.like(await judge(state), { ok: true, faults: [], unfinished: [] });
  t.deepEqual(await seqsOf(state, (line) => line.includes('fryer')), []);
  const seq = log.size;
  state.set(entryKey(seq), leafValue(`b1 ${TIME_MS} {"version":"0.0.1"}`, undefined));
  t.is((await judge(state)).faults[0]?.what, 'format');
});
