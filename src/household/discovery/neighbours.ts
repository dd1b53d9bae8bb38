// Who is in the home network now: the kernel's neighbour tables.
import { type FoundHost, isHostAddress, readMac } from './found.js';
import type { System } from './system.js';

/** A /24 is full at 254; a table with more is an attack on it, or not a home. */
const MOST_NEIGHBOURS = 1024;

/** Address → MAC, from `/proc/net/arp` and `ip -j neigh`, which also knows IPv6. */
export async function readNeighbours(system: System): Promise<FoundHost[]> {
  const [arp, neigh] = await Promise.all([system.read('/proc/net/arp'), system.run('ip', ['-j', 'neigh'])]);
  return [...parseIpNeigh(neigh ?? ''), ...parseArp(arp ?? '')].slice(0, MOST_NEIGHBOURS);
}

/** Lines of `address type flags mac mask device` (proc(5)); flags without 0x2 are unanswered questions. */
export function parseArp(text: string): FoundHost[] {
  return text.split('\n').flatMap((line) => {
    const [address = '', , flags = '', written = ''] = line.trim().split(/\s+/);
    const mac = readMac(written);
    const complete = (Number.parseInt(flags, 16) & 2) !== 0;
    return mac !== undefined && complete && isHostAddress(address) ? [{ mac, addresses: [address] }] : [];
  });
}

/** `[{"dst":"192.0.2.1","lladdr":"02:…","router":null,"state":["STALE"]}]` (iproute2). */
export function parseIpNeigh(text: string): FoundHost[] {
  return readJsonList(text).flatMap((one) => {
    const { dst, lladdr } = one;
    const mac = typeof lladdr === 'string' ? readMac(lladdr) : undefined;
    if (mac === undefined || typeof dst !== 'string' || !isHostAddress(dst)) return [];
    return [{ mac, addresses: [dst], ...('router' in one ? { router: true } : {}) }];
  });
}

/** Default gateways of IPv4: hexadecimal, in the machine's byte order, which is little-endian on all that Node runs on here. */
export function parseGateways(route: string): string[] {
  return route.split('\n').flatMap((line) => {
    const [, destination, gateway = ''] = line.trim().split(/\s+/);
    if (destination !== '00000000' || !/^[0-9A-F]{8}$/i.test(gateway)) return [];
    const address = [...Buffer.from(gateway, 'hex')].reverse().join('.');
    return isHostAddress(address) ? [address] : [];
  });
}

/** Objects of a JSON array; none for anything else. */
export function readJsonList(text: string): Record<string, unknown>[] {
  try {
    const read: unknown = JSON.parse(text);
    return Array.isArray(read)
      ? read.filter((one): one is Record<string, unknown> => typeof one === 'object' && one !== null)
      : [];
  } catch {
    return []; // another version of the program, or none: another source may know
  }
}
