// A home that told nothing: what its devices send is found by what it is, how it is cut, and what stands around it.
import test from 'ava';
import { judgeInMode } from '#src/message/apply-mode.js';
import { servicesOf, sieveBody } from './support.js';

const MAC = 'f4cfa2778899';
const BYTES = MAC.match(/../g)!;
const NUMBERS = BYTES.map((pair) => Number.parseInt(pair, 16));
const services = servicesOf();

function out(value: object, service = 'unknown'): string {
  const { text, error } = sieveBody(JSON.stringify(value), service, services);
  return text ?? `refused ${error?.code}`;
}

const indexed = (name: (i: number) => string, parts: readonly (string | number)[]): object =>
  Object.fromEntries(parts.map((part, i) => [name(i), part]));

for (const [title, value] of [
  ['maker and serial half', { oui: 'f4cfa2', nic: '778899' }],
  ['high and low half as texts', { mac_hi: 'f4cfa2', mac_lo: '778899' }],
  ['high and low half as numbers', { mac_hi: 0xf4cfa2, mac_lo: 0x778899 }],
  ['16 and 32 bits', { macHigh: 0xf4cf, macLow: 0xa2778899 }],
  ['three pairs each under names that say nothing', { a: 'F4:CF:A2', b: '77:88:99' }],
  ['pairs of digits under numbered names', indexed((i) => `m${i}`, BYTES)],
  ['bytes under numbered names', indexed((i) => `mac${i + 1}`, NUMBERS)],
  ['bytes under names with brackets', indexed((i) => `mac[${i}]`, NUMBERS)],
  ['bytes under a name that says nothing', { p1: NUMBERS }],
  ['bytes of an object that is called an address', { mac: indexed((i) => `b${i}`, NUMBERS) }],
  ['bytes of an array that was written out as an object', { wifiMac: { ...NUMBERS } }],
  ['bytes in one text, under a name of hardware', { hw: NUMBERS.join(',') }],
  ['bytes in one text, with blanks', { ether: NUMBERS.join(' ') }],
  ['signed bytes', { addr: NUMBERS.map((byte) => (byte > 127 ? byte - 256 : byte)) }],
] as const) {
  test(`an address in pieces goes in all its pieces: ${title}`, (t) => {
    for (const service of ['unknown', 'cosori']) {
      const text = out({ ...value, mode: 'eco' }, service);
      const values = Object.values(value).map((one) => (typeof one === 'object' ? Object.values(one) : one));
      const pieces = values.flat().map(String);
      for (const piece of pieces) t.false(text.includes(`"${piece}"`) || text.includes(`:${piece},`), `${service} ${text}`);
      t.true(text.includes('"mode":"eco"'), text);
    }
  });
}

