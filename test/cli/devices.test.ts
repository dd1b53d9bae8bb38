// `hubsieve pair` and `hubsieve known`, with a running hub and without.
import test from 'ava';
import { ask, home } from '../hub/support.js';
import { MqttClient } from '../net/mqtt-client.js';
import { startFakeBroker } from '../net/mqtt-tools.js';
import { record } from '../net/tools.js';
import { type Ran, run } from './support.js';

const OWN = 'CAF-00005e0053a1';

/** A hub in front of a cloud, and the device identifier that the cloud sees next. */
async function start(t: Parameters<typeof home>[0]) {
  const cloud = await record();
  t.teardown(async () => cloud.close());
  const place = home(t);
  let hub = await place.start(cloud.port);
  let seen = 0;
  return {
    data: place.data,
    restart: async () => {
      hub = await place.start(cloud.port);
    },
    stop: async () => {
      hub.child.kill('SIGTERM');
      await hub.ended;
    },
    send: async (): Promise<string | undefined> => {
      await ask(hub.door, '/report', `{"cid":"${OWN}","deviceStatus":"on"}`);
      const all = [...cloud.text().matchAll(/"cid":"([^"]*)"/g)].map((match) => match[1]);
      seen += 1;
      return all.length === seen ? all.at(-1) : 'not one message';
    },
    tell: (...args: string[]): Promise<Ran> => run([...args, '--data-dir', place.data]),
  };
}

test.serial('a known device keeps its identifier; paired, it has a pseudonym from its first message on, for good', async (t) => {
  t.timeout(120_000);
  const at = await start(t);
  const pseudonym = await at.send();
  t.regex(pseudonym ?? '', /^CAF-[0-9a-f]{12}$/);
  t.not(pseudonym, OWN);

  const known = await at.tell('known', '127.0.0.1');
  t.is(known.code, 0, known.stderr);
  t.regex(known.stdout, /^d-[0-9a-f]{8}; the identifiers it is addressed with stay its own\n$/);
  t.is(await at.send(), OWN);
  t.is(await at.send(), OWN);

  const label = known.stdout.slice(0, 10);
  const paired = await at.tell('pair', label, '--minutes', '5');
  t.is(paired.code, 0, paired.stderr);
  t.regex(paired.stdout, /is being paired until \d{4}-.*Z; the identifiers it is addressed with are pseudonyms\n$/);
  t.is(await at.send(), pseudonym);
  t.regex((await at.tell('pair', label, '--minutes', '0')).stdout, /is not being paired/);
  t.is(await at.send(), pseudonym, 'the window is closed, and it is registered through the hub');
  await at.stop();
  await at.restart();
  t.is(await at.send(), pseudonym, 'also after a restart');

  const log = await run(['audit', 'list', '--data-dir', at.data]);
  for (const what of ['registered_before', 'pairing', 'registered_through_hub', 'pairing_ended'])
    t.regex(log.stdout, new RegExp(`${what}\\b`), log.stdout);
  t.is((await run(['audit', 'verify', '--data-dir', at.data])).code, 0);
});

test.serial('a window that no message used leaves a known device as it was', async (t) => {
  t.timeout(120_000);
  const at = await start(t);
  await at.tell('known', '127.0.0.1');
  await at.tell('pair', '127.0.0.1');
  await at.tell('pair', '127.0.0.1', '--minutes', '0');
  t.is(await at.send(), OWN);
  t.is((await at.tell('known', '127.0.0.1', '--not')).code, 0);
  t.not(await at.send(), OWN);
});

test.serial('while no hub runs the change is made in its store, recorded, and counts from the next start on', async (t) => {
  t.timeout(120_000);
  const at = await start(t);
  await at.send();
  await at.stop();
  const known = await at.tell('known', '127.0.0.1');
  t.is(known.code, 0, known.stderr);
  t.regex((await run(['audit', 'list', '--data-dir', at.data])).stdout, /registered_before/);
  t.is((await run(['audit', 'verify', '--data-dir', at.data])).code, 0);
  await at.restart();
  t.is(await at.send(), OWN);
});

test.serial('what cannot be told is said, with 2', async (t) => {
  t.timeout(120_000);
  const at = await start(t);
  for (const [args, why] of [
    [['pair'], /one device/],
    [['pair', 'a', 'b'], /one device/],
    [['pair', '127.0.0.1', '--minutes', '61'], /--minutes takes 0 to 60/],
    [['pair', '127.0.0.1', '--minutes', 'x'], /--minutes takes 0 to 60/],
    [['pair', 'no such lamp'], /no such device/],
    [['known', 'd-00000000'], /no such device/],
  ] as const) {
    const ran = await at.tell(...args);
    t.is(ran.code, 2, args.join(' '));
    t.regex(ran.stderr, why);
    t.is(ran.stdout, '');
  }
  const nowhere = await run(['pair', '127.0.0.1', '--data-dir', `${at.data}/none`]);
  t.deepEqual([nowhere.code, /holds no hub/.test(nowhere.stderr)], [2, true]);
});

test.serial('over MQTT: a device that connects in its window registers under a pseudonym as client', async (t) => {
  t.timeout(120_000);
  const broker = await startFakeBroker();
  t.teardown(async () => broker.close());
  const listeners = [{ host: '127.0.0.1', port: 0, service: 'cosori', upstream: `mqtt://127.0.0.1:${broker.port}` }];
  const place = home(t);
  const hub = await place.start(1, { listeners });
  const clientSeen = async (): Promise<string | undefined> => {
    const [client, hello] = await MqttClient.connect(hub.door, 4, { clientId: OWN });
    t.is(hello?.cmd, 'connack');
    await client.end();
    return (broker.packets.findLast(({ cmd }) => cmd === 'connect') as { clientId?: string }).clientId;
  };
  const tell = (...args: string[]): Promise<Ran> => run([...args, '--data-dir', place.data]);
  t.is((await tell('known', '127.0.0.1')).code, 0);
  t.is(await clientSeen(), OWN);
  t.is((await tell('pair', '127.0.0.1')).code, 0);
  const pseudonym = await clientSeen();
  t.not(pseudonym, OWN);
  t.is((await tell('pair', '127.0.0.1', '--minutes', '0')).code, 0);
  t.is(await clientSeen(), pseudonym);
});
