import test from 'ava';
import fc from 'fast-check';
import { parse, stringify } from 'yaml';
import type { Edit } from '#src/model.js';
import { readBody } from '#src/payload/index.js';
import { readYaml, YAML_MARKS_MAX } from '#src/payload/yaml.js';
import { bytesOf, codeOf, LIMITS, textOf } from './support.js';
import { at, holdsUnderMutation, leaves } from './text-support.js';

const read = (text: string) => readYaml(bytesOf(text), LIMITS);
const drop: Edit = { kind: 'drop' };
const SAMPLE =
  '# top\na: 1\nnet:\n  ssid: "x" # d\n  l:\n  - k: v\n    z: |\n      foo\n      bar\n  - 3\nf: {a: 1, b: [x, y]}\ne:\n';
const edited = (text: string, edit: Edit, ...paths: (string | number)[][]): string => {
  const document = read(text);
  for (const path of paths) at(document, ...path).edit = edit;
  return textOf(document.write());
};

test('maps, sequences, scalars of every style and comments are read', (t) => {
  t.deepEqual(leaves(read(SAMPLE).root), [
    ...[
      '.a=1',
      '.net.ssid=x',
      '.net.l[0].k=v',
      '.net.l[0].z=foo\nbar\n',
      '.net.l[1]=3',
      '.f.a=1',
      '.f.b[0]=x',
      '.f.b[1]=y',
      '.e=',
    ],
    ...['.#comment=top', '.#comment=d'],
  ]);
  t.deepEqual(
    leaves(read("- 'a''b'\n- \"\\x41\"\n- 0x1F\n- True\n- 2024-01-01\n- a\n  b\n- ~").root).map((s) => s.replace(/^.*?=/, '')),
    [...["a'b", 'A', '0x1F', 'true', '2024-01-01', 'a b', '']],
  );
  t.deepEqual(leaves(read('a: 1\n---\nb: 2\n').root), ['[0].a=1', '[1].b=2']);
});

test('dropped members leave valid YAML wherever they stood', (t) => {
  const without = (...paths: (string | number)[][]): unknown => parse(edited(SAMPLE, drop, ...paths));
  const full = parse(SAMPLE);
  t.deepEqual(without(['a']), { net: full.net, f: full.f, e: null });
  t.deepEqual(without(['net']), { a: 1, f: full.f, e: null });
  t.deepEqual(without(['e'], ['f', 'a'], ['net', 'ssid']), { a: 1, net: { l: full.net.l }, f: { b: ['x', 'y'] } });
  t.deepEqual(without(['net', 'l', 0, 'k']), { ...full, net: { ssid: 'x', l: [{ z: 'foo\nbar\n' }, 3] } });
  t.deepEqual(without(['net', 'l', 0, 'k'], ['net', 'l', 0, 'z']), { ...full, net: { ssid: 'x', l: [{}, 3] } });
  t.deepEqual(without(['net', 'l', 0, 'z'], ['f', 'a'], ['f', 'b']), { ...full, net: { ssid: 'x', l: [{ k: 'v' }, 3] }, f: {} });
  t.deepEqual(without(['a'], ['net'], ['f'], ['e']), {});
  t.false(edited(SAMPLE, drop, ['#comment']).includes('top'));
});

test('new texts are double-quoted scalars, new names too', (t) => {
  const document = read('a: 1\nb: |\n  x\n  y\nc: [p, "q"]\n');
  at(document, 'a').edit = { kind: 'text', text: '2.5' };
  at(document, 'b').edit = { kind: 'text', text: 'l1\nl2 # "é"\x7f' };
  at(document, 'b').rename = 'b: c';
  at(document, 'c', 0).edit = { kind: 'blank' };
  at(document, 'c', 1).edit = { kind: 'text', text: '- no' };
  const out = textOf(document.write());
  t.deepEqual(parse(out), { a: 2.5, 'b: c': 'l1\nl2 # "é"\x7f', c: ['', '- no'] });
});

