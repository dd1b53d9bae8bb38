// `npm run bench:flood`: 40 devices that report once a second over HTTP, MQTT and WebSocket, each from its own address, while one more
// device floods the hub in each way of `floods.ts`. Prints how many reports were answered within a second, also as a ratio to how many were while nobody flooded, and the hub's memory.
// Hub, cloud and flooding device are processes of their own. Exit 1 where the ratio is below 0.99, or memory was above 160 MB.
// `node dist/bench/flood.js [pattern of names]`; SECONDS and CONNECTIONS by the environment.
import { type ChildProcess, fork, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import { constants, setPriority, tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { generate, type Packet, parser } from 'mqtt-packet';
import { WebSocket, WebSocketServer } from 'ws';
import { NODE_FLAGS } from '#src/cli/node-flags.js';
import { begin, type Doors, FLOODS } from './floods.js';

const DEVICES = 40;
const PERIOD_MS = 1000;
const IN_TIME_MS = 1000;
const IN_TIME_SHARE = 0.99;
const MOST_MB = 160;
const SECONDS = Number(process.env['SECONDS'] ?? 10);
const CONNECTIONS = Number(process.env['CONNECTIONS'] ?? 600);
const SELF = fileURLToPath(import.meta.url);
const CLI = fileURLToPath(new URL('../cli.js', import.meta.url));
const only = new RegExp(process.argv[2] ?? '');
const say = (line: string): void => void process.stdout.write(`${line}\n`);
const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

const report = (number: number, count: number): string =>
  JSON.stringify({
    cid: `dev-${number}`,
    wifiSSID: 'Guest net of the bench',
    routerMac: '02:11:22:33:44:55',
    deviceStatus: 'on',
    currentTemp: 150 + (count % 50),
    firmware: '1.2.34',
  });

/** Answers everything but what asks for `/hang`. */
function serveCloud(): void {
  const server = http.createServer((request, response) => {
    request.resume().on('end', () => {
      if (!request.url?.startsWith('/hang')) response.writeHead(200, { 'Content-Type': 'application/json' }).end('{"code":0}');
    });
  });
  new WebSocketServer({ server, perMessageDeflate: true }).on('connection', (socket) => {
    socket.on('error', () => undefined);
    socket.on('message', () => socket.send('{"code":0}'));
  });
  const broker = net.createServer({ noDelay: true }, (socket) => {
    const reader = parser();
    reader.on('error', () => socket.destroy());
    reader.on('packet', (packet) => {
      const settings = { protocolVersion: packet.cmd === 'connect' ? (packet.protocolVersion ?? 4) : 4 };
      if (packet.cmd === 'connect') {
        const answer = { cmd: 'connack', returnCode: 0, reasonCode: 0, sessionPresent: false } as const;
        socket.write(
          generate(settings.protocolVersion === 5 ? { ...answer, properties: { topicAliasMaximum: 65_535 } } : answer, settings),
        );
      }
      if (packet.cmd === 'publish' && packet.qos === 1)
        socket.write(generate({ cmd: 'puback', messageId: packet.messageId! } as Packet));
    });
    socket.on('data', (bytes) => reader.parse(bytes));
    socket.on('error', () => socket.destroy());
  });
  server.listen(0, '127.0.0.1', () =>
    broker.listen(0, '127.0.0.1', () => process.send!([server, broker].map((one) => (one.address() as net.AddressInfo).port))),
  );
}

/** What the flooding process is told. */
interface Order {
  readonly name: string;
  readonly doors: Doors;
}

function serveFlood(): void {
  setPriority(constants.priority.PRIORITY_LOW); // in a home it is another machine, with a processor of its own
  let stop = (): void => undefined;
  process.on('message', (order: Order | 'stop') => {
    stop();
    if (order === 'stop') process.send!('stopped');
    else
      stop = begin(FLOODS.find(({ name }) => name === order.name)!, order.doors, { from: '127.3.0.1', connections: CONNECTIONS });
  });
  process.send!('ready');
}

/** A device: reports once a second and waits for the answer; a lost connection is made anew with the next report. */
interface Device {
  /** Resolves once the report is answered; rejects where that cannot come any more. */
  send(count: number): Promise<void>;
}

function overHttp(port: number, number: number, localAddress: string): Device {
  const send = (count: number): Promise<void> =>
    new Promise((resolve, reject) => {
      const options = { port, host: '127.0.0.1', localAddress, method: 'POST', path: '/report', agent: false } as const;
      const request = http.request({ ...options, headers: { 'Content-Type': 'application/json' } }, (response) => {
        response.resume();
        response.on('end', () => (response.statusCode === 200 ? resolve() : reject(new Error(String(response.statusCode)))));
      });
      request.on('error', reject);
      request.end(report(number, count));
    });
  return { send };
}

/** A connection that lasts, and the reports on it that are not answered yet. */
interface Line {
  write(count: number): void;
  readonly waiting: Map<number, { readonly resolve: () => void; readonly reject: (error: Error) => void }>;
  readonly isOpen: () => boolean;
}

/** `connect` opens a line for reports that wait in the map it is given: settles each when it is answered, and all when the line closes. */
function overLine(connect: (line: Line['waiting']) => Promise<Line>): Device {
  let line: Promise<Line> | undefined;
  const open = async (): Promise<Line> => {
    if (line !== undefined && (await line).isOpen()) return line;
    line = connect(new Map());
    line.catch(() => (line = undefined));
    return line;
  };
  let last = 0;
  const send = async (): Promise<void> => {
    const { waiting, write } = await open();
    await new Promise<void>((resolve, reject) => {
      last += 1;
      waiting.set(last, { resolve, reject });
      write(last);
    });
  };
  return { send };
}

function end(waiting: Line['waiting']): void {
  for (const { reject } of waiting.values()) reject(new Error('closed'));
  waiting.clear();
}

function answered(waiting: Line['waiting'], count: number): void {
  waiting.get(count)?.resolve();
  waiting.delete(count);
}

function overMqtt(port: number, number: number, localAddress: string): Device {
  return overLine((waiting) => {
    const socket = net.connect({ port, host: '127.0.0.1', localAddress, noDelay: true });
    const reader = parser({ protocolVersion: 4 });
    const write = (count: number): void => {
      const head = { cmd: 'publish', qos: 1, dup: false, retain: false, messageId: count } as const;
      socket.write(generate({ ...head, topic: `home/${number}/state`, payload: report(number, count) }));
    };
    const connect = { cmd: 'connect', protocolId: 'MQTT', protocolVersion: 4, keepalive: 60, clean: true } as const;
    socket.write(generate({ ...connect, clientId: `plug-${number}` }));
    socket.on('error', () => undefined).on('data', (bytes) => reader.parse(bytes));
    return new Promise((resolve, reject) => {
      socket.once('close', () => {
        end(waiting);
        reject(new Error('closed'));
      });
      reader.on('packet', (packet) => {
        if (packet.cmd === 'connack') resolve({ write, waiting, isOpen: () => !socket.destroyed });
        if (packet.cmd === 'puback') answered(waiting, packet.messageId!);
      });
    });
  });
}

function overWebSocket(port: number, number: number, localAddress: string): Device {
  return overLine((waiting) => {
    const socket = new WebSocket(`ws://127.0.0.1:${port}/ws`, { localAddress });
    const write = (count: number): void => socket.send(report(number, count));
    return new Promise((resolve, reject) => {
      socket.on('error', reject).once('close', () => {
        end(waiting);
        reject(new Error('closed'));
      });
      socket.on('message', () => answered(waiting, waiting.keys().next().value!)); // in their order
      socket.once('open', () => resolve({ write, waiting, isOpen: () => socket.readyState === WebSocket.OPEN }));
    });
  });
}

class Measure {
  readonly tookMs: number[] = [];
  lost = 0;
  private isOver = false;

  async one(device: Device, count: number): Promise<void> {
    const from = performance.now();
    try {
      await device.send(count);
      if (!this.isOver) this.tookMs.push(performance.now() - from);
    } catch {
      if (!this.isOver) this.lost += 1;
    }
  }

  /** Of so many reports; what is not answered by now is lost. */
  ended(all: number): this {
    this.isOver = true;
    this.lost = all - this.tookMs.length;
    return this;
  }

  get share(): number {
    return this.tookMs.filter((ms) => ms <= IN_TIME_MS).length / Math.max(1, this.tookMs.length + this.lost);
  }

  /** `calm`: the share answered in time while nobody floods. */
  line(name: string, calm: number, rss: number, logBytes: number): string {
    const sorted = this.tookMs.sort((a, b) => a - b);
    const at = (share: number): string =>
      (sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN).toFixed(0);
    const figures = [
      (this.share * 100).toFixed(1),
      (this.share / calm).toFixed(3),
      at(0.5),
      at(0.99),
      at(1),
      String(this.lost),
      rss.toFixed(0),
      (logBytes / 1024).toFixed(0),
    ];
    return `${name.padEnd(62)}${figures.map((one) => one.padStart(8)).join('')}`;
  }
}

/** Every device sends at its own time of the second. A report that is not answered by then is followed by the next all the same. */
async function run(devices: readonly Device[], seconds: number): Promise<Measure> {
  const measure = new Measure();
  const all: Promise<void>[] = [];
  await Promise.all(
    devices.map(async (device, number) => {
      await wait((number * PERIOD_MS) / devices.length);
      for (let count = 0; count < seconds; count += 1) {
        all.push(measure.one(device, count));
        await wait(PERIOD_MS);
      }
    }),
  );
  await Promise.race([Promise.all(all), wait(5 * IN_TIME_MS)]);
  return measure.ended(all.length);
}

function resident(pid: number, what: 'VmRSS' | 'VmHWM'): number {
  return Number(new RegExp(`${what}:\\s+(\\d+)`).exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1]) / 1024;
}

/** Bytes that the process has written to the disk (proc(5): io). */
function written(pid: number): number {
  return Number(/^write_bytes: (\d+)/m.exec(readFileSync(`/proc/${pid}/io`, 'utf8'))![1]);
}

async function startHub(dir: string, cloud: readonly number[]): Promise<{ child: ChildProcess; doors: Doors }> {
  const config = path.join(dir, 'hub.yaml');
  const door = (scheme: string, port: number): string =>
    `{ host: 127.0.0.1, port: 0, service: cosori, upstream: "${scheme}://127.0.0.1:${port}" }`;
  writeFileSync(
    config,
    `listeners: [${door('http', cloud[0]!)}, ${door('mqtt', cloud[1]!)}]\nweb: { port: 0 }\ndiscovery: { enabled: off }\n`,
  );
  const child = spawn(process.execPath, [...NODE_FLAGS, CLI, 'start', '--config', config, '--data-dir', path.join(dir, 'data')], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let text = '';
  for await (const bytes of child.stdout.iterator({ destroyOnReturn: false })) {
    text += (bytes as Buffer).toString('utf8');
    const [first, second] = [...text.matchAll(/door\s+\S+:(\d+)/g)].map((found) => Number(found[1]));
    if (second === undefined || !text.includes('page ')) continue;
    child.stdout.resume();
    return { child, doors: { http: first!, mqtt: second } };
  }
  throw new Error(`the hub did not start: ${text}`);
}

const told = (child: ChildProcess): Promise<unknown> => new Promise((resolve) => child.once('message', resolve));

async function main(): Promise<void> {
  const dir = mkdtempSync(path.join(tmpdir(), 'hubsieve-flood-'));
  const cloud = fork(SELF, ['cloud']);
  const ports = (await told(cloud)) as number[];
  const { child, doors } = await startHub(dir, ports);
  const pid = child.pid!;
  const flooder = fork(SELF, ['flood']);
  await told(flooder);
  const devices = Array.from({ length: DEVICES }, (_, number): Device => {
    const address = `127.2.0.${number + 1}`;
    if (number % 4 === 0) return overMqtt(doors.mqtt, number, address);
    if (number % 4 === 1) return overWebSocket(doors.http, number, address);
    return overHttp(doors.http, number, address);
  });
  let failed = 0;
  let calm = 1;
  const show = async (name: string, seconds: number): Promise<Measure> => {
    writeFileSync(`/proc/${pid}/clear_refs`, '5'); // forgets the peak, proc(5)
    const before = written(pid);
    const measure = await run(devices, seconds);
    const rss = resident(pid, 'VmHWM');
    say(measure.line(name, calm, rss, written(pid) - before));
    if (measure.share / calm < IN_TIME_SHARE || rss > MOST_MB) failed += 1;
    return measure;
  };
  try {
    say(`Node ${process.versions.node}; ${DEVICES} devices, a report a second each; ${CONNECTIONS} connections of a flood`);
    say(
      `${''.padEnd(62)}${['in 1 s %', 'ratio', 'p50 ms', 'p99', 'max', 'lost', 'MB', 'KiB'].map((one) => one.padStart(8)).join('')}`,
    );
    await show('nobody floods (first reports)', 5);
    calm = (await show('nobody floods', SECONDS)).share;
    failed = 0;
    for (const { name } of FLOODS.filter((one) => only.test(one.name))) {
      flooder.send({ name, doors } satisfies Order);
      await wait(PERIOD_MS);
      await show(name, SECONDS);
      flooder.send('stop');
      await told(flooder);
      await wait(PERIOD_MS);
    }
    await show('nobody floods (afterwards)', SECONDS);
    say(failed === 0 ? 'all served' : `${failed} not served, or too large`);
  } finally {
    child.kill('SIGKILL');
    cloud.kill('SIGKILL');
    flooder.kill('SIGKILL');
    rmSync(dir, { recursive: true, force: true });
  }
  process.exit(failed === 0 ? 0 : 1);
}

if (process.argv[2] === 'cloud') serveCloud();
else if (process.argv[2] === 'flood') serveFlood();
else await main();
