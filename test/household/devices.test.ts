import { createHmac, randomBytes } from 'node:crypto';
import test from 'ava';
import { type Devices, type DevicesOptions, mostFirst, openDevices } from '#src/household/devices.js';
import type { Place } from '#src/household/locator.js';
import { makerOf } from '#src/household/ouis.js';
import type { CategoryId, Decision } from '#src/model.js';
import type { Store } from '#src/store/store.js';
import { dump, KEY, MAKERS, NOW, watched } from './support.js';

const MAC = 'f4:cf:a2:77:88:99';
const label = (identity: string): string => `d-${createHmac('sha256', KEY).update(identity).digest('hex').slice(0, 8)}`;

function decision(category: CategoryId, action: Decision['action']): Decision {
  return { in: 'body', path: '$', category, by: 'name', action, reason: { kind: 'no-purpose' } };
}

const near = (mac: string): Place => ({ kind: 'near', mac });
const UNKNOWN: Place = { kind: 'unknown' };

async function open(store: Store, more: Partial<DevicesOptions> = {}): Promise<Devices> {
  return openDevices(store, {
    key: KEY,
    random: randomBytes,
    now: () => NOW,
    label,
    locate: (address) => (['192.168.1.20', 'fd00::20'].includes(address) ? near(MAC) : UNKNOWN),
    flushMs: 3_600_000,
    ...more,
  });
}

const memory = async () => (await MAKERS[0]![1]())();

for (const [name, make] of MAKERS) {
  test(`${name}: a device, its counts and its names are kept over a restart`, async (t) => {
    const opener = await make();
    const store = await opener();
    const devices = await open(store);
    devices.learn([{ mac: MAC, addresses: ['192.168.1.20'], hostname: 'fryer', name: 'Anna’s fryer' }]);
    const one = await devices.identify('192.168.1.20');
    const decisions = [decision('wifi_ssid', 'drop'), decision('device_status', 'keep'), decision('device_status', 'keep')];
    devices.sent(one, '192.168.1.20', { service: 'cosori', refused: false, decisions });
    devices.sent(one, '192.168.1.20', { service: 'cosori', refused: true, decisions: [decision('device_status', 'keep')] });
    await devices.close();
    await store.close();
    const again = await opener();
    const after = await open(again);
    t.deepEqual(after.get(label(MAC)), {
      label: label(MAC),
      mac: MAC,
      addresses: ['192.168.1.20'],
      maker: 'Espressif',
      hostname: 'fryer',
      mdnsName: 'Anna’s fryer',
      firstMs: NOW,
      lastMs: NOW,
      services: { cosori: { messages: 2, refused: 1, kept: { device_status: 2 }, withheld: { wifi_ssid: 1, device_status: 1 } } },
    });
    await after.close();
    await again.close();
  });

  test(`${name}: nothing of a device can be read on disk, and nothing is left of a forgotten one`, async (t) => {
    const store = await (await make())();
    const devices = await open(store);
    devices.learn([{ mac: MAC, addresses: ['192.168.1.20'], hostname: 'fryer' }]);
    await devices.flush();
    const text = await dump(store);
    t.true(text.length > 100);
    for (const secret of [MAC, 'f4cfa2', 'fryer', '192.168', label(MAC), 'Espressif']) t.false(text.includes(secret), secret);
    await devices.forget(label(MAC));
    t.is(await dump(store), '');
    t.deepEqual(devices.list(), []);
    await devices.close();
    await store.close();
  });
}

test('a device goes by its MAC: at another address, or over IPv6, it is the same one', async (t) => {
  const devices = await open(await memory());
  t.is(await devices.identify('192.168.1.20'), label(MAC));
  t.is(await devices.identify('fd00::20'), label(MAC));
  t.is(devices.list().length, 1);
  await devices.close();
});

test('an address without a MAC goes by itself; the tables are not read for each message', async (t) => {
  let reads = 0;
  const locate = (): Place => {
    reads++;
    return { kind: 'plain' };
  };
  const devices = await open(await memory(), { locate });
  for (let i = 0; i < 50; i++) t.is(await devices.identify('127.0.0.1'), label('127.0.0.1'));
  t.is(reads, 1);
  t.is(typeof devices.identify('127.0.0.1'), 'string');
  t.false(devices.isStranger('127.0.0.1'), 'this machine itself is no stranger');
  await devices.close();
});

test('an address that is new is looked up at once, however many were before', async (t) => {
  const devices = await open(await memory());
  for (let i = 0; i < 50; i++) await devices.identify(`10.0.0.${i}`);
  t.is(await devices.identify('fd00::20'), label(MAC), 'the last table that was read did not have it');
  await devices.close();
});

test('while a device is blocked, an address whose MAC is not known is waited for, and then a stranger’s', async (t) => {
  let reads = 0;
  const later = (): Place => (++reads < 2 ? UNKNOWN : near(MAC));
  const devices = await open(await memory(), { locate: later, isStrict: () => true });
  t.is(await devices.identify('fd00::21'), label(MAC));
  t.false(devices.isStranger('fd00::21'));
  await devices.close();
  const never = await open(await memory(), { locate: () => UNKNOWN, isStrict: () => true });
  t.is(await never.identify('fd00::21'), label('fd00::21'));
  t.true(never.isStranger('fd00::21'));
  t.true(never.isStranger('fd00::22'), 'and so is one that was never looked up');
  await never.close();
});

