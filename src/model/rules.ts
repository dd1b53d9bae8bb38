// What the rules say and the household has chosen, as types.
import type { ActionKind, CategoryId, Mode, Place, VocabularyId } from './words.js';

/** How a category's name in a language reads to the household. */
export interface Title {
  readonly en: string;
  readonly ru: string;
}

/** Families of the taxonomy, in the order in which the page shows them. */
export const FAMILIES = [
  'network',
  'device',
  'person',
  'operation',
  'intimate',
  'sensitive',
  'organization',
  'fingerprint',
  'secret',
  'unclassified',
] as const;

/** One entry of rules/categories.yaml. */
export interface Category {
  readonly id: CategoryId;
  readonly title: Title;
  readonly family: (typeof FAMILIES)[number];
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

/** What every entry of a declaration says of the text it was read from. */
export interface Cited {
  readonly clause: string;
  /** Some words of the clause, quoted, by which the entry is found again in the text. */
  readonly anchor?: string;
}

/** What a device is. A household says it on the page; a declaration may say that it needs something of some kinds only. */
export const DEVICE_KINDS = [
  'appliance',
  'camera',
  'doorbell',
  'heating',
  'hub',
  'light',
  'lock',
  'meter',
  'phone',
  'plug',
  'robot',
  'sensor',
  'speaker',
  'tv',
  'vehicle',
  'wearable',
  'other',
] as const;
export type DeviceKind = (typeof DEVICE_KINDS)[number];

/** One purpose–category pair of a declaration. */
export interface Need extends Cited {
  readonly category: CategoryId;
  /** false: the policy hands the category to the purpose, but the purpose does not need it; it justifies nothing. */
  readonly necessary: boolean;
  /** `exact` lets the field through as it is, `coarse` only generalized. */
  readonly granularity: 'exact' | 'coarse';
  /** Only in these places of a message; absent: in any. */
  readonly in?: readonly Place[];
  /** Only from devices of these kinds; absent: from any. */
  readonly when?: readonly DeviceKind[];
  /** true: only where the field map itself says that the field is of the category, not where its name or value does. */
  readonly mapped?: boolean;
  readonly note?: Title;
}

/** Grounds of processing: GDPR (EU) 2016/679 articles 6(1) and 9(2); Russian Federal Law 152-FZ articles 6(1), 10(2), 11(1) and 15(1). */
export const LEGAL_BASES = [
  'GDPR 6(1)(a)',
  'GDPR 6(1)(b)',
  'GDPR 6(1)(c)',
  'GDPR 6(1)(d)',
  'GDPR 6(1)(e)',
  'GDPR 6(1)(f)',
  'GDPR 9(2)(a)',
  'GDPR 9(2)(b)',
  'GDPR 9(2)(c)',
  'GDPR 9(2)(d)',
  'GDPR 9(2)(e)',
  'GDPR 9(2)(f)',
  'GDPR 9(2)(g)',
  'GDPR 9(2)(h)',
  'GDPR 9(2)(i)',
  'GDPR 9(2)(j)',
  '152-FZ 6(1)(1)',
  '152-FZ 6(1)(2)',
  '152-FZ 6(1)(3)',
  '152-FZ 6(1)(4)',
  '152-FZ 6(1)(5)',
  '152-FZ 6(1)(6)',
  '152-FZ 6(1)(7)',
  '152-FZ 6(1)(8)',
  '152-FZ 6(1)(9)',
  '152-FZ 6(1)(11)',
  '152-FZ 10(2)(1)',
  '152-FZ 11(1)',
  '152-FZ 15(1)',
] as const;
export type LegalBasisId = (typeof LEGAL_BASES)[number];

/** A ground of processing that the policy names for a purpose. */
export interface LegalBasis extends Cited {
  /** Absent: `text` is none of the list. */
  readonly basis?: LegalBasisId;
  readonly text: string;
}

export interface Purpose extends Cited {
  readonly id: string;
  readonly title: Title;
  /** What the clause says, in our words. */
  readonly says: Title;
  readonly ground: Ground;
  readonly legalBasis: readonly LegalBasis[];
  readonly default: boolean;
  /** true: the household turns it on for one submission, and it goes off by itself. */
  readonly eachTime: boolean;
  /**
   * Ids it had in earlier versions of the declaration, or of the purpose that it was a part of: what a household chose for one of them counts
   * until it chooses anew.
   */
  readonly formerly: readonly string[];
  readonly needs: readonly Need[];
}

export interface ServiceHost {
  /** `smartapi.vesync.com`, or `*.cosori.cloud` for every name below. */
  readonly name: string;
  /** `confirmed`: the policy names it. `unconfirmed`: that it holds there is an assumption, and the baseline holds there too. */
  readonly operator: 'confirmed' | 'unconfirmed';
  /** ISO 3166-1 alpha-2, only where the policy or its operator says where the host stands. */
  readonly country?: string;
  readonly clause?: string;
  readonly anchor?: string;
  readonly note?: Title;
}

/** A category the policy says is processed without tying it to a purpose. */
export interface Unjustified extends Cited {
  readonly category: CategoryId;
  readonly note?: Title;
}

/** A category the policy promises not to take: a message that carries it shows a promise broken. */
export interface Excluded extends Cited {
  readonly category: CategoryId;
  readonly note?: Title;
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
export interface DeclaredLimit extends Cited {
  readonly kind: (typeof LIMIT_KINDS)[number];
  readonly says: Title;
  /** In days, where the policy gives a term; `null`: the policy gives none, which is shown. */
  readonly days?: number | null;
  /** ISO 3166-1 alpha-2: hosts are to stand in one of these. */
  readonly countries?: readonly string[];
  /** The categories it is about; absent: all. */
  readonly categories?: readonly CategoryId[];
  /** The purposes it is about; absent: all. */
  readonly purposes?: readonly string[];
}

/** Where a text can be read in two ways: which one the declaration takes, and why. */
export interface Reading extends Cited {
  readonly taken: Title;
  readonly other: Title;
  readonly why: Title;
}

/** What one may write to a service about. */
export const CONTACT_USES = [
  'access',
  'correction',
  'erasure',
  'withdrawal',
  'objection',
  'marketing',
  'support',
  'business',
  'authority',
] as const;
export type ContactUse = (typeof CONTACT_USES)[number];

/** How a service is reached. */
export interface Contact extends Cited {
  readonly kind: 'email' | 'address' | 'form' | 'phone';
  readonly to: string;
  readonly for: readonly ContactUse[];
  /** Words that the policy demands in the subject. */
  readonly subject?: string;
  readonly note?: Title;
}

/** Somebody whom the policy names as receiving data. */
export interface Recipient extends Cited {
  readonly name: string;
  readonly does?: Title;
  /** ISO 3166-1 alpha-2, only where the policy says it. */
  readonly country?: string;
  /** Hosts by which it is known, only such as the policy names. */
  readonly hosts: readonly string[];
  /** Absent: everything the service has. */
  readonly categories?: readonly CategoryId[];
  readonly purposes?: readonly string[];
}

/** Who answers for the data, where there are several: by region, or beside each other. */
export interface Controller extends Cited {
  readonly name: string;
  readonly role: 'controller' | 'processor' | 'representative';
  readonly country?: string;
  /** Countries (ISO 3166-1 alpha-2), `EU` or `EEA` whose people it answers to; empty: all. */
  readonly regions: readonly string[];
  readonly note?: Title;
}

/** Of a browser's cookies only these categories may leave, where a purpose needs them; all else in a cookie stays. */
export interface CookieLimit extends Cited {
  readonly says: Title;
  readonly keep: readonly CategoryId[];
}

/** From which text a declaration was read, and by whom. */
export interface PolicySource {
  /** `2026-11-22` */
  readonly retrieved: string;
  /** Of the text as it was read, as 64 hex digits. */
  readonly sha256: string;
  /** What the text calls its version. */
  readonly version?: string;
  readonly readBy: string;
  readonly reviewedBy?: string;
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
  readonly source?: PolicySource;
  readonly controllers: readonly Controller[];
  readonly contacts: readonly Contact[];
  readonly hosts: readonly ServiceHost[];
  readonly purposes: readonly Purpose[];
  readonly unjustified: readonly Unjustified[];
  readonly excluded: readonly Excluded[];
  readonly cookies?: CookieLimit;
  readonly recipients: readonly Recipient[];
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
  /** When purposes that are on go off by themselves, in milliseconds since 1970. */
  readonly until?: Readonly<Record<string, number>>;
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
