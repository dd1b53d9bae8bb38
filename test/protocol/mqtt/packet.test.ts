import test from 'ava';
import { HubError } from '#src/errors.js';
import { reasonOf } from '#src/protocol/mqtt/fault.js';
import { bodyStartOf, encodeVarint, Framing, type Piece } from '#src/protocol/mqtt/framing.js';
import type { Level } from '#src/protocol/mqtt/index.js';
import { readPacket } from '#src/protocol/mqtt/packet.js';
import { connect, hex, publish, toHex } from './transcript.js';

function read(level: Level, text: string, direction: 'up' | 'down' = 'up') {
  const bytes = hex(text);
  return readPacket(bytes, bodyStartOf(bytes), level, direction);
}

/** [level, what is wrong, packet, reason code] */
const ILLEGAL: readonly (readonly [Level, string, string, number])[] = [
  [4, 'QoS 3', '3605 0001 61 0001', 0x81],
  [4, 'DUP with QoS 0', '3803 0001 61', 0x81],
  [4, 'empty topic', '3002 0000', 0x81],
  [4, 'wildcard in a topic', '3005 0003 61 2f 23', 0x81],
  [4, 'U+0000 in a topic', '3004 0002 6100', 0x81],
  [4, 'a surrogate in a topic', '3005 0003 eda080', 0x81],
  [4, 'overlong UTF-8 in a topic', '3004 0002 c0af', 0x81],
  [4, 'control character in a topic', '3004 0002 611f', 0x81],
  [4, 'non-character in a topic', '3006 0004 f09fbfbe', 0x81],
  [4, 'topic cut short', '3003 0005 61', 0x81],
  [4, 'packet identifier 0', '3205 0001 61 0000', 0x82],
  [4, 'PUBACK with a byte to spare', '4003 0001 00', 0x81],
  [4, 'PUBREL without its flags', '6002 0001', 0x81],
  [4, 'SUBSCRIBE without a filter', '8202 0001', 0x81],
  [4, 'SUBSCRIBE with QoS 3', '8206 0001 0001 61 03', 0x81],
  [4, 'SUBSCRIBE with a reserved bit', '8206 0001 0001 61 04', 0x81],
  [4, '# inside a level', '8207 0001 0002 6123 00', 0x81],
  [4, '# before the end', '8208 0001 0003 232f61 00', 0x81],
  [4, '+ inside a level', '8207 0001 0002 612b 00', 0x81],
  [4, 'UNSUBSCRIBE without a filter', 'a202 0001', 0x81],
  [4, 'PINGREQ with a byte', 'c001 00', 0x81],
  [4, 'DISCONNECT with a byte', 'e001 00', 0x81],
  [4, 'AUTH before MQTT 5', 'f000', 0x82],
  [4, 'type 0', '0000', 0x82],
  [4, 'reserved connect flag', '100d 0004 4d515454 04 03 000a 0001 70', 0x81],
  [4, 'will QoS without a will', '100d 0004 4d515454 04 0a 000a 0001 70', 0x81],
  [4, 'password without user name', '1010 0004 4d515454 04 42 000a 0001 70 0001 70', 0x81],
  [4, 'another protocol name', '100d 0004 4d515455 04 02 000a 0001 70', 0x81],
  [4, 'bytes after the last field', '100e 0004 4d515454 04 02 000a 0001 70 00', 0x81],
  [5, 'user name announced, absent', '100e 0004 4d515454 05 82 000a 00 0001 70', 0x81],
  [5, 'authentication data without method', '1011 0004 4d515454 05 02 000a 03 160000 0001 70', 0x82],
  [5, 'receive maximum 0', '1011 0004 4d515454 05 02 000a 03 210000 0001 70', 0x82],
  [5, 'a property twice', '3008 0001 61 04 0100 0101', 0x82],
  [5, 'a property of another packet', '3009 0001 61 05 1100000000', 0x82],
  [5, 'an unknown property', '3006 0001 61 02 0401', 0x81],
  [5, 'a property past its block', '3007 0001 61 01 02 000000', 0x81],
  [5, 'properties past the packet', '3004 0001 61 05', 0x81],
  [5, 'topic alias 0', '3007 0001 61 03 230000', 0x82],
  [5, 'payload format 2', '3006 0001 61 02 0102', 0x82],
  [5, 'wildcard in a response topic', '3008 0001 61 04 08 0001 23', 0x82],
  [5, 'empty topic without alias', '3003 0000 00', 0x81],
  [5, 'subscription identifier 0', '8209 0001 02 0b00 0001 61 00', 0x81],
  [5, 'padded property length', '3005 0001 61 8000', 0x81],
  [5, 'padded remaining length', '308400 0001 61 00', 0x81],
  [5, 'retain handling 3', '8207 0001 00 0001 61 30', 0x81],
  [5, 'shared filter without a filter', '820f 0001 00 0009 2473686172652f702f 00', 0x82],
  [5, 'no local on a shared filter', '8210 0001 00 000a 2473686172652f702f70 04', 0x82],
  [5, 'a reason code no client sends', 'e001 8b', 0x82],
  [5, 'an unknown reason code', '4003 0001 ff', 0x82],
];

