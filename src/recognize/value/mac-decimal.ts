// A MAC printed as one number, as ESP32 programs do with their chip's id: 48 bits, the first byte highest or lowest.
import type { ValueRecognizer } from '../evidence.js';
import { DIGITS8 } from '../prefilter.js';
import { VALUE } from './finding.js';
import { epochUnit } from './integer-id.js';
import { addAddress, isMixed } from './mac.js';
import { hasMaker } from './makers/makers.js';

/** Fewer have zeros where the maker would stand, more are longer than 48 bits. */
const DIGITS = /^\d{13,15}$/;
const MAC_BYTES = 6;
const HIGHEST = 2 ** 48 - 1;

export const macDecimal: ValueRecognizer = {
  ...VALUE,
  says: { en: 'it is a hardware address as one number', ru: 'это аппаратный адрес одним числом' },
  prefilter: { minLength: 13, all: DIGITS8 },
  recognize: (text, out) => {
    if (!DIGITS.test(text) || Number(text) > HIGHEST || epochUnit(text) !== undefined) return;
    const bytes = Buffer.alloc(MAC_BYTES);
    bytes.writeUIntBE(Number(text), 0, MAC_BYTES);
    const hex = [bytes.toString('hex'), bytes.reverse().toString('hex')].find((one) => hasMaker(one) && isMixed(one));
    if (hex !== undefined && !hex.startsWith('00')) addAddress(out, 0, text.length, hex, 'weak');
  },
  examples: [{ text: '239427279123332', from: 'ESP32 Arduino core 2, ESP.getEfuseMac()' }],
  counterexamples: [
    { text: '1764518462123', from: 'milliseconds since 1970' },
    { text: '63864569856', from: 'bytes of a disk' },
    { text: '356938035643809', from: 'IMEI' },
  ],
};
