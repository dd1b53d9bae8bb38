// Remembers what left instead of what, so that answers and commands find their way back: sealed on disk, in memory for use.
import type { CategoryId, CipherKey, Pseudonym } from '../model.js';
import type { Op, Store } from '../store/store.js';
import { Restorer } from './restorer.js';
import { type Random, Sealer } from './seal.js';
import { EPOCHS, epochKey, type Kept, keyOf, RECORDS, readKept, serviceRange } from './vault/records.js';

export interface VaultOptions {
  /** 32 bytes for this vault alone. */
  readonly key: Uint8Array;
  readonly random: Random;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Most pseudonyms kept for one service; past it the ones not used for longest go. */
  readonly perService?: number;
  /** Keys of devices, for answers that are encrypted for them. */
  readonly cipherKeys?: readonly CipherKey[];
}

/** A home has tens of devices with some tens of identifiers and names each; the rest is room, at about 300 bytes each. */
const PER_SERVICE = 4096;
/** The same of what devices are addressed with, which no crowd of other values can push out. */
const ADDRESSES_PER_SERVICE = 1024;
/** How much of it goes at once when it is full, so that a service at its bound does not pay for each new one. */
const EVICT_PART = 16;
/** How many are sealed between two turns of the event loop: 30 µs each. */
const SLICE = 128;
/** Longer originals (a page of text under a label) are not kept: the label comes back as it is. */
const MAX_UNITS = 16_384;
/** Devices named in one entry; an identifier that more share (the router's) belongs to the home, and goes with the service. */
const MAX_DEVICES = 8;
/** An entry in use is written again this often, so that after a restart it is known which were. */
const REFRESH_MS = 7 * 24 * 60 * 60 * 1000;
const DONE = Promise.resolve();
/** What people call things, which no detector knows by its form. */
const NAMES: ReadonlySet<CategoryId> = new Set<CategoryId>(['device_name', 'hostname', 'person_name', 'user_text', 'wifi_ssid']);
/** A name is shorter; and so many needles cost the last look nothing that can be measured. */
const NAME_UNITS = 100;
const MOST_NAMES = 512;

interface Held {
  readonly kept: Kept;
  /** Order of last use in this process. */
  used: number;
}

interface Shelf {
  readonly held: Map<string, Held>;
  readonly restorer: Restorer;
  epoch: number;
}

/** Opens the vault in `store`. Entries that do not open (another install's key) are left alone and counted in `unreadable`. */
export async function openVault(store: Store, options: VaultOptions): Promise<Vault> {
  const vault = new Vault(store, options);
  await vault.load();
  return vault;
}

export class Vault {
  /** Entries on disk that this install's key does not open. */
  unreadable = 0;
  private readonly sealer: Sealer;
  private readonly shelves = new Map<string, Shelf>();
  private tick = 0;
  private readonly perService: number;

  constructor(
    private readonly store: Store,
    private readonly options: VaultOptions,
  ) {
    this.sealer = new Sealer(options.key, options.random);
    this.perService = options.perService ?? PER_SERVICE;
  }

  async load(): Promise<void> {
    for await (const [key, value] of this.store.iterate(EPOCHS)) {
      const plain = this.sealer.open(key, value) as { service: string; epoch: number } | undefined;
      if (plain === undefined) this.unreadable++;
      else this.shelf(plain.service).epoch = plain.epoch;
    }
    const all: Kept[] = [];
    for await (const [key, value] of this.store.iterate(RECORDS)) {
      const kept = readKept(this.sealer.open(key, value));
      if (kept === undefined) this.unreadable++;
      else all.push(kept);
    }
    for (const kept of all.sort((a, b) => a.storedMs - b.storedMs)) this.hold(kept);
  }

