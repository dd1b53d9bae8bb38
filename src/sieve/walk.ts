// The walk over one decoded document: every leaf gets its ruling, in document order, and its edit.
import { spokenValues } from '../classify/spoken.js';
import { findValues, macFromBytes } from '../classify/values.js';
import { HubError } from '../errors.js';
import { type CategoryId, type Edit, type Entries, type Limits, Node, type Pseudonym } from '../model.js';
import { readText } from '../payload/text.js';
import { unwrap, type Wrapped } from '../payload/wrapping.js';
import { ADDRESSES, visitBytes } from './bytes.js';
import type { Field, FieldMemory, Ruling } from './field.js';
import { goesWhole, judged, judgeLeaf, type LeafContext, quickEntry, settle } from './leaf.js';
import { coordinateNames, mayBeDegrees, placeAmong, speaksOfPlace } from './places.js';
import { AROUND, isScan } from './scans.js';
import {
  addressBytes,
  columnNames,
  headedNames,
  joinedText,
  mayHoldTable,
  mayMeanMore,
  pairedNames,
  spelledText,
  spokenLevels,
} from './structure.js';
import {
  maySpeak,
  namedByPlace,
  namesInTurn,
  namesNetwork,
  opensNetwork,
  plainName,
  speaksFor,
  spoken,
  toldName,
} from './told.js';
import type { Trace } from './trace.js';

/** What one walk over a message holds: what judging needs, and what it fills. */
export class WalkContext implements LeafContext {
  readonly service: string;
  readonly epoch: number;
  readonly categories: LeafContext['categories'];
  readonly own: LeafContext['own'];
  readonly keyring: LeafContext['keyring'];
  readonly limits: Limits;
  readonly pseudonyms: Pseudonym[] = [];
  readonly learned: LeafContext['learned'] = [];
  readonly taken: LeafContext['taken'] = [];
  readonly allowed = new Map<number, number>();
  ownPossible = false;
  private readonly memory: FieldMemory;

  constructor(
    given: Pick<LeafContext, 'service' | 'epoch' | 'categories' | 'own' | 'keyring'> & {
      readonly limits: Limits;
      readonly memory: FieldMemory;
    },
    readonly trace: Trace,
  ) {
    this.service = given.service;
    this.epoch = given.epoch;
    this.categories = given.categories;
    this.own = given.own;
    this.keyring = given.keyring;
    this.limits = given.limits;
    this.memory = given.memory;
  }

  /** Numbers the objects met, to notice repeated names. */
  nextObject(): number {
    this.memory.serial += 1;
    return this.memory.serial;
  }
}

type Standing = 'root' | 'member' | 'element';
const BLANK: Edit = Object.freeze({ kind: 'blank' });
const DROP: Edit = Object.freeze({ kind: 'drop' });
/** Most members of an object that is taken for one key with one value. */
const KEY_VALUE_MEMBERS_MAX = 8;

/** Judges everything below `root`; returns whether anything is to change. */
export function walk(root: Node, field: Field, cx: WalkContext, layers = 0): boolean {
  return visit(root, field, 'root', 1, cx, layers);
}

function visit(node: Node, field: Field, standing: Standing, occurrence: number, cx: WalkContext, layers: number): boolean {
  switch (node.kind) {
    case 'object':
      return visitObject(node, field, cx, layers);
    case 'array':
      return visitArray(node, field, cx, layers);
    case 'string':
      return (
        layered(node, field, standing, occurrence, cx, layers) ?? judgeLeaf(node, field, standing !== 'member', occurrence, cx)
      );
    case 'bytes':
      return visitBytes({
        node,
        field,
        element: standing !== 'member',
        occurrence,
        cx,
        layers,
        visit: (as) => visit(as, field, standing, occurrence, cx, layers),
        walk: (root, below) => walk(root, below, cx, layers + 1),
      });
    case 'number':
    case 'boolean':
    case 'null':
      return judgeLeaf(node, field, standing !== 'member', occurrence, cx);
    default:
      return node.kind satisfies never;
  }
}

