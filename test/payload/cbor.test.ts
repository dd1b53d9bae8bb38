import test from 'ava';
import type { Document } from '#src/model.js';
import { readCbor } from '#src/payload/cbor.js';
import { readBody } from '#src/payload/index.js';
import { hex, testTrees, to, toHex, writerOf } from './binary-format.js';
import { bare, type Tree, type Value } from './binary-trees.js';
import { codeOf, LIMITS } from './support.js';

const read = (text: string): Document => readCbor(hex(text), LIMITS);
const written = writerOf((bytes) => readCbor(bytes, LIMITS));

/** An encoder of its own: `wide` gives longer heads, and 4 indefinite lengths. */
function encode({ value, wide }: Tree): Buffer {
  switch (value.kind) {
    case 'map':
      return around(
        5,
        wide,
        value.entries.length,
        Buffer.concat(value.entries.flatMap(([n, v]) => [encode(textTree(n)), encode(v)])),
      );
    case 'array':
      return around(4, wide, value.items.length, Buffer.concat(value.items.map(encode)));
    case 'text':
      return string(3, wide, Buffer.from(value.text, 'utf8'));
    case 'bytes':
      return string(2, wide, Buffer.from(value.hex, 'hex'));
    case 'int':
      return value.int < 0n ? head(1, -1n - value.int, wide) : head(0, value.int, wide);
    case 'float': {
      const out = Buffer.alloc(9, 0xfb);
      out.writeDoubleBE(value.float, 1);
      return out;
    }
    case 'bool':
      return Buffer.from([value.bool ? 0xf5 : 0xf4]);
    case 'null':
      return Buffer.from([0xf6]);
    default:
      return value satisfies never;
  }
}
const textTree = (text: string): Tree => bare({ kind: 'text', text });
const around = (major: number, wide: number, count: number, content: Buffer): Buffer =>
  wide === 4
    ? Buffer.concat([Buffer.from([(major << 5) | 31]), content, Buffer.from([0xff])])
    : Buffer.concat([head(major, BigInt(count), wide), content]);
const string = (major: number, wide: number, content: Buffer): Buffer =>
  wide === 4
    ? around(major, 4, 0, Buffer.concat([head(major, BigInt(content.length), 1), content]))
    : around(major, wide, content.length, content);
function head(major: number, argument: bigint, wide: number): Buffer {
  const needed = [24n, 1n << 8n, 1n << 16n, 1n << 32n].findIndex((bound) => argument < bound);
  const step = Math.max(needed < 0 ? 4 : needed, Math.min(wide, 4));
  if (step === 0) return Buffer.from([(major << 5) | Number(argument)]);
  const digits = argument.toString(16).padStart(2 ** step, '0');
  return Buffer.from(((major << 5) | (23 + step)).toString(16).padStart(2, '0') + digits, 'hex');
}

/** A decoder of its own for what the writer may give. */
function decode(bytes: Buffer): Value {
  let at = 0;
  const take = (n: number): Buffer => bytes.subarray(at, (at += n));
  const item = (): Value | undefined => {
    const first = take(1)[0]!;
    const major = first >> 5;
    const info = first & 31;
    if (first === 0xff) return undefined;
    if (major === 7) {
      if (info < 24) return info === 22 ? { kind: 'null' } : { kind: 'bool', bool: info === 21 };
      return { kind: 'float', float: info === 26 ? take(4).readFloatBE() : take(8).readDoubleBE() };
    }
    const argument = info < 24 ? BigInt(info) : info === 31 ? 1n << 60n : BigInt(`0x${toHex(take(1 << (info - 24)))}`);
    if (major < 2) return { kind: 'int', int: major === 0 ? argument : -1n - argument };
    if (major < 4) {
      const chunks: Buffer[] = [];
      if (info !== 31) chunks.push(take(Number(argument)));
      else while (bytes[at] !== 0xff || !++at) chunks.push(take(Number(head1())));
      const all = Buffer.concat(chunks);
      return major === 3 ? { kind: 'text', text: all.toString('utf8') } : { kind: 'bytes', hex: toHex(all) };
    }
    const items: Value[] = [];
    const count = major === 4 ? argument : 2n * argument;
    for (let one: Value | undefined; BigInt(items.length) < count && (one = item()); ) items.push(one);
    if (major === 4) return { kind: 'array', items: items.map(bare) };
    const entries = items.flatMap((name, i) =>
      i % 2 === 0 && name.kind === 'text' ? [[name.text, bare(items[i + 1]!)] as const] : [],
    );
    return { kind: 'map', entries };
  };
  const head1 = (): bigint => {
    const info = take(1)[0]! & 31;
    return info < 24 ? BigInt(info) : BigInt(`0x${toHex(take(1 << (info - 24)))}`);
  };
  const value = item()!;
  if (at !== bytes.length) throw new Error('bytes left');
  return value;
}

