import test from 'ava';
import fc from 'fast-check';
import type { Document, Node } from '#src/model.js';
import { readBody } from '#src/payload/index.js';
import { binaryOf, bytesOf, codeOf, LIMITS, textOf } from './support.js';

const TYPE = 'multipart/form-data; boundary=bnd';
const body = (...parts: [string, string][]): string =>
  `${parts.map(([head, content]) => `--bnd\r\n${head === '' ? '' : `${head}\r\n`}\r\n${content}\r\n`).join('')}--bnd--\r\n`;
const named = (name: string, rest = ''): string => `Content-Disposition: form-data; name="${name}"${rest}`;
const read = (text: string, type: string | undefined = TYPE): Document => readBody(bytesOf(text), type, LIMITS)!.document;

/** The tree as plain values, and the nodes by path. */
function plain(node: Node): unknown {
  if (node.kind === 'object') return node.children!.map((child) => [child.name, plain(child)]);
  return node.kind === 'array' ? node.children!.map(plain) : `${node.kind}:${node.text}`;
}
const member = (document: Document, ...names: string[]): Node =>
  names.reduce((node, name) => node.children!.find((child) => child.name === name)!, document.root);

test('parts are members named by their field, with the tree of their content; head texts follow', (t) => {
  const text = body(
    [named('ssid'), 'Home-5G'],
    [`${named('meta')}\r\nContent-Type: application/json`, '{"ssid":"Home","n":1}'],
    [named('meta'), '[1]'],
    [
      `${named('log', '; filename="a \\"b\\" %22c.log"; filename*=UTF-8\'\'%C3%A9.log')}\r\nX-Wifi: Home\r\nContent-Type: text/x-odd`,
      'ok',
    ],
    ['', 'bare'],
    [named('n'), '42'],
  );
  const document = read(text);
  t.deepEqual(plain(document.root), [
    ['ssid', 'string:Home-5G'],
    [
      'meta',
      [
        ['ssid', 'string:Home'],
        ['n', 'number:1'],
      ],
    ],
    ['meta', ['number:1']],
    ['log', 'string:ok'],
    ['log::filename', 'string:a "b" "c.log'],
    ['log::filename*', 'string:é.log'],
    ['log::x-wifi', 'string:Home'],
    ['log::content-type', 'string:text/x-odd'],
    ['4', 'string:bare'],
    ['n', 'string:42'],
  ]);
  t.is(textOf(document.write()), text);
});

test('a multipart message is told by its looks, whatever its label', (t) => {
  const text = body([named('a'), '1']);
  for (const type of [
    undefined,
    'application/octet-stream',
    'image/png',
    'text/plain',
    'multipart/form-data',
    'multipart/mixed; boundary="bnd"',
  ])
    t.is(readBody(bytesOf(text), type, LIMITS)!.format, 'multipart', type);
  t.is(
    codeOf(() => read(text, 'multipart/form-data; boundary=other')),
    'malformed',
  );
  t.is(
    codeOf(() => read(text, `${TYPE}; boundary=other`)),
    'malformed',
  );
});

test('a preamble that looks like another format hides no part', (t) => {
  for (const preamble of ['ssid: Home\r\nmode: eco', 'ssid=Home\r\nmode=eco', 'a,b\r\n1,2', '<a/>']) {
    const text = `${preamble}\r\n${body([named('a'), '1'])}`;
    for (const type of [TYPE, undefined]) t.is(readBody(bytesOf(text), type, LIMITS)!.format, 'multipart', preamble);
  }
});

test('a text field with fields of its own is read as what it looks like', (t) => {
  const document = read(
    body(
      [named('form'), 'ssid=Home&mode=eco'],
      [named('lines'), 'ssid=Home\nmode=eco\n'],
      [named('xml'), '<s><ssid>Home</ssid></s>'],
      [named('odd'), '{ssid: <Home'],
    ),
  );
  for (const name of ['form', 'lines', 'xml']) t.not(member(document, name).children, undefined, name);
  t.is(member(document, 'odd').text, '{ssid: <Home');
});

