// How many messages are judged at once: the others wait as bytes, which is what they cost least as.

/**
 * Lets so many through at a time, in the order they came. Only judging waits here, which ends by itself: a wait is never longer than
 * the judging of those before.
 */
export class Gate {
  #inside = 0;
  readonly #waiting: (() => void)[] = [];

  constructor(readonly most: number) {}

  /** The same step, behind this gate. */
  over<A extends readonly unknown[], T>(step: (...args: A) => Promise<T>): (...args: A) => Promise<T> {
    return (...args) => this.through(() => step(...args));
  }

  async through<T>(step: () => Promise<T>): Promise<T> {
    if (this.#inside < this.most) this.#inside += 1;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    try {
      return await step();
    } finally {
      // Whoever waited longest takes the place over.
      const next = this.#waiting.shift();
      if (next === undefined) this.#inside -= 1;
      else next();
    }
  }
}
