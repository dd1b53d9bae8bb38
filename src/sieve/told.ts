// Which name speaks for a field: its own, written another way; a sibling's value; the place where it stands.
import type { CategoryId, Node } from '../model.js';
import { undoEscapes, undoReferences } from '../payload/tokens.js';
import type { Field } from './field.js';
import { ANY_VALUE } from './meaning.js';
import { roleOf } from './roles.js';
import { isKeyText } from './structure.js';

/** The name that one member gives to the others; `only`: no member says that it is the value. */
interface ToldName {
  readonly name: string;
  readonly only: boolean;
}

/** `{"k":"ssid","v":…}`: the name that one member gives to another. */
export function toldName(members: readonly Node[], field: Field): ToldName | undefined {
  const given: string[] = [];
  const longer: string[] = [];
  let values = false;
  for (const member of members) {
    const known = field.known(member.name!);
    const role = known ? known.role : roleOf(member.name!);
    if (role === 'value' || VALUE_NAME.test(member.name!)) values = true;
    else if (role === 'name' || NAME_PATH.test(member.name!)) given.push(nameIn(member) ?? '');
    else if (LONGER_NAME.test(member.name!) && !namesThing(member, field)) longer.push(nameIn(member) ?? '');
  }
  const texts = [...given, ...(values ? longer : [])].filter((text) => text !== '');
  if (texts.length === 0) return undefined;
  const { names } = field.rules;
  // Of several (`{"type":"string","name":"ssid","value":…}`) the one that says something.
  const said = texts.map((text) => names.classify(names.words(text))?.category);
  let at = said.findIndex((category) => category !== undefined && !OPERATIONAL.has(category));
  if (at < 0) at = texts.findIndex((text) => names.doubt(names.words(text)) !== undefined);
  if (at < 0 && given.length > 0) at = 0;
  if (at < 0) return undefined;
  if (values) return { name: texts[at]!, only: false };
  return said[at] !== undefined && GIVEN_BY_NAME.has(said[at]!) ? { name: texts[at]!, only: true } : undefined;
}

/** Is the member the name of a device or of somebody, and none of a field? */
function namesThing(member: Node, field: Field): boolean {
  return isThing(field.naming(member.name!)?.category);
}

function isThing(category: CategoryId | undefined): boolean {
  return category === 'device_name' || category === 'person_name' || category === 'device_model';
}

/** May a member of this name, which says `category`, hold another one's name where a third holds the value? */
export function mayNameValue(name: string, category: CategoryId | undefined): boolean {
  return LONGER_NAME.test(name) && !isThing(category);
}

/** Members that may hold a field's name under a longer one, where another holds the value (`StateName`, `unique_id`). */
const LONGER_NAME =
  /(?:^|[_-])(?:name|key|attr|attribute|field|param|parameter|property|metric|slug|(?:unique|object|sensor)_?id|(?:value|sensor|data|measurement)_?type)$|(?:Name|Key|Attr|Attribute|Field|Param|Parameter|Property|Metric)$/;
/** What says of a value no more than its shape. */
const OPERATIONAL: ReadonlySet<CategoryId> = new Set<CategoryId>([...ANY_VALUE, 'device_model', 'firmware_version']);

/** `<key>…</key><string>…</string><key>…`: for each value of such a row the name before it; undefined for other objects. */
export function namesInTurn(members: readonly Node[], field: Field): ReadonlyMap<Node, string> | undefined {
  const first = members[0];
  if (first?.kind === 'string' && CELLS.has(first.name!)) return cellsInTurn(members, field);
  if (members.length < 4 || first?.kind !== 'string' || members[2]!.name !== first.name || roleOf(first.name!) !== 'name')
    return undefined;
  const found = new Map<Node, string>();
  for (let i = 0; i + 1 < members.length; i += 2) {
    const name = members[i]!;
    if (name.name !== first.name || name.kind !== 'string') return undefined;
    if (isKeyText(name.text)) found.set(members[i + 1]!, name.text);
  }
  return found;
}

