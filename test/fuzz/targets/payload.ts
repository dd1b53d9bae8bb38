// The readers of src/payload one by one, and the dispatcher that chooses among them.
import { HubError } from '#src/errors.js';
import type { Document, Limits } from '#src/model.js';
import { unwrapBytes } from '#src/payload/bytes-wrapping.js';
import { readCbor } from '#src/payload/cbor.js';
import { inCharset, transcode } from '#src/payload/charset.js';
import { undoCodings } from '#src/payload/coding.js';
import { readCookie } from '#src/payload/cookie.js';
import { readCsv } from '#src/payload/csv.js';
import { readForm, readQuery } from '#src/payload/form.js';
import { readBody } from '#src/payload/index.js';
import { readInflux } from '#src/payload/influx.js';
import { readJson } from '#src/payload/json.js';
import { readPairLines } from '#src/payload/lines.js';
import { readLiteral } from '#src/payload/literal.js';
import { readLog } from '#src/payload/log.js';
import { mediaTypeOf, withoutMetadata } from '#src/payload/media.js';
import { readMessagePack } from '#src/payload/msgpack.js';
import { readMultipart } from '#src/payload/multipart.js';
import { readNdjson } from '#src/payload/ndjson.js';
import { readPath } from '#src/payload/path.js';
import { readPhp } from '#src/payload/php.js';
import { readGrpc, readProtobuf } from '#src/payload/protobuf.js';
import { readSparkplug } from '#src/payload/sparkplug.js';
import { readSyslog } from '#src/payload/syslog.js';
import { readTable } from '#src/payload/tables.js';
import { readHeaderValue, readText } from '#src/payload/text.js';
import { readTopic } from '#src/payload/topic.js';
import { undoTransferEncoding } from '#src/payload/transfer-encoding.js';
import { readCard } from '#src/payload/vcard.js';
import { unwrap } from '#src/payload/wrapping.js';
import { readXml } from '#src/payload/xml.js';
import { readYaml } from '#src/payload/yaml.js';
import type { Random } from '../random.js';
import * as made from '../samples.js';
import { codeOf, Find, type Target } from '../target.js';
import { checkDocument, type Strictness } from '../tree.js';

export const LIMITS: Limits = { bodyBytes: 1 << 20, inflateRatio: 100, depth: 64, nodes: 50_000, layers: 8 };

/** Fewer bytes are a beginning and an end. */
const PICTURE_MIN = 12;

const JSON_WORDS = [
  'null',
  'true',
  '{}',
  '[]',
  '""',
  '"\\u0000"',
  '"\\ud800"',
  '"ssid":',
  '1.0',
  '1e5',
  '-0',
  '\\u0061',
  '{"a":1,"a":2}',
  '__proto__',
  'constructor',
];
const TEXT_WORDS = [
  'ssid',
  'mac=',
  'ip: ',
  '%00',
  '%25',
  '%zz',
  '+',
  '&',
  '=',
  ';',
  '\r\n',
  '\n',
  '\\',
  '"',
  "'",
  '<a>',
  '&amp;',
  '&#x41;',
  '\\u0041',
  '=3D',
  'eyJhIjoxfQ',
  '://',
  '?',
  '#',
  'data:;base64,',
];

type Read = (bytes: Uint8Array) => Document;

interface Reader {
  readonly name: string;
  readonly read: Read;
  readonly make: (members: made.Members) => Uint8Array;
  readonly more?: readonly (string | Uint8Array)[];
  readonly words?: readonly string[];
  readonly compare?: Strictness['compare'];
  readonly mayFail?: boolean;
  readonly emptied?: string;
  readonly own?: string;
}

const bytesOf = (one: string | Uint8Array): Uint8Array => (typeof one === 'string' ? made.utf8(one) : one);

function target({
  name,
  read,
  make,
  more = [],
  words = TEXT_WORDS,
  compare = 'tree',
  mayFail = false,
  emptied = '',
  own = '',
}: Reader): Target {
  return {
    name,
    words,
    seeds: () => [make(made.DOCUMENT), make(made.FLAT_SAMPLE), make({}), ...more.map(bytesOf)],
    read,
    generate: (random: Random) => make(made.document(random)),
    check: (input) => {
      let document: Document;
      try {
        document = read(input);
      } catch (fault) {
        return codeOf(fault, input);
      }
      return checkDocument(input, document, { again: read, compare, mayFail, emptied, own });
    },
  };
}

