// One change of what the household chose: what it makes of the state, and what the log says of it.
import { HubError } from '../../errors.js';
import type { ActionKind, CategoryId, Mode, Override, Place } from '../../model.js';
import { type Adoption, type ChoiceState, type DeviceChoices, type Given, type HeldBefore, isHolding } from './state.js';

export type Change =
  /** `on` undefined: back to the config file's or the declaration's default; `untilMs`: on until then. */
  | {
      readonly what: 'purpose';
      readonly service: string;
      readonly purpose: string;
      readonly on: boolean | undefined;
      readonly untilMs?: number;
    }
  | { readonly what: 'mode'; readonly service: string; readonly mode: Mode | undefined }
  | { readonly what: 'opaque' | 'sealed'; readonly service: string; readonly value: 'refuse' | 'pass' | undefined }
  | { readonly what: 'override'; readonly override: Override }
  | { readonly what: 'override_end'; readonly id: string }
  | { readonly what: 'pause'; readonly device: string; readonly untilMs: number }
  | { readonly what: 'resume'; readonly device: string }
  /** A key with `undefined` is unset. */
  | { readonly what: 'device'; readonly device: string; readonly set: DeviceSetting }
  | { readonly what: 'forget'; readonly device: string }
  | { readonly what: 'adopt'; readonly host: string; readonly as: Adoption | undefined }
  /** Where a host stands; ISO 3166-1 alpha-2. */
  | { readonly what: 'country'; readonly host: string; readonly country: string | undefined }
  | { readonly what: 'own'; readonly category: CategoryId; readonly value: string; readonly told: boolean }
  | { readonly what: 'language'; readonly language: 'en' | 'ru' }
  | { readonly what: 'retention'; readonly days: number | undefined }
  | { readonly what: 'restore'; readonly state: ChoiceState }
  /** After the choices were lost: from the hub's own copy, from a backup of the household's, or none, so that it is asked anew. */
  | { readonly what: 'recover'; readonly from: 'copy' | 'backup' | 'anew'; readonly state: ChoiceState };

/** One setting of a device at a time, so that each has its record. */
export type DeviceSetting = {
  [K in Exclude<keyof DeviceChoices, 'paused'>]: { readonly key: K; readonly value: DeviceChoices[K] | undefined };
}[Exclude<keyof DeviceChoices, 'paused'>];

/** The fields of the log's `switch` record (audit/forms.ts), which is made of them. */
export interface SwitchRecord {
  readonly kind: 'switch';
  readonly timeMs: number;
  readonly what:
    | 'purpose'
    | 'override'
    | 'override_end'
    | 'mode'
    | 'pause'
    | 'resume'
    | 'opaque'
    | 'sealed'
    | 'device'
    | 'adopt'
    | 'setting';
  readonly service?: string;
  readonly device?: string;
  readonly purpose?: string;
  readonly category?: CategoryId;
  readonly in?: Place;
  readonly path?: string;
  readonly action?: ActionKind;
  readonly value?: string;
  readonly untilMs?: number;
  readonly policyVersion: string;
  readonly clientVersion: string;
  readonly channel: Given['channel'];
}

type Told = Omit<SwitchRecord, 'kind' | keyof Given>;

/** The state after the change; its version grows by one. Throws `not_found` for what is not there. */
export function changed(before: ChoiceState, change: Change, given: Given): ChoiceState {
  const after = stateAfter(before, change, given);
  return { ...after, ...heldBeforeOf(before, after, change, given.timeMs), version: before.version + 1 };
}

/** Longer than the household takes to look at as many new fields: the hub holds back at most 256 at once. */
const HELD_BEFORE_MAX = 512;

