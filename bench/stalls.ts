// How long a message can hold up the hub's event loop: each of `nasty.ts` goes through a running hub's real sockets, over HTTP, and some
// over MQTT and WebSocket; afterwards the hub tells the longest turn of its loop, by the wall's clock and by the time its thread ran (on a
// machine with other work only the latter says something). Worst first. `node dist/bench/stalls.js [bytes] [pattern of names]`
import { type ChildProcess, fork } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { generate } from 'mqtt-packet';
import WebSocket, { WebSocketServer } from 'ws';
import { catalogue, type Nasty } from './nasty.js';
import type { Stall } from './stalls-hub.js';

const HUB = fileURLToPath(new URL('./stalls-hub.js', import.meta.url));
/** What a message may hold up the loop. */
const BOUND_MS = 50;
/** The work after an answer (counting, marking) is over by then. */
const SETTLE_MS = 60;
const ANSWER_MS = 30_000;
/** Samples of every kind are judged after the start. */
const WARM_MS = 6_000;
/** Over MQTT and WebSocket only some of the catalogue: the sieve is the same. */
const SOME = /^(?:list of (?:MACs|tokens|small numbers)|object of new names|texts of ssid|percent, 7|bytes without)/;
const CONNACK = Buffer.from([0x20, 3, 0, 0, 0]);

const size = Number(process.argv[2] ?? 1_000_000);
const only = new RegExp(process.argv[3] ?? '', 'u');
const dir = mkdtempSync(path.join(process.env['TMPDIR'] ?? tmpdir(), 'hubsieve-stalls-'));

/** What the cloud answers; by the path that was asked for. */
let answer: { readonly body: Uint8Array; readonly type: string } = { body: Buffer.from('ok'), type: 'text/plain' };
const cloud = http.createServer((request, response) => {
  request.resume().on('end', () => response.writeHead(200, { 'Content-Type': answer.type }).end(answer.body));
});
new WebSocketServer({ server: cloud }).on('connection', (socket) => socket.on('message', () => socket.send('ok')));
/** A broker that agrees to everything, and sends what it is told. */
const brokers = new Set<net.Socket>();
const broker = net.createServer((socket) => {
  brokers.add(socket);
  socket.once('data', () => socket.write(CONNACK)).on('error', () => undefined);
  socket.resume();
});

async function listen(server: net.Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as net.AddressInfo).port;
}

const host = '127.0.0.1';
const listener = (upstream: string): object => ({ host, port: 0, service: 'cosori', upstream });
const config = {
  listeners: [listener(`http://${host}:${await listen(cloud)}`), listener(`mqtt://${host}:${await listen(broker)}`)],
  web: { host, port: 0 },
  discovery: { enabled: false },
  household: { ssids: ['Fjordhaven-Upstairs'], macs: ['3c:84:6a:0b:91:d2'], ips: ['198.51.100.23'] },
};
const file = path.join(dir, 'hub.json');
writeFileSync(file, JSON.stringify(config));
const hub = fork(HUB, [file, path.join(dir, 'data'), path.join(dir, 'certs')], { stdio: 'inherit' });

