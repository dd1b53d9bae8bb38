// What rules can be used with and should not say: `hubsieve check` names it, a file that has it is not added, and a hub that has it
// already goes on. What would open something closed does not count meanwhile (policy/closed.ts).
import { GENERALIZABLE } from '../action/index.js';
import {
  type Category,
  type CategoryId,
  CLOSED_TO_RULES,
  type Declaration,
  type FieldRule,
  FLOOR,
  type Purpose,
} from '../model.js';
import type { NameClassifier } from '../recognize/name/patterns.js';
import { isOpenEnded, isTooMild, mildestOf, misnamed, namesOf, saidByPath } from './closed.js';
import { citedEntries } from './entries.js';
import { LAW_IDS, lawOf } from './legal.js';
import { didYouMean } from './schema.js';
import { entriesOf, type Lists, type Taxonomy } from './shapes.js';
import type { ReadFile, Report, Source } from './source.js';

/** What a declaration is held against. */
export interface Against {
  readonly names: NameClassifier | undefined;
  readonly categories: Taxonomy | undefined;
  /** `2026-11-30` */
  readonly today: string | undefined;
}

/** Words of purposes that stay off until the household turns them on (rules/README.md, `default`). */
const OFF_WORDS =
  /market|advert|promo|offers?\b|newsletter|referral|analytic|statistic|personali[sz]|profiling|рекла|маркетинг|рассылк|предложени|реферал|аналитик|статистик|персонализ|профилирован/i;
/** And of those that stay off where the policy only implies them. */
const OFF_IF_IMPLIED = /diagnos|troubleshoot|диагност|неполад/i;
const EMAIL = /^[^\s@]+@[^\s@]+\.[^\s@]+$/;

/** A taxonomy by itself: no closed category is treated milder than any rule may. */
export function remarkOnTaxonomy({ source, content }: ReadFile<Taxonomy>, remark: Report): void {
  for (const [id, entry] of content) {
    const at = source.placeOf(entry, 'without_purpose');
    if (isTooMild({ id, withoutPurpose: entry.withoutPurpose }))
      remark(at, `\`${id}\` is closed to rules: without a purpose it is at least \`${mildestOf(id)}\``);
    if (entry.withoutPurpose === 'generalize' && !GENERALIZABLE.has(id)) remark(at, noCoarser(id));
  }
}

/** The names of the whole taxonomy know what no rule can open. Gives them. */
export function remarkOnNames(
  { source, content }: ReadFile<Taxonomy>,
  whole: Taxonomy,
  vocabulary: Lists,
  remark: Report,
): NameClassifier {
  const names = namesOf(entriesOf(whole), vocabulary);
  const missed = misnamed(names);
  // A category that is missing is a fault already.
  if (missed !== undefined && whole.has(missed.category)) {
    const { name, category } = missed;
    const entry = content.get(category);
    remark(entry ? source.placeOf(entry, 'names') : source.placeOf(content), `\`${name}\` has to be \`${category}\` by its name`);
  }
  return names;
}

/** One declaration. */
export function remarkOnDeclaration({ source, content }: ReadFile<Declaration>, against: Against, remark: Report): void {
  if (content.id === '') return; // the file could not be read: its fault says so
  if (content.purposes.length === 0)
    remark(source.placeOf(content, 'purposes'), 'no purposes: nothing that a service says is read here');
  for (const purpose of content.purposes) remarkOnPurpose(purpose, content, source, remark);
  for (const rule of content.fields) remarkOnField(rule, source, against, remark);
  for (const id of Object.keys(content.stricter) as CategoryId[])
    if (content.stricter[id] === 'generalize' && !GENERALIZABLE.has(id))
      remark(source.placeOf(content.stricter, id), noCoarser(id));
  remarkOnLaws(content, source, remark);
  remarkOnPeople(content, source, remark);
  remarkOnCookies(content, source, remark);
  remarkOnSource(content, source, against.today, remark);
}

function noCoarser(id: CategoryId): string {
  return `\`${id}\` cannot be made coarser: it would be taken out`;
}

