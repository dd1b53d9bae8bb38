// Wiring: the one file that knows every room. Opens the store, the log, the household, the doors; closes them in the other order.
import { randomBytes } from 'node:crypto';
import { Repeats } from './activity/repeats.js';
import type { AuditLog } from './audit/store.js';
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
import { type CommandParts, openCommandLine } from './hub/command-line.js';
import { DoorList, type ShownDoor } from './hub/door-list.js';
import { type AllMessagePorts, createMessagePorts } from './hub/message-ports.js';
import { type Close, type Household, type HubOptions, openHousehold } from './hub/open-household.js';
import { startUpkeep } from './hub/upkeep.js';
import { watchHealth } from './hub/watch-health.js';
import { insideOf, isLoopback as isThisMachine, plainAddress } from './net/address.js';
import { createResolve } from './net/resolve.js';
import { Trust } from './net/tls-upstream.js';
import type { Restore } from './restore/port.js';
import { ASKED_PORT } from './runtime/asked-door.js';
import { readBuildMs } from './runtime/build-date.js';
import { HubClock } from './runtime/hub-clock.js';
import { createRegistrar } from './runtime/pairing.js';
import type { RootWatch } from './runtime/root-watch.js';
import { isOfDamage, openStores, type Stores, storeFolder } from './runtime/stores.js';
import { checkServices, limitsOf, readTrusted } from './services/from-config.js';
import { UNKNOWN } from './services/hosts.js';
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

/** A clock behind the log's last entry by more was set back while the hub was off. */
const CLOCK_LEEWAY_MS = 60_000;

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

/** What the hub notices of itself, as alarms of the log. */
type Trouble = 'log_fault' | 'clock';

class RunningHub implements Hub {
  web: { readonly port: number; readonly scheme: 'http' | 'https' } = { port: 0, scheme: 'http' };
  facade!: HubFacade;
  private readonly closing: Close[] = [];
  private readonly trust: Trust;
  private rootWatch: RootWatch | undefined;
  private doorList: DoorList | undefined;
  private shares: Shares | undefined;
  private ready = false;
  private recorder: Pick<AuditLog, 'append'> | undefined;
  private readonly troubles = new Set<Trouble>();
  private readonly clock: HubClock;

  constructor(private readonly options: HubOptions) {
    checkServices(options.config, options.rules);
    this.clock = options.clock ?? new HubClock();
    this.clock.onJump(({ fromMs, toMs }) => {
      options.say(`the clock was moved from ${new Date(fromMs).toISOString()} to ${new Date(toMs).toISOString()}`);
      this.noteTrouble('clock');
    });
    this.trust = new Trust(options.config.upstream.trust.map((file) => readTrusted(file)));
  }

  get doors(): readonly ShownDoor[] {
    return this.doorList?.list() ?? [];
  }

  async open(): Promise<void> {
    const { config, rules, say } = this.options;
    this.clock.watch();
    this.closing.push(() => this.clock.close());
    const { kept, household } = await this.openKept();
    const { log, lastEntryMs = 0 } = kept;
    if (this.clock.now() < lastEntryMs - CLOCK_LEEWAY_MS) this.noteTrouble('clock');
    const { home, activity, byItself } = household;
    this.rootWatch = household.rootWatch;
    const workers = new Workers({ count: config.limits.workers, messageMs: config.limits.messageMs });
    this.closing.push(() => workers.close());
    warmUp(home.servicesWith(UNKNOWN, {}));
    const warming = this.options.warm === true ? new Warming() : undefined;
    const restore = threadedRestore(workers);
    const hold = createHold({ activity, choices: home.choices, by: byItself });
    const registers = createRegistrar(home.choices, byItself, this.clock.now);
    const repeats = new Repeats({
      log: activity.recorder(),
      now: this.clock.now,
      onLost: (fault) => say(`counted refusals could not be recorded: ${asHubError(fault).code}`),
    });
    this.closing.push(() => repeats.close());
    const now = this.clock.now;
    const judging = { home, activity, log: repeats, workers, warming, hold, registers, restore, limits: limitsOf(config), now };
    const ports = createMessagePorts(judging);
    const { dataDir, certsDir } = this.options;
    const onChange = (): void => activity.changed('health');
    const recorder = activity.recorder();
    const health = watchHealth({
      ...kept,
      config,
      dataDir,
      certsDir,
      home,
      closed: () => home.choices.closed,
      log: recorder,
      onChange,
      say,
      now: this.clock.now,
    });
    this.closing.push(() => health.close());
    await this.openDoors({ ...kept, ...household, repeats, ports, restore, health });
    await this.openPage(this.facade);
    await this.openControl({ ...household, ...kept, health: () => health.look(), now: this.clock.now });
    await log.append({ kind: 'start', timeMs: this.clock.now(), version: VERSION, ruleset: rules.hash });
    this.recorder = recorder;
    for (const what of this.troubles) this.noteTrouble(what);
    await log.checkpoint(); // from the first entry on the log can be proven
    const retentionDays = (): number => home.choices.retentionDays;
    const upkeep = startUpkeep({
      ...kept,
      storePath: storeFolder(this.options.dataDir),
      clock: this.clock,
      retentionDays,
      repeats,
      maxBytes: config.audit.maxBytes,
      say,
    });
    this.closing.push(() => {
      this.ready = false;
      return upkeep.stop();
    });
    warming?.start(home.servicesWith(UNKNOWN, {}));
    this.closing.push(() => warming?.stop());
    this.ready = true;
  }

