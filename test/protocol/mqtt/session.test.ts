import test from 'ava';
import { HubError } from '#src/errors.js';
import { DEFAULT_LIMITS } from '#src/protocol/mqtt/index.js';
import { CONNACK, connect, hex, line, packet, publish, replacing, Transcript, toHex } from './transcript.js';

const ended = (reason: string) => [`endDevice ${reason}`, `endCloud ${reason}`];

for (const level of [3, 4, 5] as const) {
  test(`level ${level}: nothing reaches the cloud before the sieve has answered, then the packet's own bytes`, (t) => {
    const talk = new Transcript();
    const opening = connect(level);
    t.deepEqual(talk.device(opening), ['judge 1 connect clientId.clientId=plug']);
    t.deepEqual(talk.keep(), [`toCloud ${toHex(opening)}`]);
    t.deepEqual(talk.cloud(CONNACK[level]), [`toDevice ${toHex(CONNACK[level])}`]);
    const message = publish(level, 'a/b', 'hello');
    t.deepEqual(talk.device(message), ['judge 2 publish topic.topic=a/b body.payload=hello']);
    t.deepEqual(talk.keep(), [`toCloud ${toHex(message)}`]);
    t.deepEqual(talk.device(hex('c000')), ['toCloud c000']);
    t.deepEqual(talk.cloud(hex('d000')), ['toDevice d000']);
  });
}

test('what a CONNECT holds is judged: client, user, password, will and its properties', (t) => {
  const talk = new Transcript();
  const will = { topic: 'w/t', payload: 'gone', properties: { userProperties: { k: 'v' }, contentType: 'text/x' } };
  const lines = talk.device(connect(5, { username: 'anna', password: 'pw', will }));
  t.deepEqual(lines, [
    'judge 1 connect clientId.clientId=plug will.k=v will.willContentType=text/x will.willTopic=w/t ' +
      'will.willPayload=gone(text/x) username.username=anna username.password=pw',
  ]);
});

test('later packets wait behind the one being judged and keep their order', (t) => {
  const talk = Transcript.connected(4);
  const one = publish(4, 'a', '1');
  const two = publish(4, 'a', '2');
  t.deepEqual(talk.device(Buffer.concat([one, hex('c000'), two])), ['judge 2 publish topic.topic=a body.payload=1']);
  t.deepEqual(talk.keep(), [`toCloud ${toHex(one)}`, 'toCloud c000', 'judge 3 publish topic.topic=a body.payload=2']);
  t.deepEqual(talk.keep(), [`toCloud ${toHex(two)}`]);
});

test('an illegal packet ends the connection in its turn: what stood before it is sent, itself and what follows is not', (t) => {
  const talk = Transcript.connected(5);
  const good = publish(5, 'a', '1');
  talk.device(Buffer.concat([good, publish(5, 'a', 'x').fill(0, 2, 5), good]));
  t.deepEqual(talk.keep(), [
    `toCloud ${toHex(good)}`,
    'alarm malformed MQTT PUBLISH: topic is empty ended',
    'toDevice e00181',
    ...ended('81'),
  ]);
  t.deepEqual(talk.device(good), []);
  t.true(talk.session.ended);
});

test('a judgement that comes after the end sends nothing, and says so', (t) => {
  const talk = Transcript.connected(4);
  talk.device(publish(4, 'a', '1'));
  t.deepEqual(talk.cloudClosed(), ended('80'));
  t.deepEqual(talk.keep(), ['unsent 2']);
});

test('a token that is not the one being judged changes nothing', (t) => {
  const talk = Transcript.connected(4);
  talk.device(publish(4, 'a', '1'));
  t.deepEqual(talk.session.judged(1, { kind: 'pass', parts: [] }), []);
  t.is(talk.keep().length, 1);
});

