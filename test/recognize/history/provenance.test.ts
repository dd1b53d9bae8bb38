// Which tokens a cloud sent down: digests, never the tokens; bounded, and the ones said last are known.
import test from 'ava';
import { isToken, Provenance, readTable, tableBytes } from '#src/recognize/history/provenance.js';

test('a token is eight characters and more with a digit or six distinct ones, without blanks', (t) => {
  for (const text of ['ph9lUEMK', 'scene-12', 'abcdefgh', '12345678', 'pl_7Qx2mN0']) t.true(isToken(text), text);
  for (const text of ['short1', 'aaaaaaaa', 'living room', 'aabbaabb', `${'x'.repeat(200)}1`]) t.false(isToken(text), text);
});

test('what came down is known, in this service alone', (t) => {
  const [one, other] = [new Provenance('one'), new Provenance('other')];
  one.add('ph9lUEMKHYyNOKBX');
  t.true(one.has('ph9lUEMKHYyNOKBX'));
  t.false(one.has('ph9lUEMKHYyNOKBx'));
  t.false(other.has('ph9lUEMKHYyNOKBX'));
});

test('no more than two halves are kept; what came again stays', (t) => {
  const known = new Provenance('key');
  known.add('the-first-1');
  for (let i = 0; i < 60_000; i += 1) {
    known.add(`token-${i}`);
    if (i % 10_000 === 0) known.add('the-kept-1');
  }
  t.false(known.has('the-first-1'));
  t.true(known.has('the-kept-1'));
  t.true(known.has('token-59999'));
  t.false(known.has('token-100'));
  const [young, old] = known.tables;
  t.true(young.words.byteLength + old.words.byteLength <= 1024 * 1024);
});

test('it is written and read as digests', (t) => {
  const known = new Provenance('key');
  for (let i = 0; i < 1000; i += 1) known.add(`token-${1000 + i}`);
  const [young, old] = known.tables;
  const bytes = tableBytes(young);
  t.is(bytes.length, 8000);
  t.false(Buffer.from(bytes).includes('token'));
  const again = new Provenance('key', readTable(bytes), readTable(tableBytes(old)));
  for (let i = 0; i < 1000; i += 1) t.true(again.has(`token-${1000 + i}`));
  t.false(again.has('token-2000'));
});