function remarkOnPurpose(purpose: Purpose, { policy, fields }: Declaration, source: Source, remark: Report): void {
  const named = `${purpose.id.replaceAll('_', ' ')} ${purpose.title.en} ${purpose.title.ru}`;
  const isOff = OFF_WORDS.test(named) || (purpose.ground === 'implied' && OFF_IF_IMPLIED.test(named));
  if (purpose.default && isOff)
    remark(
      source.placeOf(purpose, 'default'),
      `\`${purpose.id}\` reads as a purpose that is off until the household turns it on`,
    );
  for (const need of purpose.needs) {
    const { category } = need;
    if (need.mapped && !fields.some((rule) => rule.category === category))
      remark(source.placeOf(need, 'mapped'), `no line of the field map says \`${category}\``);
    // The floor is a fault already.
    if (need.necessary && CLOSED_TO_RULES.has(category) && !FLOOR.has(category))
      remark(source.placeOf(need), `\`${category}\` is closed to rules: only the household can let it leave`);
    else if (need.necessary && need.granularity === 'coarse' && !GENERALIZABLE.has(category))
      remark(source.placeOf(need), noCoarser(category));
  }
  for (const one of purpose.legalBasis) {
    if (one.basis === undefined)
      remark(source.placeOf(one), `\`${one.text}\` is no ground of the list: one like \`GDPR 6(1)(b)\` or \`152-FZ 6(1)(5)\``);
    else if (!policy.law.includes(lawOf(one.basis)))
      remark(source.placeOf(one), `the policy names no ${lawOf(one.basis)} (\`policy: law\`)`);
  }
}

function remarkOnField(rule: FieldRule, source: Source, { names, categories }: Against, remark: Report): void {
  const at = source.placeOf(rule, 'path');
  if (isOpenEnded(rule)) {
    remark(at, `whatever is put there would be \`${rule.category}\`: name the member`);
    return;
  }
  const said = names && saidByPath(rule.path, names);
  if (said === undefined || said === rule.category || CLOSED_TO_RULES.has(rule.category)) return;
  const family = (id: CategoryId): Category['family'] | undefined => categories?.get(id)?.family;
  const opens = CLOSED_TO_RULES.has(said) || (isPersonal(family(said)) && family(rule.category) === 'operation');
  if (opens) remark(at, `by its name this is \`${said}\`, and \`${rule.category}\` would let it go`);
}

function isPersonal(family: Category['family'] | undefined): boolean {
  return (
    family === 'network' || family === 'person' || family === 'sensitive' || family === 'organization' || family === 'secret'
  );
}

function remarkOnLaws({ policy }: Declaration, source: Source, remark: Report): void {
  for (const law of policy.law) {
    if (!(LAW_IDS as readonly string[]).includes(law))
      remark(source.placeOf(policy, 'law'), `no law \`${law}\`${didYouMean(law, LAW_IDS)}`);
  }
}

function remarkOnPeople({ contacts, hosts }: Declaration, source: Source, remark: Report): void {
  for (const contact of contacts)
    if (contact.kind === 'email' && !EMAIL.test(contact.to)) remark(source.placeOf(contact, 'to'), 'not an e-mail address');
  for (const host of hosts)
    if (host.operator === 'confirmed' && host.clause === undefined)
      remark(source.placeOf(host), `\`${host.name}\` is confirmed by no clause: name the one in which it stands`);
}

function remarkOnCookies({ cookies, purposes }: Declaration, source: Source, remark: Report): void {
  for (const id of cookies?.keep ?? []) {
    const isNeeded = purposes.some(({ needs }) => needs.some(({ category, necessary }) => necessary && category === id));
    if (!isNeeded) remark(source.placeOf(cookies!, 'keep'), `no purpose needs \`${id}\`: it would not leave in a cookie either`);
  }
}

/** The text that was read: its dates are days that have been, somebody else reviewed it, and every entry is found in it. */
function remarkOnSource(declaration: Declaration, source: Source, today: string | undefined, remark: Report): void {
  const { policy, source: text } = declaration;
  remarkOnDate(policy.effective, () => source.placeOf(policy, 'effective'), today, remark);
  if (text === undefined) return;
  remarkOnDate(text.retrieved, () => source.placeOf(text, 'retrieved'), today, remark);
  if (text.reviewedBy === text.readBy)
    remark(source.placeOf(text, 'reviewed_by'), 'reviewed by who has read it: it takes a second reader');
  for (const entry of citedEntries(declaration))
    if (entry.anchor === undefined)
      remark(source.placeOf(entry), `no anchor: quote some words of ${entry.clause} by which it is found`);
}

function remarkOnDate(
  date: string | undefined,
  at: () => ReturnType<Source['placeOf']>,
  today: string | undefined,
  remark: Report,
): void {
  if (date === undefined || date === '') return;
  const day = new Date(`${date}T00:00:00Z`);
  if (Number.isNaN(day.getTime()) || day.toISOString().slice(0, date.length) !== date) remark(at(), `there is no day ${date}`);
  else if (today !== undefined && date > today) remark(at(), `${date} lies ahead: today is ${today}`);
}
