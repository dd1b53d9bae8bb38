import test from 'ava';
import fc from 'fast-check';
import type { Edit } from '#src/model.js';
import { readBody } from '#src/payload/index.js';
import { readXml } from '#src/payload/xml.js';
import { bytesOf, codeOf, LIMITS, textOf } from './support.js';
import { at, holdsUnderMutation, leaves } from './text-support.js';

const read = (text: string) => readXml(bytesOf(text), LIMITS);
const told = (text: string): string[] => leaves(read(text).root);
const edited = (text: string, edit: Edit, ...path: (string | number)[]): string => {
  const document = read(text);
  at(document, ...path).edit = edit;
  return textOf(document.write());
};
const drop: Edit = { kind: 'drop' };
const to = (text: string): Edit => ({ kind: 'text', text });

test('elements, attributes, text, CDATA, comments and instructions are the members they say', (t) => {
  t.deepEqual(told('<s><ssid>Home</ssid><m v="a&lt;b" w=\'"\'/><mode> Air&#x46;ry\n</mode><e/><f></f></s>'), [
    '.s.ssid=Home',
    '.s.m.@v=a<b',
    '.s.m.@w="',
    '.s.mode=AirFry',
    '.s.e=',
    '.s.f=',
  ]);
  t.deepEqual(told('<a:n xmlns:a="urn:x">one <b>two</b> three<!-- four --><?five six?></a:n>'), [
    '.a:n.@xmlns:a=urn:x',
    '.a:n.#text=one',
    '.a:n.b=two',
    '.a:n.#comment= four ',
    '.a:n.#instruction=five six',
    '.a:n.#text=three',
  ]);
});

test('a text in pieces is one text: CDATA, comments and references do not part it', (t) => {
  t.deepEqual(told('<n>Kova<![CDATA[len<]]>ko&#45;H<!---->ome</n>'), ['.n.#comment=', '.n.#text=Kovalen<ko-Home']);
  t.deepEqual(told('<n> <![CDATA[a]]> \r\n<![CDATA[ b ]]></n>'), ['.n=a \n b']);
});

test('repeated elements are repeated members; the declaration, white space and asides around the root stay', (t) => {
  const text = '<?xml version="1.0" encoding="UTF-8"?>\n<!-- x -->\n<l>\n <i>1</i>\n <i>2</i>\n</l>\n<?y?>\n';
  t.deepEqual(told(text), ['.#comment= x ', '.l.i=1', '.l.i=2', '.#instruction=y']);
  const bytes = bytesOf(text);
  t.is(readXml(bytes, LIMITS).write(), bytes);
});

test('a dropped element goes whole, a dropped attribute leaves a tag, a root stays empty', (t) => {
  const text = '<s><ssid>Home</ssid><m v="1"  w="2"/><mode>eco</mode></s>';
  t.is(edited(text, drop, 's', 'ssid'), '<s><m v="1"  w="2"/><mode>eco</mode></s>');
  t.is(edited(text, drop, 's', 'm', '@v'), '<s><ssid>Home</ssid><m  w="2"/><mode>eco</mode></s>');
  t.is(edited(text, drop, 's', 'm', '@w'), '<s><ssid>Home</ssid><m v="1"/><mode>eco</mode></s>');
  t.is(edited(text, drop, 's', 'm'), '<s><ssid>Home</ssid><mode>eco</mode></s>');
  t.is(edited('<ssid> Home </ssid>', drop, 'ssid'), '<ssid>  </ssid>');
  t.is(edited('<a>x<!--y--> <?z?></a>', drop, 'a', '#comment'), '<a>x <?z?></a>');
});

