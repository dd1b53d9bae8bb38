// Texts in which nothing can hide, told by one look at each of their bytes: no string is made of them, and no detector asked. What is said
// here is a part of what `unwrap`, `findValues`, `spokenValues` and `shapeOf` say (test/sieve/plain-text.test.ts holds them together).
import { promisingBase64Bytes } from '../payload/prefilter.js';
import { HINTS, hasHint, hasPlaceHint } from './hints.js';

/** What characters a text has; the letters that begin or end words of `HINTS` have bits of their own. */
const DIGIT = 1 << 0;
const HEX_LETTER = 1 << 1;
const LETTER = 1 << 2;
const DOT = 1 << 3;
const DASH = 1 << 4;
const UNDERSCORE = 1 << 5;
const BLANK = 1 << 6;
const COLON = 1 << 7;
const SLASH = 1 << 8;
const COMMA = 1 << 9;
/** Any other byte: such texts are judged the long way. */
const OTHER = 1 << 10;
/** Letters that no way of writing hexadecimal bytes has. */
const FAR = 1 << 11;
const LETTERS_SHIFT = 12;
const HINT_LETTERS = 'sidpkaweycrtnmoj';

const HEX = DIGIT | HEX_LETTER;
/** Characters that may part a name from its value, or one word from another. */
const PARTING = DOT | DASH | BLANK | COLON | SLASH | COMMA;
/** Marks at which a run of base64 ends. */
const NO_BASE64 = DOT | BLANK | COLON | COMMA;
/** Marks that make few digits into something that identifies. */
const TELLING_MARKS = COLON | COMMA;

const CLASSES = new Int32Array(256).fill(OTHER);
for (const [characters, bit] of [
  ['0123456789', DIGIT],
  ['abcdefABCDEF', HEX_LETTER],
  ['xX', LETTER], // of `0x`
  ['ghijklmnopqrstuvwyzGHIJKLMNOPQRSTUVWYZ', LETTER | FAR],
  ['.', DOT],
  ['-', DASH],
  ['_', UNDERSCORE],
  [' ', BLANK],
  [':', COLON],
  ['/', SLASH],
  [',', COMMA],
] as const) {
  for (const character of characters) {
    const hint = HINT_LETTERS.indexOf(character.toLowerCase());
    CLASSES[character.charCodeAt(0)] = bit | (hint < 0 ? 0 : 1 << (LETTERS_SHIFT + hint));
  }
}

/** The letters of each hint. */
const HINT_MASKS = Int32Array.from(HINTS, (word) =>
  [...word].reduce((mask, letter) => {
    const hint = HINT_LETTERS.indexOf(letter);
    return hint < 0 ? mask : mask | (1 << (LETTERS_SHIFT + hint));
  }, 0),
);

/** Longer texts are looked at in other ways. */
const LONGEST = 64;
/** Shorter ones are too short for every detector; for every encoding; for base64 of text; for base32 and hex; for a run of base64 inside a text. */
const VALUE_MIN = 6;
const WRAPPED_MIN = 8;
const BASE64_MIN = 11;
const BASE32_MIN = 16;
/** Eight numbers with marks between. */
const NUMBERED_MIN = 15;
const NUMBERED_MARKS = 7;
const RUN_MIN = 20;
const SEPARATED_MIN = 23;
/** Runs of one or two hex digits in a row: five of the six of an address, whose first may stand at the end of a word. */
const PAIRS = 5;
/** Fewest digits of a phone number, and of what else is written with digits alone. */
const MANY_DIGITS = 8;
/** Texts with digits of this length may be a maker's token. */
const TOKEN_MIN = 20;

/** The classes of the text looked at last, and how many digits it has. */
let classes = 0;
let digits = 0;

/** What the look at a text has found out beside its classes: runs or marks of an identifier, a dash behind a digit, the longest run of base64. */
let telling = false;
let scattered = false;
let grouped = false;
let longestRun = 0;