test('preamble and epilogue are judged, and can go', (t) => {
  const text = `Home\r\nsweet\r\n${body([named('a'), '1'])}after Home`;
  const document = read(text);
  t.deepEqual(plain(document.root), [
    ['::preamble', 'string:Home\r\nsweet\r\n'],
    ['a', 'string:1'],
    ['::epilogue', 'string:after Home'],
  ]);
  t.is(textOf(document.write()), text);
  member(document, '::preamble').edit = { kind: 'drop' };
  member(document, '::epilogue').edit = { kind: 'drop' };
  t.is(textOf(document.write()), body([named('a'), '1']));
  const other = read(text);
  member(other, '::preamble').edit = { kind: 'text', text: 'x' };
  t.is(textOf(other.write()), `x\r\n${body([named('a'), '1'])}after Home`);
});

test('edits change their place only', (t) => {
  const document = read(
    body(
      [named('gone'), 'x'],
      [`Content-Disposition: form-data; filename="Home.log"; name="aa:bb"; x=y\r\nX-A: 1`, 'text'],
      [`${named('j')}\r\nContent-Type: application/json`, '{"a": 1, "b":2 }'],
      [named('s'), 'secret'],
      [named('last'), 'x'],
    ),
  );
  member(document, 'gone').edit = { kind: 'drop' };
  member(document, 'last').edit = { kind: 'drop' };
  member(document, 'aa:bb').rename = 'n"m\\é';
  member(document, 'aa:bb::filename').edit = { kind: 'text', text: 'l.log' };
  member(document, 'aa:bb::x').edit = { kind: 'drop' };
  member(document, 'aa:bb::x-a').edit = { kind: 'drop' };
  member(document, 'j', 'a').edit = { kind: 'drop' };
  member(document, 's').edit = { kind: 'blank' };
  t.is(
    textOf(document.write()),
    body(
      ['Content-Disposition: form-data; filename="l.log"; name="n%22m\\\\é"', 'text'],
      [`${named('j')}\r\nContent-Type: application/json`, '{"b":2 }'],
      [named('s'), ''],
    ),
  );
});

test('all parts gone leaves a multipart message without parts', (t) => {
  const document = read(body([named('a'), '1'], [named('b'), '2']));
  for (const part of document.root.children!) part.edit = { kind: 'drop' };
  t.is(textOf(document.write()), '--bnd--\r\n');
});

test('base64 and quoted-printable contents are judged decoded and encoded again', (t) => {
  const json = JSON.stringify({ ssid: 'Home', pad: 'x'.repeat(80) });
  const lines = Buffer.from(json).toString('base64').replace(/.{76}/g, '$&\r\n');
  const text = body(
    [`${named('b')}\r\nContent-Type: application/json\r\nContent-Transfer-Encoding: base64`, lines],
    [`${named('q')}\r\nContent-Transfer-Encoding: Quoted-Printable`, 'caf=C3=A9 =\r\nHome'],
  );
  const document = read(text);
  t.is(member(document, 'b', 'ssid').text, 'Home');
  t.is(member(document, 'q').text, 'café Home');
  t.is(textOf(document.write()), text);
  member(document, 'b', 'ssid').edit = { kind: 'drop' };
  member(document, 'q').edit = { kind: 'text', text: `é= ${'y'.repeat(100)} ` };
  const again = read(textOf(document.write()));
  t.deepEqual(plain(member(again, 'b')), [['pad', `string:${'x'.repeat(80)}`]]);
  t.is(member(again, 'q').text, `é= ${'y'.repeat(100)} `);
});

