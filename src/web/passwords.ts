// Which passwords are too easy to guess: a text is cut into pieces that guessers know, and each piece is worth what finding it costs.
// Beside the list of leaked ones (password-list.ts): words, names, rows of keys, dates and repetitions, put together in other ways.
import { COMMON_WORDS } from './password-words.js';

/** Bits below which a password is refused: 2^33 tries are days at one a minute, and hours against a stolen hash on one machine. */
const ENOUGH_BITS = 33;
/** Some 1,000 words, in a few spellings. */
const WORD_BITS = 11;
/** Names of this home and its services: a guesser tries them first. */
const OWN_WORD_BITS = 5;
const LETTER_BITS = 4.7;
const OTHER_BITS = 6;
const DIGIT_BITS = 3.3;
/** A year of the last hundred, or a date's part. */
const YEAR_BITS = 7;
/** A row of keys, an alphabet, a count: where it begins, which way, how long. */
const ROW_BITS = 7;
/** The same again: how often. */
const REPEAT_BITS = 2;
const LONGEST_WORD = 32;
/** Longer texts are judged by their beginning: nothing after it makes them easier. */
const JUDGED_UNITS = 64;

const ROWS = [
  'abcdefghijklmnopqrstuvwxyz',
  '01234567890',
  'qwertyuiop[]',
  'asdfghjkl;',
  'zxcvbnm,./',
  '!@#$%^&*()',
  '1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p',
  'q1w2e3r4t5y6u7i8o9p0',
  '1q2w3e4r5t6y7u8i9o0p',
  'qazwsxedcrfvtgbyhnujmikolp',
  '147258369',
  '159357456',
  'абвгдеёжзийклмнопрстуфхцчшщъыьэюя',
  'йцукенгшщзхъ',
  'фывапролджэ',
  'ячсмитьбю.',
].flatMap((row) => [row, [...row].reverse().join('')]);
const ROW_LEAST = 3;

const LEET: Readonly<Record<string, string>> = {
  '@': 'a',
  '4': 'a',
  '0': 'o',
  '3': 'e',
  '1': 'i',
  '!': 'i',
  $: 's',
  '5': 's',
  '7': 't',
};
const unleet = (text: string): string => text.replace(/[@401!3$57]/g, (sign) => LEET[sign] ?? sign);

/** Whether `plain` is too easy. `own`: names of this home and of its services, of any case. */
export function isGuessable(plain: string, own: readonly string[] = []): boolean {
  return bitsOf(plain, own) < ENOUGH_BITS;
}

/** The least that finding it costs, in bits, over all ways to cut it into known pieces. */
export function bitsOf(plain: string, own: readonly string[] = []): number {
  const text = plain.toLowerCase().slice(0, JUDGED_UNITS);
  const letters = unleet(text);
  const ownWords = new Set(own.flatMap((name) => [name.toLowerCase(), ...name.toLowerCase().split(/[^\p{L}\p{N}]+/u)]));
  ownWords.delete('');
  const best: number[] = [0];
  for (let end = 1; end <= text.length; end++) {
    best[end] = best[end - 1]! + signBits(text[end - 1]!);
    for (let start = Math.max(0, end - JUDGED_UNITS / 2); start < end - 1; start++) {
      const piece = text.slice(start, end);
      const bits = Math.min(pieceBits(piece, ownWords), pieceBits(letters.slice(start, end), ownWords) + 1);
      const again = text.slice(0, start).includes(piece) ? REPEAT_BITS : Number.POSITIVE_INFINITY;
      best[end] = Math.min(best[end]!, best[start]! + Math.min(bits, again));
    }
  }
  return best[text.length]!;
}

function signBits(sign: string): number {
  if (/\d/.test(sign)) return DIGIT_BITS;
  return /\p{L}/u.test(sign) ? LETTER_BITS : OTHER_BITS;
}

function pieceBits(piece: string, own: ReadonlySet<string>): number {
  if (own.has(piece)) return OWN_WORD_BITS;
  if (piece.length <= LONGEST_WORD && COMMON_WORDS.has(piece)) return WORD_BITS;
  if (/^(?:19|20)\d\d$/.test(piece)) return YEAR_BITS;
  if (piece.length >= ROW_LEAST && ROWS.some((row) => row.includes(piece))) return ROW_BITS;
  if (piece.length >= ROW_LEAST && /^(.)\1+$/u.test(piece)) return signBits(piece[0]!) + REPEAT_BITS;
  return Number.POSITIVE_INFINITY;
}
