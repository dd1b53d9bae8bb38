// A packet as the sieve sees it, and the packet with what the sieve changed: only changed fields are written anew.

import { isUtf8 } from 'node:buffer';
import { asHubError, HubError } from '../../errors.js';
import type { Direction } from '../../model.js';
import { unreachable } from './fault.js';
import { type Field, placeOf } from './fields.js';
import { bodyStartOf, encodeVarint } from './framing.js';
import { type Packet, readPacket } from './packet.js';
import type { Span } from './reader.js';
import { MAX_STRING_BYTES } from './text.js';
import type { MqttMessage, Part, Parts } from './types.js';

/** New bytes for a span of a packet. */
interface Edit {
  readonly span: Span;
  /** The properties it stands in, or -1. By number, not by place: an empty payload begins where the properties end. */
  readonly block: number;
  readonly bytes: Uint8Array;
}

const EMPTY = new Uint8Array(0);

/** The parts of a packet, one for each field. `topic`: what a topic alias stands for; the field itself is empty then. */
export function toMessage(packet: Packet, topic?: string): MqttMessage {
  const parts = packet.fields.map((field) => toPart(packet, field, topic));
  return { type: packet.type, level: packet.level, parts, packetBytes: packet.bytes.length };
}

function toPart(packet: Packet, field: Field, topic: string | undefined): Part {
  const base = { role: field.role, in: placeOf(field.role), name: field.name };
  switch (field.wire) {
    case 'text':
    case 'pair':
      return { ...base, text: field.role === 'topic' && field.text === '' ? (topic ?? '') : field.text };
    case 'binary':
      return { ...base, bytes: packet.bytes.subarray(field.value.start + 2, field.value.end), ...mediaOf(packet, field) };
    case 'rest':
      return { ...base, bytes: packet.bytes.subarray(field.value.start, field.value.end), ...mediaOf(packet, field) };
    default:
      throw unreachable(field.wire);
  }
}

/** The content type of a payload, or of a will's. A payload format indicator of 1 says UTF-8 text (3.3.2.3.2). */
function mediaOf(packet: Packet, field: Field): { mediaType?: string } {
  if (field.role !== 'payload' && field.role !== 'willPayload') return {};
  const role = field.role === 'payload' ? 'contentType' : 'willContentType';
  const named = packet.fields.find((other) => other.role === role);
  if (named !== undefined) return { mediaType: named.text };
  return field.role === 'payload' && saysUtf8(packet) ? { mediaType: 'text/plain' } : {};
}

function saysUtf8(packet: Packet): boolean {
  return packet.numbers.get('payloadFormatIndicator') === 1;
}

/** Rewriting a filter may not widen it: its wildcards stay where they were. */
function checkWildcards(before: string, after: string): void {
  const wildcards = (filter: string) => filter.split('/').map((level) => (level === '+' || level === '#' ? level : ''));
  if (wildcards(before).join('/') !== wildcards(after).join('/'))
    throw new HubError('internal', 'MQTT: a filter changed its shape');
}

/** Takes every part out that may be absent: what is left of a packet whose texts were refused. */
export function stripped(message: MqttMessage, packet: Packet): Parts {
  return message.parts.map((part, index) => (packet.fields[index]!.block >= 0 ? null : part));
}

/** Whether a packet still says what it must when its refused texts are taken out: acknowledgements and DISCONNECT. */
export function canBeStripped(packet: Packet): boolean {
  switch (packet.type) {
    case 'puback':
    case 'pubrec':
    case 'pubrel':
    case 'pubcomp':
    case 'disconnect':
      return true;
    default:
      return false;
  }
}

/**
 * The packet with `parts` in place of those of `message`; its own bytes where none changed. `topic` overrides what is written
 * as the topic (aliases). Throws where the result would not be a legal packet, or a part cannot be written.
 */
export function rewrite(packet: Packet, message: MqttMessage, parts: Parts, direction: Direction, topic?: string): Uint8Array {
  if (parts.length !== message.parts.length) throw new HubError('internal', 'MQTT: parts were lost');
  const edits: Edit[] = [];
  let headChanged = false;
  for (const [index, field] of packet.fields.entries()) {
    const before = message.parts[index]!;
    const after = field.role === 'topic' && topic !== undefined ? { ...before, text: topic } : parts[index];
    if (after === undefined || sameOnWire(packet, field, before, after)) continue;
    if (field.role === 'filter') checkWildcards(field.text, after?.text ?? '');
    edits.push(editOf(packet, field, after));
    headChanged ||= field.wire !== 'rest';
  }
  if (edits.length === 0) return packet.bytes;
  const bytes = splice(packet, edits);
  if (headChanged) checkResult(bytes, packet, direction);
  return bytes;
}

