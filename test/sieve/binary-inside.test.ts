import { gzipSync } from 'node:zlib';
import test from 'ava';
import fc from 'fast-check';
import type { Document } from '#src/model.js';
import { binaryInside } from '#src/payload/binary-inside.js';
import { readCbor } from '#src/payload/cbor.js';
import { readMessagePack } from '#src/payload/msgpack.js';
import { readProtobuf } from '#src/payload/protobuf.js';
import { LIMITS } from '../payload/support.js';
import { servicesOf, sieveBody } from './support.js';

const SSID = 'Quiet Harbour 7';
const hex = (text: string): Buffer => Buffer.from(text.replaceAll(' ', ''), 'hex');
const text = (value: string): string => Buffer.from(value).toString('hex');
/** `{"temp": 21, "mode": "eco mode", "ssid": SSID}` in each format, by hand. */
const CBOR = hex(`a3 64${text('temp')} 15 64${text('mode')} 68${text('eco mode')} 64${text('ssid')} 6f${text(SSID)}`);
const PACK = hex(`83 a4${text('temp')} 15 a4${text('mode')} a8${text('eco mode')} a4${text('ssid')} af${text(SSID)}`);
const NOTE = 'the router at f4:cf:a2:77:88:99 answers';
const PROTO = hex(`08 15 12 08${text('eco mode')} 1a 27${text(NOTE)}`);
const JPEG = Buffer.concat([hex(`ffd8 ffe1 0010 457869660000`), Buffer.from('gps 55.7'), hex('ffda 0002 0102030405 ffd9')]);

const sieved = (value: unknown): unknown => {
  const { text: out, error } = sieveBody(JSON.stringify(value), 'unknown', servicesOf());
  return error === undefined ? JSON.parse(out!) : error.code;
};
const codings = {
  base64: (bytes: Buffer) => bytes.toString('base64'),
  'base64 without padding': (bytes: Buffer) => bytes.toString('base64').replace(/=+$/, ''),
  base64url: (bytes: Buffer) => bytes.toString('base64url'),
  hex: (bytes: Buffer) => bytes.toString('hex'),
  HEX: (bytes: Buffer) => bytes.toString('hex').toUpperCase(),
} as const;
const undo = (coded: string, coding: string): Buffer => Buffer.from(coded, coding.toLowerCase() === 'hex' ? 'hex' : 'base64');

test('CBOR, MessagePack and protobuf inside a text are read, minimized and packed again the same way', (t) => {
  const readers: readonly (readonly [string, Buffer, (bytes: Buffer) => Document, number])[] = [
    ['cbor', CBOR, (bytes) => readCbor(bytes, LIMITS), 2],
    ['msgpack', PACK, (bytes) => readMessagePack(bytes, LIMITS), 2],
    ['protobuf', PROTO, (bytes) => readProtobuf(bytes, LIMITS), 2],
  ];
  for (const [id, bytes, read, members] of readers) {
    for (const [name, code] of Object.entries(codings)) {
      const { d } = sieved({ d: code(bytes), on: true }) as { d: string };
      const out = undo(d, name);
      t.is(code(out), d, `${id} in ${name}: packed as it was`);
      t.false(out.includes(SSID) || out.includes('f4:cf:a2'), id);
      t.is(read(out).root.children!.length, members);
      t.true(out.includes('eco mode'));
    }
  }
});

test('what is compressed inside, too; and a list of maps', (t) => {
  const { d } = sieved({ d: gzipSync(CBOR).toString('base64') }) as { d: string };
  t.true(d.startsWith('H4sI'));
  t.notRegex(JSON.stringify(sieved({ d: Buffer.concat([hex('81'), CBOR]).toString('base64') })), /SGFyYm91/);
  const { decisions } = sieveBody(JSON.stringify({ d: gzipSync(PACK).toString('base64') }), 'unknown');
  t.true(decisions.some(({ path, action }) => path === "$['d']::base64::gzip::msgpack::$['ssid']" && action === 'drop'));
});

test('what nothing objects to stays as it came', (t) => {
  const fine = hex(`a2 64${text('temp')} 15 64${text('mode')} 68${text('eco mode')}`);
  for (const code of Object.values(codings)) {
    const message = { d: code(fine), on: true };
    t.deepEqual(sieved(message), message);
  }
  t.deepEqual(sieved({ d: [...fine] }), { d: [...fine] });
});

test('a picture inside a text goes where no purpose needs it, whatever the member is called', (t) => {
  t.deepEqual(sieved({ d: JPEG.toString('base64'), on: true }), { on: true });
  t.deepEqual(sieved({ list: [JPEG.toString('base64'), 1] }), { list: ['', 1] });
  const { decisions } = sieveBody(JSON.stringify({ d: JPEG.toString('base64') }), 'unknown');
  t.deepEqual(
    decisions.map(({ path, category }) => [path, category]),
    [["$['d']::base64::media::$", 'media']],
  );
});

test('a kept picture inside a text, or a data URL, leaves without its metadata', (t) => {
  const services = servicesOf({ overrides: [{ id: 'o', category: 'media', action: 'keep' }] });
  for (const head of ['', 'data:image/jpeg;base64,']) {
    const { text: out, error } = sieveBody(JSON.stringify({ d: head + JPEG.toString('base64') }), 'unknown', services);
    t.is(error, undefined);
    const left = Buffer.from((JSON.parse(out!) as { d: string }).d.slice(head.length), 'base64');
    t.true(left.subarray(0, 2).equals(hex('ffd8')));
    t.false(left.includes('gps'));
  }
});

test('an array of byte values that is such a message is emptied where something in it may not leave', (t) => {
  const out = sieved({ d: [...CBOR], on: true }) as { d: number[] };
  t.deepEqual(out, { d: [...CBOR].map(() => 0), on: true } as unknown);
  t.deepEqual(sieved({ d: [...JPEG], on: true }), { d: [...JPEG].map(() => 0), on: true });
});

test('keys, hashes and other random bytes are no message', (t) => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 12, maxLength: 80 }), (bytes) => binaryInside(bytes, LIMITS) === undefined),
    { numRuns: 20_000, seed: 7 },
  );
  t.pass();
});

test('a token that could be read as protobuf stays a token', (t) => {
  const token = PROTO.toString('base64');
  t.deepEqual(sieved({ token, on: true }), { token, on: true });
});
