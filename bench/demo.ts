// `npm run demo`: a hub with a small simulated household, all on this machine, so that the page can be seen alive. Ends with Ctrl-C.
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { connect as connectTls } from 'node:tls';
import { generate, type Packet, parser } from 'mqtt-packet';
import { RULES_DIR, readRules } from '#src/cli/common.js';
import { parseConfig } from '#src/config.js';
import { type Hub, openHub } from '#src/hub.js';

/** Devices talk more often than real ones, so that the page moves. */
const ROUND_MS = 2500;
/** Messages at once in the beginning, so that nothing on the page is empty. */
const FIRST_ROUNDS = 24;
/** From then on the fryer has a new firmware, with fields it did not send before. */
const NEW_FIRMWARE_ROUND = 26;
const LEARNING = { messages: 20, ms: 86_400_000, holdAfterMs: 0 };
const PAGE_PORT = Number(process.env['HUBSIEVE_DEMO_PORT'] ?? 8480);
const say = (line: string): void => void process.stdout.write(`${line}\n`);
const ACTOR = { who: 'owner', clientVersion: 'demo' } as const;

interface Cloud {
  readonly port: number;
  close(): void;
}

/** A cloud that takes everything, and now and then says no. */
async function openCloud(no: (count: number) => number | undefined): Promise<Cloud> {
  let count = 0;
  const server = http.createServer((request, response) => {
    request.resume().on('end', () => {
      const status = no(++count) ?? 200;
      response.writeHead(status, { 'Content-Type': 'application/json' }).end(`{"code":${status === 200 ? 0 : -1}}`);
    });
  });
  return listen(server);
}

async function openBroker(): Promise<Cloud> {
  const server = net.createServer((socket) => {
    const reader = parser({ protocolVersion: 4 });
    const answer = (packet: object): boolean => socket.write(generate(packet as Packet));
    reader.on('error', () => socket.destroy());
    reader.on('packet', (packet) => {
      if (packet.cmd === 'connect') answer({ cmd: 'connack', returnCode: 0, sessionPresent: false });
      if (packet.cmd === 'publish' && packet.qos === 1) answer({ cmd: 'puback', messageId: packet.messageId });
    });
    socket.on('data', (bytes) => reader.parse(bytes));
    socket.on('error', () => socket.destroy());
  });
  return listen(server);
}

async function listen(server: net.Server): Promise<Cloud> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { port: (server.address() as net.AddressInfo).port, close: () => void server.close() };
}

/** Each device has an address of its own on this machine, by which the hub tells it apart. */
function send(door: number, from: string, host: string, body: object | Buffer, type = 'application/json'): Promise<void> {
  const bytes = Buffer.isBuffer(body) ? body : Buffer.from(JSON.stringify(body));
  return new Promise((resolve) => {
    const headers = { Host: host, 'Content-Type': type, 'Content-Length': bytes.length, 'User-Agent': 'ESP32 HTTP Client/1.0' };
    const options = {
      port: door,
      host: '127.0.0.1',
      localAddress: from,
      path: '/v1/report',
      method: 'POST',
      agent: false,
      headers,
    };
    const request = http.request(options, (response) => response.resume().on('end', resolve));
    request.on('error', () => resolve()); // the hub stops
    request.end(bytes);
  });
}

const FRYER = '127.0.0.11';
const HUMIDIFIER = '127.0.0.12';
const PLATFORM = '127.0.0.13';
const THERMOSTAT = '127.0.0.14';
const VACUUM = '127.0.0.15';
const NAMES: readonly (readonly [address: string, name: string])[] = [
  [FRYER, 'Kitchen air fryer'],
  [HUMIDIFIER, 'Humidifier'],
  [PLATFORM, 'Home Assistant'],
  [THERMOSTAT, 'Thermostat'],
];
const NETWORK = { wifiSSID: 'Demo Home 5G', routerMac: '02:00:5e:10:00:01', rssi: -61, innerIP: '192.168.77.23' };

function fryer(round: number): object {
  return {
    traceId: String(1_700_000_000_000 + round),
    accountID: '20771234',
    token: 'ZGVtby10b2tlbi1ub3QtcmVhbA',
    timeZone: 'Europe/Moscow',
    cid: 'vsaq4b2c9d8e7f60123456789abcdef0',
    deviceName: 'Fryer by the window',
    deviceStatus: round % 3 === 0 ? 'standby' : 'cooking',
    currentTemp: 160 + (round % 25),
    currentFirmVersion: '1.2.09',
    network: { ...NETWORK, wifiMac: '02:00:5e:10:00:23' },
    ...(round >= NEW_FIRMWARE_ROUND ? { chamberLamp: true, ambientRef: 'b7c1f0a2-94d3-4e6b-8a51-0c2d7e9f1a34' } : {}),
  };
}

function platform(round: number): object {
  return {
    home: {
      name: 'Dacha',
      state: { light_hall: round % 2 === 0, door: 'closed', motion: round % 5 === 0 },
      coordinates: [55.7512, 37.6184],
    },
    ts: Date.now(),
    platform: { os: 'Debian 13.1', ip: '192.168.77.2' },
    user: { email: 'anna@demo-home.example', phone: '+7 916 555 01 23' },
  };
}

function thermostat(round: number): object {
  return {
    temp: 21 + (round % 4),
    serial: 'TH-2231-009914',
    lat: 55.7512,
    lon: 37.6184,
    hostname: 'thermostat-hall',
    nearby: [{ ssid: 'Neighbour 12', bssid: '02:00:5e:20:00:07', rssi: -80 }],
    x7: 'a94f20c17be35d68a94f20c1',
  };
}

/** The humidifier keeps one MQTT connection. */
class Humidifier {
  private readonly socket: net.Socket;

