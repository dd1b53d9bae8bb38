// The lists of decisions of the shapes met lately: the same list for the same trace.
import type { Decision } from '../model.js';
import type { Ruling } from './ruling.js';

/** A ruling; an element entered (its index); an array left or entered. */
export type Mark = Ruling | number;

/** Lists remembered for one service: a device has a handful of shapes, a home sixty devices. */
const LISTS_MAX = 1024;
/** Marks of all of them together: some 20 MB of decisions at most. Longer lists are written out each time. */
const MARKS_MAX = 200_000;
const LENGTH_MAX = 8192;

interface Known {
  readonly marks: readonly Mark[];
  readonly list: readonly Decision[];
}

export class DecisionLists {
  /** In the order in which they were first met; of two traces with one hash the later stays. */
  private readonly known = new Map<number, Known>();
  private marks = 0;

  find(marks: readonly Mark[], hash: number): readonly Decision[] | undefined {
    const known = this.known.get(hash);
    return known !== undefined && isSame(known.marks, marks) ? known.list : undefined;
  }

  keep(marks: readonly Mark[], hash: number, list: readonly Decision[]): readonly Decision[] {
    if (marks.length > LENGTH_MAX) return list;
    this.forget(hash);
    this.known.set(hash, { marks: [...marks], list });
    this.marks += marks.length;
    while (this.known.size > LISTS_MAX || this.marks > MARKS_MAX) this.forget(this.known.keys().next().value!);
    return list;
  }

  private forget(hash: number): void {
    const known = this.known.get(hash);
    if (known === undefined) return;
    this.known.delete(hash);
    this.marks -= known.marks.length;
  }
}

function isSame(a: readonly Mark[], b: readonly Mark[]): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i += 1) if (a[i] !== b[i]) return false;
  return true;
}
