// `hubsieve ca`, `dns` and `doctor`, as a household runs them.
import { randomBytes, X509Certificate } from 'node:crypto';
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import { createServer } from 'node:net';
import path from 'node:path';
import test from 'ava';
import { namesOf, type Resolver, rewriteLines } from '#src/cli/dns.js';
import { checkNode } from '#src/cli/doctor.js';
import { openOpaque } from '#src/doors/tls-memory.js';
import { Authority } from '#src/net/authority.js';
import { openKeys } from '#src/runtime/install-keys.js';
import { RootWatch } from '#src/runtime/root-watch.js';
import { openLevelStore } from '#src/store/level.js';
import { openNameServer } from './name-server.js';
import { run, type Scratch, scratch } from './support.js';

test.beforeEach((t) => {
  t.timeout(120_000);
});

/** A data directory with a root for `hosts`, whose certificate a device at 192.168.1.20 has taken. */
async function dataDir({ dir }: Scratch, hosts: readonly string[]): Promise<string> {
  const authority = await Authority.open({ dir: path.join(dir, 'certs'), hosts, now: Date.now });
  const key = openKeys(dir).household;
  const store = await openLevelStore({ path: path.join(dir, 'store'), flushMs: 0 });
  const seen = await openOpaque(store, { key, random: randomBytes, now: Date.now });
  const client = '192.168.1.20';
  seen.note({ kind: 'accepted', client, host: hosts[0]!, root: authority.fingerprint });
  seen.note({ kind: 'pinned', client: '192.168.1.21', host: hosts[0]!, sign: 'alert', alert: 'unknown_ca' });
  await seen.close();
  await store.close();
  return dir;
}

/** Every host of the shipped rules is one of these or below one. */
const ALL = [
  'cosori.cloud',
  'vesync.com',
  'vesync.eu',
  'connect.smartliving.ru',
  'atlas-cloud.ru',
  'smartcp.org',
  'smarththings.kz',
];

test.serial('ca show gives the fingerprint and who has taken the root, and exits 1 where a service is beyond it', async (t) => {
  const dir = await dataDir(scratch(t), ['cosori.cloud']);
  const { code, stdout } = await run(['ca', 'show', '--data-dir', dir]);
  const { fingerprint256 } = new X509Certificate(readFileSync(path.join(dir, 'certs', 'root.crt')));
  t.is(code, 1);
  t.true(stdout.includes(fingerprint256));
  t.regex(stdout, /beyond it .*smartapi\.vesync\.com/);
  t.regex(stdout, /these must take the new root: 192\.168\.1\.20\n/);
});

test.serial('ca rotate makes a root for every service and says which devices must take it', async (t) => {
  const dir = await dataDir(scratch(t), ['cosori.cloud']);
  const before = readFileSync(path.join(dir, 'certs', 'root.crt'), 'utf8');
  const { code, stdout } = await run(['ca', 'rotate', '--data-dir', dir]);
  t.is(code, 0);
  t.regex(stdout, /must take the new root.*: 192\.168\.1\.20\n/);
  t.not(readFileSync(path.join(dir, 'certs', 'root.crt'), 'utf8'), before);
  const shown = await run(['ca', 'show', '--data-dir', dir]);
  t.is(shown.code, 0, 'nothing is beyond it any more');
  t.regex(shown.stdout, /none has taken it yet/);
});

test.serial('ca export writes the certificate in each form, and never the key', async (t) => {
  const place = scratch(t);
  const dir = await dataDir(place, ALL);
  const root = new X509Certificate(readFileSync(path.join(dir, 'certs', 'root.crt')));
  for (const form of ['pem', 'der', 'android', 'ios']) {
    const out = place.file(`out.${form}`);
    t.is((await run(['ca', 'export', '--form', form, '--out', out, '--data-dir', dir])).code, 0);
    const bytes = readFileSync(out);
    t.false(bytes.includes('PRIVATE KEY'));
    if (form === 'ios') t.true(bytes.includes(root.raw.toString('base64')));
    else t.is(new X509Certificate(bytes).fingerprint256, root.fingerprint256, form);
  }
  t.is((await run(['ca', 'export', '--data-dir', dir])).stdout, root.toString());
  t.is((await run(['ca', 'export', '--form', 'p12', '--data-dir', dir])).code, 2);
});

test.serial('ca makes no root where there is none, and takes no word it does not know', async (t) => {
  const { dir } = scratch(t);
  t.is((await run(['ca', 'show', '--data-dir', dir])).code, 2);
  t.is((await run(['ca', 'burn', '--data-dir', dir])).code, 2);
});

