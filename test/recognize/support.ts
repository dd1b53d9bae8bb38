// The recognizers of values as the shipped rules make them.
import type { CategoryId, NodeKind } from '#src/model.js';
import { loadRules } from '#src/policy/declaration.js';
import { identify as identifyWith } from '#src/recognize/canonical.js';
import { NameClassifier } from '#src/recognize/name/patterns.js';
import { ValueRecognizers } from '#src/recognize/value-recognizers.js';
import { Vocabulary } from '#src/recognize/vocabulary.js';
import { readRulesDir } from '#src/rules-files.js';

const { categories, vocabulary } = loadRules(await readRulesDir(['rules']));
export const words = new Vocabulary(vocabulary);

export const recognizers = new ValueRecognizers({ vocabulary: words, names: new NameClassifier(categories.values(), words) });

export const findIdentifiers: ValueRecognizers['findIdentifiers'] = (text, only) => recognizers.findIdentifiers(text, only);

export function identify(
  kind: NodeKind,
  text: string,
  category: CategoryId,
  bytes?: Uint8Array,
): ReturnType<typeof identifyWith> {
  return identifyWith(kind, text, category, recognizers, bytes);
}
