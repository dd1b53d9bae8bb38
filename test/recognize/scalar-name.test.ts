// The name of a body that is one value: the last telling level of its topic or path.
import test from 'ava';
import fc from 'fast-check';
import { scalarName } from '#src/recognize/name/scalar-name.js';
import { kit } from './structure/support.js';

const NAMES: readonly (readonly [path: string, name: string | undefined])[] = [
  ['switch/esp32/wifi/password', 'wifi password'],
  ['device/24:6F:28:00:31:F0/wifi/ssid.json', 'ssid'],
  ['wifi/password.json', 'wifi password'],
  ['obk5A31F0A1/rssi', 'rssi'],
  ['stat/plug/rssi/value', 'rssi'],
  ['hall/sensor/hall_wifi_signal/state', 'wifi signal'],
  ['hall/sensor/hall_connected_ssid/state', 'connected ssid'],
  ['homie/5ccf7f5a31f0/$localip', 'local ip'],
  ['openevse/srssi', 'rssi'],
  ['u/feeds/hall.wifi-rssi', 'wifi rssi'],
  ['esp32/owner/email', 'email'],
  ['esp32/lat', 'lat'],
  ['hub/lock/state', 'lock state'],
  ['obk/voltage/get', 'voltage'],
  ['homie/x/temperature', 'temperature'],
  ['wifi/name/set', 'wifi name'],
  ['ssid/kitchen', 'ssid'],
  ['plug/ssid_count', 'ssid count'],
  // What says nothing, or another thing.
  ['v1/devices/report', undefined],
  ['ssid/a/b/c', undefined],
  ['5A31F0A1/ssid1234', undefined],
  ['', undefined],
];

for (const [path, name] of NAMES)
  test(`${path} is called ${name ?? 'nothing'}`, (t) => t.is(scalarName(path === '' ? [] : path.split('/'), kit), name));

test('a name holds only words that the rules know, whatever the levels are', (t) => {
  const level = fc.oneof(
    fc.constantFrom('wifi', 'ssid', 'Oma_ssid', 'password.json', 'state', 'set', 'a4:2b:b0:19:2e:f3', 'tasmota_5A31F0', 'lock'),
    fc.string({ maxLength: 12, unit: 'grapheme' }),
  );
  fc.assert(
    fc.property(fc.array(level, { maxLength: 6 }), (levels) => {
      const name = scalarName(levels, kit);
      return name === undefined || name.split(' ').every((word) => kit.names.knows(word));
    }),
    { numRuns: 500 },
  );
  t.pass();
});
