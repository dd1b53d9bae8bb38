// What one device can do to shut out the others: a catalogue for `flood.ts` and for the test that nothing of a flood is left behind.
import net from 'node:net';
import tls from 'node:tls';
import { deflateRawSync } from 'node:zlib';
import { catalogue } from './nasty.js';

/** Where the hub listens. */
export interface Doors {
  /** Of one service over HTTP and WebSocket; TLS on the same port. */
  readonly http: number;
  readonly mqtt: number;
}

export interface FloodOptions {
  /** The flooding device's address. */
  readonly from: string;
  /** Connections it holds or repeats at once. */
  readonly connections: number;
}

export interface Flood {
  readonly name: string;
  /** One connection's part in it: what is sent once the connection stands, and again after each answer where it has one to wait for. */
  readonly open: (doors: Doors, from: string, number: number) => net.Socket;
}

const MIB = 1024 * 1024;
const HOST = 'smartapi.vesync.com';

function dial(port: number, localAddress: string, bytes: Buffer | string = ''): net.Socket {
  const socket = net.connect({ port, host: '127.0.0.1', localAddress });
  socket.on('error', () => undefined);
  if (bytes.length > 0) socket.write(bytes);
  return socket;
}

/** Sends the same again whenever something is answered. */
function repeating(port: number, from: string, next: () => Buffer | string): net.Socket {
  const socket = dial(port, from, next());
  socket.on('data', () => socket.writable && socket.write(next()));
  return socket;
}

const post = (body: Buffer | string, more = ''): Buffer =>
  Buffer.concat([
    Buffer.from(
      `POST /report HTTP/1.1\r\nHost: ${HOST}\r\nContent-Type: application/json\r\n${more}Content-Length: ${body.length}\r\n\r\n`,
    ),
    Buffer.from(body),
  ]);

function varint(value: number): Buffer {
  const bytes: number[] = [];
  do {
    const low = value % 128;
    value = Math.floor(value / 128);
    bytes.push(value > 0 ? low | 0x80 : low);
  } while (value > 0);
  return Buffer.from(bytes);
}

const packet = (first: number, body: Buffer): Buffer => Buffer.concat([Buffer.of(first), varint(body.length), body]);
const text = (value: string): Buffer => Buffer.concat([Buffer.of(value.length >> 8, value.length & 0xff), Buffer.from(value)]);
const mqttConnect = (id: string, level: 4 | 5 = 4): Buffer =>
  packet(0x10, Buffer.concat([text('MQTT'), Buffer.of(level, 2, 0, 60), Buffer.from(level === 5 ? [0] : []), text(id)]));

const UPGRADE = `GET /ws HTTP/1.1\r\nHost: ${HOST}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n`;
const handshake = (more = ''): string => `${UPGRADE}Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n${more}\r\n`;

/** A frame of a client whose mask is nothing. `length`: what its head says. */
function frame(first: number, payload: Buffer, length = payload.length): Buffer {
  const head = Buffer.alloc(14);
  head[0] = first;
  head[1] = 0xff;
  head.writeBigUInt64BE(BigInt(length), 2);
  return Buffer.concat([head, payload]);
}

function webSocket(port: number, from: string, more: string, bytes: Buffer): net.Socket {
  const socket = dial(port, from, handshake(more));
  socket.once('data', () => socket.writable && socket.write(bytes));
  return socket;
}

let made = 0;
/** A report in which every name is new. */
function madeUp(fields: number): string {
  made += 1;
  return `{${Array.from({ length: fields }, (_, i) => `"made up ${made} ${i}":"on"`).join(',')}}`;
}

/** The messages of `nasty.ts` that the hub's own thread begins to judge. */
const heavy = catalogue(16_000).filter(({ bytes, path, query, headers }) => bytes.length > 8_000 && !path && !query && !headers);

