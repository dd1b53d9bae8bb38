// The page over TLS: cookies bound to it, and the browser told to stay with it.
import { get } from 'node:http';
import { request } from 'node:https';
import { type ConnectionOptions, connect } from 'node:tls';
import test from 'ava';
import forge from 'node-forge';
import { openWeb } from '#src/web/server.js';
import { openFakeHub } from './fake-hub.js';
import { PASSWORD } from './tools.js';

function selfSigned(): { key: string; cert: string } {
  const keys = forge.pki.rsa.generateKeyPair(2048);
  const cert = forge.pki.createCertificate();
  cert.publicKey = keys.publicKey;
  cert.serialNumber = '01';
  cert.validity.notBefore = new Date(Date.now() - 86_400_000);
  cert.validity.notAfter = new Date(Date.now() + 86_400_000);
  const name = [{ name: 'commonName', value: 'localhost' }];
  cert.setSubject(name);
  cert.setIssuer(name);
  cert.sign(keys.privateKey, forge.md.sha256.create());
  return { key: forge.pki.privateKeyToPem(keys.privateKey), cert: forge.pki.certificateToPem(cert) };
}

test('over TLS the session is a __Host- cookie with Secure, and the answer tells the browser to stay with TLS', async (t) => {
  const facade = await openFakeHub({ messages: 10 });
  const said: string[] = [];
  const tls = selfSigned();
  const server = await openWeb({ host: '127.0.0.1', port: 0, ready: () => true, facade, tls, say: (line) => said.push(line) });
  t.teardown(() => server.close());
  const origin = `https://localhost:${server.port}`;
  const body = JSON.stringify({ code: /code (\S+)/.exec(said[0]!)![1], password: PASSWORD });
  const ask = (from: string) =>
    new Promise<{ status: number | undefined; cookies: readonly string[]; hsts: unknown }>((resolve, reject) => {
      const headers = { origin: from, 'content-type': 'application/json', host: `localhost:${server.port}` };
      const options = {
        host: '127.0.0.1',
        port: server.port,
        path: '/api/v1/setup',
        method: 'POST',
        headers,
        ca: tls.cert,
        servername: 'localhost',
      };
      const sent = request(options, (answer) => {
        answer.resume();
        resolve({
          status: answer.statusCode,
          cookies: answer.headers['set-cookie'] ?? [],
          hsts: answer.headers['strict-transport-security'],
        });
      });
      sent.on('error', reject);
      sent.end(body);
    });
  t.is((await ask(origin.replace('https', 'http'))).status, 403, 'the same name without TLS is another origin');
  const { status, cookies, hsts } = await ask(origin);
  t.is(status, 200);
  t.regex(cookies[0]!, /^__Host-hubsieve=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict; Secure$/);
  t.true(cookies.every((cookie) => cookie.startsWith('__Host-') && cookie.includes('; Secure')));
  t.is(hsts, 'max-age=31536000; includeSubDomains');
});

/** The suite that is agreed on, or the code of the refusal. */
function agree(port: number, options: ConnectionOptions): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port, rejectUnauthorized: false, ...options }, () => {
      resolve(socket.getCipher().standardName);
      socket.destroy();
    });
    socket.on('error', (fault: Error & { code?: string }) => resolve(fault.code ?? 'closed'));
  });
}

test('over TLS 1.2 the page agrees on ECDHE with AEAD alone', async (t) => {
  const server = await openWeb({ host: '127.0.0.1', port: 0, ready: () => true, tls: selfSigned() });
  t.teardown(() => server.close());
  const only = (ciphers: string): Promise<string> => agree(server.port, { ciphers, maxVersion: 'TLSv1.2' });
  for (const good of ['ECDHE-RSA-AES128-GCM-SHA256', 'ECDHE-RSA-AES256-GCM-SHA384', 'ECDHE-RSA-CHACHA20-POLY1305'])
    t.regex(await only(good), /^TLS_ECDHE_RSA_WITH_(AES_\d+_GCM|CHACHA20_POLY1305)_SHA/);
  // Without a fresh key; with a MAC that was broken before; both.
  for (const bad of [
    'AES128-GCM-SHA256',
    'ECDHE-RSA-AES128-SHA',
    'ECDHE-RSA-AES256-SHA384',
    'AES256-SHA',
    'DHE-RSA-AES128-GCM-SHA256',
  ])
    t.regex(await only(bad), /HANDSHAKE_FAILURE|ECONNRESET/, bad);
  t.regex(await agree(server.port, { minVersion: 'TLSv1.3' }), /^TLS_(AES|CHACHA20)/);
});

test('whoever is not admitted gets no byte of the page, in the clear and over TLS', async (t) => {
  const admits = (): boolean => false;
  const plain = await openWeb({ host: '127.0.0.1', port: 0, ready: () => true, admits });
  t.teardown(() => plain.close());
  const answer = new Promise<string>((resolve) => {
    get({ host: '127.0.0.1', port: plain.port, path: '/api/v1/health' }, (head) => resolve(String(head.statusCode))).on(
      'error',
      (fault: Error & { code?: string }) => resolve(fault.code ?? ''),
    );
  });
  t.is(await answer, 'ECONNRESET');
  const secure = await openWeb({ host: '127.0.0.1', port: 0, ready: () => true, admits, tls: selfSigned() });
  t.teardown(() => secure.close());
  t.is(await agree(secure.port, {}), 'ECONNRESET');
});
