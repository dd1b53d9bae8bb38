// What time and the way down have shown: of the home for all services, and of each service for itself. Told by messages once their record
// is written, and by answers; kept over restarts by whoever holds it (runtime/knowledge-store.ts).
import { createHmac } from 'node:crypto';
import type { CategoryId } from '../model.js';
import type { OwnIdentifier } from '../own-identifiers/matcher.js';
import { Addresses } from '../recognize/history/addressing.js';
import { behaviourOf, digestOf, newProfile, observe, type Profile } from '../recognize/history/behaviour.js';
import type { Behaviour, History, Observation } from '../recognize/history/history.js';
import { type DigestTable, Provenance } from '../recognize/history/provenance.js';
import type { Learned } from '../sieve/learned.js';

/** Identifiers of the home that its devices said openly: a home has a few; more would be a device making words up. The oldest goes first. */
const HOME_MAX = 256;
/** Addresses of accounts of one service; more are a list of contacts. */
const EMAILS_MAX = 8;
/** What nobody said for so long is the home's no more. */
const AGE_MS = 90 * 24 * 60 * 60 * 1000;
/** Services and strangers that something is known of; the one met first goes first. */
const SERVICES_MAX = 512;
/** Fields profiled of one service, at 128 bytes each; the one not met for longest goes first. */
const PROFILES_MAX = 4096;

/** What one device said counts for its service; for all once another source says it too, or the same a day later. */
const CONFIRMED_MS = 24 * 60 * 60 * 1000;

/** Something of the home as its devices said it. */
export interface HomeFact extends OwnIdentifier {
  readonly firstMs: number;
  lastMs: number;
  /** The service that it was said to first, and the label of the device that did. */
  readonly service: string;
  readonly device: string;
  isConfirmed: boolean;
}

/** Plain data, for another thread or the disk. */
export interface ServiceFacts {
  readonly tokens: readonly [DigestTable, DigestTable];
  readonly addresses: readonly (readonly [string, CategoryId])[];
  /** Met once: not addresses yet. */
  readonly tentative: readonly string[];
  readonly profiles: readonly (readonly [string, Profile])[];
}

/** What another thread needs of it to judge a message of one service. */
export interface KnowledgeSnapshot {
  readonly home: readonly HomeFact[];
  readonly service: ServiceFacts;
}

export class Knowledge {
  /** Changes with what is known of the home. */
  version = 0;
  private readonly home = new Map<string, HomeFact>();
  private readonly services = new Map<string, ServiceKnowledge>();

  /**
   * @param master 32 bytes: digests of tokens and values are keyed by it, for each service apart.
   * @param now milliseconds since 1970.
   */
  constructor(
    private readonly master: Uint8Array,
    private readonly now: () => number,
    facts: Iterable<HomeFact> = [],
    services: Iterable<readonly [string, ServiceFacts]> = [],
  ) {
    for (const fact of facts) this.home.set(keyOf(fact), { ...fact });
    for (const [id, known] of services) this.services.set(id, new ServiceKnowledge(this.keyFor(id), this.now, known));
  }

  of(service: string): ServiceKnowledge {
    let known = this.services.get(service);
    // What is used is young again; the order matters only where there are many.
    if (known !== undefined && this.services.size > SERVICES_MAX / 2) {
      this.services.delete(service);
      this.services.set(service, known);
    }
    if (known === undefined) {
      known = new ServiceKnowledge(this.keyFor(service), this.now);
      if (this.services.size >= SERVICES_MAX) this.services.delete(this.services.keys().next().value!);
      this.services.set(service, known);
    }
    return known;
  }

  /** The home's own as its devices said it, as it counts for a service. */
  own(service: string): OwnIdentifier[] {
    return [...this.home.values()].filter((fact) => fact.service === service || fact.isConfirmed);
  }

  /** As the sieve asks it, for messages of a device to a service. */
  historyFor(service: string, device: string): History {
    const known = (): ServiceKnowledge => this.of(service);
    return {
      get version() {
        return known().addresses.version;
      },
      isReturned: (token) => known().provenance.has(token),
      behaviourOf: (path, text) => known().behaviourOf(device, path, text),
      addressed: (canonical) => known().addresses.get(canonical),
      addressEndingIn: (tail) => known().addresses.endingIn(tail),
      get hasAddresses() {
        return !known().addresses.isEmpty;
      },
      get hasTails() {
        return known().addresses.hasTails;
      },
    };
  }

  /** Takes what a device's message to a service gave away; whether anything of it is new. */
  learn(service: string, device: string, learned: readonly Learned[]): boolean {
    let isNew = false;
    for (const one of learned) {
      const added =
        one.kind === 'home'
          ? this.learnHome(service, device, one.identifier)
          : this.of(service).addresses.add(one.canonical, one.category, one.isTentative);
      isNew ||= added;
    }
    return isNew;
  }

