// The devices of the home: who stands behind an address, and what each sent, to whom, kept and withheld, in counts.
import type { CategoryId, Decision } from '../model.js';
import type { Op, Store } from '../store/store.js';
import { type Counts, type Device, emptyCounts, isDevice } from './devices/record.js';
import type { FoundHost, FoundIdentifier } from './discovery/found.js';
import type { Locator, Place } from './locator.js';
import { makerOf } from './ouis.js';
import { type Random, Sealer } from './seal.js';

export type { Counts, Device } from './devices/record.js';

export interface DevicesOptions {
  /** 32 bytes for this room alone. */
  readonly key: Uint8Array;
  readonly random: Random;
  readonly now: () => number;
  /** The label of a device, from its MAC (`f4:cf:…`) or, where that is not known, its address: keyed, says nothing of it. */
  readonly label: (identity: string) => string;
  /** Whose MAC stands behind an address. */
  readonly locate: Locator['locate'];
  /** Whether some device is blocked: then an address is looked up again after a second, and waited for. Absent: none is. */
  readonly isStrict?: () => boolean;
  /** Milliseconds between writes of counts. */
  readonly flushMs?: number;
  readonly most?: number;
}

/** What a message came to. */
export interface Sent {
  readonly service: string;
  readonly refused: boolean;
  readonly decisions: readonly Decision[];
}

const RECORDS = { gte: Buffer.from('hd'), lt: Buffer.from('he') };
const LABEL_BYTES = 16;
/** Counts are for the eye: a power cut may cost a minute of them, and an SD card lives. */
const FLUSH_MS = 60_000;
/** More than a home has; the one unseen for longest goes, but not one the page has a name for. */
const MOST = 1024;
const MOST_SERVICES = 64;
const MOST_ADDRESSES = 4;
const OTHER = 'other';
/** An address may be another device's after a new lease, and a new device's MAC may not be in the table yet. */
const KNOWN_MS = 60_000;
/** The same while a device is blocked: it may take an address that was another's. */
const STRICT_MS = 1_000;
/** The MAC of a sender on a link is in the kernel's table since its first packet was answered; what is not there by then is not coming. */
const WAIT_MS = 200;
const STEP_MS = 20;

/** Who an address stood for when it was looked up. */
interface Known {
  readonly label: string;
  readonly sinceMs: number;
  /** On a link, with a MAC that could not be found out: the label is the address's, and says nothing of the device. */
  readonly isStranger: boolean;
}

/** Opens the book of devices in `store`. Entries that do not open are left out. */
export async function openDevices(store: Store, options: DevicesOptions): Promise<Devices> {
  const devices = new Devices(store, options);
  await devices.load();
  return devices;
}

export class Devices {
  private readonly sealer: Sealer;
  private readonly byLabel = new Map<string, Device>();
  private readonly dirty = new Set<string>();
  private readonly known = new Map<string, Known>();
  private readonly timer: NodeJS.Timeout;

  constructor(
    private readonly store: Store,
    private readonly options: DevicesOptions,
  ) {
    this.sealer = new Sealer(options.key, options.random);
    // A failed write is tried again with the next; the counts stay in memory.
    this.timer = setInterval(() => void this.flush().catch(() => undefined), options.flushMs ?? FLUSH_MS).unref();
  }

  async load(): Promise<void> {
    for await (const [key, value] of this.store.iterate(RECORDS)) {
      const device = this.sealer.open(key, value);
      if (isDevice(device)) this.byLabel.set(device.label, device);
    }
  }

  /** The label of the device at `address`, at once where it is known. By its MAC, so that a new lease is no new device. */
  identify(address: string): string | Promise<string> {
    const known = this.known.get(address);
    const ageMs = this.options.isStrict?.() === true || known?.isStranger === true ? STRICT_MS : KNOWN_MS;
    const knownMs = known === undefined ? Number.NaN : this.options.now() - known.sinceMs;
    // A clock that was put back makes nothing young.
    if (known !== undefined && knownMs >= 0 && knownMs < ageMs) return known.label;
    return this.lookUp(address);
  }

