// One scalar field: what it is (map, name, value, household, shape; the worst finding wins), its fate, and what stands there after.
import { HubError } from '../errors.js';
import type { Edit, Finding, Node } from '../model.js';
import { strictness } from '../model.js';
import type { LeafContext } from './context.js';
import { finish, type Judged, type Leaf } from './edits.js';
import type { Field } from './field.js';
import { judgeFindings, relevant } from './findings.js';
import { classify, type ScalarKind } from './meaning.js';
import type { Ruling } from './ruling.js';

const NOTHING: readonly Finding[] = [];
const STRICT = strictness('hash');

/** Judges one scalar, writes the ruling down and puts the edit on the node. `element`: it stands in an array, where nothing is dropped. */
export function judgeLeaf(node: Node, field: Field, element: boolean, occurrence: number, cx: LeafContext): boolean {
  const { ruling, edit } = judged(node, field, element, occurrence, cx);
  return settle(node, ruling, edit, cx);
}

/** Writes a ruling down and puts its edit on the node. Throws where the ladder refuses the whole message. */
export function settle(node: Node, ruling: Ruling, edit: Edit | undefined, cx: LeafContext): boolean {
  cx.trace.leaf(ruling);
  if (ruling.fate.action === 'refuse') throw new HubError('blocked');
  if (!edit) return false;
  node.edit = edit;
  return true;
}

/** Whether the field as a whole may not leave, whatever stands inside its text. */
export function goesWhole(node: Node, field: Field, cx: LeafContext): boolean {
  const { category, unclassified } = classify(node.kind as ScalarKind, node.text, field, cx);
  return strictness(field.fate(category, unclassified).action) >= STRICT;
}

/** What the value is and what the ladder says, with nothing decided about what stands inside it. */
export function rulingOf(node: Node, field: Field, occurrence: number, cx: LeafContext): Ruling {
  const { category, by, unclassified } = classify(node.kind as ScalarKind, node.text, field, cx);
  return field.ruling(category, by, unclassified, occurrence);
}

/** The long way: every classifier is asked. Nothing is written down yet. */
export function judged(node: Node, field: Field, element: boolean, occurrence: number, cx: LeafContext): Judged {
  const what = classify(node.kind as ScalarKind, node.text, field, cx);
  const ruling = field.ruling(what.category, what.by, what.unclassified, occurrence);
  const { fate } = ruling;
  const leaf: Leaf = {
    kind: node.kind as ScalarKind,
    text: node.text,
    bytes: node.bytes,
    field,
    element,
    occurrence,
    cx,
    what,
    fate,
  };
  const bare = leaf.kind === 'boolean' || leaf.kind === 'null' || leaf.text === '';
  const found = bare || strictness(fate.action) >= STRICT ? NOTHING : relevant(leaf);
  return found.length === 0 ? finish(leaf, ruling, undefined) : judgeFindings(leaf, found);
}
