import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdtemp, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import test, { type ExecutionContext } from 'ava';
import fc from 'fast-check';
import { openLevelStore } from '#src/store/level.js';
import { crc32c } from '#src/store/leveldb/crc32c.js';
import { type Damage, inspectStore } from '#src/store/leveldb/inspection.js';
import { readRecordLog, writeRecordLog } from '#src/store/leveldb/record-log.js';
import { decodeSnappy } from '#src/store/leveldb/snappy.js';
import type { Op, Store } from '#src/store/store.js';

const folder = () => mkdtemp(path.join(tmpdir(), 'hubsieve-damage-'));
const key = (i: number) => Buffer.from(`k${String(i).padStart(6, '0')}`);
const put = (i: number, value: string): Op => ({ type: 'put', key: key(i), value: Buffer.from(value) });
const textOf = (i: number) => `${i} `.repeat(40);
const ALL = { gte: Buffer.from('k'), lt: Buffer.from('l') };

/** A store with tables, of which one merges others, and a write-ahead file; closed as by a power cut: its files are copied while open. */
async function makeStore(): Promise<string> {
  const at = path.join(await folder(), 'store');
  const store = await openLevelStore({ path: at, flushMs: 0 });
  for (let i = 0; i < 12_000; i += 500) await store.batch(Array.from({ length: 500 }, (_, n) => put(i + n, textOf(i + n))));
  await store.compact(ALL);
  for (let i = 12_000; i < 12_400; i += 4) await store.batch([0, 1, 2, 3].map((n) => put(i + n, textOf(i + n))));
  const copy = path.join(await folder(), 'store');
  await cp(at, copy, { recursive: true });
  await store.close();
  return copy;
}

/** A copy to be spoilt. */
async function copyOf(dir: string): Promise<string> {
  const copy = path.join(await folder(), 'store');
  await cp(dir, copy, { recursive: true });
  return copy;
}

async function flip(dir: string, name: string, at: number, bit: number): Promise<void> {
  const file = path.join(dir, name);
  const bytes = await readFile(file);
  bytes[at]! ^= 1 << bit;
  await writeFile(file, bytes);
}

const named = async (dir: string, form: RegExp) => (await readdir(dir)).filter((name) => form.test(name)).sort();

async function openMended(dir: string): Promise<{ store: Store; damages: readonly Damage[][] }> {
  const damages: Damage[][] = [];
  const store = await openLevelStore({ path: dir, flushMs: 0, damaged: 'mend', onMended: (found) => damages.push([...found]) });
  return { store, damages };
}

/** Every value that is there is the one that was written. */
async function checkValues(t: ExecutionContext, store: Store): Promise<number> {
  let count = 0;
  for await (const [one, value] of store.iterate(ALL)) {
    count++;
    if (value.toString() !== textOf(Number(one.toString().slice(1)))) t.fail(`another value at ${one}`);
  }
  return count;
}

test('CRC-32C: the sums of RFC 3720, B.4', (t) => {
  t.is(crc32c(Buffer.alloc(32)), 0x8a9136aa);
  t.is(crc32c(Buffer.alloc(32, 0xff)), 0x62a8ab43);
  t.is(crc32c(Buffer.from(Array.from({ length: 32 }, (_, i) => i))), 0x46dd794e);
});

test('record log: what is written is read again, whole, and a file cut anywhere is no damage', (t) => {
  fc.assert(
    fc.property(fc.array(fc.nat(70_000), { maxLength: 6 }), fc.double({ min: 0, max: 1, noNaN: true }), (lengths, part) => {
      const records = lengths.map((length, i) => Buffer.alloc(length, i + 1));
      const file = writeRecordLog(records);
      t.deepEqual(readRecordLog(file), { records, damagedAt: undefined });
      const { records: whole, damagedAt } = readRecordLog(file.subarray(0, Math.floor(file.length * part)));
      t.is(damagedAt, undefined);
      t.deepEqual(whole, records.slice(0, whole.length));
    }),
    { numRuns: 40 },
  );
});

test('record log: a flipped bit before the last record is damage, and no other record is lost or altered', (t) => {
  const records = Array.from({ length: 2000 }, (_, i) => Buffer.from(`record ${i} ${'x'.repeat(i % 97)}`));
  const file = writeRecordLog(records);
  const known = new Set(records.map(String));
  const lastAt = file.length - records.at(-1)!.length - 7;
  fc.assert(
    fc.property(fc.nat(lastAt - 1), fc.nat(7), (at, bit) => {
      const bad = Buffer.from(file);
      bad[at]! ^= 1 << bit;
      const read = readRecordLog(bad);
      const isTrailer = read.records.length === records.length; // the zeros at a block's end hold nothing
      if (!isTrailer) t.not(read.damagedAt, undefined, `byte ${at}`);
      t.true(read.records.every((one) => known.has(String(one))));
      t.true(read.records.length > records.length - 700, 'at most what one block holds');
    }),
    { numRuns: 300 },
  );
});

