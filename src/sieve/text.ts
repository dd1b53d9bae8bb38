// One text on its way: ordinary ones are told by one look, those met lately as they were told then, all others by every recognizer.
import type { Edit } from '../model.js';
import { mayNest } from '../recognize/nesting.js';
import { traitsOf } from '../recognize/prefilter.js';
import { quickForm } from '../recognize/value-form.js';
import type { MessageContext, Position } from './context.js';
import type { Scalar } from './edits.js';
import { judgeHidden } from './encoded-own.js';
import type { Field } from './field.js';
import { dependsOnValue, judgeScalar } from './leaf.js';
import { judgeNested } from './nested.js';
import { plainText, writeJudged, writePlain } from './plain.js';
import type { WalkInner } from './walk-inner.js';

/** Where a text stands. */
export interface TextSpot {
  readonly field: Field;
  readonly position: Position;
  readonly occurrence: number;
  readonly encodingDepth: number;
}

/** Judges a text and writes down what was decided; gives the edit. */
export function judgeText(text: string, spot: TextSpot, walk: WalkInner, cx: MessageContext): Edit | undefined {
  cx.checkDeadline(text.length);
  const { field, occurrence } = spot;
  if (cx.mayHoldOwn || cx.searchEncodings || occurrence > 1) return judgeFully(text, spot, walk, cx);
  if (!dependsOnValue(field, cx)) {
    const traits = traitsOf(text);
    const { recognizers } = field.rules;
    const isOrdinary =
      !recognizers.mayHold(text, traits) && !mayNest(text, traits) && !cx.mayHoldTail(traits) && !cx.mayBeAddress(text);
    const plain = isOrdinary ? plainText(field, text, quickForm(text, traits, field.idLike), cx) : undefined;
    if (plain !== undefined) return writePlain(plain, spot.position !== 'member', cx);
  }
  const known = field.outcomes.find(text, cx.version);
  if (known !== undefined) return cx.repeat(known);
  const stand = cx.stand();
  const edit = judgeFully(text, spot, walk, cx);
  const outcome = cx.outcomeSince(stand, edit);
  if (outcome !== undefined) field.outcomes.keep(text, outcome);
  return edit;
}

function judgeFully(
  text: string,
  { field, position, occurrence, encodingDepth }: TextSpot,
  walk: WalkInner,
  cx: MessageContext,
): Edit | undefined {
  const { mark } = cx.trace;
  const scalar: Scalar = { kind: 'string', text, bytes: undefined, field, fixed: position !== 'member', occurrence };
  const nested = judgeNested(scalar, position, encodingDepth, walk, cx);
  const judged = nested === undefined ? judgeScalar(scalar, cx) : nested.judged;
  const edit = judged === undefined ? nested!.edit : writeJudged(judged, cx);
  if (!cx.searchEncodings) return edit;
  const again = judgeHidden(scalar, edit, cx);
  if (again === undefined) return edit;
  cx.trace.back(mark);
  return writeJudged(again, cx);
}
