// Two automata over the same bytes, in one loop: the last look at all that leaves.
import type { Automaton } from './aho-corasick.js';
import { JointAutomaton, type Search } from './aho-corasick-joint.js';

/** Bytes have at most 256 classes, and one more for those passed over. */
const CLASS_BITS = 9;
const CLASS_MASK = (1 << CLASS_BITS) - 1;

/** Fewest bytes read in halves: fewer are done before they could be cut. */
const HALVED_MIN = 64;

/** Two automata that read the same bytes in one loop. */
export class AutomatonPair {
  /** The classes of each byte in both, then the rows of both. One array: with more the compiler runs out of registers, and the loop takes twice as long. */
  private readonly table: Int32Array;
  private readonly firstRow = 256;
  private readonly joint: JointAutomaton;
  private readonly secondRow: number;

  constructor(
    private readonly first: Automaton,
    private readonly second: Automaton,
  ) {
    this.secondRow = this.firstRow + first.size;
    this.table = new Int32Array(this.secondRow + second.size);
    for (let b = 0; b < 256; b += 1) this.table[b] = first.classOf[b]! | (second.classOf[b]! << CLASS_BITS);
    first.moveTo(this.table, this.firstRow);
    second.moveTo(this.table, this.secondRow);
    this.joint = new JointAutomaton(this.table.subarray(0, 256), this.firstRow, this.secondRow);
  }

  start(bytes: Uint8Array): Search {
    this.joint.tidy();
    return this.startApart(bytes);
  }

  /** A search for `advanceApart`. */
  startApart(bytes: Uint8Array): Search {
    return { bytes, i: 0, first: this.firstRow, second: this.secondRow };
  }

  /** Goes on to the next byte where needles end; false: there is none. Afterwards `take` must be asked. */
  advance(search: Search): boolean {
    const { bytes } = search;
    const { classOf } = this.joint;
    let state = this.joint.state(search.first, search.second);
    // Once for each text: where needles end, the rest is read step by step.
    if (search.i === 0 && state >= 0 && bytes.length >= HALVED_MIN) {
      const last = this.halves(bytes, search.i, state);
      if (last >= 0) {
        this.joint.tell(last, search);
        search.i = bytes.length;
        return false;
      }
    }
    while (state >= 0) {
      // The loop that all bytes of all messages go through: calls nothing, for speed.
      const { next } = this.joint;
      const end = bytes.length;
      let { i } = search;
      let to = state;
      for (; i < end; i += 1) {
        to = next[state + classOf[bytes[i]!]!]!;
        if (to < 0) break;
        state = to;
      }
      search.i = i;
      this.joint.tell(state, search);
      if (i === end) return false;
      state = this.step(state, bytes[i]!);
      if (state >= 0) search.i = i + 1;
    }
    // A needle ends here, or there is no room.
    return this.advanceApart(search);
  }

  /**
   * The row that the bytes from `from` lead to, read in two halves at once: a step waits for the one before it, two do not wait for each
   * other. The second half is begun from the root; the first one goes on into it until both have come to the same row, behind which they
   * are one. -1 where a needle ends, or there is no room: then nothing is known.
   */
  private halves(bytes: Uint8Array, from: number, state: number): number {
    const { joint } = this;
    const half = (bytes.length - from) >> 1;
    const middle = from + half;
    joint.first = state;
    joint.second = 0;
    for (let i = joint.run(bytes, from, middle, half); i < middle; i = joint.run(bytes, i + 1, middle, half)) {
      joint.first = this.step(joint.first, bytes[i]!);
      joint.second = this.step(joint.second, bytes[i + half]!);
      if ((joint.first | joint.second) < 0) return -1;
    }
    let { first } = joint;
    const { second } = joint;
    let again = 0;
    for (let i = middle; first !== again; i += 1) {
      if (i === bytes.length) return first;
      first = this.step(first, bytes[i]!);
      again = this.step(again, bytes[i]!);
      if ((first | again) < 0) return -1;
    }
    // An odd length leaves one byte.
    return middle + half < bytes.length ? this.step(second, bytes[middle + half]!) : second;
  }

  /** The row behind one byte; -1 where needles end there, or there is no room. */
  private step(row: number, byte: number): number {
    const { joint, table } = this;
    const to = joint.next[row + joint.classOf[byte]!]!;
    if (to >= 0) return to;
    const classes = table[byte]!;
    const first = table[joint.firstOf(row) + (classes & CLASS_MASK)]!;
    const second = table[joint.secondOf(row) + (classes >> CLASS_BITS)]!;
    return (first | second) < 0 ? -1 : joint.keep(row, byte, first, second);
  }

  /** The same with both automata for themselves: for bytes that are like no text, and would drive out what texts have taught. */
  advanceApart(search: Search): boolean {
    const { table } = this;
    const { bytes } = search;
    const end = bytes.length;
    let { i, first, second } = search;
    for (; i < end; i += 1) {
      const classes = table[bytes[i]!]!;
      first = table[first + (classes & CLASS_MASK)]!;
      second = table[second + (classes >> CLASS_BITS)]!;
      if ((first | second) < 0) break;
    }
    search.i = i;
    search.first = first;
    search.second = second;
    return i < end;
  }

  /** The needles of each automaton that end at byte `i`; the search goes on behind it. */
  take(search: Search): { first: readonly number[]; second: readonly number[] } {
    const { first, second } = search;
    if (first < 0) search.first = ~first;
    if (second < 0) search.second = ~second;
    search.i += 1;
    return {
      first: first < 0 ? this.first.needles(~first - this.firstRow) : [],
      second: second < 0 ? this.second.needles(~second - this.secondRow) : [],
    };
  }
}
