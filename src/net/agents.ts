// Keep-alive connections to destinations: one pool for each, bounded in number and size.
import { type AgentOptions as AgentConstructor, Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { guardedLookup, type Lookup, type Resolve } from './resolve.js';
import { checkAddress, type Route, type Self } from './route.js';

/**
 * Idle connections kept to one destination. Devices that report at once bring some dozens: a connection that is closed behind each of
 * their messages and opened before the next one costs as much as judging the message.
 */
const MAX_FREE = 32;

export interface AgentOptions {
  readonly resolve: Resolve;
  readonly self: () => Self;
  /** Connects with TLS to a destination that has proven who it is (tls-upstream.ts). */
  readonly connectTls: (target: TlsTarget) => Promise<Socket>;
  /** Most pools. */
  readonly upstreams: number;
  /** Most connections in one pool. */
  readonly upstreamConnections: number;
  /** How long an idle connection stays open. */
  readonly idleMs: number;
}

/** One TLS connection to be made: who must answer, and where to knock. */
export interface TlsTarget {
  readonly host: string;
  readonly address: string;
  readonly port: number;
  readonly lookup: Lookup;
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
    const { resolve, self, connectTls, upstreamConnections, idleMs } = this.options;
    const common = {
      keepAlive: true,
      maxSockets: upstreamConnections,
      maxFreeSockets: MAX_FREE,
      timeout: idleMs,
      lookup: guardedLookup(resolve, (address) => checkAddress(address, route, self())),
    };
    if (route.scheme === 'http') return new HttpAgent(common);
    const { lookup } = common;
    const target = {
      host: route.host,
      address: route.pinned?.address ?? route.host,
      port: route.pinned?.port ?? route.port,
      lookup,
    };
    return new ProvenAgent(common, () => connectTls(target));
  }
}

/** Connections that are used only once the other end has proven who it is. */
class ProvenAgent extends HttpsAgent {
  constructor(
    options: AgentConstructor,
    private readonly connect: () => Promise<Socket>,
  ) {
    super(options);
  }

  override createConnection(_options: unknown, done?: (fault: Error | null, stream: Duplex) => void): undefined {
    this.connect().then(
      (socket) => done?.(null, socket),
      (fault: Error) => done?.(fault, undefined as unknown as Duplex),
    );
    return undefined;
  }
}
