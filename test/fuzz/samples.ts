// Small valid messages of every format, made of one made-up document. Encoders of their own, so that no fault is shared with the readers.
import zlib from 'node:zlib';
import type { Random } from './random.js';

export type Value = string | number | boolean | null | readonly Value[] | { readonly [name: string]: Value };
export type Members = Readonly<Record<string, Value>>;

/** What the household of the samples calls its own. */
export const SECRETS = { ssid: 'Fjordhaven-Upstairs', mac: '3c:84:6a:0b:91:d2', ip: '198.51.100.23' } as const;

export const utf8 = (text: string): Buffer => Buffer.from(text, 'utf8');
export const hex = (text: string): Buffer => Buffer.from(text.replaceAll(' ', ''), 'hex');

export const DOCUMENT: Members = {
  method: 'devicestatus',
  deviceStatus: 'on',
  mode: 'AirFry',
  temp: 180,
  level: 21.5,
  lid: false,
  extra: null,
  network: { wifiSSID: SECRETS.ssid, routerMac: SECRETS.mac, ip: SECRETS.ip, rssi: -61 },
  history: [1, 2, 300],
  note: `joined ${SECRETS.ssid} as ${SECRETS.ip}`,
};
const FLAT: Readonly<Record<string, string>> = {
  mode: 'auto',
  ssid: SECRETS.ssid,
  mac: SECRETS.mac,
  ip: SECRETS.ip,
  temp: '21.5',
  q: 'a b',
};

const NAMES = [
  'ssid',
  'wifiName',
  'mac',
  'routerMac',
  'ip',
  'mode',
  'temp',
  'note',
  'name',
  'value',
  'k',
  'v',
  'data',
  'x',
  'id',
  'time',
  'Имя',
];
const TEXTS = [
  SECRETS.ssid,
  SECRETS.mac,
  SECRETS.ip,
  '3C846A0B91D2',
  'on',
  'auto',
  '',
  '21.5',
  'a@b.example',
  'eyJhIjoxfQ==',
  '{"a":1}',
  'ключ',
  '2026-01-01T00:00:00Z',
  'mode=auto ip=198.51.100.23',
  'x'.repeat(40),
];

/** A made-up document, four levels deep at most. */
export function document(random: Random, depth = 0): Members {
  const size = random.below(5);
  const members: Record<string, Value> = {};
  for (let i = 0; i < size; i += 1) members[random.pick(NAMES)] = value(random, depth + 1);
  return members;
}

function value(random: Random, depth: number): Value {
  const way = random.below(depth > 3 ? 6 : 8);
  if (way <= 2) return random.pick(TEXTS);
  if (way === 3) return random.pick([0, -1, 7, 255, 65536, 2 ** 40, 1.5, -0.25, 1e300, 1763773200]);
  if (way === 4) return random.chance(0.5);
  if (way === 5) return null;
  if (way === 6) return Array.from({ length: random.below(6) }, () => value(random, depth + 1));
  return document(random, depth + 1);
}

export const json = (value: Value): Buffer => utf8(JSON.stringify(value));
const leafText = (value: Value): string => (typeof value === 'string' ? value : JSON.stringify(value));
const flat = (members: Members): [string, string][] => Object.entries(members).map(([name, value]) => [name, leafText(value)]);

export const form = (members: Members): Buffer =>
  utf8(
    flat(members)
      .map((pair) => pair.map(encodeURIComponent).join('='))
      .join('&'),
  );
export const lines = (members: Members): Buffer =>
  utf8(
    flat(members)
      .map(([name, value]) => `${name}=${value.replaceAll('\n', ' ')}\n`)
      .join(''),
  );
export const cookies = (members: Members): Buffer =>
  utf8(
    flat(members)
      .map((pair) => pair.map(encodeURIComponent).join('='))
      .join('; '),
  );
export const csv = (members: Members): Buffer => {
  const cell = (text: string): string => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  const pairs = flat(members);
  return utf8(
    `${pairs.map(([name]) => cell(name)).join(',')}\r\n${pairs.map(([, value]) => cell(value)).join(',')}\r\n${pairs.map(() => '1').join(',')}\r\n`,
  );
};

