// The same conversations with a real broker, directly and through the hub: one table, run twice, compared.
import test from 'ava';
import type { Packet } from 'mqtt-packet';
import { type Level, MqttClient, openTap, type Seen } from '../net/mqtt-client.js';
import { noBroker, startBroker, startHub } from './mqtt-tools.js';

const run = noBroker === undefined ? test.serial : test.serial.skip;

interface Scenario {
  readonly title: string;
  readonly levels: readonly Level[];
  /** What the clients saw, with nothing in it that chance decides. */
  readonly play: (port: number, level: Level) => Promise<unknown>;
}

/** What is the same each time: not the length, not a packet identifier that the broker chose. */
function told(packet: Seen | undefined): unknown {
  if (packet === undefined) return 'closed';
  const { length: _length, messageId, ...rest } = packet as Seen & { length?: number };
  const own = packet.cmd === 'publish' || packet.cmd === 'pubrel';
  const plain = own ? rest : { ...rest, messageId };
  const text = JSON.stringify(plain, (_key, value) =>
    value?.type === 'Buffer' ? Buffer.from(value.data).toString('latin1') : value,
  );
  return JSON.parse(text);
}

const all = (packets: readonly (Seen | undefined)[]): unknown[] => packets.map(told);

/** Session for ever: clean flag off, and in MQTT 5 an expiry. */
function lasting(level: Level, clientId: string): object {
  return { clientId, clean: false, ...(level === 5 ? { properties: { sessionExpiryInterval: 3600 } } : {}) };
}

