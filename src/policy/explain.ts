// Decisions, categories and switches in sentences that a household understands.
import {
  type CategoryId,
  type Decision,
  type Declaration,
  FLOOR,
  type Need,
  type Purpose,
  type Rules,
  strictness,
} from '../model.js';
import {
  type Circumstances,
  declarationOf,
  excludedBy,
  isByBaseline,
  justification,
  outcome,
  reasonWithout,
  type Switches,
} from './justify.js';
import { type Cause, type Lang, type NamedPurpose, sentence } from './phrases.js';
import { ACTION_WORDS, KIND_WORDS, WORDS } from './words.js';

export type { Lang } from './phrases.js';

/** One sentence for one decision: "The Wi-Fi name is not sent: no purpose in COSORI's policy needs it (6.1.3 names it without one)." */
export function explainDecision(rules: Rules, service: string, decision: Decision, lang: Lang): string {
  return sentence(subjectOf(rules, decision, lang), decision.action, causeOf(rules, service, decision, lang), lang);
}

/** The same for a field that the hub itself holds back, because its device had not sent it before. */
export function explainHeld(rules: Rules, decision: Decision, lang: Lang): string {
  return sentence(subjectOf(rules, decision, lang), decision.action, { kind: 'new-field' }, lang);
}

function subjectOf(rules: Rules, { by, category }: Decision, lang: Lang) {
  const isNamed = category !== 'unclassified';
  return {
    title: isNamed ? titleOf(rules, category, lang) : '',
    known: isNamed && by !== 'shape',
    isMedia: category === 'media',
  };
}

function causeOf(rules: Rules, service: string, { category, reason }: Decision, lang: Lang): Cause {
  const declaration = declarationOf(rules, service);
  switch (reason.kind) {
    case 'purpose': {
      const purpose = declaration.purposes.find(({ id }) => id === reason.purpose);
      const named = { title: purpose?.title[lang] ?? reason.purpose ?? '?', clause: reason.clause ?? purpose?.clause ?? '?' };
      return { kind: 'needed', purpose: named, implied: purpose?.ground === 'implied' };
    }
    case 'no-purpose':
      return isByBaseline(reason) ? { kind: 'unnamed-host' } : withoutCause(rules, declaration, category, lang);
    case 'excluded':
      return { kind: 'excluded', service: declaration.title[lang], clause: reason.clause ?? '?' };
    case 'override':
    case 'blocked':
    case 'unclassified':
    case 'returned':
    case 'last-look':
      return { kind: reason.kind };
    default:
      return reason.kind satisfies never;
  }
}

/** Why nothing justifies a category. A necessary purpose that did not justify it can only be off. */
function withoutCause(rules: Rules, declaration: Declaration, category: CategoryId, lang: Lang): Cause {
  if (FLOOR.has(category)) return { kind: 'floor' };
  const named = ({ purpose, need }: Pair): NamedPurpose => ({ title: purpose.title[lang], clause: need.clause });
  const pairs = pairsOf(declaration, category);
  const off = pairs.filter(({ need }) => need.necessary).map(named);
  if (off.length > 0) return { kind: 'off', purposes: off };
  if (declaration === rules.baseline) return { kind: 'unknown-service' };
  const service = declaration.title[lang];
  const clauses = clausesWithoutPurpose(declaration, category);
  if (clauses.length > 0) return { kind: 'unjustified', service, clauses };
  const [listed] = pairs;
  return listed ? { kind: 'listed', service, purpose: named(listed) } : { kind: 'unnamed', service };
}

interface Pair {
  readonly purpose: Purpose;
  readonly need: Need;
}

function pairsOf(declaration: Declaration, category: CategoryId): Pair[] {
  return declaration.purposes.flatMap((purpose) =>
    purpose.needs.filter((need) => need.category === category).map((need) => ({ purpose, need })),
  );
}

function clausesWithoutPurpose(declaration: Declaration, category: CategoryId): string[] {
  return [...new Set(declaration.unjustified.filter((entry) => entry.category === category).map(({ clause }) => clause))];
}

function titleOf(rules: Rules, category: CategoryId, lang: Lang): string {
  return rules.categories.get(category)?.title[lang] ?? category;
}

/**
 * What a service may have of a category, in lines: its ordinary fate as a sentence, every purpose that speaks of it, and the
 * clauses that name it without one. For `hubsieve explain`.
 */
