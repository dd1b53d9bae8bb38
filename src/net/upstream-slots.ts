// How many lasting connections (MQTT, WebSocket) a destination has, bounded for all doors together.
import type { Socket } from 'node:net';
import { HubError } from '../errors.js';
import type { Route } from './route.js';

export class UpstreamSlots {
  readonly #taken = new Map<string, number>();

  /** `most`: open connections to one destination, those being opened included. */
  constructor(readonly most: number) {}

  /**
   * Opens a connection in a slot of its own, which is free again once the connection is closed. Rejects `busy` where none is free:
   * these connections last, so waiting for one to end would be in vain; a device asks again by itself.
   */
  async open({ host, port }: Route, connect: () => Promise<Socket>): Promise<Socket> {
    const key = `${host} ${port}`;
    const taken = this.#taken.get(key) ?? 0;
    if (taken >= this.most) throw new HubError('busy', 'limits.upstream_connections');
    this.#taken.set(key, taken + 1);
    try {
      const socket = await connect();
      if (socket.closed) this.#release(key);
      else socket.once('close', () => this.#release(key));
      return socket;
    } catch (fault) {
      this.#release(key);
      throw fault;
    }
  }

  #release(key: string): void {
    const left = (this.#taken.get(key) ?? 1) - 1;
    if (left === 0) this.#taken.delete(key);
    else this.#taken.set(key, left);
  }
}
