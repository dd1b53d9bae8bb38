// What each file says rightly, and the files together do not: terms that do not exist, categories left out, rules that
// contradict each other. Every check reports where the later of the two stands.

import {
  CATEGORY_IDS,
  type CategoryId,
  type Declaration,
  FLOOR,
  type Need,
  type Purpose,
  strictness,
  VOCABULARY_IDS,
} from '../model.js';
import { formatSelector, parseSelector } from '../recognize/field-map/json-path.js';
import { MISLEADING } from './dpv.js';
import { didYouMean } from './schema.js';
import type { CategoryEntry, Lists, Taxonomy } from './shapes.js';
import type { Position, ReadFile, Report, Source } from './source.js';

/** All categories there. */
export function checkWhole({ source, content }: ReadFile<Taxonomy>, report: Report): void {
  for (const id of CATEGORY_IDS) {
    if (!content.has(id)) report(source.placeOf(content), `category \`${id}\` of the taxonomy is missing`);
  }
}

/** All lists there: a recognizer without its words recognizes nothing, in silence. */
export function checkVocabulary({ source, content }: ReadFile<Lists>, report: Report): void {
  for (const id of VOCABULARY_IDS) {
    if (!content.has(id)) report(source.placeOf(content), `list \`${id}\` of the vocabulary is missing`);
  }
}

/** Terms known, the floor not softened. */
export function checkTaxonomy({ source, content }: ReadFile<Taxonomy>, terms: ReadonlySet<string>, report: Report): void {
  for (const [id, entry] of content) {
    checkTerm(entry, source, terms, report);
    if (FLOOR.has(id) && strictness(entry.withoutPurpose) < strictness('drop')) {
      report(source.placeOf(entry, 'without_purpose'), `\`${id}\` never leaves the home: its action is \`drop\` or \`refuse\``);
    }
  }
}

function checkTerm(entry: CategoryEntry, source: Source, terms: ReadonlySet<string>, report: Report): void {
  const own = entry.term.startsWith('hubsieve:');
  if (own && entry.broader === undefined) {
    report(source.placeOf(entry, 'term'), `\`${entry.term}\` is a term of our own: it needs \`broader\`, a DPV term`);
  }
  const toFind = [['term', own ? undefined : entry.term] as const, ['broader', entry.broader] as const];
  for (const [key, term] of toFind) {
    if (term === undefined || term === '') continue;
    if (!terms.has(term)) report(source.placeOf(entry, key), `no term \`${term}\` in DPV 2.3${didYouMean(term, terms)}`);
    const trap = MISLEADING[term];
    if (trap !== undefined) report(source.placeOf(entry, key), `\`${term}\` is not for this: ${trap}`);
  }
}

/** One declaration against itself and the taxonomy. */
export function checkDeclaration(
  { source, content }: ReadFile<Declaration>,
  taxonomy: Taxonomy | undefined,
  report: Report,
): void {
  for (const purpose of content.purposes) checkPurpose(purpose, source, report);
  checkUnjustified(content, source, report);
  checkExcluded(content, source, report);
  checkPurposeIds(content, source, report);
  checkStricter(content, source, taxonomy, report);
  checkFields(content, source, report);
}

function checkPurpose(purpose: Purpose, source: Source, report: Report): void {
  const seen = new Map<CategoryId, Need>();
  for (const need of purpose.needs) {
    const first = seen.get(need.category);
    if (first)
      report(
        source.placeOf(need),
        `\`${purpose.id}\` needs \`${need.category}\` twice (also at line ${source.placeOf(first).line})`,
      );
    else seen.set(need.category, need);
    if (need.necessary && FLOOR.has(need.category)) {
      report(source.placeOf(need), `\`${need.category}\` never leaves the home: no purpose can need it`);
    }
  }
}

function checkUnjustified(declaration: Declaration, source: Source, report: Report): void {
  for (const entry of declaration.unjustified) {
    for (const purpose of declaration.purposes) {
      const need = purpose.needs.find((n) => n.necessary && n.category === entry.category && n.clause === entry.clause);
      if (!need) continue;
      const line = source.placeOf(need).line;
      const message = `\`${entry.category}\` is unjustified by ${entry.clause}, and line ${line} has \`${purpose.id}\` need it by the same clause`;
      report(source.placeOf(entry), message);
    }
  }
}

/** What a policy promises not to take no purpose of it can need. */
function checkExcluded(declaration: Declaration, source: Source, report: Report): void {
  for (const entry of declaration.excluded) {
    for (const purpose of declaration.purposes) {
      const need = purpose.needs.find((n) => n.necessary && n.category === entry.category);
      if (!need) continue;
      const line = source.placeOf(need).line;
      report(
        source.placeOf(entry),
        `\`${entry.category}\` is excluded by ${entry.clause}, and line ${line} has \`${purpose.id}\` need it`,
      );
    }
  }
}

/** Purposes that other entries speak of are there. */
function checkPurposeIds({ purposes, limits, recipients }: Declaration, source: Source, report: Report): void {
  const ids = new Set(purposes.map(({ id }) => id));
  for (const entry of [...limits, ...recipients]) {
    for (const id of entry.purposes ?? [])
      if (!ids.has(id)) report(source.placeOf(entry, 'purposes'), `no purpose \`${id}\`${didYouMean(id, ids)}`);
  }
}

function checkStricter(declaration: Declaration, source: Source, taxonomy: Taxonomy | undefined, report: Report): void {
  for (const [id, action] of Object.entries(declaration.stricter)) {
    const base = taxonomy?.get(id as CategoryId)?.withoutPurpose;
    if (base === undefined || strictness(action) >= strictness(base)) continue;
    report(source.placeOf(declaration.stricter, id), `\`${action}\` is milder than the taxonomy's \`${base}\` for \`${id}\``);
  }
}

function checkFields(declaration: Declaration, source: Source, report: Report): void {
  const seen = new Map<string, Declaration['fields'][number]>();
  for (const rule of declaration.fields) {
    const parsed = parseSelector(rule.path);
    const key = `${rule.in} ${parsed.ok ? formatSelector(parsed.steps) : rule.path}`;
    const first = seen.get(key);
    if (!first) seen.set(key, rule);
    else if (first.category !== rule.category) {
      report(source.placeOf(rule), `the same field is \`${first.category}\` at line ${source.placeOf(first).line}`);
    }
  }
}

/** Hosts: each belongs to one service, and the baseline has none. */
export function checkHosts(
  services: readonly ReadFile<Declaration>[],
  baseline: ReadFile<Declaration> | undefined,
  report: Report,
): void {
  const claimed = new Map<string, Position>();
  for (const { source, content } of services) {
    for (const host of content.hosts) {
      const first = claimed.get(host.name);
      if (first) report(source.placeOf(host), `host \`${host.name}\` is claimed twice: also at ${first.file}:${first.line}`);
      else claimed.set(host.name, source.placeOf(host));
    }
  }
  const stray = baseline?.content.hosts[0];
  if (baseline && stray)
    report(baseline.source.placeOf(stray), 'the baseline has no hosts: it holds for every host that no service names');
}
