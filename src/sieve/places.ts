// Numbers that together are a place: pairs, corners and tracks under names that speak of one, members that say nothing by themselves.
import { isCoordinatePair } from '../classify/values.js';
import type { Node } from '../model.js';
import type { Field } from './field.js';
import { OPAQUE_NAME } from './told.js';

/** Words of names under which decimals in a row are places. */
const PLACE_WORDS = new Set(
  'location loc position pos geo gps place point coordinates coordinate coords coord home bbox bounds extent polygon route track geofence fence'.split(
    ' ',
  ),
);

export function speaksOfPlace(field: Field): boolean {
  return field.named?.category === 'location_precise' || (field.words?.words.some((word) => PLACE_WORDS.has(word)) ?? false);
}

/** Names for the numbers of a position; undefined for other numbers. */
export function coordinateNames(node: Node, field: Field): readonly string[] | undefined {
  const all = node.children!;
  const [a, b, ...more] = all;
  if (!a || !b || a.kind !== 'number' || b.kind !== 'number' || !isCoordinatePair(a.text, b.text)) return undefined;
  // A third number is an altitude only where the name speaks of a place: three readings are no position.
  if (more.length <= 1)
    return more.length === 0 || field.named?.category === 'location_precise' ? ['latitude', 'longitude', 'altitude'] : undefined;
  const corners = all.length % 2 === 0 && speaksOfPlace(field) && all.every((n, i) => i % 2 === 1 || isPair(n, all[i + 1]!));
  return corners ? all.map((_, i) => (i % 2 === 0 ? 'latitude' : 'longitude')) : undefined;
}

function isPair(a: Node, b: Node): boolean {
  return a.kind === 'number' && b.kind === 'number' && isCoordinatePair(a.text, b.text);
}

/** `{"location":{"x":48.13…,"y":11.57…}}`: two decimals of a place under names that say nothing. */
export function isPlace(members: readonly Node[], field: Field): boolean {
  const [a, b, ...more] = members;
  if (a === undefined || b === undefined || more.length > 1 || !OPAQUE_NAME.test(a.name!) || !OPAQUE_NAME.test(b.name!))
    return false;
  return isPair(a, b) && speaksOfPlace(field);
}
