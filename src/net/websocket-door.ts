// WebSocket on connections whose head the HTTP door has read: handshake judged -> cloud asked -> device answered -> messages judged.
import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { asHubError, type ErrorCode, HubError } from '../errors.js';
import { type HttpHead, writeHead } from '../protocol/http/head.js';
import type { Forward, HttpMessage, Judge, Refusal } from '../protocol/http/message.js';
import { type Handshake, isMqtt, offerAfter, readHandshake } from '../protocol/websocket/handshake.js';
import type { WebSocketJudge, WebSocketMessage, WebSocketPeer } from '../protocol/websocket/message.js';
import { plainAddress } from './address.js';
import type { Budget } from './budget.js';
import { refuseSocket } from './refusal.js';
import type { Route } from './route.js';
import { passAnswer } from './websocket-answer.js';
import { type CloudOpened, type End, openCloud, openDevice } from './websocket-end.js';
import { watchLife } from './websocket-life.js';
import { carryMqtt, type MqttInside } from './websocket-mqtt.js';
import { WebSocketRelay } from './websocket-relay.js';

/** For topic and properties beside a payload of `bodyBytes`, as on the MQTT door. */
const HEAD_ROOM_BYTES = 131_072;
/**
 * Longest message of the cloud. It is held whole for a moment, because `ws` hands out whole messages only (its receiver joins the
 * fragments and inflates them before it tells of them); past this both ends are told 1009. Files of any length come over HTTP.
 */
const DOWN_BYTES = 16 * 1024 * 1024;

export interface WebSocketDoorOptions {
  /** The service the listener fixes. */
  readonly service?: string | undefined;
  readonly limits: { readonly bodyBytes: number; readonly connections: number };
  /** Bytes of messages, of all doors together. */
  readonly bytes: Budget;
  readonly timeouts: { readonly headMs: number; readonly answerMs: number; readonly stopMs: number };
  /** Judges the handshake as the HTTP request that it is. */
  readonly judgeHandshake: Judge;
  readonly judge: WebSocketJudge;
  /** Gives a message from the cloud its originals back; never throws. */
  readonly restore: (peer: WebSocketPeer, message: WebSocketMessage) => Uint8Array | Promise<Uint8Array>;
  /** Connects to the end of a route; nothing has been sent on the socket. */
  readonly connect: (route: Route, device: string) => Promise<Socket>;
  /** For connections that carry MQTT. */
  readonly mqtt: MqttInside;
  /** What a refused message brings about; absent: `close`. */
  readonly refused?: 'close' | 'drop';
  /** Told of what was refused before it could be judged. */
  readonly onRefused?: (refusal: Refusal) => void;
}

export interface WebSocketDoor {
  /** Takes a request for a protocol change whose head and route are sound and which is not answered yet. */
  accept(head: HttpHead, route: Route, req: IncomingMessage, socket: Duplex, first: Buffer): void;
  /** Connections and handshakes. */
  readonly held: number;
  /** Ends connections with 1001 once what is in hand is finished, at most `stopMs`; then closes everything. */
  close(): Promise<void>;
}

/** One connection, from its handshake on. */
interface Held {
  stop(): void;
  destroy(): void;
}

/** Serves WebSocket for one listener. */
export function createWebSocketDoor(options: WebSocketDoorOptions): WebSocketDoor {
  return new RelayDoor(options);
}

/** A handshake on its way. */
interface Opening {
  readonly peer: WebSocketPeer;
  readonly route: Route;
  readonly req: IncomingMessage;
  readonly socket: Duplex;
  readonly first: Buffer;
  readonly handshake: Handshake;
}

class RelayDoor implements WebSocketDoor {
  readonly #held = new Set<Held>();
  #stopping = false;
  #empty: (() => void) | undefined;

  constructor(readonly options: WebSocketDoorOptions) {}

  get held(): number {
    return this.#held.size;
  }

  accept(head: HttpHead, route: Route, req: IncomingMessage, socket: Duplex, first: Buffer): void {
    const { service, limits } = this.options;
    const device = plainAddress(req.socket.remoteAddress);
    const peer = { device, host: route.host, ...(service === undefined ? {} : { service }) };
    socket.on('error', () => socket.destroy());
    const held = { stop: () => undefined, destroy: () => void socket.destroy() };
    try {
      if (this.#stopping || this.#held.size >= limits.connections) throw new HubError('busy');
      const handshake = readHandshake(head.headers, req.httpVersion);
      this.#hold(held);
      this.#open({ peer, route, req, socket, first, handshake }, head)
        .catch((fault: unknown) => refuseSocket(socket, asHubError(fault)))
        .finally(() => this.#release(held));
    } catch (fault) {
      this.#tell(peer, asHubError(fault));
      refuseSocket(socket, asHubError(fault));
    }
  }

  async close(): Promise<void> {
    this.#stopping = true;
    if (this.#held.size === 0) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, this.options.timeouts.stopMs);
      this.#empty = () => {
        clearTimeout(timer);
        resolve();
      };
      for (const held of this.#held) held.stop();
    });
    for (const held of this.#held) held.destroy();
  }

  #hold(held: Held): void {
    this.#held.add(held);
  }

  #release(held: Held): void {
    this.#held.delete(held);
    if (this.#held.size === 0) this.#empty?.();
  }

  #tell({ device, service }: WebSocketPeer, error: HubError): void {
    this.options.onRefused?.({ device, ...(service === undefined ? {} : { service }), error });
  }

