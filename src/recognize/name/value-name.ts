// Names that are values because of where they stand: a network's name as a key, `{"ssids":{"Blue Heron":{"rssi":-40}}}`.
import type { CategoryId } from '../../model.js';
import type { Kit } from '../kit.js';

/** Shorter names are a programmer's. */
const LENGTH_MIN = 5;
/** Looks like something people wrote rather than a programmer: capitals at the beginning, blanks, hyphens. */
const WRITTEN = /^\p{Lu}|[\s-]/u;

/**
 * What a member's name itself is, below a container of the category `enclosing`: undefined for a name of a field. `isContainer`: the
 * member holds others.
 */
export function valueName(
  name: string,
  isContainer: boolean,
  enclosing: CategoryId | undefined,
  { names, vocabulary }: Kit,
): CategoryId | undefined {
  if (enclosing !== 'wifi_ssid' && enclosing !== 'neighbour_scan') return undefined;
  if (name.length < LENGTH_MIN || !(isContainer || WRITTEN.test(name))) return undefined;
  const folded = name.toLowerCase();
  if (vocabulary.set('name_members').has(folded) || vocabulary.set('value_members').has(folded)) return undefined;
  const words = names.words(name);
  return words.head < 0 || names.classify(words) !== undefined ? undefined : enclosing;
}
