import test from 'ava';
import { HubClock, type Jump } from '#src/runtime/hub-clock.js';
import { RetentionTime } from '#src/runtime/retention-time.js';

const NOW = 1_793_318_400_000;
const [MINUTE, HOUR, DAY] = [60_000, 3_600_000, 86_400_000];

/** A machine whose two clocks are set by hand. */
function machine() {
  const at = { wall: NOW, steady: 5 };
  const clock = new HubClock({ wall: () => at.wall, steady: () => at.steady });
  const jumps: Jump[] = [];
  clock.onJump((jump) => jumps.push(jump));
  const pass = (ms: number): void => {
    at.wall += ms;
    at.steady += ms;
  };
  return { at, clock, jumps, pass };
}

test('a clock that goes, also slower or faster than it should, jumps never; one that is moved is told before the time is', (t) => {
  const { at, clock, jumps, pass } = machine();
  for (let i = 0; i < 1000; i++) {
    pass(MINUTE);
    at.wall += i % 2 === 0 ? 500 : -400;
    clock.now();
  }
  t.deepEqual(jumps, []);
  let heard: number | undefined;
  clock.onJump(({ toMs }) => {
    heard = toMs;
  });
  const before = clock.now();
  pass(HOUR);
  at.wall -= 40 * DAY;
  const now = clock.now();
  t.deepEqual(jumps, [{ fromMs: before + HOUR, toMs: now }]);
  t.is(heard, now);
  t.is(clock.elapsedMs, 1000 * MINUTE + HOUR, 'what has passed is not what the clock says');
  t.is(clock.now(), now);
  t.is(jumps.length, 1);
});

test('retention: a time that nobody vouches for counts a day past the last, until the network does or two days have passed', async (t) => {
  let [nowMs, elapsedMs, isSynchronized] = [NOW, 0, false];
  const read = (lastMs: number | undefined) =>
    new RetentionTime({ now: () => nowMs, elapsedMs: () => elapsedMs, synchronized: async () => isSynchronized, lastMs }).read();
  t.deepEqual(await read(undefined), { nowMs: NOW, believedMs: NOW });
  t.deepEqual(await read(NOW - HOUR), { nowMs: NOW, believedMs: NOW - HOUR });
  nowMs = NOW + 3650 * DAY;
  let last = NOW;
  for (let start = 0; start < 50; start++) {
    elapsedMs = MINUTE;
    const time = await read(last);
    t.is(time.nowMs, last + MINUTE + DAY);
    last = time.believedMs;
  }
  t.is(last, NOW + 50 * MINUTE, 'fifty starts with a clock ten years ahead gain what the hub has run');
  elapsedMs = 48 * HOUR;
  t.deepEqual(await read(NOW), { nowMs, believedMs: nowMs });
  [elapsedMs, isSynchronized] = [0, true];
  t.deepEqual(await read(NOW), { nowMs, believedMs: nowMs });
  [nowMs, isSynchronized] = [NOW - 40 * DAY, false];
  t.deepEqual(await read(NOW), { nowMs, believedMs: nowMs }, 'a clock that is behind makes nothing old');
});
