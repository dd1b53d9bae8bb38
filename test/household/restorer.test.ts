import { createHash } from 'node:crypto';
import test from 'ava';
import fc from 'fast-check';
import { Restorer } from '#src/household/restorer.js';

const MAC = { original: 'F4:CF:A2:77:88:99', pseudonym: '02:A1:B2:C3:D4:E5' };

function restorerOf(...pairs: { original: string; pseudonym: string }[]): Restorer {
  const restorer = new Restorer();
  for (const pair of pairs) restorer.add(pair);
  return restorer;
}

test('a pseudonym becomes the original, alone and inside prose; other text stays the very same string', (t) => {
  const restorer = restorerOf(MAC);
  t.is(restorer.restore(MAC.pseudonym), MAC.original);
  t.is(restorer.restore('to 02:A1:B2:C3:D4:E5, 02:A1:B2:C3:D4:E5!'), 'to F4:CF:A2:77:88:99, F4:CF:A2:77:88:99!');
  const other = '02:A1:B2:C3:D4:E6 is another';
  t.is(restorer.restore(other), other);
});

for (const [seen, want] of [
  ['02a1b2c3d4e5', 'f4cfa2778899'],
  ['02A1B2C3D4E5', 'F4CFA2778899'],
  ['02-a1-b2-c3-d4-e5', 'f4-cf-a2-77-88-99'],
  ['02a1.b2c3.d4e5', 'f4cf.a277.8899'],
  ['esp02a1b2c3d4e5_v2', 'espf4cfa2778899_v2'],
  ['device/02a1b2c3d4e5/cmd', 'device/f4cfa2778899/cmd'],
] as const) {
  test(`a MAC's pseudonym is found as ${seen}, and the original takes that notation`, (t) => {
    t.is(restorerOf(MAC).restore(seen), want);
  });
}

test('of two notations that were sent, each comes back as the device wrote it', (t) => {
  const restorer = restorerOf(MAC, { original: 'f4cfa2778899', pseudonym: '02a1b2c3d4e5' });
  t.is(restorer.restore('02:A1:B2:C3:D4:E5 02a1b2c3d4e5'), 'F4:CF:A2:77:88:99 f4cfa2778899');
});

test('a label of another length comes back as the name it stands for', (t) => {
  const restorer = restorerOf({ original: 'Anna’s bedroom', pseudonym: 'Device 3F2A1C' });
  t.is(restorer.restore('device 3f2a1c is on'), 'Anna’s bedroom is on');
  t.is(restorer.restore('Device 3F2A1CD'), 'Device 3F2A1CD');
});

test('a short stand-in counts only as the whole value, and one of three characters never', (t) => {
  const restorer = restorerOf({ original: '7715', pseudonym: '4821' }, { original: '9', pseudonym: '3' });
  t.is(restorer.restore('4821'), '7715');
  t.is(restorer.restore('it costs 4821 euros'), 'it costs 4821 euros');
  t.is(restorer.restore('3'), '3');
  t.is(restorer.restore('0003'), '0003');
});

test('a number is not found inside a longer number', (t) => {
  const restorer = restorerOf({ original: '865413031234567', pseudonym: '001234567890123' });
  t.is(restorer.restore('1001234567890123'), '1001234567890123');
  t.is(restorer.restore('imei001234567890123'), 'imei865413031234567');
});

test('an IP address is not found in another one with its digits', (t) => {
  const restorer = restorerOf({ original: '203.0.113.77', pseudonym: '198.18.3.4' });
  t.is(restorer.restore('198.183.4.0'), '198.183.4.0');
  t.is(restorer.restore('198.18.3.41'), '198.18.3.41');
  t.is(restorer.restore('at 198.18.3.4:80'), 'at 203.0.113.77:80');
});

test('a phone number comes back with its plus', (t) => {
  const restorer = restorerOf({ original: '+79161234567', pseudonym: '+99912345678' });
  t.is(restorer.restore('call +99912345678'), 'call +79161234567');
});

test('the longer of two pseudonyms that begin alike is restored', (t) => {
  const restorer = restorerOf(
    { original: 'serial-A', pseudonym: 'abcd12345678' },
    { original: 'serial-B', pseudonym: 'abcd12345678-01' },
  );
  t.is(restorer.restore('abcd12345678-01 abcd12345678'), 'serial-B serial-A');
});

test('in the host of a URL the pseudonym stays, in its path the original stands', (t) => {
  t.is(
    restorerOf(MAC).restore('https://02a1b2c3d4e5.iot.example/d/02a1b2c3d4e5?id=02a1b2c3d4e5'),
    'https://02a1b2c3d4e5.iot.example/d/f4cfa2778899?id=f4cfa2778899',
  );
});

test('a removed pair is not restored any more, and a replaced one as it is now', (t) => {
  const restorer = restorerOf(MAC);
  restorer.add({ ...MAC, original: 'AA:BB:CC:DD:EE:FF' });
  t.is(restorer.restore(MAC.pseudonym), 'AA:BB:CC:DD:EE:FF');
  restorer.remove(MAC.pseudonym);
  t.true(restorer.empty);
  t.is(restorer.restore(MAC.pseudonym), MAC.pseudonym);
});

test('any text around, any number of pairs: what was replaced before is back after', (t) => {
  const hex = fc.array(fc.nat(15), { minLength: 12, maxLength: 20 }).map((digits) => digits.map((d) => d.toString(16)).join(''));
  fc.assert(
    fc.property(fc.array(hex, { minLength: 1, maxLength: 30 }), fc.array(fc.string(), { maxLength: 5 }), (tokens, around) => {
      const pseudonyms = [...new Set(tokens)].filter((one) => /[a-f]/.test(one) && /\d/.test(one));
      const pairs = pseudonyms.map((pseudonym, i) => ({ pseudonym, original: `original ${i} ü` }));
      const restorer = restorerOf(...pairs);
      const prose = around.map((one) => one.replace(/[0-9a-z/]/gi, ' ')).join(' ');
      for (const pair of pairs)
        t.is(restorer.restore(`${prose}|${pair.pseudonym}|${prose}`), `${prose}|${pair.original}|${prose}`);
    }),
    { numRuns: 100 },
  );
});

test('four thousand pairs are looked for in 1 MiB without a visible pause', (t) => {
  const restorer = new Restorer();
  for (let i = 0; i < 4000; i++) {
    const pseudonym = createHash('sha256').update(String(i)).digest('hex').slice(0, 12);
    restorer.add({ original: 'f4cfa2778899', pseudonym });
  }
  const text = '{"k":"02a1 value 17 on"},'.repeat(42_000);
  const begin = process.cpuUsage();
  restorer.restore(text);
  const { user } = process.cpuUsage(begin);
  t.true(user < 1_000_000, `${user} µs`);
});