test('vectors of RFC 8949 appendix A read as their text and go back byte for byte', (t) => {
  const vectors: [string, string][] = [
    ['00', '0'],
    ['17', '23'],
    ['1818', '24'],
    ['1903e8', '1000'],
    ['1a000f4240', '1000000'],
    ['1b000000e8d4a51000', '1000000000000'],
    ['1bffffffffffffffff', '18446744073709551615'],
    ['c249010000000000000000', '18446744073709551616'],
    ['3bffffffffffffffff', '-18446744073709551616'],
    ['c349010000000000000000', '-18446744073709551617'],
    ['20', '-1'],
    ['3903e7', '-1000'],
    ['f90000', '0'],
    ['f98000', '-0'],
    ['f93c00', '1'],
    ['fb3ff199999999999a', '1.1'],
    ['f93e00', '1.5'],
    ['f97bff', '65504'],
    ['fa47c35000', '100000'],
    ['fa7f7fffff', '3.4028234663852886e+38'],
    ['fb7e37e43c8800759c', '1e+300'],
    ['f90001', '5.9604645e-8'],
    ['f90400', '0.000061035156'],
    ['f9c400', '-4'],
    ['fbc010666666666666', '-4.1'],
    ['f97c00', 'Infinity'],
    ['f97e00', 'NaN'],
    ['f9fc00', '-Infinity'],
    ['fa425f0146', '55.751244'],
    ['f4', 'false'],
    ['f5', 'true'],
    ['f6', 'null'],
    ['f7', 'undefined'],
    ['f0', '16'],
    ['f8ff', '255'],
    ['c074323031332d30332d32315432303a30343a30305a', '2013-03-21T20:04:00Z'],
    ['c11a514b67b0', '1363896240'],
    ['6449455446', 'IETF'],
    ['62c3bc', 'ü'],
    ['64f0908591', '𐅑'],
    ['7f657374726561646d696e67ff', 'streaming'],
    ['4401020304', '01020304'],
    ['5f42010243030405ff', '0102030405'],
    ['d830 46 f4cfa2778899', 'f4:cf:a2:77:88:99'],
    ['d834 44 c0a80102', '192.168.1.2'],
    ['d836 50 20010db8000000000000000000000001', '2001:db8:0:0:0:0:0:1'],
    ['d90104 44 c0a80102', '192.168.1.2'],
    ['d825 50 550e8400e29b41d4a716446655440000', '550e8400-e29b-41d4-a716-446655440000'],
  ];
  for (const [text, literal] of vectors) {
    const document = read(text);
    t.is(document.root.text, literal, text);
    t.is(toHex(document.write()), text.replaceAll(' ', ''));
  }
});

test('keys of every kind have a name; duplicate keys are all kept', (t) => {
  const document = read('a7 01 01 20 02 6161 03 6161 04 46f4cfa2778899 05 42ff01 06 f5 07');
  t.deepEqual(
    document.root.children!.map((c) => [c.name, c.text]),
    [
      ['1', '1'],
      ['-1', '2'],
      ['a', '3'],
      ['a', '4'],
      ['f4:cf:a2:77:88:99', '5'],
      ['ff01', '6'],
      ['true', '7'],
    ],
  );
  document.root.children![0]!.rename = '7';
  document.root.children![4]!.rename = 'f4:cf:a2:00:00:01';
  document.root.children![2]!.rename = 'é';
  document.root.children![3]!.edit = { kind: 'drop' };
  t.is(toHex(document.write()), 'a60701200262c3a90346f4cfa20000010542ff0106f507');
});

