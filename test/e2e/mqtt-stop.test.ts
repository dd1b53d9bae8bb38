// A hub process that is told to stop (SIGTERM) while devices are connected.
import test from 'ava';
import { MqttClient } from '../net/mqtt-client.js';
import { startFakeBroker } from '../net/mqtt-tools.js';
import { startHub } from './mqtt-tools.js';

test('SIGTERM: a device of MQTT 5 reads DISCONNECT 0x8B before its connection ends, and the hub leaves with 0', async (t) => {
  t.timeout(120_000);
  const broker = await startFakeBroker({ level: 5 });
  const hub = await startHub(broker.port);
  t.teardown(async () => {
    await hub.kill();
    hub.remove();
    broker.close();
  });
  const [client, hello] = await MqttClient.connect(hub.port, 5);
  t.is(hello?.cmd, 'connack');
  const stopped = hub.stop();
  await client.gone();
  const last = client.packets.at(-1) as { cmd: string; reasonCode?: number };
  t.deepEqual([last.cmd, last.reasonCode], ['disconnect', 0x8b]);
  t.is(await stopped, 0);
});
