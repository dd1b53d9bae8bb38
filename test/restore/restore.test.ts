import { createCipheriv } from 'node:crypto';
import zlib from 'node:zlib';
import test from 'ava';
import { Restorer } from '#src/household/restorer.js';
import type { Limits } from '#src/model.js';
import type { Part } from '#src/protocol/mqtt/index.js';
import { createHttpRestore, restoreUrl } from '#src/restore/http.js';
import { mqttRestore } from '#src/restore/mqtt.js';
import { inlineRestore } from '#src/restore/port.js';
import { restoreBody, restoreValue } from '#src/restore/restore.js';
import { BodyRestore, LineRestore } from '#src/restore/stream.js';

const LIMITS: Limits = { bodyBytes: 65_536, inflateRatio: 100, depth: 64, nodes: 10_000, layers: 8 };
const MAC = { original: 'F4:CF:A2:77:88:99', pseudonym: '02:A1:B2:C3:D4:E5' };
const NAME = { original: 'Anna\'s "big" Küche\n& <hall>', pseudonym: 'Device 3F2A1C' };
const ID = { original: '987654', pseudonym: '123456' };

function restorer(): Restorer {
  const made = new Restorer();
  for (const pair of [MAC, NAME, ID]) made.add(pair);
  return made;
}

function body(text: string | Uint8Array, type?: string): string {
  return Buffer.from(restoreBody(Buffer.from(text), type, restorer(), LIMITS)).toString('utf8');
}

for (const [what, given, type, want] of [
  [
    'values, names and numbers of JSON',
    '{"02a1b2c3d4e5": [123456, 1.0, 12345678901234567890, "x"]}',
    'application/json',
    '{"f4cfa2778899": [987654, 1.0, 12345678901234567890, "x"]}',
  ],
  [
    'JSON in a JSON string',
    '{"p":"{\\"mac\\":\\"02a1b2c3d4e5\\"}"}',
    'application/json',
    '{"p":"{\\"mac\\":\\"f4cfa2778899\\"}"}',
  ],
  ['a form', 'mac=02%3AA1%3AB2%3AC3%3AD4%3AE5&on=1', 'application/x-www-form-urlencoded', 'mac=F4%3ACF%3AA2%3A77%3A88%3A99&on=1'],
  ['JSON Lines', '{"m":"02a1b2c3d4e5"}\n{"n":1}\n', 'application/x-ndjson', '{"m":"f4cfa2778899"}\n{"n":1}\n'],
  ['plain text', 'bind 02A1B2C3D4E5 now', 'text/plain', 'bind F4CFA2778899 now'],
  ['XML, escaped', '<d n="Device 3F2A1C"/>', 'application/xml', '<d n="Anna\'s &quot;big&quot; Küche&#10;&amp; &lt;hall&gt;"/>'],
  ['JSON without a label', '{"m":"02a1b2c3d4e5"}', undefined, '{"m":"f4cfa2778899"}'],
] as const) {
  test(`${what}: originals stand where pseudonyms stood, the rest byte for byte`, (t) => {
    t.is(body(given, type), want);
  });
}

test('HTML, which no reader takes apart, gets originals escaped', (t) => {
  t.is(body('<p>Device 3F2A1C</p>', 'text/html'), '<p>Anna&#39;s &quot;big&quot; Küche\n&amp; &lt;hall&gt;</p>');
});

test('raw bytes of an identifier in CBOR become the original’s, text beside them as well', (t) => {
  const given = Buffer.from('a2636d61634602a1b2c3d4e5626964' + '6c303261316232633364346535', 'hex');
  const out = Buffer.from(restoreBody(given, 'application/cbor', restorer(), LIMITS)).toString('hex');
  t.is(out, `a2636d616346f4cfa27788996269646c${Buffer.from('f4cfa2778899').toString('hex')}`);
});

test('an original with quotes, line breaks and letters of any kind is escaped in JSON', (t) => {
  t.is((JSON.parse(body('{"name":"Device 3F2A1C"}', 'application/json')) as { name: string }).name, NAME.original);
});

test('inside base64 the original is put back, in the same alphabet', (t) => {
  const packed = Buffer.from('{"mac":"02a1b2c3d4e5","on":true}').toString('base64');
  const out = JSON.parse(body(JSON.stringify({ payload: packed }), 'application/json')) as { payload: string };
  t.is(Buffer.from(out.payload, 'base64').toString(), '{"mac":"f4cfa2778899","on":true}');
});

