// Variants in which a secret of the home wears up to three encodings, each of them cut or glued to other text of its own alphabet: no
// encoding begins where the value begins. Only a home that has told its secrets can know them.
import zlib from 'node:zlib';
import fc from 'fast-check';
import type { Part } from '#src/sieve.js';
import type { Secret } from './undress.js';
import { body, IP, MAC, SSID, type Variant } from './variants.js';

/** One dress: bytes in, ASCII text out. `letters`: what may stand glued to it. */
interface Dress {
  readonly put: (bytes: Buffer) => string;
  readonly letters: string;
  /** Encodings inside each other that it comes to; one, if not said. */
  readonly encodings?: 2;
}

/** More than three no device writes, and none are undone. */
const ENCODINGS_MAX = 3;

const BASE64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const BASE64URL = BASE64.replace('+/', '-_');
const WORDS = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ';
const HEX = '0123456789abcdef';
const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
const each = (bytes: Buffer, write: (byte: number) => string): string => [...bytes].map(write).join('');
const hexOf = (byte: number): string => byte.toString(16).padStart(2, '0');
const base64 = (bytes: Buffer): string => bytes.toString('base64');
const wide = (bytes: Buffer): Buffer => Buffer.from(bytes.toString('latin1'), 'utf16le');

function base32(bytes: Buffer, alphabet = BASE32): string {
  const bits = each(bytes, (byte) => byte.toString(2).padStart(8, '0'));
  return (bits.match(/.{1,5}/g) ?? []).map((five) => alphabet[Number.parseInt(five.padEnd(5, '0'), 2)]).join('');
}

/** Encodings of bytes: what is inside may be anything. */
const CODINGS: readonly Dress[] = [
  { put: base64, letters: BASE64 },
  { put: (bytes) => base64(bytes).replace(/=+$/, ''), letters: BASE64 },
  { put: (bytes) => bytes.toString('base64url'), letters: BASE64URL },
  { put: (bytes) => base64(bytes).replace(/.{20}/g, '$&\r\n'), letters: BASE64 },
  { put: (bytes) => base64(bytes).replace(/.{24}/g, '$&, '), letters: BASE64 },
  { put: (bytes) => base64(bytes).replaceAll('/', '\\/'), letters: BASE64 },
  { put: (bytes) => bytes.toString('hex'), letters: HEX },
  { put: (bytes) => bytes.toString('hex').toUpperCase(), letters: HEX.toUpperCase() },
  { put: (bytes) => base32(bytes), letters: BASE32 },
  {
    put: (bytes) => base32(bytes, '0123456789ABCDEFGHIJKLMNOPQRSTUV').toLowerCase(),
    letters: '0123456789abcdefghijklmnopqrstuv',
  },
  { put: (bytes) => base64(zlib.gzipSync(bytes)), letters: BASE64, encodings: 2 },
  { put: (bytes) => base64(zlib.deflateSync(bytes)), letters: BASE64, encodings: 2 },
  { put: (bytes) => base64(Buffer.concat([Buffer.from('\x01\x02k'), zlib.gzipSync(bytes)])), letters: BASE64, encodings: 2 },
  { put: (bytes) => base64(wide(bytes)), letters: BASE64, encodings: 2 },
  { put: (bytes) => wide(bytes).toString('hex'), letters: HEX, encodings: 2 },
];
/** Spellings of each character. */
const SPELLINGS: readonly Dress[] = [
  { put: (bytes) => each(bytes, (byte) => `%${hexOf(byte)}`), letters: WORDS },
  { put: (bytes) => each(bytes, (byte) => `%25${hexOf(byte).toUpperCase()}`), letters: WORDS, encodings: 2 },
  { put: (bytes) => each(bytes, (byte) => `\\x${hexOf(byte)}`), letters: WORDS },
  { put: (bytes) => each(bytes, (byte) => `\\u00${hexOf(byte)}`), letters: WORDS },
  { put: (bytes) => each(bytes, (byte) => `\\${byte.toString(8).padStart(3, '0')}`), letters: WORDS },
  { put: (bytes) => each(bytes, (byte) => `&#${byte};`), letters: WORDS },
  { put: (bytes) => each(bytes, (byte) => `&#x${hexOf(byte)};`), letters: WORDS },
  { put: (bytes) => each(bytes, (byte) => `=${hexOf(byte).toUpperCase()}`), letters: WORDS },
  { put: (bytes) => bytes.toString('latin1').replace(/[^A-Za-z0-9]/g, (c) => `%${hexOf(c.charCodeAt(0))}`), letters: WORDS },
];

