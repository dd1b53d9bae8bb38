import { isUtf8 } from 'node:buffer';
import test from 'ava';
import fc from 'fast-check';
import { HubError } from '#src/errors.js';
import type { Edit, Node } from '#src/model.js';
import { readJson } from '#src/payload/json.js';
import { bytesOf, codeOf, LIMITS, textOf } from './support.js';

const answer = (bytes: Uint8Array, limits = LIMITS, depth = 0): string => codeOf(() => readJson(bytes, limits, depth));

/** The value a tree stands for, by the rules of `JSON.parse` (the last of repeated members counts). */
function plain(node: Node): unknown {
  if (node.kind === 'array') return node.children!.map(plain);
  if (node.kind === 'object') return Object.fromEntries(node.children!.map((child) => [child.name!, plain(child)]));
  return node.kind === 'string' ? node.text : JSON.parse(node.text);
}

const edit = (text: string, change: (root: Node) => void): string => {
  const document = readJson(bytesOf(text), LIMITS);
  change(document.root);
  return textOf(document.write());
};
const all = (root: Node, change: Edit): void => {
  for (const child of root.children!) child.edit = change;
};
const drop: Edit = { kind: 'drop' };
const blank: Edit = { kind: 'blank' };

const spaced = fc
  .tuple(fc.jsonValue(), fc.constantFrom(undefined, 1, '\t'))
  .map(([value, indent]) => JSON.stringify(value, null, indent));

test('what JSON.stringify writes is read with the same value and written back byte for byte', (t) => {
  fc.assert(
    fc.property(spaced, (text) => {
      fc.pre(!/\\ud[89a-f]/.test(text) && !text.includes('"__proto__"'));
      const bytes = bytesOf(text);
      const document = readJson(bytes, LIMITS);
      t.deepEqual(plain(document.root), JSON.parse(text));
      t.is(document.write(), bytes);
    }),
    { numRuns: 300 },
  );
  t.pass();
});

test('any members can be dropped: the rest is the same value without them', (t) => {
  const object = fc.dictionary(
    fc.stringMatching(/^[a-e]{1,3}$/),
    fc.oneof(fc.jsonValue(), fc.dictionary(fc.stringMatching(/^[f-k]$/), fc.integer())),
  );
  fc.assert(
    fc.property(object, fc.infiniteStream(fc.boolean()), fc.constantFrom(undefined, 2), (value, choices, indent) => {
      const text = JSON.stringify(value, null, indent);
      fc.pre(!/\\ud[89a-f]/.test(text) && !text.includes('"__proto__"'));
      const prune = (node: Node): unknown => {
        if (node.kind === 'array') return node.children!.map(prune);
        if (node.kind !== 'object') return plain(node);
        const kept = node.children!.filter((child) => {
          if (choices.next().value !== true) return true;
          child.edit = drop;
          return false;
        });
        return Object.fromEntries(kept.map((child) => [child.name!, prune(child)]));
      };
      const document = readJson(bytesOf(text), LIMITS);
      const wanted = prune(document.root);
      t.deepEqual(JSON.parse(textOf(document.write())), wanted);
    }),
    { numRuns: 300 },
  );
  t.pass();
});

test('mutated texts are accepted exactly where JSON.parse accepts them', (t) => {
  const tokens = fc.constantFrom(
    '"',
    '\\',
    '{',
    '}',
    '[',
    ']',
    ',',
    ':',
    '0',
    '-',
    '.',
    'e',
    '+',
    ' ',
    '\n',
    '\0',
    '\x1f',
    'u',
    'true',
    'null',
    '\ufeff',
    'é',
  );
  fc.assert(
    fc.property(spaced, fc.nat(), fc.nat(3), tokens, (text, place, cut, token) => {
      const at = place % (text.length + 1);
      const mutated = bytesOf(text.slice(0, at) + token + text.slice(at + cut));
      fc.pre(isUtf8(mutated) && !/\\ud[89a-f]/i.test(textOf(mutated)));
      let wanted = 'accepted';
      try {
        JSON.parse(textOf(mutated));
      } catch {
        wanted = 'malformed';
      }
      t.is(answer(mutated), wanted, JSON.stringify(textOf(mutated)));
    }),
    { numRuns: 1500 },
  );
});

test('names and texts are decoded, literals and repeated members kept', (t) => {
  const { root } = readJson(
    bytesOf('{"\\u0073sid":"caf\\u00e9 \\ud83d\\ude00 \\n\\/é","n":1.0e+2,"n":12345678901234567890}'),
    LIMITS,
  );
  t.deepEqual(
    root.children!.map((child) => [child.name, child.text]),
    [
      ['ssid', 'café 😀 \n/é'],
      ['n', '1.0e+2'],
      ['n', '12345678901234567890'],
    ],
  );
});

