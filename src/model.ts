// The words of the project as types (docs/words.md). Imports nothing.

/** Where in a message a field stands. */
export const PLACES = [
  'body',
  'query',
  'path',
  'header',
  'cookie',
  'topic',
  'clientId',
  'username',
  'userProperty',
  'will',
] as const;
export type Place = (typeof PLACES)[number];

/** `up`: from the home to a cloud. `down`: what comes back. */
export type Direction = 'up' | 'down';

/** MQTT packets by which a broker or a device can say no. */
export const MQTT_REFUSALS = ['connack', 'puback', 'pubrec', 'pubcomp', 'suback', 'unsuback', 'disconnect'] as const;
export type MqttRefusal = (typeof MQTT_REFUSALS)[number];

/** What a field *is*: one closed taxonomy; titles, names and actions stand in rules/categories.yaml. */
export const CATEGORY_IDS = [
  'wifi_ssid',
  'router_mac',
  'signal_strength',
  'ip_address',
  'neighbour_scan',
  'hostname',
  'device_mac',
  'bluetooth_mac',
  'radio_identifier',
  'device_identifier',
  'serial_number',
  'imei_iccid',
  'advertising_identifier',
  'device_model',
  'firmware_version',
  'os_version',
  'device_name',
  'account_identifier',
  'credential',
  'email',
  'phone',
  'person_name',
  'user_text',
  'location_precise',
  'location_coarse',
  'timezone_region',
  'language',
  'device_status',
  'control_command',
  'error_code',
  'diagnostics',
  'timestamp',
  'presence',
  'entry',
  'sleep_health',
  'media',
  'user_agent',
  'uptime',
  'sequence',
  'wifi_password',
  'setup_code',
  'private_key',
  'unclassified',
] as const;
export type CategoryId = (typeof CATEGORY_IDS)[number];

/** Categories that never leave the home, whatever anyone switched (ladder, step 0). */
export const FLOOR: ReadonlySet<CategoryId> = new Set<CategoryId>(['wifi_password', 'setup_code', 'private_key']);

export const ACTIONS = ['keep', 'generalize', 'pseudonymize', 'hash', 'blank', 'drop', 'refuse'] as const;
/** What happens to a field; listed from the mildest to the strictest. */
export type ActionKind = (typeof ACTIONS)[number];

/** How strict an action is: a higher number reveals less. */
export function strictness(action: ActionKind): number {
  return ACTIONS.indexOf(action);
}

/** Which classifier named the category. `shape`: no rule knew the field, its form decided. */
export type ClassifiedBy = 'profile' | 'name' | 'value' | 'household' | 'shape';

export type ReasonKind = 'purpose' | 'no-purpose' | 'override' | 'blocked' | 'unclassified' | 'last-look';

export interface Reason {
  readonly kind: ReasonKind;
  readonly purpose?: string;
  readonly clause?: string;
}

/** The fate of one field, without its value. `path` is an RFC 9535 normalized path; layers are joined by `::`. */
export interface Decision {
  readonly in: Place;
  readonly path: string;
  readonly category: CategoryId;
  readonly by: ClassifiedBy;
  readonly action: ActionKind;
  readonly reason: Reason;
  /** 2 for the second member of the same name in one object, and so on; absent for the first. */
  readonly occurrence?: number;
}

export const VERDICTS = ['forwarded', 'refused', 'observed', 'sealed', 'opaque'] as const;
export type Verdict = (typeof VERDICTS)[number];

export const MODES = ['enforce', 'observe', 'block'] as const;
export type Mode = (typeof MODES)[number];

/** The report of one message (DESIGN contract: `--report`, audit). */
export interface Report {
  readonly service: string;
  readonly direction: Direction;
  readonly verdict: Verdict;
  readonly error?: { readonly code: string };
  readonly ruleset: string;
  readonly bytesIn: number;
  readonly bytesOut: number;
  readonly decisions: readonly Decision[];
}

/** Bounds on what one message may cost; past them it is refused. Defaults and reasons: config.ts. */
export interface Limits {
  /** Most bytes of one body, before and after its content coding is undone. */
  readonly bodyBytes: number;
  /** Most bytes out of one byte in, for a content coding. */
  readonly inflateRatio: number;
  /** Deepest nesting of containers; also across layers (JSON in a string counts on). */
  readonly depth: number;
  /** Most nodes (members, elements, fields) of one message. */
  readonly nodes: number;
  /** Deepest nesting of encodings inside each other (base64 in JSON in base64 …). */
  readonly layers: number;
}

// ---------------------------------------------------------------------------------------------------------------------
// The tree every format is read into

