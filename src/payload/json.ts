import { type Buffer, isUtf8 } from 'node:buffer';
import { HubError } from '../errors.js';
import { type Document, type Limits, Node } from '../model.js';
import { JsonDocument } from './json-write.js';
import { asBuffer, MAX_DEPTH, toBinary } from './splice.js';

const TAB = 0x09;
const LINE_FEED = 0x0a;
const RETURN = 0x0d;
const SPACE = 0x20;
const QUOTE = 0x22;
const PLUS = 0x2b;
const COMMA = 0x2c;
const MINUS = 0x2d;
const DOT = 0x2e;
const ZERO = 0x30;
const NINE = 0x39;
const COLON = 0x3a;
const OPEN_BRACKET = 0x5b;
const BACKSLASH = 0x5c;
const CLOSE_BRACKET = 0x5d;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
/** What `peek` gives after the last byte: no byte of JSON. */
const NOTHING = 0;

/** RFC 8259 section 7: the letter after a backslash, and what it stands for. `u` is read apart. */
const ESCAPES: Readonly<Record<string, string>> = {
  '"': '"',
  '\\': '\\',
  '/': '/',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
};

/**
 * Reads one JSON text (RFC 8259) strictly: UTF-8 without byte order mark, no comments, no trailing commas or bytes, no escaped
 * lone surrogates (they have no UTF-8 form, so two of them cannot be compared safely). Duplicate members are all kept.
 * `depth`: how many containers stand around this text already. Texts of nodes may be slices of one string as long as the
 * message: whoever keeps one longer than the message copies it.
 * Throws `malformed` (with a byte offset), `too_deep`, `too_many_fields`.
 */
export function readJson(bytes: Uint8Array, limits: Limits, depth = 0): Document {
  if (!isUtf8(bytes)) throw new HubError('malformed', 'not UTF-8');
  const binary = toBinary(bytes);
  return new JsonDocument(bytes, binary, new Reader(asBuffer(bytes), binary, limits).document(depth));
}

/** Recursive descent over a binary string; `at` is the offset of the next byte. Depth is bounded, so the stack is. */
class Reader {
  private at = 0;
  private left: number;
  private readonly end: number;
  private readonly deepest: number;

  constructor(
    private readonly bytes: Buffer,
    private readonly source: string,
    limits: Limits,
  ) {
    this.end = source.length;
    this.left = limits.nodes;
    this.deepest = Math.min(limits.depth, MAX_DEPTH);
  }

  document(depth: number): Node {
    this.space();
    const root = this.value(depth);
    if (this.space() !== NOTHING || this.at < this.end) this.fail();
    return root;
  }

  private fail(offset = this.at): never {
    throw new HubError('malformed', `byte ${offset}`);
  }

  /** The code of the next byte; never reads past the end, where `charCodeAt` would lose its optimized form for good. */
  private peek(): number {
    return this.at < this.end ? this.source.charCodeAt(this.at) : NOTHING;
  }

  /** Passes white space; gives the code of the byte after it. */
  private space(): number {
    let code = this.peek();
    while (code === SPACE || code === LINE_FEED || code === RETURN || code === TAB) {
      this.at++;
      code = this.peek();
    }
    return code;
  }

  private node(kind: Node['kind'], text: string, start: number): Node {
    if (--this.left < 0) throw new HubError('too_many_fields', `byte ${start}`);
    return new Node(kind, text, start, this.at);
  }

  /** One value; `at` stands on its first byte. `depth` containers are open around it. */
  private value(depth: number): Node {
    const start = this.at;
    const code = this.peek();
    if (code === QUOTE) return this.node('string', this.string(), start);
    if (code === OPEN_BRACE) return this.object(depth + 1);
    if (code === OPEN_BRACKET) return this.array(depth + 1);
    if (code === MINUS || (code >= ZERO && code <= NINE)) return this.node('number', this.number(), start);
    if (this.source.startsWith('true', start)) return this.word('boolean', 'true');
    if (this.source.startsWith('false', start)) return this.word('boolean', 'false');
    if (this.source.startsWith('null', start)) return this.word('null', 'null');
    return this.fail();
  }

  private word(kind: 'boolean' | 'null', text: string): Node {
    const start = this.at;
    this.at += text.length;
    return this.node(kind, text, start);
  }

  /** A new container whose opening byte is passed; `end` is set when it closes. */
  private container(kind: 'object' | 'array', depth: number, children: Node[]): Node {
    if (depth > this.deepest) throw new HubError('too_deep', `byte ${this.at}`);
    const node = this.node(kind, '', this.at);
    node.children = children;
    this.at++;
    return node;
  }