export function explainCategory(rules: Rules, switches: Switches, service: string, category: CategoryId, lang: Lang): string {
  const declaration = declarationOf(rules, service);
  const words = WORDS[lang];
  const why = justification(declaration, switches, category);
  const action = outcome(rules, declaration, switches, category);
  const reason = why
    ? ({ kind: 'purpose', purpose: why.purpose, clause: why.clause } as const)
    : reasonWithout(declaration, switches, category);
  const fate = explainDecision(rules, service, { in: 'body', path: '$', category, by: 'profile', action, reason }, lang);
  const entry = rules.categories.get(category);
  const lines = [`${declaration.title[lang]}: ${titleOf(rules, category, lang)} (${category})`, fate];
  for (const { purpose, need } of pairsOf(declaration, category)) {
    const state = switches.get(purpose.id) ? words.on : words.off;
    const ground = words.ground[purpose.ground];
    const needs = need.necessary ? words.granularity[need.granularity] : words.notNecessary;
    const note = need.note ? ` — ${need.note[lang]}` : '';
    const only = onlyWhere(need, lang);
    lines.push(`  ${purpose.title[lang]} [${purpose.id}, ${ground}, ${state}]: ${needs}${only} (${need.clause})${note}`);
  }
  const excluded = excludedBy(declaration, category);
  if (excluded !== undefined) lines.push(`  ${words.excluded(excluded)}`);
  lines.push(...onUnnamedHosts(rules, declaration, switches, category, lang));
  for (const clause of clausesWithoutPurpose(declaration, category)) lines.push(`  ${words.namedWithout(clause)}`);
  if (entry) lines.push(`  ${words.term}: ${entry.term}${entry.broader === undefined ? '' : ` < ${entry.broader}`}`);
  return `${lines.join('\n')}\n`;
}

/** ` (only in a cookie; only from cameras)`; nothing for a need that counts everywhere. */
function onlyWhere({ in: places, when, mapped }: Need, lang: Lang): string {
  const words = WORDS[lang];
  const limits = [
    ...(places === undefined ? [] : [words.onlyIn(places)]),
    ...(when === undefined ? [] : [words.onlyFrom(when.map((kind) => KIND_WORDS[lang][kind]))]),
    ...(mapped ? [words.onlyMapped] : []),
  ];
  return limits.length === 0 ? '' : `, ${limits.join(', ')}`;
}

/** Where the policy is only assumed to hold on some hosts, and less leaves there: a line that says so. */
function onUnnamedHosts(
  rules: Rules,
  declaration: Declaration,
  switches: Switches,
  category: CategoryId,
  lang: Lang,
): readonly string[] {
  const hosts = declaration.hosts.filter(({ operator }) => operator === 'unconfirmed').map(({ name }) => name);
  const there = outcome(rules, declaration, switches, category, { baseline: rules.baseline });
  const isLess = hosts.length > 0 && there !== outcome(rules, declaration, switches, category);
  return isLess ? [`  ${WORDS[lang].onHosts(hosts, ACTION_WORDS[lang][there])}`] : [];
}

/** What turning one purpose over would change: categories whose fate becomes milder (`leaves`) or stricter (`stays`). */
export interface SwitchEffect {
  readonly purpose: string;
  /** The state it would be turned to. */
  readonly on: boolean;
  readonly leaves: readonly CategoryId[];
  readonly stays: readonly CategoryId[];
}

/** The effect of turning `purpose` to the other state than it has in `switches`. */
export function switchEffect(rules: Rules, service: string, switches: Switches, purpose: string): SwitchEffect {
  const declaration = declarationOf(rules, service);
  const on = switches.get(purpose) !== true;
  const turned: Switches = new Map([...switches, [purpose, on]]);
  const change = (id: CategoryId) => {
    const where = whereNeeded(declaration, purpose, id);
    return (
      strictness(outcome(rules, declaration, turned, id, where)) - strictness(outcome(rules, declaration, switches, id, where))
    );
  };
  const ids = [...rules.categories.keys()];
  return { purpose, on, leaves: ids.filter((id) => change(id) < 0), stays: ids.filter((id) => change(id) > 0) };
}

/** Where the purpose needs the category: a name in one field of an order, a token in a cookie, pictures of a camera. */
function whereNeeded({ purposes }: Declaration, purpose: string, category: CategoryId): Circumstances {
  const needs = purposes.find(({ id }) => id === purpose)?.needs ?? [];
  const { in: places, when, mapped } = needs.find((need) => need.necessary && need.category === category) ?? {};
  return { ...(places && { place: places[0]! }), ...(when && { kind: when[0]! }), ...(mapped && { isMapped: mapped }) };
}

/** That effect as a sentence: "Turned on, 3 more categories would leave: e-mail address, …". */
export function explainSwitch(rules: Rules, service: string, switches: Switches, purpose: string, lang: Lang): string {
  const declaration = declarationOf(rules, service);
  const effect = switchEffect(rules, service, switches, purpose);
  const changed = effect.on ? effect.leaves : effect.stays;
  const turned: Switches = new Map([...switches, [purpose, effect.on]]);
  const fates = changed.map((id) => {
    const action = outcome(rules, declaration, turned, id, whereNeeded(declaration, purpose, id));
    const plain = action === (effect.on ? 'keep' : 'drop');
    return `${titleOf(rules, id, lang)}${plain ? '' : ` (${ACTION_WORDS[lang][action]})`}`;
  });
  return WORDS[lang].effect(effect.on, fates);
}
