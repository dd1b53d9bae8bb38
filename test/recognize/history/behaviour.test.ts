// What a field's values over time clear: nonces and states; never a constant, a crowd of values, or what came too seldom.
import test from 'ava';
import { behaviourOf, digestOf, newProfile, observe, type Profile } from '#src/recognize/history/behaviour.js';

const KEY = 'service';
const HOUR = 60 * 60 * 1000;

function seen(values: readonly string[], stepMs = HOUR): Profile {
  const profile = newProfile(0);
  for (const [i, value] of values.entries()) observe(profile, digestOf(KEY, value), i * stepMs);
  return profile;
}
const of = (profile: Profile | undefined, value: string) => behaviourOf(profile, digestOf(KEY, value));
const times = (count: number, value: (i: number) => string): string[] => Array.from({ length: count }, (_, i) => value(i));

test('a field never met says nothing', (t) => t.is(of(undefined, 'x'), undefined));
test('another value in each of many messages is a nonce', (t) => {
  t.is(of(seen(times(31, String)), 'new'), undefined);
  t.is(of(seen(times(32, String)), 'new'), 'varying');
});
test('one value that came twice ends it', (t) => t.is(of(seen([...times(40, String), '39']), 'new'), undefined));
test('one constant value is no state: a network’s name is constant too', (t) =>
  t.is(of(seen(times(200, () => 'same')), 'same'), undefined));
test('two values that come again over a day and fifty messages are states', (t) => {
  const turns = times(60, (i) => (i % 2 === 0 ? 'on' : 'off'));
  t.is(of(seen(turns), 'on'), 'recurring');
  t.is(of(seen(turns), 'other'), undefined);
  t.is(of(seen(turns.slice(0, 40)), 'on'), undefined, 'too few messages');
  t.is(of(seen(turns, 1000), 'on'), undefined, 'too short a time');
});
test('devices that take turns are no nonces, however many they are', (t) => {
  t.is(of(seen(times(101, (i) => String(i % 100))), 'new'), undefined);
});
test('a crowd of values is none, however often they come again', (t) =>
  t.is(of(seen(times(200, (i) => String(i % 25))), '3'), undefined));
test('a profile is bounded', (t) => {
  const profile = seen(times(5000, String));
  t.true(profile.values.length <= 20 && profile.again.length <= 20);
});
