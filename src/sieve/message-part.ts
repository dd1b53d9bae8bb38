// A message as the sieve takes and gives it: parts, each of one place.
import type { HubError } from '../errors.js';
import type { Decision, Place, Pseudonym } from '../model.js';
import type { Observation } from '../recognize/history/history.js';
import type { Learned } from './learned.js';

/** One part of a message. `bytes`: a body or a text; `fields`: a list of named values (headers, user properties). */
export type Part =
  | {
      readonly in: Place;
      readonly kind: 'bytes';
      readonly bytes: Uint8Array;
      readonly mediaType?: string;
      readonly coding?: string;
      /** It is a topic, and stands under this name in its place (a will's). */
      readonly topicOf?: string;
    }
  | {
      readonly in: Place;
      readonly kind: 'fields';
      readonly fields: readonly (readonly [string, string])[];
      /** What devices are addressed or answered with: never absent. */
      readonly addresses?: boolean;
    };

export interface Sieved {
  /** The parts as they may leave, in the order given; undefined when the message is refused. */
  readonly parts: readonly Part[] | undefined;
  readonly decisions: readonly Decision[];
  readonly pseudonyms: readonly Pseudonym[];
  readonly error: HubError | undefined;
  /** What the message gave away of the home and of what the device is addressed with; where it is new, the message is to be judged again. */
  readonly learned: readonly Learned[];
  /** What was seen in fields that nothing recognizes: for the history, once the record is written. */
  readonly observations: readonly Observation[];
  /** Something passed unread because the household opened it: a part that cannot be read, something encrypted. */
  readonly unread: boolean;
}
