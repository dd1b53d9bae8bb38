// Codes that a device is added to a home with: HomeKit (HAP 4.2.1), Matter (core specification 5.1.3, 5.1.4).
import type { Finding } from '../../model.js';
import type { ValueRecognizer } from '../evidence.js';
import { COLON, DASHES2 } from '../prefilter.js';
import { add, addMatches, contextBefore, eachMatch, VALUE } from './finding.js';

const HOMEKIT_CODE = /(?<![\w-])\d{3}-\d{2}-\d{3}(?![\w-])/g;
const HOMEKIT_URI = /X-HM:\/\/[0-9A-Z]{9,20}/g;
const MATTER_URI = /\bMT:[0-9A-Z.-]{16,}/g;
const MATTER_MANUAL = /(?<![\w-])\d{4}-\d{3}-\d{4}(?![\w-])/g;
const CODE_WORD = /(?:code|pin|setup|pair|homekit|matter|код)[\p{L}]{0,5}[\s:=#"']{0,4}(?:is\s)?$/iu;

/** Digits in groups are a code where they are all of the value (HomeKit's groups are its own), or a word says so. */
function visitCode(match: RegExpExecArray, text: string, out: Finding[], alone: boolean): void {
  const certain = (alone && match[0].length === text.trim().length) || CODE_WORD.test(contextBefore(text, match.index));
  const canonical = `setup:${match[0].replaceAll('-', '')}`;
  add(out, 'setup_code', match.index, match.index + match[0].length, canonical, certain ? 'certain' : 'weak');
}

export const setupCode: ValueRecognizer = {
  ...VALUE,
  says: { en: 'it is a code that adds a device to a home', ru: 'это код для добавления устройства' },
  prefilter: { minLength: 10, any: COLON | DASHES2, words: /\d-\d{2,3}-\d|X-HM:|MT:/ },
  recognize: (text, out) => {
    eachMatch(HOMEKIT_CODE, text, (match) => visitCode(match, text, out, true));
    eachMatch(MATTER_MANUAL, text, (match) => visitCode(match, text, out, false));
    addMatches(MATTER_URI, text, out, 'setup_code', 'setup');
    addMatches(HOMEKIT_URI, text, out, 'setup_code', 'setup');
  },
  examples: [
    { text: 'MT:Y.K9042C00KA0648G00', from: 'Matter 1.3' },
    { text: 'X-HM://0023B6WQLAB12', from: 'HomeKit Accessory Protocol R2' },
    { text: '123-45-678', from: 'Homebridge 1.8, pin' },
    { text: 'Manual pairing code: 3497-011-2332', from: 'Matter 1.3' },
  ],
  counterexamples: [
    { text: '2024-11-07', from: 'a date' },
    { text: 'build 123-45-67', from: 'a build' },
  ],
};
