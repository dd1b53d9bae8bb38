// A WebSocket cloud that keeps all that reaches it, and devices that speak WebSocket with ws or by hand.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { type ClientOptions, WebSocket, WebSocketServer } from 'ws';
import type { HttpDoorOptions } from '#src/net/http-door.js';
import { createConnector } from '#src/net/mqtt-upstream.js';
import type { Route } from '#src/net/route.js';
import { UpstreamSlots } from '#src/net/upstream-slots.js';
import { createWebSocketDoor, type WebSocketDoorOptions } from '#src/net/websocket-door.js';
import type { Judge } from '#src/protocol/http/message.js';
import type { WebSocketJudge, WebSocketMessage } from '#src/protocol/websocket/message.js';
import { budget, Client, startHub, until } from './tools.js';

export interface Heard {
  readonly text: string;
  readonly isBinary: boolean;
}

export interface WsCloud {
  readonly port: number;
  readonly requests: IncomingMessage[];
  readonly sockets: WebSocket[];
  readonly messages: Heard[];
  /** Payloads, in latin1. */
  readonly pings: string[];
  readonly pongs: string[];
  readonly closes: { readonly code: number; readonly reason: string }[];
  /** Everything that reached it, frames undone, in latin1. */
  all(): string;
  close(): void;
}

export interface WsCloudOptions {
  readonly protocol?: string;
  /** Headers of the 101. */
  readonly answer?: readonly string[];
  /** What it says to each message; absent: nothing. */
  readonly reply?: (message: Buffer, isBinary: boolean, socket: WebSocket) => void;
  /** Absent: in the clear. */
  readonly tls?: { readonly key: string; readonly cert: string };
}

export async function startWsCloud(options: WsCloudOptions = {}): Promise<WsCloud> {
  const requests: IncomingMessage[] = [];
  const sockets: WebSocket[] = [];
  const messages: Heard[] = [];
  const pings: string[] = [];
  const pongs: string[] = [];
  const closes: { code: number; reason: string }[] = [];
  const answer = (_req: IncomingMessage, res: ServerResponse): void => void res.writeHead(404).end('no');
  const http = options.tls === undefined ? createServer(answer) : createTlsServer(options.tls, answer);
  const server = new WebSocketServer({
    noServer: true,
    perMessageDeflate: { threshold: 0 },
    handleProtocols: (offered) => options.protocol ?? [...offered][0] ?? false,
  });
  server.on('headers', (lines) => lines.push(...(options.answer ?? [])));
  http.on('upgrade', (req, socket, head) => {
    requests.push(req);
    server.handleUpgrade(req, socket, head, (ws) => {
      sockets.push(ws);
      ws.on('error', () => undefined);
      ws.on('message', (data, isBinary) => {
        const bytes = data as Buffer;
        messages.push({ text: bytes.toString('latin1'), isBinary });
        options.reply?.(bytes, isBinary, ws);
      });
      ws.on('ping', (data) => pings.push(data.toString('latin1')));
      ws.on('pong', (data) => pongs.push(data.toString('latin1')));
      ws.on('close', (code, reason) => closes.push({ code, reason: reason.toString('latin1') }));
    });
  });
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  return {
    port: (http.address() as AddressInfo).port,
    requests,
    sockets,
    messages,
    pings,
    pongs,
    closes,
    all: () =>
      [
        ...requests.flatMap((req) => [req.url ?? '', ...req.rawHeaders]),
        ...messages.map(({ text }) => text),
        ...pings,
        ...pongs,
        ...closes.map(({ reason }) => reason),
      ].join('\n'),
    close: () => {
      for (const socket of sockets) socket.terminate();
      http.closeAllConnections();
      http.close();
    },
  };
}

/** A device with `ws`. */
export class WsDevice {
  readonly messages: Heard[] = [];
  readonly pings: string[] = [];
  readonly pongs: string[] = [];
  closed: { readonly code: number; readonly reason: string } | undefined;
  /** The answer, where it was none of WebSocket. */
  answer: { readonly status: number; readonly headers: IncomingMessage['headers']; text: string; done: boolean } | undefined;
  upgraded: IncomingMessage | undefined;
  readonly socket: WebSocket;

  constructor(port: number, path = '/', protocols: string[] = [], options: ClientOptions = {}) {
    this.socket = new WebSocket(`ws://127.0.0.1:${port}${path}`, protocols, options);
    this.socket.on('error', () => undefined);
    this.socket.on('upgrade', (response) => {
      this.upgraded = response;
    });
    this.socket.on('unexpected-response', (_req, response) => {
      const answer = { status: response.statusCode ?? 0, headers: response.headers, text: '', done: false };
      this.answer = answer;
      response.setEncoding('utf8').on('data', (more: string) => {
        answer.text += more;
      });
      response.on('close', () => {
        answer.done = true;
      });
    });
    this.socket.on('message', (data, isBinary) => this.messages.push({ text: (data as Buffer).toString('latin1'), isBinary }));
    this.socket.on('ping', (data) => this.pings.push(data.toString('latin1')));
    this.socket.on('pong', (data) => this.pongs.push(data.toString('latin1')));
    this.socket.on('close', (code, reason) => {
      this.closed = { code, reason: reason.toString('latin1') };
    });
  }

  async open(): Promise<this> {
    await until(() => this.socket.readyState === WebSocket.OPEN || this.closed !== undefined || this.answer !== undefined);
    if (this.socket.readyState !== WebSocket.OPEN) throw new Error(`not opened: ${this.answer?.status} ${this.closed?.code}`);
    return this;
  }

