// The names of the home's own Wi-Fi networks: what this machine is connected to, or gives out. Never those of the neighbours.
import { readName } from './found.js';
import type { System } from './system.js';

/** A home has a handful; a list with more is not of one. */
const MOST_NETWORKS = 32;
const SUPPLICANT = ['/etc/wpa_supplicant/wpa_supplicant.conf', '/etc/wpa_supplicant/wpa_supplicant-wlan0.conf'];
const ACCESS_POINT = ['/etc/hostapd/hostapd.conf'];
const OPENWRT = ['/etc/config/wireless'];

export async function readNetworks(system: System): Promise<string[]> {
  const texts = (paths: readonly string[]): Promise<(string | undefined)[]> =>
    Promise.all(paths.map((path) => system.read(path)));
  const [iw, nmcli, supplicant, hostapd, openwrt] = await Promise.all([
    system.run('iw', ['dev']),
    system.run('nmcli', ['-t', '-f', 'ACTIVE,SSID', 'device', 'wifi', 'list', '--rescan', 'no']),
    texts(SUPPLICANT),
    texts(ACCESS_POINT),
    texts(OPENWRT),
  ]);
  const found = [
    ...parseIw(iw ?? ''),
    ...parseNmcli(nmcli ?? ''),
    ...supplicant.flatMap((text) => parseSupplicant(text ?? '')),
    ...hostapd.flatMap((text) => lines(text, /^ssid2?=(.*)$/)),
    ...openwrt.flatMap((text) => lines(text, /^option\s+ssid\s+['"]?(.*?)['"]?$/)),
  ];
  const names = found.map(readName).filter((name): name is string => name !== undefined);
  return [...new Set(names)].slice(0, MOST_NETWORKS);
}

/** `ssid Anna\xe2\x80\x99s` under an interface; bytes that are no printable ASCII are written as `\xNN`. */
export function parseIw(text: string): string[] {
  return lines(text, /^ssid (.*)$/).map(unescapeBytes);
}

/** `yes:Home\: upstairs` for the network in use, `no:…` for the neighbours'. */
export function parseNmcli(text: string): string[] {
  return lines(text, /^yes:(.*)$/).map((name) => name.replace(/\\(.)/g, '$1'));
}

/** `ssid="Home"` or `ssid=486f6d65` (hex); the password's lines are not looked at. */
export function parseSupplicant(text: string): string[] {
  return [
    ...lines(text, /^ssid="(.*)"$/),
    ...lines(text, /^ssid=P"(.*)"$/).map(unescapeBytes),
    ...lines(text, /^ssid=((?:[0-9a-fA-F]{2})+)$/).map((hex) => Buffer.from(hex, 'hex').toString('utf8')),
  ];
}

function lines(text: string | undefined, pattern: RegExp): string[] {
  return (text ?? '').split('\n').flatMap((line) => pattern.exec(line.trim())?.[1] ?? []);
}

function unescapeBytes(text: string): string {
  const binary = Buffer.from(text, 'utf8')
    .toString('latin1')
    .replace(/\\x([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(binary, 'latin1').toString('utf8');
}
