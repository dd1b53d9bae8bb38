// HTTP on connections that a door hands over: head rules -> whole body -> judge -> forward, or a clear no.
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { asHubError, type ErrorCode, HubError } from '../errors.js';
import { type HttpHead, readHead, writeHead } from '../protocol/http/head.js';
import type { Forward, HttpMessage, HttpScheme, Judge, Refusal } from '../protocol/http/message.js';
import { plainAddress } from './address.js';
import { readBody } from './body.js';
import type { Forwarder } from './forward.js';
import { refuse, refuseSocket } from './refusal.js';
import { type FixedUpstream, findRoute, type PinnedAddress, type Route, type Self } from './route.js';
import { createStrictServer, type HttpLimits, type HttpTimeouts } from './strict-server.js';

export interface HttpDoorOptions {
  /** What the listener fixes. */
  readonly service?: string | undefined;
  readonly upstream?: FixedUpstream | undefined;
  readonly resolve: Readonly<Record<string, PinnedAddress>>;
  /** Addresses and ports of this hub, asked anew for each message: interfaces come and go. */
  readonly self: () => Self;
  readonly limits: HttpLimits;
  readonly timeouts: HttpTimeouts;
  /** Asked in the clear whether a connection that was on its way to somebody else may be for this host. Rejects: refused. */
  readonly checkDestination?: (socket: Socket, host: string) => Promise<void> | undefined;
  readonly judge: Judge;
  readonly forwarder: Forwarder;
  /** Told of each message refused before it was judged. */
  readonly onRefused?: (refusal: Refusal) => void;
  /** Serves WebSocket: head and route are already judged, the handshake is not answered. Absent: `upgrade_refused`. */
  readonly onWebSocket?: (head: HttpHead, route: Route, req: IncomingMessage, socket: Duplex, first: Buffer) => void;
  /** Serves CONNECT. Absent: `upgrade_refused`. */
  readonly onConnect?: (req: IncomingMessage, socket: Duplex, first: Buffer) => void;
}

export interface HttpDoor {
  /** Takes a connection (TCP, or TLS already opened) whose first bytes are still to be read. */
  accept(socket: Socket): void;
  /** Lets messages in hand finish, at most `stopMs`; then closes everything. */
  close(): Promise<void>;
}

const NO_BODY = Buffer.alloc(0);

function schemeOf(socket: Duplex): HttpScheme {
  return 'encrypted' in socket && socket.encrypted === true ? 'https' : 'http';
}

/** Inside TLS a message is for the host that the connection was opened for: the certificate shown was that one's. */
function checkServerName(socket: Duplex, head: HttpHead, upstream: FixedUpstream | undefined): void {
  const name = 'servername' in socket && typeof socket.servername === 'string' ? socket.servername.toLowerCase() : undefined;
  if (name === undefined || upstream !== undefined || head.authority === undefined) return;
  if (head.authority.host !== name) throw new HubError('bad_head', 'Host is not the server name of TLS');
}

/** Serves HTTP for one listener. */
export function createHttpDoor(options: HttpDoorOptions): HttpDoor {
  return new StrictHttpDoor(options);
}

class StrictHttpDoor implements HttpDoor {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  /** The last message of each connection: the next one waits for it (RFC 9112 9.3.2). */
  readonly #turns = new WeakMap<Duplex, { waiting: number; last: Promise<void> }>();
  /** Connections whose bytes could not be read on: what breaks off with them has been told. */
  readonly #broken = new WeakSet<Duplex>();
  #inHand = 0;
  #stopping = false;
  #idle: (() => void) | undefined;

  constructor(readonly options: HttpDoorOptions) {
    this.#server = createStrictServer(options);
    this.#server.on('request', (req, res) => this.#enqueue(req, res, false));
    this.#server.on('checkContinue', (req, res) => this.#enqueue(req, res, true));
    this.#server.on('checkExpectation', (req, res) => this.#enqueue(req, res, false)); // readHead refuses it
    this.#server.on('clientError', (error, socket) => this.#garbage(error, socket));
    this.#server.on('connect', (req, socket, first) => this.#inTurn(socket, () => this.#connect(req, socket, first)));
    if (options.onWebSocket !== undefined)
      this.#server.on('upgrade', (req, socket, first) => this.#inTurn(socket, () => void this.#upgrade(req, socket, first)));
  }

