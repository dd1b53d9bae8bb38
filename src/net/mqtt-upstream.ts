// Connections to MQTT brokers: where they go, judged as for HTTP, and a socket on which nothing has been sent.
import type { X509Certificate } from 'node:crypto';
import { connect as connectTcp, type Socket } from 'node:net';
import { HubError } from '../errors.js';
import { guardedLookup, type Lookup, type Resolve } from './resolve.js';
import { checkAddress, type FixedUpstream, findRoute, type PinnedAddress, type Route, type Self } from './route.js';
import { connectUpstream, type Trust } from './tls-upstream.js';
import type { UpstreamSlots } from './upstream-slots.js';

/** Where a connection is for, where no listener fixes it: by its original destination, or by the name in its TLS handshake. */
export interface MqttDestination {
  readonly host: string;
  readonly port: number;
  /** Whether the device speaks TLS there. */
  readonly secure: boolean;
}

export interface MqttRoute {
  readonly secure: boolean;
  /** As the HTTP route to the same place; its scheme says nothing. */
  readonly route: Route;
}

export interface MqttRouteRequest {
  readonly upstream?: FixedUpstream | undefined;
  readonly destination?: MqttDestination | undefined;
  readonly resolve: Readonly<Record<string, PinnedAddress>>;
  readonly self: Self;
}

/** The listener's upstream, else the destination. Throws `no_upstream` (also for an HTTP upstream), `loop`, `private_upstream`. */
export function findMqttRoute({ upstream, destination, resolve, self }: MqttRouteRequest): MqttRoute {
  if (upstream === undefined) {
    if (destination === undefined) throw new HubError('no_upstream');
    const { host, port, secure } = destination;
    const scheme = secure ? 'https' : 'http';
    return { secure, route: findRoute({ scheme, authority: { host, port }, resolve, self }) };
  }
  if (upstream.scheme !== 'mqtt' && upstream.scheme !== 'mqtts') throw new HubError('no_upstream');
  const secure = upstream.scheme === 'mqtts';
  const scheme = secure ? 'https' : 'http';
  return { secure, route: findRoute({ upstream: { ...upstream, scheme }, scheme, resolve, self }) };
}

/** One connection to be made. `host` is who must answer, `address` and `port` where to knock. */
export interface Target {
  readonly host: string;
  readonly address: string;
  readonly port: number;
  readonly lookup: Lookup;
  readonly timeoutMs: number;
}

/** Resolves with a connected socket, for TLS one whose peer is proven; nothing has been sent on it. Rejects with a `HubError`. */
export type Connect = (target: Target) => Promise<Socket>;

export interface ConnectorOptions {
  readonly resolve: Resolve;
  readonly self: () => Self;
  /** For name, connection and handshake together. */
  readonly timeoutMs: number;
  readonly connectTls: Connect;
  /** Shared by all doors. */
  readonly slots: UpstreamSlots;
}

/**
 * Connects to the end of a route, for the device at an address; each address of the route is judged before it is used. Rejects `busy`
 * where the destination has no slot left for the device.
 */
export function createConnector({
  resolve,
  self,
  timeoutMs,
  connectTls,
  slots,
}: ConnectorOptions): (route: MqttRoute, device: string) => Promise<Socket> {
  return ({ secure, route }, device) => {
    const { host, port, pinned } = route;
    const lookup = guardedLookup(resolve, (address) => checkAddress(address, route, self()));
    const target = { host, address: pinned?.address ?? host, port: pinned?.port ?? port, lookup, timeoutMs };
    return slots.open(route, device, () => (secure ? connectTls(target) : connectPlain(target)));
  };
}

/** Half-open, as a broker may shut its sending side while the device's last bytes are still under way to it. */
const connectPlain: Connect = ({ address, port, lookup, timeoutMs }) =>
  opened(connectTcp({ host: address, port, lookup, noDelay: true, keepAlive: true, allowHalfOpen: true }), timeoutMs);

/** TLS with a broker that has proven who it is (tls-upstream.ts). */
export function provenTls(trust: Trust, ownRoots: () => readonly X509Certificate[]): Connect {
  return (target) => connectUpstream({ ...target, alpn: [], trust, ownRoots: ownRoots(), now: Date.now });
}

function opened(socket: Socket, timeoutMs: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const settle = (): void => {
      clearTimeout(timer);
      socket.off('error', fail).off('close', closed).off('connect', done);
    };
    const fail = (fault: unknown): void => {
      settle();
      socket.on('error', () => undefined); // what still comes from a socket that was given up has no one to go to
      socket.destroy();
      reject(fault instanceof HubError ? fault : new HubError('upstream_unreachable', '', { cause: fault }));
    };
    const closed = (): void => fail(new HubError('upstream_unreachable'));
    const done = (): void => {
      settle();
      resolve(socket);
    };
    const timer = setTimeout(() => fail(new HubError('upstream_timeout')), timeoutMs);
    socket.on('error', fail).on('close', closed).on('connect', done);
  });
}
