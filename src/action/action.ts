// What an action is given and what it answers; shared by every file of the room.
import type { CategoryId, Edit, Finding, Title } from '../model.js';
import type { Keyring } from './keyring.js';

/**
 * One scalar of a message. With a `finding` only its span of `text` changes, without one the whole value. The caller says what
 * the thing is (`identify` and `findValues` of the classify room do): this room imports no other.
 */
export interface Subject {
  /** A string's value, a number's literal, `true` or `false`; '' for bytes. */
  readonly text: string;
  readonly kind: 'string' | 'number' | 'boolean' | 'bytes';
  readonly category: CategoryId;
  /** One spelling for one thing in every notation: `mac:…`, `ip:…`, `geo:…`; `text:` and the value where it has no other. */
  readonly canonical: string;
  readonly finding?: Finding | undefined;
  /** Only with kind `bytes`. */
  readonly bytes?: Uint8Array | undefined;
}

/** What happens to the node: an edit of the tree, nothing, or no message at all. */
export type Outcome = Edit | { readonly kind: 'keep' } | { readonly kind: 'refuse' };

export interface Action {
  /** Deterministic: the same subject and keyring, the same outcome. Never throws for a value it cannot treat: it drops. */
  apply(subject: Subject, keyring: Keyring): Outcome;
  /** What it does, as a sentence for the household. */
  readonly says: Title;
}

export const DROP: Outcome = Object.freeze({ kind: 'drop' });
export const BLANK: Outcome = Object.freeze({ kind: 'blank' });

export function asText(text: string): Outcome {
  return { kind: 'text', text };
}

/** The characters the action is about: the finding's span, or all. */
export function spanOf(subject: Subject): string {
  const { finding, text } = subject;
  return finding === undefined ? text : text.slice(finding.start, finding.end);
}

/** Does the finding leave something of the value standing around it? */
export function isPartial(subject: Subject): boolean {
  const { finding, text } = subject;
  return finding !== undefined && finding.end - finding.start < text.length;
}

/** The whole value with the span replaced; `undefined` (it could not be treated) drops the value, or cuts the span out of a text. */
export function replaceSpan(subject: Subject, replacement: string | undefined): Outcome {
  const { finding, text } = subject;
  if (finding === undefined || !isPartial(subject)) return replacement === undefined ? DROP : asText(replacement);
  return asText(text.slice(0, finding.start) + (replacement ?? '') + text.slice(finding.end));
}
