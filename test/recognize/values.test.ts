import test from 'ava';
import fc from 'fast-check';
import { unwrap } from '#src/payload/wrapping.js';
import {
  findDms,
  findNumber,
  findValues,
  ipv6Mac,
  isCoordinatePair,
  isPlainWord,
  joinedChars,
  macFromBytes,
  numberAs,
  uuidNode,
} from '#src/recognize/value/run.js';
import { shapeOf } from '#src/recognize/value-form.js';

/** `category canonical` of every finding; contextual ones in brackets. */
function seen(text: string): string[] {
  return findValues(text).map((one) => {
    const name = `${one.category} ${one.canonical}`;
    return one.strength === 'certain' ? name : `(${name})`;
  });
}

const MAC = 'device_mac mac:84f3eb01c2d9';

test('one MAC has one canonical spelling in every notation', (t) => {
  const notations = [
    '84:f3:eb:01:c2:d9',
    '84:F3:EB:01:C2:D9',
    '84-f3-eb-01-c2-d9',
    '84.f3.eb.01.c2.d9',
    '84_f3_eb_01_c2_d9',
    '84 f3 eb 01 c2 d9',
    '84f3.eb01.c2d9',
    '84f3:eb01:c2d9',
    '84f3eb-01c2d9',
    '84f3eb01c2d9',
    '84F3EB01C2D9',
    '0x84f3eb01c2d9',
    '84:f3:eb:1:c2:d9',
    'vs_84f3eb01c2d9_a1',
    'mac:84:f3:eb:01:c2:d9',
    'id84:f3:eb:01:c2:d9',
    '01:84:f3:eb:01:c2:d9',
    '00:03:00:01:84:f3:eb:01:c2:d9',
    '84:f3:eb:ff:fe:01:c2:d9',
    '84f3ebfffe01c2d9',
    'joined via 84:f3:eb:01:c2:d9, then left',
    '８４：ｆ３：ｅｂ：０１：ｃ２：ｄ９',
    '84‐f3‐eb‐01‐c2‐d9',
    '84:f3:\u200beb:01\u00ad:c2:d9',
    '𝟪𝟦:f3:eb:𝟢1:c2:d9',
    '84:f3:еb:01:с2:d9',
  ];
  for (const notation of notations) t.deepEqual(seen(notation), [MAC], notation);
});

test('a span is where the identifier stands in the original text, whatever was folded', (t) => {
  const text = 'сеть ８４：ｆ３：ｅｂ：０１：\u200bｃ２：ｄ９ рядом';
  const [found] = findValues(text);
  t.is(text.slice(found!.start, found!.end), '８４：ｆ３：ｅｂ：０１：\u200bｃ２：ｄ９');
  const inId = 'vs_84f3eb01c2d9_a1';
  t.is(inId.slice(findValues(inId)[0]!.start, findValues(inId)[0]!.end), '84f3eb01c2d9');
});

test('what could be something else than a MAC is contextual', (t) => {
  for (const text of ['201710181449', '016512345678', 'deadbeefcafe', 'commit 84f3eb01c2d9', '23-11-07-16-26-09']) {
    t.true(
      findValues(text).every((one) => one.strength === 'weak'),
      text,
    );
  }
});

test('versions, times, colours, hashes and words are nothing', (t) => {
  const harmless = [
    '',
    '21.5',
    '4.3.8',
    '1.2.07',
    '01.00.0016',
    '01.10.0004',
    '4.1.2.6.2',
    '20231107-162609/v1.14.1',
    '12:30:45',
    '12:30::',
    '2025-09-23T11:34:14.403Z',
    '2025-09-23 11:34:14+03:00',
    '#0051CF',
    '16:9',
    '*/5 * * * *',
    'Appliance.Control.Thermostat.Overheat',
    'core:SlateOrientationState',
    'std::vec::Vec',
    'permanent_hold',
    'v1.2.0-14-g84f3eb01c2d9',
    '84f3eb01c2d984f3eb01c2d984f3eb01c2d98412',
    'AA:BB:CC:DD:EE:FF:00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD',
    '00:00:00:00:00:00',
    'ff:ff:ff:ff:ff:ff',
    '0000180f-0000-1000-8000-00805f9b34fb',
    '255.255.255.0',
    '0.0.0.0',
    '127.0.0.1',
    '256.1.1.1',
    '10.0.19045.3448',
    '+55.751244',
    'icon@2x.png',
    '0.4573,0.4100',
    '21.5, 40.2',
    'AyMQAAAKAgH/CgIAAAACAAAEAAD/AHr/AMf/AP//EAH6AAAAACMAAAA=',
  ];
  for (const text of harmless)
    t.deepEqual(
      seen(text).filter((name) => !name.startsWith('(')),
      [],
      text,
    );
});

