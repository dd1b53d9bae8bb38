import test from 'ava';
import fc from 'fast-check';
import type { Document, Edit, Node } from '#src/model.js';
import { readBody } from '#src/payload/index.js';
import { readProtobuf } from '#src/payload/protobuf.js';
import { codeOf, LIMITS } from './support.js';

const hex = (text: string): Buffer => Buffer.from(text.replaceAll(' ', ''), 'hex');
const toHex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const read = (text: string): Document => readProtobuf(hex(text), LIMITS);

function plain(node: Node): unknown {
  if (node.kind === 'object') return node.children!.map((child) => [child.name, plain(child)]);
  return node.kind === 'array' ? node.children!.map(plain) : `${node.kind}:${node.text}`;
}

/** An encoder of its own, from the specification. */
const varint = (value: bigint): number[] =>
  value > 127n ? [Number(value & 127n) | 128, ...varint(value >> 7n)] : [Number(value)];
const tag = (number: number, wire: number): number[] => varint(BigInt(number * 8 + wire));
const long = (bytes: readonly number[]): number[] => [...varint(BigInt(bytes.length)), ...bytes];
const str = (text: string): number[] => [...Buffer.from(text, 'utf8')];
const f64 = (value: number): number[] => [...Buffer.from(new Float64Array([value]).buffer)];
const f32 = (value: number): number[] => [...Buffer.from(new Float32Array([value]).buffer)];

test('without a schema, names are numbers and values what they look like', (t) => {
  const bytes = Buffer.from([
    ...tag(1, 0),
    ...varint(150n),
    ...tag(2, 2),
    ...long(str('testing')),
    ...tag(3, 2),
    ...long([...tag(1, 0), 150, 1, ...tag(6, 2), ...long(str('550e8400-e29b-41d4-a716-446655440000'))]),
    ...tag(4, 1),
    ...f64(55.751244),
    ...tag(5, 5),
    ...f32(37.618423),
    ...tag(6, 5),
    5,
    0,
    0,
    0,
    ...tag(7, 1),
    ...Buffer.from('00e40b5402000000', 'hex'),
    ...tag(8, 2),
    ...long([0xf4, 0xcf, 0xa2, 0x77, 0x88, 0x99]),
    ...tag(9, 2),
    ...long([]),
    ...tag(1, 0),
    ...varint(2n ** 64n - 1n),
    ...tag(10, 2),
    ...long(str('Ethan')),
    ...tag(11, 2),
    ...long(tag(6, 2).concat(long(str('550e8400-e29b-41d4-a716-446655440000')))),
  ]);
  const document = readProtobuf(bytes, LIMITS);
  t.deepEqual(plain(document.root), [
    ['1', 'number:150'],
    ['2', 'string:testing'],
    [
      '3',
      [
        ['1', 'number:150'],
        ['6', 'string:550e8400-e29b-41d4-a716-446655440000'],
      ],
    ],
    ['4', 'number:55.751244'],
    ['5', 'number:37.618423'],
    ['6', 'number:5'],
    ['7', 'number:10000000000'],
    ['8', 'bytes:f4cfa2778899'],
    ['9', 'string:'],
    ['1', 'number:-1'],
    ['10', 'string:Ethan'],
    ['11', [['6', 'string:550e8400-e29b-41d4-a716-446655440000']]],
  ]);
  t.is(document.write(), bytes);
});

