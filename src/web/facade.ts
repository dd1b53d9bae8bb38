// What the page and its API ask of the hub: the one door between web/ and the rooms behind it. Plain data, no values of messages
// but where the household asks for its own (try it, its own identifiers, a backup).
import type { ListedEntry } from '../audit/cli.js';
import type { Verification } from '../audit/verify.js';
import type { Decision, Override, Rules, ServiceChoices } from '../model.js';
import type { HubEvent } from './events.js';
import type { ErrorAnswer, Incidents, RecordFilter, Span, Traffic } from './facade/happened.js';
import type { HubFault } from './facade/health.js';
import type {
  DeviceChange,
  DeviceInfo,
  FieldDecision,
  HostDecision,
  HostInfo,
  Judged,
  KeptOverride,
  NewField,
  SeenHost,
} from './facade/household.js';
import type {
  About,
  AccessChange,
  Actor,
  ExtraRules,
  Household,
  RecoverFrom,
  RulesFault,
  StoreState,
  Tried,
  TryMessage,
} from './facade/settings.js';

export type { HubEvent } from './events.js';
export * from './facade/happened.js';
export type { Fault, HubFault } from './facade/health.js';
export { FAULTS } from './facade/health.js';
export type * from './facade/household.js';
export type * from './facade/settings.js';

/** Every method rejects with a `HubError`: `not_found` for an id that is not there, `internal` and so on for the hub's own faults. */
export interface HubFacade {
  /** The rules in force (they change when extra rules are added). */
  rules(): Rules;
  about(): Promise<About>;
  /** What is wrong with the hub or the way to it; empty: nothing. */
  health(): Promise<readonly HubFault[]>;

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
  /** Whether an instruction that the hub gave itself held the field back then: new, and not looked at by the household. */
  isHeldBack(of: Judged, decision: Decision): boolean;
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
  /** Opens or closes a door for devices of the home where the config names none. Rejects `config` where it cannot listen. */
  askDoor(open: boolean, actor: Actor): Promise<void>;
  /** Choices of the household as one text (JSON); no password, no token, no record. */
  backup(): Promise<string>;
  /** Rejects with `config` when the text is no backup; then nothing is changed. */
  restore(text: string, actor: Actor): Promise<void>;
  /** What was found of the store at the last start, or since. */
  storeState(): Promise<StoreState>;
  /** Opens a hub again whose choices were lost. Rejects with `config` or `not_found` where nothing can be recovered from that. */
  recover(from: RecoverFrom, actor: Actor): Promise<void>;
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