export function xml(members: Members): Buffer {
  const escaped = (text: string): string => text.replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`);
  const inside = (value: Value): string => {
    if (Array.isArray(value)) return value.map((item) => `<item>${inside(item)}</item>`).join('');
    if (value !== null && typeof value === 'object')
      return Object.entries(value as Members)
        .map(([name, item]) => `<${tag(name)} kind="${typeof item}">${inside(item)}</${tag(name)}>`)
        .join('');
    return escaped(leafText(value));
  };
  const tag = (name: string): string => name.replace(/[^\w\u0400-\u04ff]/g, '_');
  return utf8(`<?xml version="1.0" encoding="UTF-8"?>\n<r>${inside(members)}</r>`);
}

export function yaml(value: Value, indent = ''): Buffer {
  const text = (item: Value, pad: string): string => {
    if (Array.isArray(item))
      return item.length === 0 ? ' []\n' : `\n${item.map((one) => `${pad}-${text(one, `${pad}  `)}`).join('')}`;
    if (item !== null && typeof item === 'object') {
      const entries = Object.entries(item as Members);
      return entries.length === 0
        ? ' {}\n'
        : `\n${entries.map(([name, one]) => `${pad}${name}:${text(one, `${pad}  `)}`).join('')}`;
    }
    return ` ${typeof item === 'string' ? JSON.stringify(item) : String(item)}\n`;
  };
  return utf8(`---${text(value, indent)}`);
}

const sized = (head: number, size: number, length: number): Buffer => {
  const bytes = Buffer.alloc(1 + size);
  bytes[0] = head;
  bytes.writeUIntBE(length, 1, size);
  return bytes;
};
const double = (head: number, value: number): Buffer => {
  const bytes = Buffer.alloc(9, head);
  bytes.writeDoubleBE(value, 1);
  return bytes;
};

export function cbor(value: Value): Buffer {
  const head = (major: number, n: number): Buffer => {
    if (n < 24) return Buffer.of((major << 5) | n);
    return n < 256 ? sized((major << 5) | 24, 1, n) : n < 65536 ? sized((major << 5) | 25, 2, n) : sized((major << 5) | 26, 4, n);
  };
  if (value === null) return Buffer.of(0xf6);
  if (typeof value === 'boolean') return Buffer.of(value ? 0xf5 : 0xf4);
  if (typeof value === 'string') return Buffer.concat([head(3, utf8(value).length), utf8(value)]);
  if (typeof value === 'number') {
    if (!Number.isInteger(value) || Math.abs(value) > 0xffffffff) return double(0xfb, value);
    return value < 0 ? head(1, -1 - value) : head(0, value);
  }
  if (Array.isArray(value)) return Buffer.concat([head(4, value.length), ...value.map(cbor)]);
  const members = Object.entries(value as Members);
  return Buffer.concat([head(5, members.length), ...members.flatMap(([name, item]) => [cbor(name), cbor(item)])]);
}

export function msgpack(value: Value): Buffer {
  const counted = (n: number, fix: number, most: number, head16: number): Buffer =>
    n <= most ? Buffer.of(fix | n) : n < 65536 ? sized(head16, 2, n) : sized(head16 + 1, 4, n);
  if (value === null) return Buffer.of(0xc0);
  if (typeof value === 'boolean') return Buffer.of(value ? 0xc3 : 0xc2);
  if (typeof value === 'string') return Buffer.concat([counted(utf8(value).length, 0xa0, 31, 0xda), utf8(value)]);
  if (typeof value === 'number') {
    if (!Number.isInteger(value) || value > 0xffffffff || value < -32) return double(0xcb, value);
    return value < 0 ? Buffer.of(value & 0xff) : value < 128 ? Buffer.of(value) : sized(0xce, 4, value);
  }
  if (Array.isArray(value)) return Buffer.concat([counted(value.length, 0x90, 15, 0xdc), ...value.map(msgpack)]);
  const members = Object.entries(value as Members);
  return Buffer.concat([
    counted(members.length, 0x80, 15, 0xde),
    ...members.flatMap(([name, item]) => [msgpack(name), msgpack(item)]),
  ]);
}

export const varint = (n: number): Buffer => {
  const bytes: number[] = [];
  for (; n >= 128; n = Math.floor(n / 128)) bytes.push((n % 128) | 128);
  return Buffer.of(...bytes, n);
};
export const delimited = (field: number, bytes: Uint8Array): Buffer =>
  Buffer.concat([varint(field * 8 + 2), varint(bytes.length), bytes]);

/** Members in their order as fields 1, 2, …; texts as strings, objects as messages. */
export function protobuf(value: Value): Buffer {
  const fields = Array.isArray(value)
    ? value
    : value !== null && typeof value === 'object'
      ? Object.values(value as Members)
      : [value];
  return Buffer.concat(
    fields.map((item: Value, i) => {
      const field = (i % 20) + 1;
      if (typeof item === 'number') {
        if (Number.isInteger(item) && item >= 0 && item <= Number.MAX_SAFE_INTEGER)
          return Buffer.concat([varint(field * 8), varint(item)]);
        const bytes = Buffer.alloc(8);
        bytes.writeDoubleLE(item);
        return Buffer.concat([varint(field * 8 + 1), bytes]);
      }
      if (typeof item === 'boolean' || item === null) return Buffer.concat([varint(field * 8), varint(item ? 1 : 0)]);
      return delimited(field, typeof item === 'string' ? utf8(item) : protobuf(item));
    }),
  );
}
export const grpc = (message: Uint8Array): Buffer => Buffer.concat([sized(0, 4, message.length), message]);

/** A Sparkplug B payload: a time, metrics with names and values, a sequence number. */
export function sparkplug(members: Members): Buffer {
  const metrics = flat(members).map(([name, text]) =>
    delimited(
      2,
      Buffer.concat([delimited(1, utf8(name)), Buffer.concat([varint(4 * 8), varint(12)]), delimited(15, utf8(text))]),
    ),
  );
  return Buffer.concat([varint(8), varint(1_763_773_200_000), ...metrics, varint(3 * 8), varint(7)]);
}

export const BOUNDARY = 'sample-7f3a';
export function multipart(members: Members): Buffer {
  const parts = Object.entries(members).map(([name, item], i) => {
    const bytes = typeof item === 'object' ? json(item) : utf8(leafText(item));
    const type = typeof item === 'object' ? 'Content-Type: application/json\r\n' : '';
    const coded = i % 4 === 3;
    const coding = coded ? 'Content-Transfer-Encoding: base64\r\n' : '';
    const file = i % 3 === 2 ? `; filename="${name}.json"` : '';
    const content = coded ? utf8(bytes.toString('base64')) : bytes;
    const head = `--${BOUNDARY}\r\nContent-Disposition: form-data; name="${name.replaceAll('"', '%22')}"${file}\r\n${type}${coding}\r\n`;
    return Buffer.concat([utf8(head), content, utf8('\r\n')]);
  });
  return Buffer.concat([...parts, utf8(`--${BOUNDARY}--\r\n`)]);
}

