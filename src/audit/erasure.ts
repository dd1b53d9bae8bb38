// What goes when a device is erased: in each period its entries, its definitions, and the definitions that nothing else there uses.
import { type Entry, parseEntry, type Ref } from './entry.js';
import type { LogReader } from './reader.js';

/** What goes of one device in one period. */
export interface Erasure {
  /** The first definition of the device in the period. */
  readonly device: Ref;
  /** Entries that are about the device. */
  readonly gone: readonly number[];
  /** Definitions that go with them, the device's own among them. */
  readonly definitions: readonly number[];
  /** The names of the shapes among these. */
  readonly shapes: readonly string[];
}

class Period {
  readonly gone = new Set<number>();
  /** Definitions that are not the device's: with the name of a shape. */
  readonly definitions = new Map<number, string | undefined>();
  readonly own: number[] = [];
  readonly used = new Set<Ref>();

  constructor(readonly label: string) {}

  take(seq: number, entry: Entry): void {
    if (entry.kind === 'definition') this.define(seq, entry);
    else if (this.isAbout(entry)) this.gone.add(seq);
    else for (const ref of refsOf(entry)) this.used.add(ref);
  }

  private define(seq: number, { what, text }: Entry & { kind: 'definition' }): void {
    if (what === 'device' && text === this.label) this.own.push(seq);
    else this.definitions.set(seq, what === 'shape' ? text : undefined);
  }

  private isAbout(entry: Entry): boolean {
    // That a message was not sent after all says of it what it was.
    if (entry.kind === 'send-failed') return this.gone.has(entry.of);
    return 'device' in entry && entry.device !== undefined && entry.kind !== 'removal' && this.own.includes(entry.device);
  }

  erasure(): Erasure | undefined {
    const [device] = this.own;
    if (device === undefined) return undefined;
    const unused = [...this.definitions].filter(([seq]) => !this.used.has(seq));
    const shapes = unused.flatMap(([, name]) => (name === undefined ? [] : [name]));
    return { device, gone: [...this.gone], definitions: [...unused.map(([seq]) => seq), ...this.own], shapes };
  }
}

function refsOf(entry: Entry): Ref[] {
  switch (entry.kind) {
    case 'message':
      return [entry.service, entry.ruleset, entry.shape, ...(entry.device === undefined ? [] : [entry.device])];
    case 'switch':
    case 'alarm':
      return [entry.service, entry.device].filter((ref) => ref !== undefined);
    case 'removal': // names a definition of another period, which is gone
    case 'send-failed':
    case 'definition':
    case 'period':
    case 'heartbeat':
    case 'start':
    case 'stop':
    case 'continued':
      return [];
    default:
      return entry satisfies never;
  }
}

/** What of the device called `label` stands before `end`, by period. Throws `log_broken`. */
export async function planErasures(log: LogReader, label: string, end: number): Promise<Erasure[]> {
  const plan: Erasure[] = [];
  let period = new Period(label);
  const finish = (): void => {
    const erasure = period.erasure();
    if (erasure !== undefined) plan.push(erasure);
    period = new Period(label);
  };
  for await (const { seq, line } of log.leaves(0, end)) {
    if (line === undefined) continue;
    const entry = parseEntry(line);
    if (entry.kind === 'period') finish();
    else period.take(seq, entry);
  }
  finish();
  return plan;
}