export const FLOODS: readonly Flood[] = [
  { name: 'silent connections', open: ({ http }, from) => dial(http, from) },
  {
    name: 'bodies that are never whole',
    open: ({ http }, from) => dial(http, from, post(Buffer.alloc(MIB, 'a')).subarray(0, -1)),
  },
  {
    name: 'bodies in chunks of one byte',
    open: ({ http }, from) => {
      const head = `POST /report HTTP/1.1\r\nHost: ${HOST}\r\nTransfer-Encoding: chunked\r\n\r\n`;
      return dial(http, from, head + '1\r\na\r\n'.repeat(100_000));
    },
  },
  {
    name: 'MQTT packets that are never whole',
    open: ({ mqtt }, from, number) => {
      const publish = packet(0x30, Buffer.concat([text('home/report'), Buffer.alloc(MIB, 'a')]));
      return dial(mqtt, from, Buffer.concat([mqttConnect(`flood-${number}`), publish.subarray(0, -1)]));
    },
  },
  {
    name: 'MQTT aliases of long topics',
    open: ({ mqtt }, from, number) => {
      const topic = (alias: number): Buffer => {
        const properties = Buffer.of(3, 0x23, alias >> 8, alias & 0xff);
        return packet(0x30, Buffer.concat([text(`${'t'.repeat(60_000)}${alias}`), properties, Buffer.from('{}')]));
      };
      const socket = dial(mqtt, from, mqttConnect(`flood-${number}`, 5));
      let alias = 0;
      const more = (): void => {
        while (socket.writable && alias < 500 && socket.write(topic((alias += 1))));
      };
      socket.once('data', more);
      socket.on('drain', more);
      return socket;
    },
  },
  {
    name: 'WebSocket messages that are never whole',
    open: ({ http }, from) => webSocket(http, from, '', frame(0x82, Buffer.alloc(MIB - 64, 'a'), MIB)),
  },
  {
    name: 'WebSocket fragments that inflate',
    open: ({ http }, from) => {
      const small = deflateRawSync(Buffer.alloc(MIB - 1024));
      return webSocket(http, from, 'Sec-WebSocket-Extensions: permessage-deflate\r\n', frame(0x42, small));
    },
  },
  {
    name: 'a refused message and a good one in one packet',
    open: ({ http }, from) => dial(http, from, `GET /x HTTP/1.1\r\n\r\nGET /y HTTP/1.1\r\nHost: ${HOST}\r\n\r\n`),
  },
  {
    name: 'thousands of requests in one packet, the first of which hangs',
    open: ({ http }, from) => dial(http, from, `GET /hang HTTP/1.1\r\nHost: ${HOST}\r\n\r\n`.repeat(2000)),
  },
  {
    name: 'requests that the cloud keeps waiting',
    open: ({ http }, from) => dial(http, from, `GET /hang HTTP/1.1\r\nHost: ${HOST}\r\n\r\n`),
  },
  { name: 'heads that are refused', open: ({ http }, from) => dial(http, from, 'GARBAGE\u0001\r\n\r\n') },
  { name: 'made-up names', open: ({ http }, from) => repeating(http, from, () => post(madeUp(200))) },
  {
    name: 'messages that cost as much as they can',
    open: ({ http }, from, number) => {
      let at = number;
      return repeating(http, from, () => {
        const { bytes, mediaType = 'application/json' } = heavy[(at += 7) % heavy.length]!;
        return Buffer.concat([
          Buffer.from(
            `POST /report HTTP/1.1\r\nHost: ${HOST}\r\nContent-Type: ${mediaType}\r\nContent-Length: ${bytes.length}\r\n\r\n`,
          ),
          bytes,
        ]);
      });
    },
  },
  {
    name: 'TLS for a new name each time',
    open: ({ http }, from, number) => {
      const raw = dial(http, from);
      const secure = tls.connect({ socket: raw, servername: `n${number}-${(made += 1)}.vesync.com`, rejectUnauthorized: false });
      secure.on('error', () => undefined);
      secure.on('secureConnect', () => raw.destroy());
      return raw;
    },
  },
];

/** Keeps so many connections of a flood going, whatever becomes of each; gives how to stop. */
export function begin(flood: Flood, doors: Doors, { from, connections }: FloodOptions): () => void {
  const open = new Set<net.Socket>();
  let number = 0;
  let isOver = false;
  const again = (): void => {
    if (isOver) return;
    const socket = flood.open(doors, from, (number += 1));
    open.add(socket);
    socket.resume();
    socket.once('close', () => {
      open.delete(socket);
      setImmediate(again);
    });
    // One that was answered and left open has done its part, where nothing more comes of it.
    socket.once('end', () => socket.destroy());
  };
  for (let i = 0; i < connections; i += 1) again();
  return () => {
    isOver = true;
    for (const socket of open) socket.destroy();
  };
}
