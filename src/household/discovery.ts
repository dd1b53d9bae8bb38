// Finds out this home's own identifiers: the machine, its neighbours, lease files, Wi-Fi, mDNS. It asks nothing outside the home,
// tolerates whatever is not there, and never throws into the hub.
import type { FoundHost, FoundIdentifier } from './discovery/found.js';
import { isCommonName } from './discovery/found.js';
import { readLeases } from './discovery/leases.js';
import { ownOf } from './discovery/machine.js';
import { parseGateways, readNeighbours } from './discovery/neighbours.js';
import { hostSystem, type System } from './discovery/system.js';
import { readNetworks } from './discovery/wifi.js';
import { hostsOf, identifiersOf, listenMdns } from './mdns.js';
import type { MdnsService } from './mdns-lines.js';

export type { FoundHost, FoundIdentifier } from './discovery/found.js';
export { hostSystem, type System } from './discovery/system.js';

export interface Found {
  readonly own: readonly FoundIdentifier[];
  readonly hosts: readonly FoundHost[];
}

export interface DiscoveryOptions {
  readonly system?: System;
  /** Who is in the kernel's tables; asked of `ip` where absent. */
  readonly neighbours?: () => Promise<readonly FoundHost[]>;
  /** Milliseconds between rounds. */
  readonly everyMs?: number;
  /** Services announced now; `listenMdns` in a child process. */
  readonly mdns?: (signal: AbortSignal) => Promise<readonly MdnsService[]>;
  /** Told after the first round, and after each that found something else than before. */
  readonly onFound: (found: Found) => void;
}

export interface Discovery {
  /** Looks now; for tests and for the household's button. */
  look(): Promise<Found>;
  stop(): void;
}

/** A device that joins is known within minutes; its messages are judged by names and values before that, too. */
const EVERY_MS = 5 * 60 * 1000;
const LISTEN_MS = 6_000;
/** More than a home has; past it the last look would cost more than it finds. */
const MOST_OWN = 1024;
const MOST_HOSTS = 1024;

/** Starts looking around, at once and then every few minutes, until it is stopped. */
export function startDiscovery(options: DiscoveryOptions): Discovery {
  const {
    system = hostSystem,
    everyMs = EVERY_MS,
    mdns = (signal) => listenMdns({ listenMs: LISTEN_MS, signal }),
    onFound,
  } = options;
  const { neighbours = () => readNeighbours(system) } = options;
  // A hub that stops, or cannot start, must not wait for who might still announce himself.
  const stopping = new AbortController();
  const { signal } = stopping;
  let told = '';
  let looking: Promise<Found> | undefined;
  const look = (): Promise<Found> => {
    looking ??= lookAround(system, () => mdns(signal), neighbours).then((found) => {
      looking = undefined;
      const text = JSON.stringify(found);
      if (!signal.aborted && text !== told) onFound(found);
      told = text;
      return found;
    });
    return looking;
  };
  const round = (): void => void look().catch(() => undefined); // a listener's fault; the next round tells it again
  const timer = setInterval(round, everyMs).unref();
  round();
  return {
    look,
    stop: () => {
      stopping.abort();
      clearInterval(timer);
    },
  };
}

/** One round over every source. A source that fails counts as silent. */
export async function lookAround(
  system: System,
  mdns: () => Promise<readonly MdnsService[]>,
  neighbours: () => Promise<readonly FoundHost[]> = () => readNeighbours(system),
): Promise<Found> {
  const quiet = <T>(source: Promise<readonly T[]>): Promise<readonly T[]> => source.catch(() => []);
  const [neighbourhood, leases, networks, services, route] = await Promise.all([
    quiet(neighbours()),
    quiet(readLeases(system)),
    quiet(readNetworks(system)),
    quiet(mdns()),
    system.read('/proc/net/route').catch(() => undefined),
  ]);
  const gateways = new Set(parseGateways(route ?? ''));
  const near = neighbourhood.map((host) => (host.addresses.some((one) => gateways.has(one)) ? { ...host, router: true } : host));
  const hosts = merged([...near, ...leases, ...hostsOf(services)]);
  const own = [
    ...networks.map((value) => ({ category: 'wifi_ssid' as const, value })),
    ...machineOf(system),
    ...hosts.flatMap(ofHost),
    ...identifiersOf(services),
  ];
  return { own: distinct(own).slice(0, MOST_OWN), hosts };
}

function machineOf(system: System): FoundIdentifier[] {
  try {
    return ownOf(system);
  } catch {
    return []; // uv_interface_addresses can fail; the other sources still speak
  }
}

function ofHost({ mac, addresses, hostname, router }: FoundHost): FoundIdentifier[] {
  return [
    ...(mac === undefined ? [] : [{ category: router ? ('router_mac' as const) : ('device_mac' as const), value: mac }]),
    ...addresses.map((value) => ({ category: 'ip_address' as const, value: value.replace(/%.*$/, '') })),
    ...(hostname === undefined || isCommonName(hostname) ? [] : [{ category: 'hostname' as const, value: hostname }]),
  ];
}

/** One host for each MAC; what mDNS says by address joins the MAC that the neighbour table has for it. */
function merged(all: readonly FoundHost[]): FoundHost[] {
  const macOf = new Map(
    all.flatMap(({ mac, addresses }) => (mac === undefined ? [] : addresses.map((one) => [one, mac] as const))),
  );
  const hosts = new Map<string, FoundHost>();
  for (const host of all) {
    const mac = host.mac ?? host.addresses.map((one) => macOf.get(one)).find((one) => one !== undefined);
    const key = mac ?? host.addresses[0];
    if (key === undefined) continue;
    const before = hosts.get(key);
    const addresses = [...new Set([...(before?.addresses ?? []), ...host.addresses])];
    hosts.set(key, {
      ...host,
      ...before,
      addresses,
      ...(mac === undefined ? {} : { mac }),
      ...(host.router ? { router: true } : {}),
    });
  }
  return [...hosts.values()].slice(0, MOST_HOSTS);
}

/** Each once, in one order, so that two rounds that found the same say the same. */
function distinct(all: readonly FoundIdentifier[]): FoundIdentifier[] {
  const byText = new Map(all.map((one) => [`${one.category}\0${one.value}`, one]));
  return [...byText.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, one]) => one);
}
