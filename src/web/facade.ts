// What the page and its API ask of the hub: the one door between web/ and the rooms behind it. Plain data, no values of messages
// but where the household asks for its own (try it, its own identifiers, a backup).
import type { ListedEntry, ListFilter } from '../audit/cli.js';
import type { Verification } from '../audit/verify.js';
import type {
  ActionKind,
  CategoryId,
  Decision,
  Direction,
  Mode,
  MqttRefusal,
  NodeKind,
  Override,
  Place,
  Report,
  Rules,
  ServiceChoices,
  Verdict,
} from '../model.js';
import type { HubEvent } from './events.js';

export type { HubEvent } from './events.js';

/** From `fromMs` (milliseconds since 1970) up to, not with, `untilMs`. */
export interface Span {
  readonly fromMs: number;
  readonly untilMs: number;
}

/** Who changes something: goes into the record of the change (FORMAT.md, `w1`; `channel` is `web` for all of them). */
export interface Actor {
  readonly who: 'owner' | 'token' | 'family';
  /** The page's or script's version, for the record. */
  readonly clientVersion: string;
}

// ---------------------------------------------------------------------------------------------------------------------
// What happened

/** Fields of one category that one device had for one service, counted by their fate. */
export interface FlowRow {
  readonly device: string;
  readonly service: string;
  readonly category: CategoryId;
  /** Left as they were, decided so. */
  readonly kept: number;
  /** Left coarser, as a pseudonym or as a keyed hash. */
  readonly changed: number;
  /** Did not leave: dropped, blanked, or in a refused message. */
  readonly withheld: number;
  /** Left as they were in a rehearsal; in `enforce` they would have been changed or withheld. */
  readonly rehearsed: number;
}

/** Messages (both directions count; bytes are those of bodies) of one device with one service, by verdict. */
export interface TrafficRow {
  readonly device: string;
  readonly service: string;
  readonly verdict: Verdict;
  readonly messages: number;
  readonly bytesIn: number;
  readonly bytesOut: number;
  readonly lastMs: number;
}

export interface TimelineBucket {
  readonly startMs: number;
  readonly messages: Readonly<Record<Verdict, number>>;
  readonly kept: number;
  readonly changed: number;
  readonly withheld: number;
}

export interface Traffic {
  readonly flows: readonly FlowRow[];
  readonly traffic: readonly TrafficRow[];
  /** Buckets of `bucketMs`, oldest first, without gaps over the span. */
  readonly timeline: readonly TimelineBucket[];
  readonly bucketMs: number;
}

/** An answer that says something went wrong: of HTTP a status of 400 and more, of MQTT a packet that says no. */
export interface ErrorAnswer {
  readonly timeMs: number;
  readonly device: string;
  readonly service: string;
  /** Of MQTT: the reason code, or the return code of a CONNACK before MQTT 5. */
  readonly status: number;
  /** Which packet said no: the broker's (`down`) or the device's (`up`). */
  readonly mqtt?: { readonly packet: MqttRefusal; readonly direction: Direction };
}

/** Alarms and failed sends; at most a day back, at most 1,000 of each. */
export interface Incidents {
  readonly alarms: readonly {
    readonly timeMs: number;
    readonly what: string;
    readonly service?: string;
    readonly device?: string;
  }[];
  readonly failedSends: number;
}

export interface RecordFilter extends Omit<ListFilter, 'limit'> {
  /** Only entries with a smaller seq. */
  readonly beforeSeq?: number;
  /** Only messages with a decision on this category. */
  readonly category?: CategoryId;
  /** Only messages with a decision whose path holds this text (case ignored). */
  readonly text?: string;
}

// ---------------------------------------------------------------------------------------------------------------------
// What the household has: services, hosts, devices, fields

/** A host that no rule names, or one that the household has decided about. */
export interface HostInfo {
  readonly host: string;
  readonly firstMs: number;
  readonly lastMs: number;
  readonly messages: number;
  readonly devices: readonly string[];
  /** What was found in what it was sent; empty where nothing could be read. */
  readonly categories: readonly CategoryId[];
  /** TLS that the hub does not open. */
  readonly opaque: boolean;
  readonly decision?: HostDecision;
}
export type HostDecision =
  /** Treated as `service`: one of the rules, or `unknown` (held to the baseline, opened where it is TLS). */
  { readonly kind: 'adopt'; readonly service: string } | { readonly kind: 'block' } | { readonly kind: 'tunnel' };

