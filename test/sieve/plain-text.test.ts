// What one look at a text's bytes says, against the classifiers and readers that it saves.
import test from 'ava';
import fc from 'fast-check';
import { parseConfig } from '#src/config.js';
import { unwrap } from '#src/payload/wrapping.js';
import { spokenValues } from '#src/recognize/value/labelled-text.js';
import { findValues } from '#src/recognize/value/run.js';
import { shapeOf } from '#src/recognize/value-form.js';
import { limitsOf } from '#src/services/from-config.js';
import { isPlainText, isStatus, wrapsNothing } from '#src/sieve/plain-text.js';

const limits = limitsOf(parseConfig('{}', 'test'));
const RUNS = 20_000;

const words =
  'ssid SSID psk pass pwd key secret name wifi_pass is to 5g a4:2b:b0:11:22:33 a42bb0112233 a4-2b-b0 192.168.1.20 48.8566 2.3522 geo: POINT tel: eyJ eyJhbGciOi WIFI: MT: X-HM: Basic Bearer token data: http:// 0x 02 1f8b PT P1D T12 dev-7f3a CS158 AirFry 1763773200 123-45-678 2024-01-01 10:00:00 tasmota-1A2B3C F4CF A277 lat lon N E Monday wlan0 wifi connected associated with joining roamed Home-12 33UXP 0500044999 33U ///filled.count.soap ///ab.cd.ef 83,83,73,68,58,72,111,109,101 0x 0xa4 01010011 4807.038,N,01131.000,E 203-0-113-77.isp.net !3d _'.split(
    ' ',
  );
const marks = [' ', ':', '-', '_', '.', ',', '/', '', ': ', ', '];
const letters = [...'abcdefxyzSNEW0123456789'];
const piece = fc.oneof(
  fc.constantFrom(...words),
  fc.constantFrom(...marks),
  fc.array(fc.constantFrom(...letters), { maxLength: 12 }).map((l) => l.join('')),
  fc.string({ maxLength: 12 }).map((t) => Buffer.from(t, 'utf8').toString('base64')),
  fc.string({ maxLength: 12 }).map((t) => Buffer.from(t, 'utf8').toString('hex')),
  fc.string({ unit: 'grapheme-ascii', maxLength: 6 }),
);
const text = fc.array(piece, { maxLength: 6 }).map((pieces) => pieces.join(''));

test('a plain text holds no other text, no detector finds anything in it, it names nothing, and a status is one by its shape', (t) => {
  let plain = 0;
  fc.assert(
    fc.property(text, fc.boolean(), (said, idLike) => {
      const bytes = Buffer.from(`"${said}"`);
      if (!isPlainText(bytes, 1, bytes.length - 1)) return;
      plain += 1;
      t.deepEqual(unwrap(said, limits), [], said);
      t.deepEqual(findValues(said), [], said);
      t.deepEqual(spokenValues(said), [], said);
      if (isStatus(bytes, 1, bytes.length - 1)) t.is(shapeOf('string', said, idLike), 'status', said);
    }),
    { numRuns: RUNS },
  );
  t.true(plain > RUNS / 20, 'plain texts are among them');
});

test('a text of which nothing is said to be wrapped in it gives nothing when it is unwrapped', (t) => {
  let bare = 0;
  fc.assert(
    fc.property(text, (said) => {
      const bytes = Buffer.from(said);
      if (!wrapsNothing(bytes, 0, bytes.length)) return;
      bare += 1;
      t.deepEqual(unwrap(said, limits), [], said);
    }),
    { numRuns: RUNS },
  );
  t.true(bare > RUNS / 20, 'such texts are among them');
});

test('the ordinary values of a device are plain, and what identifies is not', (t) => {
  const isPlain = (said: string): boolean => isPlainText(Buffer.from(said), 0, Buffer.byteLength(said));
  for (const said of ['', 'on', '1.2.07', 'dev-7f3a', 'tr-1763773200', 'WiFi_AirFryer_CS158', 'fan speed low', '8812345'])
    t.true(isPlain(said), said);
  for (const said of [
    'a4:2b:b0:11:22:33',
    'f4cfa2778899',
    '192.168.1.20',
    'ssid Home-1',
    'дом',
    'a@b.cd',
    '{"a":1}',
    '212-555-0134',
    '33UXP0500044999',
    '///filled.count.soap',
    'wlan0: associated with Home-1',
    'wifi connected Home-1',
    '83 83 73 68 58 72 111 109 101',
  ])
    t.false(isPlain(said), said);
});
