// The walk over one decoded document: every leaf gets its ruling, in document order, and its edit.
import { Node } from '../model.js';
import { CIPHERTEXT, isSealedBox } from '../payload/ciphers.js';
import { spokenArguments } from './arguments.js';
import { visitBytes } from './bytes.js';
import { companyOf, inCompany, keepsCompany } from './company.js';
import { MessageContext, type Standing } from './context.js';
import { splitDegrees } from './degrees.js';
import { DROP } from './edits.js';
import type { Field } from './field.js';
import { isAddressNumber, type SplitAddress, splitAddress } from './halves.js';
import { hiddenCategory, judgeHidden } from './hidden.js';
import { identifyingMember, identifyingName } from './identifying.js';
import { layered } from './layers.js';
import { judged, judgeLeaf, settle } from './leaf.js';
import { isKeyName, namesNetwork, opensNetwork } from './network-keys.js';
import { wholeArray, wholeIndexed } from './pieces.js';
import { coordinateNames, placeAmong, saysPlace } from './places.js';
import type { Ruling } from './ruling.js';
import { saidOfParts } from './said.js';
import { AROUND, isScan } from './scans.js';
import { visitSealed } from './sealed.js';
import { columnNames, headedNames, pairedNames, spokenLevels } from './structure.js';
import { namedByPlace, namesInTurn, numberedNames, plainName, speaksFor, spoken, toldName } from './told.js';

/** Most members of an object that is taken for one key with one value. */
const KEY_VALUE_MEMBERS_MAX = 8;

/** A message on its way through the sieve. */
export class WalkContext extends MessageContext {
  override visit(node: Node, field: Field, standing: Standing, occurrence: number, layers: number): boolean {
    return visit(node, field, standing, occurrence, this, layers);
  }
}

/** Judges everything below `root`; returns whether anything is to change. */
export function walk(root: Node, field: Field, cx: WalkContext, layers = 0): boolean {
  return visit(root, field, 'root', 1, cx, layers);
}

function visit(node: Node, field: Field, standing: Standing, occurrence: number, cx: WalkContext, layers: number): boolean {
  cx.pulse(node.text.length);
  switch (node.kind) {
    case 'object':
      return visitObject(node, field, cx, layers);
    case 'array':
      return visitArray(node, field, cx, layers);
    case 'string':
      return visitString(node, field, standing, occurrence, cx, layers);
    case 'bytes':
      return visitByteString(node, field, standing, occurrence, cx, layers);
    case 'number':
    case 'boolean':
    case 'null':
      return judgeLeaf(node, field, standing !== 'member', occurrence, cx);
    default:
      return node.kind satisfies never;
  }
}

function visitString(node: Node, field: Field, standing: Standing, occurrence: number, cx: WalkContext, layers: number): boolean {
  const { mark } = cx.trace;
  const element = standing !== 'member';
  const done = layered(node, field, standing, occurrence, cx, layers) ?? judgeLeaf(node, field, element, occurrence, cx);
  return cx.searching ? judgeHidden({ node, field, element, occurrence, cx, mark, done }) : done;
}

function visitByteString(
  node: Node,
  field: Field,
  standing: Standing,
  occurrence: number,
  cx: WalkContext,
  layers: number,
): boolean {
  const { mark } = cx.trace;
  const element = standing !== 'member';
  const done = visitBytes({
    node,
    field,
    element,
    occurrence,
    cx,
    layers,
    visit: (as) => visit(as, field, standing, occurrence, cx, layers),
    walk: (root, below) => walk(root, below, cx, layers + 1),
  });
  return cx.searching ? judgeHidden({ node, field, element, occurrence, cx, mark, done }) : done;
}

