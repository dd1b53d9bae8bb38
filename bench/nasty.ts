// Messages made to cost a reader as much as their bytes can: each format at its bounds, many of all that costs a search, a digest or a
// name, encodings inside each other, bombs. For `stalls.ts` and the tests of the bounds; all values are made up.
import { Buffer } from 'node:buffer';
import { brotliCompressSync, constants, deflateSync, gzipSync } from 'node:zlib';

/** A request. `bytes`: its body. */
export interface Nasty {
  readonly name: string;
  readonly bytes: Buffer;
  readonly mediaType?: string;
  readonly coding?: string;
  readonly path?: string;
  readonly query?: string;
  readonly headers?: readonly (readonly [string, string])[];
}

const JSON_TYPE = 'application/json';
const TEXT_TYPE = 'text/plain';
const hex = (n: number, digits: number): string => (n >>> 0).toString(16).padStart(digits, '0');
const mac = (n: number): string => `3c:84:6a:${hex(n, 6).replace(/..(?!$)/g, '$&:')}`;
const b64 = (text: string): string => Buffer.from(text).toString('base64');
/** Made up, and no two alike. */
const token = (n: number): string => b64(`${(n * 2654435761) >>> 0}${(n * 40503 + 7) >>> 0}${n}zq`).replace(/[=+/]/g, 'x');

/** As many pieces as fit into `bytes`, `between` them. */
function filled(bytes: number, piece: (n: number) => string, between = ',', most = Number.POSITIVE_INFINITY): string {
  const pieces: string[] = [];
  for (let size = 0, n = 0; n < most; n += 1) {
    const next = piece(n);
    size += Buffer.byteLength(next) + between.length;
    if (size > bytes && n > 0) break;
    pieces.push(next);
  }
  return pieces.join(between);
}

function list(bytes: number, piece: (n: number) => string, most = 49_000): Buffer {
  return Buffer.from(`[${filled(bytes - 2, piece, ',', most)}]`);
}

function object(bytes: number, piece: (n: number) => string, most = 49_000): Buffer {
  return Buffer.from(`{${filled(bytes - 2, piece, ',', most)}}`);
}

/** `text` in texts of 60 KB, which a search for names still looks at, or of any other size. */
function texts(bytes: number, piece: (n: number) => string, each = 60_000, between = ''): Buffer {
  const size = Math.min(each, bytes - 8);
  return list(bytes, (n) => JSON.stringify(filled(size - 8, (i) => piece(n * 7919 + i), between)));
}

/** `text` put in itself `times` times. */
function wrapped(text: string, times: number, wrap: (text: string) => string): string {
  let out = text;
  for (let i = 0; i < times; i += 1) out = wrap(out);
  return out;
}

/** Wrapped as often as `bytes` let it. */
function deep(bytes: number, seed: string, times: number, wrap: (text: string) => string): Buffer {
  let size = bytes;
  for (;;) {
    const inner = filled(size, () => seed, ' ');
    const out = Buffer.from(JSON.stringify({ note: wrapped(inner, times, wrap) }));
    if (out.length <= bytes || size < 64) return out;
    size = Math.floor(size * Math.min(0.9, bytes / out.length));
  }
}

const encode = (text: string): string => [...Buffer.from(text)].map((b) => `%${hex(b, 2)}`).join('');

