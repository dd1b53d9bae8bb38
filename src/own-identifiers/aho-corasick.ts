// Aho–Corasick over bytes: all needles in one pass (Aho & Corasick, CACM 18(6), 1975). Needles and text are folded to ASCII
// lower case by the caller's alphabet; memory is states × classes, where bytes that no needle holds share one class.

/** One place where a needle ends: `end` is exclusive. */
export interface Hit {
  readonly needle: number;
  readonly end: number;
}

/** ASCII upper case as lower case; every other byte as it is. */
export function lower(byte: number): number {
  return byte >= 0x41 && byte <= 0x5a ? byte + 0x20 : byte;
}

const NOTHING = new Int32Array(0);

export class Automaton {
  readonly classOf = new Uint8Array(256);
  private classes = 1;
  /** Transitions: the row of the state they lead to; where a needle ends there, all its bits turned (`~row`, which is negative). */
  private next: Int32Array;
  /** How many there are. */
  readonly size: number;
  private readonly ends: Int32Array;
  private readonly chain: Int32Array;

  /**
   * @param needles byte strings, at least one byte each. Their index is what a `Hit` names.
   * @param passes 1 for the bytes that are passed over as if they did not stand in the text; no needle holds one.
   */
  constructor(needles: readonly Uint8Array[], passes?: Uint8Array) {
    const passed = passes?.includes(1) ? this.classes++ : undefined;
    for (const needle of needles) for (const b of needle) this.classFor(lower(b));
    for (let b = 0; b < 256; b += 1) this.classOf[b] = passes?.[b] === 1 ? passed! : this.classOf[lower(b)]!;
    const states = 1 + needles.reduce((n, needle) => n + needle.length, 0);
    this.ends = new Int32Array(states).fill(-1);
    this.chain = new Int32Array(needles.length).fill(-1);
    this.next = this.trie(needles, states);
    this.link();
    this.turn();
    this.size = this.next.length;
    // A byte passed over leaves the automaton where it is, and nothing ends there: a branch for it could not be foretold.
    if (passed !== undefined) for (let row = 0; row < this.next.length; row += this.classes) this.next[row + passed] = row;
  }

  /** The needles as a tree: the state that each class leads to, -1 for none. `states`: at most so many. */
  private trie(needles: readonly Uint8Array[], states: number): Int32Array {
    const { classes, classOf, ends, chain } = this;
    const next = new Int32Array(states * classes).fill(-1);
    let used = 1;
    for (let index = 0; index < needles.length; index += 1) {
      let state = 0;
      for (const b of needles[index]!) {
        const at = state * classes + classOf[b]!;
        if (next[at] === -1) next[at] = used++;
        state = next[at]!;
      }
      chain[index] = ends[state]!;
      ends[state] = index;
    }
    return next.slice(0, used * classes);
  }

  private classFor(byte: number): void {
    if (this.classOf[byte] === 0) this.classOf[byte] = this.classes++;
  }

  /** Turns the trie into a complete automaton: failure links are folded into the transition table. */
  private link(): void {
    const { classes, next, ends } = this;
    const states = next.length / classes;
    const fail = new Int32Array(states);
    const output = new Int32Array(states);
    const queue = new Int32Array(states);
    let queued = 0;
    for (let c = 0; c < classes; c += 1) {
      const to = next[c]!;
      if (to === -1) next[c] = 0;
      else queue[queued++] = to;
    }
    for (let i = 0; i < queued; i += 1) {
      const state = queue[i]!;
      const row = state * classes;
      const back = fail[state]! * classes;
      output[state] = ends[state]! >= 0 ? state : output[fail[state]!]!;
      for (let c = 0; c < classes; c += 1) {
        const to = next[row + c]!;
        if (to === -1) next[row + c] = next[back + c]!;
        else {
          fail[to] = next[back + c]!;
          queue[queued++] = to;
        }
      }
    }
    this.fail = fail;
    this.output = output;
  }

  /** States as rows, turned where a needle ends. */
  private turn(): void {
    const { classes, next, output } = this;
    for (let i = 0; i < next.length; i += 1) {
      const to = next[i]!;
      next[i] = output[to] === 0 ? to * classes : ~(to * classes);
    }
  }

  /** Puts its transitions into `table`, from `at` on; afterwards it only names needles. */
  moveTo(table: Int32Array, at: number): void {
    const { next } = this;
    for (let i = 0; i < next.length; i += 1) {
      const to = next[i]!;
      table[at + i] = to < 0 ? to - at : to + at; // `~(~to + at)` is `to - at`
    }
    this.next = NOTHING;
  }

  /** The nearest state on the failure chain (itself included) where a needle ends; 0: none. */
  private output = new Int32Array(0);
  private fail = new Int32Array(0);

  /** Every needle that ends where the loop came to `row`. */
  needles(row: number): number[] {
    const found: number[] = [];
    for (let at = this.output[row / this.classes]!; at !== 0; at = this.output[this.fail[at]!]!) {
      for (let needle = this.ends[at]!; needle >= 0; needle = this.chain[needle]!) found.push(needle);
    }
    return found;
  }
}
