// What stands in a text or a number: the detectors over values, behind one pass that says which of them can find anything.
import type { CategoryId, Finding } from '../../model.js';
import { FLOOR } from '../../model.js';
import { type Folded, foldLookalikes } from '../../text/lookalikes.js';
import {
  AT,
  BLANK,
  COLON,
  DASHES2,
  DIGIT,
  DIGITS8,
  DOTS3,
  HEX_LETTER,
  HEX12,
  IPV6_COLONS,
  LETTER,
  MARK,
  PAIRS5,
  PLUS,
  QUADS3,
  SIX,
  SLASH,
  traitsOf,
  WIDE,
} from '../prefilter.js';
import { findPlaces } from './coordinates.js';
import { findIds } from './device-id.js';
import type { Detector } from './finding.js';
import { findIps } from './ip-address.js';
import { findMacs } from './mac-address.js';
import { findPeople } from './person.js';
import { findSecrets } from './secret.js';
import { findRows } from './wifi-scan-text.js';

export { traitsOf } from '../prefilter.js';
export { findDms, isCoordinatePair } from './coordinates.js';
export { uuidNode } from './device-id.js';
export { epochUnit, findNumber, joinedChars, numberAs } from './integer-id.js';
export { ipv6Mac, parseIpv4, parseIpv6 } from './ip-address.js';
export { macCanonical, macFromBytes } from './mac-address.js';
export { plausible } from './plausible.js';

const NOTHING: readonly Finding[] = Object.freeze([]);
/** `a@b.cd`: the shortest text with something in it. */
const SHORTEST = 6;
/** A text with none of these has nothing that identifies: words, short numbers, versions, codes. */
const TELLING = DIGITS8 | AT | WIDE | PAIRS5 | QUADS3 | SIX | HEX12 | DASHES2 | DOTS3 | IPV6_COLONS;
/** Except with a mark that makes few digits, or none, into something: `lat=48.85`, `geo:48,2`, `WIFI:S:home;P:secret;;`, a Plus Code. */
const MARKS = COLON | PLUS | MARK;
/** And except a token with few digits; an AWS key id is the shortest. */
const SHORTEST_TOKEN = 20;
/** A date, with or without time and zone: the commonest value with many digits, and never more than that. */
const TIMESTAMP =
  /^(?:19|20)\d\d([-/.]?)(?:0[1-9]|1[0-2])\1(?:0[1-9]|[12]\d|3[01])(?:[T _-][0-2]\d:?[0-5]\d(?::?[0-6]\d(?:[.,]\d{1,9})?)?\s?(?:Z|[+-][01]\d:?[0-5]\d)?)?$/;
const DIGIT_ONE = 0x31;
const DIGIT_TWO = 0x32;
const DETECTORS: readonly Detector[] = [findIds, findMacs, findRows, findIps, findPeople, findPlaces, findSecrets];

/**
 * Everything identifying in a string's value or in prose, sorted by start and without overlaps: of two that overlap the one
 * with the floor's category stays, then the certain, then the longer one. A constant empty array where there is nothing.
 */
export function findValues(text: string): readonly Finding[] {
  if (text.length < SHORTEST) return NOTHING;
  const traits = traitsOf(text);
  if ((traits & TELLING) === 0 && !mayTell(text, traits)) return NOTHING;
  const first = text.charCodeAt(0);
  if ((first === DIGIT_ONE || first === DIGIT_TWO) && TIMESTAMP.test(text)) return NOTHING;
  if ((traits & WIDE) === 0) return scan(text, traits);
  const folded = foldLookalikes(text);
  if (folded === undefined) return scan(text, traits);
  return unfold(scan(folded.text, traitsOf(folded.text)), folded, text);
}

/** Longest word that is no model number, no token and no wrapping whatever its letters. */
const WORD_CHARS = 10;