export type NodeKind = 'object' | 'array' | 'string' | 'number' | 'boolean' | 'null' | 'bytes';

/** A change to one node, carried out by the format's writer. */
export type Edit =
  /** The member, line, part or attribute is absent afterwards. Never put on an array element: `blank` it instead. */
  | { readonly kind: 'drop' }
  /** Same type, empty: "", 0, false, null; an empty object or array for a container. */
  | { readonly kind: 'blank' }
  /** A scalar gets this text as its value; the writer escapes it. For `number` nodes: a literal of the format. */
  | { readonly kind: 'text'; readonly text: string }
  /** A `bytes` node gets these bytes. */
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array };

/**
 * The values of a message that was read but not yet made into nodes. Each is known by a number, its entry. A reader of large messages
 * gives these to its containers: most values can be judged without a node of their own.
 */
export interface Entries {
  /** How many children a container has. */
  count(entry: number): number;
  /** The first child of a container that has any, and the value after `entry` in the same container. */
  first(entry: number): number;
  next(entry: number): number;
  kind(entry: number): NodeKind;
  name(entry: number): string | undefined;
  /** A number that stands for the member's name and no other; -1 where it has none. */
  nameNumber(entry: number): number;
  text(entry: number): string;
  /** Where the value stands in `bytes`, and how many of them it takes; of a string both quotes. */
  start(entry: number): number;
  size(entry: number): number;
  readonly bytes: Uint8Array;
  /** A new node for the value. */
  node(entry: number): Node;
  /** New nodes for all children of a container, with the edits given before. */
  nodes(entry: number): Node[];
  /** What is to happen to the value, without a node; given in document order. */
  edit(entry: number, edit: Edit): void;
  /** A node made for a container, with edits on it or below it: it stands for the container from now on. */
  attach(entry: number, node: Node): void;
  /** What is to happen below the value: edits given without a node, and nodes that stand for containers. */
  changes(entry: number): readonly (Edit | Node)[];
}

/**
 * One node of a decoded message. `text` of a string is its decoded value, of a number its literal as it stood, of a boolean
 * `true` or `false`. `start` and `end` are the format's own (byte offsets for span formats; -1 where it has none).
 */
export class Node {
  name: string | undefined;
  /** Where the children are as long as nobody has asked for them; undefined afterwards. */
  entries: Entries | undefined;
  entry = -1;
  bytes: Uint8Array | undefined;
  edit: Edit | undefined;
  /** A new name for this member; the writer escapes it. */
  rename: string | undefined;
  nameStart = -1;
  nameEnd = -1;
  private made: Node[] | undefined;
  constructor(
    public kind: NodeKind,
    public text: string,
    public start: number,
    public end: number,
  ) {
    this.name = undefined;
    this.entries = undefined;
    this.bytes = undefined;
    this.edit = undefined;
    this.rename = undefined;
    this.made = undefined;
  }

  get children(): Node[] | undefined {
    if (this.entries !== undefined) this.children = this.entries.nodes(this.entry);
    return this.made;
  }

  set children(children: Node[] | undefined) {
    this.made = children;
    this.entries = undefined;
  }
}

/** A message (or a layer of one) read by a format; `write` gives it back with the edits of its nodes carried out. */
export interface Document {
  readonly root: Node;
  /** Byte for byte what was read where no node carries an edit. Throws `HubError` when an edit cannot be expressed. */
  write(): Uint8Array;
}

/** What the hub writes about a change it has made, so that it can be undone on the way down (RFC-free: ours). */
export interface Pseudonym {
  readonly service: string;
  readonly epoch: number;
  readonly category: CategoryId;
  /** The value as the device wrote it. */
  readonly original: string;
  /** What left instead. */
  readonly pseudonym: string;
}

// ---------------------------------------------------------------------------------------------------------------------
// What classifiers find

/** Something identifying inside a text. Indices are UTF-16 units of that text. */
export interface Finding {
  readonly category: CategoryId;
  readonly start: number;
  readonly end: number;
  /** One spelling for one thing, whatever its notation: `mac:f4cfa2778899`, `ip:203.0.113.77`, `email:a@b.c`, … */
  readonly canonical: string;
  /** `certain`: stands on its own. `contextual`: counts only where the field's name or place agrees (a bare 12-digit hex). */
  readonly strength: 'certain' | 'contextual';
}

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

/** All rules, loaded whole. `hash` is `sha256:` and the hex digest over every file's name and bytes. */
export interface Rules {
  readonly hash: string;
  readonly categories: ReadonlyMap<CategoryId, Category>;
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
