import test from 'ava';
import fc from 'fast-check';
import { ClientHelloReader, HELLO_BYTES, HELLO_RECORDS, type HelloVerdict } from '#src/protocol/tls/client-hello.js';

interface Parts {
  readonly version?: number;
  readonly suites?: readonly number[];
  readonly extensions?: readonly (readonly [type: number, body: Uint8Array])[];
}

function number(value: number, width: number): Buffer {
  const bytes = Buffer.alloc(width);
  bytes.writeUIntBE(value, 0, width);
  return bytes;
}

function vector(width: number, ...parts: readonly Uint8Array[]): Buffer {
  const body = Buffer.concat(parts);
  return Buffer.concat([number(body.length, width), body]);
}

const serverName = (name: string, type = 0): [number, Uint8Array] => [
  0,
  vector(2, Buffer.from([type]), vector(2, Buffer.from(name, 'latin1'))),
];
const alpn = (...names: string[]): [number, Uint8Array] => [16, vector(2, ...names.map((name) => vector(1, Buffer.from(name))))];
const versions = (...list: number[]): [number, Uint8Array] => [43, vector(1, ...list.map((version) => number(version, 2)))];

function message({ version = 0x0303, suites = [0x1301], extensions = [] }: Parts): Buffer {
  const list = extensions.map(([type, body]) => Buffer.concat([number(type, 2), vector(2, body)]));
  const suiteBytes = suites.map((suite) => number(suite, 2));
  const body = [
    number(version, 2),
    Buffer.alloc(32, 1),
    vector(1, Buffer.alloc(32, 2)),
    vector(2, ...suiteBytes),
    vector(1, Buffer.alloc(1)),
  ];
  return Buffer.concat([Buffer.from([1]), vector(3, ...body, ...(extensions.length > 0 ? [vector(2, ...list)] : []))]);
}

function record(content: Uint8Array, type = 22, version = 0x0301): Buffer {
  return Buffer.concat([Buffer.from([type]), number(version, 2), vector(2, content)]);
}

function read(...pieces: readonly Uint8Array[]): HelloVerdict {
  const reader = new ClientHelloReader();
  let verdict: HelloVerdict = { kind: 'more' };
  for (const piece of pieces) {
    verdict = reader.push(piece);
    if (verdict.kind !== 'more') return verdict;
  }
  return verdict;
}

const TYPICAL: Parts = {
  suites: [0x1301, 0xc02b],
  extensions: [
    [0x0a0a, Buffer.alloc(0)],
    serverName('SmartAPI.VeSync.com'),
    alpn('h2', 'http/1.1'),
    versions(0x7a7a, 0x0304, 0x0303),
  ],
};
const EXPECTED = {
  kind: 'hello',
  hello: { serverName: 'smartapi.vesync.com', alpn: ['h2', 'http/1.1'], maxVersion: 0x0304, cipherSuites: [0x1301, 0xc02b] },
} as const;

test('a ClientHello says which host, protocols, versions and suites; grease is passed over', (t) => {
  t.deepEqual(read(record(message(TYPICAL))), EXPECTED);
});

test('it is read the same however its records and segments are cut', (t) => {
  const whole = message(TYPICAL);
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 1, max: whole.length - 1 }), { maxLength: 12 }),
      fc.integer({ min: 1, max: 40 }),
      (cuts, step) => {
        const marks = [...new Set([0, ...cuts, whole.length])].sort((a, b) => a - b);
        const stream = Buffer.concat(marks.slice(1).map((mark, i) => record(whole.subarray(marks[i], mark))));
        const pieces: Buffer[] = [];
        for (let at = 0; at < stream.length; at += step) pieces.push(stream.subarray(at, at + step));
        t.deepEqual(read(...pieces), EXPECTED);
      },
    ),
    { numRuns: 200 },
  );
});

test('without extensions there is no host, no protocol, and TLS 1.2 at most', (t) => {
  t.deepEqual(read(record(message({ version: 0x0304 }))), {
    kind: 'hello',
    hello: { serverName: undefined, alpn: [], maxVersion: 0x0303, cipherSuites: [0x1301] },
  });
});

