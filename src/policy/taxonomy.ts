// The taxonomy and the vocabulary of several directories: a further one adds to the main one (a taxonomy changes it too, category by
// category), and cannot take from it what no rule can open.
import { type CategoryId, CLOSED_TO_RULES, type WordList } from '../model.js';
import type { NameClassifier } from '../recognize/name/patterns.js';
import { isTooMild, mildestOf, misnamed, namesOf } from './closed.js';
import { type CategoryEntry, entriesOf, type Lists, type Taxonomy } from './shapes.js';
import type { ReadFile, Report } from './source.js';

const MARK = /^[=~?^]/;

/** The main taxonomy with the changes of further ones. What they may not change is told to `remark`, and stays as it was. */
export function mergeTaxonomies(files: readonly ReadFile<Taxonomy>[], vocabulary: Lists, remark: Report): Taxonomy {
  const [main, ...further] = files;
  return further.reduce((before, file) => merged(before, file, vocabulary, remark), main!.content);
}

/**
 * The main vocabulary with the words of further ones. A further one with which the taxonomy would not know by their names what no rule can
 * open (its words make them mean nothing) is told to `remark`, and adds nothing.
 */
export function mergeVocabularies(files: readonly ReadFile<Lists>[], taxonomy: Taxonomy, remark: Report): Lists {
  const [main, ...further] = files;
  let whole = main!.content;
  for (const { source, content } of further) {
    const more: Lists = new Map([...whole].map(([id, words]) => [id, joined(words, content.get(id))]));
    const missed = misnamed(namesOf(entriesOf(taxonomy), more));
    if (missed === undefined || !taxonomy.has(missed.category)) whole = more;
    else
      remark(
        source.placeOf(content),
        `with these words \`${missed.name}\` would not be \`${missed.category}\` any more: none of them count`,
      );
  }
  return whole;
}

function joined(words: WordList, more: WordList = {}): WordList {
  const languages = new Set([...Object.keys(words), ...Object.keys(more)]);
  return Object.fromEntries([...languages].map((one) => [one, [...new Set([...(words[one] ?? []), ...(more[one] ?? [])])]]));
}

function merged(before: Taxonomy, { source, content }: ReadFile<Taxonomy>, vocabulary: Lists, remark: Report): Taxonomy {
  const names = namesOf(entriesOf(before), vocabulary);
  const after = new Map<CategoryId, CategoryEntry>();
  for (const [id, entry] of content) {
    const old = before.get(id);
    const taken = CLOSED_TO_RULES.has(id) ? [] : entry.names.filter((one) => takesClosed(one, old, names));
    if (taken.length > 0) {
      const list = taken.map((one) => `\`${one}\``).join(', ');
      remark(source.placeOf(entry, 'names'), `${list}: no rule can give this name to another category; it stays what it was`);
    }
    after.set(id, closed(id, { ...entry, names: entry.names.filter((one) => !taken.includes(one)) }, old));
  }
  const given = new Set([...after.values()].flatMap((entry) => entry.names));
  for (const [id, old] of before)
    if (!after.has(id)) after.set(id, { ...old, names: old.names.filter((one) => !given.has(one)) });
  return after;
}

/** Whether a pattern would take a name from a closed category. */
function takesClosed(pattern: string, old: CategoryEntry | undefined, names: NameClassifier): boolean {
  if (old?.names.includes(pattern)) return false;
  const said = names.classify(names.words(pattern.replace(MARK, '')))?.category;
  return said !== undefined && CLOSED_TO_RULES.has(said);
}

/** A closed category keeps all its names, and what happens to it is not made milder than any rule may. */
function closed(id: CategoryId, entry: CategoryEntry, old: CategoryEntry | undefined): CategoryEntry {
  if (!CLOSED_TO_RULES.has(id)) return entry;
  const names = [...new Set([...(old?.names ?? []), ...entry.names])];
  const holds = [...new Set([...(old?.holds ?? []), ...entry.holds])];
  const mild = isTooMild({ id, withoutPurpose: entry.withoutPurpose });
  const fallback = old?.withoutPurpose ?? mildestOf(id);
  const withoutPurpose = mild ? fallback : entry.withoutPurpose;
  return { ...entry, names, holds, withoutPurpose };
}
