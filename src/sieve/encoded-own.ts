// Finds own identifiers that the normal walk cannot see: inside an encoding that is truncated or concatenated with other text, or split
// across parts that were judged separately.
import type { CategoryId, Edit } from '../model.js';
import { findEncoded } from '../own-identifiers/decoded-search.js';
import type { Evidence } from './classify.js';
import type { MessageContext } from './context.js';
import { type Judged, removal, type Scalar } from './edits.js';
import { judgeEmbedded } from './embedded.js';

const never = (): boolean => false;

/** Which of the home's own is hidden in a name, as its category; undefined: none. A name is never let out by a decision. */
export function hiddenCategory(name: string, cx: MessageContext): CategoryId | undefined {
  const { checkDeadline } = cx.search;
  const found = findEncoded(cx.own, Buffer.from(name, 'utf8'), { isReleased: never, checkDeadline });
  return found === undefined ? undefined : cx.own.identifiers[found]!.category;
}

/** Which of the home's own stands in a value as a whole, plainly (its pieces were judged one by one) or hidden, by no decision. */
function standingIn(bytes: Uint8Array, cx: MessageContext): number | undefined {
  for (const identifier of cx.own.count(bytes).keys()) if (!cx.search.isReleased(identifier)) return identifier;
  return findEncoded(cx.own, bytes, cx.search);
}

/**
 * Judges a string or bytes again as a value that holds one of the home's own, where what would stand in its place (`edit`) does. A text
 * goes by the fate of what it holds, as a whole; bytes go, and so does a text in which it would stand all the same. Undefined: none does.
 */
export function judgeHidden(scalar: Scalar, edit: Edit | undefined, cx: MessageContext): Judged | undefined {
  const found = standingIn(leftOf(scalar, edit), cx);
  if (found === undefined) return undefined;
  if (scalar.kind === 'string') {
    const again = judgedWith(scalar, found, cx);
    if (again.edit === undefined && again.ruling.fate.action === 'keep') return undefined;
    if (standingIn(leftOf(scalar, again.edit), cx) === undefined) return again;
  }
  const { category } = cx.own.identifiers[found]!;
  const { reason } = scalar.field.fate({ category, form: undefined });
  const fate = { action: scalar.fixed ? 'blank' : 'drop', reason } as const;
  return { ruling: scalar.field.ruleAs(category, 'household', fate, scalar.occurrence), edit: removal(scalar.fixed) };
}

/** What would stand in a value's place. */
function leftOf({ kind, text, bytes }: Scalar, edit: Edit | undefined): Uint8Array {
  if (edit === undefined) return kind === 'bytes' ? bytes! : Buffer.from(text, 'utf8');
  return edit.kind === 'bytes' ? edit.bytes : Buffer.from(edit.kind === 'text' ? edit.text : '', 'utf8');
}

/** A text as one that is an own identifier from end to end. */
function judgedWith(scalar: Scalar, found: number, cx: MessageContext): Judged {
  const { category } = cx.own.identifiers[found]!;
  const whole: Evidence = {
    category,
    start: 0,
    end: scalar.text.length,
    canonical: `own:${found}`,
    strength: 'certain',
    recognizer: 'ownIdentifier',
    source: 'own-identifier',
    confirmed: false,
  };
  const what = { category, by: 'household', form: undefined, because: ['ownIdentifier'], whole, embeds: [] } as const;
  return judgeEmbedded(scalar, what, cx);
}

/**
 * Whether all of the home's own in a text, in whatever encoding, are of these categories or leave with the message anyway; then those
 * of the categories are noted as leaving by a decision.
 */
export function releaseHidden(text: string, categories: ReadonlySet<CategoryId>, cx: MessageContext): boolean {
  const bytes = Buffer.from(text, 'utf8');
  const found = new Map(cx.own.count(bytes));
  findEncoded(cx.own, bytes, {
    isReleased: (identifier) => {
      found.set(identifier, (found.get(identifier) ?? 0) + 1);
      return true; // the search goes on
    },
    checkDeadline: cx.search.checkDeadline,
  });
  const isOf = (identifier: number): boolean => categories.has(cx.own.identifiers[identifier]!.category);
  for (const identifier of found.keys()) if (!isOf(identifier) && !cx.allowed.has(identifier)) return false;
  for (const [identifier, times] of found)
    if (isOf(identifier)) cx.allowed.set(identifier, (cx.allowed.get(identifier) ?? 0) + times);
  return true;
}
