import { X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { TlsOptions } from 'node:tls';
import test, { type ExecutionContext } from 'ava';
import { HubError } from '#src/errors.js';
import { openAuthority } from '#src/net/authority.js';
import { connectUpstream, Trust, type UpstreamOptions } from '#src/net/tls-upstream.js';
import { ClientHelloReader } from '#src/protocol/tls/client-hello.js';
import { findStapleFault } from '#src/protocol/tls/ocsp.js';
import { findPeerFault } from '#src/protocol/tls/peer.js';
import { type BadServer, formatServerHello, openCannedServer, openTlsServer } from './bad-servers.js';
import { AS_CA, hasOpenssl, type Pair, Pki, type Wish } from './pki.js';

const HOST = 'cloud.example.com';
const SECRET = 'ssid=Home';
const DAY_MS = 86_400_000;
const withOpenssl = hasOpenssl ? test : test.skip;

interface World {
  readonly pki: Pki;
  readonly root: Pair;
  readonly trust: Trust;
}
let known: World | undefined;

/** One root that is trusted, made at the first use. */
function world(): World {
  if (known !== undefined) return known;
  const pki = new Pki();
  const root = pki.make({ subject: '/CN=test root', extensions: AS_CA });
  known = { pki, root, trust: new Trust([root.cert], []) };
  return known;
}

/** A leaf for `HOST` under the trusted root unless `wish` says otherwise. */
function leaf(wish: Wish = {}): Pair {
  const { pki, root } = world();
  return pki.make({ by: root, subject: `/CN=${HOST}`, extensions: [`subjectAltName=DNS:${HOST}`], ...wish });
}

function serve(pair: Pair, chain: readonly Pair[] = []): TlsOptions {
  return { key: pair.key, cert: [pair, ...chain].map(({ cert }) => cert).join('') };
}

/** Connects as the hub does and sends the secret as soon as it may; gives the error's code and place, or `sent`. */
async function visit(server: BadServer, options: Partial<UpstreamOptions> = {}): Promise<string> {
  const base = {
    host: HOST,
    port: server.port,
    address: '127.0.0.1',
    alpn: ['http/1.1'],
    ownRoots: [],
    timeoutMs: 5000,
    now: Date.now,
  };
  try {
    const socket = await connectUpstream({ ...base, trust: world().trust, ...options });
    socket.on('error', () => undefined);
    socket.end(SECRET);
    socket.resume();
    await server.ended();
    return 'sent';
  } catch (error) {
    if (!(error instanceof HubError)) throw error;
    return `${error.code} ${/\((.*)\)$/.exec(error.message)?.[1] ?? ''}`.trim();
  }
}

async function refuses(
  t: ExecutionContext,
  server: BadServer | Promise<BadServer>,
  said: string | RegExp,
  options: Partial<UpstreamOptions> = {},
): Promise<void> {
  const open = await server;
  try {
    const result = await visit(open, options);
    await open.ended();
    if (typeof said === 'string') t.is(result, said);
    else t.regex(result, said);
    t.is(open.received(), '', 'application bytes were sent');
  } finally {
    open.close();
  }
}

async function accepts(t: ExecutionContext, server: Promise<BadServer>, options: Partial<UpstreamOptions> = {}): Promise<void> {
  const open = await server;
  try {
    t.is(await visit(open, options), 'sent');
    t.is(open.received(), SECRET);
  } finally {
    open.close();
  }
}

withOpenssl('a server that proves who it is gets the message', async (t) => {
  const { pki, root } = world();
  const middle = pki.make({ by: root, subject: '/CN=middle', extensions: AS_CA });
  const good = leaf();
  await accepts(t, openTlsServer(serve(good)));
  await accepts(t, openTlsServer({ ...serve(good), maxVersion: 'TLSv1.2' }));
  await accepts(t, openTlsServer({ ...serve(good), minVersion: 'TLSv1.3' }), { minVersion: 'TLSv1.3', alpn: [] });
  await accepts(t, openTlsServer(serve(leaf({ by: middle }), [middle])));
  await accepts(t, openTlsServer(serve(leaf({ extensions: ['subjectAltName=DNS:*.example.com'] }))));
  await accepts(t, openTlsServer(serve(leaf({ extensions: ['subjectAltName=IP:127.0.0.1'] }))), { host: '127.0.0.1' });
  await accepts(t, openTlsServer(serve(leaf({ key: ['-newkey', 'rsa:2048'] }))));
});

withOpenssl('a server that staples a good OCSP response gets the message, from the issuer or its delegate', async (t) => {
  const { pki, root } = world();
  const good = leaf();
  const delegate = pki.make({ by: root, subject: '/CN=responder', extensions: ['extendedKeyUsage=OCSPSigning'] });
  await accepts(t, openTlsServer(serve(good), pki.staple(good, root)));
  await accepts(t, openTlsServer({ ...serve(good), maxVersion: 'TLSv1.2' }, pki.staple(good, root)));
  await accepts(t, openTlsServer(serve(good), pki.staple(good, root, delegate)));
  await accepts(t, openTlsServer(serve(good), pki.staple(good, root, delegate, '-resp_key_id')));
  const must = leaf({ extensions: [`subjectAltName=DNS:${HOST}`, 'tlsfeature=status_request'] });
  await accepts(t, openTlsServer(serve(must), pki.staple(must, root)));
});

/** Certificates that must not be taken: what is served, and what is said. */
const BAD: Readonly<Record<string, () => readonly [TlsOptions, string | RegExp, Partial<UpstreamOptions>?]>> = {
  expired: () => [serve(leaf({ to: '20210101000000Z' })), 'upstream_untrusted CERT_HAS_EXPIRED'],
  'not yet valid': () => [serve(leaf({ from: '20480101000000Z' })), 'upstream_untrusted CERT_NOT_YET_VALID'],
  'for another host': () => [
    serve(leaf({ extensions: ['subjectAltName=DNS:other.example.com'] })),
    'upstream_untrusted other_host',
  ],
  'with a wildcard two labels above': () => [
    serve(leaf({ extensions: ['subjectAltName=DNS:*.com'] })),
    'upstream_untrusted other_host',
  ],
  'with a wildcard for part of a label': () => [
    serve(leaf({ extensions: ['subjectAltName=DNS:cl*.example.com'] })),
    'upstream_untrusted other_host',
  ],
  'with a common name only': () => [serve(leaf({ extensions: [] })), 'upstream_untrusted other_host'],
  'for a name, reached by address': () => [serve(leaf()), 'upstream_untrusted other_host', { host: '127.0.0.1' }],
  'signed by itself': () => [
    serve(world().pki.make({ subject: `/CN=${HOST}`, extensions: [`subjectAltName=DNS:${HOST}`] })),
    'upstream_untrusted DEPTH_ZERO_SELF_SIGNED_CERT',
  ],
  'under an unknown root': () => {
    const stranger = world().pki.make({ subject: '/CN=stranger', extensions: AS_CA });
    return [serve(leaf({ by: stranger }), [stranger]), 'upstream_untrusted SELF_SIGNED_CERT_IN_CHAIN'];
  },
  'with a link of the chain missing': () => {
    const { pki, root } = world();
    return [serve(leaf({ by: pki.make({ by: root, extensions: AS_CA }) })), 'upstream_untrusted UNABLE_TO_VERIFY_LEAF_SIGNATURE'];
  },
  'under an expired intermediate': () => {
    const { pki, root } = world();
    const middle = pki.make({ by: root, extensions: AS_CA, to: '20210101000000Z' });
    return [serve(leaf({ by: middle }), [middle]), 'upstream_untrusted CERT_HAS_EXPIRED'];
  },
  'under a leaf': () => {
    const middle = leaf();
    return [serve(leaf({ by: middle }), [middle]), 'upstream_untrusted INVALID_PURPOSE'];
  },
  'beyond the path length': () => {
    const { pki, root } = world();
    const first = pki.make({ by: root, subject: '/CN=short', extensions: ['basicConstraints=critical,CA:TRUE,pathlen:0'] });
    const second = pki.make({ by: first, subject: '/CN=long', extensions: AS_CA });
    return [serve(leaf({ by: second }), [second, first]), 'upstream_untrusted PATH_LENGTH_EXCEEDED'];
  },
  'beyond the name constraints': () => {
    const { pki, root } = world();
    const narrow = ['basicConstraints=critical,CA:TRUE', 'nameConstraints=critical,permitted;DNS:example.net'];
    const middle = pki.make({ by: root, subject: '/CN=narrow', extensions: narrow });
    return [serve(leaf({ by: middle }), [middle]), 'upstream_untrusted permitted subtree violation'];
  },
  'signed with SHA-1': () => [serve(leaf({ hash: 'sha1' })), 'upstream_untrusted CA signature digest algorithm too weak'],
  'signed with MD5': () => {
    const { pki, root } = world();
    const middle = pki.make({ by: root, subject: '/CN=rsa', extensions: AS_CA, key: ['-newkey', 'rsa:2048'] });
    return [serve(leaf({ by: middle, hash: 'md5' }), [middle]), 'upstream_untrusted CA signature digest algorithm too weak'];
  },
  'under an intermediate signed with SHA-1': () => {
    const { pki, root } = world();
    const middle = pki.make({ by: root, extensions: AS_CA, hash: 'sha1' });
    return [serve(leaf({ by: middle }), [middle]), 'upstream_untrusted CA signature digest algorithm too weak'];
  },
  'with an RSA key of 1024 bits': () => [
    serve(leaf({ key: ['-newkey', 'rsa:1024'] })),
    'upstream_untrusted EE certificate key too weak',
  ],
  'under an intermediate of 1024 bits': () => {
    const { pki, root } = world();
    const middle = pki.make({ by: root, extensions: AS_CA, key: ['-newkey', 'rsa:1024'] });
    return [serve(leaf({ by: middle }), [middle]), 'upstream_untrusted CA certificate key too weak'];
  },
  'with a curve of 224 bits': () => [
    serve(leaf({ key: ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:secp224r1'] })),
    'upstream_untrusted ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE',
  ],
  'of a CA': () => [
    serve(leaf({ extensions: ['basicConstraints=critical,CA:TRUE', `subjectAltName=DNS:${HOST}`] })),
    'upstream_untrusted ca_as_leaf',
  ],
  'for clients only': () => [
    serve(leaf({ extensions: [`subjectAltName=DNS:${HOST}`, 'extendedKeyUsage=clientAuth'] })),
    'upstream_untrusted INVALID_PURPOSE',
  ],
  'that must be stapled, and is not': () => [
    serve(leaf({ extensions: [`subjectAltName=DNS:${HOST}`, 'tlsfeature=status_request'] })),
    'upstream_untrusted no_staple',
  ],
  'under the hub’s own root, trusted or not': () => {
    const ownRoots = [new X509Certificate(world().root.cert)];
    return [serve(leaf()), 'upstream_untrusted own_root', { ownRoots }];
  },
};

for (const [name, make] of Object.entries(BAD)) {
  for (const maxVersion of ['TLSv1.2', 'TLSv1.3'] as const) {
    withOpenssl(`a certificate ${name} is refused before anything is sent, over ${maxVersion}`, async (t) => {
      const [options, said, more] = make();
      await refuses(t, openTlsServer({ ...options, maxVersion }), said, more);
    });
  }
}

withOpenssl('weak keys and signatures are refused by our own look as well, where OpenSSL is not asked', (t) => {
  const { root } = world();
  const fault = (pair: Pair): string | undefined =>
    findPeerFault({
      chain: [pair, root].map(({ cert }) => new X509Certificate(cert)),
      ...{ host: HOST, isAddress: false, staple: undefined, ownRoots: [], nowMs: Date.now() },
    });
  t.is(fault(leaf()), undefined);
  t.is(fault(leaf({ hash: 'sha1' })), 'weak_signature');
  t.is(fault(leaf({ key: ['-newkey', 'rsa:1024'] })), 'weak_key');
  t.is(fault(leaf({ key: ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:secp224r1'] })), 'weak_key');
});

withOpenssl(
  'a stapled response that does not say "good" about this certificate, now and by its issuer, ends the connection',
  async (t) => {
    const { pki, root } = world();
    const good = leaf();
    const revoked = leaf();
    const stranger = pki.make({ subject: '/CN=test root', extensions: AS_CA });
    const pretender = pki.make({ by: root, subject: '/CN=pretender', extensions: ['extendedKeyUsage=serverAuth'] });
    const staple = pki.staple(good, root);
    pki.revoke(revoked);
    const cases: readonly (readonly [Pair, Buffer, string, Partial<UpstreamOptions>?])[] = [
      [revoked, pki.staple(revoked, root), 'ocsp_revoked'],
      [leaf(), staple, 'ocsp_other_certificate'],
      [good, pki.staple(good, root, pretender), 'ocsp_signature'],
      [good, pki.staple(good, root, stranger), 'ocsp_signature'],
      [good, Buffer.from('30030a0106', 'hex'), 'ocsp_unreadable'],
      [good, Buffer.from('not OCSP at all'), 'ocsp_unreadable'],
      [good, staple, 'ocsp_not_current', { now: () => Date.now() + 3 * DAY_MS }],
      [good, staple, 'ocsp_not_current', { now: () => Date.now() - DAY_MS }],
    ];
    for (const [pair, response, said, more] of cases) {
      for (const maxVersion of ['TLSv1.2', 'TLSv1.3'] as const) {
        await refuses(t, openTlsServer({ ...serve(pair), maxVersion }, response), `upstream_untrusted ${said}`, more);
      }
    }
    const bent = Buffer.from(pki.staple(good, root, root, '-resp_no_certs'));
    bent[bent.length - 1]! ^= 1;
    await refuses(t, openTlsServer(serve(good), bent), 'upstream_untrusted ocsp_signature');
  },
);

withOpenssl('a stapled response with any one bit changed is not good', (t) => {
  const { pki, root } = world();
  const good = leaf();
  const [leafCertificate, issuer] = [good, root].map(({ cert }) => new X509Certificate(cert));
  const fault = (response: Buffer) => findStapleFault({ response, leaf: leafCertificate!, issuer: issuer!, nowMs: Date.now() });
  const staple = pki.staple(good, root, root, '-resp_no_certs');
  t.is(fault(staple), undefined);
  for (let bit = 0; bit < staple.length * 8; bit++) {
    const bent = Buffer.from(staple);
    bent[bit >> 3]! ^= 1 << (bit & 7);
    t.not(fault(bent), undefined, `bit ${bit}`);
  }
});

withOpenssl('the hub’s own root, present or former, is refused even when it is among the trusted', async (t) => {
  const dir = mkdtempSync(path.join(tmpdir(), 'hubsieve-ca-'));
  const authority = await openAuthority({ dir, hosts: [HOST], now: Date.now });
  const trust = new Trust([authority.rootPem], []);
  const server = openTlsServer({ SNICallback: (name, answer) => answer(null, old(name)) });
  const old = authority.leaf.bind(authority);
  const own = await server;
  t.is(await visit(own, { trust, ownRoots: authority.ownRoots }), 'upstream_untrusted own_root');
  const before = authority.leaf(HOST);
  const formerTrust = new Trust([authority.rootPem], []);
  await authority.rotate();
  own.close();
  const former = await openTlsServer({ SNICallback: (_name, answer) => answer(null, before) });
  await refuses(t, former, 'upstream_untrusted own_root', { trust: formerTrust, ownRoots: authority.ownRoots });
});

withOpenssl('a server that asks for a client certificate is opaque, and gets nothing', async (t) => {
  const good = leaf();
  for (const maxVersion of ['TLSv1.2', 'TLSv1.3'] as const) {
    for (const rejectUnauthorized of [true, false]) {
      const options = { ...serve(good), maxVersion, requestCert: true, rejectUnauthorized };
      await refuses(t, openTlsServer(options), 'opaque client_certificate');
    }
  }
});

withOpenssl('TLS 1.0 and 1.1 are refused, and TLS 1.2 where more was asked for', async (t) => {
  const good = serve(leaf());
  await refuses(t, openTlsServer({ ...good, minVersion: 'TLSv1', maxVersion: 'TLSv1' }), /^upstream_untrusted ERR_SSL/);
  await refuses(t, openTlsServer({ ...good, minVersion: 'TLSv1.1', maxVersion: 'TLSv1.1' }), /^upstream_untrusted ERR_SSL/);
  await refuses(t, openTlsServer({ ...good, maxVersion: 'TLSv1.2' }), /^upstream_untrusted ERR_SSL/, { minVersion: 'TLSv1.3' });
  await refuses(
    t,
    openTlsServer({ ...good, maxVersion: 'TLSv1.2', ciphers: 'AES128-GCM-SHA256' }),
    /^upstream_untrusted ERR_SSL/,
  );
});

/** "DOWNGRD" and the version (RFC 8446 4.1.3). */
const DOWNGRADED = Uint8Array.of(0x44, 0x4f, 0x57, 0x4e, 0x47, 0x52, 0x44, 0x01);
const CANNED = {
  'SSL 3.0': { version: 0x0300, suite: 0x002f },
  'TLS 1.0': { version: 0x0301, suite: 0xc013 },
  'TLS 1.1': { version: 0x0302, suite: 0xc013 },
  'RC4 with MD5': { version: 0x0303, suite: 0x0004 },
  'RC4 with SHA-1': { version: 0x0303, suite: 0x0005 },
  'ECDHE with RC4': { version: 0x0303, suite: 0xc011 },
  'NULL with SHA-1': { version: 0x0303, suite: 0x0002 },
  'NULL with SHA-256': { version: 0x0303, suite: 0x003b },
  'ECDHE with NULL': { version: 0x0303, suite: 0xc010 },
  'no cipher at all': { version: 0x0303, suite: 0x0000 },
  'an export cipher': { version: 0x0303, suite: 0x0003 },
  'single DES': { version: 0x0303, suite: 0x0009 },
  'triple DES': { version: 0x0303, suite: 0x000a },
  'an anonymous key exchange': { version: 0x0303, suite: 0x0034 },
  'RSA key transport': { version: 0x0303, suite: 0x009c },
  'ECDHE with CBC': { version: 0x0303, suite: 0xc013 },
  compression: { version: 0x0303, suite: 0xc02f, compression: 1 },
  'a downgrade from TLS 1.3': { version: 0x0303, suite: 0xc02f, sentinel: DOWNGRADED },
  'a TLS 1.3 suite that was not offered': { version: 0x0303, suite: 0x1305, extensions: Uint8Array.of(0, 43, 0, 2, 3, 4) },
} as const;

for (const [name, hello] of Object.entries(CANNED)) {
  withOpenssl(`a server that chooses ${name} is refused with nothing sent but an alert`, async (t) => {
    await refuses(t, openCannedServer(formatServerHello(hello)), /^upstream_untrusted ERR_SSL/);
  });
}

withOpenssl('what speaks no TLS, hangs up, says nothing or is not there gets nothing', async (t) => {
  await refuses(t, openCannedServer(Buffer.from('HTTP/1.1 200 OK\r\n\r\n')), /^upstream_untrusted ERR_SSL/);
  await refuses(t, openCannedServer(undefined), 'upstream_unreachable ECONNRESET');
  await refuses(t, openCannedServer(new Uint8Array(0)), 'upstream_timeout', { timeoutMs: 200 });
  const gone = await openCannedServer(undefined);
  gone.close();
  t.is(await visit(gone), 'upstream_unreachable ECONNREFUSED');
});

withOpenssl('an application protocol that was not offered is not taken', async (t) => {
  await accepts(t, openTlsServer({ ...serve(leaf()), ALPNProtocols: ['http/1.1'] }));
  await refuses(t, openTlsServer({ ...serve(leaf()), ALPNProtocols: ['h2'] }), /^upstream_untrusted/);
});

/** Names by number of every suite the hub may offer, and of nothing else. */
const SUITES: Readonly<Record<number, string>> = {
  4865: 'TLS_AES_128_GCM_SHA256',
  4866: 'TLS_AES_256_GCM_SHA384',
  4867: 'TLS_CHACHA20_POLY1305_SHA256',
  49195: 'TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256',
  49196: 'TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384',
  49199: 'TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256',
  49200: 'TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384',
  52392: 'TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256',
  52393: 'TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256',
  255: 'TLS_RENEGO_PROTECTION_REQUEST',
};

/** What the hub offers, read off the wire. */
function offer(minVersion: 'TLSv1.2' | 'TLSv1.3'): Promise<readonly number[]> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => {
      socket.once('data', (bytes) => {
        const verdict = new ClientHelloReader().push(bytes);
        socket.destroy();
        server.close();
        if (verdict.kind === 'hello') resolve(verdict.hello.cipherSuites);
        else reject(new Error(verdict.kind));
      });
    });
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      const trust = new Trust([], []);
      const base = { host: HOST, address: '127.0.0.1', alpn: [], ownRoots: [], timeoutMs: 5000, now: Date.now };
      connectUpstream({ ...base, port, trust, minVersion }).catch(() => undefined);
    });
  });
}

withOpenssl(
  'a chain of ten certificates is judged whole; a longer one is refused, whatever stands behind the tenth',
  async (t) => {
    const { pki, root } = world();
    const middles: Pair[] = [];
    for (let i = 0; i < 9; i += 1) middles.unshift(pki.make({ by: middles[0] ?? root, subject: `/CN=m${i}`, extensions: AS_CA }));
    const own = [new X509Certificate(root.cert)];
    const ten = serve(leaf({ by: middles[1]! }), middles.slice(1));
    await accepts(t, openTlsServer(ten));
    await refuses(t, openTlsServer(ten), 'upstream_untrusted own_root', { ownRoots: own });
    const eleven = serve(leaf({ by: middles[0]! }), middles);
    await refuses(t, openTlsServer(eleven), 'upstream_untrusted chain_too_long');
    await refuses(t, openTlsServer(eleven), 'upstream_untrusted chain_too_long', { ownRoots: own });
  },
);

test('the offer holds only suites that grade A, for each version it offers', async (t) => {
  const file = process.env['HUBSIEVE_CIPHER_GRADES'];
  const grades: Record<string, string> = file === undefined ? {} : JSON.parse(readFileSync(file, 'utf8'));
  for (const version of ['TLSv1.2', 'TLSv1.3'] as const) {
    const suites = await offer(version);
    t.true(suites.length >= 3);
    t.deepEqual(
      suites.filter((suite) => !(suite in SUITES)),
      [],
    );
    if (file !== undefined) t.deepEqual([...new Set(suites.map((suite) => grades[SUITES[suite]!]))], ['A']);
    t.is(
      suites.some((suite) => suite >> 8 === 0xc0),
      version === 'TLSv1.2',
    );
  }
});

test('without extra trust the roots are Node’s own', (t) => {
  t.notThrows(() => new Trust([]).context('TLSv1.2'));
});
