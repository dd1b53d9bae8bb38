// Wiring: the one file that knows every room. Opens the store, the log, the household, the doors; closes them in the other order.
import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { Repeats } from './activity/repeats.js';
import { boundLog } from './audit/bound.js';
import { logKeyFromSeed } from './audit/checkpoint.js';
import { prune } from './audit/removal.js';
import { type AuditLog, openLog } from './audit/store.js';
import type { ListenerConfig } from './config.js';
import { Records } from './doors/connection-records.js';
import { Destinations } from './doors/destinations.js';
import { openForwarder } from './doors/forwarder.js';
import { type OpenDoors, openDoors } from './doors/listener.js';
import { watchSelf } from './doors/own-addresses.js';
import { openShares, type Shares } from './doors/shares.js';
import { openOpaque } from './doors/tls-memory.js';
import { asHubError, HubError } from './errors.js';
import { isLoopback, openWebCertificate } from './facade/certificate.js';
import { createFacade } from './facade/facade.js';
import { createHold } from './facade/hold-new-fields.js';
import { type AllMessagePorts, createMessagePorts } from './hub/message-ports.js';
import { type Close, type Household, type HubOptions, type OpenStores, openHousehold, VERSION } from './hub/open-household.js';
import { createResolve } from './net/resolve.js';
import { Trust } from './net/tls-upstream.js';
import type { Restore } from './restore/port.js';
import { openControl } from './runtime/control-socket.js';
import { openKeys } from './runtime/install-keys.js';
import { carryOut, createRegistrar } from './runtime/pairing.js';
import type { RootWatch } from './runtime/root-watch.js';
import { UNKNOWN } from './services/contexts.js';
import { checkServices, limitsOf, readTrusted } from './services/from-config.js';
import { openLevelStore } from './store/level.js';
import type { DoorKind, HubFacade } from './web/facade.js';
import { openWeb } from './web/server.js';
import { Workers } from './workers/pool.js';
import { threadedRestore } from './workers/threaded-restore.js';
import { Warming, warmUp } from './workers/warm-up.js';

/** What is in hand now. All of it is back at 0 once the devices' connections are closed. */
export interface Held {
  readonly connections: number;
  /** Bytes of messages. */
  readonly bytes: number;
  /** Requests and lasting connections at the clouds. */
  readonly upstream: number;
  readonly judging: number;
  /** Connections and messages of the doors of every protocol. */
  readonly doors: number;
}

export interface Hub {
  readonly doors: readonly { readonly host: string; readonly port: number }[];
  /** Where the page is. */
  readonly web: { readonly port: number; readonly scheme: 'http' | 'https' };
  /** What the page asks. */
  readonly facade: HubFacade;
  readonly held: Held;
  /** Takes what was changed beside the running hub: a root that was rotated. */
  reload(): void;
  close(): Promise<void>;
}