test('the first packet must be CONNECT, and a TLS or HTTP greeting is refused at its first byte', (t) => {
  for (const first of ['30', '16', '47', '00', 'e0']) {
    const lines = new Transcript().device(hex(first));
    t.deepEqual(lines, ['alarm malformed MQTT first packet is not CONNECT ended', ...ended('82')], first);
  }
});

test('an unknown protocol level and a missing client identifier are answered as the specification says', (t) => {
  t.true(new Transcript().device(hex('100d 0004 4d515454 06 02 000a 0001 70')).includes('toDevice 20020001'));
  t.true(new Transcript().device(hex('100c 0004 4d515454 04 00 000a 0000')).includes('toDevice 20020002'));
});

test('a refused CONNECT is turned down before the cloud hears of it', (t) => {
  const four = new Transcript();
  four.device(connect(4));
  t.deepEqual(four.refuse(), ['toDevice 20020005', 'alarm blocked MQTT CONNECT ended', ...ended('87')]);
  const five = new Transcript();
  five.device(connect(5));
  t.deepEqual(five.refuse('record_failed').slice(0, 1), ['toDevice 2003008800']);
});

test('packets that only a server sends, a second CONNECT, and AUTH nobody asked for end the connection', (t) => {
  for (const foreign of ['2000', '9000', 'b000', 'd000', '1000', 'f000']) {
    const lines = Transcript.connected(5).device(hex(foreign));
    t.deepEqual(lines.slice(1), ['toDevice e00182', ...ended('82')], foreign);
  }
});

test('packets that only a client sends end the connection when the cloud sends them', (t) => {
  for (const foreign of ['1000', '8200', 'a200', 'c000', '2000']) {
    const lines = Transcript.connected(5).cloud(hex(foreign));
    t.deepEqual(lines.slice(1), ['toDevice e00180', ...ended('80')], foreign);
  }
});

test('a packet past the limit ends the connection as soon as its length is read', (t) => {
  const talk = Transcript.connected(5, { limits: { packetBytes: 100, queueBytes: 1000 } });
  const lines = talk.device(publish(5, 'a', 'x'.repeat(200)).subarray(0, 3));
  t.deepEqual(lines, ['alarm too_large MQTT packet is longer than the limit ended', 'toDevice e00195', ...ended('95')]);
});

test('the owner is asked to pause while too much waits, and may go on when it was taken', (t) => {
  const talk = Transcript.connected(4, { limits: { ...DEFAULT_LIMITS, queueBytes: 500 } });
  talk.device(publish(4, 'a', '1'));
  t.false(talk.session.paused);
  talk.device(publish(4, 'a', 'x'.repeat(20)));
  t.true(talk.session.paused);
  talk.keep();
  t.false(talk.session.paused);
});

test('DISCONNECT reaches the cloud and ends both sides; nothing after it does', (t) => {
  const talk = Transcript.connected(4);
  t.deepEqual(talk.device(hex('e000 c000')), ['toCloud e000', ...ended('0')]);
});

test('what a device sent before it closed is still judged and sent; no DISCONNECT is made up', (t) => {
  const talk = Transcript.connected(4);
  const last = publish(4, 'a', 'bye');
  talk.device(last);
  t.deepEqual(talk.deviceClosed(), []);
  t.deepEqual(talk.keep(), [`toCloud ${toHex(last)}`, 'endCloud 0']);
});

test('a cloud that cannot be reached is told to a device that waits for its CONNACK', (t) => {
  for (const [level, connack] of [
    [4, '20020003'],
    [5, '2003008800'],
  ] as const) {
    const talk = new Transcript();
    talk.device(connect(level));
    talk.keep();
    t.deepEqual(talk.session.end(new HubError('upstream_unreachable')).map(line).slice(1), [
      `toDevice ${connack}`,
      ...ended('89'),
    ]);
  }
});

