// What the rules say and the household has chosen, as types.
import type { ActionKind, CategoryId, Mode, Place, VocabularyId } from './words.js';

/** How a category's name in a language reads to the household. */
export interface Title {
  readonly en: string;
  readonly ru: string;
}

/** One entry of rules/categories.yaml. */
export interface Category {
  readonly id: CategoryId;
  readonly title: Title;
  readonly family: 'network' | 'device' | 'person' | 'operation' | 'intimate' | 'fingerprint' | 'secret' | 'unclassified';
  /** IRI of a term of the Data Privacy Vocabulary, or of our own with `broader` one of DPV's. */
  readonly term: string;
  readonly broader?: string;
  /** Name patterns, see rules/README.md. */
  readonly names: readonly string[];
  /** Which kinds of value can carry it: a boolean under `ssid` is no network name. */
  readonly holds: readonly ('text' | 'number' | 'boolean' | 'bytes')[];
  readonly withoutPurpose: ActionKind;
}

export type Ground = 'declared' | 'implied';

/** One purpose–category pair of a declaration. */
export interface Need {
  readonly category: CategoryId;
  readonly clause: string;
  /** false: the policy hands the category to the purpose, but the purpose does not need it; it justifies nothing. */
  readonly necessary: boolean;
  /** `exact` lets the field through as it is, `coarse` only generalized. */
  readonly granularity: 'exact' | 'coarse';
  readonly note?: Title;
}

export interface Purpose {
  readonly id: string;
  readonly title: Title;
  /** What the clause says, in our words. */
  readonly says: Title;
  readonly clause: string;
  readonly ground: Ground;
  readonly legalBasis?: string;
  readonly default: boolean;
  readonly needs: readonly Need[];
}

export interface ServiceHost {
  /** `smartapi.vesync.com`, or `*.cosori.cloud` for every name below. */
  readonly name: string;
  readonly operator: 'confirmed' | 'unconfirmed';
  /** ISO 3166-1 alpha-2, only where the policy or its operator says where the host stands. */
  readonly country?: string;
  readonly clause?: string;
  readonly note?: Title;
}

/** A category the policy says is processed without tying it to a purpose. */
export interface Unjustified {
  readonly category: CategoryId;
  readonly clause: string;
}

export const LIMIT_KINDS = [
  'retention',
  'deletion',
  'recipients',
  'countries',
  'rights',
  'scope',
  'special_categories',
  'warning',
] as const;
export interface DeclaredLimit {
  readonly kind: (typeof LIMIT_KINDS)[number];
  readonly clause: string;
  readonly says: Title;
  /** In days, where the policy gives a term; `null`: the policy gives none, which is shown. */
  readonly days?: number | null;
  /** ISO 3166-1 alpha-2: hosts are to stand in one of these. */
  readonly countries?: readonly string[];
}

/** Where a text can be read in two ways: which one the declaration takes, and why. */
export interface Reading {
  readonly clause: string;
  readonly taken: Title;
  readonly other: Title;
  readonly why: Title;
}

/** One line of a service's field map: fields at `path` are of `category`. */
export interface FieldRule {
  readonly in: Place;
  /** RFC 9535 selector: names, wildcards, descendants, indexes. */
  readonly path: string;
  readonly category: CategoryId;
  /** rules/services/cosori.yaml:120 */
  readonly source: string;
}

/** A service's privacy policy in machine-readable form. */
export interface Declaration {
  readonly id: string;
  readonly title: Title;
  readonly operator: { readonly name: string; readonly country?: string; readonly note?: Title };
  readonly policy: { readonly title: string; readonly url: string; readonly law: readonly string[]; readonly effective?: string };
  readonly hosts: readonly ServiceHost[];
  readonly purposes: readonly Purpose[];
  readonly unjustified: readonly Unjustified[];
  readonly limits: readonly DeclaredLimit[];
  readonly readings: readonly Reading[];
  /** Stricter actions than the taxonomy's `without_purpose`, for this service. */
  readonly stricter: Readonly<Partial<Record<CategoryId, ActionKind>>>;
  readonly fields: readonly FieldRule[];
}

/** A list of rules/vocabulary.yaml: its words by language (`any`: those of programs). */
export type WordList = Readonly<Record<string, readonly string[]>>;

/** All rules, loaded whole. `hash` is `sha256:` and the hex digest over every file's name and bytes. */
export interface Rules {
  readonly hash: string;
  readonly categories: ReadonlyMap<CategoryId, Category>;
  readonly vocabulary: ReadonlyMap<VocabularyId, WordList>;
  readonly services: ReadonlyMap<string, Declaration>;
  /** What an unknown service is held to; its `id` is `unknown`. */
  readonly baseline: Declaration;
}

/** The household's choices for one service. */
export interface ServiceChoices {
  readonly mode: Mode;
  /** Purposes turned on or off against their default. */
  readonly purposes: Readonly<Record<string, boolean>>;
  /** Formats the hub cannot read: refused, unless the household lets them pass unread. */
  readonly opaque: 'refuse' | 'pass';
  /** Sealed payloads (signed, encrypted): the same choice. */
  readonly sealed: 'refuse' | 'pass';
}

/** A key the household gave, to read what one of its devices encrypts. */
export interface CipherKey {
  readonly scheme: 'tuya';
  readonly key: Uint8Array;
}

/** An instruction of the household about a field, a category or a device. The most specific one counts. */
export interface Override {
  readonly id: string;
  readonly service?: string;
  readonly device?: string;
  readonly category?: CategoryId;
  readonly in?: Place;
  /** RFC 9535 selector. */
  readonly path?: string;
  readonly action: ActionKind;
  /** Milliseconds since 1970 when it ends by itself; absent: never. */
  readonly untilMs?: number;
}