  private object(depth: number): Node {
    const members: Node[] = [];
    const node = this.container('object', depth, members);
    let code = this.space();
    while (code !== CLOSE_BRACE) {
      if (code !== QUOTE) this.fail();
      members.push(this.member(depth));
      code = this.space();
      if (code === COMMA) {
        this.at++;
        code = this.space();
        if (code === CLOSE_BRACE) this.fail();
      } else if (code !== CLOSE_BRACE) this.fail();
    }
    node.end = ++this.at;
    return node;
  }

  private member(depth: number): Node {
    const nameStart = this.at;
    const name = this.string();
    const nameEnd = this.at;
    if (this.space() !== COLON) this.fail();
    this.at++;
    this.space();
    const node = this.value(depth);
    node.name = name;
    node.nameStart = nameStart;
    node.nameEnd = nameEnd;
    return node;
  }

  private array(depth: number): Node {
    const elements: Node[] = [];
    const node = this.container('array', depth, elements);
    if (this.space() !== CLOSE_BRACKET) {
      for (;;) {
        elements.push(this.value(depth));
        const code = this.space();
        if (code === CLOSE_BRACKET) break;
        if (code !== COMMA) this.fail();
        this.at++;
        this.space();
      }
    }
    node.end = ++this.at;
    return node;
  }

  private digits(from: number): number {
    let i = from;
    while (i < this.end) {
      const code = this.source.charCodeAt(i);
      if (code < ZERO || code > NINE) break;
      i++;
    }
    if (i === from) this.fail(i);
    return i;
  }

  private number(): string {
    const start = this.at;
    if (this.peek() === MINUS) this.at++;
    if (this.peek() === ZERO) this.at++;
    else this.at = this.digits(this.at);
    if (this.peek() === DOT) this.at = this.digits(this.at + 1);
    if ((this.peek() | 0x20) === 0x65) {
      this.at++;
      const sign = this.peek();
      if (sign === PLUS || sign === MINUS) this.at++;
      this.at = this.digits(this.at);
    }
    return this.source.slice(start, this.at);
  }

  /** The decoded text of the string whose opening quote stands at `at`. */
  private string(): string {
    const { source, end } = this;
    const start = this.at + 1;
    let seen = 0;
    for (let i = start; i < end; i++) {
      const code = source.charCodeAt(i);
      if (code === QUOTE) {
        this.at = i + 1;
        return this.text(start, i, seen);
      }
      if (code === BACKSLASH) return this.escaped(start, i, seen);
      if (code < SPACE) this.fail(i);
      seen |= code;
    }
    return this.fail(end);
  }

  /** Bytes from `start` to `end` as text; `seen` is all their codes or-ed together. */
  private text(start: number, end: number, seen: number): string {
    return seen < 0x80 ? this.source.slice(start, end) : this.bytes.toString('utf8', start, end);
  }

  /** Goes on with a string whose first backslash stands at `slash`. */
  private escaped(start: number, slash: number, seenBefore: number): string {
    const { source, end } = this;
    let text = this.text(start, slash, seenBefore);
    let from = slash;
    let seen = 0;
    for (let i = slash; i < end; i++) {
      const code = source.charCodeAt(i);
      if (code === QUOTE) {
        this.at = i + 1;
        return from === i ? text : text + this.text(from, i, seen);
      }
      if (code === BACKSLASH) {
        if (from < i) text += this.text(from, i, seen);
        this.at = i + 1;
        text += this.escape();
        from = this.at;
        i = from - 1;
        seen = 0;
      } else if (code < SPACE) this.fail(i);
      else seen |= code;
    }
    return this.fail(end);
  }

  /** What the escape whose backslash has been passed stands for. */
  private escape(): string {
    const letter = this.source.charAt(this.at);
    const simple = ESCAPES[letter];
    if (simple !== undefined) {
      this.at++;
      return simple;
    }
    if (letter !== 'u') this.fail();
    const high = this.unit();
    if (high < 0xd800 || high > 0xdfff) return String.fromCharCode(high);
    const second = this.at;
    if (high > 0xdbff || !this.source.startsWith('\\u', second)) this.fail(second);
    this.at++;
    const low = this.unit();
    if (low < 0xdc00 || low > 0xdfff) this.fail(second);
    return String.fromCharCode(high, low);
  }

  /** The UTF-16 unit of a `uXXXX` at `at`. */
  private unit(): number {
    const digits = this.source.slice(this.at + 1, this.at + 5);
    if (!/^[0-9a-fA-F]{4}$/.test(digits)) this.fail();
    this.at += 5;
    return Number.parseInt(digits, 16);
  }
}