test('a device that was silent too long is told so where its level of MQTT can say it', (t) => {
  const alarm = 'alarm timeout MQTT keep-alive ended';
  t.deepEqual(Transcript.connected(5).session.keepAliveEnded().map(line), [alarm, 'toDevice e0018d', ...ended('8d')]);
  t.deepEqual(Transcript.connected(4).session.keepAliveEnded().map(line), [alarm, ...ended('8d')]);
});

test('a hub that stops says so in MQTT 5, and to whoever waits for a CONNACK; it is no alarm', (t) => {
  t.deepEqual(Transcript.connected(5).session.shutDown().map(line), ['toDevice e0018b', ...ended('8b')]);
  t.deepEqual(Transcript.connected(4).session.shutDown().map(line), ended('8b'));
  for (const [level, connack] of [
    [4, '20020003'],
    [5, '2003008800'],
  ] as const) {
    const talk = new Transcript();
    talk.device(connect(level));
    talk.keep();
    t.deepEqual(talk.session.shutDown().map(line), [`toDevice ${connack}`, ...ended('8b')]);
  }
  t.deepEqual(new Transcript().session.shutDown().map(line), ended('8b'));
});

test('each packet by which the cloud says no is told, and goes on as it is', (t) => {
  for (const [level, bytes, told] of [
    [4, '9003000180', 'down suback 80'],
    [5, '9006000100008700', 'down suback 87'],
    [5, 'b00500010000 8f', 'down unsuback 8f'],
    [5, '4003000187', 'down puback 87'],
    [5, '5003000197', 'down pubrec 97'],
    [5, '7003000192', 'down pubcomp 92'],
    [5, 'e00187', 'down disconnect 87'],
  ] as const) {
    const lines = Transcript.connected(level).cloud(hex(bytes));
    t.deepEqual(lines.slice(0, 2), [`refusal ${told}`, `toDevice ${toHex(hex(bytes))}`], bytes);
  }
  for (const [level, connack, told] of [
    [4, '20020005', 'down connack 5'],
    [5, '2003008700', 'down connack 87'],
  ] as const) {
    const talk = new Transcript();
    talk.device(connect(level));
    talk.keep();
    t.deepEqual(talk.cloud(hex(connack)).slice(0, 2), [`refusal ${told}`, `toDevice ${connack}`]);
  }
});

test('a device that says no to what it was sent is told of; what says yes, and the hub’s own refusals, are not', (t) => {
  const talk = Transcript.connected(5);
  talk.cloud(publish(5, 'a', 'x', { qos: 1, messageId: 9 }));
  t.deepEqual(talk.device(hex('4003000983')), ['refusal up puback 83', 'toCloud 4003000983']);
  t.deepEqual(talk.cloud(hex('4003000110')), ['toDevice 4003000110'], 'no matching subscribers is no refusal');
  t.deepEqual(talk.cloud(hex('900600010001 0200')), ['toDevice 9006000100010200']);
  talk.device(publish(5, 'a', 'x', { qos: 1, messageId: 2 }));
  t.false(talk.refuse('floor').some((one) => one.startsWith('refusal')));
  t.deepEqual(talk.device(hex('e00181')).slice(0, 2), ['refusal up disconnect 81', 'toCloud e00181']);
});

test('a repetition of a message the cloud has not acknowledged is judged and goes on with its DUP', (t) => {
  const talk = Transcript.connected(4);
  talk.device(publish(4, 'a', 'x', { qos: 1, messageId: 1 }));
  talk.keep();
  const again = publish(4, 'a', 'x', { qos: 1, messageId: 1, dup: true });
  talk.device(again);
  t.deepEqual(talk.keep(), [`toCloud ${toHex(again)}`]);
  t.deepEqual(talk.cloud(hex('40020001')), ['toDevice 40020001']);
});

test('the connection ends when the cloud does not accept, and the device reads why', (t) => {
  const talk = new Transcript();
  talk.device(connect(4));
  talk.keep();
  t.deepEqual(talk.cloud(hex('20020005')), ['refusal down connack 5', 'toDevice 20020005', ...ended('5')]);
});