for (const [what, bytes, type] of [
  ['broken JSON', '{"mac":"02a1b2c3d4e5"', 'application/json'],
  ['a picture', Buffer.from('ffd8ffe002a1b2c3d4e5', 'hex'), 'image/jpeg'],
  ['JSON too deep', `${'['.repeat(100)}"02a1b2c3d4e5"${']'.repeat(100)}`, 'application/json'],
  ['another character set', Buffer.from('02a1b2c3d4e5 \xff', 'latin1'), 'text/plain; charset=shift_jis'],
] as const) {
  test(`${what} comes back as the very same bytes, without an error`, (t) => {
    const given = Buffer.from(bytes as string);
    t.is(restoreBody(given, type, restorer(), LIMITS), given);
  });
}

test('a signed token is not touched', (t) => {
  const claims = Buffer.from('{"mac":"02a1b2c3d4e5"}').toString('base64url');
  const token = `eyJhbGciOiJIUzI1NiJ9.${claims}.c2lnbmF0dXJl`;
  t.is(restoreValue(token, restorer(), LIMITS), token);
});

test('a URL gets identifiers in path, query and fragment, encoded; its host keeps the pseudonym, and a label stays a label', (t) => {
  t.is(
    restoreUrl(
      'https://02a1b2c3d4e5.a.test/d/02A1B2C3D4E5/Device%203F2A1C?m=02%3AA1%3AB2%3AC3%3AD4%3AE5&x=%41#02a1b2c3d4e5',
      restorer(),
      LIMITS,
    ),
    'https://02a1b2c3d4e5.a.test/d/F4CFA2778899/Device%203F2A1C?m=F4%3ACF%3AA2%3A77%3A88%3A99&x=%41#f4cfa2778899',
  );
  t.is(restoreUrl('../02a1b2c3d4e5', restorer(), LIMITS), '../f4cfa2778899');
});

test('headers of an answer: originals in Location, Link, Set-Cookie and others; no line break is let in', (t) => {
  const onAnswer = createHttpRestore({ limits: LIMITS })(restorer(), 'GET');
  const change = onAnswer({
    status: 302,
    headers: [
      ['Location', '/d/02A1B2C3D4E5'],
      ['Link', '<https://a.test/02a1b2c3d4e5>; rel=next'],
      ['Set-Cookie', 'dev=02a1b2c3d4e5; Path=/02a1b2c3d4e5'],
      ['Set-Cookie', 'name=Device 3F2A1C; HttpOnly'],
      ['X-Device', '02-a1-b2-c3-d4-e5'],
      ['X-Name', 'Device 3F2A1C'],
      ['Content-Type', 'image/png'],
    ],
  });
  t.deepEqual(change?.headers, [
    ['Location', '/d/F4CFA2778899'],
    ['Link', '<https://a.test/f4cfa2778899>; rel=next'],
    ['Set-Cookie', 'dev=f4cfa2778899; Path=/f4cfa2778899'],
    ['Set-Cookie', 'name=Device 3F2A1C; HttpOnly'],
    ['X-Device', 'f4-cf-a2-77-88-99'],
    ['X-Name', 'Device 3F2A1C'],
    ['Content-Type', 'image/png'],
  ]);
  t.is(change?.body, undefined);
});

test('a name in a header is written as UTF-8', (t) => {
  const made = new Restorer();
  made.add({ original: 'Küche', pseudonym: 'Device 3F2A1C' });
  const change = createHttpRestore({ limits: LIMITS })(made, 'GET')({
    status: 200,
    headers: [
      ['X-Name', 'Device 3F2A1C'],
      ['Content-Type', 'image/png'],
    ],
  });
  t.is(Buffer.from(change!.headers[0]![1], 'latin1').toString('utf8'), 'Küche');
});

