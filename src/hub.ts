// Wiring: the one file that knows every room. Opens the store, the log, the rules, the doors; closes them in the other order.
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import path from 'node:path';
import { rootCertificates } from 'node:tls';
import { logKeyFromSeed } from './audit/checkpoint.js';
import { prune } from './audit/removal.js';
import { type AuditLog, openLog } from './audit/store.js';
import type { OwnIdentifier } from './classify/household.js';
import type { Config, ListenerConfig, ServiceConfig } from './config.js';
import { asHubError, type ErrorCode, HubError } from './errors.js';
import { httpJudge, type JudgeParts } from './hub/http-judge.js';
import { type HubKeys, openKeys } from './hub/keys.js';
import { mqttJudge, serviceOf } from './hub/mqtt-judge.js';
import { deviceLabel, Services, UNKNOWN } from './hub/services.js';
import type { Limits, Rules } from './model.js';
import { plainAddress } from './net/address.js';
import { type Door, openDoor } from './net/door.js';
import { createForwarder, type Forwarder } from './net/forward.js';
import { createHttpDoor, type HttpDoor } from './net/http-door.js';
import { createMqttDoor, type MqttDoor, type MqttPeer } from './net/mqtt-door.js';
import { createConnector, provenTls } from './net/mqtt-upstream.js';
import { createResolve } from './net/resolve.js';
import type { Self } from './net/route.js';
import { Trust } from './net/tls-upstream.js';
import type { Refusal } from './protocol/http/message.js';
import { openLevelStore } from './store/level.js';
import type { Store } from './store/store.js';
import { openWeb, type WebServer } from './web/server.js';

export interface HubOptions {
  readonly config: Config;
  readonly rules: Rules;
  readonly dataDir: string;
  /** Where the hub says what happens to it (its console or journal); never a value of a message. */
  readonly say: (line: string) => void;
}

export interface Hub {
  readonly doors: readonly { readonly host: string; readonly port: number }[];
  readonly web: { readonly port: number };
  close(): Promise<void>;
}

