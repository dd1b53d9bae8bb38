// Messages and fields counted by time: five minutes at a time for a day, hours for a month. Labels, categories and numbers only.
import { type CategoryId, type Decision, FLOOR, VERDICTS, type Verdict } from '../model.js';
import { type FlowRow, fate, type Span, type TimelineBucket, type Traffic, type TrafficRow } from '../web/facade.js';

/** What is counted of one record. */
export interface Counted {
  readonly timeMs: number;
  readonly device: string;
  readonly service: string;
  readonly verdict: Verdict;
  readonly bytesIn: number;
  readonly bytesOut: number;
  readonly decisions: readonly Decision[];
  readonly error?: string;
  /** How many; absent: one. */
  readonly messages?: number;
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
export const FINE_MS = 5 * MINUTE_MS;
export const COARSE_MS = HOUR_MS;
/** The page's first view is of a day; one hour more, so that its edge is fine too. */
const FINE_KEPT_MS = 25 * HOUR_MS;
/** The API asks for 31 days at most. */
const KEPT_MS = 32 * 24 * HOUR_MS;
/** Pairs of device and service in one slice: a home has some dozens; past it they are counted as one device. */
const ROWS_MAX = 512;
export const OTHER_DEVICE = 'd-00000000';

type Flow = [kept: number, changed: number, withheld: number, rehearsed: number];
type Sum = [messages: number, bytesIn: number, bytesOut: number, lastMs: number];

interface Row {
  readonly device: string;
  readonly service: string;
  readonly sums: Map<Verdict, Sum>;
  readonly flows: Map<CategoryId, Flow>;
}

export interface Slice {
  readonly startMs: number;
  readonly spanMs: number;
  readonly rows: Map<string, Row>;
}

/** As written to the store. */
export type SliceForm = readonly [
  startMs: number,
  spanMs: number,
  rows: readonly (readonly [string, string, readonly (readonly [Verdict, Sum])[], readonly (readonly [CategoryId, Flow])[]])[],
];

export function formOf({ startMs, spanMs, rows }: Slice): SliceForm {
  return [startMs, spanMs, [...rows.values()].map((row) => [row.device, row.service, [...row.sums], [...row.flows]])];
}

export class Slices {
  private readonly slices = new Map<string, Slice>();
  /** Names of slices that were changed or taken away since they were last written. */
  readonly dirty = new Set<string>();

  constructor(private readonly now: () => number) {}

  get(name: string): Slice | undefined {
    return this.slices.get(name);
  }

  put([startMs, spanMs, rows]: SliceForm): void {
    const slice: Slice = { startMs, spanMs, rows: new Map() };
    for (const [device, service, sums, flows] of rows)
      slice.rows.set(`${device} ${service}`, { device, service, sums: new Map(sums), flows: new Map(flows) });
    this.slices.set(nameOf(startMs, spanMs), slice);
  }

  add(one: Counted): void {
    const spanMs = one.timeMs >= this.now() - FINE_KEPT_MS ? FINE_MS : COARSE_MS;
    const row = rowOf(this.slice(one.timeMs, spanMs), one.device, one.service);
    const sum = getOr(row.sums, one.verdict, (): Sum => [0, 0, 0, 0]);
    // A connection that passes unread has a record before its first byte, and one with its bytes at its end.
    const isEndOfTunnel = one.verdict === 'opaque' && one.error === undefined && one.bytesIn > 0;
    if (!isEndOfTunnel) sum[0] += one.messages ?? 1;
    sum[1] += one.bytesIn;
    sum[2] += one.bytesOut;
    sum[3] = Math.max(sum[3], one.timeMs);
    for (const [category, part] of fatesOf(one)) plus(getOr(row.flows, category, newFlow), part);
  }

