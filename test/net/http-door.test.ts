import { randomBytes } from 'node:crypto';
import http from 'node:http';
import net from 'node:net';
import { Transform } from 'node:stream';
import test from 'ava';
import { HubError } from '#src/errors.js';
import type { Judge } from '#src/protocol/http/message.js';
import { budget, Client, exchange, fixed, LIMITS, record, startHub, TIMEOUTS, until } from './tools.js';

const CLOSE = 'Connection: close\r\n';

test('a message leaves with the judged path, headers and body, and with nothing else', async (t) => {
  const upstream = await record();
  const hub = await startHub({
    upstreamPort: upstream.port,
    judge: async () => ({
      kind: 'forward',
      path: '/new',
      query: 'a=%20b',
      headers: [
        ['X-One', '1'],
        ['x-two', '2'],
        ['X-One', '3'],
      ],
      body: Buffer.from('{"b":2}'),
      done: () => {},
    }),
  });
  const raw = 'POST /old?secret HTTP/1.1\r\nHost: hub\r\nX-Secret: s\r\nX-Forwarded-For: 10.0.0.1\r\nContent-Length: 3\r\n';
  const text = await exchange(hub.port, `${raw}${CLOSE}\r\nabc`);
  t.regex(text, /^HTTP\/1\.1 200 OK\r\n/);
  t.is(
    upstream.text(),
    `POST /new?a=%20b HTTP/1.1\r\nHost: cloud.test:${upstream.port}\r\nX-One: 1\r\nX-One: 3\r\nx-two: 2\r\nContent-Length: 7\r\nConnection: keep-alive\r\n\r\n{"b":2}`,
  );
  t.is(hub.judged[0]?.device, '127.0.0.1');
  t.is(hub.judged[0]?.path, '/old');
  t.is(hub.judged[0]?.query, 'secret');
  t.deepEqual(hub.judged[0]?.headers, [['X-Secret', 's']]);
  await hub.close();
  upstream.close();
});

test('a chunked body is judged whole and leaves with a length; extensions and trailers stay behind', async (t) => {
  const upstream = await record();
  const hub = await startHub({ upstreamPort: upstream.port });
  const head = `POST /t HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\nTrailer: X-Ssid\r\n${CLOSE}\r\n`;
  await exchange(hub.port, `${head}3;ssid=kovalenko\r\nabc\r\n2\r\nde\r\n0\r\nX-Ssid: kovalenko\r\n\r\n`);
  t.is(Buffer.from(hub.judged[0]!.body).toString(), 'abcde');
  t.true(upstream.text().endsWith('\r\nContent-Length: 5\r\nConnection: keep-alive\r\n\r\nabcde'));
  t.false(/kovalenko|chunked|trailer/i.test(upstream.text()));
  await hub.close();
  upstream.close();
});

test('a refused message is answered with a code, and nothing leaves', async (t) => {
  const upstream = await record();
  const hub = await startHub({
    upstreamPort: upstream.port,
    judge: async () => ({ kind: 'refuse', error: new HubError('own_identifier') }),
  });
  const text = await exchange(hub.port, `POST /t HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\n${CLOSE}\r\nx`);
  t.regex(text, /^HTTP\/1\.1 403 /);
  t.regex(text, /"code":"own_identifier"/);
  t.is(upstream.text(), '');
  await hub.close();
  upstream.close();
});

test('a judge that fails refuses the message without its text', async (t) => {
  const upstream = await record();
  const hub = await startHub({
    upstreamPort: upstream.port,
    judge: async () => {
      throw new Error('kovalenko');
    },
  });
  const text = await exchange(hub.port, `GET /t HTTP/1.1\r\nHost: h\r\n${CLOSE}\r\n`);
  t.regex(text, /^HTTP\/1\.1 500 /);
  t.false(text.includes('kovalenko'));
  t.is(upstream.text(), '');
  await hub.close();
  upstream.close();
});

