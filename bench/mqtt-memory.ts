// `npm run bench:mqtt-memory`: resident memory of a hub that holds many MQTT connections, silent and speaking at once. The hub runs in a
// process of its own, as `npm start` runs it; so does the broker; the devices are sockets of this process, each with its own address.
import { type ChildProcess, fork, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { generate, type Packet, parser } from 'mqtt-packet';
import { NODE_FLAGS } from '#src/cli/node-flags.js';

const DEVICES = Number(process.env['DEVICES'] ?? 1000);
const BURSTS = Number(process.env['BURSTS'] ?? 20);
/** Instead of those that `npm start` sets; for comparing. */
const FLAGS = process.env['HUB_FLAGS']?.split(' ').filter((flag) => flag !== '') ?? NODE_FLAGS;
const PAUSE_MS = 500;
/** After this a hub that does nothing has let go what it will. */
const QUIET_MS = 10_000;
const MIB = 1024;
const SELF = fileURLToPath(import.meta.url);
const CLI = fileURLToPath(new URL('../cli.js', import.meta.url));
const say = (line: string): void => void process.stdout.write(`${line}\n`);
const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Takes every CONNECT, answers QoS 1. */
function serveBroker(): void {
  const server = net.createServer({ noDelay: true }, (socket) => {
    const reader = parser({ protocolVersion: 4 });
    reader.on('packet', (packet) => {
      if (packet.cmd === 'connect') socket.write(generate({ cmd: 'connack', returnCode: 0, sessionPresent: false }));
      if (packet.cmd === 'publish' && packet.qos === 1)
        socket.write(generate({ cmd: 'puback', messageId: packet.messageId! } as Packet));
    });
    socket.on('data', (bytes) => reader.parse(bytes));
    socket.on('error', () => socket.destroy());
  });
  server.listen(0, '127.0.0.1', () => process.send!((server.address() as net.AddressInfo).port));
}

class Device {
  acknowledged = 0;
  #id = 0;
  readonly #socket: net.Socket;
  readonly connected: Promise<void>;

  constructor(
    port: number,
    readonly number: number,
  ) {
    const localAddress = `127.1.${number >> 8}.${number & 0xff}`;
    this.#socket = net.connect({ port, host: '127.0.0.1', localAddress, noDelay: true });
    const reader = parser({ protocolVersion: 4 });
    this.#socket.on('data', (bytes) => reader.parse(bytes));
    this.connected = new Promise((resolve, reject) => {
      this.#socket.on('error', reject).on('close', () => reject(new Error('the hub closed a connection')));
      reader.on('packet', (packet) => {
        if (packet.cmd === 'connack') resolve();
        if (packet.cmd === 'puback') this.acknowledged += 1;
      });
    });
    const clientId = `plug-${number.toString(16).padStart(12, '0')}`;
    const head = { cmd: 'connect', protocolId: 'MQTT', protocolVersion: 4, keepalive: 600, clean: true } as const;
    this.#socket.write(generate({ ...head, clientId }));
  }

  publish(): void {
    this.#id = (this.#id % 65_535) + 1;
    const payload = JSON.stringify({
      cid: `CAF-02005e${this.number.toString(16).padStart(6, '0')}`,
      wifiSSID: 'Sunny Corner',
      routerMac: '02:00:5e:00:53:10',
      rssi: -40 - (this.#id % 40),
      timeZone: 'Europe/Moscow',
      deviceStatus: 'on',
      currentTemp: 150 + (this.#id % 50),
      uptime: this.#id * 1000,
      traceId: `t-${this.number}-${this.#id}`,
      firmware: '1.2.34',
    });
    const head = { cmd: 'publish', qos: 1, dup: false, retain: false, messageId: this.#id } as const;
    this.#socket.write(generate({ ...head, topic: `home/plug/${this.number}/state`, payload }));
  }

  close(): void {
    this.#socket.removeAllListeners('close').destroy();
  }
}

/** `VmRSS` or, since the last `forgetPeak`, `VmHWM` of a process, in MiB. */
function resident(pid: number, what: 'VmRSS' | 'VmHWM'): number {
  const kib = new RegExp(`${what}:\\s+(\\d+)`).exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1];
  return Number(kib) / MIB;
}

/** Seconds of CPU that a process has taken: fields 14 and 15 of proc(5)'s stat, in ticks of 10 ms. */
function cpuSeconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /, '')
    .split(' ');
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

function forgetPeak(pid: number): void {
  writeFileSync(`/proc/${pid}/clear_refs`, '5'); // proc(5)
}

async function startHub(dir: string, brokerPort: number): Promise<{ child: ChildProcess; port: number }> {
  const config = path.join(dir, 'hub.yaml');
  const most = DEVICES + 8;
  writeFileSync(
    config,
    `listeners: [{ host: 127.0.0.1, port: 0, service: cosori, upstream: "mqtt://127.0.0.1:${brokerPort}" }]
web: { port: 0 }
discovery: { enabled: off }
limits: { connections: ${most}, upstream_connections: ${most} }
`,
  );
  const child = spawn(process.execPath, [...FLAGS, CLI, 'start', '--config', config, '--data-dir', path.join(dir, 'data')], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let text = '';
  for await (const bytes of child.stdout.iterator({ destroyOnReturn: false })) {
    text += (bytes as Buffer).toString('utf8');
    const port = /door\s+\S+:(\d+)/.exec(text)?.[1];
    if (port !== undefined && text.includes('page ')) {
      child.stdout.resume();
      return { child, port: Number(port) };
    }
  }
  throw new Error(`the hub did not start: ${text}`);
}

async function measure(): Promise<void> {
  const dir = mkdtempSync(path.join(tmpdir(), 'hubsieve-memory-'));
  const broker = fork(SELF, ['broker']);
  const brokerPort = await new Promise<number>((resolve) => broker.once('message', (port) => resolve(port as number)));
  const { child, port } = await startHub(dir, brokerPort);
  const pid = child.pid!;
  const show = (what: string): void =>
    say(`${what.padEnd(44)} ${resident(pid, 'VmRSS').toFixed(1).padStart(7)} ${resident(pid, 'VmHWM').toFixed(1).padStart(7)}`);
  try {
    say(`Node ${process.versions.node} ${FLAGS.join(' ')}; MiB resident of the hub:`.padEnd(44));
    say(`${''.padEnd(44)} ${'now'.padStart(7)} ${'peak'.padStart(7)}`);
    show('started');
    const devices: Device[] = [];
    for (let number = 0; number < DEVICES; number += 1) {
      const device = new Device(port, number);
      devices.push(device);
      if (number % 50 === 49) await device.connected;
    }
    await Promise.all(devices.map(({ connected }) => connected));
    show(`${DEVICES} connections opened`);
    await wait(QUIET_MS);
    forgetPeak(pid);
    show('held, silent');
    const fromCpu = cpuSeconds(pid);
    for (let burst = 1; burst <= BURSTS; burst += 1) {
      for (const device of devices) device.publish();
      while (devices.some(({ acknowledged }) => acknowledged < burst)) await wait(5);
      if (burst === 1) show('after one burst: a message of each at once');
      await wait(PAUSE_MS);
    }
    show(`after ${BURSTS} bursts`);
    say(`${Math.round(((cpuSeconds(pid) - fromCpu) * 1e6) / (BURSTS * DEVICES))} µs of CPU a message`);
    await wait(QUIET_MS);
    show('silent again');
    for (const device of devices) device.close();
  } finally {
    child.kill('SIGKILL');
    broker.kill('SIGKILL');
    rmSync(dir, { recursive: true, force: true });
  }
}

if (process.argv[2] === 'broker') serveBroker();
else await measure();
