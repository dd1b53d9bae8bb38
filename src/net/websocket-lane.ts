// One direction of a connection: messages handled one by one in their order, the sender held back while too much waits.

export interface LaneOptions<T> {
  /** Never rejects. */
  readonly handle: (item: T) => Promise<void>;
  readonly bytesOf: (item: T) => number;
  /** Bytes waiting at which the sender is held back. */
  readonly highBytes: number;
  /** Bytes waiting at which the lane gives up: what one read can bring past `highBytes`, inflated. */
  readonly mostBytes: number;
  readonly hold: (isFull: boolean) => void;
  readonly overflow: () => void;
  /** Nothing waits and nothing is in hand any more. */
  readonly onIdle: () => void;
}

/** A frame waits with a buffer and its head: many empty ones must count too. */
const ITEM_BYTES = 256;

export class Lane<T> {
  readonly #waiting: T[] = [];
  #bytes = 0;
  #inHandBytes = 0;
  #busy = false;
  #closed = false;
  #full = false;

  constructor(private readonly options: LaneOptions<T>) {}

  /** Nothing waits and nothing is in hand. */
  get idle(): boolean {
    return !this.#busy && this.#waiting.length === 0;
  }

  /** What waits and what is in hand. */
  get heldBytes(): number {
    return this.#bytes + this.#inHandBytes;
  }

  push(item: T): void {
    if (this.#closed) return;
    this.#waiting.push(item);
    this.#bytes += this.#cost(item);
    if (this.#bytes > this.options.mostBytes) {
      this.close();
      this.options.overflow();
      return;
    }
    if (!this.#busy) void this.#run();
    this.#hold();
  }

  /** Takes nothing more and drops what waits; what is in hand is finished. */
  close(): void {
    this.#closed = true;
    this.#waiting.length = 0;
    this.#bytes = 0;
    this.#hold();
  }

  async #run(): Promise<void> {
    this.#busy = true;
    for (let item = this.#waiting.shift(); item !== undefined; item = this.#waiting.shift()) {
      this.#inHandBytes = this.#cost(item);
      this.#bytes -= this.#inHandBytes;
      this.#hold();
      await this.options.handle(item);
    }
    this.#inHandBytes = 0;
    this.#busy = false;
    this.options.onIdle();
  }

  #cost(item: T): number {
    return this.options.bytesOf(item) + ITEM_BYTES;
  }

  #hold(): void {
    const isFull = this.#bytes >= this.options.highBytes;
    if (isFull === this.#full) return;
    this.#full = isFull;
    this.options.hold(isFull);
  }
}
