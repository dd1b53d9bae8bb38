// Identifiers sent as plain integers: a MAC as 48 bits, an IPv4 address as 32, IMEI, ICCID; told from times.
import type { CategoryId } from '../../model.js';
import { macCanonical } from './mac.js';

const INTEGER = /^[+-]?\d{1,20}$/;
/** 2^24: below it the first octet is 0, and no host has such an address. */
const LOWEST_IPV4 = 1n << 24n;
const HIGHEST_IPV4 = (1n << 32n) - 1n;
const HIGHEST_MAC = (1n << 48n) - 1n;
/** MACs whose first octet is 0 are many (Cisco, Xerox …), those whose first two are 0 begin at 2^24 and are few. */
const LOWEST_MAC = 1n << 24n;
/** 2001-01-01 and 2100-01-01 in seconds. */
const EARLIEST_S = 978_307_200n;
const LATEST_S = 4_102_444_800n;

/** Which unit makes an integer a time between 2001 and 2100; undefined where none does. */
export function epochUnit(literal: string): 's' | 'ms' | 'us' | 'ns' | undefined {
  if (!/^\d{9,19}$/.test(literal)) return undefined;
  const value = BigInt(literal);
  const units = { s: 1n, ms: 1_000n, us: 1_000_000n, ns: 1_000_000_000n } as const;
  for (const unit of ['s', 'ms', 'us', 'ns'] as const) {
    if (value >= EARLIEST_S * units[unit] && value <= LATEST_S * units[unit]) return unit;
  }
  return undefined;
}

/** An unsigned 32-bit integer (or a signed one) to `ip:a.b.c.d`. */
function ipv4Of(value: bigint): string | undefined {
  const unsigned = value < 0n ? value + (1n << 32n) : value;
  if (unsigned < LOWEST_IPV4 || unsigned > HIGHEST_IPV4) return undefined;
  const number = Number(unsigned);
  return `ip:${number >>> 24}.${(number >>> 16) & 255}.${(number >>> 8) & 255}.${number & 255}`;
}

function macOf(value: bigint): string | undefined {
  if (value < LOWEST_MAC || value > HIGHEST_MAC) return undefined;
  return macCanonical(value.toString(16).padStart(12, '0'));
}

function simOf(digits: string): string | undefined {
  if (digits.length === 15) return `imei:${digits}`;
  return /^89\d{16,18}$/.test(digits) ? `iccid:${digits}` : undefined;
}

/** What an integer literal is when its name says `category`: a canonical spelling, or undefined where it cannot be that. */
export function numberAs(literal: string, category: CategoryId): string | undefined {
  if (!INTEGER.test(literal)) return undefined;
  const value = BigInt(literal.replace(/^\+/, ''));
  switch (category) {
    case 'router_mac':
    case 'device_mac':
    case 'bluetooth_mac':
      return macOf(value);
    case 'radio_identifier':
      return value > HIGHEST_MAC ? macCanonical(value.toString(16).padStart(16, '0')) : macOf(value);
    case 'ip_address':
      return ipv4Of(value);
    case 'imei_iccid':
      return simOf(literal);
    case 'phone':
      return /^\d{5,15}$/.test(literal) ? `phone:${literal}` : undefined;
    case 'timestamp':
      return epochUnit(literal) === undefined ? undefined : `time:${literal}`;
    default:
      return undefined;
  }
}
