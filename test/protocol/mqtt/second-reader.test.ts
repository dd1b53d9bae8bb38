import test from 'ava';
import { bodyStartOf } from '#src/protocol/mqtt/framing.js';
import { readPacket } from '#src/protocol/mqtt/packet.js';
import { SecondReader } from '#src/protocol/mqtt/second-reader.js';
import { connect, packet, publish } from './transcript.js';

const read = (bytes: Uint8Array) => readPacket(bytes, bodyStartOf(bytes), 4, 'up');

test('where the second reader understands a packet otherwise, it is refused', (t) => {
  const subscribe = (topic: string) => packet(4, { cmd: 'subscribe', messageId: 1, subscriptions: [{ topic, qos: 0 }] });
  const others: [Uint8Array, Uint8Array][] = [
    [publish(4, 'a', 'x'), publish(4, 'b', 'x')],
    [publish(4, 'a', 'x'), publish(4, 'a', 'xy')],
    [publish(4, 'a', 'x'), publish(4, 'a', 'x', { retain: true })],
    [publish(4, 'a', 'x', { qos: 1, messageId: 1 }), publish(4, 'a', 'x', { qos: 1, messageId: 2 })],
    [connect(4), connect(4, { clientId: 'other' })],
    [connect(4, { username: 'a' }), connect(4, { username: 'b' })],
    [subscribe('a'), subscribe('b')],
    [publish(4, 'a', 'x'), subscribe('a')],
    [publish(4, 'a', 'x'), publish(4, 'a', 'x').subarray(0, 4)],
  ];
  for (const [ours, theirs] of others) {
    t.notThrows(() => new SecondReader(4).check(read(ours)));
    t.throws(() => new SecondReader(4).check({ ...read(ours), bytes: theirs }), { message: /do not agree/ });
  }
});
