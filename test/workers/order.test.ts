import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { generate, type Packet, parser } from 'mqtt-packet';
import WebSocket, { WebSocketServer } from 'ws';
import { RULES_DIR, readRules } from '#src/cli/common.js';
import { parseConfig } from '#src/config.js';
import { openHub } from '#src/hub.js';

/** Large ones go to the worker, small ones are judged at once: by its number each says what it is. */
const MESSAGES = Array.from({ length: 12 }, (_, n) => JSON.stringify({ n, list: Array(n % 3 === 0 ? 8_000 : 1).fill('eco') }));
const CONNACK = Buffer.from([0x20, 2, 0, 0]);

/** A hub whose one door leads to `upstream`; gives its port. */
async function hubTo(t: ExecutionContext, upstream: string): Promise<number> {
  const dir = mkdtempSync(path.join(tmpdir(), 'hubsieve-order-'));
  const listener = { host: '127.0.0.1', port: 0, service: 'cosori', upstream };
  const base = { listeners: [listener], web: { host: '127.0.0.1', port: 0 }, discovery: { enabled: false } };
  const config = parseConfig(JSON.stringify(base), 'test');
  const rules = await readRules(config, dir);
  const hub = await openHub({
    config,
    rules,
    rulesDirs: [RULES_DIR],
    dataDir: dir,
    certsDir: path.join(dir, 'certs'),
    say: () => undefined,
  });
  t.teardown(async () => {
    await hub.close();
    rmSync(dir, { recursive: true, force: true });
  });
  return hub.doors[0]!.port;
}

async function listen(t: ExecutionContext, server: net.Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => server.close());
  return (server.address() as net.AddressInfo).port;
}

const numberOf = (message: unknown): number => (JSON.parse(String(message)) as { n: number }).n;
const IN_ORDER = MESSAGES.map((_, n) => n);

test('MQTT: a large message is not overtaken by the small ones behind it', async (t) => {
  const arrived: number[] = [];
  const { promise: all, resolve } = settled();
  const broker = net.createServer((socket) => {
    const reader = parser({ protocolVersion: 4 });
    reader.on('packet', (packet: Packet) => {
      if (packet.cmd === 'connect') socket.write(CONNACK);
      if (packet.cmd === 'publish') arrived.push(numberOf(packet.payload));
      if (arrived.length === MESSAGES.length) resolve();
    });
    socket.on('data', (bytes) => reader.parse(bytes)).on('error', () => undefined);
    t.teardown(() => socket.destroy());
  });
  const device = net.connect(await hubTo(t, `mqtt://127.0.0.1:${await listen(t, broker)}`), '127.0.0.1');
  device.write(
    generate({ cmd: 'connect', protocolId: 'MQTT', protocolVersion: 4, clean: true, clientId: 'plug', keepalive: 60 }),
  );
  for (const payload of MESSAGES)
    device.write(generate({ cmd: 'publish', topic: 'plug/state', payload, qos: 0, dup: false, retain: false }));
  await all;
  device.destroy();
  t.deepEqual(arrived, IN_ORDER);
});

test('WebSocket: a large message is not overtaken by the small ones behind it', async (t) => {
  const arrived: number[] = [];
  const { promise: all, resolve } = settled();
  const cloud = http.createServer();
  new WebSocketServer({ server: cloud }).on('connection', (socket) =>
    socket.on('message', (message) => {
      arrived.push(numberOf(message));
      if (arrived.length === MESSAGES.length) resolve();
    }),
  );
  const port = await hubTo(t, `http://127.0.0.1:${await listen(t, cloud)}`);
  const device = new WebSocket(`ws://127.0.0.1:${port}/state`);
  await once(device, 'open');
  for (const message of MESSAGES) device.send(message);
  await all;
  device.terminate();
  t.deepEqual(arrived, IN_ORDER);
});

function settled(): { promise: Promise<void>; resolve: () => void } {
  let resolve = (): void => undefined;
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}
