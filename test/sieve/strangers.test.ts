// Vendors that nobody has read: what of their messages names the home goes, what the device does stays. All of them are made up.
import test from 'ava';
import { sieveBody } from './support.js';

interface Case {
  readonly claim: string;
  readonly body: unknown;
  /** Must stand nowhere in what leaves. */
  readonly gone: readonly string[];
  /** Must stand in what leaves, as it is written in JSON without blanks. */
  readonly stays?: readonly string[];
}

const CASES: readonly Case[] = [
  {
    claim: 'a name in a list of rooms, homes or devices is the one the home gave',
    body: {
      homes: [{ name: 'Villa Krokus' }],
      rooms: { r1: { label: 'Oma unten' } },
      devices: [{ name: 'Papas Lampe', on: true }],
    },
    gone: ['Krokus', 'Oma', 'Papas'],
    stays: ['"on":true'],
  },
  {
    claim: 'a name of an option or a property of a device is nobody’s',
    body: { device: { options: [{ name: 'Eco' }] }, node: { props: [{ propertyName: 'level', deviceTypeName: 'Plug' }] } },
    gone: [],
    stays: ['"name":"Eco"', '"propertyName":"level"', '"deviceTypeName":"Plug"'],
  },
  {
    claim: 'a name beside an e-mail address is a person’s, and so is what is said of the body',
    body: { id: 4, name: 'Ilse Brandt', email: 'ilse@example.org', weight: 71.4, age: 44 },
    gone: ['Brandt', '71.4', '44'],
  },
  {
    claim: 'a name beside coordinates is a place’s, beside a serial a device’s',
    body: {
      list: [
        { name: 'Haus am See', lat: 48.1371, lon: 11.5754 },
        { name: 'Carport', serial: 'ZX81-20031', phone: '+4915112345678' },
      ],
    }, // prettier-ignore
    gone: ['See', 'Carport', '48.1371'],
  },
  {
    claim: 'a state beside city and country is a part of the country, else what the device does',
    body: { place: { city: 'Salem', state: 'Oregon', country: 'US' }, relay: { state: 'On', city: 'Salem' } },
    gone: ['Oregon', 'Salem'],
    stays: ['"state":"On"'],
  },
  {
    claim: 'an address with a street in it is a street’s, any other is a bus’s or a register’s',
    body: {
      a: { address: '12 Birch Lane' },
      b: { address: 'Lindenweg 4b' },
      c: { address: '0x1F' },
      d: { address: 'Channel 4' },
      e: { address: '1.2.14' },
    }, // prettier-ignore
    gone: ['Birch', 'Lindenweg'],
    stays: ['"0x1F"', '"Channel 4"', '"1.2.14"'],
  },
  {
    claim: 'a host of the home’s own network goes, a public one stays',
    body: { server_name: 'jonas-nas.local', uploadHost: 'media.fritz.box:8080', server: 'mqtt.vendor.example' },
    gone: ['jonas', 'fritz.box'],
    stays: ['mqtt.vendor.example'],
  },
  {
    claim: 'dBm under a name of a signal is its strength, percent and words are not',
    body: { wifi: -57, signal: '-71 dBm', radio: { signal: 'good' }, mode: { signal: 70 } },
    gone: ['-57', '-71'],
    stays: ['"good"', '70'],
  },
  {
    claim: 'a room written by people goes, an enumeration or a number stays',
    body: { room: 'Kinderzimmer Nord', a: { room: '155' }, b: { room: 'LIVING_ROOM' }, c: { location: 'auto' } },
    gone: ['Kinderzimmer'],
    stays: ['"155"', '"LIVING_ROOM"', '"auto"'],
  },
  {
    claim: 'of several members that could name a value the one that says something does',
    body: {
      list: [
        { type: 'string', name: 'ssid', value: 'Birkenhof' },
        { unit: 'x', StateName: 'NetworkSsid', ValueAsString: 'Birkenhof2' },
        { type: 'sensor', unique_id: 'wifi_connection_ssid', state: 'Birkenhof3' },
      ],
    }, // prettier-ignore
    gone: ['Birkenhof'],
  },
  {
    claim: 'a list of column names keeps its words, the rows below lose what they name',
    body: {
      a: 1,
      b: 2,
      c: 3,
      d: 4,
      e: 5,
      f: 6,
      g: 7,
      fields: ['index', 'rssi', 'uptime', 'latitude', 'longitude', 'humidity'],
      data: [[7, -69, 13788, 51.5281, -0.2417, 44]],
    }, // prettier-ignore
    gone: ['-69', '51.5281', '-0.2417'],
    stays: ['["index","rssi","uptime","latitude","longitude","humidity"]', '13788', '44'],
  },
  {
    claim: 'words beside coordinates are no header for them',
    body: { spot: { latLon: [58.9801, 20.5864], address: ['Quay 9', 'Some county'] } },
    gone: ['58.9801', '20.5864'],
  },
  {
    claim: 'kinds of protection in a row are no password',
    body: { authTypes: ['OPEN', 'WEP', 'WPA-PSK', 'WPA2-PSK', 'SAE'], psk: 'correct-horse' },
    gone: ['correct-horse'],
    stays: ['["OPEN","WEP","WPA-PSK","WPA2-PSK","SAE"]'],
  },
  {
    claim: 'under an address that names a whole report the report stays',
    body: { devices: { '02:00:5e:10:20:30': { on: true, battery: 80 } }, meters: { '700123456789': { watts: 12 } } },
    gone: ['02:00:5e:10:20:30', '700123456789'],
    stays: ['"on":true', '"battery":80', '"watts":12'],
  },
  {
    claim: 'under an address that a radio only heard nothing stays',
    body: { found: { '02:00:5e:10:20:30': { rssi: -60, name: 'Watch of Kim' } }, on: true },
    gone: ['Kim', '-60'],
    stays: ['"on":true'],
  },
  {
    claim: 'large counts, sizes and colours are readings, not identifiers',
    body: {
      disk: { size: 31855989432320, used: 8459815895040 },
      port: { tx: 22048870335, bytesSent: 12345678901 },
      rgb: 4278190080,
    },
    gone: [],
    stays: ['31855989432320', '22048870335', '12345678901', '4278190080'],
  },
  {
    claim: 'what a cloud addresses by stays, in the singular and the plural, and under a bare id',
    body: {
      id: '0de062b4f6922d489d3b312d',
      roomId: '2a8637b2-77ad-475e-b537-7b6f7f97fff6',
      group_ids: ['2a8637b2-77ad-475e-b537-7b6f7f97fff6'],
      source: { id: 8675309 },
    },
    gone: [],
    stays: ['0de062b4f6922d489d3b312d', '["2a8637b2-77ad-475e-b537-7b6f7f97fff6"]', '8675309'],
  },
  {
    claim: 'an identifier with an address in it gets a stand-in of its shape',
    body: { haId: 'ACME-OVEN1-3C846A0B91D2' },
    gone: ['3C846A0B91D2'],
    stays: ['"haId":"'],
  },
  {
    claim: 'an id or a type that another word qualifies is not what the members around make of an id',
    body: { zwave: { manufacturerId: 59, node: { typeId: 3 } }, radio: { choices: [{ id: 1 }] } },
    gone: [],
    stays: ['"manufacturerId":59', '"typeId":3', '"id":1'],
  },
  {
    claim: 'a word that only qualifies must stand in the name itself',
    body: { lastKnownState: { stateName: 'unlocked', doorName: 'x' }, first: { name: 'Eco' } },
    gone: [],
    stays: ['"stateName":"unlocked"', '"name":"Eco"'],
  },
  {
    claim: 'a telling word is seen behind letters that nobody knows',
    body: { nvsssid: 'Birkenhof', gprsimei: '356938035643809', xyhostname: 'kims-tablet' },
    gone: ['Birkenhof', '356938035643809', 'kims'],
  },
  {
    claim: 'first and last name stand in either order',
    body: { name: { first: 'Kim', last: 'Aalto', family: 'Aalto' } },
    gone: ['Kim', 'Aalto'],
  },
  {
    claim: 'what is listened to and looked at is no status',
    body: { track: { title: 'Waterloo', position: '0:01:02' }, nowArtist: 'x', artist: 'Abba', album: 'Gold' },
    gone: ['Waterloo', 'Abba', 'Gold'],
    stays: ['"0:01:02"'],
  },
];

for (const { claim, body, gone, stays = [] } of CASES) {
  test(claim, (t) => {
    const { text, error } = sieveBody(JSON.stringify(body), 'unknown');
    t.is(error, undefined);
    for (const value of gone) t.false(text!.includes(value), `${value} in ${text}`);
    for (const value of stays) t.true(text!.includes(value), `${value} not in ${text}`);
  });
}
