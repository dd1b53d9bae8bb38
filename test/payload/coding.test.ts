import zlib from 'node:zlib';
import test from 'ava';
import { undoCodings } from '#src/payload/coding.js';
import { bytesOf, codeOf, LIMITS, textOf } from './support.js';

const plain = bytesOf('{"ssid":"Home","n":[1,2,3]}');
const concat = (...parts: Uint8Array[]): Uint8Array => Buffer.concat(parts);
const undone = (bytes: Uint8Array, coding?: string): string => textOf(undoCodings(bytes, coding, LIMITS).bytes);
const refused = (bytes: Uint8Array, coding: string): string => codeOf(() => undoCodings(bytes, coding, LIMITS));

const CODED: [string, Uint8Array][] = [
  ['gzip', zlib.gzipSync(plain)],
  ['X-GZIP', zlib.gzipSync(plain)],
  ['deflate', zlib.deflateSync(plain)],
  ['deflate', zlib.deflateRawSync(plain)],
  ['br', zlib.brotliCompressSync(plain)],
  ['gzip, br', zlib.brotliCompressSync(zlib.gzipSync(plain))],
  ['identity , ,deflate,gzip', zlib.gzipSync(zlib.deflateRawSync(plain))],
];

test('codings and chains are undone, redone for changed bytes, and left alone for unchanged ones', (t) => {
  const changed = bytesOf('{"n":[1,2,3]}');
  for (const [coding, bytes] of CODED) {
    const decoded = undoCodings(bytes, coding, LIMITS);
    t.deepEqual(textOf(decoded.bytes), textOf(plain), coding);
    t.is(decoded.redo(decoded.bytes), bytes);
    t.is(undone(decoded.redo(changed), coding), textOf(changed), coding);
  }
  t.is(undoCodings(plain, undefined, LIMITS).bytes, plain);
});

test('raw deflate stays raw', (t) => {
  const raw = undoCodings(zlib.deflateRawSync(plain), 'deflate', LIMITS).redo(bytesOf('{}'));
  t.is(zlib.inflateRawSync(raw).toString(), '{}');
});

test('gzip members are joined before they are judged', (t) => {
  t.is(undone(concat(zlib.gzipSync('{"a":'), zlib.gzipSync('1}')), 'gzip'), '{"a":1}');
});

test('a cut stream, and any byte after its end, is malformed', (t) => {
  for (const [coding, bytes] of CODED) {
    for (let length = 0; length < bytes.length; length++)
      t.is(refused(bytes.subarray(0, length), coding), 'malformed', `${coding} ${length}`);
    for (const tail of [[0], [0, 0, 0, 0], [0x1f], [0x1f, 0x8b], [0x48, 0x6f, 0x6d, 0x65]]) {
      t.is(refused(concat(bytes, Uint8Array.from(tail)), coding), 'malformed', `${coding} + ${tail}`);
    }
  }
});

test('unknown codings and more than four are refused', (t) => {
  for (const coding of ['zstd', 'compress', 'gzip;q=1', 'gzip gzip', '*'])
    t.is(refused(zlib.gzipSync(plain), coding), 'unknown_coding', coding);
  t.is(refused(plain, 'identity,identity,identity,identity,identity'), 'unknown_coding');
});

test('bombs are refused by ratio and by size, in every layer', (t) => {
  const zeros = Buffer.alloc(900_000);
  t.is(refused(zlib.brotliCompressSync(zeros), 'br'), 'inflates_too_much');
  t.is(refused(zlib.gzipSync(zeros), 'gzip'), 'inflates_too_much');
  t.is(refused(zlib.gzipSync(zlib.gzipSync(zeros)), 'gzip, gzip'), 'inflates_too_much');
  t.is(refused(zlib.gzipSync(Buffer.alloc(3 << 20)), 'gzip'), 'inflates_too_much');
  t.is(refused(zlib.gzipSync(Buffer.alloc(60_000)), 'gzip'), 'accepted');
  t.is(
    codeOf(() => undoCodings(plain, undefined, { ...LIMITS, bodyBytes: 5 })),
    'too_large',
  );
});
