import { X509Certificate } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { connect, createServer, type SecureContext, type TLSSocket } from 'node:tls';
import test from 'ava';
import { HubError } from '#src/errors.js';
import { type Authority, type AuthorityOptions, openAuthority } from '#src/net/authority.js';
import { makeKey, makeLeaf, makeRoot } from '#src/net/certificates.js';
import { hasOpenssl, Pki } from './pki.js';

const HOSTS = ['smartapi.vesync.com', '*.cosori.cloud'];
const DAY_MS = 86_400_000;
const withOpenssl = hasOpenssl ? test : test.skip;
const random = (bytes: number): Buffer => Buffer.alloc(bytes, 0);

const base = mkdtempSync(path.join(tmpdir(), 'hubsieve-ca-'));
test.after.always(() => rmSync(base, { recursive: true, force: true }));

function emptyDir(): string {
  return path.join(mkdtempSync(path.join(base, 'x')), 'certs');
}

function open(more: Partial<AuthorityOptions> = {}): Promise<Authority> {
  return openAuthority({ dir: emptyDir(), hosts: HOSTS, now: Date.now, ...more });
}

/** The certificate that a door serves with `context`, as a client sees it; the error's code when the client does not take it. */
async function seen(context: SecureContext, host: string, ca: string): Promise<X509Certificate | string> {
  const server = createServer({ SNICallback: (_name, answer) => answer(null, context) });
  server.on('tlsClientError', () => undefined);
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address() as { port: number };
  const client: TLSSocket = connect({ host: '127.0.0.1', port, servername: host, ca });
  try {
    return await new Promise((resolve) => {
      client.once('secureConnect', () => resolve(client.getPeerX509Certificate()!));
      client.once('error', (error: Error & { code?: string }) => resolve(error.code ?? error.message));
    });
  } finally {
    client.destroy();
    server.close();
  }
}

const fromMs = (pem: string | X509Certificate): number => Date.parse(new X509Certificate(pem.toString()).validFrom);

test('no certificate is dated before the program was built, whatever the clock says', async (t) => {
  const earliestMs = Date.parse('2026-06-01T00:00:00Z');
  for (const now of ['1970-01-01T00:10:00Z', '2026-05-31T23:00:00Z', '2026-06-01T06:00:00Z', '2026-09-01T00:00:00Z']) {
    const nowMs = Date.parse(now);
    const authority = await open({ now: () => nowMs, earliestMs });
    const begin = Math.max(earliestMs, nowMs - DAY_MS);
    t.is(fromMs(authority.rootPem), begin, now);
    const leaf = await seen(authority.leaf(HOSTS[0]!), HOSTS[0]!, authority.rootPem);
    t.true(authority.expiresAtMs > Date.now(), 'ten years from then');
    const isNow = typeof leaf !== 'string';
    t.true(isNow ? fromMs(leaf) === begin : leaf === 'CERT_HAS_EXPIRED', 'as of a day that has passed, or is yet to come');
  }
});

test('a root made too early is made anew, but not where a device has taken it, nor one of a program that dates none so', async (t) => {
  const earliestMs = Date.parse('2026-06-01T00:00:00Z');
  const now = Date.now;
  const early = async (): Promise<string> => {
    const dir = emptyDir();
    await open({ dir, now: () => earliestMs - 40 * DAY_MS });
    return dir;
  };
  const dir = await early();
  const old = await open({ dir, earliestMs, now, isTrusted: () => true });
  t.true(fromMs(old.rootPem) < earliestMs, 'a device has taken it: it stays');
  t.is((await open({ dir, earliestMs, now })).fingerprint, old.fingerprint, 'nobody knows whether one has: it stays');
  const asked: string[] = [];
  const fresh = await open({ dir, earliestMs, now, isTrusted: (root) => asked.push(root) === 0 });
  t.not(fresh.fingerprint, old.fingerprint);
  t.true(fromMs(fresh.rootPem) >= earliestMs);
  t.deepEqual(asked, [old.fingerprint]);
  t.true(
    fresh.ownRoots.some(({ fingerprint256 }) => fingerprint256 === old.fingerprint),
    'and is never taken upstream',
  );
  const later = await open({ dir, earliestMs: Date.now() + 400 * DAY_MS, now, isTrusted: () => false });
  t.is(later.fingerprint, fresh.fingerprint, 'a newer program makes no new root of it');
});

test('the first start makes a root with a key that only its owner may read, the next start takes the same', async (t) => {
  const dir = emptyDir();
  const first = await open({ dir });
  t.is(statSync(dir).mode & 0o777, 0o700);
  t.is(statSync(path.join(dir, 'root.pem')).mode & 0o777, 0o600);
  t.is(statSync(path.join(dir, 'leaf-key.pem')).mode & 0o777, 0o600);
  t.is((await open({ dir })).fingerprint, first.fingerprint);
  t.is(readFileSync(path.join(dir, 'root.crt'), 'utf8'), first.rootPem);
  t.deepEqual(
    readdirSync(dir).filter((name) => name.endsWith('.new')),
    [],
  );
});