  /** Merges what is older than a day into hours, and takes away what nobody asks for any more. */
  roll(): void {
    const now = this.now();
    for (const [name, slice] of this.slices) {
      const tooOld = slice.startMs < now - KEPT_MS;
      const tooFine = slice.spanMs === FINE_MS && slice.startMs < now - FINE_KEPT_MS;
      if (!tooOld && !tooFine) continue;
      if (!tooOld) this.merge(slice);
      this.slices.delete(name);
      this.dirty.add(name);
    }
  }

  forget(device: string): void {
    for (const [name, slice] of this.slices) {
      for (const [key, row] of slice.rows) {
        if (row.device !== device) continue;
        slice.rows.delete(key);
        this.dirty.add(name);
      }
    }
  }

  /** When each device was first and last heard of, as far back as is kept. */
  seen(): Map<string, { firstMs: number; lastMs: number }> {
    const found = new Map<string, { firstMs: number; lastMs: number }>();
    for (const { startMs, rows } of this.slices.values()) {
      for (const { device, sums } of rows.values()) {
        const one = getOr(found, device, () => ({ firstMs: startMs, lastMs: 0 }));
        one.firstMs = Math.min(one.firstMs, startMs);
        for (const [, , , lastMs] of sums.values()) one.lastMs = Math.max(one.lastMs, lastMs);
      }
    }
    return found;
  }

  /** What happened in the span; its beginning is rounded down to a slice's. */
  traffic({ fromMs, untilMs }: Span, device?: string): Traffic {
    const bucketMs = bucketOf(untilMs - fromMs);
    const timeline = emptyTimeline(fromMs, untilMs, bucketMs);
    const flows = new Map<string, Mutable<FlowRow>>();
    const traffic = new Map<string, Mutable<TrafficRow>>();
    for (const { startMs, spanMs, rows } of this.slices.values()) {
      if (startMs + spanMs <= fromMs || startMs >= untilMs) continue;
      const at = Math.max(0, Math.floor((startMs - timeline[0]!.startMs) / bucketMs));
      for (const row of rows.values()) {
        if (device !== undefined && row.device !== device) continue;
        addRow(row, timeline[Math.min(at, timeline.length - 1)]!, flows, traffic);
      }
    }
    return { flows: [...flows.values()], traffic: [...traffic.values()], timeline, bucketMs };
  }

  private slice(timeMs: number, spanMs: number): Slice {
    const startMs = Math.floor(timeMs / spanMs) * spanMs;
    const name = nameOf(startMs, spanMs);
    this.dirty.add(name);
    return getOr(this.slices, name, () => ({ startMs, spanMs, rows: new Map() }));
  }

