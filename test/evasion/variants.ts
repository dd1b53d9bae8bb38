// Variants of messages in which a secret wears an unusual dress: one generator for each class. `told`: only a home that has told the
// secret of itself can know it (nothing in the message says what it is).
import zlib from 'node:zlib';
import fc from 'fast-check';
import type { Part } from '#src/sieve.js';
import type { Secret } from './undress.js';

export interface Variant {
  readonly parts: readonly Part[];
  readonly secrets: readonly Secret[];
  readonly told: boolean;
  /** Functional data that must pass where the message does. */
  readonly keep?: string;
}

export const SSID = 'Kestrel-Nest-5G';
export const MAC = 'a4:2b:b0:19:2e:f3';
export const IP = '203.0.113.77';
export const PLACE = '48.137154,11.576124';
const PASSWORD = 'correct-horse-77';
const ssid: Secret = { kind: 'text', value: SSID };
const mac: Secret = { kind: 'mac', value: MAC };
const ip: Secret = { kind: 'ip', value: IP };
const place: Secret = { kind: 'place', value: PLACE };
const password: Secret = { kind: 'text', value: PASSWORD };

type Write = (text: string) => string;
const one = <T>(...of: T[]): fc.Arbitrary<T> => fc.constantFrom(...of);
const codes = (text: string): number[] => [...text].map((c) => c.codePointAt(0)!);
const hex = (text: string): string => Buffer.from(text).toString('hex');
const base64: Write = (text) => Buffer.from(text).toString('base64');
const percent: Write = (text) => [...Buffer.from(text)].map((b) => `%${b.toString(16).padStart(2, '0')}`).join('');

