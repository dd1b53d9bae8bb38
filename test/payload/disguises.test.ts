import zlib from 'node:zlib';
import test from 'ava';
import fc from 'fast-check';
import { decodeBase32, encodeBase32 } from '#src/payload/base32.js';
import { unwrap, type Wrapped } from '#src/payload/wrapping.js';
import { bytesOf, codeOf, LIMITS, textOf } from './support.js';
import { at, leaves } from './text-support.js';

const first = (text: string): Wrapped | undefined => unwrap(text, LIMITS)[0];
const b64 = (text: string): string => Buffer.from(text).toString('base64');
const told = (text: string): string[] => [
  first(text)?.id ?? 'none',
  ...leaves(first(text)?.document?.root ?? ({ children: [] } as never)),
];
/** What `text` becomes when the member `name` of what it holds is dropped. */
const without = (text: string, name: string): string => {
  const found = first(text)!;
  at(found.document!, name).edit = { kind: 'drop' };
  return found.rewrap(found.document!.write());
};
const NAME = 'Kovalenko-Home-5G';

test('URLs are read as credentials, parameters and fragment, and keep the rest when one goes', (t) => {
  const url = 'http://bob:p%40w@x.example/a/b?ssid=My%20Net&mode=eco&mac=a4%3A2b#frag';
  t.deepEqual(told(url), [
    'url',
    '.username=bob',
    '.password=p@w',
    '.#text=x.example/a/b',
    '.#fragment=frag',
    '.ssid=My Net',
    '.mode=eco',
    '.mac=a4:2b',
  ]);
  t.is(without(url, 'ssid'), url.replace('ssid=My%20Net&', ''));
  t.is(without(url, 'mac'), url.replace('&mac=a4%3A2b', ''));
  t.is(without(url, 'password'), url.replace(':p%40w', ''));
  t.is(without(url, '#fragment'), url.replace('#frag', ''));
  t.is(without(`http://${NAME}@x/a`, 'username'), 'http://x/a');
  t.is(without('http://x/?ssid=a', 'ssid'), 'http://x/');
  t.is(first('http://x/plain/path'), undefined);
});

test('Basic credentials are a user and a password', (t) => {
  const text = `Basic ${b64('f4:cf:a2:77:88:99:pw')}`;
  t.deepEqual(told(text), ['basic', '.username=f4:cf:a2:77:88:99', '.password=pw']);
  t.deepEqual(told(`basic ${b64('user:pass:word')}`), ['basic', '.username=user', '.password=pass:word']);
  const found = first(`Basic ${b64('user:pw')}`)!;
  at(found.document!, 'username').edit = { kind: 'text', text: 'x' };
  t.is(found.rewrap(found.document!.write()), `Basic ${b64('x:pw')}`);
});

test('every disguise is undone, and what is not changed keeps its spelling', (t) => {
  const json = `{"ssid":"${NAME}"}`;
  const cases: [string, string, string][] = [
    ['data', `data:text/plain;base64,${b64(`joined ${NAME}`)}`, `joined ${NAME}`],
    ['data', `data:;base64,${b64(json)}`, json],
    ['base32', encodeBase32(Buffer.from(NAME)), NAME],
    ['base32', encodeBase32(Buffer.from(NAME)).toLowerCase().replace(/=+$/, ''), NAME],
    ['hex', [...Buffer.from(NAME)].map((b) => b.toString(16)).join(':'), NAME],
    ['hex', [...Buffer.from(NAME)].map((b) => `0x${b.toString(16)}`).join(', '), NAME],
    ['base64', b64(`${json} ${json} ${json} and more`).replace(/.{64}/g, '$&\r\n'), `${json} ${json} ${json} and more`],
    ['html', NAME.replaceAll('-', '&#45;'), NAME],
    ['html', json.replaceAll('"', '&quot;'), json],
    ['escapes', NAME.replaceAll('-', '\\x2d'), NAME],
    ['escapes', NAME.replaceAll('K', '\\u004b'), NAME],
    ['escapes', json.replaceAll('"', '\\"'), json],
    ['escapes', '\\xd0\\x94\\xd0\\xbe\\xd0\\xbc \\ud83d\\ude00', 'Дом 😀'],
    ['quoted-printable', 'Kovalenko=2DHome=2D5G =D0=94', `${NAME} Д`],
    ['quoted-printable', 'Kovalenko-Ho=\r\nme-5G', NAME],
  ];
  for (const [id, text, said] of cases) {
    const found = first(text);
    t.is(found?.id, id as never, text);
    t.is(textOf(found!.bytes), said);
    t.true(found!.exact, text);
    t.is(found!.rewrap(found!.bytes), text);
    if (id !== 'data') t.is(textOf(first(found!.rewrap(Buffer.from(`<"${said}é`)))!.bytes), `<"${said}é`, text);
  }
});