/** What a reader that says no by `undefined` has read. */
function whole(document: Document | undefined): Document {
  if (document === undefined) throw new HubError('unreadable_format');
  return document;
}

/** As PHP's `serialize` writes it. */
function serialized(value: made.Value): string {
  if (value === null) return 'N;';
  if (typeof value === 'boolean') return `b:${value ? 1 : 0};`;
  if (typeof value === 'number') return `${Number.isInteger(value) ? 'i' : 'd'}:${value};`;
  if (typeof value === 'string') return `s:${Buffer.byteLength(value)}:"${value}";`;
  const members = Array.isArray(value) ? [...value.entries()] : Object.entries(value as made.Members);
  return `a:${members.length}:{${members.map(([name, one]) => serialized(name) + serialized(one)).join('')}}`;
}

const READERS: readonly Reader[] = [
  {
    name: 'json',
    read: (bytes) => readJson(bytes, LIMITS),
    make: made.json,
    words: JSON_WORDS,
    more: ['[1,2,[3,{"a":"\\u0041\\ud83c\\udfe0"}]]', '{"a":1,"a":2}', ' "x" '],
  },
  {
    name: 'ndjson',
    read: (bytes) => readNdjson(bytes, LIMITS),
    make: (m) => Buffer.concat([made.json(m), made.utf8('\n'), made.json(m), made.utf8('\n')]),
    words: [...JSON_WORDS, '\n', '\r\n'],
  },
  {
    name: 'cbor',
    read: (bytes) => readCbor(bytes, LIMITS),
    make: made.cbor,
    more: [
      made.hex('bf 61 61 9f 01 02 ff 61 62 5f 42 01 02 41 03 ff ff'),
      made.hex('a2 d8 30 46 3c846a0b91d2 c1 1a 69215cd0 61 78 d8 18 45 a1 61 61 61 62'),
      made.hex('84 f9 3c00 fa 47c35000 c2 49 010000000000000000 d9d9f7 80'),
      made.hex('d2 84 43 a10126 a0 44 a1616101 43 010203'),
    ],
  },
  {
    name: 'cbor-seq',
    read: (bytes) => readCbor(bytes, LIMITS, 0, true),
    make: (m) => Buffer.concat([made.cbor(m), made.cbor(7), made.cbor(m)]),
  },
  {
    name: 'msgpack',
    read: (bytes) => readMessagePack(bytes, LIMITS),
    make: made.msgpack,
    more: [
      made.hex('83 a1 61 c4 03 010203 a1 62 d6 ff 69215cd0 a1 63 c7 05 07 0102030405'),
      made.hex('93 d9 03 616263 da 0003 616263 cf 00000000 00000001'),
      made.hex('82 01 02 c0 d3 ffffffffffffff00'),
    ],
  },
  {
    name: 'protobuf',
    read: (bytes) => readProtobuf(bytes, LIMITS),
    make: made.protobuf,
    more: [made.hex('08 96 01 12 07 74657374696e67 1a 03 089601 25 0000803f'), made.hex('0b 08 01 0c')],
    compare: 'bytes',
  },
  { name: 'grpc', read: (bytes) => readGrpc(bytes, LIMITS), make: (m) => made.grpc(made.protobuf(m)), compare: 'bytes' },
  { name: 'sparkplug', read: (bytes) => readSparkplug(bytes, LIMITS), make: made.sparkplug, compare: 'bytes' },
  {
    name: 'multipart',
    read: (bytes) =>
      readMultipart(bytes, LIMITS, 'multipart/form-data', (content, type, limits) => readBody(content, type, limits)?.document),
    make: made.multipart,
    own: `\r\n--${made.BOUNDARY}--\r\n`,
    words: [
      '--',
      '\r\n',
      `--${made.BOUNDARY}`,
      '; name="',
      "; filename*=UTF-8''%41",
      'Content-Type: ',
      'Content-Transfer-Encoding: quoted-printable',
      'Content-Encoding: gzip',
      'application/json',
      '"',
      '\\"',
      ';',
      '=41',
    ],
    more: [
      `preamble\r\n--b\r\nContent-Disposition: form-data; name=a\r\n\r\n1\r\n--b\r\nContent-Disposition: attachment; filename="f.txt"\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\nmac=3D${made.SECRETS.mac} =\r\nx\r\n--b--\r\nepilogue`,
    ],
    // A part goes with its header; where none is left, the message is none.
    compare: 'none',
  },
  {
    name: 'xml',
    read: (bytes) => readXml(bytes, LIMITS),
    make: made.xml,
    words: [
      '<![CDATA[',
      ']]>',
      '<!--',
      '-->',
      '<?x y?>',
      '&lt;',
      '&#65;',
      '&#x1F3E0;',
      '<a/>',
      '<a b="c">',
      "'",
      '"',
      '</r>',
      'xmlns:p="u"',
      '<!DOCTYPE a>',
      '&ent;',
    ],
    more: ['<a x="1" y=\'2\'>t<!-- c --><b/>u<![CDATA[<v>]]><?pi z?></a>'],
    compare: 'bytes',
  },
  {
    name: 'yaml',
    read: (bytes) => readYaml(bytes, LIMITS),
    make: made.yaml,
    words: [
      '- ',
      ': ',
      '&a ',
      '*a',
      '<<: ',
      '|\n',
      '>-\n',
      '!!binary ',
      '!!str ',
      '# ',
      '---\n',
      '...\n',
      '? ',
      '{',
      '}',
      '[',
      ']',
      '"',
      "'",
      '~',
      '%YAML 1.2\n',
      '  ',
    ],
    more: [
      "a: &x {b: 1}\nc: *x\nd: |\n  text\n  more\ne: >-\n  folded\n  here\nf: !!binary aGVsbG8=\n# comment\n\"g\": 'it''s'\n",
      '- a\n- [b, {c: d}]\n- ? k\n  : v\n',
      'a: 1 # why\n...\n---\nb: 2\n',
    ],
    compare: 'bytes',
  },
  {
    name: 'csv',
    read: (bytes) => readCsv(bytes, LIMITS),
    make: made.csv,
    words: ['"', '""', ',', ';', '\t', '\r\n', '\n', '#', '"a""b"'],
    more: ['a;b\n1;2\n', '1,2\n3,"x, ""y"""\n', 'name\tvalue\nssid\thome\n'],
    compare: 'bytes',
  },
  {
    name: 'influx',
    read: (bytes) => readInflux(bytes, LIMITS),
    make: made.influx,
    mayFail: true,
    words: [' ', ',', '=', '\\ ', '\\,', '\\"', '"', '1i', '1u', 't', '# c\n', '\n'],
    compare: 'none',
  },
  {
    name: 'syslog',
    read: (bytes) => readSyslog(bytes, LIMITS),
    make: made.syslog,
    words: ['<34>', '<34>1 ', '- ', '[', ']', '\\]', '\\"', '="', '\ufeff', '\n', 'Oct 11 22:14:15 '],
    more: ["<34>Oct 11 22:14:15 mymachine su: 'su root' failed ip=10.0.0.1\n"],
    compare: 'bytes',
    mayFail: true,
  },
  {
    name: 'lines',
    read: (bytes) => readPairLines(bytes, LIMITS),
    make: made.lines,
    words: ['=', ': ', '\n', '\r\n', '# ', '; ', '[s]\n', '\\\n', '"'],
    more: ['k: v\nssid: home\n', '[net]\nssid = home\n# c\nip=1\n', 'export A="b"\n'],
    compare: 'bytes',
    mayFail: true,
  },
  {
    name: 'literal',
    read: (bytes) => whole(readLiteral(bytes, LIMITS, 0)),
    make: (m) => made.utf8(`Config(${JSON.stringify(m).replaceAll('"', "'").replaceAll('null', 'None')})`),
    words: ["'", '"', '`', '=>', ': ', '=', '(', ')', '[', ']', '{', '}', 'None', 'True', '&{', 'map[', '\\', ', ', "u'"],
    more: [
      "{'ssid': 'home', 'n': [1, None, True]}",
      '&{SSID:home BSSID:3c:84:6a:0b:91:d2 Level:-61}',
      '{:ssid=>"home", :on=>true}',
      'map[ip:10.0.0.1 on:true]',
      "array('a' => 1, 'b' => array('c' => 'd'))",
    ],
    compare: 'bytes',
    mayFail: true,
  },
  {
    name: 'php',
    read: (bytes) => whole(readPhp(bytes, LIMITS, 0)),
    make: (m) => made.utf8(serialized(m)),
    words: ['a:1:{', 's:4:"ssid";', 's:0:"";', 'i:0;', 'b:1;', 'd:0.5;', 'N;', '}', 'O:1:"A":1:{', ':', ';', '"'],
    more: ['a:2:{i:0;s:3:"a;b";i:1;N;}', 'O:4:"Wifi":1:{s:4:"ssid";s:5:"caf\u00e9";}'],
    compare: 'bytes',
    mayFail: true,
  },
  {
    name: 'table',
    read: (bytes) => whole(readTable(bytes, LIMITS, 0)),
    make: (m) =>
      made.utf8(
        `| name | value |\n|------|-------|\n${Object.entries(m)
          .map(([k, v]) => `| ${k} | ${JSON.stringify(v)} |\n`)
          .join('')}`,
      ),
    words: ['|', '+', '-', '\n', '│', '  ', '\t', 'SSID', '---'],
    more: [
      '+------+-----+\n| SSID | dBm |\n+------+-----+\n| home | -61 |\n+------+-----+\n',
      'SSID        SIGNAL  SECURITY\nhome        61      WPA2\nother net   40      WPA2\n',
    ],
    compare: 'none',
  },
  {
    name: 'card',
    read: (bytes) => readCard(bytes, LIMITS, 0),
    make: (m) =>
      made.utf8(
        `BEGIN:VCARD\r\n${Object.entries(m)
          .map(([k, v]) => `${k}:${JSON.stringify(v)}\r\n`)
          .join('')}END:VCARD\r\n`,
      ),
    words: ['BEGIN:VCARD\r\n', 'END:VCARD\r\n', 'FN:', 'N:', ';', ';TYPE=home:', '\r\n ', '\\,', 'ATTENDEE;CN=', ':', 'mailto:'],
    more: ['BEGIN:VCARD\nFN:A B\nN:B;A;;;\nTEL;TYPE=cell:+1 555 010 0123\nADR:;;1 Main St;Town;;1;X\nEND:VCARD\n'],
    compare: 'none',
  },
  { name: 'log', read: (bytes) => readLog(bytes, LIMITS), make: made.log, compare: 'none' },
  {
    name: 'form',
    read: (bytes) => readForm(bytes, LIMITS),
    make: made.form,
    more: ['a', 'a=', '=b', 'a=1&&b', 'a[b][]=1&a[b][]=2'],
  },
  { name: 'query', read: (bytes) => readQuery(bytes, LIMITS), make: made.form, more: ['a', '', 'q=%7B%22a%22%3A1%7D'] },
  {
    name: 'path',
    read: (bytes) => readPath(bytes, LIMITS),
    make: (m) =>
      made.utf8(
        `/v1/${Object.values(m)
          .map((v) => encodeURIComponent(String(v)))
          .join('/')}`,
      ),
    more: ['/', '/a//b;p=1/%2e%2e/'],
    emptied: '_',
  },
  {
    name: 'topic',
    read: (bytes) => readTopic(bytes, LIMITS),
    make: (m) =>
      made.utf8(
        `tele/${Object.values(m)
          .map((v) => String(v).replace(/[+#/]/g, '_'))
          .join('/')}`,
      ),
    compare: 'bytes', // wildcards are never edited
  },
  { name: 'cookie', read: (bytes) => readCookie(bytes, LIMITS), make: made.cookies, compare: 'bytes' },
  { name: 'text', read: (bytes) => readText(bytes, LIMITS), make: made.log, compare: 'bytes' },
  {
    name: 'header-value',
    read: (bytes) => readHeaderValue(bytes, LIMITS),
    make: (m) => made.utf8(Object.values(m).map(String).join(', ')),
    compare: 'bytes',
  },
];

