// A declaration with the household's switches applied: which category is justified by which purpose.
import {
  type ActionKind,
  type CategoryId,
  type Declaration,
  FLOOR,
  type Need,
  type Purpose,
  type Rules,
  type ServiceChoices,
  strictness,
} from '../model.js';

/** Every purpose of a declaration, and whether it is on. */
export type Switches = ReadonlyMap<string, boolean>;

export interface Justification {
  readonly purpose: string;
  readonly clause: string;
  readonly granularity: 'exact' | 'coarse';
}

/** What the ladder asks (`PolicyView` of policy/decide.ts), precompiled for one service. */
export interface CompiledPolicy {
  readonly declaration: Declaration;
  readonly switches: Switches;
  readonly justified: ReadonlyMap<CategoryId, Justification>;
  justification(category: CategoryId): Justification | undefined;
  /** What happens where nothing justifies the category: the taxonomy's action, or the service's stricter one. */
  without(category: CategoryId): ActionKind;
  /** Whether somebody has read its policy. */
  readonly declared: boolean;
  /** Whether the service's wire form is known. */
  readonly hasFieldMap: boolean;
  readonly blocked: boolean;
}

/** The declaration of a service; the baseline where no file names it. */
export function declarationOf(rules: Rules, service: string): Declaration {
  return rules.services.get(service) ?? rules.baseline;
}

/** Defaults with the household's choices over them; a choice for a purpose that the declaration does not have counts for nothing. */
export function switchesOf(declaration: Declaration, choices: ServiceChoices['purposes']): Switches {
  const chosen = (id: string, otherwise: boolean) => (Object.hasOwn(choices, id) ? choices[id]! : otherwise);
  return new Map(declaration.purposes.map((purpose) => [purpose.id, chosen(purpose.id, purpose.default)]));
}

/**
 * The finest granularity among the purposes that are on and for which the category is necessary (ladder, step 4). Of equal ones a
 * declared purpose speaks before an implied one, then the order of the declaration. The floor is never justified.
 */
export function justification(declaration: Declaration, switches: Switches, category: CategoryId): Justification | undefined {
  if (FLOOR.has(category)) return undefined;
  let best: { readonly purpose: Purpose; readonly need: Need } | undefined;
  for (const purpose of declaration.purposes) {
    if (switches.get(purpose.id) !== true) continue;
    for (const need of purpose.needs) {
      if (need.category !== category || !need.necessary) continue;
      if (!best || rank(purpose, need) > rank(best.purpose, best.need)) best = { purpose, need };
    }
  }
  return best && { purpose: best.purpose.id, clause: best.need.clause, granularity: best.need.granularity };
}

function rank(purpose: Purpose, need: Need): number {
  return (need.granularity === 'exact' ? 2 : 0) + (purpose.ground === 'declared' ? 1 : 0);
}

/** What happens to a category that nothing justifies: the stricter of the taxonomy's action and the service's own. */
export function withoutPurpose(rules: Rules, declaration: Declaration, category: CategoryId): ActionKind {
  const base = rules.categories.get(category)?.withoutPurpose ?? 'drop';
  const own = declaration.stricter[category] ?? base;
  return strictness(own) > strictness(base) ? own : base;
}

/** What leaves of a category under these switches, by the ladder's steps 4 and 5: the field's ordinary fate. */
export function outcome(rules: Rules, declaration: Declaration, switches: Switches, category: CategoryId): ActionKind {
  if (FLOOR.has(category)) return 'drop';
  const why = justification(declaration, switches, category);
  if (!why) return withoutPurpose(rules, declaration, category);
  return why.granularity === 'exact' ? 'keep' : 'generalize';
}

/** Precompiles a service's policy. `service` that no file names is held to the baseline. */
export function compilePolicy(rules: Rules, service: string, choices: ServiceChoices): CompiledPolicy {
  const declaration = declarationOf(rules, service);
  const switches = switchesOf(declaration, choices.purposes);
  const justified = new Map<CategoryId, Justification>();
  const without = new Map<CategoryId, ActionKind>();
  for (const category of rules.categories.keys()) {
    const why = justification(declaration, switches, category);
    if (why) justified.set(category, Object.freeze(why));
    without.set(category, withoutPurpose(rules, declaration, category));
  }
  return Object.freeze({
    declaration,
    switches,
    justified,
    justification: (category: CategoryId) => justified.get(category),
    without: (category: CategoryId) => without.get(category) ?? 'drop',
    declared: declaration !== rules.baseline,
    hasFieldMap: declaration.fields.length > 0,
    blocked: choices.mode === 'block',
  });
}
