// Everything the household chooses, in one place: kept sealed, versioned, each change with its record in the log before it counts.
import { HubError } from '../errors.js';
import { CATEGORY_IDS, type CategoryId, type Override, type ServiceChoices } from '../model.js';
import type { Store } from '../store/store.js';
import { type Change, changed, recordOf, type SwitchRecord } from './choices/change.js';
import { bounded, shifted } from './choices/ends.js';
import { type ChoiceState, checkState, type DeviceChoices, type Given, NOTHING } from './choices/state.js';
import { upgradeChoices } from './choices/upgrade.js';
import { type Random, Sealer } from './seal.js';

export type { Change, DeviceSetting, SwitchRecord } from './choices/change.js';
export type { Adoption, ChoiceState, DeviceChoices, Given, GivenOverride } from './choices/state.js';

/** What the config file says; the household's own choices stand above it. */
export interface BaseLayer {
  readonly services: Readonly<Record<string, ServiceChoices>>;
  readonly own: readonly { readonly category: CategoryId; readonly value: string }[];
  readonly retentionDays: number;
}

export interface ChoicesOptions {
  /** 32 bytes for this room alone. */
  readonly key: Uint8Array;
  readonly random: Random;
  readonly now: () => number;
  readonly base: BaseLayer;
  /** Writes the log's record; a change counts only once it is written. */
  readonly record: (record: SwitchRecord) => Promise<unknown>;
  /** Throws where an override cannot be carried out (its path is no selector). */
  readonly checkOverride?: (override: Override) => void;
  /** The version that must be there at least, by word of something outside the store; 0: perhaps none. */
  readonly least?: number;
  /** Told what is on disk from now on, after each change and before it is answered. Where this rejects, the change stands. */
  readonly onKept?: (state: ChoiceState) => Promise<void>;
}

/** Why what was chosen cannot be gone by: it is not there, it is older than it was, or it cannot be read. */
export type ClosedWhy = 'missing' | 'older' | 'unreadable';

/** How a change was made. */
export type By = Omit<Given, 'timeMs'>;

export interface ChoiceChange {
  readonly change: Change;
  readonly before: ChoiceState;
  readonly after: ChoiceState;
}

const KEY = Buffer.from('hc');
const BACKUP = 'hubsieve choices';
const BACKUP_VERSION = 1;
/** A backup of everything allowed is smaller; more is not one. */
const BACKUP_UNITS = 4 * 1024 * 1024;
const DEFAULTS: ServiceChoices = { mode: 'enforce', purposes: {}, opaque: 'refuse', sealed: 'refuse' };

/**
 * Opens the choices in `store`. Where they are missing, older than they were or unreadable, they are closed: nothing is to leave, and
 * nothing can be changed, until they are recovered. Throws `config` for choices of a form that this program does not know.
 */
export async function openChoices(store: Store, options: ChoicesOptions): Promise<Choices> {
  const sealer = new Sealer(options.key, options.random);
  const sealed = await store.get(KEY);
  const plain = sealed === undefined ? NOTHING : sealer.open(KEY, sealed);
  if (plain === undefined) return new Choices(store, sealer, options, NOTHING, 'unreadable');
  const state = bounded(upgradeChoices(checkState(plain)), options.now());
  const isLess = state.version < (options.least ?? 0);
  return new Choices(store, sealer, options, state, isLess ? (sealed === undefined ? 'missing' : 'older') : undefined);
}