  /** Whether `address`, identified just before, may be anybody's: on a link, and no MAC is known for it. */
  isStranger(address: string): boolean {
    return this.known.get(address)?.isStranger ?? true;
  }

  /** Counts a message of the device `label`, which sent it from `address`. */
  sent(label: string, address: string, { service, refused, decisions }: Sent): void {
    const device = this.device(label);
    device.lastMs = this.options.now();
    if (device.addresses[0] !== address)
      device.addresses = [address, ...device.addresses.filter((one) => one !== address)].slice(0, MOST_ADDRESSES);
    const counts = countsOf(device, service);
    counts.messages++;
    if (refused) counts.refused++;
    for (const { category, left, stayed } of tallyOf(decisions)) {
      if (refused) add(counts.withheld, category, left + stayed);
      else {
        add(counts.kept, category, left);
        add(counts.withheld, category, stayed);
      }
    }
    this.dirty.add(label);
  }

  /** What discovery found: new devices, and names for known ones. */
  learn(hosts: readonly FoundHost[]): void {
    for (const host of hosts) {
      if (host.mac === undefined) continue;
      const label = this.options.label(host.mac);
      const before = JSON.stringify(this.byLabel.get(label));
      const device = this.device(label);
      device.mac = host.mac;
      device.addresses = [...new Set([...host.addresses, ...device.addresses])].slice(0, MOST_ADDRESSES);
      const maker = makerOf(host.mac);
      if (maker !== undefined) device.maker = maker;
      if (host.hostname !== undefined) device.hostname = host.hostname;
      if (host.name !== undefined) device.mdnsName = host.name;
      if (host.router) device.router = true;
      if (JSON.stringify(device) !== before) this.dirty.add(label);
    }
  }

  /** Every device, the one seen last first. Copies: what is done to them changes nothing. */
  list(): Device[] {
    return [...this.byLabel.values()].sort((a, b) => b.lastMs - a.lastMs).map((device) => structuredClone(device));
  }

  get(label: string): Device | undefined {
    const device = this.byLabel.get(label);
    return device === undefined ? undefined : structuredClone(device);
  }

  /** MACs of every device ever seen, also of those asleep now: own identifiers of the home. */
  own(): FoundIdentifier[] {
    return [...this.byLabel.values()].flatMap(({ mac, router }) =>
      mac === undefined ? [] : [{ category: router ? ('router_mac' as const) : ('device_mac' as const), value: mac }],
    );
  }

  /** Takes a device out of the book, also in the files; it comes back when it is seen again. */
  async forget(label: string): Promise<void> {
    this.byLabel.delete(label);
    this.dirty.delete(label);
    await this.store.batch([{ type: 'del', key: this.keyOf(label) }]);
    await this.store.compact(RECORDS);
  }

  /** Writes every device again: the store was mended, and may have lost some. Throws `record_failed`. */
  async rewrite(): Promise<void> {
    for (const label of this.byLabel.keys()) this.dirty.add(label);
    await this.flush();
  }

  /** Writes what has changed since the last time. Throws `record_failed`; then it is tried again with the next. */
  async flush(): Promise<void> {
    const labels = [...this.dirty];
    if (labels.length === 0) return;
    this.dirty.clear();
    try {
      await this.store.batch(labels.map((label): Op => this.opOf(label)));
    } catch (fault) {
      for (const label of labels) this.dirty.add(label);
      throw fault;
    }
  }

  /** Writes the last counts. The store stays open: it is the hub's. */
  async close(): Promise<void> {
    clearInterval(this.timer);
    await this.flush();
  }

  private lookUp(address: string): string | Promise<string> {
    const place = this.options.locate(address);
    if (!(place instanceof Promise) && (place.kind !== 'unknown' || this.options.isStrict?.() !== true))
      return this.found(address, place);
    return this.waitFor(address, place).then((found) => this.found(address, found));
  }

