// The taxonomy of several directories: a further one adds to the main one and changes it, category by category, and cannot take from it
// what no rule can open.
import { type CategoryId, CLOSED_TO_RULES } from '../model.js';
import type { NameClassifier } from '../recognize/name/patterns.js';
import { isTooMild, mildestOf, namesOf } from './closed.js';
import type { CategoryEntry, Taxonomy } from './shapes.js';
import type { ReadFile, Report } from './source.js';

const MARK = /^[=~?^]/;

/** The main taxonomy with the changes of further ones. What they may not change is told to `remark`, and stays as it was. */
export function mergeTaxonomies(files: readonly ReadFile<Taxonomy>[], remark: Report): Taxonomy {
  const [main, ...further] = files;
  return further.reduce((before, file) => merged(before, file, remark), main!.content);
}

function merged(before: Taxonomy, { source, content }: ReadFile<Taxonomy>, remark: Report): Taxonomy {
  const names = namesOf([...before].map(([id, entry]) => ({ id, ...entry })));
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
