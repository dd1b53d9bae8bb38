import test from 'ava';
import type { Document } from '#src/model.js';
import { readBody } from '#src/payload/index.js';
import { readMessagePack } from '#src/payload/msgpack.js';
import { hex, testTrees, to, toHex, writerOf } from './binary-format.js';
import { bare, type Tree, type Value } from './binary-trees.js';
import { codeOf, LIMITS } from './support.js';

const read = (text: string): Document => readMessagePack(hex(text), LIMITS);
const written = writerOf((bytes) => readMessagePack(bytes, LIMITS));

const number = (value: bigint, width: number): Buffer =>
  Buffer.from(
    BigInt.asUintN(width * 8, value)
      .toString(16)
      .padStart(width * 2, '0'),
    'hex',
  );

/** An encoder of its own: `wide` gives longer forms. */
function encode({ value, wide }: Tree): Buffer {
  switch (value.kind) {
    case 'map': {
      const content = Buffer.concat(value.entries.flatMap(([n, v]) => [encode(bare({ kind: 'text', text: n })), encode(v)]));
      return Buffer.concat([opening(value.entries.length, wide, 15, 0x80, [0, 0xde, 0xdf]), content]);
    }
    case 'array':
      return Buffer.concat([opening(value.items.length, wide, 15, 0x90, [0, 0xdc, 0xdd]), ...value.items.map(encode)]);
    case 'text': {
      const bytes = Buffer.from(value.text, 'utf8');
      return Buffer.concat([opening(bytes.length, wide, 31, 0xa0, [0xd9, 0xda, 0xdb]), bytes]);
    }
    case 'bytes': {
      const bytes = Buffer.from(value.hex, 'hex');
      return Buffer.concat([opening(bytes.length, wide, -1, 0, [0xc4, 0xc5, 0xc6]), bytes]);
    }
    case 'int':
      return integer(value.int, wide);
    case 'float': {
      const out = Buffer.alloc(9, 0xcb);
      out.writeDoubleBE(value.float, 1);
      return out;
    }
    case 'bool':
      return Buffer.from([value.bool ? 0xc3 : 0xc2]);
    case 'null':
      return Buffer.from([0xc0]);
    default:
      return value satisfies never;
  }
}
function opening(count: number, wide: number, most: number, short: number, long: readonly number[]): Buffer {
  if (wide === 0 && count <= most) return Buffer.from([short | count]);
  const step = [0, 1, 2].find((i) => i >= wide - 1 && long[i] !== 0 && count < 256 ** (1 << i)) ?? 2;
  return Buffer.concat([Buffer.from([long[step]!]), number(BigInt(count), 1 << step)]);
}
function integer(int: bigint, wide: number): Buffer {
  if (wide === 0 && int >= -32n && int < 128n) return number(int, 1);
  const step = [0, 1, 2, 3].find((i) => {
    const bits = 8 << i;
    return i >= wide - 1 && (int < 0n ? BigInt.asIntN(bits, int) : BigInt.asUintN(bits, int)) === int;
  })!;
  return Buffer.concat([Buffer.from([(int < 0n ? 0xd0 : 0xcc) + step]), number(int, 1 << step)]);
}

/** A decoder of its own for what the writer may give. */
function decode(bytes: Buffer): Value {
  let at = 0;
  const take = (n: number): Buffer => bytes.subarray(at, (at += n));
  const size = (first: number, base: number): number => Number(BigInt(`0x${toHex(take(1 << (first - base)))}`));
  const list = (count: number): Value[] => Array.from({ length: count }, item);
  const map = (count: number): Value => ({
    kind: 'map',
    entries: list(2 * count).flatMap((one, i, all) =>
      i % 2 === 0 && one.kind === 'text' ? [[one.text, bare(all[i + 1]!)] as const] : [],
    ),
  });
  const array = (count: number): Value => ({ kind: 'array', items: list(count).map(bare) });
  const text = (length: number): Value => ({ kind: 'text', text: take(length).toString('utf8') });
  function item(): Value {
    const first = take(1)[0]!;
    if (first < 0x80) return { kind: 'int', int: BigInt(first) };
    if (first < 0x90) return map(first - 0x80);
    if (first < 0xa0) return array(first - 0x90);
    if (first < 0xc0) return text(first - 0xa0);
    if (first === 0xc0) return { kind: 'null' };
    if (first < 0xc4) return { kind: 'bool', bool: first === 0xc3 };
    if (first < 0xc7) return { kind: 'bytes', hex: toHex(take(size(first, 0xc4))) };
    if (first === 0xcb) return { kind: 'float', float: take(8).readDoubleBE() };
    if (first < 0xd0) return { kind: 'int', int: BigInt(`0x${toHex(take(1 << (first - 0xcc)))}`) };
    if (first < 0xd4) {
      const width = 1 << (first - 0xd0);
      return { kind: 'int', int: BigInt.asIntN(8 * width, BigInt(`0x${toHex(take(width))}`)) };
    }
    if (first < 0xdc) return text(size(first, 0xd9));
    if (first < 0xde) return array(size(first, 0xdb));
    return first < 0xe0 ? map(size(first, 0xdd)) : { kind: 'int', int: BigInt(first - 0x100) };
  }
  const value = item();
  if (at !== bytes.length) throw new Error('bytes left');
  return value;
}