  /** What is unknown is asked for again within `WAIT_MS`, while some device is blocked; once more at least, however busy the hub is. */
  private async waitFor(address: string, first: Place | Promise<Place>): Promise<Place> {
    const untilMs = performance.now() + WAIT_MS;
    let place = await first;
    while (place.kind === 'unknown' && this.options.isStrict?.() === true) {
      await new Promise((resolve) => setTimeout(resolve, STEP_MS));
      place = await this.options.locate(address);
      if (performance.now() >= untilMs) break;
    }
    return place;
  }

  private found(address: string, place: Place): string {
    const mac = 'mac' in place ? place.mac : undefined;
    const label = this.options.label(mac ?? address);
    this.known.delete(address);
    this.known.set(address, { label, sinceMs: this.options.now(), isStranger: place.kind === 'unknown' });
    if (this.known.size > 2 * MOST) this.known.delete(this.known.keys().next().value!);
    if (mac !== undefined) this.learn([{ mac, addresses: [address] }]);
    if (place.kind === 'behind') this.stands(label);
    return label;
  }

  /** The device `label` is a router, and others of the home send through it. */
  private stands(label: string): void {
    const device = this.device(label);
    if (device.forOthers) return;
    device.forOthers = true;
    this.dirty.add(label);
  }

  private device(label: string): Device {
    const known = this.byLabel.get(label);
    if (known !== undefined) return known;
    if (this.byLabel.size >= (this.options.most ?? MOST)) this.dropOldest();
    const nowMs = this.options.now();
    const made: Device = { label, addresses: [], firstMs: nowMs, lastMs: nowMs, services: {} };
    this.byLabel.set(label, made);
    this.dirty.add(label);
    return made;
  }

  private dropOldest(): void {
    let oldest: Device | undefined;
    for (const device of this.byLabel.values()) if (oldest === undefined || device.lastMs < oldest.lastMs) oldest = device;
    if (oldest === undefined) return;
    this.byLabel.delete(oldest.label);
    this.dirty.add(oldest.label); // written as gone
  }

  private opOf(label: string): Op {
    const key = this.keyOf(label);
    const device = this.byLabel.get(label);
    return device === undefined ? { type: 'del', key } : { type: 'put', key, value: this.sealer.seal(key, device) };
  }

  private keyOf(label: string): Buffer {
    return Buffer.concat([RECORDS.gte, this.sealer.index('device', label, LABEL_BYTES)]);
  }
}

function countsOf(device: Device, service: string): Counts {
  const name = Object.hasOwn(device.services, service) || Object.keys(device.services).length < MOST_SERVICES ? service : OTHER;
  return (device.services[name] ??= emptyCounts());
}

/** Of one category: how many of its fields leave with the message, how many do not. */
interface Tally {
  readonly category: CategoryId;
  left: number;
  stayed: number;
}

/** Lists of decisions come again as the same objects: each is counted once. */
const tallies = new WeakMap<readonly Decision[], readonly Tally[]>();

function tallyOf(decisions: readonly Decision[]): readonly Tally[] {
  const known = tallies.get(decisions);
  if (known !== undefined) return known;
  const found = new Map<CategoryId, Tally>();
  for (const { category, action } of decisions) {
    const tally = found.get(category) ?? { category, left: 0, stayed: 0 };
    found.set(category, tally);
    if (action === 'keep' || action === 'generalize') tally.left += 1;
    else tally.stayed += 1;
  }
  const tally = [...found.values()];
  tallies.set(decisions, tally);
  return tally;
}

function add(table: Counts['kept'], category: CategoryId, fields: number): void {
  if (fields > 0) table[category] = (table[category] ?? 0) + fields;
}

/** Categories by how often, the most first: for a page. */
export function mostFirst(table: Readonly<Partial<Record<CategoryId, number>>>): [CategoryId, number][] {
  return (Object.entries(table) as [CategoryId, number][]).sort(([, a], [, b]) => b - a);
}
