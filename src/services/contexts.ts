// The sieve's context for each service and device: policy with the household's switches, memory of fields, keys, what the home and time
// have shown.
import { createHmac } from 'node:crypto';
import { type Keyring, makeKeyring } from '../action/keyring.js';
import {
  type CipherKey,
  DEVICE_KINDS,
  type Declaration,
  type DeviceKind,
  type FieldRule,
  type Limits,
  type Override,
  PLACES,
  type Place,
  type Rules,
  type ServiceChoices,
} from '../model.js';
import { type OwnIdentifier, OwnIdentifiers } from '../own-identifiers/matcher.js';
import type { PolicyView } from '../policy/decide.js';
import { type CompiledPolicy, compilePolicy, declarationOf } from '../policy/justify.js';
import { compileProfile, compileSelectors, type Matcher } from '../recognize/field-map/field-map.js';
import { NO_HISTORY } from '../recognize/history/history.js';
import { Recognizers } from '../recognize/recognizers.js';
import { DecisionLists } from '../sieve/decision-lists.js';
import { FieldMemory } from '../sieve/field-memory.js';
import type { SieveContext, Sieved } from '../sieve.js';
import { type Adopted, Hosts } from './hosts.js';
import { Knowledge, type KnowledgeSnapshot } from './knowledge.js';
import { correspondentIn, isAssumed, type Reading, readingOf, serviceIn } from './reading.js';

export const DEFAULT_CHOICES: ServiceChoices = Object.freeze({
  mode: 'enforce',
  purposes: {},
  opaque: 'refuse',
  sealed: 'refuse',
});

/** In place of choices that are damaged or missing. */
const BLOCK_ALL: ServiceChoices = Object.freeze({ ...DEFAULT_CHOICES, mode: 'block' });

/** What the household has chosen and told, as the services need it. */
export interface Household {
  readonly choices: Readonly<Record<string, ServiceChoices>>;
  readonly overrides: readonly Override[];
  readonly own: readonly OwnIdentifier[];
  readonly adopted?: Adopted;
  /** What the household has chosen is damaged or missing: nothing leaves. */
  readonly closed?: boolean;
  /** What the household chose for a device whatever its services are set to. */
  readonly deviceMode?: (device: string) => 'enforce' | 'observe' | undefined;
  /** What the household said a device is. */
  readonly kindOf?: (device: string) => DeviceKind | undefined;
  /** Keys of devices, to read what they encrypt. */
  readonly keys?: readonly CipherKey[];
  /** Whether the device was registered with its cloud before the hub came. */
  readonly knownToVendor: (device: string) => boolean;
}

export interface ServicesOptions {
  readonly rules: Rules;
  readonly household: Household;
  /** 32 bytes: pseudonyms are keyed by it. */
  readonly master: Uint8Array;
  readonly limits: Limits;
  /** Which pseudonyms of a service count; absent: the first. */
  readonly epoch?: (service: string) => number;
  /** What is known of the home and the services; it outlives these services. Absent: nothing. */
  readonly knowledge?: Knowledge;
  /** The same home's as they were: the search for its own identifiers is taken over where these are the same. */
  readonly before?: Services | undefined;
}

/** A copy of the state that a worker needs to judge as these services do; of the functions, their answers go with each message. */
export interface ServicesSnapshot {
  readonly household: Pick<Household, 'choices' | 'overrides' | 'own' | 'keys'>;
  readonly master: Uint8Array;
  readonly limits: Limits;
}

/** What only the hub's own thread knows of a message's service and device. */
export interface MessageSnapshot {
  readonly epoch: number;
  readonly mode: ReturnType<NonNullable<Household['deviceMode']>>;
  readonly kind: DeviceKind | undefined;
  readonly knownToVendor: boolean;
  readonly known: KnowledgeSnapshot;
}

interface Service {
  readonly id: string;
  /** The service, or one of the strangers that no service names. */
  readonly correspondent: string;
  readonly choices: ServiceChoices;
  /** Whether the declaration tells kinds of devices apart. */
  readonly kinds: boolean;
  /** One for each kind of device that the declaration tells apart, and for hosts that it does not name. */
  readonly policies: Map<string, CompiledPolicy>;
  readonly fieldMap: readonly FieldRule[];
  readonly selectors: ReadonlyMap<Place, Matcher<FieldRule>>;
  readonly overrides: readonly Override[];
  readonly keyring: Keyring;
  /** What devices without instructions of their own share, and what each of the others has. */
  readonly shared: Map<string, Shared>;
  readonly contexts: Map<string, SieveContext>;
  own: OwnIdentifiers;
  /** The version of the home's knowledge that `own` is of. */
  homeVersion: number;
}

interface Shared {
  readonly memory: FieldMemory;
  readonly lists: DecisionLists;
}

