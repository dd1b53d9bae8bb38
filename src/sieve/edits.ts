// What stands in a field's place after its fate.
import { applyAction } from '../action/index.js';
import type { ActionKind, CategoryId, Edit, Finding } from '../model.js';
import { identify } from '../recognize/canonical.js';
import type { MessageContext } from './context.js';
import type { Field } from './field.js';
import { noteRemoved } from './removed-values.js';
import type { Ruling } from './ruling.js';

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
  // A number is never replaced by another number: a reading that is false is worse than none.
  if (kind === 'number' && action === 'pseudonymize' && !isAddressNumber(category)) return removal(fixed);
  const identity =
    finding !== undefined && !isOwn(finding)
      ? { canonical: finding.canonical, finding }
      : identify(kind, text, category, cx.memory.rules.recognizers, bytes);
  const outcome = applyAction(action, { text, kind, category, ...identity, bytes }, cx.keyring);
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

/** Addresses that are written as numbers (a MAC as 48 bits) are no readings: their stand-ins are numbers too. */
function isAddressNumber(category: CategoryId): boolean {
  return (
    category === 'device_mac' || category === 'bluetooth_mac' || category === 'router_mac' || category === 'radio_identifier'
  );
}

/** Whether a finding is one of the household's own identifiers. */
export function isOwn({ canonical }: Finding): boolean {
  return canonical.startsWith('own:');
}
