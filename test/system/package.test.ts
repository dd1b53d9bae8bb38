// The Debian package on a bare Debian that has booted: installed, failing, upgraded, removed, as a household meets it.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import anyTest, { type TestFn } from 'ava';
import { certify, REPORT, SECRETS } from '../e2e/tls-tools.js';
import { hasOpenssl } from '../net/pki.js';
import { missingPrograms, programFile } from '../programs.js';
import { BootedHub, CONFIG, GATEWAY, reasonNot, until } from './booted-hub.js';

type Context = { hub: BootedHub; dir: string };
const test = anyTest as TestFn<Context>;
const reason = whyNot();
if (reason !== undefined) console.warn(`SKIPPED: the package on a booted system: ${reason}`);
const run = reason === undefined ? test.serial : test.serial.skip;

const ARCH = process.arch === 'arm64' ? 'arm64' : 'amd64';
const OLDER = '0.9.0';
const NEWER = '0.9.1~rc1';
/** `systemd-analyze security` of the hub's unit, at most; a bare one has 9.6. */
const EXPOSURE = 1.1;
const START_MS = 600_000;
const STATE = '/var/lib/private/hubsieve';

function whyNot(): string | undefined {
  // It takes minutes, and Node from npm's registry.
  if (process.env['HUBSIEVE_TEST_SYSTEM'] !== '1') return 'only `npm run test:system` plays it';
  if (!existsSync('/usr/bin/dpkg-deb')) return 'dpkg-deb is not there';
  return hasOpenssl ? (missingPrograms('minisign') ?? reasonNot()) : 'the openssl command is not there';
}