test('a key file that others may read is refused, and so is one that is no plain file', async (t) => {
  const shown = emptyDir();
  await open({ dir: shown });
  for (const name of ['root.pem', 'leaf-key.pem', 'leaf-key-ec.pem']) {
    for (const mode of [0o640, 0o604, 0o660]) {
      chmodSync(path.join(shown, name), mode);
      const error = await t.throwsAsync(open({ dir: shown }), { instanceOf: HubError, code: 'config' });
      t.regex(error.message, /mode is 0[0-7]+, must be 0600/);
      chmodSync(path.join(shown, name), 0o600);
    }
  }
  const dir = emptyDir();
  await open({ dir });
  const elsewhere = path.join(dir, 'elsewhere.pem');
  writeFileSync(elsewhere, readFileSync(path.join(dir, 'root.pem')), { mode: 0o600 });
  rmSync(path.join(dir, 'root.pem'));
  symlinkSync(elsewhere, path.join(dir, 'root.pem'));
  await t.throwsAsync(open({ dir }), { message: /not a plain file/ });
});

test('a root file that is not a key with its own certificate is refused, not replaced', async (t) => {
  const dir = emptyDir();
  await open({ dir });
  const file = path.join(dir, 'root.pem');
  const own = readFileSync(file, 'utf8');
  const stranger = await open();
  const [key] = own.split('-----BEGIN CERT');
  for (const text of ['', 'nonsense', key!, key! + stranger.rootPem]) {
    writeFileSync(file, text);
    await t.throwsAsync(open({ dir }), { instanceOf: HubError, code: 'config' });
    t.is(readFileSync(file, 'utf8'), text);
  }
});

test('without leave to create, a missing root is said to be missing', async (t) => {
  const dir = emptyDir();
  await t.throwsAsync(open({ dir, create: false }), { instanceOf: HubError, code: 'not_found' });
  t.false(existsSync(dir));
});

test('leaves are served for hosts that a service names, and for no other', async (t) => {
  const authority = await open();
  for (const host of ['smartapi.vesync.com', 'eu.cosori.cloud', 'a.b.cosori.cloud']) t.truthy(authority.leaf(host));
  for (const host of ['x.smartapi.vesync.com', 'vesync.com', 'cosori.cloud', 'evilcosori.cloud', 'example.com', '']) {
    t.throws(() => authority.leaf(host), { instanceOf: HubError, code: 'unknown_service' }, host);
  }
});

test('a client with the root takes a leaf for its own host only', async (t) => {
  const authority = await open();
  const context = authority.leaf('eu.cosori.cloud');
  const leaf = await seen(context, 'eu.cosori.cloud', authority.rootPem);
  if (typeof leaf === 'string') return t.fail(leaf);
  t.is(leaf.subjectAltName, 'DNS:eu.cosori.cloud');
  t.false(leaf.ca);
  t.deepEqual(leaf.keyUsage, ['1.3.6.1.5.5.7.3.1']);
  t.true((Date.parse(leaf.validTo) - Date.parse(leaf.validFrom)) / DAY_MS <= 90);
  t.true(Date.parse(leaf.validFrom) <= Date.now() - DAY_MS + 60_000);
  t.false(leaf.serialNumber.startsWith('00'));
  t.is(await seen(context, 'smartapi.vesync.com', authority.rootPem), 'ERR_TLS_CERT_ALTNAME_INVALID');
});

test('a leaf is made once, with one key, and again before it ends or when the clock has gone back', async (t) => {
  let nowMs = Date.now();
  const authority = await open({ now: () => nowMs });
  const first = authority.leaf('eu.cosori.cloud');
  t.is(authority.leaf('eu.cosori.cloud'), first);
  nowMs += 30 * DAY_MS;
  t.is(authority.leaf('eu.cosori.cloud'), first);
  nowMs += 15 * DAY_MS;
  const second = authority.leaf('eu.cosori.cloud');
  t.not(second, first);
  nowMs -= 90 * DAY_MS;
  t.not(authority.leaf('eu.cosori.cloud'), second);
  nowMs += 11 * 365 * DAY_MS;
  t.throws(() => authority.leaf('eu.cosori.cloud'), { code: 'config', message: /expired/ });
});

test('the cache of leaves is bounded', async (t) => {
  const authority = await open();
  const first = authority.leaf('h.cosori.cloud');
  for (let i = 0; i < 256; i++) authority.leaf(`h${i}.cosori.cloud`);
  t.not(authority.leaf('h.cosori.cloud'), first);
});

