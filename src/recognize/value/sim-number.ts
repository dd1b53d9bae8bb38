// Numbers of modems and SIM cards: IMEI (3GPP TS 23.003) and ICCID (ITU-T E.118), told by their check digit.
import type { ValueRecognizer } from '../evidence.js';
import { DIGITS8 } from '../prefilter.js';
import { add, eachMatch, VALUE } from './finding.js';

const IMEI = /(?<![\w.])\d{2}-?\d{6}-?\d{6}-?\d(?![\w.])/g;
const ICCID = /(?<![\w.])89\d{16,18}F?(?![\w.])/g;
/** Reporting bodies whose numbers are in use (GSMA TS.06): BABT, TÜV, TAF (China), MSAI (India), CTIA (USA). */
const IMEI_PREFIX = /^(?:01|35|86|91|99)/;

/** Luhn's check (ISO/IEC 7812-1 annex B) over a string of decimal digits. */
function luhnHolds(digits: string): boolean {
  let sum = 0;
  for (let i = 0; i < digits.length; i++) {
    const digit = digits.charCodeAt(digits.length - 1 - i) - 48;
    const doubled = i % 2 === 1 ? digit * 2 : digit;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 === 0;
}

export const simNumber: ValueRecognizer = {
  ...VALUE,
  says: { en: "it is a modem's or SIM card's number", ru: 'это номер модема или SIM-карты' },
  prefilter: { minLength: 15, all: DIGITS8 },
  recognize: (text, out) => {
    eachMatch(IMEI, text, (match) => {
      const digits = match[0].replaceAll('-', '');
      if (!luhnHolds(digits) || /^0+$/.test(digits)) return;
      const strength = IMEI_PREFIX.test(digits) ? 'certain' : 'weak';
      add(out, 'imei_iccid', match.index, match.index + match[0].length, `imei:${digits}`, strength);
    });
    eachMatch(ICCID, text, (match) => {
      const digits = match[0].replace(/F$/, '');
      const strength = digits.length >= 19 && luhnHolds(digits) ? 'certain' : 'weak';
      add(out, 'imei_iccid', match.index, match.index + match[0].length, `iccid:${digits}`, strength);
    });
  },
  examples: [
    { text: '356938035643809', from: '3GPP TS 27.007, +CGSN' },
    { text: '35-693803-564380-9', from: '3GPP TS 23.003' },
    { text: '8991101200003204514', from: 'Quectel BG95, +QCCID' },
  ],
  counterexamples: [
    { text: '356938035643808', from: 'wrong check digit' },
    { text: '1764518462123', from: 'milliseconds since 1970' },
  ],
};
