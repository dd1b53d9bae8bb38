// A started hub with a door for each way that a message can be carried, and a cloud behind each that keeps what reached it.
import net from 'node:net';
import tls from 'node:tls';
import type { WebSocket } from 'ws';
import { startWsCloud } from '../net/websocket-tools.js';
import { openCloud, serveMqtt } from './cloud.js';
import { asMqtt, asWebSocket, frame, type Taken, takeApart } from './doors-message.js';
import { type Certified, certify, HOST, HubProcess } from './tls-tools.js';

export const LANES = ['https', 'mqtt', 'mqtts', 'ws', 'wss', 'mqtt-ws', 'mqtt-wss'] as const;
export type Lane = (typeof LANES)[number];

/** A refusal and an answer both come at once; what hangs has failed. */
const ANSWER_MS = 20_000;
const PUBACK = 4;

interface Way {
  readonly isTls: boolean;
  readonly scheme: 'http' | 'https' | 'mqtt' | 'mqtts';
}

const WAYS: Readonly<Record<Lane, Way>> = {
  https: { isTls: true, scheme: 'https' },
  mqtt: { isTls: false, scheme: 'mqtt' },
  mqtts: { isTls: true, scheme: 'mqtts' },
  ws: { isTls: false, scheme: 'http' },
  wss: { isTls: true, scheme: 'https' },
  'mqtt-ws': { isTls: false, scheme: 'http' },
  'mqtt-wss': { isTls: true, scheme: 'https' },
};

interface LaneCloud {
  readonly port: number;
  /** From now on: gives every application byte that came since, frames undone, in latin1. */
  listen(): () => string;
  /** How many messages came, without those that only open a connection. */
  messages(): number;
  close(): void;
}

/** What came of one message. */
export interface Carried {
  /** All that reached the cloud, in latin1; the opening of its connection too. */
  readonly arrived: string;
  /** The message itself was among it. */
  readonly isForwarded: boolean;
  /** The device neither got an answer nor was its connection ended. */
  readonly hangs: boolean;
}

export class EveryDoor {
  private constructor(
    private readonly hub: HubProcess,
    private readonly clouds: ReadonlyMap<Lane, LaneCloud>,
    private readonly ports: ReadonlyMap<string, number>,
  ) {}

  static async open(services: readonly string[], household: string, certified: Certified = certify()): Promise<EveryDoor> {
    const clouds = new Map<Lane, LaneCloud>();
    for (const lane of LANES) clouds.set(lane, await openLane(lane, certified));
    const doors = services.flatMap((service) => LANES.map((lane) => ({ service, lane })));
    const lines = doors.map(({ service, lane }) => {
      const { scheme } = WAYS[lane];
      return `  - { host: 127.0.0.1, port: 0, service: ${service}, upstream: "${scheme}://${HOST}:${publicPort(lane)}" }`;
    });
    const resolve = LANES.map((lane) => `"${HOST}:${publicPort(lane)}": "127.0.0.1:${clouds.get(lane)!.port}"`);
    const upstream = `upstream: { resolve: { ${resolve.join(', ')} }, trust: ["${certified.root.certFile}"] }`;
    const hub = new HubProcess(`listeners:\n${lines.join('\n')}\n${upstream}`, household);
    const opened = await hub.start();
    const ports = new Map(doors.map(({ service, lane }, i) => [`${service} ${lane}`, opened[i]!]));
    return new EveryDoor(hub, clouds, ports);
  }

  /** Sends an HTTP request's bytes, or what of it the lane has a place for, on a connection of its own. */
  async carry(lane: Lane, service: string, raw: Buffer): Promise<Carried> {
    const cloud = this.clouds.get(lane)!;
    const before = cloud.messages();
    const arrived = cloud.listen();
    const device = await Device.connect(this.ports.get(`${service} ${lane}`)!, WAYS[lane].isTls ? this.hub.rootPem : undefined);
    const isAnswered = await speak(device, lane, raw, takeApart(raw));
    device.close();
    return { arrived: arrived(), isForwarded: cloud.messages() > before, hangs: !isAnswered };
  }

  async close(): Promise<void> {
    await this.hub.remove();
    for (const cloud of this.clouds.values()) cloud.close();
  }

  get isAlive(): boolean {
    return this.hub.isAlive;
  }

  /** Every byte that the hub has stored or said, in latin1. The hub is stopped. */
  async kept(): Promise<string> {
    await this.hub.stop();
    return this.hub.stored() + this.hub.output;
  }
}

/** Each lane has a port of its own at the one cloud that the rules name. */
function publicPort(lane: Lane): number {
  return 4_430 + LANES.indexOf(lane);
}

