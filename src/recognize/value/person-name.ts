// Names of people that their notation gives away: before an address in angle brackets (RFC 5322 3.4, RFC 3261), and in contact codes.
import type { ValueRecognizer } from '../evidence.js';
import { AT, COLON } from '../prefilter.js';
import { addMatches, VALUE } from './finding.js';

const ADDRESSEE =
  /["']?(\p{Lu}[\p{L}'’.-]{0,30}(?: \p{Lu}[\p{L}'’.-]{0,30}){0,3}) ?["']?\s?<(?=(?:sips?:|mailto:)?[^<>\s]{1,64}@)/gu;
/** A contact as a QR code (NTT DOCOMO). */
const MECARD = /\bMECARD:[^\n]{1,400}?(?:;;|$)/g;

export const personName: ValueRecognizer = {
  ...VALUE,
  says: { en: "a person's name stands before an address", ru: 'перед адресом стоит имя человека' },
  prefilter: { minLength: 7, any: AT | COLON, words: /<[^<>\s]{1,70}@|MECARD:/ },
  recognize: (text, out) => {
    addMatches(ADDRESSEE, text, out, 'person_name', 'text');
    addMatches(MECARD, text, out, 'person_name', 'card');
  },
  examples: [
    { text: '"Anna Petrova" <anna@example.org>', from: 'RFC 5322' },
    { text: 'From: Jonas Weber <sip:jonas@fritz.box>;tag=1', from: 'RFC 3261' },
    { text: 'MECARD:N:Petrova,Anna;TEL:+79165550123;;', from: 'NTT DOCOMO, MECARD' },
  ],
  counterexamples: [{ text: 'SmartPlug/1.2 <https://vendor.example>', from: 'User-Agent' }],
};
