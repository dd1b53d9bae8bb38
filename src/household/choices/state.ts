// What a household has chosen, as kept and as backed up, and the strict form of it.
import { HubError } from '../../errors.js';
import {
  ACTIONS,
  CATEGORY_IDS,
  type CategoryId,
  DEVICE_KINDS,
  type DeviceKind,
  MODES,
  type Override,
  PLACES,
  type ServiceChoices,
} from '../../model.js';
import { type Check, flag, form, list, mapping, matching, oneOf, text, whole } from './form.js';

export const CHANNELS = ['web', 'cli', 'config'] as const;

/** Who said it, through what, and what the service's policy was then. */
export interface Given {
  readonly timeMs: number;
  readonly policyVersion: string;
  readonly clientVersion: string;
  readonly channel: (typeof CHANNELS)[number];
}

/** An instruction of the hub's household, with when and how it was given. */
export interface GivenOverride extends Override {
  readonly given: Given;
}

/** Minimization off, or a purpose on, until then. */
export interface Pause {
  readonly untilMs: number;
  readonly given: Given;
}

/** Of one device; absent: not chosen. */
export interface DeviceChoices {
  /** What the household calls it. */
  readonly name?: string;
  readonly maker?: string;
  /** What it is: some declarations need some data from some kinds only. */
  readonly kind?: DeviceKind;
  readonly blocked?: boolean;
  /** Before what its services are set to. */
  readonly mode?: 'enforce' | 'observe';
  /** A family member may pause it with the pin. */
  readonly familyPause?: boolean;
  readonly paused?: Pause;
  /** Whether its cloud knows it by its own identifiers (`before`) or by pseudonyms. */
  readonly registered?: 'before' | 'through-hub';
  /** Until then the device may register anew, under pseudonyms. */
  readonly pairingUntilMs?: number;
  /** It refuses the hub's certificate: what becomes of its connections. */
  readonly pinned?: 'refuse' | 'tunnel';
  /** When the hub fails. */
  readonly onFailure?: 'closed' | 'open';
}

/** What becomes of a host that no service names: treated as a service's, refused for good, or tunnelled unread. */
export type Adoption = { readonly service: string } | { readonly service?: never; readonly as: 'refuse' | 'tunnel' };

/** Of one service; absent: not chosen. */
export interface ServiceState extends Partial<Omit<ServiceChoices, 'until'>> {
  /** Purposes that are on for a time: until when, and who said so. */
  readonly purposeEnds?: Readonly<Record<string, Pause>>;
}

export interface ChoiceState {
  /** Counts the changes. */
  readonly version: number;
  /** Of which taxonomy its categories are (choices/upgrade.ts); absent: of the first. */
  readonly taxonomy?: number;
  readonly services: Readonly<Record<string, ServiceState>>;
  readonly overrides: readonly GivenOverride[];
  /** By the device's label. */
  readonly devices: Readonly<Record<string, DeviceChoices>>;
  /** By host name in lower case. */
  readonly adopted: Readonly<Record<string, Adoption>>;
  /** The home's own identifiers, told by hand. */
  readonly own: readonly { readonly category: CategoryId; readonly value: string }[];
  /** Where a host stands, by host name in lower case: ISO 3166-1 alpha-2, told by the household. */
  readonly countries?: Readonly<Record<string, string>>;
  readonly language?: 'en' | 'ru';
  readonly retentionDays?: number;
  /** What the hub held back of its own and does no more, the newest last: records of that time still say so. */
  readonly heldBefore?: readonly HeldBefore[];
}

/** A new field that was held back from `fromMs` until `untilMs`; `path` is a selector. */
export interface HeldBefore extends Pick<Override, 'service' | 'device' | 'in' | 'path'> {
  readonly fromMs: number;
  readonly untilMs: number;
}

/** Whether the hub itself gave the instruction: to hold a new field back until the household says what it is. */
export function isHolding({ given }: { readonly given: Given }): boolean {
  return given.channel === 'config' && given.clientVersion.startsWith('hub/');
}

/** Of the categories as they are now. States that do not say theirs are of the first. */
export const TAXONOMY = 2;

