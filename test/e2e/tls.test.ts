// A started hub between devices that speak TLS and a cloud that proves who it is.
import { X509Certificate } from 'node:crypto';
import { connect, createServer } from 'node:net';
import tls from 'node:tls';
import anyTest, { type TestFn } from 'ava';
import { hasOpenssl } from '../net/pki.js';
import { until } from '../net/tools.js';
import { type Cloud, openCloud } from './cloud.js';
import { askProxy, openTcp, openTls, post, publish, within } from './device.js';
import { BELOW, type Certified, certify, HOST, HubProcess, MAC, REPORT, SECRETS, SSID } from './tls-tools.js';

interface World {
  certified: Certified;
  cloud: Cloud;
  hub: HubProcess;
  port: number;
}

const test = anyTest as TestFn<World>;
if (!hasOpenssl) console.warn('SKIPPED: TLS end to end: the openssl command is not there');
const run = hasOpenssl ? test.serial : test.serial.skip;

test.before(async (t) => {
  if (!hasOpenssl) return;
  t.timeout(120_000);
  const certified = certify();
  const cloud = await openCloud({ tls: { key: certified.server.key, cert: certified.server.cert } });
  const to = `127.0.0.1:${cloud.port}`;
  const hosts = [`${HOST}:443`, `${BELOW}:443`, `${HOST}:8883`, 'cloud.example:443'];
  const resolve = hosts.map((host) => `"${host}": "${to}"`).join(', ');
  const hub = new HubProcess(
    `listeners: [{ host: 127.0.0.1, port: 0 }]\nupstream: { resolve: { ${resolve} }, trust: ["${certified.root.certFile}"] }`,
  );
  const [port] = await hub.start();
  t.context = { certified, cloud, hub, port: port! };
});

test.beforeEach((t) => {
  t.timeout(60_000);
});

test.after.always(async (t) => {
  t.context.cloud?.close();
  await t.context.hub?.remove();
});

const trusting = (world: World, servername = HOST): tls.ConnectionOptions => ({ servername, ca: world.hub.rootPem });

async function secured(world: World, options: tls.ConnectionOptions = trusting(world)): Promise<tls.TLSSocket> {
  return openTls(await openTcp(world.port), options);
}

/** The fault that a connection ended with, in its handshake or right after. */
async function refusal(socket: Promise<tls.TLSSocket>): Promise<string> {
  try {
    const secure = await socket;
    return await within<string>(secure, (done) => {
      secure.once('error', (fault: Error & { code?: string }) => done(fault.code ?? fault.message));
      secure.resume();
    });
  } catch (fault) {
    return (fault as { code?: string }).code ?? (fault as Error).message;
  }
}

run('HTTPS by its server name arrives minimized, for an exact host and for one below a pattern', async (t) => {
  const { cloud } = t.context;
  for (const host of [HOST, BELOW]) {
    const before = cloud.text().length;
    const device = await secured(t.context, trusting(t.context, host));
    t.regex(await post(device, host, REPORT), /^HTTP\/1\.1 200 [\s\S]*hello$/);
    device.destroy();
    const arrived = cloud.text().slice(before);
    t.true(arrived.includes(`Host: ${host}\r\n`));
    t.true(arrived.includes('"deviceStatus":"on"'));
    for (const secret of SECRETS) t.false(arrived.includes(secret));
  }
});

run('HTTPS goes through CONNECT, also where the ClientHello comes long after the 200', async (t) => {
  const { cloud, port } = t.context;
  const raw = await openTcp(port);
  t.is(await askProxy(raw, `${HOST}:443`), 'HTTP/1.1 200 Connection Established');
  const other = await secured(t.context);
  await post(other, HOST, REPORT); // a whole other conversation lies between
  other.destroy();
  const before = cloud.text().length;
  const device = await openTls(raw, trusting(t.context));
  t.regex(await post(device, HOST, REPORT), /^HTTP\/1\.1 200 /);
  t.regex(await post(device, HOST, REPORT, '/second'), /^HTTP\/1\.1 200 /);
  device.destroy();
  const arrived = cloud.text().slice(before);
  t.true(arrived.includes('POST /second '));
  for (const secret of SECRETS) t.false(arrived.includes(secret));
});

