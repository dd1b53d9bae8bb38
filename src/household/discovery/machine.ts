// What the hub's own machine shows of the home: its addresses. A public one is the home's, if the hub is the router.
import { type FoundIdentifier, isCommonName, isHostAddress, readMac, readName } from './found.js';
import type { System } from './system.js';

/** Interfaces of containers and tunnels come and go, and say nothing of the home. */
const VIRTUAL = /^(?:lo|veth|docker|br-|virbr|tun|tap|wg|tailscale|zt|dummy|ifb)/;

/** Own MACs, addresses and name. No question leaves the machine: a public address is known only where an interface has it. */
export function ownOf(system: System): FoundIdentifier[] {
  const found: FoundIdentifier[] = [];
  for (const [name, list] of Object.entries(system.interfaces())) {
    if (VIRTUAL.test(name)) continue;
    for (const { mac, address, internal } of list ?? []) {
      if (internal) continue;
      const own = readMac(mac);
      if (own !== undefined) found.push({ category: 'device_mac', value: own });
      if (isHostAddress(address)) found.push({ category: 'ip_address', value: address.replace(/%.*$/, '') });
    }
  }
  const hostname = readName(system.hostname());
  if (hostname !== undefined && !isCommonName(hostname)) found.push({ category: 'hostname', value: hostname });
  return found;
}
