// Refusals that repeat, as a count: the first of a kind stand in the log as they are, those that follow within a minute as one entry. A
// device that is refused a thousand times a second writes what one writes that is refused four times.
import type { AlarmRecord, AuditRecord, MessageRecord, RefusalsRecord } from '../audit/record.js';
import type { AuditLog } from '../audit/store.js';

export interface RepeatsOptions {
  readonly log: Pick<AuditLog, 'append'>;
  readonly now: () => number;
  /** A count that cannot be written is lost; what was counted has been refused. */
  readonly onLost: (fault: unknown) => void;
  readonly windowMs?: number;
}

/** A household that looks for a reason reads minutes; a kill loses the counts of so long. */
const WINDOW_MS = 60_000;
/** Entries of one kind that stand by themselves within it: a message refused for a field shows the field. */
const WHOLE_MAX = 4;
/** Kinds counted at once; past them the one seen first is written. A home has dozens of devices, some of which are refused for a reason or two. */
const KINDS_MAX = 1024;

type Refused = MessageRecord | AlarmRecord;

interface Kind {
  readonly first: Refused;
  readonly seq: Promise<number>;
  written: number;
  count: number;
  sinceMs: number;
}

/** The log for whoever records refusals. What left, or may leave, is never counted: it goes through as it is. */
export class Repeats implements Pick<AuditLog, 'append'> {
  private readonly kinds = new Map<string, Kind>();
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly options: RepeatsOptions) {}

  /** As the log's own; of a refusal that is only counted, the seq of the first of its kind. */
  append(record: AuditRecord): Promise<number> {
    const name = kindOf(record);
    return name === undefined ? this.options.log.append(record) : this.refused(name, record as Refused);
  }

  /** Writes what is counted. */
  async close(): Promise<void> {
    clearTimeout(this.timer);
    await Promise.all([...this.kinds.values()].map((kind) => this.write(kind)));
    this.kinds.clear();
  }

  private refused(name: string, record: Refused): Promise<number> {
    const known = this.kinds.get(name);
    if (known === undefined) return this.begin(name, record);
    if (known.written < WHOLE_MAX) {
      known.written += 1;
      return this.options.log.append(record);
    }
    if (known.count === 0) known.sinceMs = this.options.now();
    known.count += 1;
    return known.seq;
  }

  private begin(name: string, record: Refused): Promise<number> {
    const seq = this.options.log.append(record);
    this.kinds.set(name, { first: record, seq, written: 1, count: 0, sinceMs: 0 });
    seq.catch(() => this.kinds.delete(name)); // not written: the next is the first again
    if (this.kinds.size > KINDS_MAX) this.end(this.kinds.keys().next().value!);
    this.timer ??= setTimeout(() => this.sweep(), this.options.windowMs ?? WINDOW_MS).unref();
    return seq;
  }

  /** What was quiet for a window begins anew; what was not goes on as a count. */
  private sweep(): void {
    for (const [name, kind] of this.kinds) {
      if (kind.count === 0) this.kinds.delete(name);
      else void this.write(kind);
    }
    this.timer = this.kinds.size === 0 ? undefined : setTimeout(() => this.sweep(), this.options.windowMs ?? WINDOW_MS).unref();
  }

  private end(name: string): void {
    const kind = this.kinds.get(name)!;
    this.kinds.delete(name);
    void this.write(kind);
  }

  private async write(kind: Kind): Promise<void> {
    const { first, count, sinceMs } = kind;
    if (count === 0) return;
    kind.count = 0;
    const { service, device, error } = first;
    const named = {
      ...(service === undefined ? {} : { service }),
      ...(device === undefined ? {} : { device }),
      ...(first.kind === 'message' ? { verdict: first.verdict } : { alarm: first.what }),
    };
    const record: RefusalsRecord = { kind: 'refusals', timeMs: this.options.now(), ...named, error: error!, count, sinceMs };
    await this.options.log.append(record).catch(this.options.onLost);
  }
}

/** What is alike in refusals of one kind; undefined: no refusal. */
function kindOf(record: AuditRecord): string | undefined {
  if ((record.kind !== 'message' && record.kind !== 'alarm') || record.error === undefined) return undefined;
  if (record.kind === 'message' && record.bytesOut > 0) return undefined; // of a refused message, a part left
  const { kind, service = '', device = '', error } = record;
  return `${kind} ${kind === 'message' ? record.verdict : record.what} ${error} ${service} ${device}`;
}
