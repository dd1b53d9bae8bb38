import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect as connectTcp, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type ConnectionOptions, connect, createServer as createTlsServer, type TLSSocket } from 'node:tls';
import test, { type ExecutionContext } from 'ava';
import { HubError } from '#src/errors.js';
import { type Authority, openAuthority } from '#src/net/authority.js';
import { type Admission, acceptTls, type Opened, type Request } from '#src/net/tls-door.js';
import type { Noticed } from '#src/protocol/tls/trust-memory.js';
import { programFile } from '../programs.js';
import { hasOpenssl, Pki } from './pki.js';
import { until } from './tools.js';

const HOST = 'smartapi.vesync.com';
const withOpenssl = hasOpenssl ? test : test.skip;
let authority: Authority;

test.before(async () => {
  const dir = mkdtempSync(path.join(tmpdir(), 'hubsieve-door-'));
  process.once('exit', () => rmSync(dir, { recursive: true, force: true }));
  authority = await openAuthority({ dir, hosts: [HOST], now: Date.now });
});

interface Bench {
  readonly port: number;
  readonly noticed: Noticed[];
  readonly asked: Request[];
  readonly opened: Opened<string>[];
  readonly raw: Socket[];
}

type Admit = (request: Request) => Admission<string> | Promise<Admission<string>>;
const openIt: Admit = () => ({ kind: 'open', context: 'cosori' });

