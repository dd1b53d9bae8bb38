// A JSON text as numbers: one row for each value, in document order. Nodes are made of rows only where somebody asks for them, which
// for nearly all values nobody does: a body of 1 MB has 60,000 values, and as many objects would cost more than all the judging.
import { HubError } from '../errors.js';
import { type Edit, type LazyChildren, Node, type NodeKind } from '../model.js';
import type { Entries } from './entries.js';
import { keepRows, rowsFor } from './json-rows.js';
import { asBuffer } from './splice.js';

/** Numbers in a row, and what each says: the first is the head. `NEXT`: the row after this value and all below it. */
const ROW = 6;
const START = 1;
const END = 2;
const NAME_START = 3;
const NAME = 4;
const NEXT = 5;

/** The head: the kind, whether a string's text is not its bytes, whether there is a non-ASCII byte in it, and how many children. */
const KINDS: readonly NodeKind[] = ['object', 'array', 'string', 'number', 'boolean', 'null'];
export const OBJECT = 0;
export const ARRAY = 1;
export const STRING = 2;
export const NUMBER = 3;
export const BOOLEAN = 4;
export const NULL = 5;
const KIND_MASK = 7;
export const ESCAPED = 8;
export const WIDE = 16;
const CHILD = 32;
const COUNT_SHIFT = 5;
/** Names that stand in no table. */
export const NO_NAME = -1;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const LETTER_T = 0x74;

/** The rows of one message. Filled by the reader; afterwards it stays as it is. */
export class Tape implements Entries, LazyChildren {
  rows: Int32Array;
  /** The next free row. */
  top: number;
  /** Texts with escapes, by the place where they start; made with the first of them. */
  private unescaped: Map<number, string> | undefined = undefined;
  /** The values to change, ascending, and the edit of each, or its node. */
  private readonly changed: number[] = [];
  private readonly edits: (Edit | Node)[] = [];

  constructor(
    private readonly read: Uint8Array,
    /** The bytes, one unit each. */
    readonly source: string,
    private readonly names: readonly string[],
    private readonly base: number,
  ) {
    const most = ((read.length >> 1) + 2) * ROW; // a value has a byte, and another between it and the next
    const free = rowsFor(most);
    this.rows = free.rows;
    this.top = free.from;
  }

  /** A new row; gives its number. */
  add(head: number, start: number, end: number, nameStart: number, name: number): number {
    const row = this.top;
    this.top = row + ROW;
    if (this.top > this.rows.length) this.grow();
    const { rows } = this;
    rows[row] = head;
    rows[row + START] = start;
    rows[row + END] = end;
    rows[row + NAME_START] = nameStart;
    rows[row + NAME] = name;
    rows[row + NEXT] = row + ROW;
    return row;
  }

  /** Tells the rest of a container. */
  close(row: number, end: number, count: number): void {
    const { rows } = this;
    rows[row] = rows[row]! + count * CHILD;
    rows[row + END] = end;
    rows[row + NEXT] = this.top;
  }

  /** Keeps the text of a string with escapes that starts at `start`. */
  escaped(start: number, text: string): void {
    this.unescaped ??= new Map();
    this.unescaped.set(start, text);
  }

  private grow(): void {
    const more = new Int32Array(this.rows.length * 2);
    more.set(this.rows);
    this.rows = more;
  }

  /** The rows up to here are used; to be called before another message is read. */
  settle(): void {
    keepRows(this.rows, this.top);
  }

  count(entry: number): number {
    return this.rows[entry]! >> COUNT_SHIFT;
  }

  first(entry: number): number {
    return entry + ROW;
  }

  next(entry: number): number {
    return this.rows[entry + NEXT]!;
  }

  kind(entry: number): NodeKind {
    return KINDS[this.rows[entry]! & KIND_MASK]!;
  }

  nameStart(entry: number): number {
    return this.rows[entry + NAME_START]!;
  }

  end(entry: number): number {
    return this.rows[entry + END]!;
  }

  start(entry: number): number {
    return this.rows[entry + START]!;
  }

