import test from 'ava';
import { openVault } from '#src/household/vault.js';
import type { Store } from '#src/store/store.js';
import { DAY, dump, KEY, MAKERS, NOW, type Opener, options, pair, watched } from './support.js';

const MAC = pair('F4:CF:A2:77:88:99', '02:A1:B2:C3:D4:E5');
const NAME = pair('Anna’s bedroom', 'Device 3F2A1C', { category: 'device_name' });

for (const [name, make] of MAKERS) {
  const opened = async (): Promise<[Store, Opener]> => {
    const open = await make();
    return [await open(), open];
  };

  test(`${name}: what was remembered is restored, also after a restart`, async (t) => {
    const [store, open] = await opened();
    await (await openVault(store, options)).remember([MAC, NAME], 'd-1');
    await store.close();
    const again = await open();
    const vault = await openVault(again, options);
    t.is(vault.originals('cosori').restore('02:A1:B2:C3:D4:E5 Device 3F2A1C'), 'F4:CF:A2:77:88:99 Anna’s bedroom');
    t.is(vault.count(), 2);
    await again.close();
  });

  test(`${name}: neither originals nor pseudonyms nor devices can be read on disk`, async (t) => {
    const [store] = await opened();
    const vault = await openVault(store, options);
    await vault.remember([MAC, NAME], 'd-1234abcd');
    await vault.nextEpoch('cosori');
    const text = await dump(store);
    for (const secret of [MAC.original, MAC.pseudonym, 'bedroom', 'Device', 'cosori', 'd-1234abcd'])
      t.false(text.includes(secret), secret);
    t.true(text.length > 100);
    await store.close();
  });

  test(`${name}: another install's key opens nothing, destroys nothing, and says how much`, async (t) => {
    const [store] = await opened();
    await (await openVault(store, options)).remember([MAC]);
    const other = await openVault(store, { ...options, key: new Uint8Array(32).fill(1) });
    t.is(other.unreadable, 1);
    t.true(other.originals('cosori').empty);
    t.is((await openVault(store, options)).count(), 1);
    await store.close();
  });

  test(`${name}: a changed or moved entry does not open`, async (t) => {
    const [store] = await opened();
    await (await openVault(store, options)).remember([MAC]);
    const range = { gte: Buffer.from('hp'), lt: Buffer.from('hq') };
    for await (const [key, value] of store.iterate(range)) {
      const changed = Buffer.from(value);
      changed[20]! ^= 1;
      const moved = Buffer.from(key);
      moved[25]! ^= 1;
      await store.batch([
        { type: 'put', key, value: changed },
        { type: 'put', key: moved, value },
      ]);
    }
    const vault = await openVault(store, options);
    t.is(vault.unreadable, 2);
    t.is(vault.count(), 0);
    await store.close();
  });

  test(`${name}: one service's pseudonyms are not restored for another`, async (t) => {
    const [store] = await opened();
    const vault = await openVault(store, options);
    await vault.remember([MAC]);
    t.is(vault.originals('smartcp').restore(MAC.pseudonym), MAC.pseudonym);
    await store.close();
  });

  test(`${name}: a new epoch is kept over a restart, and old pseudonyms still find their way back`, async (t) => {
    const [store, open] = await opened();
    const vault = await openVault(store, options);
    await vault.remember([MAC]);
    t.is(await vault.nextEpoch('cosori'), 2);
    await vault.remember([{ ...MAC, epoch: 2, pseudonym: '02:00:00:00:00:0A' }]);
    await store.close();
    const again = await open();
    const after = await openVault(again, options);
    t.is(after.epoch('cosori'), 2);
    t.is(after.epoch('smartcp'), 1);
    t.is(after.originals('cosori').restore('02:A1:B2:C3:D4:E5 02:00:00:00:00:0A'), `${MAC.original} ${MAC.original}`);
    await again.close();
  });

  test(`${name}: forgetting a device leaves what it shares; forgetting a service leaves other services`, async (t) => {
    const [store] = await opened();
    const vault = await openVault(store, options);
    await vault.remember([MAC, NAME], 'd-1');
    await vault.remember([MAC], 'd-2');
    await vault.remember([pair('other', 'serial-99887766', { service: 'smartcp' })], 'd-3');
    t.is(await vault.forgetDevice('d-1'), 1);
    t.is(vault.originals('cosori').restore(`${MAC.pseudonym} ${NAME.pseudonym}`), `${MAC.original} ${NAME.pseudonym}`);
    t.is(await vault.forgetService('cosori'), 1);
    t.is((await openVault(store, options)).count(), 1);
    await store.close();
  });

  test(`${name}: past its bound, what was not used for longest goes`, async (t) => {
    const [store] = await opened();
    const vault = await openVault(store, { ...options, perService: 16 });
    const many = Array.from({ length: 16 }, (_, i) => pair(`original ${i}`, `serial-0000${i + 10}`));
    for (const one of many) await vault.remember([one]);
    vault.originals('cosori').restore('serial-000010');
    await vault.remember([pair('original 16', 'serial-000026')]);
    t.is(vault.originals('cosori').restore('serial-000010'), 'original 0');
    t.is(vault.originals('cosori').restore('serial-000026'), 'original 16');
    t.is(vault.originals('cosori').restore('serial-000011'), 'serial-000011');
    t.true((await openVault(store, options)).count() <= 16);
    await store.close();
  });
}

test('what is known costs no write; two notations of one thing do not either', async (t) => {
  const store = watched(await (await MAKERS[0]![1]())());
  const vault = await openVault(store, options);
  await vault.remember([MAC], 'd-1');
  const before = store.batches;
  for (let i = 0; i < 100; i++) await vault.remember([MAC, { ...MAC, original: 'f4:cf:a2:77:88:99' }], 'd-1');
  t.is(store.batches, before);
});

test('an entry in use is written again after a week, so that a restart knows that it is', async (t) => {
  const store = watched(await (await MAKERS[0]![1]())());
  let now = NOW;
  const vault = await openVault(store, { ...options, now: () => now });
  await vault.remember([MAC]);
  now += 8 * DAY;
  const before = store.batches;
  await vault.remember([MAC]);
  await vault.remember([MAC]);
  t.is(store.batches, before + 1);
});

test('what could not be stored is not promised: the caller hears of it, and the next try stores it', async (t) => {
  const store = watched(await (await MAKERS[0]![1]())());
  const vault = await openVault(store, options);
  store.failing = true;
  await t.throwsAsync(vault.remember([MAC]));
  t.is(vault.count(), 0);
  store.failing = false;
  await vault.remember([MAC]);
  t.is((await openVault(store, options)).count(), 1);
});

test('a key that is too short is refused', async (t) => {
  const store = await (await MAKERS[0]![1]())();
  await t.throwsAsync(openVault(store, { ...options, key: KEY.subarray(0, 16) }), { code: 'internal' });
});

test('names that left under labels are told, once each, identifiers not', async (t) => {
  const vault = await openVault(await (await MAKERS[0]![1]())(), options);
  await vault.remember([MAC, NAME, { ...NAME, service: 'smartcp', pseudonym: 'Device 000001' }]);
  t.deepEqual(vault.named(), [{ category: 'device_name', value: 'Anna’s bedroom' }]);
});
