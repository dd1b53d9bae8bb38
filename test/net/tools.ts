// A recording upstream, a hub's HTTP door in front of it, and a client that writes raw bytes.
import net from 'node:net';
import { Budget } from '#src/net/budget.js';
import { type DoorOptions, openDoor } from '#src/net/door.js';
import { createForwarder, type ForwarderOptions } from '#src/net/forward.js';
import { createHttpDoor, type HttpDoorOptions } from '#src/net/http-door.js';
import { ReadingTurns } from '#src/net/reading-turns.js';
import type { FixedUpstream } from '#src/net/route.js';
import { UpstreamSlots } from '#src/net/upstream-slots.js';
import type { HttpMessage, Judge, Refusal } from '#src/protocol/http/message.js';

/** Resolves once `condition` holds; looks at each turn of the event loop. */
export async function until(condition: () => boolean): Promise<void> {
  const end = Date.now() + 60_000; // a machine with much else to do is slow, a thing that never comes is a fault
  while (!condition()) {
    if (Date.now() > end) throw new Error('waited in vain');
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

export interface Recorder {
  readonly port: number;
  /** All bytes that arrived, in latin1. */
  text(): string;
  connections(): number;
  close(): void;
}

type Answer = (socket: net.Socket, request: string, index: number) => void;
const OK = 'HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 2\r\n\r\nok';
export const ok: Answer = (socket) => socket.write(OK);

/** A TCP server that keeps every byte and calls `answer` for each request whose Content-Length is satisfied. */
export async function record(answer: Answer = ok): Promise<Recorder> {
  let all = '';
  let index = 0;
  const sockets = new Set<net.Socket>();
  let connections = 0;
  const server = net.createServer((socket) => {
    sockets.add(socket);
    connections += 1;
    let pending = '';
    socket.on('error', () => {});
    socket.on('close', () => sockets.delete(socket));
    socket.on('data', (chunk) => {
      all += chunk.toString('latin1');
      pending += chunk.toString('latin1');
      for (;;) {
        const head = pending.indexOf('\r\n\r\n');
        if (head < 0) return;
        const length = Number(/\r\ncontent-length: (\d+)/i.exec(pending.slice(0, head))?.[1] ?? 0);
        if (pending.length < head + 4 + length) return;
        const request = pending.slice(0, head + 4 + length);
        pending = pending.slice(head + 4 + length);
        answer(socket, request, index++);
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as net.AddressInfo).port,
    text: () => all,
    connections: () => connections,
    close: () => {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

export interface Hub {
  readonly port: number;
  readonly judged: HttpMessage[];
  readonly sent: boolean[];
  readonly refused: Refusal[];
  /** Connections and messages of the HTTP door. */
  readonly held: () => number;
  close(): Promise<void>;
}

/** A budget that every address is a device of its own to. */
export const budget = (most = 1_000_000_000): Budget => new Budget({ most, ownerOf: (address) => address });

export const reading = (): ReadingTurns => new ReadingTurns({ ownerNow: (address) => address });

export const LIMITS = { bodyBytes: 65_536, headBytes: 16_384, headerCount: 100, pipelined: 16 };
export const TIMEOUTS = { headMs: 5_000, requestMs: 5_000, keepAliveMs: 5_000, idleMs: 20_000, stopMs: 500 };

export interface HubOptions {
  readonly upstreamPort?: number;
  readonly judge?: Judge;
  readonly http?: Partial<HttpDoorOptions>;
  readonly door?: Partial<DoorOptions>;
  readonly forward?: Partial<ForwarderOptions>;
}

export function fixed(port: number, host = '127.0.0.1'): FixedUpstream {
  return { scheme: 'http', host, port, authority: `cloud.test:${port}` };
}

/** A hub whose judge lets everything pass as it came, unless told otherwise. */
export async function startHub(options: HubOptions): Promise<Hub> {
  const judged: HttpMessage[] = [];
  const sent: boolean[] = [];
  const refused: Refusal[] = [];
  const own = { addresses: new Set<string>(), ports: new Set<number>() };
  const forwarder = createForwarder({
    resolve: async () => [{ address: '127.0.0.1', family: 4 }],
    self: () => own,
    connectTls: async () => {
      throw new Error('no TLS here');
    },
    upstreams: 8,
    upstreamConnections: 8,
    idleMs: 2_000,
    answerMs: 5_000,
    ...options.forward,
  });
  const pass: Judge = async ({ path, query, headers, body }) => ({
    kind: 'forward',
    path,
    query,
    headers,
    body,
    done: (done) => sent.push(done),
  });
  const http = createHttpDoor({
    upstream: options.upstreamPort === undefined ? undefined : fixed(options.upstreamPort),
    resolve: {},
    self: () => own,
    limits: LIMITS,
    timeouts: TIMEOUTS,
    bytes: budget(),
    slots: new UpstreamSlots(64),
    forwarder,
    judge: (message) => {
      judged.push(message);
      return (options.judge ?? pass)(message);
    },
    onRefused: (refusal) => refused.push(refusal),
    ...options.http,
  });
  const door = await openDoor({
    listen: { host: '127.0.0.1', port: 0 },
    handlers: { http: (socket) => http.accept(socket) },
    networks: ['127.0.0.0/8'],
    connections: budget(128),
    reading: reading(),
    headMs: 5_000,
    onRefused: (device, error) => refused.push({ device, error }),
    ...options.door,
  });
  own.ports.add(door.port);
  return {
    port: door.port,
    judged,
    sent,
    refused,
    held: () => http.held,
    close: async () => {
      door.close();
      await http.close();
      forwarder.close();
    },
  };
}

/** A connection that keeps what it reads. */
export class Client {
  text = '';
  closed = false;
  readonly socket: net.Socket;
  constructor(port: number) {
    this.socket = net.connect({ port, host: '127.0.0.1', allowHalfOpen: true });
    this.socket.on('data', (chunk) => {
      this.text += chunk.toString('latin1');
    });
    this.socket.on('error', () => {});
    this.socket.on('end', () => {
      this.closed = true;
      this.socket.end();
    });
    this.socket.on('close', () => {
      this.closed = true;
    });
  }
  write(bytes: string | Buffer): this {
    this.socket.write(typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes);
    return this;
  }
  async has(part: string): Promise<void> {
    await until(() => this.text.includes(part) || this.closed);
  }
  async end(): Promise<string> {
    await until(() => this.closed);
    return this.text;
  }
}

/** Writes `bytes` and reads until the hub closes. */
export function exchange(port: number, bytes: string | Buffer): Promise<string> {
  return new Client(port).write(bytes).end();
}
