import test from 'ava';
import fc from 'fast-check';
import {
  compileProfile,
  compileSelectors,
  formatPath,
  matchPath,
  parseSelector,
  type Segment,
} from '#src/recognize/field-map/field-map.js';
import { formatSelector } from '#src/recognize/field-map/json-path.js';

function matches(selector: string, path: readonly Segment[]): boolean {
  return matchPath(compileSelectors([{ path: selector, value: true }]), path).length === 1;
}

const MATCHES: readonly [selector: string, path: Segment[], want: boolean][] = [
  ['$', [], true],
  ['$.a', ['a'], true],
  ['$.a', [], false],
  ['$.a', ['a', 'b'], false],
  ['$.a', ['A'], false],
  ["$['a'].b", ['a', 'b'], true],
  ['$["sta ssid"]', ['sta ssid'], true],
  ["$['it\\'s']", ["it's"], true],
  ['$["\\u00e9\\uD83D\\uDE00\\n"]', ['é😀\n'], true],
  ['$.ﬁ', ['fi'], true],
  ['$.fi', ['ﬁ'], true],
  ['$.имя', ['имя'], true],
  ['$.a[0]', ['a', 0], true],
  ['$.a[0]', ['a', '0'], false],
  ["$.a['0']", ['a', 0], false],
  ['$.a[*].b', ['a', 3, 'b'], true],
  ['$.a.*', ['a', 'x'], true],
  ['$.a.*', ['a'], false],
  ['$..ssid', ['ssid'], true],
  ['$..ssid', ['a', 0, 'b', 'ssid'], true],
  ['$..ssid', ['ssid', 'x'], false],
  ['$.a..b.c', ['a', 'x', 'b', 'c'], true],
  ['$.a..b.c', ['b', 'c'], false],
  ['$..a..b', ['x', 'a', 'a', 'y', 'b'], true],
  ['$..*', [], false],
  ['$..[0]', ['a', 'b', 0], true],
  ["$['a', 'b'] [ 1,2 ]", ['b', 2], true],
  ["$['a','b'][1,2]", ['b', 3], false],
  ["$['payload']::base64::gzip::$['ssid']", ['payload', 'ssid'], true],
];

for (const [selector, path, want] of MATCHES) {
  test(`${selector} ${want ? 'names' : 'does not name'} ${formatPath(path)}`, (t) => {
    t.is(matches(selector, path), want);
  });
}

const FAULTS: readonly [selector: string, column: number, message: RegExp][] = [
  ['', 1, /begins with/],
  ['a.b', 1, /begins with/],
  ['$.a[?@.b]', 5, /filters/],
  ['$.a[0:2]', 6, /slices/],
  ['$.a[:2]', 5, /slices/],
  ['$.a[-1]', 5, /from the end/],
  ['$.a[-0]', 5, /not a valid index/],
  ['$.a[01]', 5, /not a valid index/],
  ['$.a[9007199254740992]', 5, /not a valid index/],
  ['$.a[]', 5, /expected a quoted name/],
  ['$.a[b]', 5, /expected a quoted name/],
  ["$['a", 3, /does not end/],
  ["$['a'", 6, /expected `\]`/],
  ["$['\\x']", 4, /unknown escape/],
  ['$["\\\'"]', 4, /unknown escape/],
  ["$['\\ud800']", 4, /half of a surrogate/],
  ["$['a\tb']", 5, /control characters/],
  ['$.', 3, /expected a name/],
  ['$.1', 3, /expected a name/],
  ['$.a-b', 4, /expected `\.name`/],
  ['$...a', 4, /expected a name/],
  ['$.a ', 4, /blanks after/],
  ['$.a::$', 4, /a layer/],
  [`$${"['a','b']".repeat(9)}`, 74, /alternatives/],
];

for (const [selector, column, message] of FAULTS) {
  test(`a fault at column ${column}: ${JSON.stringify(selector.slice(0, 30))}`, (t) => {
    const parsed = parseSelector(selector);
    if (parsed.ok) return t.fail('it was taken');
    t.is(parsed.column, column);
    t.regex(parsed.message, message);
  });
}

test('normalized paths are written by RFC 9535 section 2.7', (t) => {
  t.is(formatPath([]), '$');
  t.is(formatPath(['a', 0, 'it\'s \\ \n\u000b\u001f\u007f"é']), `$['a'][0]['it\\'s \\\\ \\n\\u000b\\u001f\u007f"é']`);
});

test('every normalized path is a selector that names exactly that path', (t) => {
  const segment = fc.oneof(
    fc.string({ unit: 'grapheme' }).map((s) => s.normalize('NFKC')),
    fc.nat(),
  );
  fc.assert(
    fc.property(fc.array(segment, { maxLength: 5 }), fc.array(segment, { maxLength: 5 }), (path, other) => {
      t.true(matches(formatPath(path), path));
      t.is(matches(formatPath(path), other), formatPath(path) === formatPath(other));
    }),
  );
});

test('a descendant names what ends in it, at every depth', (t) => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom<Segment>('a', 'b', 0), { maxLength: 6 }), (path) => {
      t.is(matches('$..a', path), path.at(-1) === 'a');
      t.is(matches('$..a..b', path), path.at(-1) === 'b' && path.indexOf('a') >= 0 && path.indexOf('a') < path.length - 1);
    }),
  );
});

test('of several rules the most specific comes first, equal ones in the order of the rules', (t) => {
  const paths = ['$..name', '$.*.name', '$.wifi.name', '$.wifi.*', "$['wifi'].name"];
  const matcher = compileSelectors(paths.map((path) => ({ path, value: path })));
  t.deepEqual(matchPath(matcher, ['wifi', 'name']), ['$.wifi.name', "$['wifi'].name", '$.*.name', '$.wifi.*', '$..name']);
});

test('a state can be kept and walked on from twice', (t) => {
  const matcher = compileSelectors([
    { path: '$.a.b', value: 1 },
    { path: '$.a.c', value: 2 },
  ]);
  const a = matcher.step(matcher.start(), 'a');
  t.deepEqual(matcher.matched(matcher.step(a, 'b')), [1]);
  t.deepEqual(matcher.matched(matcher.step(a, 'c')), [2]);
  t.deepEqual(matcher.matched(a), []);
});

test('names of object prototypes are ordinary names', (t) => {
  t.true(matches('$.constructor.__proto__', ['constructor', '__proto__']));
  t.false(matches('$.a', ['__proto__']));
});

test('a field map has one matcher for each place', (t) => {
  const rule = { path: '$.mac', category: 'device_mac', source: 'x:1' } as const;
  const profile = compileProfile([
    { ...rule, in: 'body' },
    { ...rule, in: 'query' },
  ]);
  t.deepEqual([...profile.keys()], ['body', 'query']);
  t.is(matchPath(profile.get('query')!, ['mac'])[0]?.in, 'query');
});

test('selectors that mean the same have one spelling', (t) => {
  const spelling = (text: string) => {
    const parsed = parseSelector(text);
    return parsed.ok ? formatSelector(parsed.steps) : '';
  };
  t.is(spelling('$.a[ * ]..b'), "$['a'][*]..['b']");
  t.is(spelling('$["a"].*..["b"]'), "$['a'][*]..['b']");
});
