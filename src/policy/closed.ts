// What no rule can open (rules/README.md, "What rules cannot open"): the floor under every file of rules, whoever wrote it. A file that
// tries is named by `hubsieve check`, and what it tries does not count where the file is in use.
import {
  type Category,
  type CategoryId,
  CLOSED_TO_RULES,
  type Declaration,
  type FieldRule,
  FLOOR,
  type Purpose,
  type Rules,
  strictness,
} from '../model.js';
import { parseSelector } from '../recognize/field-map/json-path.js';
import { NameClassifier } from '../recognize/name/patterns.js';
import { Vocabulary } from '../recognize/vocabulary.js';

/** Names that say a closed category in every taxonomy: a list of names without them lets the thing itself go under its own name. */
const PLAIN_NAMES: readonly (readonly [name: string, category: CategoryId])[] = [
  ['ssid', 'wifi_ssid'],
  ['wifiSSID', 'wifi_ssid'],
  ['wifi_name', 'wifi_ssid'],
  ['bssid', 'router_mac'],
  ['routerMac', 'router_mac'],
  ['wifiList', 'neighbour_scan'],
  ['mac', 'device_mac'],
  ['macAddress', 'device_mac'],
  ['deviceMac', 'device_mac'],
  ['bluetoothMac', 'bluetooth_mac'],
  ['cardNumber', 'payment'],
  ['iban', 'payment'],
  ['wifiPassword', 'wifi_password'],
  ['psk', 'wifi_password'],
  ['setupCode', 'setup_code'],
  ['pairing_code', 'setup_code'],
  ['privateKey', 'private_key'],
  ['networkKey', 'private_key'],
];

/** The mildest that may happen to a closed category without a purpose: a device's own address may leave as a stand-in. */
export function mildestOf(category: CategoryId): 'drop' | 'pseudonymize' {
  return category === 'device_mac' || category === 'bluetooth_mac' ? 'pseudonymize' : 'drop';
}

/** The first plain name that the taxonomy does not give its closed category; undefined: it knows them all. */
export function misnamed(names: NameClassifier): { readonly name: string; readonly category: CategoryId } | undefined {
  const found = PLAIN_NAMES.find(([name, category]) => names.classify(names.words(name))?.category !== category);
  return found && { name: found[0], category: found[1] };
}

/** The names of a taxonomy, to ask what a field's name says. */
export function namesOf(
  categories: Iterable<Pick<Category, 'id' | 'names' | 'withoutPurpose'>>,
  vocabulary: Rules['vocabulary'],
): NameClassifier {
  return new NameClassifier(categories, new Vocabulary(vocabulary));
}

/** What the last name of a field map's path says, with the two before it. */
export function saidByPath(path: string, names: NameClassifier): CategoryId | undefined {
  const parsed = parseSelector(path);
  if (!parsed.ok) return undefined;
  const said = parsed.steps.flatMap(({ choices }) => (choices[0]?.kind === 'name' ? [names.words(choices[0].name)] : []));
  const last = said.at(-1);
  return last && names.classify(last, said.slice(-3, -1))?.category;
}

/** Whether a path ends in a wildcard that takes whatever is put there: `$..*`, `$.data.*`, `$[*]`. */
export function isOpenEnded({ path, category }: FieldRule): boolean {
  const parsed = parseSelector(path);
  if (!parsed.ok) return false;
  const { steps } = parsed;
  const isAny = (at: number): boolean => steps.at(at)?.choices.some(({ kind }) => kind === 'any') ?? false;
  if (!isAny(-1)) return false;
  const isNamed = steps.at(-2)?.choices.some(({ kind }) => kind === 'name') ?? false;
  // A list of identifiers is one thing under one name; a list of readings is a place where anything may stand.
  return !isNamed || steps.at(-1)!.deep || !LISTS.has(category);
}

/** Categories of which a device sends lists under one name, or that a wildcard only closes. */
const LISTS: ReadonlySet<CategoryId> = new Set<CategoryId>([
  ...CLOSED_TO_RULES,
  'device_identifier',
  'account_identifier',
  'serial_number',
  'radio_identifier',
  'ip_address',
  'hostname',
  'device_name',
]);

/** Whether the line of a field map counts: it opens nothing that rules cannot open. */
export function isHonoured(rule: FieldRule, names: NameClassifier): boolean {
  if (CLOSED_TO_RULES.has(rule.category)) return true;
  if (isOpenEnded(rule)) return false;
  const said = saidByPath(rule.path, names);
  return said === undefined || !CLOSED_TO_RULES.has(said);
}

/** A declaration without what it cannot open. */
export function closeDeclaration(declaration: Declaration, names: NameClassifier): Declaration {
  const purposes = declaration.purposes.map(closePurpose);
  return { ...declaration, purposes, fields: declaration.fields.filter((rule) => isHonoured(rule, names)) };
}

function closePurpose(purpose: Purpose): Purpose {
  if (!purpose.needs.some(({ category, necessary }) => necessary && CLOSED_TO_RULES.has(category))) return purpose;
  const needs = purpose.needs.map((need) => (CLOSED_TO_RULES.has(need.category) ? { ...need, necessary: false } : need));
  return { ...purpose, needs };
}

/** All rules without what they cannot open. */
export function closeRules(rules: Rules): Rules {
  const names = namesOf(rules.categories.values(), rules.vocabulary);
  const services = [...rules.services].map(([id, service]) => [id, closeDeclaration(service, names)] as const);
  return { ...rules, services: new Map(services), baseline: closeDeclaration(rules.baseline, names) };
}

/** Whether an action for a closed category is milder than any rule may make it. */
export function isTooMild({ id, withoutPurpose }: Pick<Category, 'id' | 'withoutPurpose'>): boolean {
  return CLOSED_TO_RULES.has(id) && !FLOOR.has(id) && strictness(withoutPurpose) < strictness(mildestOf(id));
}
