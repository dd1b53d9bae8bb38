// What stands in a field's place after its fate.
import { applyAction } from '../action/index.js';
import { HubError } from '../errors.js';
import type { ActionKind, CategoryId, ClassifiedBy, Edit, Finding } from '../model.js';
import type { Fate } from '../policy/decide.js';
import { identify } from '../recognize/canonical.js';
import { type LeafContext, learn, learnEmail } from './context.js';
import type { Field } from './field.js';
import type { Classified, ScalarKind } from './meaning.js';
import type { Ruling } from './ruling.js';
import { noteTaken } from './taken.js';

export const DROP: Edit = Object.freeze({ kind: 'drop' });
export const BLANK: Edit = Object.freeze({ kind: 'blank' });

/** What came of one field. */
export interface Judged {
  readonly ruling: Ruling;
  readonly edit: Edit | undefined;
}

/** A scalar that is being judged. */
export interface Leaf {
  readonly kind: ScalarKind;
  readonly text: string;
  readonly bytes: Uint8Array | undefined;
  readonly field: Field;
  readonly element: boolean;
  readonly occurrence: number;
  readonly cx: LeafContext;
  readonly what: Classified;
  readonly fate: Fate;
}

/** The field as a whole gets a ruling. */
export function finish(leaf: Leaf, ruling: Ruling, finding: Finding | undefined): Judged {
  const { category, fate } = ruling;
  // Also where it may leave: another field may have it in a dress.
  if (category === 'email' && leaf.kind === 'string') learnEmail(leaf.text, leaf.cx);
  if (fate.action !== 'keep' && leaf.kind === 'string') {
    if (category === 'wifi_ssid') learn(leaf.text, leaf.cx);
    else noteTaken(leaf.text, category, leaf.cx.taken);
  }
  return { ruling, edit: editFor(leaf, fate.action, category, finding) };
}

/** The edit that carries an action out; undefined: the value stays as it is. */
export function editFor(leaf: Leaf, action: ActionKind, category: CategoryId, finding: Finding | undefined): Edit | undefined {
  const { kind, text, element, cx } = leaf;
  if (action === 'keep' || action === 'refuse') return undefined;
  if (action === 'drop' || action === 'blank') return action === 'blank' || element ? BLANK : DROP;
  if (kind === 'null') return undefined;
  const identity =
    finding && byOf(finding) === 'value'
      ? { canonical: finding.canonical, finding }
      : identify(kind, text, category, cx.recognizers, leaf.bytes);
  const outcome = applyAction(action, { text, kind, category, ...identity, bytes: leaf.bytes }, cx.keyring);
  switch (outcome.kind) {
    case 'keep':
      return undefined;
    case 'drop':
    case 'refuse': // only the ladder refuses; an action that cannot treat a value takes it out
      return element ? BLANK : DROP;
    case 'text':
      if (outcome.text === text) return undefined;
      if (action === 'pseudonymize') remember(cx, category, text, outcome.text);
      return outcome;
    case 'blank':
    case 'bytes':
      return outcome;
    default:
      return outcome satisfies never;
  }
}

/** Most stand-ins of one message: as many as are kept for a service (household/vault.ts), or the first would be forgotten for the last. */
const PSEUDONYMS_MAX = 4096;

/** Notes a pseudonym, to be undone on the way down; once for each: in 1,000 rows of one device its address is one. Throws `too_many_fields`. */
export function remember(cx: LeafContext, category: CategoryId, original: string, pseudonym: string): void {
  const key = `${pseudonym}\0${original}`;
  if (cx.remembered.has(key)) return;
  if (cx.remembered.size >= PSEUDONYMS_MAX) throw new HubError('too_many_fields', 'pseudonyms');
  cx.remembered.add(key);
  cx.pseudonyms.push({ service: cx.service, epoch: cx.epoch, category, original, pseudonym });
}

export function byOf(finding: Finding): ClassifiedBy {
  return finding.canonical.startsWith('own:') ? 'household' : 'value';
}
