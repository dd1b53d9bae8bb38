// Wiring: the one file that knows every room. Opens the store, the log, the household, the doors; closes them in the other order.
import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { Repeats } from './activity/repeats.js';
import { logKeyFromSeed } from './audit/checkpoint.js';
import { openLog } from './audit/store.js';
import type { ListenerConfig } from './config.js';
import { Records } from './doors/connection-records.js';
import { Destinations } from './doors/destinations.js';
import { openForwarder } from './doors/forwarder.js';
import { openDoors } from './doors/listener.js';
import { watchSelf } from './doors/own-addresses.js';
import { openShares, type Shares } from './doors/shares.js';
import { openOpaque } from './doors/tls-memory.js';
import { asHubError, HubError } from './errors.js';
import { isLoopback, openWebCertificate } from './facade/certificate.js';
import { createFacade } from './facade/facade.js';
import { createHold } from './facade/hold-new-fields.js';
import type { Monitor } from './health/monitor.js';
import { DoorList, type ShownDoor } from './hub/door-list.js';
import { careForLog } from './hub/log-care.js';
import { type AllMessagePorts, createMessagePorts } from './hub/message-ports.js';
import { type Close, type Household, type HubOptions, type OpenStores, openHousehold } from './hub/open-household.js';
import { watchHealth } from './hub/watch-health.js';
import { insideOf, isLoopback as isThisMachine, plainAddress } from './net/address.js';
import { createResolve } from './net/resolve.js';
import { Trust } from './net/tls-upstream.js';
import type { Restore } from './restore/port.js';
import { ASKED_PORT } from './runtime/asked-door.js';
import { openControl } from './runtime/control-socket.js';
import { openKeys } from './runtime/install-keys.js';
import { carryOut, createRegistrar } from './runtime/pairing.js';
import type { RootWatch } from './runtime/root-watch.js';
import { UNKNOWN } from './services/contexts.js';
import { checkServices, limitsOf, readTrusted } from './services/from-config.js';
import { openLevelStore } from './store/level.js';
import { VERSION } from './version.js';
import type { HubFacade } from './web/facade.js';
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
  readonly doors: readonly ShownDoor[];
  /** Where the page is. */
  readonly web: { readonly port: number; readonly scheme: 'http' | 'https' };
  /** What the page asks. */
  readonly facade: HubFacade;
  readonly held: Held;
  /** Takes what was changed beside the running hub: a root that was rotated. */
  reload(): void;
  close(): Promise<void>;
}

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
  web: { readonly port: number; readonly scheme: 'http' | 'https' } = { port: 0, scheme: 'http' };
  facade!: HubFacade;
  private readonly closing: Close[] = [];
  private readonly trust: Trust;
  private rootWatch: RootWatch | undefined;
  private doorList: DoorList | undefined;
  private shares: Shares | undefined;
  private ready = false;

  constructor(private readonly options: HubOptions) {
    checkServices(options.config, options.rules);
    this.trust = new Trust(options.config.upstream.trust.map((file) => readTrusted(file)));
  }

  get doors(): readonly ShownDoor[] {
    return this.doorList?.list() ?? [];
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
    const { dataDir, certsDir } = this.options;
    const onChange = (): void => activity.changed('health');
    const health = watchHealth({ config, dataDir, certsDir, home, log: activity.recorder(), onChange, say });
    this.closing.push(() => health.close());
    await this.openDoors({ ...kept, ...household, repeats, ports, restore, health });
    await this.openPage(this.facade);
    await this.openControl(household, health);
    await log.append({ kind: 'start', timeMs: Date.now(), version: VERSION, ruleset: rules.hash });
    await log.checkpoint(); // from the first entry on the log can be proven
    const retentionDays = (): number => home.choices.retentionDays;
    const endCare = careForLog({ log, storePath: this.storePath, repeats, retentionDays, maxBytes: config.audit.maxBytes, say });
    this.closing.push(() => {
      endCare();
      this.ready = false;
    });
    warming?.start(home.servicesWith(UNKNOWN, {}));
    this.closing.push(() => warming?.stop());
    this.ready = true;
  }

  private get storePath(): string {
    return path.join(this.options.dataDir, 'store');
  }

  private async openStore(): Promise<OpenStores> {
    const { config, dataDir } = this.options;
    const keys = openKeys(dataDir);
    const store = await openLevelStore({ path: this.storePath, flushMs: config.audit.flushMs });
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
    health,
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
    const doors = new DoorList(config, dataDir, this.options.askedPort ?? ASKED_PORT, (listener) =>
      openDoors({ ...shared, listener, listen: listenOn(listener, descriptors) }),
    );
    this.doorList = doors;
    // All at once: while the messages of one door finish, no other one takes new ones.
    this.closing.push(
      () => doors.close(),
      () => doors.stopListening(),
    );
    await doors.openAll();
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
        doors: doors.list(),
        askedDoor: doors.asked,
        pageAtHome: !isLoopback(config.web.host),
      }),
      health: () => health.recent(),
      askDoor: (open) => doors.ask(open),
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
    const isAtHome = insideOf(config.networks);
    const admits = (address: string): boolean => isThisMachine(plainAddress(address)) || isAtHome(plainAddress(address));
    const web = await openWeb({ host, port, names, admits, ready: () => this.ready, facade, say, ...tls });
    this.closing.push(() => web.close());
    this.web = { port: web.port, scheme: certificate === undefined ? 'http' : 'https' };
  }

  /** Where the command line tells a running hub what was decided there. */
  private async openControl({ home, by }: Household, health: Monitor): Promise<void> {
    const { dataDir, say } = this.options;
    try {
      const control = await openControl(dataDir, {
        carryOut: (told) => carryOut(told, home.people(), { ...by('cli'), channel: 'cli' }, Date.now()),
        health: () => health.look(),
      });
      this.closing.push(() => control.close());
    } catch (fault) {
      say(`the command line cannot tell this hub anything: ${asHubError(fault).message}`);
    }
  }

  get held(): Held {
    const { connections, bytes, requests, lasting, judging } = this.shares!;
    return {
      connections: connections.amount,
      bytes: bytes.amount,
      upstream: requests.held + lasting.held,
      judging: judging.held,
      doors: this.doorList!.held,
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
  readonly health: Monitor;
}

/** A transparent listener takes the next descriptor that systemd has opened: only systemd may open such a socket without privileges. */
function listenOn(listener: ListenerConfig, inherited: number[]): { host: string; port: number } | { fd: number } {
  if (!listener.transparent) return { host: listener.host, port: listener.port };
  const fd = inherited.shift();
  if (fd === undefined)
    throw new HubError('config', `listeners: port ${listener.port} is transparent, and systemd has passed no socket for it`);
  return { fd };
}
