// What sentences, logs and commands give away of a network, and what they merely mention.
import test from 'ava';
import { spokenValues } from '#src/recognize/value/labelled-text.js';

const SSID = 'Blue Heron';
const BARE = 'Sunny_Corner9';
const KEY = 'hunter2rabbit';
const MAC = 'f4:cf:a2:77:88:99';

function said(text: string): readonly string[] {
  return spokenValues(text).map(({ category, start, end }) => `${category} ${text.slice(start, end)}`);
}

const both = (name: string): string[] => [`wifi_ssid ${name}`, `wifi_password ${KEY}`];

for (const [text, name] of [
  [`nmcli dev wifi connect "${SSID}" password ${KEY}`, SSID],
  [`nmcli device wifi connect ${BARE} password ${KEY} ifname wlan0`, BARE],
  [`AT+CWJAP="${SSID}","${KEY}"`, SSID],
  [`AT+CWJAP_DEF="${SSID}","${KEY}"`, SSID],
  [`AT+CWSAP="${SSID}","${KEY}",5,3`, SSID],
  [`WiFi.begin("${SSID}", "${KEY}");`, SSID],
  [`networksetup -setairportnetwork en0 "${SSID}" ${KEY}`, SSID],
  [`iw dev wlan0 connect "${SSID}" key 0:${KEY}`, SSID],
  [`iwconfig wlan0 essid ${BARE} key s:${KEY}`, BARE],
  [`config wifi-iface\n\toption ssid '${SSID}'\n\toption key '${KEY}'`, SSID],
  [`Wi-Fi ${BARE}, пароль ${KEY}`, BARE],
  [`вай-фай «${SSID}» пароль «${KEY}»`, SSID],
] as const) {
  test(`a command or sentence gives the network's name and its key: ${text}`, (t) => {
    t.deepEqual(said(text), both(name));
  });
}

for (const text of [
  `Connected to ${BARE} (bssid ${MAC})`,
  `Associated with ${BARE}`,
  `Joined Wi-Fi network ${BARE}`,
  `WiFi ${BARE} signal -60 dBm`,
  `connected with ${BARE}, channel 6`,
  `Already connected to ${BARE} on en0`,
  `Found AP ${BARE} ch 6 rssi -60`,
  `Failed to connect to WiFi ${BARE}: wrong password`,
  `WiFi disconnected from ${BARE}`,
  `Connecting to ${BARE}...`,
  `WIFI: Connecting to AP1 ${BARE} Channel 6 BSSId ${MAC} in mode 11n as tasmota-1`,
  `подключено к сети ${BARE}`,
  `сеть ${BARE} найдена`,
  `Verbunden mit ${BARE}`,
  `connecté au réseau ${BARE}`,
  `已连接到 ${BARE}`,
  `yes:${BARE}:F4\\:CF\\:A2\\:77\\:88\\:99:60`,
]) {
  test(`a network is found where a log speaks of one: ${text}`, (t) => {
    t.deepEqual(said(text), [`wifi_ssid ${BARE}`]);
  });
}

for (const text of [
  `Connected to "${SSID}" (bssid ${MAC})`,
  `joined network ${SSID}`,
  `network "${SSID}" is out of range`,
  `Cannot connect to Wi-Fi "${SSID}"`,
  `[I][wifi:287]: - '${SSID}' (F4:CF:A2:77:88:99)`,
  `Подключено к сети "${SSID}"`,
  `conectado a la red "${SSID}"`,
  `wpa_cli set_network 0 ssid '"${SSID}"'`,
  `netsh wlan connect name="${SSID}"`,
  `ssid\n${SSID}\nmode\neco`,
  `ssid|${SSID}|mode|eco`,
]) {
  test(`a name of several words is taken whole: ${text}`, (t) => {
    t.deepEqual(said(text), [`wifi_ssid ${SSID}`]);
  });
}

for (const text of [
  `пароль ${KEY}`,
  `password is ${KEY}`,
  `WLAN-Schlüssel ${KEY}`,
  `mot de passe wifi : ${KEY}`,
  `密码: ${KEY}`,
]) {
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
]) {
  test(`nothing is given away by: ${text}`, (t) => {
    t.deepEqual(said(text), []);
  });
}

test('a text in which every value was taken out names nothing any more', (t) => {
  const text = `nmcli dev wifi connect "[withheld]" password [withheld], connected to [withheld], ssid: [withheld]`;
  t.deepEqual(said(text), []);
});

test('a text that says names without end is refused before it takes long', (t) => {
  t.throws(() => spokenValues('ssid=net '.repeat(2000)), { code: 'too_many_fields' });
  t.is(spokenValues('ssid=net-7, '.repeat(300)).length, 300);
});
