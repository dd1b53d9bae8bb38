// Which of the household's instructions counts for one field: the most specific one.
import type { CategoryId, Override } from '../model.js';

/** The most specific instruction for a field: path before category, and one for a device before one for all. */
export function pickOverride(
  byPath: readonly Override[],
  byCategory: readonly Override[],
  category: CategoryId,
  device: string,
): Override | undefined {
  const applies = (o: Override): boolean => o.device === undefined || o.device === device;
  const names = (o: Override): boolean => o.category === category || (o.category === undefined && o.device !== undefined);
  const candidates = [...byPath.filter(applies), ...byCategory.filter((o) => names(o) && applies(o))];
  return candidates.sort((a, b) => specificity(b) - specificity(a))[0];
}

function specificity(o: Override): number {
  return (o.path === undefined ? 0 : 4) + (o.device === undefined ? 0 : 2) + (o.category === undefined ? 0 : 1);
}
