// The gate under the shipped units, on a Debian that has booted: what a device that is blocked, or a hub that is half there, lets out.
import anyTest, { type ExecutionContext, type TestFn } from 'ava';
import { certify, REPORT, SECRETS, SSID } from '../e2e/tls-tools.js';
import { hasOpenssl } from '../net/pki.js';
import { BootedHub, type Family, GATEWAY, HOME, reasonNot, until } from './booted-hub.js';

type Context = { hub: BootedHub };
const test = anyTest as TestFn<Context>;
const reason = hasOpenssl ? reasonNot() : 'the openssl command is not there';
if (reason !== undefined) console.warn(`SKIPPED: the gate on a booted system: ${reason}`);
const run = reason === undefined ? test.serial : test.serial.skip;

const FAMILIES = [4, 6] as const satisfies readonly Family[];
const GOOD = /^(HTTP\/1\.1 200 OK|acknowledged)$/;
/** `systemd-analyze security` of the hub's unit, at most; a bare one has 9.6. */
const EXPOSURE = 1.1;
const START_MS = 300_000;

test.before(async (t) => {
  if (reason !== undefined) return;
  t.timeout(START_MS);
  const hub = new BootedHub(certify());
  t.context.hub = hub;
  await hub.openCloud();
  hub.install();
  await hub.boot();
  hub.enable();
  await hub.untilReady();
});

test.beforeEach((t) => {
  t.timeout(START_MS);
});

test.after.always(async (t) => {
  await t.context.hub?.remove();
});

run('the device goes through the hub, over IPv4 and IPv6', async (t) => {
  await arrivesMinimized(t);
});

run(`the unit’s exposure is at most ${EXPOSURE}, and all units are as systemd reads them`, (t) => {
  const { hub } = t.context;
  const line = /exposure level for hubsieve\.service: ([\d.]+)/.exec(
    hub.run('systemd-analyze', 'security', 'hubsieve.service').text,
  );
  t.true(Number(line?.[1]) <= EXPOSURE, line?.[0] ?? 'not told');
  const units = hub
    .must('sh', '-c', 'ls /etc/systemd/system/hubsieve*.service /etc/systemd/system/hubsieve*.socket')
    .trim()
    .split('\n');
  t.deepEqual(hub.unitFaults(units), []);
});

run('a blocked device reaches no cloud: over IPv4, IPv6, and a new temporary address', async (t) => {
  const { hub } = t.context;
  await hub.choose({ key: 'blocked', value: true });
  hub.cloud.forget();
  await isRefused(t, 'its addresses');
  hub.network.ip('device', 'address add fd77::88a1:5d0c:39ff:7e21/64 dev eth0');
  hub.network.ip('device', 'address del fd77::20/64 dev eth0');
  hub.network.tries('device', `-6 route replace default via ${HOME[6]}`);
  await isRefused(t, 'a new temporary address');
  t.is(await hub.cloud.text(), '');
  await hub.choose({ key: 'blocked', value: undefined });
  await arrivesMinimized(t);
});

run('the socket stopped, nothing goes round; started again, the device goes through the hub', async (t) => {
  const { hub } = t.context;
  hub.cloud.forget();
  hub.must('systemctl', 'stop', 'hubsieve-transparent.socket', 'hubsieve.service');
  await isCutOff(t);
  hub.must('systemctl', 'start', 'hubsieve-transparent.socket', 'hubsieve.service');
  await hub.untilReady();
  t.is(await hub.cloud.text(), '');
  await arrivesMinimized(t);
});

run('the hub’s unit is reloaded, and the hub goes on', async (t) => {
  const { hub } = t.context;
  hub.must('systemctl', 'reload', 'hubsieve.service');
  await hub.untilReady();
  t.is(hub.must('systemctl', 'is-active', 'hubsieve.service').trim(), 'active');
});

run('the redirection stopped and started over and over doubles no rule', (t) => {
  const { hub } = t.context;
  for (let i = 0; i < 3; i++) hub.must('systemctl', 'restart', 'hubsieve-redirect.service');
  hub.must('systemctl', 'reload', 'hubsieve-redirect.service');
  for (const family of ['-4', '-6']) t.is(hub.must('ip', family, 'rule', 'show').split('fwmark 0x48').length, 2);
});

