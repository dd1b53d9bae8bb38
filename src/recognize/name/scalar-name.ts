// What names a body that is one value: the last telling level of its topic or path (`…/wifi/password` with `pizza` as payload).
import type { CategoryId } from '../../model.js';
import type { Kit } from '../kit.js';
import type { NameWords } from './words.js';

/** Levels looked back for one that says something: what lies before them names something else. */
const LEVELS_MAX = 3;
/** Digits that make a level an identifier: `tasmota_5A31F0`, a serial number, a MAC. */
const IDENTIFIER_DIGITS = 4;
/** Categories whose values are free text: a name before them is all that tells. */
export const FREE_TEXT: ReadonlySet<CategoryId> = new Set<CategoryId>([
  'wifi_ssid',
  'wifi_password',
  'setup_code',
  'private_key',
  'person_name',
  'hostname',
]);
/** Categories that the values themselves confirm: only a text with digits is one. */
export const SELF_TELLING: ReadonlySet<CategoryId> = new Set<CategoryId>([
  'router_mac',
  'device_mac',
  'bluetooth_mac',
  'ip_address',
  'phone',
  'location_precise',
  'imei_iccid',
]);
/** What says by itself what a `state` or `value` behind it is of (`wifi_signal/state`). */
const TELLING: ReadonlySet<CategoryId> = new Set<CategoryId>([
  ...FREE_TEXT,
  ...SELF_TELLING,
  'signal_strength',
  'radio_identifier',
  'serial_number',
  'email',
]);

/** A level as a name. */
interface LevelName {
  readonly name: string;
  readonly category: CategoryId | undefined;
  /** Its value decides whether it is that. */
  readonly ambiguous: boolean;
}

/**
 * The name that counts for a body that is one value, made only of words that the rules know (so that it can be remembered and shown);
 * undefined where no level says anything. `levels`: those of a topic, or the segments of a path, decoded.
 */
export function scalarName(levels: readonly string[], kit: Kit): string | undefined {
  const last = levels.length - 1;
  let found: LevelName | undefined;
  for (let i = last; i >= Math.max(0, last + 1 - LEVELS_MAX); i -= 1) {
    const level = nameOfLevel(levels[i]!, levels[i - 1], kit);
    if (level === undefined) continue;
    const { category, ambiguous } = level;
    const isTelling = category !== undefined && TELLING.has(category) && !ambiguous;
    if (isTelling) return level.name;
    if (!isFiller(levels[i]!, kit)) return (found ?? (category === undefined ? undefined : level))?.name;
    if (category !== undefined) found ??= level;
  }
  return found?.name;
}

/** The name of a level, with the words of the one before it where it says another thing with them. */
function nameOfLevel(level: string, levelBefore: string | undefined, kit: Kit): LevelName | undefined {
  const { names } = kit;
  const words = knownWords(level, kit);
  if (words.length === 0) return undefined;
  const own = names.words(words.join(' '));
  const before = levelBefore === undefined ? [] : knownWords(levelBefore, kit);
  const enclosing: NameWords[] = before.length === 0 ? [] : [names.words(before.join(' '))];
  const alone = names.classify(own)?.category;
  const category = names.classify(own, enclosing)?.category;
  const name = (category === alone ? words : [...before, ...words]).join(' ');
  return category === undefined ? { name, category: names.doubt(own), ambiguous: true } : { name, category, ambiguous: false };
}

/** The words of a level that the rules know, without how its content is written (`ssid.json`); none of an identifier. */
function knownWords(level: string, { names, vocabulary }: Kit): readonly string[] {
  if ((level.match(/\d/g)?.length ?? 0) >= IDENTIFIER_DIGITS) return [];
  const words = names.words(level).words.filter((word) => word.length > 1 && names.knows(word));
  const formats = vocabulary.set('format_suffixes');
  const end = words.findLastIndex((word) => !formats.has(word));
  return words.slice(0, end + 1);
}

/** A level that only says which part of the one before it, or what to do with it: `state`, `get`, `value`. */
function isFiller(level: string, { names, vocabulary }: Kit): boolean {
  return vocabulary.set('path_verbs').has(level.toLowerCase()) || names.words(level).head < 0;
}
