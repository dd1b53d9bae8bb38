// What the hub learned of clouds and the home is there after a restart, sealed on disk, and no value can be read in it.
import { randomBytes } from 'node:crypto';
import test from 'ava';
import { Sealer } from '#src/household/seal.js';
import { KnowledgeStore } from '#src/runtime/knowledge-store.js';
import { openMemoryStore } from '#src/store/memory.js';
import type { Op, Store } from '#src/store/store.js';

const MASTER = new Uint8Array(32).fill(3);
const DAY = 24 * 60 * 60 * 1000;

test('tokens, addresses, profiles and the home outlive a restart', async (t) => {
  const store = await openMemoryStore();
  let nowMs = 1_800_000_000_000;
  const open = (): Promise<KnowledgeStore> =>
    KnowledgeStore.open({ store, sealer: new Sealer(MASTER, randomBytes), master: MASTER, now: () => nowMs });
  const first = await open();
  const service = first.knowledge.of('cosori');
  service.provenance.add('ph9lUEMKHYyNOKBX');
  service.addresses.add('mac:a4cf125a31f0', 'device_mac', false);
  for (let i = 0; i < 40; i += 1) service.observe('d-1', [{ path: "body $['n']", text: `nonce${i}` }]);
  first.knowledge.learn('cosori', 'd-1', [{ kind: 'home', identifier: { category: 'wifi_ssid', value: 'Bergkristall-71' } }]);
  await first.close();
  for await (const [, value] of store.iterate({ gte: Buffer.from('hk'), lt: Buffer.from('hl') }))
    t.notRegex(value.toString('latin1'), /Bergkristall|ph9lUEMKHYyNOKBX|5a31f0/);

  nowMs += 2 * DAY;
  const { knowledge } = await open();
  const history = knowledge.historyFor('cosori', 'd-1');
  t.true(history.isReturned('ph9lUEMKHYyNOKBX'));
  t.false(history.isReturned('ph9lUEMKHYyNOKBY'));
  t.is(history.addressed('mac:a4cf125a31f0'), 'device_mac');
  t.is(history.addressEndingIn('5a31f0'), 'mac:a4cf125a31f0');
  t.is(history.behaviourOf("body $['n']", 'nonce99'), 'varying');
  t.deepEqual(
    knowledge.own('cosori').map(({ value }) => value),
    ['Bergkristall-71'],
  );
  t.deepEqual(knowledge.own('connect'), [], 'one device said it on one day');
  knowledge.learn('cosori', 'd-1', [{ kind: 'home', identifier: { category: 'wifi_ssid', value: 'Bergkristall-71' } }]);
  t.is(knowledge.own('connect').length, 1, 'it said so again a day later');
});

test('what did not change is not written again', async (t) => {
  const store = await openMemoryStore();
  let batches = 0;
  const counting: Store = Object.assign(Object.create(store) as Store, {
    batch: (ops: readonly Op[]) => {
      batches += 1;
      return store.batch(ops);
    },
  });
  const kept = await KnowledgeStore.open({
    store: counting,
    sealer: new Sealer(MASTER, randomBytes),
    master: MASTER,
    now: () => 0,
  });
  kept.knowledge.of('sens').provenance.add('token-12345678');
  await kept.save();
  await kept.save();
  t.is(batches, 1);
  await kept.close();
});
