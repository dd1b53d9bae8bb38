// From the cloud to the device: originals are put back where pseudonyms stand; nothing is refused for size or format.

import { asHubError } from '../../errors.js';
import type { Resolved } from './aliases.js';
import { CLOUD_FAULT, type Connection } from './connection.js';
import { fault, REASON, unreachable } from './fault.js';
import type { Piece } from './framing.js';
import { checkFlags, type Packet, readPacket, typeOf } from './packet.js';
import { rewrite, toMessage } from './parts.js';
import type { MqttMessage, PacketType, Parts } from './types.js';

/** What only a client sends. */
const CLIENT_ONLY: ReadonlySet<PacketType> = new Set(['connect', 'subscribe', 'unsubscribe', 'pingreq']);

export class Downlink {
  constructor(private readonly connection: Connection) {}

  /** Throws where the cloud may not send a packet with this first byte now. */
  checkFirst(first: number): void {
    const { phase, level } = this.connection;
    const type = typeOf(first, level);
    if (CLIENT_ONLY.has(type) || (type === 'disconnect' && level < 5))
      throw fault(REASON.protocolError, `${type.toUpperCase()} from a server`);
    const opening = type === 'connack' || type === 'auth';
    const early = phase === 'fresh' || (phase === 'connecting' && !opening);
    if (early || (phase === 'connected' && type === 'connack'))
      throw fault(REASON.protocolError, `${type.toUpperCase()} out of turn`);
    checkFlags(first, type, level);
  }

  /** Takes the next piece of the cloud's stream. Throws a fault where it breaks the protocol. */
  handle(piece: Piece): void {
    if (this.connection.ended) return;
    switch (piece.kind) {
      case 'frame':
        this.handlePacket(readPacket(piece.bytes, piece.bodyStart, this.connection.level, 'down'));
        return;
      case 'largeStart': {
        const packet = readPacket(piece.bytes, piece.bodyStart, this.connection.level, 'down', piece.bodyBytes);
        if (packet.type !== 'publish') throw fault(REASON.packetTooLarge, `${packet.type.toUpperCase()}: too long`);
        this.handlePacket(packet);
        return;
      }
      case 'largeRest':
        this.connection.toDevice(piece.bytes);
        return;
      default:
        throw unreachable(piece);
    }
  }

  private handlePacket(packet: Packet): void {
    const { connection } = this;
    switch (packet.type) {
      case 'publish':
        connection.downlink.sent(packet);
        this.restore(packet, connection.downAliases.resolve(packet, connection.deviceAliasMaximum));
        return;
      case 'pubrel':
        connection.downlink.sent(packet);
        this.restore(packet);
        return;
      case 'puback':
      case 'pubrec':
      case 'pubcomp':
        this.handleConfirmation(packet);
        return;
      case 'connack':
        this.handleConnack(packet);
        return;
      case 'suback':
      case 'unsuback':
        this.connection.noteRefusal(packet, 'down');
        this.restore(packet);
        return;
      case 'disconnect':
        this.connection.noteRefusal(packet, 'down');
        this.restore(packet);
        connection.end(packet.reason);
        return;
      default:
        this.restore(packet);
        return;
    }
  }

  private handleConnack(packet: Packet): void {
    if (packet.bytes.length > this.connection.devicePacketSize) throw fault(CLOUD_FAULT, 'CONNACK: longer than the device takes');
    this.connection.noteRefusal(packet, 'down');
    this.restore(packet);
    if (packet.reason === 0) this.connection.accepted(packet);
    else this.connection.end(packet.reason);
  }

  /** The hub's own acknowledgements follow the cloud's, in the order of the messages. */
  private handleConfirmation(packet: Packet): void {
    const { uplink } = this.connection;
    // The cloud never saw a refused message: whatever it acknowledges under this identifier is not this one.
    if (uplink.isOwn(packet.id) !== undefined) return;
    this.connection.noteRefusal(packet, 'down');
    this.restore(packet);
    for (const own of uplink.acknowledged(packet)) this.connection.toDevice(own);
  }

  private restore(packet: Packet, resolved?: Resolved): void {
    if (packet.fields.length === 0) {
      this.connection.toDevice(packet.bytes);
      return;
    }
    const message = toMessage(packet, resolved?.topic);
    try {
      this.send(packet, message, this.connection.options.restore(message), resolved);
    } catch (error) {
      // Downlink is never refused: with the pseudonyms still in it the device can do less, and nobody learns more.
      this.connection.alarm(asHubError(error).code, `MQTT ${packet.type.toUpperCase()}`, 'unrestored');
      this.send(packet, message, message.parts, resolved);
    }
  }

  private send(packet: Packet, message: MqttMessage, parts: Parts, resolved?: Resolved): void {
    const { downAliases, devicePacketSize } = this.connection;
    const index = message.parts.findIndex((part) => part.role === 'topic');
    const topic = parts[index]?.text ?? resolved?.topic ?? '';
    const written = resolved === undefined ? undefined : downAliases.toWrite(packet, resolved, topic);
    const bytes = rewrite(packet, message, parts, 'down', written);
    const grown = bytes.length > packet.bytes.length && bytes.length > devicePacketSize;
    if (grown && parts !== message.parts) throw fault(REASON.packetTooLarge, 'restored packet is longer than the device takes');
    if (resolved !== undefined) downAliases.sent(resolved, topic);
    this.connection.toDevice(bytes);
  }
}
