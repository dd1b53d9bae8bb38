import { existsSync, readdirSync, readFileSync, renameSync, utimesSync, writeFileSync } from 'node:fs';
import { cp } from 'node:fs/promises';
import path from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { openLevelStore } from '#src/store/level.js';
import type { Op, Step, Store } from '#src/store/store.js';
import { removeOldStores } from '#src/store/upgrade.js';
import { scratch } from '../cli/support.js';

const put = (name: string, value: string): Op => ({ type: 'put', key: Buffer.from(name), value: Buffer.from(value) });
const read = async (store: Store, name: string): Promise<string | undefined> => (await store.get(Buffer.from(name)))?.toString();
/** Versions 2 and 3 of a store: each says what it found. */
const STEPS: readonly Step[] = ['second', 'third'].map(
  (name) => async (store) => store.batch([put('a', `${await read(store, 'a')}, ${name}`)]),
);

/** A store of version 1 in a folder of its own. */
async function older(t: ExecutionContext): Promise<{ dir: string; file: string }> {
  const { dir, file } = scratch(t);
  const store = await openLevelStore({ path: file('store'), flushMs: 0, steps: [] });
  await store.batch([put('a', 'first')]);
  await store.close();
  return { dir, file: file('store') };
}

async function valueIn(file: string, steps: readonly Step[]): Promise<string | undefined> {
  const store = await openLevelStore({ path: file, flushMs: 0, steps });
  const value = await read(store, 'a');
  await store.close();
  return value;
}

test('an older store goes through each step once, and stays beside the new one as it was', async (t) => {
  const { dir, file } = await older(t);
  t.is(await valueIn(file, STEPS.slice(0, 1)), 'first, second');
  t.is(await valueIn(file, STEPS), 'first, second, third');
  t.is(await valueIn(file, STEPS), 'first, second, third');
  t.deepEqual(readdirSync(dir).sort(), ['store', 'store.v1', 'store.v2']);
  t.is(await valueIn(`${file}.v1`, []), 'first');
  await t.throwsAsync(valueIn(file, []), { code: 'config', message: /version 3, this program reads up to 1/ });
});

test('a step that fails leaves the store as it was, and the next start tries anew', async (t) => {
  const { file } = await older(t);
  const failing: Step = async (store) => {
    await store.batch([put('a', 'half')]);
    throw new Error('no');
  };
  await t.throwsAsync(valueIn(file, [failing]), { message: 'no' });
  t.is(await valueIn(file, []), 'first');
  t.is(await valueIn(file, STEPS), 'first, second, third');
});

test('the power fails during an upgrade: before the stores are swapped, between, and after', async (t) => {
  const { dir, file } = await older(t);
  await cp(file, `${file}.next`, { recursive: true });
  t.is(await valueIn(file, STEPS), 'first, second, third');
  renameSync(file, `${file}.next`);
  t.is(await valueIn(file, STEPS), 'first, second, third');
  t.deepEqual(readdirSync(dir).sort(), ['store', 'store.v1']);
});

test('an older store that is damaged is refused as it is; mended, it is upgraded without what was lost', async (t) => {
  const { file } = await older(t);
  const filled = await openLevelStore({ path: file, flushMs: 0, steps: [] });
  const value = 'x'.repeat(1000);
  for (let i = 0; i < 4; i++)
    await filled.batch(Array.from({ length: 1000 }, (_, n) => put(`k${String(i * 1000 + n).padStart(4, '0')}`, value)));
  await filled.compact({ gte: Buffer.from('k'), lt: Buffer.from('l') });
  await filled.close();
  const table = path.join(
    file,
    readdirSync(file)
      .filter((name) => name.endsWith('.ldb'))
      .sort()
      .at(-1)!,
  );
  const bytes = readFileSync(table);
  bytes[10]! ^= 1;
  writeFileSync(table, bytes);
  // A step that reads nothing of what is damaged would carry it over unseen.
  const step: Step = (store) => store.batch([put('b', 'second')]);
  await t.throwsAsync(valueIn(file, [step]), { code: 'store_damaged' });
  t.false(existsSync(`${file}.v1`));
  const mended: string[] = [];
  const onMended = (damages: readonly { file: string }[]): void => void mended.push(...damages.map((one) => one.file));
  const store = await openLevelStore({ path: file, flushMs: 0, steps: [step], damaged: 'mend', onMended });
  t.is(await read(store, 'b'), 'second');
  await store.close();
  t.deepEqual(mended, [path.basename(table)]);
  t.true(existsSync(`${file}.v1`) && existsSync(`${file}-damaged`));
  await t.throwsAsync(valueIn(file, []), { code: 'config', message: /version 2, this program reads up to 1/ });
});

test('the older store goes after a week', async (t) => {
  const { file } = await older(t);
  const nowMs = Date.now();
  await valueIn(file, STEPS);
  removeOldStores(file, nowMs);
  t.true(existsSync(`${file}.v1`));
  const days = (count: number): number => nowMs / 1000 - count * 24 * 60 * 60;
  utimesSync(`${file}.v1`, days(6), days(6));
  removeOldStores(file, nowMs);
  t.true(existsSync(`${file}.v1`));
  utimesSync(`${file}.v1`, days(8), days(8));
  removeOldStores(file, nowMs);
  t.false(existsSync(`${file}.v1`));
  t.true(existsSync(file));
});