function visitObject(node: Node, field: Field, cx: WalkContext, layers: number): boolean {
  const { entries, entry } = node;
  if (entries !== undefined && isPlain(entries, entry, field)) return visitMembers(node, entries, field, cx, layers);
  const members = node.children;
  if (!members) return false;
  const serial = cx.nextObject();
  const told = members.length >= 2 && members.length <= KEY_VALUE_MEMBERS_MAX ? toldName(members, field) : undefined;
  const turns = namesInTurn(members);
  const network = namesNetwork(members, field);
  const columns = columnNames(node, field.rules.names);
  const place = placeAmong(members, field);
  let identifying = 0;
  let changed = false;
  for (const member of members) {
    const name = member.name!;
    let child = field.known(name);
    // A name met before may be one of the household's own: the home was not asked then.
    if (!child || (cx.ownPossible && cx.own.find(name).length > 0)) {
      const category = identifyingName(name, cx) ?? namedByPlace(member, field);
      if (category !== undefined) {
        identifying += 1;
        // A place where such a name may stand in a log: its category and its number in the object.
        if (identifyingMember(member, field.unnamed(`<${category}:${identifying}>`), cx, layers)) changed = true;
        continue;
      }
      child = field.member(name);
    }
    const occurrence = child.occurrence(serial);
    const turn = turns?.get(member);
    if (turn !== undefined) child = spoken(child, turn, field);
    else if (network && opensNetwork(child, name)) child = child.as('wifi password');
    else if (told !== undefined && speaksFor(told, child, name)) child = spoken(child, told.name, field);
    else if (place?.has(member)) child = child.as('latitude');
    else if (child.named === undefined || name.includes('%')) child = plainName(child, name, field);
    if (columns?.tables.has(member)) {
      if (visitTable(member, child, columns.names, cx, layers)) changed = true;
    } else if (visit(member, child, 'member', occurrence, cx, layers)) changed = true;
  }
  return changed;
}

/**
 * The same for members without nodes; only those get one that must be looked at. Only for objects in which no member speaks for
 * another and every name has been met (`isPlain`).
 */