  /**
   * Keeps pairs of a message from `device`. Resolves once they survive the death of this process: the message may be sent then.
   * Costs no write where nothing is new. Throws `record_failed`.
   */
  remember(pseudonyms: readonly Pseudonym[], device?: string): Promise<void> {
    let fresh: Kept[] | undefined;
    for (const one of pseudonyms) {
      const kept = this.fresh(one, device);
      if (kept === undefined) continue;
      fresh ??= [];
      fresh.push(kept);
    }
    return fresh === undefined ? DONE : this.keep(fresh);
  }

  /** Puts this service's originals back, of every epoch. The same object each time: it sees what is remembered later. */
  originals(service: string): Restorer {
    return this.shelf(service).restorer;
  }

  /** The epoch new pseudonyms of a service belong to; 1 at first. */
  epoch(service: string): number {
    return this.shelves.get(service)?.epoch ?? 1;
  }

  /** Begins a new epoch: from now on the service sees other pseudonyms. Those of old epochs still find their way back. */
  async nextEpoch(service: string): Promise<number> {
    const epoch = this.epoch(service) + 1;
    await this.keepEpoch(service, epoch);
    this.shelf(service).epoch = epoch;
    return epoch;
  }

  /** Forgets every pair of a service, also in the files. Its epoch stays: the same originals get the same pseudonyms again. */
  async forgetService(service: string): Promise<number> {
    const gone = [...this.shelf(service).held.values()].map(({ kept }) => kept);
    await this.drop(gone);
    await this.store.compact(serviceRange(this.sealer, service));
    return gone.length;
  }

  /** Forgets the pairs that only this device brought, also in the files, and its name in those it shares. */
  async forgetDevice(device: string): Promise<number> {
    const named = [...this.shelves.values()].flatMap(({ held }) =>
      [...held.values()].filter(({ kept }) => kept.devices.includes(device)),
    );
    const gone = named.filter(({ kept }) => kept.devices.length === 1).map(({ kept }) => kept);
    const shared = named.filter(({ kept }) => kept.devices.length > 1).map(({ kept }) => kept);
    await this.keep(shared.map((kept) => ({ ...kept, devices: kept.devices.filter((one) => one !== device) })));
    await this.drop(gone);
    await this.store.compact(RECORDS);
    return gone.length;
  }

  /**
   * Names and texts of the home that have left under labels, of every service: to be known again wherever they stand on the way up,
   * also where a cloud has a device send one back under another name. Identifiers need no such list: their form tells them.
   */
  named(): { readonly category: CategoryId; readonly value: string }[] {
    const found = new Map<string, { category: CategoryId; value: string; used: number }>();
    for (const { held } of this.shelves.values()) {
      for (const { kept, used } of held.values()) {
        const { category, original: value } = kept;
        if (NAMES.has(category) && value.length <= NAME_UNITS) found.set(`${category}\0${value}`, { category, value, used });
      }
    }
    const newest = [...found.values()].sort((a, b) => b.used - a.used).slice(0, MOST_NAMES);
    return newest.map(({ category, value }) => ({ category, value }));
  }

  /** Writes every pair and epoch again: the store was mended, and may have lost some. Throws `record_failed`. */
  async rewrite(): Promise<void> {
    for (const [service, { held, epoch }] of this.shelves) {
      await this.keepEpoch(service, epoch);
      await this.keep([...held.values()].map(({ kept }) => kept));
    }
  }

  /** How many pairs are kept, of one service or of all. */
  count(service?: string): number {
    if (service !== undefined) return this.shelves.get(service)?.held.size ?? 0;
    return [...this.shelves.values()].reduce((sum, { held }) => sum + held.size, 0);
  }

  private keepEpoch(service: string, epoch: number): Promise<void> {
    const key = epochKey(this.sealer, service);
    return this.store.batch([{ type: 'put', key, value: this.sealer.seal(key, { service, epoch }) }]);
  }

