// What was decided about one message: rulings in document order, and the elements entered and left. Told as decisions only when
// somebody asks; the same trace gives the very same list, so that the log recognizes a shape without writing it out.
import type { Decision } from '../model.js';
import type { DecisionLists, Mark } from './decision-lists.js';
import type { Ruling } from './ruling.js';

const LEFT = -1;
const ENTERED = -2;

export class DecisionTrace {
  private readonly marks: Mark[] = [];
  private hash = 0x811c9dc5;
  private refusing: Decision | undefined;

  leaf(ruling: Ruling): void {
    this.marks.push(ruling);
    this.hash = Math.imul(this.hash ^ ruling.id, 0x01000193);
  }

  /** An array is entered. */
  array(): void {
    this.number(ENTERED);
  }

  /** Its element of this index is entered. */
  element(index: number): void {
    this.number(index);
  }

  /** The array is left. */
  left(): void {
    this.number(LEFT);
  }

  private number(mark: number): void {
    this.marks.push(mark);
    this.hash = Math.imul(this.hash ^ (mark - 0x10000), 0x01000193);
  }

  /** Where the trace stands, to go back to. */
  get mark(): number {
    return this.marks.length;
  }

  since(mark: number): readonly Mark[] {
    return this.marks.slice(mark);
  }

  rulingsSince(mark: number): Ruling[] {
    return this.since(mark).filter((one) => typeof one === 'object');
  }

  /** Writes down what was written down before for the same value. */
  again(marks: readonly Mark[]): void {
    for (const mark of marks) {
      if (typeof mark === 'number') this.number(mark);
      else this.leaf(mark);
    }
  }

  /** Takes back everything since `mark`. */
  back(mark: number): void {
    const kept = this.marks.slice(0, mark);
    this.marks.length = 0;
    this.hash = 0x811c9dc5;
    this.again(kept);
  }

  /** Puts other rulings in place of those since `mark`; arrays and elements stay. */
  replace(mark: number, other: (ruling: Ruling) => Ruling): void {
    const since = this.since(mark);
    this.back(mark);
    this.again(since.map((one) => (typeof one === 'number' ? one : other(one))));
  }

  /** What refused the whole message, outside of any field. */
  refuse(decision: Decision): void {
    this.refusing = Object.freeze(decision);
  }

  /** The decisions, in document order; the same frozen objects for the same trace. */
  decisions(lists: DecisionLists): readonly Decision[] {
    const list = lists.find(this.marks, this.hash) ?? lists.keep(this.marks, this.hash, this.tell());
    return this.refusing ? [...list, this.refusing] : list;
  }

  private tell(): readonly Decision[] {
    const out: Decision[] = [];
    const indexes: number[] = [];
    const open: boolean[] = [];
    for (const mark of this.marks) {
      if (typeof mark === 'object') out.push(mark.decision(indexes));
      else if (mark === LEFT) {
        if (open.pop()) indexes.pop();
      } else if (mark === ENTERED) open.push(false);
      else {
        if (open.at(-1)) indexes.pop();
        open[open.length - 1] = true;
        indexes.push(mark);
      }
    }
    return Object.freeze(out);
  }
}