run('another program flushes all rules: they come back by themselves, and the journal says so', async (t) => {
  const { hub } = t.context;
  hub.must('nft', 'flush', 'ruleset');
  await until(() => /chain to_door/.test(hub.run('nft', 'list', 'table', 'inet', 'hubsieve').text));
  await isGateClosed(t);
  t.regex(hub.must('journalctl', '-u', 'hubsieve-gate-watch', '-o', 'cat'), /something has changed or removed it/);
  await arrivesMinimized(t);
});

run('a fault in the household’s file, and the power fails: from before the network is up, nothing goes round', async (t) => {
  const { hub } = t.context;
  hub.write('/etc/hubsieve/gateway.nft', 'define routed_devices = { 02:00:5e:77:00:2g }\n');
  hub.must('sync');
  await hub.cutPower();
  hub.cloud.forget();
  // The device tries all the time, as devices do.
  let isBooting = true;
  let tries = 0;
  const hammer = async (): Promise<void> => {
    while (isBooting) {
      for (const family of FAMILIES)
        await hub.network.knock('device', family === 4 ? '81.2.69.142' : '2a02:6b8:77::142', 80, REPORT);
      tries += 1;
    }
  };
  const hammering = hammer();
  await hub.boot();
  await hub.untilReady();
  isBooting = false;
  await hammering;
  t.true(tries > 0);
  const text = await hub.cloud.text();
  for (const secret of SECRETS) t.false(text.includes(secret));
  t.is(hub.run('systemctl', 'is-failed', 'hubsieve-gate.service').text.trim(), 'failed');
  await arrivesMinimized(t);
});

run('nft itself does not work at a boot: the whole home is kept from the doors’ ports, and the state says so', async (t) => {
  const { hub } = t.context;
  hub.write('/etc/hubsieve/gateway.nft', GATEWAY);
  hub.must('sh', '-c', 'mv /usr/sbin/nft /usr/sbin/nft.kept && ln -s /bin/false /usr/sbin/nft && sync');
  await hub.cutPower();
  hub.cloud.forget();
  await hub.boot();
  await hub.untilReady();
  // Not QUIC over IPv6: the kernel let it pass by the same rules (docs/ways-in.md names it).
  for (const kind of ['http', 'https', 'mqtt', 'mqtts'] as const)
    for (const family of FAMILIES)
      t.regex(await hub.ask(kind, family, REPORT, 'cloud'), /^failed: E(HOSTUNREACH|ACCES)/, `${kind} ${family}`);
  t.regex(await hub.ask('quic', 4, '', 'cloud'), /^failed: E(HOSTUNREACH|ACCES)/);
  t.is(await hub.cloud.text(), '');
  t.regex(hub.must('cat', '/run/hubsieve-gate/state'), /^gate stand_in$/m);
  hub.must('mv', '/usr/sbin/nft.kept', '/usr/sbin/nft');
  hub.must('systemctl', 'restart', 'hubsieve-gate.service', 'hubsieve-redirect.service', 'hubsieve-gate-watch.service');
  await arrivesMinimized(t);
});

/** Each family: answered, the function arrives, no secret does. */
async function arrivesMinimized(t: ExecutionContext<Context>): Promise<void> {
  const { hub } = t.context;
  for (const kind of ['http', 'https'] as const)
    for (const family of FAMILIES) {
      hub.cloud.forget();
      t.regex(await hub.ask(kind, family, REPORT), GOOD, `${kind} ${family}`);
      const text = await hub.cloud.text();
      t.true(text.includes('"deviceStatus":"on"'), `${kind} ${family}`);
      t.false(text.includes(SSID), `${kind} ${family}`);
    }
}

async function isRefused(t: ExecutionContext<Context>, why: string): Promise<void> {
  const { hub } = t.context;
  for (const family of FAMILIES) {
    t.regex(await hub.ask('http', family, REPORT), /403/, `${why} ${family}`);
    t.regex(await hub.ask('https', family, REPORT), /^failed: /, `${why} ${family}`);
  }
}

async function isCutOff(t: ExecutionContext<Context>): Promise<void> {
  const { hub } = t.context;
  for (const kind of ['http', 'https', 'mqtt', 'mqtts', 'quic'] as const)
    for (const family of FAMILIES)
      t.is(await hub.ask(kind, family, REPORT, 'cloud'), 'failed: ECONNREFUSED', `${kind} ${family}`);
}

async function isGateClosed(t: ExecutionContext<Context>): Promise<void> {
  const { hub } = t.context;
  await until(() => /^gate closed$/m.test(hub.run('cat', '/run/hubsieve-gate/state').text));
  t.pass();
}