test('new texts and names are escaped for their place', (t) => {
  const hard = '<&>"\'\n]]>--?>';
  t.is(edited('<a>x</a>', to(hard), 'a'), '<a>&lt;&amp;&gt;"\'\n]]&gt;--?&gt;</a>');
  t.is(edited('<a><b/></a>', to('x'), 'a', 'b'), '<a><b>x</b></a>');
  t.is(edited('<a v="x"/>', to(hard), 'a', '@v'), '<a v="&lt;&amp;&gt;&quot;\'&#10;]]&gt;--?&gt;"/>');
  t.is(edited("<a v='x'/>", to(hard), 'a', '@v'), "<a v='&lt;&amp;&gt;\"&apos;&#10;]]&gt;--?&gt;'/>");
  t.is(edited('<a>x<!--y--></a>', to('a--b-'), 'a', '#comment'), '<a>x<!--a- -b- --></a>');
  t.is(edited('<a>x<?y?></a>', to('<1 ?>'), 'a', '#instruction'), '<a>x<?withheld <1 ? >?></a>');
  const document = read('<a><b x="1">y</b ></a>');
  at(document, 'a', 'b').rename = 'n1';
  at(document, 'a', 'b', '@x').rename = '0 z';
  t.is(textOf(document.write()), '<a><n1 _0_z="1">y</n1 ></a>');
  t.is(
    codeOf(() => edited('<a>x</a>', to('\0'), 'a')),
    'internal',
  );
});

test('an edit over a text with asides inside replaces all of it', (t) => {
  const document = read('<n>Kova<!-- a --><![CDATA[lenko]]></n>');
  at(document, 'n', '#text').edit = to('y');
  at(document, 'n', '#comment').edit = drop;
  t.is(textOf(document.write()), '<n>y</n>');
});

test('what XML forbids is malformed, and so is every DTD', (t) => {
  const cases = [
    ...[
      '',
      'x',
      '<a>',
      '<a></b>',
      '<a/><b/>',
      '<a/>x',
      '<a b=1/>',
      '<a b="1" b="2"/>',
      '<a b="1"c="2"/>',
      '<a b="<"/>',
      '<1/>',
      '<a / >',
    ],
    ...[
      '<a>&x;</a>',
      '<a>&lt</a>',
      '<a>& </a>',
      '<a>&#0;</a>',
      '<a>&#xD800;</a>',
      '<a>&#x110000;</a>',
      '<a>\x01</a>',
      '<a>]]></a>',
    ],
    ...[
      '<a><!-- -- --></a>',
      '<a><!-- ---></a>',
      '<a><![CDATA[x</a>',
      '<a><?xml x?></a>',
      '<a><?x</a>',
      '<a><!-- </a>',
      ' <?xml version="1.0"?><a/>',
    ],
    ...[
      '<!DOCTYPE a><a/>',
      '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>',
      '<?xml version="1.1"?><a/>',
      '<a>\ufffe</a>',
    ],
  ];
  for (const text of cases)
    t.is(
      codeOf(() => read(text)),
      'malformed',
      text,
    );
  t.is(
    codeOf(() => readXml(Buffer.from('<a>\xff</a>', 'latin1'), LIMITS)),
    'malformed',
  );
});

test('depth and nodes are bounded', (t) => {
  const deep = (n: number): string => '<a>'.repeat(n) + '</a>'.repeat(n);
  t.is(
    codeOf(() => read(deep(60))),
    'accepted',
  );
  t.is(
    codeOf(() => read(deep(70))),
    'too_deep',
  );
  t.is(
    codeOf(() => read(deep(100_000))),
    'too_deep',
  );
  t.is(
    codeOf(() => readXml(bytesOf('<a><b/><b/></a>'), { ...LIMITS, nodes: 3 })),
    'too_many_fields',
  );
});

test('a body that looks like XML is XML whatever its label', (t) => {
  for (const type of ['text/xml', 'application/soap+xml', 'text/plain', 'image/png', undefined])
    t.is(readBody(bytesOf('\n<a>x</a>\n'), type, LIMITS)?.format, 'xml');
  t.is(
    codeOf(() => readBody(bytesOf('hello'), 'text/xml', LIMITS)),
    'malformed',
  );
});

