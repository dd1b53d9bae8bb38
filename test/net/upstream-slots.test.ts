// limits.upstream_connections for connections that last.

import { once } from 'node:events';
import type net from 'node:net';
import { PassThrough } from 'node:stream';
import test from 'ava';
import { HubError } from '#src/errors.js';
import type { Route } from '#src/net/route.js';
import { UpstreamSlots } from '#src/net/upstream-slots.js';
import { MqttClient, type Seen } from './mqtt-client.js';
import { passAll, startFakeBroker, startMqttHub } from './mqtt-tools.js';

const route = (host: string, port = 1883): Route => ({ host, port }) as Route;
const socket = (): net.Socket => new PassThrough() as unknown as net.Socket;

test('each destination has as many slots as told; a closed connection and a failed one give theirs back', async (t) => {
  const slots = new UpstreamSlots(2);
  const first = await slots.open(route('a'), 'one', async () => socket());
  await t.throwsAsync(
    slots.open(route('a'), 'two', () => Promise.reject(new HubError('upstream_timeout'))),
    { message: /in time/ },
  );
  await slots.open(route('a'), 'two', async () => socket());
  const none = (): Promise<net.Socket> => slots.open(route('a'), 'three', async () => t.fail('connected') as never);
  t.is((await t.throwsAsync<HubError>(none)).code, 'busy');
  const others = [
    await slots.open(route('a', 8883), 'one', async () => socket()),
    await slots.open(route('b'), 'one', async () => socket()),
  ];
  t.is(slots.held, 4);
  first.destroy();
  await once(first, 'close');
  await slots.open(route('a'), 'three', async () => socket());
  t.is((await t.throwsAsync<HubError>(none)).code, 'busy');
  for (const other of others) other.destroy();
  await Promise.all(others.map((other) => once(other, 'close')));
  t.is(slots.held, 2);
});

test('one device has half of a destination at most, connections and requests alike; what it gives back it may have again', async (t) => {
  const slots = new UpstreamSlots(4);
  const lasting = [1, 2].map(() => slots.open(route('a'), 'greedy', async () => socket()));
  const [first] = await Promise.all(lasting);
  const third = (): Promise<net.Socket> => slots.open(route('a'), 'greedy', async () => t.fail('connected') as never);
  t.is((await t.throwsAsync<HubError>(third)).code, 'busy');
  await slots.open(route('a'), 'other', async () => socket());
  await slots.open(route('b'), 'greedy', async () => socket());
  first!.destroy();
  await once(first!, 'close');
  await slots.open(route('a'), 'greedy', async () => socket());
  const requests = new UpstreamSlots(4);
  const leave = [1, 2].map(() => requests.enter(route('a'), 'greedy'));
  t.is(t.throws<HubError>(() => requests.enter(route('a'), 'greedy')).code, 'busy');
  // Requests of the others wait for a connection however many there are.
  for (let other = 0; other < 9; other += 1) leave.push(requests.enter(route('a'), `other ${other}`));
  for (const one of leave) one();
  t.is(requests.held, 0);
  t.notThrows(() => requests.enter(route('a'), 'greedy'));
});

test('a device is one whatever its address is', async (t) => {
  const slots = new UpstreamSlots(2, () => 'the one');
  await slots.open(route('a'), 'fe80::1', async () => socket());
  const second = (): Promise<net.Socket> => slots.open(route('a'), 'fe80::2', async () => t.fail('connected') as never);
  t.is((await t.throwsAsync<HubError>(second)).code, 'busy');
});

test('a connection that is being opened has its slot already', async (t) => {
  const slots = new UpstreamSlots(1);
  let open!: (socket: net.Socket) => void;
  const first = slots.open(route('a'), 'one', () => new Promise((resolve) => (open = resolve)));
  t.is((await t.throwsAsync<HubError>(slots.open(route('a'), 'one', async () => socket()))).code, 'busy');
  open(socket());
  await first;
});

test('over MQTT: the device beyond the bound is told to come again, nothing of it reaches the broker, and later it is let in', async (t) => {
  const broker = await startFakeBroker();
  const hub = await startMqttHub(broker.port, { judge: passAll, connector: { slots: new UpstreamSlots(1) } });
  t.teardown(async () => {
    broker.close();
    await hub.close();
  });
  const [first] = await MqttClient.connect(hub.port, 4, { clientId: 'one' });
  const [second, answer] = await MqttClient.connect(hub.port, 4, { clientId: 'two' });
  t.is((answer as { returnCode?: number }).returnCode, 3);
  await second.gone();
  t.is(broker.connections(), 1);
  t.deepEqual(hub.alarms, ['busy limits.upstream_connections ended']);
  await first.end();
  const ask = async (): Promise<Seen | undefined> => (await MqttClient.connect(hub.port, 4, { clientId: 'three' }))[1];
  let later = await ask();
  while ((later as { returnCode?: number }).returnCode !== 0) later = await ask();
  t.deepEqual(
    broker.packets.filter(({ cmd }) => cmd === 'connect').map((one) => (one as { clientId?: string }).clientId),
    ['one', 'three'],
  );
});
