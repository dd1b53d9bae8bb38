import test from 'ava';
import { watchSelf } from '#src/doors/own-addresses.js';

test('a port is the hub’s own from the moment it listens; while nothing changes the same object is given', (t) => {
  const ports = [8080];
  const self = watchSelf(() => ports);
  t.true(self().ports.has(8080));
  t.true(self().addresses.has('127.0.0.1'));
  ports.push(8480);
  t.true(self().ports.has(8480));
  ports[0] = 8081;
  t.true(self().ports.has(8081));
  t.false(self().ports.has(8080));
  t.is(self().ports, self().ports);
});
