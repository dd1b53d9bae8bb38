// What a value is by its form alone, where no rule knows its field (docs: the ladder, step 6).
import type { NodeKind } from '../model.js';
import { epochUnit } from './value/integer-id.js';

/** `status` and `time` go on, `prose` is judged by the detectors, an `identifier` is treated as a device's. */
export type Shape = 'status' | 'identifier' | 'prose' | 'time';

/** Integers of so many digits count things or say states; longer ones under an id-like name are ids. */
const COUNT_DIGITS = 6;
/** Ten digits and more count nothing in a home, unless they are a time. */
const ID_DIGITS = 10;
/** `CS158-EU` and the like: codes shared by every device of a model. */
const SHORT_CODE = 8;
/** Model numbers reach twelve characters (`WMF-22M01659`); a random token of fewer has few others like it anyway. */
const MODEL_CHARS = 12;
const BLOB_CHARS = 24;
const LONG_HEX = 16;
/** A long token: twenty characters and more are nobody's model number. */
const LONG_TOKEN = 20;
/** Limits of the integer types, one digit over and over, and powers of ten stand for "no value". */
const STAND_INS =
  /^-?(?:(\d)\1+|10+|2147483647|2147483648|4294967295|9223372036854775807|9223372036854775808|18446744073709551615)$/;

const LETTER_P = 0x70;
const LETTER_T = 0x74;
const UUID = /[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}/i;
const DATE_TIME =
  /^(?:(?:19|20)\d\d[-/.]?\d{2}[-/.]?\d{2}|\d{1,2}[-/.]\d{1,2}[-/.](?:19|20)\d\d)(?:[T _-]{1,2}\d{1,2}[:.-]?\d{2}(?:[:.-]?\d{2}(?:[.,]\d{1,9})?)?\s?(?:Z|UTC|GMT|[AP]M|[+-]\d{2}:?\d{2})?)?$/i;
/** Year without its century, month, day, hour, minute, second in twelve digits; years of devices that live. */
const COMPACT_TIME = /^(?:1[5-9]|2\d|3[0-5])(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?:[01]\d|2[0-3])[0-5]\d[0-5]\d$/;
const CLOCK = /^(?:P(?=[\dT])[\dYMWDTHS.]{1,32}|T?\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d{1,9})?)?\s?(?:[AP]M|Z)?)$/i;
const WEEKDAY_DATE = /^(?:mon|tue|wed|thu|fri|sat|sun)[a-z]{0,6},?\s(?:\d{1,2}|[a-z]{3,9})[\s-][\w\s:,+-]{6,40}$/i;

/** The shape of a node: its kind, its text (a number's literal) and whether its name ends in a word such as `id`, `uid`, `key`. */
export function shapeOf(kind: NodeKind, text: string, keyIsIdLike: boolean): Shape {
  switch (kind) {
    case 'object':
    case 'array':
    case 'boolean':
    case 'null':
      return 'status';
    case 'bytes':
      return 'identifier'; // nobody knows what they hold: closed
    case 'number':
      return shapeOfNumber(text, keyIsIdLike);
    case 'string':
      return shapeOfText(text.trim(), keyIsIdLike);
    default: {
      const never: never = kind;
      return never;
    }
  }
}

function shapeOfNumber(literal: string, keyIsIdLike: boolean): Shape {
  const digits = literal.replace(/^[+-]?0*/, '').length;
  if (digits <= COUNT_DIGITS || /\D/.test(literal.slice(1)) || STAND_INS.test(literal)) return 'status';
  if (keyIsIdLike) return 'identifier';
  if (COMPACT_TIME.test(literal)) return 'time';
  if (epochUnit(literal) !== undefined) return 'time';
  return digits >= ID_DIGITS ? 'identifier' : 'status';
}

