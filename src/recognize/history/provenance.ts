// What a cloud itself sent down: keyed digests of its tokens, so that they may be said back. Never the tokens.
import { hash } from 'node:crypto';

/** Digests of each half; the older half goes when the younger is full, so that some 25,000 to 50,000 tokens of a service are known. */
const HALF_MAX = 25_000;
/** Slots at first, and when a half is full: a power of two, at most half of them used. */
const SLOTS_MIN = 256;
/** Numbers of 32 bits in a slot. */
const WORDS = 2;
const TOKEN_MIN = 8;
const TOKEN_MAX = 128;
const DISTINCT_MIN = 6;

/**
 * Is the text a token that may be said back: eight characters and more, without blanks, with a digit or six distinct characters? Never
 * prose, and no word of a status.
 */
export function isToken(text: string): boolean {
  const { length } = text;
  if (length < TOKEN_MIN || length > TOKEN_MAX || /\s/.test(text)) return false;
  return /\d/.test(text) || new Set(text).size >= DISTINCT_MIN;
}

/** One half: a table of digests with open addressing, in memory that threads share. */
export interface DigestTable {
  readonly words: Uint32Array<SharedArrayBuffer>;
  /** Digests in it. */
  readonly count: Int32Array<SharedArrayBuffer>;
}

export class Provenance {
  /** Changes with each token that comes in. */
  generation = 0;

  /** @param key 32 bytes of this service alone, as text. */
  constructor(
    private readonly key: string,
    private young: DigestTable = emptyTable(SLOTS_MIN),
    private old: DigestTable = emptyTable(SLOTS_MIN),
  ) {}

  has(token: string): boolean {
    if (!isToken(token) || (this.young.count[0] === 0 && this.old.count[0] === 0)) return false;
    const [high, low] = this.digest(token);
    return slotOf(this.young, high, low) >= 0 || slotOf(this.old, high, low) >= 0;
  }

  /** Notes a token that came down; what came again is young again. */
  add(token: string): void {
    if (!isToken(token)) return;
    const [high, low] = this.digest(token);
    if (slotOf(this.young, high, low) >= 0) return;
    if (slotOf(this.old, high, low) < 0) this.generation += 1;
    if (this.young.count[0]! >= HALF_MAX) {
      this.old = this.young;
      this.young = emptyTable(SLOTS_MIN);
    }
    if (this.young.count[0]! * 2 * WORDS >= this.young.words.length) this.young = grown(this.young);
    put(this.young, high, low);
  }

  /** Both halves, for another thread or the disk. */
  get tables(): readonly [young: DigestTable, old: DigestTable] {
    return [this.young, this.old];
  }

  private digest(token: string): [number, number] {
    const hex = hash('sha256', this.key + token, 'hex');
    // Zero marks a free slot.
    return [Number.parseInt(hex.slice(0, 8), 16) | 0 || 1, Number.parseInt(hex.slice(8, 16), 16) | 0];
  }
}

function emptyTable(slots: number): DigestTable {
  return {
    words: new Uint32Array(new SharedArrayBuffer(slots * WORDS * Uint32Array.BYTES_PER_ELEMENT)),
    count: new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT)),
  };
}

/** Where the digest stands; the complement of the free slot where it would. */
function slotOf({ words }: DigestTable, high: number, low: number): number {
  const mask = words.length / WORDS - 1;
  for (let slot = low & mask; ; slot = (slot + 1) & mask) {
    const at = slot * WORDS;
    if (words[at] === 0) return ~at;
    if (words[at] === high >>> 0 && words[at + 1] === low >>> 0) return at;
  }
}

function put(table: DigestTable, high: number, low: number): void {
  const at = ~slotOf(table, high, low);
  if (at < 0) return;
  table.words[at] = high;
  table.words[at + 1] = low;
  table.count[0]! += 1;
}

function grown(table: DigestTable): DigestTable {
  const { words } = table;
  const larger = emptyTable((words.length / WORDS) * 2);
  for (let at = 0; at < words.length; at += WORDS) if (words[at] !== 0) put(larger, words[at]!, words[at + 1]!);
  return larger;
}

/** The digests of a table as bytes, without its free slots. */
export function tableBytes({ words }: DigestTable): Uint8Array {
  const used = words.filter((_, i) => words[i & ~1] !== 0);
  return new Uint8Array(new Uint32Array(used).buffer);
}

/** The table of such bytes. Throws `RangeError` for others. */
export function readTable(bytes: Uint8Array): DigestTable {
  const words = new Uint32Array(Uint8Array.from(bytes).buffer);
  if (words.length > HALF_MAX * WORDS) throw new RangeError('more digests than a table has');
  let slots = SLOTS_MIN;
  while (slots < words.length) slots *= 2;
  const table = emptyTable(slots);
  for (let at = 0; at + 1 < words.length; at += WORDS) put(table, words[at]!, words[at + 1]!);
  return table;
}
