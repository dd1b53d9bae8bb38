// One MQTT connection through the hub: bytes of both sides in, commands out. Transparent: packet identifiers, DUP, QoS, retain,
// session-present, keep-alive, will and order are the session's own; only what the sieve changes is changed.

import { asHubError, HubError } from '../../errors.js';
import { CLOUD_FAULT, Connection } from './connection.js';
import { Downlink } from './downlink.js';
import { fault, keepAliveTimeout, REASON, reasonOf, unreachable } from './fault.js';
import { type Frame, Framing, type Piece } from './framing.js';
import { checkFlags, type Packet, readPacket, typeOf } from './packet.js';
import { SecondReader } from './second-reader.js';
import type { Command, Level, Outcome, PacketType, SessionOptions } from './types.js';
import { Uplink } from './uplink.js';

/** What only a server sends. */
const SERVER_ONLY: ReadonlySet<PacketType> = new Set(['connack', 'suback', 'unsuback', 'pingresp']);

/** What a waiting packet costs beside its bytes: of the shortest, two bytes each, one read brings thousands. */
const ITEM_BYTES = 512;
/** What an unacknowledged message costs: there may be 65,535 each way. */
const INFLIGHT_BYTES = 64;
/** How far past `queueBytes` an owner may read on before the connection ends: what one read of its socket or frame can bring. */
const UNHEEDED_PAUSE = 4;

/** What waits its turn: a packet, a fault after which nothing is read, or the device's goodbye. */
type Item =
  | { readonly kind: 'packet'; readonly packet: Packet }
  | { readonly kind: 'fault'; readonly error: HubError }
  | { readonly kind: 'closed' };

export class Session {
  private readonly connection: Connection;
  private readonly uplink: Uplink;
  private readonly downlink: Downlink;
  private readonly deviceFraming: Framing;
  private readonly cloudFraming: Framing;
  private second: SecondReader | undefined;
  private readonly queue: Item[] = [];
  private queuedBytes = 0;
  /** After a fault or the device's end nothing more of it is read. */
  private deaf = false;

  constructor(private readonly options: SessionOptions) {
    this.connection = new Connection(options);
    this.uplink = new Uplink(this.connection);
    this.downlink = new Downlink(this.connection);
    this.deviceFraming = new Framing(options.limits.packetBytes, 'refuse', (first) => this.checkFirst(first));
    this.cloudFraming = new Framing(options.limits.packetBytes, 'stream', (first) => this.downlink.checkFirst(first));
  }

  /** Whether the owner should stop reading from the device: enough waits behind the packet being judged. */
  get paused(): boolean {
    return this.queuedBytes >= this.options.limits.queueBytes;
  }

  get ended(): boolean {
    return this.connection.ended;
  }

  /** Bytes of memory that the connection holds here, about. */
  get heldBytes(): number {
    const { upAliases, downAliases, uplink, downlink } = this.connection;
    const waiting = this.queuedBytes + this.uplink.heldBytes + this.deviceFraming.heldBytes + this.cloudFraming.heldBytes;
    return waiting + upAliases.heldBytes + downAliases.heldBytes + (uplink.count + downlink.count) * INFLIGHT_BYTES;
  }

  /** Seconds; by the CONNECT, or by the cloud's answer to it (MQTT 5). 0: none. */
  get keepAliveSeconds(): number {
    return this.connection.keepAliveSeconds;
  }

  /** Undefined until a CONNECT was read. */
  get level(): Level | undefined {
    return this.connection.connect === undefined ? undefined : this.connection.level;
  }

  /** Bytes of the device, cut anywhere. */
  fromDevice(bytes: Uint8Array): Command[] {
    if (this.deaf || this.ended) return [];
    try {
      this.deviceFraming.push(bytes, (piece) => this.enqueue(piece as Frame));
    } catch (error) {
      this.deaf = true;
      this.queue.push({ kind: 'fault', error: asHubError(error) });
    }
    return this.pump();
  }

