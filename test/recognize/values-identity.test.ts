import test from 'ava';
import type { CategoryId } from '#src/model.js';
import { plausible } from '#src/recognize/value/plausible.js';
import { identify } from './support.js';

test('a value is read as its category says before it is keyed', (t) => {
  t.is(identify('string', '84f3eb01c2d9', 'device_mac').canonical, 'mac:84f3eb01c2d9');
  t.is(identify('string', '120000000000', 'device_mac').canonical, 'mac:120000000000');
  t.is(identify('string', '4.3.8.1', 'ip_address').canonical, 'ip:4.3.8.1');
  t.is(identify('string', '4.3.8.1', 'firmware_version').canonical, 'text:4.3.8.1');
  t.is(identify('string', 'ABCDEF0123', 'serial_number').canonical, 'text:abcdef0123');
});

test('what stands around an identifier is told from it', (t) => {
  const uuid = identify('string', '{f81d4fae-7dec-11d0-a765-00a0c91e6bf6}', 'device_identifier');
  t.deepEqual([uuid.finding?.start, uuid.finding?.end], [1, 37]);
  t.is(identify('string', '192.168.1.23:8080', 'ip_address').finding?.end, 12);
  t.is(identify('string', "Anna's 84:f3:eb:01:c2:d9", 'device_mac').finding, undefined);
  t.is(identify('bytes', '', 'device_mac', Uint8Array.from([0x84, 0xf3, 0xeb, 1, 0xc2, 0xd9])).canonical, 'mac:84f3eb01c2d9');
  t.is(identify('number', String(0x84f3eb01c2d9), 'router_mac').canonical, 'mac:84f3eb01c2d9');
});

test('booleans, empties and placeholders are no network name, address or person', (t) => {
  t.false(plausible('wifi_ssid', 'true', 'boolean'));
  for (const text of ['', 'unknown', 'true', 'x'.repeat(80)]) t.false(plausible('wifi_ssid', text, 'string'), text);
  for (const text of ['dhcp', 'static', '', '0.0.0.0', '::']) t.false(plausible('ip_address', text, 'string'), text);
  t.false(plausible('ip_address', '12', 'number'));
  t.false(plausible('device_mac', '00:00:00:00:00:00', 'string'));
  t.false(plausible('email', 'yes', 'string'));
  t.false(plausible('phone', '12', 'string'));
  t.false(plausible('signal_strength', '-500', 'number'));
  t.false(plausible('location_precise', '0', 'number'));
  t.false(plausible('serial_number', 'none', 'string'));
});

test('what its name says it cannot be, it is not', (t) => {
  const no: readonly (readonly [CategoryId, string, 'string' | 'number'])[] = [
    ['wifi_ssid', '4', 'string'],
    ['wifi_ssid', '-61', 'string'],
    ['wifi_ssid', '20481234', 'number'],
    ['ip_address', 'IP44', 'string'],
    ['ip_address', 'IP6X', 'string'],
    ['ip_address', 'lamp.local', 'string'],
    ['ip_address', 'wlan0', 'string'],
    ['ip_address', 'ipv4', 'string'],
    ['ip_address', '3', 'string'],
    ['device_mac', 'HMAC-SHA256', 'string'],
    ['device_mac', 'enabled', 'string'],
    ['device_mac', 'AES-128-CMAC', 'string'],
    ['serial_number', '/dev/ttyUSB0', 'string'],
    ['serial_number', 'COM3', 'string'],
    ['serial_number', '8N1', 'string'],
    ['location_precise', 'de', 'string'],
    ['location_precise', 'zh-Hant-TW', 'string'],
    ['location_precise', 'en_US', 'string'],
    ['neighbour_scan', '4', 'number'],
    ['neighbour_scan', '12', 'string'],
  ];
  for (const [category, text, kind] of no) t.false(plausible(category, text, kind), `${category} ${text}`);
});

test('what may be the thing its name says is taken for it', (t) => {
  t.true(plausible('wifi_ssid', 'Harbour View', 'string'));
  t.true(plausible('ip_address', '198.51.100.77', 'string'));
  t.true(plausible('ip_address', '１９８.51.100.77', 'string'));
  t.true(plausible('ip_address', '3325256781', 'number'));
  for (const ip of [
    '198.51.100.77:80',
    'cb007607',
    '0xcb.0x0.0x71.0x4d',
    '203-0-113-77',
    'ip-203-0-113-77.example.net',
    '[2001:db8::1]',
  ])
    t.true(plausible('ip_address', ip, 'string'), ip);
  for (const mac of [
    '84f3eb01c2d9',
    '84:f3',
    'hPPrAcLZ1',
    'esp_84f3eb01c2d9.local',
    '0x84,0xf3,0xeb,0x1,0xc2,0xd9',
    '8 4 f 3 e b',
  ])
    t.true(plausible('device_mac', mac, 'string'), mac);
  t.true(plausible('location_precise', 'Köln', 'string'));
  t.true(plausible('neighbour_scan', 'Nachbar 7,-70', 'string'));
  t.true(plausible('wifi_ssid', '2580', 'string'));
  t.true(plausible('device_mac', String(0x84f3eb01c2d9), 'number'));
  t.true(plausible('signal_strength', '-61', 'number'));
  t.true(plausible('signal_strength', '-61 dBm', 'string'));
  t.true(plausible('location_precise', '485822200', 'number'));
  t.true(plausible('location_precise', '5 Quay Street', 'string'));
  t.true(plausible('phone', '555-01-23', 'string'));
  t.true(plausible('serial_number', 'SN12-ab34', 'string'));
  t.true(plausible('presence', 'true', 'boolean'));
});