/** An input of the dispatcher: the number of a label, then the body. */
const LABELS: readonly (string | undefined)[] = [
  undefined,
  ...new Set(made.samples().map(({ label }) => label)),
  'image/png',
  'application/octet-stream',
  'text/html',
];
const labelled = (label: string | undefined, bytes: Uint8Array): Uint8Array =>
  Buffer.concat([Buffer.of(Math.max(0, LABELS.indexOf(label))), bytes]);

function bodyFormat(input: Uint8Array): { format: string; document: Document } | undefined {
  return readBody(input.subarray(1), LABELS[input[0]! % LABELS.length], LIMITS);
}

const body: Target = {
  name: 'body',
  words: [...JSON_WORDS, ...TEXT_WORDS],
  seeds: () => made.samples().flatMap(({ label, bytes }) => [labelled(label, bytes), labelled(undefined, bytes)]),
  generate: (random) => {
    const all = made.samples(made.document(random)).slice(0, 26);
    const { label, bytes } = random.pick(all);
    return labelled(random.chance(0.5) ? label : random.pick(LABELS), bytes);
  },
  check: (input) => {
    if (input.length === 0) return 'empty';
    let first: ReturnType<typeof bodyFormat>;
    try {
      first = bodyFormat(input);
    } catch (fault) {
      return codeOf(fault, input);
    }
    if (first === undefined) return 'nothing';
    const read: Read = (bytes) => {
      const again = bodyFormat(Buffer.concat([input.subarray(0, 1), bytes]))!;
      if (bytes.length === input.length - 1 && again.format !== first.format)
        throw new Find('one format for one body', `${first.format} ${again.format}`);
      return again.document;
    };
    // With edits a text can look like another format: what it holds is compared reader by reader.
    return first.format + checkDocument(input.subarray(1), first.document, { again: read, compare: 'none' });
  },
};