test('IPv4 is told from a version', (t) => {
  t.deepEqual(seen('198.51.100.77'), ['ip_address ip:198.51.100.77']);
  t.deepEqual(seen('http://10.1.2.3:8080/x'), ['ip_address ip:10.1.2.3']);
  t.deepEqual(seen('１９８．５１．１００．７７'), ['ip_address ip:198.51.100.77']);
  for (const version of ['4.3.8.1', 'v1.0.0.18', 'firmware 198.51.100.77', 'Chrome/120.0.0.0', '1.0.2.22rc1']) {
    t.deepEqual(
      findValues(version).map((one) => one.strength),
      ['weak'],
      version,
    );
  }
});

test('IPv6 in every text form has the canonical form of RFC 5952', (t) => {
  t.deepEqual(seen('2001:0DB8:0:0:0:0:0:1'), ['ip_address ip:2001:db8::1']);
  t.deepEqual(seen('[2001:db8::1]:443'), ['ip_address ip:2001:db8::1']);
  t.deepEqual(seen('fe80::86f3:ebff:fe01:c2d9%wlan0'), ['ip_address ip:fe80::86f3:ebff:fe01:c2d9']);
  t.deepEqual(seen('::ffff:198.51.100.77'), ['ip_address ip:198.51.100.77']);
  t.deepEqual(seen('addr:2001:db8:0:0:1:0:0:1/64'), ['ip_address ip:2001:db8::1:0:0:1']);
  t.is(ipv6Mac('fe80::86f3:ebff:fe01:c2d9%wlan0'), 'mac:84f3eb01c2d9');
  t.is(ipv6Mac('2001:db8::1'), undefined);
});

test('people: e-mail and phone', (t) => {
  t.deepEqual(seen('write to A.User@Example.ORG.'), ['email email:a.user@example.org']);
  t.deepEqual(seen('иван@почта.рф'), ['email email:иван@почта.рф']);
  t.deepEqual(seen('+7 (916) 555-01-23'), ['phone phone:+79165550123']);
  t.deepEqual(seen('tel:+1-555-010-0199'), ['phone phone:+15550100199']);
  t.deepEqual(seen('8 (916) 555-01-23'), ['phone phone:89165550123']);
  t.deepEqual(seen('Phone: 555-010-0199'), ['phone phone:5550100199']);
});

test('identifiers with a form of their own', (t) => {
  t.deepEqual(seen('490154203237518'), ['(imei_iccid imei:490154203237518)']);
  t.deepEqual(seen('356938035643809'), ['imei_iccid imei:356938035643809']);
  t.deepEqual(seen('356938035643808'), []);
  t.deepEqual(seen('8991101200003204514'), ['imei_iccid iccid:8991101200003204514']);
  t.deepEqual(seen('{F81D4FAE-7DEC-11D0-A765-00A0C91E6BF6}'), ['device_identifier uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6']);
  t.is(uuidNode('f81d4fae-7dec-11d0-a765-00a0c91e6bf6'), 'mac:00a0c91e6bf6');
  t.is(uuidNode('f81d4fae-7dec-41d0-a765-00a0c91e6bf6'), undefined);
  t.deepEqual(seen('0x00158d0001abcdef'), ['radio_identifier eui64:00158d0001abcdef']);
  t.deepEqual(seen('tasmota-1A2B3C'), ['hostname mac-tail:1a2b3c']);
  t.deepEqual(seen('ESP_1A2B3C'), ['hostname mac-tail:1a2b3c']);
  t.deepEqual(seen('shellyplug-s-AABBCC'), ['hostname mac-tail:aabbcc']);
  t.deepEqual(seen('lamp-1A2B3C'), ['(hostname mac-tail:1a2b3c)']);
});