run('a ClientHello right behind the CONNECT is read too', async (t) => {
  const { port } = t.context;
  const raw = await openTcp(port);
  // What TLS writes goes out at once behind the CONNECT; the proxy's answer is taken off before TLS reads.
  const hello = await helloOf(HOST);
  const answer = await within<Buffer>(raw, (done) => {
    const chunks: Buffer[] = [];
    raw.on('data', (chunk: Buffer) => {
      chunks.push(chunk);
      const all = Buffer.concat(chunks);
      const head = all.indexOf('\r\n\r\n');
      if (head > 0 && all.length > head + 5) done(all.subarray(head + 4));
    });
    raw.write(Buffer.concat([Buffer.from(`CONNECT ${HOST}:443 HTTP/1.1\r\nHost: ${HOST}:443\r\n\r\n`), hello]));
  });
  raw.destroy();
  t.is(answer[0], 0x16, 'a handshake record answers: ServerHello');
});

/** The bytes of a ClientHello for `host`. */
async function helloOf(host: string): Promise<Buffer> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  const hello = new Promise<Buffer>((resolve) => server.once('connection', (socket) => socket.once('data', resolve)));
  const client = tls.connect({ port, host: '127.0.0.1', servername: host }).on('error', () => undefined);
  const bytes = await hello;
  client.destroy();
  server.close();
  return bytes;
}

run('MQTT in TLS arrives minimized: by its server name with and without ALPN, and through CONNECT', async (t) => {
  const { cloud, port } = t.context;
  for (const way of ['name', 'alpn', 'proxy'] as const) {
    const before = cloud.text().length;
    const raw = await openTcp(port);
    if (way === 'proxy') t.is(await askProxy(raw, `${HOST}:8883`), 'HTTP/1.1 200 Connection Established');
    const options = { ...trusting(t.context), ...(way === 'alpn' ? { ALPNProtocols: ['mqtt'] } : {}) };
    const device = await openTls(raw, options);
    t.is(await publish(device, REPORT), 'acknowledged', way);
    device.destroy();
    const arrived = cloud.text().slice(before);
    t.true(arrived.includes('"deviceStatus":"on"'), way);
    for (const secret of SECRETS) t.false(arrived.includes(secret), way);
  }
});

run('a Host that is not the server name is refused, in a resumed session of TLS 1.2 too', async (t) => {
  const { cloud } = t.context;
  const before = cloud.text();
  const options = { ...trusting(t.context), maxVersion: 'TLSv1.2' } as const;
  const first = await secured(t.context, options);
  const session = await within<Buffer>(first, (done) => {
    const known = first.getSession();
    if (known !== undefined && known.length > 0) done(known);
    else first.once('session', done);
  });
  t.regex(await post(first, BELOW, REPORT), /^HTTP\/1\.1 400 /);
  first.destroy();
  const second = await secured(t.context, { ...options, session });
  t.true(second.isSessionReused());
  t.regex(await post(second, BELOW, REPORT), /^HTTP\/1\.1 400 /);
  second.destroy();
  t.is(cloud.text(), before, 'nothing arrived');
});

run('a server name that is not the one of the CONNECT is refused, and so is what is not TLS behind it', async (t) => {
  const { cloud, port } = t.context;
  const before = cloud.connections();
  const raw = await openTcp(port);
  await askProxy(raw, `${BELOW}:443`);
  t.is(await refusal(openTls(raw, trusting(t.context))), 'ERR_SSL_TLSV1_ALERT_ACCESS_DENIED');
  const clear = await openTcp(port);
  await askProxy(clear, `${HOST}:443`);
  await t.throwsAsync(post(clear, HOST, REPORT), { message: /closed|ECONNRESET/ });
  const nested = await secured(t.context);
  t.regex(await askProxy(nested, `${HOST}:443`), /^HTTP\/1\.1 400 /);
  const wrong = await openTcp(port);
  t.regex(await askProxy(wrong, 'not a host:443'), /^HTTP\/1\.1 400 /);
  t.is(cloud.connections(), before);
});