export const NOTHING: ChoiceState = Object.freeze({
  version: 0,
  taxonomy: TAXONOMY,
  services: {},
  overrides: [],
  devices: {},
  adopted: {},
  own: [],
});

/** More than a home has; a file that says so is not a backup of one. */
const MOST = 1024;
/** An upgrade may give an instruction several successors (choices/upgrade.ts). */
const OVERRIDES_MOST = 4 * MOST;
/** Longest name of a device, network or maker; Wi-Fi names have 32 bytes, host names 63. */
const NAME_UNITS = 100;
const PATH_UNITS = 500;
/** The last millisecond that a date can say. */
const LAST_MS = 8_640_000_000_000_000;
const SERVICE = /^[a-z][a-z0-9-]{0,63}$/;
const LABEL = /^[a-z]-[0-9a-f]{8,32}$/;
const PURPOSE = /^[a-z][a-z0-9_]{0,63}$/;
const HOST = /^(?=.{1,253}$)[a-z0-9_-]+(?:\.[a-z0-9_-]+)*$|^[0-9a-f:.]+$/;

const time = whole(0, LAST_MS);
const name = text(NAME_UNITS);
const service = matching(SERVICE, 'a service');
const given = form({}, { timeMs: time, policyVersion: name, clientVersion: name, channel: oneOf(CHANNELS) });
const override = form(
  {
    service,
    device: matching(LABEL, 'a device'),
    category: oneOf(CATEGORY_IDS),
    in: oneOf(PLACES),
    path: text(PATH_UNITS),
    untilMs: time,
  },
  { id: text(NAME_UNITS), action: oneOf(ACTIONS), given },
);
const heldBefore = form(
  { service, device: matching(LABEL, 'a device'), in: oneOf(PLACES), path: text(PATH_UNITS) },
  { fromMs: time, untilMs: time },
);
const serviceChoices = form({
  mode: oneOf(MODES),
  purposes: mapping(PURPOSE, flag, MOST),
  purposeEnds: mapping(PURPOSE, form({}, { untilMs: time, given }), MOST),
  opaque: oneOf(['refuse', 'pass']),
  sealed: oneOf(['refuse', 'pass']),
});
const deviceChoices = form({
  name,
  maker: name,
  kind: oneOf(DEVICE_KINDS),
  blocked: flag,
  mode: oneOf(['enforce', 'observe']),
  familyPause: flag,
  paused: form({}, { untilMs: time, given }),
  registered: oneOf(['before', 'through-hub']),
  pairingUntilMs: time,
  pinned: oneOf(['refuse', 'tunnel']),
  onFailure: oneOf(['closed', 'open']),
});
const adoption: Check = (value, where) => {
  const isService = typeof value === 'object' && value !== null && 'service' in value;
  (isService ? form({}, { service }) : form({}, { as: oneOf(['refuse', 'tunnel']) }))(value, where);
};
const state = form(
  {
    taxonomy: whole(1, Number.MAX_SAFE_INTEGER),
    language: oneOf(['en', 'ru']),
    retentionDays: whole(1, 3650),
    countries: mapping(HOST, matching(/^[A-Z]{2}$/, 'a country'), MOST),
    heldBefore: list(heldBefore, MOST),
  },
  {
    version: whole(0, Number.MAX_SAFE_INTEGER),
    services: mapping(SERVICE, serviceChoices, MOST),
    overrides: list(override, OVERRIDES_MOST),
    devices: mapping(LABEL, deviceChoices, MOST),
    adopted: mapping(HOST, adoption, MOST),
    own: list(form({}, { category: oneOf(CATEGORY_IDS), value: name }), MOST),
  },
);

/** Throws `config`, with the place but not the value, unless `value` is a whole state. */
export function checkState(value: unknown): ChoiceState {
  state(value, 'choices');
  const checked = value as ChoiceState;
  for (const { category, path } of checked.overrides) {
    if (category === undefined && path === undefined)
      throw new HubError('config', 'choices.overrides: one names neither field nor category');
  }
  return checked;
}
