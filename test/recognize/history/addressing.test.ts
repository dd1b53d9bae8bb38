// What devices are addressed with: known by canonical spelling and by the end of an address; what may be one message's alone counts the
// second time.
import test from 'ava';
import { Addresses } from '#src/recognize/history/addressing.js';

test('an address is known at once, a tentative one from its second message on', (t) => {
  const known = new Addresses();
  t.true(known.add('text:fryer-1', 'device_identifier', false));
  t.false(known.add('text:fryer-1', 'device_identifier', false), 'it is known');
  t.false(known.add('text:request-9', 'device_identifier', true));
  t.is(known.get('text:request-9'), undefined);
  t.true(known.add('text:request-9', 'device_identifier', true));
  t.is(known.get('text:request-9'), 'device_identifier');
  t.is(known.version, 2);
});

test('an address is found by its end; the whole says more than a tail that was met before it', (t) => {
  const known = new Addresses();
  known.add('mac-tail:5a31f0', 'hostname', false);
  t.is(known.endingIn('5a31f0'), 'mac-tail:5a31f0');
  known.add('mac:a4cf125a31f0', 'device_mac', false);
  known.add('mac-tail:5a31f0', 'hostname', false);
  t.is(known.endingIn('5a31f0'), 'mac:a4cf125a31f0');
  t.is(known.endingIn('5a31f1'), undefined);
});

test('the one not met for longest goes first, and its end with it', (t) => {
  const known = new Addresses();
  known.add('mac:a4cf125a31f0', 'device_mac', false);
  known.add('mac:a4cf125a31f1', 'device_mac', false);
  for (let i = 0; i < 511; i += 1) {
    known.get('mac:a4cf125a31f1');
    known.add(`text:id-${i}`, 'device_identifier', false);
  }
  t.is(known.get('mac:a4cf125a31f0'), undefined);
  t.is(known.endingIn('5a31f0'), undefined);
  t.is(known.get('mac:a4cf125a31f1'), 'device_mac');
});
