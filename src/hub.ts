// Wiring: the one file that knows every room. Opens the store, the log, the household, the doors; closes them in the other order.
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import path from 'node:path';
import { logKeyFromSeed } from './audit/checkpoint.js';
import { prune } from './audit/removal.js';
import { type AuditLog, openLog } from './audit/store.js';
import type { Config, ListenerConfig } from './config.js';
import { asHubError, HubError } from './errors.js';
import type { Learning } from './hub/activity/fields.js';
import { type Activity, openActivity } from './hub/activity.js';
import { Destinations } from './hub/destinations.js';
import { type OpenDoors, openDoors } from './hub/doors.js';
import { isLoopback, openWebCertificate } from './hub/facade/certificate.js';
import { createHold } from './hub/facade/holding.js';
import { createFacade } from './hub/facade.js';
import { type Home, openHome } from './hub/home.js';
import type { JudgeParts } from './hub/http-judge.js';
import { openKeys } from './hub/keys.js';
import { type OpaqueMemory, openOpaque } from './hub/opaque.js';
import { Records } from './hub/records.js';
import { createHttpRestore } from './hub/restore-http.js';
import { RulesStore } from './hub/rules-store.js';
import { checkServices, limitsOf, ownIdentifiers } from './hub/settings.js';
import type { Rules } from './model.js';
import { plainAddress } from './net/address.js';
import { Authority } from './net/authority.js';
import { createForwarder, type Forwarder } from './net/forward.js';
import { createResolve } from './net/resolve.js';
import type { Self } from './net/route.js';
import { connectUpstream, Trust } from './net/tls-upstream.js';
import { openLevelStore } from './store/level.js';
import type { Store } from './store/store.js';
import type { HubFacade } from './web/facade.js';
import { openWeb, type WebServer } from './web/server.js';

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
  /** Where the hub says what happens to it (its console or journal); never a value of a message. */
  readonly say: (line: string) => void;
  /** When a device counts as known, so that a field of it can be new; for tests and the demonstration. */
  readonly learning?: Learning;
}

export interface Hub {
  readonly doors: readonly { readonly host: string; readonly port: number }[];
  /** Where the page is. */
  readonly web: { readonly port: number; readonly scheme: 'http' | 'https' };
  /** What the page asks. */
  readonly facade: HubFacade;
  close(): Promise<void>;
}

/** How often old records are taken out of the log: retention is counted in days. */
const PRUNE_MS = 6 * 60 * 60 * 1000;
/** How old the list of the machine's own addresses may be. A new one is the hub's own within that time: a loop would come no further. */
const SELF_MS = 1000;
const DAY_MS = 24 * 60 * 60 * 1000;

/** Opens everything. Throws `HubError` with what is wrong; then nothing stays open. */
export async function openHub(options: HubOptions): Promise<Hub> {
  const hub = new RunningHub(options);
  try {
    await hub.open();
  } catch (fault) {
    await hub.close();
    throw fault;
  }
  return hub;
}

class RunningHub implements Hub {
  readonly doors: { readonly host: string; readonly port: number }[] = [];
  web: WebServer & { readonly scheme: 'http' | 'https' } = { port: 0, scheme: 'http', close: async () => {} };
  facade!: HubFacade;
  private readonly open_: OpenDoors[] = [];
  private readonly trust: Trust;
  private seen: OpaqueMemory | undefined;
  private store: Store | undefined;
  private log: AuditLog | undefined;
  private home: Home | undefined;
  private activity: Activity | undefined;
  private forwarder: Forwarder | undefined;
  private pruning: NodeJS.Timeout | undefined;
  private ready = false;
  private self_: Self & { readonly readMs: number } = {
    addresses: new Set(),
    ports: new Set(),
    readMs: Number.NEGATIVE_INFINITY,
  };

  constructor(private readonly options: HubOptions) {
    checkServices(options.config, options.rules);
    this.trust = new Trust(options.config.upstream.trust.map((file) => readTrusted(file)));
  }

