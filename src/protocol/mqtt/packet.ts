// One packet read strictly: everything MQTT demands of it by itself. What depends on the session stands in session files.

import type { Direction } from '../../model.js';
import { readConnect } from './connect.js';
import { type ConnectHead, Draft, type PublishHead, type SubscribeHead } from './draft.js';
import { fault, REASON, unreachable } from './fault.js';
import { type Block, FIELDS_MAX, type Field } from './fields.js';
import type { NumberProperty } from './properties.js';
import { Reader } from './reader.js';
import { checkReasonCode } from './reason-codes.js';
import { checkFilter, checkPlain, checkShared, checkTopic } from './text.js';
import type { Level, PacketType } from './types.js';
import { PACKET_TYPES } from './types.js';

/** A packet that is legal by itself. `bytes` are its own, `fields` the readable pieces in them. */
export interface Packet {
  readonly type: PacketType;
  readonly level: Level;
  readonly bytes: Uint8Array;
  readonly bodyStart: number;
  /** Length of the body by the fixed header; more than is in `bytes` where only a long packet's head was read. */
  readonly bodyBytes: number;
  /** Packet identifier; 0: it has none. */
  readonly id: number;
  /** Reason or return code; of a SUBACK or UNSUBACK the first that says no; 0 where it has none. */
  readonly reason: number;
  readonly fields: readonly Field[];
  readonly blocks: readonly Block[];
  readonly numbers: ReadonlyMap<NumberProperty, number>;
  readonly connect?: ConnectHead;
  readonly publish?: PublishHead;
  readonly subscribe?: SubscribeHead;
}

/** The packet type of a first byte; throws for 0, which is forbidden (2.1.2), and for AUTH before MQTT 5. */
export function typeOf(first: number, level: Level): PacketType {
  const type = PACKET_TYPES[(first >> 4) - 1];
  if (type === undefined || (type === 'auth' && level < 5)) throw fault(REASON.protocolError, 'unknown packet type');
  return type;
}

/** Throws where the flags of the fixed header are not those of the type (2.1.3). A CONNECT is checked once its level is known. */
export function checkFlags(first: number, type: PacketType, level: Level): void {
  const flags = first & 0x0f;
  switch (type) {
    case 'connect':
      return;
    case 'publish':
      if ((flags & 0x06) === 0x06) throw fault(REASON.malformed, 'PUBLISH: QoS is 3');
      if ((flags & 0x0e) === 0x08) throw fault(REASON.malformed, 'PUBLISH: DUP with QoS 0');
      return;
    case 'pubrel':
    case 'subscribe':
    case 'unsubscribe':
      // MQTT 3.1 (2.1) lets these be repeated with DUP.
      if (flags === 0x02 || (level === 3 && flags === 0x0a)) return;
      throw fault(REASON.malformed, `${type.toUpperCase()}: reserved flags`);
    default:
      if (flags !== 0) throw fault(REASON.malformed, `${type.toUpperCase()}: reserved flags`);
  }
}

/**
 * Reads one packet. `direction` is where it goes: `up` packets are also held to the reason codes and characters a client may
 * send. `bodyBytes`: the body's length by the fixed header, for a long PUBLISH of which only the head is at hand. Throws a fault for whatever the packet's own bytes break.
 */
export function readPacket(
  bytes: Uint8Array,
  bodyStart: number,
  level: Level,
  direction: Direction,
  bodyBytes = bytes.length - bodyStart,
): Packet {
  const first = bytes[0]!;
  const type = typeOf(first, level);
  checkFlags(first, type, level);
  const reader = new Reader(bytes, bodyStart, bytes.length, type.toUpperCase(), direction === 'up');
  const draft = new Draft(level);
  readBody(reader, draft, type, first);
  checkShortestLength(bytes, bodyStart, draft.level);
  const { id, reason, blocks, numbers } = draft;
  const whole = bodyBytes === bytes.length - bodyStart;
  const fields = whole ? draft.fields : draft.fields.filter((field) => field.wire !== 'rest');
  const heads = {
    ...(draft.connect === undefined ? {} : { connect: draft.connect }),
    ...(draft.publish === undefined ? {} : { publish: draft.publish }),
    ...(draft.subscribe === undefined ? {} : { subscribe: draft.subscribe }),
  };
  return { type, level: draft.level, bytes, bodyStart, bodyBytes, id, reason, fields, blocks, numbers, ...heads };
}

/** MQTT 5 wants the remaining length in its shortest form [MQTT-1.5.5-1]; 3.1.1 does not say so, and old devices pad it. */
function checkShortestLength(bytes: Uint8Array, bodyStart: number, level: Level): void {
  const padded = bodyStart > 2 && bytes[bodyStart - 1] === 0;
  if (level === 5 && padded) throw fault(REASON.malformed, 'remaining length is not in its shortest form');
}

function readBody(reader: Reader, draft: Draft, type: PacketType, first: number): void {
  switch (type) {
    case 'connect':
      readConnect(reader, draft, first);
      return;
    case 'connack':
      readConnack(reader, draft);
      return;
    case 'publish':
      readPublish(reader, draft, first);
      return;
    case 'puback':
    case 'pubrec':
    case 'pubrel':
    case 'pubcomp':
      readConfirmation(reader, draft, type);
      return;
    case 'subscribe':
      readSubscribe(reader, draft);
      return;
    case 'unsubscribe':
      readUnsubscribe(reader, draft);
      return;
    case 'suback':
    case 'unsuback':
      readGranted(reader, draft, type);
      return;
    case 'pingreq':
    case 'pingresp':
      reader.finish();
      return;
    case 'disconnect':
    case 'auth':
      readClosing(reader, draft, type);
      return;
    default:
      throw unreachable(type);
  }
}