function next<T>(child: ChildProcess): Promise<T> {
  return new Promise((resolve, reject) => {
    const ended = (): void => reject(new Error('the hub has ended'));
    child.once('exit', ended);
    child.once('message', (told) => {
      child.off('exit', ended);
      resolve(told as T);
    });
  });
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** The longest stall since the last question. */
async function stall(): Promise<Stall> {
  await pause(SETTLE_MS);
  hub.send('stall');
  return next<Stall>(hub);
}

function overHttp(door: number, { bytes, mediaType, coding, path: at = '/report', query, headers = [] }: Nasty): Promise<string> {
  const lines: [string, string][] = [...headers.map(([name, value]): [string, string] => [name, value])];
  if (mediaType !== undefined) lines.push(['Content-Type', mediaType]);
  if (coding !== undefined) lines.push(['Content-Encoding', coding]);
  const url = query === undefined ? at : `${at}?${query}`;
  return new Promise((resolve) => {
    const all = { ...Object.fromEntries(lines), 'Content-Length': bytes.length };
    const request = http.request({ host, port: door, method: 'POST', path: url, agent: false, headers: all }, (response) =>
      response.resume().on('close', () => resolve(String(response.statusCode))),
    );
    request.on('error', (fault: Error & { code?: string }) => resolve(fault.code ?? 'error'));
    request.setTimeout(ANSWER_MS, () => request.destroy());
    request.end(bytes);
  });
}

/** Settles when the hub has taken the packet in: its answer to a ping behind it. */
function overMqtt(door: number, packet: Buffer): Promise<string> {
  return new Promise((resolve) => {
    const socket = net.connect(door, host);
    const ended = (how: string): void => {
      socket.destroy();
      resolve(how);
    };
    const connect = {
      cmd: 'connect',
      protocolId: 'MQTT',
      protocolVersion: 5,
      clean: true,
      clientId: 'plug',
      keepalive: 60,
    } as const;
    socket.on('error', () => undefined).on('close', () => ended('closed'));
    socket.setTimeout(2_000, () => ended('taken'));
    socket.write(generate(connect, { protocolVersion: 5 }));
    socket.write(packet);
  });
}

function publish({ bytes }: Nasty): Buffer {
  return generate(
    { cmd: 'publish', topic: 'home/plug/state', payload: bytes, qos: 0, dup: false, retain: false },
    { protocolVersion: 5 },
  );
}

function overWebSocket(door: number, { bytes }: Nasty): Promise<string> {
  return new Promise((resolve) => {
    const socket = new WebSocket(`ws://${host}:${door}/report`);
    const ended = (how: string): void => {
      socket.terminate();
      resolve(how);
    };
    socket.on('open', () => socket.send(bytes)).on('message', () => ended('200'));
    socket.on('error', () => ended('error')).on('close', (code) => ended(`closed ${code}`));
    setTimeout(() => ended('silent'), ANSWER_MS).unref();
  });
}

/** Packets with as much in them as one may have. */
function packets(): [string, Buffer][] {
  const head = { topic: 'home/plug/state', payload: 'x', qos: 0, dup: false, retain: false } as const;
  const many = (count: number): Record<string, string> =>
    Object.fromEntries(Array.from({ length: count }, (_, n) => [`n${n}`, `3c:84:6a:00:${n % 90}:00`]));
  const filters = Array.from({ length: Math.floor(size / 24) }, (_, n) => ({ topic: `home/3c846a${n}/${n}`, qos: 0 as const }));
  const level5 = { protocolVersion: 5 };
  return [
    ['mqtt: user properties', generate({ cmd: 'publish', ...head, properties: { userProperties: many(size / 32) } }, level5)],
    ['mqtt: topic of many levels', generate({ cmd: 'publish', ...head, topic: 'a/'.repeat(30_000) }, level5)],
    ['mqtt: topic of MACs', generate({ cmd: 'publish', ...head, topic: '3c846a0b91d3/'.repeat(4_500) }, level5)],
    ['mqtt: filters', generate({ cmd: 'subscribe', messageId: 1, subscriptions: filters }, level5)],
  ];
}

interface Row extends Stall {
  readonly name: string;
  readonly bytes: number;
  readonly how: string;
}

function lineOf({ name, bytes, busyMs, wallMs, gcMs, rssMiB, how }: Row): string {
  const figures = [busyMs, wallMs, gcMs, rssMiB].map((value) => value.toFixed(1).padStart(9));
  return `${name.padEnd(44)}${String(bytes).padStart(8)}${figures.join('')}  ${how}\n`;
}

const rows: Row[] = [];
async function measure(name: string, bytes: number, send: () => Promise<string>): Promise<void> {
  if (!only.test(name)) return;
  const how = await send();
  const row = { name, bytes, how, ...(await stall()) };
  rows.push(row);
  if (process.stderr.isTTY || process.env['VERBOSE']) process.stderr.write(lineOf(row)); // a run takes minutes
}

const { doors } = await next<{ doors: [number, number] }>(hub);
const start = await stall();
await pause(WARM_MS);
const warm = await stall();
const nasty = catalogue(size);
for (const each of nasty) await measure(each.name, each.bytes.length, () => overHttp(doors[0], each));
for (const each of nasty.filter(({ name }) => SOME.test(name))) {
  await measure(`mqtt: ${each.name}`, each.bytes.length, () => overMqtt(doors[1], publish(each)));
  await measure(`websocket: ${each.name}`, each.bytes.length, () => overWebSocket(doors[0], each));
}
for (const [name, packet] of packets()) await measure(name, packet.length, () => overMqtt(doors[1], packet));
const small: Nasty = { name: '', bytes: Buffer.from('{"deviceStatus":"on"}'), mediaType: 'application/json' };
for (const each of nasty.filter(({ bytes }) => bytes.length > 0)) {
  answer = { body: each.bytes, type: each.mediaType ?? '' };
  await measure(`answer: ${each.name}`, each.bytes.length, () => overHttp(doors[0], small));
}

rows.sort((a, b) => b.busyMs - a.busyMs);
process.stdout.write(
  `started: ${start.rssMiB.toFixed(0)} MiB; samples held up the loop for ${warm.busyMs.toFixed(1)} ms at most\n`,
);
process.stdout.write(`${'message'.padEnd(44)}   bytes  loop ms  wall ms    gc ms  rss MiB  answer\n`);
for (const row of rows) process.stdout.write(lineOf(row));
const over = rows.filter(({ busyMs }) => busyMs > BOUND_MS);
process.stdout.write(`${over.length} of ${rows.length} held up the loop for more than ${BOUND_MS} ms\n`);
hub.send('stop');
hub.once('exit', () => {
  rmSync(dir, { recursive: true, force: true });
  process.exit(over.length > 0 ? 1 : 0);
});
