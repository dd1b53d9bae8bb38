// A hub in memory for the tests of the page and for working on it: the whole facade over simulated traffic.
import { EventEmitter, on } from 'node:events';
import type { ListedEntry } from '#src/audit/cli.js';
import { HubError } from '#src/errors.js';
import { type Decision, type Rules, type ServiceChoices, VERDICTS, type Verdict } from '#src/model.js';
import { loadRules } from '#src/policy/declaration.js';
import { readRulesDir } from '#src/rules-files.js';
import {
  type About,
  type AccessChange,
  type Actor,
  type DeviceChange,
  type DeviceInfo,
  type ErrorAnswer,
  type FieldDecision,
  fate,
  type HostDecision,
  type HostInfo,
  type Household,
  type HubEvent,
  type HubFacade,
  type HubFault,
  type KeptOverride,
  type NewField,
  type RecordFilter,
  type RecoverFrom,
  type Span,
  type StoreState,
  type Traffic,
  type TryMessage,
} from '#src/web/facade.js';
import { DEVICES, FIELDS, HOSTS } from './fake-household.js';
import { exportOf, FAKE_KEY } from './fake-log.js';
import { trySieve } from './fake-sieve.js';
import { decide, TEMPLATES, type Template } from './fake-traffic.js';

const HOUR_MS = 3_600_000;
/** How long ago the last message was. */
const JUST_NOW_MS = 20_000;
const DEFAULTS: ServiceChoices = { mode: 'enforce', purposes: {}, opaque: 'refuse', sealed: 'refuse' };
type Message = Extract<ListedEntry, { kind: 'message' }>;
const NOT_FOUND = () => new HubError('not_found');

export interface FakeOptions {
  /** Messages in the log at the beginning. */
  readonly messages?: number;
  readonly now?: () => number;
  readonly empty?: boolean;
}

export async function openFakeHub(options: FakeOptions = {}): Promise<FakeHub> {
  return new FakeHub(loadRules(await readRulesDir(['rules'])), options);
}

export class FakeHub implements HubFacade {
  entries: ListedEntry[] = [];
  account: string | undefined;
  readonly actors: Actor[] = [];
  /** Everything it was told, for tests. */
  readonly calls: string[] = [];
  /** Set to change one entry of the export after its tree was built. */
  tampered = false;
  /** Set to make the next call of any reading method fail. */
  failing = false;
  private readonly now: () => number;
  private readonly bus = new EventEmitter();
  private readonly chosen = new Map<string, ServiceChoices>();
  private readonly deviceMap: Map<string, DeviceInfo>;
  private hostList: HostInfo[];
  private fieldList: NewField[];
  private overrideList: KeptOverride[] = [];
  private answers: ErrorAnswer[] = [];
  private told: Household = { ssids: [], macs: [], ips: [], emails: [], phones: [], coordinates: [] };
  private days = 30;
  private extra = new Map<string, string>();
  private shapes = new Map<string, { decisions: readonly Decision[] }>();
  private readonly startedMs: number;

  constructor(
    private readonly ruleSet: Rules,
    { messages = 2500, now = Date.now, empty = false }: FakeOptions,
  ) {
    this.now = now;
    this.startedMs = now() - 26 * HOUR_MS;
    this.bus.setMaxListeners(100);
    this.deviceMap = new Map(empty ? [] : DEVICES(now()).map((device) => [device.id, device]));
    this.hostList = empty ? [] : HOSTS(now());
    this.fieldList = empty ? [] : FIELDS(now());
    if (!empty) this.fill(messages);
  }

  // --- traffic
  private fill(messages: number): void {
    const all = TEMPLATES.reduce((sum, { rate }) => sum + rate, 0);
    const spanMs = (messages / all) * HOUR_MS;
    const due = TEMPLATES.map(({ rate }, index) => ({
      every: HOUR_MS / rate,
      at: this.now() - spanMs + (index + 1) * 60_000,
      index,
    }));
    this.entries.push({
      seq: 0,
      timeMs: this.now() - spanMs,
      kind: 'start',
      version: '0.1.0',
      ruleset: this.ruleSet.hash,
    } as ListedEntry);
    for (let count = 0; count < messages; count++) {
      const next = due.reduce((a, b) => (b.at < a.at ? b : a));

      this.append(TEMPLATES[next.index]!, next.at);
      next.at += next.every * (0.8 + 0.4 * ((count * 7919) % 100) * 0.01);
    }
    const late = this.now() - JUST_NOW_MS - this.entries.at(-1)!.timeMs;
    this.entries = this.entries.map((entry) => ({ ...entry, timeMs: entry.timeMs + late }));
    const last = this.entries.at(-1)!.timeMs;
    const answer = { timeMs: last - 120_000, device: 'd-02be44d1', service: 'cosori' };
    const mqtt = { packet: 'puback', direction: 'down' } as const;
    this.answers = [
      { ...answer, status: 401 },
      { ...answer, status: 0x87, mqtt },
    ];
  }

