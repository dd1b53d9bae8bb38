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

export class Automaton {
  readonly classOf = new Uint8Array(256);
  private classes = 1;
  /** Transitions: the row of the state they lead to; where a needle ends there, all its bits turned (`~row`, which is negative). */
  next: Int32Array;
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
    this.next = new Int32Array(states * this.classes).fill(-1);
    this.ends = new Int32Array(states).fill(-1);
    this.chain = new Int32Array(needles.length).fill(-1);
    let used = 1;
    needles.forEach((needle, index) => {
      let state = 0;
      for (const b of needle) {
        const at = state * this.classes + this.classOf[b]!;
        if (this.next[at] === -1) this.next[at] = used++;
        state = this.next[at]!;
      }
      this.chain[index] = this.ends[state]!;
      this.ends[state] = index;
    });
    this.next = this.next.slice(0, used * this.classes);
    this.link(used);
    for (let i = 0; i < this.next.length; i += 1) {
      const to = this.next[i]!;
      this.next[i] = this.output[to] === 0 ? to * this.classes : ~(to * this.classes);
    }
    // A byte passed over leaves the automaton where it is, and nothing ends there: a branch for it could not be foretold.
    if (passed !== undefined) for (let row = 0; row < this.next.length; row += this.classes) this.next[row + passed] = row;
  }

  private classFor(byte: number): void {
    if (this.classOf[byte] === 0) this.classOf[byte] = this.classes++;
  }

  /** Turns the trie into a complete automaton: failure links are folded into the transition table. */
  private link(states: number): void {
    const fail = new Int32Array(states);
    const queue: number[] = [];
    for (let c = 0; c < this.classes; c += 1) {
      const to = this.next[c]!;
      if (to === -1) this.next[c] = 0;
      else queue.push(to);
    }
    this.output = new Int32Array(states).fill(0);
    for (let i = 0; i < queue.length; i += 1) {
      const state = queue[i]!;
      this.output[state] = this.ends[state]! >= 0 ? state : this.output[fail[state]!]!;
      for (let c = 0; c < this.classes; c += 1) {
        const at = state * this.classes + c;
        const to = this.next[at]!;
        const back = this.next[fail[state]! * this.classes + c]!;
        if (to === -1) this.next[at] = back;
        else {
          fail[to] = back;
          queue.push(to);
        }
      }
    }
    this.fail = fail;
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
