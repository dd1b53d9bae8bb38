// Every spelling under which one of the household's own identifiers could leave.
import type { CategoryId } from '../../model.js';
import { foldText } from '../../text/fold.js';
import { hasOwnWord } from '../common-words.js';
import { inGroups, ipv6Bytes, shortOctets } from './addresses.js';
import { anglesOf, cellsOf } from './places.js';
import { hostLabel, phoneRuns, rot13 } from './texts.js';

export interface Spelling {
  readonly bytes: Uint8Array;
  /** `exact`: as these bytes. `packed`: looked for among letters and digits only, whatever separators stand between. */
  readonly how: 'exact' | 'packed';
  /** Whether the characters beside it must not be letters or digits; `digits`: letters may stand there. */
  readonly bounded: boolean | 'digits';
  /** Bounded at its beginning only: more digits may follow. */
  readonly open?: boolean;
  /** Capital and small letters are not the same, and no long run of letters and digits is around it: those are decoded. */
  readonly cased?: boolean;
  /** Counts only beside the other half of the same address. */
  readonly half?: 'first' | 'second';
  /** Counts only where letters, digits and dots lead from it to this. */
  readonly until?: string;
}

/** A name shorter than this is common enough to stand in innocent text ("Home", "Lamp"): it counts only where a field's name says so. */
export const DISTINCTIVE_MIN = 8;
/** Shortest base64, base32 or hex run worth searching: the six bytes of an address that begin in the middle of four characters. */
const ENCODED_MIN = 7;
/** Shorter ones count as they are written, and in short words only: longer runs are decoded (undressed/runs.ts), where chance has no say. */
const ENCODED_FOLDED_MIN = 12;
/** Decimals of a coordinate that single out a house: 3 are about 100 m. And its digits that no reading of a sensor has by chance. */
const COORDINATE_DECIMALS = 3;
const COORDINATE_DIGITS = 5;

/** Fewest digits of an address whose separators do not count: fewer are a port, a count, a year. */
const OCTETS_MIN = 9;
/** The same in hexadecimal, without leading zeros. */
const OCTETS_HEX_MIN = 6;
/** Digits of a coordinate written as an integer (`latitudeE7`) that must agree: about a metre, and no chance. */
const SCALED_MIN = 7;

const utf8 = (text: string): Buffer => Buffer.from(text, 'utf8');
const exact = (text: string, bounded: Spelling['bounded'] = false): Spelling => ({ bytes: utf8(text), how: 'exact', bounded });
const packed = (text: string, bounded: Spelling['bounded'] = false): Spelling => ({ bytes: utf8(text), how: 'packed', bounded });
const MAC = /^[0-9a-f]{2}([:-]?)(?:[0-9a-f]{2}\1){4}[0-9a-f]{2}$/i;
const IPV4 = /^(?:\d{1,3}\.){3}\d{1,3}$/;

/** Names that are often no more than what the thing is. */
const DEVICE_NAMES: ReadonlySet<CategoryId> = new Set<CategoryId>(['device_name', 'hostname']);

/** All spellings of one identifier; none for one that is too common to search for. */
export function spellingsOf(own: { readonly category: CategoryId; readonly value: string }): Spelling[] {
  const value = own.value.trim();
  if (MAC.test(value)) return macSpellings(value);
  if (IPV4.test(value)) return ipv4Spellings(value);
  if (value.includes(':') && /^[0-9a-f:.]+$/i.test(value)) return [...textSpellings(value, true), ...ipv6Spellings(value)];
  if (own.category === 'email') return emailSpellings(value);
  if (own.category === 'phone') return phoneRuns(value).map((run) => packed(run, 'digits'));
  if (own.category === 'location_precise') return coordinateSpellings(value);
  if (DEVICE_NAMES.has(own.category) && !hasOwnWord(value)) return [];
  return distinctive(value) ? textSpellings(value, false) : [];
}

/** Whether a name is rare enough to be searched for anywhere. */
export function distinctive(name: string): boolean {
  if (/^[\x20-\x7e]*$/.test(name)) return distinctiveAscii(name);
  const letters = [...foldText(name).replace(/[^\p{L}\p{N}]/gu, '')].length;
  return letters >= DISTINCTIVE_MIN || (letters >= 6 && /\p{N}/u.test(name) && /\p{L}/u.test(name));
}

