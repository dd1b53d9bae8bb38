import test from 'ava';
import fc from 'fast-check';
import { Gathered } from '#src/protocol/gathered.js';

test('pieces of any size come to the same bytes; memory is at most twice as much and said before it is taken', (t) => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 3000 }), { maxLength: 12 }), fc.boolean(), (pieces, isAnnounced) => {
      const all = Buffer.concat(pieces);
      const gathered = new Gathered();
      for (const piece of pieces) {
        const whole = isAnnounced ? all.length : undefined;
        const capacity = gathered.capacityWith(piece.length, whole);
        gathered.push(piece, whole);
        t.is(gathered.capacity, capacity);
        t.true(gathered.capacity <= Math.max(1024, 2 * all.length));
        if (isAnnounced) t.true(gathered.capacity <= all.length);
      }
      t.is(gathered.length, all.length);
      t.true(gathered.take().equals(all));
      t.is(gathered.capacity, 0);
    }),
  );
});

test('a hundred thousand pieces of one byte hold a hundred thousand bytes, about', (t) => {
  const gathered = new Gathered();
  for (let i = 0; i < 100_000; i += 1) gathered.push(Buffer.of(i & 0xff));
  t.true(gathered.capacity <= 200_000);
  t.is(gathered.view()[99_999], 99_999 & 0xff);
});

test('bytes that were given away stay as they are while the next ones are gathered', (t) => {
  const gathered = new Gathered();
  gathered.push(Buffer.from('first'));
  const first = gathered.take();
  gathered.push(Buffer.from('other'));
  t.is(first.toString(), 'first');
});
