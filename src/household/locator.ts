// Whose MAC stands behind an address: by the kernel's tables, asked over a netlink socket that systemd has opened, or by iproute2's `ip`.
import { readSync, writeSync } from 'node:fs';
import { isIP } from 'node:net';
import { type FoundHost, isHostAddress, readMac } from './discovery/found.js';
import { readJsonList, readNeighbours } from './discovery/neighbours.js';
import { type Answer, askLink, askNeighbour, askNeighbours, askRoute, parseAnswers } from './discovery/netlink.js';
import { hostSystem, type System } from './discovery/system.js';

export type Place =
  /** On a link of this machine. */
  | { readonly kind: 'near'; readonly mac: string }
  /** Behind a router of the home: all that stand behind it have its MAC. */
  | { readonly kind: 'behind'; readonly mac: string }
  /** Without any MAC: this machine itself, a tunnel. Its address is who it is. */
  | { readonly kind: 'plain' }
  /** On a link, or behind a router, whose MAC nobody knows (yet). */
  | { readonly kind: 'unknown' };

export interface Locator {
  locate(address: string): Place | Promise<Place>;
  /** All in the tables, for discovery. */
  neighbours(): Promise<readonly FoundHost[]>;
  /** Whether the tables can be read at all. */
  works(): Promise<boolean>;
}

/** An address that every machine has. */
const ITSELF = '127.0.0.1';
const UNKNOWN: Place = { kind: 'unknown' };
const PLAIN: Place = { kind: 'plain' };
/** A link-local address (RFC 4291, 2.5.6) is on a link by what it is, and no route says on which. */
const LINK_LOCAL = /^fe[89ab]/i;
/** The kernel writes at most this much at a time (netlink(7): 32 KiB for a dump). */
const READ_BYTES = 65_536;
/** Parts of a dump: more neighbours than any home has. */
const MOST_READS = 256;
const MOST_NEIGHBOURS = 1024;
/** `ip` is a process for each question: more that wait than this are a stranger's, and are answered with no. */
const MOST_WAITING = 16;

/** By netlink where systemd has passed the socket `fd`, else by `ip`. */
export function openLocator(fd: number | undefined, system: System = hostSystem): Locator {
  return fd === undefined ? new CommandLocator(system) : new NetlinkLocator(fd);
}

/** The kernel answers within the call, in microseconds: nothing waits, and nobody can fill a queue. */
class NetlinkLocator implements Locator {
  private sequence = 0;
  private readonly bytes = Buffer.alloc(READ_BYTES);

  constructor(private readonly fd: number) {}

  locate(address: string): Place {
    if (isIP(address) === 0) return UNKNOWN;
    try {
      return LINK_LOCAL.test(address) ? this.findLinkLocal(address) : this.findRouted(address);
    } catch {
      return UNKNOWN; // the socket says no: whoever it is, the hub does not know
    }
  }

  async neighbours(): Promise<FoundHost[]> {
    return this.all()
      .filter(({ address }) => isHostAddress(address))
      .slice(0, MOST_NEIGHBOURS)
      .map(({ address, mac, router }) => ({ mac, addresses: [address], ...(router ? { router } : {}) }));
  }

  async works(): Promise<boolean> {
    return this.locate(ITSELF).kind === 'plain';
  }

  private findRouted(address: string): Place {
    const route = this.ask((sequence) => askRoute(address, sequence)).find((one) => one.kind === 'route');
    if (route === undefined) return UNKNOWN;
    if (route.own) return PLAIN;
    const { link, gateway } = route;
    const near = this.ask((sequence) => askNeighbour(gateway ?? address, link, sequence)).find(isNeighbour);
    if (near !== undefined) return { kind: gateway === undefined ? 'near' : 'behind', mac: near.mac };
    const [onLink] = this.ask((sequence) => askLink(link, sequence));
    return onLink?.kind === 'link' && !onLink.hasMacs ? PLAIN : UNKNOWN;
  }

  /** On whichever link; the same address with two MACs is nobody's. */
  private findLinkLocal(address: string): Place {
    const macs = new Set(this.all().flatMap((one) => (one.address === address ? [one.mac] : [])));
    const [mac] = macs;
    return mac !== undefined && macs.size === 1 ? { kind: 'near', mac } : UNKNOWN;
  }

