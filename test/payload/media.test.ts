import zlib from 'node:zlib';
import test from 'ava';
import fc from 'fast-check';
import { unwrapBytes } from '#src/payload/bytes-wrapping.js';
import { readCbor } from '#src/payload/cbor.js';
import { readBody } from '#src/payload/index.js';
import { mediaTypeOf, withoutMetadata } from '#src/payload/media.js';
import { binaryOf, bytesOf, codeOf, LIMITS, textOf } from './support.js';

const bin = (...parts: (string | number[])[]): Buffer =>
  Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part, 'latin1') : Buffer.from(part))));
const u32 = (n: number): number[] => [n >>> 24, (n >> 16) & 255, (n >> 8) & 255, n & 255];
const le32 = (n: number): number[] => u32(n).reverse();

/** Files by hand: `extra` stands where metadata stands. */
const segment = (marker: number, content: string): Buffer =>
  bin([0xff, marker, (content.length + 2) >> 8, (content.length + 2) & 255], content);
const jpeg = (...extra: Buffer[]): Buffer =>
  Buffer.concat([
    bin([0xff, 0xd8]),
    segment(0xe0, 'JFIF\0\x01\x01\0\0\x01\0\x01\0\0'),
    ...extra,
    segment(0xdb, 'quantization'),
    segment(0xda, 'scan'),
    bin([1, 2, 0xff, 0, 3, 0xff, 0xd0, 4]),
    segment(0xc4, 'tables'),
    segment(0xda, 'scan'),
    bin([9, 0xff, 0xff, 0xd9]),
  ]);
const chunk = (type: string, content: string): Buffer =>
  bin(u32(content.length), type, content, u32(zlib.crc32?.(type + content) ?? 0));
const png = (...extra: Buffer[]): Buffer =>
  Buffer.concat([bin('\x89PNG\r\n\x1a\n'), chunk('IHDR', 'x'.repeat(13)), ...extra, chunk('IDAT', 'pixels'), chunk('IEND', '')]);
const box = (type: string, ...content: (string | Buffer)[]): Buffer => {
  const inside = Buffer.concat(content.map((c) => (typeof c === 'string' ? bin(c) : c)));
  return Buffer.concat([bin(u32(inside.length + 8), type), inside]);
};
const mp4 = (time: string, ...extra: Buffer[]): Buffer =>
  Buffer.concat([
    box('ftyp', 'isom\0\0\0\0'),
    box('moov', box('mvhd', '\0\0\0\0', time, 'rest'), box('trak', box('tkhd', '\0\0\0\0', time, 'r'), ...extra), ...extra),
    box('mdat', 'pixels ©xyz'),
  ]);
const riff = (type: string, content: string): Buffer => bin(type, le32(content.length), content, content.length % 2 ? '\0' : '');
const webp = (flags: number, ...extra: Buffer[]): Buffer => {
  const chunks = Buffer.concat([
    riff('VP8X', `${String.fromCharCode(flags)}\0\0\0\0\0\0\0\0\0`),
    riff('VP8 ', 'pixel'),
    ...extra,
  ]);
  return Buffer.concat([bin('RIFF', le32(chunks.length + 4), 'WEBP'), chunks]);
};
const HOME = 'Home 55.751244';

test('metadata is taken out of pictures and films, and nothing else', (t) => {
  const cases: [string, Buffer, Buffer][] = [
    [
      'jpeg',
      jpeg(
        segment(0xe1, `Exif\0\0${HOME}`),
        segment(0xe1, `http://ns.adobe.com/xap/1.0/\0${HOME}`),
        segment(0xed, HOME),
        segment(0xfe, HOME),
      ),
      jpeg(),
    ],
    ['jpeg tail', Buffer.concat([jpeg(), bin(HOME)]), jpeg()],
    [
      'png',
      png(
        chunk('tEXt', HOME),
        chunk('zTXt', HOME),
        chunk('iTXt', HOME),
        chunk('eXIf', HOME),
        chunk('tIME', HOME),
        chunk('prVt', HOME),
      ),
      png(),
    ],
    ['png tail', Buffer.concat([png(), bin(HOME)]), png()],
    ['webp', webp(0x1c, riff('EXIF', HOME), riff('XMP ', `${HOME}x`)), webp(0x10)],
    [
      'mp4',
      mp4('\x01\x02\x03\x04\x05\x06\x07\x08', box('udta', box('\xa9xyz', HOME)), box('uuid', HOME)),
      mp4('\0'.repeat(8), box('free', '\0'.repeat(HOME.length + 8)), box('free', '\0'.repeat(HOME.length))),
    ],
  ];
  for (const [name, dirty, clean] of cases) {
    t.is(withoutMetadata(dirty).toString(), clean.toString(), name);
    t.true(Buffer.from(withoutMetadata(dirty)).equals(clean), name);
    t.is(withoutMetadata(clean), clean, `${name} without metadata is the very same`);
    t.false(Buffer.from(withoutMetadata(dirty)).includes(HOME), name);
  }
});

test('colour profiles and what shows the picture stay', (t) => {
  for (const file of [
    jpeg(segment(0xe2, 'ICC_PROFILE\0\x01\x01profile'), segment(0xee, 'Adobe\0d')),
    png(chunk('iCCP', 'profile'), chunk('gAMA', 'x'), chunk('pHYs', 'x'), chunk('acTL', 'x')),
    webp(0x20, riff('ICCP', 'profile')),
  ])
    t.is(withoutMetadata(file), file);
});

