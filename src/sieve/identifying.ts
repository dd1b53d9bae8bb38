// Members whose names are themselves identifying, as they stand or in another encoding: such a member goes, or its name becomes a pseudonym.
import { spokenValues } from '../classify/spoken.js';
import { findValues } from '../classify/values.js';
import { HubError } from '../errors.js';
import { type CategoryId, Node } from '../model.js';
import { unwrap, type Wrapped } from '../payload/wrapping.js';
import type { MessageContext } from './context.js';
import { DROP } from './edits.js';
import type { Field } from './field.js';
import { hiddenCategory } from './hidden.js';
import { judged } from './leaf.js';
import type { Ruling } from './ruling.js';

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
  if (edit.kind === 'text') {
    member.rename = edit.text;
    cx.trace.leaf(ruling);
    cx.visit(member, field, 'member', 1, layers);
    return true;
  }
  dropAll(member, field, ruling, cx);
  member.edit = DROP;
  return true;
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
  return cx.own.find(name)[0]?.category ?? identifyingText(name) ?? hiddenName(name, cx);
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
      const found = cx.own.find(text)[0]?.category ?? identifyingText(text) ?? hiddenName(text, cx, layer + 1);
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
