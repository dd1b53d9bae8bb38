// Bytes that arrive in pieces, cut anywhere, put together in memory of their own: a piece of one byte costs one byte, not an object.

/** What the first piece is given; most messages are not longer. */
const LEAST_BYTES = 1024;
/** What is announced to be no longer than this has its memory at once. */
const AT_ONCE_BYTES = 64 * 1024;
/** Memory grows by this factor, so that each byte is copied twice at most on the whole. */
const GROWTH = 2;
const NOTHING = Buffer.alloc(0);

export class Gathered {
  #memory: Buffer = NOTHING;
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** Bytes of memory that it holds. */
  get capacity(): number {
    return this.#memory.length;
  }

  /** Bytes of memory that it would hold with so many more. `whole`: where it is known, how long all of it will be. */
  capacityWith(more: number, whole = Number.POSITIVE_INFINITY): number {
    const needed = this.#length + more;
    if (needed <= this.#memory.length) return this.#memory.length;
    const least = whole <= AT_ONCE_BYTES ? whole : LEAST_BYTES;
    const grown = Math.max(least, this.#memory.length * GROWTH, needed);
    return needed <= whole ? Math.min(grown, whole) : grown;
  }

  push(piece: Uint8Array, whole?: number): void {
    const capacity = this.capacityWith(piece.length, whole);
    if (capacity > this.#memory.length) {
      const memory = Buffer.allocUnsafeSlow(capacity);
      this.#memory.copy(memory, 0, 0, this.#length);
      this.#memory = memory;
    }
    this.#memory.set(piece, this.#length);
    this.#length += piece.length;
  }

  /** What was gathered so far: a view, good until the next `push` or `take`. */
  view(): Buffer {
    return this.#memory.subarray(0, this.#length);
  }

  /** Gives what was gathered away with its memory, and begins anew. */
  take(): Buffer {
    const bytes = this.view();
    this.#memory = NOTHING;
    this.#length = 0;
    return bytes;
  }
}