/** Text in which something may be wrapped; every layer must be packed again as it was. */
const wrapping: Target = {
  name: 'wrapping',
  words: [...TEXT_WORDS, ...JSON_WORDS],
  seeds: () => {
    const plain = made.json(made.DOCUMENT);
    const text = plain.toString('utf8');
    return [
      text,
      plain.toString('base64'),
      plain.toString('base64url'),
      plain.toString('hex'),
      plain.toString('hex').replace(/(..)(?=.)/g, '$1:'),
      encodeURIComponent(text),
      encodeURIComponent(encodeURIComponent(text)),
      JSON.stringify(text),
      (plain.toString('base64').match(/.{1,76}/g) ?? []).join('\r\n'),
      `eyJhbGciOiJub25lIn0.${plain.toString('base64url')}.c2ln`,
      `Basic ${Buffer.from('user:pass word').toString('base64')}`,
      `data:application/json;base64,${plain.toString('base64')}`,
      'https://u:p@h.example/a/b?ssid=home&mac=3c846a0b91d2#frag=1',
      made.form(made.FLAT_SAMPLE).toString(),
      made.xml(made.FLAT_SAMPLE).toString(),
      'joined ssid=home ip=198.51.100.23 mac: 3c:84:6a:0b:91:d2, {"a":1}',
      'caf\\u00e9 \\"x\\"',
      'a &lt;b&gt; &#x41;&amp;',
      'mac=3D3c:84 =\r\nx=41=42=43',
      'ON2XEZLBMRUW4ZZAONXW2ZLUNBUW4ZY=',
      `prefix.${plain.toString('base64')}.suffix`,
    ].map(made.utf8);
  },
  generate: (random) => {
    const plain = made.json(made.document(random));
    return made.utf8(plain.toString(random.pick(['base64', 'base64url', 'hex', 'utf8'] as const)));
  },
  check: (input) => {
    const text = Buffer.from(input).toString('utf8');
    let found: ReturnType<typeof unwrap>;
    try {
      found = unwrap(text, LIMITS);
    } catch (fault) {
      return codeOf(fault, input);
    }
    for (const one of found) {
      // Compressed anew the bytes are others; the sieve packs only what has changed.
      const compressed = /gzip|zlib/.test(one.id);
      if (one.exact && !compressed && one.rewrap(one.bytes) !== text)
        throw new Find('what is packed again unchanged is the same text', one.id);
      const { document } = one;
      if (document === undefined) continue;
      const again = (bytes: Uint8Array): Document => {
        const [same] = unwrap(one.exact ? one.rewrap(bytes) : text, LIMITS);
        return same?.document ?? document;
      };
      checkDocument(one.bytes, document, { again, compare: 'none' });
    }
    return found.map(({ id }) => id).join() || 'plain';
  },
};

