// Who lives here, what they chose, what their devices did, and the root that stands in for their clouds: opened in this order.
import { randomBytes } from 'node:crypto';
import { type Activity, openActivity } from '../activity/activity.js';
import type { Learning } from '../activity/new-fields.js';
import type { LogKey } from '../audit/checkpoint.js';
import type { AuditLog } from '../audit/store.js';
import type { Config } from '../config.js';
import type { By } from '../household/choices.js';
import type { Rules } from '../model.js';
import { Authority } from '../net/authority.js';
import { LetThrough } from '../runtime/bypass-list.js';
import { readCipherKeys } from '../runtime/device-keys.js';
import { type HouseholdRuntime, openHome } from '../runtime/household.js';
import type { HubKeys } from '../runtime/install-keys.js';
import { RootWatch } from '../runtime/root-watch.js';
import { checkServices, limitsOf, ownIdentifiers } from '../services/from-config.js';
import { RulesStore } from '../services/rules-store.js';
import type { Store } from '../store/store.js';
import { VERSION } from '../version.js';
import { readRulesApart } from '../workers/rules-reader.js';

export interface HubOptions {
  readonly config: Config;
  readonly rules: Rules;
  /** The directories the rules came from, without the data directory's own; absent: the page cannot add any. */
  readonly rulesDirs?: readonly string[];
  readonly dataDir: string;
  /** Where the hub's own certification authority is kept. */
  readonly certsDir: string;
  /** Descriptors of listening sockets that systemd has opened (LISTEN_FDS), for listeners with `transparent`. */
  readonly inherited?: readonly number[];
  /** A netlink socket that systemd has opened (hubsieve-neighbours.socket). */
  readonly netlink?: number | undefined;
  /** The port of the door that the page asks about, if not 8080; for tests. */
  readonly askedPort?: number;
  /** Where the hub says what happens to it (its console or journal); never a value of a message. */
  readonly say: (line: string) => void;
  /** When a device counts as known, so that a field of it can be new; for tests and the demonstration. */
  readonly learning?: Learning;
  /** Whether samples of every kind are judged in the background, so that no message meets code that has not run yet. */
  readonly warm?: boolean;
}

/** What is open, to be closed in the other order. */
export type Close = () => unknown;

export interface OpenStores {
  readonly keys: HubKeys;
  readonly store: Store;
  readonly log: AuditLog;
  readonly logKey: LogKey;
}

export interface Household {
  readonly home: HouseholdRuntime;
  readonly activity: Activity;
  readonly authority: Authority;
  readonly rootWatch: RootWatch;
  readonly rulesStore: RulesStore;
  /** Who instructs the hub, as it is recorded; `byItself`: the hub. */
  readonly by: (client: string) => Pick<By, 'policyVersion' | 'clientVersion'>;
  readonly byItself: () => By;
}

/** Who lives here, what they chose, what their devices did, and the root that stands in for their clouds. */
export async function openHousehold(options: HubOptions, { keys, store, log }: OpenStores, closing: Close[]): Promise<Household> {
  const { config, rules, dataDir, certsDir, say, learning, rulesDirs = [] } = options;
  const key = keys.household;
  const activity = await openActivity({
    store,
    log,
    key,
    random: randomBytes,
    now: Date.now,
    say,
    ...(learning ? { learning } : {}),
  });
  closing.push(() => activity.close());
  const own = ownIdentifiers(config);
  const cipherKeys = readCipherKeys(dataDir);
  const home = await openHome({
    config,
    rules,
    keys,
    cipherKeys,
    store,
    log,
    limits: limitsOf(config),
    own,
    netlink: options.netlink,
  });
  closing.push(() => home.close());
  openLetThrough(options, home, closing);
  const hosts = (): readonly string[] => home.services().hosts;
  const authority = await Authority.open({ dir: certsDir, hosts: hosts(), now: Date.now });
  const rootWatch = new RootWatch(authority, certsDir, say);
  closing.push(() => rootWatch.close());
  home.choices.onChange(() => {
    authority.setHosts(hosts());
    if (authority.uncovered.length > 0)
      say(`the root is too narrow for ${authority.uncovered.join(', ')}: see 'hubsieve ca show'`);
  });
  const rulesStore = new RulesStore({
    rules,
    dirs: rulesDirs,
    dataDir,
    read: (files) => readRulesApart(files),
    check: (changed) => checkServices(config, changed),
    onChange: (changed) => {
      home.setRules(changed);
      authority.setHosts(hosts());
    },
  });
  const by = (client: string): Pick<By, 'policyVersion' | 'clientVersion'> => ({
    policyVersion: rulesStore.current.hash.slice(0, 19),
    clientVersion: `${client}/${VERSION}`,
  });
  return { home, activity, authority, rootWatch, rulesStore, by, byItself: () => ({ ...by('hub'), channel: 'config' }) };
}

function openLetThrough({ dataDir, say }: HubOptions, home: HouseholdRuntime, closing: Close[]): void {
  const letThrough = new LetThrough({
    dataDir,
    devices: () => home.devices.list(),
    chosen: (label) => home.choices.device(label),
    now: Date.now,
    say,
  });
  home.choices.onChange(() => letThrough.update());
  closing.push(() => letThrough.close());
}
