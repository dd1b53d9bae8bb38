// What each structure recognizer makes of a container: which members are spoken of, and as what. One row a rule.
import test from 'ava';
import type { Place } from '#src/model.js';
import { type StructureId, structureRecognizers } from '#src/recognize/structure/index.js';
import { ask, containersOf, kit, told } from './support.js';

const recognizers = structureRecognizers(kit);

/** What the recognizer says of the first container in which it finds something. */
function read(id: StructureId, text: string, place: Place = 'body'): Record<string, string> | undefined {
  for (const container of containersOf(text, place)) {
    const found = told(ask(recognizers.get(id)!, container), container);
    if (found !== undefined) return found;
  }
  return undefined;
}

const ROWS: readonly (readonly [claim: string, StructureId, text: string, want: Record<string, string> | undefined])[] = [
  // A place is two members.
  [
    'the partner goes under the name that is short for it',
    'coordinatePair',
    '{"lat":46.5,"x1":3.25,"long":11.4}',
    { long: 'latitude' },
  ],
  ['and under any name right beside it', 'coordinatePair', '{"n":11.3548,"lat":46.4983}', { n: 'latitude' }],
  ['a reading of fewer decimals is no partner', 'coordinatePair', '{"lat":46.498312,"Adc":0.03}', undefined],
  ['nor is a number of another meaning', 'coordinatePair', '{"lat":46.4983,"temperature":21.4375}', undefined],
  ['where both are named nothing is missing', 'coordinatePair', '{"lat":46.4983,"lon":11.3548,"k1":21.4375}', undefined],
  ['degrees as texts have partners as texts', 'coordinatePair', '{"lat":"46.4983","lo":11.3548}', undefined],
  ['x and y under a place are one', 'coordinatePair', '{"location":{"x":11.3548,"y":46.4983}}', { x: 'latitude', y: 'latitude' }],
  ['x and y in metres are none', 'coordinatePair', '{"location":{"x":12.512,"y":3.22}}', undefined],
  ['unless the name says degrees', 'coordinatePair', '{"gps":{"x":46.498,"y":11.354}}', { x: 'latitude', y: 'latitude' }],
  ['two fixes under like names are one', 'coordinatePair', '{"p1":46.498312,"p2":11.354758}', { p1: 'latitude', p2: 'latitude' }],
  ['three are statistics', 'coordinatePair', '{"p1":46.498312,"p2":11.354758,"p3":12.345671}', undefined],
  ['three readings in a row are no position', 'coordinateList', '{"acc":[0.012345,-0.998123,0.045612]}', undefined],
  ['two decimals without a name of places are none', 'coordinateList', '{"map":{"origin":[-12.3456,34.5678]}}', undefined],
  [
    'a track is',
    'coordinateList',
    '{"route":[46.4983,11.3548,46.4984,11.3549]}',
    { 0: 'latitude', 1: 'longitude', 2: 'latitude', 3: 'longitude' },
  ],
  // Whose password it is.
  ['`pass` beside a network is the network’s', 'wifiKey', '{"ssid":"Blue Heron","pass":"m"}', { pass: 'wifi password' }],
  ['beside a user it is what it was', 'wifiKey', '{"user":"u","pass":"m"}', undefined],
  [
    'of both the one that shares a word',
    'wifiKey',
    '{"ssid":"a","mqtt_user":"u","mqtt_pw":"m","pw":"n"}',
    { mqtt_pw: 'password', pw: 'password' },
  ],
  ['else the last before it', 'wifiKey', '{"user":"u","ssid":"a","password":"m"}', { password: 'wifi password' }],
  ['else the next one', 'wifiKey', '{"password":"m","ssid":"a"}', { password: 'wifi password' }],
  ['an empty name owns nothing', 'wifiKey', '{"ssid":"","password":"m"}', undefined],
  ['a key beside a user is the vendor’s', 'wifiKey', '{"UserID":"u","key":"m"}', undefined],
  // Cells.
  [
    'three of the four are a cell',
    'cellTower',
    '{"mnc":1,"lac":"1A2B","cid":77}',
    { mnc: 'cell tower', lac: 'cell tower', cid: 'cell tower' },
  ],
  ['two areas of an operator are none', 'cellTower', '{"mnc":1,"tac":4,"lac":5}', undefined],
  ['an id and an area of a vendor’s own are none', 'cellTower', '{"cid":"vs1","area_code":"x","tac":4}', undefined],
  // Names beside values.
  ['of several names the one that says something', 'keyValue', '{"type":"string","name":"ssid","value":"a"}', { value: 'ssid' }],
  ['an interval holds no value', 'keyValue', '{"name":"ssid","interval":5}', { interval: 'ssid' }],
  ['a switch is no network', 'keyValue', '{"name":"ssid","enabled":true}', undefined],
  ['a name in pieces', 'keyValue', '{"key":["net","ssid"],"value":"a"}', { value: 'net ssid' }],
  ['the path of a Matter attribute', 'keyValue', '{"path":"0/54/0","value":"AgBe"}', { value: 'bssid' }],
  ['cells in turn', 'alternatingNames', '{"td":"SSID","td":"Blue Heron"}', { td: 'SSID' }],
  ['what is a value names nothing', 'alternatingNames', '{"dt":"SSID","dd":"ssid","dt":"ip"}', { dd: 'SSID' }],
  // Addresses.
  [
    'halves in either order',
    'splitAddress',
    '{"macLow":2725742745,"macHigh":62671}',
    { macLow: 'f4cfa2778899', macHigh: 'f4cfa2778899' },
  ],
  ['six digits under names of no address are colours', 'splitAddress', '{"p1":"ff8800","p2":"00ff00"}', undefined],
  ['a time is no address of a machine', 'addressNumber', '{"server":1764518462}', undefined],
  ['but of a network', 'addressNumber', '{"wan":1764518462}', { wan: 'ip address' }],
  // Containers called like networks.
  ['a network with a name of its own is one', 'statusContainer', '{"ap":{"name":"a","channel":6}}', undefined],
  [
    'a list of stations with a status is a status',
    'statusContainer',
    '{"base_stations":[{"name":"Flur","battery":80}]}',
    { base_stations: 'station' },
  ],
  ['one word may be a network’s name', 'statusContainer', '{"ap":{"n":"linksys","c":6}}', undefined],
  ['a number is none', 'statusContainer', '{"beacons":4}', undefined],
  [
    'the only text that nobody knows beside address and signal',
    'accessPoint',
    '{"ap":{"siid":"a b","bssid":"02:00:5e:10:20:31","rssi":-70}}',
    { siid: 'ssid' },
  ],
];

for (const [claim, id, text, want] of ROWS) test(`${id}: ${claim}: ${text}`, (t) => t.deepEqual(read(id, text), want));

test('levels are read only where they are the whole path or topic', (t) => {
  t.deepEqual(read('pathLevels', '["wifi","name","Blue Heron"]', 'topic'), { 2: 'wifi/name' });
  t.deepEqual(read('pathLevels', '{"a":["wifi","name","Blue Heron"]}', 'topic'), undefined);
  t.deepEqual(read('pathLevels', '["wifi","name","Blue Heron"]', 'body'), undefined);
  t.deepEqual(read('pairedNames', '["ssid","Blue Heron"]', 'path'), undefined);
});
