import test from 'ava';
import { hex, publish, Transcript, toHex } from './transcript.js';

const qos1 = (level: 4 | 5, messageId: number, more: object = {}) => publish(level, 'a', 'x', { qos: 1, messageId, ...more });
const qos2 = (level: 4 | 5, messageId: number, more: object = {}) => publish(level, 'a', 'x', { qos: 2, messageId, ...more });

test('QoS 0: a refused message is dropped and alarmed', (t) => {
  const talk = Transcript.connected(4);
  talk.device(publish(4, 'a', 'x'));
  t.deepEqual(talk.refuse('floor'), ['alarm floor MQTT PUBLISH dropped']);
});

test('MQTT 5: a refused message gets the reason, and its identifier is free again', (t) => {
  const talk = Transcript.connected(5);
  talk.device(qos1(5, 7));
  t.deepEqual(talk.refuse('own_identifier'), ['toDevice 400400078700', 'alarm own_identifier MQTT PUBLISH rejected']);
  talk.device(qos2(5, 7));
  t.deepEqual(talk.refuse('unreadable_format'), ['toDevice 500400079900', 'alarm unreadable_format MQTT PUBLISH rejected']);
  const next = qos1(5, 7);
  talk.device(next);
  t.deepEqual(talk.keep(), [`toCloud ${toHex(next)}`]);
});

test('3.1.1, QoS 1: acknowledged by the hub, so that the device does not send it for ever', (t) => {
  const talk = Transcript.connected(4);
  talk.device(qos1(4, 7));
  t.deepEqual(talk.refuse(), ['toDevice 40020007', 'alarm blocked MQTT PUBLISH acknowledged']);
});

test('3.1.1, QoS 2: the whole exchange is the hub’s own; a repetition is answered likewise, unjudged', (t) => {
  const talk = Transcript.connected(4);
  talk.device(qos2(4, 7));
  t.deepEqual(talk.refuse(), ['toDevice 50020007', 'alarm blocked MQTT PUBLISH acknowledged']);
  t.deepEqual(talk.device(qos2(4, 7, { dup: true })), ['toDevice 50020007']);
  t.deepEqual(talk.device(hex('62020007')), ['toDevice 70020007']);
  t.deepEqual(talk.device(hex('62020007')), ['toCloud 62020007'], 'afterwards the identifier is the cloud’s again');
});

test('3.1.1: the household may prefer the connection to end', (t) => {
  const talk = Transcript.connected(4, { refused3: 'end' });
  talk.device(qos1(4, 7));
  t.deepEqual(talk.refuse(), ['alarm blocked MQTT PUBLISH ended', 'endDevice 87', 'endCloud 87']);
});

test('a fault that passes is never acknowledged: the connection ends and the device keeps its message', (t) => {
  for (const level of [4, 5] as const) {
    const talk = Transcript.connected(level);
    talk.device(qos1(level, 7));
    const lines = talk.refuse('record_failed');
    t.deepEqual(lines.slice(-2), ['endDevice 89', 'endCloud 89']);
    t.false(lines.some((one) => one.startsWith('toDevice 40')));
  }
});

test('the hub’s own acknowledgement waits for those of the messages before it', (t) => {
  const talk = Transcript.connected(4);
  talk.device(qos1(4, 1));
  talk.keep();
  talk.device(qos1(4, 2));
  t.deepEqual(talk.refuse(), ['alarm blocked MQTT PUBLISH acknowledged']);
  t.deepEqual(talk.device(qos1(4, 2, { dup: true })), [], 'a repetition while it waits is not judged again');
  t.deepEqual(talk.cloud(hex('40020001')), ['toDevice 40020001', 'toDevice 40020002']);
});

test('a cloud that acknowledges a message it never saw is not heard', (t) => {
  const talk = Transcript.connected(4);
  talk.device(qos1(4, 1));
  talk.keep();
  talk.device(qos1(4, 2));
  talk.refuse();
  t.deepEqual(talk.cloud(hex('40020002')), []);
});

test('a message that cannot be written the way the sieve wants it is refused, its own bytes never pass', (t) => {
  const talk = Transcript.connected(5);
  for (const topic of ['', 'a/#', 'x\u0000', '\ud800', 'y'.repeat(70_000)]) {
    talk.device(publish(5, 'secret', 'x'));
    const lines = talk.change((part) => (part.role === 'topic' ? { ...part, text: topic } : part));
    t.is(lines.length, 1);
    t.regex(lines[0]!, /^alarm \w+ MQTT PUBLISH dropped$/);
  }
  talk.device(publish(5, 'secret', 'x'));
  t.deepEqual(
    talk.change((part) => (part.role === 'topic' ? null : part)),
    ['alarm malformed MQTT PUBLISH dropped'],
  );
});

test('no command of a refused message holds a byte of it', (t) => {
  const talk = Transcript.connected(5);
  talk.device(publish(5, 'home/SSID-secret', 'secret', { qos: 1, messageId: 3 }));
  const lines = talk.refuse('floor').join(' ');
  t.false(lines.includes('secret') || lines.includes(toHex(Buffer.from('secret'))));
});

test('a packet with more user properties or filters than a device has ends the connection, unread', (t) => {
  const properties = (count: number) => ({
    userProperties: Object.fromEntries(Array.from({ length: count }, (_, n) => [`n${n}`, 'x'])),
  });
  const few = publish(5, 'a', 'x', { properties: properties(500) });
  t.deepEqual(Transcript.connected(5).device(few).length, 1, 'judged');
  const many = Transcript.connected(5).device(publish(5, 'a', 'x', { properties: properties(513) }));
  t.deepEqual(many.slice(-2), ['endDevice 83', 'endCloud 83']);
  t.false(many.some((line) => line.startsWith('judge') || line.startsWith('toCloud')));
});