/** The same by one look at each letter, without the tables of Unicode. */
function distinctiveAscii(name: string): boolean {
  let digits = 0;
  let letters = 0;
  for (let i = 0; i < name.length; i += 1) {
    const code = name.charCodeAt(i);
    if (code >= 0x30 && code <= 0x39) digits += 1;
    else if ((code | 0x20) >= 0x61 && (code | 0x20) <= 0x7a) letters += 1;
  }
  return digits + letters >= DISTINCTIVE_MIN || (digits + letters >= 6 && digits > 0 && letters > 0);
}

function macSpellings(value: string): Spelling[] {
  const hex = value.toLowerCase().replace(/[^0-9a-f]/g, '');
  const bytes = Buffer.from(hex, 'hex');
  const back = Buffer.from(bytes).reverse();
  const out: Spelling[] = [];
  for (const order of [bytes, back]) {
    out.push(packed(order.toString('hex')), { bytes: order, how: 'exact', bounded: false });
    out.push(packed([...order].join(''), true), exact(String(BigInt(`0x${order.toString('hex')}`)), true));
    out.push(...base64Runs(order), ...base32Runs(order), ...hexRuns(order.toString('hex')));
  }
  const parts = hex.match(/../g)!;
  for (const separator of [':', '-']) {
    const written = parts.join(separator);
    out.push(...hexRuns(written), ...markSpellings(written));
    const short = shortOctets(parts, separator);
    if (short !== undefined) out.push(exact(short, true));
  }
  // The maker's half and the device's own: each alone says little, both in one message are the address.
  out.push({ ...packed(hex.slice(0, 6), true), half: 'first' }, { ...packed(hex.slice(6), true), half: 'second' });
  // The interface identifier of an IPv6 address made from the MAC (RFC 4291, appendix A), and the tail used in host names.
  const eui = Buffer.concat([bytes.subarray(0, 3), Buffer.from('fffe', 'hex'), bytes.subarray(3)]);
  out.push(packed(eui.toString('hex')));
  eui[0] = eui[0]! ^ 2;
  const interfaceId = eui.toString('hex');
  for (const digits of new Set([interfaceId, interfaceId.replace(/^0+/, ''), inGroups(interfaceId)])) out.push(packed(digits));
  return out;
}

function ipv4Spellings(value: string): Spelling[] {
  const octets = value.split('.').map(Number);
  const number = octets.reduce((n, o) => n * 256 + o, 0);
  const out = [exact(value, 'digits'), ...textRuns(value), ...markSpellings(value, true)];
  // Addresses every home has say nothing as numbers or with other separators.
  if (octets[0] === 192 || octets[0] === 10 || octets[0] === 127) return [exact(value, true), ...markSpellings(value, true)];
  for (const separator of ['-', '_', ',', ', ', ' ']) out.push(exact(octets.join(separator), true));
  const hex = octets.map((o) => o.toString(16).padStart(2, '0')).join('');
  out.push(exact(String(number), true), packed(hex, true), packed(`0x${hex}`, true));
  // In IPv6 (`::ffff:c633:6417`, `2002:c633:6417::`), and in the names of the reverse zone (RFC 1035 section 3.5).
  if (inGroups(hex) !== hex && inGroups(hex).length >= OCTETS_HEX_MIN) out.push(packed(inGroups(hex), true));
  out.push(exact([...octets].reverse().join('.'), true));
  // Octets with whatever between them, padded, octal (inet_aton reads all of them).
  const runs = [octets.join(''), octets.map((o) => String(o).padStart(3, '0')).join('')];
  for (const digits of [1, 3, 4]) runs.push(octets.map((o) => `0${o.toString(8)}`.padStart(digits, '0')).join(''));
  runs.push(octets.map((o) => (o === 0 ? '0' : `0${o.toString(8)}`)).join(''));
  for (const run of new Set(runs)) if (run.length >= OCTETS_MIN) out.push(packed(run, true));
  return out;
}

/** Most zeros of an address of which nothing else is left to be rare (`fe80::1`). */
const IPV6_DIGITS_MIN = 12;