test.serial('dns answers each service’s names with these addresses alone, for each resolver', (t) => {
  const names = namesOf({ hosts: { all: ['*.b.example', 'b.example', 'api.b.example', 'a.example', '192.0.2.7'] } });
  t.deepEqual(names, [
    { name: 'a.example', exact: true },
    { name: 'b.example', exact: false },
  ]);
  const rules = (addresses: readonly string[], resolver: Resolver): string[] =>
    rewriteLines(names, addresses, resolver).filter((line) => !/^[!#]/.test(line));
  t.deepEqual(rules(['10.0.0.2', 'fd00::2'], 'adguard'), [
    '|a.example^$dnsrewrite=NOERROR;A;10.0.0.2',
    '|a.example^$dnsrewrite=NOERROR;AAAA;fd00::2',
    '||b.example^$dnsrewrite=NOERROR;A;10.0.0.2',
    '||b.example^$dnsrewrite=NOERROR;AAAA;fd00::2',
  ]);
  const dnsmasq = ['address=/a.example/10.0.0.2', 'local=/a.example/', 'address=/b.example/10.0.0.2', 'local=/b.example/'];
  t.deepEqual(rules(['10.0.0.2'], 'dnsmasq'), dnsmasq);
  t.deepEqual(rules(['10.0.0.2'], 'pihole'), dnsmasq);
});

test.serial('dns takes addresses only', async (t) => {
  t.is((await run(['dns', '--address', 'hub.local'])).code, 2);
  t.regex(
    (await run(['dns', '--address', '10.0.0.2', '--format', 'adguard'])).stdout,
    /^\|\|cosori\.cloud\^\$dnsrewrite=NOERROR;A;10\.0\.0\.2$/m,
  );
});

/** A config whose resolver is this machine, where by default none answers, so that nothing is asked outside. */
const config = (place: Scratch, port: number, dns = '127.0.0.1:1'): string =>
  place.file('hub.yaml', `listeners: [{ host: 127.0.0.1, port: ${port} }]\nweb: { port: 1 }\nupstream: { dns: ["${dns}"] }\n`);

test.serial('doctor finds nothing wrong with a good home, and tells what is opaque', async (t) => {
  const place = scratch(t);
  const dir = await dataDir(place, [...ALL, 'smarthings.kz']);
  const names = await openNameServer();
  t.teardown(() => names.close());
  const { code, stdout } = await run(['doctor', '--config', config(place, 0, names.address), '--data-dir', dir]);
  t.is(code, 0, stdout);
  t.regex(stdout, /note {2}opaque: 192\.168\.1\.21 to cosori\.cloud \(pinned\): 1 refused, 0 unread/);
});

test.serial(
  'doctor says no to a taken door, a key that others may read, a host beyond the root, a config with faults',
  async (t) => {
    const place = scratch(t);
    const dir = await dataDir(place, ['cosori.cloud']);
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
    t.teardown(() => taken.close());
    const { port } = taken.address() as { port: number };
    const first = await run(['doctor', '--config', config(place, port), '--data-dir', dir]);
    t.is(first.code, 1);
    t.regex(first.stdout, /^bad {2}door 127\.0\.0\.1:\d+: another program has it$/m);
    t.regex(first.stdout, /^bad {2}root: .*smartapi\.vesync\.com.* is beyond it: hubsieve ca rotate.*192\.168\.1\.20$/m);
    chmodSync(path.join(dir, 'certs', 'root.pem'), 0o644);
    t.regex((await run(['doctor', '--config', config(place, 0), '--data-dir', dir])).stdout, /^bad .*root\.pem: mode is 0644/m);
    chmodSync(path.join(dir, 'master.key'), 0o640);
    t.regex((await run(['doctor', '--config', config(place, 0), '--data-dir', dir])).stdout, /^bad .*master\.key/m);
    writeFileSync(path.join(dir, 'wrong.yaml'), 'limits: { depht: 3 }\n');
    const wrong = await run(['doctor', '--config', path.join(dir, 'wrong.yaml'), '--data-dir', dir]);
    t.is(wrong.code, 1);
    t.regex(wrong.stdout, /^bad .*depht/m);
  },
);

test.serial('doctor tells when the running hub serves a root that was rotated since', async (t) => {
  const place = scratch(t);
  const dir = await dataDir(place, ALL);
  const hub = createHttpServer((_request, response) => response.end('{}')); // it says that it is well, and no more
  await new Promise<void>((resolve) => hub.listen(0, '127.0.0.1', resolve));
  t.teardown(() => hub.close());
  const file = place.file(
    'hub.yaml',
    `listeners: []\nweb: { port: ${(hub.address() as { port: number }).port} }\nupstream: { dns: ["127.0.0.1:1"] }\n`,
  );
  const examined = async (): Promise<string> => (await run(['doctor', '--config', file, '--data-dir', dir])).stdout;
  const authority = await Authority.open({ dir: path.join(dir, 'certs'), hosts: ALL, now: Date.now });
  const watch = new RootWatch(authority, path.join(dir, 'certs'), () => undefined);
  watch.close();
  t.regex(await examined(), /^good {2}root: the running hub serves it$/m);
  await run(['ca', 'rotate', '--data-dir', dir]);
  t.regex(await examined(), /^bad {2}root: .*the running hub still serves the one before it/m);
  watch.reload();
  t.regex(await examined(), /^good {2}root: the running hub serves it$/m);
});

test.serial('doctor wants the Node that the hub was tried on', (t) => {
  t.deepEqual(
    ['18.20.0', '20.18.9', '20.19.0', '24.1.0'].map((version) => checkNode(version).state),
    ['bad', 'bad', 'good', 'good'],
  );
});
