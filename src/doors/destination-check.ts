// A connection that was on its way to somebody else: may the name it says be there? The hub itself goes to the name, in any case.
import type { Socket } from 'node:net';
import type { Config, ListenerConfig } from '../config.js';
import { HubError } from '../errors.js';
import { plainAddress } from '../net/address.js';
import type { Self } from '../net/route.js';
import type { Records } from './connection-records.js';
import type { Destinations } from './destinations.js';

export interface DestinationCheckOptions {
  readonly config: Config;
  readonly listener: ListenerConfig;
  readonly destinations: Destinations;
  readonly records: Records;
  readonly self: () => Self;
  readonly serviceOf: (host: string) => string;
  readonly label: (address: string) => string | Promise<string>;
}

/** What differs is recorded once in this time for a device and service: with some networks it is so at every connection. */
const AGAIN_MS = 24 * 60 * 60 * 1000;
/** A home has dozens of devices; past this the oldest is recorded again. */
const MOST_TOLD = 1_024;

export class DestinationCheck {
  private readonly reportedAt = new Map<string, number>();
  /** A connection's destination stays, and a machine's addresses take long to list. */
  private readonly known = new WeakMap<object, string | undefined>();

  constructor(private readonly options: DestinationCheckOptions) {}

  /** Where a connection was on its way to; undefined: to the hub itself, as by name, or the listener has one upstream for all. */
  wanted(socket: Pick<Socket, 'localAddress'>): string | undefined {
    const { listener } = this.options;
    if (!listener.transparent || listener.upstream !== undefined) return undefined;
    if (!this.known.has(socket)) this.known.set(socket, this.find(socket.localAddress));
    return this.known.get(socket);
  }

  private find(localAddress: string | undefined): string | undefined {
    const address = plainAddress(localAddress);
    return localAddress === undefined || this.options.self().addresses.has(address) ? undefined : address;
  }

  /** Rejects `private_upstream` for a destination that is none of the Internet, `wrong_destination` for another service's. */
  async check(device: string, host: string, wanted: string): Promise<void> {
    if (this.isNamed(host)) return;
    const match = await this.options.destinations.compare(host, wanted);
    switch (match) {
      case 'same':
        return;
      case 'differs':
        await this.tell(device, host);
        return;
      case 'elsewhere':
        throw new HubError('wrong_destination');
      case 'inside':
        throw new HubError('private_upstream');
      default:
        match satisfies never;
        throw new HubError('internal');
    }
  }

  /** The household says itself where this name is. */
  private isNamed(host: string): boolean {
    return Object.keys(this.options.config.upstream.resolve).some((key) => key.replace(/:\d+$/, '') === host);
  }

  private async tell(device: string, host: string): Promise<void> {
    const service = this.options.serviceOf(host);
    const key = `${await this.options.label(device)} ${service}`; // one device has many addresses
    const nowMs = Date.now();
    if (nowMs - (this.reportedAt.get(key) ?? Number.NEGATIVE_INFINITY) < AGAIN_MS) return;
    this.reportedAt.delete(key);
    this.reportedAt.set(key, nowMs);
    if (this.reportedAt.size > MOST_TOLD) this.reportedAt.delete(this.reportedAt.keys().next().value!);
    this.options.records.alarm(device, service, 'destination_differs');
  }
}
