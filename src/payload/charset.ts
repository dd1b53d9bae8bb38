import { Buffer, isUtf8 } from 'node:buffer';
import { HubError } from '../errors.js';
import type { Document } from '../model.js';
import { type SingleByte, singleByteTable } from './single-byte.js';
import { asBuffer, toBinary } from './splice.js';
import { isPrintable } from './text.js';

/** A body as UTF-8, and the way back. */
export interface Transcoded {
  readonly bytes: Uint8Array;
  /** Encodes what was changed, in the same character set with the same byte order mark. Absent: UTF-8 without a mark. */
  readonly encode: ((utf8: Uint8Array) => Uint8Array) | undefined;
}

type Unicode = 'utf-16le' | 'utf-16be' | 'utf-32le' | 'utf-32be';

const UTF8: ReadonlySet<string> = new Set(['utf-8', 'utf8', 'us-ascii', 'ascii']);
/** Names of UTF-16 and UTF-32; without a byte order mark the bare ones are big-endian (RFC 2781 section 4.3). */
const UNICODE: ReadonlyMap<string, Unicode> = new Map([
  ['utf-16', 'utf-16be'],
  ['utf-16be', 'utf-16be'],
  ['utf-16le', 'utf-16le'],
  ['utf-32', 'utf-32be'],
  ['utf-32be', 'utf-32be'],
  ['utf-32le', 'utf-32le'],
]);
/** The longer mark first: that of UTF-32LE begins like that of UTF-16LE. */
const MARKS: readonly (readonly [Unicode | 'utf-8', readonly number[]])[] = [
  ['utf-32le', [0xff, 0xfe, 0, 0]],
  ['utf-32be', [0, 0, 0xfe, 0xff]],
  ['utf-8', [0xef, 0xbb, 0xbf]],
  ['utf-16le', [0xff, 0xfe]],
  ['utf-16be', [0xfe, 0xff]],
];
/** UTF-7's mark begins with the one, an XML declaration with the other. */
const PLUS = 0x2b;
const LESS = 0x3c;
const UNPRINTABLE = /[\0-\x08\x0b\x0e-\x1f\x7f\ufeff\ufffe\uffff]/;
/** How far into a document its own declaration is looked for. */
const DECLARATION_BYTES = 256;

/**
 * Reads the character set of a body: its byte order mark, the place of its zero bytes, then what it is called (`label` is the media
 * type; an XML declaration speaks where that is silent). Valid UTF-8 is UTF-8 whatever 8-bit set it is called; bytes that are not stay
 * as they are for the formats to judge, unless an 8-bit set names them.
 * Throws `unreadable_charset` for sets the hub does not know (UTF-7, EBCDIC), and for bytes that are not in the one they are called.
 */
export function transcode(bytes: Uint8Array, label: string): Transcoded {
  if (startsPlain(bytes) && !label.includes(';')) return { bytes, encode: undefined };
  if (/^\+\/v[89+/]/.test(toBinary(bytes.subarray(0, 4)))) throw new HubError('unreadable_charset', 'UTF-7');
  const marked = byMark(bytes);
  if (marked !== undefined) return marked;
  const zeros = byZeros(bytes);
  const decoded = zeros === undefined ? undefined : unicode(bytes, zeros, 0);
  if (decoded !== undefined) return known(decoded, declared(decoded.bytes));
  const called = charsetOf(label) ?? declared(bytes);
  if (called === undefined || UTF8.has(called)) return { bytes, encode: undefined };
  const named = UNICODE.get(called);
  if (named === undefined) return eightBit(bytes, called);
  const strict = isPrintable(bytes) ? undefined : unicode(bytes, named, 0);
  if (strict === undefined) throw new HubError('unreadable_charset', named);
  return strict;
}

/** Begin the bytes with one character of ASCII and no zero, mark or declaration: then only their label can name a character set. */
function startsPlain(bytes: Uint8Array): boolean {
  const first = bytes[0] ?? 0;
  return first > 0 && first < 0x80 && first !== PLUS && first !== LESS && bytes[1] !== 0;
}

/** `document`, written in the character set it came in. */
export function inCharset(document: Document, original: Uint8Array, transcoded: Transcoded): Document {
  const { bytes, encode } = transcoded;
  if (encode === undefined) return document;
  const write = (): Uint8Array => {
    const out = document.write();
    return out === bytes ? original : encode(out);
  };
  return { root: document.root, write };
}

function charsetOf(label: string): string | undefined {
  const name = /;\s*charset\s*=\s*"?([^\s";]*)/i.exec(label)?.[1]?.toLowerCase();
  return name === '' ? undefined : name;
}

/** The 8-bit set that a media type names; undefined where it names none that the hub knows. */
export function eightBitOf(label: string): SingleByte | undefined {
  const called = label.includes(';') ? charsetOf(label) : undefined;
  return called === undefined || UTF8.has(called) ? undefined : singleByteTable(called);
}

/** What an XML declaration calls the encoding. */
function declared(bytes: Uint8Array): string | undefined {
  const head = toBinary(bytes.subarray(0, DECLARATION_BYTES));
  if (!head.startsWith('<?xml')) return undefined;
  return /^<\?xml[^>]{1,100}?\sencoding\s*=\s*["']([^"']{0,40})["']/.exec(head)?.[1]?.toLowerCase();
}

