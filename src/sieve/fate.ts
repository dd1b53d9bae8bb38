// Asks the ladder about a value, with all that it has to know.
import type { CategoryId } from '../model.js';
import type { Fate } from '../policy/decide.js';
import type { Classification } from './classify.js';
import type { MessageContext } from './context.js';
import type { Scalar } from './edits.js';
import type { FieldQuestion } from './field-rules.js';

/** What the ladder says of a value that is `what` and holds `embeds`. */
export function fateOf(
  { category, form, whole }: Classification,
  { kind, text, field }: Scalar,
  cx: MessageContext,
  embeds: readonly CategoryId[] = [],
): Fate {
  const addressed = cx.isAddressed(category, whole?.canonical ?? `text:${text}`);
  const question: FieldQuestion = { category, form, embeds, addressed };
  if (form !== 'token' || kind !== 'string') return field.fate(question);
  return field.fate({ ...question, returned: cx.isReturned(text), behaviour: cx.behaviourOf(field, text) });
}