  accept(socket: Socket): void {
    this.#sockets.add(socket);
    socket.once('close', () => this.#sockets.delete(socket));
    this.#server.emit('connection', socket);
  }

  async close(): Promise<void> {
    this.#stopping = true;
    this.#server.closeIdleConnections();
    if (this.#inHand > 0) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, this.options.timeouts.stopMs);
        this.#idle = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
  }

  /** One message of a connection at a time, in their order; each is judged. */
  #enqueue(req: IncomingMessage, res: ServerResponse, continues: boolean): void {
    const turn = this.#turns.get(req.socket) ?? { waiting: 0, last: Promise.resolve() };
    this.#turns.set(req.socket, turn);
    if (turn.waiting >= this.options.limits.pipelined || this.#inHand >= this.options.limits.messages) {
      this.#refuse(req, res, new HubError('busy'));
      return;
    }
    turn.waiting += 1;
    this.#inHand += 1;
    turn.last = turn.last
      .then(() => this.#handle(req, res, continues))
      .finally(() => {
        turn.waiting -= 1;
        this.#inHand -= 1;
        if (this.#inHand === 0) this.#idle?.();
      });
  }

  /** Never rejects: whatever fails is answered, and nothing of the message goes on. Settles when the answer is out. */
  async #handle(req: IncomingMessage, res: ServerResponse, continues: boolean): Promise<void> {
    if (req.socket.destroyed) return;
    const ended = new Promise<void>((resolve) => res.once('close', resolve));
    try {
      const { head, route } = this.#read(req);
      if (head.upgrade !== undefined) throw new HubError('upgrade_refused');
      const checking = this.#checkDestination(req, route);
      if (checking !== undefined) await checking;
      if ((head.contentLength ?? 0) > this.options.limits.bodyBytes) throw new HubError('too_large');
      if (continues) res.writeContinue();
      const body = head.framed ? await readBody(req, this.options.limits.bodyBytes) : NO_BODY;
      await this.#judge(this.#message(req, head, route, body), head, route, req, res);
    } catch (error) {
      this.#refuse(req, res, asHubError(error)); // closed: nothing was sent
    }
    await ended;
  }

  /** Head and route of a request; throws what makes it inadmissible. */
  #read(req: IncomingMessage): { head: HttpHead; route: Route } {
    const { upstream, resolve, self, limits } = this.options;
    const scheme = schemeOf(req.socket);
    const { method = '', url = '', httpVersion, rawHeaders } = req;
    const head = readHead({ method, url, httpVersion, rawHeaders }, scheme, limits.headerCount);
    checkServerName(req.socket, head, upstream);
    return {
      head,
      route: findRoute({ upstream, scheme: head.scheme ?? scheme, authority: head.authority, resolve, self: self() }),
    };
  }

  /** Inside TLS the server name was asked about, and Host is the same. */
  #checkDestination({ socket }: IncomingMessage, { host }: Route): Promise<void> | undefined {
    return schemeOf(socket) === 'http' ? this.options.checkDestination?.(socket, host) : undefined;
  }

