// What a message gave away that counts for others: identifiers of the home, and what a device is addressed with.
import type { CategoryId } from '../model.js';
import type { OwnIdentifier } from '../own-identifiers/matcher.js';

export type Learned =
  | { readonly kind: 'home'; readonly identifier: OwnIdentifier }
  /** `canonical`: one spelling for one thing (recognize/canonical.ts). */
  | {
      readonly kind: 'address';
      readonly canonical: string;
      readonly category: CategoryId;
      /** It may be this message's alone: it counts from its second message on. */
      readonly isTentative: boolean;
    };