  private all(): (Answer & { kind: 'neighbour' })[] {
    return this.ask(askNeighbours).filter(isNeighbour);
  }

  /** All answers to one question. Throws where the socket cannot be read. */
  private ask(question: (sequence: number) => Buffer): Answer[] {
    this.sequence = (this.sequence + 1) >>> 0;
    const bytes = question(this.sequence);
    const isDump = (bytes.readUInt16LE(6) & 0x300) !== 0;
    writeSync(this.fd, bytes);
    const answers: Answer[] = [];
    for (let reads = 0; reads < MOST_READS; reads++) {
      const length = readSync(this.fd, this.bytes);
      const part = parseAnswers(this.bytes.subarray(0, length), this.sequence);
      for (const one of part) if (one.kind !== 'end') answers.push(one);
      // One answer to one question; a dump ends with a word of its own. What was left of an earlier question is passed over.
      if (part.some(({ kind }) => kind === 'end' || !isDump)) break;
    }
    return answers;
  }
}

function isNeighbour(answer: Answer): answer is Answer & { kind: 'neighbour' } {
  return answer.kind === 'neighbour';
}

/** A process for each question, one after another. */
class CommandLocator implements Locator {
  private last: Promise<unknown> = Promise.resolve();
  private waiting = 0;

  constructor(private readonly system: System) {}

  async locate(address: string): Promise<Place> {
    if (isIP(address) === 0 || this.waiting >= MOST_WAITING) return UNKNOWN;
    this.waiting += 1;
    const place = this.last.then(() => this.find(address)).finally(() => (this.waiting -= 1));
    this.last = place.catch(() => undefined);
    return place.catch(() => UNKNOWN);
  }

  neighbours(): Promise<FoundHost[]> {
    return readNeighbours(this.system);
  }

  async works(): Promise<boolean> {
    return (await this.system.run('ip', ['-j', 'neigh'])) !== undefined;
  }

  private async find(address: string): Promise<Place> {
    if (LINK_LOCAL.test(address)) return this.findNear(address, undefined, 'near');
    const [route] = readJsonList((await this.system.run('ip', ['-j', 'route', 'get', address])) ?? '');
    if (route === undefined) return this.findByArp(address);
    if (route['type'] === 'local') return PLAIN;
    const { gateway, dev } = route;
    const link = typeof dev === 'string' ? dev : undefined;
    return typeof gateway === 'string' ? this.findNear(gateway, link, 'behind') : this.findNear(address, link, 'near');
  }

  private async findNear(address: string, link: string | undefined, kind: 'near' | 'behind'): Promise<Place> {
    const args = ['-j', 'neigh', 'show', 'to', address, ...(link === undefined ? [] : ['dev', link])];
    const found = readJsonList((await this.system.run('ip', args)) ?? '');
    const macs = new Set(found.flatMap(({ lladdr }) => (typeof lladdr === 'string' ? (readMac(lladdr) ?? []) : [])));
    const [mac] = macs;
    if (mac !== undefined && macs.size === 1) return { kind, mac };
    return link !== undefined && (await this.isWithoutMacs(link)) ? PLAIN : UNKNOWN;
  }

  private async isWithoutMacs(link: string): Promise<boolean> {
    const [found] = readJsonList((await this.system.run('ip', ['-j', 'link', 'show', 'dev', link])) ?? '');
    const flags = found?.['flags'];
    return Array.isArray(flags) && ['LOOPBACK', 'POINTOPOINT', 'NOARP'].some((flag) => flags.includes(flag));
  }

  /** Without `ip` (no Linux, or it may not run): what the kernel shows of IPv4, and this machine's own addresses. */
  private async findByArp(address: string): Promise<Place> {
    const own = Object.values(this.system.interfaces()).some((list) => list?.some((one) => one.address === address));
    if (own) return PLAIN;
    const host = (await readNeighbours(this.system)).find(({ addresses }) => addresses.includes(address));
    return host?.mac === undefined ? UNKNOWN : { kind: 'near', mac: host.mac };
  }
}
