// From the device to the cloud: each packet is judged, passed on as it is, or answered; one at a time, in order.

import { asHubError, type HubError } from '../../errors.js';
import type { Resolved } from './aliases.js';
import { confirmation, connackForRefusal, publishRefusal, subscriptionRefusal } from './answers.js';
import type { Connection } from './connection.js';
import { fault, isTransient, REASON, reasonOf } from './fault.js';
import type { Packet } from './packet.js';
import { canBeStripped, rewrite, stripped, toMessage } from './parts.js';
import type { MqttMessage, Outcome, Parts } from './types.js';

interface Pending {
  readonly token: number;
  readonly packet: Packet;
  readonly message: MqttMessage;
  readonly resolved: Resolved | undefined;
}

export class Uplink {
  private tokens = 0;
  private pending: Pending | undefined;

  constructor(private readonly connection: Connection) {}

  /** Whether a packet waits for its judgement. */
  get judging(): boolean {
    return this.pending !== undefined;
  }

  /** Bytes of the packet that waits for its judgement. */
  get heldBytes(): number {
    return this.pending?.packet.bytes.length ?? 0;
  }

  /** Takes the next packet of the device, which is legal by itself. Throws a fault where the session does not allow it. */
  handle(packet: Packet): void {
    this.checkState(packet);
    switch (packet.type) {
      case 'publish':
        this.handlePublish(packet);
        return;
      case 'puback':
      case 'pubrec':
      case 'pubcomp':
        this.connection.downlink.answered(packet);
        this.connection.noteRefusal(packet, 'up');
        this.judgeOrPass(packet);
        return;
      case 'disconnect':
        this.connection.noteRefusal(packet, 'up');
        this.judgeOrPass(packet);
        return;
      case 'pubrel':
        if (!this.connection.uplink.releaseOwn(packet.id)) {
          this.judgeOrPass(packet);
          return;
        }
        this.connection.toDevice(confirmation('pubcomp', packet.id, packet.level, REASON.success));
        return;
      case 'subscribe':
        checkSubscribe(packet, this.connection);
        this.judge(packet);
        return;
      default:
        this.judgeOrPass(packet);
        return;
    }
  }

  /** The sieve has spoken on the pending packet. A token that is not the pending one changes nothing. */
  judged(token: number, outcome: Outcome): void {
    const pending = this.pending;
    if (pending === undefined || pending.token !== token) return;
    this.pending = undefined;
    if (this.connection.ended) {
      if (outcome.kind === 'pass') this.connection.give({ kind: 'unsent', token });
      return;
    }
    if (outcome.kind === 'refuse') {
      this.refuse(pending, outcome.error, true);
      return;
    }
    this.passOrRefuse(pending, outcome.parts);
  }

  private checkState({ type, reason, numbers }: Packet): void {
    const { phase, connect, sessionExpirySeconds } = this.connection;
    if (phase === 'connecting' && connect!.extendedAuth && type !== 'auth' && type !== 'disconnect') {
      throw fault(REASON.protocolError, `${type.toUpperCase()} before authentication is done`); // [MQTT-3.1.2-30]
    }
    if (type === 'auth' && (reason === 0x19) !== (phase === 'connected')) throw fault(REASON.protocolError, 'AUTH: out of turn');
    if (type === 'disconnect' && sessionExpirySeconds === 0 && (numbers.get('sessionExpiryInterval') ?? 0) > 0) {
      throw fault(REASON.protocolError, 'DISCONNECT: session expiry was 0'); // 3.14.2.2.2
    }
  }

  private handlePublish(packet: Packet): void {
    const { uplink, upAliases, cloud } = this.connection;
    checkPublish(packet, this.connection);
    const resolved = upAliases.resolve(packet, cloud.topicAliasMaximum);
    const own = packet.publish!.qos > 0 ? uplink.isOwn(packet.id) : undefined;
    if (own === 'received') {
      this.connection.toDevice(confirmation('pubrec', packet.id, packet.level, REASON.success));
      return;
    }
    // Its acknowledgement is on the way already.
    if (own === 'waiting') return;
    this.judge(packet, resolved);
  }

  private judgeOrPass(packet: Packet): void {
    if (packet.fields.length > 0) this.judge(packet);
    else this.pass(packet, packet.bytes);
  }

  private judge(packet: Packet, resolved?: Resolved): void {
    const token = ++this.tokens;
    const message = toMessage(packet, resolved?.topic);
    this.pending = { token, packet, message, resolved };
    this.connection.give({ kind: 'judge', token, message });
  }

