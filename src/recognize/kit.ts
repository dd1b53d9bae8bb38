// What recognizers that need words are made with.
import type { Finding } from '../model.js';
import type { NameClassifier } from './name/patterns.js';
import type { Vocabulary } from './vocabulary.js';

/** What recognizers of values are made with. */
export interface ValueKit {
  readonly names: NameClassifier;
  readonly vocabulary: Vocabulary;
}

export interface Kit extends ValueKit {
  /** Values that a text itself calls by their names (recognize/value/labelled-text.ts), in the order of the text. */
  readonly findLabelled: (text: string) => readonly Finding[];
}