/** A door that echoes what it can read, and remembers all it is told. */
async function openBench(
  t: ExecutionContext,
  admit: Admit = openIt,
  times: { helloMs?: number; handshakeMs?: number } = {},
): Promise<Bench> {
  const bench: Omit<Bench, 'port'> = { noticed: [], asked: [], opened: [], raw: [] };
  const server: Server = createServer((socket) => {
    bench.raw.push(socket);
    acceptTls<string>(socket, {
      inTurn: (_client, step) => step(),
      admit: (request) => {
        bench.asked.push(request);
        return admit(request);
      },
      opened: (connection) => {
        bench.opened.push(connection);
        connection.socket.on('error', () => undefined);
        connection.socket.pipe(connection.socket);
      },
      noticed: (event) => bench.noticed.push(event),
      authority,
      ...{ helloMs: 5000, handshakeMs: 5000, connectMs: 5000, tunnelIdleMs: 5000, ...times },
    });
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  t.teardown(() => {
    for (const socket of bench.raw) socket.destroy();
    server.close();
  });
  return { ...bench, port: (server.address() as { port: number }).port };
}

/** Says `text` over TLS and gives what comes back, or the code of the error. */
function talk(port: number, text: string, options: ConnectionOptions = {}): Promise<string> {
  const socket = connect({ host: '127.0.0.1', port, servername: HOST, ca: authority.rootPem, ...options });
  return new Promise((resolve) => {
    let answer = '';
    socket.on('secureConnect', () => socket.end(text));
    socket.on('data', (bytes) => (answer += bytes.toString()));
    socket.on('error', (error: Error & { code?: string }) => resolve(error.code ?? error.message));
    socket.on('close', () => resolve(answer));
  });
}

/** Sends raw bytes and gives all that comes back until the other side closes. */
function sendRaw(port: number, ...parts: Uint8Array[]): Promise<Buffer> {
  const socket = connectTcp(port, '127.0.0.1');
  const answer: Buffer[] = [];
  return new Promise((resolve) => {
    socket.on('error', () => undefined);
    socket.on('data', (bytes) => answer.push(bytes));
    socket.on('close', () => resolve(Buffer.concat(answer)));
    const next = (): void => {
      const part = parts.shift();
      if (part !== undefined) socket.write(part, () => setImmediate(next));
    };
    socket.on('connect', next);
  });
}

const kinds = (bench: Bench): string[] => bench.noticed.map((event) => ('why' in event ? event.why : event.kind));

for (const version of ['TLSv1.2', 'TLSv1.3'] as const) {
  test(`a device with the root is read over ${version}, and its trust is noticed`, async (t) => {
    const bench = await openBench(t);
    t.is(await talk(bench.port, 'hello', { maxVersion: version }), 'hello');
    t.deepEqual(bench.asked, [{ client: '127.0.0.1', host: HOST, alpn: [], onlyTunnel: false }]);
    t.deepEqual(bench.noticed, [{ kind: 'accepted', client: '127.0.0.1', host: HOST, root: authority.fingerprint }]);
    t.is(bench.opened[0]?.context, 'cosori');
    t.is(bench.opened[0]?.protocol, undefined);
  });

  test(`a device resumes its session over ${version}`, async (t) => {
    const bench = await openBench(t);
    let session: Buffer | undefined;
    const options = { host: '127.0.0.1', port: bench.port, servername: HOST, ca: authority.rootPem, maxVersion: version };
    const visit = (more: ConnectionOptions): Promise<boolean> =>
      new Promise((resolve, reject) => {
        const socket: TLSSocket = connect({ ...options, ...more });
        socket.on('session', (ticket) => (session = ticket));
        socket.on('error', reject);
        socket.on('close', () => reject(new Error('closed')));
        socket.on('secureConnect', () => socket.write('x'));
        socket.on('data', () => {
          resolve(socket.isSessionReused());
          socket.destroy();
        });
      });
    t.false(await visit({}));
    t.truthy(session);
    t.true(await visit({ session: session! }));
  });
}

test('of the protocols offered the first that can be read is spoken', async (t) => {
  const bench = await openBench(t);
  t.is(await talk(bench.port, 'a', { ALPNProtocols: ['h2', 'http/1.1'] }), 'a');
  t.is(await talk(bench.port, 'b', { ALPNProtocols: ['mqtt'] }), 'b');
  t.deepEqual(
    bench.opened.map(({ protocol }) => protocol),
    ['http/1.1', 'mqtt'],
  );
  t.deepEqual(
    bench.opened.map(({ socket }) => socket.alpnProtocol),
    ['http/1.1', 'mqtt'],
  );
});

const NO_PROTOCOL = 'ERR_SSL_TLSV1_ALERT_NO_APPLICATION_PROTOCOL';

test('HTTP/2 alone is refused with the alert for it, and unknown protocols are without asking, so never tunnelled', async (t) => {
  const bench = await openBench(t);
  t.is(await talk(bench.port, 'x', { ALPNProtocols: ['h2'] }), NO_PROTOCOL);
  t.is(await talk(bench.port, 'x', { ALPNProtocols: ['h3', 'spdy/3'] }), NO_PROTOCOL);
  t.is(await talk(bench.port, 'x', { ALPNProtocols: ['x-amzn-mqtt-ca'] }), NO_PROTOCOL);
  t.deepEqual(kinds(bench), ['unreadable_protocol', 'unknown_protocol', 'client_certificate', 'unreadable_protocol']);
  t.deepEqual(
    bench.asked.map(({ alpn, onlyTunnel }) => [alpn[0], onlyTunnel]),
    [
      ['h2', true],
      ['x-amzn-mqtt-ca', true],
    ],
  );
});

test('a device that names no host is refused, unasked', async (t) => {
  const bench = await openBench(t);
  t.regex(await talk(bench.port, 'x', { servername: '' }), /^ERR_SSL/);
  t.deepEqual(bench.asked, []);
  t.deepEqual(bench.noticed, [{ kind: 'refused', client: '127.0.0.1', why: 'no_server_name' }]);
});

test('a host that no service names is never opened: the authority says no even where the judge would not', async (t) => {
  const bench = await openBench(t);
  t.is(await talk(bench.port, 'x', { servername: 'unknown.example' }), 'ERR_SSL_TLSV1_UNRECOGNIZED_NAME');
  t.deepEqual(bench.noticed, [{ kind: 'refused', client: '127.0.0.1', host: 'unknown.example', why: 'unnamed' }]);
  t.deepEqual(bench.opened, []);
});

test('a refusal, and a judge that fails, end the connection with an alert', async (t) => {
  const refused = await openBench(t, () => ({ kind: 'refuse', error: new HubError('blocked') }));
  t.is(await talk(refused.port, 'x'), 'ERR_SSL_TLSV1_ALERT_ACCESS_DENIED');
  t.deepEqual(kinds(refused), ['blocked']);
  const failed = await openBench(t, () => Promise.reject(new Error('disk')));
  t.is(await talk(failed.port, 'x'), 'ERR_SSL_TLSV1_ALERT_INTERNAL_ERROR');
  t.deepEqual(kinds(failed), ['internal']);
});

test('what is no ClientHello is refused unasked: other bytes, old versions, silence, a hang-up', async (t) => {
  const bench = await openBench(t, openIt, { helloMs: 300 });
  await sendRaw(bench.port, Buffer.from('GET / HTTP/1.1\r\n\r\n'));
  await sendRaw(bench.port, Buffer.from('16030100050100000100', 'hex'));
  await sendRaw(bench.port, Buffer.from('1603', 'hex'));
  connectTcp(bench.port, '127.0.0.1').end(Buffer.from('1603', 'hex'));
  await until(() => bench.noticed.length === 4);
  t.deepEqual(kinds(bench), ['not_tls', 'not_tls', 'hello_late', 'hello_cut_short']);
  const old = await openBench(t);
  const said = await talk(old.port, 'x', { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' });
  t.is(said, 'ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION');
  t.deepEqual([...kinds(old), ...old.asked], ['old_version']);
});

test('a device that checks and does not trust is noticed, by its alert or its hang-up, over both versions', async (t) => {
  for (const maxVersion of ['TLSv1.2', 'TLSv1.3'] as const) {
    const bench = await openBench(t);
    await talk(bench.port, 'secret', { ca: [], maxVersion });
    await until(() => bench.noticed.length === 1);
    t.is(bench.noticed[0]?.kind, 'pinned');
    t.deepEqual(bench.opened, []);
  }
});

withOpenssl('a device that says with an alert that it does not know the authority is noticed as pinned at once', async (t) => {
  for (const version of ['-tls1_2', '-tls1_3']) {
    const bench = await openBench(t);
    const args = ['s_client', '-connect', `127.0.0.1:${bench.port}`, '-servername', HOST, '-verify_return_error', version];
    const client = spawn(programFile('openssl'), args, { stdio: ['pipe', 'ignore', 'ignore'] });
    await new Promise((exit) => client.once('exit', exit));
    await until(() => bench.noticed.length === 1);
    t.deepEqual(bench.noticed, [{ kind: 'pinned', client: '127.0.0.1', host: HOST, sign: 'alert', alert: 'unknown_ca' }]);
  }
});

test('a device that falls silent after the handshake, or before it, is noticed', async (t) => {
  const bench = await openBench(t, openIt, { handshakeMs: 200 });
  const socket = connect({ host: '127.0.0.1', port: bench.port, servername: HOST, ca: authority.rootPem });
  socket.on('error', () => undefined);
  await until(() => bench.noticed.length === 1);
  t.deepEqual(bench.noticed, [{ kind: 'pinned', client: '127.0.0.1', host: HOST, sign: 'silent' }]);
  await until(() => socket.destroyed);
});

test('a device that hangs up once it has seen the certificate is noticed', async (t) => {
  const bench = await openBench(t);
  const raw = connectTcp(bench.port, '127.0.0.1');
  const socket = connect({ socket: raw, servername: HOST, rejectUnauthorized: false });
  socket.on('error', () => undefined);
  socket.on('keylog', () => raw.destroy());
  await until(() => bench.noticed.length === 1);
  t.deepEqual(bench.noticed, [{ kind: 'pinned', client: '127.0.0.1', host: HOST, sign: 'closed' }]);
});

withOpenssl('a device that shows a client certificate is opaque, and nothing it says is read', async (t) => {
  const { key, cert } = new Pki().make({ subject: '/CN=device' });
  for (const maxVersion of ['TLSv1.2', 'TLSv1.3'] as const) {
    const bench = await openBench(t);
    await talk(bench.port, 'secret', { key, cert, maxVersion });
    await until(() => bench.noticed.length === 1);
    t.deepEqual(bench.noticed, [{ kind: 'client_certificate', client: '127.0.0.1', host: HOST }]);
    t.deepEqual(bench.opened, []);
  }
  const unasked = await openBench(t, () => ({ kind: 'open', context: 'cosori', asksCertificate: false }));
  t.is(await talk(unasked.port, 'hello', { key, cert }), 'hello');
});

withOpenssl(
  'a tunnel carries both ways unread to the address given, the device seeing the cloud’s own certificate; bytes are counted',
  async (t) => {
    const pki = new Pki();
    const cloudPair = pki.make({ subject: `/CN=${HOST}`, extensions: [`subjectAltName=DNS:${HOST}`] });
    const cloud = createTlsServer({ key: cloudPair.key, cert: cloudPair.cert }, (socket) => socket.pipe(socket));
    await new Promise<void>((listening) => cloud.listen(0, '127.0.0.1', listening));
    t.teardown(() => cloud.close());
    const { port } = cloud.address() as { port: number };
    const bench = await openBench(t, () => ({ kind: 'tunnel', address: '127.0.0.1', port }));
    const text = 'x'.repeat(200_000);
    t.true((await talk(bench.port, text, { ca: cloudPair.cert })) === text);
    await until(() => bench.noticed.length === 1);
    const [event] = bench.noticed;
    if (event?.kind !== 'tunnelled') return t.fail(event?.kind);
    t.true(event.complete && event.bytesUp > 200_000 && event.bytesDown > 200_000);
    t.deepEqual(bench.opened, []);
  },
);

test('a tunnel whose far end is not there ends, and is counted as incomplete', async (t) => {
  const bench = await openBench(t, () => ({ kind: 'tunnel', address: '127.0.0.1', port: 1 }));
  await talk(bench.port, 'x');
  await until(() => bench.noticed.length === 1);
  t.deepEqual(bench.noticed, [{ kind: 'tunnelled', client: '127.0.0.1', host: HOST, bytesUp: 0, bytesDown: 0, complete: false }]);
});

test('a ClientHello that comes byte by byte is read all the same', async (t) => {
  const bench = await openBench(t);
  const relay = createServer({ allowHalfOpen: true }, (near) => {
    const far = connectTcp({ port: bench.port, host: '127.0.0.1', noDelay: true });
    far.pipe(near);
    near.on('data', (bytes) => {
      for (const byte of bytes) far.write(Uint8Array.of(byte));
    });
    near.on('end', () => far.end());
    near.on('error', () => far.destroy());
    far.on('error', () => near.destroy());
  });
  await new Promise<void>((listening) => relay.listen(0, '127.0.0.1', listening));
  t.teardown(() => relay.close());
  t.is(await talk((relay.address() as { port: number }).port, 'hello'), 'hello');
});

test('a device gets a key of the kind whose signatures it says it can read, under the same root', async (t) => {
  const { port } = await openBench(t);
  const kinds: readonly [options: ConnectionOptions, kind: string][] = [
    [{}, 'ec'],
    [{ maxVersion: 'TLSv1.2' }, 'ec'],
    [{ sigalgs: 'RSA-PSS+SHA256:RSA+SHA256' }, 'rsa'],
    [{ maxVersion: 'TLSv1.2', ciphers: 'ECDHE-RSA-AES128-GCM-SHA256' }, 'rsa'],
    [{ maxVersion: 'TLSv1.2', ciphers: 'AES128-SHA' }, 'rsa'],
  ];
  for (const [options, kind] of kinds) {
    const socket = connect({ host: '127.0.0.1', port, servername: HOST, ca: authority.rootPem, ...options });
    await new Promise<void>((resolve, reject) => socket.once('secureConnect', resolve).once('error', reject));
    t.is(String(socket.getPeerX509Certificate()?.publicKey.asymmetricKeyType), kind, JSON.stringify(options));
    socket.destroy();
  }
});
