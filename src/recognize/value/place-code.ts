// Codes of places: Plus Codes, and geohashes and Maidenhead locators behind their names. Alone these two are codes as any.
import type { ValueRecognizer } from '../evidence.js';
import { DIGIT } from '../prefilter.js';
import { add, addMatches, VALUE } from './finding.js';

const PLUS_CODE = /(?<![0-9A-Z])[2-9CFGHJMPQRVWX]{8}\+[2-9CFGHJMPQRVWX]{2,3}(?![0-9A-Z])/g;
const GEOHASH = /\bgeo-?hash["'\s:=]{1,4}(?=[a-z]{0,11}\d)([0-9b-hjkmnp-z]{5,12})(?!\w)/gi;
const LOCATOR =
  /\b(?:qth(?: locator)?|(?:grid )?locator|maidenhead|grid(?: square)?)["'\s:=]{1,4}([A-R]{2}\d{2}[A-X]{2}(?:\d{2})?)(?!\w)/gi;
const BARE_LOCATOR = /^[A-R]{2}\d{2}[A-X]{2}(?:\d{2})?$/i;

export const placeCode: ValueRecognizer = {
  ...VALUE,
  says: { en: 'it is the code of a place', ru: 'это код места' },
  prefilter: { minLength: 6, all: DIGIT, words: /^[A-R]{2}\d{2}[A-X]{2}|\+|geo-?hash|qth|locator|maidenhead|grid/i },
  recognize: (text, out) => {
    if (BARE_LOCATOR.test(text)) return add(out, 'location_precise', 0, text.length, `code:${text}`, 'weak');
    addMatches(PLUS_CODE, text, out, 'location_precise', 'code');
    addMatches(GEOHASH, text, out, 'location_precise', 'code');
    addMatches(LOCATOR, text, out, 'location_precise', 'code');
  },
  examples: [
    { text: '8FW4V75V+8Q', from: 'Open Location Code 1.0' },
    { text: 'JN58td', from: 'IARU locator' },
    { text: 'geohash=u281z7j7p', from: 'Grafana 10, geomap' },
    { text: 'QTH locator: JN58TD', from: 'APRS 1.01, status text' },
  ],
  counterexamples: [
    { text: 'WMF-22M01659', from: 'a model' },
    { text: 'grid: 230V 50Hz', from: 'an inverter' },
    { text: 'C2H6+CO2 12', from: 'a gas sensor' },
  ],
};