/** Builds a package as `npm run package` does, compressed in less time. */
function make(out: string, release: string, env: Readonly<Record<string, string>> = {}): string {
  const args = ['tools/package.mjs', '--arch', ARCH, '--out', out, '--release', release, '--level', '0'];
  const { status, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8', env: { ...process.env, ...env } });
  if (status !== 0) throw new Error(stderr);
  return path.join(out, `hubsieve_${release}_${ARCH}.deb`);
}

test.before(async (t) => {
  if (reason !== undefined) return;
  t.timeout(START_MS);
  const dir = mkdtempSync(path.join(tmpdir(), 'hubsieve-package-test-'));
  const hub = new BootedHub(certify(), true);
  Object.assign(t.context, { hub, dir });
  const packages = [make(path.join(dir, 'older'), OLDER), make(path.join(dir, 'newer'), NEWER)];
  await hub.openCloud();
  hub.prepare();
  await hub.boot();
  for (const file of packages) hub.bring(file, `/var/${path.basename(file)}`);
  hub.must('systemctl', 'daemon-reload');
  hub.must('systemctl', 'enable', '--now', 'test-network.service');
});

test.beforeEach((t) => {
  t.timeout(START_MS);
});

test.after.always(async (t) => {
  await t.context.hub?.remove();
  if (t.context.dir !== undefined) rmSync(t.context.dir, { recursive: true, force: true });
});

const fileOf = (release: string): string => `/var/hubsieve_${release}_${ARCH}.deb`;
const isActive = (hub: BootedHub, unit = 'hubsieve.service'): boolean => hub.run('systemctl', 'is-active', unit).status === 0;
const mainPid = (hub: BootedHub): string => hub.must('systemctl', 'show', '-P', 'MainPID', 'hubsieve.service').trim();
const rootOf = (hub: BootedHub): string => readFileSync(path.join(hub.root, STATE, 'certs/root.crt'), 'utf8');

/** A message of the device reaches the cloud without what is the home's. */
async function isMinimized(t: {
  context: Context;
  is: (a: unknown, b: unknown) => void;
  true: (a: boolean) => void;
}): Promise<void> {
  const { hub } = t.context;
  hub.cloud.forget();
  t.is(await hub.ask('https', 4, REPORT), 'HTTP/1.1 200 OK');
  const arrived = await hub.cloud.text();
  t.true(arrived.includes('deviceStatus'));
  for (const secret of SECRETS) t.true(!arrived.includes(secret));
}

run('the same commit gives the same bytes', (t) => {
  const { dir } = t.context;
  const again = make(path.join(dir, 'again'), OLDER);
  t.true(readFileSync(again).equals(readFileSync(path.join(dir, 'older', path.basename(again)))));
  t.is(readFileSync(path.join(dir, 'again/SHA256SUMS'), 'utf8'), readFileSync(path.join(dir, 'older/SHA256SUMS'), 'utf8'));
});

run('where a key is configured the sums are signed, and another key did not sign them', (t) => {
  const { dir } = t.context;
  const minisign = (...args: readonly string[]): number | null => spawnSync(programFile('minisign'), args).status;
  const [key, pub, other] = ['key', 'key.pub', 'other.pub'].map((name) => path.join(dir, name)) as [string, string, string];
  t.is(minisign('-G', '-W', '-s', key, '-p', pub), 0);
  t.is(minisign('-G', '-W', '-s', path.join(dir, 'other'), '-p', other), 0);
  make(path.join(dir, 'signed'), OLDER, { HUBSIEVE_SIGN_KEY: key });
  const sums = path.join(dir, 'signed/SHA256SUMS');
  t.is(minisign('-V', '-p', pub, '-m', sums), 0);
  t.not(minisign('-V', '-p', other, '-m', sums), 0);
  t.deepEqual(readFileSync(sums), readFileSync(path.join(dir, 'older/SHA256SUMS')));
});

run('one command installs it: it runs when that command ends, and with each boot', (t) => {
  const { hub } = t.context;
  hub.must('dpkg', '-i', fileOf(OLDER));
  t.true(isActive(hub));
  t.is(hub.must('systemctl', 'is-enabled', 'hubsieve.service').trim(), 'enabled');
  t.is(hub.must('hubsieve', '--version').trim(), `hubsieve ${OLDER}`);
  t.regex(hub.must('journalctl', '-u', 'hubsieve'), /first run: open the page and give the code/);
  t.regex(hub.must('systemctl', 'show', '-P', 'StatusText', 'hubsieve'), /^doors: 0; page: http:/);
  t.is(hub.must('dpkg', '-V', 'hubsieve'), '');
});

run(`the unit’s exposure is at most ${EXPOSURE}, and systemd finds no fault in the units`, (t) => {
  const { hub } = t.context;
  const line = /exposure level for hubsieve\.service: ([\d.]+)/.exec(
    hub.run('systemd-analyze', 'security', 'hubsieve.service').text,
  );
  t.true(Number(line?.[1]) <= EXPOSURE, line?.[0] ?? 'not said');
  const units = hub.must('sh', '-c', 'ls /usr/lib/systemd/system/hubsieve*').trim().split('\n');
  t.deepEqual(hub.unitFaults(units), []);
});

run('sockets enabled beside a hub that runs are open after its restart, and a gateway’s device goes through it', async (t) => {
  const { hub } = t.context;
  hub.write('/etc/hubsieve/hubsieve.yaml', CONFIG);
  hub.write('/etc/hubsieve/gateway.nft', GATEWAY);
  hub.must('systemctl', 'enable', 'hubsieve-transparent.socket');
  hub.must('systemctl', 'restart', 'hubsieve.service');
  t.true(isActive(hub, 'hubsieve-transparent.socket'));
  hub.must('systemctl', 'enable', '--now', 'hubsieve-gate.service', 'hubsieve-gate-watch.service', 'hubsieve-redirect.service');
  await isMinimized(t);
});

run('a bad config: `systemctl restart` fails and says where; mended, the hub comes back by itself', async (t) => {
  const { hub } = t.context;
  hub.write('/etc/hubsieve/hubsieve.yaml', `${CONFIG}nonsense: 1\n`);
  t.not(hub.run('systemctl', 'restart', 'hubsieve.service').status, 0);
  t.regex(hub.run('systemctl', 'status', 'hubsieve.service').text, /hubsieve\.yaml:5:1: /);
  // More often than systemd's own limit of starts would allow.
  await until(() => Number(hub.must('systemctl', 'show', '-P', 'NRestarts', 'hubsieve.service')) > 6);
  hub.write('/etc/hubsieve/hubsieve.yaml', CONFIG);
  await until(() => isActive(hub));
  await isMinimized(t);
});

run('killed, and hanging, it comes back by itself', async (t) => {
  const { hub } = t.context;
  for (const signal of ['KILL', 'STOP']) {
    const before = mainPid(hub);
    hub.must('sh', '-c', `kill -${signal} ${before}`);
    await until(() => !['0', before].includes(mainPid(hub)) && isActive(hub));
    await isMinimized(t);
  }
});

run('stopped, it stays so: a connection does not start it', async (t) => {
  const { hub } = t.context;
  hub.must('systemctl', 'stop', 'hubsieve.service');
  hub.cloud.forget();
  t.regex(await hub.ask('https', 4, REPORT), /^failed/);
  t.false(isActive(hub));
  t.is(await hub.cloud.text(), '');
  hub.must('systemctl', 'start', 'hubsieve.service');
  await isMinimized(t);
});

run('after a power cut it runs without being told', async (t) => {
  const { hub } = t.context;
  await hub.cutPower();
  await hub.boot();
  await until(() => isActive(hub));
  await isMinimized(t);
});

run('a newer release takes its place: config, keys and devices stay, and nothing of the older one', async (t) => {
  const { hub } = t.context;
  const root = rootOf(hub);
  hub.must('dpkg', '-i', fileOf(NEWER));
  t.true(isActive(hub));
  t.is(hub.must('hubsieve', '--version').trim(), `hubsieve ${NEWER}`);
  t.deepEqual(readdirSync(path.join(hub.root, '/usr/lib/hubsieve')), [NEWER]);
  t.is(readFileSync(path.join(hub.root, '/etc/hubsieve/hubsieve.yaml'), 'utf8'), CONFIG);
  t.is(rootOf(hub), root);
  await isMinimized(t);
});

run('an older release over a newer one is refused, and the newer one goes on', async (t) => {
  const { hub } = t.context;
  const before = mainPid(hub);
  const { status, text } = hub.run('dpkg', '-i', fileOf(OLDER));
  t.not(status, 0);
  t.regex(text, /is older/);
  t.is(hub.must('hubsieve', '--version').trim(), `hubsieve ${NEWER}`);
  t.regex(hub.must('dpkg-query', '-s', 'hubsieve'), new RegExp(`Status: install ok installed[\\s\\S]*Version: ${NEWER}\n`));
  t.is(mainPid(hub), before);
  await isMinimized(t);
});

run('units of a checkout, which would stand in front of the package’s, are named', (t) => {
  const { hub } = t.context;
  hub.write('/etc/systemd/system/hubsieve.service', hub.must('cat', '/usr/lib/systemd/system/hubsieve.service'));
  const { text } = hub.run('dpkg', '-i', fileOf(NEWER));
  t.regex(text, /units copied from a checkout stand in front/);
  hub.must('rm', '/etc/systemd/system/hubsieve.service');
  hub.must('systemctl', 'daemon-reload');
});

run('removed, its program and its gate are gone and its state stays; installed again, it is the same hub', async (t) => {
  const { hub } = t.context;
  const root = rootOf(hub);
  hub.must('dpkg', '--remove', 'hubsieve');
  t.false(isActive(hub));
  t.false(existsSync(path.join(hub.root, '/usr/lib/hubsieve')));
  t.not(hub.run('nft', 'list', 'table', 'inet', 'hubsieve').status, 0);
  t.is(rootOf(hub), root);
  hub.must('dpkg', '-i', fileOf(NEWER));
  t.true(isActive(hub));
  t.is(rootOf(hub), root);
});

run('purged, nothing of it is left', (t) => {
  const { hub } = t.context;
  hub.must('dpkg', '--purge', 'hubsieve');
  // Not systemd's own folders of the boot that the power cut ended, and what this test has brought.
  const others = /^(\/var\/tmp\/systemd-private-.*|\/var\/hubsieve_.*\.deb|)$/;
  const left = hub.must('find', '/', '-xdev', '-name', '*hubsieve*').trim().split('\n');
  t.deepEqual(
    left.filter((file) => !others.test(file)),
    [],
  );
  t.not(hub.run('systemctl', 'cat', 'hubsieve.service').status, 0);
});
