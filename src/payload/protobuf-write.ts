import { Buffer } from 'node:buffer';
import { HubError } from '../errors.js';
import type { Document, Edit, Node } from '../model.js';
import { editedBytes } from './bytes.js';
import { fitsSingle, isFloat, isInteger, unsignedBinary } from './number-text.js';
import { lengthPrefixed, varintBinary, WIRE, type WireField } from './protobuf-wire.js';
import { Splice, toBinary, utf8Binary } from './splice.js';

/** How a scalar stands on the wire. `int`: a varint, negative ones in ten bytes. */
export type Scalar = 'int' | 'bool' | 'string' | 'bytes' | 'float' | 'double' | 'fixed32' | 'fixed64';

/** One field with its node. */
export interface Entry {
  readonly field: WireField;
  readonly node: Node;
  readonly type: Scalar;
  /** Fields of a nested message. */
  readonly inner?: readonly Entry[];
  /** The array that the field is an element of. */
  holder?: Node;
  /** The member that this field is the name of. */
  names?: Node;
}

/** A message at the top: `lengthAt` is where four bytes tell its length (gRPC). */
export interface Frame {
  readonly start: number;
  readonly end: number;
  readonly node: Node;
  readonly entries: readonly Entry[];
  readonly lengthAt?: number;
}

/** A message as read, with the edits of its nodes: only edited fields, and the lengths around them, are encoded anew. */
export class ProtobufDocument implements Document {
  private readonly source: string;
  constructor(
    private readonly bytes: Uint8Array,
    readonly root: Node,
    private readonly frames: readonly Frame[],
  ) {
    this.source = toBinary(bytes);
  }

  /** The very same bytes when there are no edits. */
  write(): Uint8Array {
    const out = new Splice(this.bytes, this.source);
    if (this.root.edit !== undefined) out.replace(0, this.source.length, '');
    else for (const frame of this.frames) this.frame(frame, out);
    return out.finish();
  }

  private frame(frame: Frame, out: Splice): void {
    const binary = frame.node.edit === undefined ? this.message(frame.entries, frame.start, frame.end) : '';
    if (binary === undefined) return;
    const { lengthAt } = frame;
    if (lengthAt !== undefined) out.replace(lengthAt, lengthAt + 4, unsignedBinary(BigInt(binary.length), 4));
    out.replace(frame.start, frame.end, binary);
  }

  /** The fields with their edits; undefined where nothing changes. */
  private message(entries: readonly Entry[], start: number, end: number): string | undefined {
    let out = '';
    let at = start;
    let changed = false;
    for (const entry of entries) {
      const { field } = entry;
      const gone = isGone(entry);
      const body = gone ? undefined : this.body(entry);
      if (!gone && body === undefined) continue;
      out += this.source.slice(at, gone ? field.from : field.body) + (body ?? '');
      at = field.next;
      changed = true;
    }
    return changed ? out + this.source.slice(at, end) : undefined;
  }

  /** What stands after the tag of an entry; undefined where that does not change. */
  private body(entry: Entry): string | undefined {
    const { node, names, field } = entry;
    if (names !== undefined) return names.rename === undefined ? undefined : lengthPrefixed(utf8Binary(names.rename));
    if (entry.inner === undefined) return node.edit && scalar(entry.type, node, node.edit);
    const blanked = node.edit !== undefined && node.children !== undefined;
    const inner = blanked ? '' : this.message(entry.inner, field.start, field.end);
    if (inner === undefined) return undefined;
    // A group has no length, but a closing tag.
    return field.wire === WIRE.group ? inner + this.source.slice(field.end, field.next) : lengthPrefixed(inner);
  }
}

function isGone(entry: Entry): boolean {
  if (entry.names !== undefined) return entry.names.edit?.kind === 'drop';
  return entry.holder === undefined ? entry.node.edit?.kind === 'drop' : entry.holder.edit !== undefined;
}

/** A scalar after `edit`, without its tag. */
function scalar(type: Scalar, node: Node, edit: Edit): string {
  switch (edit.kind) {
    case 'drop':
    case 'blank':
      return ofText(type, node.kind === 'boolean' ? 'false' : node.kind === 'number' ? '0' : '');
    case 'text':
      return node.kind === 'bytes' ? lengthPrefixed(toBinary(editedBytes(edit))) : ofText(type, edit.text);
    case 'bytes':
      if (node.kind === 'bytes') return lengthPrefixed(toBinary(edit.bytes));
      throw new HubError('internal', `bytes for a ${node.kind}`);
    default:
      return edit satisfies never;
  }
}

function ofText(type: Scalar, text: string): string {
  const number = isFloat(text);
  switch (type) {
    case 'string':
    case 'bytes':
      return lengthPrefixed(utf8Binary(text));
    case 'bool':
      if (text === 'true' || text === 'false') return text === 'true' ? '\x01' : '\0';
      break;
    case 'int':
      if (number) return varintBinary(whole(text));
      break;
    case 'fixed32':
    case 'fixed64':
      if (number)
        return [...unsignedBinary(BigInt.asUintN(64, whole(text)), 8)]
          .reverse()
          .join('')
          .slice(0, type === 'fixed32' ? 4 : 8);
      break;
    case 'float':
    case 'double':
      if (number) return float(type, Number(text));
      break;
    default:
      return type satisfies never;
  }
  throw new HubError('internal', `text for a ${type}`);
}

/** A field without room for a fraction gets the whole number. */
function whole(text: string): bigint {
  if (isInteger(text)) return BigInt(text);
  const value = Math.trunc(Number(text));
  return Number.isFinite(value) ? BigInt(value) : 0n;
}

function float(type: 'float' | 'double', value: number): string {
  const out = Buffer.alloc(type === 'float' ? 4 : 8);
  if (type === 'double') out.writeDoubleLE(value);
  else out.writeFloatLE(fitsSingle(value) ? value : 0);
  return toBinary(out);
}
