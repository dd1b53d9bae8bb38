// Asks the ladder about a value, with all that it has to know.
import { type CategoryId, FLOOR } from '../model.js';
import type { Fate } from '../policy/decide.js';
import { textCanonical } from '../recognize/canonical.js';
import type { Classification } from './classify.js';
import type { MessageContext } from './context.js';
import type { Scalar } from './edits.js';
import type { Field } from './field.js';
import type { FieldQuestion } from './field-rules.js';

/** What the ladder says of a value that is `what` and holds `embeds`. */
export function fateOf(
  { category, form, whole }: Classification,
  { kind, text, field }: Scalar,
  cx: MessageContext,
  embeds: readonly CategoryId[] = [],
): Fate {
  const addressed = cx.isAddressed(category, whole?.canonical ?? textCanonical(text));
  const question: FieldQuestion = { category, form, embeds, addressed };
  if (kind === 'number') return numberFate(askedFate(field, question, cx), category);
  if (form !== 'token' || kind !== 'string') return askedFate(field, question, cx);
  return askedFate(field, { ...question, returned: cx.isReturned(text), behaviour: cx.behaviourOf(field, text) }, cx);
}

/** A number is never replaced by another number, unless it is an address: a reading that is false is worse than none. */
function numberFate(fate: Fate, category: CategoryId): Fate {
  return fate.action === 'pseudonymize' && !isAddressNumber(category) ? { action: 'drop', reason: fate.reason } : fate;
}

/** Addresses that are written as numbers (a MAC as 48 bits) are no readings: their stand-ins are numbers too. */
function isAddressNumber(category: CategoryId): boolean {
  return (
    category === 'device_mac' || category === 'bluetooth_mac' || category === 'router_mac' || category === 'radio_identifier'
  );
}

/** What the ladder says of something that stands inside a value. */
export function fateOfEmbedded(category: CategoryId, canonical: string, field: Field, cx: MessageContext): Fate {
  return askedFate(field, { category, form: undefined, addressed: cx.isAddressed(category, canonical) }, cx);
}

/** Where a device is addressed nothing is taken out, whoever said so: a stand-in takes its place, and a secret refuses the message. */
function askedFate(field: Field, question: FieldQuestion, cx: MessageContext): Fate {
  const fate = field.fate(question);
  if (!cx.addresses || (fate.action !== 'drop' && fate.action !== 'blank')) return fate;
  const isFloor = FLOOR.has(question.category) || question.embeds?.some((category) => FLOOR.has(category)) === true;
  return { action: isFloor ? 'refuse' : 'pseudonymize', reason: fate.reason };
}
