// Fields that the household has named: kept as instructions, whose action is what the ladder gives the category now.

import type { Override, Rules, ServiceChoices } from '../model.js';
import { declarationOf, outcome, switchesOf } from '../policy/justify.js';

/** Prefix of the names of instructions that say what a field is. */
export const NAMED_PREFIX = 'named:';
/** Prefix of those that keep a field back for good. */
export const KEPT_BACK_PREFIX = 'hold:';

/**
 * The instructions, with those that name a field carried out under the switches as they stand. Of several for the very same place the
 * last counts: what is let through for ten minutes is let through, also where the hub holds it back.
 */
export function carriedOut(
  overrides: readonly Override[],
  rules: Rules,
  choices: Readonly<Record<string, ServiceChoices>>,
): Override[] {
  const last = new Map(overrides.map((one) => [placeOf(one), one]));
  const standing = overrides.filter((one) => one.path === undefined || last.get(placeOf(one)) === one);
  return standing.map((override) => {
    const { id, service, category } = override;
    if (!id.startsWith(NAMED_PREFIX) || service === undefined || category === undefined) return override;
    return { ...override, action: actionNow(rules, choices, service, category) };
  });
}

function placeOf({ service, device, in: place = 'body', path }: Override): string {
  return JSON.stringify([service, device, place, path]);
}

/** What happens to a category of a service under the household's switches. */
export function actionNow(
  rules: Rules,
  choices: Readonly<Record<string, ServiceChoices>>,
  service: string,
  category: NonNullable<Override['category']>,
): Override['action'] {
  const declaration = declarationOf(rules, service);
  return outcome(rules, declaration, switchesOf(declaration, choices[service]?.purposes ?? {}), category);
}
