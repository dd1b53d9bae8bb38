import test from 'ava';
import { OwnIdentifiers } from '#src/own-identifiers/matcher.js';

const MAC = '3c:84:6a:0b:91:d2';
const own = new OwnIdentifiers([
  { category: 'device_mac', value: MAC },
  { category: 'ip_address', value: '198.51.100.23' },
  { category: 'ip_address', value: '192.168.1.2' },
]);
const found = (text: string): number => [...own.count(Buffer.from(text)).values()].reduce((a, b) => a + b, 0);

test('addresses of the home are found with their marks alone encoded', (t) => {
  for (const colon of ['%3A', '%3a', '%253A', '\\u003a', '\\x3a', '=3A'])
    t.true(found(`a${MAC.replaceAll(':', colon)}`) > 0, colon);
  for (const dash of ['%2D', '\\u002d']) t.true(found(MAC.replaceAll(':', dash)) > 0, dash);
  for (const dot of ['%2E', '%252e', '\\u002e']) {
    t.true(found(`198${dot}51${dot}100${dot}23`) > 0, dot);
    t.true(found(`192${dot}168${dot}1${dot}2`) > 0, dot);
    t.is(found(`192${dot}168${dot}1${dot}20`), 0, dot);
  }
});

test('octets in octal are found with a zero that is written as one', (t) => {
  const wan = new OwnIdentifiers([{ category: 'ip_address', value: '203.0.113.77' }]);
  for (const text of ['0313.0.0161.0115', '0313.00.0161.0115', '0313.000.0161.0115'])
    t.is(wan.count(Buffer.from(text)).size, 1, text);
});

test('a name beyond ASCII is found in capitals and in small letters', (t) => {
  const cafe = new OwnIdentifiers([{ category: 'wifi_ssid', value: 'Кафе-Ромашка 5G' }]);
  for (const text of ['КАФЕ-РОМАШКА 5G', 'кафе-ромашка 5g', 'кАФЕ РОМАШКА 5G'.toUpperCase(), 'КАФЕРОМАШКА5G', 'кафе_ромашка_5g'])
    t.is(cafe.count(Buffer.from(text)).size, 1, text);
  const muller = new OwnIdentifiers([{ category: 'wifi_ssid', value: 'Müllers Höhle' }]);
  for (const text of ['MÜLLERS HÖHLE', 'müllers höhle']) t.is(muller.count(Buffer.from(text)).size, 1, text);
});

test('letters may stand beside a public address; digits make it another, but those of an encoded mark', (t) => {
  for (const text of ['ip198.51.100.23', 'u198.51.100.23x', '%22198.51.100.23%22', '\\u0022198.51.100.23', 'x\\n192.168.1.2'])
    t.true(found(text) > 0, text);
  for (const text of ['1198.51.100.23', '198.51.100.234', '192.168.1.20', 'v192.168.1.2', '0192.168.1.2'])
    t.is(found(text), 0, text);
});

const home = new OwnIdentifiers([
  { category: 'device_mac', value: '3c:84:6a:0b:01:d2' },
  { category: 'ip_address', value: '198.51.100.23' },
  { category: 'ip_address', value: '2001:db8:1a2b:3c4d:5e6f:7a8b:9c0d:1e2f' },
  { category: 'location_precise', value: '48.137154,11.576124' },
  { category: 'wifi_ssid', value: 'Кафе-Ромашка' },
  { category: 'wifi_ssid', value: 'Fjordhaven-Upstairs' },
  { category: 'email', value: 'Anna.Lind@example.com' },
  { category: 'phone', value: '+49 171 234 56 78' },
]);
const counts = (text: string | Uint8Array): number => home.count(Buffer.from(text as string)).size;

