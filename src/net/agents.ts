// Keep-alive connections to destinations: one pool for each, bounded in number and size.
import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { isIP } from 'node:net';
import { guardedLookup, type Resolve } from './resolve.js';
import { checkAddress, type Route, type Self } from './route.js';

/**
 * TLS 1.3 and forward-secret AEAD suites only: Node's own offer grades C, this one A ("The Security Impact of HTTPS
 * Interception", NDSS 2017). AES-128 first: small hubs have no AES instructions to spare for 256.
 */
export const TLS_SUITES = [
  'TLS_AES_128_GCM_SHA256',
  'TLS_CHACHA20_POLY1305_SHA256',
  'TLS_AES_256_GCM_SHA384',
  'ECDHE-ECDSA-AES128-GCM-SHA256',
  'ECDHE-RSA-AES128-GCM-SHA256',
  'ECDHE-ECDSA-CHACHA20-POLY1305',
  'ECDHE-RSA-CHACHA20-POLY1305',
  'ECDHE-ECDSA-AES256-GCM-SHA384',
  'ECDHE-RSA-AES256-GCM-SHA384',
].join(':');
/** Idle connections kept to one destination: devices report in turn, not at once. */
const MAX_FREE = 8;

export interface AgentOptions {
  readonly resolve: Resolve;
  readonly self: () => Self;
  /** Certificate authorities (PEM): the system's and the household's; absent: Node's own. */
  readonly authorities?: readonly string[];
  /** Most pools. */
  readonly upstreams: number;
  /** Most connections in one pool. */
  readonly upstreamConnections: number;
  /** How long an idle connection stays open. */
  readonly idleMs: number;
}

export class Agents {
  readonly #pools = new Map<string, HttpAgent>();
  constructor(readonly options: AgentOptions) {}

  /** The pool of a route; the one used longest ago makes room when there are too many. */
  of(route: Route): HttpAgent {
    const pinned = route.pinned === undefined ? '' : `${route.pinned.address} ${route.pinned.port}`;
    const key = `${route.scheme} ${route.host} ${route.port} ${route.named} ${pinned}`;
    const known = this.#pools.get(key);
    const pool = known ?? this.#open(route);
    this.#pools.delete(key);
    this.#pools.set(key, pool);
    if (this.#pools.size > this.options.upstreams) this.#evict();
    return pool;
  }

  close(): void {
    for (const pool of this.#pools.values()) pool.destroy();
    this.#pools.clear();
  }

  #evict(): void {
    for (const [key, pool] of this.#pools) {
      if (Object.keys(pool.sockets).length > 0 || Object.keys(pool.requests).length > 0) continue;
      pool.destroy();
      this.#pools.delete(key);
      return;
    }
  }

  #open(route: Route): HttpAgent {
    const { resolve, self, authorities, upstreamConnections, idleMs } = this.options;
    const common = {
      keepAlive: true,
      maxSockets: upstreamConnections,
      maxFreeSockets: MAX_FREE,
      timeout: idleMs,
      lookup: guardedLookup(resolve, (address) => checkAddress(address, route, self())),
    };
    if (route.scheme === 'http') return new HttpAgent(common);
    return new HttpsAgent({
      ...common,
      minVersion: 'TLSv1.2',
      ciphers: TLS_SUITES,
      servername: isIP(route.host) === 0 ? route.host : '',
      ...(authorities === undefined ? {} : { ca: [...authorities] }),
    });
  }
}
