// The household as the doors need it: who a device is, what was chosen, what is to be put back on the way down.
import { randomBytes } from 'node:crypto';
import type { AuditLog } from '../audit/store.js';
import type { Config } from '../config.js';
import { type ChoiceChange, type ChoiceState, type Choices, openChoices } from '../household/choices.js';
import { type Devices, openDevices } from '../household/devices.js';
import { type Discovery, type Found, startDiscovery } from '../household/discovery.js';
import { type Locator, openLocator } from '../household/locator.js';
import type { Restorer } from '../household/restorer.js';
import { Sealer } from '../household/seal.js';
import { openVault, type Vault } from '../household/vault.js';
import type { JudgedEvent } from '../message/ports.js';
import type { CipherKey, Limits, Pseudonym, Rules } from '../model.js';
import type { OwnIdentifier } from '../own-identifiers/matcher.js';
import { compileSelectors } from '../recognize/field-map/field-map.js';
import { DEFAULT_CHOICES, deviceLabel, Services } from '../services/contexts.js';
import type { Knowledge } from '../services/knowledge.js';
import { correspondentIn, type Reading } from '../services/reading.js';
import type { Store } from '../store/store.js';
import type { HubClock } from './hub-clock.js';
import type { HubKeys } from './install-keys.js';
import { KnowledgeStore } from './knowledge-store.js';
import { carriedOut } from './named-fields.js';
import type { People } from './pairing.js';

export interface HomeOptions {
  readonly config: Config;
  readonly rules: Rules;
  readonly keys: HubKeys;
  /** Of devices, to read what they encrypt. */
  readonly cipherKeys: readonly CipherKey[];
  readonly store: Store;
  readonly log: AuditLog;
  /** The version of the choices that must be there at least, and what is to be told of each that is on disk (runtime/stores.ts). */
  readonly leastChoices: number;
  readonly keepChoices: (state: ChoiceState) => Promise<void>;
  readonly onMended: (listener: () => Promise<void>) => void;
  readonly limits: Limits;
  readonly own: readonly OwnIdentifier[];
  readonly clock: Pick<HubClock, 'now' | 'onJump'>;
  /** A netlink socket that systemd has opened, to read whose MAC an address is; absent: iproute2's `ip` is asked. */
  readonly netlink?: number | undefined;
}

/** A day: timers cannot count longer than 24 days, and what ends later is looked at again. */
const LONGEST_WAIT_MS = 24 * 60 * 60 * 1000;

/** Opens vault, choices, devices and discovery. Throws `config` where what is kept cannot be read. */
export async function openHome(options: HomeOptions): Promise<HouseholdRuntime> {
  const { config, keys, cipherKeys, store, log, own, keepChoices, clock } = options;
  const vault = await openVault(store, { key: keys.household, random: randomBytes, now: clock.now, cipherKeys });
  const choices = await openChoices(store, {
    key: keys.household,
    random: randomBytes,
    now: clock.now,
    base: { services: config.services, own, retentionDays: config.audit.retentionDays },
    record: (record) => log.append(record),
    least: options.leastChoices,
    onKept: keepChoices,
    checkOverride: (override) => {
      if (override.path !== undefined) compileSelectors([{ path: override.path, value: override }]);
    },
  });
  const memory = await KnowledgeStore.open({
    store,
    sealer: new Sealer(keys.household, randomBytes),
    master: keys.master,
    now: clock.now,
  });
  const locator = openLocator(options.netlink);
  let isStrict = blocksDevices(choices, clock.now());
  choices.onChange(() => {
    isStrict = blocksDevices(choices, clock.now());
  });
  const devices = await openDevices(store, {
    key: keys.household,
    random: randomBytes,
    now: clock.now,
    label: (identity) => deviceLabel(keys.master, identity),
    locate: (address) => locator.locate(address),
    isStrict: () => isStrict,
  });
  options.onMended(async () => {
    await choices.rewrite();
    await vault.rewrite();
    await devices.rewrite();
    await memory.rewrite();
  });
  if (choices.closed === undefined) await keepChoices(choices.state);
  return new HouseholdRuntime(options, vault, choices, devices, memory, locator);
}

/** Whether some device is kept from sending anything: then whoever cannot be told from it may not either. */
function blocksDevices(choices: Choices, nowMs: number): boolean {
  return choices.overrides(nowMs).some(({ device, action }) => device !== undefined && action === 'refuse');
}

export class HouseholdRuntime {
  /** What discovery found last. */
  private found: Found = { own: [], hosts: [] };
  private rules: Rules;
  private current: Services;
  /** What its messages and the answers have shown of the home and the services. */
  readonly knowledge: Knowledge;
  private discovery: Discovery | undefined;
  private timer: NodeJS.Timeout | undefined;
  private readonly unwatch: () => void;

  constructor(
    private readonly options: HomeOptions,
    readonly vault: Vault,
    readonly choices: Choices,
    readonly devices: Devices,
    private readonly memory: KnowledgeStore,
    private readonly locator: Pick<Locator, 'neighbours' | 'works'>,
  ) {
    this.rules = options.rules;
    this.knowledge = memory.knowledge;
    this.current = this.build(undefined);
    choices.onChange((change) => this.changed(change));
    this.unwatch = options.clock.onJump(({ fromMs, toMs }) => {
      choices.shiftEnds(toMs - fromMs);
      this.rebuild();
      this.wait();
    });
    this.wait();
    const neighbours = () => locator.neighbours();
    if (options.config.discovery.enabled) this.discovery = startDiscovery({ neighbours, onFound: (found) => this.learn(found) });
  }

