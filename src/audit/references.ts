// Follows what entries refer to while a log is verified: definitions, messages, and removals (FORMAT.md, sections 1 and 4).
import type { Entry } from './entry.js';
import type { Fault } from './fault.js';
import type { Defined } from './forms.js';
import { endOf, type Leaf } from './keys.js';

interface Removed {
  count: number;
  last: number;
}

export class References {
  /** Definitions of the current period; a removed entry may have been one. */
  #defined = new Map<number, Defined | 'removed'>();
  #removedBy = new Map<number, Removed>();
  #removals = new Map<number, Entry & { kind: 'removal' }>();

  constructor(readonly report: (fault: Fault) => void) {}

  /** One removed leaf, or a run of them. */
  removed(leaf: Leaf): void {
    const removal = leaf.removal as number;
    // Of a run nothing is referred to: it has no definition that anything left needs.
    if (leaf.height === 0) this.#defined.set(leaf.seq, 'removed');
    const found = this.#removedBy.get(removal) ?? { count: 0, last: 0 };
    this.#removedBy.set(removal, { count: found.count + 2 ** leaf.height, last: endOf(leaf) - 1 });
  }

  entry(seq: number, entry: Entry): void {
    switch (entry.kind) {
      case 'period':
        this.#defined.clear();
        return;
      case 'definition':
        this.#defined.set(seq, entry.what);
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
        this.#follow(seq, 'device', entry.device);
        this.#removals.set(seq, entry);
        return;
      case 'start':
      case 'stop':
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

  /** Holds what was removed against what was announced. `pruned`: entries before it are gone as whole groups. */
  finish(pruned: number): void {
    let announced = 0;
    for (const entry of this.#removals.values()) announced = Math.max(announced, entry.before ?? 0);
    if (pruned > announced)
      this.#unannounced(pruned, `entries up to ${pruned - 1} are gone, but no removal beyond ${announced} is recorded`);
    let bounded = 0;
    for (const [seq, { count, last }] of this.#removedBy) {
      const entry = this.#removals.get(seq);
      if (entry === undefined || seq <= last)
        this.#unannounced(last, `entry ${last} names entry ${seq} for its removal, which is none`);
      else if (entry.what === 'bound') bounded += count;
      else if (entry.what === 'retention' ? last >= (entry.before ?? 0) : count > (entry.count ?? 0))
        this.#unannounced(last, `more entries name the removal ${seq} than it speaks of`);
    }
    this.#checkBounded(bounded);
  }

  /** Runs join what several of these removals took out, and name the last of them: they are held against all of them together. */
  #checkBounded(bounded: number): void {
    let announced = 0;
    let last = 0;
    for (const [seq, { what, count = 0 }] of this.#removals) {
      if (what !== 'bound') continue;
      announced += count;
      last = seq;
    }
    if (bounded > announced)
      this.#unannounced(last, `${bounded} entries name removals for the log's bound, which speak of ${announced}`);
  }

  #unannounced(seq: number, message: string): void {
    this.report({ what: 'removal', seq, message });
  }
}
