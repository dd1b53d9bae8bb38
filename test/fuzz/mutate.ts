// Changes to a sample: bits and bytes, chunks, numbers, length fields, words of the format, tokens, and one format inside another.
import zlib from 'node:zlib';
import type { Random } from './random.js';

/** Longest input: enough for every length field of two bytes; readers are linear beyond. */
export const INPUT_MAX = 70_000;
const EDGES = [
  0, 1, 0x7f, 0x80, 0xff, 0x20, 0x0a, 0x0d, 0x22, 0x27, 0x5c, 0x7b, 0x7d, 0x5b, 0x5d, 0x2c, 0x3a, 0x3d, 0x26, 0x25, 0x3c, 0x3e,
];
const NUMBERS = [
  '0',
  '-1',
  '-0',
  '1e400',
  '1e-400',
  '9007199254740993',
  '18446744073709551616',
  '2147483648',
  '4294967295',
  '255',
  '65536',
  '0.1',
  '00',
  '1E5',
  '066214391906770',
  '66535371706834',
];
const UNICODE = [
  '\u200b',
  '\u0430',
  '\uff21',
  '\u212a',
  '\u0130',
  '\ufeff',
  '\u2028',
  '\ud83c\udfe0',
  'e\u0301',
  '\u00ad',
  '\u0000',
  '\u0456',
];
const DELIMITERS = /[,{}[\]&;=\n\r<>:/"'|\t ]/;

type Mutation = (bytes: Buffer, random: Random, other: Uint8Array, words: readonly string[]) => Uint8Array;

const span = (bytes: Uint8Array, random: Random): [number, number] => {
  const start = random.below(bytes.length + 1);
  const most = random.chance(0.7) ? 16 : bytes.length;
  return [start, Math.min(bytes.length, start + 1 + random.below(most))];
};
const replace = (bytes: Uint8Array, start: number, end: number, by: Uint8Array): Buffer =>
  Buffer.concat([bytes.subarray(0, start), by, bytes.subarray(end)]);
const latin = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1');

/** Spans between delimiters: values, names. */
function tokens(bytes: Uint8Array): [number, number][] {
  const text = latin(bytes.subarray(0, 4096));
  const found: [number, number][] = [];
  let start = 0;
  for (let i = 0; i <= text.length; i += 1) {
    if (i < text.length && !DELIMITERS.test(text[i]!)) continue;
    if (i > start) found.push([start, i]);
    start = i + 1;
  }
  return found;
}

/** Ways to write bytes as a text inside another format. */
const DRESSES: readonly ((bytes: Buffer) => Buffer)[] = [
  (bytes) => Buffer.from(bytes.toString('base64')),
  (bytes) => Buffer.from(bytes.toString('base64url')),
  (bytes) => Buffer.from(bytes.toString('hex')),
  (bytes) =>
    Buffer.from(
      bytes
        .toString('hex')
        .toUpperCase()
        .replace(/(..)(?=.)/g, '$1:'),
    ),
  (bytes) => Buffer.from([...bytes].map((b) => `%${b.toString(16).padStart(2, '0')}`).join('')),
  (bytes) => Buffer.from(encodeURIComponent(bytes.toString('latin1'))),
  (bytes) => Buffer.from(JSON.stringify(bytes.toString('utf8'))),
  (bytes) => Buffer.from(JSON.stringify(bytes.toString('utf8')).slice(1, -1)),
  (bytes) => Buffer.from([...bytes.toString('utf8')].map((c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`).join('')),
  (bytes) => Buffer.from([...bytes.toString('utf8')].map((c) => `&#${c.codePointAt(0)};`).join('')),
  (bytes) => Buffer.from([...bytes].map((b) => `=${b.toString(16).toUpperCase().padStart(2, '0')}`).join('')),
  (bytes) => Buffer.from(zlib.gzipSync(bytes).toString('base64')),
  (bytes) => Buffer.from(zlib.deflateSync(bytes).toString('base64url')),
  (bytes) => Buffer.from(zlib.gzipSync(bytes).toString('hex')),
  (bytes) => Buffer.from(`data:application/json;base64,${bytes.toString('base64')}`),
  (bytes) => Buffer.from(`{"data":${JSON.stringify(bytes.toString('utf8'))}}`),
  (bytes) => Buffer.from((bytes.toString('base64').match(/.{1,19}/g) ?? []).join('\r\n')),
  (bytes) => Buffer.from(`eyJhbGciOiJub25lIn0.${bytes.toString('base64url')}.`),
  (bytes) => Buffer.from(`<![CDATA[${bytes.toString('latin1')}]]>`, 'latin1'),
  (bytes) => zlib.gzipSync(bytes),
  (bytes) => Buffer.from(bytes.toString('latin1'), 'utf16le'),
];

const MUTATIONS: readonly Mutation[] = [
  (bytes, random) => {
    const out = Buffer.from(bytes);
    if (out.length > 0) out[random.below(out.length)]! ^= 1 << random.below(8);
    return out;
  },
  (bytes, random) => {
    const out = Buffer.from(bytes);
    if (out.length > 0) out[random.below(out.length)] = random.chance(0.7) ? random.pick(EDGES) : random.below(256);
    return out;
  },
  (bytes, random) => replace(bytes, ...same(random.below(bytes.length + 1)), Buffer.of(random.pick(EDGES))),
  (bytes, random, _other, words) => {
    const at = random.below(bytes.length + 1);
    return replace(bytes, at, at, Buffer.from(words.length > 0 ? random.pick(words) : 'x', 'latin1'));
  },
  (bytes, random, _other, words) => {
    const [start, end] = span(bytes, random);
    return replace(bytes, start, end, Buffer.from(words.length > 0 ? random.pick(words) : '', 'latin1'));
  },
  (bytes, random) => replace(bytes, ...span(bytes, random), Buffer.alloc(0)),
  (bytes, random) => {
    const [start, end] = span(bytes, random);
    const at = random.chance(0.5) ? end : random.below(bytes.length + 1);
    return replace(bytes, at, at, bytes.subarray(start, end));
  },
  (bytes, random, other) => {
    const [start, end] = span(bytes, random);
    return replace(bytes, start, end, other.subarray(...span(other, random)));
  },
  (bytes, random, other) =>
    Buffer.concat([bytes.subarray(0, random.below(bytes.length + 1)), other.subarray(random.below(other.length + 1))]),
  (bytes, random) => bytes.subarray(0, random.below(bytes.length + 1)),
  // Numbers written in digits.
  (bytes, random) => {
    const found = [...latin(bytes.subarray(0, 4096)).matchAll(/-?\d+(?:\.\d+)?/g)];
    if (found.length === 0) return bytes;
    const { index, 0: text } = random.pick(found);
    return replace(bytes, index!, index! + text.length, Buffer.from(random.pick(NUMBERS)));
  },
  // Length fields of one, two and four bytes.
  (bytes, random) => {
    const out = Buffer.from(bytes);
    const width = random.pick([1, 1, 2, 4]);
    if (out.length < width) return out;
    const at = random.below(out.length - width + 1);
    const step = random.pick([1, -1, 2, 16, -16, 128, 255]);
    for (let i = at + width - 1, carry = step; i >= at && carry !== 0; i -= 1) {
      const sum = out[i]! + carry;
      out[i] = sum & 0xff;
      carry = sum >> 8;
    }
    return out;
  },
  // Many times the same.
  (bytes, random) => {
    const [start, end] = span(bytes, random);
    const chunk = bytes.subarray(start, Math.min(end, start + 64));
    if (chunk.length === 0) return bytes;
    const times = random.chance(0.1) ? 1 + random.below(Math.max(1, Math.floor(40_000 / chunk.length))) : 1 + random.below(40);
    return replace(bytes, end, end, Buffer.concat(Array.from({ length: times }, () => chunk)));
  },
  // A long row of one byte: what a pattern with two stars takes for ever over.
  (bytes, random) => {
    const at = random.below(bytes.length + 1);
    const byte = random.chance(0.5) ? random.pick(EDGES) : random.pick([0x20, 0x09, 0x0a, 0x0d, 0x30, 0x61, 0x2e, 0x2d]);
    return replace(bytes, at, at, Buffer.alloc(random.chance(0.05) ? random.below(30_000) : random.below(300), byte));
  },
  // Tokens: twice, gone, in each other's place.
  (bytes, random) => {
    const found = tokens(bytes);
    if (found.length < 2) return bytes;
    const [a, b] = [random.pick(found), random.pick(found)];
    const by = bytes.subarray(...b);
    return random.chance(0.3)
      ? replace(bytes, a[0], a[1], Buffer.concat([by, bytes.subarray(a[1], a[1] + 1), by]))
      : replace(bytes, a[0], a[1], by);
  },
  (bytes, random, _other, words) => {
    const found = tokens(bytes);
    if (found.length === 0) return bytes;
    const [start, end] = random.pick(found);
    return replace(bytes, start, end, Buffer.from(words.length > 0 ? random.pick(words) : '', 'latin1'));
  },
  // One format inside another, or a token in another dress.
  (bytes, random, other) => {
    const found = tokens(bytes);
    const [start, end] = found.length > 0 ? random.pick(found) : [0, bytes.length];
    const inside = random.chance(0.5) ? Buffer.from(bytes.subarray(start, end)) : Buffer.from(other.subarray(0, 2000));
    return replace(bytes, start, end, random.pick(DRESSES)(inside));
  },
  (bytes, random) => {
    const [start, end] = span(bytes, random);
    return replace(bytes, start, end, random.pick(DRESSES)(Buffer.from(bytes.subarray(start, end))));
  },
  (bytes, random) => random.pick(DRESSES)(bytes.subarray(0, 8000) as Buffer),
  // Letters in another case, form or look.
  (bytes, random) => {
    const [start, end] = span(bytes, random);
    const text = latin(bytes.subarray(start, end));
    return replace(bytes, start, end, Buffer.from(random.chance(0.5) ? text.toUpperCase() : text.toLowerCase(), 'latin1'));
  },
  (bytes, random) => {
    const at = random.below(bytes.length + 1);
    return replace(bytes, at, at + random.below(2), Buffer.from(random.pick(UNICODE)));
  },
];

const same = (at: number): [number, number] => [at, at];

/** `bytes` after one to six changes. `other`: another sample to take from. */
export function mutate(bytes: Uint8Array, random: Random, other: Uint8Array, words: readonly string[]): Uint8Array {
  let out = Buffer.from(bytes);
  const times = 1 + (random.chance(0.5) ? 0 : random.below(6));
  for (let i = 0; i < times; i += 1) {
    out = Buffer.from(random.pick(MUTATIONS)(out, random, other, words));
    if (out.length > INPUT_MAX) out = out.subarray(0, INPUT_MAX);
  }
  return out;
}
