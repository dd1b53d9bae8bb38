// What judging one message needs, and what it fills.

import type { Keyring } from '../action/keyring.js';
import { HubError } from '../errors.js';
import type { Category, CategoryId, CipherKey, Edit, Finding, Limits, Pseudonym } from '../model.js';
import { isOrdinaryName } from '../own-identifiers/common-words.js';
import type { EncodedSearch } from '../own-identifiers/decoded-search.js';
import type { OwnIdentifiers } from '../own-identifiers/matcher.js';
import { distinctive } from '../own-identifiers/spellings/index.js';
import { textCanonical } from '../recognize/canonical.js';
import { Addresses } from '../recognize/history/addressing.js';
import type { Behaviour, History, Observation } from '../recognize/history/history.js';
import { isToken } from '../recognize/history/provenance.js';
import { SIX } from '../recognize/prefilter.js';
import type { DecisionLists } from './decision-lists.js';
import { DecisionTrace } from './decision-trace.js';
import type { Field } from './field.js';
import type { FieldMemory } from './field-memory.js';
import type { Learned } from './learned.js';
import type { Part } from './message-part.js';
import type { Outcome } from './outcomes.js';
import type { RemovedValue } from './removed-values.js';

/** What judging needs. `memory` and `lists` only remember: the same message gets the same answer without them. */
export interface SieveContext {
  readonly service: string;
  readonly epoch: number;
  readonly categories: ReadonlyMap<CategoryId, Category>;
  readonly memory: FieldMemory;
  readonly lists: DecisionLists;
  readonly own: OwnIdentifiers;
  /** What time and the way down have shown of this service and device. */
  readonly history: History;
  readonly keyring: Keyring;
  /** Whether a body that cannot be read passes as it is (the household opened this service's opaque bodies). */
  readonly opaque: 'refuse' | 'pass';
  /** The same for what is encrypted inside it. What is signed and would have to change is `sealed` whatever is chosen. */
  readonly sealed: 'refuse' | 'pass';
  /** Keys of the household's devices, for what they encrypt. */
  readonly keys: readonly CipherKey[];
  readonly limits: Limits;
  /** Asked now and then while judging. True: the message has taken its time, and is refused as `too_long`. */
  readonly overdue?: () => boolean;
}

