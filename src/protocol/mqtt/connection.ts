// What both directions of one connection know, and the commands they give.

import type { ErrorCode } from '../../errors.js';
import type { Direction } from '../../model.js';
import { Aliases } from './aliases.js';
import { connackForFault, connackForRefusal, disconnect } from './answers.js';
import type { ConnectHead } from './draft.js';
import { isTransient, REASON, type Reason } from './fault.js';
import { DEFAULT_RECEIVE_MAXIMUM, DownlinkInflight, UplinkInflight } from './inflight.js';
import type { Packet } from './packet.js';
import type { Answer, Command, Level, SessionOptions } from './types.js';

/** `fresh`: no CONNECT has gone to the cloud. `connecting`: no CONNACK has come back. */
export type Phase = 'fresh' | 'connecting' | 'connected' | 'ended';

/** Largest two-byte number: any alias a packet can carry. */
const ANY_ALIAS = 65_535;

/** What the cloud takes, by its CONNACK (MQTT 5, 3.2.2.3). Before it has come nothing is known, and nothing refused for it. */
export interface CloudLimits {
  readonly receiveMaximum: number;
  readonly topicAliasMaximum: number;
  readonly maximumPacketSize: number;
  readonly maximumQos: number;
  readonly retain: boolean;
  readonly wildcards: boolean;
  readonly subscriptionIds: boolean;
  readonly shared: boolean;
}

const UNKNOWN_LIMITS: CloudLimits = {
  receiveMaximum: DEFAULT_RECEIVE_MAXIMUM,
  topicAliasMaximum: ANY_ALIAS,
  maximumPacketSize: Number.POSITIVE_INFINITY,
  maximumQos: 2,
  retain: true,
  wildcards: true,
  subscriptionIds: true,
  shared: true,
};

export class Connection {
  phase: Phase = 'fresh';
  level: Level = 4;
  connect: ConnectHead | undefined;
  keepAliveSeconds = 0;
  /** By the device's CONNECT: what the cloud may send it. */
  deviceAliasMaximum = ANY_ALIAS;
  devicePacketSize = Number.POSITIVE_INFINITY;
  sessionExpirySeconds = 0;
  cloud: CloudLimits = UNKNOWN_LIMITS;
  deviceGone = false;
  readonly upAliases = new Aliases();
  readonly downAliases = new Aliases();
  readonly uplink = new UplinkInflight();
  readonly downlink = new DownlinkInflight();
  private commands: Command[] = [];

  constructor(readonly options: SessionOptions) {}

  get ended(): boolean {
    return this.phase === 'ended';
  }

  /** The commands given since the last call. */
  flush(): Command[] {
    const commands = this.commands;
    this.commands = [];
    return commands;
  }

  give(command: Command): void {
    this.commands.push(command);
  }

  toCloud(bytes: Uint8Array): void {
    this.give({ kind: 'toCloud', bytes });
  }

  toDevice(bytes: Uint8Array): void {
    if (!this.deviceGone) this.give({ kind: 'toDevice', bytes });
  }

  alarm(error: ErrorCode, where: string, answer: Answer, recorded = false): void {
    this.give({ kind: 'alarm', error, where, answer, recorded });
  }

  /** Tells of a packet by which one side says no; of others nothing. */
  noteRefusal({ type: packet, reason }: Packet, direction: Direction): void {
    const isNo = packet === 'connack' ? reason !== REASON.success : reason >= REASON.unspecified;
    if (isNo) this.give({ kind: 'refusal', refusal: { packet, reason, direction } });
  }

  /** A CONNECT was read: what it says holds for every packet after it. */
  opened(packet: Packet): void {
    this.level = packet.level;
    this.connect = packet.connect;
    this.keepAliveSeconds = packet.connect!.keepAliveSeconds;
    if (packet.level < 5) return;
    this.deviceAliasMaximum = packet.numbers.get('topicAliasMaximum') ?? 0;
    this.devicePacketSize = packet.numbers.get('maximumPacketSize') ?? Number.POSITIVE_INFINITY;
    this.sessionExpirySeconds = packet.numbers.get('sessionExpiryInterval') ?? 0;
  }

  /** A CONNACK that accepts went to the device. */
  accepted({ numbers }: Packet): void {
    this.phase = 'connected';
    if (this.level < 5) return;
    this.keepAliveSeconds = numbers.get('serverKeepAlive') ?? this.keepAliveSeconds;
    this.cloud = {
      receiveMaximum: numbers.get('receiveMaximum') ?? DEFAULT_RECEIVE_MAXIMUM,
      topicAliasMaximum: numbers.get('topicAliasMaximum') ?? 0,
      maximumPacketSize: numbers.get('maximumPacketSize') ?? Number.POSITIVE_INFINITY,
      maximumQos: numbers.get('maximumQos') ?? 2,
      retain: numbers.get('retainAvailable') !== 0,
      wildcards: numbers.get('wildcardsAvailable') !== 0,
      subscriptionIds: numbers.get('subscriptionIdsAvailable') !== 0,
      shared: numbers.get('sharedAvailable') !== 0,
    };
  }

  /**
   * Ends both sides because of a fault: the device is told in the way its level of MQTT and the state allow; the cloud sees its
   * connection break, and publishes the will.
   */
  fail(error: ErrorCode, where: string, reason: Reason, recorded = false): void {
    if (this.ended) return;
    this.alarm(error, where, 'ended', recorded);
    this.leave(error, reason);
  }

  /** As `fail`, without an alarm. */
  leave(error: ErrorCode, reason: Reason): void {
    if (this.ended) return;
    const goodbye = this.goodbye(error, reason);
    if (goodbye !== undefined) this.toDevice(goodbye);
    this.end(reason);
  }

  /** Ends both sides. */
  end(reason: number): void {
    if (this.ended) return;
    this.phase = 'ended';
    if (!this.deviceGone) this.give({ kind: 'endDevice', reason });
    this.give({ kind: 'endCloud', reason });
  }

  /** DISCONNECT, or a CONNACK where the device still waits for one and can be told something; else only the end. */
  private goodbye(error: ErrorCode, reason: Reason): Uint8Array | undefined {
    if (this.phase === 'connected') return this.level === 5 ? disconnect(reason) : undefined;
    if (this.connect === undefined) return connackForFault(reason);
    return isTransient(error) ? connackForRefusal(error, this.level) : undefined;
  }
}

/** Reason for a device whose cloud broke a rule: nothing the device did. */
export const CLOUD_FAULT = REASON.unspecified;
