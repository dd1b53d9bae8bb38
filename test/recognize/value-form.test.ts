import test from 'ava';
import { type ValueForm, valueForm } from '#src/recognize/value-form.js';

function text(
  t: { is: (a: unknown, b: unknown, c: string) => unknown },
  form: ValueForm,
  values: readonly string[],
  idLike = false,
): void {
  for (const value of values) t.is(valueForm('string', value, idLike), form, value);
}

test('states, versions, codes, colours and names of functions are status', (t) => {
  text(t, 'reading', [
    '',
    'on',
    'AirFry',
    'permanent_hold',
    'heatingAndCoolingCommonScheduling',
    'Appliance.Control.Thermostat.Overheat',
    'io:BoilerInstallationOptionState',
    'core:SlateOrientationState',
    'SC95F8523/EU',
    'TS22M01659',
    '#0051CF',
    '21.5',
    '-7',
    '412',
    '1.2.07',
    '4.1.2.6.2',
    'v1.14.1',
    '1.1.0-RC152+201710181449',
    '01.00.0016',
    'dev-7f3a',
    'cid-55aa',
    '10%',
    'F6IN-120V-R1-30',
    'WiFi_AirFryer_CS158',
    'https://cloud.example/api/v1/devices/state',
    '/lights/123',
    '30,70',
    'XX:XX:XX:0E:B6',
    'search_allow_default_link_key',
    'reactivex==4.0.4',
    'deviceManaged/bypassV2',
    'rotation_direction_determination',
    '00000000',
  ]);
});

test('identifiers are caught by their form', (t) => {
  text(t, 'token', [
    '5f1c9f3e-8d2b-4f6a-9b1e-2c7d8e9f0a1b',
    'd41d8cd98f00b204e9800998ecf8427e',
    '84f3eb01c2d984f3',
    'ph9lUEMKHYyNOKBX',
    '/scenes/ph9lUEMKHYyNOKBX',
    'dGhpcyBpcyBhIHNlY3JldA==',
    'A1B2-C3D4-E5F6-G7H8',
    'token_9aF3kQ7xZ2mB8vL1',
    'qWeRtYuIoPaSdFgHjKlZ',
  ]);
});

test('numbers written as texts are numbers; payloads of bytes are opaque', (t) => {
  text(t, 'reading', ['8812345678123', '0x1F', '-7']);
  text(t, 'opaque', ['AiMAAAAKAgH/CgIAAAACAAAEAAD/AHr/AMf/']);
});

test('times are times, in texts and numbers', (t) => {
  text(t, 'reading', [
    '2025-09-23T11:34:14.403Z',
    '2025-09-23',
    '20250923',
    '20250923T113414Z',
    '2025-09-23 11:34:14+03:00',
    '11:34',
    '06:00:00',
    'PT15M',
    '23/09/2025 11:34',
    'Sun, 06 Nov 1994 08:49:37 GMT',
    '1763773200',
    '1763773200123',
    '20231107-162609',
  ]);
});

test('sentences are prose', (t) => {
  text(t, 'text', ['There is no communication with the boiler.', '15 minutes', 'Living room', 'Кухня наверху', 'Permanent Hold']);
});

test('a shorter token is one under an id-like name; a number never is', (t) => {
  text(t, 'token', ['TS22M01659', 'user8812345'], true);
  text(t, 'reading', ['dev-7f3a', 'eco', '4.3.8', 'permanent_hold'], true);
  for (const literal of ['412', '8812345', '8812345678', '4294967296', '33.136715', '1.5e10'])
    for (const idLike of [true, false]) t.is(valueForm('number', literal, idLike), 'reading', literal);
});

test('containers and booleans are readings, bytes are bytes', (t) => {
  t.is(valueForm('boolean', 'true', true), 'reading');
  t.is(valueForm('null', 'null', true), 'reading');
  t.is(valueForm('object', '', true), 'reading');
  t.is(valueForm('bytes', '', false), 'binary');
});