test('base64 at any offset in a text is a piece of it', (t) => {
  const stream = zlib.gzipSync('{"ssid":"Fjordhaven"}').toString('base64');
  for (const text of [` ${stream}`, `v${stream.replace(/=+$/, '')}`, `got ${stream}, then more`])
    t.is(first(text)?.id, 'pieces', text);
  const inside = b64(`{"ssid":"${NAME}"}`);
  for (const before of ['', 'x', 'xy', 'xyz', 'id: ', 'data is <']) {
    const found = told(`${before}${inside} end`);
    t.is(found[0], 'pieces');
    t.true(found.includes(`.#base64=${inside}`), before);
  }
  t.is(told(`xyz${inside}`)[0], 'pieces');
});

test('forms, XML, sentences with pairs and with JSON are read inside values', (t) => {
  t.deepEqual(told('ssid=Foo&mode=eco'), ['form', '.ssid=Foo', '.mode=eco']);
  t.deepEqual(told('<a><ssid>Foo</ssid></a>'), ['xml', '.a.ssid=Foo']);
  t.deepEqual(told('joined ssid=Foo rssi=-61'), ['log', '.#text=joined', '.ssid=Foo', '.rssi=-61']);
  t.deepEqual(told('got {"ssid":"Foo"} now x=1'), ['log', '.#text=got', '.#text={"ssid":"Foo"}', '.#text=now', '.x=1']);
});

test('ordinary values hold nothing', (t) => {
  for (const text of [
    ...[
      'text/plain; charset=utf-8',
      'Mon, 01 Jan 2024 00:00:00 GMT',
      'C:\\new\\table',
      'AT&T rocks',
      'a < b > c',
      'gzip, deflate, br',
    ],
    ...[
      'f4:cf:a2:77:88:99',
      '00:12:4b:00:1c:a1:b2:c3',
      '550e8400-e29b-41d4-a716-446655440000',
      'Digest username="bob", realm="x"',
    ],
    ...[
      'device-living-room-lamp-0001',
      'The quick brown fox jumps',
      'MFRGGZDFMZTWQ2LK',
      'Bearer abc.def.ghi',
      'Error: not found',
    ],
  ]) {
    const found = first(text);
    if (text !== 'MFRGGZDFMZTWQ2LK') t.is(found?.id, undefined, text);
  }
});

test('base32 goes both ways', (t) => {
  t.is(encodeBase32(Buffer.from('foobar')), 'MZXW6YTBOI======');
  fc.assert(
    fc.property(fc.uint8Array(), (bytes) =>
      t.deepEqual(Buffer.from(decodeBase32(encodeBase32(bytes)) ?? []), Buffer.from(bytes)),
    ),
  );
});

test('any text is looked into without a fault of another kind, and is packed again as it was', (t) => {
  const piece = fc.constantFrom(
    '&amp;',
    '\\x41',
    '=3D',
    '=\r\n',
    '%41',
    'http://',
    '@',
    '?a=',
    '&b=',
    'Basic ',
    'data:',
    ';base64,',
    b64(NAME),
    '{"',
    '<a>',
    '</a>',
    ' ',
    ':',
    '4b:6f',
    'é',
    '\\ud800',
    '&#0;',
    '=',
    '-',
  );
  fc.assert(
    fc.property(fc.array(fc.oneof(piece, fc.string({ maxLength: 4 })), { maxLength: 8 }), (pieces) => {
      const text = pieces.join('');
      const code = codeOf(() => {
        const found = first(text);
        if (found?.exact !== true) return;
        const same = found.rewrap(found.document?.write() ?? found.bytes);
        if (same !== text) throw new Error('changed');
      });
      if (code === 'crash') throw new Error(JSON.stringify(text));
    }),
    { numRuns: 2000 },
  );
  t.pass();
});