  /** The services with the rules and choices that count now; asked anew for each message. */
  services(): Services {
    return this.current;
  }

  /** The label of the device at an address, at once where it is known. */
  label(address: string): string | Promise<string> {
    return this.devices.identify(address);
  }

  /** Whether the sender at `address`, whose label was asked for just before, may be a blocked device: its MAC is not known. */
  isStranger(address: string): boolean {
    return this.devices.isStranger(address) && blocksDevices(this.choices, this.options.clock.now());
  }

  /** Whether the hub can read whose MAC an address is. */
  seesNeighbours(): Promise<boolean> {
    return this.locator.works();
  }

  /** For what is told about a device by hand. */
  people(): People {
    const { master } = this.options.keys;
    const identify = (one: { mac: string } | { address: string }): string | Promise<string> =>
      'mac' in one ? deviceLabel(master, one.mac) : this.label(one.address);
    return { choices: this.choices, devices: this.devices, identify };
  }

  /** Keeps what left instead of what; resolves once that survives the death of this process. */
  remember(pseudonyms: readonly Pseudonym[], device: string): Promise<void> {
    return this.vault.remember(pseudonyms, device);
  }

  /** Takes the tokens that the cloud of a reading sends down. */
  noteToken(reading: Reading): (token: string) => void {
    const { provenance } = this.knowledge.of(correspondentIn(reading));
    return (token) => provenance.add(token);
  }

  originals(service: string): Restorer {
    return this.vault.originals(service);
  }

  /** Counts a message for the page. */
  judged({ device, service, verdict, decisions }: JudgedEvent, address: string): void {
    this.devices.sent(device, address, { service, refused: verdict === 'refused', decisions });
  }

  /** Looks around in the home network now. */
  look(): Promise<Found> {
    return this.discovery?.look() ?? Promise.resolve(this.found);
  }

  /** The home's own identifiers that nobody told: of the config, of discovery, of devices seen. */
  foundOwn(): readonly OwnIdentifier[] {
    return [...this.options.own, ...this.found.own, ...this.devices.own()];
  }

  /** Goes by other rules from now on. */
  setRules(rules: Rules): void {
    this.rules = rules;
    this.rebuild();
  }

  /** The same household with other switches for one service: to try what they would do. */
  servicesWith(service: string, purposes: Readonly<Record<string, boolean>>): Services {
    return this.build(this.current, { service, purposes });
  }

  /** Begins new pseudonyms for a service. */
  async nextEpoch(service: string): Promise<number> {
    const epoch = await this.vault.nextEpoch(service);
    this.rebuild();
    return epoch;
  }

  private learn(found: Found): void {
    this.found = found;
    this.devices.learn(found.hosts);
    this.rebuild();
  }

  private changed(_change: ChoiceChange): void {
    this.rebuild();
    this.wait();
  }

  private rebuild(): void {
    this.current = this.build(this.current);
  }

  private build(
    before: Services | undefined,
    tried?: { readonly service: string; readonly purposes: Readonly<Record<string, boolean>> },
  ): Services {
    const { rules } = this;
    const { keys, cipherKeys, limits } = this.options;
    const choices = this.choices.services();
    if (tried !== undefined) {
      const standing = choices[tried.service] ?? DEFAULT_CHOICES;
      choices[tried.service] = { ...standing, purposes: { ...standing.purposes, ...tried.purposes } };
    }
    const household = {
      closed: this.choices.closed !== undefined,
      choices,
      overrides: carriedOut(this.choices.overrides(this.options.clock.now()), rules, choices),
      own: [
        ...this.choices.own(),
        ...this.choices.deviceNames(),
        ...this.found.own,
        ...this.devices.own(),
        ...this.vault.named(),
      ],
      keys: cipherKeys,
      adopted: this.choices.state.adopted,
      deviceMode: (device: string) => this.choices.device(device).mode,
      kindOf: (device: string) => this.choices.device(device).kind,
      knownToVendor: (device: string) => this.choices.knownToVendor(device, this.options.clock.now()),
    };
    const epoch = (service: string): number => this.vault.epoch(service);
    return new Services({ rules, household, master: keys.master, limits, epoch, knowledge: this.knowledge, before });
  }

  /** Pauses and overrides end by themselves: then the rules are made anew. */
  private wait(): void {
    clearTimeout(this.timer);
    const next = this.choices.nextEndMs();
    if (next === undefined) return;
    const inMs = Math.min(Math.max(next - this.options.clock.now(), 0) + 1, LONGEST_WAIT_MS);
    this.timer = setTimeout(() => void this.end(), inMs).unref();
  }

  private async end(): Promise<void> {
    await this.choices.expire().catch(() => 0); // not recorded: it counts as ended all the same, by its time
    this.rebuild();
    this.wait();
  }

  async close(): Promise<void> {
    clearTimeout(this.timer);
    this.unwatch();
    this.discovery?.stop();
    await this.devices.close();
    await this.memory.close();
  }
}
