// Values in which one of the household's own identifiers stands below encodings that no layer undoes: cut, or glued to other text.
import { hiddenIn } from '../classify/hidden.js';
import type { CategoryId, Node } from '../model.js';
import type { LeafContext } from './context.js';
import { BLANK, DROP, type Leaf } from './edits.js';
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

/**
 * Judges a string again as a text that holds one of the home's own, where what would stand in its place does; `done`: whether anything
 * was to change. It goes by the fate of what it holds, as a whole. `mark`: where the trace stood before it was judged.
 */
export function judgeHidden(
  node: Node,
  field: Field,
  element: boolean,
  occurrence: number,
  cx: LeafContext,
  mark: number,
  done: boolean,
): boolean {
  const left = node.edit === undefined ? node.text : node.edit.kind === 'text' ? node.edit.text : '';
  const found = hiddenIn(cx.own, Buffer.from(left, 'utf8'), cx.looking);
  if (found === undefined) return done;
  const { text } = node;
  const what = classify('string', text, field, cx);
  const { fate } = field.ruling(what.category, what.by, what.unclassified, occurrence);
  const leaf: Leaf = { kind: 'string', text, bytes: undefined, field, element, occurrence, cx, what, fate };
  const { category } = cx.own.identifiers[found]!;
  const whole = { category, start: 0, end: text.length, canonical: `own:${found}`, strength: 'certain' } as const;
  const { ruling, edit } = judgeFindings(leaf, [whole]);
  if (edit === undefined) return done;
  cx.trace.back(mark);
  return settle(node, ruling, edit, cx);
}

/** The same for bytes, which go. */
export function judgeHiddenBytes(
  node: Node,
  field: Field,
  element: boolean,
  occurrence: number,
  cx: LeafContext,
  mark: number,
  done: boolean,
): boolean {
  const left = node.edit === undefined ? node.bytes! : node.edit.kind === 'bytes' ? node.edit.bytes : undefined;
  const found = left === undefined ? undefined : hiddenIn(cx.own, left, cx.looking);
  if (found === undefined) return done;
  const { category } = cx.own.identifiers[found]!;
  const { reason } = field.fate(category, false);
  cx.trace.back(mark);
  return settle(
    node,
    field.rule(category, 'household', { action: element ? 'blank' : 'drop', reason }, occurrence),
    element ? BLANK : DROP,
    cx,
  );
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