  /** What cannot be written the way the sieve wants it is refused; its own bytes never pass. */
  private passOrRefuse(pending: Pending, parts: Parts): void {
    const { packet, message, resolved } = pending;
    const { upAliases, cloud } = this.connection;
    let bytes: Uint8Array;
    const topic = topicOf(message, parts);
    try {
      const written = resolved === undefined ? undefined : upAliases.toWrite(packet, resolved, wanted(topic));
      bytes = rewrite(packet, message, parts, 'up', written);
      if (bytes.length > cloud.maximumPacketSize) throw fault(REASON.packetTooLarge, 'packet is longer than the cloud takes');
    } catch (error) {
      this.refuse(pending, asHubError(error), false);
      return;
    }
    if (resolved !== undefined) upAliases.sent(resolved, wanted(topic));
    this.pass(packet, bytes);
  }

  private pass(packet: Packet, bytes: Uint8Array): void {
    this.connection.toCloud(bytes);
    if (packet.type === 'publish') this.connection.uplink.sent(packet);
    if (packet.type === 'connect') this.connection.phase = 'connecting';
    if (packet.type === 'disconnect') this.connection.end(packet.reason);
  }

  /** `recorded`: the judge refused it, and its record says so; else it was to leave and cannot be written. */
  private refuse(pending: Pending, error: HubError, recorded: boolean): void {
    const { packet, message } = pending;
    const { connection } = this;
    const where = `MQTT ${packet.type.toUpperCase()}`;
    if (packet.type === 'connect') {
      connection.toDevice(connackForRefusal(error.code, packet.level));
      connection.alarm(error.code, where, 'ended', recorded);
      connection.end(reasonOf(error));
      return;
    }
    if (packet.type === 'publish') {
      this.refusePublish(packet, error, where, recorded);
      return;
    }
    if (isTransient(error.code)) {
      connection.fail(error.code, where, REASON.serverBusy, recorded);
      return;
    }
    if (packet.type === 'subscribe' || packet.type === 'unsubscribe') {
      connection.toDevice(subscriptionRefusal(packet, error.code));
      connection.alarm(error.code, where, 'rejected', recorded);
      return;
    }
    if (!canBeStripped(packet)) {
      connection.fail(error.code, where, REASON.notAuthorized, recorded);
      return;
    }
    connection.alarm(error.code, where, 'stripped', recorded);
    this.pass(packet, rewrite(packet, message, stripped(message, packet), 'up'));
  }

  private refusePublish(packet: Packet, error: HubError, where: string, recorded: boolean): void {
    const { connection } = this;
    if (packet.publish!.qos === 0) {
      connection.alarm(error.code, where, 'dropped', recorded);
      return;
    }
    // Not acknowledged: the device keeps the message and sends it again when the fault has passed.
    if (isTransient(error.code)) {
      connection.fail(error.code, where, REASON.serverBusy, recorded);
      return;
    }
    const plain = packet.level < 5;
    if (plain && connection.options.refused3 === 'end') {
      connection.fail(error.code, where, REASON.notAuthorized, recorded);
      return;
    }
    for (const own of connection.uplink.refused(packet, publishRefusal(packet, error.code))) connection.toDevice(own);
    connection.alarm(error.code, where, plain ? 'acknowledged' : 'rejected', recorded);
  }
}

/** The topic the sieve wants; empty where it took it out. */
function topicOf(message: MqttMessage, parts: Parts): string {
  const index = message.parts.findIndex((part) => part.role === 'topic');
  return parts[index]?.text ?? '';
}

/** An empty topic beside an alias would mean another topic: it is not written. */
function wanted(topic: string): string {
  if (topic === '') throw fault(REASON.implementationSpecific, 'PUBLISH: the topic was taken out');
  return topic;
}

/** What the cloud has said it does not take (MQTT 5, 3.2.2.3); a device that sends it all the same breaks the protocol. */
function checkPublish(packet: Packet, { cloud, uplink, level }: Connection): void {
  if (level < 5) return;
  const { qos, retain } = packet.publish!;
  if (packet.bytes.length > cloud.maximumPacketSize) throw fault(REASON.packetTooLarge, 'PUBLISH: longer than the cloud takes');
  if (qos > cloud.maximumQos) throw fault(REASON.qosNotSupported, 'PUBLISH: QoS above the cloud’s maximum');
  if (retain && !cloud.retain) throw fault(REASON.retainNotSupported, 'PUBLISH: the cloud does not retain');
  if (qos > 0 && uplink.count >= cloud.receiveMaximum && !uplink.has(packet.id)) {
    throw fault(REASON.receiveMaximumExceeded, 'PUBLISH: more messages under way than the cloud takes');
  }
}

function checkSubscribe(packet: Packet, { cloud }: Connection): void {
  const { wildcards, shared } = packet.subscribe!;
  if (wildcards && !cloud.wildcards) throw fault(REASON.wildcardsNotSupported, 'SUBSCRIBE: the cloud takes no wildcards');
  if (shared && !cloud.shared) throw fault(REASON.sharedNotSupported, 'SUBSCRIBE: the cloud takes no shared filters');
  if (packet.numbers.has('subscriptionIdentifier') && !cloud.subscriptionIds) {
    throw fault(REASON.subscriptionIdsNotSupported, 'SUBSCRIBE: the cloud takes no subscription identifiers');
  }
}
