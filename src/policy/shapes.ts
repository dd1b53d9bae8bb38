// The shapes of rules/categories.yaml and rules/vocabulary.yaml, and what all files of rules share (rules/README.md is their page for people).
import {
  ACTIONS,
  CATEGORY_IDS,
  type Category,
  type CategoryId,
  FAMILIES,
  type Title,
  VOCABULARY_IDS,
  type VocabularyId,
  type WordList,
} from '../model.js';
import { list, mapOf, mapped, oneOf, optional, orElse, record, type Shape, text } from './schema.js';

/** Words in both languages. Rules that somebody contributes may lack the Russian: then the English is shown. */
export const title: Shape<Title> = mapped(record({ en: text(), ru: optional(text()) }), ({ en, ru }) => ({ en, ru: ru ?? en }));
export const category = oneOf(CATEGORY_IDS, 'category');
export const action = oneOf(ACTIONS, 'action');
const term = text({
  pattern: /^(?:dpv|pd|tech|hubsieve):[A-Z][A-Za-z0-9-]*$/,
  otherwise: 'must be a term: dpv:…, pd:…, tech:… or hubsieve:…',
});
/** `=` takes a whole name as it is written; the others are the words that names are cut into. */
const namePattern = text({
  pattern: /^(?!.*\p{Lu})(?:=\S.*|[~?^]?[\p{L}\p{N}]+(?: [\p{L}\p{N}]+)*)$/u,
  otherwise: 'a name pattern is lower-case words with one blank between them, `~`, `?` or `^` and words, or `=` and a whole name',
});

/** One category as the file has it: everything but its id. */
export type CategoryEntry = Omit<Category, 'id'>;

export type Taxonomy = ReadonlyMap<CategoryId, CategoryEntry>;

/** The categories of a taxonomy with their ids. */
export function entriesOf(taxonomy: Taxonomy): Category[] {
  return [...taxonomy].map(([id, entry]) => ({ id, ...entry }));
}

export type Lists = ReadonlyMap<VocabularyId, WordList>;

export const categoriesFile = record({
  categories: mapOf<CategoryId, CategoryEntry>(
    category,
    mapped(
      record({
        title,
        family: oneOf(FAMILIES, 'family'),
        term,
        broader: optional(term),
        holds: orElse(list(oneOf(['text', 'number', 'boolean', 'bytes'], 'kind of value')), ['text']),
        without_purpose: action,
        names: orElse(list(namePattern), []),
      }),
      ({ without_purpose: withoutPurpose, ...rest }) => ({ ...rest, withoutPurpose }),
    ),
  ),
});

const word = text({ pattern: /^(?!.*\p{Lu})\S(?:.*\S)?$/u, otherwise: 'a word is lower case, without blanks around it' });
const language = text({ pattern: /^(?:any|[a-z]{2})$/, otherwise: 'must be a language in two letters (ISO 639-1), or `any`' });

export const vocabularyFile = record({
  lists: mapOf<VocabularyId, WordList>(
    oneOf(VOCABULARY_IDS, 'list'),
    mapped(mapOf(language, list(word)), (byLanguage) => Object.fromEntries(byLanguage)),
  ),
});
