import { Buffer } from 'node:buffer';
import { HubError } from '../errors.js';
import type { Document, Limits, Node } from '../model.js';
import { type AddressKind, addressKinds, addressText, bytesName } from './address-text.js';
import { Budget, LOOK, looksReadable, malformed } from './bytes.js';
import { BREAK, type Head, headAt, INDEFINITE, MAJOR, stringAt } from './cbor-head.js';
import { CborDocument } from './cbor-write.js';
import { looksEncrypted, looksSigned, nameStructure, type Sealing, sealingOf, startsLikeCose } from './cose.js';
import { doubleText, halfValue, singleText } from './number-text.js';
import { asBuffer } from './splice.js';

/** Tags of big numbers (RFC 8949 section 3.4.3). */
const BIG_TAGS = new Set([2n, 3n]);
/** Tags whose bytes are addresses: UUID (37), MAC (48), IPv4 (52), IPv6 (54; RFC 9164), any of them (260). */
const ADDRESS_TAGS: ReadonlyMap<bigint, readonly AddressKind[]> = new Map([
  [37n, ['uuid']],
  [48n, ['mac', 'eui64']],
  [52n, ['ipv4']],
  [54n, ['ipv6']],
  [260n, ['ipv4', 'mac', 'ipv6']],
]);
/** Most tags around one item: real ones have two. */
const MAX_TAGS = 16;
/** Shorter bodies are not told to be CBOR by their looks: nearly any three bytes are. */
const MIN_SURE = 4;

/**
 * Reads one CBOR data item (RFC 8949) strictly: well-formed, text in UTF-8, nothing after it. Every duplicate key is kept; a key that
 * is no text is named by its decimal digits, or by its bytes as text, `aa:bb:…` or hexadecimal digits. Big numbers and addresses under
 * their tags read as their text; other byte strings are `bytes` nodes. With `sequence` several items are the elements of an array
 * (RFC 8742). A signed message (COSE, by its tag, its look or `sealing`) is an object of its places, in which nothing may change.
 * Throws `malformed`, `too_deep`, `too_many_fields`; `unreadable_format` for a container as a key; `sealed` for an encrypted message.
 */
export function readCbor(bytes: Uint8Array, limits: Limits, depth = 0, sequence = false, sealing?: Sealing): Document {
  const reader = new CborReader(asBuffer(bytes), limits);
  const root = sequence ? reader.sequence(depth) : reader.whole(depth, sealing);
  return new CborDocument(bytes, root, reader.sealed);
}

/** Is it a map or an array, well-formed and nothing else? Past `LOOKED_AT` items it is taken for one, and the reader decides. */
export function looksLikeCbor(bytes: Uint8Array): boolean {
  const first = bytes[0] ?? 0;
  const container = (first >= 0x81 && first <= 0x9f) || (first >= 0xa1 && first <= 0xbf);
  const tagged = (first === 0xd9 && bytes[1] === 0xd9 && bytes[2] === 0xf7) || startsLikeCose(bytes);
  if (bytes.length < MIN_SURE || !(container || tagged)) return false;
  return looksReadable(() => readCbor(bytes, LOOK));
}

class CborReader {
  /** Spans of signed or encrypted messages. */
  readonly sealed: [number, number][] = [];
  private encrypted = false;
  private readonly budget: Budget;
  private at = 0;

  constructor(
    private readonly bytes: Buffer,
    limits: Limits,
  ) {
    this.budget = new Budget(limits);
  }

  whole(depth: number, sealing?: Sealing): Node {
    const root = this.item(depth, undefined, sealing);
    if (this.at !== this.bytes.length) throw malformed(this.at);
    return this.readable(root);
  }

  sequence(depth: number): Node {
    const root = this.budget.node('array', '', -1, this.bytes.length);
    root.children = [];
    while (this.at < this.bytes.length) root.children.push(this.item(depth + 1));
    return this.readable(root);
  }

  private readable(root: Node): Node {
    if (this.encrypted) throw new HubError('sealed', 'COSE');
    return root;
  }

  /** One item with its tags, which stand between `nameEnd` and `start` of its node. `kinds`: what an array's tag says of its bytes. */
  private item(depth: number, kinds?: readonly AddressKind[], told?: Sealing): Node {
    const entry = this.at;
    let tagAt = entry;
    let head = headAt(this.bytes, entry);
    let tag = -1n;
    let sealing = told;
    for (let tags = 0; head.major === MAJOR.tag; tags++) {
      if (tags >= MAX_TAGS) throw new HubError('too_deep', 'tags');
      tag = head.value;
      sealing = sealingOf(tag) ?? sealing;
      tagAt = this.at;
      this.at = head.end;
      head = headAt(this.bytes, this.at);
    }
    const node = this.tagged(tag, tagAt, head, depth, kinds);
    if (sealing === 'encrypted' && looksEncrypted(node)) this.encrypted = true;
    if (node.kind === 'array' && (sealing !== undefined || looksSigned(node))) {
      sealing = 'signed';
      nameStructure(node, (bytes) => this.head(bytes, depth + 1));
    }
    node.nameStart = entry;
    node.nameEnd = entry;
    // Without a tag its own first byte belongs to what is signed.
    if (sealing !== undefined) this.sealed.push([tag < 0n ? entry - 1 : entry, this.at]);
    return node;
  }