  /** Rejects with what the device is to be told; nothing was answered yet. */
  async #open(opening: Opening, head: HttpHead): Promise<void> {
    const { route, socket } = opening;
    const outcome = await this.options.judgeHandshake(message(opening, head));
    if (outcome.kind === 'refuse') throw outcome.error;
    let isSending = false;
    let why: ErrorCode | undefined;
    try {
      const offer = offerAfter(opening.handshake, outcome.headers);
      const headers = writeHead({
        method: 'GET',
        authority: route.authority,
        headers: offer.headers,
        bodyBytes: 0,
        framed: false,
      });
      const connected = await this.options.connect(route, opening.peer.device);
      if (socket.destroyed) connected.destroy();
      if (socket.destroyed) throw new HubError('upstream_unreachable', 'the device left');
      isSending = true;
      const protocols = [...offer.protocols.keys()];
      const opened = await this.#openCloud(opening, outcome, connected, headers, protocols);
      if (opened.kind === 'answered') passAnswer(socket, opened.response, outcome.onAnswer, this.options.timeouts.answerMs);
      else this.#join(opening, opened, outcome, offer.protocols);
    } catch (fault) {
      why = asHubError(fault).code;
      throw fault;
    } finally {
      outcome.done(isSending, why);
    }
  }

  #openCloud(
    { handshake }: Opening,
    { path, query }: Forward,
    socket: Socket,
    headers: ReturnType<typeof writeHead>,
    protocols: readonly string[],
  ): Promise<CloudOpened> {
    return openCloud({
      socket,
      path,
      query,
      headers,
      protocols,
      deflate: handshake.deflate,
      messageBytes: DOWN_BYTES,
      timeoutMs: this.options.timeouts.answerMs,
    });
  }

  /** The cloud has agreed: so does the hub, and what each end says goes to the other. */
  #join(opening: Opening, opened: CloudOpened & { kind: 'open' }, outcome: Forward, offered: ReadonlyMap<string, string>): void {
    const { req, socket, first, peer } = opening;
    const { bodyBytes } = this.options.limits;
    const protocol = offered.get(opened.protocol);
    // Where the cloud chose none of what was nothing but MQTT, a device that goes on goes on in it.
    const spoken = opened.protocol === '' ? [...offered.values()] : [protocol ?? ''];
    const hasMqtt = spoken.length > 0 && spoken.every((each) => isMqtt(each));
    const cloud = opened.end;
    const headers = outcome.onAnswer?.({ status: 101, headers: opened.headers })?.headers ?? opened.headers;
    const messageBytes = hasMqtt ? bodyBytes + HEAD_ROOM_BYTES : bodyBytes;
    const device = openDevice({ req, socket, first, protocol, headers, messageBytes });
    if (device === undefined) {
      cloud.destroy();
      return;
    }
    const stopWatch = watchLife([device, cloud]);
    let held: Held | undefined;
    const closed = (): void => {
      stopWatch();
      if (held !== undefined) this.#release(held);
    };
    held = hasMqtt ? this.#carryMqtt(peer, device, cloud, closed) : this.#relay(peer, device, cloud, closed);
    this.#hold(held);
    if (this.#stopping) held.stop();
  }

  #relay(peer: WebSocketPeer, device: End, cloud: End, onClosed: () => void): Held {
    const { bytes, judge, restore, refused = 'close', limits } = this.options;
    const relay: WebSocketRelay = new WebSocketRelay(device, cloud, {
      bytes: bytes.take(peer.device, 0, () => relay.giveWay())!, // nothing is always there
      bodyBytes: limits.bodyBytes,
      downBytes: DOWN_BYTES,
      refused,
      judge: (each) => judge(peer, each),
      restore: (each) => restore(peer, each),
      onFault: (error) => this.#tell(peer, error),
      onClosed,
    });
    return relay;
  }

  #carryMqtt(peer: WebSocketPeer, device: End, cloud: End, onClosed: () => void): Held {
    const { mqtt, bytes, limits, timeouts } = this.options;
    const packetBytes = limits.bodyBytes + HEAD_ROOM_BYTES;
    const onFault = (error: HubError): void => this.#tell(peer, error);
    return carryMqtt(device, cloud, { ...mqtt, peer, bytes, timeouts, packetBytes, onFault, onClosed });
  }
}

/** The handshake as the judge of HTTP messages reads it. */
function message({ peer, route, handshake }: Opening, head: HttpHead): HttpMessage {
  return {
    device: peer.device,
    ...(peer.service === undefined ? {} : { service: peer.service }),
    scheme: route.scheme,
    authority: route.authority,
    method: head.method,
    path: head.path,
    ...(head.query === undefined ? {} : { query: head.query }),
    headers: handshake.headers,
    body: Buffer.alloc(0),
  };
}
