// What was decided about one message, as numbers: rulings in document order, and the elements entered and left. Told as decisions
// only when somebody asks; the same trace gives the very same list, so that a shape is recognised without writing it out.
import type { Decision } from '../model.js';
import type { FieldMemory } from './field.js';
import type { Ruling } from './ruling.js';

/** An array was left. Entering its element i is `ELEMENT - i`. */
const LEFT = -1;
const ELEMENT = -2;
/** Shapes remembered for one service: a device has a handful. */
const SHAPES_MAX = 256;
/** Longest trace remembered; longer lists are written out each time. */
const LENGTH_MAX = 4096;

export class Trace {
  private readonly marks: number[] = [];
  private hash = 0x811c9dc5;
  private refusing: Decision | undefined;
  constructor(private readonly memory: FieldMemory) {}

  leaf(ruling: Ruling): void {
    this.push(ruling.id);
  }

  element(index: number): void {
    this.push(ELEMENT - index);
  }

  left(): void {
    this.push(LEFT);
  }

  private push(mark: number): void {
    this.marks.push(mark);
    this.hash = Math.imul(this.hash ^ mark, 0x01000193);
  }

  /** Where the trace stands, to go back to. */
  get mark(): number {
    return this.marks.length;
  }

  /** The rulings since `mark`. */
  since(mark: number): Ruling[] {
    return this.marks.slice(mark).flatMap((m) => (m >= 0 ? [this.memory.rulings[m]!] : []));
  }

  /** Takes back everything since `mark`. */
  back(mark: number): void {
    const kept = this.marks.slice(0, mark);
    this.marks.length = 0;
    this.hash = 0x811c9dc5;
    for (const m of kept) this.push(m);
  }

  /** What refused the whole message, outside of any field. */
  refuse(decision: Decision): void {
    this.refusing = Object.freeze(decision);
  }

  /** The decisions, in document order; the same frozen objects for the same trace. */
  decisions(shapes: Shapes): readonly Decision[] {
    const list = shapes.find(this.marks, this.hash) ?? shapes.keep(this.marks, this.hash, this.tell());
    return this.refusing ? [...list, this.refusing] : list;
  }

  private tell(): readonly Decision[] {
    const out: Decision[] = [];
    const indexes: number[] = [];
    const open: boolean[] = [];
    for (const mark of this.marks) {
      if (mark >= 0) out.push(this.memory.rulings[mark]!.decision(indexes));
      else if (mark === LEFT) {
        if (open.pop()) indexes.pop();
      } else if (mark === OPENED) open.push(false);
      else {
        if (open.at(-1)) indexes.pop();
        open[open.length - 1] = true;
        indexes.push(ELEMENT - mark);
      }
    }
    return Object.freeze(out);
  }

  /** An array was entered. */
  array(): void {
    this.push(OPENED);
  }
}
/** An array was entered; no element has an index this large. */
const OPENED = -0x40000000;

/** The lists of decisions of the shapes met lately. */
export class Shapes {
  private readonly known = new Map<number, { marks: readonly number[]; list: readonly Decision[] }[]>();
  private count = 0;
  private generation = 0;

  /** Forgets everything when the memory that the numbers point into started anew. */
  follow(memory: FieldMemory): void {
    if (memory.generation === this.generation && this.count <= SHAPES_MAX) return;
    this.generation = memory.generation;
    this.known.clear();
    this.count = 0;
  }

  find(marks: readonly number[], hash: number): readonly Decision[] | undefined {
    return this.known.get(hash)?.find((known) => same(known.marks, marks))?.list;
  }

  keep(marks: readonly number[], hash: number, list: readonly Decision[]): readonly Decision[] {
    if (marks.length > LENGTH_MAX) return list;
    const row = this.known.get(hash);
    if (row) row.push({ marks, list });
    else this.known.set(hash, [{ marks, list }]);
    this.count += 1;
    return list;
  }
}

function same(a: readonly number[], b: readonly number[]): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i += 1) if (a[i] !== b[i]) return false;
  return true;
}
