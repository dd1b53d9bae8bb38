// Values in which one of the household's own identifiers stands below encodings that no layer undoes: cut, or glued to other text; or
// over the seams of the pieces in which they were judged.

import type { CategoryId, Edit, Node } from '../model.js';
import { hiddenIn } from '../own-identifiers/decoded-search.js';
import type { LeafContext } from './context.js';
import { BLANK, DROP, type Judged } from './edits.js';
import type { Field } from './field.js';
import { judgeFindings } from './findings.js';
import { settle } from './leaf.js';
import { classify } from './meaning.js';

const never = (): boolean => false;

/** Which of the home's own is hidden in a name, as its category; undefined: none. A name is never let out by a decision. */
export function hiddenCategory(name: string, cx: LeafContext): CategoryId | undefined {
  const found = hiddenIn(cx.own, Buffer.from(name, 'utf8'), { isAllowed: never, pulse: cx.looking.pulse });
  return found === undefined ? undefined : cx.own.identifiers[found]!.category;
}

/** Which of the home's own stands in a value as a whole, plainly (its pieces were judged one by one) or hidden, by no decision. */
function standingIn(bytes: Uint8Array, cx: LeafContext): number | undefined {
  for (const identifier of cx.own.count(bytes).keys()) if (!cx.looking.isAllowed(identifier)) return identifier;
  return hiddenIn(cx.own, bytes, cx.looking);
}

/** A string or bytes as they were judged. `mark`: where the trace stood before; `done`: whether anything is to change. */
export interface JudgedValue {
  readonly node: Node;
  readonly field: Field;
  readonly element: boolean;
  readonly occurrence: number;
  readonly cx: LeafContext;
  readonly mark: number;
  readonly done: boolean;
}

/**
 * Judges a value again as one that holds one of the home's own, where what would stand in its place does. A text goes by the fate of
 * what it holds, as a whole; bytes go, and so does a text in which it would stand all the same. Returns whether anything is to change.
 */
export function judgeHidden(value: JudgedValue): boolean {
  const { node, cx, done } = value;
  const found = standingIn(leftOf(node, node.edit), cx);
  if (found === undefined) return done;
  if (node.kind !== 'bytes') {
    const { ruling, edit } = judgedWith(value, found);
    if (edit === undefined && ruling.fate.action === 'keep') return done;
    if (standingIn(leftOf(node, edit), cx) === undefined) {
      cx.trace.back(value.mark);
      return settle(node, ruling, edit, cx);
    }
  }
  return withheld(value, found);
}

/** What would stand in a value's place. */
function leftOf({ kind, text, bytes }: Node, edit: Edit | undefined): Uint8Array {
  if (edit === undefined) return kind === 'bytes' ? bytes! : Buffer.from(text, 'utf8');
  return edit.kind === 'bytes' ? edit.bytes : Buffer.from(edit.kind === 'text' ? edit.text : '', 'utf8');
}

/** A text as one that is an own identifier from end to end. */
function judgedWith({ node: { text }, field, element, occurrence, cx }: JudgedValue, found: number): Judged {
  const what = classify('string', text, field, cx);
  const { fate } = field.ruling(what.category, what.by, what.unclassified, occurrence);
  const { category } = cx.own.identifiers[found]!;
  const whole = { category, start: 0, end: text.length, canonical: `own:${found}`, strength: 'certain' } as const;
  return judgeFindings({ kind: 'string', text, bytes: undefined, field, element, occurrence, cx, what, fate }, [whole]);
}

function withheld({ node, field, element, occurrence, cx, mark }: JudgedValue, found: number): boolean {
  const { category } = cx.own.identifiers[found]!;
  const { reason } = field.fate(category, false);
  cx.trace.back(mark);
  const ruling = field.rule(category, 'household', { action: element ? 'blank' : 'drop', reason }, occurrence);
  return settle(node, ruling, element ? BLANK : DROP, cx);
}

/**
 * Whether all of the home's own in a text, in whatever encoding, are of these categories or leave with the message anyway; then those
 * of the categories are noted as leaving by a decision.
 */
export function allowHidden(text: string, categories: ReadonlySet<CategoryId>, cx: LeafContext): boolean {
  const bytes = Buffer.from(text, 'utf8');
  const found = new Map(cx.own.count(bytes));
  hiddenIn(cx.own, bytes, {
    isAllowed: (identifier) => {
      found.set(identifier, (found.get(identifier) ?? 0) + 1);
      return true; // the search goes on
    },
    pulse: cx.looking.pulse,
  });
  const isOf = (identifier: number): boolean => categories.has(cx.own.identifiers[identifier]!.category);
  for (const identifier of found.keys()) if (!isOf(identifier) && !cx.allowed.has(identifier)) return false;
  for (const [identifier, times] of found)
    if (isOf(identifier)) cx.allowed.set(identifier, (cx.allowed.get(identifier) ?? 0) + times);
  return true;
}
