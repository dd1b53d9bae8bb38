// Values whose meaning stands beside them: key/value lists, name/value pairs, values cut into characters or bytes, pairs of
// coordinates. Each is found from the container; the walk then judges the parts as the whole that they are.
import type { NameClassifier } from '../classify/names.js';
import type { Node } from '../model.js';

/** Members that hold a field's name in a key/value object, and those that hold its value. */
const NAME_MEMBERS = new Set(
  'k key name n id code type attr attribute param parameter property prop field tag label variable var metric signal item option setting topic qualifiedname identifier datapoint dp'.split(
    ' ',
  ),
);
const VALUE_MEMBERS = new Set(
  'v value val values data content state current text string str raw payload vs sv vb vd stringvalue'.split(' '),
);
/** Longest text that is taken for a field's name. */
const NAME_LENGTH_MAX = 64;
/** Most members of an object that is taken for one key with one value. */
const KEY_VALUE_MEMBERS_MAX = 8;
/** Fewest elements of a text cut into characters or byte values. */
const CUT_MIN = 4;
/** Most elements joined again; a longer array is data. */
const CUT_MAX = 4096;

/** `{"k":"ssid","v":"…"}`: the member nodes that hold the value, and the name they have. */
export function keyValue(object: Node): { name: string; values: ReadonlySet<Node> } | undefined {
  const members = object.children;
  if (!members || members.length < 2 || members.length > KEY_VALUE_MEMBERS_MAX) return undefined;
  let name: string | undefined;
  let values: Set<Node> | undefined;
  for (const member of members) {
    const key = member.name!.toLowerCase().replace(/^[@#]/, ''); // XML: `@name`, `#text`
    if (name === undefined && NAME_MEMBERS.has(key) && member.kind === 'string' && isName(member.text)) name = member.text;
    else if (VALUE_MEMBERS.has(key)) {
      values ??= new Set();
      values.add(member);
    }
  }
  return name !== undefined && values ? { name, values } : undefined;
}

/**
 * `["ssid","…"]`, or several pairs in a row where at least half of the names name something: for each value the name before it.
 * A list of words (`["geolocation","scenes","scripts"]`) is none.
 */
export function pairedNames(array: Node, names: NameClassifier): Map<Node, string> | undefined {
  const elements = array.children;
  if (!elements || elements.length < 2 || elements.length % 2 !== 0 || elements.length > CUT_MAX) return undefined;
  const found = new Map<Node, string>();
  for (let i = 0; i < elements.length; i += 2) {
    const first = elements[i]!;
    const second = elements[i + 1]!;
    if (first.kind !== 'string' || !isName(first.text)) return undefined;
    if (second.kind === 'boolean' || second.kind === 'null' || !names.classify(names.words(first.text))) continue;
    found.set(second, first.text);
  }
  return found.size * 4 >= elements.length ? found : undefined;
}

/** `["ssid","rssi"]` beside `[["…",-60], …]`: the names of columns for the rows that follow them. */
export function columnNames(object: Node): { names: readonly string[]; rows: readonly Node[] } | undefined {
  const members = object.children;
  if (!members || members.length < 2 || members.length > KEY_VALUE_MEMBERS_MAX) return undefined;
  const header = members.find((m) => m.kind === 'array' && isHeader(m));
  if (!header) return undefined;
  const width = header.children!.length;
  for (const member of members) {
    if (member === header || member.kind !== 'array' || !member.children?.length) continue;
    const rows = member.children.every((r) => r.kind === 'array' && r.children?.length === width) ? member.children : undefined;
    const single = member.children.length === width && member.children.every((c) => c.kind !== 'array' && c.kind !== 'object');
    if (rows) return { names: header.children!.map((c) => c.text), rows };
    if (single && !isHeader(member)) return { names: header.children!.map((c) => c.text), rows: [member] };
    if (single && width >= 2) return { names: header.children!.map((c) => c.text), rows: [member] };
  }
  return undefined;
}

function isHeader(array: Node): boolean {
  const cells = array.children;
  return !!cells && cells.length >= 2 && cells.length <= 64 && cells.every((c) => c.kind === 'string' && isName(c.text));
}

function isName(text: string): boolean {
  return text.length >= 1 && text.length <= NAME_LENGTH_MAX && /^[\p{L}_$@][\p{L}\p{N}\p{M} _.:/$@-]*$/u.test(text);
}

/** The text that an array of single characters or of byte values spells; undefined when it spells none. */
export function spelledText(array: Node): string | undefined {
  const elements = array.children;
  if (!elements || elements.length < CUT_MIN || elements.length > CUT_MAX) return undefined;
  if (elements.every((e) => e.kind === 'string' && [...e.text].length === 1)) return elements.map((e) => e.text).join('');
  if (!elements.every((e) => e.kind === 'number' && isByte(e.text))) return undefined;
  const bytes = elements.map((e) => Number(e.text));
  while (bytes.length > 0 && bytes.at(-1) === 0) bytes.pop();
  if (bytes.length < CUT_MIN || !bytes.every((b) => b >= 0x20 && b !== 0x7f)) return undefined;
  const text = Buffer.from(bytes).toString('utf8');
  return text.includes('\ufffd') ? undefined : text;
}

/** The byte values of an array that is nothing but 4, 6, 8 or 16 of them (an address), else undefined. */
export function addressBytes(array: Node): number[] | undefined {
  const elements = array.children;
  if (!elements || ![4, 6, 8, 16].includes(elements.length)) return undefined;
  return elements.every((e) => e.kind === 'number' && isByte(e.text)) ? elements.map((e) => Number(e.text)) : undefined;
}

function isByte(literal: string): boolean {
  return /^\d{1,3}$/.test(literal) && Number(literal) <= 255;
}
