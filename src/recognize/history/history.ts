// What only time and the way down show of a service and a device. Read-only for the sieve; what a message adds is told as observations
// and applied after its record is written.
import type { CategoryId } from '../../model.js';

/** How a field behaved so far. `varying`: another value in every message, so that none identifies; `recurring`: a few values that come again. */
export type Behaviour = 'varying' | 'recurring';

/** A value of a field that nothing recognizes. `path`: place and normalized path. */
export interface Observation {
  readonly path: string;
  readonly text: string;
}

export interface History {
  /** Changes whenever an answer below may change: what was made of one counts no more. */
  readonly version: number;
  /** Whether the service's cloud itself sent this very token down. */
  isReturned(token: string): boolean;
  /** How the field behaved, `text` being its value now; undefined: not enough was seen, or nothing follows from it. */
  behaviourOf(path: string, text: string): Behaviour | undefined;
  /** As what the device is addressed with it (a canonical spelling: recognize/canonical.ts); undefined: it is not. */
  addressed(canonical: string): CategoryId | undefined;
  /** The canonical hardware address that ends in these six hex digits (lower case), among what devices are addressed with. */
  addressEndingIn(tail: string): string | undefined;
  /** Whether any such address is known. */
  readonly hasTails: boolean;
  /** Whether anything is known that a device is addressed with. */
  readonly hasAddresses: boolean;
}

/** Of a service that was never heard of before. */
export const NO_HISTORY: History = Object.freeze({
  version: 0,
  isReturned: () => false,
  behaviourOf: () => undefined,
  addressed: () => undefined,
  addressEndingIn: () => undefined,
  hasTails: false,
  hasAddresses: false,
});
