// What devices are addressed with: client ids, levels of topics, segments of paths, fields that are named so, their own addresses.
import type { CategoryId } from '../../model.js';

/** Identifiers kept of one service: forty devices with some ten each. The one not met for longest goes first. */
const ADDRESSES_MAX = 512;
/** Identifiers that were met once. */
const ONCE_MAX = 256;
/** Hex digits of an address that firmwares put into names. */
const TAIL_DIGITS = 6;

export class Addresses {
  /** Changes with each identifier that comes in. */
  version = 0;
  private readonly byCanonical = new Map<string, CategoryId>();
  private readonly byTail = new Map<string, string>();
  /** Where an identifier may be one message's alone (a level of a topic), it counts from its second message on. */
  private readonly once: Set<string>;

  constructor(known: Iterable<readonly [string, CategoryId]> = [], once: Iterable<string> = []) {
    this.once = new Set(once);
    for (const [canonical, category] of known) this.put(canonical, category);
  }

  /** What is asked for is young again. */
  get(canonical: string): CategoryId | undefined {
    const category = this.byCanonical.get(canonical);
    if (category === undefined) return undefined;
    this.byCanonical.delete(canonical);
    this.byCanonical.set(canonical, category);
    return category;
  }

  /** The hardware address whose last six hex digits these are (lower case), or the tail itself where only that is known. */
  endingIn(tail: string): string | undefined {
    return this.byTail.get(tail);
  }

  get isEmpty(): boolean {
    return this.byCanonical.size === 0;
  }

  get hasTails(): boolean {
    return this.byTail.size > 0;
  }

  /** Whether it is new, and counts. */
  add(canonical: string, category: CategoryId, isTentative: boolean): boolean {
    if (this.byCanonical.has(canonical)) return false;
    if (isTentative && !this.once.delete(canonical)) {
      if (this.once.size >= ONCE_MAX) this.once.delete(this.once.keys().next().value!);
      this.once.add(canonical);
      return false;
    }
    if (this.byCanonical.size >= ADDRESSES_MAX) this.forget(this.byCanonical.keys().next().value!);
    this.put(canonical, category);
    this.version += 1;
    return true;
  }

  entries(): IterableIterator<[string, CategoryId]> {
    return this.byCanonical.entries();
  }

  /** What was met once and does not count yet. */
  tentative(): Iterable<string> {
    return this.once;
  }

  private put(canonical: string, category: CategoryId): void {
    this.byCanonical.set(canonical, category);
    const tail = tailOf(canonical);
    // The whole address says more than its tail.
    if (tail !== undefined && (canonical.startsWith('mac:') || !this.byTail.has(tail))) this.byTail.set(tail, canonical);
  }

  private forget(canonical: string): void {
    this.byCanonical.delete(canonical);
    const tail = tailOf(canonical);
    if (tail !== undefined && this.byTail.get(tail) === canonical) this.byTail.delete(tail);
  }
}

/** The last six hex digits of a canonical hardware address, or of the end of one. */
export function tailOf(canonical: string): string | undefined {
  return /^mac(?:-tail)?:/.test(canonical) ? canonical.slice(-TAIL_DIGITS) : undefined;
}