export const influx = (members: Members): Buffer => {
  const escaped = (text: string): string => text.replace(/[ ,=]/g, '\\$&');
  const fields = flat(members).map(
    ([name, text]) => `${escaped(name)}="${text.replace(/["\\]/g, '\\$&').replaceAll('\n', ' ')}"`,
  );
  return utf8(
    `wifi,mac=${SECRETS.mac},room=hall ${[...fields, 'rssi=-61i', 't=21.5', 'on=true'].join(',')} 1763773200000000000\n`,
  );
};
export const syslog = (members: Members): Buffer => {
  const parameters = flat(members).map(
    ([name, text]) => `${name.replace(/[^!-~]|[=\]"]/g, '_')}="${text.replace(/["\\\]]/g, '\\$&')}"`,
  );
  return utf8(
    `<34>1 2026-11-22T06:41:34.003Z fryer.local app 8710 ID47 [net@32473 ${parameters.join(' ')}] joined ${SECRETS.ssid} ip=${SECRETS.ip}\n`,
  );
};
export const log = (members: Members): Buffer =>
  utf8(
    `2026-11-22 06:41:34 INFO wifi: joined ${SECRETS.ssid} (${SECRETS.mac}) ${flat(members)
      .map(([n, v]) => `${n}=${v}`)
      .join(' ')}\nnext line: {"a":${JSON.stringify(members)}}\n`,
  );

const segment = (marker: number, content: Uint8Array): Buffer =>
  Buffer.concat([Buffer.of(0xff, marker), sized(0, 2, content.length + 2).subarray(1), content]);
export const jpeg = (): Buffer =>
  Buffer.concat([
    hex('ffd8'),
    segment(0xe0, hex('4a46494600010100000100010000')),
    segment(0xe1, Buffer.concat([utf8('Exif\0\0'), hex('4d4d002a00000008'), utf8(SECRETS.ssid)])),
    segment(0xfe, utf8(`comment ${SECRETS.mac}`)),
    segment(0xdb, Buffer.alloc(65, 1)),
    segment(0xda, hex('0101003f00')),
    hex('112233ff00445566ffd0778899'),
    hex('ffd9'),
  ]);
const chunk = (type: string, content: Uint8Array): Buffer =>
  Buffer.concat([sized(0, 4, content.length).subarray(1), utf8(type), content, hex('00000000')]);
export const png = (): Buffer =>
  Buffer.concat([
    hex('89504e470d0a1a0a'),
    chunk('IHDR', hex('00000001000000010802000000')),
    chunk('tEXt', utf8(`Comment\0${SECRETS.ssid}`)),
    chunk('IDAT', hex('789c6360000000020001')),
    chunk('IEND', Buffer.alloc(0)),
  ]);