/** How often old records are taken out of the log: retention is counted in days. */
const PRUNE_MS = 6 * 60 * 60 * 1000;
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
  readonly doors: Door[] = [];
  web: WebServer = { port: 0, close: async () => {} };
  private readonly keys: HubKeys;
  private readonly services: Services;
  private readonly httpDoors: HttpDoor[] = [];
  private readonly mqttDoors: MqttDoor[] = [];
  private store: Store | undefined;
  private log: AuditLog | undefined;
  private forwarder: Forwarder | undefined;
  private pruning: NodeJS.Timeout | undefined;
  private ready = false;

  constructor(private readonly options: HubOptions) {
    const { config, rules, dataDir } = options;
    this.keys = openKeys(dataDir);
    const household = { choices: config.services, overrides: [], own: ownIdentifiers(config), knownToVendor: () => false };
    this.services = new Services(rules, household, this.keys.master, limitsOf(config));
  }

  async open(): Promise<void> {
    const { config, dataDir, rules } = this.options;
    checkServices(config, rules);
    this.store = await openLevelStore({ path: path.join(dataDir, 'store'), flushMs: config.audit.flushMs });
    const key = logKeyFromSeed(`hubsieve/${this.keys.installId}`, this.keys.logSeed);
    this.log = await openLog(this.store, { key, random: randomBytes });
    this.forwarder = createForwarder({
      resolve: createResolve(config.upstream.dns),
      self: () => this.self(),
      ...(config.upstream.trust.length > 0 ? { authorities: trusted(config) } : {}),
      upstreams: config.limits.upstreams,
      upstreamConnections: config.limits.upstreamConnections,
      idleMs: config.timeouts.upstreamIdleMs,
      answerMs: config.timeouts.answerMs,
    });
    for (const listener of config.listeners) this.doors.push(await this.openListener(listener));
    this.web = await openWeb({ host: config.web.host, port: config.web.port, ready: () => this.ready });
    await this.log.append({ kind: 'start', timeMs: Date.now(), version: VERSION, ruleset: rules.hash });
    this.pruning = setInterval(() => this.prune(), PRUNE_MS).unref();
    this.ready = true;
  }

  private async openListener(listener: ListenerConfig): Promise<Door> {
    const { config } = this.options;
    const parts: JudgeParts = {
      services: this.services,
      log: this.log!,
      master: this.keys.master,
      now: Date.now,
      remember: async () => {},
    };
    const judge = httpJudge(parts);
    const http = createHttpDoor({
      service: listener.service,
      upstream: listener.upstream,
      resolve: config.upstream.resolve,
      self: () => this.self(),
      limits: config.limits,
      timeouts: config.timeouts,
      judge,
      forwarder: this.forwarder!,
      onRefused: (refusal) => this.recordRefusal(refusal),
    });
    this.httpDoors.push(http);
    const mqtt = this.openMqtt(listener, parts);
    this.mqttDoors.push(mqtt);
    return openDoor({
      listen: { host: listener.host, port: listener.port },
      handlers: { http: (socket) => http.accept(socket), mqtt: (socket) => mqtt.accept(socket) },
      networks: config.networks,
      connections: config.limits.connections,
      headMs: config.timeouts.headMs,
      onRefused: (device, error) =>
        this.recordRefusal({ device, error, ...(listener.service ? { service: listener.service } : {}) }),
    });
  }

  private openMqtt({ service, upstream }: ListenerConfig, parts: JudgeParts): MqttDoor {
    const { config } = this.options;
    return createMqttDoor({
      service,
      upstream,
      resolve: config.upstream.resolve,
      self: () => this.self(),
      limits: config.limits,
      timeouts: config.timeouts,
      judge: mqttJudge(parts),
      connect: createConnector({
        resolve: createResolve(config.upstream.dns),
        self: () => this.self(),
        timeoutMs: config.timeouts.answerMs,
        connectTls: provenTls(new Trust(config.upstream.trust.map((file) => readFileSync(file, 'utf8'))), () => []),
      }),
      onRefused: (refusal) => this.recordRefusal(refusal),
      onAlarm: (peer, error) => this.recordAlarm(peer, error),
    });
  }

  private recordAlarm(peer: MqttPeer, error: ErrorCode): void {
    const device = deviceLabel(this.keys.master, peer.device);
    const what = error === 'own_identifier' ? 'last_look' : 'other';
    this.log
      ?.append({ kind: 'alarm', timeMs: Date.now(), what, service: serviceOf(peer, this.services), device, error })
      .catch((fault: unknown) => this.options.say(`an alarm could not be recorded: ${asHubError(fault).code}`));
  }

  /** What was refused before it could be read still leaves its record. */
  private recordRefusal({ device, service, error }: Refusal): void {
    this.log
      ?.append({
        kind: 'message',
        timeMs: Date.now(),
        device: deviceLabel(this.keys.master, device),
        service: service ?? UNKNOWN,
        direction: 'up',
        verdict: error.code === 'opaque' ? 'opaque' : 'refused',
        error: error.code,
        bytesIn: 0,
        bytesOut: 0,
        ruleset: this.options.rules.hash,
        decisions: [],
      })
      .catch((fault: unknown) => this.options.say(`a refusal could not be recorded: ${asHubError(fault).code}`));
  }

  private prune(): void {
    const now = Date.now();
    prune(this.log!, now - this.options.config.audit.retentionDays * DAY_MS, now).catch((fault: unknown) =>
      this.options.say(`old records could not be removed: ${asHubError(fault).code}`),
    );
  }

  private self(): Self {
    const addresses = new Set<string>();
    for (const list of Object.values(networkInterfaces()))
      for (const { address } of list ?? []) addresses.add(plainAddress(address));
    return { addresses, ports: new Set([...this.doors.map((d) => d.port), this.web.port]) };
  }

  /** Stops taking messages, lets those in hand finish, then closes log and store. Safe to call once, from any state. */
  async close(): Promise<void> {
    this.ready = false;
    clearInterval(this.pruning);
    await Promise.all(this.doors.map((door) => door.close()));
    await Promise.all([...this.httpDoors, ...this.mqttDoors].map((door) => door.close()));
    this.forwarder?.close();
    await this.web.close();
    if (this.log) await this.log.append({ kind: 'stop', timeMs: Date.now(), reason: 'signal' }).catch(() => undefined);
    await this.log?.close();
    await this.store?.close();
  }
}

/** Written into the log at each start. */
export const VERSION: string = (
  JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { version: string }
).version;

export function limitsOf(config: Config): Limits {
  const { bodyBytes, inflateRatio, depth, nodes, layers } = config.limits;
  return { bodyBytes, inflateRatio, depth, nodes, layers };
}

/** What the household has told of itself. */
export function ownIdentifiers({ household }: Config): OwnIdentifier[] {
  return [
    ...household.ssids.map((value) => ({ category: 'wifi_ssid' as const, value })),
    ...household.macs.map((value) => ({ category: 'device_mac' as const, value })),
    ...household.ips.map((value) => ({ category: 'ip_address' as const, value })),
    ...household.coordinates.map((c) => ({ category: 'location_precise' as const, value: `${c.latitude},${c.longitude}` })),
  ];
}

/** A choice for a service that no rule names would do nothing: said at start, not found out later. */
function checkServices(config: Config, rules: Rules): void {
  const known = (id: string): boolean => id === UNKNOWN || rules.services.has(id);
  for (const [id, { purposes }] of Object.entries<ServiceConfig>(config.services)) {
    if (!known(id)) throw new HubError('config', `services.${id}: no rule names this service`);
    const declared = new Set((rules.services.get(id) ?? rules.baseline).purposes.map((p) => p.id));
    for (const purpose of Object.keys(purposes)) {
      if (!declared.has(purpose))
        throw new HubError('config', `services.${id}.purposes.${purpose}: its declaration has no such purpose`);
    }
  }
  for (const { service } of config.listeners) {
    if (service !== undefined && !known(service)) throw new HubError('config', `listeners: no rule names the service ${service}`);
  }
}

function trusted(config: Config): string[] {
  return [...rootCertificates, ...config.upstream.trust.map((file) => readFileSync(file, 'utf8'))];
}