const JSON_TYPE = ['Content-Type', 'application/json'] as const;
for (const [why, status, headers, method] of [
  ['firmware', 200, [['Content-Type', 'application/octet-stream']], 'GET'],
  ['part of a file', 206, [JSON_TYPE], 'GET'],
  ['no body', 304, [JSON_TYPE], 'GET'],
  ['the head alone', 200, [JSON_TYPE], 'HEAD'],
  ['an unknown coding', 200, [JSON_TYPE, ['Content-Encoding', 'zstd']], 'GET'],
  ['a large file', 200, [JSON_TYPE, ['Content-Length', '10000000']], 'GET'],
] as const) {
  test(`an answer that cannot be read streams through untouched: ${why}`, (t) => {
    t.is(createHttpRestore({ limits: LIMITS })(restorer(), method)({ status, headers }), undefined);
  });
}

test('a service without pseudonyms costs an answer nothing', (t) => {
  t.is(createHttpRestore({ limits: LIMITS })(new Restorer(), 'GET')({ status: 200, headers: [JSON_TYPE] }), undefined);
});

test('digests of the bytes that were do not go down with bytes that may be others', (t) => {
  const headers = [JSON_TYPE, ['Content-MD5', 'x'], ['Repr-Digest', 'sha-256=:x:']] as const;
  t.deepEqual(createHttpRestore({ limits: LIMITS })(restorer(), 'GET')({ status: 200, headers })?.headers, [JSON_TYPE]);
});

const options = (coding: string | undefined, mediaType = 'application/json', more: object = {}) => ({
  mediaType,
  coding,
  service: 'cosori',
  restorer: restorer(),
  limits: LIMITS,
  restore: inlineRestore,
  budget: { left: 1_000_000 },
  ...more,
});
const ANSWER = '{"mac":"02a1b2c3d4e5","n":[1.0,1e400]}';
const RESTORED = '{"mac":"f4cfa2778899","n":[1.0,1e400]}';

async function through(stream: BodyRestore | LineRestore, pieces: readonly Uint8Array[]): Promise<Buffer> {
  const out: Buffer[] = [];
  stream.on('data', (chunk: Buffer) => out.push(chunk));
  const ended = new Promise((resolve) => stream.once('end', resolve));
  for (const piece of pieces) stream.write(piece);
  stream.end();
  await ended;
  return Buffer.concat(out);
}

function cut(bytes: Uint8Array, size: number): Uint8Array[] {
  return Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) => bytes.subarray(i * size, (i + 1) * size));
}

for (const [coding, code, decode] of [
  ['gzip', zlib.gzipSync, zlib.gunzipSync],
  ['deflate', zlib.deflateSync, zlib.inflateSync],
  ['br', zlib.brotliCompressSync, zlib.brotliDecompressSync],
] as const) {
  test(`${coding}: undone, restored, redone, however the stream is cut`, async (t) => {
    const out = await through(new BodyRestore(options(coding)), cut(code(Buffer.from(ANSWER)), 3));
    t.is(decode(out).toString(), RESTORED);
  });
}

test('a stream that is broken, too large, or a bomb comes out as it went in, and gives back what it held', async (t) => {
  const broken = Buffer.from('not gzip at all');
  const bomb = zlib.gzipSync(Buffer.alloc(10_000_000));
  const large = Buffer.from(`{"mac":"02a1b2c3d4e5","x":"${'y'.repeat(70_000)}"}`);
  for (const [bytes, coding] of [
    [broken, 'gzip'],
    [bomb, 'gzip'],
    [large, undefined],
  ] as const) {
    const given = options(coding);
    t.deepEqual(await through(new BodyRestore(given), cut(bytes, 1000)), bytes);
    t.is(given.budget.left, 1_000_000);
  }
});

test('when all answers together hold too much, the next goes down as it comes', async (t) => {
  const given = options(undefined, 'application/json', { budget: { left: 10 } });
  t.is((await through(new BodyRestore(given), [Buffer.from(ANSWER)])).toString(), ANSWER);
  t.is(given.budget.left, 10);
});

test('an answer that falls silent is let go: the device does not wait for its end', async (t) => {
  const stream = new BodyRestore(options(undefined, 'application/json', { quietMs: 5 }));
  const first = new Promise<Buffer>((resolve) => stream.once('data', resolve));
  const alive = setTimeout(() => t.fail('nothing came'), 5_000);
  stream.write('{"mac":');
  t.is((await first).toString(), '{"mac":');
  clearTimeout(alive);
});

test('an aborted answer gives back what it held', async (t) => {
  const given = options(undefined);
  const stream = new BodyRestore(given);
  stream.write('{"mac":');
  t.is(given.budget.left, 1_000_000 - 7);
  await new Promise((resolve) => stream.once('close', resolve).destroy());
  t.is(given.budget.left, 1_000_000);
});

