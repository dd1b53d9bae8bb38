// What a value is by its form alone, where nothing recognizes its field (the ladder, step 6).
import type { NodeKind } from '../model.js';
import { isOpaque } from './opaque.js';
import { BLANK, DIGIT, WIDE } from './prefilter.js';
import { epochUnit } from './value/integer-id.js';

/**
 * `reading`: a boolean, a number, one word of an enumeration, a version, a time. `text`: words. `token`: identifier-shaped (UUID, high
 * entropy). `opaque`: a hash, a mask, a payload of bytes. `binary`: bytes of a binary format that nothing reads.
 */
export const VALUE_FORMS = ['reading', 'text', 'token', 'opaque', 'binary'] as const;
export type ValueForm = (typeof VALUE_FORMS)[number];

/** `CS158-EU` and the like: codes shared by every device of a model. */
const SHORT_CODE = 8;
/** Model numbers reach twelve characters (`WMF-22M01659`); a random token of fewer has few others like it anyway. */
const MODEL_CHARS = 12;
const MAC_DIGITS = 12;
/** Longest text that is one identifier. */
const TOKEN_MAX = 64;
const BLOB_CHARS = 24;
const LONG_HEX = 16;
/** A long token: twenty characters and more are nobody's model number. */
const LONG_TOKEN = 20;
/** Digits in a row that count nothing in a home, unless they are a time. */
const ID_DIGITS = 10;

const LETTER_P = 0x70;
const LETTER_T = 0x74;
const NUMBER = /^[+-]?(?:\d+(?:[.,]\d+)?|[.,]\d+)(?:[eE][+-]?\d{1,3})?$/;
/** A number in hexadecimal: masks, flags, addresses in memory, of up to 64 bits. */
const HEX_NUMBER = /^0x[0-9a-f]{1,16}$/i;
const VERSION = /^[vV]?\d{1,5}(?:\.\d{1,6}){1,4}(?:[-+._ (]{1,2}[\w.+-]{1,24}\)?)?$/;
const UUID = /[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}/i;
const DATE_TIME =
  /^(?:(?:19|20)\d\d[-/.]?\d{2}[-/.]?\d{2}|\d{1,2}[-/.]\d{1,2}[-/.](?:19|20)\d\d)(?:[T _-]{1,2}\d{1,2}[:.-]?\d{2}(?:[:.-]?\d{2}(?:[.,]\d{1,9})?)?\s?(?:Z|UTC|GMT|[AP]M|[+-]\d{2}:?\d{2})?)?$/i;
const CLOCK =
  /^(?:P(?=[\dT])[\dYMWDTHS.]{1,32}|T?\d{1,3}:\d{2}(?::\d{2}(?:[.,]\d{1,9})?)?\s?(?:[AP]M|Z)?|\d{1,5}T\d{2}:\d{2}:\d{2})$/i;
const WEEKDAY_DATE = /^(?:mon|tue|wed|thu|fri|sat|sun)[a-z]{0,6},?\s(?:\d{1,2}|[a-z]{3,9})[\s-][\w\s:,+-]{6,40}$/i;
/** Letters and marks of words. */
const WORDS = /\s/;

/** The form of a scalar. `idLike`: its name ends in a word such as `id`, `uid`, `key`, so that a shorter token is one. */
export function valueForm(kind: NodeKind, text: string, idLike: boolean): ValueForm {
  switch (kind) {
    case 'object':
    case 'array':
    case 'boolean':
    case 'null':
    case 'number':
      return 'reading';
    case 'bytes':
      return 'binary';
    case 'string':
      return formOfText(text.trim(), idLike);
    default:
      return kind satisfies never;
  }
}

function formOfText(text: string, idLike: boolean): ValueForm {
  if (text === '') return 'reading';
  const first = text.charCodeAt(0) | 0x20;
  const word = first >= 0x61 && first <= 0x7a;
  if (!word && (NUMBER.test(text) || HEX_NUMBER.test(text) || DATE_TIME.test(text) || VERSION.test(text))) return 'reading';
  // A time that begins with a letter is a duration (P), a time of day (T), or names a day of the week; a version may begin with `v`.
  if ((!word || first === LETTER_P || first === LETTER_T) && CLOCK.test(text)) return 'reading';
  if (word && (VERSION.test(text) || WEEKDAY_DATE.test(text))) return 'reading';
  if (isOpaque(text)) return 'opaque';
  if (WORDS.test(text)) return 'text';
  if (text.length > SHORT_CODE && text.length <= TOKEN_MAX && isToken(text, idLike)) return 'token';
  return 'reading';
}

function isToken(text: string, idLike: boolean): boolean {
  if (isBareAddress(text)) return true;
  if (text.length <= MODEL_CHARS && !(idLike && isSerialLike(text))) return false; // too short for all below
  if (UUID.test(text) || isBlob(text)) return true;
  if (idLike && isSerialLike(text)) return true;
  const pieces = text.split(/[^\p{L}\p{Nd}]+/u);
  if (pieces.some((piece) => isTokenPiece(piece, idLike))) return true;
  // Groups such as `A1B2-C3D4-E5F6-G7H8`: a key, cut for the eye.
  return text.length >= LONG_TOKEN - 1 && pieces.filter((piece) => /\d/.test(piece) && /[a-z]/i.test(piece)).length >= 4;
}

/** Twelve hexadecimal digits, letters among them: what may be a hardware address is an identifier until something clears it. */
function isBareAddress(text: string): boolean {
  return text.length === MAC_DIGITS && /^[0-9a-f]+$/i.test(text) && /\d/.test(text) && /[a-f]/i.test(text);
}

/** Letters and at least five digits, and no version's dots. */
function isSerialLike(text: string): boolean {
  return !text.includes('.') && /[a-z]/i.test(text) && /\d(?:\D*\d){4}/.test(text);
}

function isTokenPiece(piece: string, idLike: boolean): boolean {
  const digitRun = /\d{7,}/.exec(piece)?.[0] ?? '';
  const isTime = epochUnit(digitRun) !== undefined || isDate(digitRun);
  if (digitRun === piece) return false;
  if (idLike && digitRun !== '' && !isTime) return true;
  if (digitRun.length >= ID_DIGITS && !isTime) return true;
  if (piece.length <= MODEL_CHARS) return false;
  const hasDigit = /\d/.test(piece);
  if (piece.length >= LONG_HEX && /^[0-9a-f]+$/i.test(piece)) return hasDigit && /[a-f]/i.test(piece);
  if (hasDigit) return changes(piece) * 4 >= piece.length || /\d(?:\D*\d){7}/.test(piece);
  return piece.length >= LONG_TOKEN && changes(piece) * 3 >= piece.length;
}

/** Eight digits and more are a date only where month and day can be. */
function isDate(digits: string): boolean {
  return /^(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])/.test(digits);
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

/** The form of a text whose traits (prefilter.ts) are known: nearly all of a device's texts are words, and told by them. As `valueForm`. */
export function quickForm(text: string, traits: number, idLike: boolean): ValueForm {
  const isWord = (traits & (BLANK | WIDE)) === 0;
  if (isWord && (text.length <= SHORT_CODE || ((traits & DIGIT) === 0 && text.length <= MODEL_CHARS))) return 'reading';
  return valueForm('string', text, idLike);
}
