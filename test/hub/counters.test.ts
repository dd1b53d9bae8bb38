// Whatever a connection brings and wherever it breaks off: once it is closed, the hub holds nothing for it any more. One slot that stays
// behind a time is enough to shut out a home within a day.
import { mkdtempSync, rmSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import test from 'ava';
import { readRules } from '#src/cli/common.js';
import { parseConfig } from '#src/config.js';
import { type Hub, openHub } from '#src/hub.js';
import { begin, FLOODS } from '../../bench/floods.js';
import { until } from '../net/tools.js';

const HEAD = 'Host: smartapi.vesync.com\r\nContent-Type: application/json\r\n';
const GOOD = `POST /a HTTP/1.1\r\n${HEAD}Content-Length: 21\r\n\r\n{"deviceStatus":"on"}`;
const UPGRADE = `${HEAD}Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n`;

/** Streams of HTTP, good and bad ones; each is also sent cut off in several places, with and without an end of the connection. */
const HTTP: readonly string[] = [
  GOOD,
  GOOD + GOOD,
  `GET /x HTTP/1.1\r\n\r\n${GOOD}`,
  `GET /x HTTP/1.1\r\n${HEAD}Host: b\r\n\r\n${GOOD}`,
  `${GOOD}GARBAGE\u0001\r\n\r\n${GOOD}`,
  `POST / HTTP/1.1\r\n${HEAD}Transfer-Encoding: chunked\r\n\r\n5\r\n{"a":\r\n2\r\n1}\r\n0\r\n\r\n${GOOD}`,
  `POST / HTTP/1.1\r\n${HEAD}Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\nzz\r\n${GOOD}`,
  `POST / HTTP/1.1\r\n${HEAD}Transfer-Encoding: chunked\r\n\r\n1;a=b\r\n1\r\n0\r\nX-Trailer: a\r\n\r\n`,
  `POST / HTTP/1.1\r\n${HEAD}Transfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n1\r\n1\r\n0\r\n\r\n`,
  `POST / HTTP/1.1\r\n${HEAD}Content-Length: 3\r\nContent-Length: 4\r\n\r\nabcd`,
  `POST / HTTP/1.1\r\n${HEAD}Content-Length: 99999999\r\n\r\nabc${GOOD}`,
  `POST / HTTP/1.1\r\n${HEAD}Content-Length: 9\r\n\r\n{"a": not${GOOD}`,
  `POST / HTTP/1.1\r\n${HEAD}Expect: 100-continue\r\nContent-Length: 3\r\n\r\n123`,
  `POST / HTTP/1.1\r\n${HEAD}Expect: something\r\nContent-Length: 3\r\n\r\n123${GOOD}`,
  `GET / HTTP/1.0\r\n\r\n${GOOD}`,
  `GET / HTTP/1.1\r\n${HEAD}Connection: close\r\n\r\n${GOOD}`,
  `GET / HTTP/1.1\r\n${HEAD}X: ${'x'.repeat(20_000)}\r\n\r\n${GOOD}`,
  `GET / HTTP/1.1\r\n${HEAD}${'a: b\r\n'.repeat(200)}\r\n${GOOD}`,
  `CONNECT smartapi.vesync.com:443 HTTP/1.1\r\nHost: smartapi.vesync.com:443\r\n\r\nabc`,
  `GET / HTTP/1.1\r\n${HEAD}Connection: Upgrade\r\nUpgrade: h2c\r\n\r\n${GOOD}`,
  `GET /ws HTTP/1.1\r\n${UPGRADE}\r\n\u0081\u0083\0\0\0\0abc\u0088\u0080\0\0\0\0`,
  `GET /ws HTTP/1.1\r\n${UPGRADE}\r\n\u0001\u0083\0\0\0\0abc\u0081\u0083\0\0\0\0abc`,
  `POST /ws HTTP/1.1\r\n${UPGRADE}Content-Length: 3\r\n\r\nabc${GOOD}`,
  `${GOOD}GET /ws HTTP/1.1\r\n${UPGRADE}\r\n`,
  'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
  '\u0016\u0003\u0001\0\u0005abcde',
  '\r\n\r\n',
];

const CONNECT = '\u0010\u0010\0\u0004MQTT\u0004\u0002\0\u003c\0\u0004plug';
const PUBLISH = '\u0032\u001a\0\u0005state\0\u0001{"deviceStatus":1}';
const MQTT: readonly string[] = [
  CONNECT + PUBLISH,
  CONNECT + PUBLISH + PUBLISH,
  CONNECT + CONNECT,
  `${CONNECT}\u0030\u00ff\u00ff\u00ff\u00ff\u00ff`,
  `${CONNECT}\u0082\u0008\0\u0002\0\u0003a/#\u0001\u00c0\0\u00e0\0`,
  `${CONNECT}\u0062\u0002\0\u0009\u0040\u0002\0\u0009\u0050\u0002\0\u0009`,
  PUBLISH,
  '\u0010\u0010\0\u0004MQTX\u0004\u0002\0\u003c\0\u0004plug',
];

/** How many places each stream is cut off in. */
const CUTS = 16;

/** Sends a stream up to a cut and is done with it as devices are: ends, resets, or waits for the first answer. */
function play(port: number, bytes: Buffer, ending: 'end' | 'reset' | 'answer'): Promise<void> {
  return new Promise((resolve) => {
    const socket = net.connect(port, '127.0.0.1');
    const leave = (): void => void (ending === 'reset' ? socket.resetAndDestroy() : socket.end());
    socket.on('error', () => undefined);
    socket.once('close', () => resolve());
    socket.once('connect', () => socket.write(bytes, () => ending !== 'answer' && leave()));
    socket.on('data', () => leave());
    // What waits for more gets no answer: the device leaves then, some turns of its loop later.
    if (ending === 'answer') setTimeout(leave, 20);
  });
}

function* cuts(stream: string): Generator<Buffer> {
  const bytes = Buffer.from(stream, 'latin1');
  const step = Math.max(1, Math.floor(bytes.length / CUTS));
  for (let end = step; end < bytes.length; end += step) yield bytes.subarray(0, end);
  yield bytes;
}

let hub: Hub;
const clouds: net.Server[] = [];
const dir = mkdtempSync(path.join(tmpdir(), 'hubsieve-counters-'));

/** An HTTP server that answers everything, and an MQTT one that takes connections and says little. */
async function openCloud(answer: string): Promise<number> {
  const server = net.createServer((socket) => socket.on('error', () => undefined).on('data', () => socket.write(answer)));
  clouds.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as net.AddressInfo).port;
}

