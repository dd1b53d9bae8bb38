import test from 'ava';
import { HubError } from '#src/errors.js';
import type { Header } from '#src/protocol/http/message.js';
import { isMqtt, offerAfter, readHandshake } from '#src/protocol/websocket/handshake.js';

const SOUND: readonly Header[] = [
  ['Sec-WebSocket-Key', 'dGhlIHNhbXBsZSBub25jZQ=='],
  ['Sec-WebSocket-Version', '13'],
];

function code(headers: readonly Header[], version = '1.1'): string {
  try {
    readHandshake(headers, version);
    return 'sound';
  } catch (fault) {
    return fault instanceof HubError ? fault.code : 'thrown';
  }
}

test('framing and the public names of subprotocols stay behind; others are judged one by one', (t) => {
  const { headers, protocols, deflate } = readHandshake(
    [
      ...SOUND,
      ['Authorization', 'Bearer x'],
      ['Sec-WebSocket-Protocol', 'mqtt, v1.app'],
      ['sec-websocket-extensions', 'x-secret; a=1, permessage-deflate; client_max_window_bits'],
      ['Sec-WebSocket-Accept', 'a'],
      ['Sec_WebSocket_Key1', 'b'],
      ['Sec-WebSocket-Protocol', 'v2.app'],
    ],
    '1.1',
  );
  t.deepEqual(headers, [
    ['Authorization', 'Bearer x'],
    ['Sec-WebSocket-Protocol', 'v1.app'],
    ['Sec-WebSocket-Protocol', 'v2.app'],
  ]);
  t.deepEqual(protocols, ['mqtt', 'v1.app', 'v2.app']);
  t.true(deflate);
  t.false(readHandshake([...SOUND, ['Sec-WebSocket-Extensions', 'x-permessage-deflate']], '1.1').deflate);
});

test('a handshake that is not by the book is refused', (t) => {
  t.is(code(SOUND), 'sound');
  t.is(code(SOUND, '1.0'), 'bad_head');
  t.is(code(SOUND.slice(1)), 'bad_head', 'no key');
  t.is(code([['Sec-WebSocket-Key', 'short'], ...SOUND.slice(1)]), 'bad_head');
  t.is(code([...SOUND, ['sec-websocket-key', 'dGhlIHNhbXBsZSBub25jZQ==']]), 'bad_head', 'two keys');
  t.is(code(SOUND.slice(0, 1)), 'upgrade_refused', 'no version');
  t.is(code([SOUND[0]!, ['Sec-WebSocket-Version', '8']]), 'upgrade_refused');
  for (const offer of ['a,,b', 'a, a', '', 'a b', 'a;b', Array.from({ length: 17 }, (_, i) => `p${i}`).join(','), 'имя'])
    t.is(code([...SOUND, ['Sec-WebSocket-Protocol', offer]]), 'bad_head', offer);
});

test('a subprotocol leaves as the judge left it, and comes back under the name the device knows', (t) => {
  const handshake = readHandshake([...SOUND, ['Sec-WebSocket-Protocol', 'mqtt, id-f4cfa2']], '1.1');
  const line = (name: string): Header => ['Sec-WebSocket-Protocol', name];
  const offered = (judged: readonly Header[]): [string, string][] => [...offerAfter(handshake, judged).protocols];
  t.deepEqual(offered([line('id-02aabb')]), [
    ['mqtt', 'mqtt'],
    ['id-02aabb', 'id-f4cfa2'],
  ]);
  t.deepEqual(offered([]), [['mqtt', 'mqtt']], 'one was taken out; a public name says nothing of the device');
  t.deepEqual(offered([line('other'), line('x')]), [['mqtt', 'mqtt']], 'which one it was cannot be told');
  t.deepEqual(offered([line('a b')]), [['mqtt', 'mqtt']], 'what is no token cannot be offered');
  t.deepEqual(
    offerAfter(handshake, [
      ['X-A', '1'],
      ['Sec-WebSocket-Key', 'made up'],
    ]).headers,
    [['X-A', '1']],
  );
});

test('MQTT is told by its subprotocols', (t) => {
  t.deepEqual(['mqtt', 'MQTT', 'mqttv3.1', 'mqttv5.0', 'mqttv5', 'v1.mqtt', ''].map(isMqtt), [
    true,
    true,
    true,
    true,
    true,
    false,
    false,
  ]);
});