/** A text of UTF-16 or UTF-32 whose own declaration must at least name a set that exists. */
function known(transcoded: Transcoded, called: string | undefined): Transcoded {
  if (called === undefined || UTF8.has(called) || UNICODE.has(called) || singleByteTable(called) !== undefined) return transcoded;
  throw new HubError('unreadable_charset');
}

function byMark(bytes: Uint8Array): Transcoded | undefined {
  for (const [name, mark] of MARKS) {
    if (!mark.every((byte, i) => bytes[i] === byte)) continue;
    if (name !== 'utf-8') {
      const found = unicode(bytes, name, mark.length);
      if (found === undefined) continue;
      return known(found, declared(found.bytes));
    }
    const rest = bytes.subarray(mark.length);
    if (!isUtf8(rest)) return undefined;
    return known({ bytes: rest, encode: (utf8) => Buffer.concat([Buffer.from(mark), utf8]) }, declared(rest));
  }
  return undefined;
}

/** Two characters of ASCII at the beginning show width and order by their zero bytes (RFC 4627 section 3). */
function byZeros(bytes: Uint8Array): Unicode | undefined {
  const [a, b, c, d] = bytes;
  if (bytes.length < 4 || (a !== 0 && b !== 0)) return undefined;
  if (a === 0 && b === 0 && c === 0 && d !== 0) return 'utf-32be';
  if (a !== 0 && b === 0 && c === 0 && d === 0) return 'utf-32le';
  if (a === 0 && b !== 0 && c === 0 && d !== 0) return 'utf-16be';
  return a !== 0 && b === 0 && c !== 0 && d === 0 ? 'utf-16le' : undefined;
}

/** The text after `skip` bytes of a mark; undefined where the bytes are no printable text of that set. */
function unicode(bytes: Uint8Array, name: Unicode, skip: number): Transcoded | undefined {
  const text = name.startsWith('utf-16') ? fromUtf16(bytes.subarray(skip), name) : fromUtf32(bytes.subarray(skip), name);
  if (text === undefined || UNPRINTABLE.test(text) || /[\ud800-\udfff]/u.test(text)) return undefined;
  const mark = Buffer.from(bytes.subarray(0, skip));
  const encode = (utf8: Uint8Array): Uint8Array => {
    const out = asBuffer(utf8).toString('utf8');
    return Buffer.concat([mark, name.startsWith('utf-16') ? toUtf16(out, name) : toUtf32(out, name)]);
  };
  return { bytes: Buffer.from(text, 'utf8'), encode };
}

function fromUtf16(bytes: Uint8Array, name: Unicode): string | undefined {
  if (bytes.length % 2 !== 0) return undefined;
  return (name === 'utf-16le' ? asBuffer(bytes) : Buffer.from(bytes).swap16()).toString('utf16le');
}

function toUtf16(text: string, name: Unicode): Buffer {
  const bytes = Buffer.from(text, 'utf16le');
  return name === 'utf-16le' ? bytes : bytes.swap16();
}

function fromUtf32(bytes: Uint8Array, name: Unicode): string | undefined {
  if (bytes.length % 4 !== 0) return undefined;
  const buffer = asBuffer(bytes);
  const units = Buffer.alloc(bytes.length);
  let at = 0;
  for (let i = 0; i < buffer.length; i += 4) {
    const code = name === 'utf-32le' ? buffer.readUInt32LE(i) : buffer.readUInt32BE(i);
    if (code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) return undefined;
    if (code > 0xffff) at = units.writeUInt16LE(0xd800 + ((code - 0x10000) >> 10), at);
    at = units.writeUInt16LE(code > 0xffff ? 0xdc00 + ((code - 0x10000) & 0x3ff) : code, at);
  }
  return units.toString('utf16le', 0, at);
}

function toUtf32(text: string, name: Unicode): Buffer {
  const codes = [...text].map((character) => character.codePointAt(0)!);
  const out = Buffer.alloc(codes.length * 4);
  codes.forEach((code, i) => {
    if (name === 'utf-32le') out.writeUInt32LE(code, i * 4);
    else out.writeUInt32BE(code, i * 4);
  });
  return out;
}

/** A set of one byte a character. ASCII and valid UTF-8 are read as such; only what is written must fit the set. */
function eightBit(bytes: Uint8Array, called: string): Transcoded {
  const table = singleByteTable(called);
  if (table === undefined) throw new HubError('unreadable_charset');
  const binary = toBinary(bytes);
  const ascii = !/[^\0-\x7f]/.test(binary);
  if (!ascii && isUtf8(bytes)) return { bytes, encode: undefined };
  const decoded = ascii ? bytes : Buffer.from(table.decode(binary), 'utf8');
  const encode = (utf8: Uint8Array): Uint8Array => {
    const encoded = table.encode(asBuffer(utf8).toString('utf8'));
    if (encoded === undefined) throw new HubError('unreadable_charset', 'a text that its set does not have');
    return Buffer.from(encoded, 'latin1');
  };
  return { bytes: decoded, encode };
}