function visitObject(node: Node, field: Field, cx: WalkContext, layers: number): boolean {
  const members = node.children;
  if (!members) return false;
  if (members[0]?.name === '0' && wholeIndexed(node, field, cx)) return true;
  const serial = cx.nextObject();
  const told = members.length >= 2 && members.length <= KEY_VALUE_MEMBERS_MAX ? toldName(members, field) : undefined;
  const turns = namesInTurn(members, field) ?? numberedNames(members);
  const { names } = field.rules;
  const turnsNetwork =
    turns !== undefined && [...turns.values()].some((turn) => names.classify(names.words(turn))?.category === 'wifi_ssid');
  const network = namesNetwork(members, field);
  const columns = columnNames(node, names);
  const place = placeAmong(members, field);
  const company = companyOf(members, field);
  const said = saidOfParts(node, cx.recognizers);
  const split = saysPlace(field) ? splitDegrees(members) : splitAddress(members, isAddress(field));
  const splitWhy = split && wholeOf(split, field, cx);
  let identifying = 0;
  let changed = false;
  for (const member of members) {
    const name = member.name!;
    cx.pulse(name.length);
    let child = field.known(name);
    // A name met before may be one of the household's own: the home was not asked then.
    if (!child || (cx.ownPossible && isOwnName(child, name, cx))) {
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
    if (splitWhy !== undefined && split!.members.has(member)) {
      const { category, by, fate } = splitWhy;
      settle(member, child.rule(category, by, { action: 'drop', reason: fate.reason }, occurrence), DROP, cx);
      changed = true;
      continue;
    }
    const turn = turns?.get(member);
    if (turn !== undefined) child = turnsNetwork && isKeyName(turn) ? child.as('wifi password') : spoken(child, turn, field);
    else if (network && opensNetwork(child, name)) child = child.as('wifi password');
    else if (told !== undefined && speaksFor(told, child, name)) child = spoken(child, told.name, field);
    else if (place?.has(member)) child = child.as('latitude');
    else if (child.named === undefined && member.kind === 'number' && isAddressNumber(name, member.text))
      child = child.as('ip address');
    else if (child.named === undefined && said?.has(member)) child = child.as(said.get(member)!);
    else if (company !== undefined && keepsCompany(name)) child = inCompany(company, member, child);
    else if (child.named === undefined || WRITTEN_OTHERWISE.test(name)) child = plainName(child, name, field);
    if (name === CIPHERTEXT && isSealedBox(members.map((one) => one.name))) {
      if (visitSealed(member, child, false, occurrence, cx)) changed = true;
    } else if (columns?.tables.has(member) && !saysPlace(child)) {
      if (visitTable(member, child, columns.names, cx, layers)) changed = true;
    } else if (visit(member, child, 'member', occurrence, cx, layers)) changed = true;
  }
  return changed;
}

/** Whether one of the household's own identifiers stands in a name that has been met: the home was not asked then, or was another. */
function isOwnName(field: Field, name: string, cx: WalkContext): boolean {
  if (field.notOwn === cx.own) return false;
  if (cx.own.find(name).length > 0 || hiddenCategory(name, cx) !== undefined) return true;
  field.notOwn = cx.own;
  return false;
}

/** Marks of a name that is written in another way, whatever its letters seem to say. */
const WRITTEN_OTHERWISE = /[%&\\]/;

/** Names that say what members spell together. */
const WHOLE_NAMES: Readonly<Record<SplitAddress['category'], string>> = {
  ip_address: 'ip address',
  device_mac: 'mac address',
  location_precise: 'latitude',
};

/** Does the field's own name say a hardware address, so that its members may be the bytes of one? */
function isAddress(field: Field): boolean {
  const category = field.mapped ?? field.named?.category ?? field.doubted;
  return category === 'device_mac' || category === 'router_mac' || category === 'bluetooth_mac';
}

/** What becomes of an address that members spell together; undefined where it may stay. */
function wholeOf({ text, category }: SplitAddress, field: Field, cx: WalkContext): Ruling | undefined {
  const as = field.member(WHOLE_NAMES[category]);
  const { ruling } = judged(new Node('string', text, -1, -1), as, false, 1, cx);
  return ruling.fate.action === 'keep' ? undefined : ruling;
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

function visitArray(node: Node, field: Field, cx: WalkContext, layers: number): boolean {
  const elements = node.children;
  if (!elements || elements.length === 0) return false;
  const scalar = elements[0]!.kind !== 'object' && elements[0]!.kind !== 'array';
  if (scalar && wholeArray(node, field, cx, layers)) return true;
  const { names } = field.rules;
  const levels = layers === 0 && (field.place === 'path' || field.place === 'topic') && field.path([]) === '$';
  const named = levels
    ? spokenLevels(node, names, cx)
    : scalar
      ? (spokenArguments(elements, cx.recognizers) ?? pairedNames(node, names, cx))
      : undefined;
  const columns = scalar ? undefined : headedNames(node, names, cx);
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
