// The wire format of Protocol Buffers (protobuf.dev, "Encoding"): fields as they stand, and scalars as bytes.
import type { Buffer } from 'node:buffer';
import { HubError } from '../errors.js';

export const WIRE = { varint: 0, fixed64: 1, bytes: 2, group: 3, groupEnd: 4, fixed32: 5 } as const;
/** Groups inside each other: as deep as any message nests (`limits.depth`); deeper is no message. */
const GROUPS_MAX = 64;
/** Longest varint: ten bytes of seven bits. */
const VARINT_MAX = 10;
/** Highest field number (29 bits). */
export const NUMBER_MAX = 2 ** 29 - 1;

/**
 * One field: its tag begins at `from`, what follows the tag at `body`, its content (after a length) stands from `start` to `end`, and the
 * next field begins at `next`, which of a group is behind its closing tag. `inner`: the fields of a group.
 */
export interface WireField {
  readonly number: number;
  readonly wire: number;
  readonly from: number;
  readonly body: number;
  readonly start: number;
  readonly end: number;
  readonly next: number;
  readonly inner: readonly WireField[] | undefined;
}

/**
 * The fields that `bytes` is made of from `from` to `end`; undefined where it is not made of fields. Throws `too_many_fields` for more
 * than `most`, those inside groups counted.
 */
export function wireFields(bytes: Buffer, from: number, end: number, most: number): WireField[] | undefined {
  const left = { fields: most };
  const fields: WireField[] = [];
  for (let at = from; at < end; ) {
    const field = fieldAt(bytes, at, end, left, 0);
    if (field === undefined || field.wire === WIRE.groupEnd) return undefined;
    fields.push(field);
    at = field.next;
  }
  return fields;
}

/** The field whose tag stands at `from`; of a closing tag the tag alone. */
function fieldAt(bytes: Buffer, from: number, end: number, left: { fields: number }, groups: number): WireField | undefined {
  left.fields -= 1;
  if (left.fields < 0) throw new HubError('too_many_fields', `byte ${from}`);
  const body = varintEnd(bytes, from, end);
  if (body < 0 || body - from > 5) return undefined;
  const tag = small(bytes, from, body);
  const number = Math.floor(tag / 8);
  const wire = tag % 8;
  if (number < 1 || number > NUMBER_MAX) return undefined;
  if (wire === WIRE.groupEnd) return { number, wire, from, body, start: body, end: body, next: body, inner: undefined };
  if (wire === WIRE.group) return groupAt(bytes, { number, from, body }, end, left, groups + 1);
  let start = body;
  let stop: number;
  if (wire === WIRE.varint) stop = varintEnd(bytes, body, end);
  else if (wire === WIRE.fixed64) stop = body + 8;
  else if (wire === WIRE.fixed32) stop = body + 4;
  else if (wire === WIRE.bytes) {
    start = varintEnd(bytes, body, end);
    stop = start < 0 || start - body > 5 ? -1 : start + small(bytes, body, start);
  } else return undefined;
  if (stop < start || stop > end || start < 0) return undefined;
  return { number, wire, from, body, start, end: stop, next: stop, inner: undefined };
}

/** A group: fields up to the closing tag of its own number. */
function groupAt(
  bytes: Buffer,
  { number, from, body }: Pick<WireField, 'number' | 'from' | 'body'>,
  end: number,
  left: { fields: number },
  groups: number,
): WireField | undefined {
  if (groups > GROUPS_MAX) return undefined;
  const inner: WireField[] = [];
  for (let at = body; at < end; ) {
    const field = fieldAt(bytes, at, end, left, groups);
    if (field === undefined) return undefined;
    if (field.wire === WIRE.groupEnd) {
      if (field.number !== number) return undefined;
      return { number, wire: WIRE.group, from, body, start: body, end: field.from, next: field.next, inner };
    }
    inner.push(field);
    at = field.next;
  }
  return undefined;
}

/** Where the varint at `at` ends; -1 for one that is cut or too long. */
function varintEnd(bytes: Buffer, at: number, end: number): number {
  for (let i = at; i < end && i < at + VARINT_MAX; i++) if (bytes[i]! < 0x80) return i + 1;
  return -1;
}

/** The value of a varint of at most seven bytes. */
export function small(bytes: Buffer, at: number, end: number): number {
  let value = 0;
  for (let i = end - 1; i >= at; i--) value = value * 128 + (bytes[i]! & 0x7f);
  return value;
}

/** The unsigned value of the varint from `at` to `end`, 64 bits of it. */
export function varintValue(bytes: Buffer, at: number, end: number): bigint {
  let value = 0n;
  for (let i = end - 1; i >= at; i--) value = (value << 7n) | BigInt(bytes[i]! & 0x7f);
  return BigInt.asUintN(64, value);
}

/** The shortest varint of `value` (negative ones as 64-bit two's complement), as a binary string. */
export function varintBinary(value: bigint): string {
  let rest = BigInt.asUintN(64, value);
  let out = '';
  while (rest > 0x7fn) {
    out += String.fromCharCode(Number(rest & 0x7fn) | 0x80);
    rest >>= 7n;
  }
  return out + String.fromCharCode(Number(rest));
}

/** A length and the bytes, as a binary string. */
export function lengthPrefixed(binary: string): string {
  return varintBinary(BigInt(binary.length)) + binary;
}
