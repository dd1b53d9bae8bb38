// What a household chose under an earlier taxonomy, under today's: kinds of data that got a name of their own keep what was chosen for the
// kind they were counted as.
import type { CategoryId } from '../../model.js';
import { type ChoiceState, type GivenOverride, TAXONOMY } from './state.js';

/** What a category was counted as before the second taxonomy. */
const COUNTED_AS: readonly (readonly [category: CategoryId, before: CategoryId])[] = [
  ['birth', 'user_text'],
  ['browsing', 'user_text'],
  ['contacts_family', 'user_text'],
  ['organization', 'account_identifier'],
  ['payment', 'account_identifier'],
  ['identity_document', 'account_identifier'],
  ['access_code', 'credential'],
  ['analytics_cookie', 'advertising_identifier'],
  ['cell_location', 'neighbour_scan'],
];

/** The same choices under today's taxonomy. */
export function upgradeChoices(state: ChoiceState): ChoiceState {
  if ((state.taxonomy ?? 1) >= TAXONOMY) return state;
  return { ...state, taxonomy: TAXONOMY, overrides: state.overrides.flatMap(withSuccessors) };
}

/** An instruction about a whole category, and the same for each that was counted as it. One about a path means that path. */
function withSuccessors(override: GivenOverride): readonly GivenOverride[] {
  if (override.path !== undefined) return [override];
  const successors = COUNTED_AS.filter(([, before]) => before === override.category).map(([category]) => category);
  return [override, ...successors.map((category) => ({ ...override, id: `${override.id}+${category}`, category }))];
}
