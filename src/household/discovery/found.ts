// What discovery finds, and one spelling for it.
import type { CategoryId } from '../../model.js';

/** Something of this home, as the sieve's household classifier takes it. */
export interface FoundIdentifier {
  readonly category: CategoryId;
  readonly value: string;
}

/** A device in the home network, as one source knows it. */
export interface FoundHost {
  /** `f4:cf:a2:77:88:99` */
  readonly mac?: string;
  readonly addresses: readonly string[];
  /** From DHCP or mDNS, without `.local`. */
  readonly hostname?: string;
  /** What it calls itself in mDNS. */
  readonly name?: string;
  readonly router?: boolean;
}

/** Longest name taken over: a DNS label has 63 bytes, an mDNS instance too; more is no name. */
const NAME_UNITS = 100;

/** `F4-CF-A2-77-88-99` → `f4:cf:a2:77:88:99`; undefined for what is no device's address (zeros, broadcast, multicast). */
export function readMac(text: string): string | undefined {
  if (!/^[0-9a-f]{2}([:-]?)(?:[0-9a-f]{2}\1){4}[0-9a-f]{2}$/i.test(text)) return undefined;
  const hex = text.toLowerCase().replace(/[^0-9a-f]/g, '');
  const multicast = (Number.parseInt(hex.slice(0, 2), 16) & 1) !== 0;
  return multicast || /^0+$/.test(hex) ? undefined : hex.match(/../g)!.join(':');
}

/** A name as it can be shown; undefined for none. `*` is how lease files write that. */
export function readName(text: string | undefined): string | undefined {
  const name = text?.replace(/\.local\.?$/i, '').trim();
  if (name === undefined || name === '' || name === '*' || name.length > NAME_UNITS || /\p{Cc}|\p{Cs}/u.test(name))
    return undefined;
  return name;
}

/** Says nothing of this home: every machine, or every one of a make, has it until somebody renames it. */
const COMMON_NAMES: ReadonlySet<string> = new Set([
  'android',
  'debian',
  'espressif',
  'fedora',
  'fritz.box',
  'gateway',
  'hassio',
  'home',
  'homeassistant',
  'iphone',
  'ipad',
  'localhost',
  'openwrt',
  'raspberrypi',
  'router',
  'ubuntu',
  'unknown',
]);

export function isCommonName(name: string): boolean {
  return COMMON_NAMES.has(name.toLowerCase());
}

/** Loopback, unspecified, multicast, broadcast: every machine has them. */
export function isHostAddress(address: string): boolean {
  const plain = address.toLowerCase().replace(/%.*$/s, '');
  if (plain.includes(':')) return plain !== '::' && plain !== '::1' && !plain.startsWith('ff');
  const octets = plain.split('.').map(Number);
  if (octets.length !== 4 || octets.some((octet) => !Number.isInteger(octet) || octet < 0 || octet > 255)) return false;
  return octets[0] !== 0 && octets[0] !== 127 && octets[0]! < 224;
}