for (const [claim, texts] of Object.entries({
  'a MAC without leading zeros, and as an address made from it': [
    '3c:84:6a:b:1:d2',
    '3C-84-6A-B-1-D2',
    'fe80::3e84:6aff:fe0b:1d2',
    '2001:db8::3e84:6aff:fe0b:1d2/64',
  ],
  'a MAC in base32, and in base64 from any byte': [
    'HSCGUCYB2I',
    'AE6II2QLAHJA',
    Buffer.from('\x01\x3c\x84\x6a\x0b\x01\xd2', 'latin1').toString('base64'),
  ],
  'both halves of a MAC under two names': ['{"oui":"3c846a","nic":"0b01d2"}', '{"v":"3C:84:6A","d":"0B:01:D2"}'],
  'an IPv4 address inside IPv6, and in the reverse zone': [
    '::ffff:198.51.100.23',
    '::ffff:c633:6417',
    '2002:c633:6417::1',
    '23.100.51.198.in-addr.arpa',
  ],
  'an IPv6 address spelled out, small and large, and in the reverse zone': [
    '2001:0DB8:1A2B:3C4D:5E6F:7A8B:9C0D:1E2F',
    'f.2.e.1.d.0.c.9.b.8.a.7.f.6.e.5.d.4.c.3.b.2.a.1.8.b.d.0.1.0.0.2.ip6.arpa',
  ],
  'a place in minutes and seconds, of maps, radians and cells': [
    '48°08\'13.7"N',
    '48°8’13',
    '$GPGGA,1,4808.2292,N,01134.5674,E',
    '48° 8.229',
    '8FWH4HPG+VC',
    'JN58sd92',
    '15/17437/11371',
    '0.840151',
  ],
  'a place rounded up': ['11.5761', '48.1372', '48,137'],
  'a name beyond ASCII as a label of a host': ['xn----7sbbaw2aeort5b4c.local', 'XN----7SBBAW2AEORT5B4C'],
  'a name in ROT13, backwards and in two bytes a letter': [
    'Swbequnira-Hcfgnvef',
    'sriatspU-nevahdrojF',
    Buffer.from('Кафе-Ромашка', 'utf16le').swap16(),
  ],
  'an e-mail in other letters, with a tag, in percent, without its marks': [
    'ANNA.LIND@EXAMPLE.COM',
    'anna.lind+oven@example.com',
    'anna.lind%2Boven%40example.com',
    'annalind@example.com',
    'u=anna.lind%40example.com',
    Buffer.from('xanna.lind@example.com').toString('base64'),
  ],
  'a telephone number with and without its country': ['+491712345678', '0171 234 56 78', '00491712345678', '(0171) 234-5678'],
})) {
  test(`found: ${claim}`, (t) => {
    for (const text of texts) t.true(counts(text) > 0, String(text));
  });
}

test('what is only near to the home is not found', (t) => {
  for (const text of [
    '{"oui":"3c846a","nic":"0b01d3"}',
    '{"nic":"0b01d2"}',
    '{"oui":"3c846a"}',
    '3c846a',
    'color:0b01d2',
    '98.51.100.23',
    '198.51.100.2',
    'fe80::1',
    '2001:db8::1',
    '148.137',
    '8.137',
    '1.576',
    '{"voltage":4.137}',
    'anna.lind@example.community',
    'joanna.lind@example.com',
    'anna.lind+oven@example.org',
    'anna.lind+',
    '171234567',
    '48 8 13',
  ])
    t.is(counts(text), 0, text); // prettier-ignore
});

test('what is found with a search made before and one beside it is what one search for all finds', (t) => {
  const [told, learned] = [home.identifiers.slice(0, 5), home.identifiers.slice(5)];
  const both = new OwnIdentifiers(learned, new OwnIdentifiers(told));
  t.deepEqual(both.identifiers, home.identifiers);
  t.true(both.isOf(home.identifiers));
  t.false(both.isOf(told));
  t.true(both.has('Fjordhaven-Upstairs') && both.has('Кафе-Ромашка') && !both.has('Fjordhaven'));
  const text = '{"a":"3c846a0b01d2 on Кафе-Ромашка","b":["Fjordhaven-Upstairs","anna.lind%40example.com"],"c":"+491712345678"}';
  for (const one of [text, '', 'nothing of the home', text.slice(20), Buffer.from(text).toString('base64')]) {
    const sorted = (own: OwnIdentifiers): unknown => [...own.count(Buffer.from(one))].sort((a, b) => a[0] - b[0]);
    t.deepEqual(sorted(both), sorted(home), one);
    t.deepEqual(both.find(one), home.find(one), one);
    t.deepEqual([...both.inside(Buffer.from(one))].sort(), [...home.inside(Buffer.from(one))].sort(), one);
  }
  t.false(new OwnIdentifiers([], home).empty);
  t.true(new OwnIdentifiers([], new OwnIdentifiers([])).empty);
});
