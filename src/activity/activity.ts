// What happened, for the page: counts, hosts, error answers, new fields. In memory, sealed in the store under `w…`, never a value.
import { listEntries } from '../audit/cli.js';
import type { MessageRecord, RefusalsRecord } from '../audit/record.js';
import type { AuditLog } from '../audit/store.js';
import { asHubError } from '../errors.js';
import { type Random, Sealer } from '../household/seal.js';
import type { JudgedEvent } from '../message/ports.js';
import { MQTT_REFUSALS, type Override } from '../model.js';
import { hostOf } from '../protocol/http/authority.js';
import type { Refusal } from '../protocol/mqtt/index.js';
import type { Op, Store } from '../store/store.js';
import { type ErrorAnswer, fate, type HubEvent, type Span } from '../web/facade.js';
import { Bus } from './bus.js';
import { type HostRow, Hosts } from './hosts.js';
import { Incidents, type IncidentsForm } from './incidents.js';
import { Fields, type Learning, type Listed, type Met, type PairForm } from './new-fields.js';
import { formOf, type SliceForm, Slices } from './time-series.js';

export interface ActivityOptions {
  readonly store: Store;
  readonly log: AuditLog;
  /** 32 bytes, the household's. */
  readonly key: Uint8Array;
  readonly random: Random;
  readonly now: () => number;
  readonly learning?: Learning;
  readonly flushMs?: number;
  /** The hub's console or journal. */
  readonly say?: (line: string) => void;
}

/** Counts are for the eye, and what is not written is read from the log again: an SD card lives. */
const FLUSH_MS = 60_000;
const ANSWERS_MAX = 2000;
/** Entries read again at start: what a hub writes in hours; more are left out of the counts (the log has them). */
const REPLAY_MAX = 50_000;
const INDEX_BYTES = 16;
const ALL = { gte: Buffer.from('w'), lt: Buffer.from('x') };
/** Kinds of what is kept, by the letter after `w`. */
const KINDS = ['s', 'h', 'p', 'n', 'a', 'i', 'm'] as const;
type Kind = (typeof KINDS)[number];

interface Kept {
  readonly name: string;
  readonly value: unknown;
}

/** Opens what is kept, and counts what the log has beyond it. */
export async function openActivity(options: ActivityOptions): Promise<Activity> {
  const activity = new Activity(options);
  await activity.load();
  return activity;
}

export class Activity {
  readonly slices: Slices;
  readonly fields: Fields;
  readonly hosts = new Hosts();
  readonly incidents = new Incidents();
  private readonly bus = new Bus();
  private readonly sealer: Sealer;
  private answers: ErrorAnswer[] = [];
  private answersDirty = false;
  private appending = 0;
  private covered = 0;
  private flushing: Promise<void> = Promise.resolve();
  private due = false;
  private readonly timer: NodeJS.Timeout;

  constructor(private readonly options: ActivityOptions) {
    this.slices = new Slices(options.now);
    this.fields = new Fields(options.learning);
    this.sealer = new Sealer(options.key, options.random);
    this.timer = setInterval(() => this.whenQuiet(), options.flushMs ?? FLUSH_MS).unref();
  }

  async load(): Promise<void> {
    const kinds = new Set<Kind>();
    for await (const [key, sealed] of this.options.store.iterate(ALL)) {
      const kept = this.sealer.open(key, sealed) as Kept | undefined;
      const kind = String.fromCharCode(key[1]!) as Kind;
      if (kept !== undefined) this.take(kind, kept.value);
      if (kept !== undefined) kinds.add(kind);
    }
    // Lost in a damaged store: what is counted is not counted twice.
    if (kinds.size > 0 && !kinds.has('m')) this.covered = this.options.log.total;
    const missed: (MessageRecord | RefusalsRecord)[] = [];
    const incidents: Parameters<Incidents['add']>[0][] = [];
    for await (const entry of listEntries(this.options.log)) {
      if (entry.seq < this.covered || missed.length >= REPLAY_MAX) break;
      if (entry.kind === 'alarm' || entry.kind === 'send-failed') incidents.push(entry);
      if (entry.kind === 'message' && entry.service) missed.push(entry as unknown as MessageRecord);
      if (entry.kind === 'refusals') missed.push(entry as unknown as RefusalsRecord);
    }
    for (const record of missed.reverse()) {
      if (record.kind === 'message') this.count(record);
      else this.countRefusals(record);
    }
    for (const entry of incidents.reverse()) this.incidents.add(entry);
  }

