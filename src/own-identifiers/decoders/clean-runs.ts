/** Runs remembered for a home: names of fields and models, tokens that a device sends each time. */
const SLOTS = 128;
/** Longest run remembered, and most of one message. */
const RUN_MAX = 96;
const NEW_MAX = 16;
const NOTHING = new Uint8Array(0);

/** Runs of letters and digits that were looked into and hold nothing of the home: the same bytes need no second look. */
export class CleanRuns {
  private readonly slots: Uint8Array[] = Array.from({ length: SLOTS }, () => NOTHING);
  private readonly fresh: Uint8Array[] = [];

  /** Whether the first `size` bytes of `run` are one; if not, they may become one (`keep`). */
  has(run: Uint8Array, size: number): boolean {
    if (size > RUN_MAX) return false;
    const known = this.slots[slotOf(run, size)]!;
    let i = known.length === size ? 0 : size + 1;
    while (i < size && known[i] === run[i]) i += 1;
    if (i === size) return true;
    if (this.fresh.length < NEW_MAX) this.fresh.push(run.slice(0, size));
    return false;
  }

  /** What was new in this message holds nothing. */
  keep(): void {
    for (const run of this.fresh) this.slots[slotOf(run, run.length)] = run;
    this.forget();
  }

  /** What was new in this message may hold something. */
  forget(): void {
    this.fresh.length = 0;
  }
}

function slotOf(run: Uint8Array, size: number): number {
  let hash = size;
  for (let i = 0; i < size; i += 3) hash = Math.imul(hash ^ run[i]!, 0x01000193);
  return (hash ^ (hash >>> 15)) & (SLOTS - 1);
}
