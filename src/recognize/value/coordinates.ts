// Decimal degrees side by side: `48.137154,11.576124`. Three readings in a row are none.
import type { Finding } from '../../model.js';
import type { ValueRecognizer } from '../evidence.js';
import { DIGIT, DOTS2 } from '../prefilter.js';
import { add, eachMatch, VALUE } from './finding.js';
import { fractionDigits, isCoordinatePair, isOnEarth, placeCanonical } from './place.js';

/** Decimals between the same separators; `!3d…!4d…` is how map services put them into an address. */
const DECIMALS =
  /(?:(?<![\w.+-])|(?<=!3d))[+-]?\d{1,5}\.\d{3,15}(?:(\s{0,2}[,;|/_:]\s{0,2}|\s{1,2}|!4d)[+-]?\d{1,5}\.\d{3,15}(?:\1[+-]?\d{1,5}\.\d{3,15})*)(?!\w|\.\d)/g;
/** Two decimals each: a town's quarter, or two readings; a place where the name says so. */
const COARSE_PAIR = /^[\s([]{0,2}([+-]?\d{1,2}\.\d{2}),\s?([+-]?\d{1,3}\.\d{2})[)\]\s]{0,2}$/;
const COARSE_CHARS = 20;
/** Points of one track, or corners of one box, lie near each other. */
const NEAR_DEGREES = 1;
/** Degrees that a receiver gives have five decimals and more; a height beside them has fewer. */
const FIX_DIGITS = 5;

function addPair(out: Finding[], start: number, end: number, first: string, second: string): void {
  const [x, y] = [Number(first), Number(second)];
  add(out, 'location_precise', start, end, isOnEarth(x, y) ? placeCanonical(x, y) : placeCanonical(y, x));
}

/** Is every pair of the decimals a point near the one before it? */
function isTrack(decimals: readonly string[]): boolean {
  return (
    decimals.length % 2 === 0 &&
    decimals.every((one, i) => (i % 2 === 0 ? isCoordinatePair(one, decimals[i + 1]!) : true)) &&
    decimals.every((one, i) => i < 2 || Math.abs(Number(one) - Number(decimals[i - 2])) <= NEAR_DEGREES)
  );
}

/** Of more than two decimals, the first of the two that have the digits of a fix while those beside them have fewer; -1: there are none. */
function fixAmong(decimals: readonly string[]): number {
  const digits = decimals.map(fractionDigits);
  return decimals.findIndex((one, i) => {
    const least = Math.min(digits[i]!, digits[i + 1] ?? 0);
    if (least < FIX_DIGITS || !isCoordinatePair(one, decimals[i + 1]!)) return false;
    return (digits[i - 1] ?? 0) < least && (digits[i + 2] ?? 0) < least;
  });
}

function visitDecimals(match: RegExpExecArray, out: Finding[]): void {
  const separator = match[1]!;
  const decimals = match[0].split(separator);
  const all = isTrack(decimals);
  const first = all ? 0 : fixAmong(decimals);
  if (first < 0) return;
  let at = match.index + decimals.slice(0, first).reduce((length, one) => length + one.length + separator.length, 0);
  for (let i = first; i < (all ? decimals.length : first + 2); i += 2) {
    const end = at + decimals[i]!.length + separator.length + decimals[i + 1]!.length;
    addPair(out, at, end, decimals[i]!, decimals[i + 1]!);
    at = end + separator.length;
  }
}

export const coordinates: ValueRecognizer = {
  ...VALUE,
  says: { en: 'two decimals side by side are a position', ru: 'два дробных числа рядом — это координаты' },
  prefilter: { minLength: 9, all: DIGIT | DOTS2, words: /\d\.\d{2}/ },
  recognize: (text, out) => {
    eachMatch(DECIMALS, text, (match) => visitDecimals(match, out));
    const coarse = text.length <= COARSE_CHARS ? COARSE_PAIR.exec(text) : null;
    if (coarse === null || !isOnEarth(Number(coarse[1]), Number(coarse[2]))) return;
    add(out, 'location_precise', 0, text.length, placeCanonical(Number(coarse[1]), Number(coarse[2])), 'weak');
  },
  examples: [
    { text: '48.858222,2.294500', from: 'Google Maps, a pair' },
    { text: 'https://maps.example/@48.137154,11.576124,15z', from: 'Google Maps, a link' },
    { text: '48.137154, 11.576124, 519.3', from: 'KML 2.3, with height' },
    { text: '11.576124,48.137154 11.576224,48.137254', from: 'KML 2.3, two points' },
  ],
  counterexamples: [
    { text: '25.4312, 13.2201, -12.3456', from: "a robot's lidar" },
    { text: '21.437,45.218,1013.251', from: 'BME280: temperature, humidity, pressure' },
    { text: '0.4573,0.4100', from: 'Philips Hue, colour xy' },
    { text: '21.5, 40.2', from: 'two readings' },
  ],
};
