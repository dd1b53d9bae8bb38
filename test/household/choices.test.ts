import { randomBytes } from 'node:crypto';
import test from 'ava';
import fc from 'fast-check';
import { type AuditRecord, guardRecord } from '#src/audit/record.js';
import {
  type By,
  type Change,
  type Choices,
  type ChoicesOptions,
  openChoices,
  type SwitchRecord,
} from '#src/household/choices.js';
import { Sealer } from '#src/household/seal.js';
import { CATEGORY_IDS, type Override } from '#src/model.js';
import type { Op, Store } from '#src/store/store.js';
import { DAY, dump, KEY, MAKERS, NOW, watched } from './support.js';

const BY: By = { policyVersion: 'sha256:rules', clientVersion: '0.1.0', channel: 'web' };
const DEVICE = 'd-1234abcd';
const OVERRIDE: Override = { id: 'o1', service: 'cosori', category: 'wifi_ssid', action: 'keep', untilMs: NOW + 600_000 };

interface Opened {
  readonly choices: Choices;
  readonly records: SwitchRecord[];
  readonly options: ChoicesOptions;
}

async function open(store: Store, more: Partial<ChoicesOptions> = {}): Promise<Opened> {
  const records: SwitchRecord[] = [];
  const options: ChoicesOptions = {
    key: KEY,
    random: randomBytes,
    now: () => NOW,
    base: { services: {}, own: [], retentionDays: 30 },
    record: async (record) => records.push(record),
    ...more,
  };
  return { choices: await openChoices(store, options), records, options };
}

const memory = async () => (await MAKERS[0]![1]())();

/** One of every kind. */
const CHANGES: readonly Change[] = [
  { what: 'purpose', service: 'cosori', purpose: 'customer_support', on: true },
  { what: 'mode', service: 'cosori', mode: 'observe' },
  { what: 'opaque', service: 'cosori', value: 'pass' },
  { what: 'sealed', service: 'cosori', value: 'pass' },
  { what: 'override', override: OVERRIDE },
  { what: 'pause', device: DEVICE, untilMs: NOW + 600_000 },
  { what: 'device', device: DEVICE, set: { key: 'name', value: 'Anna’s fryer' } },
  { what: 'device', device: DEVICE, set: { key: 'maker', value: 'Acme' } },
  { what: 'device', device: DEVICE, set: { key: 'kind', value: 'appliance' } },
  { what: 'device', device: DEVICE, set: { key: 'blocked', value: true } },
  { what: 'device', device: DEVICE, set: { key: 'registered', value: 'through-hub' } },
  { what: 'device', device: DEVICE, set: { key: 'pairingUntilMs', value: NOW + 600_000 } },
  { what: 'device', device: DEVICE, set: { key: 'pinned', value: 'tunnel' } },
  { what: 'device', device: DEVICE, set: { key: 'onFailure', value: 'open' } },
  { what: 'adopt', host: 'api.vendor.test', as: { as: 'tunnel' } },
  { what: 'adopt', host: 'api.other.test', as: { service: 'cosori' } },
  { what: 'country', host: 'api.vendor.test', country: 'RU' },
  { what: 'own', category: 'wifi_ssid', value: 'Anna at home', told: true },
  { what: 'language', language: 'ru' },
  { what: 'retention', days: 7 },
];
const UNDONE: readonly Change[] = [
  { what: 'purpose', service: 'cosori', purpose: 'customer_support', on: undefined },
  { what: 'mode', service: 'cosori', mode: undefined },
  { what: 'opaque', service: 'cosori', value: undefined },
  { what: 'sealed', service: 'cosori', value: undefined },
  { what: 'override_end', id: 'o1' },
  { what: 'resume', device: DEVICE },
  { what: 'device', device: DEVICE, set: { key: 'name', value: undefined } },
  { what: 'forget', device: DEVICE },
  { what: 'adopt', host: 'api.vendor.test', as: undefined },
  { what: 'country', host: 'api.vendor.test', country: undefined },
  { what: 'own', category: 'wifi_ssid', value: 'Anna at home', told: false },
  { what: 'retention', days: undefined },
];

async function applied(choices: Choices, changes: readonly Change[]): Promise<void> {
  for (const change of changes) await choices.apply(change, BY);
}

