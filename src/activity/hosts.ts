// The hosts that messages were for: how many, from whom, what was found in them. No value of a message.
import { type CategoryId, type Decision, FLOOR } from '../model.js';

export interface HostRow {
  readonly host: string;
  /** The service it counted for last. */
  service: string;
  readonly firstMs: number;
  lastMs: number;
  messages: number;
  readonly devices: string[];
  readonly categories: CategoryId[];
}

/** A home talks to some hundred hosts; a device that makes names up must not fill the disk. */
const HOSTS_MAX = 1000;
const DEVICES_MAX = 32;

export class Hosts {
  private readonly rows = new Map<string, HostRow>();
  readonly dirty = new Set<string>();
  private readonly noted = new WeakMap<readonly Decision[], WeakSet<HostRow>>();

  get(host: string): HostRow | undefined {
    return this.rows.get(host);
  }

  all(): readonly HostRow[] {
    return [...this.rows.values()];
  }

  put(row: HostRow): void {
    this.rows.set(row.host, row);
  }

  note(host: string, service: string, device: string, timeMs: number, decisions: readonly Decision[]): void {
    const known = this.rows.get(host);
    const row = known ?? { host, service, firstMs: timeMs, lastMs: timeMs, messages: 0, devices: [], categories: [] };
    this.rows.delete(host); // put back as the newest
    this.rows.set(host, row);
    row.service = service;
    row.lastMs = Math.max(row.lastMs, timeMs);
    row.messages += 1;
    if (!row.devices.includes(device) && row.devices.length < DEVICES_MAX) row.devices.push(device);
    this.noteCategories(row, decisions);
    this.dirty.add(host);
    if (this.rows.size <= HOSTS_MAX) return;
    const [oldest] = this.rows.keys();
    this.rows.delete(oldest!);
    this.dirty.add(oldest!);
  }

  /** Lists of decisions come again as the same objects: each is looked through once for a row. */
  private noteCategories(row: HostRow, decisions: readonly Decision[]): void {
    const noted = this.noted.get(decisions) ?? new WeakSet<HostRow>();
    if (noted.has(row)) return;
    for (const { category } of decisions)
      if (!row.categories.includes(category) && !FLOOR.has(category)) row.categories.push(category);
    noted.add(row);
    this.noted.set(decisions, noted);
  }

  forget(device: string): void {
    for (const row of this.rows.values()) {
      const at = row.devices.indexOf(device);
      if (at < 0) continue;
      row.devices.splice(at, 1);
      this.dirty.add(row.host);
    }
  }
}