export class Choices {
  private readonly listeners = new Set<(change: ChoiceChange) => void>();
  /** Changes are carried out one after another. */
  private last: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly store: Store,
    private readonly sealer: Sealer,
    private readonly options: ChoicesOptions,
    private current: ChoiceState,
    private why: ClosedWhy | undefined,
  ) {}

  /** Why nothing may leave the home until the choices are recovered; undefined: they are good. */
  get closed(): ClosedWhy | undefined {
    return this.why;
  }

  get state(): ChoiceState {
    return this.current;
  }

  /**
   * Makes one change: checked, recorded, kept, told to listeners, and on disk when this resolves. Throws `config` for what cannot be,
   * `not_found`, `closed` and `record_failed`; then nothing has changed, but where the disk failed at the last moment.
   */
  async apply(change: Change, by: By): Promise<ChoiceState> {
    const result = this.last.then(() => this.carryOut(change, { timeMs: this.options.now(), ...by }));
    this.last = result.catch(() => undefined); // told to the caller; the next change starts from what stands
    const state = await result;
    // Outside of the row: several changes at once share one sync.
    await this.store.sync();
    await this.options.onKept?.(this.current);
    return state;
  }

  /** Told after each change; gives back how to stop it. */
  onChange(listener: (change: ChoiceChange) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** The choices of every service with any, the config's below. */
  services(): Record<string, ServiceChoices> {
    const { base } = this.options;
    const ids = new Set([...Object.keys(base.services), ...Object.keys(this.current.services)]);
    return Object.fromEntries(
      [...ids].map((id) => {
        const low = base.services[id] ?? DEFAULTS;
        const { purposeEnds = {}, ...high } = this.current.services[id] ?? {};
        const nowMs = this.options.now();
        // One whose time is over counts as off, also before its end is recorded.
        const ended = Object.entries(purposeEnds).filter(([, { untilMs }]) => untilMs <= nowMs);
        const over = Object.fromEntries(ended.map(([purpose]) => [purpose, false]));
        const until = Object.fromEntries(Object.entries(purposeEnds).map(([purpose, { untilMs }]) => [purpose, untilMs]));
        const purposes = { ...low.purposes, ...high.purposes, ...over };
        return [id, { ...low, ...high, purposes, ...(Object.keys(until).length > 0 ? { until } : {}) }];
      }),
    );
  }

  /** What counts now: the household's overrides, and those that a paused or blocked device amounts to. */
  overrides(nowMs: number): Override[] {
    const standing = this.current.overrides.filter(({ untilMs }) => untilMs === undefined || untilMs > nowMs);
    const devices = Object.entries(this.current.devices).flatMap(([device, { blocked, paused }]) => {
      if (blocked) return forAll(device, 'blocked', 'refuse');
      return paused !== undefined && paused.untilMs > nowMs ? forAll(device, 'paused', 'keep') : [];
    });
    return [...standing.map(({ given: _given, ...override }) => override), ...devices];
  }

  /** The home's own identifiers, told in the config or on the page. */
  own(): readonly { readonly category: CategoryId; readonly value: string }[] {
    return [...this.options.base.own, ...this.current.own];
  }

  /** What the household calls its devices. */
  deviceNames(): { readonly category: CategoryId; readonly value: string }[] {
    return Object.values(this.current.devices).flatMap(({ name }) =>
      name === undefined ? [] : [{ category: 'device_name' as const, value: name }],
    );
  }

  device(label: string): DeviceChoices {
    return Object.hasOwn(this.current.devices, label) ? this.current.devices[label]! : {};
  }

  /** Whether the device's cloud already has its own identifiers, so that they stay; not while it is being paired. */
  knownToVendor(label: string, nowMs: number): boolean {
    const { registered, pairingUntilMs = 0 } = this.device(label);
    return registered === 'before' && pairingUntilMs <= nowMs;
  }

  get retentionDays(): number {
    return this.current.retentionDays ?? this.options.base.retentionDays;
  }

  /** When the next override, pause or purpose ends by itself; undefined: none does. */
  nextEndMs(): number | undefined {
    const ends = this.ends().map(({ untilMs }) => untilMs);
    return ends.length === 0 ? undefined : Math.min(...ends);
  }

  /** The clock was moved by so much: what ends by itself ends as much later, by the clock, or earlier. It is no choice, and has no record. */
  shiftEnds(byMs: number): void {
    const state = shifted(this.current, (untilMs) => Math.max(0, untilMs + byMs));
    if (state === this.current) return;
    this.current = state;
    // Not written, it ends by the old time after the next start: earlier or later by the jump, and never later than it may (`bounded`).
    if (this.why === undefined) this.write(state).catch(() => undefined);
  }

  /** Takes out what has ended by `now`, each with its record, in the name of who set its end. Gives how many. */
  async expire(): Promise<number> {
    const now = this.options.now();
    const ended = this.ends().filter(({ untilMs }) => untilMs <= now);
    for (const { change, by } of ended) await this.apply(change, by);
    return ended.length;
  }

  /** One file with everything chosen. It names the household's devices and identifiers: it is to be kept like a key. */
  backup(): string {
    return `${JSON.stringify({ format: BACKUP, version: BACKUP_VERSION, choices: this.current }, undefined, 2)}\n`;
  }

  /** Puts a backup in place of everything chosen. Throws `config`, with the place; then nothing has changed. */
  async restore(text: string, by: By): Promise<ChoiceState> {
    return this.apply({ what: 'restore', state: readBackup(text) }, by);
  }

  /** A backup in place of choices that are closed, or nothing, so that the household is asked anew. Throws as `apply` does. */
  async recover(from: 'copy' | 'backup' | 'anew', state: ChoiceState, by: By): Promise<ChoiceState> {
    return this.apply({ what: 'recover', from, state }, by);
  }

  /** Writes what stands again: the store was mended, and may have lost it. */
  async rewrite(): Promise<void> {
    if (this.why === undefined && this.current.version > 0) await this.write(this.current);
  }

  private write(state: ChoiceState): Promise<void> {
    return this.store.batch([{ type: 'put', key: KEY, value: this.sealer.seal(KEY, state) }]);
  }

  private async carryOut(change: Change, given: Given): Promise<ChoiceState> {
    if ((change.what === 'recover') !== (this.why !== undefined))
      throw this.why === undefined ? new HubError('config', 'nothing is to be recovered') : new HubError('closed');
    const { least = 0 } = this.options;
    const before = change.what === 'recover' ? { ...this.current, version: Math.max(this.current.version, least) } : this.current;
    const after = checkState(changed(before, change, given));
    for (const override of after.overrides) if (!before.overrides.includes(override)) this.options.checkOverride?.(override);
    await this.options.record(recordOf(before, change, given));
    await this.write(after);
    this.current = after;
    this.why = undefined;
    for (const listener of this.listeners) listener({ change, before, after });
    return after;
  }

  private ends(): { untilMs: number; change: Change; by: By }[] {
    const { overrides, devices, services } = this.current;
    const by = ({ policyVersion, clientVersion, channel }: Given): By => ({ policyVersion, clientVersion, channel });
    const out: { untilMs: number; change: Change; by: By }[] = [];
    for (const { id, untilMs, given } of overrides) {
      if (untilMs !== undefined) out.push({ untilMs, change: { what: 'override_end', id }, by: by(given) });
    }
    for (const [service, { purposeEnds = {} }] of Object.entries(services)) {
      for (const [purpose, { untilMs, given }] of Object.entries(purposeEnds))
        out.push({ untilMs, change: { what: 'purpose', service, purpose, on: undefined }, by: by(given) });
    }
    for (const [device, { paused }] of Object.entries(devices)) {
      if (paused !== undefined) out.push({ untilMs: paused.untilMs, change: { what: 'resume', device }, by: by(paused.given) });
    }
    return out;
  }
}

function forAll(device: string, id: string, action: 'keep' | 'refuse'): Override[] {
  return CATEGORY_IDS.map((category) => ({ id: `${id}:${device}:${category}`, device, category, action }));
}

/** Reads what `backup` gave. Throws `config`, with the place. */
export function readBackup(text: string): ChoiceState {
  if (text.length > BACKUP_UNITS) throw new HubError('config', 'the backup is too large');
  let read: unknown;
  try {
    read = JSON.parse(text);
  } catch {
    throw new HubError('config', 'the backup is not JSON'); // without a cause: its words would quote the file
  }
  const { format, version, choices, ...rest } = (typeof read === 'object' && read !== null ? read : {}) as Record<
    string,
    unknown
  >;
  if (format !== BACKUP || Object.keys(rest).length > 0) throw new HubError('config', 'not a backup of choices');
  if (version !== BACKUP_VERSION) throw new HubError('config', 'a backup of another version');
  return upgradeChoices(checkState(choices));
}
