// Members whose names are themselves identifying: such a member goes, or its name becomes a pseudonym.
import { spokenValues } from '../classify/spoken.js';
import { findValues } from '../classify/values.js';
import { type CategoryId, Node } from '../model.js';
import type { MessageContext } from './context.js';
import { DROP } from './edits.js';
import type { Field } from './field.js';
import { judged } from './leaf.js';
import type { Ruling } from './ruling.js';

/** A member whose name is itself an identifier: it goes, or its name becomes a pseudonym. */
export function identifyingMember(member: Node, field: Field, cx: MessageContext, layers: number): boolean {
  const { ruling, edit } = judged(new Node('string', member.name!, -1, -1), field, false, 1, cx);
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

export function identifyingName(name: string, cx: MessageContext): CategoryId | undefined {
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
