// Whose message is judged next: devices take turns, and between turns the hub hears the others. What waits, waits as bytes.
import { TurnBudget } from './free-turns.js';

export interface GateOptions {
  /** Steps that are under way at once. */
  readonly most: number;
  /** Milliseconds; only tests give another clock. */
  readonly now?: () => number;
}

/**
 * Milliseconds of steps in one turn of the event loop. A device that sends the most expensive messages over all its connections gets one
 * of them in (25 ms on this thread at most, workers/threaded-judge.ts), then whoever waits; usual messages come in dozens.
 */
const TURN_MS = 10;

/**
 * Lets so many through at a time, and so much in one turn of the loop; at once where nobody waits. Those that wait go by device, the one
 * whose turn was longest ago first, and in their order within it. A wait is never longer than the steps of those before.
 */
export class Gate {
  #inside = 0;
  #waiting = 0;
  readonly #turn = new TurnBudget(TURN_MS, () => this.#next());
  /** By device, whose turn comes first first. */
  readonly #queues = new Map<string, (() => void)[]>();
  readonly #now: () => number;

  constructor(readonly options: GateOptions) {
    this.#now = options.now ?? (() => performance.now());
  }

  /** Steps that are under way, and those that wait. */
  get held(): number {
    return this.#inside + this.#waiting;
  }

  /** The same step, behind this gate. */
  over<A extends readonly unknown[], T>(
    deviceOf: (...args: A) => string,
    step: (...args: A) => Promise<T>,
  ): (...args: A) => Promise<T> {
    return (...args) => this.through(deviceOf(...args), () => step(...args));
  }

  through<T>(device: string, step: () => Promise<T>): Promise<T> {
    if (this.#waiting === 0 && this.#isFree()) return this.#begin(step);
    return new Promise<T>((resolve) => this.#wait(device, () => resolve(this.#begin(step))));
  }

  #isFree(): boolean {
    return this.#inside < this.options.most && this.#turn.isLeft;
  }

  #begin<T>(step: () => Promise<T>): Promise<T> {
    this.#inside += 1;
    const startMs = this.#now();
    const result = begin(step);
    this.#turn.spend(this.#now() - startMs);
    result.then(this.#leave, this.#leave);
    return result;
  }

  readonly #leave = (): void => {
    this.#inside -= 1;
    this.#next();
  };

  #wait(device: string, begin: () => void): void {
    const queue = this.#queues.get(device);
    if (queue === undefined) this.#queues.set(device, [begin]);
    else queue.push(begin);
    this.#waiting += 1;
  }

  #next(): void {
    while (this.#waiting > 0 && this.#isFree()) {
      const [device, queue] = this.#queues.entries().next().value as [string, (() => void)[]];
      const begin = queue.shift()!;
      this.#queues.delete(device);
      if (queue.length > 0) this.#queues.set(device, queue); // behind all others
      this.#waiting -= 1;
      begin();
    }
  }
}

/** A step that throws before its first wait gives its place back like any other. */
function begin<T>(step: () => Promise<T>): Promise<T> {
  try {
    return step();
  } catch (fault) {
    return Promise.reject(fault);
  }
}