function heldBeforeOf(before: ChoiceState, after: ChoiceState, change: Change, untilMs: number): Pick<ChoiceState, 'heldBefore'> {
  const standing = new Set(after.overrides.map(({ id }) => id));
  const ended = before.overrides
    .filter((one) => isHolding(one) && !standing.has(one.id))
    .map(({ service, device, in: place, path, given }): HeldBefore => {
      const where = Object.fromEntries(
        Object.entries({ service, device, in: place, path }).filter(([, one]) => one !== undefined),
      );
      return { ...where, fromMs: given.timeMs, untilMs };
    });
  const all = [...(before.heldBefore ?? []), ...ended];
  const left = change.what === 'forget' ? all.filter(({ device }) => device !== change.device) : all;
  return before.heldBefore === undefined && left.length === 0 ? {} : { heldBefore: left.slice(-HELD_BEFORE_MAX) };
}

function stateAfter(state: ChoiceState, change: Change, given: Given): ChoiceState {
  switch (change.what) {
    case 'purpose': {
      const { service, purpose, on, untilMs } = change;
      const before = state.services[service];
      const purposes = withKey(before?.purposes ?? {}, purpose, on);
      const end = untilMs === undefined ? undefined : { untilMs, given };
      const left = withKey(before?.purposeEnds ?? {}, purpose, end);
      const purposeEnds = Object.keys(left).length > 0 ? left : undefined;
      return { ...state, services: withPart(state.services, service, { purposes, purposeEnds }) };
    }
    case 'mode':
      return { ...state, services: withPart(state.services, change.service, { mode: change.mode }) };
    case 'opaque':
    case 'sealed':
      return { ...state, services: withPart(state.services, change.service, { [change.what]: change.value }) };
    case 'override': {
      if (state.overrides.some(({ id }) => id === change.override.id))
        throw new HubError('config', 'an override of this name is there');
      return { ...state, overrides: [...state.overrides, { ...change.override, given }] };
    }
    case 'override_end':
      found(state.overrides.some(({ id }) => id === change.id));
      return { ...state, overrides: state.overrides.filter(({ id }) => id !== change.id) };
    case 'pause':
      return { ...state, devices: withPart(state.devices, change.device, { paused: { untilMs: change.untilMs, given } }) };
    case 'resume':
      found(state.devices[change.device]?.paused !== undefined);
      return { ...state, devices: withPart(state.devices, change.device, { paused: undefined }) };
    case 'device':
      return { ...state, devices: withPart(state.devices, change.device, { [change.set.key]: change.set.value }) };
    case 'forget':
      return {
        ...state,
        devices: withKey(state.devices, change.device, undefined),
        overrides: state.overrides.filter(({ device }) => device !== change.device),
      };
    case 'adopt':
      return { ...state, adopted: withKey(state.adopted, change.host, change.as) };
    case 'country':
      return { ...state, countries: withKey(state.countries ?? {}, change.host, change.country) };
    case 'own': {
      const { category, value } = change;
      const others = state.own.filter((one) => one.category !== category || one.value !== value);
      return { ...state, own: change.told ? [...others, { category, value }] : others };
    }
    case 'language':
      return { ...state, language: change.language };
    case 'retention':
      return withKey(state, 'retentionDays', change.days);
    case 'restore':
    case 'recover':
      return { ...change.state, version: state.version };
    default:
      return change satisfies never;
  }
}

/** What the log says: which switch, of what, to where; never a name or an identifier of the home. */
export function recordOf(before: ChoiceState, change: Change, given: Given): SwitchRecord {
  const { timeMs, ...how } = given;
  return { kind: 'switch', timeMs, ...toldOf(before, change), ...how };
}

