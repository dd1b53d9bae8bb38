import test from 'ava';
import fc from 'fast-check';
import type { Edit } from '#src/model.js';
import { readBody } from '#src/payload/index.js';
import { readPairLines } from '#src/payload/lines.js';
import { readLog } from '#src/payload/log.js';
import { bytesOf, codeOf, LIMITS, textOf } from './support.js';
import { at, holdsUnderMutation, leaves } from './text-support.js';

const told = (text: string): string[] => leaves(readLog(bytesOf(text), LIMITS).root);
const drop: Edit = { kind: 'drop' };
const formatOf = (text: string, type?: string): string => {
  let format = '';
  const code = codeOf(() => (format = readBody(bytesOf(text), type, LIMITS)!.format));
  return code === 'accepted' ? format : code;
};

test('pairs in a sentence have their names; the rest is text', (t) => {
  t.deepEqual(told('joined ssid=MyNet rssi=-61'), ['.#text=joined', '.ssid=MyNet', '.rssi=-61']);
  t.deepEqual(told('I (31) net: "My \\"N", ip = 1.2.3.4; done'), [
    '.#text=I (31)',
    '.net=My \\"N',
    '.ip=1.2.3.4',
    '.#text=; done',
  ]);
  t.deepEqual(told('set wifi password: hunter2 ok'), ['.#text=set', '.wifi password=hunter2', '.#text=ok']);
  t.deepEqual(told('user Kovalenko id=5'), ['.#text=user Kovalenko', '.id=5']);
});

test('a name in several words ends at the next pair or mark, a token with digits at the blank', (t) => {
  t.deepEqual(told('ssid=My Home Net rssi=-61'), ['.ssid=My Home Net', '.rssi=-61']);
  t.deepEqual(told('ssid=My Home Net, lost'), ['.ssid=My Home Net', '.#text=, lost']);
  t.deepEqual(told('id=3f2a9c joined'), ['.id=3f2a9c', '.#text=joined']);
});

test('addresses, times, URLs, comparisons, base64 and set-up codes are no pairs', (t) => {
  for (const text of [
    'mac a4:2b:b0:11:22:33 up',
    'at 12:30:45 on fe80::1',
    'got aGVsbG8gd29ybGQ= ok',
    'if a == b and c => d',
    'WIFI:T:WPA;S:Foo;P:bar;;',
  ])
    t.deepEqual(told(text), [`=${text}`]);
  t.deepEqual(told('get http://x/?ssid=A&b=c now'), ['.#text=get', '.#text=http://x/?ssid=A&b=c', '.#text=now']);
});

test('JSON in a line is a text of its own', (t) => {
  t.deepEqual(told('recv {"ssid":"X","n":[1]} data=["a",2] [x]'), [
    '.#text=recv',
    '.#text={"ssid":"X","n":[1]}',
    '.data=["a",2]',
    '.#text=[x]',
  ]);
});

test('lines are elements with their ends kept; a PEM block is one', (t) => {
  const text = 'a\r\n\r\nb x=1\n-----BEGIN PRIVATE KEY-----\nabc=\n-----END PRIVATE KEY-----\nc';
  t.deepEqual(told(text), [
    '[0]=a',
    '[1].#text=b',
    '[1].x=1',
    '[2]=-----BEGIN PRIVATE KEY-----\nabc=\n-----END PRIVATE KEY-----',
    '[3]=c',
  ]);
  const document = readLog(bytesOf(text), LIMITS);
  at(document, 2).edit = { kind: 'blank' };
  at(document, 1, 'x').edit = drop;
  t.is(textOf(document.write()), 'a\r\n\r\nb\n\nc');
});

test('an edit stays inside its quotes and its line', (t) => {
  const document = readLog(bytesOf('a n="x" m=y\nb'), LIMITS);
  at(document, 0, 'n').edit = { kind: 'text', text: 'p"q\nr' };
  at(document, 0, 'm').edit = drop;
  t.is(textOf(document.write()), `a n="p'q r"\nb`);
});

