// Which service a host belongs to, and the sieve's context for each: policy with the household's switches, memory of fields, keys.
import { createHmac } from 'node:crypto';
import { type Keyring, makeKeyring } from '../action/keyring.js';
import {
  type CipherKey,
  type Declaration,
  type Limits,
  type Override,
  PLACES,
  type Rules,
  type ServiceChoices,
} from '../model.js';
import { type OwnIdentifier, OwnIdentifiers } from '../own-identifiers/matcher.js';
import type { PolicyView } from '../policy/decide.js';
import { compilePolicy } from '../policy/justify.js';
import { compileProfile, compileSelectors } from '../recognize/field-map/field-map.js';
import { NameClassifier } from '../recognize/name/patterns.js';
import { FieldMemory } from '../sieve/field.js';
import { Shapes } from '../sieve/trace.js';
import type { SieveContext } from '../sieve.js';

export const UNKNOWN = 'unknown';
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
  /** Hosts that no rule names and the household has given to a service. */
  readonly adopted?: Readonly<Record<string, { readonly service?: string; readonly as?: 'refuse' | 'tunnel' }>>;
  /** What the household has chosen is damaged or missing: nothing leaves. */
  readonly closed?: boolean;
  /** What the household chose for a device whatever its services are set to. */
  readonly deviceMode?: (device: string) => 'enforce' | 'observe' | undefined;
  /** Keys of devices, to read what they encrypt. */
  readonly keys?: readonly CipherKey[];
  /** Whether the device was registered with its cloud before the hub came. */
  readonly knownToVendor: (device: string) => boolean;
}

/** A household, the keys and the limits as plain data. */
export interface ServicesSnapshot {
  readonly household: Pick<Household, 'choices' | 'overrides' | 'own' | 'keys'>;
  readonly master: Uint8Array;
  readonly limits: Limits;
}

/** What only the hub's own thread knows of a message's service and device. */
export interface MessageSnapshot {
  readonly epoch: number;
  readonly mode: ReturnType<NonNullable<Household['deviceMode']>>;
  readonly knownToVendor: boolean;
  readonly learned: readonly OwnIdentifier[];
}

interface Service {
  readonly id: string;
  readonly declaration: Declaration;
  readonly choices: ServiceChoices;
  readonly policy: PolicyView;
  readonly overrides: readonly Override[];
  readonly keyring: Keyring;
  readonly learned: Map<string, OwnIdentifier>;
  /** The household's own identifiers, and what this service's messages gave away. */
  own: OwnIdentifiers;
  /** One context for all devices without instructions of their own, and one for each of the others. */
  readonly contexts: Map<string, SieveContext>;
}

/** Identifiers learned from one service's messages: a home has a few; more would be a device making words up. */
const LEARNED_MAX = 32;
/** Addresses of accounts among them; more are a list of contacts. */
const EMAILS_MAX = 8;

export class Services {
  private readonly names: NameClassifier;
  private readonly exact = new Map<string, string>();
  private readonly below: { suffix: string; id: string }[] = [];
  private readonly opened = new Map<string, Service>();
  private readonly own: OwnIdentifiers;
  /** What services that are not opened yet gave away before. */
  private readonly learnedBefore: ReadonlyMap<string, readonly OwnIdentifier[]>;

  /** @param before the same home's as they were: what their messages gave away still counts. */
  constructor(
    readonly rules: Rules,
    private readonly household: Household,
    private readonly master: Uint8Array,
    readonly limits: Limits,
    private readonly epoch: (service: string) => number = () => 1,
    before?: Services,
  ) {
    this.names = namesOf(rules);
    this.own = before?.own.isOf(household.own) ? before.own : new OwnIdentifiers(household.own);
    this.learnedBefore = before?.learned() ?? new Map();
    for (const { id, hosts } of rules.services.values()) {
      for (const { name } of hosts) {
        if (name.startsWith('*.')) this.below.push({ suffix: name.slice(1), id });
        else this.exact.set(name, id);
      }
    }
  }

