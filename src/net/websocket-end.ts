// One end of a WebSocket connection, and how each of the two is opened. The one importer of ws.
import { type IncomingMessage, validateHeaderValue } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex, Writable } from 'node:stream';
import { WebSocket, WebSocketServer } from 'ws';
import { HubError } from '../errors.js';
import { answerHeaders } from '../protocol/http/head.js';
import type { Header } from '../protocol/http/message.js';
import { withoutFraming } from '../protocol/websocket/handshake.js';

/** Most fragments of one message: a sender that streams in pieces of 1 KiB reaches a message's bound with as many. */
const MOST_FRAGMENTS = 1_024;
/** What a piece of a frame costs beside its bytes while it waits for the rest: `ws` keeps each read by itself. */
const PIECE_BYTES = 256;
/** An end that does not answer a close frame is dropped after this. */
const CLOSE_MS = 10_000;
/** Known to ws, not yet to its types. */
const TIMING = { closeTimeout: CLOSE_MS };
/** Each message is compressed by itself: contexts that last would cost 300 KiB a connection. Smaller ones go as they are. */
const DEFLATE = { serverNoContextTakeover: true, clientNoContextTakeover: true, threshold: 1_024, concurrencyLimit: 4 } as const;
/** The connection is there already and the path is set by hand: nothing of a URL is used. */
const NOWHERE = 'ws://upstream.invalid/';
const PROTOCOL = 'sec-websocket-protocol';
/** What a request target may hold (RFC 9112 3.2). */
const TARGET = /^\/[\x21-\x7e]*$/;

export interface EndEvents {
  readonly message: (bytes: Buffer, isBinary: boolean) => void;
  readonly ping: () => void;
  /** Something was read: `heldBytes` has changed. */
  readonly read: () => void;
  /** Once. `code` 1005: none was given; 1006: broken off. `fault`: what this end sent was no WebSocket. */
  readonly closed: (code: number, reason: Buffer, fault: HubError | undefined) => void;
}

/** Pings are answered here with their own payload; what a ping or pong carries never crosses to the other end. */
export class End {
  #closed: [number, Buffer] | undefined;
  #fault: HubError | undefined;
  #pinged = false;
  #events: EndEvents | undefined;
  readonly #receiver: Receiver;