test('pipelined requests are judged one by one and answered in order', async (t) => {
  const upstream = await record((socket, request) => {
    const path = request.split(' ')[1]!;
    socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${path.length}\r\n\r\n${path}`);
  });
  const hub = await startHub({ upstreamPort: upstream.port });
  const get = (path: string): string => `GET ${path} HTTP/1.1\r\nHost: h\r\n`;
  const text = await exchange(
    hub.port,
    `${get('/1')}\r\nPOST /2 HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\nhi${get('/3')}${CLOSE}\r\n`,
  );
  t.deepEqual(text.match(/\r\n\r\n\/\d/g), ['\r\n\r\n/1', '\r\n\r\n/2', '\r\n\r\n/3']);
  t.deepEqual(
    hub.judged.map(({ path }) => path),
    ['/1', '/2', '/3'],
  );
  t.is(upstream.connections(), 1);
  t.deepEqual(hub.sent, [true, true, true]);
  await hub.close();
  upstream.close();
});

test('a flood of pipelined requests is cut off', async (t) => {
  const upstream = await record();
  const hub = await startHub({ upstreamPort: upstream.port });
  const text = await exchange(hub.port, 'GET /t HTTP/1.1\r\nHost: h\r\n\r\n'.repeat(40));
  t.regex(text, /"code":"busy"/);
  t.true(hub.judged.length <= LIMITS.pipelined);
  await hub.close();
  upstream.close();
});

test('thousands of requests in one packet, the first of which hangs, hold no more than the device’s share: the connection ends', async (t) => {
  const upstream = await record(() => undefined);
  const bytes = budget(1024 * 1024);
  const hub = await startHub({ upstreamPort: upstream.port, http: { bytes } });
  const client = new Client(hub.port).write('GET /t HTTP/1.1\r\nHost: h\r\n\r\n'.repeat(2000));
  await client.end();
  await until(() => hub.held() === 0);
  t.true(hub.judged.length <= LIMITS.pipelined);
  t.is(bytes.amount, 0);
  await hub.close();
  upstream.close();
});

test('a connection that goes on and on behind its last message ends, answered or not', async (t) => {
  const upstream = await record(() => undefined);
  const hub = await startHub({ upstreamPort: upstream.port });
  const client = new Client(hub.port).write('GET /t HTTP/1.1\r\nHost: h\r\n\r\n'.repeat(200));
  t.is(await client.end(), '', 'no answer is waited for: its first request hangs');
  await until(() => hub.held() === 0);
  t.true(hub.judged.length <= LIMITS.pipelined);
  await hub.close();
  upstream.close();
});

for (const [title, first] of [
  ['refused before it was judged', 'GET /x HTTP/1.1\r\n\r\n'],
  ['with a head that two servers read differently', 'GET /x HTTP/1.1\r\nHost: h\r\nX_A: 1\r\nX-A: 2\r\n\r\n'],
  ['too large', 'POST /x HTTP/1.1\r\nHost: h\r\nContent-Length: 99999999\r\n\r\n'],
  ['that closes its connection', 'GET /x HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n'],
] as const) {
  test(`nothing behind a message ${title} is judged, and both give their places back`, async (t) => {
    const upstream = await record();
    const [bytes, connections] = [budget(), budget()];
    const hub = await startHub({ upstreamPort: upstream.port, http: { bytes }, door: { connections } });
    for (let i = 0; i < 5; i += 1) {
      const text = await exchange(hub.port, `${first}GET /behind HTTP/1.1\r\nHost: h\r\n\r\n`);
      t.regex(text, /^HTTP\/1\.1 [24]\d\d /);
    }
    await until(() => hub.held() === 0);
    t.false(hub.judged.some(({ path }) => path === '/behind'));
    t.is(bytes.amount + connections.amount, 0);
    await hub.close();
    upstream.close();
  });
}

test('a good message before garbage gets its own answer, however late, and the garbage another', async (t) => {
  let answer = (): void => {};
  const upstream = await record((socket) => (answer = () => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nlate')));
  const hub = await startHub({ upstreamPort: upstream.port });
  const client = new Client(hub.port).write('GET /good HTTP/1.1\r\nHost: h\r\n\r\nGARBAGE\x01\r\n\r\n');
  await until(() => upstream.text() !== '' && hub.refused.length > 0);
  t.is(client.text, '', 'no answer before its own');
  answer();
  t.regex(await client.end(), /^HTTP\/1\.1 200 OK\r\n[\s\S]*lateHTTP\/1\.1 400 [\s\S]*"code":"bad_head"/);
  t.deepEqual(hub.sent, [true]);
  t.is(hub.refused.length, 1);
  await until(() => hub.held() === 0);
  await hub.close();
  upstream.close();
});

test('a body that cannot be read on is refused as one message, behind the answers of those before it', async (t) => {
  const upstream = await record();
  const hub = await startHub({ upstreamPort: upstream.port });
  const head = 'POST /b HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n';
  const text = await exchange(hub.port, `GET /a HTTP/1.1\r\nHost: h\r\n\r\n${head}3\r\nabc\r\nzz\r\n`);
  t.deepEqual(text.match(/HTTP\/1\.1 \d\d\d/g), ['HTTP/1.1 200', 'HTTP/1.1 400']);
  t.deepEqual(
    hub.judged.map(({ path }) => path),
    ['/a'],
  );
  t.is(hub.refused.length, 1);
  await until(() => hub.held() === 0);
  await hub.close();
  upstream.close();
});

test('a body for which there is no room is refused as busy before it is read whole, and the other devices have theirs', async (t) => {
  const upstream = await record();
  const bytes = budget(200_000);
  const hub = await startHub({ upstreamPort: upstream.port, http: { bytes } });
  const head = (length: number): string => `POST / HTTP/1.1\r\nHost: h\r\nContent-Length: ${length}\r\n\r\n`;
  const unfinished = new Client(hub.port).write(`${head(60_000)}${'x'.repeat(59_999)}`);
  await until(() => bytes.amount > 60_000);
  t.regex(await exchange(hub.port, `${head(60_000)}${'x'.repeat(60_000)}`), /^HTTP\/1\.1 503 [\s\S]*"code":"busy"/);
  const other = net.connect({ port: hub.port, host: '127.0.0.1', localAddress: '127.0.0.9' });
  let answer = '';
  other.on('data', (chunk: Buffer) => (answer += chunk.toString('latin1')));
  other.write(`${head(30_000)}${'y'.repeat(30_000)}`);
  await until(() => answer.startsWith('HTTP/1.1 200'));
  other.destroy();
  unfinished.write('x');
  await unfinished.has('HTTP/1.1 200');
  unfinished.socket.destroy();
  await until(() => hub.held() === 0);
  t.is(bytes.amount, 0);
  await hub.close();
  upstream.close();
});

test('a connection that needs another device’s room takes it: the largest body of whoever has the most breaks off', async (t) => {
  const upstream = await record();
  const bytes = budget(160_000);
  const hub = await startHub({ upstreamPort: upstream.port, http: { bytes } });
  const from = (localAddress: string, body: number, more = 1): net.Socket => {
    const socket = net.connect({ port: hub.port, host: '127.0.0.1', localAddress });
    socket.on('error', () => {});
    socket.write(`POST / HTTP/1.1\r\nHost: h\r\nContent-Length: ${body + more}\r\n\r\n${'x'.repeat(body)}`);
    return socket;
  };
  const large = from('127.0.0.2', 60_000);
  const small = from('127.0.0.2', 2_000);
  await until(() => bytes.amount > 62_000);
  const second = from('127.0.0.3', 60_000);
  await until(() => bytes.amount > 120_000);
  let isGone = false;
  large.on('close', () => (isGone = true));
  const third = from('127.0.0.4', 20_000, 0);
  await until(() => isGone);
  let answer = '';
  third.on('data', (chunk: Buffer) => (answer += chunk.toString('latin1')));
  await until(() => answer.startsWith('HTTP/1.1 200'));
  t.false(small.destroyed || second.destroyed);
  for (const socket of [small, second, third]) socket.destroy();
  await until(() => hub.held() === 0);
  t.is(bytes.amount, 0);
  await hub.close();
  upstream.close();
});

test('HEAD, 204 and 304 are answered without a body, with their headers', async (t) => {
  const upstream = await record((socket, request) => {
    if (request.startsWith('HEAD')) socket.write('HTTP/1.1 200 OK\r\nContent-Length: 500\r\nETag: "a"\r\n\r\n');
    else if (request.startsWith('GET /204')) socket.write('HTTP/1.1 204 No Content\r\nX-A: 1\r\n\r\n');
    else socket.write('HTTP/1.1 304 Not Modified\r\nETag: "b"\r\n\r\n');
  });
  const hub = await startHub({ upstreamPort: upstream.port });
  const ask = (line: string, more: string): string => `${line} HTTP/1.1\r\nHost: h\r\n${more}\r\n`;
  const text = await exchange(hub.port, ask('HEAD /a', '') + ask('GET /204', '') + ask('GET /304', CLOSE));
  const heads = text.split('\r\n\r\n');
  t.is(heads.length, 4);
  t.regex(heads[0]!, /^HTTP\/1\.1 200 OK\r\nContent-Length: 500\r\nETag: "a"/);
  t.regex(heads[1]!, /^HTTP\/1\.1 204 No Content\r\nX-A: 1/);
  t.regex(heads[2]!, /^HTTP\/1\.1 304 Not Modified\r\nETag: "b"/);
  t.is(heads[3], '');
  await hub.close();
  upstream.close();
});

test('answers keep repeated headers and lose those of the connection, trailers and interim answers', async (t) => {
  const upstream = await record((socket) =>
    socket.write(
      'HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 201 Made\r\nSet-Cookie: a=1\r\nSet-Cookie: b=2\r\nX-Hop: h\r\nConnection: X-Hop\r\nProxy-Authenticate: Basic\r\nTransfer-Encoding: chunked\r\nTrailer: X-T\r\n\r\n3\r\nabc\r\n0\r\nX-T: t\r\n\r\n',
    ),
  );
  const hub = await startHub({ upstreamPort: upstream.port });
  const text = await exchange(hub.port, `GET / HTTP/1.1\r\nHost: h\r\n${CLOSE}\r\n`);
  t.is(
    text,
    'HTTP/1.1 201 Made\r\nSet-Cookie: a=1\r\nSet-Cookie: b=2\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n',
  );
  await hub.close();
  upstream.close();
});

test('an answer of 20 MiB streams through byte for byte', async (t) => {
  const size = 20 * 1024 * 1024;
  const block = randomBytes(1024 * 1024);
  const cloud = http.createServer((_req, res) => {
    res.writeHead(200, { 'Content-Length': size });
    let left = size / block.length;
    const more = (): void => {
      while (left > 0) {
        left -= 1;
        if (!res.write(block)) {
          res.once('drain', more);
          return;
        }
      }
      res.end();
    };
    more();
  });
  await new Promise<void>((resolve) => cloud.listen(0, '127.0.0.1', resolve));
  const hub = await startHub({ upstreamPort: (cloud.address() as net.AddressInfo).port });
  const got = await new Promise<number>((resolve, reject) => {
    http.get({ port: hub.port, path: '/firmware.bin', agent: false }, (res) => {
      let bytes = 0;
      res.on('data', (chunk: Buffer) => {
        const at = bytes % block.length;
        const expected = Buffer.concat([block, block]).subarray(at, at + chunk.length);
        if (!expected.equals(chunk)) reject(new Error(`differs after ${bytes}`));
        bytes += chunk.length;
      });
      res.on('end', () => resolve(bytes));
    });
  });
  t.is(got, size);
  await hub.close();
  cloud.close();
});

test('onAnswer rewrites head and body on their way down', async (t) => {
  const upstream = await record((socket) => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 5\r\nX-Pseudonym: p\r\n\r\nhello'));
  const hub = await startHub({
    upstreamPort: upstream.port,
    judge: async ({ path, headers, body }) => ({
      kind: 'forward',
      path,
      headers,
      body,
      done: () => {},
      onAnswer: (head) => ({
        headers: head.headers.map(([name, value]) => [name, name === 'X-Pseudonym' ? 'original' : value] as const),
        body: new Transform({
          transform: (chunk: Buffer, _encoding, next) => next(null, chunk.toString().toUpperCase()),
        }),
      }),
    }),
  });
  const text = await exchange(hub.port, `GET / HTTP/1.0\r\n\r\n`);
  t.regex(text, /\r\nX-Pseudonym: original\r\n/);
  t.regex(text, /\r\nContent-Length: 5\r\n/);
  t.true(text.endsWith('\r\n\r\nHELLO'));
  await hub.close();
  upstream.close();
});

/** A judge whose answers are written anew by what `make` gives. */
const rewriting =
  (make: () => Transform): Judge =>
  async ({ path, headers, body }) => ({
    kind: 'forward',
    path,
    headers,
    body,
    done: () => {},
    onAnswer: (head) => ({ headers: head.headers, body: make() }),
  });
const doubled = (): Transform =>
  new Transform({ transform: (chunk: Buffer, _encoding, next) => next(null, Buffer.concat([chunk, chunk])) });

test('an answer that came with a length and is written anew whole leaves with its new one: the smallest devices read no chunks', async (t) => {
  const upstream = await record((socket) => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello'));
  const hub = await startHub({ upstreamPort: upstream.port, judge: rewriting(doubled) });
  const text = await exchange(hub.port, `GET / HTTP/1.1\r\nHost: h\r\n${CLOSE}\r\n`);
  t.true(text.endsWith('\r\n\r\nhellohello'), text);
  t.regex(text, /\r\nContent-Length: 10\r\n/);
  t.notRegex(text, /chunked/i);
  await hub.close();
  upstream.close();
});

test('one that comes in pieces leaves in chunks, none waiting for the next; one that breaks off before its first piece is no answer', async (t) => {
  let cloud: net.Socket | undefined;
  const upstream = await record((socket, request) => {
    cloud = socket;
    socket.write(`HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n${request.includes('/none') ? '' : 'hello'}`);
  });
  const hub = await startHub({ upstreamPort: upstream.port, judge: rewriting(doubled) });
  const client = new Client(hub.port).write(`GET / HTTP/1.1\r\nHost: h\r\n${CLOSE}\r\n`);
  await until(() => client.text.includes('hellohello'));
  t.regex(client.text, /\r\nTransfer-Encoding: chunked\r\n/i);
  cloud!.write('world');
  t.true((await client.end()).includes('worldworld'));
  const broken = new Client(hub.port).write(`GET /none HTTP/1.1\r\nHost: h\r\n${CLOSE}\r\n`);
  await until(() => upstream.text().includes('/none'));
  cloud!.destroy();
  t.is(await broken.end(), '');
  await hub.close();
  upstream.close();
});

test('an answer that breaks off breaks off for the device too', async (t) => {
  const upstream = await record((socket) => {
    socket.write('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf', () => socket.destroy());
  });
  const hub = await startHub({ upstreamPort: upstream.port });
  const text = await exchange(hub.port, 'GET / HTTP/1.1\r\nHost: h\r\n\r\n');
  t.true(text.endsWith('half'));
  t.deepEqual(hub.sent, [true]);
  await hub.close();
  upstream.close();
});

test('a device that resets its connection takes its request to the cloud with it', async (t) => {
  let upstreamClosed = false;
  const upstream = await record((socket) => socket.on('close', () => (upstreamClosed = true)));
  const hub = await startHub({ upstreamPort: upstream.port });
  const client = new Client(hub.port).write('GET / HTTP/1.1\r\nHost: h\r\n\r\n');
  await until(() => upstream.text() !== '');
  client.socket.resetAndDestroy();
  await until(() => upstreamClosed && hub.sent.length === 1);
  t.deepEqual(hub.sent, [true]);
  await hub.close();
  upstream.close();
});

test('a body that breaks off is not judged', async (t) => {
  const upstream = await record();
  const hub = await startHub({ upstreamPort: upstream.port });
  const client = new Client(hub.port).write('POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\nabc');
  await until(() => client.socket.readyState === 'open');
  client.socket.end();
  await client.end();
  t.is(hub.judged.length, 0);
  t.is(upstream.text(), '');
  await hub.close();
  upstream.close();
});

test('a device that shuts its sending side reads its answer', async (t) => {
  const upstream = await record();
  const hub = await startHub({ upstreamPort: upstream.port });
  const client = new Client(hub.port).write('GET / HTTP/1.1\r\nHost: h\r\n\r\n');
  client.socket.end();
  t.true((await client.end()).endsWith('ok'));
  await hub.close();
  upstream.close();
});

for (const [title, head, body] of [
  ['announced', 'Content-Length: 65537', 'x'.repeat(65_537)],
  ['chunked', 'Transfer-Encoding: chunked', `11000\r\n${'x'.repeat(0x11000)}\r\n0\r\n\r\n`],
] as const) {
  test(`a body that is too large is refused and its sender reads why: ${title}`, async (t) => {
    const upstream = await record();
    const hub = await startHub({ upstreamPort: upstream.port });
    const text = await exchange(hub.port, `POST / HTTP/1.1\r\nHost: h\r\n${head}\r\n\r\n${body}`);
    t.regex(text, /^HTTP\/1\.1 413 /);
    t.regex(text, /Connection: close/);
    t.is(hub.judged.length, 0);
    t.is(hub.refused[0]?.error.code, 'too_large');
    await hub.close();
    upstream.close();
  });
}

test('Expect: 100-continue is answered here; a body too large is refused before it is sent', async (t) => {
  const upstream = await record();
  const hub = await startHub({ upstreamPort: upstream.port });
  const client = new Client(hub.port).write(
    `PUT / HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 2\r\n${CLOSE}\r\n`,
  );
  await client.has('100 Continue');
  client.write('hi');
  t.regex(await client.end(), /^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 200 OK/);
  t.false(/expect/i.test(upstream.text()));
  const big = new Client(hub.port).write('PUT / HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 99999\r\n\r\n');
  t.regex(await big.end(), /^HTTP\/1\.1 413 /);
  const odd = new Client(hub.port).write('PUT / HTTP/1.1\r\nHost: h\r\nExpect: 200-maybe\r\nContent-Length: 1\r\n\r\n');
  t.regex(await odd.end(), /^HTTP\/1\.1 400 /);
  await hub.close();
  upstream.close();
});

test('a cloud that is down: 502, and the message is known not to have left', async (t) => {
  const upstream = await record();
  upstream.close();
  const hub = await startHub({ upstreamPort: upstream.port });
  const text = await exchange(hub.port, `GET / HTTP/1.1\r\nHost: h\r\n${CLOSE}\r\n`);
  t.regex(text, /^HTTP\/1\.1 502 /);
  t.regex(text, /"code":"upstream_unreachable"/);
  t.false(text.includes('127.0.0.1'));
  t.deepEqual(hub.sent, [false]);
  await hub.close();
});

test('a message that is cut off on its way to the cloud: 502, and known not to have left', async (t) => {
  const sockets: net.Socket[] = [];
  const cloud = net.createServer({ pauseOnConnect: true }, (socket) => {
    sockets.push(socket);
    socket.once('readable', () => socket.resetAndDestroy());
  });
  await new Promise<void>((resolve) => cloud.listen(0, '127.0.0.1', resolve));
  const told: unknown[] = [];
  const hub = await startHub({
    upstreamPort: (cloud.address() as net.AddressInfo).port,
    judge: async ({ path, headers }) => ({
      kind: 'forward',
      path,
      headers,
      body: Buffer.alloc(32 * 1024 * 1024), // more than any system's buffers between two sockets take
      done: (...all) => told.push(all),
    }),
  });
  t.regex(await exchange(hub.port, `POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\n${CLOSE}\r\nx`), /^HTTP\/1\.1 502 /);
  t.deepEqual(told, [[false, 'upstream_unreachable']]);
  t.is(sockets.length, 1, 'and is not tried again');
  await hub.close();
  cloud.close();
});

test('a cloud that does not prove who it is: its message is told not to have left for that reason, not as out of reach', async (t) => {
  const told: unknown[] = [];
  const hub = await startHub({
    http: { upstream: { ...fixed(443), scheme: 'https' } },
    forward: { connectTls: () => Promise.reject(new HubError('upstream_untrusted')) },
    judge: async ({ path, headers, body }) => ({ kind: 'forward', path, headers, body, done: (...all) => told.push(all) }),
  });
  const text = await exchange(hub.port, `GET / HTTP/1.1\r\nHost: h\r\n${CLOSE}\r\n`);
  t.regex(text, /"code":"upstream_untrusted"/);
  t.deepEqual(told, [[false, 'upstream_untrusted']]);
  await hub.close();
});

test('a cloud that hangs: 504; one that hangs up or talks nonsense: 502; nothing is sent twice', async (t) => {
  const upstream = await record((socket, request) => {
    if (request.startsWith('GET /close')) socket.destroy();
    if (request.startsWith('GET /nonsense')) socket.end('nonsense\r\n\r\n');
    if (request.startsWith('GET /upgrade'))
      socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n');
  });
  const hub = await startHub({ upstreamPort: upstream.port, forward: { answerMs: 2000 } });
  t.teardown(() => hub.close());
  t.teardown(() => upstream.close());
  const get = (path: string): Promise<string> => exchange(hub.port, `GET ${path} HTTP/1.1\r\nHost: h\r\n${CLOSE}\r\n`);
  t.regex(await get('/hang'), /^HTTP\/1\.1 504 /);
  t.regex(await get('/close'), /^HTTP\/1\.1 502 /);
  t.regex(await get('/nonsense'), /^HTTP\/1\.1 502 /);
  t.regex(await get('/upgrade'), /^HTTP\/1\.1 502 /);
  t.is(upstream.text().match(/GET /g)?.length, 4);
  t.deepEqual(hub.sent, [true, true, true, true]);
});

test('an answer slower than the idle time of pooled connections arrives', async (t) => {
  const upstream = await record((socket) =>
    setTimeout(() => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nslow'), 150),
  );
  const hub = await startHub({ upstreamPort: upstream.port, forward: { idleMs: 30 } });
  t.true((await exchange(hub.port, `GET / HTTP/1.1\r\nHost: h\r\n${CLOSE}\r\n`)).endsWith('slow'));
  await hub.close();
  upstream.close();
});

test('what waited too long for a connection to the cloud is answered 504 and never leaves', async (t) => {
  let finish = (): void => {};
  const upstream = await record((socket, request) => {
    if (request.startsWith('GET /last')) socket.write('HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nlast');
    else finish = () => socket.write('cd');
    if (request.startsWith('GET /first')) socket.write('HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nab');
  });
  const hub = await startHub({ upstreamPort: upstream.port, forward: { answerMs: 1500, upstreamConnections: 1 } });
  t.teardown(() => hub.close());
  t.teardown(() => upstream.close());
  const first = new Client(hub.port).write(`GET /first HTTP/1.1\r\nHost: h\r\n${CLOSE}\r\n`);
  await first.has('ab');
  t.regex(await exchange(hub.port, `GET /second HTTP/1.1\r\nHost: h\r\n${CLOSE}\r\n`), /^HTTP\/1\.1 504 /);
  finish();
  t.true((await first.end()).endsWith('abcd'));
  t.true((await exchange(hub.port, `GET /last HTTP/1.1\r\nHost: h\r\n${CLOSE}\r\n`)).endsWith('last'));
  t.false(upstream.text().includes('/second'));
  t.deepEqual(hub.sent, [true, false, true]);
});

test('a head and a body that come too slowly are cut off', async (t) => {
  const upstream = await record();
  const hub = await startHub({ upstreamPort: upstream.port, http: { timeouts: { ...TIMEOUTS, headMs: 200, requestMs: 300 } } });
  const slowHead = new Client(hub.port).write('GET / HTTP/1.1\r\nHost: h\r\n');
  t.regex(await slowHead.end(), /^HTTP\/1\.1 408 /);
  const slowBody = new Client(hub.port).write('POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nab');
  t.regex(await slowBody.end(), /^HTTP\/1\.1 408 /);
  t.is(hub.judged.length, 0);
  await hub.close();
  upstream.close();
});

test('stopping lets a message in hand finish and closes idle connections', async (t) => {
  let answer = (): void => {};
  const upstream = await record((socket) => (answer = () => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\ndone')));
  const hub = await startHub({ upstreamPort: upstream.port });
  const idle = new Client(hub.port);
  const busy = new Client(hub.port).write('GET / HTTP/1.1\r\nHost: h\r\n\r\n');
  await until(() => upstream.text() !== '');
  const closing = hub.close();
  answer();
  await closing;
  t.regex(await busy.end(), /Connection: close\r\n\r\ndone$/);
  await idle.end();
  await t.throwsAsync(
    () =>
      new Promise((resolve, reject) => {
        net.connect(hub.port, '127.0.0.1').on('connect', resolve).on('error', reject);
      }),
  );
  upstream.close();
});

test('stopping does not wait for ever', async (t) => {
  const upstream = await record(() => {});
  const hub = await startHub({ upstreamPort: upstream.port, http: { timeouts: { ...TIMEOUTS, stopMs: 50 } } });
  const client = new Client(hub.port).write('GET / HTTP/1.1\r\nHost: h\r\n\r\n');
  await until(() => upstream.text() !== '');
  await hub.close();
  t.is(await client.end(), '');
  upstream.close();
});

test('a forward proxy request goes where its target says, by the address the config names', async (t) => {
  const upstream = await record();
  const hub = await startHub({ http: { resolve: { 'cloud.test:80': { address: '127.0.0.1', port: upstream.port } } } });
  await exchange(hub.port, `GET http://Cloud.test/a?b HTTP/1.1\r\nHost: cloud.test\r\n${CLOSE}\r\n`);
  await exchange(hub.port, `GET /c HTTP/1.1\r\nHost: cloud.test:80\r\n${CLOSE}\r\n`);
  t.deepEqual(upstream.text().match(/GET .*\r\nHost: .*\r\n/g), [
    'GET /a?b HTTP/1.1\r\nHost: cloud.test\r\n',
    'GET /c HTTP/1.1\r\nHost: cloud.test\r\n',
  ]);
  t.is(hub.judged[0]?.authority, 'cloud.test');
  await hub.close();
  upstream.close();
});

test('destinations inside the home and the hub itself are refused, also by name', async (t) => {
  const upstream = await record();
  const hub = await startHub({});
  const code = async (host: string): Promise<string | undefined> =>
    /"code":"(\w+)"/.exec(await exchange(hub.port, `GET / HTTP/1.1\r\nHost: ${host}\r\n${CLOSE}\r\n`))?.[1];
  t.is(await code(`127.0.0.1:${upstream.port}`), 'private_upstream');
  t.is(await code('192.168.1.1'), 'private_upstream');
  t.is(await code('[::1]:1'), 'private_upstream');
  t.is(await code('[::ffff:10.0.0.1]'), 'private_upstream');
  t.is(await code(`named.test:${upstream.port}`), 'private_upstream'); // resolves to 127.0.0.1
  t.is(await code(`0x7f.1:${upstream.port}`), 'private_upstream');
  t.is(await code(`127.0.0.1:${hub.port}`), 'loop');
  t.is(await code(`named.test:${hub.port}`), 'loop');
  t.is(await code('localhost'), 'private_upstream');
  t.is(upstream.text(), '');
  await hub.close();
  upstream.close();
});

test('an upstream that leads back to the hub is refused', async (t) => {
  const upstream = await record();
  const hub = await startHub({ http: {} });
  const loop = await startHub({ http: { upstream: fixed(1), self: () => ({ addresses: new Set(), ports: new Set([1]) }) } });
  t.regex(await exchange(loop.port, `GET / HTTP/1.1\r\nHost: h\r\n${CLOSE}\r\n`), /"code":"loop"/);
  await hub.close();
  await loop.close();
  upstream.close();
});

test('a client outside the home’s networks is turned away unheard', async (t) => {
  const upstream = await record();
  const hub = await startHub({ upstreamPort: upstream.port, door: { networks: ['192.168.0.0/16'] } });
  t.regex(await exchange(hub.port, 'GET / HTTP/1.1\r\nHost: h\r\n\r\n'), /^HTTP\/1\.1 403 [\s\S]*"code":"not_at_home"/);
  t.is(hub.judged.length, 0);
  t.is(hub.refused[0]?.device, '127.0.0.1');
  await hub.close();
  upstream.close();
});

test('DELETE and OPTIONS keep their bodies; POST without one says so', async (t) => {
  const upstream = await record();
  const hub = await startHub({ upstreamPort: upstream.port });
  await exchange(hub.port, `DELETE /d HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n${CLOSE}\r\nhi`);
  await exchange(hub.port, `OPTIONS /o HTTP/1.1\r\nHost: h\r\n${CLOSE}\r\n`);
  await exchange(hub.port, `POST /p HTTP/1.1\r\nHost: h\r\n${CLOSE}\r\n`);
  const [del, opt, post] = upstream.text().split(/(?=OPTIONS|POST)/);
  t.true(del!.endsWith('Content-Length: 2\r\nConnection: keep-alive\r\n\r\nhi'));
  t.false(/content-length|transfer/i.test(opt!));
  t.regex(post!, /Content-Length: 0\r\n/);
  await hub.close();
  upstream.close();
});
