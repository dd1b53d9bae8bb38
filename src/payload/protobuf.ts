import { type Buffer, isUtf8 } from 'node:buffer';
import { HubError } from '../errors.js';
import type { Document, Limits, Node } from '../model.js';
import { Budget, malformed } from './bytes.js';
import { doubleText, singleText } from './number-text.js';
import { small, varintValue, WIRE, type WireField, wireFields } from './protobuf-wire.js';
import { type Entry, ProtobufDocument, type Scalar } from './protobuf-write.js';
import { asBuffer } from './splice.js';
import { isPrintable } from './text.js';

/** What a schema says of a field. `repeated` ones are an array under one name. */
export interface FieldType {
  readonly name: string;
  readonly type: Scalar | MessageType;
  readonly repeated?: true;
}

/** What a schema says of a message. A lambda, because messages hold themselves. */
export type MessageType = () => {
  readonly fields: Readonly<Record<number, FieldType>>;
  /** The message stands for its only field. */
  readonly only?: string;
  /** Two repeated fields side by side, names and values, read as one object. */
  readonly pairs?: readonly [names: number, values: number];
};

/** Field numbers above this are not believed when bytes are looked at for a nested message. */
const PLAUSIBLE_NUMBER = 10_000;
/** Sizes of floats that devices measure: what lies outside is an integer in the same bytes. */
const FLOAT_MIN = 1e-6;
const FLOAT_MAX = 1e12;

/**
 * Reads a message of Protocol Buffers. Without a schema a field's name is its number; a length-delimited field is a nested message
 * where it is made of plausible fields, else a string where it is printable UTF-8, else `bytes`; fixed numbers are floats where that is
 * a likely measurement. Repeated fields repeat. With a schema, known fields have their names and types, the others are read so.
 * A group is a nested message. Throws `malformed`, `too_deep`, `too_many_fields`.
 */
export function readProtobuf(bytes: Uint8Array, limits: Limits, schema?: MessageType, depth = 0): Document {
  const reader = new ProtobufReader(asBuffer(bytes), limits);
  const { node, inner } = reader.whole(0, bytes.length, schema, depth + 1);
  return new ProtobufDocument(bytes, node, [{ start: 0, end: bytes.length, node, entries: inner }]);
}

/**
 * Reads the frames of gRPC (gRPC over HTTP/2, "Length-Prefixed-Message"): an array of messages without schema.
 * Throws `unknown_coding` for a compressed frame, and what `readProtobuf` throws.
 */
export function readGrpc(bytes: Uint8Array, limits: Limits): Document {
  const buffer = asBuffer(bytes);
  const reader = new ProtobufReader(buffer, limits);
  const root = reader.root('array', bytes.length);
  const frames = [];
  for (let at = 0; at < buffer.length; ) {
    const start = at + 5;
    const end = start > buffer.length ? Number.POSITIVE_INFINITY : start + buffer.readUInt32BE(at + 1);
    if (end > buffer.length) throw malformed(at);
    if (buffer[at] !== 0) throw new HubError('unknown_coding', 'grpc');
    const { node, inner } = reader.whole(start, end, undefined, 2);
    root.children!.push(node);
    frames.push({ start, end, node, entries: inner, lengthAt: at + 1 });
    at = end;
  }
  return new ProtobufDocument(bytes, root, frames);
}

interface Message {
  readonly node: Node;
  readonly inner: readonly Entry[];
}

class ProtobufReader {
  private readonly budget: Budget;
  private readonly most: number;
  constructor(
    private readonly bytes: Buffer,
    limits: Limits,
  ) {
    this.budget = new Budget(limits);
    this.most = limits.nodes;
  }

  root(kind: 'array' | 'object', length: number): Node {
    const node = this.budget.node(kind, '', 0, length);
    node.children = [];
    return node;
  }