test('multipart inside multipart is read to the depth limit', (t) => {
  const inner = (n: number): string =>
    n === 0 ? 'deep' : `--b${n}x\r\nContent-Type: multipart/mixed; boundary=b${n - 1}x\r\n\r\n${inner(n - 1)}\r\n--b${n}x--`;
  const leaf = (n: number): string => inner(n).replace('Content-Type: multipart/mixed; boundary=b0x\r\n', '');
  const document = read(leaf(3), 'multipart/mixed; boundary=b3x');
  t.deepEqual(plain(document.root), [['0', [['0', [['0', 'string:deep']]]]]]);
  member(document, '0', '0', '0').edit = { kind: 'text', text: 'new' };
  t.is(textOf(document.write()), leaf(3).replace('deep', 'new'));
  t.is(
    codeOf(() => readBody(bytesOf(leaf(9)), 'multipart/mixed; boundary=b9x', { ...LIMITS, depth: 5 })),
    'too_deep',
  );
  t.is(
    codeOf(() => readBody(bytesOf(body([named('a'), '[1,2,3]'])), TYPE, { ...LIMITS, nodes: 3 })),
    'too_many_fields',
  );
});

test('a boundary inside what a part becomes is refused', (t) => {
  const document = read(body([named('a'), '1']));
  document.root.children![0]!.edit = { kind: 'text', text: 'x\r\n--bnd--' };
  t.is(
    codeOf(() => document.write()),
    'not_restorable',
  );
});

test('what readers take in different ways is malformed', (t) => {
  const whole = body([named('a'), '1']);
  const faults = [
    whole.replace('--bnd--', '--bnd'),
    whole.replaceAll('\r\n', '\n'),
    whole.replace('1\r\n', '1\n'),
    whole.replace('--bnd\r\n', '--bndx\r\n'),
    whole.replace('\r\n\r\n1', '\r\n1'),
    whole.replace('1\r\n', 'a--bnd\r\n'),
    `${whole}--bnd\r\n\r\nmore\r\n--bnd--`,
    body([`${named('a')}\r\n${named('b')}`, '1']),
    body([named('a', '; name="b"'), '1']),
    body([named('a', '; filename=a b'), '1']),
    body([named('a', "; filename*=latin1''%e9"), '1']),
    body([`${named('a')}\r\n folded: 1`, '1']),
    body(['no colon', '1']),
    body([`${named('a')}\r\nContent-Transfer-Encoding: base64`, 'a*b=']),
    body([`${named('a')}\r\nContent-Type: application/json`, '{"a":}']),
  ];
  for (const text of faults)
    t.is(
      codeOf(() => read(text)),
      'malformed',
      text,
    );
  t.is(
    codeOf(() => readBody(binaryOf(body([named('a\xff'), '1'])), TYPE, LIMITS)),
    'malformed',
  );
  t.is(
    codeOf(() => read(body([`${named('a')}\r\nContent-Transfer-Encoding: uuencode`, '1']))),
    'unknown_coding',
  );
});

test('any list of parts goes back byte for byte, and with any of them dropped reads as the rest', (t) => {
  const content = fc.string({ unit: 'binary' }).filter((text) => !text.includes('--bnd') && !/^\s*[{[]/.test(text));
  const name = fc.string({ minLength: 1 }).map((text) => text.replace(/["\\\r\n%]/g, '_'));
  fc.assert(
    fc.property(fc.array(fc.tuple(name, content, fc.boolean()), { minLength: 1 }), (parts) => {
      const text = body(...parts.map(([n, c]): [string, string] => [named(n), c]));
      const document = read(text);
      t.is(textOf(document.write()), text);
      for (const [i, [, , dropped]] of parts.entries()) if (dropped) document.root.children![i]!.edit = { kind: 'drop' };
      t.is(textOf(document.write()), body(...parts.filter(([, , d]) => !d).map(([n, c]): [string, string] => [named(n), c])));
    }),
    { numRuns: 300 },
  );
});

test('a damaged message is read or refused, never a crash', (t) => {
  const whole = `pre\r\n${body([named('a', '; filename="x"'), 'b'], [`${named('c')}\r\nContent-Transfer-Encoding: base64`, 'YQ=='])}`;
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 }), (hits) => {
      const bytes = Buffer.from(whole, 'latin1');
      for (const [at, value] of hits) bytes[at] = value;
      t.not(
        codeOf(() => readBody(bytes, TYPE, LIMITS)!.document.write()),
        'crash',
      );
    }),
    { numRuns: 500 },
  );
});
