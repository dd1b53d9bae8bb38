import test from 'ava';
import { Lane } from '#src/net/websocket-lane.js';
import { until } from './tools.js';

function lane(handle: (item: string) => Promise<void>): { lane: Lane<string>; holds: boolean[]; overflows: () => number } {
  const holds: boolean[] = [];
  let overflows = 0;
  const made = new Lane<string>({
    handle,
    bytesOf: (item) => item.length,
    highBytes: 1_000,
    mostBytes: 2_000,
    hold: (isFull) => holds.push(isFull),
    overflow: () => {
      overflows += 1;
    },
    onIdle: () => undefined,
  });
  return { lane: made, holds, overflows: () => overflows };
}

test('items are handled one by one, in the order they came', async (t) => {
  const events: string[] = [];
  const { lane: made } = lane(async (item) => {
    events.push(`begin ${item}`);
    await new Promise((resolve) => setImmediate(resolve));
    events.push(`end ${item}`);
  });
  for (const item of ['a', 'b', 'c']) made.push(item);
  await until(() => made.idle);
  t.deepEqual(events, ['begin a', 'end a', 'begin b', 'end b', 'begin c', 'end c']);
});

test('a sender is held back while too much waits, and let go again', async (t) => {
  let go: () => void = () => undefined;
  const { lane: made, holds } = lane(
    () =>
      new Promise((resolve) => {
        go = resolve;
      }),
  );
  for (let i = 0; i < 4; i++) made.push('x'.repeat(100));
  t.deepEqual(holds, [true]);
  go();
  await until(() => holds.length === 2);
  t.deepEqual(holds, [true, false]);
});

test('past its bound a lane gives up: what waits is dropped, what is in hand is finished', async (t) => {
  const handled: string[] = [];
  let go: () => void = () => undefined;
  const { lane: made, overflows } = lane(
    (item) =>
      new Promise((resolve) => {
        go = () => {
          handled.push(item);
          resolve();
        };
      }),
  );
  made.push('first');
  for (let i = 0; i < 9; i++) made.push('x'.repeat(100));
  t.is(overflows(), 1);
  made.push('late');
  go();
  await until(() => made.idle);
  t.deepEqual(handled, ['first']);
});
