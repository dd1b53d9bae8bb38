// The hub is killed (-9) and started again while messages run through it in both directions.
import { spawnSync } from 'node:child_process';
import test from 'ava';
import { until } from '../net/tools.js';
import { Publisher, Subscriber } from './mqtt-device.js';
import { noBroker, startBroker, startHub } from './mqtt-tools.js';

const run = noBroker === undefined ? test.serial : test.serial.skip;
/** HUBSIEVE_KILL_MESSAGES=100000 for the long run. */
const MESSAGES = Number(process.env['HUBSIEVE_KILL_MESSAGES'] ?? 300);
/** The long run meets a kill every second or so. */
const KILLS = Math.max(4, Math.ceil(MESSAGES / 4_000));

/** Waits for as long as something still moves: a restart under load is the longest pause. */
async function settle(condition: () => boolean, progress: () => number): Promise<void> {
  let last = progress();
  let still = 0;
  while (!condition() && still < 6) {
    await until(() => condition() || progress() !== last).catch(() => undefined);
    still = progress() === last ? still + 1 : 0;
    last = progress();
  }
}

for (const qos of [1, 2] as const) {
  const claim = qos === 1 ? 'loses none' : 'delivers each exactly once';
  run(`QoS ${qos} ${claim} while the hub is killed and started again, up and down`, async (t) => {
    t.timeout(300_000 + MESSAGES * 20);
    const broker = await startBroker();
    const hub = await startHub(broker.port);
    const direct = new Subscriber(broker.port, qos, 'direct');
    const behind = new Subscriber(hub.port, qos, 'behind');
    t.teardown(async () => {
      direct.close();
      behind.close();
      await hub.kill();
      hub.remove();
      await broker.close();
    });
    await until(() => direct.subscribed && behind.subscribed);
    let kills = 0;
    let restarting = Promise.resolve();
    const step = Math.floor(MESSAGES / (KILLS + 1));
    const publisher = new Publisher(hub.port, qos, MESSAGES, () => {
      if (publisher.acknowledged < step * (kills + 1) || kills === KILLS) return;
      kills += 1;
      restarting = restarting.then(async () => {
        await hub.kill();
        await hub.start();
      });
    });
    await settle(
      () => publisher.acknowledged === MESSAGES && direct.counts.size === MESSAGES && behind.counts.size === MESSAGES,
      () => publisher.acknowledged + direct.counts.size + behind.counts.size + publisher.connections,
    );
    await restarting;
    t.is(publisher.acknowledged, MESSAGES);
    t.is(kills, KILLS);
    t.true(publisher.connections > 1 && behind.connections > 1, 'both were cut off');
    for (const [where, { counts }] of Object.entries({ direct, behind })) {
      t.is(counts.size, MESSAGES, `${where}: none is lost`);
      const more = [...counts.values()].filter((count) => count > 1).length;
      if (qos === 2) t.is(more, 0, `${where}: none came twice`);
      t.log(`${where}: ${MESSAGES} messages, ${more} of them more than once; ${kills} kills`);
    }
    t.is(await hub.stop(), 0);
    const verified = spawnSync(process.execPath, ['dist/cli.js', 'audit', 'verify', '--data-dir', hub.dataDir]);
    t.is(verified.status, 0, 'the log proves itself');
  });
}
