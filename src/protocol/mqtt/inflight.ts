// Messages on their way (MQTT 5, 4.3 and 4.9): what the device has sent and waits for, and what the cloud has sent to it.

import { fault, REASON } from './fault.js';
import type { Packet } from './packet.js';

/** One PUBLISH of the device that is not acknowledged yet. `own`: refused; the hub's acknowledgement waits for its turn. */
interface Waiting {
  readonly own: Uint8Array | undefined;
}

/** Before the CONNACK has named one (MQTT 5, 3.2.2.3.3). */
export const DEFAULT_RECEIVE_MAXIMUM = 65_535;

/**
 * The device's messages. Acknowledgements keep the order of the messages [MQTT-4.6.0-2]: the hub's own for a refused message
 * waits until the cloud has acknowledged what was sent before it.
 */
export class UplinkInflight {
  /** By packet identifier, in the order they were sent; a Map keeps it. */
  private readonly waiting: Readonly<Record<1 | 2, Map<number, Waiting>>> = { 1: new Map(), 2: new Map() };
  /** QoS 2 after PUBREC, until PUBREL (refused ones) or PUBCOMP (passed ones). */
  private readonly ownReceived = new Set<number>();
  private readonly received = new Set<number>();

  get count(): number {
    return this.waiting[1].size + this.waiting[2].size + this.ownReceived.size + this.received.size;
  }

  has(id: number): boolean {
    return this.waiting[1].has(id) || this.waiting[2].has(id) || this.ownReceived.has(id) || this.received.has(id);
  }

  /** Whether the hub has refused this message before and is not done with it: a repetition is not judged again. */
  isOwn(id: number): 'waiting' | 'received' | undefined {
    if (this.ownReceived.has(id)) return 'received';
    const waits = this.waiting[1].get(id) ?? this.waiting[2].get(id);
    return waits?.own === undefined ? undefined : 'waiting';
  }

  /** A PUBLISH went to the cloud. */
  sent(packet: Packet): void {
    const qos = packet.publish!.qos;
    if (qos !== 0 && !this.has(packet.id)) this.waiting[qos].set(packet.id, { own: undefined });
  }

  /** A PUBLISH of QoS 1 or 2 was refused; gives the acknowledgements whose turn it is now. */
  refused(packet: Packet, own: Uint8Array): Uint8Array[] {
    const qos = packet.publish!.qos;
    if (qos === 0) return [];
    if (!this.has(packet.id)) this.waiting[qos].set(packet.id, { own });
    return this.due(qos, packet.level < 5);
  }

  /** The cloud acknowledged with PUBACK, PUBREC or PUBCOMP; gives the hub's own acknowledgements whose turn it is now. */
  acknowledged(packet: Packet): Uint8Array[] {
    if (packet.type === 'pubcomp') {
      this.received.delete(packet.id);
      return [];
    }
    const qos = packet.type === 'puback' ? 1 : 2;
    const known = this.waiting[qos].delete(packet.id);
    if (known && qos === 2 && packet.reason < 0x80) this.received.add(packet.id);
    return this.due(qos, packet.level < 5);
  }

  /** The device released a message the hub had refused. */
  releaseOwn(id: number): boolean {
    return this.ownReceived.delete(id);
  }

  private due(qos: 1 | 2, plain: boolean): Uint8Array[] {
    const due: Uint8Array[] = [];
    for (const [id, { own }] of this.waiting[qos]) {
      if (own === undefined) break;
      this.waiting[qos].delete(id);
      due.push(own);
      // A PUBREC without a reason code is followed by PUBREL; one that says no ends the exchange (4.3.3).
      if (qos === 2 && plain) this.ownReceived.add(id);
    }
    return due;
  }
}

type DownlinkState = 'qos1' | 'qos2' | 'released';

/** The cloud's messages to the device, so that it answers each in the right way. Unknown identifiers pass: a resumed session. */
export class DownlinkInflight {
  private readonly states = new Map<number, DownlinkState>();

  get count(): number {
    return this.states.size;
  }

  /** A PUBLISH or PUBREL reached the device. */
  sent(packet: Packet): void {
    if (packet.type === 'pubrel') this.states.set(packet.id, 'released');
    else if (packet.publish?.qos === 1) this.states.set(packet.id, 'qos1');
    else if (packet.publish?.qos === 2) this.states.set(packet.id, 'qos2');
  }

  /** The device answers with PUBACK, PUBREC or PUBCOMP; throws where that is no answer to what it was sent (4.3). */
  answered(packet: Packet): void {
    const state = this.states.get(packet.id);
    if (state === undefined) return;
    const fits = packet.type === 'puback' ? state === 'qos1' : packet.type === 'pubrec' ? state !== 'qos1' : state === 'released';
    if (!fits) throw fault(REASON.protocolError, `${packet.type.toUpperCase()}: not the answer to this message`);
    if (packet.type !== 'pubrec' || packet.reason >= 0x80) this.states.delete(packet.id);
  }
}