function ipv6Spellings(value: string): Spelling[] {
  const bytes = ipv6Bytes(value);
  const hex = bytes?.toString('hex');
  if (bytes === undefined || hex === undefined || hex.replaceAll('0', '').length < IPV6_DIGITS_MIN) return [];
  const out = [packed(hex), packed([...hex].reverse().join('')), packed(inGroups(hex))];
  // With `::` in place of the longest row of zeros.
  const groups = hex.match(/.{4}/g)!.filter((group) => group !== '0000');
  return [...out, packed(inGroups(groups.join(''))), { bytes, how: 'exact', bounded: false }];
}

function coordinateSpellings(value: string): Spelling[] {
  const out: Spelling[] = [];
  for (const [number] of value.matchAll(/-?\d{1,3}\.\d+/g)) {
    const plain = number.replace('-', '');
    const point = plain.indexOf('.');
    const decimals = Math.max(COORDINATE_DECIMALS, COORDINATE_DIGITS - plain.slice(0, point).replace(/^0/, '').length);
    if (plain.length - point - 1 < decimals) continue;
    const cut = plain.slice(0, point + 1 + decimals);
    const rounded = Number(plain).toFixed(decimals);
    for (const mark of ['.', ',']) {
      out.push({ ...exact(cut.replace('.', mark), 'digits'), open: true });
      if (rounded !== cut) out.push(exact(rounded.replace('.', mark), 'digits'));
    }
    const digits = plain.replace('.', '').replace(/^0+/, '').slice(0, SCALED_MIN);
    // In millionths and ten-millionths of a degree: the integers that begin with these digits.
    if (digits.length === SCALED_MIN) out.push({ ...exact(digits, true), open: true });
    for (const angle of anglesOf(Number(plain))) out.push({ ...exact(angle, 'digits'), open: true });
  }
  const [latitude, longitude] = value.split(',').map(Number);
  if (latitude !== undefined && longitude !== undefined)
    for (const { text, bounded } of cellsOf(latitude, longitude)) out.push(exact(text.toLowerCase(), bounded));
  return out;
}

/** An account's address: as it is, with a tag behind its name (RFC 5233), and in one encoding. Dots and marks do not count where it is long. */
function emailSpellings(value: string): Spelling[] {
  const at = value.lastIndexOf('@');
  if (at < 1) return [];
  const folded = foldText(value).toLowerCase();
  const letters = folded.replace(/[^\p{L}\p{N}]/gu, '');
  const percent = encodeURIComponent(folded).toLowerCase();
  const out = [exact(folded, true), exact(percent, true), ...textRuns(value), ...markSpellings(folded, true)];
  if (folded !== value) out.push(...textRuns(folded));
  if (letters.length >= EMAIL_PACKED_MIN)
    for (const run of [letters, [...letters].reverse().join(''), rot13(letters)]) out.push(packed(run, true));
  for (const plus of ['+', '%2b']) out.push({ ...exact(folded.slice(0, at) + plus, true), open: true, until: folded.slice(at) });
  return out;
}

/** Letters and digits of an e-mail that are no chance without their marks. */
const EMAIL_PACKED_MIN = 12;
function textSpellings(value: string, bounded: boolean): Spelling[] {
  const folded = foldText(value);
  const letters = folded.replace(/[^\p{L}\p{N}]/gu, '');
  // A short name of digits alone, or of what are digits in hexadecimal, stands in numbers and hashes by chance.
  const parted = bounded || CHANCE.test(letters);
  const out: Spelling[] = [exact(folded, parted), exact(value, parted), ...textRuns(value)];
  if (letters.length >= DISTINCTIVE_MIN)
    for (const run of [letters, [...letters].reverse().join(''), rot13(letters)]) out.push(packed(run, parted));
  out.push(...otherCases(value, folded, parted));
  const label = hostLabel(folded);
  if (label !== undefined && label.length >= DISTINCTIVE_MIN) out.push(exact(label));
  if (!bounded) out.push(...base32Runs(utf8(value)));
  if ([...value].length >= DISTINCTIVE_MIN) out.push(...codeSpellings(value, folded));
  const wide = Buffer.from(value, 'utf16le');
  for (const bytes of [wide, Buffer.from(wide).swap16()]) out.push({ bytes, how: 'exact', bounded: false });
  return out;
}