/** Contexts kept of one service: a home has fewer devices. */
const CONTEXTS_MAX = 1024;
/** Services and strangers kept ready. */
const OPENED_MAX = 512;

export class Services {
  readonly rules: Rules;
  readonly limits: Limits;
  readonly hosts: Hosts;
  readonly knowledge: Knowledge;
  private readonly household: Household;
  private readonly master: Uint8Array;
  private readonly epoch: (service: string) => number;
  private readonly recognizers: Recognizers;
  private readonly opened = new Map<string, Service>();
  private readonly own: OwnIdentifiers;

  constructor({ rules, household, master, limits, epoch = () => 1, knowledge, before }: ServicesOptions) {
    this.rules = rules;
    this.household = household;
    this.master = master;
    this.limits = limits;
    this.epoch = epoch;
    this.knowledge = knowledge ?? new Knowledge(master, () => 0);
    this.recognizers = recognizersOf(rules);
    this.own = before?.own.isOf(household.own) ? before.own : new OwnIdentifiers(household.own);
    this.hosts = new Hosts(rules, household.adopted ?? {});
  }

  get snapshot(): ServicesSnapshot {
    const { choices, overrides, own, keys = [] } = this.household;
    return { household: { choices, overrides, own, keys }, master: this.master, limits: this.limits };
  }

  messageSnapshot(reading: Reading, device: string): MessageSnapshot {
    const service = serviceIn(reading);
    return {
      epoch: this.epoch(service),
      mode: this.household.deviceMode?.(device),
      kind: this.household.kindOf?.(device),
      knownToVendor: this.household.knownToVendor(device),
      known: this.knowledge.snapshot(correspondentIn(reading)),
    };
  }

  /** Whether nothing leaves until the household has recovered its choices. */
  get closed(): boolean {
    return this.household.closed ?? false;
  }

  choicesOf(reading: Reading): ServiceChoices {
    if (this.closed) return BLOCK_ALL;
    return this.household.choices[serviceIn(reading)] ?? DEFAULT_CHOICES;
  }

  /** A device's own mode before its service's; a blocked service stays blocked. */
  modeOf(reading: Reading, device: string): ServiceChoices['mode'] {
    const { mode } = this.choicesOf(reading);
    return mode === 'block' ? mode : (this.household.deviceMode?.(device) ?? mode);
  }

  /**
   * The context to judge a message of `device` with, the same object as long as nothing changes. `floorOnly`: only
   * what never leaves is taken out (a rehearsal).
   */
  context(reading: Reading, device: string, floorOnly = false): SieveContext {
    const opened = this.open(correspondentIn(reading));
    const known = this.household.knownToVendor(device);
    const circumstances = this.circumstances(opened, reading, device);
    const key = `${floorOnly ? 'floor' : known ? 'known' : 'new'} ${circumstances} ${device}`;
    let context = opened.contexts.get(key);
    if (context === undefined) {
      if (opened.contexts.size >= CONTEXTS_MAX) opened.contexts.delete(opened.contexts.keys().next().value!);
      context = this.makeContext(opened, circumstances, device, known, floorOnly);
      opened.contexts.set(key, context);
    }
    return context;
  }

  /** Of the device's kind and the host, what makes a difference to the service's policy. */
  private circumstances({ kinds }: Service, reading: Reading, device: string): string {
    const kind = kinds ? (this.household.kindOf?.(device) ?? '') : '';
    return isAssumed(reading) ? `${kind} assumed` : kind;
  }

  private policyOf({ id, choices, policies }: Service, circumstances: string): CompiledPolicy {
    let policy = policies.get(circumstances);
    if (policy === undefined) {
      const [of, assumed] = circumstances.split(' ');
      const kind = DEVICE_KINDS.find((one) => one === of);
      policy = compilePolicy(this.rules, id, choices, {
        kind,
        baseline: assumed === undefined ? undefined : this.rules.baseline,
      });
      policies.set(circumstances, policy);
    }
    return policy;
  }

  private makeContext(service: Service, circumstances: string, device: string, known: boolean, floorOnly: boolean): SieveContext {
    const { id, correspondent, choices, keyring } = service;
    return {
      service: id,
      epoch: this.epoch(id),
      categories: this.rules.categories,
      ...this.shared(service, circumstances, device, known, floorOnly),
      own: floorOnly ? NOTHING_OWN : service.own,
      history: floorOnly ? NO_HISTORY : this.knowledge.historyFor(correspondent, device),
      keyring,
      opaque: floorOnly ? 'pass' : choices.opaque,
      sealed: floorOnly ? 'pass' : choices.sealed,
      keys: this.household.keys ?? [],
      limits: this.limits,
    };
  }

