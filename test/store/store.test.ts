import { spawn, spawnSync } from 'node:child_process';
import { mkdtemp, readdir, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { openLevelStore } from '#src/store/level.js';
import { type MemoryState, openMemoryStore } from '#src/store/memory.js';
import { copyStore } from '#src/store/snapshot.js';
import type { Op } from '#src/store/store.js';
import { missingPrograms, programFile } from '../programs.js';
import { storeContract } from './contract.js';

const folder = () => mkdtemp(path.join(tmpdir(), 'hubsieve-store-'));
const put = (name: string, value: string): Op => ({ type: 'put', key: Buffer.from(name), value: Buffer.from(value) });

storeContract(test, 'memory', async () => {
  const state: MemoryState = new Map();
  return () => openMemoryStore(state);
});
for (const flushMs of [0, 20])
  storeContract(test, `level, flush ${flushMs} ms`, async () => {
    const where = await folder();
    return () => openLevelStore({ path: where, flushMs });
  });

test('level: a second process is told that the store is in use', async (t) => {
  const where = await folder();
  const store = await openLevelStore({ path: where, flushMs: 0 });
  await t.throwsAsync(openLevelStore({ path: where, flushMs: 0 }), { code: 'config', message: /in use/ });
  await store.close();
});

test('level: a copy of an open store is consistent while it is written to', async (t) => {
  const where = await folder();
  const store = await openLevelStore({ path: where, flushMs: 1000 });
  let written = 0;
  let copying = true;
  const writing = (async () => {
    for (; copying; written++) await store.batch([put(`a${String(written).padStart(6, '0')}`, 'x'.repeat(1000))]);
  })();
  for (let i = 0; i < 5; i++) {
    const before = written;
    const to = path.join(await folder(), 'copy');
    await copyStore(where, to);
    const copy = await openLevelStore({ path: to, flushMs: 1000 });
    let count = 0;
    for await (const [key] of copy.iterate({ gte: Buffer.from('a'), lt: Buffer.from('b') }))
      if (key.toString() === `a${String(count).padStart(6, '0')}`) count++;
    t.true(count >= before, `${count} of at least ${before} without a gap`);
    await copy.close();
  }
  copying = false;
  await writing;
  await store.close();
});

test('level: compaction takes deleted values out of the files', async (t) => {
  const where = await folder();
  const store = await openLevelStore({ path: where, flushMs: 0 });
  await store.batch([put('ae1', 'the secret name'), put('ae2', 'other')]);
  await store.batch([put('ae1', '')]);
  await store.compact({ gte: Buffer.from('ae'), lt: Buffer.from('af') });
  const bytes = await Promise.all((await readdir(where)).map((name) => readFile(path.join(where, name), 'latin1')));
  t.false(bytes.some((one) => one.includes('the secret name')));
  t.is((await store.get(Buffer.from('ae2')))?.toString(), 'other');
  await store.close();
});

const limits = process.platform === 'linux' && missingPrograms('prlimit') === undefined;
(limits ? test : test.skip)(
  'level: a full disk refuses the batch, keeps everything acknowledged, and is written to again once there is room',
  async (t) => {
    const where = await folder();
    const child = fileURLToPath(new URL('full-disk.js', import.meta.url));
    const run = spawn('/bin/sh', ['-c', `trap '' XFSZ; exec "${process.execPath}" "${child}" "${where}"`], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    const lines = createInterface({ input: run.stdout })[Symbol.asyncIterator]();
    const next = async () => String((await lines.next()).value);
    t.is(await next(), 'ready');
    spawnSync(programFile('prlimit'), ['--pid', String(run.pid), '--fsize=200000:unlimited']);
    run.stdin.write('fill\n');
    t.regex(await next(), /^refused record_failed generation [1-9]/);
    spawnSync(programFile('prlimit'), ['--pid', String(run.pid), '--fsize=unlimited:unlimited']);
    run.stdin.write('again\n');
    const acknowledged = Number((await next()).replace('acknowledged ', ''));
    t.true(acknowledged > 10);
    run.kill('SIGKILL');
    await new Promise((resolve) => run.on('close', resolve));
    const store = await openLevelStore({ path: where, flushMs: 0 });
    for (let i = 0; i < acknowledged; i++) t.is((await store.get(Buffer.from(`a${i}`)))?.length, 10_000, `a${i}`);
    await store.close();
  },
);
