import { type Buffer, isUtf8 } from 'node:buffer';
import { HubError } from '../errors.js';
import type { Document, Limits, Node } from '../model.js';
import { type NameTable, nameTable } from './json-names.js';
import { ARRAY, BOOLEAN, ESCAPED, NO_NAME, NULL, NUMBER, OBJECT, STRING, Tape, WIDE } from './json-tape.js';
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
  const reader = new JsonReader(bytes, limits);
  return new JsonDocument(bytes, reader.source, reader.text(0, bytes.length, depth));
}

/**
 * Recursive descent; depth is bounded, so the stack is. What is found goes onto a tape. Each method takes the offset where it begins and
 * gives the one where it ended: as a local variable it stays in a register.
 */
export class JsonReader {
  /** The bytes as a binary string. */
  readonly source: string;
  private readonly bytes: Buffer;
  private readonly view: DataView;
  private readonly table: NameTable;
  private readonly tape: Tape;
  /** Offset of the next byte, inside strings with escapes. */
  private at = 0;
  private end = 0;
  /** Values that may still come. */
  private left: number;
  private readonly deepest: number;
  /** The flags of the string read last, and its text where that is not its bytes. */
  private flags = 0;
  /** The head of the row for the scalar read last. */
  private head = 0;
  private unescaped = '';

  /** Throws `malformed` for bytes that are not UTF-8. */
  constructor(bytes: Uint8Array, limits: Limits) {
    if (!isUtf8(bytes)) throw new HubError('malformed', 'not UTF-8');
    this.bytes = asBuffer(bytes);
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.source = toBinary(bytes);
    this.table = nameTable();
    this.tape = new Tape(bytes, this.source, this.table.names, this.table.base);
    this.left = limits.nodes;
    this.deepest = Math.min(limits.depth, MAX_DEPTH);
  }

  /** The one JSON text between `start` and `end`; texts read by one reader share its budget of nodes. No other reader may begin between. */
  text(start: number, end: number, depth: number): Node {
    this.end = end;
    const { top } = this.tape;
    const at = this.skip(this.value(this.skip(start), depth, -1, NO_NAME));
    if (at < end) this.fail(at);
    this.tape.settle();
    return this.tape.node(top);
  }

  private fail(offset: number): never {
    throw new HubError('malformed', `byte ${offset}`);
  }

  /** The byte at `at`; never reads past the end, where an array would lose its optimized form for good. */
  private code(at: number): number {
    return at < this.end ? this.bytes[at]! : NOTHING;
  }

  /** The offset of the first byte from `at` that is no white space. */
  private skip(at: number): number {
    let code = this.code(at);
    while (code <= SPACE && (code === SPACE || code === LINE_FEED || code === RETURN || code === TAB)) code = this.code(++at);
    return at;
  }

  /** Counts one value against the budget. */
  spend(start: number): void {
    if (--this.left < 0) throw new HubError('too_many_fields', `byte ${start}`);
  }

  /** One value, which stands under a name where `nameStart` is not -1. `depth` containers are open around it. */
  private value(at: number, depth: number, nameStart: number, name: number): number {
    const code = this.code(at);
    if (code === OPEN_BRACE) return this.object(at, depth + 1, nameStart, name);
    if (code === OPEN_BRACKET) return this.array(at, depth + 1, nameStart, name);
    const end = this.scalar(code, at);
    this.spend(at);
    this.tape.add(this.head, at, end, nameStart, name);
    return end;
  }

  /** Passes a scalar that begins with `code`, and sets `head`. */
  private scalar(code: number, at: number): number {
    if (code === QUOTE) return this.stringValue(at);
    if (code <= NINE && (code >= ZERO || code === MINUS)) {
      this.head = NUMBER;
      return this.number(at);
    }
    return this.word(code, at);
  }

  private word(code: number, at: number): number {
    const text = code === 0x74 ? 'true' : code === 0x66 ? 'false' : 'null';
    for (let i = 0; i < text.length; i++) if (this.code(at + i) !== text.charCodeAt(i)) this.fail(at);
    this.head = code === 0x6e ? NULL : BOOLEAN;
    return at + text.length;
  }

  private stringValue(at: number): number {
    const end = this.string(at);
    if ((this.flags & ESCAPED) !== 0) this.tape.escaped(at, this.unescaped);
    this.head = STRING | this.flags;
    return end;
  }

  /** The row of a new container; `close` tells the rest of it. */
  private container(kind: number, at: number, depth: number, nameStart: number, name: number): number {
    if (depth > this.deepest) throw new HubError('too_deep', `byte ${at}`);
    this.spend(at);
    return this.tape.add(kind, at, at, nameStart, name);
  }

