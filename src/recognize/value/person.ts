// E-mail addresses (RFC 5321, loosely) and phone numbers (ITU-T E.164, RFC 3966) in texts.
import type { Finding } from '../../model.js';
import { withFolded } from '../../text/lookalikes.js';
import { AT, BLANK, DASH, DIGITS8, PLUS } from '../prefilter.js';
import { add, contextBefore, eachMatch } from './finding.js';

/** RFC 5321 4.5.3.1: a local part has at most 64 octets, a domain 255. */
const LONGEST_LOCAL = 64;
const LONGEST_DOMAIN = 255;
const LOCAL = /[\p{L}\p{N}._%+'-]/u;
const DOMAIN = /[\p{L}\p{N}.-]/u;
/** `icon@2x.png` is a file. */
const FILE_ENDING = /\.(?:png|jpe?g|gif|webp|svg|css|js|json|html?)$/i;

/** A MAC in the name of an account, letters and digits in it. */
const LOCAL_MAC = /(?<![0-9a-z])(?=[0-9]*[a-f])(?=[a-f]*[0-9])[0-9a-f]{12}(?![0-9a-z])/i;

const INTERNATIONAL = /(?<![\w+/=.])\+[1-9](?:[ .()-]{0,2}\d){7,14}(?!\d|\.\d)/g;
const NATIONAL = /(?<![\w+.:-])(?:\d{1,2}[ -]?)?\(?\d{3,5}\)?[ -]\d{2,3}[ -]?\d{2}[ -]?\d{2}(?![\w.:-])/g;
/** Numbers whose form no other number has: Russia and Kazakhstan with the trunk's 8, North America with brackets or in 3-3-4. */
const FORMED = [
  /(?<![\w+.:/-])8[ -]?(?:\([3479]\d{2}\)[ -]?\d{3}[ -]?\d{2}[ -]?\d{2}|[ -][3479]\d{2}[ -]\d{3}[ -]\d{2}[ -]?\d{2})(?![\w:-]|\.\d)/g,
  /(?<![\w+.:/-])(?:1[ .-])?(?:\([2-9]\d{2}\) ?[2-9]\d{2}[ .-]\d{4}|[2-9]\d{2}([.-])[2-9]\d{2}\1\d{4})(?![\w:-]|\.\d)/g,
] as const;
/** Numbers of Europe with their trunk's 0, in groups: as a whole value, or where a word says so. */
const TRUNK =
  /(?<![\w+.:/-])\(?0[1-9]\d{0,3}\)?(?:[ /-]\d{6,8}|(?:[ -]\d{3,4}){2}|(?:[ -]\d{2}){4}|[ -]\d{3}(?:[ -]\d{2}){2})(?![\w.:-])/g;
/** Digits alone, behind a word that says so. */
const DIGITS = /(?<![\w+.:/-])\d{10,13}(?![\w.:-])/g;
const TEL_URI = /\btel:(\+?\d(?:[.()-]{0,2}\d){4,18})/gi;
const PHONE_WORD = withFolded(
  /(?:tel|phone|mobile|cell|call|sms|whatsapp|viber|dial|тел|телефон|моб|номер|звон|смс)[\p{L}.]{0,8}(?:\s(?:me|us|at|on|to|is|no\.?|number|по|на|номеру|номер)){0,3}[\s:=№#"']{0,4}$/iu,
);
/** `name (at) example [dot] org`, and in words alone. */
const SPELLED_EMAIL =
  /(?<![\p{L}\p{N}._%+-])[\p{L}\p{N}._%+-]{1,64}(?:\s?[([{<]\s?at\s?[)\]}>]\s?[\p{L}\p{N}-]{1,63}(?:\s?(?:\.|[([{<]\s?dot\s?[)\]}>]|\sdot\s)\s?[\p{L}\p{N}-]{2,24}){1,3}|\sat\s[\p{L}\p{N}-]{1,63}(?:\sdot\s[\p{L}\p{N}-]{2,24}){1,3})/giu;
/** A name before its address: `"Anna Petrova" <anna@example.org>`, `Anna Petrova <sip:…>`. */
const ADDRESSEE =
  /["']?(\p{Lu}[\p{L}'’.-]{0,30}(?: \p{Lu}[\p{L}'’.-]{0,30}){0,3} ?)["']?\s?<(?=(?:sips?:|mailto:)?[^<>\s]{1,64}@)/gu;
/** A contact as a QR code. */
const MECARD = /\bMECARD:[^\n]{1,400}?(?:;;|$)/g;

function growLeft(text: string, at: number): number {
  let start = at;
  while (start > 0 && at - start < LONGEST_LOCAL && LOCAL.test(text[start - 1]!)) start--;
  while (start < at && /[.'%+-]/.test(text[start]!)) start++;
  return start;
}

function growRight(text: string, at: number): number {
  let end = at + 1;
  while (end < text.length && end - at <= LONGEST_DOMAIN && DOMAIN.test(text[end]!)) end++;
  while (end > at + 1 && /[.-]/.test(text[end - 1]!)) end--;
  return end;
}

function findEmails(text: string, out: Finding[]): void {
  for (let at = text.indexOf('@'); at >= 0; at = text.indexOf('@', at + 1)) {
    const start = growLeft(text, at);
    const end = growRight(text, at);
    const domain = text.slice(at + 1, end);
    if (start === at || !/^[^.].*\.(?:\p{L}{2,24}|xn--[a-z0-9-]{2,59})$/u.test(domain) || domain.includes('..')) continue;
    if (LOCAL_MAC.test(text.slice(start, at))) continue; // a device's own address before the maker's: found as that
    if (FILE_ENDING.test(domain) || /^\d+x\./.test(domain)) continue;
    add(out, 'email', start, end, `email:${text.slice(start, end).toLowerCase()}`);
  }
}

/** A number's digits, with `+` where it is international. */
export function phoneCanonical(text: string): string {
  return `phone:${text.trimStart().startsWith('+') ? '+' : ''}${text.replace(/\D/g, '')}`;
}

function findInternational(text: string, out: Finding[]): void {
  eachMatch(INTERNATIONAL, text, (match) => {
    const written = match[0];
    if (/^\+\d+\.\d+$/.test(written)) return; // a signed decimal
    add(out, 'phone', match.index, match.index + written.length, phoneCanonical(written));
  });
}

function findNational(text: string, out: Finding[]): void {
  eachMatch(NATIONAL, text, (match) => {
    const digits = match[0].replace(/\D/g, '').length;
    if (digits < 9 || digits > 13 || /^\d{4}-\d{2}-?\d{2}/.test(match[0])) return; // a date stands first
    const certain = PHONE_WORD.test(contextBefore(text, match.index));
    add(out, 'phone', match.index, match.index + match[0].length, phoneCanonical(match[0]), certain ? 'certain' : 'weak');
  });
}

function findFormed(text: string, out: Finding[]): void {
  const report = (match: RegExpExecArray, strength: Finding['strength']): void =>
    add(out, 'phone', match.index, match.index + match[0].length, phoneCanonical(match[0]), strength);
  for (const pattern of FORMED) eachMatch(pattern, text, (match) => report(match, 'certain'));
  eachMatch(TRUNK, text, (match) => {
    const digits = match[0].replace(/\D/g, '').length;
    if (digits < 9 || digits > 12) return;
    const certain = match[0].length === text.trim().length || PHONE_WORD.test(contextBefore(text, match.index));
    report(match, certain ? 'certain' : 'weak');
  });
  eachMatch(DIGITS, text, (match) => {
    if (PHONE_WORD.test(contextBefore(text, match.index))) report(match, 'certain');
  });
}

function findAddressees(text: string, out: Finding[]): void {
  eachMatch(ADDRESSEE, text, (match) => {
    const name = match[1]!.trimEnd();
    const start = match.index + match[0].indexOf(name);
    add(out, 'person_name', start, start + name.length, `text:${name}`);
  });
}

export function findPeople(text: string, out: Finding[], traits: number): void {
  if ((traits & AT) !== 0) {
    findEmails(text, out);
    if (text.includes('<')) findAddressees(text, out);
  } else if ((traits & BLANK) !== 0 || text.includes('at)') || text.includes('at]')) {
    if (/[([{<]\s?at\s?[)\]}>]|\sat\s.{1,64}\sdot\s/i.test(text))
      eachMatch(SPELLED_EMAIL, text, (match) =>
        add(out, 'email', match.index, match.index + match[0].length, `email:${match[0].toLowerCase()}`),
      );
  }
  if (text.includes('MECARD:'))
    eachMatch(MECARD, text, (match) => add(out, 'person_name', match.index, match.index + match[0].length, `card:${match[0]}`));
  if ((traits & DIGITS8) === 0) return;
  if ((traits & PLUS) !== 0) findInternational(text, out);
  if ((traits & (BLANK | DASH)) !== 0) findNational(text, out);
  findFormed(text, out);
  if (text.includes('tel:') || text.includes('TEL:')) {
    eachMatch(TEL_URI, text, (match) => {
      add(out, 'phone', match.index + 4, match.index + match[0].length, phoneCanonical(match[1]!));
    });
  }
}
