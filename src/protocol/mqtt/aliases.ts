// Topic aliases (MQTT 5, 3.3.2.3.4): one table for each direction of a connection.

import { fault, REASON } from './fault.js';
import type { Field } from './fields.js';
import type { Packet } from './packet.js';

interface Alias {
  /** The topic the sender set. */
  readonly sent: string;
  /** The topic the receiver was given under this alias; undefined: it was given none (the message was refused). */
  readonly received: string | undefined;
}

export interface Resolved {
  /** The sender's topic, written out. */
  readonly topic: string;
  readonly alias: number | undefined;
}

/** What an alias costs beside its topics. */
const ALIAS_BYTES = 128;

const bytesOf = ({ sent, received = '' }: Alias): number => ALIAS_BYTES + sent.length + (received === sent ? 0 : received.length);

/** The sender's names and the receiver's for the same aliases; they differ where topics are rewritten or messages refused. */
export class Aliases {
  private readonly table = new Map<number, Alias>();
  /** Bytes of memory, about: there may be 65,535 aliases of 64 KiB. */
  heldBytes = 0;

  /** The topic of a PUBLISH. Remembers what the sender set. Throws for an alias past `maximum` or one that was never set. */
  resolve(packet: Packet, maximum: number): Resolved {
    const topic = topicField(packet).text;
    const alias = packet.numbers.get('topicAlias');
    if (alias === undefined) return { topic, alias };
    if (alias > maximum) throw fault(REASON.topicAliasInvalid, 'PUBLISH: topic alias above the maximum');
    const known = this.table.get(alias);
    if (topic === '') {
      if (known === undefined) throw fault(REASON.protocolError, 'PUBLISH: topic alias was never set');
      return { topic: known.sent, alias };
    }
    this.set(alias, { sent: topic, received: known?.received });
    return { topic, alias };
  }

  /** The topic to write for a receiver who is to read `topic`: empty where the sender left it out and the receiver knows it. */
  toWrite(packet: Packet, resolved: Resolved, topic: string): string {
    if (resolved.alias === undefined || topicField(packet).text !== '') return topic;
    return this.table.get(resolved.alias)?.received === topic ? '' : topic;
  }

  /** The receiver was sent `topic`: it knows it from now on. */
  sent(resolved: Resolved, topic: string): void {
    if (resolved.alias !== undefined) this.set(resolved.alias, { sent: resolved.topic, received: topic });
  }

  private set(number: number, alias: Alias): void {
    const known = this.table.get(number);
    this.heldBytes += bytesOf(alias) - (known === undefined ? 0 : bytesOf(known));
    this.table.set(number, alias);
  }
}

function topicField(packet: Packet): Field {
  return packet.fields.find((field) => field.role === 'topic')!;
}