const wrappedBytes: Target = {
  name: 'bytes-wrapping',
  words: TEXT_WORDS,
  seeds: () => made.samples().map(({ bytes }) => bytes),
  check: (input) => {
    try {
      const found = unwrapBytes(input, LIMITS);
      if (found === undefined) return 'bytes';
      const written = found.document.write();
      const [, second] = [written, unwrapBytes(input, LIMITS)];
      if (second?.id !== found.id) throw new Find('one format for one body', `${found.id} ${second?.id}`);
      return found.id;
    } catch (fault) {
      return codeOf(fault, input);
    }
  },
};

const CODINGS = ['gzip', 'deflate', 'br', 'gzip, br', 'identity', 'x-gzip,deflate', 'zstd', ''];
const coding: Target = {
  name: 'coding',
  seeds: () => {
    const plain = made.json(made.DOCUMENT);
    return [
      made.gzip(plain),
      made.deflate(plain),
      made.br(plain),
      made.br(made.gzip(plain)),
      plain,
      made.deflate(made.gzip(plain)),
      made.raw(plain),
      made.br(Buffer.alloc(1 << 19)),
    ].map((bytes, i) => Buffer.concat([Buffer.of(i === 6 ? 1 : i === 7 ? 2 : i), bytes]));
  },
  check: (input) => {
    if (input.length === 0) return 'empty';
    const name = CODINGS[input[0]! % CODINGS.length];
    const bytes = input.subarray(1);
    try {
      const { bytes: plain, redo } = undoCodings(bytes, name, LIMITS);
      if (plain.length > LIMITS.bodyBytes) throw new Find('what inflates stays under its limit', String(plain.length));
      if (Buffer.compare(redo(plain), bytes) !== 0)
        throw new Find('an unedited document writes the bytes that were read', name ?? '');
      const changed = Buffer.concat([plain.subarray(0, 1000), made.utf8('x')]);
      if (Buffer.compare(undoCodings(redo(changed), name, LIMITS).bytes, changed) !== 0)
        throw new Find('what was coded again is read again', name ?? '');
      return `${name}:${Math.ceil(Math.log2(plain.length + 1))}`;
    } catch (fault) {
      return codeOf(fault, input);
    }
  },
};

