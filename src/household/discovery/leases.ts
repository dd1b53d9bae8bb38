// Which devices asked for an address, and the names they gave: lease files of the home's DHCP server, where the hub is it.
import { type FoundHost, isHostAddress, readMac, readName } from './found.js';
import { readJsonList } from './neighbours.js';
import type { System } from './system.js';

/** dnsmasq's own (Debian, Pi-hole, OpenWrt, libvirt leave it elsewhere, for guests that are not the home's). */
const DNSMASQ = [
  '/var/lib/misc/dnsmasq.leases',
  '/var/lib/dnsmasq/dnsmasq.leases',
  '/etc/pihole/dhcp.leases',
  '/tmp/dhcp.leases',
  '/var/dhcp.leases',
];
const ADGUARD = [
  '/opt/AdGuardHome/data/leases.json',
  '/var/lib/AdGuardHome/data/leases.json',
  '/var/lib/private/AdGuardHome/data/leases.json',
];
const MOST_LEASES = 1024;

export async function readLeases(system: System): Promise<FoundHost[]> {
  const [dnsmasq, adguard] = await Promise.all([
    Promise.all(DNSMASQ.map((path) => system.read(path))),
    Promise.all(ADGUARD.map((path) => system.read(path))),
  ]);
  const found = [...dnsmasq.flatMap((text) => parseDnsmasq(text ?? '')), ...adguard.flatMap((text) => parseAdGuard(text ?? ''))];
  return found.slice(0, MOST_LEASES);
}

/** Lines of `expiry mac address name client-id`; IPv6 lines have an interface identifier where the MAC stands. */
export function parseDnsmasq(text: string): FoundHost[] {
  return text.split('\n').flatMap((line) => {
    const [, hardware = '', address = '', name] = line.trim().split(/\s+/);
    return hostOf(hardware.replace(/^[0-9a-f]{2}-/i, ''), address, name); // a leading hardware type, where it is not Ethernet
  });
}

/** `{"version":1,"leases":[{"ip","mac","hostname"}]}` (AdGuard Home 0.107.38 and later). */
export function parseAdGuard(text: string): FoundHost[] {
  const list = /"leases"\s*:\s*(\[[\s\S]*\])/.exec(text)?.[1];
  return readJsonList(list ?? '').flatMap(({ mac, ip, hostname }) => {
    const name = typeof hostname === 'string' ? hostname : undefined;
    return typeof mac === 'string' && typeof ip === 'string' ? hostOf(mac, ip, name) : [];
  });
}

function hostOf(hardware: string, address: string, name: string | undefined): FoundHost[] {
  const mac = readMac(hardware);
  if (mac === undefined || !isHostAddress(address)) return [];
  const hostname = readName(name);
  return [{ mac, addresses: [address], ...(hostname === undefined ? {} : { hostname }) }];
}