test('a parameter written as attributes is a key with its value', (t) => {
  for (const text of ['<p name="ssid" value="x"/>', '<p name="ssid">x</p>', '<p><key>ssid</key><string>x</string></p>'])
    t.deepEqual(
      at(read(text), 'p').children?.map((c) => c.text),
      ['ssid', 'x'],
      text,
    );
});

test('every tree that is written as XML is read as itself, and stays so byte for byte', (t) => {
  const word = fc.stringMatching(/^[a-z]{1,6}$/);
  const value = fc.string({ unit: fc.constantFrom('a', 'é', '<', '&', '"', "'", ']]>', '😀', '-'), minLength: 1, maxLength: 8 });
  const written = fc.constantFrom(
    (s: string) => s.replace(/[<>&"']/g, (c) => `&#${c.charCodeAt(0)};`),
    (s: string) => [...s].map((c) => `&#x${c.codePointAt(0)!.toString(16)};`).join(''),
    (s: string) =>
      s
        .replaceAll('&', '&amp;')
        .replaceAll('<', '&lt;')
        .replaceAll('>', '&gt;')
        .replaceAll('"', '&quot;')
        .replaceAll("'", '&apos;'),
  );
  const member = fc.tuple(word, value, written, fc.constantFrom('', ' ', '\n  '));
  fc.assert(
    fc.property(
      fc.uniqueArray(member, { selector: (m) => m[0], maxLength: 6 }),
      fc.boolean(),
      value,
      (members, attributes, instead) => {
        const inside = members
          .map(([n, v, e, gap]) => (attributes ? ` ${gap}${n}="${e(v)}"` : `${gap}<${n}>${gap}${e(v)}</${n}>`))
          .join('');
        const text = attributes ? `<r${inside}/>` : `<r>${inside}</r>`;
        const bytes = bytesOf(text);
        const document = readXml(bytes, LIMITS);
        const wanted = members.map(([n, v]) => `.r.${attributes ? '@' : ''}${n}=${v}`);
        t.deepEqual(leaves(document.root), wanted.length === 0 ? ['.r='] : wanted);
        t.is(document.write(), bytes);
        if (members.length < 2) return;
        document.root.children![0]!.children![0]!.edit = drop;
        document.root.children![0]!.children![1]!.edit = to(instead);
        wanted[1] = `.r.${attributes ? '@' : ''}${members[1]![0]}=${instead}`;
        t.deepEqual(leaves(read(textOf(document.write())).root), wanted.slice(1));
      },
    ),
    { numRuns: 300 },
  );
});

test('mutated documents are read exactly or refused', (t) => {
  holdsUnderMutation(
    t,
    [
      '<?xml version="1.0"?><s a="1"><ssid>Home</ssid><m v="a&lt;b"/><!-- c --><mode>a<![CDATA[b]]></mode><?p q?></s>\n',
      '<a><b><c x=\'1\' y="2">t<d/>u</c></b></a>',
    ],
    readXml,
  );
});

test('hostile documents cost little', (t) => {
  const size = 300_000;
  const started = performance.now();
  for (const text of [
    `<a ${'x '.repeat(size / 2)}`,
    `<a>${'&'.repeat(size)}</a>`,
    `<a>${'<!--'.repeat(size / 4)}`,
    '<'.repeat(size),
    `<a>${' '.repeat(size)}`,
  ])
    codeOf(() => read(text));
  t.true(performance.now() - started < 2000);
});

test('a long row of blanks is read in one go, wherever it stands', (t) => {
  // A pattern that begins anew at each blank would not come to an end within the time of all tests.
  const blanks = ' \n'.repeat(200_000);
  for (const text of [`<a>x${blanks}y</a>`, `<a>${blanks}<b/>${blanks}</a>`, `<a b="${blanks}"/>`]) {
    t.deepEqual(readXml(bytesOf(text), LIMITS).write(), bytesOf(text));
  }
});
