// The household of a hub that does not run, opened by a command as the hub itself opens it.
import { existsSync, statSync } from 'node:fs';
import { HubError } from '../errors.js';
import type { By } from '../household/choices.js';
import { readCipherKeys } from '../runtime/device-keys.js';
import { type HouseholdRuntime, openHome } from '../runtime/household.js';
import { HubClock } from '../runtime/hub-clock.js';
import { openStores, type Stores } from '../runtime/stores.js';
import { limitsOf, ownIdentifiers } from '../services/from-config.js';
import { VERSION } from '../version.js';
import { readConfig, readRules, type Values } from './common.js';

export interface OpenHome {
  readonly home: HouseholdRuntime;
  readonly stores: Stores;
  /** Who makes a change: this command, under these rules. */
  readonly by: By;
}

/**
 * Does `work` with the household of `dir`, and closes it again. Throws `not_found` where no hub has its data, `config` where they are not
 * this user's, or a hub runs after all.
 */
export async function withHome<T>(values: Values, dir: string, work: (open: OpenHome) => Promise<T>): Promise<T> {
  if (!existsSync(dir)) throw new HubError('not_found', `${dir} holds no hub's data yet`);
  // What root writes there the hub's own user could not read.
  if (statSync(dir).uid !== process.getuid?.())
    throw new HubError('config', `${dir} belongs to another user: start the hub, then it can be told`);
  const { config: read } = readConfig(values);
  const config = { ...read, discovery: { ...read.discovery, enabled: false } };
  const rules = await readRules(config, dir);
  const clock = new HubClock();
  const say = (line: string): void => void process.stderr.write(`hubsieve: ${line}\n`);
  const stores = await openStores({ dataDir: dir, flushMs: config.audit.flushMs, say, now: clock.now });
  try {
    const kept = { ...stores, clock, config, rules, cipherKeys: readCipherKeys(dir) };
    const home = await openHome({ ...kept, limits: limitsOf(config), own: ownIdentifiers(config) });
    const by: By = { policyVersion: rules.hash.slice(0, 19), clientVersion: `cli/${VERSION}`, channel: 'cli' };
    try {
      return await work({ home, stores, by });
    } finally {
      await home.close();
      await stores.log.close();
    }
  } finally {
    await stores.store.close();
  }
}