test('what could stand for something else is refused: tags, anchors, aliases, directives, complex keys', (t) => {
  for (const text of [
    'a: &x 1\nb: *x\n',
    'a: &x 1\nb: 2',
    'a: !!str 1\nb: 2',
    '? a\n: b\n',
    '? [a]\n: b',
    '%TAG ! x\n---\na: 1\n',
    'a: | # secret\n  x\n',
    '!x\na: 1',
  ])
    t.not(
      codeOf(() => read(text)),
      'accepted',
      text,
    );
  const laughs = `a0: &a0 [x]\n${Array.from({ length: 20 }, (_, i) => `a${i + 1}: &a${i + 1} [*a${i}, *a${i}]\n`).join('')}`;
  t.is(
    codeOf(() => read(laughs)),
    'unreadable_format',
  );
  t.is(
    codeOf(() => read('a: [')),
    'malformed',
  );
  t.is(
    codeOf(() => read(`${'['.repeat(200)}${']'.repeat(200)}`)),
    'too_deep',
  );
  t.is(
    codeOf(() => read('a: 1\n'.repeat(YAML_MARKS_MAX))),
    'too_many_fields',
  );
  // So would be each colon behind the first of a line; those of times and of flow maps are none.
  t.is(
    codeOf(() => read(`a: ${'b: '.repeat(1500)}`)),
    'too_many_fields',
  );
  t.notThrows(() => read('a: {b: 12:30:45, c: 2026-01-01T00:00:00, d: [{e: 1}, {f: 2}]}\n'.repeat(40)));
  // Each comma would be an error of its own, and each error cost the search for its line.
  t.is(
    codeOf(() => read(`a: [${','.repeat(8000)}]\n`)),
    'too_many_fields',
  );
});

test('YAML is bounded by what its library spends time on, not by its bytes', (t) => {
  const members = Array.from({ length: 1500 }, (_, i) => `  field_${i}: a reading that says ${i} in a sentence of some length\n`);
  const long = `report:\n${members.join('')}notes: |\n${'  one line of a long text, as people write them\n'.repeat(800)}`;
  t.true(long.length > 100_000);
  const document = read(long);
  t.is(document.root.children![0]!.children!.length, 1500);
  document.root.children![0]!.children![700]!.edit = { kind: 'drop' };
  t.is(textOf(document.write()), long.replace(members[700]!, ''));
});

test('YAML is told by its shape; prose, flat pairs and logs are not YAML', (t) => {
  const formatOf = (text: string, type?: string): string => readBody(bytesOf(text), type, LIMITS)!.format;
  t.is(formatOf(SAMPLE, 'text/plain'), 'yaml');
  t.is(formatOf('- a: 1\n- b: 2\n'), 'yaml');
  t.is(formatOf('a: 1\nb: 2\n'), 'lines');
  t.is(formatOf('a: 1\nb: 2\n', 'application/yaml'), 'lines');
  t.is(formatOf('a: 1\n', 'application/yaml'), 'yaml');
  t.is(formatOf('Note: the device joined\nand left again'), 'log');
  t.is(formatOf('12:00 a: 1\n12:01 b: 2'), 'log');
  t.is(formatOf('- net: d\n- a: b\n'), 'yaml');
  t.is(
    leaves(readBody(bytesOf('- net: "d": e\n- f\n'), undefined, LIMITS)!.document.root).join(),
    '[0].net=d,[0].#text=: e,[1]=- f',
  );
});

test('what the library writes is read as it reads it, unchanged byte for byte, and every drop is a drop', (t) => {
  const word = fc.string({ unit: fc.constantFrom('a', 'b', ' ', ':', '#', '-', '"', "'", 'é', '\n', '{', '1'), maxLength: 8 });
  const { tree } = fc.letrec((tie) => ({
    tree: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      word,
      fc.integer(),
      fc.boolean(),
      fc.constant(null),
      tie('list'),
      tie('map'),
    ),
    list: fc.array(tie('tree'), { maxLength: 3 }),
    map: fc.dictionary(fc.stringMatching(/^[a-z]{1,4}$/), tie('tree'), { maxKeys: 3 }),
  }));
  const map = fc.dictionary(fc.stringMatching(/^[a-z]{1,4}$/), tree, { minKeys: 1, maxKeys: 4 });
  fc.assert(
    fc.property(
      map,
      fc.nat(),
      fc.constantFrom('BLOCK_LITERAL', 'BLOCK_FOLDED', 'QUOTE_DOUBLE', 'QUOTE_SINGLE', 'PLAIN'),
      (value, which, type) => {
        const text = stringify(value, { defaultStringType: type as 'PLAIN', defaultKeyType: 'PLAIN' });
        const bytes = bytesOf(text);
        const document = readYaml(bytes, LIMITS);
        t.is(document.write(), bytes);
        const names = Object.keys(parse(text));
        const name = names[which % names.length]!;
        at(document, name).edit = drop;
        const { [name]: _, ...rest } = parse(text);
        t.deepEqual(parse(textOf(document.write())), rest, text);
      },
    ),
    { numRuns: 300 },
  );
});

test('mutated documents are read exactly or refused', (t) => {
  holdsUnderMutation(t, [SAMPLE, '- a: 1\n  b:\n  - c\n- "d"\n---\n{e: [f, g]}\n'], readYaml, 500);
});