/**
 * Is the text that stands in ASCII bytes from `start` to `end` one short word of letters? Then it is a status by its shape, `findValues`
 * finds nothing in it, and no other text is wrapped in it: most texts of a device are such words, and are told by one look at each letter.
 */
export function isPlainWord(bytes: Uint8Array, start: number, end: number): boolean {
  const length = end - start;
  if (length <= 0 || length > WORD_CHARS) return false;
  let last = 0;
  for (let i = start; i < end; i++) {
    const letter = bytes[i]! | 0x20;
    if (letter < 0x61 || letter > 0x7a) return false;
    if (letter > last) last = letter;
  }
  if ((bytes[start]! | 0x20) === 0x70) return false; // `PT` may be a duration
  return length < SHORTEST || last > 0x66; // six hex letters may be half a MAC
}

/** Words that make few digits into something: codes of places, streets. Only short texts are asked; longer ones are searched anyway. */
const WORDED =
  /geo-?hash|locat|qth|maidenhead|grid|street|road|\b(?:st|rd|ave|ln|dr|blvd|rue|via|rua)\b|avenue|lane|drive|boulev|court|square|terrace|crescent|close|gardens|highway|place|chemin|str(?:asse|\.)|weg|platz|gasse|allee|damm|calle|avenida|plaza|paseo|viale|piazza|corso/i;

function mayTell(text: string, traits: number): boolean {
  if ((traits & DIGIT) === 0) {
    if ((traits & MARK) !== 0 && /[([{<]\s?at\s?[)\]}>]/i.test(text)) return true;
    if ((traits & BLANK) !== 0 && text.includes(' dot ')) return true;
    return ((traits & COLON) !== 0 && (traits & MARK) !== 0) || ((traits & SLASH) !== 0 && text.includes('///'));
  }
  if ((traits & (BLANK | COLON)) !== 0 && (traits & (LETTER | HEX_LETTER)) !== 0 && WORDED.test(text)) return true;
  return (traits & MARKS) !== 0 || text.length >= SHORTEST_TOKEN;
}

function scan(text: string, traits: number): readonly Finding[] {
  const found: Finding[] = [];
  for (const detect of DETECTORS) {
    detect(text, found, traits);
    const only = found.length === 1 ? found[0]! : undefined;
    if (only?.strength === 'certain' && only.end - only.start === text.length) return found; // nothing is left to find
  }
  if (found.length === 0) return NOTHING;
  return found.length === 1 ? found : settle(found);
}

function unfold(found: readonly Finding[], folded: Folded, text: string): readonly Finding[] {
  if (found.length === 0) return NOTHING;
  return found.map((one) => {
    const start = folded.starts[one.start]!;
    const end = folded.ends[one.end - 1]!;
    // A Cyrillic name is itself, not its Latin look-alike.
    const canonical =
      one.category === 'email' ? `email:${text.slice(start, end).normalize('NFKC').toLowerCase()}` : one.canonical;
    return { ...one, start, end, canonical };
  });
}

function rank(category: CategoryId): number {
  if (FLOOR.has(category)) return 2;
  return category === 'credential' ? 1 : 0;
}

function worse(a: Finding, b: Finding): number {
  const bySecret = rank(b.category) - rank(a.category);
  if (bySecret !== 0) return bySecret;
  if (a.strength !== b.strength) return a.strength === 'certain' ? -1 : 1;
  return b.end - b.start - (a.end - a.start) || a.start - b.start;
}

/** Takes the worst first and what does not overlap it after; `taken` stays sorted, so that each place is found by halving. */
function settle(found: readonly Finding[]): readonly Finding[] {
  const taken: Finding[] = [];
  for (const one of [...found].sort(worse)) {
    let low = 0;
    let high = taken.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (taken[middle]!.start < one.start) low = middle + 1;
      else high = middle;
    }
    const free = (taken[low - 1]?.end ?? 0) <= one.start && (taken[low]?.start ?? one.end) >= one.end;
    if (free) taken.splice(low, 0, one);
  }
  return taken;
}
