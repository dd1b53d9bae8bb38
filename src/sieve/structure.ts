// Values whose meaning stands beside them: key/value lists, name/value pairs, values cut into characters or bytes, pairs of
// coordinates. Each is found from the container; the walk then judges the parts as the whole that they are.
import { foldText } from '../classify/fold.js';
import type { NameClassifier } from '../classify/names.js';
import type { CategoryId, Entries, Node } from '../model.js';

/** Longest text that is taken for a field's name. */
const NAME_LENGTH_MAX = 64;
/** Most members of an object that holds a table, and most columns of one. */
const COLUMN_MEMBERS_MAX = 8;
const COLUMNS_MAX = 64;
const KEY_TEXT = /^[\p{L}_$@][\p{L}\p{N}\p{M} _.:/$@-]*$/u;
/** Fewest elements of a text cut into characters or byte values. */
const CUT_MIN = 4;
/** Most elements joined again; a longer array is data. */
const CUT_MAX = 4096;

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
    if (first.kind !== 'string' || !isKeyText(first.text)) return undefined;
    if (second.kind === 'boolean' || second.kind === 'null' || !names.classify(names.words(first.text))) continue;
    found.set(second, first.text);
  }
  return found.size * 4 >= elements.length ? found : undefined;
}

/** `["ssid","rssi"]` beside `[["…",-60], …]` or `["…",-60]`: the names of columns, and the arrays that they are for. */
export function columnNames(object: Node): { names: readonly string[]; tables: ReadonlySet<Node> } | undefined {
  const members = object.children!;
  if (members.length < 2 || members.length > COLUMN_MEMBERS_MAX) return undefined;
  let header: Node | undefined;
  for (const member of members) {
    if (member.kind === 'array' && isHeader(member)) {
      header = member;
      break;
    }
  }
  if (!header) return undefined;
  const width = header.children!.length;
  const tables = new Set(members.filter((m) => m !== header && m.kind === 'array' && isTable(m, width)));
  return tables.size > 0 ? { names: header.children!.map((c) => c.text), tables } : undefined;
}

/** Can one of the object's members be a row of column names? Where not, `columnNames` finds none, and needs no nodes. */
export function mayHoldTable(entries: Entries, object: number): boolean {
  const count = entries.count(object);
  if (count < 2 || count > COLUMN_MEMBERS_MAX) return false;
  const end = entries.next(object);
  for (let entry = entries.first(object); entry < end; entry = entries.next(entry)) {
    if (entries.kind(entry) !== 'array') continue;
    const cells = entries.count(entry);
    if (cells >= 2 && cells <= COLUMNS_MAX && entries.kind(entries.first(entry)) === 'string') return true;
  }
  return false;
}

/**
 * Can the array be a text or an address in pieces, a list of pairs, or a position? Where not, none of the functions here, nor the
 * walk's for coordinates, would find anything, and the elements need no nodes.
 */
export function mayMeanMore(entries: Entries, array: number, named: CategoryId | undefined): boolean {
  const count = entries.count(array);
  if (count === 0) return false;
  const first = entries.first(array);
  switch (entries.kind(first)) {
    case 'number':
      if (count <= 3) return count === 2 || (count === 3 && named === 'location_precise');
      return count <= CUT_MAX && onlyBytes(entries, array);
    case 'string':
      return (
        (count % 2 === 0 && count <= CUT_MAX) || (count >= CUT_MIN && count <= CUT_MAX && entries.size(first) <= LETTER_BYTES)
      );
    default:
      return false;
  }
}

/** Most bytes of one character in JSON: a surrogate pair in escapes, and its quotes. */
const LETTER_BYTES = 14;

function onlyBytes(entries: Entries, array: number): boolean {
  const end = entries.next(array);
  for (let entry = entries.first(array); entry < end; entry = entries.next(entry)) {
    if (entries.kind(entry) !== 'number' || entries.size(entry) > 3) return false;
  }
  return true;
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
  return text.length >= 1 && text.length <= NAME_LENGTH_MAX && KEY_TEXT.test(foldText(text));
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