  append(template: Template, timeMs: number): Message {
    const { device, service, bytes, error } = template;
    const choices = this.chosen.get(service) ?? DEFAULTS;
    const key = `${TEMPLATES.indexOf(template)} ${JSON.stringify(choices)}`;
    const shape = this.shapes.get(key) ?? {
      decisions: template.fields.map((field) => decide(this.ruleSet, service, choices, field)),
    };
    this.shapes.set(key, shape);
    const own = choices.mode === 'block' ? 'refused' : choices.mode === 'observe' ? 'observed' : 'forwarded';
    const verdict: Verdict = template.verdict ?? own;
    const withheld = shape.decisions.filter((one) => fate(one) === 'withheld').length;
    const bytesOut = verdict === 'forwarded' ? Math.max(bytes - 28 * withheld, 0) : verdict === 'observed' ? bytes : 0;
    const entry = {
      seq: this.entries.length,
      timeMs: Math.round(timeMs),
      kind: 'message',
      device,
      service,
      direction: 'up',
      verdict,
      ...(error ? { error } : {}),
      bytesIn: bytes,
      bytesOut,
      ruleset: this.ruleSet.hash,
      decisions: shape.decisions,
    } as unknown as Message;
    this.entries.push(entry);
    const known = this.deviceMap.get(device);
    if (known) this.deviceMap.set(device, { ...known, lastMs: entry.timeMs });
    this.emit({ kind: 'message', seq: entry.seq, timeMs: entry.timeMs, device, service, verdict, withheld });
    return entry;
  }

  private emit(event: HubEvent): void {
    this.bus.emit('event', event);
  }

  private changed(what: Extract<HubEvent, { kind: 'changed' }>['what'], actor: Actor, call: string): void {
    this.actors.push(actor);
    this.calls.push(call);
    this.emit({ kind: 'changed', what });
  }

  rules = (): Rules => this.ruleSet;
  /** Set by a test: the doors of the config. */
  doors: About['doors'] = [{ host: '0.0.0.0', port: 8080, kind: 'proxy' }];

  pageAtHome = true;
  askedDoor: About['askedDoor'] = 'open';

  about = async () => ({
    version: '0.1.0',
    startedMs: this.startedMs,
    doors: this.doors,
    askedDoor: this.askedDoor,
    pageAtHome: this.pageAtHome,
    addresses: ['192.168.1.10'],
    logKey: FAKE_KEY.vkey,
  });