test('a picture that cannot be walked to its end is malformed; one whose metadata cannot be found is not read', (t) => {
  for (const file of [
    jpeg().subarray(0, 40),
    jpeg().subarray(0, -2),
    png().subarray(0, -4),
    mp4('12345678').subarray(0, -3),
    webp(0).subarray(0, -2),
  ])
    t.is(
      codeOf(() => withoutMetadata(file)),
      'malformed',
    );
  t.is(
    codeOf(() => withoutMetadata(box('ftyp', 'heic\0\0\0\0mif1'))),
    'unreadable_format',
  );
});

test('a body of media is one bytes node, whatever its label; it leaves bare or not at all', (t) => {
  for (const [file, kind] of [
    [jpeg(), 'image/jpeg'],
    [bin('%PDF-1.7\n%\xe2\xe3\xcf'), 'application/pdf'],
    [bin('\x7fELF12345678'), 'application/x-elf'],
    [bin('RIFF1234WAVEfmt \0'), 'audio/wav'],
  ] as const) {
    t.is(mediaTypeOf(file), kind);
    for (const type of [undefined, kind, 'text/plain', 'application/x-protobuf'])
      t.is(readBody(file, type, LIMITS)!.format, 'media', type);
    const { document } = readBody(file, kind, LIMITS)!;
    t.is(document.root.kind, 'bytes');
    t.is(document.write(), file);
    document.root.edit = { kind: 'blank' };
    t.is(
      codeOf(() => document.write()),
      'media_withheld',
    );
  }
  const dirty = readBody(jpeg(segment(0xfe, HOME)), 'image/jpeg', LIMITS)!.document;
  t.true(Buffer.from(dirty.write()).equals(jpeg()));
  t.is(
    codeOf(() => readBody(bin([1, 2, 3, 4, 200]), 'image/jpeg', LIMITS)),
    'unreadable_format',
  );
});

test('a picture in a part can go, and goes bare where it stays', (t) => {
  const part = (file: Buffer): Buffer =>
    Buffer.concat([
      bin(
        '--b\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n--b\r\nContent-Disposition: form-data; name="p"; filename="x.jpg"\r\nContent-Type: image/jpeg\r\n\r\n',
      ),
      file,
      bin('\r\n--b--'),
    ]);
  const open = () => readBody(part(jpeg(segment(0xe1, HOME))), 'multipart/form-data; boundary=b', LIMITS)!.document;
  t.true(Buffer.from(open().write()).equals(part(jpeg())));
  const document = open();
  document.root.children![1]!.edit = { kind: 'drop' };
  t.is(textOf(document.write()), '--b\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n--b--');
  const cbor = readCbor(
    Buffer.concat([
      bin([0xa1, 0x61, 0x70, 0x59, jpeg(segment(0xe1, HOME)).length >> 8, jpeg(segment(0xe1, HOME)).length]),
      jpeg(segment(0xe1, HOME)),
    ]),
    LIMITS,
  );
  t.false(Buffer.from(cbor.write()).includes(HOME));
});

test('what a byte string holds is found: messages, compressed ones, text', (t) => {
  const cases: [Buffer, string | undefined][] = [
    [bin('{"ssid":"Home"}'), 'json'],
    [bin('a=1&b=2'), 'form'],
    [bin([0xa1, 0x64], 'ssid', [0x64], 'Home'), 'cbor'],
    [bin([0x81, 0xa4], 'ssid', [0xa4], 'Home'), 'msgpack'],
    [zlib.gzipSync('{"ssid":"Home"}'), 'gzip::json'],
    [zlib.deflateSync('hello there'), 'zlib::text'],
    [bin('Home sweet home'), 'text'],
    [bin('12345'), 'text'],
    [bin('{not json'), 'text'],
    [bin([0xf4, 0xcf, 0xa2, 0x77, 0x88, 0x99]), undefined],
    [bin([1, 2, 3, 4]), undefined],
    [bin([]), undefined],
    [jpeg(), undefined],
  ];
  for (const [bytes, id] of cases) t.is(unwrapBytes(bytes, LIMITS)?.id, id as never, bytes.toString('latin1'));
  const gzip = unwrapBytes(zlib.gzipSync('{"a":1,"b":2}'), LIMITS)!;
  gzip.document.root.children![0]!.edit = { kind: 'drop' };
  t.is(zlib.gunzipSync(gzip.rewrap(gzip.document.write())).toString(), '{"b":2}');
  t.is(
    codeOf(() => unwrapBytes(bytesOf('[[[1]]]'), LIMITS, LIMITS.depth - 2)),
    'too_deep',
  );
  t.is(
    codeOf(() => unwrapBytes(zlib.gzipSync(Buffer.alloc(1 << 24)), LIMITS)),
    'inflates_too_much',
  );
});

test('a damaged file is stripped or refused, never a crash', (t) => {
  const files = [
    jpeg(segment(0xe1, HOME)),
    png(chunk('tEXt', HOME)),
    mp4('12345678', box('udta', HOME)),
    webp(12, riff('EXIF', HOME)),
  ];
  fc.assert(
    fc.property(
      fc.nat(3),
      fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 4 }),
      fc.nat(60),
      (which, hits, cut) => {
        const bytes = Buffer.from(files[which]!);
        for (const [at, value] of hits) bytes[at % bytes.length] = value;
        t.not(
          codeOf(() => readBody(bytes.subarray(0, bytes.length - cut), undefined, LIMITS)?.document.write()),
          'crash',
        );
      },
    ),
    { numRuns: 1000 },
  );
});

test('text that only begins like a kind of file is text', (t) => {
  for (const text of ['ID3 tags are a format', 'the ftyp box', 'PK is a word', 'GIF89a, GIF87a'])
    t.is(readBody(binaryOf(text), 'text/plain', LIMITS)!.format, 'text', text);
});