  whole(start: number, end: number, schema: MessageType | undefined, depth: number): Message {
    const fields = wireFields(this.bytes, start, end, this.most);
    if (fields === undefined) throw malformed(start);
    return this.message(fields, start, end, schema, depth);
  }

  private message(
    fields: readonly WireField[],
    start: number,
    end: number,
    schema: MessageType | undefined,
    depth: number,
  ): Message {
    this.budget.enter(depth, start);
    const node = this.budget.node('object', '', start, end);
    node.children = [];
    const type = schema?.();
    if (type?.pairs !== undefined) return this.pairs(node, fields, type.pairs, type.fields, depth);
    const arrays = new Map<string, Node>();
    const inner = fields.map((field) => {
      const known = type?.fields[field.number];
      const entry = this.entry(field, known?.type, depth);
      this.place(node, arrays, entry, known, String(field.number));
      return entry;
    });
    if (type?.only === undefined) return { node, inner };
    return { node: node.children.length === 1 ? node.children[0]! : this.budget.node('null', 'null', start, end), inner };
  }

  /** Puts a field below its message: under its name, or into the array of that name. */
  private place(node: Node, arrays: Map<string, Node>, entry: Entry, known: FieldType | undefined, number: string): void {
    const name = known?.name ?? number;
    if (known?.repeated !== true) {
      entry.node.name = name;
      node.children!.push(entry.node);
      return;
    }
    let array = arrays.get(name);
    if (array === undefined) {
      array = this.budget.node('array', '', entry.field.from, entry.field.end);
      array.children = [];
      array.name = name;
      arrays.set(name, array);
      node.children!.push(array);
    }
    entry.holder = array;
    array.children!.push(entry.node);
  }

  /** Names and values side by side: members of one object. Throws `malformed` where there are more of one. */
  private pairs(
    node: Node,
    fields: readonly WireField[],
    [nameNumber, valueNumber]: readonly [number, number],
    types: Readonly<Record<number, FieldType>>,
    depth: number,
  ): Message {
    const names: Entry[] = [];
    const values: Entry[] = [];
    const inner = fields.map((field) => {
      const entry = this.entry(field, types[field.number]?.type, depth);
      if (field.number === nameNumber) names.push(entry);
      else if (field.number === valueNumber) values.push(entry);
      else this.place(node, new Map(), entry, undefined, `#${field.number}`);
      return entry;
    });
    if (names.length !== values.length) throw malformed(node.start);
    for (const [i, name] of names.entries()) {
      const value = values[i]!;
      value.node.name = name.node.text;
      name.names = value.node;
      node.children!.push(value.node);
    }
    return { node, inner };
  }

  private entry(field: WireField, type: Scalar | MessageType | undefined, depth: number): Entry {
    if (field.inner !== undefined) {
      if (type !== undefined) throw malformed(field.from);
      const { node, inner } = this.message(field.inner, field.start, field.end, undefined, depth + 1);
      return { field, node, inner, type: 'bytes' };
    }
    if (typeof type === 'function') {
      if (field.wire !== WIRE.bytes) throw malformed(field.from);
      const { node, inner } = this.whole(field.start, field.end, type, depth + 1);
      return { field, node, inner, type: 'bytes' };
    }
    if (type !== undefined) return { field, node: this.scalar(field, type), type };
    if (field.wire === WIRE.bytes) return this.told(field, depth);
    const guess = this.guess(field);
    return { field, node: this.scalar(field, guess), type: guess };
  }

