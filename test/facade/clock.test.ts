// A hub whose clock is moved: pauses end by the time that passes, the log says that it was moved, and nothing new is taken for old.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import test from 'ava';
import type { Hub } from '#src/hub.js';
import { HubClock } from '#src/runtime/hub-clock.js';
import { ACTOR, place, send } from './support.js';

const [MINUTE, DAY] = [60_000, 86_400_000];
const BODY = { deviceStatus: 'on', wifiSSID: 'Sunny Corner 5G' };

test.serial(
  'a pause of ten minutes lasts ten minutes, with the clock set years back and forth; each jump is in the log',
  async (t) => {
    t.timeout(120_000);
    const at = await place(t);
    const dir = mkdtempSync(path.join(tmpdir(), 'hubsieve-clock-'));
    t.teardown(() => rmSync(dir, { recursive: true, force: true }));
    const time = { wall: Date.now(), steady: 0 };
    const hub = await at.openAt(dir, { clock: new HubClock({ wall: () => time.wall, steady: () => time.steady }) });
    t.teardown(() => hub.close());
    const door = hub.doors[0]!.port;
    const leaks = async (): Promise<boolean> => {
      const before = at.cloud.text().length;
      await send(door, BODY);
      return at.cloud.text().slice(before).includes('Sunny Corner');
    };
    const pass = (ms: number): void => {
      time.wall += ms;
      time.steady += ms;
    };
    t.false(await leaks());
    const [device] = await hub.facade.devices();
    await hub.facade.changeDevice(device!.id, { pauseUntilMs: time.wall + 10 * MINUTE }, ACTOR);
    t.true(await leaks());
    for (const jump of [-400 * DAY, 900 * DAY, -450 * DAY]) {
      pass(3 * MINUTE);
      time.wall += jump;
      t.true(await leaks(), `minimization is still paused after ${jump / DAY} days`);
    }
    pass(MINUTE);
    time.wall -= DAY; // the hub's own timer is the machine's: it looks again when the clock is moved
    await hub.facade.devices();
    t.false(await leaks(), 'ten minutes have passed');
    const alarms = await hub.facade.records({ kind: 'alarm' }, 10);
    t.deepEqual(
      alarms.map((one) => (one.kind === 'alarm' ? one.what : '')),
      ['clock', 'clock', 'clock', 'clock'],
    );
  },
);

test.serial('starts under clocks that are wrong take no new record; retention runs at the start under a right one', async (t) => {
  t.timeout(120_000);
  const at = await place(t);
  const dir = mkdtempSync(path.join(tmpdir(), 'hubsieve-clock-'));
  t.teardown(() => rmSync(dir, { recursive: true, force: true }));
  const now = Date.now();
  const messages = async (hub: Hub): Promise<number> => (await hub.facade.records({ kind: 'message' }, 100)).length;
  for (const [days, left] of [
    [0, 1],
    [-40, 2],
    [3650, 3],
    [3650, 4],
    [1, 5],
  ] as const) {
    const started = performance.now();
    const hub = await at.openAt(dir, {
      clock: new HubClock({ wall: () => now + days * DAY, steady: () => performance.now() - started }),
    });
    await send(hub.doors[0]!.port, BODY);
    await hub.close();
    const again = await at.openAt(dir, { clock: new HubClock({ wall: () => now + days * DAY + MINUTE, steady: () => 0 }) });
    t.is(await messages(again), left, `with the clock ${days} days off`);
    await again.close();
  }
});
