// What the book keeps of one device.
import type { CategoryId } from '../../model.js';

/** Of messages to one service: how many, and how many fields of each category left or did not. */
export interface Counts {
  messages: number;
  refused: number;
  kept: Partial<Record<CategoryId, number>>;
  withheld: Partial<Record<CategoryId, number>>;
}

export interface Device {
  readonly label: string;
  /** `f4:cf:a2:77:88:99`, where the neighbour table knows it. */
  mac?: string;
  /** The last ones, the newest first. */
  addresses: string[];
  maker?: string;
  /** From DHCP or mDNS. */
  hostname?: string;
  /** What it calls itself in mDNS. */
  mdnsName?: string;
  router?: boolean;
  /** A router that others of the home send through: what is chosen for it is chosen for them. */
  forOthers?: boolean;
  readonly firstMs: number;
  lastMs: number;
  services: Record<string, Counts>;
}

export function emptyCounts(): Counts {
  return { messages: 0, refused: 0, kept: {}, withheld: {} };
}

/** Whether what was read back is a device; the seal has said that this install wrote it. */
export function isDevice(value: unknown): value is Device {
  if (typeof value !== 'object' || value === null) return false;
  const { label, addresses, firstMs, lastMs, services } = value as Partial<Record<keyof Device, unknown>>;
  const times = Number.isSafeInteger(firstMs) && Number.isSafeInteger(lastMs);
  return typeof label === 'string' && Array.isArray(addresses) && times && typeof services === 'object' && services !== null;
}
