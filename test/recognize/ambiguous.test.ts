import test from 'ava';
import type { CategoryId } from '#src/model.js';
import { confirmsAmbiguousName } from '#src/recognize/name/ambiguous.js';

const BORNE_OUT: readonly (readonly [CategoryId, string])[] = [
  ['location_precise', '12 Elm St'],
  ['location_precise', 'Storgata 12B'],
  ['location_precise', '221B Baker Street, London'],
  ['location_precise', 'г. Тверь, ул. Садовая, д. 7'],
  ['location_precise', 'Lindenweg 4\n80331 München'],
  ['device_mac', '244,207,162,119,136,153'],
  ['device_mac', '244 207 162 119 136 153'],
  ['signal_strength', '-57'],
  ['signal_strength', '-71 dBm'],
  ['hostname', 'kims-laptop.local'],
  ['hostname', 'http://nas.fritz.box:5000/x'],
  ['wifi_ssid', 'Birkenhof'],
  ['device_name', 'Bedroom'],
  ['device_name', 'Oma unten'],
  ['device_name', 'спальня'],
  ['device_name', '客厅'],
];
const NOT: readonly (readonly [CategoryId, string])[] = [
  ['location_precise', '192.168.1.4'],
  ['location_precise', '02:00:5e:10:20:30'],
  ['location_precise', '0x1F 0x20'],
  ['location_precise', 'Channel 4'],
  ['location_precise', '12 V'],
  ['location_precise', 'unix:/run/x.sock'],
  ['location_precise', 'kim@example.org'],
  ['location_precise', 'KO85ts'],
  ['device_mac', '1.2.3.4.5.6'],
  ['device_mac', '244,207,162,119,136'],
  ['device_mac', '300,207,162,119,136,153'],
  ['signal_strength', '70'],
  ['signal_strength', '-5'],
  ['signal_strength', 'good'],
  ['hostname', 'mqtt.vendor.example'],
  ['hostname', '10.0.0.4'],
  ['device_name', 'LIVING_ROOM'],
  ['device_name', '155'],
  ['device_name', 'auto'],
  ['device_name', 'Inside'],
  ['device_name', '2a8637b2-77ad-475e-b537-7b6f7f97fff6'],
  ['wifi_ssid', '5a32aa4ee4b0412345678910'],
  ['email', 'Birkenhof'],
];
for (const [category, text] of BORNE_OUT)
  test(`${category}: ${text}`, (t) => t.true(confirmsAmbiguousName(category, text, 'string')));
for (const [category, text] of NOT)
  test(`no ${category}: ${text}`, (t) => t.false(confirmsAmbiguousName(category, text, 'string')));
test('codes of places are places where their name says so', (t) => {
  for (const code of ['KO85ts', 'KO85ts21', 'ucfv0j8gq', 'u4pruydq'])
    t.true(confirmsAmbiguousName('location_precise', code, 'string', ['grid', 'locator']), code);
  for (const word of ['import', 'shelf4', 'on', '12', 'abcdef', '123456'])
    t.false(confirmsAmbiguousName('location_precise', word, 'string', ['grid']), word);
});