for (const [title, value, secret] of [
  ['an address as a number under a name of hosts', { wan: 1_410_412_185 }, '1410412185'],
  ['an address as four numbered bytes', { ip1: 84, ip2: 17, ip3: 46, ip4: 153 }, '153'],
  ['a home address as four bytes', { p1: [192, 168, 31, 77] }, '168'],
  ['fixes that are not neighbours', { p1: 55.751244, mode: 'eco', p2: 37.618423 }, '55.751244'],
  ['longitude, latitude, altitude', { p1: [37.618423, 55.751244, 144.2] }, '37.618423'],
  ['two decimals in the middle of a map', { center: [55.75, 37.61] }, '55.75'],
  ['degrees with their unit in the name', { coordinate: { latitudeInDegrees: 47.606209 } }, '47.606209'],
  ['an address as a signed integer, by its name', { publicIpLong: -969710569 }, '969710569'],
  ['an address as a text of an integer', { wan_address_int: '3325256727' }, '3325256727'],
  ['a locator by its name', { locator: 'KO85ts' }, 'KO85'],
  ['a geohash by its name', { gh: 'ucfv0j8gq' }, 'ucfv0'],
  ['a marker of a map', { mlat: 55.75, mlon: 37.61 }, '37.61'],
  ['a dynamic name of the home', { ddns: 'petrov-privat.example.net' }, 'petrov'],
  ['a network as an option', { argv: ['--ssid=Blue Heron', '--retry', '5'] }, 'Heron'],
  ['a network in rows of parameters', { 'params[0][name]': 'ssid', 'params[0][value]': 'Blue Heron' }, 'Heron'],
  ['a name in hexadecimal digits', { 73736964: 'Blue Heron' }, 'Heron'],
  ['a name with references', { '&#115;sid': 'Blue Heron' }, 'Heron'],
  ['a name with escapes', { '\\u0073sid': 'Blue Heron' }, 'Heron'],
  ['a name in small capitals', { ꜱꜱɪᴅ: 'Blue Heron' }, 'Heron'],
  ['a name in Ukrainian', { назва_мережі: 'Blue Heron' }, 'Heron'],
  ['a name in Vietnamese', { tên_mạng: 'Blue Heron' }, 'Heron'],
  ['a sensor with its reading', { readings: [{ sensor: 'wifi_ssid', reading: 'Blue Heron', unit: '' }] }, 'Heron'],
  ['what a telephone calls its connection', { entity_id: 'sensor.phone_wi_fi_connection', state: 'Blue Heron' }, 'Heron'],
  ['a name in Chinese, in a sentence', { note: '无线网络名称：Heron_77，密码：mama1975kotik' }, 'Heron'],
  ['a key in Chinese, behind its network', { note: '无线网络名称：Heron_77，密码：mama1975kotik' }, 'mama1975'],
  ['who unlocked it', { log: [{ user: 'Anna Petrova', action: 'unlock' }] }, 'Petrova'],
  ['a telephone that is a login', { login: '79161234567' }, '9161234567'],
  ['an address glued to a word', { mode: 'AirFryerF4CFA2778899' }, '2778899'],
  ['an address before the maker’s host', { email: 'f4cfa2778899@iot.example.com' }, 'f4cfa2778899'],
  ['an account of a line of LEEF', { line: 'LEEF:1.0|Acme|Hub|1.0|join|usrName=Anna Petrova\tsrc=192.168.31.147' }, 'Petrova'],
  ['a guest', { guest: 'Anna Petrova' }, 'Petrova'],
  ['members', { members: ['Anna Petrova', 'Ivan Sidorov'] }, 'Petrova'],
  ['who sent it', { from: 'Anna Petrova', to: 'Ivan Sidorov' }, 'Petrova'],
  ['a street in a sentence', { note: 'ул. Ленина, д. 12, кв. 45' }, 'Ленина'],
  ['a street of another country', { p1: '221B Baker Street, London NW1 6XE' }, 'Baker'],
  ['cells of a page', { p: '<table><tr><td>SSID</td><td>Blue Heron</td></tr></table>' }, 'Heron'],
  [
    'a property list',
    { p: '<dict><key>SSID</key><string>Blue Heron</string><key>Password</key><string>hunter2</string></dict>' },
    'hunter2',
  ],
  ['lines inside a value', { note: 'wifi:\n  ssid: Blue Heron\n  password: hunter2\n' }, 'hunter2'],
  ['a table inside a value', { note: 'time,ssid,rssi\n1700000000,Blue Heron,-60\n' }, 'Heron'],
  ['a printed value', { note: "{'wifi': {'name': 'Blue Heron'}, 'mode': 'eco'}" }, 'Heron'],
  ['a serialized value', { note: 'a:2:{s:4:"ssid";s:10:"Blue Heron";s:4:"mode";s:3:"eco";}' }, 'Heron'],
  ['a contact', { note: 'BEGIN:VCARD\nFN:Anna Petrova\nEND:VCARD' }, 'Petrova'],
] as const) {
  test(`what a home never told is found: ${title}`, (t) => {
    for (const service of ['unknown', 'cosori', 'smartcp'])
      t.false(out(value, service).includes(secret), `${service} ${out(value, service)}`);
  });
}

