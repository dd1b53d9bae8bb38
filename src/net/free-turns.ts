// Turns of the event loop in which nothing is done, so that connections are taken meanwhile.

/**
 * How many follow one whose time was used up: Node takes one new connection in each turn (libuv 1.45 and later). With none a device that
 * makes hundreds of them, and has as many messages judged, kept others' connections waiting for seconds. They take a millisecond.
 */
const FREE_TURNS = 32;

/** Calls `then` in the next turn, or where the time of this one `isSpent`, once the free turns are over. */
export function nextTurn(isSpent: () => boolean, then: () => void): void {
  const turn = (free: number): void => {
    if (free > 0) setImmediate(turn, free - 1);
    else then();
  };
  setImmediate(() => turn(isSpent() ? FREE_TURNS : 0));
}
