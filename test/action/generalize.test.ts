import test from 'ava';
import fc from 'fast-check';
import { applyAction, makeKeyring, type Subject } from '#src/action/index.js';
import type { CategoryId } from '#src/model.js';
import { findIdentifiers, identify } from '../recognize/support.js';

const keyring = makeKeyring(new Uint8Array(32), 'cosori', 1);

function coarse(category: CategoryId, text: string, kind: Subject['kind'] = 'string'): string {
  const { canonical } = identify(kind, text, category);
  const outcome = applyAction('generalize', { text, kind, category, canonical }, keyring);
  return outcome.kind === 'text' ? outcome.text : `<${outcome.kind}>`;
}

type Row = readonly [from: string, to: string];
function rows(
  t: { is: (a: string, b: string, c: string) => unknown },
  category: CategoryId,
  table: readonly Row[],
  kind: Subject['kind'] = 'string',
): void {
  for (const [from, to] of table) t.is(coarse(category, from, kind), to, from);
}

test('places go to a tenth of a degree in the form they came', (t) => {
  rows(
    t,
    'location_precise',
    [
      ['48.858222', '48.9'],
      ['-0.0421', '0.0'],
      ['485822200', '486000000'],
      ['48', '48'],
      ['1e3', '<drop>'],
      ['99999999999', '<drop>'],
    ],
    'number',
  );
  rows(t, 'location_precise', [
    ['48.858222', '48.9'],
    ['48.858222,2.294500', '48.9,2.3'],
    ['48.858222; -2.294500', '48.9; -2.3'],
    ['geo:48.8582,2.2945;u=35', 'geo:48.9,2.3;u=0'],
    ['+48.8582+002.2945/', '+48.9+002.3/'],
    ['POINT(2.2945 48.8582)', 'POINT(2.3 48.9)'],
    ['48°51\'29.5"N 2°17\'40.2"E', '48.9°N 2.3°E'],
    ['8FW4V75V+8Q', '8FW40000+'],
    ['5 Quay Street', '<drop>'],
    ["48.858222,2.294500 Anna's home", '<drop>'],
    ['', '<drop>'],
  ]);
});

test('a scaled integer never comes out finer than a tenth of a degree', (t) => {
  fc.assert(
    fc.property(fc.double({ min: -180, max: 180, noNaN: true }), fc.constantFrom(5, 6, 7), (degrees, scale) => {
      const literal = String(Math.trunc(degrees * 10 ** scale));
      fc.pre(Math.abs(Number(literal)) > 180);
      return Number(coarse('location_precise', literal, 'number')) % 10 ** (scale - 1) === 0;
    }),
  );
  t.pass();
});

test('addresses go to their network', (t) => {
  rows(t, 'ip_address', [
    ['198.51.100.77', '198.51.100.0'],
    ['192.168.1.23:8080', '192.168.1.0'],
    ['10.1.2.3/24', '10.1.2.0'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1::'],
    ['fe80::86f3:ebff:fe01:c2d9%wlan0', 'fe80::'],
    ['::ffff:198.51.100.77', '::ffff:198.51.100.0'],
    ['hub.local', '<drop>'],
  ]);
  rows(
    t,
    'ip_address',
    [
      ['3325256781', String(3325256781 - (3325256781 % 256))],
      ['12', '<drop>'],
    ],
    'number',
  );
});

test('signal strength goes to bands', (t) => {
  rows(
    t,
    'signal_strength',
    [
      ['-61', '-60'],
      ['-38', '-50'],
      ['-99', '-90'],
      ['61', '50'],
      ['100', '100'],
      ['200', '<drop>'],
    ],
    'number',
  );
  rows(t, 'signal_strength', [
    ['-67 dBm', '-70 dBm'],
    ['80%', '75%'],
    ['good', '<drop>'],
  ]);
});

test('moments go to their hour', (t) => {
  const epochs: readonly Row[] = [
    ['1763773261', '1763773200'],
    ['1763773261123', '1763773200000'],
    ['412', '<drop>'],
  ];
  rows(t, 'timestamp', epochs, 'number');
  rows(t, 'timestamp', [
    ['2025-09-23T11:34:14.403Z', '2025-09-23T11:00:00.000Z'],
    ['2025-09-23 11:34:14+03:00', '2025-09-23 11:00:00+03:00'],
    ['20250923T113414Z', '20250923T110000Z'],
    ['2025-09-23', '2025-09-23'],
    ['11:34', '11:00'],
    ['Sun, 06 Nov 1994 08:49:37 GMT', 'Sun, 06 Nov 1994 08:00:00 GMT'],
    ['yesterday', '<drop>'],
  ]);
});

test('zones go to their offset, regions to their country', (t) => {
  rows(t, 'timezone_region', [
    ['Europe/Moscow', 'UTC+03:00'],
    ['Europe/Berlin', 'UTC+01:00'],
    ['America/New_York', 'UTC-05:00'],
    ['America/Argentina/Buenos_Aires', 'UTC-03:00'],
    ['Asia/Kolkata', 'UTC+05:30'],
    ['MSK-3', 'UTC+03:00'],
    ['CET-1CEST,M3.5.0,M10.5.0/3', 'UTC+01:00'],
    ['GMT+3', 'UTC+03:00'],
    ['+05:30', 'UTC+05:30'],
    ['UTC', 'UTC+00:00'],
    ['RU-MOW', 'RU'],
    ['ru_RU', 'RU'],
    ['DE', 'DE'],
    ['Nowhere/Atlantis', '<drop>'],
    ['Moscow', '<drop>'],
  ]);
  rows(
    t,
    'timezone_region',
    [
      ['10800', '10800'],
      ['99999', '<drop>'],
    ],
    'number',
  );
});

test('software loses what makes it stand out', (t) => {
  rows(t, 'user_agent', [
    ['VeSync/4.1 (Pixel 7; 84:f3:eb:01:c2:d9) okhttp/4.9', 'VeSync/4.1 okhttp/4.9'],
    ['App/1.0 (a (b) c)', 'App/1.0'],
    ['(only a comment)', '<drop>'],
    ['Cam/84f3eb01c2d9', '<drop>'],
  ]);
  rows(t, 'firmware_version', [
    ['1.2.07', '1.2'],
    ['v3.1.0-beta', 'v3.1'],
    ['build nine', '<drop>'],
  ]);
  rows(t, 'language', [
    ['ru-RU', 'ru'],
    ['ru-RU,ru;q=0.9,en', 'ru'],
    ['EN', 'en'],
    ['Anna', '<drop>'],
  ]);
});

test('what has no coarser form is dropped, whatever it holds', (t) => {
  const closed: readonly CategoryId[] = [
    'email',
    'credential',
    'device_mac',
    'wifi_ssid',
    'person_name',
    'serial_number',
    'private_key',
    'unclassified',
  ];
  fc.assert(fc.property(fc.constantFrom(...closed), fc.string(), (category, text) => coarse(category, text) === '<drop>'));
  t.is(coarse('location_precise', 'true', 'boolean'), '<drop>');
});

test('only the span found in a text becomes coarser', (t) => {
  const text = 'at 48.858222,2.294500 since noon';
  const [finding] = findIdentifiers(text);
  const outcome = applyAction(
    'generalize',
    { text, kind: 'string', category: 'location_precise', canonical: finding!.canonical, finding },
    keyring,
  );
  t.deepEqual(outcome, { kind: 'text', text: 'at 48.9,2.3 since noon' });
});