  async open(): Promise<void> {
    const { config, dataDir, rules, certsDir, say } = this.options;
    const keys = openKeys(dataDir);
    this.store = await openLevelStore({ path: path.join(dataDir, 'store'), flushMs: config.audit.flushMs });
    const key = logKeyFromSeed(`hubsieve/${keys.installId}`, keys.logSeed);
    const log = await openLog(this.store, { key, random: randomBytes });
    this.log = log;
    const limits = limitsOf(config);
    const home = await openHome({ config, rules, keys, store: this.store, log, limits, own: ownIdentifiers(config) });
    this.home = home;
    const authority = await Authority.open({ dir: certsDir, hosts: home.services().hosts, now: Date.now });
    home.choices.onChange(() => {
      authority.setHosts(home.services().hosts);
      if (authority.uncovered.length > 0)
        say(`the root is too narrow for ${authority.uncovered.join(', ')}: see 'hubsieve ca show'`);
    });
    const seen = await openOpaque(this.store, { key: keys.household, random: randomBytes, now: Date.now });
    this.seen = seen;
    const self = (): Self => this.self();
    const forwarder = createForwarder({
      resolve: createResolve(config.upstream.dns),
      self,
      connectTls: (target) =>
        connectUpstream({
          ...target,
          alpn: ['http/1.1'],
          trust: this.trust,
          ownRoots: authority.ownRoots,
          timeoutMs: config.timeouts.answerMs,
          now: Date.now,
        }),
      upstreams: config.limits.upstreams,
      upstreamConnections: config.limits.upstreamConnections,
      idleMs: config.timeouts.upstreamIdleMs,
      answerMs: config.timeouts.answerMs,
    });
    this.forwarder = forwarder;
    const label = (address: string): string | Promise<string> => home.label(address);
    const rulesStore = new RulesStore({
      rules,
      dirs: this.options.rulesDirs ?? [],
      dataDir,
      check: (changed) => checkServices(config, changed),
      onChange: (changed) => {
        home.setRules(changed);
        authority.setHosts(home.services().hosts);
      },
    });
    const activity = await openActivity({
      store: this.store,
      log,
      key: keys.household,
      random: randomBytes,
      now: Date.now,
      ...(this.options.learning === undefined ? {} : { learning: this.options.learning }),
    });
    this.activity = activity;
    const recorder = activity.recorder();
    const records = new Records({
      log: recorder,
      get ruleset() {
        return rulesStore.current.hash;
      },
      label,
      say,
    });
    const hold = createHold({
      activity,
      choices: home.choices,
      by: () => ({ policyVersion: rulesStore.current.hash.slice(0, 19), clientVersion: `hub/${VERSION}`, channel: 'config' }),
    });
    const answers = createHttpRestore({ limits });
    const parts: JudgeParts = {
      services: () => home.services(),
      log: recorder,
      hold,
      now: Date.now,
      label,
      remember: (pseudonyms, device) => home.remember(pseudonyms, device),
      onAnswer: (service, method, device) => {
        const restore = answers(home.originals(service), method);
        return (head) => {
          activity.answered(device, service, head.status);
          return restore(head);
        };
      },
      judged: (event, address) => {
        home.judged(event, address);
        activity.judged(event);
      },
    };
    const destinations = new Destinations({
      hosts: () => home.services().hosts,
      resolve: createResolve(config.upstream.dns),
      now: Date.now,
    });
    const opened = { authority: () => authority, trust: this.trust, seen, destinations };
    const shared = { config, home, parts, records, forwarder, self, ...opened };
    const inherited = [...(this.options.inherited ?? [])];
    for (const listener of config.listeners) {
      const doors = await openDoors({ ...shared, listener, listen: listenOn(listener, inherited) });
      this.open_.push(doors);
      this.doors.push(doors.door);
    }
    const startedMs = Date.now();
    this.facade = createFacade({
      config,
      dataDir,
      home,
      activity,
      rules: rulesStore,
      log,
      logKey: key.vkey,
      about: () => ({ version: VERSION, startedMs, doors: this.doors.map(({ host, port }) => ({ host, port })) }),
      caCertificate: () => authority.rootPem,
      opaque: () => seen.entries(),
      now: Date.now,
    });
    await this.openPage(this.facade);
    await log.append({ kind: 'start', timeMs: Date.now(), version: VERSION, ruleset: rules.hash });
    await log.checkpoint(); // from the first entry on the log can be proven
    this.pruning = setInterval(() => this.prune(), PRUNE_MS).unref();
    this.ready = true;
  }

  /** On this machine alone in the clear; in the home network under the page's own certificate. */
  private async openPage(facade: HubFacade): Promise<void> {
    const { config, dataDir, say } = this.options;
    const { host, port, names } = config.web;
    const certificate = isLoopback(host) ? undefined : await openWebCertificate(dataDir, names, Date.now());
    if (certificate !== undefined) say(`the page's certificate is its own; its SHA-256 is ${certificate.fingerprint}`);
    const tls = certificate === undefined ? {} : { tls: { key: certificate.key, cert: certificate.cert } };
    const web = await openWeb({ host, port, names, ready: () => this.ready, facade, say, ...tls });
    this.web = { port: web.port, scheme: certificate === undefined ? 'http' : 'https', close: () => web.close() };
  }

  private prune(): void {
    const now = Date.now();
    prune(this.log!, now - this.home!.choices.retentionDays * DAY_MS, now).catch((fault: unknown) =>
      this.options.say(`old records could not be removed: ${asHubError(fault).code}`),
    );
  }

  /** Asked for each message; the system's list of addresses costs as much as judging one, so it is read once in `SELF_MS`. */
  private self(): Self {
    const now = performance.now();
    if (this.ready && now - this.self_.readMs < SELF_MS) return this.self_;
    const addresses = new Set<string>();
    for (const list of Object.values(networkInterfaces()))
      for (const { address } of list ?? []) addresses.add(plainAddress(address));
    const ports = new Set([...this.doors.map((d) => d.port), this.web.port]);
    this.self_ = { addresses, ports, readMs: now };
    return this.self_;
  }

  /** Stops taking messages, lets those in hand finish, then closes log and store. Safe to call once, from any state. */
  async close(): Promise<void> {
    this.ready = false;
    clearInterval(this.pruning);
    await Promise.all(this.open_.map(({ door }) => door.close()));
    await Promise.all(this.open_.map((opened) => opened.close()));
    this.forwarder?.close();
    await this.seen?.close();
    await this.web.close();
    await this.home?.close();
    await this.activity?.close();
    if (this.log) await this.log.append({ kind: 'stop', timeMs: Date.now(), reason: 'signal' }).catch(() => undefined);
    await this.log?.close();
    await this.store?.close();
  }
}

/** A transparent listener takes the next descriptor that systemd has opened: only systemd may open such a socket without privileges. */
function listenOn(listener: ListenerConfig, inherited: number[]): { host: string; port: number } | { fd: number } {
  if (!listener.transparent) return { host: listener.host, port: listener.port };
  const fd = inherited.shift();
  if (fd === undefined)
    throw new HubError('config', `listeners: port ${listener.port} is transparent, and systemd has passed no socket for it`);
  return { fd };
}

function readTrusted(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new HubError('config', `upstream.trust: ${file} cannot be read`, { cause });
  }
}

/** Written into the log at each start. */
export const VERSION: string = (
  JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { version: string }
).version;
