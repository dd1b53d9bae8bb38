import test from 'ava';
import fc from 'fast-check';
import ipaddr from 'ipaddr.js';
import { isLoopback } from '#src/net/address.js';

/** What isLoopback says the long way, for every address. */
const byRange = (address: string): boolean => ['loopback', 'unspecified'].includes(ipaddr.process(address).range());

test('an IPv4 address is the machine’s own by its first number exactly where its range says so', (t) => {
  const number = fc.oneof(fc.nat({ max: 255 }), fc.constantFrom(0, 1, 12, 126, 127, 128));
  fc.assert(
    fc.property(number, number, number, number, (...parts) => {
      t.is(isLoopback(parts.join('.')), byRange(parts.join('.')));
    }),
  );
});

test('IPv6 goes by its range, mapped addresses too; what is no address is none', (t) => {
  for (const address of ['::1', '::', '::ffff:127.0.0.1', '::ffff:0.1.2.3']) t.true(isLoopback(address), address);
  for (const address of ['2a00::1', '::ffff:192.0.2.1', '127.1', 'localhost', '']) t.false(isLoopback(address), address);
});