  constructor(door: number) {
    this.socket = net.connect({ port: door, host: '127.0.0.1', localAddress: HUMIDIFIER });
    this.socket.on('error', () => undefined).resume();
    const hello = { cmd: 'connect', protocolId: 'MQTT', protocolVersion: 4, clientId: 'Classic300S', keepalive: 0, clean: true };
    this.socket.write(generate(hello as Packet));
  }

  publish(round: number): void {
    const report = {
      mistLevel: round % 9,
      enabled: true,
      humidity: 44 + (round % 6),
      wifiName: NETWORK.wifiSSID,
      bleMac: '02:00:5e:10:00:24',
    };
    const packet = {
      cmd: 'publish',
      topic: 'devices/humidifier/report',
      payload: JSON.stringify(report),
      qos: 0,
      retain: false,
      dup: false,
    };
    this.socket.write(generate(packet as unknown as Packet));
  }

  close(): void {
    this.socket.destroy();
  }
}

/** A vacuum cleaner that trusts nobody but its maker's cloud, which no rule names. */
function knock(door: number): void {
  const socket = connectTls({
    port: door,
    host: '127.0.0.1',
    localAddress: VACUUM,
    servername: 'relay.robo-vac.example',
  } as object);
  socket.on('error', () => socket.destroy()).on('secureConnect', () => socket.destroy());
}

async function openHousehold(dir: string): Promise<{ hub: Hub; close(): Promise<void> }> {
  const [cosori, connect, thermo, broker] = await Promise.all([
    openCloud((count) => (count % 40 === 0 ? 401 : undefined)),
    openCloud(() => undefined),
    openCloud((count) => (count % 25 === 0 ? 503 : undefined)),
    openBroker(),
  ]);
  const local = (cloud: Cloud): string => `127.0.0.1:${cloud.port}`;
  const config = parseConfig(
    JSON.stringify({
      listeners: [
        { host: '127.0.0.1', port: 0 },
        { host: '127.0.0.1', port: 0, service: 'cosori', upstream: `mqtt://${local(broker)}` },
      ],
      web: { host: '127.0.0.1', port: PAGE_PORT },
      upstream: {
        resolve: {
          'smartapi.vesync.com:80': local(cosori),
          'connect.smartliving.ru:80': local(connect),
          'telemetry.thermo-cloud.example:80': local(thermo),
        },
      },
      household: { ssids: [NETWORK.wifiSSID] },
      discovery: { enabled: false },
    }),
    'demo',
  );
  const certsDir = path.join(dir, 'certs');
  const hub = await openHub({
    config,
    rules: await readRules(config),
    rulesDirs: [RULES_DIR],
    dataDir: dir,
    certsDir,
    say,
    learning: LEARNING,
  });
  const clouds = [cosori, connect, thermo, broker];
  return {
    hub,
    close: async () => {
      await hub.close();
      for (const cloud of clouds) cloud.close();
    },
  };
}

async function round(hub: Hub, humidifier: Humidifier, count: number): Promise<void> {
  const door = hub.doors[0]!.port;
  await send(door, FRYER, 'smartapi.vesync.com', fryer(count));
  await send(door, PLATFORM, 'connect.smartliving.ru', platform(count));
  if (count % 2 === 0) await send(door, THERMOSTAT, 'telemetry.thermo-cloud.example', thermostat(count));
  if (count % 12 === 5) {
    const image = Buffer.concat([Buffer.of(0x8f, 0x01), randomBytes(400)]);
    await send(door, THERMOSTAT, 'telemetry.thermo-cloud.example', image, 'application/octet-stream');
  }
  humidifier.publish(count);
  if (count % 10 === 3) knock(door);
}

/** The household has named its devices; they are known by the order in which they came. */
async function nameDevices(hub: Hub, humidifier: Humidifier): Promise<void> {
  const known = new Set<string>();
  for (const [address, name] of NAMES) {
    if (address === FRYER) await send(hub.doors[0]!.port, FRYER, 'smartapi.vesync.com', fryer(0));
    else if (address === HUMIDIFIER) humidifier.publish(0);
    else if (address === PLATFORM) await send(hub.doors[0]!.port, PLATFORM, 'connect.smartliving.ru', platform(0));
    else await send(hub.doors[0]!.port, THERMOSTAT, 'telemetry.thermo-cloud.example', thermostat(0));
    const fresh = await newDevice(hub, known);
    if (fresh !== undefined) await hub.facade.changeDevice(fresh, { name }, ACTOR);
  }
}

async function newDevice(hub: Hub, known: Set<string>): Promise<string | undefined> {
  for (let tries = 0; tries < 200; tries++) {
    const fresh = (await hub.facade.devices()).find(({ id }) => !known.has(id));
    if (fresh !== undefined) {
      known.add(fresh.id);
      return fresh.id;
    }
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  return undefined;
}

const dir = mkdtempSync(path.join(tmpdir(), 'hubsieve-demo-'));
const { hub, close } = await openHousehold(dir);
const stopped = new Promise<void>((resolve) => {
  process.once('SIGINT', () => resolve());
  process.once('SIGTERM', () => resolve());
});
const humidifier = new Humidifier(hub.doors[1]!.port);
let count = 1;
await nameDevices(hub, humidifier);
while (count <= FIRST_ROUNDS) await round(hub, humidifier, count++);
const timer = setInterval(() => void round(hub, humidifier, count++), ROUND_MS);
say(`the page is at http://127.0.0.1:${hub.web.port}/ (a demonstration: nothing leaves this machine; Ctrl-C ends it)`);
await stopped;
clearInterval(timer);
humidifier.close();
await close();
rmSync(dir, { recursive: true, force: true });
process.exit(0);
