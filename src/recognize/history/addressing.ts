// What devices are addressed with: client ids, levels of topics, segments of paths, fields that are named so, their own addresses.
import type { CategoryId } from '../../model.js';

/** Identifiers kept of one service: forty devices with some ten each. The one not met for longest goes first. */
const ADDRESSES_MAX = 512;

export class Addresses {
  /** Changes with each identifier that comes in. */
  version = 0;
  private readonly byCanonical = new Map<string, CategoryId>();

  constructor(known: Iterable<readonly [string, CategoryId]> = []) {
    for (const [canonical, category] of known) this.byCanonical.set(canonical, category);
  }

  /** What is asked for is young again. */
  get(canonical: string): CategoryId | undefined {
    const category = this.byCanonical.get(canonical);
    if (category === undefined) return undefined;
    this.byCanonical.delete(canonical);
    this.byCanonical.set(canonical, category);
    return category;
  }

  /** Whether it is new. */
  add(canonical: string, category: CategoryId): boolean {
    if (this.byCanonical.has(canonical)) return false;
    if (this.byCanonical.size >= ADDRESSES_MAX) this.byCanonical.delete(this.byCanonical.keys().next().value!);
    this.byCanonical.set(canonical, category);
    this.version += 1;
    return true;
  }

  entries(): IterableIterator<[string, CategoryId]> {
    return this.byCanonical.entries();
  }
}
