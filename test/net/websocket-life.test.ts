import test from 'ava';
import type { End } from '#src/net/websocket-end.js';
import { watchLife } from '#src/net/websocket-life.js';
import { until } from './tools.js';

/** An end that is asked for its bytes at each turn, and given what `read` says. */
function end(read: () => number, held = false): { end: End; pings: () => number; destroyed: () => boolean } {
  let pings = 0;
  let destroyed = false;
  const fake = {
    held,
    get bytesRead(): number {
      return read();
    },
    ping: () => {
      pings += 1;
    },
    destroy: () => {
      destroyed = true;
    },
  };
  return { end: fake as unknown as End, pings: () => pings, destroyed: () => destroyed };
}

test('an end that answers nothing to several pings is dropped; one that speaks, or is held back, is not', async (t) => {
  let bytes = 0;
  const speaking = end(() => bytes++);
  const held = end(() => 0, true);
  const silent = end(() => 0);
  const stop = watchLife([speaking.end, held.end, silent.end], 2);
  await until(() => silent.destroyed() && speaking.pings() > 8 && held.pings() > 8);
  stop();
  t.true(silent.pings() >= 3);
  t.false(speaking.destroyed());
  t.false(held.destroyed());
});
