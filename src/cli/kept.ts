// What a hub keeps, read from a copy of its store, so that a running hub is not disturbed.
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { listEntries } from '../audit/cli.js';
import type { LogReader } from '../audit/reader.js';
import { type Verification, verifyLog } from '../audit/verify.js';
import type { Config } from '../config.js';
import { readOpaque } from '../doors/tls-memory.js';
import { HubError } from '../errors.js';
import { type ClosedWhy, openChoices } from '../household/choices.js';
import { openDevices } from '../household/devices.js';
import type { Rules } from '../model.js';
import type { TrustSnapshot } from '../protocol/tls/trust-memory.js';
import { type HubKeys, hasMasterKey } from '../runtime/install-keys.js';
import { MARK_FILE } from '../runtime/store-mark.js';
import { type Household, Services } from '../services/contexts.js';
import { limitsOf, ownIdentifiers } from '../services/from-config.js';
import type { Store } from '../store/store.js';
import { openLogCopy, withStoreCopy } from './store-copy.js';

export interface Kept {
  /** Service choices and adopted hosts, the page's over the config's. */
  readonly services: Services;
  readonly trust: TrustSnapshot;
  readonly log: Verification | undefined;
  /** Hosts of services that devices have sent to. */
  readonly used: readonly string[];
  /** The time of the log's last entry. */
  readonly lastEntryMs: number | undefined;
  /** Files of the store that are damaged. */
  readonly damaged: readonly string[];
  /** Why the household's choices cannot be gone by. */
  readonly closed?: ClosedWhy;
}

/** Reads the data directory `dir`; without a store there, what the config alone says. Throws `config` where it cannot be read. */
export async function readKept(dir: string, config: Config, rules: Rules): Promise<Kept> {
  const source = path.join(dir, 'store');
  if (!existsSync(source)) {
    const services = build(rules, config, { choices: config.services, adopted: {} });
    const isLost = existsSync(path.join(dir, MARK_FILE));
    const nothing = { trust: { opaque: [], trusting: [] }, log: undefined, used: [], lastEntryMs: undefined, damaged: [] };
    return { services, ...nothing, ...(isLost ? { closed: 'missing' } : {}) };
  }
  // Opening them would make new ones, which read nothing of what is there.
  if (!hasMasterKey(dir))
    throw new HubError('config', `${dir}: master.key is gone, and without it nothing else there can be read`);
  return withStoreCopy(dir, async (copy) => {
    const { store, keys, mark, damaged } = copy;
    const choices = await openChoices(store, {
      key: keys.household,
      random: randomBytes,
      now: Date.now,
      base: { services: config.services, own: ownIdentifiers(config), retentionDays: config.audit.retentionDays },
      least: mark.choicesVersion,
      record: () => Promise.resolve(), // nothing is changed here
    });
    const { log, vkey, head } = await openLogCopy(copy);
    return {
      services: build(rules, config, { choices: choices.services(), adopted: choices.state.adopted }),
      used: await usedHosts(store, keys, rules),
      lastEntryMs: await lastEntryMs(log),
      trust: await readOpaque(store, { key: keys.household, random: randomBytes }),
      log: await verifyLog(log, { vkey, head }),
      damaged,
      ...(choices.closed === undefined ? {} : { closed: choices.closed }),
    };
  });
}

/** Of services that devices have sent to, without those that only a pattern names. */
async function usedHosts(store: Store, keys: HubKeys, rules: Rules): Promise<string[]> {
  const unknown = { kind: 'unknown' } as const;
  const options = { key: keys.household, random: randomBytes, now: Date.now, label: String, locate: () => unknown };
  const devices = await openDevices(store, options);
  const services = new Set(devices.list().flatMap((device) => Object.keys(device.services)));
  await devices.close();
  const hosts = [...services].flatMap((id) => (rules.services.get(id)?.hosts ?? []).map(({ name }) => name));
  return hosts.filter((host) => !host.startsWith('*.'));
}

async function lastEntryMs(log: LogReader): Promise<number | undefined> {
  for await (const { timeMs } of listEntries(log, { limit: 1 })) return timeMs;
  return undefined;
}

/** To ask for hosts and modes only: nothing is judged with these, so no key is needed. */
function build(rules: Rules, config: Config, chosen: Pick<Household, 'choices' | 'adopted'>): Services {
  const household = { ...chosen, overrides: [], own: [], knownToVendor: () => false };
  return new Services({ rules, household, master: randomBytes(32), limits: limitsOf(config) });
}
