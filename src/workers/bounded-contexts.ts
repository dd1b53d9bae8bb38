// The contexts of the household's services, with bounds of their own on size and time.

import type { HubError } from '../errors.js';
import type { Contexts } from '../message/apply-mode.js';
import type { Limits } from '../model.js';
import type { Services } from '../services/contexts.js';
import type { SieveContext, Sieved } from '../sieve.js';

/** `start` is told when a context is there; `ended` as in `Contexts`. */
export interface Time {
  readonly overdue: () => boolean;
  readonly start?: () => void;
  readonly ended?: (error: HubError | undefined) => void;
}

export class BoundedContexts implements Contexts {
  private readonly made = new WeakMap<SieveContext, SieveContext>();

  constructor(
    private readonly services: Pick<Services, 'context' | 'learn' | 'modeOf'>,
    private readonly limits: Limits,
    private readonly time: Time,
  ) {}

  ended(error: HubError | undefined): void {
    this.time.ended?.(error);
  }

  /** The same object for the same context: what is remembered beside it stays found. */
  context(service: string, device: string, floorOnly?: boolean): SieveContext {
    const plain = this.services.context(service, device, floorOnly);
    let timed = this.made.get(plain);
    if (timed === undefined) {
      timed = { ...plain, limits: this.limits, overdue: this.time.overdue };
      this.made.set(plain, timed);
    }
    this.time.start?.();
    return timed;
  }

  learn(service: string, device: string, learned: Sieved['learned']): boolean {
    return this.services.learn(service, device, learned);
  }

  modeOf(service: string, device: string): ReturnType<Services['modeOf']> {
    return this.services.modeOf(service, device);
  }
}