export const webp = (): Buffer => {
  const part = (type: string, content: Buffer): Buffer => {
    const size = Buffer.alloc(4);
    size.writeUInt32LE(content.length);
    return Buffer.concat([utf8(type), size, content, Buffer.alloc(content.length % 2)]);
  };
  return part(
    'RIFF',
    Buffer.concat([
      utf8('WEBP'),
      part('VP8X', hex('0c000000000000000000')),
      part('VP8 ', hex('112233445566')),
      part('EXIF', utf8(SECRETS.ssid)),
    ]),
  );
};
const box = (type: string, content: Uint8Array): Buffer =>
  Buffer.concat([sized(0, 4, content.length + 8).subarray(1), utf8(type), content]);
export const mp4 = (): Buffer =>
  Buffer.concat([
    box('ftyp', utf8('isom\0\0\0\x01isommp41')),
    box(
      'moov',
      Buffer.concat([
        box('mvhd', Buffer.alloc(20)),
        box('udta', box('\u00a9xyz'.slice(0, 4), utf8(`+48.8577+002.295/ ${SECRETS.ssid}`))),
      ]),
    ),
    box('mdat', hex('00112233')),
  ]);

export const gzip = (bytes: Uint8Array): Buffer => zlib.gzipSync(bytes);
export const deflate = (bytes: Uint8Array): Buffer => zlib.deflateSync(bytes);
export const raw = (bytes: Uint8Array): Buffer => zlib.deflateRawSync(bytes);
export const br = (bytes: Uint8Array): Buffer =>
  zlib.brotliCompressSync(bytes, { params: { [zlib.constants.BROTLI_PARAM_QUALITY]: 5 } });

export interface Sample {
  readonly label: string;
  readonly bytes: Uint8Array;
}

/** The document in every format, with its label. */
export function samples(members: Members = DOCUMENT): Sample[] {
  const plain = json(members);
  return [
    { label: 'application/json', bytes: plain },
    { label: 'application/x-ndjson', bytes: Buffer.concat([plain, utf8('\n'), plain, utf8('\n{"a":1}\n')]) },
    { label: 'application/x-www-form-urlencoded', bytes: form(members) },
    { label: `multipart/form-data; boundary=${BOUNDARY}`, bytes: multipart(members) },
    { label: 'application/cbor', bytes: cbor(members) },
    { label: 'application/msgpack', bytes: msgpack(members) },
    { label: 'application/x-protobuf', bytes: protobuf(members) },
    { label: 'application/grpc', bytes: grpc(protobuf(members)) },
    { label: 'application/sparkplug', bytes: sparkplug(members) },
    { label: 'application/xml', bytes: xml(members) },
    { label: 'application/yaml', bytes: yaml(members) },
    { label: 'text/csv', bytes: csv(members) },
    { label: 'application/vnd.influx', bytes: influx(members) },
    { label: 'application/syslog', bytes: syslog(members) },
    { label: 'text/x-java-properties', bytes: lines(members) },
    { label: 'text/x-log', bytes: log(members) },
    { label: 'text/plain', bytes: log(members) },
    { label: 'application/json', bytes: zlib.gzipSync(plain) },
    { label: 'application/json', bytes: json({ payload: plain.toString('base64'), mode: 'auto' }) },
    { label: 'application/json', bytes: json({ payload: zlib.gzipSync(plain).toString('base64') }) },
    { label: 'application/json', bytes: json({ payload: plain.toString('hex') }) },
    { label: 'application/json', bytes: json({ payload: plain.toString('utf8') }) },
    { label: 'application/json', bytes: json({ payload: encodeURIComponent(plain.toString('utf8')) }) },
    {
      label: 'application/json',
      bytes: json({
        items: [
          { k: 'ssid', v: SECRETS.ssid },
          { name: 'mac', value: SECRETS.mac },
        ],
        mac: [...hex('3c846a0b91d2')],
      }),
    },
    {
      label: 'application/json; charset=utf-16',
      bytes: Buffer.concat([hex('fffe'), Buffer.from(plain.toString('utf8'), 'utf16le')]),
    },
    { label: 'text/csv; charset=windows-1251', bytes: Buffer.from('a;b\r\n\xef\xf0\xe8;2\r\n', 'latin1') },
    { label: 'image/jpeg', bytes: jpeg() },
    { label: 'image/png', bytes: png() },
    { label: 'image/webp', bytes: webp() },
    { label: 'video/mp4', bytes: mp4() },
  ];
}

export const FLAT_SAMPLE: Members = FLAT;