for (const [name, make] of MAKERS) {
  test(`${name}: every choice is kept over a restart, and counted`, async (t) => {
    const opener = await make();
    const store = await opener();
    const { choices } = await open(store);
    await applied(choices, CHANGES);
    await store.close();
    const again = await opener();
    const after = (await open(again)).choices;
    t.deepEqual(after.state, choices.state);
    t.is(after.state.version, CHANGES.length);
    t.deepEqual(after.device(DEVICE).name, 'Anna’s fryer');
    await again.close();
  });

  test(`${name}: nothing of the home can be read on disk`, async (t) => {
    const store = await (await make())();
    await applied((await open(store)).choices, CHANGES);
    const text = await dump(store);
    for (const secret of ['Anna', 'cosori', 'fryer', 'vendor', DEVICE]) t.false(text.includes(secret), secret);
    await store.close();
  });

  test(`${name}: choices that are gone, older or do not open are closed, and change only by being recovered`, async (t) => {
    const store = await (await make())();
    await applied((await open(store)).choices, CHANGES);
    const { state } = (await open(store)).choices;
    const [block] = CHANGES.filter((one) => one.what === 'mode');
    for (const [why, at, more] of [
      ['unreadable', store, { key: new Uint8Array(32) }],
      ['older', store, { least: state.version + 1 }],
      ['missing', await (await make())(), { least: 1 }],
    ] as const) {
      const { choices, records } = await open(at, more);
      t.is(choices.closed, why);
      await t.throwsAsync(choices.apply(block!, BY), { code: 'closed' });
      t.deepEqual(records, []);
    }
    t.is((await open(store, { least: state.version })).choices.closed, undefined);
    await t.throwsAsync((await open(store)).choices.recover('anew', state, BY), { code: 'config' });
    const kept: number[] = [];
    const { choices, records } = await open(store, { least: 99, onKept: async ({ version }) => void kept.push(version) });
    await choices.recover('copy', state, BY);
    t.is(choices.closed, undefined);
    t.deepEqual({ ...choices.state, version: 0 }, { ...state, version: 0 });
    t.deepEqual([choices.state.version, kept, records.map(({ value }) => value)], [100, [100], ['recovered_copy']]);
    t.is((await open(store, { least: 100 })).choices.closed, undefined);
    await store.close();
  });

  test(`${name}: a change is on disk before it is answered, and what is kept outside comes after that`, async (t) => {
    const store = await (await make())();
    const order: string[] = [];
    const watching = {
      get: (key: Buffer) => store.get(key),
      batch: (ops: readonly Op[]) => store.batch(ops).then(() => void order.push('written')),
      sync: () => store.sync().then(() => void order.push('synced')),
    } as Store;
    const { choices } = await open(watching, { onKept: async () => void order.push('kept') });
    await choices.apply(CHANGES[0]!, BY).then(() => order.push('answered'));
    t.deepEqual(order, ['written', 'synced', 'kept', 'answered']);
    await store.close();
  });
}

test('every change leaves one record that the log takes, with versions and channel, and no name or identifier in it', async (t) => {
  const { choices, records } = await open(await memory());
  await applied(choices, [...CHANGES, ...UNDONE]);
  t.is(records.length, CHANGES.length + UNDONE.length);
  for (const record of records) {
    t.notThrows(() => guardRecord(record as AuditRecord));
    t.like(record, { ...BY, kind: 'switch', timeMs: NOW });
    t.false(/Anna|fryer|Acme/.test(JSON.stringify(record)));
  }
});

test('undoing every change leaves nothing chosen', async (t) => {
  const { choices } = await open(await memory());
  await applied(choices, [...CHANGES, ...UNDONE, { what: 'adopt', host: 'api.other.test', as: undefined }]);
  t.deepEqual(choices.services()['cosori'], { mode: 'enforce', purposes: {}, opaque: 'refuse', sealed: 'refuse' });
  t.deepEqual(
    { ...choices.state, services: {} },
    { version: 33, taxonomy: 2, services: {}, overrides: [], devices: {}, adopted: {}, countries: {}, own: [], language: 'ru' },
  );
});

test('the record is written first: without it nothing changes; without the store neither', async (t) => {
  const store = watched(await memory());
  let refuse = true;
  const record = async () => {
    if (refuse) throw new Error('no record');
  };
  const { choices } = await open(store, { record });
  await t.throwsAsync(choices.apply(CHANGES[0]!, BY));
  refuse = false;
  store.failing = true;
  await t.throwsAsync(choices.apply(CHANGES[0]!, BY));
  t.is(choices.state.version, 0);
  store.failing = false;
  await choices.apply(CHANGES[0]!, BY);
  t.is(choices.state.version, 1);
});

