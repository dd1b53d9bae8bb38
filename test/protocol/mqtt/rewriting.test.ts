import test from 'ava';
import fc from 'fast-check';
import type { Part } from '#src/protocol/mqtt/index.js';
import { encodeFrame } from '#src/protocol/mqtt/index.js';
import { readPacket } from '#src/protocol/mqtt/packet.js';
import { rewrite, toMessage } from '#src/protocol/mqtt/parts.js';
import { connect, hex, packet, publish, replacing, Transcript, toHex } from './transcript.js';

test('a new payload leaves everything else of the packet byte for byte', (t) => {
  const talk = Transcript.connected(5);
  // QoS 1, DUP, retain; user properties out of alphabet, one key twice, and one between others.
  const head = hex(
    '0003 612f62 0007 20 26 0001 7a 0001 31 0101 26 0001 61 0001 32 26 0001 7a 0001 33 03 0004 6a736f6e'.replace('20', '1e'),
  );
  const bytes = encodeFrame(0x3b, head, Buffer.from('{"ssid":"x"}'));
  t.deepEqual(talk.device(bytes), [
    'judge 2 publish topic.topic=a/b userProperty.z=1 userProperty.a=2 userProperty.z=3 userProperty.contentType=json ' +
      'body.payload={"ssid":"x"}(json)',
  ]);
  const lines = talk.change((part) => (part.role === 'payload' ? { ...part, bytes: Buffer.from('{}') } : part));
  t.deepEqual(lines, [`toCloud ${toHex(encodeFrame(0x3b, head, Buffer.from('{}')))}`]);
});

test('a property that is taken out is absent, the others keep their order and bytes', (t) => {
  const talk = Transcript.connected(5);
  talk.device(encodeFrame(0x30, hex('0001 61 15 26 0001 7a 0001 31 26 0001 61 0001 32 26 0001 7a 0001 33'), Buffer.from('p')));
  const lines = talk.change((part) => (part.name === 'a' ? null : part));
  t.deepEqual(lines, [
    `toCloud ${toHex(encodeFrame(0x30, hex('0001 61 0e 26 0001 7a 0001 31 26 0001 7a 0001 33'), Buffer.from('p')))}`,
  ]);
});

test('key and value of a user property, response topic, content type and correlation data can all be rewritten', (t) => {
  const properties = {
    responseTopic: 're/AA',
    contentType: 'text/AA',
    correlationData: Buffer.from('cAA'),
    userProperties: { kAA: 'vAA' },
  };
  const talk = Transcript.connected(5);
  talk.device(publish(5, 't/AA', 'pAA', { properties }));
  const [line] = talk.change(replacing('AA', 'longer'));
  const text = Buffer.from(line!.split(' ')[1]!, 'hex').toString('latin1');
  t.false(text.includes('AA'));
  for (const wanted of ['t/longer', 're/longer', 'text/longer', 'clonger', 'klonger', 'vlonger', 'plonger'])
    t.true(text.includes(wanted));
});

for (const level of [3, 4, 5] as const) {
  test(`level ${level}: every name in a CONNECT can be rewritten; flags, keep-alive and password stay`, (t) => {
    const will = { topic: 'w/AA', payload: 'gone AA', qos: 1 as const, retain: true };
    const more = { clientId: 'plugAA', username: 'uAA', password: Buffer.from('pw'), will };
    const talk = new Transcript();
    talk.device(connect(level, more));
    const wanted = { ...more, clientId: 'plugBBB', username: 'uBBB', will: { ...will, topic: 'w/BBB', payload: 'gone BBB' } };
    t.deepEqual(talk.change(replacing('AA', 'BBB')), [`toCloud ${toHex(connect(level, wanted))}`]);
  });
}

test('a payload that its packet calls UTF-8 may not become anything else', (t) => {
  const talk = Transcript.connected(5);
  talk.device(publish(5, 'a', 'x', { properties: { payloadFormatIndicator: true } }));
  const lines = talk.change((part) => (part.role === 'payload' ? { ...part, bytes: hex('ff') } : part));
  t.deepEqual(lines, ['alarm internal MQTT PUBLISH dropped']);
});

test('a packet made longer than the cloud takes is refused', (t) => {
  const talk = Transcript.connected(5, {}, hex('20080000 05 2700000014'));
  talk.device(publish(5, 'a', 'x', { qos: 1, messageId: 1 }));
  const lines = talk.change((part) => (part.role === 'payload' ? { ...part, bytes: Buffer.alloc(30) } : part));
  t.deepEqual(lines, ['toDevice 400400018300', 'alarm too_large MQTT PUBLISH rejected']);
});