test('server-sent events come one by one, each restored when its line is there', async (t) => {
  const stream = new LineRestore(options(undefined, 'text/event-stream'));
  const seen: string[] = [];
  stream.on('data', (chunk: Buffer) => seen.push(chunk.toString()));
  const turn = () => new Promise((resolve) => setImmediate(resolve));
  stream.write('data: {"mac":"02a1b2c3d4e5"}\r\n\r\ndata: {"mac":"02a1');
  await turn();
  t.is(seen.join(''), 'data: {"mac":"f4cfa2778899"}\r\n\r\n');
  stream.write('b2c3d4e5"}\n');
  await turn();
  t.is(seen.join(''), 'data: {"mac":"f4cfa2778899"}\r\n\r\ndata: {"mac":"f4cfa2778899"}\n');
});

test('MQTT: topics level by level, payloads, properties and their names; hosts and protocol fields stay', (t) => {
  const part = (role: Part['role'], text: string, name = role as string): Part => ({ role, in: 'topic', name, text });
  const parts: Part[] = [
    part('topic', 'd/123456/02a1b2c3d4e5/Device 3F2A1C/set'),
    part('responseTopic', 'r/02A1B2C3D4E5'),
    part('userProperty', '{"m":"02a1b2c3d4e5"}', '02a1b2c3d4e5'),
    part('serverReference', '02a1b2c3d4e5.iot.test'),
    { role: 'payload', in: 'body', name: 'payload', bytes: Buffer.from('{"to":"02a1b2c3d4e5"}') },
    { role: 'correlationData', in: 'body', name: 'correlationData', bytes: Buffer.from('00ff', 'hex') },
  ];
  const message = { type: 'publish', level: 5, parts, packetBytes: 0 } as const;
  const out = mqttRestore(restorer(), LIMITS)(message);
  t.deepEqual(
    out.map((one) => one?.text ?? Buffer.from(one!.bytes!).toString('latin1')),
    [
      'd/987654/f4cfa2778899/Anna\'s "big" Küche\n& <hall>/set',
      'r/F4CFA2778899',
      '{"m":"f4cfa2778899"}',
      '02a1b2c3d4e5.iot.test',
      '{"to":"f4cfa2778899"}',
      '\x00\xff',
    ],
  );
  t.is(out[2]!.name, 'f4cfa2778899');
  t.is(out[3], parts[3]!);
  t.is(out[5], parts[5]!);
  t.is(mqttRestore(new Restorer(), LIMITS)(message), parts);
});

test('MQTT: an original that would add levels or wildcards to a topic is not put there', (t) => {
  const made = new Restorer();
  made.add({ original: 'a/b+#', pseudonym: 'serial-0001' });
  const parts: Part[] = [{ role: 'topic', in: 'topic', name: 'topic', text: 'd/serial-0001' }];
  t.is(mqttRestore(made, LIMITS)({ type: 'publish', level: 4, parts, packetBytes: 0 })[0], parts[0]!);
});

test('an answer encrypted for a device gets its originals where the key was given, and stays as it came where not', (t) => {
  const key = Buffer.from('0123456789abcdef');
  const sealed = (text: string): Buffer => {
    const cipher = createCipheriv('aes-128-ecb', key, null);
    return Buffer.concat([Buffer.from('2.2'), Buffer.alloc(12), cipher.update(text), cipher.final()]);
  };
  const made = new Restorer(undefined, [{ scheme: 'tuya', key }]);
  made.add(MAC);
  const [given, want] = [MAC.pseudonym, MAC.original].map((mac) => sealed(JSON.stringify({ data: { mac }, protocol: 5 })));
  t.deepEqual(Buffer.from(restoreBody(given!, 'text/plain', made, LIMITS)), want);
  const other = sealed('{"protocol":5}');
  t.is(restoreBody(other, undefined, made, LIMITS), other);
  t.is(restoreBody(given!, undefined, restorer(), LIMITS), given!);
  const field = JSON.stringify({ v: 1, data: given!.toString('base64') });
  t.deepEqual(JSON.parse(Buffer.from(restoreBody(Buffer.from(field), 'application/json', made, LIMITS)).toString()), {
    v: 1,
    data: want!.toString('base64'),
  });
});