test('each form reads as its text and goes back byte for byte', (t) => {
  const vectors: [string, string, string][] = [
    ['00', 'number', '0'],
    ['7f', 'number', '127'],
    ['e0', 'number', '-32'],
    ['ccff', 'number', '255'],
    ['cd0001', 'number', '1'],
    ['ce00010000', 'number', '65536'],
    ['cfffffffffffffffff', 'number', '18446744073709551615'],
    ['d0df', 'number', '-33'],
    ['d1ff7f', 'number', '-129'],
    ['d2ffff7fff', 'number', '-32769'],
    ['d38000000000000000', 'number', '-9223372036854775808'],
    ['ca425f0146', 'number', '55.751244'],
    ['cb3ff199999999999a', 'number', '1.1'],
    ['c0', 'null', 'null'],
    ['c2', 'boolean', 'false'],
    ['c3', 'boolean', 'true'],
    ['a3616263', 'string', 'abc'],
    ['d90161', 'string', 'a'],
    ['da000161', 'string', 'a'],
    ['db00000001 61', 'string', 'a'],
    ['c402ff01', 'bytes', 'ff01'],
    ['c50001ff', 'bytes', 'ff'],
    ['c600000001ff', 'bytes', 'ff'],
    ['d405aa', 'bytes', 'aa'],
    ['c703 05 aabbcc', 'bytes', 'aabbcc'],
    ['c80001 05 aa', 'bytes', 'aa'],
    ['c900000001 05 aa', 'bytes', 'aa'],
    ['d6ff 5a4af6a5', 'number', '1514862245'],
    ['d7ff a1dcd7c8 5a4af6a5', 'number', '1514862245.678901234'],
    ['c70cff 00000001 ffffffffffffffff', 'number', '-1'],
    ['d8ff 00000000000000000000000000000000', 'bytes', '0'.repeat(32)],
  ];
  for (const [text, kind, literal] of vectors) {
    const document = read(text);
    t.deepEqual([document.root.kind, document.root.text], [kind, literal], text);
    t.is(toHex(document.write()), text.replaceAll(' ', ''));
  }
});

test('keys of every kind have a name; duplicate keys are all kept', (t) => {
  const document = read('86 a161 01 a161 02 07 03 c406f4cfa2778899 04 c402ff01 05 c3 06');
  t.deepEqual(
    document.root.children!.map((c) => [c.name, c.text]),
    [
      ['a', '1'],
      ['a', '2'],
      ['7', '3'],
      ['f4:cf:a2:77:88:99', '4'],
      ['ff01', '5'],
      ['true', '6'],
    ],
  );
  document.root.children![0]!.edit = { kind: 'drop' };
  document.root.children![1]!.rename = 'é';
  document.root.children![3]!.rename = 'f4:cf:a2:00:00:01';
  t.is(toHex(document.write()), '85a2c3a9020703c406f4cfa200000104c402ff0105c306');
});

test('an edit keeps the form where it holds the new value', (t) => {
  t.is(written('00', to('127')), '7f');
  t.is(written('00', to('128')), 'cc80');
  t.is(written('00', to('-33')), 'd0df');
  t.is(written('cd0001', to('5')), 'cd0005');
  t.is(written('cd0001', to('65536')), 'ce00010000');
  t.is(written('cd0001', to('-5')), 'd1fffb');
  t.is(written('d005', to('200')), 'd100c8');
  t.is(written('00', to('18446744073709551616')), 'cb43f0000000000000');
  t.is(written('00', to('55.5')), 'cb404bc00000000000');
  t.is(written('ca3f800000', to('55.8')), 'ca425f3333');
  t.is(written('cb3ff199999999999a', to('2')), 'cb4000000000000000');
  t.is(written('a161', to('é')), 'a2c3a9');
  t.is(written('da000161', to('b')), 'da000162');
  t.is(written('a161', to('x'.repeat(40))), `d928${'78'.repeat(40)}`);
  t.is(written('c402ff01', to('c0ffee')), 'c403c0ffee');
  t.is(written('c703 05 aabbcc', to('00')), 'c7010500');
  t.is(written('d6ff 5a4af6a5', to('1514860000')), 'd6ff5a4aede0');
  t.is(written('d7ff a1dcd7c8 5a4af6a5', to('1514862245.5')), 'd7ff773594005a4af6a5');
  t.is(
    written('de0002 a161 01 a162 02', (root) => (root.children![0]!.edit = { kind: 'drop' })),
    'de0001a16202',
  );
});

test('what is cut, reserved, not UTF-8 or followed by more is malformed', (t) => {
  for (const text of '|c1|a2 61|d9|d9 02 61|a1ff|a2c328|82a161 01|91|dc0001|ca0000|cf|c4|c402 00|c7|c70105|0000|dd ffffffff|91c1'.split(
    '|',
  ))
    t.is(
      codeOf(() => read(text)),
      'malformed',
      text,
    );
  for (const text of ['81 80 01', '81 dc0000 01', '81 d40500 01'])
    t.is(
      codeOf(() => read(text)),
      'unreadable_format',
      text,
    );
  t.is(
    codeOf(() => readMessagePack(Buffer.alloc(100_000, 0x91), LIMITS)),
    'too_deep',
  );
  t.is(
    codeOf(() => readMessagePack(Buffer.from(`dcffff${'00'.repeat(65535)}`, 'hex'), LIMITS)),
    'too_many_fields',
  );
});

test('MessagePack is told by its looks', (t) => {
  const map = '82 a473736964 a4486f6d65 a161 01';
  for (const type of [undefined, 'application/msgpack', 'application/cbor', 'image/png', 'application/vnd.msgpack'])
    t.is(readBody(hex(map), type, LIMITS)!.format, 'msgpack', type);
  t.is(readBody(hex('01'), 'application/x-msgpack', LIMITS)!.format, 'msgpack');
  const both = '83 01 02 03'; // {1: 2, 3: …} is cut in MessagePack; as CBOR three numbers
  t.is(readBody(hex(both), undefined, LIMITS)!.format, 'cbor');
});

testTrees({ name: 'MessagePack', read: (bytes) => readMessagePack(bytes, LIMITS), encode, decode });
