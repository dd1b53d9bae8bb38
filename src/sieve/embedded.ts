// What stands inside a field's text, beside what the field is: what becomes of it, and of the field.
import { applyAction } from '../action/index.js';
import type { ActionKind, CategoryId } from '../model.js';
import { strictness } from '../model.js';
import type { Fate } from '../policy/decide.js';
import { identify } from '../recognize/canonical.js';
import { uuidNode } from '../recognize/value/uuid.js';
import { type Classification, type Evidence, IDENTIFIERS } from './classify.js';
import type { MessageContext } from './context.js';
import { applyRuling, editFor, isOwn, type Judged, noteAddress, removal, type Scalar, standInFor } from './edits.js';
import { fateOf, fateOfEmbedded } from './fate.js';
import { noteRemoved } from './removed-values.js';
import type { Told } from './ruling.js';

/** What a span of prose becomes where its content is dropped: readable, and no value. */
export const WITHHELD = '[withheld]';
/** Most findings that are replaced one by one in a text: one with more is a list of identifiers, and goes as a whole. */
const FINDINGS_MAX = 4096;

/** The field as its findings make it: the worst of what it is and what stands in it. */
export function judgeEmbedded(scalar: Scalar, what: Classification, cx: MessageContext): Judged {
  const { field, text, occurrence } = scalar;
  const { whole, embeds } = what;
  if (embeds.length > FINDINGS_MAX) return withholdList(scalar, what, cx);
  if (whole !== undefined) {
    const fate = fateOf(what, scalar, cx, uuidNode(text) === undefined ? [] : ['device_mac']);
    if (fate.action === 'keep') cx.release([whole]);
    return applyRuling(scalar, field.rule(what, fate, occurrence), whole, cx);
  }
  if (embeds.length > 0 && isIdentifier(what)) {
    const fate = fateOf(
      what,
      scalar,
      cx,
      embeds.flatMap((one) => categoriesIn(one, text)),
    );
    if (fate.action === 'keep') cx.release(embeds);
    if (fate.action !== 'pseudonymize') return applyRuling(scalar, field.rule(what, fate, occurrence), undefined, cx);
  }
  return replaceSpans(scalar, what, cx);
}

function isIdentifier({ category, form }: Classification): boolean {
  return form === undefined && IDENTIFIERS.has(category);
}

/** A UUID of version 1 or 6 holds an address. */
function categoriesIn({ category, start, end }: Evidence, text: string): CategoryId[] {
  return uuidNode(text.slice(start, end)) === undefined ? [category] : [category, 'device_mac'];
}

/** A text of very many identifiers goes whole where any of them must change. */
function withholdList(scalar: Scalar, what: Classification, cx: MessageContext): Judged {
  const { field, fixed, occurrence } = scalar;
  const changing = what.embeds.find(({ category }) => field.fate({ category, form: undefined }).action !== 'keep');
  if (changing === undefined) return applyRuling(scalar, field.rule(what, fateOf(what, scalar, cx), occurrence), undefined, cx);
  const { reason } = field.fate({ category: changing.category, form: undefined });
  const gone: Fate = { action: fixed ? 'blank' : 'drop', reason };
  return { ruling: field.rule(toldOf(changing), gone, occurrence), edit: removal(fixed) };
}

function toldOf(one: Evidence): Told {
  return { category: one.category, by: isOwn(one) ? 'household' : 'value', because: [one.recognizer] };
}

/** Each finding inside a longer text meets its own fate; the rest of the text stays. */
function replaceSpans(scalar: Scalar, what: Classification, cx: MessageContext): Judged {
  const { field, text } = scalar;
  const fate = fateOf(what, scalar, cx);
  const inIdentifier = isIdentifier(what);
  let out = '';
  let at = 0;
  let worst: { readonly what: Told; readonly fate: Fate } = { what, fate };
  for (const one of what.embeds) {
    const own = fateOfEmbedded(one.category, one.canonical, field, cx);
    const changes = own.action !== 'keep' || (inIdentifier && categoriesIn(one, text).length > 1);
    const met: Fate = inIdentifier && changes ? { action: 'pseudonymize', reason: fate.reason } : own;
    noteAddress(text.slice(one.start, one.end), one.canonical, { ...toldOf(one), fate: met }, field, cx);
    if (met.action === 'keep') {
      cx.release([one]);
      continue;
    }
    const instead = insteadOf(scalar, met.action, one, cx);
    if (!isOwn(one)) noteRemoved(text.slice(one.start, one.end), one.category, cx.removed);
    out += text.slice(at, one.start) + (instead ?? WITHHELD);
    at = one.end;
    // In a text, `drop` takes out the words found and leaves the rest: reported as `blank`.
    const shown: Fate = instead === undefined ? { action: 'blank', reason: met.reason } : met;
    if (strictness(shown.action) > strictness(worst.fate.action))
      worst = { what: inIdentifier ? what : toldOf(one), fate: shown };
  }
  const ruling = field.rule(worst.what, worst.fate, scalar.occurrence);
  if (at === 0) return { ruling, edit: editFor(scalar, fate.action, what.category, undefined, cx) };
  if (scalar.kind === 'number') return { ruling, edit: removal(scalar.fixed) };
  return { ruling, edit: { kind: 'text', text: out + text.slice(at) } };
}

/** What stands where a finding stood; undefined: nothing of it may. */
function insteadOf({ text, field }: Scalar, action: ActionKind, one: Evidence, cx: MessageContext): string | undefined {
  const piece = text.slice(one.start, one.end);
  const { category } = one;
  const canonical = isOwn(one) ? identify('string', piece, category, field.rules.recognizers).canonical : one.canonical;
  const outcome = applyAction(action, { text: piece, kind: 'string', category, canonical }, cx.keyring);
  const instead = outcome.kind === 'text' ? outcome.text : cx.addresses ? standInFor(piece, cx) : undefined;
  if (instead === undefined) return undefined;
  if (action === 'pseudonymize') cx.remember(category, piece, instead);
  return instead;
}