function look(bytes: Uint8Array, start: number, end: number): boolean {
  let mask = 0;
  let count = 0;
  let hex = 0;
  let pairs = 0;
  let chain = 0;
  let chained = false;
  let quads = 0;
  let dots = 0;
  let dashes = 0;
  let long = false;
  let groups = false;
  let from = start;
  longestRun = 0;
  for (let i = start; i < end; i++) {
    const kind = CLASSES[bytes[i]!]!;
    mask |= kind;
    if ((kind & HEX) !== 0) {
      hex++;
      count += kind & DIGIT;
      continue;
    }
    if (hex > 0) {
      if (hex <= 2) {
        pairs++;
        if (++chain >= PAIRS) chained = true;
      } else {
        chain = 0;
        if (hex === 4) quads++;
        else if (hex === 6 || hex >= 12) long = true;
      }
      hex = 0;
    }
    if ((kind & LETTER) !== 0) {
      chain = 0;
      continue;
    }
    if ((kind & OTHER) !== 0) return false;
    if ((kind & DOT) !== 0) dots++;
    else if ((kind & DASH) !== 0) {
      dashes++;
      if (i > start && (CLASSES[bytes[i - 1]!]! & DIGIT) !== 0) groups = true;
    }
    if ((kind & NO_BASE64) !== 0) {
      if (i - from > longestRun) longestRun = i - from;
      from = i + 1;
    }
  }
  if (hex > 0) {
    if (hex <= 2) {
      pairs++;
      if (++chain >= PAIRS) chained = true;
    } else if (hex === 4) quads++;
    else if (hex === 6 || hex >= 12) long = true;
  }
  if (end - from > longestRun) longestRun = end - from;
  classes = mask;
  digits = count;
  grouped = groups;
  scattered = pairs >= PAIRS;
  telling = long || chained || quads >= 3 || dots >= 3 || dashes >= 2;
  return true;
}

/**
 * Can the ASCII text from `start` to `end` hold no other text in any encoding, so that `unwrap` gives none? Says no for many that hold
 * none either.
 */
export function wrapsNothing(bytes: Uint8Array, start: number, end: number): boolean {
  if (end - start > LONGEST || !look(bytes, start, end)) return false;
  return bare(bytes, start, end);
}

/** The same for the text looked at last. */
function bare(bytes: Uint8Array, start: number, end: number): boolean {
  const length = end - start;
  if (length > 0 && bytes[start] === 0x20) return false; // JSON may begin with blanks
  if (length < WRAPPED_MIN) return true;
  if (longestRun >= RUN_MIN) return false;
  const hexOnly = (classes & FAR) === 0; // with marks between
  if (length >= SEPARATED_MIN && hexOnly) return false;
  if ((classes & (BLANK | COLON | COMMA)) !== 0) {
    // Numbers in a row may be the bytes of a text.
    if (length >= NUMBERED_MIN && (classes & (LETTER | HEX_LETTER)) === 0 && marks(bytes, start, end) >= NUMBERED_MARKS)
      return false;
    // `scheme://`, `data:`, `Basic …`, and sentences with several names and values.
    if ((classes & COLON) !== 0) return (classes & (SLASH | BLANK | COMMA)) === 0;
    return (bytes[start]! | 0x20) !== 0x62 || (bytes[start + 1]! | 0x20) !== 0x61;
  }
  if ((classes & DOT) !== 0) return (bytes[start]! | 0x20) !== 0x65; // `eyJ…` of a signed token
  if (length >= BASE32_MIN && (hexOnly || (classes & (DASH | UNDERSCORE | SLASH)) === 0)) return false;
  return length < BASE64_MIN || !promisingBase64Bytes(bytes, start, end);
}

/** Marks and blanks in a text without letters. */
function marks(bytes: Uint8Array, start: number, end: number): number {
  let count = 0;
  for (let i = start; i < end; i++) if ((CLASSES[bytes[i]!]! & DIGIT) === 0) count++;
  return count;
}

