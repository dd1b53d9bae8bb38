import { type Buffer, isUtf8 } from 'node:buffer';
import { HubError } from '../errors.js';
import type { Document, Limits, Node } from '../model.js';
import { type NameTable, nameTable } from './json-names.js';
import {
  ARRAY,
  BOOLEAN,
  CHILD,
  END,
  ESCAPED,
  HEAD,
  NAME,
  NAME_START,
  NEXT,
  NO_NAME,
  NULL,
  NUMBER,
  OBJECT,
  STRING,
  Tape,
  WIDE,
} from './json-tape.js';
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

/** Recursive descent; depth is bounded, so the stack is. Bytes are looked at in a Buffer; what is found goes onto a tape. */
export class JsonReader {
  /** The bytes as a binary string. */
  readonly source: string;
  private readonly bytes: Buffer;
  private readonly table: NameTable;
  private readonly tape: Tape;
  /** Offset of the next byte. */
  private at = 0;
  private end = 0;
  /** Values that may still come. */
  private left: number;
  private readonly deepest: number;
  /** The flags of the string read last, and its text where that is not its bytes. */
  private flags = 0;
  private unescaped = '';

  /** Throws `malformed` for bytes that are not UTF-8. */
  constructor(bytes: Uint8Array, limits: Limits) {
    if (!isUtf8(bytes)) throw new HubError('malformed', 'not UTF-8');
    this.bytes = asBuffer(bytes);
    this.source = toBinary(bytes);
    this.table = nameTable();
    this.tape = new Tape(bytes, this.source, this.table.names);
    this.left = limits.nodes;
    this.deepest = Math.min(limits.depth, MAX_DEPTH);
  }

  /** The one JSON text between `start` and `end`; texts read by one reader share its budget of nodes. No other reader may begin between. */
  text(start: number, end: number, depth: number): Node {
    this.at = start;
    this.end = end;
    this.space();
    const { top } = this.tape;
    this.value(depth);
    if (this.space() !== NOTHING || this.at < end) this.fail();
    this.tape.settle();
    return this.tape.node(top);
  }

  private fail(offset = this.at): never {
    throw new HubError('malformed', `byte ${offset}`);
  }

  /** The code of the next byte; never reads past the end, where `charCodeAt` would lose its optimized form for good. */
  private peek(): number {
    return this.at < this.end ? this.bytes[this.at]! : NOTHING;
  }

  /** Passes white space; gives the code of the byte after it. */
  private space(): number {
    let code = this.peek();
    while (code <= SPACE && (code === SPACE || code === LINE_FEED || code === RETURN || code === TAB)) {
      this.at++;
      code = this.peek();
    }
    return code;
  }

  /** Counts one value against the budget. */
  spend(start: number): void {
    if (--this.left < 0) throw new HubError('too_many_fields', `byte ${start}`);
  }

  /** One value; `at` stands on its first byte. `depth` containers are open around it. Gives its row. */
  private value(depth: number): number {
    const code = this.peek();
    if (code === QUOTE) return this.stringValue();
    if (code === OPEN_BRACE) return this.object(depth + 1);
    if (code === OPEN_BRACKET) return this.array(depth + 1);
    if (code === MINUS || (code >= ZERO && code <= NINE)) return this.number();
    if (code === 0x74) return this.word(BOOLEAN, 'true');
    if (code === 0x66) return this.word(BOOLEAN, 'false');
    return code === 0x6e ? this.word(NULL, 'null') : this.fail();
  }

  private word(kind: number, text: string): number {
    const start = this.at;
    if (!this.source.startsWith(text, start)) this.fail();
    this.at += text.length;
    this.spend(start);
    return this.tape.add(kind, start, this.at);
  }

  private stringValue(): number {
    const start = this.at;
    this.string();
    this.spend(start);
    if ((this.flags & ESCAPED) !== 0) this.tape.unescaped.set(start, this.unescaped);
    return this.tape.add(STRING | this.flags, start, this.at);
  }

  /** A new container whose opening byte is passed; closed by `close`. */
  private container(kind: number, depth: number): number {
    if (depth > this.deepest) throw new HubError('too_deep', `byte ${this.at}`);
    this.spend(this.at);
    const row = this.tape.add(kind, this.at, this.at);
    this.at++;
    return row;
  }

  /** Passes the closing byte of a container with `count` children. */
  private close(row: number, count: number): number {
    const { rows, top } = this.tape;
    this.at++;
    rows[row + HEAD] = rows[row + HEAD]! + count * CHILD;
    rows[row + END] = this.at;
    rows[row + NEXT] = top;
    return row;
  }

  private object(depth: number): number {
    const row = this.container(OBJECT, depth);
    let count = 0;
    let code = this.space();
    while (code !== CLOSE_BRACE) {
      if (code !== QUOTE) this.fail();
      this.member(depth);
      count++;
      code = this.space();
      if (code === COMMA) {
        this.at++;
        code = this.space();
        if (code === CLOSE_BRACE) this.fail();
      } else if (code !== CLOSE_BRACE) this.fail();
    }
    return this.close(row, count);
  }

  private member(depth: number): void {
    const nameStart = this.at;
    const name = this.name();
    if (this.space() !== COLON) this.fail();
    this.at++;
    this.space();
    const row = this.value(depth);
    const { rows } = this.tape;
    rows[row + NAME_START] = nameStart;
    rows[row + NAME] = name;
  }

  /** The name whose opening quote stands at `at`: its number in the table. */
  private name(): number {
    const start = this.at + 1;
    const expected = this.table.expected(this.bytes, start, this.end);
    if (expected >= 0) {
      this.at = start + this.table.names[expected]!.length + 1;
      return expected;
    }
    this.string();
    if ((this.flags & ESCAPED) !== 0) this.tape.unescaped.set(start - 1, this.unescaped);
    if (this.flags !== 0) return NO_NAME;
    const length = this.at - 1 - start;
    return this.table.find(this.bytes, start, length, () => this.source.slice(start, start + length));
  }

  private array(depth: number): number {
    const row = this.container(ARRAY, depth);
    let count = 0;
    if (this.space() !== CLOSE_BRACKET) {
      for (;;) {
        this.value(depth);
        count++;
        const code = this.space();
        if (code === CLOSE_BRACKET) break;
        if (code !== COMMA) this.fail();
        this.at++;
        this.space();
      }
    }
    return this.close(row, count);
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

  private number(): number {
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
    this.spend(start);
    return this.tape.add(NUMBER, start, this.at);
  }

  /** Passes the string whose opening quote stands at `at`; sets `flags`, and `unescaped` where it has escapes. */
  private string(): void {
    const { bytes, end } = this;
    const start = this.at + 1;
    let seen = 0;
    for (let i = start; i < end; i++) {
      const code = bytes[i]!;
      if (code === QUOTE) {
        this.at = i + 1;
        this.flags = seen < 0x80 ? 0 : WIDE;
        return;
      }
      if (code === BACKSLASH) {
        this.unescaped = this.escaped(start, i, seen);
        this.flags = ESCAPED;
        return;
      }
      if (code < SPACE) this.fail(i);
      seen |= code;
    }
    this.fail(end);
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