test('edits keep the type on the wire and correct the lengths around them', (t) => {
  const inner = [...tag(1, 0), 1, ...tag(2, 2), ...long(str('Home'))];
  const bytes = Buffer.from([
    ...tag(3, 2),
    ...long([...tag(1, 0), 1, ...tag(4, 2), ...long(inner)]),
    ...tag(4, 1),
    ...f64(55.7512),
    ...tag(8, 2),
    ...long([255, 1]),
  ]);
  const document = readProtobuf(bytes, LIMITS);
  const [outer, number, raw] = document.root.children!;
  outer!.children![1]!.children![1]!.edit = { kind: 'text', text: 'x'.repeat(130) };
  outer!.children![1]!.children![0]!.edit = { kind: 'text', text: '-1' };
  number!.edit = { kind: 'text', text: '55.8' };
  raw!.edit = { kind: 'text', text: 'c0ffee' };
  const changed = [...tag(1, 0), ...varint(2n ** 64n - 1n), ...tag(2, 2), ...long(str('x'.repeat(130)))];
  t.is(
    toHex(document.write()),
    toHex(
      Buffer.from([
        ...tag(3, 2),
        ...long([...tag(1, 0), 1, ...tag(4, 2), ...long(changed)]),
        ...tag(4, 1),
        ...f64(55.8),
        ...tag(8, 2),
        ...long([0xc0, 0xff, 0xee]),
      ]),
    ),
  );
  const other = readProtobuf(bytes, LIMITS);
  other.root.children![0]!.edit = { kind: 'blank' };
  other.root.children![1]!.edit = { kind: 'blank' };
  other.root.children![2]!.edit = { kind: 'drop' };
  t.is(toHex(other.write()), toHex(Buffer.from([...tag(3, 2), 0, ...tag(4, 1), ...f64(0)])));
});

test('what is not made of fields is malformed; nesting and number are bounded', (t) => {
  for (const text of ['08', '0a05 61', '00 01', '0e', '0d 010203', '09 01', 'ffffffffff7f01', '08 ffffffffffffffffffff01'])
    t.is(
      codeOf(() => read(text)),
      'malformed',
      text,
    );
  let nested: number[] = [8, 1];
  for (let i = 0; i < 70; i++) nested = [...tag(1, 0), 1, ...tag(2, 2), ...long(nested)];
  t.is(
    codeOf(() => readProtobuf(Buffer.from(nested), LIMITS)),
    'too_deep',
  );
  t.is(
    codeOf(() => readProtobuf(Buffer.alloc(200_000, hex('0801')), LIMITS)),
    'too_many_fields',
  );
});

test('protobuf is read by its label; gRPC by its frames', (t) => {
  const message = hex('0801 1204 486f6d65');
  for (const type of ['application/x-protobuf', 'application/protobuf', 'application/vnd.google.protobuf'])
    t.is(readBody(message, type, LIMITS)!.format, 'protobuf');
  t.is(
    codeOf(() => readBody(message, undefined, LIMITS)),
    'unreadable_format',
  );
  const frames = Buffer.concat([hex('00 00000008'), message, hex('00 00000002 0802')]);
  const { document } = readBody(frames, 'application/grpc', LIMITS)!;
  t.deepEqual(plain(document.root), [
    [
      ['1', 'number:1'],
      ['2', 'string:Home'],
    ],
    [['1', 'number:2']],
  ]);
  t.is(document.write(), frames);
  document.root.children![0]!.children![1]!.edit = { kind: 'drop' };
  t.is(toHex(document.write()), '000000000208010000000002' + '0802');
  t.is(
    codeOf(() => readBody(hex('01 00000002 0802'), 'application/grpc', LIMITS)),
    'unknown_coding',
  );
  t.is(
    codeOf(() => readBody(hex('00 00000003 0802'), 'application/grpc+proto', LIMITS)),
    'malformed',
  );
});

/** A field of a random message, with its edit. */
interface Field {
  readonly number: number;
  readonly edit: 'none' | 'drop' | 'blank';
  readonly value: bigint | number | string | Uint8Array | readonly Field[];
}
const field = fc.letrec<{ field: Field }>((tie) => ({
  field: fc.record({
    number: fc.integer({ min: 1, max: 5000 }),
    edit: fc.oneof({ weight: 5, arbitrary: fc.constant('none' as const) }, fc.constantFrom('drop' as const, 'blank' as const)),
    value: fc.oneof(
      { maxDepth: 4 },
      fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
      fc.double({ noNaN: true }),
      fc.string().map((text) => `T${text}`), // T is no tag of a field
      fc.uint8Array({ maxLength: 200 }).map((bytes) => Uint8Array.from([255, 255, 255, 255, 255, 255, ...bytes])), // nor is this
      fc.array(tie('field'), { maxLength: 8 }),
    ),
  }),
})).field;
const messages = fc.array(field, { maxLength: 12 });

