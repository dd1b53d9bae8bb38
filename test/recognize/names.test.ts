import test from 'ava';
import type { CategoryId } from '#src/model.js';
import { loadRules } from '#src/policy/declaration.js';
import { isNeutral, NameClassifier } from '#src/recognize/name/patterns.js';
import { Vocabulary } from '#src/recognize/vocabulary.js';
import { readRulesDir } from '#src/rules-files.js';

const loadedRules = loadRules(await readRulesDir(['rules']));
const vocabulary = new Vocabulary(loadedRules.vocabulary);
const names = new NameClassifier(loadedRules.categories.values(), vocabulary);
const says = (...chain: string[]): CategoryId | undefined => {
  const words = chain.map((n) => names.words(n));
  return names.classify(words.at(-1)!, words.slice(0, -1).slice(-2))?.category;
};

const TELLING: readonly (readonly [CategoryId, ...string[]])[] = [
  ['wifi_ssid', 'ssid'],
  ['wifi_ssid', 'SSID'],
  ['wifi_ssid', 'wifiSSID'],
  ['wifi_ssid', 'wl_ssid'],
  ['wifi_ssid', 'wifissid'],
  ['wifi_ssid', 's_s_i_d'],
  ['wifi_ssid', 'ssid_2g'],
  ['wifi_ssid', 'Wi-Fi  Network Name'],
  ['wifi_ssid', 'имя_сети'],
  ['wifi_ssid', 'ѕsid'],
  ['wifi_ssid', 's​sid'],
  ['wifi_ssid', 'ｓｓｉｄ'],
  ['wifi_ssid', 'ssid\u0000'],
  ['wifi_ssid', 'ssid\ud800'],
  ['wifi_ssid', 'wifi', 'name'],
  ['wifi_ssid', 'wifi', 'sta', 'name'],
  ['wifi_ssid', 'network[ssid]'],
  ['wifi_ssid', 'currentWifiName'],
  ['router_mac', 'bssid'],
  ['router_mac', 'gatewayMac'],
  ['router_mac', 'routermac'],
  ['router_mac', 'router', 'mac'],
  ['router_mac', 'ap_mac_addr'],
  ['device_mac', 'mac'],
  ['device_mac', 'macAddress'],
  ['device_mac', 'MACAddr'],
  ['device_mac', 'staMac'],
  ['device_mac', 'wifi_mac'],
  ['bluetooth_mac', 'bt_ble_mac'],
  ['bluetooth_mac', 'btMac'],
  ['bluetooth_mac', 'bluetooth', 'mac'],
  ['ip_address', 'ip'],
  ['ip_address', 'IPAddress'],
  ['ip_address', 'wifi_sta_ip'],
  ['ip_address', 'innerIp'],
  ['signal_strength', 'rssi'],
  ['signal_strength', 'wifiSignal'],
  ['location_precise', 'lat'],
  ['location_precise', 'longitude'],
  ['location_precise', 'lng'],
  ['email', 'email'],
  ['email', 'e-mail'],
  ['email', 'userEmailAddress'],
  ['phone', 'phoneNumber'],
  ['device_name', 'deviceName'],
  ['wifi_password', 'wifiPassword'],
  ['wifi_password', 'wifi', 'password'],
  ['wifi_password', 'psk'],
  ['credential', 'accessToken'],
  ['firmware_version', 'firmwareVersion'],
  ['serial_number', 'serialNumber'],
];

for (const [category, ...chain] of TELLING) {
  test(`${JSON.stringify(chain.join(' › '))} is named ${category}`, (t) => t.is(says(...chain), category));
}

/** Names whose values are what the device is for: nothing personal may be read into them. */
const INNOCENT = [
  'temperature',
  'humidity',
  'mode',
  'power',
  'brightness',
  'targetTemp',
  'battery',
  'machine',
  'shipping',
  'image',
  'latest_version',
  'recipe',
  'chip',
  'tip',
  'macro',
  'platform',
  'location_mode',
  'mac_count',
  'level',
  'position',
  'name',
  'id',
  'plan',
  'basic',
  'key_tone',
];
const HARMLESS: readonly (CategoryId | undefined)[] = [
  undefined,
  'device_status',
  'control_command',
  'firmware_version',
  'device_model',
  'timestamp',
  'diagnostics',
  'os_version',
  'error_code',
  'sequence',
  'entry',
  'device_identifier',
];
for (const name of INNOCENT) {
  test(`${name} names nothing that is withheld`, (t) => t.true(HARMLESS.includes(says(name)), String(says(name))));
}

test('names that say nothing are neutral, and what encloses them speaks', (t) => {
  for (const name of ['value', 'v', 'data', '0', 'values']) t.true(isNeutral(names.words(name)), name);
  t.false(isNeutral(names.words('temperature')));
});

test('a long number is an identifier under an id-like head only', (t) => {
  for (const name of ['deviceId', 'uid', 'serialNo', 'token']) t.true(names.isIdLike(names.words(name)), name);
  for (const name of ['energy', 'timestamp', 'brightness']) t.false(names.isIdLike(names.words(name)), name);
});

test('a word of the rules is cut once, to what it is cut to without memory; what is no word of theirs is not remembered', (t) => {
  const fresh = (): NameClassifier => new NameClassifier(loadedRules.categories.values(), vocabulary);
  for (const word of ['report', 'status', 'ssid', 'wifi', 'v1', 'v12', 'mac']) {
    const first = names.words(word);
    t.is(names.words(word), first, word);
    t.deepEqual(first, fresh().words(word), word);
  }
  for (const other of ['Fjordhaven', 'dev-7f3a', '02aabbccddee', 'wifiSSID', 'v123', 'Report', 'roomoflena'])
    t.not(names.words(other), names.words(other), other);
});

test('a pattern with ^ takes one name, or a member right inside its container, in the singular or the plural', (t) => {
  t.is(says('rooms', 'name'), 'device_name');
  t.is(says('rooms', 'list', 'name'), 'device_name');
  t.is(says('room', 'label'), 'device_name');
  t.is(says('device', 'options', 'name'), undefined);
  t.is(says('deviceTypeName'), 'device_model');
  t.is(says('id'), 'device_identifier');
  t.is(says('person', 'id'), 'account_identifier');
});

test('a pattern with ? says nothing for sure', (t) => {
  t.is(says('address'), undefined);
  t.is(names.doubt(names.words('address')), 'location_precise');
  t.is(names.doubt(names.words('homeRoom')), 'device_name');
  t.is(names.doubt(names.words('temperature')), undefined);
});

test('heads that everything has are spoken for by the name right around them only, with no word between', (t) => {
  t.is(says('zigbee', 'id'), 'radio_identifier');
  t.is(says('zigbee', 'vendorId'), 'device_model');
  t.is(says('radio', 'choices', 'id'), 'device_identifier');
});
