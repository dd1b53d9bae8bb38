// Every spelling under which one of the household's own identifiers could leave.
import type { CategoryId } from '../model.js';
import { foldText } from './fold.js';

export interface Spelling {
  readonly bytes: Uint8Array;
  /** `exact`: as these bytes. `packed`: looked for among letters and digits only, whatever separators stand between. */
  readonly how: 'exact' | 'packed';
  /** Whether the characters beside it must not be letters or digits; `digits`: letters may stand there. */
  readonly bounded: boolean | 'digits';
  /** Bounded at its beginning only: more digits may follow. */
  readonly open?: boolean;
}

/** A name shorter than this is common enough to stand in innocent text ("Home", "Lamp"): it counts only where a field's name says so. */
export const DISTINCTIVE_MIN = 8;
/** Shortest base64 or hex run worth searching: below it chance hits in binary data become likely. */
const ENCODED_MIN = 8;
/** Decimals of a coordinate that single out a house: 3 are about 100 m. */
const COORDINATE_DECIMALS = 3;

/** Fewest digits of an address whose separators do not count: fewer are a port, a count, a year. */
const OCTETS_MIN = 9;
/** Digits of a coordinate written as an integer (`latitudeE7`) that must agree: about a metre, and no chance. */
const SCALED_MIN = 7;
/** A geohash this long is a cell of 150 m. */
const GEOHASH_LETTERS = 7;
const GEOHASH = '0123456789bcdefghjkmnpqrstuvwxyz';

const utf8 = (text: string): Buffer => Buffer.from(text, 'utf8');
const exact = (text: string, bounded: Spelling['bounded'] = false): Spelling => ({ bytes: utf8(text), how: 'exact', bounded });
const packed = (text: string, bounded: Spelling['bounded'] = false): Spelling => ({ bytes: utf8(text), how: 'packed', bounded });
const MAC = /^[0-9a-f]{2}([:-]?)(?:[0-9a-f]{2}\1){4}[0-9a-f]{2}$/i;
const IPV4 = /^(?:\d{1,3}\.){3}\d{1,3}$/;

/** All spellings of one identifier; none for one that is too common to search for. */
export function spellingsOf(own: { readonly category: CategoryId; readonly value: string }): Spelling[] {
  const value = own.value.trim();
  if (MAC.test(value)) return macSpellings(value);
  if (IPV4.test(value)) return ipv4Spellings(value);
  if (value.includes(':') && /^[0-9a-f:.]+$/i.test(value)) return textSpellings(value, true);
  if (own.category === 'location_precise') return coordinateSpellings(value);
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
    out.push(...base64Runs(order), ...textRuns(order.toString('hex')), ...textRuns(order.toString('hex').toUpperCase()));
  }
  const parts = hex.match(/../g)!;
  for (const separator of [':', '-']) {
    const written = parts.join(separator);
    out.push(...textRuns(written), ...textRuns(written.toUpperCase()), ...markSpellings(written));
  }
  // The interface identifier of an IPv6 address made from the MAC (RFC 4291, appendix A), and the tail used in host names.
  const eui = Buffer.concat([bytes.subarray(0, 3), Buffer.from('fffe', 'hex'), bytes.subarray(3)]);
  out.push(packed(eui.toString('hex')));
  eui[0] = eui[0]! ^ 2;
  out.push(packed(eui.toString('hex')), packed(eui.toString('hex').replace(/^0+/, '')));
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
  // Octets with whatever between them, padded, octal (inet_aton reads all of them).
  const runs = [octets.join(''), octets.map((o) => String(o).padStart(3, '0')).join('')];
  for (const digits of [1, 3, 4]) runs.push(octets.map((o) => `0${o.toString(8)}`.padStart(digits, '0')).join(''));
  for (const run of runs) if (run.length >= OCTETS_MIN) out.push(packed(run, true));
  return out;
}

function coordinateSpellings(value: string): Spelling[] {
  const out: Spelling[] = [];
  for (const [number] of value.matchAll(/-?\d{1,3}\.\d+/g)) {
    const plain = number.replace('-', '');
    const point = plain.indexOf('.');
    if (plain.length - point - 1 < COORDINATE_DECIMALS) continue;
    out.push(exact(plain.slice(0, point + 1 + COORDINATE_DECIMALS)));
    out.push(exact(plain.slice(0, point + 1 + COORDINATE_DECIMALS).replace('.', ',')));
    const digits = plain.replace('.', '').replace(/^0+/, '').slice(0, SCALED_MIN);
    // In millionths and ten-millionths of a degree: the integers that begin with these digits.
    if (digits.length === SCALED_MIN) out.push({ ...exact(digits, true), open: true });
  }
  const [latitude, longitude] = value.split(',').map(Number);
  if (latitude !== undefined && longitude !== undefined) out.push(exact(geohash(latitude, longitude)));
  return out;
}

function textSpellings(value: string, bounded: boolean): Spelling[] {
  const folded = foldText(value);
  const letters = folded.replace(/[^\p{L}\p{N}]/gu, '');
  const out: Spelling[] = [exact(folded, bounded), exact(value, bounded), ...textRuns(value)];
  if (letters.length >= DISTINCTIVE_MIN) out.push(packed(letters), packed([...letters].reverse().join('')));
  if ([...value].length >= DISTINCTIVE_MIN) out.push(...codeSpellings(value, folded));
  out.push({ bytes: Buffer.from(value, 'utf16le'), how: 'exact', bounded: false });
  return out;
}

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

/** Niemeyer's geohash of a place: bits of longitude and latitude in turn, five to a letter. */
function geohash(latitude: number, longitude: number): string {
  const low = [-180, -90];
  const high = [180, 90];
  let out = '';
  for (let bit = 0, value = 0; out.length < GEOHASH_LETTERS; bit += 1) {
    const axis = bit % 2;
    const middle = (low[axis]! + high[axis]!) / 2;
    const upper = (axis === 0 ? longitude : latitude) >= middle;
    (upper ? low : high)[axis] = middle;
    value = value * 2 + (upper ? 1 : 0);
    if (bit % 5 === 4) {
      out += GEOHASH[value];
      value = 0;
    }
  }
  return out;
}

/** A text inside base64 (any offset), base32 or hex: the part that does not depend on its neighbours. */
function textRuns(text: string): Spelling[] {
  const bytes = utf8(text);
  const out = base64Runs(bytes);
  if (bytes.length * 2 >= ENCODED_MIN) out.push(packed(bytes.toString('hex')));
  return out;
}

function base64Runs(bytes: Buffer): Spelling[] {
  const out: Spelling[] = [];
  for (let shift = 0; shift < 3; shift += 1) {
    const padded = Buffer.concat([Buffer.alloc(shift), bytes]);
    const whole = padded.toString('base64').replace(/=+$/, '');
    const skip = Math.ceil((shift * 8) / 6);
    const usable = Math.floor((padded.length * 8) / 6);
    const run = whole.slice(skip, usable);
    if (run.length < ENCODED_MIN) continue;
    out.push(exact(run));
    const url = run.replaceAll('+', '-').replaceAll('/', '_');
    if (url !== run) out.push(exact(url));
  }
  return out;
}
