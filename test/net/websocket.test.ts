import { randomBytes } from 'node:crypto';
import net from 'node:net';
import zlib from 'node:zlib';
import test from 'ava';
import { HubError } from '#src/errors.js';
import type { Outcome } from '#src/protocol/http/message.js';
import type { WebSocketJudge, WebSocketOutcome } from '#src/protocol/websocket/message.js';
import { Client, exchange, record, until } from './tools.js';
import {
  BODY_BYTES,
  bareFrame,
  closeCodes,
  frame,
  HANDSHAKE,
  handshake,
  rawDevice,
  startWsCloud,
  startWsHub,
  type WsCloud,
  type WsCloudOptions,
  WsDevice,
  type WsHub,
  type WsHubOptions,
} from './websocket-tools.js';

interface Cleaned {
  teardown(clean: () => Promise<void> | void): void;
}

async function pair(t: Cleaned, hubOptions: WsHubOptions = {}, cloudOptions: WsCloudOptions = {}): Promise<[WsHub, WsCloud]> {
  const cloud = await startWsCloud(cloudOptions);
  const hub = await startWsHub(cloud.port, hubOptions);
  t.teardown(async () => {
    await hub.close();
    cloud.close();
  });
  return [hub, cloud];
}

function refuseAll(code: HubError['code']): WebSocketJudge {
  return async () => ({ kind: 'refuse', error: new HubError(code) });
}

test.serial('the judged handshake leaves, and the device gets the answer of the cloud', async (t) => {
  const [hub, cloud] = await pair(
    t,
    {
      handshake: async ({ headers, body }) => ({
        kind: 'forward',
        path: '/a/../new%7e',
        query: 'q=%20',
        headers: [...headers.filter(([name]) => name !== 'X-Secret'), ['X-Two', '1'], ['x-two', '2']],
        body,
        done: () => undefined,
      }),
    },
    { protocol: 'v2', answer: ['Set-Cookie: a=1', 'X-Region: eu', 'Content-Length: 0'] },
  );
  const device = await new WsDevice(hub.port, '/old?secret', ['v1', 'v2'], { headers: { 'X-Secret': 's' } }).open();
  const [request] = cloud.requests;
  t.is(request?.url, '/a/../new%7e?q=%20');
  t.is(request?.headers['x-two'], '1, 2');
  t.is(request?.headers['sec-websocket-protocol'], 'v1,v2');
  t.false(/secret/i.test(cloud.all()));
  t.is(device.socket.protocol, 'v2');
  t.deepEqual(device.upgraded?.headers['set-cookie'], ['a=1']);
  t.is(device.upgraded?.headers['x-region'], 'eu');
  t.is(device.upgraded?.headers['content-length'], undefined);
  const keys = request?.rawHeaders.filter((_, i, all) => all[i - 1]?.toLowerCase() === 'sec-websocket-key');
  t.is(keys?.length, 1);
});

test.serial('a refused handshake is answered with a code, and nothing leaves', async (t) => {
  const upstream = await record();
  const hub = await startWsHub(upstream.port, {
    handshake: async () => ({ kind: 'refuse', error: new HubError('own_identifier') }),
  });
  const { status, text } = await new WsDevice(hub.port, '/kovalenko').refused();
  t.is(status, 403);
  t.regex(text, /"code":"own_identifier"/);
  t.is(upstream.connections(), 0);
  await hub.close();
  upstream.close();
});

test.serial('a judge of handshakes that fails refuses without its text', async (t) => {
  const upstream = await record();
  const hub = await startWsHub(upstream.port, {
    handshake: async () => {
      throw new Error('kovalenko');
    },
  });
  const { status, text } = await new WsDevice(hub.port).refused();
  t.is(status, 500);
  t.false(text.includes('kovalenko'));
  t.is(upstream.connections(), 0);
  await hub.close();
  upstream.close();
});

