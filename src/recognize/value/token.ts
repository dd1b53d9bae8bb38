// Credentials that show by their form: JSON web tokens (RFC 7519), keys whose makers marked them, Authorization headers (RFC 9110),
// passwords in URLs (RFC 3986 3.2.1).
import type { ValueRecognizer } from '../evidence.js';
import { LETTER, SLASH } from '../prefilter.js';
import { addMatches, VALUE } from './finding.js';

/** A JSON header (`{"` is `eyJ` in base64), payload, signature. Its start is fixed, so the search stays linear. */
const JWT = /(?<![\w-])eyJ[\w-]{8,}\.[\w-]{4,}\.[\w-]*/g;
/** AWS, GitHub, Slack, Stripe, Google. */
const MARKED =
  /(?<![A-Za-z0-9])(?:(?:AKIA|ASIA)[A-Z0-9]{16}(?![A-Za-z0-9])|gh[pousr]_[A-Za-z0-9]{30,}|xox[abprs]-[A-Za-z0-9-]{10,}|[sr]k_(?:live|test)_[A-Za-z0-9]{16,}|AIza[\w-]{35})/g;
/** A scheme and a token: digits, capitals inside or padding, which no word has. */
const AUTHORIZATION =
  /\b(?:[Bb]earer|BEARER|[Bb]asic|BASIC|[Tt]oken|TOKEN)\s{1,2}(?=[A-Za-z0-9])(?=\S{0,64}(?:\d|[a-z][A-Z]|=))([\w.~+/=-]{12,})/g;
const USERINFO = /\b[a-z][a-z0-9+.-]{1,15}:\/\/([^\s/?#@:]{0,128}:[^\s/?#@]{1,128})@/gi;
/** What each of them begins with. */
const MARKS = /eyJ|A[KS]IA|gh[pousr]_|xox[abprs]-|[sr]k_(?:live|test)_|AIza|\b(?:bearer|basic|token)\s|:\/\/[^\s/?#@]{1,257}@/i;

export const token: ValueRecognizer = {
  ...VALUE,
  says: { en: 'it has the form of a key or token', ru: 'это ключ или токен' },
  prefilter: { minLength: 8, any: LETTER | SLASH, words: MARKS },
  recognize: (text, out) => {
    addMatches(JWT, text, out, 'credential', 'token');
    addMatches(MARKED, text, out, 'credential', 'token');
    addMatches(AUTHORIZATION, text, out, 'credential', 'token');
    addMatches(USERINFO, text, out, 'credential', 'userinfo');
  },
  examples: [
    { text: 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl', from: 'RFC 7519' },
    { text: 'Bearer 0123456789abcdefXYZ', from: 'RFC 6750' },
    { text: 'AKIAIOSFODNN7EXAMPLE', from: 'AWS IAM' },
    { text: 'mqtt://user:hunter2@broker.example:1883', from: 'Zigbee2MQTT 1.40, bridge/info' },
  ],
  counterexamples: [
    { text: 'basic configuration loaded', from: 'a log' },
    { text: 'https://vendor.example/@home', from: 'a URL' },
    { text: 'token expired after 3600 seconds', from: 'a log' },
  ],
};
