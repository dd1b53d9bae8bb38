import test from 'ava';
import { hex, packet, publish, replacing, Transcript, toHex } from './transcript.js';

const CONNACK = hex('20060000 03 22000a');
const alias = (topic: string, topicAlias: number) => publish(5, topic, 'x', { properties: { topicAlias } });
const DEVICE_TAKES_ALIASES = { properties: { topicAliasMaximum: 5 } };

test('an alias is resolved for the sieve, and goes on as the device sent it', (t) => {
  const talk = Transcript.connected(5, {}, CONNACK);
  const first = alias('home/a', 1);
  t.deepEqual(talk.device(first), ['judge 2 publish topic.topic=home/a body.payload=x']);
  t.deepEqual(talk.keep(), [`toCloud ${toHex(first)}`]);
  const second = alias('', 1);
  t.deepEqual(talk.device(second), ['judge 3 publish topic.topic=home/a body.payload=x']);
  t.deepEqual(talk.keep(), [`toCloud ${toHex(second)}`]);
});

test('a rewritten topic is what the cloud learns under the alias', (t) => {
  const talk = Transcript.connected(5, {}, CONNACK);
  talk.device(alias('home/AA', 1));
  t.deepEqual(talk.change(replacing('AA', 'pseudo')), [`toCloud ${toHex(alias('home/pseudo', 1))}`]);
  talk.device(alias('', 1));
  t.deepEqual(talk.change(replacing('AA', 'pseudo')), [`toCloud ${toHex(alias('', 1))}`]);
});

test('when the topic is rewritten otherwise than before, the cloud is told the new one', (t) => {
  const talk = Transcript.connected(5, {}, CONNACK);
  talk.device(alias('home/AA', 1));
  talk.keep();
  talk.device(alias('', 1));
  t.deepEqual(talk.change(replacing('AA', 'pseudo')), [`toCloud ${toHex(alias('home/pseudo', 1))}`]);
});

test('an alias set in a refused message is unknown to the cloud: the next message carries the topic', (t) => {
  const talk = Transcript.connected(5, {}, CONNACK);
  talk.device(alias('home/a', 1));
  talk.refuse();
  talk.device(alias('', 1));
  t.deepEqual(talk.keep(), [`toCloud ${toHex(alias('home/a', 1))}`]);
});

test('an alias that was never set, or is 0, ends the connection', (t) => {
  for (const bytes of [alias('', 3), hex('3007 0001 61 03 230000'.replace('3007', '3007'))]) {
    const lines = Transcript.connected(5, {}, CONNACK).device(bytes);
    t.deepEqual(lines.slice(-2), ['endDevice 82', 'endCloud 82']);
  }
});

test('downlink: topic, response topic and payload get their originals back, and the alias stands for the original', (t) => {
  const restore = (message: { parts: readonly Parameters<ReturnType<typeof replacing>>[0][] }) =>
    message.parts.map(replacing('pseudo', 'AA'));
  const talk = Transcript.connected(5, { restore }, CONNACK, DEVICE_TAKES_ALIASES);
  const down = (topic: string, text: string) =>
    publish(5, topic, text, { properties: { topicAlias: 1, responseTopic: `re/${text}` } });
  t.deepEqual(talk.cloud(down('cmd/pseudo', 'pseudo')), [`toDevice ${toHex(down('cmd/AA', 'AA'))}`]);
  t.deepEqual(talk.cloud(down('', 'pseudo')), [`toDevice ${toHex(down('', 'AA'))}`]);
});

test('a subscription to a rewritten filter brings its messages back under the topic the device knows', (t) => {
  const restore = (message: { parts: readonly Parameters<ReturnType<typeof replacing>>[0][] }) =>
    message.parts.map(replacing('pseudo', 'AA'));
  const talk = Transcript.connected(4, { restore });
  talk.device(packet(4, { cmd: 'subscribe', messageId: 1, subscriptions: [{ topic: 'dev/AA/cmd', qos: 0 }] }));
  const [sent] = talk.change(replacing('AA', 'pseudo'));
  t.true(sent!.includes(toHex(Buffer.from('dev/pseudo/cmd'))));
  t.deepEqual(talk.cloud(publish(4, 'dev/pseudo/cmd', 'on')), [`toDevice ${toHex(publish(4, 'dev/AA/cmd', 'on'))}`]);
});

test('downlink that cannot be restored, or would grow past what the device takes, arrives as it is and is alarmed', (t) => {
  const bytes = publish(5, 'cmd/pseudo', 'on');
  const failing = Transcript.connected(5, { restore: () => [] }, CONNACK);
  t.deepEqual(failing.cloud(bytes), ['alarm internal MQTT PUBLISH unrestored', `toDevice ${toHex(bytes)}`]);
  const growing = Transcript.connected(5, { restore: (message) => message.parts.map(replacing('pseudo', 'original')) }, CONNACK, {
    properties: { maximumPacketSize: bytes.length },
  });
  t.deepEqual(growing.cloud(bytes), ['alarm too_large MQTT PUBLISH unrestored', `toDevice ${toHex(bytes)}`]);
});

test('a long message of the cloud streams through, its topic restored, its payload as it is', (t) => {
  const restore = (message: { parts: readonly Parameters<ReturnType<typeof replacing>>[0][] }) =>
    message.parts.map(replacing('pseudo', 'AA'));
  const talk = Transcript.connected(4, { restore, limits: { packetBytes: 1000, queueBytes: 1000 } });
  const big = publish(4, 'fw/pseudo', 'pseudo'.repeat(100_000));
  const lines = [0, 300_000, 500_000].flatMap((at, index, all) => talk.cloud(big.subarray(at, all[index + 1] ?? big.length)));
  const received = lines.map((line) => line.slice('toDevice '.length)).join('');
  t.true(received === toHex(publish(4, 'fw/AA', 'pseudo'.repeat(100_000))));
  t.deepEqual(talk.cloud(hex('d000')), ['toDevice d000']);
});

test('a client identifier the cloud assigned is restored for the device', (t) => {
  const restore = (message: { parts: readonly Parameters<ReturnType<typeof replacing>>[0][] }) =>
    message.parts.map(replacing('pseudo', 'AA'));
  const talk = Transcript.connected(5, { restore }, hex('200c0000 09 12 0006 70736575646f'));
  t.false(talk.session.ended);
  const again = new Transcript({ restore });
  again.device(packet(5, { cmd: 'connect', protocolVersion: 5, clientId: '', clean: true }));
  again.keep();
  t.deepEqual(again.cloud(hex('200c0000 09 12 0006 70736575646f')), ['toDevice 20080000051200024141']);
});