const CHARSETS = [
  '',
  'text/plain; charset=utf-16',
  'text/plain; charset=utf-16le',
  'text/plain; charset=utf-32',
  'text/plain; charset=windows-1251',
  'text/plain; charset=iso-8859-15',
  'text/plain; charset=utf-7',
  'text/plain; charset=koi8-r',
  'application/xml',
];
const charset: Target = {
  name: 'charset',
  words: [
    '\xef\xbb\xbf',
    '\xff\xfe',
    '\xfe\xff',
    '\0\0\xfe\xff',
    '+/v8',
    '<?xml version="1.0" encoding="utf-16"?>',
    '\xc0\x80',
    '\xed\xa0\x80',
  ],
  seeds: () => {
    const text = '{"имя":"café 🏠"}';
    const little = Buffer.from(text, 'utf16le');
    return [
      made.utf8(text),
      Buffer.from(little).swap16(),
      little,
      Buffer.concat([made.hex('fffe'), little]),
      Buffer.from([...'{"a":1}'].flatMap((c) => [0, 0, 0, c.charCodeAt(0)])),
      Buffer.from('{"a":"\xef\xf0"}', 'latin1'),
      made.utf8(`\ufeff${text}`),
      made.utf8('<?xml version="1.0" encoding="windows-1251"?><a/>'),
    ].flatMap((bytes, i) => [Buffer.concat([Buffer.of(i), bytes]), Buffer.concat([Buffer.of(0), bytes])]);
  },
  check: (input) => {
    if (input.length === 0) return 'empty';
    const label = CHARSETS[input[0]! % CHARSETS.length]!;
    const bytes = input.subarray(1);
    try {
      const transcoded = transcode(bytes, label);
      const read: Read = (one) => {
        const again = transcode(one, label);
        return inCharset(readText(again.bytes, LIMITS), one, again);
      };
      const encoded = transcoded.encode?.(transcoded.bytes);
      if (encoded !== undefined && Buffer.compare(encoded, bytes) !== 0)
        throw new Find('what is encoded again unchanged is the same', label);
      return `${label}${transcoded.encode ? '*' : ''}${checkDocument(bytes, read(bytes), { again: read, compare: 'bytes', mayFail: true })}`;
    } catch (fault) {
      return codeOf(fault, input);
    }
  },
};