test('topic filters are judged, their wildcards stay, and a filter that would widen is refused', (t) => {
  const talk = Transcript.connected(4);
  const subscribe = packet(4, { cmd: 'subscribe', messageId: 7, subscriptions: [{ topic: 'dev/AA/+/cmd', qos: 1 }] });
  t.deepEqual(talk.device(subscribe), ['judge 2 subscribe topic.filter[0]=dev/AA/+/cmd']);
  const wanted = packet(4, { cmd: 'subscribe', messageId: 7, subscriptions: [{ topic: 'dev/pseudo/+/cmd', qos: 1 }] });
  t.deepEqual(talk.change(replacing('AA', 'pseudo')), [`toCloud ${toHex(wanted)}`]);
  talk.device(subscribe);
  t.deepEqual(talk.change(replacing('AA', '#')), ['toDevice 9003000780', 'alarm internal MQTT SUBSCRIBE rejected']);
});

test('a refused UNSUBSCRIBE is answered by the hub, in MQTT 5 with a reason', (t) => {
  const five = Transcript.connected(5);
  five.device(packet(5, { cmd: 'unsubscribe', messageId: 7, unsubscriptions: ['a', 'b'] }));
  t.deepEqual(five.refuse(), ['toDevice b0050007008787', 'alarm blocked MQTT UNSUBSCRIBE rejected']);
});

test('texts in an acknowledgement or a DISCONNECT are judged; refused, the packet goes on without them', (t) => {
  const talk = Transcript.connected(5);
  const properties = { reasonString: 'at home', userProperties: { a: 'b' } };
  const lines = talk.device(packet(5, { cmd: 'puback', messageId: 9, reasonCode: 0x80, properties }));
  t.deepEqual(lines, ['refusal up puback 80', 'judge 2 puback userProperty.reasonString=at home userProperty.a=b']);
  t.deepEqual(talk.refuse(), ['alarm blocked MQTT PUBACK stripped', 'toCloud 400400098000']);
});

test('a device that answers a QoS 1 message as if it were QoS 2 breaks the protocol', (t) => {
  const talk = Transcript.connected(4);
  talk.cloud(publish(4, 'a', 'x', { qos: 1, messageId: 1 }));
  t.deepEqual(talk.device(hex('50020001')).slice(1), ended('82'));
});

test('what the cloud says it does not take is refused at the hub (MQTT 5)', (t) => {
  const cases: [string, Uint8Array, string][] = [
    ['20060000 03 210001', Buffer.concat([1, 2].map((messageId) => publish(5, 'a', '', { qos: 1, messageId }))), '93'],
    ['20050000 02 2400', publish(5, 'a', '', { qos: 1, messageId: 1 }), '9b'],
    ['20050000 02 2500', publish(5, 'a', '', { retain: true }), '9a'],
    ['20080000 05 2700000008', publish(5, 'a', 'longer'), '95'],
    ['20030000 00', publish(5, 'a', '', { properties: { topicAlias: 1 } }), '94'],
  ];
  for (const [connack, bytes, reason] of cases) {
    const talk = Transcript.connected(5, {}, Buffer.from(hex(connack)));
    const lines = [...talk.device(bytes), ...talk.keep()];
    t.true(lines.includes(`endDevice ${reason}`), reason);
  }
});

test('extended authentication: before CONNACK only AUTH and DISCONNECT may follow', (t) => {
  const opening = connect(5, { properties: { authenticationMethod: 'x' } });
  const talk = new Transcript();
  talk.device(opening);
  talk.keep();
  t.is(talk.device(packet(5, { cmd: 'auth', reasonCode: 0x18, properties: { authenticationMethod: 'x' } })).length, 1);
  talk.keep();
  t.deepEqual(talk.device(publish(5, 'a', 'x')).slice(1), ended('82'));
});