  /** The headers that a byte string holds (RFC 9052 section 3), where they stand; none of them is an empty text. */
  private head(bytes: Node, depth: number): Node {
    if (bytes.bytes!.length === 0) return this.budget.node('string', '', bytes.start, bytes.end);
    const { at } = this;
    try {
      this.at = bytes.end - bytes.bytes!.length;
      const map = this.item(depth);
      return this.at === bytes.end ? map : bytes;
    } catch (fault) {
      if (fault instanceof HubError && fault.code === 'malformed') return bytes;
      throw fault;
    } finally {
      this.at = at;
    }
  }

  private tagged(tag: bigint, tagAt: number, head: Head, depth: number, kinds?: readonly AddressKind[]): Node {
    const address = ADDRESS_TAGS.get(tag);
    if (head.major === MAJOR.array) return this.array(head, depth + 1, address);
    if (head.major !== MAJOR.bytes) return this.untagged(head, depth);
    const start = this.at;
    const { content, end } = stringAt(this.bytes, head);
    const whole = content.length === 1 ? content[0]! : Buffer.concat(content);
    this.at = end;
    if (BIG_TAGS.has(tag)) {
      const size = whole.length === 0 ? 0n : BigInt(`0x${whole.toString('hex')}`);
      return this.budget.node('number', String(tag === 2n ? size : -1n - size), tagAt, end);
    }
    const kind = addressKinds(whole.length).find((one) => (address ?? kinds)?.includes(one));
    if (kind !== undefined)
      return this.budget.node('string', addressText(whole, kind), address === undefined ? start : tagAt, end);
    return this.budget.bytes(whole, start, end);
  }

  /** The item whose head stands at `at`; no tag, array or byte string. */
  private untagged(head: Head, depth: number): Node {
    const start = this.at;
    this.at = head.end;
    switch (head.major) {
      case MAJOR.unsigned:
        return this.budget.node('number', String(head.value), start, head.end);
      case MAJOR.negative:
        return this.budget.node('number', String(-1n - head.value), start, head.end);
      case MAJOR.text: {
        const { content, end } = stringAt(this.bytes, head);
        this.at = end;
        return this.budget.node('string', textOf(content), start, end);
      }
      case MAJOR.map:
        return this.map(head, start, depth + 1);
      default:
        return this.simple(head, start);
    }
  }

  /** Section 3.3: false, true, null, undefined, other simple values (as numbers) and floats. */
  private simple(head: Head, start: number): Node {
    const text = this.simpleText(head, start);
    const kind = head.info === 20 || head.info === 21 ? 'boolean' : head.info === 22 || head.info === 23 ? 'null' : 'number';
    return this.budget.node(kind, text, start, head.end);
  }

  private simpleText(head: Head, start: number): string {
    const { info, value } = head;
    if (info < 20) return String(info);
    if (info < 24) return ['false', 'true', 'null', 'undefined'][info - 20]!;
    if (info === 24) {
      if (value < 32n) throw malformed(start);
      return String(value);
    }
    if (info === 25) return singleText(halfValue(Number(value)));
    if (info === 26) return singleText(this.bytes.readFloatBE(start + 1));
    if (info === 27) return doubleText(this.bytes.readDoubleBE(start + 1));
    throw malformed(start);
  }

  private array(head: Head, depth: number, kinds: readonly AddressKind[] | undefined): Node {
    const node = this.open('array', head, depth);
    while (this.more(head, node)) node.children!.push(this.item(depth, kinds));
    node.end = this.at;
    return node;
  }

  private map(head: Head, start: number, depth: number): Node {
    this.at = start;
    const node = this.open('object', head, depth);
    while (this.more(head, node)) {
      const nameStart = this.at;
      const name = this.key();
      const member = this.item(depth);
      member.name = name;
      member.nameStart = nameStart;
      node.children!.push(member);
    }
    node.end = this.at;
    return node;
  }

  private open(kind: 'array' | 'object', head: Head, depth: number): Node {
    this.budget.enter(depth, this.at);
    const node = this.budget.node(kind, '', this.at, head.end);
    node.children = [];
    this.at = head.end;
    return node;
  }

  /** Does another entry follow? Passes the break of an indefinite container. */
  private more(head: Head, node: Node): boolean {
    if (head.info !== INDEFINITE) return BigInt(node.children!.length) < head.value;
    if (this.bytes[this.at] !== BREAK) return true;
    this.at++;
    return false;
  }

  /** The text of the key at `at`. */
  private key(): string {
    let head = headAt(this.bytes, this.at);
    while (head.major === MAJOR.tag) {
      this.at = head.end;
      head = headAt(this.bytes, this.at);
    }
    if (head.major === MAJOR.array || head.major === MAJOR.map) throw new HubError('unreadable_format', 'a container as a key');
    if (head.major === MAJOR.bytes) {
      const { content, end } = stringAt(this.bytes, head);
      this.at = end;
      return bytesName(Buffer.concat(content));
    }
    return this.untagged(head, 0).text;
  }
}

function textOf(content: readonly Buffer[]): string {
  return content.length === 1 ? content[0]!.toString('utf8') : content.map((chunk) => chunk.toString('utf8')).join('');
}