test('hostile texts cost little', (t) => {
  const started = performance.now();
  for (const piece of [
    '&',
    '&#',
    '\\',
    '\\x',
    '=',
    '=3',
    'a=',
    'A',
    'A ',
    '4b:',
    '4b ',
    'http://',
    '://?',
    '@',
    'Basic ',
    'aGVsbG8gd29ybGQ',
    '<',
    '":',
    ': ',
    'a: ',
    '-',
    '[{',
    'x=y&',
  ]) {
    codeOf(() => unwrap(piece.repeat(100_000 / piece.length), LIMITS));
    t.true(performance.now() - started < 5000, piece);
  }
});

test('a control character hides nothing beside it', (t) => {
  const CASES: readonly (readonly [string, string])[] = [
    ['\\u0007\\u0041\\u0042 and more', '\x07AB and more'],
    ['\\x00\\x41\\x42 and more', '\0AB and more'],
    ['&#7;&#65;&#66; and more', '&#7;AB and more'],
    ['\x07&#65;&#66; and more', '\x07AB and more'],
    ['%ff%41%42 and more', '%ffAB and more'],
    ['\\ud800\\u0041 and more', '\\ud800A and more'],
    [b64('this is a text\0\x03 and more'), 'this is a text\0\x03 and more'],
    [zlib.gzipSync('\x03a longer text').toString('base64'), '\x03a longer text'],
  ];
  for (const [text, undone] of CASES) {
    const [found] = unwrap(text, LIMITS);
    t.is(textOf(found!.bytes), undone);
    if (!found!.id.includes('gzip')) t.is(found!.rewrap(found!.bytes), text);
  }
});

test('what only begins like one encoding is looked at for the others', (t) => {
  t.deepEqual(told('100% of \\u0046jord'), ['escapes']);
  t.deepEqual(told(`eyJ.${b64('Fjordhaven is a text')}`).slice(0, 1), ['pieces']);
  t.deepEqual(told('l \\u0046jord=U'), ['escapes']);
  t.deepEqual(told('ion: 7;an3c:84:6a:0b:91:d2: x=1').slice(1), ['.ion=7', '.#text=;an3c:84:6a:0b:91:d2:', '.x=1']);
  t.deepEqual(told('joined \\tssid=U ip=1').slice(0, 1), ['log']);
});

test('a compressed text that is cut, or followed by other bytes, is looked into and cannot be packed again', (t) => {
  const stream = zlib.gzipSync('{"ssid":"Fjordhaven","mode":"auto"}');
  for (const bytes of [Buffer.concat([stream, Buffer.of(0)]), stream.subarray(0, -4)]) {
    for (const coding of ['base64', 'hex'] as const) {
      const [found] = unwrap(bytes.toString(coding), LIMITS);
      t.is(found?.id, `${coding}::gzip`);
      t.false(found!.exact);
      t.true(textOf(found!.bytes).includes('Fjordhaven'));
    }
  }
  t.deepEqual(unwrap(Buffer.concat([stream.subarray(0, 10), Buffer.alloc(20, 7)]).toString('base64'), LIMITS), []);
  const bomb = zlib.gzipSync(Buffer.alloc(LIMITS.bodyBytes * 2));
  t.is(
    codeOf(() => unwrap(Buffer.concat([bomb, Buffer.of(0)]).toString('base64'), LIMITS)),
    'inflates_too_much',
  );
});

test('a line end in references or escapes stays one when what stands beside it changes', (t) => {
  for (const text of ['a&#13;&#10;b &#65;', 'a\\r\\n\\u0022']) {
    const found = first(text)!;
    const packed = found.rewrap(bytesOf(`x${textOf(found.bytes)}x`));
    t.notRegex(packed, /[\r\n]/);
    t.is(textOf(first(packed)!.bytes), `x${textOf(found.bytes)}x`);
  }
});
