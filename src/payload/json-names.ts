// Member names met before: the same few come in every message, so that each is one string with its hash known, found by comparing
// bytes where it is expected instead of cutting it out anew. Which names are kept changes nothing but the speed.

/** Most names kept, and most bytes of one. */
const NAMES_MAX = 1024;
const LENGTH_MAX = 40;
/** Slots of the hash table: twice the names, a power of two. */
const SLOTS = NAMES_MAX * 2;
/** Bytes of a number of 32 bits. */
const WORD = 4;
const NAME_WORDS = LENGTH_MAX / WORD;
/** Names like this belong to a program; one with many digits could be an identifier, which nothing keeps longer than its message. */
const ORDINARY = /^(?!(?:.*\d){4})[A-Za-z_$@][\w$.-]*$/;

/** A table of names. Numbers of names stay good for as long as the table is held. */
export class NameTable {
  /** The names by their numbers. */
  readonly names: string[] = [];
  constructor(
    /** What makes the numbers of this table differ from those of all others before it. */
    readonly base: number,
  ) {}
  private readonly pool = new Uint8Array(NAMES_MAX * LENGTH_MAX);
  /** The same bytes, four in each number, and the last four of each name with its closing quote. */
  private readonly words = new Int32Array(this.pool.buffer);
  private readonly tails = new Int32Array(NAMES_MAX);
  readonly lengths = new Uint8Array(NAMES_MAX);
  private readonly slots = new Int16Array(SLOTS).fill(-1);
  /** The name that came after each. */
  private readonly follower = new Int16Array(NAMES_MAX);
  private last = 0;

  get full(): boolean {
    return this.names.length === NAMES_MAX;
  }

  /** The number of the name that came after the last one the time before, where it stands at `at` and ends with a quote; else -1. */
  expected(view: DataView, at: number, end: number): number {
    const { words } = this;
    const number = this.follower[this.last]!;
    const size = this.lengths[number]! + 1;
    if (size < WORD || at + size > end) return -1;
    // Four bytes at a time, the closing quote among them; the last four may overlap those before.
    if (view.getInt32(at + size - WORD, true) !== this.tails[number]) return -1;
    const from = number * NAME_WORDS;
    const whole = (size - 1) >> 2;
    for (let i = 0; i < whole; i++) if (view.getInt32(at + i * WORD, true) !== words[from + i]) return -1;
    this.last = number;
    return number;
  }

  /** The number of the name of `length` ASCII bytes at `at`, kept from now on; -1 for one that is not kept. `source`: the bytes as text. */
  find(bytes: Uint8Array, source: string, at: number, length: number): number {
    if (length === 0 || length > LENGTH_MAX) return -1;
    const { slots } = this;
    const mixed = bytes[at]! * 31 + bytes[at + (length >> 1)]! * 331 + bytes[at + length - 1]! * 1013 + length * 7919;
    for (let slot = mixed & (SLOTS - 1); ; slot = (slot + 1) & (SLOTS - 1)) {
      const number = slots[slot]!;
      if (number < 0) return this.keep(bytes, at, source.slice(at, at + length), slot);
      if (this.same(number, bytes, at, length)) return this.followed(number);
    }
  }

  private same(number: number, bytes: Uint8Array, at: number, length: number): boolean {
    if (this.lengths[number] !== length) return false;
    const from = number * LENGTH_MAX;
    for (let i = 0; i < length; i++) if (bytes[at + i] !== this.pool[from + i]) return false;
    return true;
  }

  private keep(bytes: Uint8Array, at: number, text: string, slot: number): number {
    const { length } = text;
    if (this.full || !ORDINARY.test(text)) return -1;
    const number = this.names.length;
    this.pool.set(bytes.subarray(at, at + length), number * LENGTH_MAX);
    this.lengths[number] = length;
    if (length + 1 >= WORD) this.tails[number] = Buffer.from(`${text}"`, 'latin1').readInt32LE(length + 1 - WORD);
    this.slots[slot] = number;
    this.names.push(Buffer.from(text, 'latin1').toString('latin1')); // a copy: a slice would hold its whole message
    return this.followed(number);
  }

  private followed(number: number): number {
    this.follower[this.last] = number;
    this.last = number;
    return number;
  }
}

let table = new NameTable(0);

/** The table of this process; a new one where the last was full. */
export function nameTable(): NameTable {
  if (table.full) table = new NameTable(table.base + NAMES_MAX);
  return table;
}