test('the household’s choices stand above the config’s, purpose by purpose', async (t) => {
  const base = {
    services: { cosori: { mode: 'observe', purposes: { a: true, b: true }, opaque: 'pass', sealed: 'refuse' } as const },
    own: [{ category: 'wifi_ssid' as const, value: 'from the file' }],
    retentionDays: 30,
  };
  const { choices } = await open(await memory(), { base });
  await applied(choices, [
    { what: 'purpose', service: 'cosori', purpose: 'b', on: false },
    { what: 'mode', service: 'cosori', mode: 'enforce' },
    { what: 'own', category: 'wifi_ssid', value: 'told', told: true },
    { what: 'retention', days: 5 },
  ]);
  t.deepEqual(choices.services(), {
    cosori: { mode: 'enforce', purposes: { a: true, b: false }, opaque: 'pass', sealed: 'refuse' },
  });
  t.deepEqual(
    choices.own().map(({ value }) => value),
    ['from the file', 'told'],
  );
  t.is(choices.retentionDays, 5);
});

test('changes made at once are carried out one after another, and none is lost', async (t) => {
  const { choices } = await open(await memory());
  const versions: number[] = [];
  choices.onChange(({ before, after }) => versions.push(before.version, after.version));
  await Promise.all(
    Array.from({ length: 20 }, (_, i) => choices.apply({ what: 'purpose', service: 'cosori', purpose: `p${i}`, on: true }, BY)),
  );
  t.is(Object.keys(choices.services()['cosori']!.purposes).length, 20);
  t.deepEqual(versions, Array.from({ length: 20 }, (_, i) => [i, i + 1]).flat());
});

test('a listener that was taken off hears no more', async (t) => {
  const { choices } = await open(await memory());
  let heard = 0;
  const off = choices.onChange(() => heard++);
  await choices.apply(CHANGES[0]!, BY);
  off();
  await choices.apply(CHANGES[1]!, BY);
  t.is(heard, 1);
});

test('a pause and an override end by themselves, each with its record', async (t) => {
  let now = NOW;
  const { choices, records } = await open(await memory(), { now: () => now });
  await applied(choices, [
    { what: 'pause', device: DEVICE, untilMs: NOW + 60_000 },
    { what: 'override', override: OVERRIDE },
  ]);
  t.is(choices.overrides(NOW).length, CATEGORY_IDS.length + 1);
  t.true(choices.overrides(NOW).some((o) => o.device === DEVICE && o.category === 'wifi_ssid' && o.action === 'keep'));
  t.is(choices.nextEndMs(), NOW + 60_000);
  t.is(await choices.expire(), 0);
  now = NOW + 60_000;
  t.is(choices.overrides(now).length, 1);
  t.is(await choices.expire(), 1);
  now = NOW + DAY;
  t.is(await choices.expire(), 1);
  t.is(choices.nextEndMs(), undefined);
  t.deepEqual(
    records.map(({ what }) => what),
    ['pause', 'override', 'resume', 'override_end'],
  );
  t.like(records[2], BY);
});

test('what ends by itself ends by the time that passes, wherever the clock is set', async (t) => {
  let now = NOW;
  const store = await memory();
  const { choices } = await open(store, { now: () => now });
  await applied(choices, [
    { what: 'pause', device: DEVICE, untilMs: NOW + 600_000 },
    { what: 'override', override: OVERRIDE },
    { what: 'device', device: DEVICE, set: { key: 'pairingUntilMs', value: NOW + 600_000 } },
  ]);
  for (const byMs of [-400 * DAY, 800 * DAY, -400 * DAY]) {
    now += byMs;
    choices.shiftEnds(byMs);
    t.is(choices.nextEndMs(), now + 600_000);
    t.true(choices.overrides(now + 599_999).some((one) => one.device === DEVICE && one.action === 'keep'));
    t.deepEqual(choices.overrides(now + 600_000), []);
    t.is(choices.device(DEVICE).pairingUntilMs, now + 600_000);
  }
  t.is(choices.state.version, 3, 'no choice was made');
});

test('after a start under a clock that is behind nothing has more left than it was given', async (t) => {
  const store = await memory();
  await applied((await open(store)).choices, [
    { what: 'pause', device: DEVICE, untilMs: NOW + 600_000 },
    { what: 'override', override: OVERRIDE },
    { what: 'device', device: DEVICE, set: { key: 'pairingUntilMs', value: NOW + 600_000 } },
  ]);
  const back = NOW - 4000 * DAY;
  const { choices } = await open(store, { now: () => back });
  t.is(choices.device(DEVICE).paused?.untilMs, back + 600_000);
  t.is(choices.state.overrides[0]?.untilMs, back + 600_000);
  t.true((choices.device(DEVICE).pairingUntilMs ?? 0) <= back + 3_600_000);
});

