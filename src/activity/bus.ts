// Events for whoever listens: a slow listener loses the oldest, it never slows the hub.
import type { HubEvent } from '../web/facade.js';

/** A page that is behind by more reads the state anew anyway. */
const WAITING_MAX = 256;

export class Bus {
  private readonly listeners = new Set<(event: HubEvent) => void>();

  /** Whether anybody listens: where nobody does, an event need not be made. */
  get isHeard(): boolean {
    return this.listeners.size > 0;
  }

  tell(event: HubEvent): void {
    for (const listener of this.listeners) listener(event);
  }

  /** Events from now on; ends when `signal` aborts. */
  events(signal: AbortSignal): AsyncIterable<HubEvent> {
    const waiting: HubEvent[] = [];
    let wake = (): void => {};
    const listener = (event: HubEvent): void => {
      waiting.push(event);
      if (waiting.length > WAITING_MAX) waiting.shift();
      wake();
    };
    this.listeners.add(listener);
    signal.addEventListener('abort', () => wake(), { once: true });
    const stop = (): void => void this.listeners.delete(listener);
    signal.addEventListener('abort', stop, { once: true });
    if (signal.aborted) stop();
    async function* read(): AsyncGenerator<HubEvent> {
      try {
        while (!signal.aborted) {
          const next = waiting.shift();
          if (next !== undefined) yield next;
          else
            await new Promise<void>((resolve) => {
              wake = resolve;
            });
        }
      } finally {
        stop();
      }
    }
    return read();
  }
}