  #message(req: IncomingMessage, head: HttpHead, route: Route, body: Buffer): HttpMessage {
    const { service } = this.options;
    const { scheme, authority } = route;
    const { method, path, query, headers } = head;
    const device = plainAddress(req.socket.remoteAddress);
    const message: { -readonly [K in keyof HttpMessage]: HttpMessage[K] } = {
      device,
      scheme,
      authority,
      method,
      path,
      headers,
      body,
    };
    if (service !== undefined) message.service = service;
    if (query !== undefined) message.query = query;
    return message;
  }

  async #judge(message: HttpMessage, head: HttpHead, route: Route, req: IncomingMessage, res: ServerResponse): Promise<void> {
    const outcome = await this.options
      .judge(message)
      .catch((error: unknown) => ({ kind: 'refuse', error: asHubError(error) }) as const);
    switch (outcome.kind) {
      case 'refuse':
        refuse(req, res, outcome.error, this.#stopping);
        return;
      case 'forward':
        await this.#forward(outcome, head, route, req, res);
        return;
      default:
        outcome satisfies never;
        throw new HubError('internal');
    }
  }

  async #forward(outcome: Forward, head: HttpHead, route: Route, req: IncomingMessage, res: ServerResponse): Promise<void> {
    if (res.destroyed || req.socket.destroyed) {
      outcome.done(false); // the device did not wait; what it does not know to be delivered is not delivered
      return;
    }
    let sent = false;
    let why: ErrorCode | undefined;
    try {
      const { method } = head;
      const { path, query, body } = outcome;
      const headers = writeHead({
        method,
        authority: route.authority,
        headers: outcome.headers,
        bodyBytes: body.length,
        framed: head.framed,
      });
      const { onAnswer } = outcome;
      const lastOfConnection = (): boolean => this.#stopping;
      const arrival = await this.options.forwarder.send(
        { route, method, path, query, headers, body, onAnswer, lastOfConnection },
        res,
      );
      sent = arrival.sent;
      why = arrival.error?.code;
      if (arrival.error !== undefined) refuse(req, res, arrival.error, this.#stopping);
    } finally {
      outcome.done(sent, why);
    }
  }

  #refuse(req: IncomingMessage, res: ServerResponse, error: HubError): void {
    if (!this.#broken.has(req.socket)) this.#tell(req.socket, error);
    refuse(req, res, error, true);
  }

  #tell(socket: Duplex & { remoteAddress?: string | undefined }, error: HubError): void {
    const { service, onRefused } = this.options;
    onRefused?.({ device: plainAddress(socket.remoteAddress), ...(service === undefined ? {} : { service }), error });
  }

  /** What the parser could not read, or what came too slowly. */
  #garbage(fault: Error & { code?: string }, socket: Duplex): void {
    if (fault.code === 'ECONNRESET' || !socket.writable) {
      socket.destroy();
      return;
    }
    const code =
      fault.code === 'HPE_HEADER_OVERFLOW'
        ? 'head_too_large'
        : fault.code === 'ERR_HTTP_REQUEST_TIMEOUT'
          ? 'timeout'
          : 'bad_head';
    this.#broken.add(socket);
    this.#refuseSocket(socket, new HubError(code));
  }

  /** A change of protocol behind messages that are not answered yet waits for them (RFC 9112 9.3.2). */
  #inTurn(socket: Duplex, serve: () => void): void {
    socket.on('error', () => socket.destroy()); // Node's server has let go of it
    const turn = this.#turns.get(socket);
    if (turn === undefined || turn.waiting === 0) serve();
    else
      void turn.last.then(() => {
        if (!socket.destroyed && socket.writable) serve();
      });
  }

  #connect(req: IncomingMessage, socket: Duplex, first: Buffer): void {
    if (this.options.onConnect !== undefined) this.options.onConnect(req, socket, first);
    else this.#refuseSocket(socket, new HubError('upgrade_refused'));
  }

  async #upgrade(req: IncomingMessage, socket: Duplex, first: Buffer): Promise<void> {
    try {
      const { head, route } = this.#read(req);
      if (head.upgrade === undefined || head.framed) throw new HubError('upgrade_refused');
      await this.#checkDestination(req, route);
      if (!socket.destroyed) this.options.onWebSocket?.(head, route, req, socket, first);
    } catch (error) {
      this.#refuseSocket(socket, asHubError(error));
    }
  }

  #refuseSocket(socket: Duplex, error: HubError): void {
    this.#tell(socket as Socket, error);
    refuseSocket(socket, error);
  }
}
