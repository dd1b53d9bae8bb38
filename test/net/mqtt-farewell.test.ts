// How a device is told that its connection ends, over real sockets.
import test from 'ava';
import type { Packet } from 'mqtt-packet';
import { MqttClient } from './mqtt-client.js';
import { passAll, startFakeBroker, startMqttHub } from './mqtt-tools.js';
import { until } from './tools.js';

test('MQTT 5: silence past the keep-alive ends with DISCONNECT 0x8D, and the broker sees no farewell', async (t) => {
  const broker = await startFakeBroker({ level: 5 });
  const hub = await startMqttHub(broker.port, { judge: passAll });
  t.teardown(async () => {
    broker.close();
    await hub.close();
  });
  const [client] = await MqttClient.connect(hub.port, 5, { keepalive: 1 });
  await client.gone();
  t.deepEqual(
    client.packets.map((packet) => [packet.cmd, (packet as { reasonCode?: number }).reasonCode]),
    [
      ['connack', 0],
      ['disconnect', 0x8d],
    ],
  );
  await until(() => broker.ended() === 1);
  t.false(broker.packets.some(({ cmd }) => cmd === 'disconnect'));
});

test('a stop: what is in hand leaves, MQTT 5 reads DISCONNECT 0x8B behind its answers, and each connection ends without a reset', async (t) => {
  const broker = await startFakeBroker({ level: 5 });
  const broker4 = await startFakeBroker({ level: 4 });
  const hub = await startMqttHub(broker.port);
  const hub4 = await startMqttHub(broker4.port, { judge: passAll });
  t.teardown(() => {
    broker.close();
    broker4.close();
  });
  const client = new MqttClient(hub.port, 5).open();
  await until(() => hub.asked.length === 1);
  hub.asked[0]!.pass();
  await client.next('connack');
  const [old] = await MqttClient.connect(hub4.port, 4);
  const faults: string[] = [];
  for (const { socket } of [client, old]) socket.on('error', (fault) => faults.push(fault.message));
  client.send({ cmd: 'publish', topic: 'a', payload: 'in hand', qos: 0, dup: false, retain: false } as Packet);
  await until(() => hub.asked.length === 2);
  const closed = Promise.all([hub.close(), hub4.close()]);
  hub.asked[1]!.pass();
  await closed;
  await client.gone();
  await old.gone();
  t.deepEqual(
    broker.packets.map(({ cmd }) => cmd),
    ['connect', 'publish'],
  );
  const last = client.packets.at(-1) as Packet & { reasonCode?: number };
  t.deepEqual([last.cmd, last.reasonCode], ['disconnect', 0x8b]);
  t.deepEqual(
    old.packets.map(({ cmd }) => cmd),
    ['connack'],
  );
  t.deepEqual([faults, hub.alarms, hub4.alarms], [[], [], []]);
});
