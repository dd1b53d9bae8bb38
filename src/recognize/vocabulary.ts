// The word lists of rules/vocabulary.yaml, as recognizers ask for them.
import type { Rules, VocabularyId } from '../model.js';

export class Vocabulary {
  private readonly sets = new Map<VocabularyId, ReadonlySet<string>>();

  constructor(private readonly lists: Rules['vocabulary']) {}

  /** The words of a list: of one language, or of all. */
  words(id: VocabularyId, language?: string): readonly string[] {
    const list = this.lists.get(id) ?? {};
    return language === undefined ? Object.values(list).flat() : (list[language] ?? []);
  }

  /** All words of a list. */
  set(id: VocabularyId): ReadonlySet<string> {
    let set = this.sets.get(id);
    if (set === undefined) {
      set = new Set(this.words(id));
      this.sets.set(id, set);
    }
    return set;
  }

  /** The words as alternatives of a pattern, longest first, in brackets that capture nothing. */
  alternatives(id: VocabularyId, language?: string): string {
    const words = [...this.words(id, language)].sort((a, b) => b.length - a.length);
    return `(?:${words.map((word) => word.replace(/[.*+?^${}()|[\]\\/-]/g, '\\$&')).join('|')})`;
  }
}
