// One pass over a text that says which characters it has and how long its runs of hex digits are (its traits), and the test that every
// value recognizer puts before its patterns: what must stand in a text for them to match.
import type { Prefilter } from './evidence.js';

export const DIGIT = 1 << 0;
/** A letter a–f, in either case. */
export const HEX_LETTER = 1 << 1;
export const LETTER = 1 << 2;
export const COLON = 1 << 3;
export const DOT = 1 << 4;
export const DASH = 1 << 5;
export const UNDERSCORE = 1 << 6;
export const BLANK = 1 << 7;
export const AT = 1 << 8;
export const PLUS = 1 << 9;
export const SLASH = 1 << 10;
/** Any other ASCII character. */
export const MARK = 1 << 11;
/** Any character outside ASCII. */
export const WIDE = 1 << 12;
/** At least two, three dots. */
export const DOTS2 = 1 << 13;
export const DOTS3 = 1 << 14;
/** Two colons side by side, or six and more anywhere: the two ways to write an IPv6 address. */
export const IPV6_COLONS = 1 << 15;
/** Five hex runs of one or two digits with marks between: a MAC written in pairs (the sixth may touch a word). */
export const PAIRS5 = 1 << 16;
/** Three hex runs of four: Cisco's notation, or the middle of a UUID. */
export const QUADS3 = 1 << 17;
/** A hex run of exactly six: half a MAC. */
export const SIX = 1 << 18;
/** A hex run of twelve and more. */
export const HEX12 = 1 << 19;
/** Eight decimal digits, with anything but letters between: a phone's number, a long integer. */
export const DIGITS8 = 1 << 20;
/** At least two dashes. */
export const DASHES2 = 1 << 21;

const CLASSES = classTable();

function classTable(): Uint16Array {
  const table = new Uint16Array(128).fill(MARK);
  for (let code = 0; code < 128; code++) {
    const letter = String.fromCharCode(code);
    if (/[0-9]/.test(letter)) table[code] = DIGIT;
    else if (/[a-f]/i.test(letter)) table[code] = HEX_LETTER;
    else if (/[g-z]/i.test(letter)) table[code] = LETTER;
  }
  const marks = {
    ':': COLON,
    '.': DOT,
    '-': DASH,
    _: UNDERSCORE,
    ' ': BLANK,
    '\t': BLANK,
    '\n': BLANK,
    '\r': BLANK,
    '@': AT,
    '+': PLUS,
  };
  for (const [mark, bit] of Object.entries({ ...marks, '/': SLASH })) table[mark.charCodeAt(0)] = bit;
  return table;
}

const HEX_DIGIT = DIGIT | HEX_LETTER;
const CHAIN_PAIRS = 5;
const LONG_NUMBER = 8;
/** What a run of so many hex digits is; longer ones are `HEX12`. */
const RUN_TRAITS = Uint32Array.of(0, 0, 0, 0, 0, 0, SIX, 0, 0, 0, 0, 0);

/** The traits of a text as a mask of the bits above. One pass, without allocation. */
export function traitsOf(text: string): number {
  let mask = 0;
  let run = 0;
  let pairs = 0;
  let quads = 0;
  let digits = 0;
  let dots = 0;
  let dashes = 0;
  let colons = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    const kind = code < 128 ? CLASSES[code]! : WIDE;
    mask |= kind;
    if ((kind & HEX_DIGIT) !== 0) {
      run++;
      digits = kind === DIGIT ? digits + 1 : 0;
      if (digits === LONG_NUMBER) mask |= DIGITS8;
      continue;
    }
    if (run > 0) {
      if (run <= 2) {
        if (++pairs === CHAIN_PAIRS) mask |= PAIRS5;
      } else {
        mask |= RUN_TRAITS[run] ?? HEX12;
        pairs = 0;
      }
      if (run === 4) quads++;
      run = 0;
    }
    if ((kind & (LETTER | WIDE)) !== 0) {
      pairs = 0;
      digits = 0;
      continue;
    }
    if (kind === DOT) dots++;
    else if (kind === DASH) dashes++;
    else if (kind === COLON) {
      if (text.charCodeAt(i + 1) === code) mask |= IPV6_COLONS;
      colons++;
    }
  }
  if (run > 2) mask |= RUN_TRAITS[run] ?? HEX12;
  if (pairs + (run === 1 || run === 2 ? 1 : 0) >= CHAIN_PAIRS) mask |= PAIRS5;
  if (quads + (run === 4 ? 1 : 0) >= 3) mask |= QUADS3;
  if (dots >= 2) mask |= dots === 2 ? DOTS2 : DOTS2 | DOTS3;
  if (dashes >= 2) mask |= DASHES2;
  return colons >= 6 ? mask | IPV6_COLONS : mask;
}

/** Do the traits of a text meet what the prefilter asks of them? */
export function meets({ all = 0, any }: Prefilter, traits: number): boolean {
  return (traits & all) === all && (any === undefined || (traits & any) !== 0);
}

/** Does the prefilter let a text through whose traits meet it? */
export function admits({ minLength, words }: Prefilter, text: string): boolean {
  return text.length >= minLength && (words === undefined || words.test(text));
}