/** How often old records are taken out of the log: retention is counted in days. */
const PRUNE_MS = 6 * 60 * 60 * 1000;
/** How often the log's bytes are looked at: a flood writes some dozen megabytes in that time. */
const BOUND_MS = 60 * 1000;
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
  web: { readonly port: number; readonly scheme: 'http' | 'https' } = { port: 0, scheme: 'http' };
  facade!: HubFacade;
  private readonly closing: Close[] = [];
  private readonly trust: Trust;
  private rootWatch: RootWatch | undefined;
  private ready = false;
  private shares: Shares | undefined;
  private readonly opened: OpenDoors[] = [];

  constructor(private readonly options: HubOptions) {
    checkServices(options.config, options.rules);
    this.trust = new Trust(options.config.upstream.trust.map((file) => readTrusted(file)));
  }

  async open(): Promise<void> {
    const { config, rules, say } = this.options;
    const kept = await this.openStore();
    const { log } = kept;
    const household = await openHousehold(this.options, kept, this.closing);
    const { home, activity, byItself } = household;
    this.rootWatch = household.rootWatch;
    const workers = new Workers({ count: config.limits.workers, messageMs: config.limits.messageMs });
    this.closing.push(() => workers.close());
    warmUp(home.servicesWith(UNKNOWN, {}));
    const warming = this.options.warm === true ? new Warming() : undefined;
    const restore = threadedRestore(workers);
    const hold = createHold({ activity, choices: home.choices, by: byItself });
    const registers = createRegistrar(home.choices, byItself, Date.now);
    const repeats = new Repeats({
      log: activity.recorder(),
      now: Date.now,
      onLost: (fault) => say(`counted refusals could not be recorded: ${asHubError(fault).code}`),
    });
    this.closing.push(() => repeats.close());
    const judging = { home, activity, log: repeats, workers, warming, hold, registers, restore, limits: limitsOf(config) };
    const ports = createMessagePorts(judging);
    await this.openDoors({ ...kept, ...household, repeats, ports, restore });
    await this.openPage(this.facade);
    await this.openControl(household);
    await log.append({ kind: 'start', timeMs: Date.now(), version: VERSION, ruleset: rules.hash });
    await log.checkpoint(); // from the first entry on the log can be proven
    const pruning = setInterval(() => {
      const now = Date.now();
      prune(log, now - home.choices.retentionDays * DAY_MS, now).catch((fault: unknown) =>
        say(`old records could not be removed: ${asHubError(fault).code}`),
      );
    }, PRUNE_MS).unref();
    const bounding = setInterval(() => void this.boundLog(log, repeats), BOUND_MS).unref();
    this.closing.push(() => {
      clearInterval(pruning);
      clearInterval(bounding);
      this.ready = false;
    });
    warming?.start(home.servicesWith(UNKNOWN, {}));
    this.closing.push(() => warming?.stop());
    this.ready = true;
  }

  /** The log says itself what was taken out of it; the household is told on the page as well. */
  private async boundLog(log: AuditLog, repeats: Repeats): Promise<void> {
    const { config, say } = this.options;
    try {
      for (const { device, count } of await boundLog(log, config.audit.maxBytes, Date.now())) {
        say(`the log had outgrown audit.max_bytes: ${count} entries of ${device ?? 'unknown devices'} were taken out`);
        await repeats.append({
          kind: 'alarm',
          timeMs: Date.now(),
          what: 'crowding',
          ...(device === undefined ? {} : { device }),
        });
      }
    } catch (fault) {
      say(`the log could not be brought within its bound: ${asHubError(fault).code}`);
    }
  }

  private async openStore(): Promise<OpenStores> {
    const { config, dataDir } = this.options;
    const keys = openKeys(dataDir);
    const store = await openLevelStore({ path: path.join(dataDir, 'store'), flushMs: config.audit.flushMs });
    this.closing.push(() => store.close());
    const logKey = logKeyFromSeed(`hubsieve/${keys.installId}`, keys.logSeed);
    const log = await openLog(store, { key: logKey, random: randomBytes });
    this.closing.push(() => log.close());
    this.closing.push(() => log.append({ kind: 'stop', timeMs: Date.now(), reason: 'signal' }).catch(() => undefined));
    return { keys, store, log, logKey };
  }

  /** The doors, and what the page sees of all this: they share what is known of connections that cannot be opened. */
  private async openDoors({
    keys,
    store,
    log,
    logKey,
    home,
    activity,
    authority,
    rulesStore,
    repeats,
    ports,
    restore,
  }: HubState): Promise<void> {
    const { config, dataDir, say, inherited = [] } = this.options;
    const seen = await openOpaque(store, { key: keys.household, random: randomBytes, now: Date.now });
    this.closing.push(() => seen.close());
    const self = watchSelf(() => [...this.doors.map((door) => door.port), this.web.port]);
    const forwarder = openForwarder({ config, self, trust: this.trust, ownRoots: () => authority.ownRoots });
    this.closing.push(() => forwarder.close());
    const records = new Records({
      log: repeats,
      get ruleset() {
        return rulesStore.current.hash;
      },
      label: (address) => home.label(address),
      say,
    });
    const destinations = new Destinations({
      hosts: () => home.services().hosts,
      serviceOf: (host) => home.services().ofHost(host),
      resolve: createResolve(config.upstream.dns),
      now: Date.now,
    });
    const shares = openShares({
      limits: config.limits,
      label: (address) => home.label(address),
      onCrowded: (owner) => records.crowded(owner),
    });
    this.shares = shares;
    const opened = { authority: () => authority, trust: this.trust, seen, destinations, shares };
    const shared = { config, home, ports, restore, records, forwarder, self, ...opened };
    const descriptors = [...inherited];
    // All at once: while the messages of one door finish, no other one takes new ones.
    this.closing.push(
      () => Promise.all(this.opened.map((doors) => doors.close())),
      () => Promise.all(this.opened.map(({ door }) => door.close())),
    );
    for (const listener of config.listeners) {
      const doors = await openDoors({ ...shared, listener, listen: listenOn(listener, descriptors) });
      this.opened.push(doors);
      this.doors.push(doors.door);
    }
    const startedMs = Date.now();
    this.facade = createFacade({
      config,
      dataDir,
      home,
      judging: ports.judging,
      activity,
      rules: rulesStore,
      log,
      logKey: logKey.vkey,
      about: () => ({
        version: VERSION,
        startedMs,
        doors: this.doors.map(({ host, port }, index) => ({ host, port, kind: kindOf(config.listeners[index]!) })),
        pageAtHome: !isLoopback(config.web.host),
      }),
      caCertificate: () => authority.rootPem,
      opaque: () => seen.entries(),
      now: Date.now,
    });
  }

  /** On this machine alone in the clear; in the home network under the page's own certificate. */
  private async openPage(facade: HubFacade): Promise<void> {
    const { config, dataDir, say } = this.options;
    const { host, port, names } = config.web;
    const certificate = isLoopback(host) ? undefined : await openWebCertificate(dataDir, names, Date.now());
    if (certificate !== undefined) say(`the page's certificate is its own; its SHA-256 is ${certificate.fingerprint}`);
    const tls = certificate === undefined ? {} : { tls: { key: certificate.key, cert: certificate.cert } };
    const web = await openWeb({ host, port, names, ready: () => this.ready, facade, say, ...tls });
    this.closing.push(() => web.close());
    this.web = { port: web.port, scheme: certificate === undefined ? 'http' : 'https' };
  }

  /** Where the command line tells a running hub what was decided there. */
  private async openControl({ home, by }: Household): Promise<void> {
    const { dataDir, say } = this.options;
    try {
      const control = await openControl(dataDir, (told) =>
        carryOut(told, home.people(), { ...by('cli'), channel: 'cli' }, Date.now()),
      );
      this.closing.push(() => control.close());
    } catch (fault) {
      say(`the command line cannot tell this hub anything: ${asHubError(fault).message}`);
    }
  }

  get held(): Held {
    const sum = (amounts: readonly number[]): number => amounts.reduce((all, one) => all + one, 0);
    const { connections, bytes, requests, lasting, judging } = this.shares!;
    return {
      connections: connections.amount,
      bytes: bytes.amount,
      upstream: requests.held + lasting.held,
      judging: judging.held,
      doors: sum(this.opened.map((doors) => doors.held())),
    };
  }

  reload(): void {
    this.rootWatch?.reload();
  }

  /** Stops taking messages, lets those in hand finish, then closes log and store. Safe to call once, from any state. */
  async close(): Promise<void> {
    for (const close of this.closing.reverse()) await close();
  }
}

interface HubState extends OpenStores, Household {
  readonly repeats: Repeats;
  readonly ports: AllMessagePorts;
  readonly restore: Restore;
}

/** A door for one service goes by the Host all the same; a device cannot be told of it as a proxy for everything. */
function kindOf({ transparent, service, upstream }: ListenerConfig): DoorKind {
  if (transparent) return 'gateway';
  return service === undefined && upstream === undefined ? 'proxy' : 'fixed';
}

/** A transparent listener takes the next descriptor that systemd has opened: only systemd may open such a socket without privileges. */
function listenOn(listener: ListenerConfig, inherited: number[]): { host: string; port: number } | { fd: number } {
  if (!listener.transparent) return { host: listener.host, port: listener.port };
  const fd = inherited.shift();
  if (fd === undefined)
    throw new HubError('config', `listeners: port ${listener.port} is transparent, and systemd has passed no socket for it`);
  return { fd };
}
