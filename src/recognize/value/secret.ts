// Secrets that show by their form: tokens, keys, passwords in URLs, Wi-Fi and pairing codes.
import type { CategoryId, Finding } from '../../model.js';
import { AT, BLANK, COLON, DASHES2, DIGIT, DIGITS8, DOTS2, SLASH } from '../prefilter.js';
import { add, contextBefore, eachMatch } from './finding.js';

/** RFC 7519: a JSON header (`{"` is `eyJ` in base64), payload, signature. Its start is fixed, so the search stays linear. */
const JWT = /(?<![\w-])eyJ[\w-]{8,}\.[\w-]{4,}\.[\w-]*/g;
/** Tokens whose makers marked them: AWS, GitHub, Slack, Stripe, Google. */
const MARKED =
  /(?<![A-Za-z0-9])(?:(?:AKIA|ASIA)[A-Z0-9]{16}(?![A-Za-z0-9])|gh[pousr]_[A-Za-z0-9]{30,}|xox[abprs]-[A-Za-z0-9-]{10,}|[sr]k_(?:live|test)_[A-Za-z0-9]{16,}|AIza[\w-]{35})/g;
const AUTHORIZATION = /\b(?:bearer|basic|token)\s{1,2}(?=[A-Za-z0-9])([\w.~+/=-]{12,})/gi;
const PEM_BEGIN = /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY-----/g;
const PEM_END = /-----END [A-Z0-9 ]{0,40}PRIVATE KEY-----/g;
const USERINFO = /\b[a-z][a-z0-9+.-]{1,15}:\/\/([^\s/?#@:]{0,128}:[^\s/?#@]{1,128})@/gi;
/** The Wi-Fi Alliance's QR text (WPA3 specification, section 7): the name and the password. 256: a name and a key, all escaped. */
const WIFI_QR = /\bWIFI:(?=[TSPHREIAK]:)(?:\\.|[^\\\n]){0,256}?(?:;;|$)/gi;
/** `wifi://name:key@…`, as some installers print it. */
const WIFI_URL = /\bwifi:\/\/([^\s/?#@]{1,192})@/gi;
/** HomeKit's set-up code and payload (HAP 4.2.1), Matter's QR text (core specification 5.1.3) and manual code (5.1.4). */
const HOMEKIT_CODE = /(?<![\w-])\d{3}-\d{2}-\d{3}(?![\w-])/g;
const HOMEKIT_URI = /X-HM:\/\/[0-9A-Z]{9,20}/g;
const MATTER_QR = /\bMT:[0-9A-Z.-]{16,}/g;
const MATTER_MANUAL = /(?<![\w-])\d{4}-\d{3}-\d{4}(?![\w-])/g;
const CODE_WORD = /(?:code|pin|setup|pair|homekit|matter|код)[\p{L}]{0,5}[\s:=#"']{0,4}(?:is\s)?$/iu;
/** The shortest marked token is an AWS key id. */
const SHORTEST_TOKEN = 20;

function report(pattern: RegExp, text: string, out: Finding[], category: CategoryId, name: string): void {
  eachMatch(pattern, text, (match) => {
    const secret = match[1] ?? match[0];
    const start = match.index + match[0].lastIndexOf(secret);
    add(out, category, start, start + secret.length, `${name}:${secret}`);
  });
}

function findPem(text: string, out: Finding[]): void {
  let from = 0;
  eachMatch(PEM_BEGIN, text, (match) => {
    if (match.index < from) return;
    PEM_END.lastIndex = match.index;
    const last = PEM_END.exec(text);
    from = last === null ? text.length : last.index + last[0].length; // no end: all that follows is the key
    add(out, 'private_key', match.index, from, `pem:${text.slice(match.index, from)}`);
  });
}

function findCodes(pattern: RegExp, text: string, out: Finding[]): void {
  eachMatch(pattern, text, (match) => {
    const whole = match[0].length === text.trim().length;
    const certain = (whole && pattern === HOMEKIT_CODE) || CODE_WORD.test(contextBefore(text, match.index));
    const canonical = `setup:${match[0].replaceAll('-', '')}`;
    add(out, 'setup_code', match.index, match.index + match[0].length, canonical, certain ? 'certain' : 'weak');
  });
}

export function findSecrets(text: string, out: Finding[], traits: number): void {
  if ((traits & DOTS2) !== 0 && text.includes('eyJ')) report(JWT, text, out, 'credential', 'token');
  if (text.length >= SHORTEST_TOKEN && (traits & DIGIT) !== 0) {
    report(MARKED, text, out, 'credential', 'token');
    if ((traits & BLANK) !== 0) report(AUTHORIZATION, text, out, 'credential', 'token');
  }
  if ((traits & DASHES2) !== 0) {
    if (text.includes('-----BEGIN')) findPem(text, out);
    if ((traits & DIGITS8) !== 0) {
      findCodes(HOMEKIT_CODE, text, out);
      findCodes(MATTER_MANUAL, text, out);
    }
  }
  if ((traits & COLON) === 0) return;
  if ((traits & (AT | SLASH)) === (AT | SLASH)) report(USERINFO, text, out, 'credential', 'userinfo');
  if ((traits & SLASH) !== 0 && /wifi:\/\//i.test(text)) report(WIFI_URL, text, out, 'wifi_password', 'wifi');
  if (text.includes('WIFI:') || text.includes('wifi:')) report(WIFI_QR, text, out, 'wifi_password', 'wifi');
  if (text.includes('MT:')) report(MATTER_QR, text, out, 'setup_code', 'setup');
  if (text.includes('X-HM:')) report(HOMEKIT_URI, text, out, 'setup_code', 'setup');
}