test('an edit keeps the type, and the width where it was not the shortest', (t) => {
  t.is(written('00', to('1000')), '1903e8');
  t.is(written('1a00000001', to('5')), '1a00000005');
  t.is(written('1818', to('-5')), '24');
  t.is(written('00', to('18446744073709551616')), 'c249010000000000000000');
  t.is(written('c249010000000000000000', to('-2')), 'c34101');
  t.is(written('00', to('55.5')), 'fb404bc00000000000');
  t.is(written('f93c00', to('55.5')), 'f952f0');
  t.is(written('f93c00', to('55.8')), 'fa425f3333');
  t.is(written('fa3f800000', to('2')), 'fa40000000');
  t.is(written('fb3ff199999999999a', to('2')), 'fb4000000000000000');
  t.is(written('7f657374726561646d696e67ff', to('a')), '6161');
  t.is(written('f5', to('false')), 'f4');
  t.is(written('d830 46 f4cfa2778899', to('f4:cf:a2:00:00:01')), 'd83046f4cfa2000001');
  t.is(written('d834 44 c0a80102', to('[withheld]')), `6a${Buffer.from('[withheld]').toString('hex')}`);
  t.is(written('4401020304', to('c0ffee')), '43c0ffee');
  t.is(written('4401020304', to('[x]')), '435b785d');
  t.is(
    written('d9d9f7 a1 6161 01', (root) => (root.children![0]!.edit = { kind: 'drop' })),
    'd9d9f7a0',
  );
  t.is(
    written('a1 6161 c0 6132', (root) => (root.children![0]!.edit = { kind: 'blank' })),
    'a1616160',
  );
  t.is(
    written('bf 6161 01 6162 02 ff', (root) => (root.children![0]!.edit = { kind: 'drop' })),
    'bf616202ff',
  );
  t.is(
    written('82 d834 82 18 18 44c0a80100 01', (root) => to('10.0.0.0')(root.children![0]!.children![1]!)),
    '82d834821818440a00000001',
  );
});

test('what is not well-formed, or followed by more, is malformed', (t) => {
  const faults =
    '|18|1c|1f|3f|df|ff|60ff|61|61ff|62c328|5f00ff|5f5f4100ffff|7f4100ff|81|8201|9f01|9fff00|a1|a101|a16161|bf01ff|c1|f800|f81f|fb00|f8|0000|5bffffffffffffffff|9bffffffffffffffff|7f61c361a9ff'.split(
      '|',
    );
  for (const text of faults)
    t.is(
      codeOf(() => read(text)),
      'malformed',
      text,
    );
  t.is(
    codeOf(() => read('a1 8001')),
    'unreadable_format',
  );
  t.is(
    codeOf(() => readCbor(Buffer.alloc(100_000, 0x81), LIMITS)),
    'too_deep',
  );
  t.is(
    codeOf(() => readCbor(Buffer.from(`99ffff${'00'.repeat(65535)}`, 'hex'), LIMITS)),
    'too_many_fields',
  );
});

test('a change inside a signed or encrypted message is refused, one beside it is not', (t) => {
  const sign1 = '82 d2 84 40 a1 0401 43010203 41ff 6161';
  t.is(
    written(sign1, (root) => (root.children![1]!.edit = { kind: 'blank' })),
    '82d28440a104014301020341ff60',
  );
  const document = read(sign1);
  document.root.children![0]!.children![2]!.edit = { kind: 'blank' };
  t.is(
    codeOf(() => document.write()),
    'sealed',
  );
});

test('CBOR is told by its looks; a sequence by its label', (t) => {
  const format = (text: string, type?: string): string => readBody(hex(text), type, LIMITS)!.format;
  const map = 'a2 6473736964 64486f6d65 6161 01';
  for (const type of [undefined, 'application/cbor', 'image/png', 'application/octet-stream', 'application/senml+cbor'])
    t.is(format(map, type), 'cbor', type);
  t.is(format('01', 'application/cbor'), 'cbor');
  t.is(readBody(hex('01 6161 80'), 'application/cbor-seq', LIMITS)!.document.root.children!.length, 3);
  t.is(
    codeOf(() => format('01 02 03 04')),
    'unreadable_format',
  );
  t.is(
    codeOf(() => format('01 02', 'application/cbor')),
    'malformed',
  );
});

testTrees({ name: 'CBOR', read: (bytes) => readCbor(bytes, LIMITS), encode, decode });