test('snappy: literals, copies that overlap themselves, and nothing for what is not in the format', (t) => {
  t.is(decodeSnappy(Buffer.from([5, 16, ...Buffer.from('hello')]))?.toString(), 'hello');
  t.is(decodeSnappy(Buffer.from([8, 0, 0x61, 0x0d, 1]))?.toString(), 'a'.repeat(8));
  t.is(decodeSnappy(Buffer.from([10, 4, 0x61, 0x62, 0x1e, 2, 0]))?.toString(), 'ababababab');
  for (const bad of [[], [5], [5, 16, 1], [4, 0x0d, 1], [1, 0, 0x61, 0, 0x62]]) t.is(decodeSnappy(Buffer.from(bad)), undefined);
});

test('a store that was closed, cut off or killed in the middle of a write is whole', async (t) => {
  const dir = await makeStore();
  t.deepEqual((await inspectStore(dir, true)).damages, []);
  const [log = ''] = await named(dir, /\.log$/);
  const { size } = await stat(path.join(dir, log));
  for (const part of [0, 0.2, 0.5, 0.77, 0.999]) {
    const cut = await copyOf(dir);
    await truncate(path.join(cut, log), Math.floor(size * part));
    t.deepEqual((await inspectStore(cut, true)).damages, [], `cut to ${part}`);
    const store = await openLevelStore({ path: cut, flushMs: 0 });
    t.true((await checkValues(t, store)) >= 12_000);
    await store.close();
  }
  const zeros = await copyOf(dir);
  await writeFile(path.join(zeros, log), Buffer.alloc(4096), { flag: 'a' });
  t.deepEqual((await inspectStore(zeros, true)).damages, [], 'zeros behind its end');
});

test('a flipped bit in any file is found, and the store goes on with every value that is left, unaltered', async (t) => {
  const dir = await makeStore();
  const [log = ''] = await named(dir, /\.log$/);
  const [manifest = ''] = await named(dir, /^MANIFEST/);
  const tables = await named(dir, /\.ldb$/);
  const places: [string, number][] = [
    [log, 0.1],
    [log, 0.5],
    [log, 0.9],
    [manifest, 0.3],
    ['CURRENT', 0.5],
    ...tables.flatMap((name): [string, number][] => [
      [name, 0.01],
      [name, 0.5],
      [name, 0.99],
    ]),
  ];
  for (const [name, part] of places) {
    const bad = await copyOf(dir);
    await flip(bad, name, Math.floor((await stat(path.join(bad, name))).size * part), 3);
    const { damages } = await inspectStore(bad, true);
    t.deepEqual([damages[0]?.file], [name], `${name} at ${part}`);
    if (name.endsWith('.ldb')) continue; // not looked at when it is opened: see the next test
    await t.throwsAsync(openLevelStore({ path: bad, flushMs: 0 }), { code: 'store_damaged' });
    const { store, damages: told } = await openMended(bad);
    t.deepEqual(
      told.flat().map(({ file }) => file),
      [name],
    );
    const count = await checkValues(t, store);
    t.true(count >= 12_300 && count <= 12_400, `${count} of 12,400 after ${name} at ${part}`);
    await store.batch([put(0, textOf(0))]);
    await store.close();
    t.deepEqual((await inspectStore(bad, true)).damages, []);
    t.true((await readdir(`${bad}-damaged`)).includes(name));
  }
});

test('a table damaged while the store is open is found by an inspection, and the store is mended and written to again', async (t) => {
  const dir = await makeStore();
  const [first = ''] = await named(dir, /\.ldb$/);
  await flip(dir, first, 2000, 3);
  const { store, damages } = await openMended(dir);
  t.deepEqual(damages, [], 'a start looks only at what is small');
  const { generation } = store;
  await store.inspect();
  t.is(store.generation, generation + 1);
  t.deepEqual(damages.flat(), [{ file: first, what: 'bytes' }]);
  t.true((await checkValues(t, store)) < 12_400);
  await store.batch([put(1, textOf(1))]);
  await store.inspect();
  t.is(store.generation, generation + 1);
  await store.close();
});

test('files that are missing are damage, and what the others hold is found again', async (t) => {
  const dir = await makeStore();
  for (const form of [/^CURRENT$/, /^MANIFEST/, /\.ldb$/, /\.log$/]) {
    const bad = await copyOf(dir);
    for (const name of await named(bad, form)) await rm(path.join(bad, name));
    t.not((await inspectStore(bad, false)).damages.length, 0, String(form));
    const { store } = await openMended(bad);
    const count = await checkValues(t, store);
    if (form.source !== '\\.ldb$') t.true(count >= 12_000, `${count} left without ${form}`);
    await store.batch([put(0, textOf(0))]);
    await store.close();
  }
});

test('a store that another process has is never mended under it', async (t) => {
  const at = path.join(await folder(), 'store');
  const child = fileURLToPath(new URL('full-disk.js', import.meta.url));
  const other = spawn(process.execPath, [child, at], { stdio: ['pipe', 'pipe', 'inherit'] });
  await once(other.stdout, 'data');
  const [manifest = ''] = await named(at, /^MANIFEST/);
  await flip(at, manifest, 20, 1);
  await t.throwsAsync(openLevelStore({ path: at, flushMs: 0, damaged: 'mend' }), { code: 'config', message: /in use/ });
  t.deepEqual(await readdir(path.dirname(at)), ['store']);
  other.kill();
  await once(other, 'close');
  const { store, damages } = await openMended(at);
  t.deepEqual(damages.flat(), [{ file: manifest, what: 'bytes' }]);
  await store.close();
});