test.serial('the device is answered only after the cloud', async (t) => {
  let answer: () => void = () => undefined;
  const server = net.createServer((socket) => {
    socket.on('error', () => undefined);
    socket.once('data', () => {
      answer = () => socket.end('HTTP/1.1 403 Forbidden\r\nX-Why: no\r\nContent-Length: 4\r\n\r\nnope');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const hub = await startWsHub((server.address() as net.AddressInfo).port);
  const device = new WsDevice(hub.port);
  const before = answer;
  await until(() => answer !== before);
  t.is(device.upgraded, undefined);
  answer();
  const { status, text, headers } = await device.refused();
  t.deepEqual([status, text, headers['x-why']], [403, 'nope', 'no']);
  t.deepEqual(hub.sent, [true]);
  await hub.close();
  server.close();
});

test.serial('a cloud that does not speak WebSocket, is down, silent or lies is told as it is', async (t) => {
  const closed = await record();
  closed.close();
  const down = await startWsHub(closed.port);
  t.is((await new WsDevice(down.port).refused()).status, 502);
  t.deepEqual(down.sent, [false], 'nothing left');
  await down.close();

  const answers: [string, number][] = [
    ['HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok', 200],
    ['HTTP/1.1 302 Found\r\nLocation: /x\r\nContent-Length: 0\r\n\r\n', 302],
    ['HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: lie\r\n\r\n', 502],
    ['HTTP/1.1 101 Switching Protocols\r\nUpgrade: other\r\nConnection: Upgrade\r\n\r\n', 502],
    ['garbage\r\n\r\n', 502],
  ];
  for (const [answer, status] of answers) {
    const upstream = await record((socket) => socket.write(answer));
    const hub = await startWsHub(upstream.port);
    t.is((await new WsDevice(hub.port).refused()).status, status, answer);
    await hub.close();
    upstream.close();
  }
  const silent = await record(() => undefined);
  const hub = await startWsHub(silent.port, { door: { timeouts: { headMs: 5_000, answerMs: 50, stopMs: 100 } } });
  t.is((await new WsDevice(hub.port).refused()).status, 504);
  await hub.close();
  silent.close();
});

test.serial('a handshake that is not by the book is refused before it is judged', async (t) => {
  const upstream = await record();
  const hub = await startWsHub(upstream.port);
  const without = (part: string): string[] => HANDSHAKE.filter((line) => !line.includes(part));
  for (const [text, status] of [
    [handshake('/', [], without('Key')), 400],
    [handshake('/', [], without('Version')), 426],
    [handshake('/', ['Sec-WebSocket-Protocol: a, a']), 400],
    [handshake('/', ['Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==']), 400],
    [handshake('/', ['Content-Length: 2']), 426],
    [handshake('/', ['Sec_WebSocket_Key: x']), 400],
    [
      handshake(
        '/',
        [],
        HANDSHAKE.map((line) => line.replace('websocket', 'h2c')),
      ),
      426,
    ],
    [handshake('/', []).replace('GET', 'POST'), 426],
    [handshake('/', []).replace('HTTP/1.1', 'HTTP/1.0'), 400],
  ] as const)
    t.regex(await exchange(hub.port, text), new RegExp(`^HTTP/1\\.1 ${status} `), text);
  t.is(upstream.connections(), 0);
  await hub.close();
  upstream.close();
});

test.serial('messages pass in both directions, text as text and binary as binary, in order', async (t) => {
  const [hub, cloud] = await pair(t, {}, { reply: (message, isBinary, socket) => socket.send(message, { binary: isBinary }) });
  const device = await new WsDevice(hub.port).open();
  for (let i = 0; i < 50; i++) device.socket.send(i % 2 === 0 ? `text ${i}` : Buffer.from(`binary ${i}`));
  device.socket.send('');
  await until(() => device.messages.length === 51);
  t.deepEqual(device.messages, cloud.messages);
  t.deepEqual(
    cloud.messages.map(({ text, isBinary }) => [text, isBinary]),
    [...Array.from({ length: 50 }, (_, i) => [`${i % 2 === 0 ? 'text' : 'binary'} ${i}`, i % 2 === 1]), ['', false]],
  );
});

test.serial('nothing of a message leaves before it is judged, and what leaves is what the judge gave', async (t) => {
  const waiting: ((outcome: WebSocketOutcome) => void)[] = [];
  const [hub, cloud] = await pair(t, { judge: () => new Promise((resolve) => waiting.push(resolve)) });
  const device = await new WsDevice(hub.port).open();
  device.socket.send('secret 1');
  device.socket.send('secret 2');
  await until(() => waiting.length === 1);
  t.deepEqual(cloud.messages, []);
  const sent: boolean[] = [];
  waiting[0]!({ kind: 'pass', bytes: Buffer.from('one'), done: (done) => sent.push(done) });
  await until(() => waiting.length === 2);
  waiting[1]!({ kind: 'pass', bytes: Buffer.from('two'), done: (done) => sent.push(done) });
  await until(() => cloud.messages.length === 2 && sent.length === 2);
  t.deepEqual(
    cloud.messages.map(({ text }) => text),
    ['one', 'two'],
  );
  t.deepEqual(sent, [true, true]);
});

test.serial('a refused message ends the connection with its code; what came behind it is not sent', async (t) => {
  for (const [code, close] of [
    ['own_identifier', 1008],
    ['unreadable_format', 1008],
    ['too_large', 1009],
    ['record_failed', 1011],
  ] as const) {
    const [hub, cloud] = await pair(t, { judge: refuseAll(code) });
    const device = await new WsDevice(hub.port).open();
    device.socket.send('kovalenko');
    device.socket.send('behind');
    t.deepEqual(await device.end(), { code: close, reason: code });
    await until(() => cloud.closes.length === 1);
    t.deepEqual(cloud.closes, [{ code: 1001, reason: '' }]);
    t.deepEqual(cloud.messages, []);
  }
});

test.serial('where the household prefers, only the message is lost', async (t) => {
  const judge: WebSocketJudge = async (peer, message) =>
    message.bytes.length > 3
      ? refuseAll('malformed')(peer, message)
      : { kind: 'pass', bytes: message.bytes, done: () => undefined };
  const [hub, cloud] = await pair(t, { judge, door: { refused: 'drop' } });
  const device = await new WsDevice(hub.port).open();
  for (const text of ['one', 'kovalenko', 'two']) device.socket.send(text);
  await until(() => cloud.messages.length === 2);
  t.false(cloud.all().includes('kovalenko'));
});

test.serial('a judge that fails, or makes bytes of a text, ends the connection without its words', async (t) => {
  const judges: WebSocketJudge[] = [
    async () => {
      throw new Error('kovalenko');
    },
    async () => ({ kind: 'pass', bytes: Buffer.from([0xff]), done: () => undefined }),
  ];
  for (const judge of judges) {
    const [hub, cloud] = await pair(t, { judge });
    const device = await new WsDevice(hub.port).open();
    device.socket.send('x');
    t.deepEqual(await device.end(), { code: 1011, reason: 'internal' });
    t.deepEqual(cloud.messages, []);
  }
});

test.serial('fragments are judged as one message, with a ping between them', async (t) => {
  const [hub, cloud] = await pair(t);
  const device = await rawDevice(hub.port);
  device.write(frame(0x01, '{"ss')).write(frame(0x00, 'id":"kova')).write(frame(0x89, 'kova')).write(frame(0x80, 'lenko"}'));
  await until(() => cloud.messages.length === 1);
  t.is(cloud.messages[0]?.text, '{"ssid":"kovalenko"}');
  t.deepEqual(
    hub.judged.map(({ bytes }) => Buffer.from(bytes).toString()),
    ['{"ssid":"kovalenko"}'],
  );
  await until(() => cloud.pings.length === 1);
  t.deepEqual(cloud.pings, ['']);
  t.true(device.text.includes('\x8a\x04kova'), 'the device’s own ping is answered with its payload');
  device.socket.destroy();
  await until(() => cloud.closes.length === 1);
  t.deepEqual(cloud.closes, [{ code: 1001, reason: '' }]);
});

test.serial('compressed messages are judged as what they say', async (t) => {
  const [hub, cloud] = await pair(t, {}, { reply: (message, isBinary, socket) => socket.send(message, { binary: isBinary }) });
  const device = await new WsDevice(hub.port, '/', [], { perMessageDeflate: { threshold: 0 } }).open();
  t.regex(device.socket.extensions, /permessage-deflate/);
  const text = JSON.stringify({ note: 'a'.repeat(4_000) });
  device.socket.send(text);
  await until(() => device.messages.length === 1);
  t.is(Buffer.from(hub.judged[0]!.bytes).toString(), text);
  t.is(device.messages[0]?.text, text);
  t.regex(cloud.sockets[0]?.extensions ?? '', /permessage-deflate/);
  const plain = await new WsDevice(hub.port, '/', [], { perMessageDeflate: false }).open();
  t.is(plain.socket.extensions, '');
  await until(() => cloud.sockets.length === 2);
  t.is(cloud.sockets[1]?.extensions, '');
  device.socket.close();
  plain.socket.close();
});

test.serial('frames that are none, or too large, end the connection, and nothing of them reaches the cloud', async (t) => {
  const long = 'kovalenko'.padEnd(BODY_BYTES + 1, 'x');
  const faults: [string, Buffer, number, string][] = [
    ['unmasked', bareFrame(0x81, 'kovalenko'), 1002, 'malformed'],
    ['RSV1 without extension', frame(0xc1, 'kovalenko'), 1002, 'malformed'],
    ['RSV2', frame(0xa1, 'kovalenko'), 1002, 'malformed'],
    ['RSV3', frame(0x91, 'kovalenko'), 1002, 'malformed'],
    ['an unknown opcode', frame(0x83, 'kovalenko'), 1002, 'malformed'],
    ['an unknown control opcode', frame(0x8b, 'kovalenko'), 1002, 'malformed'],
    ['a fragmented ping', frame(0x09, 'kovalenko'), 1002, 'malformed'],
    ['a long ping', frame(0x89, 'kovalenko'.repeat(20)), 1002, 'malformed'],
    ['a continuation of nothing', frame(0x80, 'kovalenko'), 1002, 'malformed'],
    ['a message in a message', Buffer.concat([frame(0x01, 'kova'), frame(0x81, 'lenko')]), 1002, 'malformed'],
    ['invalid UTF-8', frame(0x81, Buffer.from('kovalenko\xff', 'latin1')), 1007, 'malformed'],
    ['invalid UTF-8 in a reason', frame(0x88, Buffer.from('\x03\xe8kovalenko\xff', 'latin1')), 1007, 'malformed'],
    ['a close code that is none', frame(0x88, Buffer.from('\x03\xedkovalenko', 'latin1')), 1002, 'malformed'],
    ['half a close code', frame(0x88, 'k'), 1002, 'malformed'],
    ['oversize', frame(0x82, long), 1009, 'too_large'],
    [
      'oversize in fragments',
      Buffer.concat([frame(0x02, long.slice(0, 40_000)), frame(0x80, long.slice(40_000))]),
      1009,
      'too_large',
    ],
    [
      'too many fragments',
      Buffer.concat([frame(0x01, 'kovalenko'), ...Array.from({ length: 1_100 }, () => frame(0x00, ''))]),
      1008,
      'too_large',
    ],
  ];
  for (const [name, bytes, code, error] of faults) {
    const [hub, cloud] = await pair(t);
    const device = await rawDevice(hub.port);
    device.write(bytes);
    await until(() => closeCodes(device.text).length > 0);
    t.deepEqual(closeCodes(device.text), [code], name);
    device.socket.end();
    await until(() => cloud.closes.length === 1 && hub.refused.length === 1);
    t.deepEqual(hub.refused, [error], name);
    t.deepEqual(cloud.closes, [{ code: 1001, reason: '' }], name);
    t.false(cloud.all().includes('kova'), name);
    t.is(hub.judged.length, 0, name);
  }
});

test.serial('a message that inflates past its bound is refused', async (t) => {
  const [hub, cloud] = await pair(t);
  const device = await new WsDevice(hub.port, '/', [], { perMessageDeflate: { threshold: 0 } }).open();
  device.socket.send(Buffer.alloc(BODY_BYTES * 20));
  t.is((await device.end()).code, 1009);
  await until(() => cloud.closes.length === 1);
  t.deepEqual(cloud.messages, []);
});

test.serial('what pings and pongs carry never crosses; that there was one does', async (t) => {
  const [hub, cloud] = await pair(t);
  const device = await new WsDevice(hub.port).open();
  device.socket.ping('kovalenko');
  device.socket.pong('kovalenko');
  await until(() => device.pongs.length === 1 && cloud.pings.length === 1);
  t.deepEqual(device.pongs, ['kovalenko']);
  t.deepEqual(cloud.pings, ['']);
  cloud.sockets[0]!.ping('cloud');
  await until(() => device.pings.length === 1 && cloud.pongs.length === 1);
  t.deepEqual(device.pings, ['']);
  t.deepEqual(cloud.pongs, ['cloud']);
  device.socket.close();
});

test.serial('close codes pass in both directions, reasons as the judge leaves them', async (t) => {
  const judge: WebSocketJudge = async (peer, message) =>
    Buffer.from(message.bytes).includes('kovalenko')
      ? refuseAll('own_identifier')(peer, message)
      : { kind: 'pass', bytes: message.bytes, done: () => undefined };
  const [hub, cloud] = await pair(t, { judge });
  for (const [code, reason, heard] of [
    [1000, 'bye', 'bye'],
    [1001, '', ''],
    [1011, 'kovalenko', ''],
    [3000, '', ''],
    [4999, 'update', 'update'],
    [undefined, '', ''],
  ] as const) {
    const device = await new WsDevice(hub.port).open();
    const count = cloud.closes.length;
    device.socket.send('last words');
    device.socket.close(code, reason);
    await until(() => cloud.closes.length > count);
    t.deepEqual(cloud.closes.at(-1), { code: code ?? 1005, reason: heard });
  }
  t.is(cloud.messages.filter(({ text }) => text === 'last words').length, 6, 'what was said before is heard before');
  for (const code of [1000, 1012, 4001]) {
    const device = await new WsDevice(hub.port).open();
    cloud.sockets.at(-1)!.close(code, 'cloud');
    t.deepEqual(await device.end(), { code, reason: 'cloud' });
  }
  const device = await new WsDevice(hub.port).open();
  cloud.sockets.at(-1)!.terminate();
  t.deepEqual(await device.end(), { code: 1011, reason: 'upstream_unreachable' });
});

test.serial('a message whose cloud is gone meanwhile is recorded as not sent', async (t) => {
  const waiting: ((outcome: WebSocketOutcome) => void)[] = [];
  const [hub, cloud] = await pair(t, { judge: () => new Promise((resolve) => waiting.push(resolve)) });
  const device = await new WsDevice(hub.port).open();
  device.socket.send('x');
  await until(() => waiting.length === 1);
  cloud.sockets[0]!.close(1000);
  await device.end();
  const sent: boolean[] = [];
  waiting[0]!({ kind: 'pass', bytes: Buffer.from('x'), done: (done) => sent.push(done) });
  await until(() => sent.length === 1);
  t.deepEqual(sent, [false]);
  t.deepEqual(cloud.messages, []);
});

/** More than any system's buffers between two sockets take, also compressed. */
const LONG = Buffer.alloc(32 * 1024 * 1024, randomBytes(1024 * 1024));

test.serial('a message that is cut off on its way to the cloud is recorded as not sent', async (t) => {
  const sent: boolean[] = [];
  const [hub, cloud] = await pair(t, { judge: async () => ({ kind: 'pass', bytes: LONG, done: (done) => sent.push(done) }) });
  const device = await new WsDevice(hub.port).open();
  const wire = (cloud.sockets[0] as unknown as { _socket: net.Socket })._socket;
  wire.pause();
  device.socket.send(Buffer.from('x'));
  await until(() => wire.readableLength > 0);
  t.deepEqual(sent, [], 'it is under way');
  wire.resetAndDestroy();
  await until(() => sent.length === 1);
  t.deepEqual(sent, [false]);
  t.deepEqual(cloud.messages, []);
  await device.end();
});

test.serial('a device is held back while its messages wait for the judge', async (t) => {
  const waiting: ((outcome: WebSocketOutcome) => void)[] = [];
  const [hub, cloud] = await pair(t, { judge: () => new Promise((resolve) => waiting.push(resolve)) });
  const device = await new WsDevice(hub.port, '/', [], { perMessageDeflate: false }).open();
  const count = 2_000;
  for (let i = 0; i < count; i++) device.socket.send(Buffer.alloc(32_768));
  await until(() => waiting.length === 1);
  await new Promise((resolve) => setTimeout(resolve, 100));
  t.true(device.socket.bufferedAmount > 32 * 1024 * 1024, 'most of it is still with the device');
  device.socket.terminate();
  waiting[0]!({ kind: 'refuse', error: new HubError('busy') });
  await until(() => cloud.closes.length === 1);
});

test.serial('messages of the cloud pass whatever their size', async (t) => {
  const [hub, cloud] = await pair(t);
  const device = await new WsDevice(hub.port).open();
  await until(() => cloud.sockets.length === 1);
  cloud.sockets[0]!.send(Buffer.alloc(BODY_BYTES * 40, 7));
  await until(() => device.messages.length === 1);
  t.is(device.messages[0]?.text.length, BODY_BYTES * 40);
  device.socket.close();
});

test.serial('a hub that stops finishes what is in hand and closes with 1001', async (t) => {
  const waiting: ((outcome: WebSocketOutcome) => void)[] = [];
  const cloud = await startWsCloud();
  const hub = await startWsHub(cloud.port, { judge: () => new Promise((resolve) => waiting.push(resolve)) });
  const busy = await new WsDevice(hub.port).open();
  const idle = await new WsDevice(hub.port).open();
  busy.socket.send('in hand');
  await until(() => waiting.length === 1);
  const closed = hub.close();
  t.is((await idle.end()).code, 1001);
  waiting[0]!({ kind: 'pass', bytes: Buffer.from('in hand'), done: () => undefined });
  t.is((await busy.end()).code, 1001);
  await closed;
  await until(() => cloud.closes.length === 2);
  t.deepEqual(
    cloud.closes.map(({ code }) => code),
    [1001, 1001],
  );
  t.deepEqual(
    cloud.messages.map(({ text }) => text),
    ['in hand'],
  );
  cloud.close();
});

test.serial('a cloud that chooses none of the subprotocols leaves it to the device', async (t) => {
  const [hub, cloud] = await pair(
    t,
    {},
    { protocol: '', reply: (message, isBinary, socket) => socket.send(message, { binary: isBinary }) },
  );
  const device = await rawDevice(hub.port, ['Sec-WebSocket-Protocol: v1, v2']);
  t.regex(device.text, /^HTTP\/1\.1 101 /);
  t.notRegex(device.text, /sec-websocket-protocol/i);
  t.is(cloud.requests[0]?.headers['sec-websocket-protocol'], 'v1,v2');
  device.write(frame(0x81, 'hello'));
  await device.has('hello');
});

test.serial('a handshake behind a request that is not answered yet is answered after it', async (t) => {
  const [hub, cloud] = await pair(t, { http: { judge: () => judged } });
  let judge: (outcome: Outcome) => void = () => undefined;
  const judged = new Promise<Outcome>((resolve) => {
    judge = resolve;
  });
  const first = 'POST /first HTTP/1.1\r\nHost: device.test\r\nContent-Length: 0\r\n\r\n';
  const device = new Client(hub.port).write(`${first}${handshake('/second')}`);
  await new WsDevice(hub.port, '/other').open(); // by then a handshake that did not wait would be answered too
  t.is(device.text, '');
  judge({ kind: 'refuse', error: new HubError('own_identifier') });
  await device.has('HTTP/1.1 101 ');
  t.regex(device.text, /^HTTP\/1\.1 403 [\s\S]*HTTP\/1\.1 101 /);
  t.deepEqual(
    cloud.requests.map(({ url }) => url),
    ['/other', '/second'],
  );
});

test.serial('a message of the cloud past its bound ends both connections with 1009', async (t) => {
  const [hub, cloud] = await pair(t);
  const device = await new WsDevice(hub.port, '/').open();
  cloud.sockets[0]!.send(Buffer.alloc(16 * 1024 * 1024 + 1));
  t.deepEqual(await device.end(), { code: 1009, reason: 'too_large' });
  await until(() => cloud.closes.length === 1);
  t.is(cloud.closes[0]?.code, 1009);
});

test.serial('what waits behind a faulty frame is not read, also while a message before it is unpacked', async (t) => {
  const [hub, cloud] = await pair(t);
  const client = await rawDevice(hub.port, ['Sec-WebSocket-Extensions: permessage-deflate']);
  const packed = zlib.deflateRawSync(Buffer.alloc(4_096, 'a'), { finishFlush: zlib.constants.Z_SYNC_FLUSH }).subarray(0, -4);
  // The first is unpacked off the loop; the others wait in the meantime, each in a chunk of its own.
  client.write(frame(0xc1, packed));
  for (const chunk of [frame(0x81, Buffer.from([0xff])), frame(0x81, 'behind the fault')]) {
    await new Promise((resolve) => setImmediate(resolve));
    client.write(chunk);
  }
  await client.end();
  t.deepEqual(closeCodes(client.text), [1007]);
  await until(() => hub.refused.length > 0);
  t.deepEqual(hub.refused, ['malformed']);
  t.false(cloud.all().includes('behind'));
  const next = await new WsDevice(hub.port).open();
  next.socket.send('still here');
  await until(() => cloud.all().includes('still here'));
});