test('old versions are told, also where the list of versions says less than the old field', (t) => {
  const maxVersion = (parts: Parts): number | undefined => {
    const verdict = read(record(message(parts)));
    return verdict.kind === 'hello' ? verdict.hello.maxVersion : undefined;
  };
  t.is(maxVersion({ version: 0x0302 }), 0x0302);
  t.is(maxVersion({ extensions: [versions(0x0302, 0x0301)] }), 0x0302);
  t.is(maxVersion({ extensions: [versions(0x7f1c)] }), 0);
});

test('names that are no host names are refused: addresses, control characters, blanks, other types, two names', (t) => {
  for (const name of [
    '192.0.2.1',
    'a b.com',
    'a\0.com',
    'a..com',
    '.',
    '',
    '-a.com',
    'ä.com',
    `${'a'.repeat(64)}.com`,
    'a/../b.com',
    'a:443',
  ]) {
    t.deepEqual(read(record(message({ extensions: [serverName(name)] }))), { kind: 'refuse', alert: 'illegal_parameter' }, name);
  }
  t.deepEqual(read(record(message({ extensions: [serverName('a.com', 1)] }))), { kind: 'refuse', alert: 'unrecognized_name' });
  const two = vector(2, Buffer.from([0]), vector(2, Buffer.from('a.com')), Buffer.from([0]), vector(2, Buffer.from('b.com')));
  t.deepEqual(read(record(message({ extensions: [[0, two]] }))), { kind: 'refuse', alert: 'decode_error' });
});

test('a dot at the end of a name is taken off', (t) => {
  const verdict = read(record(message({ extensions: [serverName('a_b.example.com.')] })));
  t.is(verdict.kind === 'hello' && verdict.hello.serverName, 'a_b.example.com');
});

test('an extension that comes twice is refused, so that no second reader can take the other one', (t) => {
  const extensions = [serverName('a.example.com'), serverName('b.example.com')];
  t.deepEqual(read(record(message({ extensions }))), { kind: 'refuse', alert: 'illegal_parameter' });
});

test('what is no TLS gets its refusal from the first byte on', (t) => {
  t.deepEqual(read(Buffer.from('G')), { kind: 'refuse', alert: 'unexpected_message' });
  t.deepEqual(read(Buffer.from('8080010301', 'hex')), { kind: 'refuse', alert: 'unexpected_message' });
  t.deepEqual(read(Buffer.from('1602', 'hex')), { kind: 'refuse', alert: 'protocol_version' });
  t.deepEqual(read(Buffer.from('16030100050200000100', 'hex')), { kind: 'refuse', alert: 'unexpected_message' });
  t.deepEqual(read(Buffer.from('1603010000', 'hex')), { kind: 'refuse', alert: 'decode_error' });
});

test('its size and the number of its records are bounded', (t) => {
  const header = Buffer.concat([Buffer.from([1]), number(HELLO_BYTES + 1, 3)]);
  t.deepEqual(read(record(header)), { kind: 'refuse', alert: 'decode_error' });
  t.deepEqual(read(Buffer.concat([Buffer.from([22, 3, 1]), number(16_385, 2)])), { kind: 'refuse', alert: 'decode_error' });
  const drip = Buffer.concat([Buffer.from([1]), number(HELLO_RECORDS + 100, 3), Buffer.alloc(HELLO_RECORDS)]);
  const records = [...drip].map((byte) => record(Uint8Array.of(byte)));
  t.deepEqual(read(...records.slice(0, HELLO_RECORDS)), { kind: 'more' });
  t.deepEqual(read(...records), { kind: 'refuse', alert: 'decode_error' });
});

test('another message behind it in the same record is refused', (t) => {
  t.deepEqual(read(record(Buffer.concat([message(TYPICAL), Buffer.from([0])]))), { kind: 'refuse', alert: 'unexpected_message' });
});

test('a message with any byte changed, cut off or added never throws, and never yields a name that is no host name', (t) => {
  const whole = record(message(TYPICAL));
  fc.assert(
    fc.property(fc.nat({ max: whole.length - 1 }), fc.nat({ max: 255 }), fc.nat({ max: whole.length }), (at, byte, end) => {
      const bytes = Buffer.from(whole);
      bytes[at] = byte;
      for (const verdict of [read(bytes), read(bytes.subarray(0, end)), read(Buffer.concat([bytes, Buffer.from([byte])]))]) {
        if (verdict.kind === 'hello' && verdict.hello.serverName !== undefined)
          t.regex(verdict.hello.serverName, /^[a-z0-9_.-]{1,253}$/);
      }
    }),
    { numRuns: 2000 },
  );
});
