// Who may be opened, who passes unread, who is refused: the household's say over a TLS connection, and the record of it.
import type { Config, ListenerConfig } from '../config.js';
import { ERRORS, type ErrorCode, HubError } from '../errors.js';
import { createResolve, guardedLookup } from '../net/resolve.js';
import { checkAddress, findRoute, type Self } from '../net/route.js';
import type { Admission, Request } from '../net/tls-door.js';
import type { Noticed } from '../protocol/tls/trust-memory.js';
import type { HouseholdRuntime } from '../runtime/household.js';
import { UNKNOWN } from '../services/hosts.js';
import type { Records } from './connection-records.js';
import type { DestinationCheck } from './destination-check.js';
import type { OpaqueMemory } from './tls-memory.js';

/** What is known of a connection before its ClientHello is read. */
export interface Arrived {
  /** The host that a CONNECT named; the server name must be the same. */
  readonly target?: string | undefined;
  /** The port that the device wanted, where it is known. */
  readonly port?: number | undefined;
  /** The address that it wanted, where that is not the hub's own. */
  readonly wanted?: string | undefined;
}

export interface GateOptions {
  readonly config: Config;
  readonly listener: ListenerConfig;
  readonly home: HouseholdRuntime;
  readonly records: Records;
  readonly seen: OpaqueMemory;
  readonly self: () => Self;
}

/** Ports of TLS where the device's own is not known (IANA: https, secure-mqtt). */
const HTTPS_PORT = 443;
export const MQTTS_PORT = 8883;

export class TlsGate {
  constructor(
    private readonly options: GateOptions,
    private readonly arrivals: Pick<DestinationCheck, 'check'>,
  ) {}

  /** Opened where a service names the host; unread only where the household chose so; refused otherwise. */
  async admit(request: Request, arrived: Arrived): Promise<Admission<Arrived>> {
    const { home, seen } = this.options;
    const { host, client } = request;
    const services = home.services();
    if (services.closed) return refuse('closed');
    if (arrived.target !== undefined && arrived.target !== host) return refuse('bad_head');
    // A throw refuses.
    if (arrived.wanted !== undefined) await this.arrivals.check(client, host, arrived.wanted);
    const service = this.serviceOf(host);
    if (services.choicesOf(service).mode === 'block') return refuse('blocked');
    const device = home.choices.device(await home.label(client));
    if (device.blocked) return refuse('blocked');
    if (home.isStranger(client)) return refuse('unknown_device');
    if (!services.hosts.opens(host)) {
      return services.hosts.choiceFor(host) === 'tunnel' ? this.tunnel(request, service, arrived) : refuse('unknown_service');
    }
    const opaque = request.onlyTunnel || seen.opaqueReason(client, host) !== undefined;
    if (opaque && device.pinned === 'tunnel') return this.tunnel(request, service, arrived);
    // What only a tunnel could carry is refused by the door itself, which also notes a client certificate's protocol names.
    return { kind: 'open', context: arrived };
  }

  /** The household let this connection pass unread: recorded as opaque before its first byte leaves. */
  private async tunnel(request: Request, service: string, arrived: Arrived): Promise<Admission<never>> {
    const { config, records, self } = this.options;
    const port = arrived.port ?? (request.alpn.includes('mqtt') ? MQTTS_PORT : HTTPS_PORT);
    const authority = { host: request.host, port };
    const route = findRoute({ scheme: 'https', authority, resolve: config.upstream.resolve, self: self() });
    const lookup = guardedLookup(createResolve(config.upstream.dns), (address) => checkAddress(address, route, self()));
    const to = route.pinned ?? { address: await firstAddress(lookup, route.host), port };
    await records.unread({ device: request.client, service, verdict: 'opaque' });
    return { kind: 'tunnel', address: to.address, port: to.port };
  }

  noticed(event: Noticed): void {
    const { seen, records } = this.options;
    const service =
      'host' in event && event.host !== undefined ? this.serviceOf(event.host) : (this.options.listener.service ?? UNKNOWN);
    const known = event.kind === 'refused' && event.host !== undefined && seen.opaqueReason(event.client, event.host);
    seen.note(event);
    switch (event.kind) {
      case 'accepted':
        return;
      case 'pinned':
      case 'client_certificate':
        records.refused({ device: event.client, service, error: 'opaque', verdict: 'opaque' });
        return;
      case 'tunnelled':
        if (event.bytesUp === 0) return; // its record stands since before; nothing left
        records.refused({ device: event.client, service, verdict: 'opaque', bytesIn: event.bytesUp, bytesOut: event.bytesUp });
        return;
      case 'refused':
        // The door tells of the client certificate first, and of the refusal then: one record.
        if (known === 'client_certificate' && event.why === 'unreadable_protocol') return;
        records.refused({ device: event.client, service, error: errorOf(event.why), verdict: 'refused' });
        return;
      default:
        event satisfies never;
    }
  }

  private serviceOf(host: string): string {
    return this.options.listener.service ?? this.options.home.services().hosts.serviceOf(host);
  }
}

function firstAddress(lookup: ReturnType<typeof guardedLookup>, host: string): Promise<string> {
  return new Promise((resolve, reject) => {
    lookup(host, { all: false }, (error, address) => (error === null ? resolve(String(address)) : reject(error)));
  });
}

/** The door's word for a refusal as a code of the log. */
function errorOf(why: string): ErrorCode {
  if (Object.hasOwn(ERRORS, why)) return why as ErrorCode;
  switch (why) {
    case 'unnamed':
      return 'unknown_service';
    case 'hello_late':
      return 'timeout';
    case 'not_tls':
    case 'hello_cut_short':
    case 'no_server_name':
    case 'server_name_differs':
      return 'bad_head';
    default: // old_version, unknown_protocol, unreadable_protocol, handshake
      return 'opaque';
  }
}

function refuse(code: ErrorCode): { kind: 'refuse'; error: HubError } {
  return { kind: 'refuse', error: new HubError(code) };
}