test('a blocked device is refused in every category, also while it is paused', async (t) => {
  const { choices } = await open(await memory());
  await applied(choices, [
    { what: 'device', device: DEVICE, set: { key: 'blocked', value: true } },
    { what: 'pause', device: DEVICE, untilMs: NOW + 60_000 },
  ]);
  t.true(choices.overrides(NOW).every(({ action }) => action === 'refuse'));
});

test('a device known to its vendor keeps its identifiers, but not while it is being paired', async (t) => {
  const { choices } = await open(await memory());
  t.false(choices.knownToVendor(DEVICE, NOW));
  await choices.apply({ what: 'device', device: DEVICE, set: { key: 'registered', value: 'before' } }, BY);
  t.true(choices.knownToVendor(DEVICE, NOW));
  await choices.apply({ what: 'device', device: DEVICE, set: { key: 'pairingUntilMs', value: NOW + 1000 } }, BY);
  t.false(choices.knownToVendor(DEVICE, NOW));
  t.true(choices.knownToVendor(DEVICE, NOW + 1000));
});

const broken = (change: object): Change => change as Change;
for (const [why, change] of [
  ['a service that cannot be', broken({ what: 'mode', service: '../x', mode: 'enforce' })],
  ['a mode that is none', broken({ what: 'mode', service: 'cosori', mode: 'Enforce' })],
  ['a purpose of the prototype', broken({ what: 'purpose', service: 'cosori', purpose: '__proto__', on: true })],
  ['a name with a line break', broken({ what: 'device', device: DEVICE, set: { key: 'name', value: 'a\nb' } })],
  ['a setting no device has', broken({ what: 'device', device: DEVICE, set: { key: 'secret', value: 'x' } })],
  ['an override of everything', broken({ what: 'override', override: { id: 'x', action: 'keep' } })],
  ['an override of an unknown action', broken({ what: 'override', override: { ...OVERRIDE, action: 'allow' } })],
  ['a pause that never ends', broken({ what: 'pause', device: DEVICE, untilMs: Number.POSITIVE_INFINITY })],
] as const) {
  test(`refused, recorded as nothing, changes nothing: ${why}`, async (t) => {
    const { choices, records } = await open(await memory());
    const fault = await t.throwsAsync(choices.apply(change, BY), { code: 'config' });
    t.false(/\.\.\/x|Enforce|allow|Infinity/.test(fault!.message));
    t.is(choices.state.version, 0);
    t.deepEqual(records, []);
  });
}

test('an override that the hub cannot carry out is refused', async (t) => {
  const checkOverride = () => {
    throw new Error('no selector');
  };
  const { choices } = await open(await memory(), { checkOverride });
  await t.throwsAsync(choices.apply({ what: 'override', override: { ...OVERRIDE, path: '$[' } }, BY));
  t.is(choices.state.version, 0);
});

for (const what of ['override_end', 'resume'] as const) {
  test(`${what} of what is not there is told`, async (t) => {
    const { choices } = await open(await memory());
    const change: Change = what === 'resume' ? { what, device: DEVICE } : { what, id: 'x' };
    await t.throwsAsync(choices.apply(change, BY), { code: 'not_found' });
  });
}

test('a backup put into another hub gives the same choices, with one record', async (t) => {
  const { choices } = await open(await memory());
  await applied(choices, CHANGES);
  const other = await open(await memory());
  await other.choices.restore(choices.backup(), BY);
  t.deepEqual({ ...other.choices.state, version: 0 }, { ...choices.state, version: 0 });
  t.is(other.choices.state.version, 1);
  t.deepEqual(
    other.records.map(({ value }) => value),
    ['choices_restored'],
  );
});

test('a backup that is changed anywhere is refused whole or read as what it says, and errors quote nothing of it', async (t) => {
  const { choices } = await open(await memory());
  await applied(choices, CHANGES);
  const backup = choices.backup();
  const places = Array.from({ length: 60 }, (_, i) => Math.floor((i * backup.length) / 60));
  for (const place of places) {
    const other = await open(await memory());
    const changed = `${backup.slice(0, place)}"secret"${backup.slice(place)}`;
    const fault = await t.throwsAsync(other.choices.restore(changed, BY), undefined, `at ${place}`);
    t.false(fault!.message.includes('secret'));
    t.is(other.choices.state.version, 0);
  }
});

