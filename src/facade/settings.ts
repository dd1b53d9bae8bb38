// Settings: identifiers of the home, retention, backup, extra rules, the CA, the account's file.
import { networkInterfaces } from 'node:os';
import path from 'node:path';
import type { Change } from '../household/choices.js';
import type { CategoryId } from '../model.js';
import { plainAddress } from '../net/address.js';
import { clearReset, readReset } from '../runtime/password-reset.js';
import { readRecoverable, recover } from '../runtime/recovery.js';
import { readSecret, writeWhole } from '../store/secret-files.js';
import type { Household, HubFacade } from '../web/facade.js';
import { byOf, type FacadeParts } from './ports.js';

type SettingsFacade = Pick<
  HubFacade,
  | 'rules'
  | 'about'
  | 'household'
  | 'setHousehold'
  | 'retentionDays'
  | 'setRetentionDays'
  | 'backup'
  | 'restore'
  | 'storeState'
  | 'recover'
  | 'extraRules'
  | 'addRules'
  | 'removeRules'
  | 'askDoor'
  | 'health'
  | 'caCertificate'
  | 'loadAccount'
  | 'saveAccount'
  | 'pendingReset'
  | 'endReset'
  | 'recordAccess'
>;

interface Own {
  readonly category: CategoryId;
  readonly value: string;
}

const PRIVATE_MODE = 0o600;

export function settingsFacade(parts: FacadeParts): SettingsFacade {
  const { home, rules } = parts;
  const accountFile = path.join(parts.dataDir, 'account.json');
  return {
    rules: () => rules.current,
    about: async () => ({
      ...parts.about(),
      addresses: homeAddresses(),
      ...(parts.log.vkey === undefined ? {} : { logKey: parts.log.vkey }),
    }),
    household: async () => ({ told: householdOf(home.choices.state.own), found: householdOf(home.foundOwn()) }),
    async setHousehold(told, actor) {
      const by = byOf(parts, actor);
      for (const change of ownChanges(home.choices.state.own, ownOf(told))) await home.choices.apply(change, by);
    },
    retentionDays: async () => home.choices.retentionDays,
    async setRetentionDays(days, actor) {
      await home.choices.apply({ what: 'retention', days }, byOf(parts, actor));
    },
    backup: async () => home.choices.backup(),
    async restore(text, actor) {
      await home.choices.restore(text, byOf(parts, actor));
    },
    async storeState() {
      const { state } = parts.stores;
      const { continued, damaged } = state;
      return {
        ...(await readRecoverable(home.choices, parts.stores)),
        damaged,
        ...(continued === undefined ? {} : { continued }),
      };
    },
    recover: (from, actor) => recover(from, home.choices, parts.stores, byOf(parts, actor)),
    extraRules: async () => rules.extra(),
    async addRules(name, text, actor) {
      const faults = await rules.add(name, text);
      if (faults.length === 0) await recordRules(parts, 'rules_added', byOf(parts, actor));
      return faults;
    },
    async removeRules(name, actor) {
      const faults = await rules.remove(name);
      if (faults.length === 0) await recordRules(parts, 'rules_removed', byOf(parts, actor));
      return faults;
    },
    health: () => parts.health(),
    async askDoor(open, actor) {
      const record = (value: string): Promise<unknown> =>
        parts.log.append({ kind: 'switch', timeMs: parts.now(), what: 'setting', value, ...byOf(parts, actor) });
      await record(open ? 'door_opened' : 'door_closed');
      try {
        await parts.askDoor(open);
      } catch (fault) {
        if (open) await record('door_closed');
        throw fault;
      }
      parts.activity.changed('settings');
    },
    caCertificate: async () => parts.caCertificate(),
    loadAccount: async () => readSecret(accountFile),
    saveAccount: async (text) => writeWhole(accountFile, text, PRIVATE_MODE),
    pendingReset: async () => readReset(parts.dataDir, parts.now()),
    endReset: async () => clearReset(parts.dataDir),
    async recordAccess(what, actor) {
      const by = byOf(parts, actor ?? { who: 'owner', clientVersion: 'cli' });
      await parts.log.append({
        kind: 'switch',
        timeMs: parts.now(),
        what: 'setting',
        value: what,
        ...by,
        ...(actor === undefined ? { channel: 'cli' } : {}),
      });
    },
  };
}

async function recordRules({ log, activity, now }: FacadeParts, value: string, by: ReturnType<typeof byOf>): Promise<void> {
  await log.append({ kind: 'switch', timeMs: now(), what: 'setting', value, ...by });
  activity.changed('services');
  activity.changed('settings');
}

/** IPv4 addresses of this machine that devices of the home can reach. */
export function homeAddresses(): string[] {
  const all = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
  return all.filter(({ internal, family }) => !internal && family === 'IPv4').map(({ address }) => plainAddress(address));
}

const MACS: ReadonlySet<CategoryId> = new Set<CategoryId>(['device_mac', 'router_mac', 'bluetooth_mac']);

function householdOf(own: readonly Own[]): Household {
  const values = (fits: (category: CategoryId) => boolean): string[] => [
    ...new Set(own.filter(({ category }) => fits(category)).map(({ value }) => value)),
  ];
  return {
    ssids: values((category) => category === 'wifi_ssid'),
    macs: values((category) => MACS.has(category)),
    ips: values((category) => category === 'ip_address'),
    emails: values((category) => category === 'email'),
    phones: values((category) => category === 'phone'),
    coordinates: values((category) => category === 'location_precise').flatMap((text) => {
      const [latitude = Number.NaN, longitude = Number.NaN] = text.split(',').map(Number);
      return Number.isFinite(latitude) && Number.isFinite(longitude) ? [{ latitude, longitude }] : [];
    }),
  };
}

function ownOf({ ssids, macs, ips, emails, phones, coordinates }: Household): Own[] {
  return [
    ...ssids.map((value) => ({ category: 'wifi_ssid' as const, value })),
    ...macs.map((value) => ({ category: 'device_mac' as const, value })),
    ...ips.map((value) => ({ category: 'ip_address' as const, value })),
    ...emails.map((value) => ({ category: 'email' as const, value: value.toLowerCase() })),
    ...phones.map((value) => ({ category: 'phone' as const, value })),
    ...coordinates.map((one) => ({ category: 'location_precise' as const, value: `${one.latitude},${one.longitude}` })),
  ];
}

/** Only what differs, each with a record of its own. Told otherwise (a name of a device, say), it stays. */
function ownChanges(before: readonly Own[], after: readonly Own[]): Change[] {
  const key = ({ category, value }: Own): string => `${MACS.has(category) ? 'device_mac' : category} ${value}`;
  const [was, will] = [new Set(before.map(key)), new Set(after.map(key))];
  const shown: ReadonlySet<CategoryId> = new Set([
    ...MACS,
    'wifi_ssid',
    'ip_address',
    'email',
    'phone',
    'location_precise',
  ] as const);
  const gone = before.filter((one) => shown.has(one.category) && !will.has(key(one)));
  const fresh = after.filter((one) => !was.has(key(one)));
  return [
    ...gone.map((one) => ({ what: 'own' as const, ...one, told: false })),
    ...fresh.map((one) => ({ what: 'own' as const, ...one, told: true })),
  ];
}