/** A host that a service was seen at. `country`: ISO 3166-1 alpha-2, where the household has told it. */
export interface SeenHost {
  readonly host: string;
  readonly messages: number;
  readonly country?: string;
}

export interface DeviceInfo {
  /** The label it has in the log. */
  readonly id: string;
  /** What the household calls it. */
  readonly name?: string;
  /** What discovery says: its name on the network, its maker, its kind. */
  readonly foundName?: string;
  readonly maker?: string;
  readonly kind?: string;
  readonly firstMs: number;
  readonly lastMs?: number;
  /** `inherit`: as its services are set. */
  readonly mode: Mode | 'inherit';
  /** What happens to it while the hub is down. */
  readonly onHubFailure: 'closed' | 'open';
  /** Minimization is paused until then. */
  readonly pauseUntilMs?: number;
  readonly pairingUntilMs?: number;
  /** A family member may pause it with the pin. */
  readonly familyPause: boolean;
  /** Registered before it came behind the hub: its vendor knows its identifiers. */
  readonly knownToVendor: boolean;
}

export interface DeviceChange {
  /** null: forget the name. */
  readonly name?: string | null;
  readonly mode?: Mode | 'inherit';
  readonly onHubFailure?: 'closed' | 'open';
  readonly familyPause?: boolean;
  /** End of the pause; 0 ends it now. */
  readonly pauseUntilMs?: number;
  readonly pairingUntilMs?: number;
}

/** A field that a known device had not sent before: held back until it is looked at, or only listed. Never its value. */
export interface NewField {
  readonly id: string;
  readonly device: string;
  readonly service: string;
  readonly in: Place;
  readonly path: string;
  readonly firstMs: number;
  readonly count: number;
  readonly kind: NodeKind;
  /** What its form looks like; `length`: of the longest seen. */
  readonly look: 'identifier' | 'word' | 'prose' | 'number' | 'switch' | 'container';
  readonly length?: number;
  /** What the classifiers take it for, and what happens to it meanwhile. */
  readonly category: CategoryId;
  readonly action: ActionKind;
  readonly held: boolean;
}

export type FieldDecision =
  /** It is `category`, for this device or for all of its service; from then on the ladder decides. */
  | { readonly kind: 'name'; readonly category: CategoryId; readonly scope: 'device' | 'service' }
  /** It stays withheld, and is not shown as new again. */
  | { readonly kind: 'hold'; readonly scope: 'device' | 'service' };

export interface KeptOverride extends Override {
  readonly madeMs: number;
}

// ---------------------------------------------------------------------------------------------------------------------
// Trying, settings

export interface TryMessage {
  readonly service: string;
  readonly direction: Direction;
  /** Switches to try instead of the household's. */
  readonly purposes?: Readonly<Record<string, boolean>>;
  readonly mediaType?: string;
  readonly coding?: string;
  readonly body: Uint8Array;
}
export interface Tried {
  readonly report: Report;
  /** What would leave; absent when it is refused. */
  readonly out?: Uint8Array;
}

export interface Household {
  readonly ssids: readonly string[];
  readonly macs: readonly string[];
  readonly ips: readonly string[];
  readonly coordinates: readonly { readonly latitude: number; readonly longitude: number }[];
}

export interface ExtraRules {
  readonly name: string;
  readonly bytes: number;
}

export interface RulesFault {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

export interface About {
  readonly version: string;
  readonly startedMs: number;
  readonly doors: readonly { readonly host: string; readonly port: number }[];
  /** Addresses of the hub in the home network, for the steps that bring a device behind it. */
  readonly addresses: readonly string[];
  /** The log's public key (FORMAT.md, section 3). */
  readonly logKey?: string;
}

export type AccessChange = 'password_changed' | 'password_reset' | 'second_factor_on' | 'second_factor_off';

/** Every method rejects with a `HubError`: `not_found` for an id that is not there, `internal` and so on for the hub's own faults. */
export interface HubFacade {
  /** The rules in force (they change when extra rules are added). */
  rules(): Rules;
  about(): Promise<About>;

