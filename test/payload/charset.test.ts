import test from 'ava';
import fc from 'fast-check';
import { readBody } from '#src/payload/index.js';
import { binaryOf, bytesOf, codeOf, LIMITS } from './support.js';
import { at, scalars } from './text-support.js';

const swapped = (text: string): Buffer => Buffer.from(text, 'utf16le').swap16();
const utf32 = (text: string, little: boolean): Buffer =>
  Buffer.concat(
    [...text].map((c) => {
      const unit = Buffer.alloc(4);
      if (little) unit.writeUInt32LE(c.codePointAt(0)!);
      else unit.writeUInt32BE(c.codePointAt(0)!);
      return unit;
    }),
  );
const CODERS: readonly (readonly [string, (text: string) => Uint8Array])[] = [
  ['utf-16le', (text) => Buffer.from(text, 'utf16le')],
  ['utf-16be', swapped],
  ['utf-32le', (text) => utf32(text, true)],
  ['utf-32be', (text) => utf32(text, false)],
  ['utf-8', (text) => bytesOf(text)],
];
const SETS: readonly (readonly [string, string])[] = [
  ['windows-1251', 'Дом'],
  ['koi8-r', 'Дом'],
  ['iso-8859-5', 'Дом'],
  ['iso-8859-1', 'Häuschen'],
  ['iso-8859-15', 'Häuschen €'],
  ['windows-1252', '“Häuschen”'],
  ['windows-1250', 'Dům'],
  ['iso-8859-2', 'Dům'],
];
const encoded = (set: string, text: string): Uint8Array => {
  if (set === 'windows-1252') return binaryOf(text.replaceAll('“', '\x93').replaceAll('”', '\x94'));
  const table = new Map(Array.from({ length: 256 }, (_, i) => [new TextDecoder(set).decode(Uint8Array.of(i)), i]));
  return Uint8Array.from([...text].map((c) => table.get(c)!));
};

test('UTF-16 and UTF-32, with a mark and without, are read, judged and written back as they came', (t) => {
  const word = fc.string({ unit: 'grapheme', maxLength: 12 });
  fc.assert(
    fc.property(
      word,
      word,
      fc.constantFrom(...CODERS),
      fc.boolean(),
      fc.boolean(),
      (value, other, [name, coder], mark, labelled) => {
        const text = (v: string): string => `${mark ? '\ufeff' : ''}{"a":${JSON.stringify(v)},"n":1}`;
        const bytes = coder(text(value));
        const document = readBody(bytes, labelled ? `application/json; charset=${name}` : 'text/plain', LIMITS)!.document;
        t.is(at(document, 'a').text, value);
        t.is(document.write(), bytes);
        at(document, 'a').edit = { kind: 'text', text: other };
        t.deepEqual(Buffer.from(document.write()), Buffer.from(coder(text(other))));
      },
    ),
    { numRuns: 500 },
  );
});

test('a bare utf-16 is big-endian, and Cyrillic needs no zero bytes where the label speaks', (t) => {
  const document = readBody(swapped('Дом'), 'text/plain; charset=UTF-16', LIMITS)!.document;
  t.is(scalars(document.root)[0]!.text, 'Дом');
});

test('declared 8-bit sets are read and written back; what they do not have cannot be written', (t) => {
  for (const [set, text] of SETS) {
    const bytes = encoded(set, `{"net":"${text}","x":"y"}`);
    const document = readBody(bytes, `application/json; charset=${set}`, LIMITS)!.document;
    t.is(at(document, 'net').text, text, set);
    t.is(document.write(), bytes);
    at(document, 'x').edit = { kind: 'text', text };
    t.deepEqual(Buffer.from(document.write()), Buffer.from(encoded(set, `{"net":"${text}","x":"${text}"}`)), set);
    at(document, 'x').edit = { kind: 'text', text: '家' };
    t.is(
      codeOf(() => document.write()),
      'unreadable_charset',
    );
  }
});

test('an XML declaration names the set where the label does not', (t) => {
  const text = '<?xml version="1.0" encoding="windows-1251"?><ssid>Дом</ssid>';
  const document = readBody(encoded('windows-1251', text), 'text/xml', LIMITS)!.document;
  t.is(at(document, 'ssid').text, 'Дом');
  const code = (xml: string): string => codeOf(() => readBody(bytesOf(xml), 'text/xml', LIMITS));
  t.is(code('<?xml version="1.0" encoding="Kovalenko"?><a/>'), 'unreadable_charset');
  t.is(code('<?xml version="1.0" encoding="utf-7"?><a/>'), 'unreadable_charset');
  t.is(code('<?xml version="1.0" encoding="US-ASCII"?><a/>'), 'accepted');
});

test('overlong UTF-8, lone surrogates, cut units, UTF-7 and EBCDIC are refused', (t) => {
  const code = (bytes: Uint8Array, type: string): string => codeOf(() => readBody(bytes, type, LIMITS));
  t.not(code(binaryOf('{"\xc1\xb3sid":"x"}'), 'application/json'), 'accepted');
  t.not(code(binaryOf('{"a":"\xed\xa0\x80"}'), 'application/json'), 'accepted');
  t.not(code(Buffer.from('{"a":"\ud800"}', 'utf16le'), 'application/json; charset=utf-16le'), 'accepted');
  t.not(code(Buffer.from('\ufeff{"a":"\udc00x"}', 'utf16le'), 'application/json'), 'accepted');
  t.not(code(Buffer.from('\ufeff{"a":1}', 'utf16le').subarray(0, 11), 'application/json'), 'accepted');
  t.not(code(utf32('{"a":1}', true).fill(0x7f, 3, 4), 'application/json; charset=utf-32le'), 'accepted');
  t.is(code(bytesOf('+/v8AewAiAGEAIgA6-'), 'text/plain'), 'unreadable_charset');
  for (const name of ['utf-7', 'ibm037', 'cp500', 'shift_jis', 'gb18030', 'x'])
    t.is(code(bytesOf('{"a":1}'), `application/json; charset=${name}`), 'unreadable_charset', name);
});

test('any bytes under any label are read exactly or refused by name', (t) => {
  const label = fc.constantFrom('', ...CODERS.map(([name]) => `;charset=${name}`), ...SETS.map(([name]) => `;charset=${name}`));
  const start = fc.constantFrom([], [0xff, 0xfe], [0xfe, 0xff], [0xff, 0xfe, 0, 0], [0xef, 0xbb, 0xbf], [0x7b, 0, 0x22, 0]);
  fc.assert(
    fc.property(start, fc.uint8Array({ maxLength: 40 }), label, (head, tail, charset) => {
      const bytes = Uint8Array.from([...head, ...tail]);
      const code = codeOf(() => {
        const body = readBody(bytes, `text/plain${charset}`, LIMITS);
        if (body !== undefined && body.document.write() !== bytes) throw new Error('changed');
      });
      t.not(code, 'crash');
    }),
    { numRuns: 2000 },
  );
});
