import test from 'ava';
import fc from 'fast-check';
import type { Edit } from '#src/model.js';
import { readCookie } from '#src/payload/cookie.js';
import { readForm, readQuery } from '#src/payload/form.js';
import { readPath } from '#src/payload/path.js';
import { readHeaderValue, readText } from '#src/payload/text.js';
import { binaryOf, bytesOf, codeOf, LIMITS, pairs, textOf, written } from './support.js';

const drop: Edit = { kind: 'drop' };
const blank: Edit = { kind: 'blank' };
const to = (text: string): Edit => ({ kind: 'text', text });

test('a form is read in order, decoded, with repeated names, and goes back byte for byte', (t) => {
  const bytes = bytesOf('%73sid=Home+5G&net%5Bmac%5D=a4%3A2b&flag&ssid=&ssid=a=b&&x;y=1;z=2');
  const document = readForm(bytes, LIMITS);
  t.deepEqual(pairs(document), [
    ['ssid', 'Home 5G'],
    ['net[mac]', 'a4:2b'],
    ['flag', ''],
    ['ssid', ''],
    ['ssid', 'a=b'],
    ['x;y', '1;z=2'],
  ]);
  t.is(document.write(), bytes);
});

test('what URLSearchParams writes is read as it reads it, and every edit is read back by it', (t) => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.string({ unit: 'binary', minLength: 1 }), fc.string({ unit: 'binary' }))),
      fc.string({ unit: 'binary' }),
      (list, text) => {
        const params = new URLSearchParams(list);
        for (const read of [readForm, readQuery]) {
          const document = read(bytesOf(params.toString()), LIMITS);
          t.deepEqual(pairs(document), [...params]);
          for (const child of document.root.children!) child.edit = to(text);
          const wanted = [...params].map(([name]) => [name, new URLSearchParams({ a: text }).get('a')]);
          t.deepEqual([...new URLSearchParams(textOf(document.write()))], wanted as [string, string][]);
        }
      },
    ),
    { numRuns: 200 },
  );
  t.pass();
});

test('a form without some members is still a form', (t) => {
  const form = (...dropped: number[]): string =>
    written(readForm(bytesOf('a=1&b=2&c=3'), LIMITS), (children) => {
      for (const index of dropped) children[index]!.edit = drop;
    });
  t.deepEqual(
    [form(0), form(1), form(2), form(0, 1), form(0, 2), form(1, 2), form(0, 1, 2)],
    ['b=2&c=3', 'a=1&c=3', 'a=1&b=2', 'c=3', 'b=2', 'a=1', ''],
  );
});

test('edits of forms and queries are encoded for them', (t) => {
  const change = (children: { edit: unknown; rename: unknown }[]): void => {
    children[0]!.edit = to('é &=+%');
    children[1]!.edit = to('v w');
    children[2]!.rename = 'n m';
    children[2]!.edit = blank;
  };
  t.is(written(readForm(bytesOf('a=1&flag&c=3'), LIMITS), change), 'a=%C3%A9+%26%3D%2B%25&flag=v+w&n+m=');
  t.is(written(readQuery(bytesOf('a=1&flag&c=3'), LIMITS), change), 'a=%C3%A9%20%26%3D%2B%25&flag=v%20w&n%20m=');
});

test('broken percent sequences and bytes that are not UTF-8 are malformed', (t) => {
  for (const text of ['a=%', 'a=%4', 'a=%zz', '%g1=1', 'a=%ff', 'a=%C1%B3', 'a=\xff', 'a=%ed%a0%80']) {
    t.is(
      codeOf(() => readForm(binaryOf(text), LIMITS)),
      'malformed',
      text,
    );
    t.is(
      codeOf(() => readQuery(binaryOf(text), LIMITS)),
      'malformed',
      text,
    );
    t.is(
      codeOf(() => readPath(binaryOf(`/${text}`), LIMITS)),
      'malformed',
      text,
    );
  }
  t.is(
    codeOf(() => readForm(bytesOf('a&b&c'), { ...LIMITS, nodes: 3 })),
    'too_many_fields',
  );
});

