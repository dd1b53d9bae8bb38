// Six bytes of a MAC in base64: eight characters, the whole of a value.
import type { ValueRecognizer } from '../evidence.js';
import { DIGIT, PLUS, SLASH } from '../prefilter.js';
import { VALUE } from './finding.js';
import { addAddress } from './mac.js';
import { hasMaker } from './makers/makers.js';

const CHARS = 8;
/** Letters of both cases and a digit or mark: no word and no code in capitals. */
const SIX_BYTES = /^(?=.*[a-z])(?=.*[A-Z])(?=.*[\d+/])[A-Za-z\d+/]{8}$/;
/** IEEE 802-2014, 8.2: the bits of the first byte that a group's and a local address have. */
const GROUP_OR_LOCAL = 3;

export const macBase64: ValueRecognizer = {
  ...VALUE,
  says: { en: 'it is a hardware address in base64', ru: 'это аппаратный адрес в base64' },
  prefilter: { minLength: CHARS, any: DIGIT | PLUS | SLASH },
  recognize: (text, out) => {
    if (text.length !== CHARS || !SIX_BYTES.test(text)) return;
    const bytes = Buffer.from(text, 'base64');
    if ((bytes[0]! & GROUP_OR_LOCAL) !== 0) return;
    const hex = bytes.toString('hex');
    addAddress(out, 0, CHARS, hex, hasMaker(hex) ? 'strong' : 'weak');
  },
  examples: [{ text: '9M+iz2N0', from: 'protobuf 3, bytes in its JSON' }],
  counterexamples: [
    { text: 'position', from: 'a word' },
    { text: 'Cotton40', from: 'a wash programme' },
    { text: '3CNZTQ01', from: 'a serial number' },
  ],
};
