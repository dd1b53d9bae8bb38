// How much is under way to a destination at once, bounded for all doors together, and for one device among them.
import type { Socket } from 'node:net';
import { HubError } from '../errors.js';
import type { Route } from './route.js';

interface Destination {
  all: number;
  readonly byDevice: Map<string, number>;
}

/** One device has half of a destination's connections at most: a cloud that it keeps waiting answers the others. */
const SHARE = 2;
const WHERE = 'limits.upstream_connections';

/** One for requests, which wait for a connection where all are in use, and one for connections that last (MQTT, WebSocket). */
export class UpstreamSlots {
  readonly #destinations = new Map<string, Destination>();

  /** `most`: to one destination, those being opened included. `ownerOf`: the device behind an address, as far as it is known. */
  constructor(
    readonly most: number,
    private readonly ownerOf: (address: string) => string = (address) => address,
  ) {}

  /** All that is under way. */
  get held(): number {
    let held = 0;
    for (const { all } of this.#destinations.values()) held += all;
    return held;
  }

  /** A slot for a request of the device at `address`; gives how to give it back. Throws `busy` where the device has its share. */
  enter(route: Route, address: string): () => void {
    return this.#take(route, address, Number.POSITIVE_INFINITY);
  }

  /**
   * Opens a connection in a slot of its own, which is free again once the connection is closed. Rejects `busy` where none is free:
   * these connections last, so waiting for one to end would be in vain; a device asks again by itself.
   */
  async open(route: Route, address: string, connect: () => Promise<Socket>): Promise<Socket> {
    const release = this.#take(route, address, this.most);
    try {
      const socket = await connect();
      if (socket.closed) release();
      else socket.once('close', release);
      return socket;
    } catch (fault) {
      release();
      throw fault;
    }
  }

  #take({ host, port }: Route, address: string, most: number): () => void {
    const key = `${host} ${port}`;
    const device = this.ownerOf(address);
    const destination = this.#destinations.get(key) ?? { all: 0, byDevice: new Map<string, number>() };
    const own = destination.byDevice.get(device) ?? 0;
    if (destination.all >= most || own >= Math.ceil(this.most / SHARE)) throw new HubError('busy', WHERE);
    this.#destinations.set(key, destination);
    destination.all += 1;
    destination.byDevice.set(device, own + 1);
    return () => this.#release(key, destination, device);
  }

  #release(key: string, destination: Destination, device: string): void {
    const own = (destination.byDevice.get(device) ?? 1) - 1;
    if (own === 0) destination.byDevice.delete(device);
    else destination.byDevice.set(device, own);
    destination.all -= 1;
    if (destination.all === 0) this.#destinations.delete(key);
  }
}