/** A name beyond ASCII in capitals and in small letters: the search folds those of ASCII only. */
function otherCases(value: string, folded: string, bounded: boolean): Spelling[] {
  const known = new Set([value, folded]);
  const out: Spelling[] = [];
  for (const text of [value, folded].flatMap((one) => [one.toUpperCase(), one.toLowerCase()])) {
    if (known.has(text) || /^[\x20-\x7e]*$/.test(text)) continue;
    known.add(text);
    out.push(exact(text, bounded));
    const letters = text.replace(/[^\p{L}\p{N}]/gu, '');
    if (letters.length >= DISTINCTIVE_MIN) out.push(packed(letters, bounded));
  }
  return out;
}

const CHANCE = /^(?:[0-9a-f]{1,9}|\d{1,12})$/i;

/** The text as the numbers of its characters, forwards and backwards, and with its marks alone encoded. */
function codeSpellings(value: string, folded: string): Spelling[] {
  const codes = [...value].map((c) => c.codePointAt(0)!);
  const bytes = [...utf8(value)];
  const out: Spelling[] = [];
  for (const list of [codes, bytes]) {
    out.push(packed(list.join(''), true), packed([...list].reverse().join(''), true));
    if (list.every((code, i) => code === bytes[i])) break;
  }
  const hex = bytes.map((b) => b.toString(16).padStart(2, '0'));
  out.push(packed(bytes.map((b) => b.toString(8).padStart(3, '0')).join('')));
  for (const mark of ['x', '0x', 'u00']) out.push(packed(mark + hex.join(mark)));
  return [...out, ...markSpellings(folded)];
}

/**
 * The text with its marks alone encoded (`=2D`, `%2D`, `%252D`, `\\u002d`). `bounded`: more letters or digits beside it make it another
 * one (`192%2E168%2E1%2E20`).
 */
function markSpellings(text: string, bounded = false): Spelling[] {
  const out: Spelling[] = [];
  for (const mark of ['', '25', 'x', 'u00']) {
    const marked = text.replace(/[^\p{L}\p{N}]/gu, (c) =>
      [...utf8(c)].map((b) => mark + b.toString(16).padStart(2, '0')).join(''),
    );
    if (marked !== text) out.push(packed(marked, bounded));
  }
  return out;
}

/** The letters of a written MAC in hexadecimal. Base64 of them is long enough to be decoded, and would be most of a home's needles. */
function hexRuns(text: string): Spelling[] {
  return [text, text.toUpperCase()].map((written) => packed(utf8(written).toString('hex')));
}

/** A text inside base64 (any offset), base32 or hex: the part that does not depend on its neighbours. */
function textRuns(text: string): Spelling[] {
  const bytes = utf8(text);
  const out = base64Runs(bytes);
  if (bytes.length * 2 > ENCODED_MIN) out.push(packed(bytes.toString('hex')));
  return out;
}

/** Bytes inside base32 at each of the five places where they can begin in eight characters: where the run is too short to be decoded by itself. */
function base32Runs(bytes: Buffer): Spelling[] {
  const out: Spelling[] = [];
  for (let shift = 0; shift < 5; shift += 1) {
    const bits = '0'.repeat(shift * 8) + [...bytes].map((b) => b.toString(2).padStart(8, '0')).join('');
    const skip = Math.ceil((shift * 8) / 5);
    const run = (bits.slice(skip * 5).match(/.{5}/g) ?? []).map((five) => BASE32[Number.parseInt(five, 2)]).join('');
    if (run.length < ENCODED_MIN || run.length >= BASE32_KNOWN) continue;
    for (const written of [run, run.toLowerCase()]) out.push({ ...exact(written), cased: true });
  }
  return out;
}

const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
/** Longer runs are decoded (undressed/runs.ts). */
const BASE32_KNOWN = 24;

function base64Runs(bytes: Buffer): Spelling[] {
  const out: Spelling[] = [];
  for (let shift = 0; shift < 3; shift += 1) {
    const padded = Buffer.concat([Buffer.alloc(shift), bytes]);
    const whole = padded.toString('base64').replace(/=+$/, '');
    const skip = Math.ceil((shift * 8) / 6);
    const usable = Math.floor((padded.length * 8) / 6);
    const run = whole.slice(skip, usable);
    if (run.length < ENCODED_MIN) continue;
    const cased = run.length < ENCODED_FOLDED_MIN;
    out.push({ ...exact(run), cased });
    const url = run.replaceAll('+', '-').replaceAll('/', '_');
    if (url !== run) out.push({ ...exact(url), cased });
  }
  return out;
}
