// Members whose names are themselves identifying, as they stand or in another encoding: such a member goes, or its name becomes a pseudonym.

import { HubError } from '../errors.js';
import { type CategoryId, Node } from '../model.js';
import { unwrap, type Wrapped } from '../payload/wrapping.js';
import { LABELLED } from '../recognize/value-recognizers.js';
import type { MessageContext } from './context.js';
import { DROP, editFor } from './edits.js';
import type { Field } from './field.js';
import { hiddenCategory } from './hidden.js';
import { judged } from './leaf.js';
import type { Ruling } from './ruling.js';
import { SCANNED } from './scans.js';

/** A member whose name is itself an identifier: it goes, or its name becomes a pseudonym. */
export function identifyingMember(member: Node, field: Field, cx: MessageContext, layers: number): boolean {
  const outer = cx.ownPossible;
  cx.ownPossible = !cx.own.empty;
  const { ruling, edit } = judged(new Node('string', member.name!, -1, -1), field, false, 1, cx);
  cx.ownPossible = outer;
  const hidden = hiddenName(member.name!, cx);
  if (hidden !== undefined) {
    // What it says in another encoding goes with all that stands under it: a name is not packed again.
    dropAll(member, field, field.rule(hidden, 'value', field.fate(hidden, false), 1), cx);
    member.edit = DROP;
    return true;
  }
  if (edit === undefined) return cx.visit(member, field, 'member', 1, layers);
  if (edit.kind === 'text') return renamed(member, edit.text, ruling, field, cx, layers);
  const instead = standIn(member, field, ruling, cx);
  if (instead !== undefined) return renamed(member, instead.text, instead.ruling, field, cx, layers);
  dropAll(member, field, ruling, cx);
  member.edit = DROP;
  return true;
}

function renamed(member: Node, name: string, ruling: Ruling, field: Field, cx: MessageContext, layers: number): boolean {
  member.rename = name;
  cx.trace.leaf(ruling);
  cx.visit(member, field, 'member', 1, layers);
  return true;
}

/** Identifiers that are keys of maps: what stands under them is a device's or an account's report, and has fates of its own. */
const KEYS: ReadonlySet<CategoryId> = new Set<CategoryId>([
  'device_mac',
  'bluetooth_mac',
  'router_mac',
  'radio_identifier',
  'ip_address',
  'email',
]);

/** Where an identifier that may not leave names a whole report (`{"devices":{"3c:84:…":{"state":…}}}`): a stand-in for the name alone. */
function standIn(
  member: Node,
  field: Field,
  { category, by, fate }: Ruling,
  cx: MessageContext,
): { text: string; ruling: Ruling } | undefined {
  if (fate.action !== 'drop' || !KEYS.has(category) || member.kind !== 'object' || isHeard(member, field)) return undefined;
  const what = { category, by, unclassified: false };
  const other = { action: 'pseudonymize', reason: fate.reason } as const;
  const text = member.name!;
  const leaf = { kind: 'string', text, bytes: undefined, field, element: false, occurrence: 1, cx, what, fate: other } as const;
  const edit = editFor(leaf, 'pseudonymize', category, undefined);
  return edit?.kind === 'text' ? { text: edit.text, ruling: field.rule(category, by, other, 1) } : undefined;
}

/** What a beacon tells of itself under a name that says nothing. */
const BEACON =
  /^(?:(?:local|short|complete)?_?name|type|tx_?power|manufacturer_?(?:data|id)|service_?(?:data|uuids?)|adv\w*|ch\w*|freq\w*)$/i;

/** Is the object what a radio heard of somebody (a signal, and nothing that a device of the home would report)? */
function isHeard(member: Node, field: Field): boolean {
  let signal = false;
  for (const { name } of member.children ?? []) {
    const category = field.naming(name!)?.category;
    if (category === 'signal_strength') signal = true;
    else if (category === undefined ? !BEACON.test(name!) : !SCANNED.has(category)) return false;
  }
  return signal;
}

/** Writes down that everything below goes for the same reason. */
function dropAll(node: Node, field: Field, why: Ruling, cx: MessageContext): void {
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

/**
 * What a member's name identifies; undefined for an ordinary one. The home is always asked: a name is told in the record, whatever
 * becomes of the message. Asked once for each name: an ordinary one is remembered.
 */
export function identifyingName(name: string, cx: MessageContext): CategoryId | undefined {
  return cx.own.find(name)[0]?.category ?? identifyingText(name, cx) ?? hiddenName(name, cx);
}

/** Shortest name in which something can be hidden in another encoding: an IPv4 address in base64. */
const HIDING_MIN = 11;
/** Most encodings inside each other that are undone in a name; one that needs more is no name of a field. */
const HIDING_LAYERS = 3;

/** What a name says once its encoding is undone (`Zm9v…`, `3c%3A84…`), where that may not leave. */
function hiddenName(name: string, cx: MessageContext, layer = 0): CategoryId | undefined {
  if (name.length < HIDING_MIN || layer >= HIDING_LAYERS) return undefined;
  const own = layer === 0 ? hiddenCategory(name, cx) : undefined;
  if (own !== undefined) return own;
  for (const { bytes, document } of undone(name, cx)) {
    for (const text of [Buffer.from(bytes).toString('utf8'), ...textsOf(document?.root)]) {
      const found = cx.own.find(text)[0]?.category ?? identifyingText(text, cx) ?? hiddenName(text, cx, layer + 1);
      if (found !== undefined) return found;
    }
  }
  return undefined;
}

/** A name that looks like a cipher is a name all the same: nothing in it can be read. */
function undone(name: string, cx: MessageContext): readonly Wrapped[] {
  try {
    return unwrap(name, cx.limits);
  } catch (fault) {
    if (fault instanceof HubError && fault.code === 'sealed') return [];
    throw fault;
  }
}

/** The texts of a document, which may stand in an encoding of their own. */
function textsOf(node: Node | undefined): string[] {
  if (node === undefined) return [];
  return node.children === undefined ? [node.text] : node.children.flatMap(textsOf);
}

const PAIRED = /[:=/|>]/;

function identifyingText(name: string, cx: MessageContext): CategoryId | undefined {
  for (const found of cx.recognizers.findIdentifiers(name)) {
    // A pair where a name should stand (`?ssid:Home`); without its mark, a name of several words.
    if (LABELLED.has(found.recognizer) && !PAIRED.test(name)) continue;
    if (found.strength !== 'weak') return found.category;
    const whole = found.end - found.start === name.length;
    if (whole && (found.category === 'device_mac' || found.category === 'radio_identifier')) return found.category;
  }
  return undefined;
}
