// What was decided about one field, told as a decision when somebody asks.
import type { CategoryId, ClassifiedBy, Decision, Place } from '../model.js';
import type { Fate } from '../policy/decide.js';
import type { RecognizerId } from '../recognize/recognizers.js';

/** Where a field stands. */
export interface Placed {
  readonly place: Place;
  /** RFC 9535 normalized path, with the indexes of the elements it stands in, outermost first. */
  path(indexes: readonly number[]): string;
  /** A ruling of the same field with a fate of its own. */
  rule(what: Told, fate: Fate, occurrence: number): Ruling;
}

/** What a field is, and who says so: the decisive recognizer first. */
export interface Told {
  readonly category: CategoryId;
  readonly by: ClassifiedBy;
  readonly because: readonly RecognizerId[];
}

/** The ladder's answer for one field as one category, ready to be told of any number of messages. */
export class Ruling implements Told {
  /** The same for the second member of the name, the third and so on. */
  repeats: (Ruling | undefined)[] | undefined;
  readonly category: CategoryId;
  readonly by: ClassifiedBy;
  readonly because: readonly RecognizerId[];

  /** @param id differs from that of every other ruling of its memory. */
  constructor(
    readonly id: number,
    readonly field: Placed,
    { category, by, because }: Told,
    readonly fate: Fate,
    readonly occurrence: number,
  ) {
    this.category = category;
    this.by = by;
    this.because = because;
  }

  /** The decision, with the indexes of the elements it stands in, outermost first. */
  decision(indexes: readonly number[]): Decision {
    const base = {
      in: this.field.place,
      path: this.field.path(indexes),
      category: this.category,
      by: this.by,
      action: this.fate.action,
      reason: this.fate.reason,
    };
    const decision = Object.freeze(this.occurrence > 1 ? { ...base, occurrence: this.occurrence } : base);
    reasons.set(decision, this.because);
    return decision;
  }
}

/** Kept beside the decisions, which the log writes as they are. */
const reasons = new WeakMap<Decision, readonly RecognizerId[]>();

/** The recognizers that made a field what it is, the decisive one first; none for a decision that was copied. */
export function becauseOf(decision: Decision): readonly RecognizerId[] {
  return reasons.get(decision) ?? [];
}
