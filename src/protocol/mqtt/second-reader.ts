// mqtt-packet as a second, independent reader of what a device sends: where two readers understand a packet differently, the
// cloud's might be the third, and what was judged would not be what it reads. Such a packet is refused.

import { type Parser, parser, type Packet as TheirPacket } from 'mqtt-packet';
import { fault, REASON } from './fault.js';
import type { Field } from './fields.js';
import type { Packet } from './packet.js';

export class SecondReader {
  private readonly reader: Parser;
  private read: TheirPacket | undefined;
  private failed = false;

  constructor(level: 3 | 4 | 5) {
    this.reader = parser({ protocolVersion: level });
    this.reader.on('packet', (packet) => {
      this.read = packet;
    });
    this.reader.on('error', () => {
      this.failed = true;
    });
  }

  /** Throws where mqtt-packet does not read the packet, or reads it otherwise. */
  check(packet: Packet): void {
    this.read = undefined;
    this.failed = false;
    const left = this.reader.parse(readable(packet));
    if (this.failed || left !== 0 || this.read === undefined || !agree(packet, this.read)) {
      throw fault(REASON.malformed, `${packet.type.toUpperCase()}: two readers do not agree`);
    }
  }
}

/** Its own bytes as a Buffer; an MQTT 3.1 CONNECT, SUBSCRIBE … without the flag bits that only 3.1 leaves free. */
function readable(packet: Packet): Buffer {
  const { bytes } = packet;
  const own = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  if (packet.level !== 3 || packet.type === 'publish') return own;
  const copy = Buffer.from(own);
  copy[0]! &= packet.type === 'connect' ? 0xf0 : 0xf7;
  // Connect flags follow the name `MQIsdp` (8 bytes) and the level.
  if (packet.type === 'connect') copy[packet.bodyStart + 9]! &= 0xfe;
  return copy;
}

function agree(ours: Packet, theirs: TheirPacket): boolean {
  if (theirs.cmd !== ours.type) return false;
  switch (theirs.cmd) {
    case 'publish':
      return agreeOnPublish(ours, theirs);
    case 'connect': {
      const { will } = theirs;
      return (
        theirs.clientId === textOf(ours, 'clientId') &&
        theirs.username === textOf(ours, 'username') &&
        will?.topic === textOf(ours, 'willTopic') &&
        sameLength(ours, 'willPayload', will?.payload) &&
        sameLength(ours, 'password', theirs.password)
      );
    }
    case 'subscribe':
      return (
        theirs.messageId === ours.id &&
        sameList(
          ours,
          theirs.subscriptions.map((one) => one.topic),
        )
      );
    case 'unsubscribe':
      return theirs.messageId === ours.id && sameList(ours, theirs.unsubscriptions);
    case 'puback':
    case 'pubrec':
    case 'pubrel':
    case 'pubcomp':
      return theirs.messageId === ours.id && (theirs.reasonCode ?? 0) === ours.reason;
    default:
      return true;
  }
}

function agreeOnPublish(ours: Packet, theirs: Extract<TheirPacket, { cmd: 'publish' }>): boolean {
  const { qos, dup, retain } = ours.publish!;
  return (
    theirs.topic === textOf(ours, 'topic') &&
    theirs.qos === qos &&
    theirs.dup === dup &&
    theirs.retain === retain &&
    (theirs.messageId ?? 0) === ours.id &&
    sameLength(ours, 'payload', theirs.payload)
  );
}

function find(ours: Packet, role: Field['role']): Field | undefined {
  return ours.fields.find((field) => field.role === role);
}

function textOf(ours: Packet, role: Field['role']): string | undefined {
  return find(ours, role)?.text;
}

function sameLength(ours: Packet, role: Field['role'], theirs: string | Uint8Array | undefined): boolean {
  const field = find(ours, role);
  if (field === undefined) return theirs === undefined || theirs === null;
  const length = field.value.end - field.value.start - (field.wire === 'binary' ? 2 : 0);
  return length === (theirs?.length ?? 0);
}

function sameList(ours: Packet, theirs: readonly string[]): boolean {
  const filters = ours.fields.filter((field) => field.role === 'filter');
  return filters.length === theirs.length && filters.every((field, index) => field.text === theirs[index]);
}