  /** Bytes of the cloud, cut anywhere. */
  fromCloud(bytes: Uint8Array): Command[] {
    if (this.ended) return [];
    try {
      this.cloudFraming.push(bytes, (piece: Piece) => this.downlink.handle(piece));
    } catch (error) {
      const { code, where } = asHubError(error);
      this.connection.fail(code, `from the cloud: ${where}`, CLOUD_FAULT);
    }
    return this.connection.flush();
  }

  /** What the sieve decided on the message of `token`, once its record is written. An unknown token changes nothing. */
  judged(token: number, outcome: Outcome): Command[] {
    this.guarded(() => this.uplink.judged(token, outcome));
    return this.pump();
  }

  /** The device's connection is gone; what it sent before is still judged and sent. */
  deviceClosed(): Command[] {
    if (this.ended) return [];
    this.connection.deviceGone = true;
    if (!this.deaf) this.queue.push({ kind: 'closed' });
    this.deaf = true;
    return this.pump();
  }

  /** The cloud's connection is gone: so is the device's, and what waits is not sent. */
  cloudClosed(): Command[] {
    this.connection.end(REASON.unspecified);
    return this.pump();
  }

  /** Ends the connection for a reason of the hub's own: the cloud cannot be reached, the household blocked the service. */
  end(error: HubError): Command[] {
    this.fail(error);
    return this.pump();
  }

  /** The device was silent for longer than its keep-alive allows. */
  keepAliveEnded(): Command[] {
    return this.end(keepAliveTimeout());
  }

  /** The hub stops: the device is told where MQTT has a word for it; the cloud sees its connection break. Nothing to alarm of. */
  shutDown(): Command[] {
    this.connection.leave('busy', REASON.serverShuttingDown);
    return this.pump();
  }

  /** Judges a packet's first byte before anything of it is kept: wrong direction, wrong state, reserved flags. */
  private checkFirst(first: number): void {
    const { connect, level } = this.connection;
    if (connect === undefined) {
      // MQTT 3.1 leaves the flags of a CONNECT free; both QoS bits are never set, and 0x16 is how TLS begins.
      if (first >> 4 === 1 && (first & 0x06) !== 0x06) return;
      throw fault(REASON.protocolError, 'first packet is not CONNECT'); // [MQTT-3.1.0-1]
    }
    const type = typeOf(first, level);
    const foreign = SERVER_ONLY.has(type) || type === 'connect' || (type === 'auth' && !connect.extendedAuth);
    if (foreign) throw fault(REASON.protocolError, `${type.toUpperCase()} is not a client’s to send now`);
    checkFlags(first, type, level);
  }

  private enqueue(frame: Frame): void {
    const packet = readPacket(frame.bytes, frame.bodyStart, this.connection.level, 'up');
    this.second ??= new SecondReader(packet.level);
    this.second.check(packet);
    if (packet.type === 'connect') this.connection.opened(packet);
    this.queue.push({ kind: 'packet', packet });
    this.queuedBytes += packet.bytes.length + ITEM_BYTES;
    if (this.queuedBytes > this.options.limits.queueBytes * UNHEEDED_PAUSE) throw new HubError('busy', 'MQTT: too much waits');
  }

  /** Takes what waits until one must be judged. */
  private pump(): Command[] {
    while (!this.ended && !this.uplink.judging) {
      const item = this.queue.shift();
      if (item === undefined) break;
      this.guarded(() => this.take(item));
    }
    if (this.ended) {
      this.queue.length = 0;
      this.queuedBytes = 0;
    }
    return this.connection.flush();
  }

  private take(item: Item): void {
    switch (item.kind) {
      case 'packet':
        this.queuedBytes -= item.packet.bytes.length + ITEM_BYTES;
        this.uplink.handle(item.packet);
        return;
      case 'fault':
        this.fail(item.error);
        return;
      case 'closed':
        this.connection.end(REASON.success);
        return;
      default:
        throw unreachable(item);
    }
  }

  /** Closed unless opened: whatever goes wrong ends the connection, and nothing of the packet has left. */
  private guarded(step: () => void): void {
    try {
      step();
    } catch (error) {
      this.fail(asHubError(error));
    }
  }

  private fail(error: HubError): void {
    this.connection.fail(error.code, error.where, reasonOf(error));
  }
}