function toldOf(before: ChoiceState, change: Change): Told {
  switch (change.what) {
    case 'purpose': {
      const { service, purpose, on, untilMs } = change;
      const value = on === undefined ? 'default' : on ? 'on' : 'off';
      return { what: 'purpose', service, purpose, value, ...(untilMs === undefined ? {} : { untilMs }) };
    }
    case 'mode':
      return { what: 'mode', service: change.service, value: change.mode ?? 'default' };
    case 'opaque':
    case 'sealed':
      return { what: change.what, service: change.service, value: change.value ?? 'default' };
    case 'override':
      return toldOverride('override', change.override);
    case 'override_end':
      return toldOverride(
        'override_end',
        before.overrides.find(({ id }) => id === change.id),
      );
    case 'pause':
      return { what: 'pause', device: change.device, untilMs: change.untilMs };
    case 'resume':
      return { what: 'resume', device: change.device };
    case 'device':
      return { what: 'device', device: change.device, ...toldSetting(change.set) };
    case 'forget':
      return { what: 'device', device: change.device, value: 'forgotten' };
    case 'adopt':
      return toldAdoption(change.host, change.as);
    case 'country':
      return {
        what: 'setting',
        path: change.host,
        value: change.country === undefined ? 'country_unset' : `country_${change.country.toLowerCase()}`,
      };
    case 'own':
      return {
        what: 'setting',
        category: change.category,
        value: change.told ? 'own_identifier_told' : 'own_identifier_taken_back',
      };
    case 'language':
      return { what: 'setting', value: `language_${change.language}` };
    case 'retention':
      return { what: 'setting', value: change.days === undefined ? 'retention_default' : `retention_${change.days}_days` };
    case 'restore':
      return { what: 'setting', value: 'choices_restored' };
    case 'recover':
      return { what: 'setting', value: `recovered_${change.from}` };
    default:
      return change satisfies never;
  }
}

function toldOverride(what: 'override' | 'override_end', override: Override | undefined): Told {
  if (override === undefined) throw new HubError('not_found');
  const { service, device, category, in: place, path, action, untilMs } = override;
  const all = { service, device, category, in: place, path, untilMs: what === 'override' ? untilMs : undefined };
  return { what, action, ...Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined)) };
}

/** The host stands where a path would: it names the cloud, not the home. */
function toldAdoption(host: string, as: Adoption | undefined): Told {
  if (as === undefined) return { what: 'adopt', path: host, value: 'undone' };
  if (as.service !== undefined) return { what: 'adopt', path: host, service: as.service, value: 'service' };
  return { what: 'adopt', path: host, value: as.as };
}

function toldSetting(set: DeviceSetting): { value: string; untilMs?: number } {
  const to = set.value === undefined ? 'unset' : 'set';
  switch (set.key) {
    case 'kind':
      return { value: `kind_${set.value ?? 'unset'}` };
    case 'name':
    case 'maker':
      return { value: `${set.key}_${to}` };
    case 'blocked':
      return { value: set.value ? 'blocked' : 'unblocked' };
    case 'mode':
      return { value: `mode_${set.value ?? 'inherit'}` };
    case 'familyPause':
      return { value: set.value ? 'family_pause_allowed' : 'family_pause_not_allowed' };
    case 'registered':
      return { value: `registered_${(set.value ?? 'unknown').replace('-', '_')}` };
    case 'pairingUntilMs':
      return {
        value: set.value === undefined ? 'pairing_ended' : 'pairing',
        ...(set.value === undefined ? {} : { untilMs: set.value }),
      };
    case 'pinned':
      return { value: `pinned_${set.value ?? 'default'}` };
    case 'onFailure':
      return { value: `on_failure_${set.value ?? 'default'}` };
    default:
      return set satisfies never;
  }
}

function found(there: boolean): void {
  if (!there) throw new HubError('not_found');
}

function withKey<T extends object>(object: T, key: string, value: unknown): T {
  const { [key as keyof T]: _before, ...rest } = object;
  return (value === undefined ? rest : { ...rest, [key]: value }) as T;
}

function withPart<T extends object>(
  all: Readonly<Record<string, T>>,
  key: string,
  part: Record<string, unknown>,
): Record<string, T> {
  let one = (Object.hasOwn(all, key) ? all[key]! : {}) as T;
  for (const [name, value] of Object.entries(part)) one = withKey(one, name, value);
  return { ...all, [key]: one };
}