function visitMembers(object: Node, entries: Entries, field: Field, cx: WalkContext, layers: number): boolean {
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
function isPlain(entries: Entries, object: number, field: Field): boolean {
  if (mayHoldTable(entries, object) || (field.mapped ?? field.named?.category) === 'wifi_ssid') return false;
  const small = entries.count(object) <= KEY_VALUE_MEMBERS_MAX;
  if (small && speaksOfPlace(field)) return false;
  const end = entries.next(object);
  let before: Field | undefined;
  let network = false;
  let key = false;
  let decimals = 0;
  for (let entry = entries.first(object); entry < end; entry = entries.next(entry)) {
    const known = knownMember(entries, entry, field, before);
    if (known === undefined) return false;
    known.speaks ??= maySpeak(entries.name(entry)!);
    if (known.speaks === 'escaped' || ((small || before === undefined) && known.speaks === 'name')) return false;
    if (known.speaks === 'key') key = true;
    else if (known.named?.category === 'wifi_ssid') network = true;
    if (known.named === undefined && mayBeDegrees(entries, entry)) decimals += 1;
    before = known;
  }
  return !(network && key) && decimals !== 2;
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
  cx: WalkContext,
  layers: number,
): boolean {
  const quick = occurrence === 1 ? quickEntry(entries, entry, field, cx) : undefined;
  if (quick) {
    cx.trace.leaf(quick);
    return false;
  }
  const node = entries.node(entry);
  if (!visit(node, field, standing, occurrence, cx, layers)) return false;
  container.children![index] = node;
  return true;
}

/** An array of rows, or one row, under the names of its columns. */
function visitTable(table: Node, field: Field, names: readonly string[], cx: WalkContext, layers: number): boolean {
  let changed = false;
  cx.trace.array();
  table.children!.forEach((cell, i) => {
    cx.trace.element(i);
    const at = field.element(i);
    if (
      cell.kind === 'array'
        ? visitTable(cell, at, names, cx, layers)
        : visit(cell, at.as(names[i] ?? ''), 'element', 1, cx, layers)
    )
      changed = true;
  });
  cx.trace.left();
  return changed;
}

/** A member whose name is itself an identifier: it goes, or its name becomes a pseudonym. */
function identifyingMember(member: Node, field: Field, cx: WalkContext, layers: number): boolean {
  const { ruling, edit } = judged(new Node('string', member.name!, -1, -1), field, false, 1, cx);
  if (edit === undefined) return visit(member, field, 'member', 1, cx, layers);
  if (edit.kind === 'text') {
    member.rename = edit.text;
    cx.trace.leaf(ruling);
    visit(member, field, 'member', 1, cx, layers);
    return true;
  }
  dropAll(member, field, ruling, cx);
  member.edit = DROP;
  return true;
}

/** Writes down that everything below goes for the same reason. */
function dropAll(node: Node, field: Field, why: Ruling, cx: WalkContext): void {
  if (node.kind === 'array') {
    cx.trace.array();
    node.children?.forEach((child, i) => {
      cx.trace.element(i);
      dropAll(child, field.element(i), why, cx);
    });
    cx.trace.left();
  } else if (node.kind === 'object') {
    node.children?.forEach((child, i) => {
      const name = child.name!;
      dropAll(
        child,
        identifyingName(name, cx) === undefined ? field.member(name) : field.unnamed(`<unclassified:${i + 1}>`),
        why,
        cx,
      );
    });
  } else cx.trace.leaf(field.rule(why.category, why.by, { action: 'drop', reason: why.fate.reason }, 1));
}

function identifyingName(name: string, cx: WalkContext): CategoryId | undefined {
  if (cx.ownPossible) {
    const own = cx.own.find(name)[0];
    if (own) return own.category;
  }
  return identifyingText(name);
}

const PAIRED = /[:=/|>]/;

function identifyingText(name: string): CategoryId | undefined {
  // A pair where a name should stand (`?ssid:Home`).
  const said = PAIRED.test(name) ? spokenValues(name)[0] : undefined;
  if (said !== undefined) return said.category;
  for (const found of findValues(name)) {
    if (found.strength === 'certain') return found.category;
    const whole = found.end - found.start === name.length;
    if (whole && (found.category === 'device_mac' || found.category === 'radio_identifier')) return found.category;
  }
  return undefined;
}

function visitArray(node: Node, field: Field, cx: WalkContext, layers: number): boolean {
  const { entries, entry } = node;
  if (entries !== undefined && !cx.ownPossible && !speaksOfPlace(field) && !mayMeanMore(entries, entry, field.named?.category))
    return visitElements(node, entries, field, cx, layers);
  const elements = node.children;
  if (!elements || elements.length === 0) return false;
  const scalar = elements[0]!.kind !== 'object' && elements[0]!.kind !== 'array';
  if (scalar && wholeArray(node, field, cx)) return true;
  const { names } = field.rules;
  const levels = layers === 0 && (field.place === 'path' || field.place === 'topic') && field.path([]) === '$';
  const named = levels ? spokenLevels(node, names) : scalar ? pairedNames(node, names) : undefined;
  const columns = scalar ? undefined : headedNames(node, names);
  const scan = !scalar && isScan(elements, names, field.words?.words.some((word) => AROUND.has(word)) ?? false);
  const place = coordinateNames(node, field);
  let changed = false;
  cx.trace.array();
  for (let i = 0; i < elements.length; i += 1) {
    const element = elements[i]!;
    let at = field.element(i);
    const name = place?.[i] ?? named?.get(element);
    if (name !== undefined) at = at.as(name);
    else if (scan) at = at.as(SCAN);
    cx.trace.element(i);
    if (columns !== undefined && i > 0) {
      if (visitTable(element, at, columns, cx, layers)) changed = true;
    } else if (visit(element, at, 'element', 1, cx, layers)) changed = true;
  }
  cx.trace.left();
  return changed;
}

/** The name that a list of networks or devices around would have, where it has another. */
const SCAN = 'scan list';

/** The same for elements without nodes. */
function visitElements(array: Node, entries: Entries, field: Field, cx: WalkContext, layers: number): boolean {
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

/** An array that is one value in pieces: an address as bytes, a text as characters. Judged as the whole; if it may not leave, emptied. */
function wholeArray(node: Node, field: Field, cx: WalkContext): boolean {
  const text = spelledText(node) ?? addressText(node, field, cx) ?? ownPieces(node, cx);
  if (text === undefined) return false;
  const outer = cx.ownPossible;
  cx.ownPossible = !cx.own.empty; // in pieces it was not seen in the message as it came
  const { ruling } = judged(new Node('string', text, -1, -1), field, true, 1, cx);
  cx.ownPossible = outer;
  if (ruling.fate.action === 'keep') return false;
  cx.trace.array();
  node.children!.forEach((element, i) => {
    cx.trace.element(i);
    settle(
      element,
      field.element(i).rule(ruling.category, ruling.by, { action: 'blank', reason: ruling.fate.reason }, 1),
      BLANK,
      cx,
    );
  });
  cx.trace.left();
  return true;
}

/** Pieces that only together are one of the household's own identifiers. Asked only where the last look found one. */
function ownPieces(node: Node, cx: WalkContext): string | undefined {
  if (!cx.ownPossible) return undefined;
  const text = joinedText(node);
  return text !== undefined && cx.own.find(text).length > 0 ? text : undefined;
}

function addressText(node: Node, field: Field, cx: WalkContext): string | undefined {
  const bytes = addressBytes(node);
  if (!bytes) return undefined;
  const category = field.mapped ?? field.named?.category;
  const expected = category !== undefined && ADDRESSES.has(category);
  const mac = bytes.length === 6 || bytes.length === 8 ? macFromBytes(bytes)?.replace(/^\w+:/, '') : undefined;
  if (mac !== undefined) return expected || (!cx.own.empty && cx.own.find(mac).length > 0) ? mac : undefined;
  if (bytes.length !== 4) return undefined;
  const ip = bytes.join('.');
  return expected || (!cx.own.empty && cx.own.find(ip).length > 0) ? ip : undefined;
}

/** A text that is another message inside (JSON, base64 …): read, judged, put back. Undefined: it is none, or says nothing more. */
function layered(
  node: Node,
  field: Field,
  standing: Standing,
  occurrence: number,
  cx: WalkContext,
  layers: number,
): boolean | undefined {
  const candidates = unwrap(node.text, cx.limits, layers);
  if (candidates.length === 0) return undefined;
  if (/^geo:/i.test(node.text)) return undefined; // a place whole; its parameters are none of its own
  if ((field.mapped ?? field.named) !== undefined && goesWhole(node, field, cx)) return undefined;
  if (layers >= cx.limits.layers) throw new HubError('too_deep', 'encodings inside each other');
  for (const candidate of candidates) {
    const done = layer(candidate, node, field, standing, occurrence, cx, layers);
    if (done !== undefined) return done;
  }
  return undefined;
}

function layer(
  candidate: Wrapped,
  node: Node,
  field: Field,
  standing: Standing,
  occurrence: number,
  cx: WalkContext,
  layers: number,
): boolean | undefined {
  const { mark } = cx.trace;
  const outer = cx.ownPossible;
  cx.ownPossible = !cx.own.empty; // what was encoded was not seen in the message as it came
  const inner = candidate.document ?? readText(candidate.bytes, cx.limits);
  const changed = walk(inner.root, field.layer(`::${candidate.id}::$`), cx, layers + 1);
  cx.ownPossible = outer;
  if (changed) {
    if (candidate.exact) {
      node.edit = { kind: 'text', text: candidate.rewrap(inner.write()) };
      return true;
    }
    // What must change stands in something that cannot be packed again (signed, or not written the one way): it goes as a whole.
    const inside = cx.trace.since(mark);
    const why = inside.find((r) => r.fate.action !== 'keep') ?? inside[0]!;
    cx.trace.back(mark);
    const action = standing === 'member' ? 'drop' : 'blank';
    return settle(
      node,
      field.rule(why.category, why.by, { action, reason: why.fate.reason }, occurrence),
      action === 'drop' ? DROP : BLANK,
      cx,
    );
  }
  if (candidate.document) return false;
  // A text inside a text can be chance: the outer one is judged as well, and its ruling stands unless only its shape spoke.
  const { ruling, edit } = judged(node, field, standing !== 'member', occurrence, cx);
  if (ruling.by === 'shape') return false;
  cx.trace.back(mark);
  return settle(node, ruling, edit, cx);
}