test('lines of pairs are an object, sections objects in it', (t) => {
  const text = '# top\nssid=My Net\r\nrssi: -61\n\n[wifi]\n name = "Foo"\nempty=\n';
  const document = readPairLines(bytesOf(text), LIMITS);
  t.deepEqual(leaves(document.root), ['.#comment=top', '.ssid=My Net', '.rssi=-61', '.wifi.name=Foo', '.wifi.empty=']);
  at(document, 'ssid').edit = drop;
  at(document, 'rssi').edit = { kind: 'text', text: '-60' };
  at(document, 'wifi', 'name').edit = { kind: 'text', text: 'x' };
  at(document, 'wifi').rename = 'w';
  t.is(textOf(document.write()), '# top\nrssi: -60\n\n[w]\n name = "x"\nempty=\n');
});

test('texts are told apart by their lines', (t) => {
  t.is(formatOf('ssid=a\nrssi: -61', 'text/plain'), 'lines');
  t.is(formatOf('ssid=a\nrssi: -61'), 'lines');
  t.is(formatOf('12:00 joined\n12:01 left'), 'log');
  t.is(formatOf('joined ssid=a', 'application/octet-stream'), 'log');
  t.is(formatOf('hello', 'text/plain'), 'text');
  t.is(formatOf('hello'), 'text');
  t.is(formatOf('a\0b\nc=d'), 'unreadable_format');
});

test('what is written as pairs is read as them, and stays byte for byte', (t) => {
  const key = fc.stringMatching(/^[a-z][a-z_.]{0,8}$/);
  const value = fc.stringMatching(/^[a-zé0-9][a-zé0-9._/-]{0,8}$/);
  const list = fc.uniqueArray(fc.tuple(key, value), { selector: ([k]) => k, minLength: 2, maxLength: 6 });
  fc.assert(
    fc.property(
      list,
      fc.constantFrom('=', ': ', ' = '),
      fc.constantFrom('', '"', "'"),
      fc.constantFrom('\n', '\r\n'),
      (pairs, sep, quote, end) => {
        const lines = bytesOf(pairs.map(([k, v]) => `${k}${sep}${quote}${v}${quote}`).join(end));
        const document = readPairLines(lines, LIMITS);
        t.deepEqual(
          leaves(document.root),
          pairs.map(([k, v]) => `.${k}=${v}`),
        );
        t.is(document.write(), lines);
        at(document, pairs[0]![0]).edit = drop;
        t.deepEqual(
          leaves(readPairLines(document.write(), LIMITS).root),
          pairs.slice(1).map(([k, v]) => `.${k}=${v}`),
        );
        const line = bytesOf(pairs.map(([k, v]) => `${k}="${v}"`).join(' '));
        t.deepEqual(
          leaves(readLog(line, LIMITS).root),
          pairs.map(([k, v]) => `.${k}=${v}`),
        );
      },
    ),
    { numRuns: 300 },
  );
});

const SAMPLES = [
  'joined ssid=My Net rssi=-61, url=http://x/?a=b {"a":[1,"x"]}\n\nsecond "k":"v" ip = 1.2.3.4\r\n',
  '# c\na=b\nc: "d e"\n[s]\nx=\'y\'\n',
  'x\n-----BEGIN KEY-----\na\n-----END KEY-----\n',
];
test('mutated texts are read exactly or refused', (t) => {
  holdsUnderMutation(t, SAMPLES, readLog);
  holdsUnderMutation(t, SAMPLES, readPairLines);
});

test('hostile lines cost little', (t) => {
  const started = performance.now();
  for (const piece of ['a=b ', 'a={', '{"', 'a="', 'a: ', 'wifi ', '[', '[{', 'http://', 'a=b c ', "'", '= ', 'aaaa']) {
    const bytes = bytesOf(piece.repeat(200_000 / piece.length));
    for (const read of [readLog, readPairLines]) codeOf(() => read(bytes, { ...LIMITS, nodes: 1e6 }));
    const slow = performance.now() - started;
    t.true(slow < 4000, piece);
  }
});