  async traffic(span: Span, device?: string): Promise<Traffic> {
    if (this.failing) throw new HubError('internal');
    const flows = new Map<string, Mutable<Traffic['flows'][number]>>();
    const traffic = new Map<string, Mutable<Traffic['traffic'][number]>>();
    const bucketMs = span.untilMs - span.fromMs > 48 * HOUR_MS ? 6 * HOUR_MS : HOUR_MS;
    const count = Math.ceil((span.untilMs - span.fromMs) / bucketMs);
    const empty = () => Object.fromEntries(VERDICTS.map((one) => [one, 0])) as Record<Verdict, number>;
    const timeline = Array.from({ length: count }, (_, index) => ({
      startMs: span.fromMs + index * bucketMs,
      messages: empty(),
      kept: 0,
      changed: 0,
      withheld: 0,
    }));
    for (const entry of this.entries) {
      if (entry.kind !== 'message' || entry.timeMs < span.fromMs || entry.timeMs >= span.untilMs) continue;
      if (device !== undefined && entry.device !== device) continue;
      const { verdict, bytesIn, bytesOut, timeMs } = entry;
      const of = { device: entry.device ?? '?', service: entry.service ?? '?' };
      const row = get(traffic, `${of.device} ${of.service} ${verdict}`, () => ({
        ...of,
        verdict,
        messages: 0,
        bytesIn: 0,
        bytesOut: 0,
        lastMs: 0,
      }));
      row.messages++;
      row.bytesIn += bytesIn;
      row.bytesOut += bytesOut;
      row.lastMs = Math.max(row.lastMs, timeMs);
      const bucket = timeline[Math.floor((timeMs - span.fromMs) / bucketMs)]!;
      bucket.messages[verdict]++;
      for (const decision of entry.decisions) {
        const flow = get(flows, `${of.device} ${of.service} ${decision.category}`, () => ({
          ...of,
          category: decision.category,
          kept: 0,
          changed: 0,
          withheld: 0,
          rehearsed: 0,
        }));
        const stopped = verdict === 'refused' || verdict === 'sealed' || verdict === 'opaque';
        const how = stopped ? 'withheld' : fate(decision);
        if (verdict === 'observed') flow[how === 'kept' ? 'kept' : 'rehearsed']++;
        else {
          flow[how]++;
          bucket[how]++;
        }
      }
    }
    return { flows: [...flows.values()], traffic: [...traffic.values()], timeline, bucketMs };
  }

  async records(filter: RecordFilter, limit: number): Promise<readonly ListedEntry[]> {
    if (this.failing) throw new HubError('internal');
    const found: ListedEntry[] = [];
    const { beforeSeq = Number.POSITIVE_INFINITY, sinceMs = 0, untilMs = Number.POSITIVE_INFINITY, category, text } = filter;
    for (let index = Math.min(this.entries.length, beforeSeq) - 1; index >= 0 && found.length < limit; index--) {
      const entry = this.entries[index]!;
      if (entry.timeMs < sinceMs || entry.timeMs >= untilMs) continue;
      const named = entry as Partial<Message>;
      if (filter.kind !== undefined && entry.kind !== filter.kind) continue;
      if (filter.verdict !== undefined && named.verdict !== filter.verdict) continue;
      if (filter.device !== undefined && named.device !== filter.device) continue;
      if (filter.service !== undefined && named.service !== filter.service) continue;
      if (category !== undefined && !named.decisions?.some((one) => one.category === category)) continue;
      if (text !== undefined && !named.decisions?.some(({ path }) => path.toLowerCase().includes(text.toLowerCase()))) continue;
      found.push(entry);
    }
    return found;
  }

  async record(seq: number): Promise<ListedEntry> {
    const entry = this.entries[seq];
    if (!entry) throw NOT_FOUND();
    return entry;
  }

  /** What was found of the store; set to show a hub whose choices were lost. */
  store: StoreState = { expected: 0, damaged: [] };
  storeState = async (): Promise<StoreState> => this.store;
  async recover(from: RecoverFrom, actor: Actor): Promise<void> {
    if (this.store.closed === undefined) throw new HubError('config', 'nothing is to be recovered');
    if (from.from === 'copy' && this.store.copyVersion === undefined) throw NOT_FOUND();
    this.actors.push(actor);
    this.calls.push(`recover ${from.from}`);
    const { closed: _, ...open } = this.store;
    this.store = open;
  }
  logSize = async (): Promise<number> => this.entries.length;
  verifyLog = async () => ({
    ok: true,
    size: this.entries.length,
    root: 'a3'.repeat(32),
    live: this.entries.length,
    removed: 0,
    pruned: 0,
    checkpoints: 26,
    unchecked: 0,
    signed: true,
    unsigned: 0,
    unfinished: [],
    faults: [],
  });

  async *exportLog(): AsyncGenerator<string> {
    const lines = this.entries.map(({ seq, timeMs, kind }) => `x1 ${timeMs} ${JSON.stringify({ seq, kind })}`);
    yield* exportOf(lines, this.tampered);
  }

  errorAnswers = async (span: Span, device?: string) =>
    this.answers.filter(
      (one) => one.timeMs >= span.fromMs && one.timeMs < span.untilMs && (device === undefined || one.device === device),
    );

  /** Set by a test: as if the disk were full. */
  recordsFail = false;