for (const [level, what, text, reason] of ILLEGAL) {
  test(`level ${level}: ${what} is refused with 0x${reason.toString(16)}`, (t) => {
    const error = t.throws(() => read(level, text), { instanceOf: HubError });
    t.true(reasonOf(error!) === reason);
  });
}

test('what MQTT 3.1 and old devices may do is taken: flags in CONNECT, DUP in SUBSCRIBE, a padded remaining length', (t) => {
  t.is(read(3, '140f 0006 4d5149736470 03 01 000a 0001 70').level, 3);
  t.is(read(3, '8a06 0001 0001 61 00').type, 'subscribe');
  t.is(read(4, '308300 0001 61').type, 'publish');
});

test('the cloud is not held to what only clients must keep', (t) => {
  t.is(read(5, 'e001 8b', 'down').reason, 0x8b);
  t.is(read(5, '3008 0001 61 04 0b01 0b02', 'down').type, 'publish');
  t.is(read(4, '3004 0002 611f', 'down').type, 'publish');
});

function cut(chunks: Uint8Array[], packetBytes = 1000, large: 'refuse' | 'stream' = 'refuse'): Piece[] {
  const pieces: Piece[] = [];
  const framing = new Framing(packetBytes, large, () => undefined);
  for (const chunk of chunks) framing.push(chunk, (piece) => pieces.push(piece));
  return pieces;
}

test('a stream is cut into packets with their own bytes, however it arrives', (t) => {
  const packets = [connect(4), publish(4, 'a', 'x'.repeat(200)), hex('c000')];
  const stream = Buffer.concat(packets);
  for (const chunks of [[stream], [...stream].map((byte) => Uint8Array.of(byte))]) {
    t.deepEqual(
      cut(chunks).map((piece) => toHex(piece.bytes)),
      packets.map(toHex),
    );
  }
});

test('a fifth length byte, and a packet past the limit, are refused before the body arrives', (t) => {
  t.throws(() => cut([hex('30ffffffff')]), { instanceOf: HubError });
  t.throws(() => cut([hex('30ffffff7f')]), { instanceOf: HubError, message: /larger/ });
  t.notThrows(() => cut([hex('30ffffff')]));
});

test('a stream that lets long packets through gives head and rest, and finds the next packet after them', (t) => {
  const long = publish(4, 'a', 'x'.repeat(5000));
  const pieces = cut([Buffer.concat([long, hex('d000')])], 1000, 'stream');
  t.deepEqual(
    pieces.map((piece) => piece.kind),
    ['largeStart', 'frame'],
  );
});

test('variable byte integers have the values of table 1-1', (t) => {
  for (const [value, text] of [
    [0, '00'],
    [127, '7f'],
    [128, '8001'],
    [16_383, 'ff7f'],
    [16_384, '808001'],
    [268_435_455, 'ffffff7f'],
  ] as const) {
    t.is(toHex(encodeVarint(value)), text);
  }
});