/** Longest name of a network in bytes (IEEE 802.11, 9.4.2.2). A longer text is none, and searching for all its spellings costs by its length. */
const SSID_BYTES_MAX = 32;
const EMAIL = /^[^\s@"<>,;:]{1,64}@[^\s@"<>,;:]{1,190}\.[^\s@"<>,;:.]{2,24}$/;
/** Work between two looks at the clock, in characters of text: well below a millisecond. And what a value costs beside its text. */
const UNITS_A_LOOK = 1024;
const VALUE_UNITS = 64;
/** Most stand-ins of one message: as many as are kept for a service (household/vault.ts), or the first would be forgotten for the last. */
const PSEUDONYMS_MAX = 4096;

export type Position = 'root' | 'member' | 'element';

/** What one attempt at judging a message holds: what that needs, and what it fills. */
export class MessageContext {
  readonly service: string;
  readonly epoch: number;
  readonly categories: SieveContext['categories'];
  readonly memory: FieldMemory;
  readonly own: OwnIdentifiers;
  readonly history: History;
  readonly keyring: Keyring;
  readonly limits: Limits;
  readonly sealed: 'refuse' | 'pass';
  readonly keys: readonly CipherKey[];
  readonly trace = new DecisionTrace();
  /** Filled as fields are changed: what to restore on the way down. */
  readonly pseudonyms: Pseudonym[] = [];
  /** Filled with what the message gives away. */
  readonly learned: Learned[] = [];
  /** Filled with a few of the addresses and keys that were taken out: they may stand inside other values. */
  readonly removed: RemovedValue[] = [];
  readonly observations: Observation[] = [];
  /** Filled as fields are kept: how often an own identifier leaves by decision (the last look allows as many). */
  readonly allowed = new Map<number, number>();
  /** Set where a change would break a signature, or a cipher may not pass: nothing of the message leaves changed. */
  sealBroken = false;
  /** Set where a cipher passed unread because the household chose so. */
  sealPassed = false;
  /** A name of a signature was met: what changes is looked at for one. */
  mayBeSealed = false;
  /**
   * False if the raw message contains none of the home's own identifiers. Values are then not searched one by one. Decoded content sets
   * it to true again, because the raw search did not see it.
   */
  mayHoldOwn = false;
  readonly search: EncodedSearch = {
    isReleased: (identifier) => this.allowed.has(identifier),
    checkDeadline: (units) => this.checkDeadline(units),
  };
  /** All that was to be restored and learned, each time anew: what a value did is known from these. */
  private readonly restored: Pseudonym[] = [];
  private readonly noted: Learned[] = [];
  private readonly remembered = new Set<string>();
  /** How often something was asked that only this message or time can answer: what hangs on it is not remembered. */
  private passing = 0;
  /** What devices are addressed with in this message and was not known before, by canonical spelling. */
  private readonly addressed = new Addresses();
  private hasNewAddresses = false;
  private readonly overdue: (() => boolean) | undefined;
  private work = 0;

  /** @param searchEncodings the last look found an own identifier in the message as it would have left: each value is looked into. */
  constructor(
    given: SieveContext,
    readonly searchEncodings: boolean,
    /** What an attempt before this one learned of the same message. */
    before: readonly Learned[] = [],
  ) {
    this.service = given.service;
    this.epoch = given.epoch;
    this.categories = given.categories;
    this.memory = given.memory;
    this.own = given.own;
    this.history = given.history;
    this.keyring = given.keyring;
    this.limits = given.limits;
    this.sealed = given.sealed;
    this.keys = given.keys;
    this.overdue = given.overdue;
    for (const one of before) {
      this.learned.push(one);
      if (one.kind === 'address') this.addAddress(one.canonical, one.category);
    }
  }

  /** Looks at the clock now and then, the sooner the longer a value is. Throws `too_long`. */
  checkDeadline(units: number): void {
    if (this.overdue === undefined) return;
    this.work += VALUE_UNITS + units;
    if (this.work < UNITS_A_LOOK) return;
    this.work = 0;
    if (this.overdue()) throw new HubError('too_long');
  }

  /** Numbers the objects met, to notice repeated names. */
  nextObject(): number {
    this.memory.serial += 1;
    return this.memory.serial;
  }

  /** Judges what was not seen in the message as it came. */
  unseen<T>(judge: () => T): T {
    const outer = this.mayHoldOwn;
    this.mayHoldOwn = !this.own.empty;
    try {
      return judge();
    } finally {
      this.mayHoldOwn = outer;
    }
  }

  /** Notes a pseudonym, to be undone on the way down; once for each: in 1,000 rows of one device its address is one. Throws `too_many_fields`. */
  remember(category: CategoryId, original: string, pseudonym: string): void {
    const pair = { service: this.service, epoch: this.epoch, category, original, pseudonym };
    this.restore(this.addresses || (this.identifies && isAddressable(category)) ? { ...pair, isAddress: true } : pair);
  }

  private restore(pseudonym: Pseudonym): void {
    this.restored.push(pseudonym);
    const key = `${pseudonym.pseudonym}\0${pseudonym.original}\0${pseudonym.isAddress ?? false}`;
    if (this.remembered.has(key)) return;
    if (this.remembered.size >= PSEUDONYMS_MAX) throw new HubError('too_many_fields', 'pseudonyms');
    this.remembered.add(key);
    this.pseudonyms.push(pseudonym);
  }

  /** Notes a network name, where it is rare enough to be searched for. */
  learnNetwork(name: string): void {
    if (name.length > SSID_BYTES_MAX || Buffer.byteLength(name) > SSID_BYTES_MAX) return;
    if (distinctive(name)) this.learnOwn('wifi_ssid', name);
  }

  /** Notes an account's address, as a field's name gave it away. */
  learnEmail(text: string): void {
    const address = text.trim().toLowerCase();
    if (EMAIL.test(address)) this.learnOwn('email', address);
  }

  /** Notes something of the home, also what is known: that it was said once more. */
  learnOwn(category: CategoryId, value: string): void {
    this.learn({ kind: 'home', identifier: { category, value } });
  }

  /** Notes what the device is addressed with: the same thing has the same fate in every place. */
  learnAddress(canonical: string, category: CategoryId, isTentative: boolean): void {
    this.learn({ kind: 'address', canonical, category, isTentative });
  }

  private learn(one: Learned): void {
    this.noted.push(one);
    if (one.kind === 'home') {
      this.learned.push(one);
      return;
    }
    if (this.history.addressed(one.canonical) !== undefined || this.addressed.get(one.canonical) !== undefined) return;
    this.addAddress(one.canonical, one.category);
    this.learned.push(one);
  }

  private addAddress(canonical: string, category: CategoryId): void {
    this.addressed.add(canonical, category, false);
    this.hasNewAddresses = true;
  }

  /** As what the device is addressed with it, in this message or before; undefined: it is not. */
  addressedAs(canonical: string): CategoryId | undefined {
    const before = this.history.addressed(canonical);
    if (before !== undefined || !this.hasNewAddresses) return before;
    this.passing += 1;
    return this.addressed.get(canonical);
  }

  /** What stands in the part that is judged is what devices are addressed with: it is never absent, or two of them became one. */
  addresses = false;
  /** The same of identifiers alone: the segments of a path, most of which address no device. */
  identifies = false;

  /** A part begins. */
  enter(part: Part): void {
    this.addresses = part.kind === 'bytes' ? part.in === 'topic' || part.topicOf !== undefined : part.addresses === true;
    this.identifies = part.in === 'path';
  }

  /** Whether a device is addressed with the value, so that it may not be absent. */
  isAddressed(category: CategoryId, canonical: string): boolean {
    if (this.addresses) return true;
    if (!isAddressable(category)) return false;
    return this.identifies || this.addressedAs(canonical) !== undefined;
  }

  /** Whether anything is known that a device is addressed with. */
  get hasAddresses(): boolean {
    return this.history.hasAddresses || this.hasNewAddresses;
  }

  /** Whether a text as a whole is something that a device is addressed with. */
  mayBeAddress(text: string): boolean {
    if (!this.hasAddresses) return false;
    return isToken(text) && this.addressedAs(textCanonical(text)) !== undefined;
  }

  /** Whether a text with these traits (recognize/prefilter.ts) may end in the end of an address that a device is addressed with. */
  mayHoldTail(traits: number): boolean {
    return (traits & SIX) !== 0 && (this.history.hasTails || this.hasNewAddresses);
  }

  /** The hardware address that ends in these six hex digits, among what devices are addressed with. */
  addressEndingIn(tail: string): string | undefined {
    const before = this.history.addressEndingIn(tail);
    if (before?.startsWith('mac:') || !this.hasNewAddresses) return before;
    this.passing += 1;
    return this.addressed.endingIn(tail) ?? before;
  }

  /** Whether the cloud itself sent the token down. */
  isReturned(token: string): boolean {
    this.passing += 1;
    return this.history.isReturned(token);
  }

  /** How the field behaved so far, this value with it. */
  behaviourOf(field: Field, text: string): Behaviour | undefined {
    const path = `${field.place} ${field.path([])}`;
    this.passing += 1;
    this.observations.push({ path, text });
    return this.history.behaviourOf(path, text);
  }

  /** Whether the home's network or device is called by a common word: as a member's name, or as a state, it says what it says. */
  isOrdinary({ category, canonical }: Finding): boolean {
    if (category !== 'wifi_ssid' && category !== 'device_name' && category !== 'hostname') return false;
    if (!canonical.startsWith('own:')) return false;
    const { value } = this.own.identifiers[Number(canonical.slice('own:'.length))]!;
    return isOrdinaryName(value, this.memory.rules.recognizers.vocabulary.set('operation_words'));
  }

  /** Notes own identifiers that leave by a decision: the last look allows as many. */
  release(findings: readonly Finding[]): void {
    for (const { canonical } of findings) {
      if (!canonical.startsWith('own:')) continue;
      const id = Number(canonical.slice(4));
      this.allowed.set(id, (this.allowed.get(id) ?? 0) + 1);
    }
  }

  /** What the outcomes of values depend on beside the rules: the home, and what is known of the service. */
  get version(): number {
    return this.memory.version + this.history.version;
  }

  /** Everything that was done since `stand`, to be done again for the same text; undefined where it holds for this message alone. */
  outcomeSince(stand: Stand, edit: Edit | undefined): Outcome | undefined {
    if (this.sealBroken || this.sealPassed || this.passing !== stand.passing) return undefined;
    return {
      marks: this.trace.since(stand.marks),
      edit,
      pseudonyms: this.restored.slice(stand.pseudonyms),
      learned: this.noted.slice(stand.learned),
      removed: this.removed.slice(stand.removed),
      version: this.version,
    };
  }

  repeat({ marks, edit, pseudonyms, learned, removed }: Outcome): Edit | undefined {
    this.trace.again(marks);
    for (const pseudonym of pseudonyms) this.restore(pseudonym);
    for (const one of learned) this.learn(one);
    this.removed.push(...removed);
    return edit;
  }

  /** Where what was learned and noted stands, to know what came since. */
  stand(): Stand {
    return {
      marks: this.trace.mark,
      pseudonyms: this.restored.length,
      learned: this.noted.length,
      removed: this.removed.length,
      passing: this.passing,
    };
  }
}

export interface Stand {
  readonly marks: number;
  readonly pseudonyms: number;
  readonly learned: number;
  readonly removed: number;
  readonly passing: number;
}

/** What devices are addressed with. */
const ADDRESSABLE: ReadonlySet<CategoryId> = new Set<CategoryId>([
  'device_identifier',
  'account_identifier',
  'serial_number',
  'device_mac',
  'bluetooth_mac',
  'radio_identifier',
  'hostname',
]);

export function isAddressable(category: CategoryId): boolean {
  return ADDRESSABLE.has(category);
}
