// Names → addresses, each judged before a connection is made to exactly it: a name cannot change between check and use.
import { promises as dns, type LookupAddress, type LookupOptions, lookup as systemLookup } from 'node:dns';
import { HubError } from '../errors.js';

/** A name server that is down must not hold a message longer than the next one takes. */
const DNS_TIMEOUT_MS = 2_000;
const DNS_TRIES = 2;

/** All addresses of a name; rejects where there is none. */
export type Resolve = (host: string) => Promise<readonly LookupAddress[]>;

function bySystem(host: string): Promise<readonly LookupAddress[]> {
  return new Promise((resolve, reject) => {
    systemLookup(host, { all: true }, (error, addresses) => (error === null ? resolve(addresses) : reject(error)));
  });
}

/** Asks `servers` (`ip`, `ip:port`, `[ip6]:port`); without any, the system. */
export function createResolve(servers: readonly string[]): Resolve {
  if (servers.length === 0) return bySystem;
  const resolver = new dns.Resolver({ timeout: DNS_TIMEOUT_MS, tries: DNS_TRIES });
  resolver.setServers(servers);
  return async (host) => {
    const [four, six] = await Promise.allSettled([resolver.resolve4(host), resolver.resolve6(host)]);
    const found: LookupAddress[] = [];
    if (four.status === 'fulfilled') for (const address of four.value) found.push({ address, family: 4 });
    if (six.status === 'fulfilled') for (const address of six.value) found.push({ address, family: 6 });
    if (found.length === 0) throw new HubError('upstream_unreachable');
    return found;
  };
}

type LookupCallback = (error: Error | null, address: string | LookupAddress[], family?: number) => void;
/** What `net.connect` takes as `lookup`. */
export type Lookup = (host: string, options: LookupOptions, callback: LookupCallback) => void;

/** A lookup that gives only addresses `check` lets pass; where none is left, the error of the last one. */
export function guardedLookup(resolve: Resolve, check: (address: string) => void): Lookup {
  return (host, options, callback) => {
    resolve(host)
      .then((found) => allowed(found, check))
      .then(
        (addresses) => {
          if (options.all === true) callback(null, addresses);
          else callback(null, addresses[0]!.address, addresses[0]!.family);
        },
        (error: Error) =>
          callback(error instanceof HubError ? error : new HubError('upstream_unreachable', '', { cause: error }), ''),
      );
  };
}

function allowed(found: readonly LookupAddress[], check: (address: string) => void): LookupAddress[] {
  let refused: unknown = new HubError('upstream_unreachable');
  const addresses = found.filter(({ address }) => {
    try {
      check(address);
      return true;
    } catch (error) {
      refused = error; // closed: the address is left out
      return false;
    }
  });
  if (addresses.length === 0) throw refused;
  return addresses;
}