  // what happened
  traffic(span: Span, device?: string): Promise<Traffic>;
  /** Newest first, at most `limit`. */
  records(filter: RecordFilter, limit: number): Promise<readonly ListedEntry[]>;
  record(seq: number): Promise<ListedEntry>;
  /** How many entries the log has. */
  logSize(): Promise<number>;
  verifyLog(): Promise<Verification>;
  /** JSON Lines of FORMAT.md, section 5. */
  exportLog(): AsyncIterable<string>;
  /** Error answers of clouds, oldest first. */
  errorAnswers(span: Span, device?: string): Promise<readonly ErrorAnswer[]>;
  /** Counted as they are recorded, oldest first; `fromMs`: at most a day ago. */
  incidents(fromMs: number): Promise<Incidents>;
  /** Ends when `signal` aborts. */
  events(signal: AbortSignal): AsyncIterable<HubEvent>;

  // services and hosts
  choices(service: string): Promise<ServiceChoices>;
  setChoices(service: string, change: Partial<ServiceChoices>, actor: Actor): Promise<void>;
  seenHosts(service: string): Promise<readonly SeenHost[]>;
  hosts(): Promise<readonly HostInfo[]>;
  /** Where a host stands, as the household knows it; undefined: not known any more. */
  tellCountry(host: string, country: string | undefined, actor: Actor): Promise<void>;
  decideHost(host: string, decision: HostDecision, actor: Actor): Promise<void>;

  // devices
  devices(): Promise<readonly DeviceInfo[]>;
  changeDevice(id: string, change: DeviceChange, actor: Actor): Promise<void>;
  /** Takes the device out of the list and its entries out of the log. */
  forgetDevice(id: string, actor: Actor): Promise<void>;

  // fields
  newFields(): Promise<readonly NewField[]>;
  decideField(id: string, decision: FieldDecision, actor: Actor): Promise<void>;
  overrides(): Promise<readonly KeptOverride[]>;
  addOverride(override: Omit<Override, 'id'>, actor: Actor): Promise<KeptOverride>;
  /** `untilMs` null: for good. */
  keepOverride(id: string, untilMs: number | null, actor: Actor): Promise<void>;
  removeOverride(id: string, actor: Actor): Promise<void>;

  /** Runs the real sieve; stores and records nothing. */
  tryMessage(message: TryMessage): Promise<Tried>;

  // settings
  household(): Promise<{ readonly told: Household; readonly found: Household }>;
  setHousehold(told: Household, actor: Actor): Promise<void>;
  retentionDays(): Promise<number>;
  setRetentionDays(days: number, actor: Actor): Promise<void>;
  /** Choices of the household as one text (JSON); no password, no token, no record. */
  backup(): Promise<string>;
  /** Rejects with `config` when the text is no backup; then nothing is changed. */
  restore(text: string, actor: Actor): Promise<void>;
  extraRules(): Promise<readonly ExtraRules[]>;
  /** Takes the file only when all rules still load; else gives the faults and changes nothing. */
  addRules(name: string, text: string, actor: Actor): Promise<readonly RulesFault[]>;
  removeRules(name: string, actor: Actor): Promise<readonly RulesFault[]>;
  /** The hub's CA certificate (PEM) for devices to trust; undefined while there is none. */
  caCertificate(): Promise<string | undefined>;

  /** Who may use the page: one text of web/account.ts, kept readable for the hub alone (0600). */
  loadAccount(): Promise<string | undefined>;
  saveAccount(text: string): Promise<void>;
  /** The mark of the code of a reset asked for at the hub's machine, until `endReset`. */
  pendingReset(): Promise<string | undefined>;
  endReset(): Promise<void>;
  /** Writes into the log that the way into the page was changed; without an actor, at the hub's own machine. */
  recordAccess(what: AccessChange, actor?: Actor): Promise<void>;
}

/** How a decision ended for the field, in the page's three words. */
export function fate(decision: Pick<Decision, 'action'>): 'kept' | 'changed' | 'withheld' {
  switch (decision.action) {
    case 'keep':
      return 'kept';
    case 'generalize':
    case 'pseudonymize':
    case 'hash':
      return 'changed';
    case 'blank':
    case 'drop':
    case 'refuse':
      return 'withheld';
    default:
      return decision.action satisfies never;
  }
}