test('lone surrogates, a byte order mark, bad UTF-8 and trailing bytes are malformed', (t) => {
  const lone = ['"\\ud800"', '"\\udc00x"', '"\\ud800\\u0041"', '"\\ud800\\ud800"', '{"a\\ud800":1}'].map(bytesOf);
  const others = [
    bytesOf('\ufeff{}'),
    Buffer.from('"\xc1\xb3"', 'latin1'),
    bytesOf('{}\0'),
    bytesOf('{"a":1}{"b":2}'),
    bytesOf(''),
    bytesOf(' '),
  ];
  for (const bytes of [...lone, ...others]) t.is(answer(bytes), 'malformed');
});

test('every cut of a text is malformed, and the error names only an offset', (t) => {
  const text = '{"secret\\u0041":[-1.5e3,"geheim é",true,null,{}]}';
  for (let i = 0; i < text.length; i++) t.is(answer(bytesOf(text.slice(0, i))), 'malformed', String(i));
  const fault = t.throws(() => readJson(bytesOf('{"geheim":"wert",}'), LIMITS), { instanceOf: HubError });
  t.is(fault.where, 'byte 17');
});

test('depth and the number of nodes are bounded, and depth counts on from outer layers', (t) => {
  const nested = (depth: number): Uint8Array => bytesOf('['.repeat(depth) + ']'.repeat(depth));
  t.is(answer(nested(64)), 'accepted');
  t.is(answer(nested(65)), 'too_deep');
  t.is(answer(nested(1)), 'accepted');
  t.is(answer(nested(4), LIMITS, 61), 'too_deep');
  t.is(answer(nested(100_000), { ...LIMITS, depth: 1e9 }), 'too_deep');
  t.is(answer(bytesOf('[1,2,3]'), { ...LIMITS, nodes: 4 }), 'accepted');
  t.is(answer(bytesOf('[1,2,3]'), { ...LIMITS, nodes: 3 }), 'too_many_fields');
});

test('edits are written as JSON: dropped, blanked, replaced, renamed', (t) => {
  const text = '{ "a": {"x": 1, "y": [1, "b"]}, "b": true, "c": "v" }';
  const at = (root: Node, ...path: number[]): Node => path.reduce((node, index) => node.children![index]!, root);
  t.is(
    edit(text, (root) => (at(root, 0).edit = drop)),
    '{ "b": true, "c": "v" }',
  );
  t.is(
    edit(text, (root) => (at(root, 1).edit = drop)),
    '{ "a": {"x": 1, "y": [1, "b"]}, "c": "v" }',
  );
  t.is(
    edit(text, (root) => (at(root, 2).edit = drop)),
    '{ "a": {"x": 1, "y": [1, "b"]}, "b": true }',
  );
  t.is(
    edit(text, (root) => all(root, drop)),
    '{  }',
  );
  t.is(
    edit(text, (root) => all(root, blank)),
    '{ "a": {}, "b": false, "c": "" }',
  );
  t.is(
    edit(text, (root) => (at(root, 0, 1, 1).edit = drop)),
    '{ "a": {"x": 1, "y": [1, ""]}, "b": true, "c": "v" }',
  );
  t.is(
    edit(text, (root) => (at(root, 0, 0).edit = { kind: 'text', text: '-2.50' })),
    text.replace('1,', '-2.50,'),
  );
  t.is(
    edit(text, (root) => (at(root, 2).edit = { kind: 'text', text: 'a"\\\n я' })),
    text.replace('"v"', '"a\\"\\\\\\n я"'),
  );
  t.is(
    edit(text, (root) => (at(root, 1).rename = 'ключ"')),
    text.replace('"b":', '"ключ\\"":'),
  );
  t.is(
    edit('"x"', (root) => (root.edit = drop)),
    '""',
  );
});

test('an edit that JSON cannot express is an error, never the original', (t) => {
  const cases: [string, Edit][] = [
    ['1', { kind: 'text', text: '01' }],
    ['1', { kind: 'text', text: 'NaN' }],
    ['true', { kind: 'text', text: 'x' }],
    ['{}', { kind: 'text', text: 'x' }],
    ['""', { kind: 'bytes', bytes: new Uint8Array(1) }],
  ];
  for (const [text, wrong] of cases) t.throws(() => edit(text, (root) => (root.edit = wrong)), { instanceOf: HubError });
});