  incidents = async (fromMs: number) => {
    const recent = this.entries.filter(({ timeMs }) => timeMs >= fromMs);
    return {
      alarms: recent.flatMap((entry) => (entry.kind === 'alarm' ? [{ timeMs: entry.timeMs, what: entry.what }] : [])),
      failedSends: recent.filter(({ kind }) => kind === 'send-failed').length,
      recordsFail: this.recordsFail,
    };
  };

  async *events(signal: AbortSignal): AsyncGenerator<HubEvent> {
    try {
      for await (const [event] of on(this.bus, 'event', { signal })) yield event as HubEvent;
    } catch (fault) {
      if (!signal.aborted) throw fault;
    }
  }

  // --- services
  choices = async (service: string) => this.chosen.get(service) ?? DEFAULTS;
  async setChoices(service: string, change: Partial<ServiceChoices>, actor: Actor): Promise<void> {
    const before = this.chosen.get(service) ?? DEFAULTS;
    const each = this.ruleSet.services.get(service)?.purposes.filter(({ eachTime }) => eachTime) ?? [];
    const ends = each.filter(({ id }) => change.purposes?.[id] === true).map(({ id }) => [id, this.now() + 15 * 60_000]);
    this.chosen.set(service, { ...before, ...change, until: { ...before.until, ...Object.fromEntries(ends) } });
    this.record_({ what: change.mode ? 'mode' : 'purpose', service, value: change.mode ?? 'on' });
    this.changed('services', actor, `setChoices ${service} ${JSON.stringify(change)}`);
  }

  private record_(rest: object): void {
    const policyVersion = this.ruleSet.hash.slice(0, 19);
    const base = {
      seq: this.entries.length,
      timeMs: this.now(),
      kind: 'switch',
      policyVersion,
      clientVersion: 'page/0.1.0',
      channel: 'web',
    };
    this.entries.push({ ...base, ...rest } as unknown as ListedEntry);
  }

  async seenHosts(service: string) {
    const hosts = new Map<string, number>();
    for (const { service: of, host, rate } of TEMPLATES)
      if (of === service) hosts.set(host, (hosts.get(host) ?? 0) + Math.ceil(rate * 24));
    return [...hosts].map(([host, messages]) => {
      const country = this.countries.get(host);
      return { host, messages, ...(country === undefined ? {} : { country }) };
    });
  }

  readonly countries = new Map<string, string>();
  async tellCountry(host: string, country: string | undefined, actor: Actor): Promise<void> {
    if (country === undefined) this.countries.delete(host);
    else this.countries.set(host, country);
    this.changed('services', actor, `tellCountry ${host} ${country ?? '-'}`);
  }

  hosts = async () => this.hostList;
  async decideHost(host: string, decision: HostDecision, actor: Actor): Promise<void> {
    if (!this.hostList.some((one) => one.host === host)) throw NOT_FOUND();
    this.hostList = this.hostList.map((one) => (one.host === host ? { ...one, decision } : one));
    this.changed('hosts', actor, `decideHost ${host} ${decision.kind}`);
  }

  // --- devices
  devices = async () => [...this.deviceMap.values()];
  async changeDevice(id: string, change: DeviceChange, actor: Actor): Promise<void> {
    const device = this.deviceMap.get(id);
    if (!device) throw NOT_FOUND();
    const { kind, ...rest } = change;
    const next = { ...device, ...rest } as Mutable<DeviceInfo> & { name?: string | null };
    if (kind === null) delete next.kindChosen;
    else if (kind !== undefined) next.kindChosen = kind;
    if (next.name === null) delete next.name;
    if (next.pauseUntilMs === 0) delete next.pauseUntilMs;
    if (next.pairingUntilMs === 0) delete next.pairingUntilMs;
    this.deviceMap.set(id, next as DeviceInfo);
    this.changed('devices', actor, `changeDevice ${id} ${JSON.stringify(change)}`);
  }
  async forgetDevice(id: string, actor: Actor): Promise<void> {
    if (!this.deviceMap.delete(id)) throw NOT_FOUND();
    this.changed('devices', actor, `forgetDevice ${id}`);
  }

