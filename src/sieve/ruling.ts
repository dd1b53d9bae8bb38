// What was decided about one field, told as a decision when somebody asks.
import type { CategoryId, ClassifiedBy, Decision, Place } from '../model.js';
import type { Fate } from '../policy/decide.js';

/** Where a field stands. */
export interface Placed {
  readonly place: Place;
  /** RFC 9535 normalized path, with the indexes of the elements it stands in, outermost first. */
  path(indexes: readonly number[]): string;
}

/** The ladder's answer for one field as one category, ready to be told of any number of messages. */
export class Ruling {
  constructor(
    readonly id: number,
    readonly field: Placed,
    readonly category: CategoryId,
    readonly by: ClassifiedBy,
    readonly fate: Fate,
    readonly occurrence: number,
  ) {}

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
    return Object.freeze(this.occurrence > 1 ? { ...base, occurrence: this.occurrence } : base);
  }
}
