import { Buffer } from 'node:buffer';
import { HubError } from '../errors.js';
import type { Document, Edit, Node } from '../model.js';
import { addressBytesOf } from './address-text.js';
import { editedBytes } from './bytes.js';
import { openingAt, TIMESTAMP } from './msgpack-head.js';
import { floatBytes, isFloat, isInteger, unsignedBinary } from './number-text.js';
import { asBuffer, Splice, toBinary, writeMembers } from './splice.js';

/** First bytes of the forms of one kind with lengths of 1, 2 and 4 bytes (0: there is none), and the short form's most and first. */
interface Forms {
  readonly short: readonly [most: number, first: number];
  readonly long: readonly [number, number, number];
}
const TEXT: Forms = { short: [31, 0xa0], long: [0xd9, 0xda, 0xdb] };
const BINARY: Forms = { short: [-1, 0], long: [0xc4, 0xc5, 0xc6] };
const EXTENSION: Forms = { short: [-1, 0], long: [0xc7, 0xc8, 0xc9] };
const MAP: Forms = { short: [15, 0x80], long: [0, 0xde, 0xdf] };

/** An empty value of each kind, as a binary string. */
const BLANK = {
  object: '\x80',
  array: '\x90',
  string: '\xa0',
  number: '\0',
  boolean: '\xc2',
  null: '\xc0',
  bytes: '\xc4\0',
} as const;

/** A MessagePack object as read, with the edits of its nodes: only these and the counts around them are encoded anew. */
export class MessagePackDocument implements Document {
  private readonly bytes: Buffer;
  constructor(
    private readonly original: Uint8Array,
    readonly root: Node,
  ) {
    this.bytes = asBuffer(original);
  }

  /** The very same bytes when there are no edits. */
  write(): Uint8Array {
    const out = new Splice(this.original, toBinary(this.original));
    this.item(this.root, out);
    return out.finish();
  }

  private item(node: Node, out: Splice): void {
    if (node.edit !== undefined) out.replace(node.start, node.end, this.edited(node, node.edit));
    else if (node.children === undefined) return;
    else if (node.kind === 'object') this.object(node, node.children, out);
    else for (const child of node.children) this.item(child, out);
  }

  private object(node: Node, members: readonly Node[], out: Splice): void {
    const kept = members.filter((member) => member.edit?.kind !== 'drop').length;
    if (kept < members.length) {
      const { first, end } = openingAt(this.bytes, node.start);
      out.replace(node.start, end, opening(MAP, kept, first));
    }
    writeMembers(members, out, (member) => {
      if (member.rename !== undefined) out.replace(member.nameStart, member.nameEnd, this.renamed(member, member.rename));
      this.item(member, out);
    });
  }

  private renamed(member: Node, name: string): string {
    const first = this.bytes[member.nameStart]!;
    if (first < 0xc4 || first > 0xc6) return textBinary(name, first);
    return bytesBinary(addressBytesOf(name, 'mac') ?? editedBytes({ kind: 'text', text: name }), first);
  }

  private edited(node: Node, edit: Edit): string {
    const first = this.bytes[node.start]!;
    switch (edit.kind) {
      case 'drop':
      case 'blank':
        return BLANK[node.kind];
      case 'text':
        return node.kind === 'bytes' ? this.packed(node, editedBytes(edit)) : this.scalar(node, edit.text, first);
      case 'bytes':
        if (node.kind === 'bytes') return this.packed(node, edit.bytes);
        throw new HubError('internal', `bytes for a MessagePack ${node.kind}`);
      default:
        return edit satisfies never;
    }
  }

  /** A byte string, or the data of an extension of the same type. */
  private packed(node: Node, bytes: Uint8Array): string {
    const { first, end } = openingAt(this.bytes, node.start);
    if (first >= 0xc4 && first <= 0xc6) return bytesBinary(bytes, first);
    return opening(EXTENSION, bytes.length, first) + String.fromCharCode(this.bytes[end]!) + toBinary(bytes);
  }

  private scalar(node: Node, text: string, first: number): string {
    if (node.kind === 'string') return textBinary(text, first);
    if (node.kind === 'boolean' && (text === 'true' || text === 'false')) return text === 'true' ? '\xc3' : '\xc2';
    if (node.kind !== 'number' || !isFloat(text)) throw new HubError('internal', `text for a MessagePack ${node.kind}`);
    const extension = (first >= 0xc7 && first <= 0xc9) || (first >= 0xd4 && first <= 0xd8);
    if (extension) return timestamp(text);
    if (first !== 0xca && first !== 0xcb && isInteger(text)) return integer(BigInt(text), first);
    const single = first === 0xca ? floatBytes(Number(text), 4) : undefined;
    return single === undefined ? `\xcb${toBinary(floatBytes(Number(text), 8)!)}` : `\xca${toBinary(single)}`;
  }
}

/** The opening of a string or container of `length`: with a length as wide as `first` had it, or wider; the short form where `first` had it. */
function opening(forms: Forms, length: number, first: number): string {
  const before = forms.long.indexOf(first);
  if (before < 0 && length <= forms.short[0]) return String.fromCharCode(forms.short[1] | length);
  for (let i = Math.max(before, forms.long[0] === 0 ? 1 : 0); i < 3; i++) {
    const width = 1 << i;
    if (length < 256 ** width) return String.fromCharCode(forms.long[i]!) + unsignedBinary(BigInt(length), width);
  }
  throw new HubError('internal', 'longer than MessagePack can tell');
}

function textBinary(text: string, first: number): string {
  const bytes = Buffer.from(text, 'utf8');
  return opening(TEXT, bytes.length, first) + toBinary(bytes);
}

function bytesBinary(bytes: Uint8Array, first: number): string {
  return opening(BINARY, bytes.length, first) + toBinary(bytes);
}

/** An integer in the form it had where that holds it, else in the shortest; beyond 64 bits as a float. */
function integer(value: bigint, first: number): string {
  const fixed = first <= 0x7f || first >= 0xe0;
  if (fixed && value >= -32n && value <= 127n) return unsignedBinary(value & 0xffn, 1);
  if (!fixed)
    for (const sign of [first >= 0xd0, first < 0xd0]) {
      for (let i = first & 3; i < 4; i++) {
        const bits = BigInt(8 << i);
        const fits = sign ? BigInt.asIntN(Number(bits), value) === value : BigInt.asUintN(Number(bits), value) === value;
        if (fits)
          return String.fromCharCode((sign ? 0xd0 : 0xcc) + i) + unsignedBinary(BigInt.asUintN(Number(bits), value), 1 << i);
      }
    }
  return fixed ? integer(value, value < 0n ? 0xd0 : 0xcc) : `\xcb${toBinary(floatBytes(Number(value), 8)!)}`;
}

/** A time in seconds: 8 bytes from 1970 to 2514, else 12. */
function timestamp(text: string): string {
  const [whole = '0', fraction = ''] = (isInteger(text) || /^-?\d+\.\d+$/.test(text) ? text : '0').split('.');
  const nanoseconds = Number(fraction.padEnd(9, '0').slice(0, 9));
  const value = BigInt(whole);
  const type = String.fromCharCode(TIMESTAMP);
  if (value >= 0n && value < 2n ** 32n && nanoseconds === 0) return `\xd6${type}${unsignedBinary(value, 4)}`;
  if (value >= 0n && value < 2n ** 34n) return `\xd7${type}${unsignedBinary((BigInt(nanoseconds) << 34n) | value, 8)}`;
  return `\xc7\x0c${type}${unsignedBinary(BigInt(nanoseconds), 4)}${unsignedBinary(BigInt.asUintN(64, value), 8)}`;
}
