// Values whose meaning stands beside them: key/value lists, name/value pairs, values cut into characters or bytes, pairs of
// coordinates. Each is found from the container; the walk then judges the parts as the whole that they are.

import type { CategoryId, Entries, Node } from '../model.js';
import type { NameClassifier, NameWords } from '../recognize/name/patterns.js';
import { plausible } from '../recognize/value/plausible.js';
import { foldText } from '../text/fold.js';
import type { MessageContext } from './context.js';
import { mayBeRecord } from './scans.js';
import { BYTES_MAX, CUT_MAX } from './spelled.js';

/** What searches whole containers: it looks at the clock on the way. */
type Clocked = Pick<MessageContext, 'pulse'>;
/** Longest text that is taken for a field's name: paths of TR-069 reach a hundred letters. */
const NAME_LENGTH_MAX = 128;
/** Most members of an object that holds a table, and most columns of one. */
const COLUMN_MEMBERS_MAX = 32;
/** The same where the table is a single row of values: in a wider object such a row is a reading. */
const ROW_MEMBERS_MAX = 8;
const COLUMNS_MAX = 64;
const KEY_TEXT = /^[\p{L}_$@][\p{L}\p{N}\p{M} _.:/$@-]*$/u;

/**
 * `["ssid","…"]`, or several pairs in a row where at least half of the names name something: for each value the name before it.
 * A list of words (`["geolocation","scenes","scripts"]`) is none.
 */
export function pairedNames(array: Node, names: NameClassifier, cx: Clocked): Map<Node, string> | undefined {
  const elements = array.children;
  if (!elements || elements.length < 2 || elements.length > CUT_MAX) return undefined;
  const odd = elements.length % 2;
  return (
    pairsFrom(elements, 0, elements.length - odd, names, cx) ??
    (odd === 1 ? pairsFrom(elements, 1, elements.length, names, cx) : undefined)
  );
}

function pairsFrom(
  elements: readonly Node[],
  start: number,
  end: number,
  names: NameClassifier,
  cx: Clocked,
): Map<Node, string> | undefined {
  const found = new Map<Node, string>();
  let words = 0;
  for (let i = start; i < end; i += 2) {
    const first = elements[i]!;
    const second = elements[i + 1]!;
    cx.pulse(first.text.length + second.text.length);
    if (first.kind !== 'string' || !isKeyText(first.text)) return undefined;
    if (second.kind === 'boolean' || second.kind === 'null') continue;
    const said = names.classify(names.words(first.text))?.category;
    const answer =
      second.kind === 'string' && isKeyText(second.text) ? names.classify(names.words(second.text))?.category : undefined;
    if (answer !== undefined) words += 1;
    if (said !== undefined) found.set(second, first.text);
  }
  // So are words of which two thirds are names themselves (`["rssi","uptime","latitude","longitude",…]`).
  if (end - start >= LIST_MIN && words * 3 >= end - start) return undefined;
  return found.size * 4 >= end - start && found.size > 0 ? found : undefined;
}

/** Fewest elements that may be a list of names: fewer are pairs, whatever they say. */
const LIST_MIN = 6;

/** Categories whose values are free text: a name before them is all that tells. */
const FREE_TEXT: ReadonlySet<CategoryId> = new Set<CategoryId>([
  'wifi_ssid',
  'wifi_password',
  'setup_code',
  'private_key',
  'person_name',
  'hostname',
]);
/** Categories that the values themselves bear out: only a word with digits is one. */
const SELF_TELLING: ReadonlySet<CategoryId> = new Set<CategoryId>([
  'router_mac',
  'device_mac',
  'bluetooth_mac',
  'ip_address',
  'phone',
  'location_precise',
  'imei_iccid',
]);
/** What a path says to do with the thing before it, or which part of it: no value. */
const VERBS = new Set(
  'list get set put post add new create update change edit modify reset rotate refresh renew remove delete clear read write save load check verify validate confirm send resend request test scan search find query lookup status state stat info detail details config configure configuration setting settings setup count all any current default latest last next history log logs name names value values id ids key keys type mode format available supported visible hidden enable enabled disable disabled connect connected connection disconnect join leave bind unbind pair unpair register sync import export batch bulk page start stop cmd command result response reply ack event events telemetry attributes shadow availability online offline length size policy strength forgot recover recovery login logout generate address addresses table map'.split(
    ' ',
  ),
);
/** Verbs whose object the level after them may be (`ssid/set/…`). */
const GIVING = new Set(['set', 'update', 'change', 'add', 'join', 'connect', 'put', 'new', 'value', 'name', 'key']);