const SCENARIOS: readonly Scenario[] = [
  {
    title: 'messages of QoS 0, 1 and 2 arrive in order, with their acknowledgements',
    levels: [3, 4, 5],
    play: async (port, level) => {
      const [reader, hello] = await MqttClient.connect(port, level, { clientId: 'reader' });
      const suback = await reader.subscribe({ 'home/+/state': 2, 'home/lamp/#': 1 });
      const [writer] = await MqttClient.connect(port, level, { clientId: 'writer' });
      const answers: Seen[] = [];
      for (const qos of [0, 1, 2] as const) {
        answers.push(...(await writer.publish('home/lamp/state', JSON.stringify({ on: true, qos }), { qos })));
        answers.push(...(await writer.publish('home/fan/state', 'ON', { qos })));
      }
      answers.push(...(await writer.publish('home/fan/speed', '3', { qos: 1 })));
      writer.send({ cmd: 'pingreq' } as Packet);
      const pong = await writer.next('pingresp');
      const messages = await reader.messages(level === 3 ? 6 : 6);
      await writer.end();
      await reader.end();
      return all([hello, suback, ...answers, pong, ...messages]);
    },
  },
  {
    title: 'a retained message waits for the next subscriber until it is cleared',
    levels: [4, 5],
    play: async (port, level) => {
      const [writer] = await MqttClient.connect(port, level, { clientId: 'writer' });
      await writer.publish('home/lamp/state', '{"on":true}', { qos: 1, retain: true });
      const [first] = await MqttClient.connect(port, level, { clientId: 'first' });
      await first.subscribe({ 'home/#': 1 });
      const kept = await first.messages(1);
      await writer.publish('home/lamp/state', '', { qos: 1, retain: true });
      const cleared = await first.messages(2);
      const [second] = await MqttClient.connect(port, level, { clientId: 'second' });
      await second.subscribe({ 'home/#': 1 });
      await writer.publish('home/lamp/marker', '1', { qos: 1 });
      const after = await second.messages(1);
      for (const client of [writer, first, second]) await client.end();
      return all([...kept, ...cleared, ...after]);
    },
  },
  {
    title: 'the will is published when a device is cut off, and not when it takes its leave',
    levels: [4, 5],
    play: async (port, level) => {
      const [reader] = await MqttClient.connect(port, level, { clientId: 'reader' });
      await reader.subscribe({ 'home/#': 1 });
      const will = { topic: 'home/lamp/online', payload: Buffer.from('offline'), qos: 1, retain: true } as const;
      const properties = level === 5 ? { properties: { userProperties: { why: 'power' }, contentType: 'text/plain' } } : {};
      const [polite] = await MqttClient.connect(port, level, { clientId: 'polite', will: { ...will, ...properties } });
      await polite.end();
      const [rude] = await MqttClient.connect(port, level, { clientId: 'rude', will: { ...will, ...properties } });
      rude.socket.resetAndDestroy();
      const messages = await reader.messages(1);
      await reader.publish('home/marker', '1', { qos: 1 });
      return all([...messages, ...(await reader.messages(2))]);
    },
  },
  {
    title: 'a session lasts: session present, its subscriptions, and what came meanwhile in order',
    levels: [4, 5],
    play: async (port, level) => {
      const [first, hello] = await MqttClient.connect(port, level, lasting(level, 'sleeper'));
      await first.subscribe({ 'home/sleeper/cmd': 2 });
      await first.end();
      const [writer] = await MqttClient.connect(port, level, { clientId: 'writer' });
      for (let i = 0; i < 5; i += 1) {
        await writer.publish('home/sleeper/cmd', JSON.stringify({ step: i }), { qos: i % 2 === 0 ? 1 : 2 });
      }
      const [again, welcome] = await MqttClient.connect(port, level, lasting(level, 'sleeper'));
      const queued = await again.messages(5);
      const [fresh, anew] = await (async () => {
        await again.end();
        return MqttClient.connect(port, level, { clientId: 'sleeper', clean: true });
      })();
      await fresh.end();
      return all([hello, welcome, ...queued, anew]);
    },
  },
  {
    title: 'a QoS 2 message sent again after a cut arrives once',
    levels: [4, 5],
    play: async (port, level) => {
      const [reader] = await MqttClient.connect(port, level, { clientId: 'reader' });
      await reader.subscribe({ 'home/#': 2 });
      const [writer] = await MqttClient.connect(port, level, lasting(level, 'writer'));
      const message = { cmd: 'publish', topic: 'home/count', payload: '{"n":1}', qos: 2, retain: false, messageId: 7 } as const;
      writer.send({ ...message, dup: false });
      const first = await writer.answer(7, 'pubrec');
      writer.socket.resetAndDestroy();
      const [again, welcome] = await MqttClient.connect(port, level, lasting(level, 'writer'));
      again.send({ ...message, dup: true });
      const second = await again.answer(7, 'pubrec');
      again.send({ cmd: 'pubrel', messageId: 7, reasonCode: 0 } as Packet);
      const done = await again.answer(7, 'pubcomp');
      await again.publish('home/marker', '1', { qos: 2 });
      return all([first, welcome, second, done, ...(await reader.messages(2))]);
    },
  },
  {
    title: 'a second connection of the same client ends the first',
    levels: [4, 5],
    play: async (port, level) => {
      const [first] = await MqttClient.connect(port, level, { clientId: 'twin' });
      const [second, hello] = await MqttClient.connect(port, level, { clientId: 'twin' });
      await first.gone();
      const last = first.packets.filter((packet) => packet.cmd === 'disconnect');
      await second.end();
      return all([hello, ...last]);
    },
  },
  {
    title: 'unsubscribing ends the messages of that filter only',
    levels: [4, 5],
    play: async (port, level) => {
      const [reader] = await MqttClient.connect(port, level, { clientId: 'reader' });
      await reader.subscribe({ 'home/a': 1, 'home/b': 1 });
      reader.send({ cmd: 'unsubscribe', messageId: 20, unsubscriptions: ['home/a', 'home/never'] } as Packet);
      const unsuback = await reader.answer(20, 'unsuback');
      await reader.publish('home/a', '1', { qos: 1 });
      await reader.publish('home/b', '2', { qos: 1 });
      return all([unsuback, ...(await reader.messages(1))]);
    },
  },
  {
    title: 'MQTT 5: user properties, response topic, correlation data, content type and expiry travel',
    levels: [5],
    play: async (port, level) => {
      const [reader] = await MqttClient.connect(port, level, { clientId: 'reader' });
      await reader.subscribe({ 'home/#': 1 }, { subscriptionIdentifier: 11 });
      const [writer] = await MqttClient.connect(port, level, { clientId: 'writer' });
      const properties = {
        userProperties: { unit: 'C', mode: ['eco', 'night'] },
        responseTopic: 'home/writer/answers',
        correlationData: Buffer.from('req-17'),
        contentType: 'application/json',
        payloadFormatIndicator: true,
      };
      const answers = await writer.publish('home/heater/get', '{"ask":"temperature"}', { qos: 1, properties });
      return all([...answers, ...(await reader.messages(1))]);
    },
  },
  {
    title: 'MQTT 5: topic aliases up, and messages under them',
    levels: [5],
    play: async (port, level) => {
      const [reader] = await MqttClient.connect(port, level, { clientId: 'reader' });
      await reader.subscribe({ 'home/#': 1 });
      const [writer, hello] = await MqttClient.connect(port, level, { clientId: 'writer' });
      const answers = [
        ...(await writer.publish('home/meter/power', '{"w":1}', { qos: 1, properties: { topicAlias: 1 } })),
        ...(await writer.publish('', '{"w":2}', { qos: 1, properties: { topicAlias: 1 } })),
        ...(await writer.publish('home/meter/volt', '{"v":3}', { qos: 1, properties: { topicAlias: 1 } })),
        ...(await writer.publish('', '{"v":4}', { qos: 1, properties: { topicAlias: 1 } })),
      ];
      return all([hello, ...answers, ...(await reader.messages(4))]);
    },
  },
  {
    title: 'MQTT 5: reason codes come through: nobody listens, not allowed, client identifier assigned',
    levels: [5],
    play: async (port, level) => {
      const [writer, hello] = await MqttClient.connect(port, level, { clientId: '' });
      const nobody = await writer.publish('home/void', '1', { qos: 1 });
      const denied = await writer.publish('denied/x', '1', { qos: 1 });
      // mosquitto 2.0 closes here; so it must through the hub
      const denied2 = await writer.publish('denied/x', '1', { qos: 2 }).catch(() => []);
      const { properties, ...rest } = hello as Seen & { properties?: Record<string, unknown> };
      const { assignedClientIdentifier, ...others } = properties ?? {};
      return [
        told({ ...rest, properties: others } as Seen),
        typeof assignedClientIdentifier,
        ...all([...nobody, ...denied, ...denied2]),
        writer.closed,
      ];
    },
  },
  {
    title: 'MQTT 5: a shared subscription takes each message once',
    levels: [5],
    play: async (port, level) => {
      const [one] = await MqttClient.connect(port, level, { clientId: 'one' });
      const suback = await one.subscribe({ '$share/pool/home/#': 1 });
      for (const n of [1, 2, 3]) await one.publish('home/job', `{"n":${n}}`, { qos: 1 });
      return all([suback, ...(await one.messages(3))]);
    },
  },
];

for (const { title, levels, play } of SCENARIOS) {
  for (const level of levels) {
    run(
      `${level === 5 ? 'MQTT 5' : level === 4 ? 'MQTT 3.1.1' : 'MQTT 3.1'}, the same through the hub as direct: ${title}`,
      async (t) => {
        t.timeout(120_000);
        const direct = await startBroker();
        const want = await play(direct.port, level).finally(direct.close);
        const broker = await startBroker();
        const tap = await openTap(broker.port);
        const hub = await startHub(tap.port);
        t.teardown(async () => {
          await hub.kill();
          hub.remove();
          tap.close();
          await broker.close();
        });
        t.deepEqual(await play(hub.port, level), want);
        t.true(tap.up.length > 0, 'the conversation went through the hub');
        t.is(await hub.stop(), 0);
      },
    );
  }
}
