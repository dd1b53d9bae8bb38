// The record of a message with very many fields: what was decided alike is written once.
import type { Decision } from '../model.js';

/**
 * Longest list of decisions that is recorded as it is. A device's report has below a hundred; 50,000 of them would hold up the hub for
 * each of the places that count, mark and write them, and take 10 MB of the log.
 */
export const DECISIONS_MAX = 2048;

/** `$['a'][3]['b']` as `$['a'][*]['b']`; indexes inside a name stay. */
const INDEX = /('(?:[^'\\]|\\.)*')|\[\d+\]/g;
/** Everything below a place (RFC 9535, 2.5.2). */
const ALL = '$..*';

/**
 * The list itself up to `DECISIONS_MAX`. Past it, elements of an array that met the same fate stand as one, `[*]` for their indexes; where
 * even those are too many, all fields of one category and fate stand as `$..*`. In the order in which each was first met.
 */
export function foldDecisions(decisions: readonly Decision[]): readonly Decision[] {
  if (decisions.length <= DECISIONS_MAX) return decisions;
  const byPlace = folded(decisions, ({ path }) => path.replace(INDEX, (_, name?: string) => name ?? '[*]'));
  return byPlace.length <= DECISIONS_MAX ? byPlace : folded(byPlace, () => ALL);
}

function folded(decisions: readonly Decision[], pathOf: (decision: Decision) => string): Decision[] {
  const met = new Map<string, Decision>();
  for (const decision of decisions) {
    const path = pathOf(decision);
    const { category, by, action, reason } = decision;
    const key = [path, decision.in, category, by, action, reason.kind, reason.purpose, reason.clause].join('\0');
    if (!met.has(key)) met.set(key, Object.freeze({ in: decision.in, path, category, by, action, reason }));
  }
  return [...met.values()];
}