/** `edits`: with them carried out. A nested message begins with a field that makes it one for sure. */
function encode(fields: readonly Field[], edits: boolean): number[] {
  return fields.flatMap(({ number, edit, value }) => {
    if (edits && edit === 'drop') return [];
    const blank = edits && edit === 'blank';
    if (typeof value === 'bigint') return [...tag(number, 0), ...varint(blank ? 0n : value)];
    if (typeof value === 'number') return [...tag(number, 1), ...f64(blank ? 0 : value)];
    if (blank) return [...tag(number, 2), 0];
    if (typeof value === 'string') return [...tag(number, 2), ...long(str(value))];
    return [
      ...tag(number, 2),
      ...long(value instanceof Uint8Array ? [...value] : [8, 1, ...encode(value as readonly Field[], edits)]),
    ];
  });
}
function applyEdits(nodes: readonly Node[], fields: readonly Field[]): void {
  for (const [i, { edit, value }] of fields.entries()) {
    if (edit !== 'none') nodes[i]!.edit = { kind: edit } satisfies Edit;
    else if (Array.isArray(value)) applyEdits(nodes[i]!.children!.slice(1), value);
  }
}

test('any message goes back byte for byte, and with any edits is what an encoder makes of the rest', (t) => {
  fc.assert(
    fc.property(messages, (fields) => {
      const bytes = Buffer.from(encode(fields, false));
      const document = readProtobuf(bytes, LIMITS);
      t.is(document.write(), bytes);
      applyEdits(document.root.children!, fields);
      t.is(toHex(document.write()), toHex(Buffer.from(encode(fields, true))));
    }),
    { numRuns: 300 },
  );
});

test('a damaged message is read or refused, never a crash', (t) => {
  fc.assert(
    fc.property(messages, fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 4 }), (fields, hits) => {
      const bytes = Buffer.from([8, 1, ...encode(fields, false)]);
      for (const [at, value] of hits) bytes[at % bytes.length] = value;
      t.not(
        codeOf(() => readProtobuf(bytes, LIMITS).write()),
        'crash',
      );
      t.not(
        codeOf(() => readBody(bytes, undefined, LIMITS)),
        'crash',
      );
    }),
    { numRuns: 500 },
  );
});