test('places in every notation', (t) => {
  t.deepEqual(seen('48.858222,2.294500'), ['location_precise geo:48.8582,2.2945']);
  t.deepEqual(seen('geo:48.8582,2.2945;u=35'), ['location_precise geo:48.8582,2.2945']);
  t.deepEqual(seen('+48.8582+002.2945/'), ['location_precise geo:48.8582,2.2945']);
  t.deepEqual(seen('POINT(2.2945 48.8582)'), ['location_precise geo:48.8582,2.2945']);
  t.deepEqual(seen('48°51\'29.5"N 2°17\'40.2"E'), ['location_precise dms:48.8582,2.2945']);
  t.deepEqual(seen('lat=48.8582&lon=2.2945'), ['location_precise deg:48.8582', 'location_precise deg:2.2945']);
  t.deepEqual(seen('8FW4V75V+8Q'), ['location_precise pluscode:8FW4V75V+8Q']);
  t.deepEqual(seen('21° C'), []);
  t.is(findDms('48°51′29.5″N').length, 0, 'typographic primes are folded before');
  t.deepEqual(seen('48°51′29.5″N'), ['location_precise dms:48.8582']);
});

test('a coordinate pair is precise, in range and no colour', (t) => {
  t.true(isCoordinatePair('48.858222', '2.294500'));
  t.true(isCoordinatePair('151.2093', '-33.8688'));
  t.false(isCoordinatePair('21.5', '40.2'));
  t.false(isCoordinatePair('0.4573', '0.4100'));
  t.false(isCoordinatePair('120.5000', '230.1234'));
  t.false(isCoordinatePair('21.500', '40.250'));
});

test('secrets show by their form', (t) => {
  t.deepEqual(
    [
      'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl',
      'Bearer 0123456789abcdefXYZ',
      'AKIAIOSFODNN7EXAMPLE',
      'mqtt://user:hunter2@broker.example:1883',
      'WIFI:S:Harbour View;T:WPA;P:swordfish;;',
      'MT:Y.K9042C00KA0648G00',
      'X-HM://0023B6WQLAB12',
      '123-45-678',
      '-----BEGIN EC PRIVATE KEY-----\nMHc\n-----END EC PRIVATE KEY-----\n',
    ].map((text) => findValues(text).map((one) => `${one.category} ${one.strength}`)),
    [
      ['credential certain'],
      ['credential certain'],
      ['credential certain'],
      ['credential certain'],
      ['wifi_password certain'],
      ['setup_code certain'],
      ['setup_code certain'],
      ['setup_code certain'],
      ['private_key certain'],
    ],
  );
});

test('a private key without an end takes all that follows', (t) => {
  const text = 'x -----BEGIN PRIVATE KEY-----\nMIIE 84:f3:eb:01:c2:d9';
  t.deepEqual(
    findValues(text).map((one) => [one.category, one.start, one.end]),
    [['private_key', 2, text.length]],
  );
});

test('numbers that can be identifiers are contextual, times are none', (t) => {
  t.is(numberAs(String(0x84f3eb01c2d9), 'device_mac'), 'mac:84f3eb01c2d9');
  t.is(numberAs('3325256781', 'ip_address'), 'ip:198.51.100.77');
  t.is(numberAs('-969710515', 'ip_address'), 'ip:198.51.100.77');
  t.is(numberAs('21', 'ip_address'), undefined);
  t.is(numberAs('21', 'device_mac'), undefined);
  t.deepEqual(findNumber('1763773200'), []);
  t.deepEqual(findNumber('1763773200123'), []);
  t.deepEqual(findNumber('1763773200123456789'), []);
  t.deepEqual(findNumber('356938035643809').map((one) => [one.category, one.strength])[0], ['imei_iccid', 'certain']);
  t.true(findNumber(String(0x84f3eb01c2d9)).some((one) => one.canonical === MAC.slice(11) && one.strength === 'weak'));
});

