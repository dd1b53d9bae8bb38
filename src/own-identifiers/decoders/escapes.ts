// Characters written with marks: percent sequences, backslash escapes, references of HTML and XML, quoted-printable. What stands around
// each is undone with it, wherever in the bytes it is.
import { PART, type Sink } from './buffer.js';

/** What stands so near to a mark is read with it: a name of 32 bytes takes up to 128 characters in two encodings. */
const AROUND = 160;
const PERCENT = 0x25;
const BACKSLASH = 0x5c;
const AMPERSAND = 0x26;
const EQUALS = 0x3d;
const MARKS = Uint8Array.from({ length: 256 }, (_, b) => (b === PERCENT || b === BACKSLASH || b === AMPERSAND ? 1 : 0));
const QUOTED = Uint8Array.from({ length: 256 }, (_, b) => (b === EQUALS ? 1 : 0));
const REFERENCE_MAX = 10;
const SIMPLE: Readonly<Record<string, number>> = { b: 8, f: 12, n: 10, r: 13, t: 9, '/': 0x2f };

/** What a mark at a place says: the UTF-8 bytes, and how many bytes it takes; undefined where it is none. */
interface Said {
  readonly bytes: readonly number[];
  readonly length: number;
}
type Reading = (bytes: Uint8Array, at: number) => Said | undefined;

/** The bytes of every neighbourhood in which characters are written with marks, undone, behind what is in `out`. */
export function undoMarks(bytes: Uint8Array, out: Sink): void {
  undo(bytes, MARKS, markAt, out);
}

/** The same for quoted-printable. By itself: `temp=21` is a pair, and nothing may be lost where it is. */
export function undoQuoted(bytes: Uint8Array, out: Sink): void {
  undo(bytes, QUOTED, quotedAt, out);
}

function undo(bytes: Uint8Array, marks: Uint8Array, read: Reading, out: Sink): void {
  let done = -1;
  for (let at = 0; at < bytes.length; ) {
    if (marks[bytes[at]!] === 0) {
      at += 1;
      continue;
    }
    const said = read(bytes, at);
    if (said === undefined) {
      at += 1;
      continue;
    }
    // What stands between this mark and the one before it; where that is much, only what is near to each.
    if (done < 0) out.append(bytes.subarray(Math.max(0, at - AROUND), at));
    else if (at - done <= 2 * AROUND) out.append(bytes.subarray(done, at));
    else {
      out.append(bytes.subarray(done, done + AROUND));
      out.put(PART);
      out.append(bytes.subarray(at - AROUND, at));
    }
    for (const byte of said.bytes) out.put(byte);
    at += said.length;
    done = at;
  }
  if (done < 0) return;
  out.append(bytes.subarray(done, done + AROUND));
  out.put(PART);
}

function markAt(bytes: Uint8Array, at: number): Said | undefined {
  switch (bytes[at]) {
    case PERCENT:
      return percentAt(bytes, at);
    case BACKSLASH:
      return escapeAt(bytes, at);
    case AMPERSAND:
      return referenceAt(bytes, at);
    default:
      return undefined;
  }
}

const textOf = (bytes: Uint8Array, from: number, end: number): string => String.fromCharCode(...bytes.subarray(from, end));
const utf8 = (code: number): readonly number[] =>
  code < 0x80 ? [code] : [...Buffer.from(code > 0x10ffff ? '' : String.fromCodePoint(code), 'utf8')];

/** The value of `count` digits of a base from `at`; -1 where there are fewer. */
function digits(bytes: Uint8Array, at: number, count: number, base: number): number {
  let value = 0;
  for (let i = at; i < at + count; i += 1) {
    const byte = i < bytes.length ? bytes[i]! : 0;
    const digit = byte >= 0x30 && byte <= 0x39 ? byte - 0x30 : (byte | 0x20) >= 0x61 ? (byte | 0x20) - 0x57 : base;
    if (digit >= base) return -1;
    value = value * base + digit;
  }
  return value;
}

/** `%41` (RFC 3986 section 2.1) and `%u0041` (ECMA-262 annex B). */
function percentAt(bytes: Uint8Array, at: number): Said | undefined {
  const byte = digits(bytes, at + 1, 2, 16);
  if (byte >= 0) return { bytes: [byte], length: 3 };
  const wide = (bytes[at + 1]! | 0x20) === 0x75 ? digits(bytes, at + 2, 4, 16) : -1;
  return wide < 0 ? undefined : { bytes: utf8(wide), length: 6 };
}