  /** The service whose rules name `host` (no port), or `unknown`. */
  ofHost(host: string): string {
    const name = host.toLowerCase().replace(/\.$/, '');
    return this.named(name) ?? this.household.adopted?.[name]?.service ?? UNKNOWN;
  }

  /** Whether a connection to `host` may be opened: a rule names it, or the household has given it to a service. */
  opens(host: string): boolean {
    const name = host.toLowerCase().replace(/\.$/, '');
    return this.named(name) !== undefined || this.household.adopted?.[name]?.service !== undefined;
  }

  /** What the household chose for a host that no service names; `block` also in the clear. */
  choiceForHost(host: string): 'block' | 'refuse' | 'tunnel' {
    const as = this.household.adopted?.[host.toLowerCase()]?.as;
    return as === 'refuse' ? 'block' : (as ?? 'refuse');
  }

  /** What it takes to judge as these services do in another thread; of the functions, their answers go with each message. */
  get told(): ServicesSnapshot {
    const { choices, overrides, own, keys = [] } = this.household;
    return { household: { choices, overrides, own, keys }, master: this.master, limits: this.limits };
  }

  /** Their answers for a message of `device` to `service`, as they are now. */
  toldFor(service: string, device: string): MessageSnapshot {
    return {
      epoch: this.epoch(service),
      mode: this.household.deviceMode?.(device),
      knownToVendor: this.household.knownToVendor(device),
      learned: [...this.open(service).learned.values()],
    };
  }

  /** Every host that the hub may stand in for. */
  get hosts(): string[] {
    const named = [...this.rules.services.values()].flatMap((s) => s.hosts.map(({ name }) => name));
    const adopted = Object.entries(this.household.adopted ?? {}).flatMap(([host, { service }]) =>
      service === undefined ? [] : [host],
    );
    return [...named, ...adopted];
  }

  /** Whether a rule names the host. */
  isNamed(host: string): boolean {
    return this.named(host.toLowerCase()) !== undefined;
  }

  private named(name: string): string | undefined {
    return this.exact.get(name) ?? this.below.find(({ suffix }) => name.endsWith(suffix))?.id;
  }

  /** Whether nothing leaves until the household has recovered its choices. */
  get closed(): boolean {
    return this.household.closed ?? false;
  }

  choicesOf(service: string): ServiceChoices {
    if (this.closed) return BLOCK_ALL;
    return this.household.choices[service] ?? DEFAULT_CHOICES;
  }

  /** A device's own mode before its service's; a blocked service stays blocked. */
  modeOf(service: string, device: string): ServiceChoices['mode'] {
    const { mode } = this.choicesOf(service);
    return mode === 'block' ? mode : (this.household.deviceMode?.(device) ?? mode);
  }

  /**
   * The context to judge a message of `device` to `service` with, the same object as long as nothing changes. `floorOnly`: only
   * what never leaves is taken out (a rehearsal).
   */
  context(service: string, device: string, floorOnly = false): SieveContext {
    const opened = this.open(service);
    const known = this.household.knownToVendor(device);
    const own = opened.overrides.some((o) => o.device === device);
    const key = `${floorOnly ? 'floor' : own ? `device ${device}` : 'any'}${known ? ' known' : ''}`;
    let context = opened.contexts.get(key);
    if (!context) {
      context = this.makeContext(opened, own ? device : '', known, floorOnly);
      opened.contexts.set(key, context);
    }
    return context;
  }

