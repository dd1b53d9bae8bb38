// The words of the project as types (docs/words.md): what is known and decided of a message. Imports nothing.

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
  'special_category',
  'payment',
  'identity_document',
  'birth',
  'browsing',
  'analytics_cookie',
  'contacts_family',
  'cell_location',
  'access_code',
  'organization',
  'user_agent',
  'uptime',
  'sequence',
  'wifi_password',
  'setup_code',
  'private_key',
  'unclassified',
] as const;
export type CategoryId = (typeof CATEGORY_IDS)[number];

/** Lists of rules/vocabulary.yaml: words that recognizers need beside the names of categories. */
export const VOCABULARY_IDS = [
  'neutral_words',
  'form_words',
  'unit_words',
  'joining_words',
  'id_words',
  'qualifying_words',
  'common_heads',
  'unmistakable_words',
  'name_members',
  'value_members',
  'path_verbs',
  'giving_verbs',
  'bare_key_names',
  'column_name_members',
  'format_suffixes',
  'key_words',
  'naming_endings',
  'page_cells',
  'value_endings',
  'value_kinds',
  'address_words',
  'byte_names',
  'empty_names',
  'first_halves',
  'hardware_words',
  'hex_words',
  'peer_words',
  'second_halves',
  'time_words',
  'place_words',
  'map_words',
  'place_code_words',
  'street_words',
  'country_words',
  'degree_names',
  'plane_letters',
  'reading_letters',
  'reading_names',
  'region_names',
  'scan_words',
  'cell_area_names',
  'cell_country_names',
  'cell_id_names',
  'cell_network_names',
  'protection_words',
  'radio_part_words',
  'person_words',
  'party_words',
  'person_name_words',
  'login_words',
  'sign_in_holders',
  'server_words',
  'thing_words',
  'digest_words',
  'machine_text_words',
  'operation_words',
  'event_words',
  'body_names',
  'device_states',
  'nick_names',
  'plain_names',
] as const;
export type VocabularyId = (typeof VOCABULARY_IDS)[number];

/** Categories that never leave the home, whatever anyone switched (ladder, step 0). */
export const FLOOR: ReadonlySet<CategoryId> = new Set<CategoryId>(['wifi_password', 'setup_code', 'private_key']);

/**
 * Categories that no rule can open, whoever wrote it: the home's network, the addresses of its hardware, payments, and the floor. Only the
 * household itself can let one of them go, and never the floor.
 */
export const CLOSED_TO_RULES: ReadonlySet<CategoryId> = new Set<CategoryId>([
  ...FLOOR,
  'wifi_ssid',
  'router_mac',
  'neighbour_scan',
  'device_mac',
  'bluetooth_mac',
  'payment',
  'cell_location',
]);

export const ACTIONS = ['keep', 'generalize', 'pseudonymize', 'hash', 'blank', 'drop', 'refuse'] as const;
/** What happens to a field; listed from the mildest to the strictest. */
export type ActionKind = (typeof ACTIONS)[number];

/** How strict an action is: a higher number reveals less. */
export function strictness(action: ActionKind): number {
  return ACTIONS.indexOf(action);
}

/** Which classifier named the category. `shape`: no rule knew the field, its form decided. */
export type ClassifiedBy = 'profile' | 'name' | 'value' | 'household' | 'shape';

/** `excluded`: the service's policy promises not to take it. */
export const REASON_KINDS = [
  'purpose',
  'no-purpose',
  'excluded',
  'override',
  'blocked',
  'unclassified',
  'returned',
  'last-look',
] as const;
export type ReasonKind = (typeof REASON_KINDS)[number];

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

/** What the hub writes about a change it has made, so that it can be undone on the way down (RFC-free: ours). */
export interface Pseudonym {
  readonly service: string;
  readonly epoch: number;
  readonly category: CategoryId;
  /** The value as the device wrote it. */
  readonly original: string;
  /** What left instead. */
  readonly pseudonym: string;
  /** It stood where a device is addressed: commands come to it for as long as the device lives. */
  readonly isAddress?: true;
}

/** Something identifying inside a text. Indices are UTF-16 units of that text. */
export interface Finding {
  readonly category: CategoryId;
  readonly start: number;
  readonly end: number;
  /** One spelling for one thing, whatever its notation: `mac:f4cfa2778899`, `ip:203.0.113.77`, `email:a@b.c`, … */
  readonly canonical: string;
  /** `certain` and `strong` stand on their own; `weak` counts only beside evidence of another source (a bare 12-digit hex). */
  readonly strength: 'certain' | 'strong' | 'weak';
}