/** `\x41`, `\101`, `\u0041`, `\u{41}`, `\U00000041`, `\n`, `\/`, and one backslash of two before any of these. */
function escapeAt(bytes: Uint8Array, at: number): Said | undefined {
  const letter = String.fromCharCode(bytes[at + 1] ?? 0);
  const read = (from: number, count: number, base: number, length: number): Said | undefined => {
    const code = digits(bytes, from, count, base);
    if (code < 0) return undefined;
    return { bytes: letter === 'x' || base === 8 ? [code & 0xff] : utf8(code), length };
  };
  switch (letter) {
    case 'x':
      return read(at + 2, 2, 16, 4);
    case 'U':
      return read(at + 2, 8, 16, 10);
    case 'u': {
      const braced = bytes[at + 2] === 0x7b ? bytes.indexOf(0x7d, at + 3) - at - 3 : 0;
      return braced > 0 && braced <= 6 ? read(at + 3, braced, 16, braced + 4) : read(at + 2, 4, 16, 6);
    }
    case '\\':
      return /[xuU0-7/nrt]/.test(String.fromCharCode(bytes[at + 2] ?? 0)) ? { bytes: [BACKSLASH], length: 2 } : undefined;
    default: {
      if (letter >= '0' && letter <= '7') return read(at + 1, 3, 8, 4);
      const simple = SIMPLE[letter];
      return simple === undefined ? undefined : { bytes: [simple], length: 2 };
    }
  }
}

/** Marks by their names in HTML; letters with accents are told by both their parts. */
const NAMED: Readonly<Record<string, string>> = {
  amp: '&', apos: "'", ast: '*', bsol: '\\', colon: ':', comma: ',', commat: '@', dash: '-', dollar: '$', equals: '=', excl: '!',
  gt: '>', hyphen: '-', lbrack: '[', lowbar: '_', lpar: '(', lsqb: '[', lt: '<', nbsp: '\u00a0', NewLine: '\n', num: '#', percnt: '%',
  period: '.', plus: '+', quest: '?', quot: '"', rpar: ')', rsqb: ']', semi: ';', shy: '\u00ad', sol: '/', Tab: '\t', verbar: '|',
  szlig: 'ß', aelig: 'æ', AElig: 'Æ', oslash: 'ø', Oslash: 'Ø', eth: 'ð', thorn: 'þ', oelig: 'œ',
}; // biome-ignore format: a table
const ACCENTS: Readonly<Record<string, string>> = {
  acute: '\u0301', grave: '\u0300', circ: '\u0302', uml: '\u0308', tilde: '\u0303', ring: '\u030a', cedil: '\u0327', caron: '\u030c',
}; // biome-ignore format: a table
const REFERENCE = /^&(?:#(\d{1,7})|#[xX]([0-9a-fA-F]{1,6})|([A-Za-z]{2,8}));?/;

function referenceAt(bytes: Uint8Array, at: number): Said | undefined {
  const match = REFERENCE.exec(textOf(bytes, at, at + REFERENCE_MAX));
  if (match === null) return undefined;
  const [whole, decimal, hex, name] = match;
  if (name === undefined)
    return { bytes: utf8(Number.parseInt(decimal ?? hex!, decimal === undefined ? 16 : 10)), length: whole.length };
  if (!whole.endsWith(';')) return undefined;
  const accent = ACCENTS[name.slice(1)];
  const letter = NAMED[name] ?? (accent === undefined ? undefined : (name[0]! + accent).normalize('NFC'));
  return letter === undefined ? undefined : { bytes: [...Buffer.from(letter, 'utf8')], length: whole.length };
}

/** `=41`, and the `=` before a line end (RFC 2045 section 6.7). */
function quotedAt(bytes: Uint8Array, at: number): Said | undefined {
  if (bytes[at] !== EQUALS) return undefined;
  if (bytes[at + 1] === 0x0a) return { bytes: [], length: 2 };
  if (bytes[at + 1] === 0x0d && bytes[at + 2] === 0x0a) return { bytes: [], length: 3 };
  const byte = digits(bytes, at + 1, 2, 16);
  return byte < 0 ? undefined : { bytes: [byte], length: 3 };
}
