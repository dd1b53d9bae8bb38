// The walk over values that have no nodes. Only for containers in which every value means what it says and no more; all others, and
// values that must be looked at, get nodes (test/sieve/entries.test.ts holds both ways equal).
import type { Edit, Entries, Node } from '../model.js';
import { type LeafContext, learn, type MessageContext, type Standing } from './context.js';
import { BLANK, DROP } from './edits.js';
import type { Field } from './field.js';
import { speaksOfPlace } from './places.js';
import { quickEntry } from './quick.js';
import { roleOf } from './roles.js';
import { mayHoldTable } from './structure.js';
import { NAME_PATH, VALUE_NAME } from './told.js';

/** Most members of an object that is taken for one key with one value. */
export const KEY_VALUE_MEMBERS_MAX = 8;

/**
 * The same for members without nodes; only those get one that must be looked at. Only for objects in which no member speaks for
 * another and every name has been met (`isPlain`).
 */
export function visitMembers(object: Node, entries: Entries, field: Field, cx: MessageContext, layers: number): boolean {
  const count = entries.count(object.entry);
  const serial = cx.nextObject();
  let entry = entries.first(object.entry);
  let before: Field | undefined;
  let changed = false;
  for (let i = 0; i < count; i += 1, entry = entries.next(entry)) {
    const child = knownMember(entries, entry, field, before) ?? field.member(entries.name(entry)!);
    before = child;
    if (visitEntry(object, entries, entry, i, child, 'member', child.occurrence(serial), cx, layers)) changed = true;
  }
  return changed;
}

/** Can nothing in the object mean more than it says: all names met, none that gives another member its name, no table? */
export function isPlain(entries: Entries, object: number, field: Field, cx: LeafContext): boolean {
  if (mayHoldTable(entries, object) || (field.mapped ?? field.named?.category) === 'wifi_ssid') return false;
  const small = entries.count(object) <= KEY_VALUE_MEMBERS_MAX;
  if (small && speaksOfPlace(field)) return false;
  const end = entries.next(object);
  let before: Field | undefined;
  for (let entry = entries.first(object); entry < end; entry = entries.next(entry)) {
    const known = knownMember(entries, entry, field, before);
    if (known === undefined) return false;
    known.speaks ??= maySpeak(entries.name(entry)!);
    if (known.speaks === 'escaped' || (small && known.speaks === 'name')) return false;
    if (cx.ownPossible && isOwnName(known, entries.name(entry)!, cx)) return false;
    before = known;
  }
  return true;
}

/** Whether one of the household's own identifiers stands in a name that has been met: the home was not asked then, or was another. */
export function isOwnName(field: Field, name: string, cx: LeafContext): boolean {
  if (field.notOwn === cx.own) return false;
  if (cx.own.find(name).length > 0) return true;
  field.notOwn = cx.own;
  return false;
}

/** Whether a member of this name may give another one its name or take one (`toldName`), or is written another way (`plainName`). */
function maySpeak(name: string): 'no' | 'name' | 'escaped' {
  if (name.includes('%')) return 'escaped';
  return roleOf(name) !== undefined || VALUE_NAME.test(name) || NAME_PATH.test(name) ? 'name' : 'no';
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

/** One child without a node; it is put among the nodes of its container when it is to change. */
function visitEntry(
  container: Node,
  entries: Entries,
  entry: number,
  index: number,
  field: Field,
  standing: Standing,
  occurrence: number,
  cx: MessageContext,
  layers: number,
): boolean {
  const quick = occurrence === 1 ? quickEntry(entries, entry, field, cx) : undefined;
  if (quick !== undefined) {
    cx.trace.leaf(quick);
    if (quick.fate.action === 'keep') return false;
    if (quick.category === 'wifi_ssid' && entries.kind(entry) === 'string') learn(entries.text(entry), cx);
    change(container, entries, entry, index, quick.fate.action === 'blank' || standing === 'element' ? BLANK : DROP);
    return true;
  }
  const node = entries.node(entry);
  if (!cx.visit(node, field, standing, occurrence, layers)) return false;
  if (node.kind === 'object' || node.kind === 'array') {
    // Where it has got no nodes either, the edits below it are on the tape.
    if (node.entries === undefined || node.edit !== undefined) container.children![index] = node;
  } else change(container, entries, entry, index, node.edit!);
  return true;
}

/** Puts an edit where the writer finds it: at the node, where the container has nodes by now. */
function change(container: Node, entries: Entries, entry: number, index: number, edit: Edit): void {
  if (container.entries === undefined) container.children![index]!.edit = edit;
  else entries.edit(entry, edit);
}

/** The same for elements without nodes. */
export function visitElements(array: Node, entries: Entries, field: Field, cx: MessageContext, layers: number): boolean {
  const count = entries.count(array.entry);
  if (count === 0) return false;
  // Where no rule names an index, all elements are one field.
  const any = field.rules.indexed ? undefined : field.element(0);
  let entry = entries.first(array.entry);
  let changed = false;
  cx.trace.array();
  for (let i = 0; i < count; i += 1, entry = entries.next(entry)) {
    cx.trace.element(i);
    if (visitEntry(array, entries, entry, i, any ?? field.element(i), 'element', 1, cx, layers)) changed = true;
  }
  cx.trace.left();
  return changed;
}
