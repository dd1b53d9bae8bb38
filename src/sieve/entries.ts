// The walk over values that have no nodes. Only for containers in which every value means what it says and no more; all others, and
// values that must be looked at, get nodes (test/sieve/entries.test.ts holds both ways equal).
import type { Entries } from '../model.js';
import { type LeafContext, learn, learnEmail, type MessageContext, type Standing } from './context.js';
import { BLANK, DROP } from './edits.js';
import type { Field } from './field.js';
import { mayBeTriple } from './halves.js';
import { hiddenCategory } from './hidden.js';
import { FIX_CHARS, mayBeDegrees, speaksOfPlace } from './places.js';
import { quickEntry } from './quick.js';
import type { Ruling } from './ruling.js';
import {
  DEGREES,
  ESCAPED,
  HOST,
  INDEX,
  KEY,
  LOGIN,
  NAMES_VALUE,
  NETWORK,
  PIECE,
  ROW_NAME,
  ROW_VALUE,
  SPEAKS,
  speaking,
  TELLS,
  TOLD,
  VALUE,
} from './speaking.js';
import { mayHoldTable, mayMeanMore } from './structure.js';
import { isNoted, noteEntry } from './taken.js';

/** Most members of an object that is taken for one key with one value. */
export const KEY_VALUE_MEMBERS_MAX = 8;

/**
 * The same for members without nodes; only those get one that must be looked at. Only for objects in which no member speaks for
 * another and every name has been met (`isPlain`).
 */
export function visitMembers(entries: Entries, object: number, field: Field, cx: MessageContext, layers: number): boolean {
  const count = entries.count(object);
  const serial = cx.nextObject();
  let entry = entries.first(object);
  let before: Field | undefined;
  let changed = false;
  for (let i = 0; i < count; i += 1, entry = entries.next(entry)) {
    const child = knownMember(entries, entry, field, before) ?? field.member(entries.name(entry)!);
    before = child;
    if (visitEntry(entries, entry, child, 'member', child.occurrence(serial), cx, layers)) changed = true;
  }
  return changed;
}

/**
 * Can nothing in the object mean more than it says: all names met, none that gives another member its name, no table, no key beside a
 * network, no two numbers that may be a position?
 */
export function isPlain(entries: Entries, object: number, field: Field, cx: LeafContext): boolean {
  if (mayHoldTable(entries, object) || (field.mapped ?? field.named?.category) === 'wifi_ssid') return false;
  const count = entries.count(object);
  const small = count <= KEY_VALUE_MEMBERS_MAX;
  if (small && speaksOfPlace(field)) return false;
  let first: Field | undefined;
  let before: Field | undefined;
  let said = 0;
  let degrees = 0;
  let pieces = 0;
  let triples = 0;
  let entry = entries.first(object);
  for (let i = 0; i < count; i += 1, entry = entries.next(entry)) {
    const known = knownMember(entries, entry, field, before);
    if (known === undefined) return false;
    if (known.speaks < 0) known.speaks = speaking(known, entries.name(entry)!);
    const { speaks } = known;
    if ((speaks & ESCAPED) !== 0 || (small && (speaks & SPEAKS) !== 0)) return false;
    said |= speaks;
    if ((speaks & DEGREES) !== 0 && entries.size(entry) >= FIX_CHARS && mayBeDegrees(entries, entry)) degrees += 1;
    if ((speaks & PIECE) !== 0) pieces += 1;
    if (mayBeTriple(entries, entry)) triples += 1;
    if ((speaks & HOST) !== 0 && entries.kind(entry) === 'number' && entries.size(entry) >= HOST_DIGITS) return false;
    if (cx.ownPossible && isOwnName(known, entries.name(entry)!, cx)) return false;
    if (i === 0) {
      if ((speaks & INDEX) !== 0 && count > 1) return false;
      first = known;
    }
    // A row of names and values in turn begins with a name that comes again.
    else if (i === 2 && known === first && (speaks & SPEAKS) !== 0) return false;
    before = known;
  }
  if ((small && (said & TELLS_NAME) === TELLS_NAME) || (said & ROWS) === ROWS) return false;
  if ((said & SIGNS_IN) === SIGNS_IN) return false;
  return (said & OPENS) !== OPENS && (said & COMPANY) !== COMPANY && degrees < 2 && pieces < 2 && triples < 2;
}