function shapeOfText(text: string, keyIsIdLike: boolean): Shape {
  if (text.length === 0) return 'status';
  const first = text.charCodeAt(0) | 0x20;
  const word = first >= 0x61 && first <= 0x7a;
  if (!word) {
    if (/^[+-]?\d+$/.test(text)) return DATE_TIME.test(text) && isDate(text) ? 'time' : shapeOfNumber(text, keyIsIdLike);
    if (/^[+-]?\d*[.,]\d+$/.test(text)) return 'status';
    if (DATE_TIME.test(text)) return 'time';
  }
  // A time that begins with a letter is a duration (P), a time of day (T), or names a day of the week.
  if ((!word || first === LETTER_P || first === LETTER_T) && CLOCK.test(text)) return 'time';
  if (word && WEEKDAY_DATE.test(text)) return 'time';
  if (/\s/.test(text) && /\p{L}/u.test(text)) return text.split(/\s+/).some(isLongToken) ? 'identifier' : 'prose';
  if (text.length > SHORT_CODE && isToken(text, keyIsIdLike)) return 'identifier';
  return /[^\x00-\x7f]/.test(text) ? 'prose' : 'status';
}

/** Eight digits alone are a date only where month and day can be. */
function isDate(digits: string): boolean {
  return /^(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])/.test(digits);
}

/** A word of a sentence that no language has. */
function isLongToken(word: string): boolean {
  return word.length >= LONG_TOKEN && isToken(word, false);
}

function isToken(text: string, keyIsIdLike: boolean): boolean {
  if (text.length <= MODEL_CHARS && !/\d{7}/.test(text) && !(keyIsIdLike && isSerialLike(text))) return false; // too short for all below
  if (UUID.test(text) || isBlob(text)) return true;
  if (keyIsIdLike && text.length > SHORT_CODE && isSerialLike(text)) return true;
  const pieces = text.split(/[^\p{L}\p{Nd}]+/u);
  if (pieces.some((piece) => isTokenPiece(piece, keyIsIdLike))) return true;
  // Groups such as `A1B2-C3D4-E5F6-G7H8`: a key, cut for the eye.
  return text.length >= LONG_TOKEN - 1 && pieces.filter((piece) => /\d/.test(piece) && /[a-z]/i.test(piece)).length >= 4;
}

/** Letters and at least five digits, and no version's dots. */
function isSerialLike(text: string): boolean {
  return !text.includes('.') && /[a-z]/i.test(text) && /\d(?:\D*\d){4}/.test(text);
}

function isTokenPiece(piece: string, keyIsIdLike: boolean): boolean {
  const digitRun = /\d{7,}/.exec(piece)?.[0] ?? '';
  if (keyIsIdLike && digitRun !== '' && !isDate(digitRun)) return true;
  const isTime = epochUnit(digitRun) !== undefined || isDate(digitRun);
  if (digitRun.length >= ID_DIGITS && !isTime && !STAND_INS.test(digitRun)) return true;
  if (piece.length <= MODEL_CHARS || (isTime && digitRun === piece)) return false;
  const hasDigit = /\d/.test(piece);
  if (piece.length >= LONG_HEX && /^[0-9a-f]+$/i.test(piece)) return hasDigit && /[a-f]/i.test(piece);
  if (hasDigit) return changes(piece) * 4 >= piece.length || /\d(?:\D*\d){7}/.test(piece);
  return piece.length >= LONG_TOKEN && changes(piece) * 3 >= piece.length;
}

/** Base64 of eighteen bytes and more, and anything long that is padded. */
function isBlob(text: string): boolean {
  if (!/^[A-Za-z0-9+/_-]+={0,2}$/.test(text)) return false;
  if (text.endsWith('=')) return text.length >= LONG_HEX;
  if (text.length < BLOB_CHARS || !/[a-z]/.test(text) || !/[A-Z]/.test(text) || !/[\d+/]/.test(text)) return false;
  return changes(text) * 4 >= text.length || !/[a-z]{4}/.test(text);
}

/** How often letters turn to digits and back, or a lower-case letter is followed by an upper-case one: words seldom, tokens often. */
function changes(text: string): number {
  let count = 0;
  let before = classOf(text.charCodeAt(0));
  for (let i = 1; i < text.length; i++) {
    const now = classOf(text.charCodeAt(i));
    const capital = before === 'upper' && now === 'lower';
    if (now !== before && !capital && now !== 'other' && before !== 'other') count++;
    before = now;
  }
  return count;
}

function classOf(code: number): 'digit' | 'upper' | 'lower' | 'other' {
  if (code >= 0x30 && code <= 0x39) return 'digit';
  if (code >= 0x41 && code <= 0x5a) return 'upper';
  return code >= 0x61 && code <= 0x7a ? 'lower' : 'other';
}
