// A hub that was told nothing opens nothing but its page on this machine; the page asks, and opens a door where the household says so.
import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { readRules } from '#src/cli/common.js';
import { parseConfig } from '#src/config.js';
import type { HubOptions } from '#src/hub/open-household.js';
import { openHub } from '#src/hub.js';
import { ACTOR } from '../facade/support.js';

/** One root for all: making its keys takes seconds. */
const CERTS = mkdtempSync(path.join(tmpdir(), 'hubsieve-certs-'));
test.after.always(() => rmSync(CERTS, { recursive: true, force: true }));

async function options(t: ExecutionContext, yaml: string, askedPort = 0): Promise<HubOptions> {
  const dataDir = mkdtempSync(path.join(tmpdir(), 'hubsieve-first-'));
  t.teardown(() => rmSync(dataDir, { recursive: true, force: true }));
  const config = parseConfig(`${yaml}\nweb: { port: 0 }\ndiscovery: { enabled: off }\n`, 'hub.yaml');
  return { config, rules: await readRules(config), dataDir, certsDir: CERTS, askedPort, say: () => undefined };
}

const isOpen = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy();
      resolve(true);
    });
    socket.on('error', () => resolve(false));
  });

test.serial(
  'without a config no door is open; what the page was told counts at once and after a restart, and is recorded',
  async (t) => {
    t.timeout(120_000);
    const given = await options(t, '');
    let hub = await openHub(given);
    t.deepEqual(hub.doors, []);
    t.is((await hub.facade.about()).askedDoor, 'closed');
    await hub.facade.askDoor(true, ACTOR);
    const [door] = hub.doors;
    t.like(door, { host: '0.0.0.0', kind: 'proxy' });
    t.true(await isOpen(door!.port));
    await hub.close();
    t.false(await isOpen(door!.port));
    hub = await openHub(given);
    t.is((await hub.facade.about()).askedDoor, 'open');
    const port = hub.doors[0]!.port;
    t.true(await isOpen(port));
    await hub.facade.askDoor(false, ACTOR);
    t.deepEqual(hub.doors, []);
    t.false(await isOpen(port));
    const values = (await hub.facade.records({}, 20)).flatMap((entry) => (entry.kind === 'switch' ? [entry.value] : []));
    t.deepEqual(values, ['door_closed', 'door_opened']);
    await hub.close();
    hub = await openHub(given);
    t.deepEqual(hub.doors, []);
    await hub.close();
  },
);

test.serial('a door that cannot be opened was not asked for: the log says so, and the next start opens nothing', async (t) => {
  t.timeout(120_000);
  const other = await openHub(await options(t, 'listeners: [{ host: 127.0.0.1, port: 0 }]'));
  const given = await options(t, '', other.doors[0]!.port);
  const hub = await openHub(given);
  await t.throwsAsync(hub.facade.askDoor(true, ACTOR), { code: 'config' });
  t.is((await hub.facade.about()).askedDoor, 'closed');
  const values = (await hub.facade.records({}, 20)).flatMap((entry) => (entry.kind === 'switch' ? [entry.value] : []));
  t.deepEqual(values, ['door_closed', 'door_opened']);
  await hub.close();
  await other.close();
});

test.serial('where the config names doors, the page asks nothing and changes none', async (t) => {
  t.timeout(120_000);
  const hub = await openHub(await options(t, 'listeners: [{ host: 127.0.0.1, port: 0 }]'));
  t.is((await hub.facade.about()).askedDoor, 'config');
  await hub.facade.askDoor(false, ACTOR);
  t.is(hub.doors.length, 1);
  await hub.close();
});