function readId(reader: Reader): number {
  const id = reader.u16('packet identifier');
  if (id === 0) throw fault(REASON.protocolError, `${reader.what}: packet identifier is 0`);
  return id;
}

function readConnack(reader: Reader, draft: Draft): void {
  const flags = reader.u8('acknowledge flags');
  if (flags > 1 && draft.level > 3) throw fault(REASON.malformed, 'CONNACK: reserved flags');
  draft.reason = reader.u8('return code');
  draft.properties(reader, 'connack');
  reader.finish();
}

function readPublish(reader: Reader, draft: Draft, first: number): void {
  const qos = ((first >> 1) & 3) as 0 | 1 | 2;
  const span = reader.string('topic');
  const topic = reader.text(span);
  draft.field('topic', 'text', span, topic);
  if (qos > 0) draft.id = readId(reader);
  draft.properties(reader, 'publish');
  const aliased = topic === '' && draft.numbers.has('topicAlias');
  if (!aliased) checkTopic(topic, 'PUBLISH: topic');
  if (reader.strict) checkPlain(topic, 'PUBLISH: topic');
  draft.field('payload', 'rest', { start: reader.at, end: reader.end });
  draft.publish = { qos, dup: (first & 8) !== 0, retain: (first & 1) !== 0 };
}

/** PUBACK, PUBREC, PUBREL, PUBCOMP: MQTT 5 may leave out the properties, and the reason code with them (3.4.2). */
function readConfirmation(reader: Reader, draft: Draft, type: PacketType): void {
  draft.id = readId(reader);
  if (draft.level === 5 && reader.left > 0) {
    draft.reason = reader.u8('reason code');
    if (reader.left > 0) draft.properties(reader, type);
    if (reader.strict) checkReasonCode(type, draft.reason);
  }
  reader.finish();
}

function readSubscribe(reader: Reader, draft: Draft): void {
  draft.id = readId(reader);
  draft.properties(reader, 'subscribe');
  let wildcards = false;
  let shared = false;
  let filters = 0;
  do {
    const filter = readFilter(reader, draft, filters);
    const options = reader.u8('subscription options');
    const isShared = draft.level === 5 && checkShared(filter, 'SUBSCRIBE');
    checkOptions(options, draft.level, isShared);
    shared ||= isShared;
    wildcards ||= /[+#]/.test(filter);
    filters += 1;
  } while (reader.left > 0);
  draft.subscribe = { filters, wildcards, shared };
}

function readFilter(reader: Reader, draft: Draft, index: number): string {
  if (reader.strict && index >= FIELDS_MAX) throw fault(REASON.implementationSpecific, `${reader.what}: too many topic filters`);
  const span = reader.string('topic filter');
  const filter = reader.text(span);
  checkFilter(filter, `${reader.what}: topic filter`);
  if (reader.strict) checkPlain(filter, `${reader.what}: topic filter`);
  draft.field('filter', 'text', span, filter, `filter[${index}]`);
  return filter;
}

/** QoS 0–2; in MQTT 5 also no local, retain as published, retain handling 0–2; the rest is reserved (3.8.3.1). */
function checkOptions(options: number, level: Level, shared: boolean): void {
  const reserved = level === 5 ? 0xc0 : 0xfc;
  const unknownHandling = level === 5 && (options & 0x30) === 0x30;
  if ((options & reserved) !== 0 || (options & 3) === 3 || unknownHandling) {
    throw fault(REASON.malformed, 'SUBSCRIBE: subscription options');
  }
  if (shared && (options & 4) !== 0) throw fault(REASON.protocolError, 'SUBSCRIBE: no local on a shared filter');
}

function readUnsubscribe(reader: Reader, draft: Draft): void {
  draft.id = readId(reader);
  draft.properties(reader, 'unsubscribe');
  let filters = 0;
  do {
    const filter = readFilter(reader, draft, filters);
    if (draft.level === 5) checkShared(filter, 'UNSUBSCRIBE');
    filters += 1;
  } while (reader.left > 0);
  draft.subscribe = { filters, wildcards: false, shared: false };
}

/** SUBACK and UNSUBACK; their codes are for the device to read. UNSUBACK has none before MQTT 5. */
function readGranted(reader: Reader, draft: Draft, type: PacketType): void {
  draft.id = readId(reader);
  draft.properties(reader, type);
  if (type === 'unsuback' && draft.level < 5) reader.finish();
  draft.reason = reader.bytes.subarray(reader.at, reader.end).find((code) => code >= REASON.unspecified) ?? 0;
}

/** DISCONNECT and AUTH: a packet of no bytes means reason 0 without properties (3.14.2.1, 3.15.2.1). */
function readClosing(reader: Reader, draft: Draft, type: PacketType): void {
  if (draft.level === 5 && reader.left > 0) {
    draft.reason = reader.u8('reason code');
    if (reader.left > 0) draft.properties(reader, type);
  }
  if (draft.level === 5 && reader.strict) checkReasonCode(type, draft.reason);
  reader.finish();
}