  /** A length-delimited field without a schema. */
  private told(field: WireField, depth: number): Entry {
    const { bytes } = this;
    const plain = isPlain(bytes, field.start, field.end);
    const content = plain ? undefined : bytes.subarray(field.start, field.end);
    const printable = content === undefined || isPrintable(content);
    const text = content === undefined || (printable && !/[\t\n\f\r]/.test(content.toString('latin1')));
    const hopeless = field.start === field.end || (text && (bytes[field.start]! & 7) !== WIRE.bytes);
    const fields = hopeless ? undefined : wireFields(this.bytes, field.start, field.end, this.most);
    if (fields !== undefined && believed(this.bytes, fields, text)) {
      const { node, inner } = this.message(fields, field.start, field.end, undefined, depth + 1);
      return { field, node, inner, type: 'bytes' };
    }
    if (content === undefined) {
      const node = this.budget.node('string', bytes.toString('latin1', field.start, field.end), field.start, field.end);
      return { field, node, type: 'string' };
    }
    const type = printable ? 'string' : 'bytes';
    return { field, node: this.scalar(field, type), type };
  }

  /** The type of a number without a schema. */
  private guess(field: WireField): Scalar {
    if (field.wire === WIRE.varint) return 'int';
    const value = field.wire === WIRE.fixed32 ? this.bytes.readFloatLE(field.start) : this.bytes.readDoubleLE(field.start);
    const size = Math.abs(value);
    const float = size >= FLOAT_MIN && size <= FLOAT_MAX;
    if (field.wire === WIRE.fixed32) return float ? 'float' : 'fixed32';
    return float ? 'double' : 'fixed64';
  }

  private scalar(field: WireField, type: Scalar): Node {
    const { bytes, budget } = this;
    const { start, end } = field;
    if (WIRE_OF[type] !== field.wire) throw malformed(field.from);
    const number = (text: string): Node => budget.node('number', text, start, end);
    switch (type) {
      case 'string': {
        const content = bytes.subarray(start, end);
        if (!isUtf8(content)) throw malformed(start);
        return budget.node('string', content.toString('utf8'), start, end);
      }
      case 'bytes':
        return budget.bytes(bytes.subarray(start, end), start, end);
      case 'int':
        return number(end - start <= SMALL_VARINT ? String(small(bytes, start, end)) : bigText(bytes, start, end));
      case 'bool':
        return budget.node('boolean', String(varintValue(bytes, start, end) !== 0n), start, end);
      case 'float':
        return number(singleText(bytes.readFloatLE(start)));
      case 'double':
        return number(doubleText(bytes.readDoubleLE(start)));
      case 'fixed32':
        return number(String(bytes.readUInt32LE(start)));
      case 'fixed64':
        return number(String(bytes.readBigUInt64LE(start)));
      default:
        return type satisfies never;
    }
  }
}

/** Varints of up to seven bytes are whole numbers of a double. */
const SMALL_VARINT = 7;

function bigText(bytes: Buffer, start: number, end: number): string {
  return String(BigInt.asIntN(64, varintValue(bytes, start, end)));
}

/** Are the bytes printable ASCII? Nearly every text is; the rest is asked for its UTF-8. */
function isPlain(bytes: Buffer, start: number, end: number): boolean {
  for (let i = start; i < end; i++) {
    const byte = bytes[i]!;
    if (byte < 0x20 || byte > 0x7e) return false;
  }
  return true;
}

const WIRE_OF: Readonly<Record<Scalar, number>> = {
  string: WIRE.bytes,
  bytes: WIRE.bytes,
  int: WIRE.varint,
  bool: WIRE.varint,
  float: WIRE.fixed32,
  fixed32: WIRE.fixed32,
  double: WIRE.fixed64,
  fixed64: WIRE.fixed64,
};

/**
 * Are these fields a message rather than chance? Their numbers are low; and where all the bytes are printable (`text`), only
 * strings inside count: five letters may be a fixed32 field, but a text hardly holds its own length.
 */
function believed(bytes: Buffer, fields: readonly WireField[], text: boolean): boolean {
  if (fields.some((field) => field.number > PLAUSIBLE_NUMBER)) return false;
  if (fields.some(({ inner }) => inner !== undefined && (inner.length === 0 || !believed(bytes, inner, false)))) return false;
  return !text || fields.every((field) => field.wire === WIRE.bytes && field.end > field.start && bytes[field.from]! < 0x80);
}