const JSON_LISTS: Readonly<Record<string, (n: number) => string>> = {
  'small numbers': () => '1',
  'long numbers': (n) => String(1_000_000_000_000 + n * 7919),
  words: (n) => `"${['on', 'off', 'eco', 'auto', 'standby'][n % 5]}"`,
  MACs: (n) => `"${mac(n)}"`,
  'bare hex': (n) => `"3c846a${hex(n, 6)}"`,
  UUIDs: (n) => `"${hex(n * 977, 8)}-1d2f-11ee-be56-${hex(n, 12)}"`,
  'IPv4 addresses': (n) => `"81.${(n >> 16) & 255}.${(n >> 8) & 255}.${n & 255}"`,
  'IPv6 addresses': (n) => `"2a02:8109:${hex(n & 0xffff, 4)}::${hex(n, 4)}"`,
  'e-mail addresses': (n) => `"a${n}@example.org"`,
  phones: (n) => `"+4917${String(10_000_000 + n)}"`,
  coordinates: (n) => `"52.${100_000 + n}, 13.${200_000 + n}"`,
  tokens: (n) => `"${token(n)}"`,
  'names said': (n) => `"ssid: Home-${n}"`,
  sentences: (n) => `"joined ${mac(n)} as Lamp ${n}"`,
  'base64 of JSON': (n) => `"${b64(`{"ssid":"Net-${n}"}`)}"`,
  'hex of JSON': (n) => `"${Buffer.from(`{"ssid":"Net-${n}"}`).toString('hex')}"`,
  'JSON in strings': (n) => JSON.stringify(`{"ssid":"Net-${n}"}`),
  'percent sequences': (n) => `"ssid%3DNet-${n}"`,
  URLs: (n) => `"https://a.example/p/${n}?ssid=Net-${n}#x"`,
  'log lines': (n) => `"level=info ssid=Net-${n} mac=${mac(n)}"`,
  'XML in strings': (n) => `"<a ssid='Net-${n}'/>"`,
  'forms in strings': (n) => `"ssid=Net-${n}&mac=${mac(n)}"`,
  'escapes in strings': (n) => JSON.stringify(`\\u0073\\u0073\\u0069\\u0064=${n}`),
  'references in strings': (n) => `"&#115;&#115;&#105;&#100;=Net-${n}"`,
  'look-alike letters': (n) => `"ѕѕіd: Ноmе-${n} ＡＢ"`,
  'key/value pairs': (n) => `{"k":"ssid","v":"Net-${n}"}`,
  'named pairs': (n) => `["ssid","Net-${n}"]`,
  'single letters': (n) => `"${'Harbour-Net'[n % 11]}"`,
  'byte values': (n) => String(n % 256),
  'empty objects': () => '{}',
  'empty lists': () => '[]',
  'coordinates as numbers': (n) => `[52.${100_000 + n},13.${200_000 + n}]`,
};

const JSON_OBJECTS: Readonly<Record<string, (n: number) => string>> = {
  'new names': (n) => `"n${n.toString(36)}":1`,
  'new names of words': (n) => `"wifi_${n.toString(36)}_name":"x"`,
  'new names with MACs': (n) => `"${mac(n)}":1`,
  'new names with texts': (n) => `"f${n.toString(36)}":"${token(n)}"`,
  'one name again': (n) => `"a":${n % 10}`,
  'escaped names': (n) => `"\\u006e${n}":1`,
  'nested new names': (n) => `"a${n}":{"b${n}":{"c${n}":1}}`,
  'long names': (n) => `"${'deviceWifiNetwork'.repeat(12)}${n}":1`,
  'names of letters': (n) => `"${'wifissidmacname'.repeat(6)}${n}":1`,
};

