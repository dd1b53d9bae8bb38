import { type Buffer, isUtf8 } from 'node:buffer';
import { HubError } from '../errors.js';
import type { Document, Limits, Node } from '../model.js';
import { bytesName } from './address-text.js';
import { Budget, LOOK, looksReadable, malformed } from './bytes.js';
import { openingAt, TIMESTAMP } from './msgpack-head.js';
import { MessagePackDocument } from './msgpack-write.js';
import { doubleText, singleText } from './number-text.js';
import { asBuffer } from './splice.js';

/** Shorter bodies are not told to be MessagePack by their looks. */
const MIN_SURE = 4;
/**
 * Reads one MessagePack object strictly: text in UTF-8, nothing after it. Duplicate keys are all kept; a key that is no text is named
 * by its literal or its bytes. A timestamp extension is a number of seconds, any other extension a `bytes` node of its data.
 * Throws `malformed`, `too_deep`, `too_many_fields`; `unreadable_format` for a container or an extension as a key.
 */
export function readMessagePack(bytes: Uint8Array, limits: Limits, depth = 0): Document {
  return new MessagePackDocument(bytes, new MessagePackReader(asBuffer(bytes), limits).whole(depth));
}

/** Is it a map or an array, well-formed and nothing else? */
export function looksLikeMessagePack(bytes: Uint8Array): boolean {
  const first = bytes[0] ?? 0;
  const container = (first > 0x80 && first < 0xa0 && first !== 0x90) || (first >= 0xdc && first <= 0xdf);
  return container && bytes.length >= MIN_SURE && looksReadable(() => readMessagePack(bytes, LOOK));
}

class MessagePackReader {
  private readonly budget: Budget;
  private at = 0;

  constructor(
    private readonly bytes: Buffer,
    limits: Limits,
  ) {
    this.budget = new Budget(limits);
  }

  whole(depth: number): Node {
    const root = this.item(depth);
    if (this.at !== this.bytes.length) throw malformed(this.at);
    return root;
  }

  private item(depth: number): Node {
    const start = this.at;
    const first = this.bytes[start];
    if (first === undefined || first === 0xc1) throw malformed(start);
    if (first <= 0x7f) return this.number(first, 1);
    if (first >= 0xe0) return this.number(first - 0x100, 1);
    if (first <= 0x8f || first === 0xde || first === 0xdf) return this.container('object', depth + 1);
    if (first <= 0x9f || first === 0xdc || first === 0xdd) return this.container('array', depth + 1);
    if (first <= 0xbf || (first >= 0xd9 && first <= 0xdb)) return this.text();
    if (first <= 0xc3) return this.word(first);
    if (first <= 0xc6) return this.binary(0);
    return first <= 0xc9 || first >= 0xd4 ? this.binary(1) : this.literal(first);
  }

  /** A node of the `length` bytes from `at`; passes them. */
  private scalar(kind: Node['kind'], text: string, length: number): Node {
    const start = this.at;
    if (start + length > this.bytes.length) throw malformed(start);
    this.at += length;
    return this.budget.node(kind, text, start, this.at);
  }

  private number(value: number | bigint, length: number): Node {
    return this.scalar('number', String(value), length);
  }

  private word(first: number): Node {
    if (first === 0xc0) return this.scalar('null', 'null', 1);
    return this.scalar('boolean', first === 0xc3 ? 'true' : 'false', 1);
  }

  /** Floats and integers of 1 to 8 bytes. */
  private literal(first: number): Node {
    const { bytes } = this;
    const at = this.at + 1;
    const float = first === 0xca || first === 0xcb;
    const width = float ? (first - 0xc9) * 4 : 1 << (first & 3);
    if (at + width > bytes.length) throw malformed(at);
    if (first === 0xca) return this.scalar('number', singleText(bytes.readFloatBE(at)), 5);
    if (first === 0xcb) return this.scalar('number', doubleText(bytes.readDoubleBE(at)), 9);
    if (width === 8) return this.number(first === 0xcf ? bytes.readBigUInt64BE(at) : bytes.readBigInt64BE(at), 9);
    return this.number(first <= 0xcf ? bytes.readUIntBE(at, width) : bytes.readIntBE(at, width), 1 + width);
  }

  private text(): Node {
    const { length, end } = openingAt(this.bytes, this.at);
    const content = this.content(end, length);
    if (!isUtf8(content)) throw malformed(end);
    return this.scalar('string', content.toString('utf8'), end - this.at + length);
  }

  /** A byte string, or an extension, whose `extra` byte is its type. */
  private binary(extra: 0 | 1): Node {
    const start = this.at;
    const { length, end } = openingAt(this.bytes, start);
    const content = this.content(end + extra, length);
    const after = end + extra + length;
    this.at = after;
    const time = extra === 1 && this.bytes[end] === TIMESTAMP ? timestampText(content) : undefined;
    return time === undefined ? this.budget.bytes(content, start, after) : this.budget.node('number', time, start, after);
  }

  private content(at: number, length: number): Buffer {
    if (at + length > this.bytes.length) throw malformed(at);
    return this.bytes.subarray(at, at + length);
  }

  private container(kind: 'object' | 'array', depth: number): Node {
    this.budget.enter(depth, this.at);
    const { length, end } = openingAt(this.bytes, this.at);
    const node = this.budget.node(kind, '', this.at, end);
    const children: Node[] = [];
    node.children = children;
    this.at = end;
    while (children.length < length) children.push(kind === 'object' ? this.member(depth) : this.item(depth));
    node.end = this.at;
    return node;
  }

  private member(depth: number): Node {
    const nameStart = this.at;
    const name = this.key();
    const nameEnd = this.at;
    const member = this.item(depth);
    member.name = name;
    member.nameStart = nameStart;
    member.nameEnd = nameEnd;
    return member;
  }

  private key(): string {
    const first = this.bytes[this.at] ?? 0;
    const container = (first >= 0x80 && first <= 0x9f) || (first >= 0xdc && first <= 0xdf);
    const extension = (first >= 0xc7 && first <= 0xc9) || (first >= 0xd4 && first <= 0xd8);
    if (container || extension) throw new HubError('unreadable_format', 'a container or an extension as a key');
    const key = this.item(0);
    return key.bytes === undefined ? key.text : bytesName(key.bytes);
  }
}

/** Seconds since 1970 with up to nine decimals; undefined for lengths that no timestamp has. */
function timestampText(data: Buffer): string | undefined {
  if (data.length === 4) return String(data.readUInt32BE());
  if (data.length === 8) {
    const both = data.readBigUInt64BE();
    return seconds(both & 0x3ffffffffn, Number(both >> 34n));
  }
  return data.length === 12 ? seconds(data.readBigInt64BE(4), data.readUInt32BE()) : undefined;
}

function seconds(whole: bigint, nanoseconds: number): string | undefined {
  if (nanoseconds > 999_999_999) return undefined;
  return nanoseconds === 0 || whole < 0n ? String(whole) : `${whole}.${String(nanoseconds).padStart(9, '0').replace(/0+$/, '')}`;
}