  private makeContext(service: Service, device: string, knownToVendor: boolean, floorOnly: boolean): SieveContext {
    const overrides = floorOnly ? [] : service.overrides.filter((o) => o.device === undefined || o.device === device);
    const profile = compileProfile(service.declaration.fields);
    const paths = overrides.filter((o) => o.path !== undefined);
    const byPath = new Map(
      PLACES.map((place) => {
        const here = paths.filter((o) => (o.in ?? 'body') === place);
        return [place, here.length > 0 ? compileSelectors(here.map((o) => ({ path: o.path!, value: o }))) : undefined];
      }),
    );
    const memory = new FieldMemory({
      names: this.names,
      policy: floorOnly ? FLOOR_ONLY : service.policy,
      selectors: (place) => profile.get(place),
      overrides: (place) => byPath.get(place),
      byCategory: overrides.filter((o) => o.path === undefined),
      device,
      knownToVendor,
      indexed: [...service.declaration.fields, ...paths].some(({ path }) => /\[-?\d/.test(path ?? '')),
    });
    return {
      service: service.id,
      epoch: this.epoch(service.id),
      categories: this.rules.categories,
      memory,
      shapes: new Shapes(),
      own: floorOnly ? NOTHING_OWN : service.own,
      keyring: service.keyring,
      opaque: floorOnly ? 'pass' : service.choices.opaque,
      sealed: floorOnly ? 'pass' : service.choices.sealed,
      keys: this.household.keys ?? [],
      limits: this.limits,
    };
  }

  /**
   * Remembers network names, and addresses and keys that stood twice, that a message of `service` gave away; true when one is new.
   * They count for this service only: a device can at most make its own words disappear.
   */
  learn(service: string, identifiers: readonly OwnIdentifier[]): boolean {
    const opened = this.open(service);
    const before = opened.learned.size;
    for (const one of identifiers) {
      if (opened.learned.size >= LEARNED_MAX || opened.learned.has(one.value)) continue;
      const emails = [...opened.learned.values()].filter(({ category }) => category === 'email').length;
      if (one.category !== 'email' || emails < EMAILS_MAX) opened.learned.set(one.value, one);
    }
    if (opened.learned.size === before) return false;
    opened.own = this.ownWith(opened.learned);
    opened.contexts.clear();
    return true;
  }

  private ownWith(learned: ReadonlyMap<string, OwnIdentifier>): OwnIdentifiers {
    return learned.size === 0 ? this.own : new OwnIdentifiers([...learned.values()], this.own);
  }

  private learned(): ReadonlyMap<string, readonly OwnIdentifier[]> {
    const all = new Map(this.learnedBefore);
    for (const [id, { learned }] of this.opened) all.set(id, [...learned.values()]);
    return all;
  }

  private open(id: string): Service {
    let service = this.opened.get(id);
    if (!service) {
      service = this.make(id);
      this.opened.set(id, service);
    }
    return service;
  }

  private make(id: string): Service {
    const declaration = this.rules.services.get(id) ?? this.rules.baseline;
    const choices = this.choicesOf(id);
    const overrides = this.household.overrides.filter((o) => o.service === undefined || o.service === id);
    const compiled = compilePolicy(this.rules, id, choices);
    const policy: PolicyView = {
      justification: (category) => compiled.justified.get(category),
      without: (category) => compiled.without(category),
      hasFieldMap: declaration.fields.length > 0,
      blocked: choices.mode === 'block',
    };
    const keyring = makeKeyring(this.master, id, this.epoch(id));
    const learned = new Map(this.learnedBefore.get(id)?.map((one) => [one.value, one]));
    const own = this.ownWith(learned);
    return { id, declaration, choices, policy, overrides, keyring, learned, own, contexts: new Map() };
  }
}

/** Made once for a set of rules: it takes as long as some hundred messages, and services are made anew with every choice and device. */
const classifiers = new WeakMap<Rules['categories'], NameClassifier>();

function namesOf({ categories }: Rules): NameClassifier {
  const known = classifiers.get(categories) ?? new NameClassifier(categories.values());
  classifiers.set(categories, known);
  return known;
}

const NOTHING_OWN = new OwnIdentifiers([]);
/** A rehearsal: everything is kept but what never leaves. */
const FLOOR_ONLY: PolicyView = {
  justification: () => ({ purpose: 'observe', clause: '', granularity: 'exact' }),
  without: () => 'keep',
  hasFieldMap: false,
  blocked: false,
};

/** A label for a device that says nothing about it: keyed, so that nobody who reads the log can try addresses. */
export function deviceLabel(master: Uint8Array, address: string): string {
  return `d-${createHmac('sha256', master).update(`device ${address}`).digest('hex').slice(0, 8)}`;
}