const name = fc.string({ unit: fc.constantFrom('a', 'Z', '0', 'ж', '🏠', '-'), minLength: 1, maxLength: 12 });
const pairs = fc.array(fc.tuple(name, name), { maxLength: 6 });
const string = (text: string) => {
  const bytes = Buffer.from(text);
  return Buffer.concat([Uint8Array.of(bytes.length >> 8, bytes.length & 255), bytes]);
};

/** A PUBLISH of MQTT 5, QoS 1, with user properties in this order. */
function publishOf(topic: string, properties: [string, string][], payload: Uint8Array): Uint8Array {
  const block = Buffer.concat(properties.map(([key, value]) => Buffer.concat([hex('26'), string(key), string(value)])));
  const length = block.length < 128 ? [block.length] : [(block.length & 127) | 128, block.length >> 7];
  return encodeFrame(0x32, string(topic), hex('0102'), Uint8Array.from(length), block, payload);
}

const read = (bytes: Uint8Array) => readPacket(bytes, bytes[1]! < 128 ? 2 : 3, 5, 'up');

test('rewriting is exact: the result is the packet as it would have been written with the new contents', (t) => {
  fc.assert(
    fc.property(name, pairs, fc.uint8Array({ maxLength: 200 }), name, pairs, fc.uint8Array({ maxLength: 200 }), (...all) => {
      const [topic, properties, payload, newTopic, newPairs, newPayload] = all;
      const before = read(publishOf(topic, properties, payload));
      const message = toMessage(before);
      t.is(rewrite(before, message, message.parts, 'up'), before.bytes);
      const kept = properties.flatMap((_, index) => (newPairs[index] === undefined ? [] : [newPairs[index]]));
      const parts = message.parts.map((part, index): Part | null => {
        if (part.role === 'topic') return { ...part, text: newTopic };
        if (part.role === 'payload') return { ...part, bytes: newPayload };
        const pair = newPairs[index - 1];
        return pair === undefined ? null : { ...part, name: pair[0], text: pair[1] };
      });
      t.is(toHex(rewrite(before, message, parts, 'up')), toHex(publishOf(newTopic, kept, newPayload)));
    }),
  );
});

test('bytes cut anywhere give the same commands', (t) => {
  const stream = Buffer.concat([
    connect(5, { username: 'u' }),
    publish(5, 'a/b', 'x'.repeat(300), { qos: 1, messageId: 1, properties: { userProperties: { k: 'v' } } }),
    hex('c000'),
    packet(5, { cmd: 'subscribe', messageId: 2, subscriptions: [{ topic: 'a/+', qos: 1 }] }),
    publish(5, 'a', 'y', { qos: 2, messageId: 3 }),
    hex('82 02 0000'),
    publish(5, 'never', 'z'),
  ]);
  const run = (cuts: number[]) => {
    const talk = new Transcript();
    const lines: string[] = [];
    let at = 0;
    for (const cut of [...[...cuts].sort((a, b) => a - b), stream.length]) {
      let next = talk.device(stream.subarray(at, cut));
      at = Math.max(at, cut);
      while (next.length > 0) {
        lines.push(...next);
        next = next.at(-1)!.startsWith('judge') ? talk.keep() : [];
      }
    }
    return lines;
  };
  const whole = run([]);
  t.is(whole.at(-1), 'endCloud 82');
  t.false(whole.join(' ').includes('never'));
  t.deepEqual(run([...stream.keys()]), whole, 'byte by byte');
  fc.assert(fc.property(fc.array(fc.nat(stream.length), { maxLength: 8 }), (cuts) => t.deepEqual(run(cuts), whole)));
});

test('whatever bytes come, the session never throws and passes only what the sieve saw', (t) => {
  t.pass(); // most random bytes are no packet: then nothing is passed, and a throw is what fails
  const start = connect(5);
  fc.assert(
    fc.property(
      fc.uint8Array({ minLength: 1, maxLength: 60 }),
      fc.constantFrom(0x30, 0x32, 0x34, 0x62, 0x82, 0xa2, 0xe0),
      (body, first) => {
        const talk = new Transcript();
        talk.device(start);
        talk.keep();
        const frame = encodeFrame(first, body);
        for (const line of talk.device(frame)) {
          const unjudged = line.startsWith('toCloud');
          // Only packets without any text go on unjudged: acknowledgements and DISCONNECT.
          if (unjudged) t.true(first === 0x62 || first === 0xe0);
        }
      },
    ),
    { numRuns: 300 },
  );
});
