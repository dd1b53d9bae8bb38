import test from 'ava';
import { base32, codeAt, keyUri, STEP_MS, stepOf } from '#src/web/totp.js';

/** RFC 6238, appendix B, for SHA-1; the last six of its eight digits. */
const KEY = Buffer.from('12345678901234567890');
const VECTORS = [
  [59, '287082'],
  [1_111_111_109, '081804'],
  [1_111_111_111, '050471'],
  [1_234_567_890, '005924'],
  [2_000_000_000, '279037'],
  [20_000_000_000, '353130'],
] as const;

for (const [seconds, code] of VECTORS) {
  test(`RFC 6238, appendix B: ${seconds} s`, (t) => {
    t.is(codeAt(KEY, Math.floor((seconds * 1000) / STEP_MS)), code);
    t.is(stepOf(KEY, code, seconds * 1000, -1), Math.floor((seconds * 1000) / STEP_MS));
  });
}

test('a code counts one step before and after its own, and never at or before the last one taken', (t) => {
  const now = 1_111_111_111_000;
  const step = Math.floor(now / STEP_MS);
  for (const drift of [-1, 0, 1]) t.is(stepOf(KEY, codeAt(KEY, step + drift), now, -1), step + drift);
  t.is(stepOf(KEY, codeAt(KEY, step + 2), now, -1), undefined);
  t.is(stepOf(KEY, codeAt(KEY, step - 2), now, -1), undefined);
  t.is(stepOf(KEY, codeAt(KEY, step), now, step), undefined, 'a second time');
  t.is(stepOf(KEY, codeAt(KEY, step - 1), now, step), undefined, 'an older one after a newer');
  t.is(stepOf(KEY, codeAt(KEY, step + 1), now, step), step + 1);
});

test('base 32 of RFC 4648, section 10, without padding; the address for apps is short enough for a QR code', (t) => {
  for (const [text, wanted] of [
    ['', ''],
    ['f', 'MY'],
    ['fo', 'MZXQ'],
    ['foo', 'MZXW6'],
    ['foob', 'MZXW6YQ'],
    ['fooba', 'MZXW6YTB'],
    ['foobar', 'MZXW6YTBOI'],
  ] as const)
    t.is(base32(Buffer.from(text)), wanted);
  t.true(keyUri(KEY).length <= 106);
});