  private object(start: number, depth: number, nameStart: number, name: number): number {
    const row = this.container(OBJECT, start, depth, nameStart, name);
    let count = 0;
    let at = this.skip(start + 1);
    let code = this.code(at);
    while (code !== CLOSE_BRACE) {
      if (code !== QUOTE) this.fail(at);
      at = this.skip(this.member(at, depth));
      count++;
      code = this.code(at);
      if (code === COMMA) {
        at = this.skip(at + 1);
        code = this.code(at);
        if (code === CLOSE_BRACE) this.fail(at);
      } else if (code !== CLOSE_BRACE) this.fail(at);
    }
    this.tape.close(row, at + 1, count);
    return at + 1;
  }

  private member(start: number, depth: number): number {
    const { table } = this;
    let name = table.expected(this.view, start + 1, this.end);
    let at: number;
    if (name >= 0) at = start + table.lengths[name]! + 2;
    else {
      at = this.string(start);
      name = this.newName(start, at);
    }
    at = this.skip(at);
    if (this.code(at) !== COLON) this.fail(at);
    return this.value(this.skip(at + 1), depth, start, name);
  }

  /** The number of the name from `start` to `end`, quotes included. */
  private newName(start: number, end: number): number {
    if ((this.flags & ESCAPED) !== 0) this.tape.escaped(start, this.unescaped);
    return this.flags === 0 ? this.table.find(this.bytes, this.source, start + 1, end - start - 2) : NO_NAME;
  }

  private array(start: number, depth: number, nameStart: number, name: number): number {
    const row = this.container(ARRAY, start, depth, nameStart, name);
    let count = 0;
    let at = this.skip(start + 1);
    if (this.code(at) !== CLOSE_BRACKET) {
      for (;;) {
        at = this.skip(this.value(at, depth, -1, NO_NAME));
        count++;
        const code = this.code(at);
        if (code === CLOSE_BRACKET) break;
        if (code !== COMMA) this.fail(at);
        at = this.skip(at + 1);
      }
    }
    this.tape.close(row, at + 1, count);
    return at + 1;
  }

  private digits(from: number): number {
    const { bytes, end } = this;
    let i = from;
    while (i < end) {
      const code = bytes[i]!;
      if (code < ZERO || code > NINE) break;
      i++;
    }
    if (i === from) this.fail(i);
    return i;
  }

  private number(at: number): number {
    if (this.code(at) === MINUS) at++;
    at = this.code(at) === ZERO ? at + 1 : this.digits(at);
    if (this.code(at) === DOT) at = this.digits(at + 1);
    if ((this.code(at) | 0x20) !== 0x65) return at;
    const sign = this.code(at + 1);
    return this.digits(sign === PLUS || sign === MINUS ? at + 2 : at + 1);
  }

  /** Passes the string whose opening quote stands at `at`; sets `flags`, and `unescaped` where it has escapes. */
  private string(at: number): number {
    const { bytes, end } = this;
    let seen = 0;
    for (let i = at + 1; i < end; i++) {
      const code = bytes[i]!;
      if (code === QUOTE) {
        this.flags = seen < 0x80 ? 0 : WIDE;
        return i + 1;
      }
      if (code === BACKSLASH) {
        this.unescaped = this.escaped(at + 1, i, seen);
        this.flags = ESCAPED;
        return this.at;
      }
      if (code < SPACE) this.fail(i);
      seen |= code;
    }
    return this.fail(end);
  }

  /** Bytes from `start` to `end` as text; `seen` is all their codes or-ed together. */
  private decoded(start: number, end: number, seen: number): string {
    return seen < 0x80 ? this.source.slice(start, end) : this.bytes.toString('utf8', start, end);
  }

  /** Goes on with a string whose first backslash stands at `slash`. */
  private escaped(start: number, slash: number, seenBefore: number): string {
    const { bytes, end } = this;
    let text = this.decoded(start, slash, seenBefore);
    let from = slash;
    let seen = 0;
    for (let i = slash; i < end; i++) {
      const code = bytes[i]!;
      if (code === QUOTE) {
        this.at = i + 1;
        return from === i ? text : text + this.decoded(from, i, seen);
      }
      if (code === BACKSLASH) {
        if (from < i) text += this.decoded(from, i, seen);
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
    if (letter !== 'u') this.fail(this.at);
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
    if (!/^[0-9a-fA-F]{4}$/.test(digits)) this.fail(this.at);
    this.at += 5;
    return Number.parseInt(digits, 16);
  }
}
