// Whether another message may stand inside a text at all: nearly every value of a device is turned away here, by what its one look has
// told already. Where `unwrap` finds something, this says yes (test/recognize/nesting.test.ts).
import { promisingBase64 } from '../payload/prefilter.js';
import { AT, BLANK, COLON, DASH, DOT, LETTER, MARK, PLUS, SLASH, UNDERSCORE, WIDE } from './prefilter.js';

/** Longer texts are always looked into. */
const LONGEST = 64;
/** Shorter ones are too short for every encoding; for base64 of text; for base32 and hexadecimal digits. */
const SHORTEST = 8;
const BASE64_MIN = 11;
const BASE32_MIN = 16;
/** Fewest characters of eight numbers with marks between, and of bytes in pairs of digits with marks between. */
const NUMBERS_MIN = 15;
const PAIRS_MIN = 23;
/** A run of base64 between marks. */
const BASE64_RUN = /[A-Za-z0-9+/_-]{20}/;
/** Brackets and quotes of JSON may stand behind any white space, however short the text. */
const UNUSUAL = AT | PLUS | MARK | WIDE;

/** `traits`: those of the text (prefilter.ts). */
export function mayNest(text: string, traits: number): boolean {
  const { length } = text;
  if (length > LONGEST || (traits & UNUSUAL) !== 0) return true;
  if (length < SHORTEST) return false;
  const isHex = (traits & LETTER) === 0 || /x/i.test(text); // `0x` is the one letter of hexadecimal notations
  if (length >= PAIRS_MIN && isHex) return true;
  if ((traits & (BLANK | COLON)) !== 0) {
    if (BASE64_RUN.test(text) || (length >= NUMBERS_MIN && isHex)) return true;
    // `scheme://`, `data:`, `Basic …`, and lines with names and values.
    if ((traits & COLON) !== 0) return (traits & (SLASH | BLANK)) !== 0;
    return /^ba/i.test(text) || /[\t\r\n]/.test(text);
  }
  if ((traits & DOT) !== 0) return text.charCodeAt(0) === 0x65 || BASE64_RUN.test(text); // `eyJ…` of a signed token
  if (length >= BASE32_MIN && (isHex || (traits & (DASH | UNDERSCORE | SLASH)) === 0)) return true;
  return length >= BASE64_MIN && promisingBase64(text);
}
