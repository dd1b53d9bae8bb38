// The readable pieces of a packet and where each stands, so that one can be replaced and all else stays as it came.

import type { Place } from '../../model.js';
import type { Span } from './reader.js';
import type { PartRole } from './types.js';

/** How a field is written: length and text, length and bytes, two texts, or all the rest of the packet. */
export type Wire = 'text' | 'binary' | 'pair' | 'rest';

export interface Field {
  readonly role: PartRole;
  readonly wire: Wire;
  /** Text of a `text` field, or the value of a pair. */
  readonly text: string;
  /** Key of a pair, or the name the sieve sees. */
  readonly name: string;
  /** What is cut out when the part is dropped: a property with its identifier. */
  readonly whole: Span;
  /** What is replaced when the part changes; with the length where the wire has one. */
  readonly value: Span;
  /** The properties this field stands in; -1: none, it cannot be absent. */
  readonly block: number;
}

/** A block of properties: its length field, and the properties. */
export interface Block {
  readonly length: Span;
  readonly content: Span;
}

/**
 * Most readable pieces of a device's packet. Each is judged by itself; a device has tens of user properties and filters, and a cloud takes
 * fewer (AWS IoT: 20 and 8). 1 MiB of them would hold up the hub while they are read.
 */
export const FIELDS_MAX = 512;

/** Where each role is reported (model.ts `Place`). */
const PLACE_OF: Readonly<Record<PartRole, Place>> = {
  clientId: 'clientId',
  username: 'username',
  password: 'username',
  topic: 'topic',
  filter: 'topic',
  responseTopic: 'topic',
  contentType: 'userProperty',
  correlationData: 'userProperty',
  userProperty: 'userProperty',
  reasonString: 'userProperty',
  authenticationMethod: 'username',
  authenticationData: 'username',
  responseInformation: 'userProperty',
  serverReference: 'userProperty',
  willTopic: 'will',
  willResponseTopic: 'will',
  willContentType: 'will',
  willCorrelationData: 'will',
  willUserProperty: 'will',
  willPayload: 'will',
  payload: 'body',
};

export function placeOf(role: PartRole): Place {
  return PLACE_OF[role];
}