  /** Devices without instructions of their own share what is remembered. */
  private shared(service: Service, circumstances: string, device: string, knownToVendor: boolean, floorOnly: boolean): Shared {
    const hasOwn = !floorOnly && service.overrides.some((one) => one.device === device);
    const key = `${floorOnly ? 'floor' : knownToVendor ? 'known' : 'new'} ${circumstances} ${hasOwn ? device : ''}`;
    let shared = service.shared.get(key);
    if (shared === undefined) {
      const overrides = floorOnly
        ? []
        : service.overrides.filter((one) => one.device === undefined || (hasOwn && one.device === device));
      shared = {
        memory: this.makeMemory(
          service,
          floorOnly ? () => FLOOR_ONLY : this.policyOf(service, circumstances).at,
          hasOwn ? device : '',
          knownToVendor,
          overrides,
        ),
        lists: new DecisionLists(),
      };
      service.shared.set(key, shared);
    }
    return shared;
  }

  private makeMemory(
    { selectors, fieldMap }: Service,
    policyAt: (place: Place, isMapped: boolean) => PolicyView,
    device: string,
    knownToVendor: boolean,
    overrides: readonly Override[],
  ): FieldMemory {
    const paths = overrides.filter(({ path }) => path !== undefined);
    const byPlace = new Map<Place, Matcher<Override>>();
    for (const place of PLACES) {
      const here = paths.filter((one) => (one.in ?? 'body') === place);
      if (here.length > 0) byPlace.set(place, compileSelectors(here.map((one) => ({ path: one.path!, value: one }))));
    }
    return new FieldMemory({
      recognizers: this.recognizers,
      policyAt,
      selectors: (place) => selectors.get(place),
      overrides: (place) => byPlace.get(place),
      byCategory: overrides.filter(({ path }) => path === undefined),
      device,
      knownToVendor,
      indexed: [...fieldMap, ...paths].some(({ path }) => /\[-?\d/.test(path ?? '')),
    });
  }

  /** Takes what a message gave away; true where something is new, and the message is to be judged again with it. */
  learn(reading: Reading, device: string, learned: Sieved['learned']): boolean {
    return this.knowledge.learn(correspondentIn(reading), device, learned);
  }

  /** How a message of this service to `host` is to be read. */
  reading(service: string, host: string): Reading {
    return readingOf(service, host, this.rules.services.get(service));
  }

  private open(correspondent: string): Service {
    let service = this.opened.get(correspondent);
    if (service === undefined) {
      service = this.make(correspondent);
      if (this.opened.size >= OPENED_MAX) this.opened.delete(this.opened.keys().next().value!);
      this.opened.set(correspondent, service);
    }
    if (service.homeVersion !== this.knowledge.version) {
      service.homeVersion = this.knowledge.version;
      service.own = this.ownOf(correspondent);
      service.contexts.clear();
      for (const { memory } of service.shared.values()) memory.version += 1;
    }
    return service;
  }

  private make(correspondent: string): Service {
    const id = serviceIn(correspondent);
    const declaration: Declaration = declarationOf(this.rules, id);
    const choices = this.choicesOf(id);
    return {
      id,
      correspondent,
      choices,
      kinds: declaration.purposes.some(({ needs }) => needs.some(({ when }) => when !== undefined)),
      policies: new Map(),
      fieldMap: declaration.fields,
      selectors: compileProfile(declaration.fields),
      overrides: this.household.overrides.filter((one) => one.service === undefined || one.service === id),
      keyring: makeKeyring(this.master, id, this.epoch(id)),
      shared: new Map(),
      contexts: new Map(),
      own: this.ownOf(correspondent),
      homeVersion: this.knowledge.version,
    };
  }

  private ownOf(correspondent: string): OwnIdentifiers {
    const said = this.knowledge.own(correspondent).filter(({ value }) => !this.own.has(value));
    return said.length === 0 ? this.own : new OwnIdentifiers(said, this.own);
  }
}

/** Made once for a set of rules: it takes as long as some hundred messages, and services are made anew with every choice and device. */
const made = new WeakMap<Rules['categories'], Recognizers>();

function recognizersOf({ categories, vocabulary }: Rules): Recognizers {
  const known = made.get(categories) ?? new Recognizers(categories.values(), vocabulary);
  made.set(categories, known);
  return known;
}

const NOTHING_OWN = new OwnIdentifiers([]);
/** A rehearsal: everything is kept but what never leaves. */
const FLOOR_ONLY: PolicyView = {
  justification: () => ({ purpose: 'observe', clause: '', granularity: 'exact' }),
  without: () => 'keep',
  declared: true,
  hasFieldMap: false,
  blocked: false,
};

/** A label for a device that says nothing about it: keyed, so that nobody who reads the log can try addresses. */
export function deviceLabel(master: Uint8Array, address: string): string {
  return `d-${createHmac('sha256', master).update(`device ${address}`).digest('hex').slice(0, 8)}`;
}