/**
 * Levels of a topic or segments of a path: for each one that stands behind a name of something sensitive (`psk/…`, `wifi/name/…`,
 * `ssid/set/…`) that name. What a path does (`mac/list`, `password/reset`) is no value, and wildcards are none.
 */
export function spokenLevels(levels: Node, names: NameClassifier, cx: Clocked): Map<Node, string> | undefined {
  let found: Map<Node, string> | undefined;
  const all = levels.children!;
  let before: NameWords | undefined;
  for (let i = 0; i + 1 < all.length; i += 1) {
    const level = all[i]!;
    cx.pulse(level.text.length);
    if (level.kind !== 'string' || !isKeyText(level.text)) {
      before = undefined;
      continue;
    }
    const words = names.words(level.text);
    const category = names.classify(words, before ? [before] : [])?.category;
    const alone = before === undefined || names.classify(words)?.category === category;
    const name = alone ? level.text : `${all[i - 1]!.text}/${level.text}`;
    before = words;
    if (category === undefined || !(FREE_TEXT.has(category) || SELF_TELLING.has(category))) continue;
    const verb = all[i + 1]!.text.toLowerCase();
    const value = isVerb(verb) ? (GIVING.has(verb) ? all[i + 2] : undefined) : all[i + 1];
    if (value === undefined || !isLevelValue(value.text, category, names)) continue;
    found ??= new Map();
    found.set(value, name);
  }
  return found;
}

function isVerb(text: string): boolean {
  return VERBS.has(text) || /^v\d{1,2}$/.test(text);
}

function isLevelValue(text: string, category: CategoryId, names: NameClassifier): boolean {
  if (text === '' || text === '+' || text === '#' || isVerb(text.toLowerCase())) return false;
  if (FREE_TEXT.has(category)) return plausible(category, text, 'text') && !names.classify(names.words(text));
  return /\d/.test(text) && text.length >= 6 && plausible(category, text, 'text');
}

/** `["ssid","rssi"]` beside `[["…",-60], …]` or `["…",-60]`: the names of columns, and the arrays that they are for. */
export function columnNames(
  object: Node,
  classifier: NameClassifier,
): { names: readonly string[]; tables: ReadonlySet<Node> } | undefined {
  const members = object.children!;
  if (members.length < 2 || members.length > COLUMN_MEMBERS_MAX) return undefined;
  const small = members.length <= ROW_MEMBERS_MAX;
  for (const header of members) {
    const names = headerOf(header);
    // Words beside values are a table only where one of them says something.
    if (names === undefined || !names.some((name) => classifier.classify(classifier.words(name)))) continue;
    const tables = new Set(
      members.filter((m) => m !== header && m.kind === 'array' && (small || holdsRows(m)) && isTable(m, names.length)),
    );
    if (tables.size > 0) return { names, tables };
  }
  return undefined;
}

/** The names of columns that a member lists: `["ssid"]`, `[{"name":"ssid"}]`, `{"ssid":0}`. */
function headerOf(member: Node): readonly string[] | undefined {
  const cells = member.children;
  if (!cells || cells.length === 0 || cells.length > COLUMNS_MAX) return undefined;
  if (member.kind === 'array') {
    if (cells.every((c) => c.kind === 'string' && isKeyText(c.text))) return cells.map((c) => c.text);
    if (!cells.every((c) => c.kind === 'object')) return undefined;
    const names = cells.map((c) => c.children?.find((m) => /^(?:name|id|key|field|title|label)$/i.test(m.name!))?.text ?? '');
    return names.every(isKeyText) ? names : undefined;
  }
  const names: string[] = [];
  for (const c of cells) if (c.kind === 'number' && /^\d{1,2}$/.test(c.text)) names[Number(c.text)] = c.name!;
  return cells.length >= 2 && names.length === cells.length && !names.includes(undefined as never) ? names : undefined;
}

/** `[["ssid","mode"],["…","eco"],…]`: the names in the first row; undefined where it is no header or says nothing. */
export function headedNames(rows: Node, classifier: NameClassifier, cx: Clocked): readonly string[] | undefined {
  const [first, ...rest] = rows.children!;
  if (first === undefined || rest.length === 0 || first.kind !== 'array' || !isHeader(first)) return undefined;
  const names = first.children!.map((c) => c.text);
  if (!rest.every((row) => row.kind === 'array' && row.children?.length === names.length)) return undefined;
  const said = (cell: Node): boolean => {
    cx.pulse(cell.text.length);
    return cell.kind === 'string' && isKeyText(cell.text) && classifier.classify(classifier.words(cell.text)) !== undefined;
  };
  // Pairs `[["ssid","…"],["mode","eco"]]` have a name first in every row; a header has names only in the first.
  if (!first.children!.slice(1).some(said) || rest.every((row) => said(row.children![0]!))) return undefined;
  return names;
}

