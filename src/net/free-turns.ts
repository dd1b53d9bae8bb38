// What one turn of the event loop may take, and turns in which nothing is done, so that connections are taken meanwhile.

/**
 * How many follow one whose time was used up: Node takes one new connection in each turn (libuv 1.45 and later). With none a device that
 * makes hundreds of them, and has as many messages judged, kept others' connections waiting for seconds. They take a millisecond.
 */
const FREE_TURNS = 32;

/** Counts what is done in one turn of the loop. */
export class TurnBudget {
  #spentMs = 0;
  #isDue = false;

  /** @param then called when the loop has turned after something was spent or asked for, and the free turns are over. */
  constructor(
    private readonly turnMs: number,
    private readonly then: () => void,
  ) {}

  get isLeft(): boolean {
    return this.#spentMs < this.turnMs;
  }

  spend(ms: number): void {
    this.#spentMs += ms;
    this.askForTurn();
  }

  askForTurn(): void {
    if (this.#isDue) return;
    this.#isDue = true;
    setImmediate(() => this.#turn(this.isLeft ? 0 : FREE_TURNS));
  }

  #turn(free: number): void {
    if (free > 0) {
      setImmediate(() => this.#turn(free - 1));
      return;
    }
    this.#isDue = false;
    this.#spentMs = 0;
    this.then();
  }
}