test('what is behind a router is the router’s, and that is kept', async (t) => {
  const store = await memory();
  const devices = await open(store, { locate: () => ({ kind: 'behind', mac: MAC }) });
  t.is(await devices.identify('192.168.50.7'), label(MAC));
  t.false(devices.isStranger('192.168.50.7'));
  await devices.flush();
  t.true((await open(store)).get(label(MAC))?.forOthers);
  await devices.close();
});

test('an address that became another device’s is looked up again after a minute, while one is blocked after a second', async (t) => {
  let now = NOW;
  let mac = MAC;
  let isStrict = false;
  const devices = await open(await memory(), { now: () => now, locate: () => near(mac), isStrict: () => isStrict });
  await devices.identify('192.168.1.20');
  mac = '24:0a:c4:00:00:01';
  t.is(await devices.identify('192.168.1.20'), label(MAC));
  now += 60_000;
  t.is(await devices.identify('192.168.1.20'), label(mac));
  mac = MAC;
  now -= 3_600_000;
  t.is(await devices.identify('192.168.1.20'), label(mac), 'a clock that was put back makes nothing young');
  mac = '24:0a:c4:00:00:01';
  isStrict = true;
  now += 1_000;
  t.is(await devices.identify('192.168.1.20'), label(mac));
  await devices.close();
});

test('where no table can be read, nothing stops while no device is blocked', async (t) => {
  const devices = await open(await memory(), { locate: async () => UNKNOWN });
  t.is(await devices.identify('192.168.1.20'), label('192.168.1.20'));
  await devices.close();
});

test('counts cost no write until they are flushed, and a failed write is made up for', async (t) => {
  const store = watched(await memory());
  const devices = await open(store);
  for (let i = 0; i < 100; i++) devices.sent('d-00000001', '192.168.1.20', { service: 'cosori', refused: false, decisions: [] });
  t.is(store.batches, 0);
  store.failing = true;
  await t.throwsAsync(devices.flush());
  store.failing = false;
  await devices.flush();
  await devices.flush();
  t.is(store.batches, 2);
  t.is((await open(store)).get('d-00000001')?.services['cosori']?.messages, 100);
  await devices.close();
});

test('past its bound the device unseen for longest goes, also from the store', async (t) => {
  let now = NOW;
  const store = await memory();
  const devices = await open(store, { now: () => now++, most: 3 });
  for (const one of ['d-1', 'd-2', 'd-3', 'd-4'])
    devices.sent(one, '192.168.1.20', { service: 'cosori', refused: false, decisions: [] });
  await devices.flush();
  t.deepEqual(
    devices.list().map((one) => one.label),
    ['d-4', 'd-3', 'd-2'],
  );
  t.is((await open(store)).list().length, 3);
  await devices.close();
});

test('what is done to a listed device changes nothing', async (t) => {
  const devices = await open(await memory());
  devices.learn([{ mac: MAC, addresses: [] }]);
  devices.list()[0]!.addresses.push('x');
  t.deepEqual(devices.get(label(MAC))?.addresses, []);
  await devices.close();
});

test('MACs of known devices are own identifiers, the router’s under its own name', async (t) => {
  const devices = await open(await memory());
  devices.learn([
    { mac: MAC, addresses: [] },
    { mac: '38:10:d5:00:00:01', addresses: [], router: true },
  ]);
  t.deepEqual(devices.own(), [
    { category: 'device_mac', value: MAC },
    { category: 'router_mac', value: '38:10:d5:00:00:01' },
  ]);
  await devices.close();
});

test('makers are named from the list, and never for an address that a phone made up', (t) => {
  t.is(makerOf('18:B4:30:00:00:01'), 'Google Nest');
  t.is(makerOf('00-17-88-00-00-01'), 'Philips Hue');
  t.is(makerOf('1a:b4:30:00:00:01'), undefined);
  t.is(makerOf('00:00:5e:00:00:01'), undefined);
});

test('categories come with the most frequent first', (t) => {
  t.deepEqual(mostFirst({ wifi_ssid: 1, device_status: 9 }), [
    ['device_status', 9],
    ['wifi_ssid', 1],
  ]);
});

test('a list of decisions that comes again counts as often as it comes, refused or not', async (t) => {
  const devices = await open(await memory());
  const one = await devices.identify('192.168.1.20');
  const decisions = [decision('wifi_ssid', 'drop'), decision('device_status', 'keep'), decision('location_coarse', 'generalize')];
  for (const refused of [false, false, true]) devices.sent(one, '192.168.1.20', { service: 'cosori', refused, decisions });
  t.deepEqual(devices.get(one)?.services['cosori'], {
    messages: 3,
    refused: 1,
    kept: { device_status: 2, location_coarse: 2 },
    withheld: { wifi_ssid: 3, device_status: 1, location_coarse: 1 },
  });
  await devices.close();
});