/**
 * Can one of the object's members be a row of column names, and another one a table under it? Where not, `columnNames` finds none, and
 * needs no nodes.
 */
export function mayHoldTable(entries: Entries, object: number): boolean {
  const count = entries.count(object);
  if (count < 2 || count > COLUMN_MEMBERS_MAX) return false;
  const end = entries.next(object);
  for (let entry = entries.first(object); entry < end; entry = entries.next(entry)) {
    if (entries.kind(entry) !== 'array' || entries.count(entry) === 0) continue;
    // A table, by its first cell; as many columns must have a name.
    const first = entries.first(entry);
    const kind = entries.kind(first);
    if (kind === 'object' || (count > ROW_MEMBERS_MAX && kind !== 'array')) continue;
    const columns = entries.count(kind === 'array' ? first : entry);
    for (let other = entries.first(object); other < end; other = entries.next(other))
      if (other !== entry && entries.count(other) === columns && mayBeHeader(entries, other)) return true;
  }
  return false;
}

/** Can the member list names of columns (`headerOf`)? */
function mayBeHeader(entries: Entries, member: number): boolean {
  const count = entries.count(member);
  if (count === 0 || count > COLUMNS_MAX) return false;
  const first = entries.first(member);
  const kind = entries.kind(first);
  if (entries.kind(member) === 'array') return kind === 'string' || kind === 'object';
  return entries.kind(member) === 'object' && kind === 'number' && entries.size(first) <= 2;
}

/**
 * Can the array be a text or an address in pieces, a list of pairs, or a position? Where not, none of the functions here, nor the
 * walk's for coordinates, would find anything, and the elements need no nodes.
 */
export function mayMeanMore(entries: Entries, array: number): boolean {
  const count = entries.count(array);
  if (count === 0) return false;
  const first = entries.first(array);
  // Pairs of name and value may begin behind a first element of any kind.
  if (count >= 3 && count <= CUT_MAX && entries.kind(entries.next(first)) === 'string') return true;
  switch (entries.kind(first)) {
    case 'number':
      if (count <= 3) return count === 2 || (count === 3 && entries.size(first) >= FIX_SIZE);
      return count <= BYTES_MAX && onlyBytes(entries, array);
    case 'string':
      return count >= 2 && count <= CUT_MAX;
    case 'array': {
      // Rows under a header of names.
      const cells = entries.count(first);
      return (count >= 2 && cells > 0 && entries.kind(entries.first(first)) === 'string') || mayBeRecord(entries, first);
    }
    case 'object':
      return mayBeRecord(entries, first);
    default:
      return false;
  }
}

/** The shortest fix of a receiver, with five decimals. */
const FIX_SIZE = 7;
/** Digits of a byte; of a code point. */
const BYTE_DIGITS = 3;
const CODE_DIGITS = 6;
const MINUS = 0x2d;

/** Can all of them be bytes, with a sign or without, or code points? */
function onlyBytes(entries: Entries, array: number): boolean {
  const { bytes } = entries;
  const end = entries.next(array);
  for (let entry = entries.first(array); entry < end; entry = entries.next(entry)) {
    if (entries.kind(entry) !== 'number') return false;
    const start = entries.start(entry);
    const signed = bytes[start] === MINUS;
    const size = entries.size(entry);
    if (size > (signed ? BYTE_DIGITS + 1 : CODE_DIGITS)) return false;
    for (let i = signed ? start + 1 : start; i < start + size; i += 1) if (bytes[i]! < 0x30 || bytes[i]! > 0x39) return false;
  }
  return true;
}

function holdsRows(array: Node): boolean {
  return array.children?.[0]?.kind === 'array';
}

function isTable(array: Node, width: number): boolean {
  const cells = array.children ?? [];
  if (cells.length === 0) return false;
  if (cells.every((row) => row.kind === 'array')) return cells.every((row) => row.children?.length === width);
  return cells.length === width && cells.every((c) => c.kind !== 'array' && c.kind !== 'object');
}

function isHeader(array: Node): boolean {
  const cells = array.children;
  return (
    !!cells && cells.length >= 2 && cells.length <= COLUMNS_MAX && cells.every((c) => c.kind === 'string' && isKeyText(c.text))
  );
}

/** Could this text be the name of a field? */
export function isKeyText(text: string): boolean {
  return text.length >= 1 && text.length <= NAME_LENGTH_MAX && (KEY_TEXT.test(text) || KEY_TEXT.test(foldText(text)));
}
