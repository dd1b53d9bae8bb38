// Two automata made into one as texts need it.

/** Where a search with two automata stands: before byte `i`, and in a row of each. */
export interface Search {
  readonly bytes: Uint8Array;
  i: number;
  first: number;
  second: number;
}

/** Most states of a joint automaton: ordinary messages come through a few hundred. */
const JOINT_MAX = 1024;
const JOINT_FIRST = 64;

/**
 * The pairs of states that texts have come through, as states of one automaton: one look a byte instead of two. Made step by step as
 * texts need it (a lazy automaton, as in grep); where needles end no step is kept.
 */
export class JointAutomaton {
  /** The class of each byte: bytes that both automata take for the same share one. */
  readonly classOf = new Uint8Array(256);
  private readonly classes: number;
  /** The row that a class leads to from a row; -1 where nobody has come there. */
  next: Int32Array;
  private readonly firsts: number[] = [];
  private readonly seconds: number[] = [];
  /** Where both halves of a text stand (`run`). */
  first = 0;
  second = 0;
  private readonly rows = new Map<number, number>();
  private full = false;

  constructor(
    pairs: Int32Array,
    private readonly firstRoot: number,
    private readonly secondRoot: number,
  ) {
    const known = new Map<number, number>();
    for (let byte = 0; byte < 256; byte += 1) {
      const pair = pairs[byte]!;
      if (!known.has(pair)) known.set(pair, known.size);
      this.classOf[byte] = known.get(pair)!;
    }
    this.classes = known.size;
    this.next = new Int32Array(JOINT_FIRST * this.classes).fill(-1);
    this.add(firstRoot, secondRoot);
  }

  /** Starts anew where the last text filled it; called between texts only. */
  tidy(): void {
    if (!this.full) return;
    this.full = false;
    this.firsts.length = 0;
    this.seconds.length = 0;
    this.rows.clear();
    this.next.fill(-1);
    this.add(this.firstRoot, this.secondRoot);
  }

  private add(first: number, second: number): number {
    const row = this.firsts.length * this.classes;
    if (row >= this.next.length) {
      const more = new Int32Array(this.next.length * 2).fill(-1);
      more.set(this.next);
      this.next = more;
    }
    this.firsts.push(first);
    this.seconds.push(second);
    this.rows.set(keyOf(first, second), row);
    return row;
  }

  /** The row of a pair of states; -1 where there is none and no room. */
  state(first: number, second: number): number {
    if (first === this.firstRoot && second === this.secondRoot) return 0;
    const row = this.rows.get(keyOf(first, second));
    if (row !== undefined) return row;
    this.full ||= this.firsts.length >= JOINT_MAX;
    return this.full ? -1 : this.add(first, second);
  }

  /** Keeps the step from `row` on `byte` to a pair of states; gives their row, -1 where there is no room. */
  keep(row: number, byte: number, first: number, second: number): number {
    const to = this.state(first, second);
    if (to >= 0) this.next[row + this.classOf[byte]!] = to;
    return to;
  }

  /** Goes on with both halves up to a byte whose step is not known in one of them; gives its place, or `end`. Calls nothing, for speed. */
  run(bytes: Uint8Array, from: number, end: number, half: number): number {
    const { next, classOf } = this;
    let { first, second } = this;
    let i = from;
    for (; i < end; i += 1) {
      const to = next[first + classOf[bytes[i]!]!]!;
      const then = next[second + classOf[bytes[i + half]!]!]!;
      if ((to | then) < 0) break;
      first = to;
      second = then;
    }
    this.first = first;
    this.second = second;
    return i;
  }

  firstOf(row: number): number {
    return this.firsts[row / this.classes]!;
  }

  secondOf(row: number): number {
    return this.seconds[row / this.classes]!;
  }

  /** Where a search stands that has come to `row`. */
  tell(row: number, search: Search): void {
    search.first = this.firstOf(row);
    search.second = this.secondOf(row);
  }
}

/** Rows are below 2^26: more needles than any home has. */
function keyOf(first: number, second: number): number {
  return first * 0x4000000 + second;
}
