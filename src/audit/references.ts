// Follows what entries refer to while a log is verified: definitions, messages, and removals (FORMAT.md, sections 1 and 4).
import type { Entry, RemovalEntry } from './entry.js';
import type { Fault } from './fault.js';
import type { Defined } from './forms.js';
import { endOf, type Leaf } from './keys.js';

/** What names one removal as its own. */
interface Removed {
  count: number;
  first: number;
  last: number;
}

/** What is known of the log when all of it was read. */
export interface Whole {
  readonly size: number;
  /** Entries before this one are gone as whole groups. */
  readonly pruned: number;
  /** Entries before this one are under a checkpoint. */
  readonly signed: number;
  /** By which removal an entry is gone; undefined: it is not. */
  readonly removalOf: (seq: number) => Promise<number | undefined>;
}

export class References {
  /** Definitions of the current period; a removed entry may have been one. */
  #defined = new Map<number, Defined | 'removed'>();
  #removedBy = new Map<number, Removed>();
  #removals = new Map<number, RemovalEntry>();
  #periods: number[] = [];
  /** Definitions of devices, of all periods. */
  #devices = new Set<number>();
  /** Removals that a run names. */
  #runs = new Set<number>();
  #firstLive: number | undefined;
  /** Removals that are announced, and of which something is still there: they are under way, or were broken off. */
  readonly unfinished: number[] = [];

  constructor(readonly report: (fault: Fault) => void) {}

  /** One removed leaf, or a run of them. */
  removed(leaf: Leaf): void {
    const { seq, height } = leaf;
    const removal = leaf.removal as number;
    // Of a run nothing is referred to: it has no definition that anything left needs.
    if (height === 0) this.#defined.set(seq, 'removed');
    else this.#runs.add(removal);
    const found = this.#removedBy.get(removal);
    const last = endOf(leaf) - 1;
    if (found === undefined) this.#removedBy.set(removal, { count: 2 ** height, first: seq, last });
    else {
      found.count += 2 ** height;
      found.last = last;
    }
  }

  entry(seq: number, entry: Entry): void {
    this.#firstLive ??= seq;
    switch (entry.kind) {
      case 'period':
        this.#defined.clear();
        this.#periods.push(seq);
        return;
      case 'definition':
        this.#defined.set(seq, entry.what);
        if (entry.what === 'device') this.#devices.add(seq);
        return;
      case 'message':
        this.#follow(seq, 'ruleset', entry.ruleset);
        this.#follow(seq, 'shape', entry.shape);
        this.#follow(seq, 'service', entry.service);
        this.#follow(seq, 'device', entry.device);
        return;
      case 'switch':
      case 'refusals':
        this.#follow(seq, 'service', entry.service);
        this.#follow(seq, 'device', entry.device);
        return;
      case 'alarm':
        this.#follow(seq, 'service', entry.service);
        this.#follow(seq, 'device', entry.device);
        this.#earlier(seq, entry.of);
        return;
      case 'send-failed':
        this.#earlier(seq, entry.of);
        return;
      case 'removal':
        // In format 1 of this period; in format 2 of the one that it removes from (`#place`, `#ofDevice`).
        if (entry.what === 'bound' && entry.period === undefined) this.#follow(seq, 'device', entry.device);
        this.#removals.set(seq, entry);
        return;
      case 'start':
      case 'stop':
      case 'continued':
      case 'heartbeat':
        return;
      default:
        entry satisfies never;
    }
  }

