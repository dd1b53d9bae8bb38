// The registry of actions, typed by their kinds, and how several of them meet in one text.
import type { ActionKind, CategoryId, Finding, Title } from '../model.js';
import { strictness } from '../model.js';
import { type Action, asText, DROP, type Outcome, type Subject } from './action.js';
import { blank } from './blank.js';
import { drop } from './drop.js';
import { GENERALIZABLE, generalize } from './generalize.js';
import { hash } from './hash.js';
import { keep } from './keep.js';
import type { Keyring } from './keyring.js';
import { pseudonymize } from './pseudonymize.js';
import { refuse } from './refuse.js';

export type { Action, Outcome, Subject } from './action.js';
export { type Keyring, makeKeyring } from './keyring.js';
export { pseudonymMac } from './pseudonym/network.js';
export { GENERALIZABLE };

export const ACTION_TABLE = { keep, generalize, pseudonymize, hash, blank, drop, refuse } as const satisfies Record<
  ActionKind,
  Action
>;

/** Carries one action out on one scalar. The sieve turns a `drop` of an array's element into `blank`. */
export function applyAction(kind: ActionKind, subject: Subject, keyring: Keyring): Outcome {
  return ACTION_TABLE[kind].apply(subject, keyring);
}

/** The action's sentence. */
export function saysOf(kind: ActionKind): Title {
  return ACTION_TABLE[kind].says;
}

/** One thing found in a text, and what is to happen to it. */
export interface SpanAction {
  readonly finding: Finding;
  readonly category: CategoryId;
  readonly action: ActionKind;
}

/**
 * Carries out an action on each finding of one text, from the last to the first, so that the spans stay where they were found.
 * The findings must not overlap (as `findValues` gives them). One `refuse` refuses the whole.
 */
export function applyToSpans(text: string, spans: readonly SpanAction[], keyring: Keyring): Outcome {
  let result = text;
  const ordered = [...spans].sort((a, b) => b.finding.start - a.finding.start);
  const strictest = Math.max(-1, ...ordered.map((span) => strictness(span.action)));
  if (strictest >= strictness('refuse')) return { kind: 'refuse' };
  for (const { finding, category, action } of ordered) {
    const subject: Subject = { text: result, kind: 'string', category, canonical: finding.canonical, finding };
    const outcome = applyAction(action, subject, keyring);
    switch (outcome.kind) {
      case 'keep':
        break;
      case 'text':
        result = outcome.text;
        break;
      case 'blank':
      case 'drop':
      case 'bytes':
      case 'refuse':
        return outcome.kind === 'bytes' ? DROP : outcome; // bytes cannot stand in a text: closed
      default: {
        const never: never = outcome;
        return never;
      }
    }
  }
  return result === text ? { kind: 'keep' } : asText(result);
}
