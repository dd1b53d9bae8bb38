// HTTP on connections that a door hands over: head rules -> whole body -> judge -> forward, or a clear no.
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { asHubError, type ErrorCode, HubError } from '../errors.js';
import { type HttpHead, writeHead } from '../protocol/http/head.js';
import type { Forward, HttpMessage, Judge, Refusal } from '../protocol/http/message.js';
import { plainAddress } from './address.js';
import { readBody } from './body.js';
import type { Budget } from './budget.js';
import type { Forwarder } from './forward.js';
import { messageOf, type RequestOptions, readRequest, schemeOf } from './http-request.js';
import { headBytes, Turns } from './http-turns.js';
import { refuse, refuseSocket } from './refusal.js';
import type { Route } from './route.js';
import { createStrictServer, type HttpLimits, type HttpTimeouts, readThroughStream } from './strict-server.js';
import type { UpstreamSlots } from './upstream-slots.js';

export interface HttpDoorOptions extends RequestOptions {
  /** The service that the listener fixes. */
  readonly service?: string | undefined;
  readonly limits: HttpLimits;
  readonly timeouts: HttpTimeouts;
  /** Bytes of messages, of all doors together. */
  readonly bytes: Budget;
  /** Requests under way to a destination, of all doors together. */
  readonly slots: UpstreamSlots;
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
  /** Connections and messages in hand. */
  readonly held: number;
  /** Lets messages in hand finish, at most `stopMs`; then closes everything. */
  close(): Promise<void>;
}

const NO_BODY = Buffer.alloc(0);
/** Messages behind the last one of a connection that are parsed to be left alone; a device that sends more reads no answer either. */
const IGNORED_MAX = 64;

/** Serves HTTP for one listener. */
export function createHttpDoor(options: HttpDoorOptions): HttpDoor {
  return new StrictHttpDoor(options);
}

/** A message in hand, with what it holds until it is answered. */
interface InHand {
  readonly req: IncomingMessage;
  readonly res: ServerResponse;
  readonly turns: Turns;
  bytes: number;
  leave: (() => void) | undefined;
}

class StrictHttpDoor implements HttpDoor {
  readonly #server: Server;
  readonly #turns = new Map<Duplex, Turns>();
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

  get held(): number {
    return this.#inHand + this.#turns.size;
  }

  accept(socket: Socket): void {
    const part = this.options.bytes.take(plainAddress(socket.remoteAddress), 0, () => socket.destroy())!; // nothing is always there
    this.#turns.set(socket, new Turns(socket, part));
    socket.once('close', () => this.#turns.delete(socket));
    readThroughStream(socket);
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
    for (const socket of this.#turns.keys()) socket.destroy();
    this.#server.close();
  }

  /** One message of a connection at a time, in their order; each is judged. */
  #enqueue(req: IncomingMessage, res: ServerResponse, continues: boolean): void {
    const turns = this.#turns.get(req.socket);
    const bytes = headBytes(req);
    const hasRoom = turns?.hold(bytes) === true;
    if (turns === undefined || turns.isOver) {
      // One read brings thousands of them: Node keeps each until the connection ends.
      if (turns !== undefined) turns.ignored += 1;
      if (!hasRoom || turns.ignored > IGNORED_MAX) req.socket.destroy();
      return;
    }
    if (!hasRoom || turns.waiting >= this.options.limits.pipelined) {
      turns.isOver = true;
      this.#refuse(req, res, new HubError('busy'));
      return;
    }
    this.#inHand += 1;
    turns.enqueue(
      req,
      () => this.#handle(req, res, turns, continues),
      () => {
        turns.hold(-bytes);
        this.#inHand -= 1;
        if (this.#inHand === 0) this.#idle?.();
      },
    );
  }

  /** Never rejects: whatever fails is answered, and nothing of the message goes on. Settles when the answer is out. */
  async #handle(req: IncomingMessage, res: ServerResponse, turns: Turns, continues: boolean): Promise<void> {
    const hand: InHand = { req, res, turns, bytes: 0, leave: undefined };
    try {
      if (turns.broken !== undefined && !req.complete) throw turns.broken;
      const { head, route } = readRequest(req, this.options);
      if (head.upgrade !== undefined) throw new HubError('upgrade_refused');
      const checking = this.#checkDestination(req, route);
      if (checking !== undefined) await checking;
      if ((head.contentLength ?? 0) > this.options.limits.bodyBytes) throw new HubError('too_large');
      if (continues) res.writeContinue();
      const body = head.framed ? await this.#body(hand, head) : NO_BODY;
      await this.#judge(messageOf(req, head, route, body, this.options.service), head, route, hand);
    } catch (error) {
      this.#refuse(req, res, asHubError(error)); // closed: nothing was sent
    }
    await turns.answered(res);
    turns.hold(-hand.bytes);
    hand.leave?.();
  }

  /** Counted once while it comes, and once more before it is judged: as it came and as it leaves. */
  async #body(hand: InHand, { contentLength }: HttpHead): Promise<Buffer> {
    const { req, turns } = hand;
    const hold = (bytes: number): boolean => {
      const hasRoom = turns.hold(bytes - hand.bytes);
      if (hasRoom) hand.bytes = bytes;
      return hasRoom;
    };
    const reading = readBody(req, { bodyBytes: this.options.limits.bodyBytes, announced: contentLength, hold });
    turns.reading = reading;
    try {
      const body = await reading.whole;
      if (!hold(hand.bytes + body.length)) throw new HubError('busy');
      return body;
    } finally {
      turns.reading = undefined;
    }
  }