  #follow(seq: number, what: Defined, ref: number | undefined): void {
    if (ref === undefined) return;
    const defined = this.#defined.get(ref);
    if (defined === what || defined === 'removed') return;
    const found = defined === undefined ? 'nothing' : `a ${defined}`;
    const message = `entry ${seq} refers to entry ${ref} for its ${what}, which defines ${found} in its period`;
    this.report({ what: 'reference', seq, expected: what, found, message });
  }

  #earlier(seq: number, of: number | undefined): void {
    if (of !== undefined && of >= seq) this.report({ what: 'reference', seq, message: `entry ${seq} refers to a later one` });
  }

  /** Holds what was removed against what was announced. */
  async finish(whole: Whole): Promise<void> {
    const { pruned, signed } = whole;
    let before = 0;
    for (const [seq, one] of this.#removals) if (seq < signed) before = Math.max(before, one.before ?? 0);
    if (pruned > before)
      this.#wrong(pruned, `entries up to ${pruned - 1} are gone, but no removal beyond ${before} is recorded and signed`);
    for (const [seq, { last }] of this.#removedBy)
      if (!this.#removals.has(seq) || seq <= last)
        this.#wrong(last, `entry ${last} names entry ${seq} for its removal, which is none`);
    for (const [seq, removal] of this.#removals) {
      const found = this.#removedBy.get(seq);
      if (found !== undefined && seq >= signed) this.#wrong(seq, `no checkpoint stands over the removal ${seq}`);
      if (removal.what === 'device' && this.#runs.has(seq))
        this.#wrong(seq, `a run of entries names the removal ${seq}, which leaves each one's hash`);
      if (removal.what === 'retention') this.#retention(seq, removal, found, before);
      else if (removal.what === 'device')
        await this.#ofDevice(seq, removal, found ?? { count: 0, first: seq, last: -1 }, before, whole);
      else if (removal.period !== undefined) await this.#place(seq, removal, removal.period, found, before, whole);
    }
    this.#bounds(before);
  }

  /** Of `bound`, in format 2: what names it is of its period, and its device is defined there. */
  async #place(
    seq: number,
    { device }: RemovalEntry,
    period: number,
    found: Removed | undefined,
    before: number,
    { size, removalOf }: Whole,
  ): Promise<void> {
    const end = this.#periods.find((one) => one > period) ?? size;
    if (period >= seq || (found !== undefined && (found.first < period || found.last >= end)))
      this.#wrong(seq, `the removal ${seq} speaks of one period, and entries of another name it`);
    if (period < before) return; // gone since
    if (!this.#periods.includes(period)) this.#wrong(seq, `the removal ${seq} speaks of entry ${period}, which is no period`);
    if (device === undefined) return;
    const isDevice = this.#devices.has(device) || (await removalOf(device)) !== undefined;
    if (!isDevice || device < period || device >= end)
      this.#wrong(seq, `the removal ${seq} speaks of entry ${device}, which is no device of its period`);
  }

  /**
   * Of `bound`, counted: a run joins what several removals took out of one period, and names the last of them, so that those of a period are
   * held against what names them together. In format 1 all of a log are, and may speak of more than is gone.
   */
  #bounds(before: number): void {
    const sums = new Map<number | undefined, { found: number; announced: number; last: number }>();
    for (const [seq, { what, count = 0, period }] of this.#removals) {
      if (what !== 'bound') continue;
      const sum = sums.get(period) ?? { found: 0, announced: 0, last: seq };
      sums.set(period, sum);
      sum.found += this.#removedBy.get(seq)?.count ?? 0;
      sum.announced += count;
      sum.last = seq;
      if (sum.found > sum.announced)
        this.#wrong(seq, `${sum.found} entries name removals for the log's bound, which speak of ${sum.announced}`);
    }
    for (const [period, { found, announced, last }] of sums)
      if (period !== undefined && period >= before && found < announced) this.unfinished.push(last);
  }

  /** Everything before a period, and nothing else. What an earlier one removed may bear the name of a later one. */
  #retention(seq: number, { before = 0 }: RemovalEntry, found: Removed | undefined, last: number): void {
    if (found !== undefined && found.last >= before)
      this.#wrong(found.last, `more entries name the removal ${seq} than it speaks of`);
    if (before !== last) return;
    if (before > 0 && !this.#periods.includes(before))
      this.#wrong(seq, `the removal ${seq} speaks of entry ${before}, which is no period`);
    if (this.#firstLive !== undefined && this.#firstLive < before) this.unfinished.push(seq);
  }

  /** In format 2 one device, in one period, and exactly as many entries as it says; in format 1 at most as many. */
  async #ofDevice(seq: number, removal: RemovalEntry, found: Removed, before: number, whole: Whole): Promise<void> {
    const { device, count = 0 } = removal;
    if (found.count > count) this.#wrong(found.last, `more entries name the removal ${seq} than it speaks of`);
    if (device === undefined) return;
    const period = this.#periods.findLast((one) => one <= device);
    const end = this.#periods.find((one) => one > device) ?? whole.size;
    if (device >= seq || found.last >= end || (period !== undefined && found.first < period))
      this.#wrong(seq, `the removal ${seq} speaks of one period, and entries of another name it`);
    if (device < before) return; // gone with its period since
    if (found.count < count) this.unfinished.push(seq);
    else if ((await whole.removalOf(device)) !== seq)
      this.#wrong(device, `the removal ${seq} speaks of the device of entry ${device}, which it does not remove`);
  }

  #wrong(seq: number, message: string): void {
    this.report({ what: 'removal', seq, message });
  }
}