async function openLane(lane: Lane, { server }: Certified): Promise<LaneCloud> {
  const secure = WAYS[lane].isTls ? { tls: { key: server.key, cert: server.cert } } : {};
  let messages = 0;
  const count = (): void => {
    messages += 1;
  };
  if (!isWebSocket(lane)) {
    const cloud = await openCloud({ ...secure, onChunk: lane === 'https' ? count : () => undefined, onPublished: count });
    const listen = (): (() => string) => {
      const from = cloud.text().length;
      return () => cloud.text().slice(from);
    };
    return { port: cloud.port, listen, messages: () => messages, close: cloud.close };
  }
  const readers = new WeakMap<WebSocket, (chunk: Buffer) => void>();
  const reply = (bytes: Buffer, _isBinary: boolean, socket: WebSocket): void => {
    if (lane === 'ws' || lane === 'wss') {
      count();
      socket.send('ok');
      return;
    }
    const reader = readers.get(socket) ?? serveMqtt({ write: (packet) => socket.send(packet) }, count);
    readers.set(socket, reader);
    reader(bytes);
  };
  const cloud = await startWsCloud({ ...secure, reply });
  const listen = (): (() => string) => {
    const { requests, messages: heard, closes, pings } = cloud;
    const from = [requests.length, heard.length, closes.length, pings.length] as const;
    return () =>
      [
        ...requests.slice(from[0]).flatMap((request) => [request.url ?? '', ...request.rawHeaders]),
        ...heard.slice(from[1]).map(({ text }) => text),
        ...closes.slice(from[2]).map(({ reason }) => reason),
        ...pings.slice(from[3]),
      ].join('\n');
  };
  return { port: cloud.port, listen, messages: () => messages, close: cloud.close };
}

function isWebSocket(lane: Lane): boolean {
  return lane.endsWith('ws') || lane.endsWith('wss');
}

/** Says it all in the lane's protocol; false: neither an answer to the message nor an end came. */
async function speak(device: Device, lane: Lane, raw: Buffer, taken: Taken): Promise<boolean> {
  switch (lane) {
    case 'https':
      device.write(raw);
      return device.heard((bytes) => isAnswered(bytes.toString('latin1')));
    case 'mqtt':
    case 'mqtts':
      device.write(asMqtt(taken, lane === 'mqtt' ? 4 : 5));
      return device.heard((bytes) => hasPuback(bytes));
    case 'ws':
    case 'wss': {
      const { handshake, message } = asWebSocket(taken);
      return speakFrames(device, handshake, message, (bytes) => bytes.length > 0);
    }
    case 'mqtt-ws':
    case 'mqtt-wss': {
      const { handshake } = asWebSocket({ ...taken, headers: [] }, 'mqtt');
      const packets = asMqtt(taken, lane === 'mqtt-ws' ? 4 : 5);
      return speakFrames(device, handshake, frame(packets, false), (bytes) => hasPuback(payloads(bytes)));
    }
    default:
      return lane satisfies never;
  }
}

async function speakFrames(
  device: Device,
  handshake: Buffer,
  message: Buffer,
  isAnswer: (bytes: Buffer) => boolean,
): Promise<boolean> {
  device.write(handshake);
  const end = '\r\n\r\n';
  if (!(await device.heard((bytes) => bytes.includes(end)))) return false;
  const { bytes } = device;
  if (!bytes.toString('latin1').startsWith('HTTP/1.1 101')) return true; // refused with an answer
  device.write(message);
  return device.heard((all) => {
    const frames = all.subarray(all.indexOf(end) + end.length);
    return (frames[0]! & 0x0f) === CLOSE_FRAME || isAnswer(frames);
  });
}

const CLOSE_FRAME = 8;

/** As many whole answers as the device waits for: it says `Connection: close`, so that its end is one too. */
function isAnswered(text: string): boolean {
  const length = Number(/\r\ncontent-length: (\d+)/i.exec(text)?.[1] ?? Number.NaN);
  return /\r\nconnection: close\r\n/i.test(text) && text.length >= text.indexOf('\r\n\r\n') + 4 + length;
}

/** CONNACK and PUBACK are short: the first byte of each packet is its kind, the second its length. */
function hasPuback(bytes: Buffer): boolean {
  for (let at = 0; at + 1 < bytes.length; at += 2 + bytes[at + 1]!) if (bytes[at]! >> 4 === PUBACK) return true;
  return false;
}

/** Payloads of short frames of a server, joined. */
function payloads(bytes: Buffer): Buffer {
  const found: Buffer[] = [];
  for (let at = 0; at + 1 < bytes.length; at += 2 + bytes[at + 1]!) found.push(bytes.subarray(at + 2, at + 2 + bytes[at + 1]!));
  return Buffer.concat(found);
}

class Device {
  bytes: Buffer = Buffer.alloc(0);
  private isClosed = false;
  private told: () => void = () => undefined;

  private constructor(private readonly socket: net.Socket) {
    socket.on('data', (chunk: Buffer) => {
      this.bytes = Buffer.concat([this.bytes, chunk]);
      this.told();
    });
    socket.on('error', () => undefined);
    socket.on('close', () => {
      this.isClosed = true;
      this.told();
    });
  }

  /** `root`: who must answer in TLS; absent: in the clear. */
  static async connect(port: number, root: string | undefined): Promise<Device> {
    const at = { host: '127.0.0.1', port };
    const socket = root === undefined ? net.connect(at) : tls.connect({ ...at, ca: root, servername: HOST });
    await new Promise<void>((resolve, reject) => {
      socket.once(root === undefined ? 'connect' : 'secureConnect', resolve).once('error', reject);
    });
    return new Device(socket);
  }

  write(bytes: Buffer): void {
    this.socket.write(bytes);
  }

  /** True once `isEnough`, or the connection has ended; false where neither comes. */
  heard(isEnough: (bytes: Buffer) => boolean): Promise<boolean> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => resolve(false), ANSWER_MS);
      this.told = () => {
        if (!this.isClosed && !isEnough(this.bytes)) return;
        clearTimeout(timer);
        resolve(true);
      };
      this.told();
    });
  }

  close(): void {
    this.socket.destroy();
  }
}
