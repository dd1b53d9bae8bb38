// What recognizers that need words are made with.
import type { NameClassifier } from './name/patterns.js';
import type { Vocabulary } from './vocabulary.js';

export interface Kit {
  readonly names: NameClassifier;
  readonly vocabulary: Vocabulary;
}