  private learnHome(service: string, device: string, { category, value }: OwnIdentifier): boolean {
    const nowMs = this.now();
    const fact: HomeFact = { category, value, firstMs: nowMs, lastMs: nowMs, service, device, isConfirmed: false };
    const known = this.home.get(keyOf(fact));
    if (known !== undefined) {
      known.lastMs = nowMs;
      return this.confirm(known, service, device);
    }
    if (category === 'email' && this.own(service).filter((one) => one.category === 'email').length >= EMAILS_MAX) return false;
    this.home.set(keyOf(fact), fact);
    this.age();
    this.version += 1;
    return true;
  }

  /** Whether it counts for all services only from now on. An account's address stays the service's. */
  private confirm(fact: HomeFact, service: string, device: string): boolean {
    if (fact.isConfirmed || fact.category === 'email') return false;
    const isSecond = fact.service !== service || fact.device !== device;
    if (!isSecond && fact.lastMs - fact.firstMs < CONFIRMED_MS) return false;
    fact.isConfirmed = true;
    this.version += 1;
    return true;
  }

  /** Forgets what nobody said for long, and the oldest of too many. */
  age(): void {
    const nowMs = this.now();
    const byAge = [...this.home].sort(([, a], [, b]) => b.lastMs - a.lastMs);
    const gone = byAge.filter(([, { lastMs }], i) => i >= HOME_MAX || nowMs - lastMs > AGE_MS);
    for (const [key] of gone) this.home.delete(key);
    if (gone.length > 0) this.version += 1;
  }

  snapshot(service: string): KnowledgeSnapshot {
    return { home: [...this.home.values()], service: this.of(service).facts() };
  }

  /** Knows what another thread knew when it sent a message of this service. */
  adopt(service: string, { home, service: facts }: KnowledgeSnapshot): void {
    this.services.set(service, new ServiceKnowledge(this.keyFor(service), this.now, facts));
    if (home.length === this.home.size && home.every((fact) => countsAlike(fact, this.home.get(keyOf(fact))))) return;
    this.home.clear();
    for (const fact of home) this.home.set(keyOf(fact), { ...fact });
    this.version += 1;
  }

  facts(): { readonly home: readonly HomeFact[]; readonly services: readonly (readonly [string, ServiceFacts])[] } {
    const services = [...this.services].map(([id, known]) => [id, known.facts()] as const);
    return { home: [...this.home.values()], services };
  }

  private keyFor(service: string): string {
    return createHmac('sha256', this.master).update(`history\0${service}`).digest('hex');
  }
}

function countsAlike(one: HomeFact, other: HomeFact | undefined): boolean {
  return one.category === other?.category && one.service === other.service && one.isConfirmed === other.isConfirmed;
}

/** An account's address is known of each service by itself, all else of the home. */
function keyOf({ category, value, service }: Pick<HomeFact, 'category' | 'value' | 'service'>): string {
  return `${category === 'email' ? service : ''}\0${value}`;
}

/** What is known of one service. */
export class ServiceKnowledge {
  readonly provenance: Provenance;
  readonly addresses: Addresses;
  /** By device and path. */
  private readonly profiles: Map<string, Profile>;

  /** @param key of this service alone, as text. */
  constructor(
    private readonly key: string,
    private readonly now: () => number,
    facts?: ServiceFacts,
  ) {
    this.provenance = new Provenance(key, ...(facts?.tokens ?? []));
    this.addresses = new Addresses(facts?.addresses, facts?.tentative);
    this.profiles = new Map(facts?.profiles);
  }

  behaviourOf(device: string, path: string, text: string): Behaviour | undefined {
    return behaviourOf(this.profiles.get(`${device} ${path}`), digestOf(this.key, text));
  }

  /** Counts the values that a recorded message of a device had in fields that nothing recognizes. */
  observe(device: string, observations: readonly Observation[]): void {
    const nowMs = this.now();
    const met = new Set<string>();
    for (const { path, text } of observations) {
      const key = `${device} ${path}`;
      const profile = this.profiles.get(key) ?? newProfile(nowMs);
      this.profiles.delete(key);
      this.profiles.set(key, profile);
      if (met.has(path)) profile.repeated = true;
      met.add(path);
      observe(profile, digestOf(this.key, text), nowMs);
      if (this.profiles.size > PROFILES_MAX) this.profiles.delete(this.profiles.keys().next().value!);
    }
  }

  facts(): ServiceFacts {
    return {
      tokens: this.provenance.tables,
      addresses: [...this.addresses.entries()],
      tentative: [...this.addresses.tentative()],
      profiles: [...this.profiles],
    };
  }
}