  // --- fields
  newFields = async () => this.fieldList;
  isHeldBack: HubFacade['isHeldBack'] = ({ device, service, timeMs }, { path, reason, action }) =>
    reason.kind === 'override' &&
    action === 'drop' &&
    this.fieldList.some(
      (one) => one.held && one.device === device && one.service === service && one.path === path && one.firstMs <= timeMs,
    );
  async decideField(id: string, decision: FieldDecision, actor: Actor): Promise<void> {
    this.fieldList = this.fieldList.filter((field) => field.id !== id);
    this.changed('fields', actor, `decideField ${id} ${JSON.stringify(decision)}`);
  }
  overrides = async () => this.overrideList.filter(({ untilMs }) => untilMs === undefined || untilMs > this.now());
  async addOverride(override: Omit<KeptOverride, 'id' | 'madeMs'>, actor: Actor): Promise<KeptOverride> {
    const made = { ...override, id: `o${this.overrideList.length + 1}`, madeMs: this.now() };
    this.overrideList.push(made);
    this.changed('overrides', actor, `addOverride ${JSON.stringify(override)}`);
    return made;
  }
  async keepOverride(id: string, untilMs: number | null, actor: Actor): Promise<void> {
    const at = this.overrideList.findIndex((one) => one.id === id);
    if (at < 0) throw NOT_FOUND();
    const { untilMs: _, ...rest } = this.overrideList[at]!;
    this.overrideList[at] = untilMs === null ? rest : { ...rest, untilMs };
    this.changed('overrides', actor, `keepOverride ${id}`);
  }
  async removeOverride(id: string, actor: Actor): Promise<void> {
    this.overrideList = this.overrideList.filter((one) => one.id !== id);
    this.changed('overrides', actor, `removeOverride ${id}`);
  }

  async tryMessage(message: TryMessage) {
    const choices = await this.choices(message.service);
    return trySieve(this.ruleSet, { ...choices, purposes: { ...choices.purposes, ...message.purposes } }, message);
  }

  // --- settings
  found: Household = {
    ssids: ['Dacha-5G'],
    macs: ['f4:cf:a2:77:88:99'],
    ips: ['203.0.113.77'],
    emails: [],
    phones: [],
    coordinates: [],
  };

  household = async () => ({
    told: this.told,
    found: this.found,
  });
  async setHousehold(told: Household, actor: Actor): Promise<void> {
    this.told = told;
    this.changed('settings', actor, 'setHousehold');
  }
  retentionDays = async () => this.days;
  faults: readonly HubFault[] = [];
  health = async (): Promise<readonly HubFault[]> => this.faults;

  async askDoor(open: boolean, actor: Actor): Promise<void> {
    this.askedDoor = open ? 'open' : 'closed';
    this.doors = open ? [{ host: '0.0.0.0', port: 8080, kind: 'proxy' }] : [];
    this.changed('settings', actor, `askDoor ${open}`);
  }

  async setRetentionDays(days: number, actor: Actor): Promise<void> {
    this.days = days;
    this.changed('settings', actor, `setRetentionDays ${days}`);
  }
  backup = async () => `${JSON.stringify({ format: 'hubsieve-choices-1', services: Object.fromEntries(this.chosen) })}\n`;
  async restore(text: string, actor: Actor): Promise<void> {
    if (!text.includes('hubsieve-choices-1')) throw new HubError('config');
    this.changed('settings', actor, 'restore');
  }
  extraRules = async () => [...this.extra].map(([name, text]) => ({ name, bytes: text.length }));
  async addRules(name: string, text: string, actor: Actor) {
    if (!text.startsWith('id:')) return [{ file: name, line: 1, column: 1, message: 'the id is missing' }];
    this.extra.set(name, text);
    this.changed('settings', actor, `addRules ${name}`);
    return [];
  }
  async removeRules(name: string, actor: Actor) {
    if (!this.extra.delete(name)) throw NOT_FOUND();
    this.changed('settings', actor, `removeRules ${name}`);
    return [];
  }
  caCertificate = async () => '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n';
  loadAccount = async () => this.account;
  async saveAccount(text: string): Promise<void> {
    this.account = text;
  }
  /** Set to what `hubsieve password reset` would have left. */
  reset: string | undefined;
  pendingReset = async () => this.reset;
  async endReset(): Promise<void> {
    this.reset = undefined;
  }
  async recordAccess(what: AccessChange): Promise<void> {
    this.record_({ what: 'setting', value: what });
  }
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

function get<V>(map: Map<string, V>, key: string, make: () => V): V {
  const found = map.get(key);
  if (found !== undefined) return found;
  const made = make();
  map.set(key, made);
  return made;
}