test('hosts beyond the root need a new one: they are listed, not served, and covered after a rotation', async (t) => {
  const dir = emptyDir();
  const authority = await open({ dir });
  const old = authority.fingerprint;
  t.deepEqual(authority.uncovered, []);
  authority.setHosts([...HOSTS, 'api.tuya.com']);
  t.deepEqual(authority.uncovered, ['api.tuya.com']);
  t.false(authority.constraintsCover('notcosori.cloud'));
  t.throws(() => authority.leaf('api.tuya.com'), { code: 'config', message: /ca rotate/ });
  await authority.rotate();
  t.deepEqual(authority.uncovered, []);
  t.truthy(authority.leaf('api.tuya.com'));
  t.not(authority.fingerprint, old);
  const again = await open({ dir });
  t.deepEqual(
    again.ownRoots.map(({ fingerprint256 }) => fingerprint256),
    [authority.fingerprint, old],
  );
  t.is(statSync(path.join(dir, 'root.pem')).mode & 0o777, 0o600);
});

test('without hosts the root may speak for nothing', async (t) => {
  const authority = await open({ hosts: [] });
  t.false(authority.constraintsCover('example.com'));
  t.throws(() => authority.leaf('example.com'), { code: 'unknown_service' });
});

test('the root is given out in every form, always without its key', async (t) => {
  const authority = await open();
  const raw = new X509Certificate(authority.rootPem).raw;
  t.deepEqual(Buffer.from(authority.exportAs('der').bytes), raw);
  t.deepEqual(Buffer.from(authority.exportAs('android').bytes), raw);
  t.is(authority.exportAs('android').filename, 'hubsieve-ca.crt');
  t.is(Buffer.from(authority.exportAs('pem').bytes).toString(), authority.rootPem);
  const profile = Buffer.from(authority.exportAs('ios').bytes).toString();
  t.true(profile.includes(raw.toString('base64')));
  t.regex(profile, /com\.apple\.security\.root/);
  t.is(new Set(profile.match(/<string>[0-9A-F-]{36}<\/string>/g)).size, 2);
  for (const form of ['pem', 'der', 'android', 'ios'] as const) {
    t.notRegex(Buffer.from(authority.exportAs(form).bytes).toString('latin1'), /PRIVATE/);
  }
});

test('serial numbers never begin with zeros, whatever the random bytes', async (t) => {
  const root = makeRoot(await makeKey(), HOSTS, { nowMs: Date.now() }, random);
  t.regex(root.serialNumber, /^40/);
});

withOpenssl(
  'openssl takes a leaf under the root, and none beyond its critical name constraints, nor one for an address',
  async (t) => {
    const pki = new Pki();
    const [rootKey, leafKey] = [await makeKey(), await makeKey()];
    const certificate = makeRoot(rootKey, HOSTS, { nowMs: Date.now() }, (bytes) => Buffer.alloc(bytes, 5));
    writeFileSync(pki.file('root.pem'), certificate.toString());
    writeFileSync(pki.file('root.key'), rootKey);
    const root = { name: 'root', certFile: pki.file('root.pem'), keyFile: pki.file('root.key'), cert: '', key: rootKey };
    const verify = (file: string): boolean => {
      try {
        return pki.run('verify', '-x509_strict', '-purpose', 'sslserver', '-CAfile', 'root.pem', file).includes('OK');
      } catch {
        return false;
      }
    };
    for (const [host, isGood] of [
      ['smartapi.vesync.com', true],
      ['deep.eu.cosori.cloud', true],
      ['example.com', false],
      ['vesync.com', false],
    ] as const) {
      const pem = makeLeaf(host, leafKey, { keyPem: rootKey, certificate }, { nowMs: Date.now() }, (bytes) =>
        Buffer.alloc(bytes, 6),
      );
      writeFileSync(pki.file('leaf.pem'), pem);
      t.is(verify('leaf.pem'), isGood, host);
    }
    const strict = ['subjectKeyIdentifier=hash', 'authorityKeyIdentifier=keyid'];
    const address = pki.make({ by: root, extensions: ['subjectAltName=DNS:eu.cosori.cloud,IP:192.0.2.1', ...strict] });
    const name = pki.make({ by: root, extensions: ['subjectAltName=DNS:eu.cosori.cloud', ...strict] });
    const address6 = pki.make({ by: root, extensions: ['subjectAltName=DNS:eu.cosori.cloud,IP:2001:db8::1', ...strict] });
    t.true(verify(name.certFile));
    t.false(verify(address.certFile));
    t.false(verify(address6.certFile));
    const text = pki.run('x509', '-in', 'root.pem', '-noout', '-text');
    t.regex(text, /Name Constraints: critical\s+Permitted:\s+DNS:cosori\.cloud\s+DNS:smartapi\.vesync\.com\s+Excluded:/);
    t.regex(text, /CA:TRUE, pathlen:0/);
  },
);