test('a path is an array of decoded segments; none can vanish or climb', (t) => {
  const texts = (path: string): string[] => readPath(bytesOf(path), LIMITS).root.children!.map((child) => child.text);
  t.deepEqual(texts('/a/b%20c+d/'), ['a', 'b c+d']);
  t.deepEqual(texts('/'), []);
  t.deepEqual(texts('//a%2Fb'), ['', 'a/b']);
  const first = (edit: Edit): string => written(readPath(bytesOf('/x/y/'), LIMITS), (children) => (children[0]!.edit = edit));
  t.deepEqual([first(drop), first(blank), first(to('')), first(to('..')), first(to('.'))], Array(5).fill('/_/y/'));
  t.is(first(to('a/b?c#é')), '/a%2Fb%3Fc%23%C3%A9/y/');
  t.is(
    codeOf(() => readPath(bytesOf('a/b'), LIMITS)),
    'malformed',
  );
});

test('cookies are named texts; the rest stays a list of cookies', (t) => {
  const header = 'sid=abc; q="x y";  e= ; bare; eq=a=b==;';
  const document = readCookie(bytesOf(header), LIMITS);
  t.deepEqual(pairs(document), [
    ['sid', 'abc'],
    ['q', 'x y'],
    ['e', ''],
    ['', 'bare'],
    ['eq', 'a=b=='],
  ]);
  t.is(textOf(document.write()), header);
  const cookies = (index: number, edit: Edit): string =>
    written(readCookie(bytesOf('a=1; b="2"; c'), LIMITS), (children) => (children[index]!.edit = edit));
  t.is(cookies(0, drop), 'b="2"; c');
  t.is(cookies(1, drop), 'a=1; c');
  t.is(cookies(2, drop), 'a=1; b="2"');
  t.is(cookies(1, to('x; y="é"')), 'a=1; b=x%3B%20y%3D%22%C3%A9%22; c'.replace('%3D', '='));
  t.is(cookies(2, to('z')), 'a=1; b="2"; z');
});

test('texts and header values are one string; a header value stays on its line', (t) => {
  t.is(
    written(readText(bytesOf('grüß\r\ngott'), LIMITS), (children) => (children[0]!.edit = to('ж'))),
    'ж',
  );
  t.is(
    written(readText(bytesOf('x'), LIMITS), (children) => (children[0]!.edit = drop)),
    '',
  );
  t.is(
    codeOf(() => readText(binaryOf('a\0b'), LIMITS)),
    'unreadable_format',
  );
  t.is(
    codeOf(() => readText(binaryOf('\xff'), LIMITS)),
    'unreadable_format',
  );
  t.is(
    codeOf(() => readHeaderValue(binaryOf('caf\xe9'), LIMITS)),
    'unreadable_charset',
  );
  t.is(
    codeOf(() => written(readHeaderValue(bytesOf('a'), LIMITS), (children) => (children[0]!.edit = to('a\r\nB: c')))),
    'internal',
  );
});

test('a long row of blanks in a cookie is read in one go', (t) => {
  // A pattern that begins anew at each blank would not come to an end within the time of all tests.
  const blanks = ' \t'.repeat(200_000);
  for (const text of [`a${blanks}b; c=1`, `a${blanks}= ${blanks}b`, `${blanks}=`]) {
    t.deepEqual(readCookie(bytesOf(text), LIMITS).write(), bytesOf(text));
  }
});

test('percent sequences of a form are in the 8-bit set that its label names, unless they are UTF-8; changes are written in it', (t) => {
  const cyrillic = 'application/x-www-form-urlencoded; charset=windows-1251';
  const bytes = Buffer.from('%E8%EC%FF=%C4%EE%EC+5&mode=%D0%BD%D0%B0&on=1');
  const document = readForm(bytes, LIMITS, cyrillic);
  const [name, mode] = document.root.children!;
  t.deepEqual([name!.name, name!.text, mode!.text], ['имя', 'Дом 5', 'на']);
  t.deepEqual(document.write(), bytes);
  name!.edit = { kind: 'text', text: 'Дача' };
  t.is(Buffer.from(document.write()).toString(), '%E8%EC%FF=%C4%E0%F7%E0&mode=%D0%BD%D0%B0&on=1');
  name!.edit = { kind: 'text', text: '家' };
  t.throws(() => document.write(), { code: 'unreadable_charset' });
  for (const label of ['', 'application/x-www-form-urlencoded', 'application/x-www-form-urlencoded; charset=utf-8'])
    t.throws(() => readForm(bytes, LIMITS, label), { code: 'malformed' }, label);
});
