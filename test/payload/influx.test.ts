import test from 'ava';
import fc from 'fast-check';
import type { Edit } from '#src/model.js';
import { readBody } from '#src/payload/index.js';
import { readInflux } from '#src/payload/influx.js';
import { readSyslog } from '#src/payload/syslog.js';
import { bytesOf, codeOf, LIMITS, textOf } from './support.js';
import { at, holdsUnderMutation, leaves } from './text-support.js';

const drop: Edit = { kind: 'drop' };
const POINTS = 'cpu,host=serverA,net=My\\ Net usage=0.5,ip="1.2.\\"3",n=3i,up=t 1465839830100400200\n# c\nm,a=b f=1\n';
const LOG =
  '<34>1 2003-10-11T22:14:15.003Z my.host su - ID47 [ex@1 ssid="My \\"N" m="x"] joined ssid=Foo1 ok\n<34>Oct 11 22:14:15 host wifi[12]: mac a4:2b up\n';
const formatOf = (text: string, type?: string): string => readBody(bytesOf(text), type, LIMITS)!.format;

test('points are read: measurement, tags, fields of each type, time', (t) => {
  t.deepEqual(leaves(readInflux(bytesOf(POINTS), LIMITS).root), [
    ...['[0].#measurement=cpu', '[0].host=serverA', '[0].net=My Net', '[0].usage=0.5', '[0].ip=1.2."3', '[0].n=3', '[0].up=true'],
    ...['[0].#time=1465839830100400200', '[1]= c', '[2].#measurement=m', '[2].a=b', '[2].f=1'],
  ]);
});

test('points without a tag, a field, a time are points; one without fields is none', (t) => {
  const without = (...names: string[]): string => {
    const document = readInflux(bytesOf(POINTS), LIMITS);
    for (const name of names) at(document, 0, name).edit = drop;
    return textOf(document.write()).split('\n')[0]!;
  };
  t.is(without('host'), 'cpu,net=My\\ Net usage=0.5,ip="1.2.\\"3",n=3i,up=t 1465839830100400200');
  t.is(without('usage', 'up'), 'cpu,host=serverA,net=My\\ Net ip="1.2.\\"3",n=3i 1465839830100400200');
  t.is(without('ip', '#time'), 'cpu,host=serverA,net=My\\ Net usage=0.5,n=3i,up=t');
  t.is(without('usage', 'ip', 'n', 'up'), '# c');
  const document = readInflux(bytesOf(POINTS), LIMITS);
  at(document, 0, 'net').edit = { kind: 'text', text: 'a b,c' };
  at(document, 0, 'ip').edit = { kind: 'text', text: 'p"\n' };
  at(document, 0, 'n').edit = { kind: 'blank' };
  at(document, 0, 'host').edit = { kind: 'blank' };
  t.is(textOf(document.write()).split('\n')[0], 'cpu,host=_,net=a\\ b\\,c usage=0.5,ip="p\\" ",n=0i,up=t 1465839830100400200');
});

test('syslog of both kinds is read, and what goes from its head is the NILVALUE', (t) => {
  const document = readSyslog(bytesOf(LOG), LIMITS);
  t.deepEqual(leaves(document.root), [
    ...['[0].timestamp=2003-10-11T22:14:15.003Z', '[0].hostname=my.host', '[0].app=su', '[0].procid=', '[0].msgid=ID47'],
    ...['[0].ex@1.ssid=My "N', '[0].ex@1.m=x', '[0].#text=joined', '[0].ssid=Foo1', '[0].#text=ok'],
    ...['[1].timestamp=Oct 11 22:14:15', '[1].hostname=host', '[1].app=wifi', '[1].procid=12', '[1].#text=mac a4:2b up'],
  ]);
  at(document, 0, 'hostname').edit = drop;
  at(document, 0, 'ex@1', 'ssid').edit = drop;
  at(document, 0, 'ex@1', 'm').edit = { kind: 'text', text: 'a"]' };
  at(document, 1, 'hostname').edit = { kind: 'text', text: 'b c' };
  t.is(
    textOf(document.write()),
    '<34>1 2003-10-11T22:14:15.003Z - su - ID47 [ex@1 m="a\\"\\]"] joined ssid=Foo1 ok\n<34>Oct 11 22:14:15 b_c wifi[12]: mac a4:2b up\n',
  );
});

test('both are told by their lines', (t) => {
  t.is(formatOf(POINTS, 'text/plain'), 'influx');
  t.is(formatOf('m f=1i 1465839830100400200'), 'influx');
  t.is(formatOf('joined rssi=-61', 'text/plain'), 'log');
  t.is(formatOf(LOG), 'syslog');
  t.is(formatOf('<ssid>x</ssid>'), 'xml');
  t.is(
    codeOf(() => readInflux(bytesOf('cpu,host= a=1'), LIMITS)),
    'malformed',
  );
});

test('what is written as points is read as it was meant, byte for byte', (t) => {
  const word = fc
    .string({ unit: fc.constantFrom('a', 'é', ' ', ',', '=', '"', '1'), minLength: 1, maxLength: 6 })
    .filter((s) => !/^[" ]|[" ]$/.test(s));
  const key = word.filter((s) => !s.includes('"'));
  const esc = (s: string): string => s.replace(/[,= ]/g, '\\$&');
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.tuple(key, key), { selector: ([k]) => k, minLength: 1, maxLength: 4 }),
      word,
      word,
      (tags, field, other) => {
        const text = `m,${tags.map(([k, v]) => `${esc(k)}=${esc(v)}`).join(',')} f="${field.replace(/["\\]/g, '\\$&')}",g=1i 17`;
        const bytes = bytesOf(text);
        const document = readInflux(bytes, LIMITS);
        const wanted = [
          '[0].#measurement=m',
          ...tags.map(([k, v]) => `[0].${k}=${v}`),
          `[0].f=${field}`,
          '[0].g=1',
          '[0].#time=17',
        ];
        t.deepEqual(leaves(document.root), wanted);
        t.is(document.write(), bytes);
        at(document, 0, 'f').edit = { kind: 'text', text: other };
        wanted[wanted.length - 3] = `[0].f=${other}`;
        t.deepEqual(leaves(readInflux(document.write(), LIMITS).root), wanted);
      },
    ),
    { numRuns: 300 },
  );
});

test('mutated points and messages are read exactly or refused', (t) => {
  holdsUnderMutation(t, [POINTS], readInflux);
  holdsUnderMutation(t, [LOG], readSyslog);
});

test('hostile points and messages cost little', (t) => {
  const started = performance.now();
  for (const piece of ['a', 'a,', 'a=', '\\', 'm,a=b ', 'm f="', ' '])
    codeOf(() => readInflux(bytesOf(piece.repeat(300_000 / piece.length)), LIMITS));
  for (const piece of ['[a', ' a="', '<34>', '<34>1 a b c d e [a b="', '\\'])
    codeOf(() => readSyslog(bytesOf(`<34>1 a b c d e ${piece.repeat(300_000 / piece.length)}`), LIMITS));
  t.true(performance.now() - started < 2000);
});

test('structured data of syslog ends on its line: no text stands under two names', (t) => {
  const text = '<3>1 - h a 1 I [x@1 s="begins\n2" q="a b"] ends';
  t.is(
    codeOf(() => readSyslog(bytesOf(text), LIMITS)),
    'malformed',
  );
});