run(
  'no service names the host, no server name, HTTP/2 alone, an unknown protocol: refused and recorded, never opened',
  async (t) => {
    const { cloud, hub } = t.context;
    const before = cloud.connections();
    const from = (await hub.records()).length;
    const open = (options: tls.ConnectionOptions, address = '127.0.0.1'): Promise<string> =>
      refusal(
        openTcp(t.context.port, '127.0.0.1', address).then((raw) => openTls(raw, { rejectUnauthorized: false, ...options })),
      );
    t.is(await open({ servername: 'cloud.example' }), 'ERR_SSL_TLSV1_UNRECOGNIZED_NAME');
    // Another device: heads refused to the first one, in the tests before, are only counted by now.
    t.is(await open({ servername: '' }, '127.0.0.44'), 'ERR_SSL_TLSV13_ALERT_MISSING_EXTENSION');
    t.is(await open({ servername: HOST, ALPNProtocols: ['h2'] }), 'ERR_SSL_TLSV1_ALERT_NO_APPLICATION_PROTOCOL');
    t.is(await open({ servername: HOST, ALPNProtocols: ['smtp'] }), 'ERR_SSL_TLSV1_ALERT_NO_APPLICATION_PROTOCOL');
    t.is(await open({ servername: HOST, ALPNProtocols: ['x-amzn-mqtt-ca'] }), 'ERR_SSL_TLSV1_ALERT_NO_APPLICATION_PROTOCOL');
    t.is(cloud.connections(), before);
    const said = (await hub.records(from + 5)).slice(from).map(({ verdict, error }) => `${verdict} ${error}`);
    t.deepEqual(said.sort(), [
      'opaque opaque',
      'refused bad_head',
      'refused opaque',
      'refused opaque',
      'refused unknown_service',
    ]);
  },
);

run(
  'a device that does not take the root is refused and recorded as opaque; tunnelled unread once the household says so',
  async (t) => {
    const { cloud, hub, certified } = t.context;
    const before = cloud.connections();
    const from = (await hub.records()).length;
    const pinned = { servername: HOST, ca: certified.root.cert };
    t.is(await refusal(secured(t.context, pinned)), 'UNABLE_TO_VERIFY_LEAF_SIGNATURE');
    t.is(cloud.connections(), before, 'nothing went to the cloud');
    await hub.stop(); // the memory of it, and every record, outlives a restart
    const noticed = (await hub.records(from + 1)).slice(from).filter(({ verdict }) => verdict === 'opaque');
    t.deepEqual(
      noticed.map(({ service, error }) => `${service} ${error}`),
      ['cosori opaque'],
    );
    await hub.choose((device) => ({ what: 'device', device, set: { key: 'pinned', value: 'tunnel' } }));
    const [port] = await hub.start();
    t.context.port = port!;

    const start = cloud.text().length;
    const device = await secured(t.context, pinned);
    t.regex(await post(device, HOST, REPORT), /^HTTP\/1\.1 200 /);
    t.true(cloud.text().slice(start).includes(SSID), 'unread is unminimized: the bytes as they came');
    const recorded = (await hub.records()).filter(({ verdict }) => verdict === 'opaque');
    t.is(recorded.at(-1)!.service, 'cosori', 'recorded before the first byte left');
    device.destroy();

    const end = cloud.text().length;
    const other = await secured(t.context, trusting(t.context, BELOW));
    t.regex(await post(other, BELOW, REPORT), /^HTTP\/1\.1 200 /);
    other.destroy();
    for (const secret of SECRETS) t.false(cloud.text().slice(end).includes(secret), 'its other hosts are opened as before');
  },
);

run('nothing secret is stored', async (t) => {
  const { hub } = t.context;
  await hub.stop();
  const stored = hub.stored();
  for (const secret of SECRETS.filter((each) => each !== MAC)) t.false(stored.includes(secret));
  t.false(stored.includes(MAC));
});

run('a door takes a connection that says nothing, and still stops', async (t) => {
  const { hub } = t.context;
  const [port] = await hub.start();
  const silent = connect({ port: port!, host: '127.0.0.1' }).on('error', () => undefined);
  const asked = await openTcp(port!);
  await askProxy(asked, `${HOST}:443`);
  t.is(await hub.stop(), 0);
  silent.destroy();
});

run('a root that was rotated is served by the running hub, and the old one is no more', async (t) => {
  t.timeout(200_000);
  const { hub } = t.context;
  await hub.stop(); // tests before have started it anew, on other ports
  t.context.port = (await hub.start())[0]!;
  const before = hub.rootPem;
  t.regex(hub.run('ca', 'rotate'), /takes it within/);
  hub.signal('SIGHUP');
  await until(() => hub.output.includes('the root has been rotated'));
  t.not(hub.rootPem, before);
  // Not the host that the household lets this device reach unread.
  const device = await secured(t.context, { servername: BELOW, rejectUnauthorized: false });
  const shown = device.getPeerX509Certificate();
  t.true(shown?.verify(new X509Certificate(hub.rootPem).publicKey));
  t.false(shown?.verify(new X509Certificate(before).publicKey));
  device.destroy();
});