test('arrays of bytes and of characters are read as one value', (t) => {
  t.is(macFromBytes([0x84, 0xf3, 0xeb, 1, 0xc2, 0xd9]), 'mac:84f3eb01c2d9');
  t.is(macFromBytes([0x84, 0xf3, 0xeb, 0xff, 0xfe, 1, 0xc2, 0xd9]), 'mac:84f3eb01c2d9');
  t.is(macFromBytes([1, 2, 3, 4, 5, 300]), undefined);
  t.is(macFromBytes([1, 2, 3]), undefined);
  t.is(joinedChars([...'Harbour']), 'Harbour');
  t.is(joinedChars(['84', 'f3', 'eb', '01', 'c2', 'd9']), '84f3eb01c2d9');
  t.is(joinedChars(['eco', 'on', 'a', 'b']), undefined);
});

test('findings are sorted, do not overlap and lie inside the text, whatever the text', (t) => {
  const piece = fc.oneof(
    fc.constantFrom(
      '84:f3:eb:01:c2:d9',
      '10.0.0.7',
      'a@b.cd',
      '+79165550123',
      '48.8582,2.2945',
      '\u200b',
      '１',
      'WIFI:S:a;P:b;;',
      '::',
      '-',
      ' ',
    ),
    fc.string({ unit: 'binary', maxLength: 8 }),
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
      const text = pieces.join('');
      let last = 0;
      for (const one of findValues(text)) {
        if (one.start < last || one.end <= one.start || one.end > text.length) return false;
        last = one.end;
      }
      return true;
    }),
  );
  t.pass();
});

test('a MAC is found in any notation and any surroundings that are not hex', (t) => {
  const mac = fc.tuple(
    fc.constantFrom('84', 'a0', '5c'),
    fc.array(fc.integer({ min: 0, max: 255 }), { minLength: 5, maxLength: 5 }),
  );
  fc.assert(
    fc.property(
      mac,
      fc.constantFrom(':', '-'),
      fc.constantFrom('', ' ', 'gw='),
      fc.constantFrom('', ' ', ')'),
      (parts, separator, before, after) => {
        const groups = [parts[0], ...parts[1].map((value) => value.toString(16).padStart(2, '0'))];
        const found = findValues(before + groups.join(separator) + after);
        return found.length === 1 && found[0]!.canonical === `mac:${groups.join('')}` && found[0]!.start === before.length;
      },
    ),
  );
  t.pass();
});

test('a mebibyte of what no pattern likes is searched in linear time', (t) => {
  const MEBIBYTE = 1 << 20;
  const nasty = [
    'eyJ',
    'aa:',
    'WIFI:T:',
    '1.1.',
    'a@',
    '+1 ',
    'f4cf.',
    'a-',
    'http://a:',
    '::',
    'lat 1.',
    '1a2b3c-',
    '(916) ',
    '0',
    '1 ° ',
  ];
  for (const piece of nasty) {
    const text = piece.repeat(MEBIBYTE / piece.length);
    const started = performance.now();
    findValues(text);
    // Quadratic would be minutes; the bound leaves room for a slow machine.
    t.true(performance.now() - started < 5_000, piece);
  }
});

test('a plain word has the shape of a status, and neither a finding nor another text in it', (t) => {
  const limits = { bodyBytes: 1e6, inflateRatio: 100, depth: 64, nodes: 1000, layers: 8 };
  const letters = [...'abcdefghijklmnopqrstuvwxyzABCDEFPTMW1:_ .é'];
  let words = 0;
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...letters), { maxLength: 12 }), (chosen) => {
      const text = chosen.join('');
      const bytes = Buffer.from(text, 'latin1');
      if (!isPlainWord(bytes, 0, bytes.length)) return;
      words += 1;
      t.deepEqual([shapeOf('string', text, true), shapeOf('string', text, false)], ['status', 'status'], text);
      t.deepEqual(findValues(text), [], text);
      t.deepEqual(unwrap(text, limits), [], text);
    }),
    { numRuns: 20_000 },
  );
  t.true(words > 1000);
});
