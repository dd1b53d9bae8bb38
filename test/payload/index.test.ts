import test from 'ava';
import { HubError } from '#src/errors.js';
import { readBody } from '#src/payload/index.js';
import { readNdjson } from '#src/payload/ndjson.js';
import { binaryOf, bytesOf, codeOf, LIMITS, textOf, written } from './support.js';

const formatOf = (text: string, type?: string): string => {
  let format = 'none';
  const code = codeOf(() => (format = readBody(binaryOf(text), type, LIMITS)?.format ?? 'empty'));
  return code === 'accepted' ? format : code;
};

test('a body is told by its looks; its label comes second', (t) => {
  const cases: [string, string | undefined, string][] = [
    ['{"a":1}', 'text/plain', 'json'],
    ['{"a":1}', 'image/png', 'json'],
    ['{"a":1}', undefined, 'json'],
    [' \r\n[1]', 'application/x-www-form-urlencoded', 'json'],
    ['"x"', undefined, 'json'],
    ['42', 'text/plain', 'json'],
    ['{"a":1}\n{"b":2}\r\n\n', 'application/json', 'ndjson'],
    ['a=1&b=2', undefined, 'form'],
    ['a=1&b=2', 'text/plain', 'form'],
    ['a=1', 'application/x-www-form-urlencoded; charset=UTF-8', 'form'],
    ['data={"a":1}&x=<y>', 'application/x-www-form-urlencoded', 'form'],
    ['-- hello, all --', 'text/plain', 'text'],
    ['21.5 degrees', 'text/plain; charset=utf-8', 'text'],
    ['', 'application/json', 'empty'],
  ];
  for (const [text, type, wanted] of cases) t.is(formatOf(text, type), wanted, `${text} as ${type}`);
});

test('what is labelled JSON or begins like it is JSON or malformed, never text', (t) => {
  for (const text of ['{"a":1/*x*/}', '{"a":1}{"b":2}', "{'a':1}", '[1,]', '{"a":NaN}', '{"a":1}\nx'])
    t.is(formatOf(text, 'text/plain'), 'malformed', text);
  for (const type of ['application/json', 'text/json', 'application/vnd.x+json; v=1', 'application/x-ndjson'])
    t.is(formatOf('hello', type), 'malformed', type);
});

test('what no format is sure of is refused, naming no more than a known label', (t) => {
  t.is(formatOf('\x01\x02', 'application/octet-stream'), 'unreadable_format');
  t.is(formatOf('hello there', 'image/png'), 'unreadable_format');
  t.is(formatOf('5f4dcc3b5aa765d61d8327deb882cf99', undefined), 'unreadable_format'); // a cipher, for all anybody knows
  t.is(formatOf('3Zk9+q/TtT1Bv0yZ8xN2Wg==', 'application/octet-stream'), 'unreadable_format');
  t.is(formatOf('a\0b', 'text/plain'), 'unreadable_format');
  const where = (type: string): string =>
    t.throws(() => readBody(binaryOf('\x01'), type, LIMITS), { instanceOf: HubError }).where;
  t.is(where('Application/Octet-Stream; x=geheim'), 'application/octet-stream');
  t.is(where('application/geheim'), '');
});

test('words and numbers without a label that says anything are a text', (t) => {
  for (const label of [undefined, '', '*/*', 'application/octet-stream'])
    for (const text of ['online', 'hello there', 'temp=21.5', 'fw 1.2.07 ok, temp 21.5 C', 'grün'])
      t.is(formatOf(Buffer.from(text).toString('latin1'), label), 'text', text);
});

test('a body that is not in the character set it is called is refused; UTF-8 is what it is whatever it is called', (t) => {
  t.is(formatOf('{"a":1}', 'application/json; charset=utf-16le'), 'unreadable_charset');
  t.is(formatOf('{"a":1}', 'application/json; charset=utf-7'), 'unreadable_charset');
  t.is(formatOf('caf\xc3\xa9', 'text/plain; charset=iso-8859-1'), 'text');
  t.is(formatOf('coffee', 'text/plain; charset="ISO-8859-1"'), 'text');
});

test('limits hold whatever the format', (t) => {
  t.is(
    codeOf(() => readBody(bytesOf('[[1]]'), undefined, { ...LIMITS, depth: 1 })),
    'too_deep',
  );
  t.is(
    codeOf(() => readBody(bytesOf('[1]\n[[2]]'), undefined, { ...LIMITS, depth: 2 })),
    'too_deep',
  );
  t.is(
    codeOf(() => readBody(bytesOf('1\n2\n3'), undefined, { ...LIMITS, nodes: 3 })),
    'too_many_fields',
  );
  t.is(
    codeOf(() => readBody(bytesOf('[1]'), undefined, { ...LIMITS, bodyBytes: 2 })),
    'too_large',
  );
});

test('JSON Lines are one array; line ends and blank lines stay', (t) => {
  const bytes = bytesOf('\n{"a":1,"b":"é"}\r\n \r\n{"a":2,"b":3}\n"x"');
  const document = readNdjson(bytes, LIMITS);
  t.is(document.write(), bytes);
  t.is(document.root.children!.length, 3);
  const out = written(readNdjson(bytes, LIMITS), (lines) => {
    lines[0]!.children![0]!.edit = { kind: 'drop' };
    lines[1]!.children![1]!.edit = { kind: 'drop' };
    lines[2]!.edit = { kind: 'blank' };
  });
  t.is(out, '\n{"b":"é"}\r\n \r\n{"a":2}\n""');
});

test('a value does not run over a line end', (t) => {
  for (const text of ['{"a":\n1}', '[1\n]', 'tr\nue', '1 2\n3', '"a\nb"'])
    t.is(
      codeOf(() => readNdjson(bytesOf(text), LIMITS)),
      'malformed',
      text,
    );
  t.is(textOf(readNdjson(bytesOf('true\nnull'), LIMITS).write()), 'true\nnull');
});

test('a JSON text sequence is read with or without its label, texts of several lines too, and written back the same', (t) => {
  const bytes = Buffer.from('\x1e{"ssid":\n"a","on":true}\n\x1e[1]\n\x1e"x"');
  for (const label of ['application/json-seq', 'application/geo+json-seq', undefined]) {
    const { format, document } = readBody(bytes, label, LIMITS)!;
    t.is(format, 'ndjson');
    t.deepEqual(
      document.root.children!.map(({ kind }) => kind),
      ['object', 'array', 'string'],
    );
    t.deepEqual(Buffer.from(document.write()), bytes);
    document.root.children![0]!.children![0]!.edit = { kind: 'drop' };
    t.is(Buffer.from(document.write()).toString(), '\x1e{"on":true}\n\x1e[1]\n\x1e"x"');
  }
  for (const text of ['\x1e{"a":1}{"b":2}', '\x1e{"a":', '\x1e{"a":1}\n{"b":2}'])
    t.throws(() => readBody(Buffer.from(text), 'application/json-seq', LIMITS), { code: 'malformed' }, text);
});

test('words without a label are a text; what only a mark makes UTF-16, and what may be a cipher or a key, is refused', (t) => {
  for (const label of [undefined, 'application/octet-stream'])
    t.is(readBody(Buffer.from('hello from the kitchen'), label, LIMITS)!.format, 'text');
  for (const bytes of [
    Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from('a secret in ASCII!')]),
    Buffer.from('c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0'),
  ])
    t.throws(() => readBody(bytes, undefined, LIMITS), { code: 'unreadable_format' });
});
