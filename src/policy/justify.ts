// A declaration with the household's switches applied: which category is justified by which purpose, where and for whom.
import {
  type ActionKind,
  type CategoryId,
  CLOSED_TO_RULES,
  type Declaration,
  type DeviceKind,
  FLOOR,
  type Need,
  type Place,
  type Purpose,
  type Reason,
  type Rules,
  type ServiceChoices,
  strictness,
} from '../model.js';
import type { PolicyView } from './decide.js';

/** Every purpose of a declaration, and whether it is on. */
export type Switches = ReadonlyMap<string, boolean>;

export interface Justification {
  readonly purpose: string;
  readonly clause: string;
  readonly granularity: 'exact' | 'coarse';
}

/** What of a message, beside the category of a field, a policy looks at. Without it: a body's field of a device of unknown kind. */
export interface Circumstances {
  readonly place?: Place;
  /** Whether it is the field map that says the field's category. */
  readonly isMapped?: boolean;
  /** What the household said the device is. */
  readonly kind?: DeviceKind | undefined;
  /** The baseline, where the policy does not name the message's host: then what both let leave leaves. */
  readonly baseline?: Declaration | undefined;
}

/** A service's policy, precompiled: for each place of a message what the ladder asks. */
export interface CompiledPolicy {
  readonly declaration: Declaration;
  readonly switches: Switches;
  at(place: Place, isMapped?: boolean): PolicyView;
}

/** The declaration of a service; the baseline where no file names it. */
export function declarationOf(rules: Rules, service: string): Declaration {
  return rules.services.get(service) ?? rules.baseline;
}

/**
 * Defaults with the household's choices over them; a choice for a purpose that the declaration does not have counts for nothing, and one for
 * an earlier id counts until the purpose itself is chosen.
 */
export function switchesOf(declaration: Declaration, choices: ServiceChoices['purposes']): Switches {
  const isOn = ({ id, formerly, default: otherwise }: Purpose): boolean => {
    const chosen = [id, ...formerly].find((one) => Object.hasOwn(choices, one));
    return chosen === undefined ? otherwise : choices[chosen]!;
  };
  return new Map(declaration.purposes.map((purpose) => [purpose.id, isOn(purpose)]));
}

/**
 * The finest granularity among the purposes that are on and for which the category is necessary (ladder, step 4). Of equal ones a
 * declared purpose speaks before an implied one, then the order of the declaration. What is closed to rules is never justified.
 */
export function justification(
  declaration: Declaration,
  switches: Switches,
  category: CategoryId,
  where: Circumstances = {},
): Justification | undefined {
  if (CLOSED_TO_RULES.has(category) || isKeptFromCookie(declaration, category, where)) return undefined;
  const assumed = where.baseline && justification(where.baseline, switchesOf(where.baseline, {}), category);
  let best: { readonly purpose: Purpose; readonly need: Need } | undefined;
  for (const purpose of declaration.purposes) {
    if (switches.get(purpose.id) !== true) continue;
    // What the household turned on itself counts also where the policy is only assumed to hold.
    if (where.baseline !== undefined && assumed === undefined && purpose.default) continue;
    for (const need of purpose.needs) {
      if (need.category !== category || !need.necessary || !applies(need, where)) continue;
      if (!best || rank(purpose, need) > rank(best.purpose, best.need)) best = { purpose, need };
    }
  }
  if (best === undefined) return undefined;
  const { purpose, need } = best;
  const granularity = assumed?.granularity === 'coarse' && purpose.default ? 'coarse' : need.granularity;
  return { purpose: purpose.id, clause: need.clause, granularity };
}

function rank(purpose: Purpose, need: Need): number {
  return (need.granularity === 'exact' ? 2 : 0) + (purpose.ground === 'declared' ? 1 : 0);
}

/** Whether a need counts for this field of a message and this kind of device. */
function applies({ in: places, when, mapped }: Need, { place = 'body', kind, isMapped }: Circumstances): boolean {
  if (mapped === true && isMapped !== true) return false;
  return (places === undefined || places.includes(place)) && (when === undefined || (kind !== undefined && when.includes(kind)));
}

function isKeptFromCookie({ cookies }: Declaration, category: CategoryId, { place }: Circumstances): boolean {
  return place === 'cookie' && cookies !== undefined && !cookies.keep.includes(category);
}