  /** What must be written for one pair; undefined where it is kept already. */
  private fresh(one: Pseudonym, device: string | undefined): Kept | undefined {
    const { service, epoch, category, original, pseudonym, isAddress } = one;
    if (original === pseudonym || original.length > MAX_UNITS || pseudonym.length > MAX_UNITS) return undefined;
    const now = this.options.now();
    const held = this.shelves.get(service)?.held.get(pseudonym);
    if (held !== undefined && sameThing(held.kept.original, original)) {
      held.used = ++this.tick;
      const known = device === undefined || held.kept.devices.includes(device) || held.kept.devices.length >= MAX_DEVICES;
      const isToldAddress = isAddress === undefined || held.kept.isAddress === true;
      if (known && isToldAddress && now - held.kept.storedMs < REFRESH_MS) return undefined;
      const all = known ? held.kept.devices : [...held.kept.devices, device];
      return { ...held.kept, devices: all, storedMs: now, ...(isAddress ? { isAddress } : {}) };
    }
    const devices: readonly string[] = device === undefined ? [] : [device];
    return { service, epoch, category, original, pseudonym, devices, storedMs: now, ...(isAddress ? { isAddress } : {}) };
  }

  /** Stored first, used second: what is in memory is on disk. */
  private async keep(all: readonly Kept[]): Promise<void> {
    for (let at = 0; at < all.length; at += SLICE) {
      if (at > 0) await new Promise((resolve) => setImmediate(resolve));
      const slice = all.slice(at, at + SLICE);
      await this.store.batch(
        slice.map((kept): Op => {
          const key = keyOf(this.sealer, kept);
          return { type: 'put', key, value: this.sealer.seal(key, kept) };
        }),
      );
      for (const kept of slice) this.hold(kept);
    }
    for (const service of new Set(all.map((kept) => kept.service))) await this.evict(service);
  }

  private hold(kept: Kept): void {
    const { held, restorer } = this.shelf(kept.service);
    held.set(kept.pseudonym, { kept, used: ++this.tick });
    restorer.add(kept);
  }

  private async evict(service: string): Promise<void> {
    const all = [...this.shelf(service).held.values()];
    if (all.length <= this.perService && all.length <= ADDRESSES_PER_SERVICE) return;
    const addresses = all.filter(({ kept }) => kept.isAddress === true);
    const others = all.filter(({ kept }) => kept.isAddress !== true);
    await this.drop([...oldestOver(others, this.perService), ...oldestOver(addresses, ADDRESSES_PER_SERVICE)]);
  }

  private async drop(all: readonly Kept[]): Promise<void> {
    for (let at = 0; at < all.length; at += SLICE) {
      if (at > 0) await new Promise((resolve) => setImmediate(resolve));
      const slice = all.slice(at, at + SLICE);
      await this.store.batch(slice.map((kept): Op => ({ type: 'del', key: keyOf(this.sealer, kept) })));
    }
    for (const { service, pseudonym } of all) {
      const { held, restorer } = this.shelf(service);
      held.delete(pseudonym);
      restorer.remove(pseudonym);
    }
  }

  private shelf(service: string): Shelf {
    const known = this.shelves.get(service);
    if (known !== undefined) return known;
    const held = new Map<string, Held>();
    const touch = ({ pseudonym }: { pseudonym: string }): void => {
      const one = held.get(pseudonym);
      if (one !== undefined) one.used = ++this.tick;
    };
    const made: Shelf = { held, restorer: new Restorer(touch, this.options.cipherKeys), epoch: 1 };
    this.shelves.set(service, made);
    return made;
  }
}

/** Those not used for longest, where there are more than `most`. */
function oldestOver(held: readonly Held[], most: number): Kept[] {
  const over = held.length - most;
  if (over <= 0) return [];
  const byUse = [...held].sort((a, b) => a.used - b.used);
  return byUse.slice(0, over + Math.floor(most / EVICT_PART)).map(({ kept }) => kept);
}

/** One thing in two notations: the first one written stays, or two notations would cost a write each message. */
function sameThing(a: string, b: string): boolean {
  return a === b || packed(a) === packed(b);
}

function packed(text: string): string {
  return text.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');
}