  async refused(): Promise<{ readonly status: number; readonly text: string; readonly headers: IncomingMessage['headers'] }> {
    await until(() => this.answer?.done === true || this.closed !== undefined);
    if (this.answer === undefined) throw new Error('closed without an answer');
    return this.answer;
  }

  async end(): Promise<{ readonly code: number; readonly reason: string }> {
    await until(() => this.closed !== undefined);
    return this.closed!;
  }
}

/** The key of RFC 6455 1.3. */
export const HANDSHAKE = [
  'Host: device.test',
  'Connection: Upgrade',
  'Upgrade: websocket',
  'Sec-WebSocket-Version: 13',
  'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
];

export function handshake(path: string, more: readonly string[] = [], lines: readonly string[] = HANDSHAKE): string {
  return `GET ${path} HTTP/1.1\r\n${[...lines, ...more].join('\r\n')}\r\n\r\n`;
}

/** A device that writes its frames by hand. */
export async function rawDevice(port: number, more: readonly string[] = []): Promise<Client> {
  const client = new Client(port).write(handshake('/', more));
  await client.has('\r\n\r\n');
  return client;
}

const MASK = Buffer.from([0x37, 0xfa, 0x21, 0x3d]);

/** One frame. `first`: FIN, RSV bits and opcode. */
export function frame(first: number, payload: string | Buffer, mask: Buffer | undefined = MASK): Buffer {
  const bytes = Buffer.from(payload);
  const isLong = bytes.length > 125;
  const head = Buffer.from([first, (mask === undefined ? 0 : 0x80) | (isLong ? 127 : bytes.length)]);
  const length = Buffer.alloc(isLong ? 8 : 0);
  if (isLong) length.writeBigUInt64BE(BigInt(bytes.length));
  if (mask !== undefined) for (let i = 0; i < bytes.length; i++) bytes[i]! ^= mask[i % 4]!;
  return Buffer.concat([head, length, mask ?? Buffer.alloc(0), bytes]);
}
/** Without a mask, as only a server may. */
export function bareFrame(first: number, payload: string): Buffer {
  const bytes = Buffer.from(payload);
  return Buffer.concat([Buffer.from([first, bytes.length]), bytes]);
}

/** Codes of the close frames in what a hub wrote after its 101, none of whose payloads is longer than 125 bytes. */
export function closeCodes(text: string): number[] {
  const bytes = Buffer.from(text.slice(text.indexOf('\r\n\r\n') + 4), 'latin1');
  const codes: number[] = [];
  for (let at = 0; at + 1 < bytes.length; at += 2 + (bytes[at + 1]! & 0x7f)) {
    if ((bytes[at]! & 0x0f) === 8) codes.push(bytes.readUInt16BE(at + 2));
  }
  return codes;
}

export interface WsHub {
  readonly port: number;
  readonly judged: WebSocketMessage[];
  readonly sent: boolean[];
  readonly refused: string[];
  close(): Promise<void>;
}

export interface WsHubOptions {
  readonly judge?: WebSocketJudge;
  readonly handshake?: Judge;
  readonly door?: Partial<WebSocketDoorOptions>;
  readonly http?: Partial<HttpDoorOptions>;
}

export const BODY_BYTES = 65_536;

/** A hub whose judges let everything pass as it came, unless told otherwise. */
export async function startWsHub(upstreamPort: number, options: WsHubOptions = {}): Promise<WsHub> {
  const judged: WebSocketMessage[] = [];
  const sent: boolean[] = [];
  const refused: string[] = [];
  const self = { addresses: new Set<string>(), ports: new Set<number>() };
  const pass: WebSocketJudge = async (_peer, { bytes }) => ({ kind: 'pass', bytes, done: (done) => sent.push(done) });
  const webSockets = createWebSocketDoor({
    limits: { bodyBytes: BODY_BYTES, connections: 64 },
    timeouts: { headMs: 20_000, answerMs: 20_000, stopMs: 3_000 },
    bytes: budget(),
    judgeHandshake:
      options.handshake ??
      (async ({ path, query, headers, body }) => ({
        kind: 'forward',
        path,
        query,
        headers,
        body,
        done: (done) => sent.push(done),
      })),
    judge: (peer, message) => {
      judged.push(message);
      return (options.judge ?? pass)(peer, message);
    },
    restore: (_peer, { bytes }) => bytes,
    connect: (
      (connector) => (route: Route, device: string) =>
        connector({ secure: route.scheme === 'https', route }, device)
    )(
      createConnector({
        resolve: async () => [{ address: '127.0.0.1', family: 4 }],
        self: () => self,
        timeoutMs: 2_000,
        slots: new UpstreamSlots(64),
        connectTls: async () => {
          throw new Error('no TLS here');
        },
      }),
    ),
    mqtt: {
      judge: async (_peer, { parts }) => ({ outcome: { kind: 'pass', parts }, unsent: () => undefined }),
      restore: (_peer, { parts }) => parts,
      onAlarm: () => undefined,
      onNo: () => undefined,
    },
    onRefused: ({ error }) => refused.push(error.code),
    ...options.door,
  });
  const hub = await startHub({
    upstreamPort,
    http: { ...options.http, onWebSocket: (...upgrade) => webSockets.accept(...upgrade) },
  });
  return {
    port: hub.port,
    judged,
    sent,
    refused,
    close: async () => {
      await webSockets.close();
      await hub.close();
    },
  };
}