  length(entry: number): number {
    const size = this.rows[entry + END]! - this.rows[entry + START]!;
    return (this.rows[entry]! & KIND_MASK) === STRING ? size - 2 : size;
  }

  bytes(): undefined {
    return undefined;
  }

  name(entry: number): string | undefined {
    const number = this.rows[entry + NAME]!;
    if (number >= 0) return this.names[number];
    const start = this.rows[entry + NAME_START]!;
    return start < 0 ? undefined : (this.unescaped?.get(start) ?? this.decoded(start, this.closing(start)));
  }

  nameNumber(entry: number): number {
    const number = this.rows[entry + NAME]!;
    return number < 0 ? number : this.base + number;
  }

  text(entry: number): string {
    const head = this.rows[entry]!;
    const start = this.rows[entry + START]!;
    const end = this.rows[entry + END]!;
    switch (head & KIND_MASK) {
      case STRING:
        if ((head & (ESCAPED | WIDE)) === 0) return this.source.slice(start + 1, end - 1);
        return (head & ESCAPED) !== 0 ? this.unescaped!.get(start)! : asBuffer(this.read).toString('utf8', start + 1, end - 1);
      case NUMBER:
        return this.source.slice(start, end);
      case BOOLEAN:
        return this.read[start] === LETTER_T ? 'true' : 'false';
      case NULL:
        return 'null';
      default:
        return '';
    }
  }

  node(entry: number): Node {
    const { rows } = this;
    const node = new Node(this.kind(entry), this.text(entry), rows[entry + START]!, rows[entry + END]!);
    const nameStart = rows[entry + NAME_START]!;
    if (nameStart >= 0) {
      node.name = this.name(entry);
      node.nameStart = nameStart;
      const number = rows[entry + NAME]!;
      node.nameEnd = number >= 0 ? nameStart + 2 + this.names[number]!.length : this.closing(nameStart) + 1;
    }
    if (this.changed.length > 0) {
      const number = this.editFrom(entry);
      const given = this.edited(number) === entry ? this.edits[number] : undefined;
      if (given instanceof Node) return given;
      node.edit = given;
    }
    if ((rows[entry]! & KIND_MASK) <= ARRAY) {
      node.entries = this;
      node.entry = entry;
    }
    return node;
  }

  edit(entry: number, edit: Edit): void {
    const last = this.edits.at(-1);
    if (this.changed.at(-1) === entry && last instanceof Node) {
      last.edit = edit; // a member that was renamed
      return;
    }
    if (entry <= (this.changed.at(-1) ?? -1)) throw new HubError('internal', 'edits out of order');
    this.changed.push(entry);
    this.edits.push(edit);
  }

  rename(entry: number, name: string): void {
    if (entry <= (this.changed.at(-1) ?? -1)) throw new HubError('internal', 'edits out of order');
    const node = this.node(entry);
    node.rename = name;
    this.changed.push(entry);
    this.edits.push(node);
  }

  /** The number of the first edit at `entry` or after it. */
  editFrom(entry: number): number {
    let low = 0;
    let high = this.changed.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.changed[middle]! < entry) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** The value that the edit of this number is for; past all values where there is none. */
  edited(number: number): number {
    return number < this.changed.length ? this.changed[number]! : Number.MAX_SAFE_INTEGER;
  }

  editOf(number: number): Edit | Node {
    return this.edits[number]!;
  }

  nodes(entry: number): Node[] {
    const nodes: Node[] = [];
    const end = this.next(entry);
    for (let at = this.first(entry); at < end; at = this.next(at)) nodes.push(this.node(at));
    return nodes;
  }

  /** Where the quote stands that closes the string whose opening quote stands at `start`. */
  private closing(start: number): number {
    if (!this.unescaped?.has(start)) return this.source.indexOf('"', start + 1);
    let at = start + 1;
    while (this.read[at] !== QUOTE) at += this.read[at] === BACKSLASH ? 2 : 1;
    return at;
  }

  private decoded(start: number, closing: number): string {
    return asBuffer(this.read).toString('utf8', start + 1, closing);
  }
}