/**
 * What happens to a category that nothing justifies: the strictest of the taxonomy's action, the service's own and, where the policy is only
 * assumed to hold, the baseline's. What the policy promises not to take is taken out.
 */
export function withoutPurpose(
  rules: Rules,
  declaration: Declaration,
  category: CategoryId,
  where: Circumstances = {},
): ActionKind {
  const actions: readonly (ActionKind | undefined)[] = [
    rules.categories.get(category)?.withoutPurpose ?? 'drop',
    declaration.stricter[category],
    where.baseline?.stricter[category],
    excludedBy(declaration, category) === undefined && !isKeptFromCookie(declaration, category, where) ? undefined : 'drop',
  ];
  return actions.reduce<ActionKind>((worst, one) => (one && strictness(one) > strictness(worst) ? one : worst), 'keep');
}

/** The clause that promises not to take the category. */
export function excludedBy({ excluded }: Declaration, category: CategoryId): string | undefined {
  return excluded.find((entry) => entry.category === category)?.clause;
}

/** How a reason names the baseline where it is what holds a field back. */
const BASELINE_CLAUSE = 'baseline';

/** Why nothing justifies a category. */
export function reasonWithout(
  declaration: Declaration,
  switches: Switches,
  category: CategoryId,
  where: Circumstances = {},
): Reason {
  const excluded = excludedBy(declaration, category);
  if (excluded !== undefined) return { kind: 'excluded', clause: excluded };
  const { baseline, ...declared } = where;
  const isByHost = baseline !== undefined && justification(declaration, switches, category, declared) !== undefined;
  return isByHost ? { kind: 'no-purpose', clause: BASELINE_CLAUSE } : { kind: 'no-purpose' };
}

/** Whether a reason says that the baseline holds back what the declaration would let leave. */
export function isByBaseline({ kind, clause }: Reason): boolean {
  return kind === 'no-purpose' && clause === BASELINE_CLAUSE;
}

/** What leaves of a category under these switches, by the ladder's steps 4 and 5: the field's ordinary fate. */
export function outcome(
  rules: Rules,
  declaration: Declaration,
  switches: Switches,
  category: CategoryId,
  where: Circumstances = {},
): ActionKind {
  if (FLOOR.has(category)) return 'drop';
  const why = justification(declaration, switches, category, where);
  if (!why) return withoutPurpose(rules, declaration, category, where);
  return why.granularity === 'exact' ? 'keep' : 'generalize';
}

/** Precompiles a service's policy. `service` that no file names is held to the baseline. */
export function compilePolicy(
  rules: Rules,
  service: string,
  choices: ServiceChoices,
  where: Omit<Circumstances, 'place'> = {},
): CompiledPolicy {
  const declaration = declarationOf(rules, service);
  const switches = switchesOf(declaration, choices.purposes);
  const blocked = choices.mode === 'block';
  const views = new Map<string, PolicyView>();
  const at = (place: Place, isMapped = false): PolicyView => {
    const name = isMapped ? `${place} mapped` : place;
    const view = views.get(name) ?? viewOf(rules, declaration, switches, { ...where, place, isMapped }, blocked);
    views.set(name, view);
    return view;
  };
  return Object.freeze({ declaration, switches, at });
}

function viewOf(rules: Rules, declaration: Declaration, switches: Switches, where: Circumstances, blocked: boolean): PolicyView {
  const justified = new Map<CategoryId, Justification>();
  const without = new Map<CategoryId, ActionKind>();
  const reasons = new Map<CategoryId, Reason>();
  for (const category of rules.categories.keys()) {
    const why = justification(declaration, switches, category, where);
    if (why) justified.set(category, Object.freeze(why));
    else reasons.set(category, Object.freeze(reasonWithout(declaration, switches, category, where)));
    without.set(category, withoutPurpose(rules, declaration, category, where));
  }
  return Object.freeze({
    justification: (category: CategoryId) => justified.get(category),
    without: (category: CategoryId) => without.get(category) ?? 'drop',
    reasonWithout: (category: CategoryId) => reasons.get(category),
    // Of a cookie that the policy limits, what no rule names is no identifier to be replaced: it stays.
    hasFieldMap: declaration.fields.length > 0 || (where.place === 'cookie' && declaration.cookies !== undefined),
    declared: declaration !== rules.baseline && where.baseline === undefined,
    blocked,
  });
}
