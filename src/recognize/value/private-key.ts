// Private keys in PEM (RFC 7468). One without an end takes all that follows.
import type { ValueRecognizer } from '../evidence.js';
import { DASHES2 } from '../prefilter.js';
import { add, eachMatch, VALUE } from './finding.js';

const BEGIN = /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY-----/g;
const END = /-----END [A-Z0-9 ]{0,40}PRIVATE KEY-----/g;

export const privateKey: ValueRecognizer = {
  ...VALUE,
  says: { en: 'it is a private key', ru: 'это закрытый ключ' },
  prefilter: { minLength: 27, all: DASHES2, words: /-----BEGIN / },
  recognize: (text, out) => {
    let from = 0;
    eachMatch(BEGIN, text, (match) => {
      if (match.index < from) return;
      END.lastIndex = match.index;
      const end = END.exec(text);
      from = end === null ? text.length : end.index + end[0].length;
      add(out, 'private_key', match.index, from, `pem:${text.slice(match.index, from)}`);
    });
  },
  examples: [
    { text: '-----BEGIN EC PRIVATE KEY-----\nMHcCAQEEIA\n-----END EC PRIVATE KEY-----\n', from: 'RFC 5915' },
    { text: 'key: -----BEGIN PRIVATE KEY-----\nMIIE', from: 'RFC 7468, cut off' },
  ],
  counterexamples: [{ text: '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----', from: 'RFC 7468' }],
};
