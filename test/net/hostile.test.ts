// Heads that two servers could read differently: what arrives upstream is exactly what was judged, or nothing.
import test from 'ava';
import { exchange, record, startHub } from './tools.js';

const HOST = 'Host: smartapi.test\r\n';
const NEXT = `GET /smuggled HTTP/1.1\r\n${HOST}\r\n`;
const post = (headers: string, body = ''): string => `POST /t HTTP/1.1\r\n${HOST}${headers}\r\n${body}`;

/** Title, raw bytes, how many messages may be judged (0: refused; 1: the first one only). */
const CASES: readonly [string, string | Buffer, number][] = [
  ['CL.TE', post('Content-Length: 6\r\nTransfer-Encoding: chunked\r\n', `0\r\n\r\n${NEXT}`), 0],
  ['TE.CL', post('Transfer-Encoding: chunked\r\nContent-Length: 4\r\n', `5c\r\n${NEXT}\r\n0\r\n\r\n`), 0],
  ['TE.TE', post('Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n', `0\r\n\r\n${NEXT}`), 0],
  ['two codings in one line', post('Transfer-Encoding: gzip, chunked\r\n', '0\r\n\r\n'), 0],
  ['chunked, chunked', post('Transfer-Encoding: chunked, chunked\r\n', '0\r\n\r\n'), 0],
  ['identity', post('Transfer-Encoding: identity\r\n', '0\r\n\r\n'), 0],
  ['TE with a tab', post('Transfer-Encoding:\tchunked\x0b\r\n', '0\r\n\r\n'), 0],
  ['space before the colon', post('Transfer-Encoding : chunked\r\n', '0\r\n\r\n'), 0],
  ['space before the name', `POST /t HTTP/1.1\r\n Transfer-Encoding: chunked\r\n${HOST}\r\n0\r\n\r\n`, 0],
  ['Transfer_Encoding', post('Transfer_Encoding: chunked\r\nContent-Length: 5\r\n', '0\r\n\r\n'), 0],
  ['Transfer.Encoding', post('Transfer.Encoding: chunked\r\nContent-Length: 5\r\n', '0\r\n\r\n'), 0],
  ['Content_Length', post('Content_Length: 0\r\nContent-Length: 5\r\n', 'abcde'), 0],
  ['HTTP_HOST spelled Host_', post('Host_: evil\r\nHOST: evil\r\n'), 0],
  ['two Content-Length', post('Content-Length: 5\r\nContent-Length: 5\r\n', 'abcde'), 0],
  ['Content-Length in a list', post('Content-Length: 5, 5\r\n', 'abcde'), 0],
  ['Content-Length with a sign', post('Content-Length: +5\r\n', 'abcde'), 0],
  ['Content-Length in hex', post('Content-Length: 0x5\r\n', 'abcde'), 0],
  ['negative Content-Length', post('Content-Length: -1\r\n', 'abcde'), 0],
  ['Content-Length beyond all bounds', post('Content-Length: 99999999999999999999\r\n', 'abcde'), 0],
  ['two Host', post('Host: evil.test\r\n'), 0],
  ['two Content-Type', post('Content-Type: a/b\r\nContent-Type: c/d\r\n'), 0],
  ['names that collide', post('X_Device: a\r\nX-Device: b\r\n'), 0],
  ['obs-fold', post('X-Note: a\r\n kovalenko\r\n'), 0],
  ['obs-fold of a framing header', post('Transfer-Encoding:\r\n chunked\r\n', '0\r\n\r\n'), 0],
  ['bare LF in a value', post('X-A: b\nTransfer-Encoding: chunked\r\n', '0\r\n\r\n'), 0],
  ['bare CR in a value', post('X-A: b\rTransfer-Encoding: chunked\r\n', '0\r\n\r\n'), 0],
  ['lines ended by LF alone', 'GET /t HTTP/1.1\nHost: smartapi.test\n\n', 0],
  ['NUL in a value', post('X-A: b\0c\r\n'), 0],
  ['NUL in a name', post('X\0A: b\r\n'), 0],
  ['control character in a value', post('X-A: b\x01c\r\n'), 0],
  ['no colon', post('X-A\r\n'), 0],
  ['an empty name', post(': b\r\n'), 0],
  ['no Host', 'GET /t HTTP/1.1\r\n\r\n', 0],
  ['Host with userinfo', 'GET /t HTTP/1.1\r\nHost: a@b.test\r\n\r\n', 0],
  ['Host with a path', 'GET /t HTTP/1.1\r\nHost: b.test/x\r\n\r\n', 0],
  ['Host with a port out of range', 'GET /t HTTP/1.1\r\nHost: b.test:70000\r\n\r\n', 0],
  ['userinfo in the target', `GET http://kovalenko@smartapi.test/t HTTP/1.1\r\n${HOST}\r\n`, 0],
  ['target and Host differ', `GET http://other.test/t HTTP/1.1\r\n${HOST}\r\n`, 0],
  ['target of another scheme', `GET ftp://smartapi.test/t HTTP/1.1\r\n${HOST}\r\n`, 0],
  ['a fragment in the target', `GET /t#x HTTP/1.1\r\n${HOST}\r\n`, 0],
  ['a blank in the target', `GET /t x HTTP/1.1\r\n${HOST}\r\n`, 0],
  ['bytes past ASCII in the target', `GET /\xff HTTP/1.1\r\n${HOST}\r\n`, 0],
  ['asterisk-form', `OPTIONS * HTTP/1.1\r\n${HOST}\r\n`, 0],
  ['TRACE', `TRACE /t HTTP/1.1\r\n${HOST}\r\n`, 0],
  ['an invented method', `KOVALENKO-HOME-5G /t HTTP/1.1\r\n${HOST}\r\n`, 0],
  ['a method in small letters', `get /t HTTP/1.1\r\n${HOST}\r\n`, 0],
  ['CONNECT', `CONNECT smartapi.test:443 HTTP/1.1\r\n${HOST}\r\n`, 0],
  ['h2c', `GET /t HTTP/1.1\r\n${HOST}Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: a\r\n\r\n`, 0],
  ['raw upgrade', `GET /t HTTP/1.1\r\n${HOST}Connection: Upgrade\r\nUpgrade: raw\r\n\r\nkovalenko`, 0],
  ['WebSocket, while none is served', `GET /t HTTP/1.1\r\n${HOST}Connection: Upgrade\r\nUpgrade: websocket\r\n\r\nkovalenko`, 0],
  ['two Upgrade', `GET /t HTTP/1.1\r\n${HOST}Connection: Upgrade\r\nUpgrade: websocket\r\nUpgrade: h2c\r\n\r\n`, 0],
  ['HTTP/2 preface', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\nkovalenko', 0],
  ['HTTP/0.9', 'GET /kovalenko\r\n\r\n', 0],
  ['HTTP/1.2', `GET /t HTTP/1.2\r\n${HOST}\r\n`, 0],
  ['HTTP/2.0', `GET /t HTTP/2.0\r\n${HOST}\r\n`, 0],
  ['garbage', '\x00\x01\x02 kovalenko\n', 0],
  ['TLS, while none is served', Buffer.from([0x16, 3, 1, 0, 5, 1, 0, 0, 1, 0]), 0],
  ['MQTT, while none is served', Buffer.from([0x10, 2, 0, 0]), 0],
  ['Connection names Content-Type', post('Connection: close, Content-Type\r\nContent-Type: a/b\r\n'), 0],
  ['Connection names Host', post('Connection: close, host\r\n'), 0],
  ['TE in HTTP/1.0', `POST /t HTTP/1.0\r\n${HOST}Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n`, 0],
  ['HEAD with a body', `HEAD /t HTTP/1.1\r\n${HOST}Content-Length: 5\r\n\r\nabcde`, 0],
  ['a chunk size with a sign', post('Transfer-Encoding: chunked\r\n', '+3\r\nabc\r\n0\r\n\r\n'), 0],
  ['a chunk size beyond all bounds', post('Transfer-Encoding: chunked\r\n', 'fffffffffffffffff\r\nabc\r\n0\r\n\r\n'), 0],
  ['a chunk longer than it says', post('Transfer-Encoding: chunked\r\n', '3\r\nabcdef\r\n0\r\n\r\n'), 0],
  ['a chunk ended by LF alone', post('Transfer-Encoding: chunked\r\n', '3\nabc\n0\n\n'), 0],
  ['too many headers', post('X-A: b\r\n'.repeat(101)), 0],
  ['a head too large', post(`X-A: ${'b'.repeat(20_000)}\r\n`), 0],
  ['garbage behind a message', post('Content-Length: 2\r\n', 'ab\x00\x01kovalenko'), 1],
  ['a body longer than it says', post('Content-Length: 2\r\n', 'ab kovalenko: 1\r\n\r\n'), 1],
];

for (const [title, raw, judged] of CASES) {
  test(`hostile: ${title}`, async (t) => {
    const upstream = await record();
    const hub = await startHub({ upstreamPort: upstream.port, http: {} });
    const text = await exchange(hub.port, raw);
    t.true(hub.judged.length <= judged, 'judged');
    const arrived = upstream.text();
    t.false(/kovalenko|smuggled/.test(arrived + text));
    t.true((arrived.match(/ HTTP\/1\.1\r\n/g)?.length ?? 0) <= hub.judged.length);
    if (judged === 0) t.is(arrived, '');
    // What is good gets its own answer, what follows gets another, and each refusal is told once.
    if (judged === 0) t.notRegex(text, /^HTTP\/1\.1 200/m);
    else t.regex(text, /^HTTP\/1\.1 200 OK\r\n[\s\S]*\r\n\r\nokHTTP\/1\.1 400 [\s\S]*"code":"bad_head"/);
    t.is(hub.refused.length, 1);
    await hub.close();
    upstream.close();
  });
}

const TAME: readonly [string, string, RegExp][] = [
  ['a name with _ of its own', post('client_id: a\r\nConnection: close\r\n'), /\r\nclient_id: a\r\n/],
  ['obs-text in a value', post('X-A: \xd0\xb4\r\nConnection: close\r\n'), /\r\nX-A: \xd0\xb4\r\n/],
  ['an integer as a name', post('7: a\r\nConnection: close\r\n'), /\r\n7: a\r\n/],
  ['__proto__ as a name', post('__proto__: a\r\nConnection: close\r\n'), /\r\n__proto__: a\r\n/],
  ['a path with empty segments', `GET //a//b?? HTTP/1.1\r\n${HOST}Connection: close\r\n\r\n`, /^GET \/\/a\/\/b\?\? HTTP/],
  ['a path with dot segments', `GET /a/../b HTTP/1.1\r\n${HOST}Connection: close\r\n\r\n`, /^GET \/a\/\.\.\/b HTTP/],
  ['an empty line before the request', `\r\nGET /a HTTP/1.1\r\n${HOST}Connection: close\r\n\r\n`, /^GET \/a HTTP/],
  [
    'unread codings',
    post('Accept-Encoding: zstd, gzip;q=0.5, *\r\nConnection: close\r\n'),
    /\r\nAccept-Encoding: gzip;q=0.5\r\n/,
  ],
  ['the sender’s own spelling', post('x-UPPER: A\r\nConnection: close\r\n'), /\r\nx-UPPER: A\r\n/],
  ['Connection names a header', post('X-Hop: a\r\nConnection: close, X-Hop\r\nX-End: b\r\n'), /Host: [^\r]*\r\nX-End: b\r\n/],
  [
    'headers other proxies left',
    post('Via: a\r\nForwarded: b\r\nX_Forwarded_For: c\r\nX-Real-IP: d\r\nX-End: e\r\nConnection: close\r\n'),
    /Host: [^\r]*\r\nX-End: e\r\n/,
  ],
  ['HTTP/1.0', 'GET /a HTTP/1.0\r\n\r\n', /^GET \/a HTTP\/1\.1\r\n/],
];
for (const [title, raw, arrives] of TAME) {
  test(`let through: ${title}`, async (t) => {
    const upstream = await record();
    const hub = await startHub({ upstreamPort: upstream.port });
    t.regex(await exchange(hub.port, Buffer.from(raw, 'latin1')), /^HTTP\/1\.1 200 OK\r\n/);
    t.regex(upstream.text(), arrives);
    await hub.close();
    upstream.close();
  });
}
