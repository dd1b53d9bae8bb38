// Secrets in every place of MQTT where telemetry can stand, a real broker, and every byte that reached it.
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import test from 'ava';
import { type Level, MqttClient, openTap } from '../net/mqtt-client.js';
import { noBroker, startBroker, startHub } from './mqtt-tools.js';

const run = noBroker === undefined ? test.serial : test.serial.skip;

const SSID = 'Kvartira-17-5G';
const MAC = 'f4cfa2778899';
const SPELLED = 'F4:CF:A2:77:88:99';
const HOUSEHOLD = `household: { ssids: ["${SSID}"], macs: ["${SPELLED}"] }\n`;
/** The secrets in the notations that a byte search can see. */
const NOTATIONS = [
  SSID,
  MAC,
  SPELLED,
  Buffer.from(SSID).toString('base64').slice(0, -3),
  Buffer.from(SSID).toString('hex'),
  Buffer.from(MAC, 'hex').toString('latin1'),
];

function assertHidden(t: { false: (value: boolean, message: string) => void }, text: string, where: string): void {
  const lower = text.toLowerCase();
  for (const [index, secret] of NOTATIONS.entries()) {
    t.false(text.includes(secret) || lower.includes(secret.toLowerCase()), `notation ${index} of a secret is in ${where}`);
  }
}

function filesBelow(dir: string): string[] {
  return readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name));
}

for (const level of [4, 5] as const satisfies readonly Level[]) {
  run(
    `no byte of a secret reaches the broker from any place of MQTT ${level === 5 ? '5' : '3.1.1'}, and commands still arrive`,
    async (t) => {
      t.timeout(120_000);
      const broker = await startBroker();
      const tap = await openTap(broker.port);
      const hub = await startHub(tap.port, HOUSEHOLD);
      t.teardown(async () => {
        await hub.kill();
        hub.remove();
        tap.close();
        await broker.close();
      });
      const [cloud] = await MqttClient.connect(broker.port, level, { clientId: 'cloud' });
      await cloud.subscribe({ '#': 1 });

      const five = <T extends object>(properties: T): object => (level === 5 ? { properties } : {});
      const [device, hello] = await MqttClient.connect(hub.port, level, {
        clientId: `tasmota-${MAC}`,
        username: SPELLED,
        password: Buffer.from('token-of-the-account'),
        will: {
          topic: `home/${MAC}/online`,
          payload: Buffer.from(JSON.stringify({ online: false, ssid: SSID })),
          qos: 1,
          retain: true,
          ...five({ userProperties: { mac: SPELLED }, responseTopic: `home/${MAC}/answers` }),
        },
      });
      t.is(hello?.cmd === 'connack' && (hello.returnCode ?? hello.reasonCode), 0);
      await device.subscribe({ [`home/${MAC}/cmd/#`]: 1, [`home/tasmota_${MAC}/cmd`]: 1 });
      const more = {
        qos: 1,
        ...five({
          userProperties: { ssid: SSID, bssid: SPELLED, unit: 'C' },
          responseTopic: `home/${MAC}/answers`,
          correlationData: Buffer.from(`req-${MAC}`),
          contentType: 'application/json',
        }),
      } as const;
      await device.publish(
        `home/${MAC}/state`,
        JSON.stringify({ on: true, ssid: SSID, wifi: { bssid: SPELLED }, note: `at ${SSID}` }),
        more,
      );
      await device.publish(`home/tasmota_${MAC}/state`, `${SSID} ${SPELLED}`, { qos: 1 });
      await device.publish(`home/${MAC.replace('99', '98')}/state`, '{"on":false}', { qos: 1 });
      const told = await cloud.messages(3);
      const topics = told.map((packet) => packet.topic!);
      t.is(new Set(topics).size, 3, 'topics of different devices stay different');
      t.is(JSON.parse(String(told[0]!.payload)).on, true);

      for (const topic of topics.slice(0, 2)) await cloud.publish(topic.replace('/state', '/cmd'), '{"power":"on"}', { qos: 1 });
      await device.messages(2);
      device.socket.resetAndDestroy();
      const will = (await cloud.messages(6)).find((packet) => packet.topic!.endsWith('/online'));
      t.is(will?.topic, topics[0]!.replace('/state', '/online'), 'the will stands under the same stand-in as the messages');

      assertHidden(t, tap.text(), 'the bytes to the broker');
      t.is(await hub.stop(), 0);
      for (const file of filesBelow(hub.dataDir)) assertHidden(t, readFileSync(file, 'latin1'), 'the data directory');
    },
  );
}

run('a message that cannot be read is kept back at QoS 1, acknowledged to a 3.1.1 device, and the next one passes', async (t) => {
  t.timeout(120_000);
  const broker = await startBroker();
  const tap = await openTap(broker.port);
  const hub = await startHub(tap.port);
  t.teardown(async () => {
    await hub.kill();
    hub.remove();
    tap.close();
    await broker.close();
  });
  const [cloud] = await MqttClient.connect(broker.port, 4, { clientId: 'cloud' });
  await cloud.subscribe({ '#': 1 });
  const [old] = await MqttClient.connect(hub.port, 4, { clientId: 'old' });
  const unreadable = Buffer.from('{"ssid":"never-seen","x":', 'latin1');
  t.deepEqual(
    (await old.publish('home/a', unreadable, { qos: 1 })).map((packet) => packet.cmd),
    ['puback'],
  );
  const [young] = await MqttClient.connect(hub.port, 5, { clientId: 'young' });
  const [refused] = await young.publish('home/a', unreadable, { qos: 2 });
  t.is(refused?.cmd === 'pubrec' ? refused.reasonCode : 0, 0x99, 'payload format invalid');
  await old.publish('home/b', '{"on":true}', { qos: 1 });
  t.deepEqual(
    (await cloud.messages(1)).map((packet) => packet.topic),
    ['home/b'],
  );
  t.false(tap.text().includes('never-seen'));
});
