import test from 'ava';
import fc from 'fast-check';
import { HubError } from '#src/errors.js';
import { childrenOf, readBits, readDer, readOid, readTimeMs } from '#src/protocol/tls/der.js';
import { findStapleFault, type Staple } from '#src/protocol/tls/ocsp.js';
import { readScheme } from '#src/protocol/tls/x509.js';

const der = (hex: string) => readDer(Buffer.from(hex.replaceAll(' ', ''), 'hex'));
const malformed = { instanceOf: HubError, code: 'malformed' } as const;

test('values are read with their tag, content and all their bytes', (t) => {
  const [first, second] = childrenOf(der('30 06 02 01 05 04 01 ff'));
  t.deepEqual([first!.tag, [...first!.content], [...first!.whole]], [2, [5], [2, 1, 5]]);
  t.deepEqual([second!.tag, [...second!.content]], [4, [255]]);
  t.is(der(`04 81 80 ${'00'.repeat(128)}`).content.length, 128);
});

test('what DER does not allow is malformed: indefinite, padded and overlong lengths, long tags, rests', (t) => {
  const wrong = [
    '',
    '30',
    '30 80 00 00',
    '04 81 05 00 00 00 00 00',
    '04 82 00 80',
    '04 05 00',
    '04 84 00 00 00 01 00',
    '1f 81 01 00',
    '04 00 00',
  ];
  for (const hex of wrong) t.throws(() => der(hex), malformed, hex);
  t.throws(() => childrenOf(der('04 02 05 00')), malformed);
});

test('object identifiers are read in dotted form', (t) => {
  t.is(readOid(der('06 09 2a 86 48 86 f7 0d 01 01 0b')), '1.2.840.113549.1.1.11');
  t.is(readOid(der('06 03 55 1d 1e')), '2.5.29.30');
  t.is(readOid(der('06 03 88 37 03')), '2.999.3');
  t.throws(() => readOid(der('06 01 88')), malformed);
  t.throws(() => readOid(der('06 00')), malformed);
  t.throws(() => readOid(undefined), malformed);
});

test('times and bits have one form', (t) => {
  const time = (text: string) =>
    readTimeMs(der(`18 ${text.length.toString(16).padStart(2, '0')} ${Buffer.from(text).toString('hex')}`));
  t.is(time('20260102030405Z'), Date.UTC(2026, 0, 2, 3, 4, 5));
  for (const text of ['20260102030405', '20261302030405Z', '202601020304Z', '20260102030405.5Z'])
    t.throws(() => time(text), malformed, text);
  t.deepEqual([...readBits(der('03 02 00 ff'))], [255]);
  t.throws(() => readBits(der('03 02 04 f0')), malformed);
});

test('a signature counts as strong only when its algorithm is known to be', (t) => {
  t.deepEqual(readScheme(der('30 0d 06 09 2a 86 48 86 f7 0d 01 01 0b 05 00')), { hash: 'sha256', pss: false });
  t.is(readScheme(der('30 0d 06 09 2a 86 48 86 f7 0d 01 01 05 05 00')), undefined);
  t.is(readScheme(der('30 09 06 07 2a 86 48 ce 3d 04 01')), undefined);
  const pss = (parameters: string) =>
    readScheme(der(`30 ${(11 + parameters.length / 2).toString(16).padStart(2, '0')} 06 09 2a864886f70d01010a ${parameters}`));
  t.deepEqual(pss('300fa00d300b0609608648016503040201'), { hash: 'sha256', pss: true });
  t.is(pss('3000'), undefined);
  t.is(pss('300ba009300706052b0e03021a'), undefined);
});

test('no bytes at all read as a good OCSP response, and none throw', (t) => {
  const nobody = {} as Staple;
  fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (response) => findStapleFault({ ...nobody, response }) !== undefined));
  t.is(findStapleFault({ ...nobody, response: Buffer.from('30030a0100', 'hex') }), 'ocsp_unreadable');
});
