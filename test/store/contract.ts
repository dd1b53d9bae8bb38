// The contract of a store: one suite, run on every maker.
import type { TestFn } from 'ava';
import fc from 'fast-check';
import type { Op, Range, Store } from '#src/store/store.js';

/** Opens the same store again and again: what it held is found. */
export type Opener = () => Promise<Store>;

const key = (text: string) => Buffer.from(text, 'latin1');
const put = (name: string, value: string): Op => ({ type: 'put', key: key(name), value: Buffer.from(value) });
const del = (name: string): Op => ({ type: 'del', key: key(name) });
const ALL = { gte: key('a'), lt: key('{') };

async function keysOf(store: Store, range: Range = ALL): Promise<string[]> {
  const keys: string[] = [];
  for await (const [one] of store.iterate(range)) keys.push(one.toString('latin1'));
  return keys;
}

export function storeContract(test: TestFn, name: string, makeOpener: () => Promise<Opener>): void {
  test(`${name}: what a batch put is found, what it deleted is not, later operations win`, async (t) => {
    const store = await (await makeOpener())();
    await store.batch([put('ab', '1'), put('ac', '2'), put('ab', '3'), del('ac')]);
    t.is((await store.get(key('ab')))?.toString(), '3');
    t.is(await store.get(key('ac')), undefined);
    await store.batch([del('ab'), del('never')]);
    t.deepEqual(await keysOf(store), []);
    await store.close();
  });

  test(`${name}: keys come in the order of their bytes, within the range, from either end`, async (t) => {
    const store = await (await makeOpener())();
    const names = ['a\x00', 'a\x7f', 'a\x80', 'a\xff', 'b', 'ba'];
    await store.batch([...names].reverse().map((one) => put(one, '')));
    t.deepEqual(await keysOf(store), names);
    t.deepEqual(await keysOf(store, { gte: key('a\x7f'), lt: key('b') }), ['a\x7f', 'a\x80', 'a\xff']);
    t.deepEqual(await keysOf(store, { ...ALL, reverse: true, limit: 2 }), ['ba', 'b']);
    t.deepEqual(await keysOf(store, { gte: key('b'), lt: key('b') }), []);
    await store.close();
  });

  test(`${name}: an iteration shows what was there when it began`, async (t) => {
    const store = await (await makeOpener())();
    await store.batch(Array.from({ length: 3000 }, (_, i) => put(`a${String(i).padStart(5, '0')}`, 'x')));
    const seen: string[] = [];
    for await (const [one] of store.iterate(ALL)) {
      if (seen.length === 0) await store.batch([del('a02999'), put('b', '')]);
      seen.push(one.toString('latin1'));
    }
    t.is(seen.length, 3000);
    t.is(seen.at(-1), 'a02999');
    await store.close();
  });

  test(`${name}: batches of one tick are carried out in their order, and all resolve`, async (t) => {
    const store = await (await makeOpener())();
    await Promise.all(Array.from({ length: 500 }, (_, i) => store.batch([put('a', String(i)), put(`b${i}`, '')])));
    t.is((await store.get(key('a')))?.toString(), '499');
    t.is((await keysOf(store)).length, 501);
    await store.sync();
    t.is(store.generation, 0);
    await store.close();
  });

  test(`${name}: what was written is there when it is opened again, also what nobody waited for`, async (t) => {
    const open = await makeOpener();
    const store = await open();
    await store.batch([put('a', 'waited')]);
    const late = store.batch([put('b', 'not waited')]);
    await store.close();
    await late;
    const again = await open();
    t.is((await again.get(key('a')))?.toString(), 'waited');
    t.is((await again.get(key('b')))?.toString(), 'not waited');
    await again.close();
  });

  test(`${name}: a closed store refuses batches`, async (t) => {
    const store = await (await makeOpener())();
    await store.close();
    await t.throwsAsync(store.batch([put('a', '')]), { code: 'record_failed' });
    await store.close();
  });

  test(`${name}: a store of a newer version is refused, and is not changed`, async (t) => {
    const open = await makeOpener();
    const store = await open();
    await store.batch([put('!version', '2')]);
    await store.close();
    await t.throwsAsync(open(), { code: 'config', message: /version 2/ });
    await t.throwsAsync(open(), { code: 'config', message: /version 2/ });
  });

  test(`${name}: any run of batches leaves what a plain map would hold`, async (t) => {
    const store = await (await makeOpener())();
    const op = fc.oneof(
      fc.record({ type: fc.constant('put' as const), key: fc.constantFrom('a', 'b', 'bc', 'd'), value: fc.string() }),
      fc.record({ type: fc.constant('del' as const), key: fc.constantFrom('a', 'b', 'bc', 'd') }),
    );
    const held = new Map<string, string>();
    await fc.assert(
      fc.asyncProperty(fc.array(op), async (ops) => {
        for (const one of ops) one.type === 'put' ? held.set(one.key, one.value) : held.delete(one.key);
        await store.batch(ops.map((one) => (one.type === 'put' ? put(one.key, one.value) : del(one.key))));
        const found: [string, string][] = [];
        for await (const [one, value] of store.iterate(ALL)) found.push([one.toString('latin1'), value.toString()]);
        t.deepEqual(
          found,
          [...held].sort(([a], [b]) => (a < b ? -1 : 1)),
        );
      }),
      { numRuns: 50 },
    );
    await store.close();
  });
}