const ENCODINGS = ['base64', 'quoted-printable', '7bit', 'binary', 'x-uuencode'];
const transferEncoding: Target = {
  name: 'transfer-encoding',
  words: ['=\r\n', '=3D', '=0A', '\r\n', '==', '=', ' \r\n', '\t'],
  seeds: () =>
    ['aGVsbG8gd29ybGQ=', 'aGVs\r\nbG8g\r\nd29y\r\n', 'mac=3D3c:84 =\r\nsoft =41\r\n', 'plain'].flatMap((text) =>
      [0, 1, 2].map((i) => Buffer.concat([Buffer.of(i), made.utf8(text)])),
    ),
  check: (input) => {
    if (input.length === 0) return 'empty';
    const name = ENCODINGS[input[0]! % ENCODINGS.length]!;
    const bytes = input.subarray(1);
    try {
      const { bytes: plain, redo } = undoTransferEncoding(bytes, name);
      const changed = Buffer.concat([plain, made.utf8('x = y')]);
      if (Buffer.compare(undoTransferEncoding(redo(changed), name).bytes, changed) !== 0)
        throw new Find('what was coded again is read again', name);
      return `${name}${Math.ceil(Math.log2(plain.length + 1))}`;
    } catch (fault) {
      return codeOf(fault, input);
    }
  },
};

const media: Target = {
  name: 'media',
  words: [
    'Exif\0\0',
    '\xff\xe1',
    '\xff\xd9',
    'tEXt',
    'IEND',
    'udta',
    'moov',
    'VP8X',
    'EXIF',
    'XMP ',
    '\0\0\0\x08free',
    '\0\0\0\0',
    '\0\0\0\x01',
  ],
  seeds: () => [made.jpeg(), made.png(), made.webp(), made.mp4(), made.hex('474946383961'), made.hex('494433040000')],
  check: (input) => {
    try {
      const type = mediaTypeOf(input) ?? 'none';
      const bare = withoutMetadata(input);
      if (bare.length > input.length) throw new Find('metadata is taken out, nothing put in', type);
      if (bare === input) return type;
      const twice = withoutMetadata(bare);
      if (Buffer.compare(twice, bare) !== 0)
        throw new Find('metadata is taken out at once', `${type} ${bare.length} → ${twice.length}`);
      // A picture of nothing but metadata is none any more.
      if (bare.length > PICTURE_MIN && mediaTypeOf(bare) !== type)
        throw new Find('a picture without metadata is of the same kind', type);
      return `${type} bare`;
    } catch (fault) {
      return codeOf(fault, input);
    }
  },
};

export const payloadTargets: readonly Target[] = [
  ...READERS.map(target),
  body,
  wrapping,
  wrappedBytes,
  coding,
  charset,
  transferEncoding,
  media,
];