/** Fewest digits of an address as a number. */
const HOST_DIGITS = 8;

/** What the members say where one of them may open the network that another names. */
const OPENS = KEY | NETWORK;
/** What they say where one of them may be what somebody signs in with. */
const SIGNS_IN = KEY | LOGIN;
/** What they say where one of them may name another's value. */
const TELLS_NAME = NAMES_VALUE | VALUE;
/** What they say where they may be numbered rows of names and values. */
const ROWS = ROW_NAME | ROW_VALUE;
/** What they say where one of them may be told by another. */
const COMPANY = TELLS | TOLD;

/** Whether one of the household's own identifiers stands in a name that has been met: the home was not asked then, or was another. */
export function isOwnName(field: Field, name: string, cx: LeafContext): boolean {
  if (field.notOwn === cx.own) return false;
  if (cx.own.find(name).length > 0 || hiddenCategory(name, cx) !== undefined) return true;
  field.notOwn = cx.own;
  return false;
}

/** The field of a member whose name has been met; first looked for where it stood the time before, behind the member `before`. */
function knownMember(entries: Entries, entry: number, field: Field, before: Field | undefined): Field | undefined {
  const number = entries.nameNumber(entry);
  const expected = before === undefined ? field.leader : before.follower;
  if (expected !== undefined && number >= 0 && expected.number === number) return expected;
  const known = field.known(entries.name(entry)!);
  if (known === undefined) return undefined;
  known.number = number;
  if (before === undefined) field.leader = known;
  else before.follower = known;
  return known;
}

/** One value; it gets a node where it must be looked at. */
function visitEntry(
  entries: Entries,
  entry: number,
  field: Field,
  standing: Standing,
  occurrence: number,
  cx: MessageContext,
  layers: number,
): boolean {
  const kind = entries.kind(entry);
  cx.pulse(kind === 'string' ? entries.size(entry) : 0);
  if (kind === 'object') {
    if (isPlain(entries, entry, field, cx)) return visitMembers(entries, entry, field, cx, layers);
  } else if (kind === 'array') {
    if (isPlainArray(entries, entry, field, cx)) return visitElements(entries, entry, field, cx, layers);
  } else {
    const quick = occurrence === 1 ? quickEntry(entries, entry, field, cx) : undefined;
    if (quick !== undefined) return settled(quick, entries, entry, standing, cx);
  }
  const node = entries.node(entry);
  if (!cx.visit(node, field, standing, occurrence, layers)) return false;
  if (kind !== 'object' && kind !== 'array') entries.edit(entry, node.edit!);
  // Where the container has got no nodes either, the edits below it have been given.
  else if (node.entries === undefined || node.edit !== undefined) entries.attach(entry, node);
  return true;
}

/** Writes a quick ruling down, and gives its edit. */
function settled(quick: Ruling, entries: Entries, entry: number, standing: Standing, cx: MessageContext): boolean {
  cx.trace.leaf(quick);
  const { action } = quick.fate;
  if (action === 'keep') return false;
  if (entries.kind(entry) === 'string') {
    if (quick.category === 'wifi_ssid') learn(entries.text(entry), cx);
    else if (quick.category === 'email') learnEmail(entries.text(entry), cx);
    else if (isNoted(quick.category)) noteEntry(entries, entry, quick.category, cx.taken);
  }
  entries.edit(entry, action === 'blank' || standing !== 'member' ? BLANK : DROP);
  return true;
}

/** Can nothing in the array mean more than it says? */
export function isPlainArray(entries: Entries, array: number, field: Field, cx: LeafContext): boolean {
  return !cx.ownPossible && !speaksOfPlace(field) && !mayMeanMore(entries, array);
}

/** The same for elements without nodes. */
export function visitElements(entries: Entries, array: number, field: Field, cx: MessageContext, layers: number): boolean {
  const count = entries.count(array);
  if (count === 0) return false;
  // Where no rule names an index, all elements are one field.
  const any = field.rules.indexed ? undefined : field.element(0);
  let entry = entries.first(array);
  let changed = false;
  cx.trace.array();
  for (let i = 0; i < count; i += 1, entry = entries.next(entry)) {
    cx.trace.element(i);
    if (visitEntry(entries, entry, any ?? field.element(i), 'element', 1, cx, layers)) changed = true;
  }
  cx.trace.left();
  return changed;
}
