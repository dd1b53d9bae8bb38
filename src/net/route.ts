// Where a message goes. Pure: addresses of this machine and the config come as arguments.
import { isIP } from 'node:net';
import { HubError } from '../errors.js';
import { type Authority, formatAuthority } from '../protocol/http/authority.js';
import type { HttpScheme } from '../protocol/http/message.js';
import { isLoopback, isPublic, plainAddress } from './address.js';

/** A destination the config fixes. */
export interface FixedUpstream {
  readonly scheme: 'http' | 'https' | 'mqtt' | 'mqtts';
  readonly host: string;
  readonly port: number;
  readonly authority: string;
}

export interface PinnedAddress {
  readonly address: string;
  readonly port: number;
}

/** This hub as others reach it. */
export interface Self {
  /** Addresses of its interfaces, plain. Loopback need not be named. */
  readonly addresses: ReadonlySet<string>;
  /** Ports it listens on, the page's too. */
  readonly ports: ReadonlySet<number>;
}

export interface RouteRequest {
  /** `upstream` of the listener. */
  readonly upstream?: FixedUpstream | undefined;
  /** Scheme of the connection, or of the absolute target. */
  readonly scheme: HttpScheme;
  readonly authority?: Authority | undefined;
  /** `upstream.resolve` of the config: `host:port` → address and port. */
  readonly resolve: Readonly<Record<string, PinnedAddress>>;
  readonly self: Self;
}

export interface Route {
  readonly scheme: HttpScheme;
  /** Name or address the cloud must prove to be. */
  readonly host: string;
  readonly port: number;
  /** What it gets as Host. */
  readonly authority: string;
  /** Where the connection goes instead of what `host` resolves to. */
  readonly pinned?: PinnedAddress;
  /** The household named this destination: it may be inside the home. */
  readonly named: boolean;
}

/** The route of a message: the listener's upstream, else what the device named. Throws `no_upstream`, `loop`, `private_upstream`. */
export function findRoute(request: RouteRequest): Route {
  const route = request.upstream === undefined ? deviceRoute(request) : fixedRoute(request.upstream, request.resolve);
  const literal = route.pinned?.address ?? (isIP(route.host) === 0 ? undefined : plainAddress(route.host));
  if (literal !== undefined) checkAddress(literal, route, request.self);
  if (route.host === 'localhost' && !route.named) throw new HubError('private_upstream');
  return route;
}

function fixedRoute(upstream: FixedUpstream, resolve: RouteRequest['resolve']): Route {
  if (upstream.scheme !== 'http' && upstream.scheme !== 'https') throw new HubError('no_upstream');
  const { scheme, host, port, authority } = upstream;
  return { scheme, host, port, authority, ...pin(host, port, resolve), named: true };
}

function deviceRoute({ scheme, authority, resolve }: RouteRequest): Route {
  if (authority === undefined) throw new HubError('no_upstream');
  const { host, port } = authority;
  const pinned = pin(host, port, resolve);
  return { scheme, host, port, authority: formatAuthority(authority, scheme), ...pinned, named: pinned.pinned !== undefined };
}

function pin(host: string, port: number, resolve: RouteRequest['resolve']): { pinned?: PinnedAddress } {
  const key = `${host.includes(':') ? `[${host}]` : host}:${port}`;
  const pinned = Object.hasOwn(resolve, key) ? resolve[key] : undefined;
  return pinned === undefined ? {} : { pinned };
}

/**
 * Judges the address a connection would really go to, after names are resolved: the hub itself is never a destination, the
 * inside of the home only where the household named it. Throws `loop`, `private_upstream`.
 */
export function checkAddress(address: string, route: Pick<Route, 'port' | 'pinned' | 'named'>, self: Self): void {
  const plain = plainAddress(address);
  const own = isLoopback(plain) || self.addresses.has(plain);
  if (own && self.ports.has(route.pinned?.port ?? route.port)) throw new HubError('loop');
  if (!route.named && (own || !isPublic(plain))) throw new HubError('private_upstream');
}