  /** An alarm in the log; before it is open, noted for then. */
  private noteTrouble(what: Trouble): void {
    if (this.recorder === undefined) {
      this.troubles.add(what);
      return;
    }
    this.recorder
      .append({ kind: 'alarm', timeMs: this.clock.now(), what })
      .catch((fault: unknown) => this.options.say(`an alarm could not be recorded: ${asHubError(fault).code}`));
  }

  /** Once more with every file looked at, where something of the store cannot be read: a block of a table is only found so. */
  private async openKept(): Promise<{ kept: Stores; household: Household }> {
    for (const suspect of [false, true]) {
      try {
        const kept = await this.openStore(suspect);
        return { kept, household: await openHousehold(this.options, kept, this.clock, this.closing) };
      } catch (fault) {
        if (suspect || !isOfDamage(fault)) throw fault;
        for (const close of this.closing.splice(0).reverse()) await Promise.resolve(close()).catch(() => undefined); // it cannot be written to
      }
    }
    throw new HubError('internal', 'the store was opened neither way');
  }

  private async openStore(suspect: boolean): Promise<Stores> {
    const { config, dataDir, say } = this.options;
    const stores = await openStores({
      dataDir,
      flushMs: config.audit.flushMs,
      say,
      now: this.clock.now,
      suspect,
      onTrouble: () => this.noteTrouble('log_fault'),
    });
    const { store, log } = stores;
    this.closing.push(() => store.close());
    this.closing.push(() => log.close());
    this.closing.push(() => log.append({ kind: 'stop', timeMs: this.clock.now(), reason: 'signal' }).catch(() => undefined));
    return stores;
  }

  /** The doors, and what the page sees of all this: they share what is known of connections that cannot be opened. */
  private async openDoors({
    keys,
    store,
    log,
    state,
    copy,
    leastChoices,
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
    const seen = await openOpaque(store, { key: keys.household, random: randomBytes, now: this.clock.now });
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
      hosts: () => home.services().hosts.all,
      serviceOf: (host) => home.services().hosts.serviceOf(host),
      resolve: createResolve(config.upstream.dns),
      now: this.clock.now,
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
    const startedMs = this.clock.now();
    this.facade = createFacade({
      config,
      dataDir,
      home,
      judging: ports.judging,
      activity,
      rules: rulesStore,
      log,
      stores: { state, copy, leastChoices },
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
      now: this.clock.now,
    });
  }

  /** On this machine alone in the clear; in the home network under the page's own certificate. */
  private async openPage(facade: HubFacade): Promise<void> {
    const { config, dataDir, say } = this.options;
    const { host, port, names } = config.web;
    const certificate = isLoopback(host)
      ? undefined
      : await openWebCertificate(dataDir, names, { nowMs: this.clock.now(), earliestMs: readBuildMs() });
    if (certificate !== undefined) say(`the page's certificate is its own; its SHA-256 is ${certificate.fingerprint}`);
    const tls = certificate === undefined ? {} : { tls: { key: certificate.key, cert: certificate.cert } };
    const isAtHome = insideOf(config.networks);
    const admits = (address: string): boolean => isThisMachine(plainAddress(address)) || isAtHome(plainAddress(address));
    const clocks = { now: this.clock.now, steady: () => performance.now() };
    const web = await openWeb({ host, port, names, admits, ready: () => this.ready, facade, say, ...clocks, ...tls });
    this.closing.push(() => web.close());
    this.web = { port: web.port, scheme: certificate === undefined ? 'http' : 'https' };
  }

  /** Where the command line tells a running hub what was decided there. */
  private async openControl(parts: CommandParts): Promise<void> {
    const { dataDir, say } = this.options;
    try {
      const control = await openCommandLine(dataDir, parts);
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

interface HubState extends Stores, Household {
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
