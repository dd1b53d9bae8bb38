import { Buffer } from 'node:buffer';
import { HubError } from '../errors.js';
import type { Document, Edit, Node } from '../model.js';
import { addressBytesOf, addressKinds } from './address-text.js';
import { editedBytes } from './bytes.js';
import { type Head, headAt, headBinary, INDEFINITE, leastWidth, MAJOR, stringAt } from './cbor-head.js';
import { floatBytes, isFloat, isInteger } from './number-text.js';
import { asBuffer, Splice, toBinary, writeMembers } from './splice.js';

/** The largest argument of a head. */
const MAX_ARGUMENT = 2n ** 64n - 1n;
/** An empty value of each kind, as a binary string. */
const BLANK = {
  object: '\xa0',
  array: '\x80',
  string: '\x60',
  number: '\x00',
  boolean: '\xf4',
  null: '\xf6',
  bytes: '\x40',
} as const;

/** A CBOR item as read, with the edits of its nodes: only these and the counts around them are encoded anew. */
export class CborDocument implements Document {
  private readonly bytes: Buffer;
  constructor(
    private readonly original: Uint8Array,
    readonly root: Node,
    private readonly sealed: readonly (readonly [number, number])[],
  ) {
    this.bytes = asBuffer(original);
  }

  /** The very same bytes when there are no edits. Throws `sealed` for an edit inside something signed. */
  write(): Uint8Array {
    const out = new Splice(this.original, toBinary(this.original));
    if (this.root.start >= 0) this.item(this.root, out);
    else if (this.root.edit !== undefined) out.replace(0, this.original.length, '');
    else for (const child of this.root.children ?? []) this.item(child, out);
    return out.finish();
  }

  private replace(start: number, end: number, binary: string, out: Splice): void {
    this.check(start);
    out.replace(start, end, binary);
  }

  private check(at: number): void {
    if (this.sealed.some(([from, to]) => at > from && at < to)) throw new HubError('sealed', 'COSE');
  }

  private item(node: Node, out: Splice): void {
    if (node.edit !== undefined) {
      const empty = node.edit.kind === 'drop' || node.edit.kind === 'blank';
      this.replace(empty ? node.nameEnd : node.start, node.end, this.edited(node, node.edit), out);
      return;
    }
    if (node.children === undefined) return;
    if (node.kind === 'object') this.object(node, node.children, out);
    else for (const child of node.children) this.item(child, out);
  }

  private object(node: Node, members: readonly Node[], out: Splice): void {
    const kept = members.filter((member) => member.edit?.kind !== 'drop').length;
    if (kept < members.length) {
      const head = headAt(this.bytes, node.start);
      const binary = head.info === INDEFINITE ? '\xbf' : headBinary(MAJOR.map, BigInt(kept), leastWidth(head));
      this.replace(node.start, head.end, binary, out);
    }
    writeMembers(members, out, (member) => {
      if (member.rename !== undefined) this.replace(member.nameStart, member.nameEnd, this.renamed(member, member.rename), out);
      this.item(member, out);
    });
  }

  /** A key of the same type as before where the new name can be one. */
  private renamed(member: Node, name: string): string {
    const { major } = headAt(this.bytes, member.nameStart);
    if (major === MAJOR.bytes)
      return stringBinary(MAJOR.bytes, addressBytesOf(name, 'mac') ?? editedBytes({ kind: 'text', text: name }));
    if (major <= MAJOR.negative && isInteger(name)) return integerBinary(BigInt(name));
    return stringBinary(MAJOR.text, Buffer.from(name, 'utf8'));
  }

  private edited(node: Node, edit: Edit): string {
    switch (edit.kind) {
      case 'drop':
      case 'blank':
        return BLANK[node.kind];
      case 'text':
        return node.kind === 'bytes' ? stringBinary(MAJOR.bytes, editedBytes(edit)) : this.scalar(node, edit.text);
      case 'bytes':
        if (node.kind === 'bytes') return stringBinary(MAJOR.bytes, edit.bytes);
        throw new HubError('internal', `bytes for a CBOR ${node.kind}`);
      default:
        return edit satisfies never;
    }
  }

  private scalar(node: Node, text: string): string {
    const head = headAt(this.bytes, node.start);
    if (node.kind === 'string') return this.string(head, text);
    if (node.kind === 'boolean' && (text === 'true' || text === 'false')) return text === 'true' ? '\xf5' : '\xf4';
    if (node.kind === 'number' && isInteger(text)) return this.integer(head, BigInt(text));
    if (node.kind === 'number' && isFloat(text)) return float(Number(text), head);
    throw new HubError('internal', `text for a CBOR ${node.kind}`);
  }

  /** A text; or an address under its tag, which stays bytes where the new text is an address of the same kind. */
  private string(head: Head, text: string): string {
    if (head.major === MAJOR.text) return stringBinary(MAJOR.text, Buffer.from(text, 'utf8'));
    const inner = head.major === MAJOR.tag ? headAt(this.bytes, head.end) : head;
    const length = stringAt(this.bytes, inner).content.reduce((sum, chunk) => sum + chunk.length, 0);
    const kinds = addressKinds(length);
    const kind = head.value === 37n && head.major === MAJOR.tag ? 'uuid' : kinds[0]!;
    const bytes = addressBytesOf(text, kind);
    if (bytes === undefined) return stringBinary(MAJOR.text, Buffer.from(text, 'utf8'));
    return (head.major === MAJOR.tag ? headBinary(MAJOR.tag, head.value) : '') + stringBinary(MAJOR.bytes, bytes);
  }

  private integer(head: Head, value: bigint): string {
    if (head.major === MAJOR.simple && head.info >= 25) return float(Number(value), head);
    if (head.major === MAJOR.tag) return bigBinary(value);
    return integerBinary(value, head.major <= MAJOR.negative ? leastWidth(head) : 0);
  }
}

function stringBinary(major: number, bytes: Uint8Array): string {
  return headBinary(major, BigInt(bytes.length)) + toBinary(bytes);
}

function integerBinary(value: bigint, least = 0): string {
  const argument = value < 0n ? -1n - value : value;
  if (argument > MAX_ARGUMENT) return bigBinary(value);
  return headBinary(value < 0n ? MAJOR.negative : MAJOR.unsigned, argument, least);
}

function bigBinary(value: bigint): string {
  const argument = value < 0n ? -1n - value : value;
  const hex = argument === 0n ? '' : argument.toString(16);
  return (
    (value < 0n ? '\xc3' : '\xc2') +
    stringBinary(MAJOR.bytes, Buffer.from(hex.padStart(hex.length + (hex.length % 2), '0'), 'hex'))
  );
}

/** A float as wide as the one before, or wider where that cannot hold it. */
function float(value: number, head: Head): string {
  const width = head.major === MAJOR.simple && head.info >= 25 ? 1 << (head.info - 24) : 8;
  const half = width === 2 ? floatBytes(value, 2) : undefined;
  if (half !== undefined) return `\xf9${toBinary(half)}`;
  const single = width <= 4 ? floatBytes(value, 4) : undefined;
  return single === undefined ? `\xfb${toBinary(floatBytes(value, 8)!)}` : `\xfa${toBinary(single)}`;
}