test('no JSON value crashes the reading of a backup, and none but a backup is taken', async (t) => {
  const { choices } = await open(await memory());
  await fc.assert(
    fc.asyncProperty(fc.json(), async (text) => {
      await t.throwsAsync(choices.restore(text, BY), { code: 'config' });
    }),
    { numRuns: 50 },
  );
});

/** As a hub wrote it that did not know of birth dates as a kind of their own. */
const OLDER = {
  version: 3,
  services: { sens: { purposes: { registration: false } } },
  overrides: [
    { id: 'o1', service: 'sens', category: 'user_text', action: 'drop', given: { timeMs: NOW, ...BY } },
    {
      id: 'o2',
      service: 'sens',
      category: 'user_text',
      in: 'body',
      path: '$.about',
      action: 'keep',
      given: { timeMs: NOW, ...BY },
    },
    {
      id: 'o3',
      device: DEVICE,
      category: 'account_identifier',
      action: 'keep',
      untilMs: NOW + DAY,
      given: { timeMs: NOW, ...BY },
    },
  ],
  devices: { [DEVICE]: { name: 'Anna’s fryer' } },
  adopted: {},
  own: [],
};

async function withOlder(): Promise<Store> {
  const store = await memory();
  const key = Buffer.from('hc');
  await store.batch([{ type: 'put', key, value: new Sealer(KEY, randomBytes).seal(key, OLDER) }]);
  return store;
}

test('what was chosen for a kind of data counts for those that got a name of their own since', async (t) => {
  const { choices } = await open(await withOlder());
  const counting = choices.overrides(NOW).map(({ id, category, action, path }) => [id, category, action, path ?? '']);
  t.deepEqual(counting, [
    ['o1', 'user_text', 'drop', ''],
    ['o1+birth', 'birth', 'drop', ''],
    ['o1+browsing', 'browsing', 'drop', ''],
    ['o1+contacts_family', 'contacts_family', 'drop', ''],
    ['o2', 'user_text', 'keep', '$.about'],
    ['o3', 'account_identifier', 'keep', ''],
    ['o3+organization', 'organization', 'keep', ''],
    ['o3+payment', 'payment', 'keep', ''],
    ['o3+identity_document', 'identity_document', 'keep', ''],
  ]);
  t.deepEqual(choices.services()['sens']?.purposes, { registration: false });
  t.is(choices.device(DEVICE).name, 'Anna’s fryer');
});

test('an upgrade happens once: what the household ends afterwards stays ended, and a backup of before is upgraded too', async (t) => {
  const store = await withOlder();
  const first = (await open(store)).choices;
  await first.apply({ what: 'override_end', id: 'o1+birth' }, BY);
  const again = (await open(store)).choices;
  t.false(again.overrides(NOW).some(({ category }) => category === 'birth'));
  const backup = JSON.stringify({ format: 'hubsieve choices', version: 1, choices: OLDER });
  await again.restore(backup, BY);
  t.true(again.overrides(NOW).some(({ category }) => category === 'birth'));
});

test('a purpose that is on for a time goes off by itself, is recorded so, and counts as off from the moment its time is over', async (t) => {
  let now = NOW;
  const store = await memory();
  const { choices, records } = await open(store, { now: () => now });
  const change = { what: 'purpose', service: 'cosori', purpose: 'customer_support', on: true, untilMs: NOW + 900_000 } as const;
  await choices.apply(change, BY);
  t.deepEqual(choices.services()['cosori']?.purposes, { customer_support: true });
  t.is(choices.services()['cosori']?.until?.['customer_support'], NOW + 900_000);
  t.is(choices.nextEndMs(), NOW + 900_000);
  now = NOW + 900_000;
  t.deepEqual(choices.services()['cosori']?.purposes, { customer_support: false }, 'before its end is recorded');
  t.is(await choices.expire(), 1);
  t.deepEqual(choices.services()['cosori']?.purposes, {});
  t.is(choices.nextEndMs(), undefined);
  t.deepEqual(
    records.map(({ what, purpose, value, untilMs }) => [what, purpose, value, untilMs]),
    [
      ['purpose', 'customer_support', 'on', NOW + 900_000],
      ['purpose', 'customer_support', 'default', undefined],
    ],
  );
  t.deepEqual((await open(store)).choices.state.services['cosori'], { purposes: {} });
});