/** Elements of a page that stand side by side, the name in one and the value in the next (`<td>SSID</td><td>…</td>`). */
const CELLS = new Set([
  'td',
  'th',
  'dt',
  'dd',
  'li',
  'span',
  'b',
  'p',
  'div',
  'label',
  'strong',
  'string',
  'cell',
  'c',
  'em',
  'i',
]);

function cellsInTurn(members: readonly Node[], field: Field): ReadonlyMap<Node, string> | undefined {
  const cells = members.filter(({ name, kind }) => kind === 'string' && CELLS.has(name!));
  if (cells.length < 2) return undefined;
  const { names } = field.rules;
  const found = new Map<Node, string>();
  for (let i = 0; i + 1 < cells.length; i += 1) {
    const name = cells[i]!.text.replace(/[\s:：]{1,8}$/, '');
    if (!isKeyText(name) || names.classify(names.words(name)) === undefined) continue;
    found.set(cells[i + 1]!, name);
    i += 1; // what is a value names nothing
  }
  return found.size > 0 ? found : undefined;
}

/** Members that hold a value under a longer name (`string_value`), and a name as a path (JSON Patch, RFC 6902). */
export const VALUE_NAME =
  /(?:^|_)(?:value|val|reading)s?$|(?:Value|Val)$|^value_?(?:as_?)?(?:str(?:ing)?|text|num(?:ber)?|int(?:eger)?|float|double|bool(?:ean)?|raw|localized)$/i;
export const NAME_PATH = /^(?:path|pointer|selector|xpath|topic)$/i;
/** What a member that is no value's name may still be, when a sibling names it: free text that nothing else shows. */
const GIVEN_BY_NAME: ReadonlySet<CategoryId> = new Set<CategoryId>(['wifi_ssid', 'wifi_password', 'setup_code', 'private_key']);

/** The name that a member gives: its text, its texts in a row, or the name in an object of its own. */
function nameIn(member: Node): string | undefined {
  if (member.kind === 'string') {
    const text = member.text.replace(/^[/$.]+/, '');
    return isKeyText(text) ? text : undefined;
  }
  if (member.kind === 'array') {
    const parts = member.children ?? [];
    const text = parts.map((p) => p.text).join(' ');
    return parts.length <= 4 && parts.every((p) => p.kind === 'string') && isKeyText(text) ? text : undefined;
  }
  if (member.kind !== 'object') return undefined;
  const inner = member.children?.find((m) => m.kind === 'string' && roleOf(m.name!) === 'name');
  return inner && isKeyText(inner.text) ? inner.text : undefined;
}

export function speaksFor(told: ToldName, child: Field, name: string): boolean {
  const said = child.named?.category;
  if (!told.only) return child.role === 'value' || ((said === undefined || OPERATIONAL.has(said)) && VALUE_NAME.test(name));
  return child.named === undefined && child.role === undefined;
}

/** The field as the name says; as it was, where the name says nothing and what encloses it does (`{"ssid":{"type":"Buffer","data":…}}`). */
export function spoken(child: Field, name: string, field: Field): Field {
  const as = child.as(name);
  return as.named === undefined && child.named !== undefined && child.named === field.named ? child : as;
}

/** A name that says nothing as it stands: written another way (`%73sid`), or one letter under a name that speaks (`{"ssid":{"x":…}}`). */
export function plainName(child: Field, name: string, field: Field): Field {
  const meant = meantName(name);
  if (meant !== undefined) return child.as(meant);
  const category = field.mapped ?? field.named?.category;
  return category === 'wifi_ssid' && OPAQUE_NAME.test(name) ? child.as('ssid') : child;
}

export const OPAQUE_NAME = /^\p{L}{1,2}\d{0,2}$/u;

