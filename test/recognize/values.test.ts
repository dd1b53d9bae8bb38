import test from 'ava';
import fc from 'fast-check';
import { numberAs } from '#src/recognize/value/integer-id.js';
import { macFromBytes } from '#src/recognize/value/mac.js';
import { isCoordinatePair } from '#src/recognize/value/place.js';
import { uuidNode } from '#src/recognize/value/uuid.js';
import { findIdentifiers } from './support.js';

/** `category canonical` of every finding; weak ones in brackets. */
function seen(text: string): string[] {
  return findIdentifiers(text).map((one) => {
    const name = `${one.category} ${one.canonical}`;
    return one.strength !== 'weak' ? name : `(${name})`;
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
  const [found] = findIdentifiers(text);
  t.is(text.slice(found!.start, found!.end), '８４：ｆ３：ｅｂ：０１：\u200bｃ２：ｄ９');
  const inId = 'vs_84f3eb01c2d9_a1';
  t.is(inId.slice(findIdentifiers(inId)[0]!.start, findIdentifiers(inId)[0]!.end), '84f3eb01c2d9');
});

/** How sure each finding is, with the text it covers. */
const strengths = (text: string): string[] =>
  findIdentifiers(text).map(({ strength, start, end }) => `${strength} ${text.slice(start, end)}`);

test('hex digits without separators are an address where their maker is known, and weak evidence elsewhere', (t) => {
  t.deepEqual(strengths('84f3eb01c2d9'), ['strong 84f3eb01c2d9']);
  t.deepEqual(strengths('3e84eb01c2d9'), ['weak 3e84eb01c2d9'], 'a local address');
  t.deepEqual(strengths('deadbeefcafe'), ['weak deadbeefcafe'], 'no maker');
  t.deepEqual(strengths('84f3ebadcafe'), ['strong 84f3ebadcafe']);
  t.deepEqual(strengths('84F3eb01c2d9'), ['weak 84F3eb01c2d9'], 'two cases are a token');
  t.deepEqual(strengths('shellyplus1pm-aabbccddeeff'), ['strong aabbccddeeff'], 'a name that ends in an address');
  t.deepEqual(strengths('201710181449'), ['weak 201710181449'], 'a number');
  t.deepEqual(strengths('commit 84f3eb01c2d9'), ['weak 84f3eb01c2d9'], 'a hash');
  t.deepEqual(strengths('96376fe9d11ae1ac'), ['weak 96376fe9d11ae1ac']);
  t.deepEqual(strengths('84f3eb01-c2d9a0b1'), [], 'two halves of a hash');
  t.deepEqual(strengths('AB12-CD34-EF56'), ['weak AB12-CD34-EF56'], 'a code cut for the eye');
  t.deepEqual(strengths('23-11-07-16-26-09'), ['weak 23-11-07-16-26-09'], 'a time');
});

test('an address glued to a date, a count or a short number is found to the digit', (t) => {
  t.deepEqual(strengths('20251104240ac4017d9e'), ['strong 240ac4017d9e']);
  t.deepEqual(strengths('20240ac4017d9e'), ['strong 240ac4017d9e']);
  t.deepEqual(strengths('84f3eb01c2d901'), ['strong 84f3eb01c2d9']);
  t.deepEqual(strengths('dev/v1/84f3eb01c2d97/evt'), ['strong 84f3eb01c2d9']);
  t.deepEqual(strengths('8949020000012345678F'), ['weak 8949020000012345678F'], 'a card, filled up with F');
  t.deepEqual(strengths('20251104de0ac4017d9e'), [], 'no maker');
});

test('a frame printed as bytes holds an address where a maker begins it, a payload none', (t) => {
  t.deepEqual(strengths('132 7 44 8 02 70 b3 d5 f1 c0 77 2b'), ['strong 70 b3 d5 f1 c0 77']);
  t.deepEqual(strengths('f4 cf a2 77 88 99'), ['strong f4 cf a2 77 88 99']);
  t.deepEqual(strengths('01 03 0a 00 0b 00'), ['weak 01 03 0a 00 0b 00']);
  t.deepEqual(strengths('AA B1 03 016E 0456 2BC0 3818191818181919181818181818191819181819181819181852 55'), []);
});

test('an address in base64 is as sure as its maker', (t) => {
  t.deepEqual(strengths('hPPrAcLZ'), [], 'letters alone');
  t.deepEqual(strengths('9M+iAX2e'), ['strong 9M+iAX2e']);
  t.deepEqual(strengths('3O+6AX2e'), ['weak 3O+6AX2e']);
});

test('opaque payloads, codes and colours hold no address', (t) => {
  for (const text of [
    'JgBQAAABKZMTEhMSExITEhMSEzcTEhM3EzcTNxM3EzcTNxMSEzcTEhMS',
    '0x11DA27F00200001611DA27000049320000A0000006600000C0',
    '0103140000000a000b000c00fa01f402ee03e8',
    'AAB10A0A4B0A4B0A4B0A4B0A4B55',
    'AQYAABQGHgAUCAAAEhEeABQWAAAPAgYAABQ=',
    '0201061BFF99040512784D9CC5310020FFE003D4B9F6D3F9F5',
    '000e0d0000000000000000c803e8',
    '00b4032a02ee',
    '016803e803e8',
    '04E91A77B2C380',
    '2805C80001000600003C5A0A192800000000',
    '0x00000000000000ff',
    '482917',
    'HMAC-SHA256',
  ])
    t.deepEqual(seen(text), [], text);
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
  t.deepEqual(seen('1.0.0.72:8080'), ['ip_address ip:1.0.0.72']);
  t.deepEqual(seen('ws://3.0.2.8/x'), ['ip_address ip:3.0.2.8']);
  const versions = ['4.3.8.1', 'v1.0.0.18', 'firmware 198.51.100.77', 'Chrome/120.0.0.0', '1.0.2.22rc1', '1.0.0.72', '3.0.0.136'];
  for (const version of versions) {
    t.deepEqual(
      findIdentifiers(version).map((one) => one.strength),
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
  t.deepEqual(seen('8FW4V75V+8Q'), ['location_precise code:8FW4V75V+8Q']);
  t.deepEqual(seen('21° C'), []);
  t.deepEqual(seen('48°51′29.5″N'), ['location_precise dms:48.8582']);
});

test('three readings in a row are no place, a place beside readings is', (t) => {
  t.deepEqual(seen('25.4312, 13.2201, -12.3456'), []);
  t.deepEqual(seen('21.437,45.218,1013.251'), []);
  t.deepEqual(seen('[25.4312,13.2201,25.4401,-12.3456]'), []);
  t.deepEqual(seen('21.437,48.137154,11.576124'), ['location_precise geo:48.1372,11.5761']);
  t.deepEqual(seen('48.137154,11.576124,519.300'), ['location_precise geo:48.1372,11.5761']);
  t.deepEqual(seen('11.576124,48.137154,11.576224,48.137254').length, 2, 'the corners of a box');
  t.deepEqual(seen('lat 2.35/Rd'), []);
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
    ].map((text) => findIdentifiers(text).map((one) => `${one.category} ${one.strength}`)),
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
    findIdentifiers(text).map((one) => [one.category, one.start, one.end]),
    [['private_key', 2, text.length]],
  );
});

test('an integer is what its name says, where it can be', (t) => {
  t.is(numberAs(String(0x84f3eb01c2d9), 'device_mac'), 'mac:84f3eb01c2d9');
  t.is(numberAs('3325256781', 'ip_address'), 'ip:198.51.100.77');
  t.is(numberAs('-969710515', 'ip_address'), 'ip:198.51.100.77');
  t.is(numberAs('21', 'ip_address'), undefined);
  t.is(numberAs('21', 'device_mac'), undefined);
});

test('an array of bytes is read as one address', (t) => {
  t.is(macFromBytes([0x84, 0xf3, 0xeb, 1, 0xc2, 0xd9]), 'mac:84f3eb01c2d9');
  t.is(macFromBytes([0x84, 0xf3, 0xeb, 0xff, 0xfe, 1, 0xc2, 0xd9]), 'mac:84f3eb01c2d9');
  t.is(macFromBytes([1, 2, 3, 4, 5, 300]), undefined);
  t.is(macFromBytes([1, 2, 3]), undefined);
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
        const found = findIdentifiers(before + groups.join(separator) + after);
        return found.length === 1 && found[0]!.canonical === `mac:${groups.join('')}` && found[0]!.start === before.length;
      },
    ),
  );
  t.pass();
});
