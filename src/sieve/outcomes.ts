// What became of the texts that a field held lately: the same text gets the same outcome, without asking every recognizer anew. A
// device's identifiers, tokens and headers come byte for byte the same in every message.
import type { Edit, Pseudonym } from '../model.js';
import type { Mark } from './decision-lists.js';
import type { Learned } from './learned.js';
import type { RemovedValue } from './removed-values.js';

/** Everything that judging one text did. */
export interface Outcome {
  readonly marks: readonly Mark[];
  readonly edit: Edit | undefined;
  readonly pseudonyms: readonly Pseudonym[];
  readonly learned: readonly Learned[];
  readonly removed: readonly RemovedValue[];
  /** The version of what it depends on (`FieldMemory.version`, and of history where that was asked). */
  readonly version: number;
}

/** Texts remembered for one field: sixty devices of a home report in one place. Longer ones are judged anew. */
const TEXTS_MAX = 64;
const LENGTH_MAX = 1024;

export class Outcomes {
  private known: Map<string, Outcome> | undefined;

  find(text: string, version: number): Outcome | undefined {
    const outcome = this.known?.get(text);
    return outcome?.version === version ? outcome : undefined;
  }

  keep(text: string, outcome: Outcome): void {
    if (text.length > LENGTH_MAX) return;
    this.known ??= new Map();
    if (this.known.size >= TEXTS_MAX) this.known.delete(this.known.keys().next().value!);
    // The text may be a slice of a whole message: a copy lets the message go.
    this.known.set(Buffer.from(text, 'utf8').toString('utf8'), outcome);
  }
}