/** Shortest and longest name that is looked for in an encoding: `ssid` in hexadecimal digits, 48 letters in base64. */
const ENCODED_MIN = 8;
const ENCODED_MAX = 64;
const HEX_NAME = /^(?:[0-9a-f]{2}){4,32}$/i;
/** Base64 of a word has letters of either case and digits, or its padding. */
const BASE64_NAME = /^(?=.*=$|(?=.*\d)(?=.*[a-z]).*[A-Z])[A-Za-z0-9+/]+={0,2}$/;
/** A name as programmers write them. */
const PLAIN_NAME = /^[A-Za-z][A-Za-z0-9_. -]{2,}$/;

/** The name that is meant by one written in percent sequences, references, escapes, base64 or hexadecimal digits; undefined for others. */
export function meantName(name: string): string | undefined {
  if (name.includes('%')) return undone(undone(name));
  const text = undoReferences(name)?.text ?? undoEscapes(name)?.text;
  if (text !== undefined) return text;
  if (name.length < ENCODED_MIN || name.length > ENCODED_MAX) return undefined;
  const coding = HEX_NAME.test(name) ? 'hex' : name.length % 4 === 0 && BASE64_NAME.test(name) ? 'base64' : undefined;
  const said = coding && Buffer.from(name, coding).toString('latin1');
  return said !== undefined && PLAIN_NAME.test(said) ? said : undefined;
}

function undone(name: string): string {
  return name.replace(/(?:%[0-9a-fA-F]{2})+/g, (run) => Buffer.from(run.replaceAll('%', ''), 'hex').toString('utf8'));
}

/** A name with a number in it, and the part that says which of a row it is for. */
const NUMBERED = /^(\D*?)[[_.-]*(\d{1,3})[\]_.-]*(?:\[?([a-z_]{1,16})\]?)?$/i;

const NUMBERED_MAX = 64;

/** What a numbered name is in its row (`k[0]`, `value_1`, `params[2][name]`), and which row that is; undefined for other names. */
export function numberedRole(name: string): { readonly role: 'name' | 'value'; readonly row: string } | undefined {
  const match = name.length <= NUMBERED_MAX ? NUMBERED.exec(name) : null;
  if (match === null) return undefined;
  const role = roleOf(match[3] ?? match[1]!);
  return role && { role, row: match[3] === undefined ? match[2]! : `${match[1]} ${match[2]}` };
}

/** `k[0]=ssid&v[0]=…`: for each value of such rows the name beside it; undefined where there are none. */
export function numberedNames(members: readonly Node[]): ReadonlyMap<Node, string> | undefined {
  let given: Map<string, string> | undefined;
  for (const { kind, name, text } of members) {
    const found = kind === 'string' && isKeyText(text) ? numberedRole(name!) : undefined;
    if (found?.role !== 'name') continue;
    given ??= new Map();
    given.set(found.row, text);
  }
  if (given === undefined) return undefined;
  const found = new Map<Node, string>();
  for (const member of members) {
    const value = numberedRole(member.name!);
    const name = value?.role === 'value' ? given.get(value.row) : undefined;
    if (name !== undefined) found.set(member, name);
  }
  return found.size > 0 ? found : undefined;
}

/** A member whose name is the value, because of where it stands: below the name of a network, or a container in a scan's list. */
export function namedByPlace(member: Node, field: Field): CategoryId | undefined {
  const category = field.covered ?? field.mapped ?? field.named?.category;
  if (category !== 'wifi_ssid' && category !== 'neighbour_scan') return undefined;
  const name = member.name!;
  if (name.length < WRITTEN_MIN || roleOf(name) !== undefined) return undefined;
  const holds = member.children !== undefined || WRITTEN.test(name);
  if (!holds) return undefined;
  const { names } = field.rules;
  const words = names.words(name);
  return words.head < 0 || names.classify(words) !== undefined ? undefined : category;
}

/** Shorter names are a programmer's. */
const WRITTEN_MIN = 5;
/** Looks like something people wrote rather than a programmer: capitals at the beginning, marks, digits after words. */
const WRITTEN = /^\p{Lu}|[\s-]/u;
