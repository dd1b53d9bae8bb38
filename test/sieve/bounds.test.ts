import { Buffer } from 'node:buffer';
import test from 'ava';
import { keyedBytes, makeKeyring } from '#src/action/keyring.js';
import { judgeInMode } from '#src/message/apply-mode.js';
import { lookInto } from '#src/message/field-preview.js';
import type { Part } from '#src/sieve.js';
import { body, LIMITS, services } from '../workers/support.js';

const mac = (n: number): string =>
  `3c:84:6a:${(n >> 16).toString(16).padStart(2, '0')}:${((n >> 8) & 255).toString(16).padStart(2, '0')}:${(n & 255).toString(16).padStart(2, '0')}`;
const outOf = (parts: readonly Part[] | undefined): string => {
  const part = parts?.[0];
  return part?.kind === 'bytes' ? Buffer.from(part.bytes).toString() : '';
};

test('keyed bytes of a long text hang on all of it, and each block on its number', (t) => {
  const keyring = makeKeyring(new Uint8Array(32).fill(1), 'cosori', 1);
  const long = 'a'.repeat(100_000);
  const bytes = Buffer.from(keyedBytes(keyring, 'token', long, 96)).toString('hex');
  t.is(Buffer.from(keyedBytes(keyring, 'token', long, 96)).toString('hex'), bytes);
  t.not(Buffer.from(keyedBytes(keyring, 'token', `${long}b`, 96)).toString('hex'), bytes);
  t.is(new Set(bytes.match(/.{64}/g)).size, 3);
});

test('a text with more findings than are replaced one by one goes whole; with as many, each is replaced', (t) => {
  const text = (count: number): string => Array.from({ length: count }, (_, n) => mac(n)).join(' ');
  const many = judgeInMode([body(JSON.stringify({ on: true, note: text(4_097) }))], 'cosori', 'd-1', services());
  t.is(outOf(many.sieved.parts), '{"on":true}');
  t.like(many.decisions.at(-1), { path: "$['note']", action: 'drop' });
  const fewer = judgeInMode([body(JSON.stringify({ on: true, note: text(4_000) }))], 'cosori', 'd-1', services());
  t.true(outOf(fewer.sieved.parts).startsWith('{"on":true,"note":"'));
  t.false(outOf(fewer.sieved.parts).includes('3c:84:6a'));
});

test('more stand-ins than the vault keeps refuse the message; one that repeats is one', (t) => {
  const list = (of: (n: number) => number): string =>
    JSON.stringify(Array.from({ length: 5_000 }, (_, n) => ({ deviceMac: mac(of(n)) })));
  const overrides = [{ id: 'o', category: 'device_mac' as const, action: 'pseudonymize' as const }];
  const many = judgeInMode([body(list((n) => n))], 'unknown', 'd-1', services({ overrides }));
  t.is(many.sieved.error?.code, 'too_many_fields');
  t.is(many.sieved.parts, undefined);
  const one = judgeInMode([body(list(() => 7))], 'unknown', 'd-1', services({ overrides }));
  t.is(one.sieved.error, undefined);
  t.is(one.sieved.pseudonyms.length, 1);
});

test('a topic with more levels than any broker takes is refused', (t) => {
  const levels = (count: number): Part => ({
    in: 'topic',
    kind: 'bytes',
    bytes: Buffer.from('a/'.repeat(count - 1).concat('a')),
  });
  t.is(judgeInMode([levels(200)], 'cosori', 'd-1', services()).sieved.error, undefined);
  t.is(judgeInMode([levels(201)], 'cosori', 'd-1', services()).sieved.error?.code, 'too_many_fields');
});

test('the looks of a new field are not sought in a large message, nor in one that grows', (t) => {
  const small = [body('{"mode":"eco"}')];
  t.like(lookInto(small, LIMITS)('body', "$['mode']"), { kind: 'string', look: 'word' });
  const large = [body(JSON.stringify({ mode: 'eco', list: Array(10_000).fill(1) }))];
  t.is(lookInto(large, LIMITS)('body', "$['mode']"), undefined);
});