test.before(async () => {
  const http = await openCloud('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok');
  const mqtt = await openCloud('\u0020\u0002\0\0');
  const door = (upstream: string): object => ({ host: '127.0.0.1', port: 0, service: 'cosori', upstream });
  const listeners = [door(`http://127.0.0.1:${http}`), door(`mqtt://127.0.0.1:${mqtt}`)];
  const config = parseConfig(JSON.stringify({ listeners, web: { port: 0 }, discovery: { enabled: false } }), 'hub.yaml');
  hub = await openHub({ config, rules: await readRules(config), dataDir: dir, certsDir: dir, say: () => undefined });
});
test.after.always(async () => {
  await hub.close();
  for (const server of clouds) server.close();
  rmSync(dir, { recursive: true, force: true });
});

const isEmpty = (): boolean => Object.values(hub.held).every((amount) => amount === 0);
const NOTHING = { connections: 0, bytes: 0, upstream: 0, judging: 0, doors: 0 };

test.serial('after every stream, wherever it is cut off and however its connection ends, nothing is held', async (t) => {
  t.timeout(400_000);
  const [http, mqtt] = hub.doors.map(({ port }) => port);
  let played = 0;
  for (const [port, streams] of [[http!, HTTP] as const, [mqtt!, MQTT] as const]) {
    for (const stream of streams) {
      const all = [...cuts(stream)].flatMap((bytes) =>
        (['end', 'reset', 'answer'] as const).map((ending) => play(port, bytes, ending)),
      );
      await Promise.all(all);
      played += all.length;
      await until(isEmpty).catch(() => undefined);
      t.deepEqual(hub.held, NOTHING, JSON.stringify(stream.slice(0, 200)));
    }
  }
  t.true(played > 1500);
});

for (const flood of FLOODS)
  test.serial(`of a flood nothing is left behind, and the next device is served: ${flood.name}`, async (t) => {
    t.timeout(200_000);
    const [http, mqtt] = hub.doors.map(({ port }) => port);
    const stop = begin(flood, { http: http!, mqtt: mqtt! }, { from: '127.3.0.1', connections: 40 });
    await until(() => hub.held.connections > 0);
    const socket = net.connect({ port: http!, host: '127.0.0.1', localAddress: '127.3.0.2' });
    let answer = '';
    socket.on('data', (bytes) => (answer += bytes.toString('latin1'))).write(GOOD);
    await until(() => answer.startsWith('HTTP/1.1 200'));
    socket.destroy();
    stop();
    await until(isEmpty).catch(() => undefined);
    t.deepEqual(hub.held, NOTHING);
  });
