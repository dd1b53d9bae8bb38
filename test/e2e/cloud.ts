// A cloud for end-to-end tests: HTTP and MQTT, in the clear or in TLS, that keeps every byte it could read. Also a program of its own
// (`node cloud.js KEY CERT ADDRESS@PORT:plain|tls|udp …`), for a network namespace: it says each chunk in hexadecimal, a line each.
import dgram from 'node:dgram';
import { readFileSync } from 'node:fs';
import net from 'node:net';
import tls from 'node:tls';
import { fileURLToPath } from 'node:url';
import { generate, type Packet, parser } from 'mqtt-packet';

const MQTT_CONNECT = 0x10;
const ANSWER = 'HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 5\r\n\r\nhello';

/** Answers each whole request; requests here have Content-Length or no body. */
function serveHttp(socket: net.Socket): (chunk: Buffer) => void {
  let pending = '';
  return (chunk) => {
    pending += chunk.toString('latin1');
    for (;;) {
      const head = pending.indexOf('\r\n\r\n');
      const length = Number(/\r\ncontent-length: (\d+)/i.exec(pending.slice(0, head))?.[1] ?? 0);
      if (head < 0 || pending.length < head + 4 + length) return;
      pending = pending.slice(head + 4 + length);
      socket.write(ANSWER);
    }
  };
}

/** `published` is told of each message. */
export function serveMqtt(socket: { write(bytes: Buffer): unknown }, published?: () => void): (chunk: Buffer) => void {
  const reader = parser();
  let version = 4;
  const send = (packet: object): unknown => socket.write(generate(packet as Packet, { protocolVersion: version }));
  reader.on('packet', (packet) => {
    if (packet.cmd === 'connect') {
      version = packet.protocolVersion ?? version;
      send({ cmd: 'connack', returnCode: 0, reasonCode: 0, sessionPresent: false });
    }
    if (packet.cmd === 'publish') published?.();
    if (packet.cmd === 'publish' && packet.qos === 1) send({ cmd: 'puback', messageId: packet.messageId, reasonCode: 0 });
  });
  return (chunk) => reader.parse(chunk);
}

export interface Cloud {
  readonly port: number;
  /** All application bytes that arrived, in latin1. */
  text(): string;
  connections(): number;
  close(): void;
}

export interface CloudOptions {
  readonly host?: string;
  readonly port?: number;
  /** Absent: in the clear. */
  readonly tls?: { readonly key: string; readonly cert: string };
  readonly onChunk?: (chunk: Buffer) => void;
  /** Told of each MQTT message. */
  readonly onPublished?: () => void;
}

export async function openCloud({
  host = '127.0.0.1',
  port = 0,
  tls: secure,
  onChunk,
  onPublished,
}: CloudOptions): Promise<Cloud> {
  let text = '';
  let connections = 0;
  const sockets = new Set<net.Socket>();
  const serve = (socket: net.Socket): void => {
    connections += 1;
    let take: ((chunk: Buffer) => void) | undefined;
    socket.on('error', () => undefined);
    socket.on('data', (chunk: Buffer) => {
      text += chunk.toString('latin1');
      onChunk?.(chunk);
      take ??= chunk[0] === MQTT_CONNECT ? serveMqtt(socket, onPublished) : serveHttp(socket);
      take(chunk);
    });
  };
  const server = secure ? tls.createServer(secure, serve) : net.createServer(serve);
  server.on('connection', (socket: net.Socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined).once('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(port, host, resolve));
  return {
    port: (server.address() as net.AddressInfo).port,
    text: () => text,
    connections: () => connections,
    close: () => {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

/** What stands for QUIC: a datagram comes back. */
function echo(host: string, port: number): Promise<void> {
  const socket = dgram.createSocket('udp6');
  socket.on('message', (bytes, from) => socket.send(bytes, from.port, from.address));
  return new Promise((resolve) => socket.bind(port, host, resolve));
}

async function main([key = '', cert = '', ...addresses]: readonly string[]): Promise<void> {
  const pair = { key: readFileSync(key, 'utf8'), cert: readFileSync(cert, 'utf8') };
  for (const each of addresses) {
    const [, host, port, kind] = /^(.+)@(\d+):(plain|tls|udp)$/.exec(each)!;
    if (kind === 'udp') {
      await echo(host!, Number(port));
      continue;
    }
    const onChunk = (chunk: Buffer): void => void process.stdout.write(`${chunk.toString('hex')}\n`);
    await openCloud({ host: host!, port: Number(port), onChunk, ...(kind === 'tls' ? { tls: pair } : {}) });
  }
  process.stdout.write('open\n');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main(process.argv.slice(2));