/**
 * Is the text from `start` to `end` an ordinary one: nothing is wrapped in it, no detector finds anything, and it calls nothing by its
 * name? Says no for all that is not sure.
 */
export function isPlainText(bytes: Uint8Array, start: number, end: number): boolean {
  const length = end - start;
  if (length > LONGEST || !look(bytes, start, end)) return false;
  if (length >= VALUE_MIN) {
    if (mayTell(length) || (digits >= GRID_DIGITS && mayBeGrid(bytes, start, end))) return false;
    if ((classes & PARTING) !== 0 && mayHint() && hasHint(bytes, start, end)) return false;
    const worded = digits > 0 && (classes & (BLANK | UNDERSCORE | COLON)) !== 0 && (classes & (LETTER | HEX_LETTER)) !== 0;
    if (worded && hasPlaceHint(bytes, start, end)) return false;
  }
  return bare(bytes, start, end);
}

/** Could a detector find something in the text looked at last? */
function mayTell(length: number): boolean {
  // Short runs of hex digits with letters between them are no address; other detectors have been asked because of them.
  if (scattered && (digits >= MANY_DIGITS || (classes & (DOT | SLASH | COLON | COMMA)) !== 0)) return true;
  if (digits === 0) {
    const words = (classes & HEX_LETTER) === 0 || ((classes & LETTER) !== 0 && (classes & (BLANK | DASH | UNDERSCORE)) === 0);
    if (!words && (telling || (classes & COLON) !== 0)) return true;
    // Three words of a place begin with three strokes.
    return (classes & COLON) !== 0 ? (classes & COMMA) !== 0 : (classes & (SLASH | DOT)) === (SLASH | DOT);
  }
  if (telling || length >= TOKEN_MIN || (classes & TELLING_MARKS) !== 0) return true;
  // Many digits are a phone's only in groups, and a place's only with marks between.
  return digits >= MANY_DIGITS && (grouped || (classes & (DOT | BLANK | SLASH)) !== 0);
}

/** Fewest digits of a place in a military grid (`33UXP0500044999`). */
const GRID_DIGITS = 11;
/** Letters between the digits of its zone and those of its metres. */
const GRID_LETTERS = 3;

/** Stand three letters between two digits? With blanks among them such a text is judged the long way for its digits. */
function mayBeGrid(bytes: Uint8Array, start: number, end: number): boolean {
  let letters = 0;
  let behind = false;
  for (let i = start; i < end; i++) {
    const kind = CLASSES[bytes[i]!]!;
    if ((kind & DIGIT) !== 0) {
      if (behind && letters === GRID_LETTERS) return true;
      behind = true;
      letters = 0;
    } else if ((kind & (LETTER | HEX_LETTER)) !== 0) letters++;
    else {
      behind = false;
      letters = 0;
    }
  }
  return false;
}

/** Has the text looked at last the letters of a hint? */
function mayHint(): boolean {
  for (let i = 0; i < HINT_MASKS.length; i++) if ((classes & HINT_MASKS[i]!) === HINT_MASKS[i]) return true;
  return false;
}

/** Longest word that is no token whatever its characters, and fewest digits of one that is longer. */
const SHORT_WORD = 12;
const SERIAL_DIGITS = 5;

/** Is the plain text looked at last (`isPlainText`) a status by its shape, whatever its name? Says no for many that are. */
export function isStatus(bytes: Uint8Array, start: number, end: number): boolean {
  const length = end - start;
  if (length === 0) return true;
  const first = bytes[start]! | 0x20;
  if (first < 0x61 || first > 0x7a || first === 0x70 || first === 0x74) return false; // a number; a duration or a time of day
  if ((classes & BLANK) !== 0) return false;
  return length <= WRAPPED_MIN || (length <= SHORT_WORD && digits < SERIAL_DIGITS);
}