for (const value of [
  { color1: 'ff8800', color2: '00ff00' },
  { on: '12:34:56', off: '10:20:30' },
  { m1: 20, m2: 30, m3: 40, m4: 50, m5: 60, m6: 70 },
  { levels: [254, 128, 200, 90, 10, 60] },
  { p1: [0, 10, 20, 30, 40, 255] },
  { p1: [10, 20, 30, 40] },
  { serverList: [29, 37, 40, 48] },
  { t1: 21.1234, t2: 22.2345 },
  { p1: 101.325, p2: 99.125 },
  { min: 21.12345, max: 25.54321, avg: 23.11111 },
  { energy_today: 12.34567, energy_total: 43.21234 },
  { position: { x: -6.54, y: 6.56 } },
  { values: [21.5, 44.0, 12.25] },
  { from: 'Living Room', to: 'Kitchen Light' },
  { grid: 'import', power: { grid: 1.25 }, square: 'on' },
  { hw: 'B3', eth: 'up', nic: '100baseT' },
  { hw: '1.2.3.4.5.6' },
  { lap: { d: 5, m: 45, s: 4.478 } },
  { argv: ['--mode', 'eco', '-l', '5'] },
  { cmd: ['iw', 'dev', 'status'] },
  { temps: { 0: 21, 1: 45, 2: 60, 3: 33 } },
  { temp_int: 21, counter_long: 12, level_dec: '7' },
  { ddnsEnabled: true },
  { user: 'Owner', members: ['admin', 'guest'] },
  { note: 'Light{on=true, level=5}' },
  { note: 'Ready (12:30), cycle 3 of 5' },
  { note: 'state=on mode=eco temp=21.5' },
]) {
  test(`readings, colours, times and words stay: ${JSON.stringify(value)}`, (t) => {
    t.is(out(value), JSON.stringify(value));
  });
}

test('an address that one field gives away is known inside the ids around it', (t) => {
  const left = (value: object): string => {
    const part = { in: 'body', kind: 'bytes', bytes: Buffer.from(JSON.stringify(value)), mediaType: 'application/json' } as const;
    const first = judgeInMode([part], 'unknown', 'd-1', servicesOf()).sieved.parts?.[0];
    return first?.kind === 'bytes' ? Buffer.from(first.bytes).toString() : '';
  };
  const rincon = left({ id: 'RINCON_F4CFA277889901400', serialNumber: 'F4-CF-A2-77-88-99:4' });
  t.true(rincon.includes('RINCON_') && !/F4CFA2778899/i.test(rincon), rincon);
  const lumi = left({ sid: '158d0002ab12cd', did: 'lumi.158d0002ab12cd', ieee: '0x00158D0002AB12CD' });
  t.true(lumi.includes('lumi.') && !/158d0002ab12cd/i.test(lumi), lumi);
});

test('a token that nobody signed changes where its claims must', (t) => {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const { token } = JSON.parse(out({ token: `${part({ alg: 'none' })}.${part({ sub: MAC, mode: 'eco' })}.` }));
  const [head, claims, signature] = token.split('.');
  t.deepEqual(JSON.parse(Buffer.from(head, 'base64url').toString()), { alg: 'none' });
  t.is(signature, '');
  const { sub, mode } = JSON.parse(Buffer.from(claims, 'base64url').toString());
  t.is(mode, 'eco');
  t.not(sub, MAC);
});

for (const value of [
  { cid: 'vsaq7f3c0d1e2b3a4958', deviceId: 'a7f3c0d1e2b3a4958x' },
  { thermostatRev: '251122100001' },
  { name1: 'lamp', value1: 'on', SensorTemp12: 5 },
  { accountName: 'Example Ltd' },
  { wifi_connection: 'good', wlan_connection: 'connected' },
  { note: 'wifi is connected, network is down' },
  { readings: [{ sensor: 'temp', reading: 21.5, unit: 'C' }] },
]) {
  test(`ids, times and rows that name nothing of the home stay: ${JSON.stringify(value)}`, (t) => {
    t.is(out(value), JSON.stringify(value));
  });
}
