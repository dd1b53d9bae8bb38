// Phone numbers: international (ITU-T E.164, RFC 3966) and in forms of their own; others where a word says so.
import type { Finding } from '../../model.js';
import { withFolded } from '../../text/lookalikes.js';
import type { ValueRecognizer } from '../evidence.js';
import { BLANK, COLON, DASH, DIGITS8, DOT, MARK, PLUS, SLASH, WIDE } from '../prefilter.js';
import { add, contextBefore, eachMatch, VALUE } from './finding.js';

const INTERNATIONAL = /(?<![\w+/=.])\+[1-9](?:[ .()-]{0,2}\d){7,14}(?!\d|\.\d)/g;
/** A shorter one is an extension, and nobody's. */
const TEL_URI = /\btel:(\+?\d(?:[.()-]{0,2}\d){7,18})/gi;
/** Numbers whose form no other number has: Russia and Kazakhstan with the trunk's 8, North America with brackets or in 3-3-4. */
const FORMED = [
  /(?<![\w+.:/-])8[ -]?(?:\([3479]\d{2}\)[ -]?\d{3}[ -]?\d{2}[ -]?\d{2}|[ -][3479]\d{2}[ -]\d{3}[ -]\d{2}[ -]?\d{2})(?![\w:-]|\.\d)/g,
  /(?<![\w+.:/-])(?:1[ .-])?(?:\([2-9]\d{2}\) ?[2-9]\d{2}[ .-]\d{4}|[2-9]\d{2}([.-])[2-9]\d{2}\1\d{4})(?![\w:-]|\.\d)/g,
] as const;
const NATIONAL = /(?<![\w+.:-])(?:\d{1,2}[ -]?)?\(?\d{3,5}\)?[ -]\d{2,3}[ -]?\d{2}[ -]?\d{2}(?![\w.:-])/g;
/** Numbers of Europe with their trunk's 0, in groups: as a whole value, or where a word says so. */
const TRUNK =
  /(?<![\w+.:/-])\(?0[1-9]\d{0,3}\)?(?:[ /-]\d{6,8}|(?:[ -]\d{3,4}){2}|(?:[ -]\d{2}){4}|[ -]\d{3}(?:[ -]\d{2}){2})(?![\w.:-])/g;
/** Digits alone, behind a word that says so. */
const DIGITS = /(?<![\w+.:/-])\d{10,13}(?![\w.:-])/g;
/** One of them stands in each number, or between it and its word. */
const PARTING = BLANK | COLON | DASH | DOT | MARK | PLUS | SLASH | WIDE;
const PHONE_WORD = withFolded(
  /(?:tel|phone|mobile|cell|call|sms|whatsapp|viber|dial|тел|телефон|моб|номер|звон|смс)[\p{L}.]{0,8}(?:\s(?:me|us|at|on|to|is|no\.?|number|по|на|номеру|номер)){0,3}[\s:=№#"']{0,4}$/iu,
);

/** A number's digits, with `+` where it is international. */
function phoneCanonical(text: string): string {
  return `phone:${text.trimStart().startsWith('+') ? '+' : ''}${text.replace(/\D/g, '')}`;
}

/** As many digits as numbers of a country have, and no date. */
function isNational(written: string): boolean {
  const digits = written.replace(/\D/g, '').length;
  return digits >= 9 && digits <= 13 && !/^\d{4}-\d{2}-?\d{2}/.test(written);
}

function findPhones(text: string, out: Finding[]): void {
  const report = (match: RegExpExecArray, strength: Finding['strength']): void =>
    add(out, 'phone', match.index, match.index + match[0].length, phoneCanonical(match[0]), strength);
  const isSaid = (match: RegExpExecArray): boolean => PHONE_WORD.test(contextBefore(text, match.index));
  eachMatch(INTERNATIONAL, text, (match) => {
    if (!/^\+\d+\.\d+$/.test(match[0])) report(match, 'certain'); // a signed decimal
  });
  eachMatch(TEL_URI, text, (match) => {
    add(out, 'phone', match.index + 4, match.index + match[0].length, phoneCanonical(match[1]!));
  });
  for (const pattern of FORMED) eachMatch(pattern, text, (match) => report(match, 'certain'));
  eachMatch(NATIONAL, text, (match) => {
    if (isNational(match[0])) report(match, isSaid(match) ? 'strong' : 'weak');
  });
  eachMatch(TRUNK, text, (match) => {
    if (!isNational(match[0])) return;
    report(match, match[0].length === text.trim().length || isSaid(match) ? 'strong' : 'weak');
  });
  eachMatch(DIGITS, text, (match) => {
    if (isSaid(match)) report(match, 'strong');
  });
}

export const phone: ValueRecognizer = {
  ...VALUE,
  says: { en: 'it is a phone number', ru: 'это номер телефона' },
  prefilter: { minLength: 8, all: DIGITS8, any: PARTING },
  recognize: findPhones,
  examples: [
    { text: '+7 (916) 555-01-23', from: 'ITU-T E.123' },
    { text: 'tel:+1-555-010-0199', from: 'RFC 3966' },
    { text: '8 (916) 555-01-23', from: 'ITU-T E.123, in Russia' },
    { text: 'Phone: 555-010-0199', from: 'ITU-T E.123, in North America' },
    { text: '0171 5551234', from: 'DIN 5008' },
  ],
  counterexamples: [
    { text: '2024-11-07 16:26:09', from: 'ISO 8601' },
    { text: '+55.751244', from: 'a signed reading' },
    { text: '1-0:1.8.1(123456.789*kWh)', from: 'DSMR 5' },
    { text: '230.4 12.1 49.98 1013', from: 'readings' },
  ],
};