function sameOnWire(packet: Packet, field: Field, before: Part, after: Part | null): boolean {
  if (after === null) return false;
  if (field.wire === 'text' || field.wire === 'pair') return after.text === field.text && after.name === field.name;
  if (after === before || after.bytes === before.bytes) return true;
  const { start, end } = field.value;
  const own = packet.bytes.subarray(field.wire === 'binary' ? start + 2 : start, end);
  return after.bytes !== undefined && Buffer.compare(own, after.bytes) === 0;
}

function editOf(packet: Packet, field: Field, after: Part | null): Edit {
  const { block } = field;
  if (after !== null) return { span: field.value, block, bytes: encodeValue(packet, field, after) };
  return block >= 0 ? { span: field.whole, block, bytes: EMPTY } : { span: field.value, block, bytes: emptyOf(field) };
}

function encodeValue(packet: Packet, field: Field, after: Part): Uint8Array {
  switch (field.wire) {
    case 'text':
      return encodeText(after.text);
    case 'pair':
      return Buffer.concat([encodeText(after.name), encodeText(after.text)]);
    case 'binary':
      return withLength(wantBytes(after));
    case 'rest':
      return payloadOf(packet, after);
    default:
      throw unreachable(field.wire);
  }
}

function emptyOf(field: Field): Uint8Array {
  return field.wire === 'rest' ? EMPTY : new Uint8Array(2);
}

function wantBytes(part: Part): Uint8Array {
  if (part.bytes === undefined) throw new HubError('internal', `MQTT: ${part.role} came back without bytes`);
  return part.bytes;
}

/** A payload that its packet calls UTF-8 must stay so [MQTT-3.3.2-4]. */
function payloadOf(packet: Packet, part: Part): Uint8Array {
  const bytes = wantBytes(part);
  if (saysUtf8(packet) && !isUtf8(bytes)) throw new HubError('internal', 'MQTT: the payload is no longer UTF-8');
  return bytes;
}

function encodeText(text: string | undefined): Uint8Array {
  if (text === undefined || /\p{Surrogate}/u.test(text)) throw new HubError('internal', 'MQTT: a text cannot be written');
  return withLength(Buffer.from(text, 'utf8'));
}

function withLength(bytes: Uint8Array): Uint8Array {
  if (bytes.length > MAX_STRING_BYTES) throw new HubError('too_large', 'MQTT: a field is longer than its length can say');
  return Buffer.concat([Uint8Array.of(bytes.length >> 8, bytes.length & 0xff), bytes]);
}

/** Carries out the edits and corrects the lengths around them; a length that stays the same keeps its own bytes. */
function splice(packet: Packet, edits: Edit[]): Uint8Array {
  for (const [index, { length, content }] of packet.blocks.entries()) {
    const change = growth(edits.filter((edit) => edit.block === index));
    if (change !== 0) edits.push({ span: length, block: -1, bytes: encodeVarint(content.end - content.start + change) });
  }
  const delta = growth(edits);
  edits.sort((a, b) => a.span.start - b.span.start);
  const bodyBytes = packet.bodyBytes + delta;
  if (bodyBytes > MAX_BODY_BYTES) throw new HubError('too_large', 'MQTT: the packet is longer than its length can say');
  const pieces: Uint8Array[] = [
    delta === 0
      ? packet.bytes.subarray(0, packet.bodyStart)
      : Buffer.concat([packet.bytes.subarray(0, 1), encodeVarint(bodyBytes)]),
  ];
  let at = packet.bodyStart;
  for (const edit of edits) {
    pieces.push(packet.bytes.subarray(at, edit.span.start), edit.bytes);
    at = edit.span.end;
  }
  pieces.push(packet.bytes.subarray(at));
  return Buffer.concat(pieces);
}

function growth(edits: readonly Edit[]): number {
  return edits.reduce((sum, edit) => sum + edit.bytes.length - (edit.span.end - edit.span.start), 0);
}

/** Longest remaining length (2.1.4). */
const MAX_BODY_BYTES = 268_435_455;

/** What the hub writes is held to what the hub reads: the result must be a legal packet of the same type and identifier. */
function checkResult(bytes: Uint8Array, packet: Packet, direction: Direction): void {
  try {
    const again = readPacket(bytes, bodyStartOf(bytes), packet.level, direction);
    if (again.id !== packet.id || again.type !== packet.type) throw new HubError('internal', 'MQTT: the packet became another');
  } catch (error) {
    throw new HubError('internal', 'MQTT: the rewritten packet is not legal', { cause: asHubError(error) });
  }
}