const one = <T>(of: readonly T[]): fc.Arbitrary<T> => fc.constantFrom(...of);
const glue = fc.array(fc.nat(1000), { maxLength: 9 });
const glued = (numbers: readonly number[], letters: string): string => numbers.map((n) => letters[n % letters.length]).join('');
const worn = fc.tuple(fc.oneof({ weight: 3, arbitrary: one(CODINGS) }, { weight: 1, arbitrary: one(SPELLINGS) }), glue, glue);

const macBytes = Buffer.from(MAC.replaceAll(':', ''), 'hex');
const SECRETS: readonly (readonly [Buffer, Secret])[] = [
  [Buffer.from(SSID), { kind: 'text', value: SSID }],
  [Buffer.from(SSID.toUpperCase()), { kind: 'text', value: SSID }],
  [Buffer.from(`{"a":"${SSID}"}`), { kind: 'text', value: SSID }],
  [Buffer.from(MAC), { kind: 'mac', value: MAC }],
  [Buffer.from(MAC.replaceAll(':', '').toUpperCase()), { kind: 'mac', value: MAC }],
  [macBytes, { kind: 'mac', value: MAC }],
  [Buffer.concat([Buffer.from('v'), macBytes, Buffer.from('xyz')]), { kind: 'mac', value: MAC }],
  [Buffer.from(IP), { kind: 'ip', value: IP }],
];

const header = (name: string, value: string): Part[] => [{ in: 'header', kind: 'fields', fields: [[name, value]] }];
const bytes = (place: 'path' | 'query' | 'cookie' | 'topic' | 'clientId', text: string): Part[] => [
  { in: place, kind: 'bytes', bytes: Buffer.from(text) },
];
/** Where it stands, in all places; each as a client of that place writes it. */
const PLACES: readonly ((text: string) => Part[])[] = [
  (t) => body({ note: t, mode: 'AirFry' }),
  (t) => body({ q: `id ${t} end` }),
  (t) => body({ a: [{ b: ['x', t] }] }),
  (t) => body({ [t]: 1 }),
  (t) => body({ message: JSON.stringify({ raw: t }) }),
  (t) => body(t, 'text/plain'),
  (t) => body(`level=3 raw=${t}\n`, 'text/plain'),
  (t) => body(`a=1&q=${encodeURIComponent(t)}`, 'application/x-www-form-urlencoded'),
  (t) => body(`<a><b c="${t.replace(/[<&"]/g, (c) => `&#${c.charCodeAt(0)};`)}">1</b></a>`, 'application/xml'),
  (t) => bytes('query', `a=1&q=${encodeURIComponent(t)}`),
  (t) => bytes('query', `a=1&q=${t.replace(/[\s#]/g, '')}`),
  (t) => bytes('cookie', `a=1; q=${encodeURIComponent(t)}`),
  (t) => bytes('cookie', `a=1; q=${t.replace(/\s/g, '')}`),
  (t) => bytes('path', `/v1/${encodeURIComponent(t)}/z`),
  (t) => bytes('topic', `a/${t.replace(/[/+#\s]/g, '')}/z`),
  (t) => bytes('clientId', t.replace(/\s/g, '')),
  (t) => header('X-Data', t.replace(/[\r\n]+/g, ' ')),
  (t) => header('User-Agent', `Device/1 (${t.replace(/[\r\n]+/g, ' ')})`),
];

export const nested: fc.Arbitrary<Variant> = fc
  .tuple(one(SECRETS), fc.array(worn, { minLength: 2, maxLength: 3 }), one(PLACES))
  .filter(([, dresses]) => dresses.reduce((sum, [{ encodings = 1 }]) => sum + encodings, 0) <= ENCODINGS_MAX)
  .map(([[raw, secret], dresses, place]) => {
    const text = dresses.reduce(
      (inner, [{ put, letters }, before, after]) => Buffer.from(glued(before, letters) + put(inner) + glued(after, letters)),
      raw,
    );
    return { parts: place(text.toString('latin1')), secrets: [secret], told: true };
  });