  /** Inside TLS the server name was asked about, and Host is the same. */
  #checkDestination({ socket }: IncomingMessage, { host }: Route): Promise<void> | undefined {
    return schemeOf(socket) === 'http' ? this.options.checkDestination?.(socket, host) : undefined;
  }

  async #judge(message: HttpMessage, head: HttpHead, route: Route, hand: InHand): Promise<void> {
    const outcome = await this.options
      .judge(message)
      .catch((error: unknown) => ({ kind: 'refuse', error: asHubError(error) }) as const);
    switch (outcome.kind) {
      case 'refuse':
        refuse(hand.req, hand.res, outcome.error, this.#stopping);
        return;
      case 'forward':
        await this.#forward(outcome, head, route, hand);
        return;
      default:
        outcome satisfies never;
        throw new HubError('internal');
    }
  }

  async #forward(outcome: Forward, head: HttpHead, route: Route, hand: InHand): Promise<void> {
    const { req, res } = hand;
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
      hand.leave = this.options.slots.enter(route, plainAddress(req.socket.remoteAddress));
      const { onAnswer } = outcome;
      const lastOfConnection = (): boolean => this.#stopping;
      const arrival = await this.options.forwarder.send(
        { route, method, path, query, headers, body, onAnswer, lastOfConnection },
        res,
      );
      sent = arrival.sent;
      why = arrival.error?.code;
      if (arrival.error !== undefined) refuse(req, res, arrival.error, this.#stopping);
    } catch (error) {
      why = asHubError(error).code;
      throw error;
    } finally {
      outcome.done(sent, why);
    }
  }

  #refuse(req: IncomingMessage, res: ServerResponse, error: HubError): void {
    const isBroken = this.#turns.get(req.socket)?.broken !== undefined;
    if (!isBroken) this.#tell(req.socket, error);
    refuse(req, res, error, true, isBroken);
  }

  #tell(socket: Duplex & { remoteAddress?: string | undefined }, error: HubError): void {
    const { service, onRefused } = this.options;
    onRefused?.({ device: plainAddress(socket.remoteAddress), ...(service === undefined ? {} : { service }), error });
  }

  /** What the parser could not read, or what came too slowly. Messages before it get their own answers. */
  #garbage(fault: Error & { code?: string }, socket: Duplex): void {
    const turns = this.#turns.get(socket);
    if (turns?.broken !== undefined) return; // the parser breaks anew at whatever comes
    if (turns === undefined || fault.code === 'ECONNRESET' || !socket.writable) {
      socket.destroy();
      return;
    }
    const error = new HubError(codeOf(fault.code));
    this.#tell(socket, error);
    socket.pause();
    if (turns.breakOff(error)) turns.after(() => refuseSocket(socket, error));
  }

  /** A change of protocol behind messages that are not answered yet waits for them (RFC 9112 9.3.2). */
  #inTurn(socket: Duplex, serve: () => void): void {
    socket.on('error', () => socket.destroy()); // Node's server has let go of it
    this.#turns.get(socket)?.after(serve);
  }

  #connect(req: IncomingMessage, socket: Duplex, first: Buffer): void {
    if (this.options.onConnect !== undefined) this.options.onConnect(req, socket, first);
    else this.#refuseSocket(socket, new HubError('upgrade_refused'));
  }

  async #upgrade(req: IncomingMessage, socket: Duplex, first: Buffer): Promise<void> {
    try {
      const { head, route } = readRequest(req, this.options);
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

/** Node's word for what broke off a connection as a code of the hub. */
function codeOf(fault: string | undefined): ErrorCode {
  switch (fault) {
    case 'HPE_HEADER_OVERFLOW':
      return 'head_too_large';
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return 'timeout';
    default:
      return 'bad_head';
  }
}
