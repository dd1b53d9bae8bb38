import zlib from 'node:zlib';
import test from 'ava';
import fc from 'fast-check';
import { unwrap, type Wrapped, type WrappingId } from '#src/payload/wrapping.js';
import { bytesOf, codeOf, LIMITS, textOf } from './support.js';

const json = '{"ssid":"Kovalenko-Home-5G","é":1}';
const first = (text: string): Wrapped | undefined => unwrap(text, LIMITS)[0];

test('JSON and text inside values are found in every wrapping and packed again as they were', (t) => {
  const raw = Buffer.from(json);
  const cases: [string, WrappingId][] = [
    [json, 'json'],
    [JSON.stringify(json), 'json'],
    [' [1, 2]\n', 'json'],
    [raw.toString('base64'), 'base64'],
    [raw.toString('base64').replace(/=+$/, ''), 'base64'],
    [Buffer.from('~~~?>>>"ÿÿ joined').toString('base64url'), 'base64url'],
    [Buffer.from('Kovalenko-Home-5G').toString('base64'), 'base64'],
    [Buffer.from('Коваленко дома').toString('base64'), 'base64'],
    [raw.toString('hex'), 'hex'],
    [raw.toString('hex').toUpperCase(), 'hex'],
    ['http://x/?ssid=Kovalenko%2DHome%2D5G', 'url'],
    [encodeURIComponent(json), 'percent'],
  ];
  for (const [text, id] of cases) {
    const found = first(text);
    t.is(found?.id, id, text);
    t.true(found?.exact, text);
    t.is(found?.rewrap(found.bytes), text);
  }
  t.is(textOf(first(raw.toString('base64'))!.bytes), json);
  t.is(first(raw.toString('hex'))!.document!.root.children![0]!.name, 'ssid');
});

test('compressed content inside base64 and hex is opened, and changed content packed the same way', (t) => {
  const cases: [WrappingId, string][] = [
    ['base64::gzip', zlib.gzipSync(json).toString('base64')],
    ['base64::zlib', zlib.deflateSync(json).toString('base64')],
    ['hex::gzip', zlib.gzipSync(json).toString('hex')],
  ];
  for (const [id, packed] of cases) {
    const found = first(packed)!;
    t.is(found.id, id);
    t.is(textOf(found.bytes), json);
    t.is(textOf(first(found.rewrap(bytesOf('{"mode":"eco"}')))!.bytes), '{"mode":"eco"}');
  }
});

test('what cannot be packed again as it was says so, and is not packed', (t) => {
  const mixed = Buffer.from(json).toString('hex').replace('b', 'B');
  const loose = `${Buffer.from('Home-5G!').toString('base64').slice(0, -2)}B=`;
  const jwt = 'eyJhbGciOiJub25lIn0.eyJtYWMiOiJhNDoyYjpiMDoxMToyMjozMyJ9.c2ln';
  for (const text of [mixed, loose, jwt]) {
    const found = first(text)!;
    t.false(found.exact, text);
    t.is(
      codeOf(() => found.rewrap(found.bytes)),
      'not_restorable',
    );
  }
  t.is(first(jwt)!.document!.root.children![0]!.text, 'a4:2b:b0:11:22:33');
});

test('ordinary values hold nothing', (t) => {
  const values = [
    '',
    'on',
    'WiFi_AirFryer_CS158',
    'f4:cf:a2:77:88:99',
    'f4cfa2778899',
    'vsaq5bd5e3d64f8eb1a2b3c4d5e6f7',
    '2026-11-22T03:48:04Z',
    '100 % sure',
    '100%',
    '{not json}',
    'a+b=c',
    '1763773200123456',
    'd41d8cd98f00b204e9800998ecf8427e',
    'tasmota-1A2B3C',
  ];
  for (const value of values) t.deepEqual(unwrap(value, LIMITS), [], value);
});

test('a percent-encoded text keeps its spelling outside a change', (t) => {
  const url = 'http://x/a%2db?ssid=Kovalenko%2DHome%20%D0%B4&mode=%65co%zz';
  const found = first(url)!;
  t.is(textOf(found.bytes), 'http://x/a-b?ssid=Kovalenko-Home д&mode=eco%zz');
  t.is(found.rewrap(bytesOf('http://x/a-b?ssid=&mode=eco%zz')), 'http://x/a%2db?ssid=&mode=%65co%zz');
  t.is(found.rewrap(bytesOf('http://x/a-b?ssid=ж +&mode=eco%zz')), 'http://x/a%2db?ssid=%D0%B6%20%2B&mode=%65co%zz');
  t.is(found.rewrap(bytesOf('')), '');
});

test('every change of percent-encoded text decodes to that change', (t) => {
  const word = fc.string({ unit: fc.constantFrom('a', 'b', 'é', 'д', '😀', ' ', '/', '&'), maxLength: 12 });
  fc.assert(
    fc.property(word, word, (before, after) => {
      fc.pre(/%/.test(encodeURIComponent(before)));
      const text = `xxxxxxxx${encodeURIComponent(before)}`;
      const found = first(text)!;
      t.is(found.rewrap(found.bytes), text);
      t.is(decodeURIComponent(found.rewrap(bytesOf(`xxxxxxxx${after}`))), `xxxxxxxx${after}`);
    }),
  );
});

test('base64 of any printable text is found, and any other text comes back from its own packing', (t) => {
  fc.assert(
    fc.property(
      fc.string({ minLength: 12 }),
      fc.string({ minLength: 1 }),
      fc.constantFrom('base64', 'base64url', 'hex'),
      (text, other, coding) => {
        const found = first(Buffer.from(text).toString(coding))!;
        t.is(textOf(found.bytes), text);
        t.is(Buffer.from(found.rewrap(bytesOf(other)), coding).toString(), other);
      },
    ),
  );
});

test('what is too deep or grows too much is an error, not a value without content', (t) => {
  const deep = `${'['.repeat(60)}${']'.repeat(60)}`;
  t.is(
    codeOf(() => unwrap(deep, LIMITS, 5)),
    'too_deep',
  );
  t.is(
    codeOf(() => unwrap(Buffer.from(deep).toString('base64'), LIMITS, 5)),
    'too_deep',
  );
  t.is(
    codeOf(() => unwrap(zlib.gzipSync(Buffer.alloc(500_000, ' ')).toString('base64'), LIMITS)),
    'inflates_too_much',
  );
});