  /** The log, with each record counted once it is written: what the page counts is what the log has. */
  recorder(): Pick<AuditLog, 'append'> {
    const { log } = this.options;
    return {
      append: async (record) => {
        this.appending += 1;
        try {
          const seq = await log.append(record);
          this.isRecording(true);
          if (record.kind === 'message') this.recorded(seq, record);
          else if (record.kind === 'refusals') this.countRefusals(record);
          else this.incidents.add(record);
          return seq;
        } catch (fault) {
          this.isRecording(false, fault);
          throw fault;
        } finally {
          this.appending -= 1;
          if (this.due && this.appending === 0) this.whenQuiet();
        }
      },
    };
  }

  /** Said when it changes: while no record can be written, every message is refused, and a household would look for the reason elsewhere. */
  private isRecording(works: boolean, fault?: unknown): void {
    if (this.incidents.recordsFail === !works) return;
    this.incidents.recordsFail = !works;
    const why = fault === undefined ? '' : asHubError(fault).where;
    this.options.say?.(works ? 'records can be written again' : `records cannot be written, so every message is refused: ${why}`);
  }

  /** A message of which the host is known, after its record. */
  judged({ device, service, host, timeMs, decisions }: JudgedEvent): void {
    this.hosts.note(hostOf(host), service, device, timeMs, decisions);
  }

  /** New fields of a message before its record; gives the overrides that hold them back. */
  meet(met: Met): readonly Override[] {
    const before = this.fields.dirtyNews.size;
    const overrides = this.fields.meet(met);
    if (this.fields.dirtyNews.size > before) this.changed('fields');
    return overrides;
  }

  /** The head of a cloud's answer. */
  answered(device: string, service: string, status: number): void {
    if (status >= 400) this.noteAnswer({ timeMs: this.options.now(), device, service, status });
  }

  /** An MQTT packet by which a cloud or a device says no; of packets that cannot, nothing. */
  refusedByMqtt(device: string, service: string, { packet, reason, direction }: Refusal): void {
    const known = MQTT_REFUSALS.find((one) => one === packet);
    if (known === undefined) return;
    this.noteAnswer({ timeMs: this.options.now(), device, service, status: reason, mqtt: { packet: known, direction } });
  }

  private noteAnswer(answer: ErrorAnswer): void {
    this.answers.push(answer);
    if (this.answers.length > ANSWERS_MAX) this.answers.splice(0, this.answers.length - ANSWERS_MAX);
    this.answersDirty = true;
  }

  errorAnswers({ fromMs, untilMs }: Span, device?: string): ErrorAnswer[] {
    return this.answers.filter(
      (one) => one.timeMs >= fromMs && one.timeMs < untilMs && (device === undefined || one.device === device),
    );
  }

  events(signal: AbortSignal): AsyncIterable<HubEvent> {
    return this.bus.events(signal);
  }

  changed(what: Extract<HubEvent, { kind: 'changed' }>['what']): void {
    this.bus.tell({ kind: 'changed', what });
  }

  /** Takes out everything about a device, also in the files. */
  async forget(device: string): Promise<void> {
    this.slices.forget(device);
    this.fields.forget(device);
    this.hosts.forget(device);
    this.incidents.forget(device);
    this.answers = this.answers.filter((one) => one.device !== device);
    this.answersDirty = true;
    await this.flush(true);
    await this.options.store.compact(ALL);
  }