  private merge(slice: Slice): void {
    const into = this.slice(slice.startMs, COARSE_MS);
    for (const { device, service, sums, flows } of slice.rows.values()) {
      const row = rowOf(into, device, service);
      for (const [verdict, part] of sums) {
        const sum = getOr(row.sums, verdict, (): Sum => [0, 0, 0, 0]);
        for (const index of [0, 1, 2] as const) sum[index] += part[index];
        sum[3] = Math.max(sum[3], part[3]);
      }
      for (const [category, part] of flows) plus(getOr(row.flows, category, newFlow), part);
    }
  }
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

export function nameOf(startMs: number, spanMs: number): string {
  return `${spanMs === FINE_MS ? 'f' : 'h'}${startMs.toString(36).padStart(10, '0')}`;
}

const newFlow = (): Flow => [0, 0, 0, 0];

function plus(flow: Flow, part: Flow): void {
  for (const index of [0, 1, 2, 3] as const) flow[index] += part[index];
}

function rowOf(slice: Slice, device: string, service: string): Row {
  const key = `${device} ${service}`;
  const known = slice.rows.get(key);
  if (known !== undefined) return known;
  if (slice.rows.size >= ROWS_MAX && device !== OTHER_DEVICE) return rowOf(slice, OTHER_DEVICE, service);
  const row: Row = { device, service, sums: new Map(), flows: new Map() };
  slice.rows.set(key, row);
  return row;
}

/** Lists of decisions come again as the same objects: each is counted once for each way it can end. */
const counted = new WeakMap<readonly Decision[], Map<string, Map<CategoryId, Flow>>>();

/** The sieve's word for a body that passed unread. */
function isUnread({ category, action, reason }: Decision): boolean {
  return category === 'unclassified' && action === 'keep' && reason.kind === 'override';
}

function fatesOf({ decisions, verdict, error }: Counted): Map<CategoryId, Flow> {
  const stopped = verdict === 'refused' || error !== undefined;
  // A signed message that was not refused left as it came, because the household chose so; of one that could not be read, the rest
  // was minimized as ever.
  const isSigned = verdict === 'sealed' && !decisions.some(isUnread);
  const how = stopped ? 'stopped' : verdict === 'observed' ? verdict : isSigned ? 'sealed' : 'left';
  const ways = getOr(counted, decisions, () => new Map<string, Map<CategoryId, Flow>>());
  return getOr(ways, how, () => {
    const flows = new Map<CategoryId, Flow>();
    for (const decision of decisions) {
      const flow = getOr(flows, decision.category, newFlow);
      const ended = stopped ? 'withheld' : how === 'sealed' ? 'kept' : fate(decision);
      // A rehearsal changes nothing but what never leaves.
      if (how === 'observed' && ended !== 'kept' && !FLOOR.has(decision.category)) flow[3] += 1;
      else flow[ended === 'kept' ? 0 : ended === 'changed' ? 1 : 2] += 1;
    }
    return flows;
  });
}

function addRow(
  row: Row,
  bucket: Mutable<TimelineBucket> & { messages: Record<Verdict, number> },
  flows: Map<string, Mutable<FlowRow>>,
  traffic: Map<string, Mutable<TrafficRow>>,
): void {
  const { device, service } = row;
  for (const [verdict, [messages, bytesIn, bytesOut, lastMs]] of row.sums) {
    const key = `${device} ${service} ${verdict}`;
    const sum = getOr(traffic, key, () => ({ device, service, verdict, messages: 0, bytesIn: 0, bytesOut: 0, lastMs: 0 }));
    sum.messages += messages;
    sum.bytesIn += bytesIn;
    sum.bytesOut += bytesOut;
    sum.lastMs = Math.max(sum.lastMs, lastMs);
    bucket.messages[verdict] += messages;
  }
  for (const [category, [kept, changed, withheld, rehearsed]] of row.flows) {
    const key = `${device} ${service} ${category}`;
    const sum = getOr(flows, key, () => ({ device, service, category, kept: 0, changed: 0, withheld: 0, rehearsed: 0 }));
    sum.kept += kept;
    sum.changed += changed;
    sum.withheld += withheld;
    sum.rehearsed += rehearsed;
    bucket.kept += kept + rehearsed; // it left as it was
    bucket.changed += changed;
    bucket.withheld += withheld;
  }
}

function bucketOf(spanMs: number): number {
  if (spanMs <= 3 * HOUR_MS) return FINE_MS;
  return spanMs <= 48 * HOUR_MS ? HOUR_MS : 6 * HOUR_MS;
}

function emptyTimeline(fromMs: number, untilMs: number, bucketMs: number) {
  const first = Math.floor(fromMs / bucketMs) * bucketMs;
  const count = Math.max(1, Math.ceil((untilMs - first) / bucketMs));
  return Array.from({ length: count }, (_, index) => ({
    startMs: first + index * bucketMs,
    messages: Object.fromEntries(VERDICTS.map((verdict) => [verdict, 0])) as Record<Verdict, number>,
    kept: 0,
    changed: 0,
    withheld: 0,
  }));
}

interface MapLike<K, V> {
  get(key: K): V | undefined;
  set(key: K, value: V): unknown;
}

/** The value of a key, made when it is not there yet. */
export function getOr<K, V>(map: MapLike<K, V>, key: K, make: () => V): V {
  const found = map.get(key);
  if (found !== undefined) return found;
  const made = make();
  map.set(key, made);
  return made;
}