function base32(text: string): string {
  const bits = [...Buffer.from(text)].map((b) => b.toString(2).padStart(8, '0')).join('');
  return (bits.match(/.{1,5}/g) ?? [])
    .map((five) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'[Number.parseInt(five.padEnd(5, '0'), 2)])
    .join('');
}

export function body(value: unknown, mediaType = 'application/json'): Part[] {
  const bytes = Buffer.from(typeof value === 'string' ? value : JSON.stringify(value));
  return [{ in: 'body', kind: 'bytes', bytes, mediaType }];
}
const at = (place: 'path' | 'query' | 'cookie' | 'topic', text: string): Part[] => [
  { in: place, kind: 'bytes', bytes: Buffer.from(text) },
];
const header = (name: string, value: string): Part[] => [{ in: 'header', kind: 'fields', fields: [[name, value]] }];

const noise = fc.record({ mode: one('AirFry'), temp: fc.integer({ min: -40, max: 250 }), on: fc.boolean() });

// ── names ─────────────────────────────────────────────────────────────────────────────────────────────────────────────────
const nameWords = one(
  ['ssid'],
  ['wifi', 'ssid'],
  ['wifi', 'name'],
  ['network', 'name'],
  ['essid'],
  ['wlan', 'ssid'],
  ['ap', 'ssid'],
  ['hotspot', 'name'],
  ['имя', 'сети'],
  ['название', 'сети'],
  ['netzwerkname'],
  ['nombre', 'red'],
  ['nom', 'reseau'],
  ['网络名称'],
  ['joined', 'network'],
); // prettier-ignore
const joins = one<(w: readonly string[]) => string>(
  (w) => w.join('_'),
  (w) => w.join('-'),
  (w) => w.join('.'),
  (w) => w.join(' '),
  (w) => w.join('__').toUpperCase(),
  (w) => w.map((x, i) => (i === 0 ? x : x[0]!.toUpperCase() + x.slice(1))).join(''),
  (w) => w.map((x) => x[0]!.toUpperCase() + x.slice(1)).join(''),
); // prettier-ignore
const dressing = one<Write>(
  (n) => n,
  (n) => `${n[0]}\u200b${n.slice(1)}`,
  (n) => `${n}\u0000`,
  (n) => `${n}_2`,
  (n) => `current_${n}`,
  (n) => `${n}[0]`,
  (n) => `@${n}`,
  (n) => ` ${n} `,
  (n) => n.replace(/[a-z]/g, (c) => String.fromCharCode(c.charCodeAt(0) + 0xfee0)),
  (n) => n.replace(/s/, 'ѕ').replace(/i/, 'і'),
  (n) => percent(n),
  (n) => `wlan0.${n}`,
  (n) => (/[a-z]$/i.test(n) ? `${n}名` : n),
); // prettier-ignore
const dressedName = fc.tuple(nameWords, joins, dressing).map(([words, join, dress]) => dress(join(words)));

export const jsonKeys: fc.Arbitrary<Variant> = fc
  .tuple(dressedName, noise, fc.integer({ min: 0, max: 3 }))
  .map(([name, rest, deep]) => {
    let value: unknown = { ...rest, [name]: SSID };
    for (let i = 0; i < deep; i += 1) value = { [`d${i}`]: value };
    return { parts: body(value), secrets: [ssid], told: false, keep: 'AirFry' };
  });

// ── shapes ────────────────────────────────────────────────────────────────────────────────────────────────────────────────
const named = one<(n: string, v: unknown) => unknown>(
  (n, v) => ({ p: [{ k: n, v }] }),
  (n, v) => ({ p: [{ name: n, value: v }] }),
  (n, v) => [
    [n, v],
    ['mac', ''],
  ],
  (n, v) => ({ p: [n, v, 'x'] }),
  (n, v) => ({ op: 'replace', path: `/net/${n}`, value: v }),
  (n, v) => ({ key: n, is: v }),
  (n, v) => ({ type: n, string_value: v }),
  (n, v) => ({ key: ['net', n], value: v }),
  (n, v) => ({ metric: { name: n }, value: v }),
  (n, v) => ({ cols: [n, 'mode'], rows: [[v, 'eco']] }),
  (n, v) => ({
    data: [
      [n, 'mode'],
      [v, 'eco'],
    ],
  }),
  (n, v) => ({ names: [n], values: [v] }),
  (n, v) => ({ fields: [{ name: n }, { name: 'mode' }], rows: [[v, 'eco']] }),
  (n, v) => ({ columns: { [n]: 0, mode: 1 }, rows: [[v, 'eco']] }),
  (n, v) => ({ [n]: { x: v } }),
  (n, v) => ({ [n]: [v] }),
  (n, v) => ({ [n]: { value: v } }),
  (n, v) => ({ [n]: JSON.stringify({ x: v, value: v }) }),
); // prettier-ignore
const plainName = one('ssid', 'wifi_ssid', 'wifiName', 'SSID', 'network name', 'essid');
const namedShape = fc
  .tuple(named, plainName)
  .map(([write, name]): Variant => ({ parts: body(write(name, SSID)), secrets: [ssid], told: false }));
const sentence = fc
  .tuple(
    one('ssid', 'SSID', 'wlan0 ssid', 'wifi name', 'имя сети'),
    one(': ', '=', ' = ', ' -> ', ' => ', ' ', ' is ', '|', '/', ';', ', ', '\t', '\n'),
    one('', '"', "'"),
  )
  .map(
    ([name, by, quote]): Variant => ({
      parts: body({ log: `${name}${by}${quote}${SSID}${quote} ok`, mode: 'AirFry' }),
      secrets: [ssid],
      told: false,
      keep: 'AirFry',
    }),
  ); // prettier-ignore
const keyed = fc
  .tuple(one('ssid', 'ssids', 'wifi_ssid'), one<unknown>(-40, { rssi: -40 }, [1], 'ok'))
  .map(([name, v]): Variant => ({ parts: body({ [name]: { [SSID]: v } }), secrets: [ssid], told: false }));
const pieces = one<unknown>(
  codes(SSID),
  [...codes(SSID)].reverse(),
  codes(SSID).join(','),
  codes(SSID).join(' '),
  [...SSID],
  [...SSID].reverse(),
  SSID.match(/.{1,2}/g),
  SSID.match(/.{1,3}/g),
  [SSID.slice(0, 8), SSID.slice(8)],
  { type: 'Buffer', data: codes(SSID) },
  codes(SSID).map((c) => `0x${c.toString(16)}`),
  [...SSID].join(' '),
  [...SSID].join('.'),
  [...SSID].join('\u200b'),
  SSID.toUpperCase(),
  [...SSID].reverse().join(''),
  SSID.replace(/e/g, 'е'),
  `xx${SSID}yy`,
  { [SSID]: 1 },
  { [`n_${SSID}`]: 1 },
); // prettier-ignore
const inPieces = fc
  .tuple(one('q', 'p7', 'data', 'x'), pieces)
  .map(([name, v]): Variant => ({ parts: body({ [name]: v }), secrets: [ssid], told: true }));
export const jsonShapes = fc.oneof(namedShape, sentence, keyed, inPieces);

// ── notations ─────────────────────────────────────────────────────────────────────────────────────────────────────────────
const pairs = MAC.split(':');
const octets = IP.split('.').map(Number);
const bare = pairs.join('');
const macBytes = pairs.map((p) => Number.parseInt(p, 16));
const [latitude, longitude] = PLACE.split(',').map(Number) as [number, number];
const macForms: readonly unknown[] = [
  ...[':', '-', '', '.', '_', ' ', ';', '|', '/', '#', '*', ', ', '\u200b:', '：'].flatMap((by) => [
    pairs.join(by),
    pairs.join(by).toUpperCase(),
  ]),
  bare.replace(/(.{4})(?=.)/g, '$1.'),
  `${bare.slice(0, 6)}-${bare.slice(6)}`,
  `0x${bare}`,
  pairs.map((p) => `0x${p}`).join(','),
  Number.parseInt(bare, 16),
  String(Number.parseInt(bare, 16)),
  macBytes,
  macBytes.join(','),
  macBytes.join('.'),
  pairs,
  [...pairs].reverse().join(':'),
  `fe80::${(macBytes[0]! ^ 2).toString(16)}2b:b0ff:fe19:2ef3`,
  `3f2c1a40-1dd2-11b2-8000-${bare}`,
  `esp_${bare}.local`,
  Buffer.from(macBytes).toString('base64'),
  base64(MAC),
  base64(bare),
  hex(MAC),
  `{${MAC}}`,
  [...bare].join(' '),
]; // prettier-ignore
const macNotation = fc
  .tuple(one('mac', 'MAC_ADDR', 'routerMac', 'bssid', 'p7', 'q'), one(...macForms))
  .map(([name, v]): Variant => ({ parts: body({ [name]: v }), secrets: [mac], told: /^.{1,2}$/.test(name) }));
const octetsHex = octets.map((o) => o.toString(16).padStart(2, '0'));
const ipForms: readonly unknown[] = [
  IP,
  `${IP}:80`,
  `${IP}/24`,
  `0x${octetsHex.join('')}`,
  octetsHex.join(''),
  octets.map((o) => `0x${o.toString(16)}`).join('.'),
  octets.map((o) => `0${o.toString(8)}`).join('.'),
  octets.map((o) => String(o).padStart(3, '0')).join('.'),
  octets.reduce((n, o) => n * 256 + o, 0),
  octets.join('-'),
  octets.join('_'),
  octets.join(','),
  octets.join(':'),
  octets,
  `::ffff:${IP}`,
  `[${IP}]`,
  `ip-${octets.join('-')}.example.net`,
  `http://${IP}/x`,
  base64(IP),
  IP.replaceAll('.', '。'),
]; // prettier-ignore
const ipNotation = fc
  .tuple(one('wan_ip', 'ipAddress', 'publicIp', 'q'), one(...ipForms))
  .map(([name, v]): Variant => ({ parts: body({ [name]: v }), secrets: [ip], told: name === 'q' }));
const placeForms: readonly (readonly [object, boolean])[] = [
  ...[',', ', ', ' ', ';', '/'].map((by) => [{ q: `${latitude}${by}${longitude}` }, false] as const),
  [{ lat: latitude, lon: longitude }, false],
  [{ loc: [longitude, latitude] }, false],
  [{ latitudeE7: 481371540, longitudeE7: 115761240 }, false],
  [{ q: 481371540, r: 115761240 }, true],
  [{ location: { x: latitude, y: longitude } }, false],
  [{ q: `geo:${PLACE};u=35` }, false],
  [{ q: `POINT(${longitude} ${latitude})` }, false],
  [{ q: `N${latitude} E${longitude}` }, false],
  [{ q: `${latitude}N, ${longitude}E` }, false],
  [{ q: `48°8'13.7"N 11°34'34.0"E` }, false],
  [{ q: '48 8 13.7 N, 11 34 34.0 E' }, false],
  [{ q: 'u281z7j7p' }, true],
  [{ geohash: 'u281z7j7p' }, false],
  [{ bbox: [11.576124, 48.137154, 11.576224, 48.137254] }, false],
  [{ q: latitude }, true],
  [{ широта: latitude, долгота: longitude }, false],
  [{ url: `https://maps.example/@${PLACE},15z` }, false],
]; // prettier-ignore
const placeNotation = one(...placeForms).map(
  ([value, told]): Variant => ({ parts: body({ ...value, mode: 'AirFry' }), secrets: [place], told }),
);
export const notations = fc.oneof(macNotation, ipNotation, placeNotation);

// ── codings ───────────────────────────────────────────────────────────────────────────────────────────────────────────────
const coding = one<Write>(
  base64,
  hex,
  base32,
  percent,
  (t) => Buffer.from(t).toString('base64url'),
  (t) => zlib.gzipSync(t).toString('base64'),
  (t) => zlib.deflateSync(t).toString('base64'),
  (t) => `ab.${base64(t)}`,
  (t) =>
    base64(t)
      .match(/.{1,16}/g)!
      .join('\r\n'),
  (t) => [...t].map((c) => `&#${c.charCodeAt(0)};`).join(''),
  (t) => [...t].map((c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`).join(''),
  (t) => encodeURIComponent(t),
); // prettier-ignore
const message = one<string>(
  JSON.stringify({ ssid: SSID }),
  JSON.stringify({ net: { wifiName: SSID }, mode: 'eco' }),
  `ssid=${SSID}&mode=eco`,
  `<a><ssid>${SSID}</ssid></a>`,
  `ssid: ${SSID}`,
  `net:\n  ssid: ${SSID}\n`,
  JSON.stringify(JSON.stringify({ ssid: SSID })),
); // prettier-ignore
const carrier = one<(text: string) => Part[]>(
  (t) => body({ payload: t, power: 'on' }),
  (t) => body({ a: { b: [t] } }),
  (t) => body(`a=1&q=${encodeURIComponent(t)}`, 'application/x-www-form-urlencoded'),
  (t) => at('query', `a=1&q=${encodeURIComponent(t)}`),
  (t) => at('cookie', `q=${encodeURIComponent(t)}`),
  (t) => header('X-Data', t.replace(/[\r\n]+/g, '')),
); // prettier-ignore
const wrapped = fc
  .tuple(message, fc.array(coding, { minLength: 1, maxLength: 2 }), carrier)
  .map(([text, by, carry]): Variant => ({ parts: carry(by.reduce((t, write) => write(t), text)), secrets: [ssid], told: false }));
const partOfText = fc
  .tuple(one('', 'a', 'ab', 'x: '), one('', 'z', ' tail'), coding, carrier)
  .map(([before, after, write, carry]): Variant => ({ parts: carry(write(before + SSID + after)), secrets: [ssid], told: true }));
export const codings = fc.oneof(wrapped, partOfText);

// ── formats ───────────────────────────────────────────────────────────────────────────────────────────────────────────────
const formats = one<(n: string) => Part[]>(
  (n) => body(`<s><${n}>${SSID}</${n}><m v="${MAC}"/></s>`, 'application/xml'),
  (n) => body(`${n}: ${SSID}\nmac: ${MAC}\n`, 'application/yaml'),
  (n) => body(`${n},mac\n${SSID},${MAC}\n`, 'text/csv'),
  (n) => body(`${n}=${SSID}&mac=${MAC}`, 'application/x-www-form-urlencoded'),
  (n) => body(`{"${n}":"${SSID}"}\n{"mac":"${MAC}"}\n`, 'application/x-ndjson'),
  (n) => body(`wifi,host=a ${n}="${SSID}",mac="${MAC}" 1763773200000000000`, 'text/plain'),
  (n) => body(`[wifi]\n${n}=${SSID}\nmac=${MAC}\n`, 'text/plain'),
  (n) => body(`<134>1 2025-11-22T00:00:00Z h app - - - ${n}=${SSID} mac=${MAC}`, 'text/plain'),
  (n) => body(`joined ${n}: ${SSID} via ${MAC}`, 'text/plain'),
  (n) =>
    body(
      `--b\r\nContent-Disposition: form-data; name="${n}"\r\n\r\n${SSID}\r\n--b\r\nContent-Disposition: form-data; name="f"; filename="${MAC}.log"\r\n\r\nok\r\n--b--\r\n`,
      'multipart/form-data; boundary=b',
    ),
); // prettier-ignore
const label = one('application/json', 'image/png', 'text/plain', 'application/octet-stream', '', undefined);
export const formatted: fc.Arbitrary<Variant> = fc
  .tuple(formats, one('ssid', 'wifi_ssid', 'SSID', 'wifiName'), label)
  .map(([write, name, other]) => {
    const [part] = write(name) as [Extract<Part, { kind: 'bytes' }>];
    const labelled = other === undefined ? part : { ...part, mediaType: other };
    return { parts: [labelled], secrets: [ssid, mac], told: false };
  });

// ── places ────────────────────────────────────────────────────────────────────────────────────────────────────────────────
const value = one<Write>((t) => t, encodeURIComponent, percent);
const pathLevels = one('ssid', 'wifi/ssid', 'net/wifi-name', 'network/name', 'wifi/ssid/set', 'essid');
const inPath = fc.tuple(one('', '/v1', '/v1/networks', '/api/v2/devices/d1'), pathLevels, value, one('', '/x', '/state/y')).map(
  ([before, name, write, after]): Variant => ({
    parts: at('path', `${before}/${name}/${write(SSID)}${after}`),
    secrets: [ssid],
    told: false,
  }),
);
const keyPath = fc.tuple(one('/v1', '/home'), one('psk', 'wifi/password', 'wifi-password', 'passphrase'), one('', '/set')).map(
  ([before, name, after]): Variant => ({
    parts: at('path', `${before}/${name}/${PASSWORD}${after}`),
    secrets: [password],
    told: false,
  }),
);
const matrix = fc
  .tuple(one(';ssid=', ';mode=eco;ssid=', ':ssid=', ',ssid='), value)
  .map(([by, write]): Variant => ({ parts: at('path', `/v1/x${by}${write(SSID)}/y`), secrets: [ssid], told: false }));
const inQuery = fc
  .tuple(
    one(
      'ssid=',
      'net[ssid]=',
      'ssid[]=',
      'SSID=',
      '%73sid=',
      '%2573sid=',
      'a=1&wifi.ssid=',
      'k=ssid&v=',
      'q=ssid:',
      'd=ssid%3D',
      'ssid:',
      'r=http%3A%2F%2Fx%2F%3Fssid%3D',
      ';ssid=',
    ),
    value,
  )
  .map(([name, write]): Variant => ({ parts: at('query', name + write(SSID)), secrets: [ssid], told: false }));
const inCookie = fc
  .tuple(one('ssid=', 'a=1; wifi_ssid=', 'p=ssid:', 'p=mode%3Deco%26ssid%3D', 'p=%7B%22ssid%22%3A%22'), value)
  .map(([name, write]): Variant => ({ parts: at('cookie', name + write(SSID)), secrets: [ssid], told: false }));
const inHeader = one<readonly [string, string]>(
  ['X-Wifi-Ssid', SSID],
  ['SSID', SSID],
  ['X-Net', `ssid="${SSID}"; q=1`],
  ['X-Info', `ssid ${SSID}`],
  ['X-Info', `ssid:${SSID}`],
  ['User-Agent', `App/1 (SSID: ${SSID})`],
  ['Link', `<http://x/?ssid=${SSID}>; rel=next`],
  ['Referer', `http://hub/?ssid=${SSID}#x`],
  ['Content-Disposition', `attachment; filename="x"; ssid="${SSID}"`],
  ['Baggage', `ssid=${SSID},mode=eco`],
  ['X-J', JSON.stringify({ ssid: SSID })],
  ['X-J', base64(JSON.stringify({ ssid: SSID }))],
).map(([name, v]): Variant => ({ parts: header(name, v), secrets: [ssid], told: false })); // prettier-ignore
const addressed = fc
  .tuple(
    one<readonly [string, string]>(
      ['Authorization', `Digest username="${MAC}", realm="r"`],
      ['Authorization', `Basic ${base64(`${MAC}:pw`)}`],
      ['X-Device', bare],
      ['User-Agent', `ESP/${MAC}`],
      ['Referer', `http://h/?m=${bare}`],
      ['If-None-Match', `"${MAC}"`],
    ),
  )
  .map(([[name, v]]): Variant => ({ parts: header(name, v), secrets: [mac], told: false })); // prettier-ignore
const inTopic = fc
  .tuple(
    one('', 'home/', 'a/b/c/', 'tele/dev1/'),
    one('ssid', 'wifi/ssid', 'wifi/name', 'psk', 'wifi/password'),
    one('', '/x', '/set'),
  )
  .map(
    ([before, name, after]): Variant => ({
      parts: at('topic', `${before}${name}/${SSID}${after}`),
      secrets: [ssid],
      told: false,
    }),
  );
const ownAnywhere = fc
  .tuple(
    one<Write>(
      (t) => t,
      base64,
      hex,
      percent,
      (t) => t.toUpperCase(),
    ),
    one<(t: string) => Part[]>(
      (t) => at('path', `/v1/${t.replace(/[^\w%.~-]/g, '')}/z`),
      (t) => at('topic', `a/${t.replace(/\//g, '')}/z`),
      (t) => header('X-Q', t),
      (t) => at('cookie', `q=${t}`),
      (t) => at('query', `q=${encodeURIComponent(t)}`),
    ),
  )
  .map(([write, carry]): Variant => ({ parts: carry(write(SSID)), secrets: [ssid], told: true })); // prettier-ignore
export const places = fc.oneof(inPath, keyPath, matrix, inQuery, inCookie, inHeader, addressed, inTopic, ownAnywhere);
