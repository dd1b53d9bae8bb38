// Alarms and failed sends of the last day, kept as they are recorded, so that no view has to look through the log for them.
import type { CategoryId } from '../model.js';
import type { Incidents as Told } from '../web/facade.js';

const DAY_MS = 86_400_000;
/** More than that within a day is said as that many. */
const KEPT_MAX = 1000;

type Alarm = Told['alarms'][number];

export interface IncidentsForm {
  readonly alarms: readonly Alarm[];
  readonly failedMs: readonly number[];
}

/** What of a record an incident is made of. */
interface Entry {
  readonly kind: string;
  readonly timeMs: number;
  readonly what?: string;
  readonly service?: string | null;
  readonly device?: string | null;
  readonly category?: CategoryId;
  readonly error?: string;
  /** Of alarms of one kind that stand in the log as a count. */
  readonly count?: number;
}

export class Incidents {
  private alarms: Alarm[] = [];
  private failedMs: number[] = [];
  /** When it was last told that a service was sent a kind of data that it promises not to take. */
  private readonly toldMs = new Map<string, number>();
  /** Whether the last record could not be written; not kept, as nothing could be. */
  recordsFail = false;
  dirty = false;

  /** Counts a record if it is one of an alarm or of a failed send. */
  add({ kind, timeMs, what = 'other', service, device, category, error, count }: Entry): void {
    if (kind !== 'alarm' && kind !== 'send-failed') return;
    // It stands in the log; with some clouds it is so every day.
    if (kind === 'alarm' && error === 'destination_differs') return;
    if (kind === 'send-failed') this.failedMs.push(timeMs);
    else {
      const named = {
        ...(service ? { service } : {}),
        ...(device ? { device } : {}),
        ...(category ? { category } : {}),
        ...(count ? { count } : {}),
      };
      this.alarms.push({ timeMs, what, ...named });
    }
    this.alarms = this.alarms.filter((one) => one.timeMs > timeMs - DAY_MS).slice(-KEPT_MAX);
    this.failedMs = this.failedMs.filter((one) => one > timeMs - DAY_MS).slice(-KEPT_MAX);
    this.dirty = true;
  }

  /** Whether a promise of the service about the category is to be told as broken: once a day. Saying yes counts as telling. */
  isBrokenPromiseDue(service: string, category: CategoryId, timeMs: number): boolean {
    const name = `${service} ${category}`;
    const last = this.toldMs.get(name) ?? this.lastTold(service, category);
    if (last !== undefined && Math.abs(timeMs - last) < DAY_MS) return false;
    this.toldMs.set(name, timeMs);
    return true;
  }

  /** By the alarms of before a restart. */
  private lastTold(service: string, category: CategoryId): number | undefined {
    return this.alarms.findLast((one) => one.what === 'excluded' && one.service === service && one.category === category)?.timeMs;
  }

  since(fromMs: number): Told {
    return {
      alarms: this.alarms.filter(({ timeMs }) => timeMs >= fromMs),
      failedSends: this.failedMs.filter((timeMs) => timeMs >= fromMs).length,
      recordsFail: this.recordsFail,
    };
  }

  forget(device: string): void {
    this.alarms = this.alarms.filter((one) => one.device !== device);
    this.dirty = true;
  }

  form(): IncidentsForm {
    return { alarms: this.alarms, failedMs: this.failedMs };
  }

  put({ alarms, failedMs }: IncidentsForm): void {
    this.alarms = [...alarms];
    this.failedMs = [...failedMs];
  }
}
