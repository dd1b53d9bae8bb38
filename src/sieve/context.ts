// What judging one message needs, and what it fills.
import type { Keyring } from '../action/keyring.js';
import { HubError } from '../errors.js';
import type { Category, CategoryId, CipherKey, Limits, Node, Pseudonym } from '../model.js';
import type { Looking } from '../own-identifiers/decoded-search.js';
import type { OwnIdentifier, OwnIdentifiers } from '../own-identifiers/matcher.js';
import { distinctive } from '../own-identifiers/spellings/index.js';
import type { ValueRecognizers } from '../recognize/value-recognizers.js';
import type { Field, FieldMemory } from './field.js';
import type { Taken } from './taken.js';
import type { Trace } from './trace.js';

/** What judging a field needs beside the field: the household, the keys, and where to write down what was decided. */
export interface LeafContext {
  readonly service: string;
  readonly epoch: number;
  readonly categories: ReadonlyMap<CategoryId, Category>;
  readonly own: OwnIdentifiers;
  readonly recognizers: ValueRecognizers;
  /** False: none of the household's own identifiers stands in the message as it came, so that no value need be searched for them. */
  ownPossible: boolean;
  /** True: the last look found one in the message as it would have left, maybe in encodings that no layer undoes. Then each value is looked into. */
  searching: boolean;
  /** How that is done. */
  readonly looking: Looking;
  readonly keyring: Keyring;
  readonly trace: Trace;
  /** Filled as fields are changed: what to restore on the way down. */
  readonly pseudonyms: Pseudonym[];
  /** Those that are in there already. */
  readonly remembered: Set<string>;
  /** Filled with network names that a field's name gave away: the same name may stand elsewhere under a harmless one. */
  readonly learned: OwnIdentifier[];
  /** Filled with a few of the addresses and keys that were taken out: they may stand inside other values (sieve/taken.ts). */
  readonly taken: Taken[];
  /** Filled as fields are kept: how often an own identifier leaves by decision (the last look allows as many). */
  readonly allowed: Map<number, number>;
  /** What the household chose for what is sealed. */
  readonly sealed: 'refuse' | 'pass';
  /** Set where a change would break a signature, or a cipher may not pass: nothing of the message leaves changed. */
  sealBroken: boolean;
  /** Set where a cipher passed unread because the household chose so. */
  sealPassed: boolean;
}

/** Longest name of a network in bytes (IEEE 802.11, 9.4.2.2). A longer text is none, and searching for all its spellings costs by its length. */
const SSID_BYTES_MAX = 32;

/** Notes a network name, where it is rare enough to be searched for. */
export function learn(name: string, cx: LeafContext): void {
  if (name.length > SSID_BYTES_MAX || Buffer.byteLength(name) > SSID_BYTES_MAX) return;
  if (!cx.own.has(name) && distinctive(name)) cx.learned.push({ category: 'wifi_ssid', value: name });
}

/** Notes an account's address, as a field's name gave it away. */
export function learnEmail(text: string, cx: LeafContext): void {
  const address = text.trim().toLowerCase();
  if (EMAIL.test(address) && !cx.own.has(address)) cx.learned.push({ category: 'email', value: address });
}

const EMAIL = /^[^\s@"<>,;:]{1,64}@[^\s@"<>,;:]{1,190}\.[^\s@"<>,;:.]{2,24}$/;

/** Work between two looks at the clock, in characters of text: well below a millisecond. And what a value costs beside its text. */
const UNITS_A_LOOK = 1024;
const VALUE_UNITS = 64;

export type Standing = 'root' | 'member' | 'element';

/** What one walk over a message holds: what judging needs, and what it fills. */
export abstract class MessageContext implements LeafContext {
  readonly service: string;
  readonly epoch: number;
  readonly categories: LeafContext['categories'];
  readonly own: LeafContext['own'];
  readonly recognizers: ValueRecognizers;
  readonly keyring: LeafContext['keyring'];
  readonly limits: Limits;
  readonly sealed: 'refuse' | 'pass';
  /** Keys of the household's devices, for what they encrypt. */
  readonly keys: readonly CipherKey[];
  sealBroken = false;
  sealPassed = false;
  readonly pseudonyms: Pseudonym[] = [];
  readonly remembered = new Set<string>();
  readonly learned: OwnIdentifier[] = [];
  readonly taken: Taken[] = [];
  readonly allowed = new Map<number, number>();
  ownPossible = false;
  searching = false;
  readonly looking: Looking = { isAllowed: (identifier) => this.allowed.has(identifier), pulse: (units) => this.pulse(units) };
  private readonly memory: FieldMemory;
  private readonly overdue: (() => boolean) | undefined;
  private work = 0;

  constructor(
    given: Pick<LeafContext, 'service' | 'epoch' | 'categories' | 'own' | 'keyring'> & {
      readonly limits: Limits;
      readonly sealed: 'refuse' | 'pass';
      readonly keys: readonly CipherKey[];
      readonly memory: FieldMemory;
      readonly overdue?: () => boolean;
    },
    readonly trace: Trace,
  ) {
    this.service = given.service;
    this.epoch = given.epoch;
    this.categories = given.categories;
    this.own = given.own;
    this.recognizers = given.memory.rules.recognizers;
    this.keyring = given.keyring;
    this.limits = given.limits;
    this.sealed = given.sealed;
    this.keys = given.keys;
    this.memory = given.memory;
    this.overdue = given.overdue;
  }

  /** Looks at the clock now and then, the sooner the longer a value is. Throws `too_long`. */
  pulse(units: number): void {
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

  /** Judges a node and all below it; returns whether anything is to change. */
  abstract visit(node: Node, field: Field, standing: Standing, occurrence: number, layers: number): boolean;
}