  constructor(
    private readonly socket: WebSocket,
    private readonly below: Duplex,
  ) {
    socket.pause(); // until someone listens
    this.#receiver = receiverOf(socket);
    stopAtFault(this.#receiver, () => this.#events?.read());
    socket.on('error', (fault: Error & { code?: string }) => {
      this.#fault ??= faultOf(fault.code);
    });
    socket.on('pong', () => {
      this.#pinged = false;
    });
    socket.on('close', (code, reason) => {
      this.#closed = [code, reason];
      this.#events?.closed(code, reason, this.#fault);
    });
  }

  get open(): boolean {
    return this.socket.readyState === WebSocket.OPEN;
  }

  get held(): boolean {
    return this.socket.isPaused;
  }

  /** Bytes read from the network so far: whether there is life at the other end. */
  get bytesRead(): number {
    return (this.below as Socket).bytesRead;
  }

  /** Bytes of memory held for this end: of a message that is not whole yet (inflated, where it was compressed), and not yet written. */
  get heldBytes(): number {
    const { _bufferedBytes: unread, _buffers: pieces, _messageLength: fragments } = this.#receiver;
    return unread + pieces.length * PIECE_BYTES + fragments + this.socket.bufferedAmount;
  }

  listen(events: EndEvents): void {
    this.#events = events;
    this.socket.on('message', (data, isBinary) => events.message(data as Buffer, isBinary));
    this.socket.on('ping', () => events.ping());
    if (this.#closed !== undefined) events.closed(...this.#closed, this.#fault);
    else this.socket.resume();
  }

  /** Resolves once the bytes are with the network: `false` where they were cut off, and the other end has no whole message. */
  send(bytes: Uint8Array, isBinary: boolean): Promise<boolean> {
    if (!this.open) return Promise.resolve(false);
    // Of a write that a reset has cut off Node says no fault, but by then the socket is destroyed.
    const isWhole = (fault?: Error | null): boolean => !fault && !this.below.destroyed;
    return new Promise((resolve) => this.socket.send(bytes, { binary: isBinary }, (fault) => resolve(isWhole(fault))));
  }

  /** An empty ping; none while one is unanswered. */
  ping(): void {
    if (!this.open || this.#pinged) return;
    this.#pinged = true;
    this.socket.ping();
  }

  hold(isHeld: boolean): void {
    if (isHeld) this.socket.pause();
    else this.socket.resume();
  }

  /** Sends a close frame; reads on so that the other end's can come. */
  close(code?: number, reason?: string | Buffer): void {
    this.socket.close(code, reason);
    this.socket.resume();
  }

  destroy(): void {
    this.socket.terminate();
  }
}

/** What of a receiver of `ws` (8.23.0) is used here. It is no part of its interface: an end without it is none. */
interface Receiver extends Writable {
  readonly _bufferedBytes: number;
  readonly _buffers: readonly Buffer[];
  readonly _messageLength: number;
}

function receiverOf(socket: WebSocket): Receiver {
  const { _receiver: receiver } = socket as unknown as { readonly _receiver: Receiver };
  const { _bufferedBytes, _buffers, _messageLength } = receiver;
  if (typeof _bufferedBytes !== 'number' || !Array.isArray(_buffers) || typeof _messageLength !== 'number')
    throw new HubError('internal', 'a receiver of another ws');
  return receiver;
}

/**
 * Nothing is read behind a faulty frame. While `ws` inflates a message, its receiver queues what comes; a fault that it meets in what it
 * reads then does not stop it from reading the rest of the queue, with a state that is none any more: it throws where nobody can catch
 * it, or takes the bytes behind the fault for a message. `read`: told once bytes are taken, inflated where they were compressed.
 */
function stopAtFault(receiver: Receiver, read: () => void): void {
  const write = receiver._write;
  receiver._write = (chunk, encoding, done) => {
    if (receiver.errored !== null) {
      done();
      return;
    }
    write.call(receiver, chunk, encoding, (fault) => {
      done(fault);
      read();
    });
  };
}

/** What `ws` found wrong with the frames of an end; undefined for a connection that only broke. */
function faultOf(code: string | undefined): HubError | undefined {
  if (code === 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH' || code === 'WS_ERR_TOO_MANY_BUFFERED_PARTS') return new HubError('too_large');
  return code?.startsWith('WS_') || code?.startsWith('Z_') ? new HubError('malformed', 'WebSocket frames') : undefined;
}

export interface DeviceOpening {
  readonly req: IncomingMessage;
  readonly socket: Duplex;
  /** What came behind the head. */
  readonly first: Buffer;
  /** The subprotocol chosen, in the device's words; absent: none. */
  readonly protocol: string | undefined;
  /** For the answer, beside those of the framing. */
  readonly headers: readonly Header[];
  readonly messageBytes: number;
}

/** Answers the device's handshake with 101; undefined where it is gone. */
export function openDevice({ req, socket, first, protocol, headers, messageBytes }: DeviceOpening): End | undefined {
  const server = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    maxPayload: messageBytes,
    maxFragments: MOST_FRAGMENTS,
    ...TIMING,
    perMessageDeflate: DEFLATE,
    handleProtocols: () => protocol ?? false,
  });
  server.on('headers', (lines) => {
    for (const [name, value] of headers) lines.push(`${name}: ${value}`);
  });
  for (const [name, value] of headers) validateHeaderValue(name, value);
  let end: End | undefined;
  server.handleUpgrade(req, socket, first, (device) => {
    end = new End(device, socket);
  });
  return end;
}

export interface CloudOpening {
  /** Connected; nothing has been sent on it. */
  readonly socket: Socket;
  readonly path: string;
  readonly query?: string | undefined;
  /** Host and the judged ones. */
  readonly headers: readonly Header[];
  readonly protocols: readonly string[];
  readonly deflate: boolean;
  readonly messageBytes: number;
  readonly timeoutMs: number;
}

export type CloudOpened =
  /** `protocol`: the one that the cloud chose of those offered; empty: none. */
  | { readonly kind: 'open'; readonly end: End; readonly protocol: string; readonly headers: readonly Header[] }
  /** It answered in plain HTTP. */
  | { readonly kind: 'answered'; readonly response: IncomingMessage };

/** Sends the handshake. Rejects `upstream_unreachable` for an answer that is none, `upstream_timeout`; the socket is then closed. */
export function openCloud(opening: CloudOpening): Promise<CloudOpened> {
  const { socket, path, query, headers, protocols, deflate, messageBytes, timeoutMs } = opening;
  const target = query === undefined ? path : `${path}?${query}`;
  if (!TARGET.test(target)) return Promise.reject(new HubError('internal', 'a request target of an outcome'));
  return new Promise((resolve, reject) => {
    let answer: readonly Header[] = [];
    let hasChosen = true;
    const cloud = new WebSocket(NOWHERE, [...protocols], {
      createConnection: () => socket,
      headers: headerObject(headers),
      maxPayload: messageBytes,
      maxFragments: MOST_FRAGMENTS,
      ...TIMING,
      followRedirects: false,
      perMessageDeflate: deflate ? DEFLATE : false,
      finishRequest: (request) => {
        request.path = target;
        request.end();
      },
    });
    let code: 'upstream_unreachable' | 'upstream_timeout' = 'upstream_unreachable';
    const timer = setTimeout(() => {
      code = 'upstream_timeout';
      cloud.terminate();
    }, timeoutMs);
    const settled = (): void => {
      clearTimeout(timer);
      cloud.off('error', failed).on('error', () => undefined);
    };
    const failed = (cause: unknown): void => {
      settled();
      socket.destroy();
      reject(new HubError(code, '', { cause }));
    };
    cloud.on('error', failed);
    cloud.on('upgrade', (response) => {
      hasChosen = response.headers[PROTOCOL] !== undefined;
      // A server may choose none (RFC 6455 4.2.2), and the device decides what it makes of that; ws would end the connection.
      if (!hasChosen && protocols[0] !== undefined) response.headers[PROTOCOL] = protocols[0];
      answer = withoutFraming(answerHeaders(response.rawHeaders)).filter(([name]) => name.toLowerCase() !== 'content-length');
    });
    cloud.on('unexpected-response', (_request, response) => {
      settled();
      response.once('close', () => socket.destroy()); // it has no agent that would
      resolve({ kind: 'answered', response });
    });
    cloud.on('open', () => {
      settled();
      resolve({ kind: 'open', end: new End(cloud, socket), protocol: hasChosen ? cloud.protocol : '', headers: answer });
    });
  });
}

/** Names keep their spelling; lines of one name stay in their order. */
function headerObject(headers: readonly Header[]): Record<string, string | string[]> {
  const lines = new Map<string, { readonly name: string; readonly values: string[] }>();
  for (const [name, value] of headers) {
    const same = lines.get(name.toLowerCase());
    if (same === undefined) lines.set(name.toLowerCase(), { name, values: [value] });
    else same.values.push(value);
  }
  const entries = [...lines.values()].map(({ name, values }) => [name, values.length === 1 ? values[0]! : values] as const);
  return Object.fromEntries(entries);
}
