// What texts call a network or its key by a label, what lines of logs name, and what they merely mention.
import test from 'ava';
import { LABELLED } from '#src/recognize/value-recognizers.js';
import { findIdentifiers } from './support.js';

const SSID = 'Blue Heron';
const BARE = 'Sunny_Corner9';
const KEY = 'hunter2rabbit';
const MAC = 'f4:cf:a2:77:88:99';

function said(text: string): readonly string[] {
  return findIdentifiers(text, LABELLED).map(({ category, start, end }) => `${category} ${text.slice(start, end)}`);
}

const both = (name: string): string[] => [`wifi_ssid ${name}`, `wifi_password ${KEY}`];

for (const [text, name] of [
  [`AT+CWJAP="${SSID}","${KEY}"`, SSID],
  [`AT+CWJAP_DEF="${SSID}","${KEY}"`, SSID],
  [`AT+CWSAP="${SSID}","${KEY}",5,3`, SSID],
  [`config wifi-iface\n\toption ssid '${SSID}'\n\toption key '${KEY}'`, SSID],
] as const) {
  test(`the network's name and its key are found, and nothing around them: ${text}`, (t) => {
    t.deepEqual(said(text), both(name));
  });
}

for (const text of [
  `connected with ${BARE}, channel 6`,
  `WIFI: Connecting to AP1 ${BARE} Channel 6 BSSId ${MAC} in mode 11n as tasmota-1`,
  `yes:${BARE}:F4\\:CF\\:A2\\:77\\:88\\:99:60`,
]) {
  test(`a network is found where a log speaks of one: ${text}`, (t) => {
    t.deepEqual(said(text), [`wifi_ssid ${BARE}`]);
  });
}

for (const text of [
  `[I][wifi:287]: - '${SSID}' (${MAC})`,
  `wlan0: Trying to associate with ${MAC} (SSID='${SSID}' freq=2412 MHz)`,
  `ssid: ${SSID} channel 6 via ${MAC}`,
  `SSID: ${SSID} bssid=${MAC}`,
  `"SSID": "${SSID}", "rssi": -61`,
  `--ssid "${SSID}" --hidden`,
  `wpa_cli set_network 0 ssid '"${SSID}"'`,
  `ssid\n${SSID}\nmode\neco`,
  `ssid|${SSID}|mode|eco`,
]) {
  test(`a name of several words is taken whole: ${text}`, (t) => {
    t.deepEqual(said(text), [`wifi_ssid ${SSID}`]);
  });
}

for (const text of [`password is ${KEY}`, `pwd=${KEY}`, `--password ${KEY}`, `密码: ${KEY}`]) {
  test(`a password in a sentence is a network's where no account is spoken of: ${text}`, (t) => {
    t.deepEqual(said(text), [`wifi_password ${KEY}`]);
  });
}

test('beside an account it is a credential', (t) => {
  t.deepEqual(said(`login of user anna, password: ${KEY}`), [`credential ${KEY}`]);
});

for (const text of [
  'WiFi connected',
  'Connected to cloud',
  'connecting to broker.example.com:8883',
  'Connected to mqtts://a1b2.iot.eu-west-1.amazonaws.com',
  'joined room Kitchen',
  'joined Zigbee network',
  'Wi-Fi: 5 GHz',
  'WiFi 802.11n',
  'wifi rssi -60',
  'AP 1 of 3',
  'ssid not found',
  'password changed',
  'password is wrong',
  'password: required',
  'пароль неверный',
  'пароль: не задан',
  'подключено к серверу',
  'сеть: недоступна',
  'соединение с сервером установлено',
  'key pressed',
  'key: mode',
  'Switched to Auto',
  'switched to mode2',
  'attached to port 3',
  'Connected to sensor_12',
  'Connected to ESP32',
  'connected to device dev-7f3a',
  'Zigbee network formed on channel 15',
  'wifi_enabled=true',
  'Connection to Home Assistant lost',
  'ssid|bssid|channel|security',
  'password: reset by the owner',
  'wlan0: CTRL-EVENT-CONNECTED - Connection to f4:cf:a2:77:88:99 completed [id=0 id_str=]',
  'Connected to Sunny_Corner9 (bssid f4:cf:a2:77:88:99)',
]) {
  test(`nothing is given away by: ${text}`, (t) => {
    t.deepEqual(said(text), []);
  });
}

test('a text in which every value was taken out names nothing any more', (t) => {
  const text =
    'ssid: [withheld], psk="[withheld]", AT+CWJAP="[withheld]","[withheld]", wifi:connected with [withheld], channel 6, pwd=[withheld]';
  t.deepEqual(said(text), []);
});

test('a text that says names without end is refused before it takes long', (t) => {
  t.throws(() => findIdentifiers('ssid=net '.repeat(2000)), { code: 'too_many_fields' });
  t.is(findIdentifiers('ssid=net-7, '.repeat(300)).length, 300);
});