const TEXTS: Readonly<Record<string, { piece: (n: number) => string; between?: string; each?: number }>> = {
  'ssid:"': { piece: () => 'ssid:"' },
  'ssid=': { piece: () => 'ssid=' },
  'ssid a, ': { piece: () => 'ssid Ab1, ' },
  'a: b ': { piece: (n) => `k${n % 97}: v ` },
  'a=b ': { piece: (n) => `k${n % 97}=v ` },
  'wifi word ': { piece: () => 'wifi ' },
  'MACs in a text': { piece: mac, between: ' ' },
  'hex digits': { piece: () => '3c846a0b91d2' },
  'hex with colons': { piece: () => '3c:84:6a:0b:91:d2:' },
  'digits ': { piece: (n) => `${n % 10}` },
  'digits and points': { piece: () => '81.2.69.142.' },
  'digits and blanks': { piece: () => '4 ' },
  'colons ': { piece: () => '::' },
  'at signs': { piece: () => 'a@' },
  'at and points': { piece: () => 'a@b.' },
  'letters and points': { piece: () => 'a.' },
  'plus and digits': { piece: () => '+49 ' },
  'degrees ': { piece: () => '52°30′12″N ' },
  'base64 runs': { piece: (n) => token(n), between: ' ' },
  'one base64 run': { piece: (n) => token(n) },
  'base64 lines': { piece: (n) => token(n), between: '\n' },
  'JSON openings': { piece: () => '{"a":[' },
  'braces ': { piece: () => '{' },
  quotes: { piece: () => '\\"' },
  'open quote': { piece: () => `='` },
  'URL starts': { piece: () => 'http://' },
  'URLs in a text': { piece: (n) => `https://a.example/${n}?b=${n}`, between: ' ' },
  ampersands: { piece: () => 'a=b&' },
  references: { piece: () => '&amp;' },
  'percent signs': { piece: () => '%25' },
  'escapes \\u': { piece: () => '\\u0041' },
  'escapes \\x': { piece: () => '\\x41' },
  'quoted-printable': { piece: () => '=C3=A4' },
  'dashes ': { piece: () => '-' },
  'JWT starts': { piece: () => 'eyJ.' },
  tags: { piece: () => '<a>' },
  'look-alikes in a text': { piece: () => 'ѕіd ' },
  'wide digits': { piece: () => '１２' },
  'blanks ': { piece: () => ' ' },
  'word after word': { piece: (n) => `word${n % 89} ` },
  'passwords said': { piece: (n) => `password is hunter${n} ` },
  'own-like words': { piece: () => 'Fjordhaven-Upstair ' },
  'capitals before a mark': { piece: () => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ', between: '' },
  'blanks behind a name': { piece: () => 'ssid\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t' },
  'base64 and blanks': { piece: (n) => (n === 0 ? 'AAAA\n' : '\t'.repeat(64)) },
  'street words': { piece: () => 'Via ' },
  'parts of addresses': { piece: () => '0-0-0-0-a.' },
  'contact codes': { piece: () => 'MECARD:;WIFI:I:;' },
};

/** Fields 1 to 15 of a protobuf message, one after another. */
function protobufFields(bytes: number, field: (n: number) => readonly number[]): Buffer {
  const out: number[] = [];
  for (let n = 0; out.length < bytes - 24 && n < 49_000; n += 1) out.push(...field(n));
  return Buffer.from(out);
}

function nestedProtobuf(bytes: number): Buffer {
  let inner: Buffer = protobufFields(Math.floor(bytes / 2), (n) => [0x08, n & 0x7f]);
  for (let i = 0; i < 50; i += 1) {
    const length: number[] = [];
    let rest = inner.length;
    for (; rest > 0x7f; rest >>= 7) length.push((rest & 0x7f) | 0x80);
    inner = Buffer.concat([Buffer.from([0x0a, ...length, rest]), inner]);
  }
  return inner;
}

function cborList(bytes: number, item: (n: number) => Buffer): Buffer {
  const items: Buffer[] = [Buffer.from([0x9f])];
  for (let size = 2, n = 0; n < 49_000; n += 1) {
    const next = item(n);
    if ((size += next.length) > bytes) break;
    items.push(next);
  }
  return Buffer.concat([...items, Buffer.from([0xff])]);
}

const cborText = (text: string): Buffer => {
  const bytes = Buffer.from(text);
  return Buffer.concat([bytes.length < 24 ? Buffer.from([0x60 + bytes.length]) : Buffer.from([0x78, bytes.length]), bytes]);
};

function msgpackList(bytes: number, item: (n: number) => Buffer): Buffer {
  const items: Buffer[] = [];
  for (let size = 5, n = 0; n < 49_000; n += 1) {
    const next = item(n);
    if ((size += next.length) > bytes) break;
    items.push(next);
  }
  const head = Buffer.from([0xdd, 0, 0, 0, 0]);
  head.writeUInt32BE(items.length, 1);
  return Buffer.concat([head, ...items]);
}

const msgpackText = (text: string): Buffer => {
  const bytes = Buffer.from(text);
  return Buffer.concat([bytes.length < 32 ? Buffer.from([0xa0 + bytes.length]) : Buffer.from([0xd9, bytes.length]), bytes]);
};

function formats(bytes: number): Nasty[] {
  const lines = (piece: (n: number) => string): Buffer => Buffer.from(filled(bytes, piece, '\n', 16_000));
  const part = (n: number): string =>
    `--bound\r\nContent-Disposition: form-data; name="f${n}"; filename="${mac(n)}.txt"\r\n\r\nssid=Net-${n}\r\n`;
  return [
    { name: 'ndjson', mediaType: 'application/x-ndjson', bytes: lines((n) => `{"ssid":"Net-${n}","n":${n}}`) },
    {
      name: 'form, new names',
      mediaType: 'application/x-www-form-urlencoded',
      bytes: Buffer.from(filled(bytes, (n) => `n${n}=${n}`, '&', 49_000)),
    },
    {
      name: 'form, MACs',
      mediaType: 'application/x-www-form-urlencoded',
      bytes: Buffer.from(filled(bytes, (n) => `m=${mac(n)}`, '&', 49_000)),
    },
    {
      name: 'multipart',
      mediaType: 'multipart/form-data; boundary=bound',
      bytes: Buffer.from(`${filled(bytes - 16, part, '', 16_000)}--bound--\r\n`),
    },
    {
      name: 'xml, elements',
      mediaType: 'application/xml',
      bytes: Buffer.from(`<a>${filled(bytes - 8, (n) => `<b${n}>${mac(n)}</b${n}>`, '', 24_000)}</a>`),
    },
    {
      name: 'xml, attributes',
      mediaType: 'application/xml',
      bytes: Buffer.from(`<a ${filled(bytes - 16, (n) => `b${n}="${n}"`, ' ', 40_000)}/>`),
    },
    {
      name: 'xml, references',
      mediaType: 'application/xml',
      bytes: Buffer.from(`<a>${filled(bytes - 8, () => '&#65;', '')}</a>`),
    },
    { name: 'xml, open elements', mediaType: 'application/xml', bytes: Buffer.from(filled(bytes, () => '<a>', '')) },
    { name: 'yaml, members', mediaType: 'application/yaml', bytes: lines((n) => `n${n}: ${mac(n)}`) },
    { name: 'yaml, list', mediaType: 'application/yaml', bytes: lines((n) => `- item ${n}`) },
    {
      name: 'yaml, flow',
      mediaType: 'application/yaml',
      bytes: Buffer.from(`a: [${filled(bytes - 8, (n) => `${n}`, ', ', 40_000)}]`),
    },
    {
      name: 'yaml, nested flow',
      mediaType: 'application/yaml',
      bytes: Buffer.from(`a: ${'['.repeat(Math.min(bytes - 8, 40_000))}`),
    },
    {
      name: 'yaml, quotes',
      mediaType: 'application/yaml',
      bytes: Buffer.from(`a: "${'\\x41'.repeat(Math.floor((bytes - 8) / 4))}"`),
    },
    {
      name: 'csv',
      mediaType: 'text/csv',
      bytes: Buffer.from(`ssid,mac,n\n${filled(bytes - 16, (n) => `Net-${n},${mac(n)},${n}`, '\n', 12_000)}`),
    },
    {
      name: 'csv, wide',
      mediaType: 'text/csv',
      bytes: Buffer.from(`${filled(bytes / 2, (n) => `c${n}`, ',', 20_000)}\n${filled(bytes / 2, (n) => `${n}`, ',', 20_000)}`),
    },
    {
      name: 'card, parameters',
      mediaType: 'text/vcard',
      bytes: Buffer.from(`BEGIN:VCARD\r\nTEL${filled(bytes - 32, () => ';a==', '')}\r\nEND:VCARD\r\n`),
    },
    { name: 'csv, quotes', mediaType: 'text/csv', bytes: Buffer.from(`a,b\n"${'""'.repeat(Math.floor((bytes - 16) / 2))}",1\n`) },
    { name: 'pair lines', mediaType: 'text/x-java-properties', bytes: lines((n) => `n${n}=${mac(n)}`) },
    { name: 'influx', bytes: lines((n) => `m${n},host=${mac(n)} ssid="Net-${n}",v=${n} 1700000000000000000`) },
    {
      name: 'syslog',
      mediaType: 'application/syslog',
      bytes: lines((n) => `<34>1 2026-01-01T00:00:00Z host${n} app - - [x@1 ssid="Net-${n}"] joined ${mac(n)}`),
    },
    { name: 'log', mediaType: 'text/x-log', bytes: lines((n) => `2026-01-01 00:00:00 INFO wifi: ssid=Net-${n} mac=${mac(n)}`) },
    {
      name: 'log, one line of pairs',
      mediaType: 'text/x-log',
      bytes: Buffer.from(filled(bytes, (n) => `a${n % 97}=b${n}`, ' ')),
    },
    { name: 'log, words after a mark', mediaType: 'text/x-log', bytes: Buffer.from(filled(bytes, () => 'a=b', ' ')) },
    { name: 'text, MACs', mediaType: TEXT_TYPE, bytes: Buffer.from(filled(bytes, mac, ' ')) },
    { name: 'cbor, numbers', mediaType: 'application/cbor', bytes: cborList(bytes, (n) => Buffer.from([n % 24])) },
    { name: 'cbor, MACs', mediaType: 'application/cbor', bytes: cborList(bytes, (n) => cborText(mac(n))) },
    {
      name: 'cbor, byte strings',
      mediaType: 'application/cbor',
      bytes: cborList(bytes, (n) => Buffer.from([0x46, 0x3c, 0x84, 0x6a, (n >> 16) & 255, (n >> 8) & 255, n & 255])),
    },
    { name: 'msgpack, MACs', mediaType: 'application/msgpack', bytes: msgpackList(bytes, (n) => msgpackText(mac(n))) },
    { name: 'msgpack, numbers', mediaType: 'application/msgpack', bytes: msgpackList(bytes, (n) => Buffer.from([n % 128])) },
    { name: 'protobuf, flat', mediaType: 'application/x-protobuf', bytes: protobufFields(bytes, (n) => [0x08, n & 0x7f]) },
    {
      name: 'protobuf, new numbers',
      mediaType: 'application/x-protobuf',
      bytes: protobufFields(bytes, (n) => [(((n & 0x7f) << 3) & 0x78) | 0x80, ((n >> 4) & 0x7f) | 0x80, (n >> 11) | 1, 1]),
    },
    {
      name: 'protobuf, texts',
      mediaType: 'application/x-protobuf',
      bytes: protobufFields(bytes, (n) => [0x0a, 17, ...Buffer.from(mac(n))]),
    },
    {
      name: 'protobuf, short bytes',
      mediaType: 'application/x-protobuf',
      bytes: protobufFields(bytes, (n) => [0x0a, 6, 0x3c, 0x84, 0x6a, n & 255, (n >> 8) & 255, 7]),
    },
    { name: 'protobuf, nested', mediaType: 'application/x-protobuf', bytes: nestedProtobuf(bytes) },
    { name: 'bytes without a form', bytes: Buffer.alloc(bytes, 0xee) },
    {
      name: 'utf-16',
      mediaType: 'application/json; charset=utf-16',
      bytes: Buffer.from(`\ufeff${list(bytes / 2, (n) => `"${mac(n)}"`).toString()}`, 'utf16le'),
    },
  ];
}

function bombs(bytes: number): Nasty[] {
  const many = list(1_000_000, (n) => `"${mac(n)}"`);
  const zeros = Buffer.alloc(100 * 1024 * 1024);
  const best = { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } };
  const fitting = (coded: (size: number) => Buffer): Buffer => {
    let size = 1_000_000;
    let out = coded(size);
    while (out.length > bytes && size > 1000) out = coded((size = Math.floor(size * 0.8)));
    return out;
  };
  const same = (size: number): Buffer => list(size, () => '"3c:84:6a:0b:91:d2"');
  return [
    { name: 'brotli of 100 MiB of zeros', mediaType: JSON_TYPE, coding: 'br', bytes: brotliCompressSync(zeros, best) },
    { name: 'gzip of 100 MiB of zeros', mediaType: JSON_TYPE, coding: 'gzip', bytes: gzipSync(zeros) },
    {
      name: 'gzip of MACs',
      mediaType: JSON_TYPE,
      coding: 'gzip',
      bytes: fitting((size) => gzipSync(many.subarray(0, size - (size % 20)))),
    },
    { name: 'gzip of one MAC again', mediaType: JSON_TYPE, coding: 'gzip', bytes: fitting((size) => gzipSync(same(size))) },
    {
      name: 'base64 of zlib of one MAC again',
      mediaType: JSON_TYPE,
      bytes: Buffer.from(
        JSON.stringify({ v: fitting((size) => Buffer.from(deflateSync(same(size)).toString('base64'))).toString() }),
      ),
    },
    {
      name: 'base64 of gzip, many',
      mediaType: JSON_TYPE,
      bytes: list(bytes, () => `"${gzipSync(same(20_000)).toString('base64')}"`),
    },
    {
      name: 'gzip in gzip in base64',
      mediaType: JSON_TYPE,
      bytes: Buffer.from(
        JSON.stringify({ v: gzipSync(JSON.stringify({ v: gzipSync(same(900_000)).toString('base64') })).toString('base64') }),
      ),
    },
  ];
}

