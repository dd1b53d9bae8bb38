// The arrays that the rows of messages stand in: taken and given back, for making one costs more than reading a message of ordinary size.

/** Numbers in the array that small messages share: some tens of messages of ordinary size, or one of 20 KB. */
const SHARED = 1 << 16;
let shared = new Int32Array(SHARED);
let used = 0;

/** Where an array is free from. */
export interface Rows {
  readonly rows: Int32Array;
  readonly from: number;
}

/** Room for at most `most` numbers; what is used of it is told by `keepRows`, before anybody else asks for room. */
export function rowsFor(most: number): Rows {
  if (most > SHARED) return { rows: new Int32Array(1 << Math.max(10, 31 - Math.clz32(most >> 2))), from: 0 };
  if (used + most > SHARED) {
    shared = new Int32Array(SHARED);
    used = 0;
  }
  return { rows: shared, from: used };
}

/** The rows up to `top` are used. */
export function keepRows(rows: Int32Array, top: number): void {
  if (rows === shared) used = top;
}

/** What is read from now on is given back with `returnRows`: none of its nodes and documents may be used after that. */
export function borrowRows(): Rows {
  return { rows: shared, from: used };
}

export function returnRows(mark: Rows): void {
  used = mark.rows === shared ? mark.from : 0;
}
