// What the mDNS child says to the hub: one JSON line for each service it sees.
import { readMac, readName } from './discovery/found.js';

export interface MdnsService {
  /** The instance: `Living Room`. */
  readonly name: string;
  /** `Philips-hue.local` */
  readonly host: string;
  readonly addresses: readonly string[];
  /** MAC addresses in its TXT record, under the keys that makers use for them. */
  readonly macs: readonly string[];
}

/** HomeKit and AirPlay name themselves by a MAC; others write it under its own name. */
const MAC_KEYS = ['id', 'deviceid', 'mac', 'bridgeid', 'macaddress'];
const MOST_ADDRESSES = 8;
/** Kinds of service that home devices announce (IANA and makers' own); `udp` where it says so. */
export const SERVICE_TYPES = [
  'hap',
  'homekit',
  'airplay',
  'raop',
  'googlecast',
  'spotify-connect',
  'sonos',
  'amzn-wplay',
  'androidtvremote2',
  'companion-link',
  'hue',
  'shelly',
  'esphomelib',
  'ewelink',
  'leap',
  'nanoleafapi',
  'elg',
  'wled',
  'axis-video',
  'http',
  'mqtt',
  'home-assistant',
  'ipp',
  'printer',
  'pdl-datastream',
  'smb',
  'workstation',
  'device-info',
  'matter',
  'matterc/udp',
  'miio/udp',
  'sleep-proxy/udp',
] as const;

export function formatService(name: unknown, host: unknown, addresses: unknown, txt: unknown): string {
  const record = (typeof txt === 'object' && txt !== null ? txt : {}) as Record<string, unknown>;
  const macs = MAC_KEYS.flatMap((key) => (typeof record[key] === 'string' ? (readMac(record[key]) ?? []) : []));
  const texts = Array.isArray(addresses) ? addresses.filter((one) => typeof one === 'string').slice(0, MOST_ADDRESSES) : [];
  return `${JSON.stringify({ name: String(name ?? ''), host: String(host ?? ''), addresses: texts, macs })}\n`;
}

/** The service of one line; undefined for anything else. Names in it are cleaned. */
export function parseService(line: string): MdnsService | undefined {
  let read: unknown;
  try {
    read = JSON.parse(line);
  } catch {
    return undefined; // cut off, or another program's words
  }
  const { name, host, addresses, macs } = (read ?? {}) as Record<string, unknown>;
  const isList = (list: unknown): list is string[] => Array.isArray(list) && list.every((one) => typeof one === 'string');
  if (typeof name !== 'string' || typeof host !== 'string' || !isList(addresses) || !isList(macs)) return undefined;
  return { name: readName(name) ?? '', host: readName(host) ?? '', addresses, macs: macs.flatMap((mac) => readMac(mac) ?? []) };
}