/** All of them at about `bytes` a body. Heads stay below their own bounds. */
export function catalogue(bytes: number): Nasty[] {
  const head = Math.min(bytes, 14_000);
  const many = (one: (n: number) => readonly [string, string]): (readonly [string, string])[] =>
    Array.from({ length: 90 }, (_, n) => one(n));
  return [
    ...Object.entries(JSON_LISTS).map(([name, piece]) => ({
      name: `list of ${name}`,
      mediaType: JSON_TYPE,
      bytes: list(bytes, piece),
    })),
    ...Object.entries(JSON_OBJECTS).map(([name, piece]) => ({
      name: `object of ${name}`,
      mediaType: JSON_TYPE,
      bytes: object(bytes, piece),
    })),
    ...Object.entries(TEXTS).map(([name, { piece, between }]) => ({
      name: `texts of ${name.trim()}`,
      mediaType: JSON_TYPE,
      bytes: texts(bytes, piece, 60_000, between),
    })),
    ...Object.entries(TEXTS).map(([name, { piece, between }]) => ({
      name: `one text of ${name.trim()}`,
      mediaType: TEXT_TYPE,
      bytes: Buffer.from(filled(bytes, piece, between ?? '')),
    })),
    { name: 'percent, 7 times', mediaType: JSON_TYPE, bytes: deep(bytes, 'ssid=Home 5', 7, (text) => encodeURIComponent(text)) },
    { name: 'percent of every byte, twice', mediaType: JSON_TYPE, bytes: deep(bytes, 'ssid=Home 5', 2, encode) },
    { name: 'base64, 7 times', mediaType: JSON_TYPE, bytes: deep(bytes, '{"ssid":"Home 5"}', 7, b64) },
    { name: 'JSON in strings, 7 times', mediaType: JSON_TYPE, bytes: deep(bytes, 'x', 7, (text) => JSON.stringify({ v: text })) },
    {
      name: 'references, 7 times',
      mediaType: JSON_TYPE,
      bytes: deep(bytes, '<ssid>', 7, (text) => text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;')),
    },
    {
      name: 'deep lists',
      mediaType: JSON_TYPE,
      bytes: Buffer.from(`[${filled(bytes - 2, () => '['.repeat(60) + ']'.repeat(60), ',', 800)}]`),
    },
    {
      name: 'deep objects',
      mediaType: JSON_TYPE,
      bytes: Buffer.from(`[${filled(bytes - 2, (n) => `${'{"a":'.repeat(60)}${n}${'}'.repeat(60)}`, ',', 800)}]`),
    },
    { name: 'a path of MACs', bytes: Buffer.alloc(0), path: `/${filled(head, mac, '/')}` },
    { name: 'a query of new names', bytes: Buffer.alloc(0), query: filled(head, (n) => `n${n}=${n}`, '&') },
    { name: 'a query of MACs', bytes: Buffer.alloc(0), query: filled(head, (n) => `m=${mac(n)}`, '&') },
    { name: 'a query of percent signs', bytes: Buffer.alloc(0), query: `a=${filled(head, () => '%25', '')}` },
    {
      name: 'headers of MACs',
      bytes: Buffer.alloc(0),
      headers: many((n) => [`X-H${n}`, filled(Math.floor(head / 100), mac, ' ')]),
    },
    { name: 'a header of schemes', bytes: Buffer.alloc(0), headers: [['Authorization', filled(head, () => 'A-HMAC-', '')]] },
    { name: 'a header of brackets', bytes: Buffer.alloc(0), headers: [['Signature-Input', filled(head, () => '(', '')]] },
    { name: 'a cookie of tokens', bytes: Buffer.alloc(0), headers: [['Cookie', filled(head, (n) => `c${n}=${token(n)}`, '; ')]] },
    {
      name: 'a header of base64',
      bytes: Buffer.alloc(0),
      headers: [['X-State', b64(filled(Math.floor(head * 0.7), (n) => `ssid=Net-${n}`, ' '))]],
    },
    ...formats(bytes),
    ...bombs(bytes),
  ];
}
