// Who lives here, what they chose, what their devices did, and the root that stands in for their clouds: opened in this order.
import { randomBytes } from 'node:crypto';
import { type Activity, openActivity } from '../activity/activity.js';
import type { Learning } from '../activity/new-fields.js';
import type { Config } from '../config.js';
import { readOpaque } from '../doors/tls-memory.js';
import type { By } from '../household/choices.js';
import type { Rules } from '../model.js';
import { Authority } from '../net/authority.js';
import { TrustMemory } from '../protocol/tls/trust-memory.js';
import { readBuildMs } from '../runtime/build-date.js';
import { LetThrough } from '../runtime/bypass-list.js';
import { readCipherKeys } from '../runtime/device-keys.js';
import { type HouseholdRuntime, openHome } from '../runtime/household.js';
import type { HubClock } from '../runtime/hub-clock.js';
import { RootWatch } from '../runtime/root-watch.js';
import type { Stores } from '../runtime/stores.js';
import { checkServices, limitsOf, ownIdentifiers } from '../services/from-config.js';
import { RulesStore } from '../services/rules-store.js';
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
  /** For tests; else the machine's. */
  readonly clock?: HubClock;
  /** When a device counts as known, so that a field of it can be new; for tests and the demonstration. */
  readonly learning?: Learning;
  /** Whether samples of every kind are judged in the background, so that no message meets code that has not run yet. */
  readonly warm?: boolean;
}

/** What is open, to be closed in the other order. */
export type Close = () => unknown;

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
export async function openHousehold(options: HubOptions, stores: Stores, clock: HubClock, closing: Close[]): Promise<Household> {
  const { config, rules, dataDir, certsDir, say, learning, rulesDirs = [] } = options;
  const { keys, store, log } = stores;
  const key = keys.household;
  const activity = await openActivity({
    store,
    log,
    key,
    random: randomBytes,
    now: clock.now,
    say,
    ...(learning ? { learning } : {}),
  });
  closing.push(() => activity.close());
  const own = ownIdentifiers(config);
  const cipherKeys = readCipherKeys(dataDir);
  const home = await openHome({
    ...stores,
    clock,
    config,
    rules,
    cipherKeys,
    limits: limitsOf(config),
    own,
    netlink: options.netlink,
  });
  closing.push(() => home.close());
  openLetThrough(options, home, clock, closing);
  const hosts = (): readonly string[] => home.services().hosts.all;
  const trust = new TrustMemory(await readOpaque(store, { key, random: randomBytes }));
  const authority = await Authority.open({
    dir: certsDir,
    hosts: hosts(),
    now: clock.now,
    earliestMs: readBuildMs(),
    // What a damaged store has lost may have been that some device did.
    isTrusted: (root) => stores.state.damaged.length > 0 || trust.clientsTrusting(root).length > 0,
  });
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

function openLetThrough({ dataDir, say }: HubOptions, home: HouseholdRuntime, clock: HubClock, closing: Close[]): void {
  const letThrough = new LetThrough({
    dataDir,
    devices: () => home.devices.list(),
    // Whom nobody knows to be blocked or not is not let through.
    chosen: (label) => (home.choices.closed === undefined ? home.choices.device(label) : {}),
    now: clock.now,
    say,
  });
  home.choices.onChange(() => letThrough.update());
  closing.push(() => letThrough.close());
}
