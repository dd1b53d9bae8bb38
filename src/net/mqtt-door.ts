// MQTT on connections that a door hands over: a session between each device and its broker.
import type { Socket } from 'node:net';
import { asHubError, HubError } from '../errors.js';
import type { Refusal } from '../protocol/http/message.js';
import type { MqttMessage, Refusal as MqttRefusal, Parts, SessionLimits } from '../protocol/mqtt/index.js';
import type { MqttJudge, MqttPeer, OnAlarm } from '../protocol/mqtt/judge.js';
import { plainAddress } from './address.js';
import type { Budget } from './budget.js';
import { MqttConnection, type MqttTimeouts } from './mqtt-connection.js';
import { findMqttRoute, type MqttDestination, type MqttRoute } from './mqtt-upstream.js';
import type { FixedUpstream, PinnedAddress, Self } from './route.js';

export type { MqttJudge, MqttJudged, MqttPeer } from '../protocol/mqtt/judge.js';

/** For topic, client identifier and properties beside a payload of `bodyBytes`: two longest strings (64 KiB each). */
const HEAD_ROOM_BYTES = 131_072;

export interface MqttDoorOptions {
  /** What the listener fixes. */
  readonly service?: string | undefined;
  readonly upstream?: FixedUpstream | undefined;
  readonly resolve: Readonly<Record<string, PinnedAddress>>;
  /** Addresses and ports of this hub, asked anew for each connection: interfaces come and go. */
  readonly self: () => Self;
  readonly limits: { readonly bodyBytes: number; readonly connections: number };
  /** Bytes of messages, of all doors together. */
  readonly bytes: Budget;
  readonly timeouts: MqttTimeouts & { readonly stopMs: number };
  readonly judge: MqttJudge;
  /** Connects to the end of a route (mqtt-upstream.ts). */
  readonly connect: (route: MqttRoute, device: string) => Promise<Socket>;
  /** Gives a message from the cloud its originals back; absent: as it came. */
  readonly restore?: (peer: MqttPeer, message: MqttMessage) => Parts;
  /** What a refused message of MQTT 3.x gets, which knows no way to say no; absent: `acknowledge`. */
  readonly refused3?: 'acknowledge' | 'end';
  /** Told of each connection turned away before its first packet. */
  readonly onRefused?: (refusal: Refusal) => void;
  /** Told of what a household should see. `where`: packet and rule, never a value. */
  readonly onAlarm?: OnAlarm;
  /** Told of each packet by which cloud or device says no. */
  readonly onNo?: (peer: MqttPeer, refusal: MqttRefusal) => void;
}

export interface MqttDoor {
  /**
   * Takes a connection (TCP, or TLS already opened) whose bytes are still to be read. `destination`: where it was for, when no
   * listener's upstream says so.
   */
  accept(socket: Socket, destination?: MqttDestination): void;
  /** Connections. */
  readonly held: number;
  /** Lets messages in hand finish, at most `stopMs`; then closes everything. */
  close(): Promise<void>;
}

/** Serves MQTT for one listener. */
export function createMqttDoor(options: MqttDoorOptions): MqttDoor {
  return new SessionDoor(options);
}

class SessionDoor implements MqttDoor {
  readonly #connections = new Set<MqttConnection>();
  readonly #limits: SessionLimits;
  #stopping = false;
  #empty: (() => void) | undefined;

  constructor(readonly options: MqttDoorOptions) {
    const packetBytes = options.limits.bodyBytes + HEAD_ROOM_BYTES;
    this.#limits = { packetBytes, queueBytes: packetBytes };
  }

  get held(): number {
    return this.#connections.size;
  }

  accept(socket: Socket, destination?: MqttDestination): void {
    const { service, upstream, resolve, self, limits } = this.options;
    const device = plainAddress(socket.remoteAddress);
    socket.on('error', () => socket.destroy());
    try {
      if (this.#stopping || this.#connections.size >= limits.connections) throw new HubError('busy');
      const found = findMqttRoute({ upstream, destination, resolve, self: self() });
      this.#open(socket, found, { device, host: found.route.host, ...(service === undefined ? {} : { service }) });
    } catch (fault) {
      socket.destroy(); // before a CONNECT was read, a server can only close (3.1.4)
      this.options.onRefused?.({ device, ...(service === undefined ? {} : { service }), error: asHubError(fault) });
    }
  }

  #open(socket: Socket, route: MqttRoute, peer: MqttPeer): void {
    const { bytes, timeouts, judge, connect, restore, refused3, onAlarm, onNo } = this.options;
    const connection: MqttConnection = new MqttConnection(socket, {
      peer,
      limits: this.#limits,
      bytes: bytes.take(peer.device, 0, () => connection.giveWay())!, // nothing is always there
      timeouts,
      refused3: refused3 ?? 'acknowledge',
      judge,
      connect: () => connect(route, peer.device),
      restore: restore ?? ((_peer, message) => message.parts),
      onAlarm: onAlarm ?? (() => undefined),
      onRefusal: onNo ?? (() => undefined),
      onClosed: () => {
        this.#connections.delete(connection);
        if (this.#connections.size === 0) this.#empty?.();
      },
    });
    this.#connections.add(connection);
  }

  async close(): Promise<void> {
    this.#stopping = true;
    if (this.#connections.size === 0) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, this.options.timeouts.stopMs);
      this.#empty = () => {
        clearTimeout(timer);
        resolve();
      };
      for (const connection of this.#connections) connection.stop();
    });
    for (const connection of this.#connections) connection.destroy();
  }
}
