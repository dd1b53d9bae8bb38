// What stands in a field's place after its fate.
import { applyAction, type Outcome } from '../action/index.js';
import type { ActionKind, CategoryId, Edit, Finding } from '../model.js';
import type { Fate } from '../policy/decide.js';
import { identify, textCanonical } from '../recognize/canonical.js';
import { tailOf } from '../recognize/history/addressing.js';
import { isToken } from '../recognize/history/provenance.js';
import { isAddressable, type MessageContext } from './context.js';
import type { Field } from './field.js';
import { noteRemoved } from './removed-values.js';
import type { Ruling, Told } from './ruling.js';

export const DROP: Edit = Object.freeze({ kind: 'drop' });
export const BLANK: Edit = Object.freeze({ kind: 'blank' });

export type ScalarKind = 'string' | 'number' | 'boolean' | 'null' | 'bytes';

/** A scalar as it is judged. */
export interface Scalar {
  readonly kind: ScalarKind;
  readonly text: string;
  readonly bytes: Uint8Array | undefined;
  readonly field: Field;
  /** In an array, or the root: nothing is dropped there. */
  readonly fixed: boolean;
  readonly occurrence: number;
  /** It is a member's name: keys of maps are identifiers more often than not. */
  readonly isKey?: true;
}

/** What came of one scalar. */
export interface Judged {
  readonly ruling: Ruling;
  readonly edit: Edit | undefined;
}

/** What takes a value out. */
export function removal(fixed: boolean): Edit {
  return fixed ? BLANK : DROP;
}

/** The ruling for a scalar as a whole, with the edit that carries it out. */
export function applyRuling(scalar: Scalar, ruling: Ruling, finding: Finding | undefined, cx: MessageContext): Judged {
  const { kind, text } = scalar;
  const { category, fate } = ruling;
  // Also where it may leave: another field may have it in an encoding.
  if (category === 'email' && kind === 'string') cx.learnEmail(text);
  if (kind === 'string') noteAddress(text, finding?.canonical ?? textCanonical(text), ruling, scalar.field, cx);
  if (fate.action !== 'keep' && kind === 'string') {
    if (category === 'wifi_ssid') cx.learnNetwork(text);
    else noteRemoved(text, category, cx.removed);
  }
  return { ruling, edit: editFor(scalar, fate.action, category, finding, cx) };
}

/** The edit that carries an action out; undefined: the value stays as it is. */
export function editFor(
  { kind, text, bytes, fixed }: Scalar,
  action: ActionKind,
  category: CategoryId,
  finding: Finding | undefined,
  cx: MessageContext,
): Edit | undefined {
  if (action === 'keep' || action === 'refuse') return undefined;
  if (action === 'drop' || action === 'blank') return action === 'blank' ? BLANK : removal(fixed);
  if (kind === 'null') return undefined;
  const identity =
    finding !== undefined && !isOwn(finding)
      ? { canonical: finding.canonical, finding }
      : identify(kind, text, category, cx.memory.rules.recognizers, bytes);
  const outcome = applyAction(action, { text, kind, category, ...identity, bytes }, cx.keyring);
  if (cx.addresses && kind === 'string') return addressEdit(text, outcome, category, cx);
  switch (outcome.kind) {
    case 'keep':
      return undefined;
    case 'drop':
    case 'refuse': // only the ladder refuses; an action that cannot treat a value takes it out
      return removal(fixed);
    case 'text':
      if (outcome.text === text) return undefined;
      if (action === 'pseudonymize') cx.remember(category, text, outcome.text);
      return outcome;
    case 'blank':
    case 'bytes':
      return outcome;
    default:
      return outcome satisfies never;
  }
}

/** What a topic's level cannot hold (MQTT 5.0, 4.7.1). */
const NO_LEVEL = /[/+#\0]/;
/** Hex digits of a stand-in that has no form of its own. */
const STAND_IN_DIGITS = 16;

/** What devices are addressed with is never absent, and stays one level. */
function addressEdit(text: string, outcome: Outcome, category: CategoryId, cx: MessageContext): Edit | undefined {
  if (outcome.kind === 'keep') return undefined;
  const fits = outcome.kind === 'text' && outcome.text !== '' && (!NO_LEVEL.test(outcome.text) || NO_LEVEL.test(text));
  const instead = fits ? outcome.text : standInFor(text, cx);
  if (instead === text) return undefined;
  cx.remember(category, text, instead);
  return { kind: 'text', text: instead };
}

/** A stand-in for what has none of its form. */
export function standInFor(text: string, cx: MessageContext): string {
  return Buffer.from(cx.keyring.mac('topic', text)).toString('hex').slice(0, STAND_IN_DIGITS);
}

/** Notes what names a device, so that it has one fate in every place. `canonical`: of the value, or of what stands inside it. */
export function noteAddress(
  text: string,
  canonical: string,
  { category, by, fate }: Told & { readonly fate: Fate },
  field: Field,
  cx: MessageContext,
): void {
  if (!isAddressable(category) || (fate.action !== 'keep' && fate.action !== 'pseudonymize')) return;
  const isHardware = tailOf(canonical) !== undefined;
  const isNamed = cx.addresses || by === 'name' || by === 'profile';
  if (!isHardware && (!isNamed || !isToken(text) || field.namesEvent)) return;
  cx.learnAddress(canonical, category, !cx.addresses || field.place === 'topic');
}

/** Whether a finding is one of the household's own identifiers. */
export function isOwn({ canonical }: Finding): boolean {
  return canonical.startsWith('own:');
}