test('Sparkplug B: metrics have names and values, property sets their keys, data sets their rows', (t) => {
  const metric = (name: string, ...rest: number[]): number[] => [
    ...tag(2, 2),
    ...long([...tag(1, 2), ...long(str(name)), ...tag(4, 0), 12, ...rest]),
  ];
  const property = (text: string): number[] => long([...tag(1, 0), 12, ...tag(8, 2), ...long(str(text))]);
  const properties = [
    ...tag(1, 2),
    ...long(str('ssid')),
    ...tag(1, 2),
    ...long(str('mode')),
    ...tag(2, 2),
    ...property('Home'),
    ...tag(2, 2),
    ...property('eco'),
  ];
  const cell = (text: string): number[] => [...tag(1, 2), ...long([...tag(6, 2), ...long(str(text))])];
  const rows = [
    ...tag(1, 0),
    2,
    ...tag(2, 2),
    ...long(str('ssid')),
    ...tag(2, 2),
    ...long(str('mode')),
    ...tag(4, 2),
    ...long([...cell('Home'), ...cell('eco')]),
  ];
  const time = [...tag(1, 0), ...varint(1_700_000_000_000n)];
  const payload = (first: number[], props: number[], table: number[]): number[] => [
    ...time,
    ...first,
    ...metric('temp', ...tag(13, 1), ...f64(21.5), ...tag(9, 2), ...long(props)),
    ...metric('on', ...tag(14, 0), 1),
    ...metric('table', ...tag(17, 2), ...long(table)),
    ...tag(3, 0),
    7,
  ];
  const bytes = Buffer.from(payload(metric('wifi/ssid', ...tag(15, 2), ...long(str('Home'))), properties, rows));
  const { document, format } = readBody(bytes, undefined, LIMITS)!;
  t.is(format, 'sparkplug');
  t.is(document.write(), bytes);
  const type = ['datatype', 'number:12'];
  t.deepEqual(plain(document.root), [
    ['timestamp', 'number:1700000000000'],
    [
      'metrics',
      [
        [['name', 'string:wifi/ssid'], type, ['value', 'string:Home']],
        [
          ['name', 'string:temp'],
          type,
          ['value', 'number:21.5'],
          [
            'properties',
            [
              [
                'ssid',
                [
                  ['type', 'number:12'],
                  ['value', 'string:Home'],
                ],
              ],
              [
                'mode',
                [
                  ['type', 'number:12'],
                  ['value', 'string:eco'],
                ],
              ],
            ],
          ],
        ],
        [['name', 'string:on'], type, ['value', 'boolean:true']],
        [
          ['name', 'string:table'],
          type,
          [
            'value',
            [
              ['num_of_columns', 'number:2'],
              ['columns', ['string:ssid', 'string:mode']],
              ['rows', [['string:Home', 'string:eco']]],
            ],
          ],
        ],
      ],
    ],
    ['seq', 'number:7'],
  ]);
  const metrics = document.root.children![1]!.children!;
  metrics[0]!.children![2]!.edit = { kind: 'drop' };
  const set = metrics[1]!.children![3]!.children!;
  set[0]!.edit = { kind: 'drop' };
  set[1]!.rename = 'm';
  metrics[3]!.children![2]!.children![2]!.children![0]!.children![0]!.edit = { kind: 'blank' };
  const leftSet = [...tag(1, 2), ...long(str('m')), ...tag(2, 2), ...property('eco')];
  const leftRows = [...rows.slice(0, 14), ...tag(4, 2), ...long([...cell(''), ...cell('eco')])];
  t.is(toHex(document.write()), toHex(Buffer.from(payload(metric('wifi/ssid'), leftSet, leftRows))));
  document.root.children![1]!.edit = { kind: 'drop' };
  t.is(toHex(document.write()), toHex(Buffer.from([...time, ...tag(3, 0), 7])));
});

test('groups are nested messages: read, and written with their closing tag', (t) => {
  const group = (number: number, inner: readonly number[]): number[] => [...tag(number, 3), ...inner, ...tag(number, 4)];
  const inner = [...tag(1, 2), ...long(str('Quiet Harbour 7')), ...tag(2, 0), 1];
  const bytes = Buffer.from([...tag(1, 0), 7, ...group(300, [...inner, ...group(5, [...tag(9, 0), 3])]), ...tag(4, 0), 1]);
  const document = readProtobuf(bytes, LIMITS);
  t.deepEqual(plain(document.root), [
    ['1', 'number:7'],
    [
      '300',
      [
        ['1', 'string:Quiet Harbour 7'],
        ['2', 'number:1'],
        ['5', [['9', 'number:3']]],
      ],
    ],
    ['4', 'number:1'],
  ]);
  t.is(document.write(), bytes);
  const outer = document.root.children![1]!;
  outer.children![0]!.edit = { kind: 'drop' };
  outer.children![2]!.children![0]!.edit = { kind: 'text', text: '300' };
  const rest = group(300, [...tag(2, 0), 1, ...group(5, [...tag(9, 0), ...varint(300n)])]);
  t.is(toHex(document.write()), toHex(Buffer.from([...tag(1, 0), 7, ...rest, ...tag(4, 0), 1])));
  outer.edit = { kind: 'blank' };
  t.is(toHex(document.write()), toHex(Buffer.from([...tag(1, 0), 7, ...group(300, []), ...tag(4, 0), 1])));
  outer.edit = { kind: 'drop' };
  t.is(toHex(document.write()), toHex(Buffer.from([...tag(1, 0), 7, ...tag(4, 0), 1])));
});

test('a group that is not closed, or closed by another number, is malformed; too many inside each other too', (t) => {
  for (const text of ['0b', '0b0801', '0b08010c0c', '0b080114', '0c', '0b130c14'])
    t.is(
      codeOf(() => read(text)),
      'malformed',
      text,
    );
  const code = codeOf(() => read('0b'.repeat(100_000) + '0c'.repeat(100_000)));
  t.true(code === 'malformed' || code === 'too_deep', code);
});