  /**
   * Writes what has changed. Throws `record_failed`; then it is tried again with the next. While a record is on its way it waits for
   * that (`now`: it does not; a crash right then costs the page's counts that record).
   */
  flush(now = false): Promise<void> {
    const write = async (): Promise<void> => {
      this.due = this.appending > 0 && !now;
      if (!this.due) await this.write();
    };
    this.flushing = this.flushing.then(write, write);
    return this.flushing;
  }

  async close(): Promise<void> {
    clearInterval(this.timer);
    await this.flush(true);
  }

  private recorded(seq: number, record: MessageRecord): void {
    this.count(record);
    if (!this.bus.isHeard) return;
    const { timeMs, service, verdict, device = '' } = record;
    const stopped = verdict === 'refused';
    const withheld = record.decisions.filter((one) => stopped || fate(one) === 'withheld').length;
    this.bus.tell({ kind: 'message', seq, timeMs, device, service, verdict, withheld });
  }

  private count(record: MessageRecord): void {
    const { device } = record;
    const counted = device === undefined ? { ...record, device: '' } : { ...record, device };
    this.slices.add(counted);
    this.fields.count(counted);
  }

  private countRefusals(record: RefusalsRecord): void {
    const { timeMs, device, service, verdict, alarm: what, error, count } = record;
    if (what !== undefined) this.incidents.add({ ...record, kind: 'alarm', what });
    else if (service && verdict) {
      const nothing = { bytesIn: 0, bytesOut: 0, decisions: [] };
      this.slices.add({ timeMs, device: device ?? '', service, verdict, ...nothing, error, messages: count });
    }
  }

  private whenQuiet(): void {
    void this.flush().catch(() => undefined); // tried again with the next
  }

  /** The log's size says what was counted only while no record is on its way. */
  private async write(): Promise<void> {
    this.slices.roll();
    const { slices, fields, hosts } = this;
    const covered = this.options.log.total;
    const ops: Op[] = [];
    const add = (kind: Kind, name: string, value: unknown): void => {
      const key = Buffer.concat([Buffer.from(`w${kind}`), this.sealer.index('activity', name, INDEX_BYTES)]);
      if (value === undefined) ops.push({ type: 'del', key });
      else ops.push({ type: 'put', key, value: this.sealer.seal(key, { name, value } satisfies Kept) });
    };
    const taken = [slices.dirty, hosts.dirty, fields.dirtyPairs, fields.dirtyNews].map((dirty) => {
      const names = [...dirty];
      dirty.clear();
      return { dirty, names };
    });
    const [ofSlices, ofHosts, ofPairs, ofNews] = taken.map(({ names }) => names) as [string[], string[], string[], string[]];
    for (const name of ofSlices) {
      const slice = slices.get(name);
      add('s', name, slice && formOf(slice));
    }
    for (const name of ofHosts) add('h', name, hosts.get(name));
    for (const name of ofPairs) add('p', name, fields.pairForm(name));
    for (const name of ofNews) add('n', name, fields.get(name));
    if (this.answersDirty) add('a', 'answers', this.answers);
    const isNews = this.incidents.dirty;
    this.incidents.dirty = false;
    if (isNews) add('i', 'incidents', this.incidents.form());
    if (ops.length === 0 && covered === this.covered) return;
    add('m', 'covered', covered);
    try {
      await this.options.store.batch(ops);
      this.covered = covered;
      this.answersDirty = false;
    } catch (fault) {
      this.incidents.dirty ||= isNews;
      for (const { dirty, names } of taken) for (const name of names) dirty.add(name);
      throw fault;
    }
  }

  private take(kind: Kind, value: unknown): void {
    switch (kind) {
      case 's':
        this.slices.put(value as SliceForm);
        return;
      case 'h':
        this.hosts.put(value as HostRow);
        return;
      case 'p':
        this.fields.put(value as PairForm);
        return;
      case 'n':
        this.fields.putNew(value as Listed);
        return;
      case 'a':
        this.answers = value as ErrorAnswer[];
        return;
      case 'i':
        this.incidents.put(value as IncidentsForm);
        return;
      case 'm':
        this.covered = value as number;
        return;
      default:
        kind satisfies never;
    }
  }
}
