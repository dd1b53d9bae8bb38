// Positions in degrees with their marks or sides: `48°51'29.5"N 2°17'40.2"E`, `48.137154N, 11.576124E`, `5545.07N/03737.10E`.
import type { Finding } from '../../model.js';
import { withFolded } from '../../text/lookalikes.js';
import type { ValueRecognizer } from '../evidence.js';
import { BLANK, DIGIT, DOTS2, MARK, WIDE } from '../prefilter.js';
import { add, eachMatch, VALUE } from './finding.js';
import { fractionDigits, isCoordinatePair, isOnEarth, MAX_LONGITUDE, nmeaDegrees, placeCanonical, sexagesimal } from './place.js';

/** Degrees, minutes, seconds and the side, in letters of English or Russian. */
const DMS_HALF =
  "(\\d{1,3})\\s?(?:°|º|deg)\\s?(?:(\\d{1,2}(?:[.,]\\d{1,10})?)\\s?(?:'|(?=[NSEW])))\\s?(?:(\\d{1,2}(?:[.,]\\d{1,10})?)\\s?(?:\"|''))?\\s?(с\\.?\\s?ш|ю\\.?\\s?ш|в\\.?\\s?д|з\\.?\\s?д|(?:[NSEWO]|С|Ю|В|З)(?![\\p{L}]))";
const DMS = withFolded(new RegExp(`${DMS_HALF}(?:\\.?[\\s,;]{0,3}${DMS_HALF})?`, 'giu'));
/** `55.7512° N, 37.6184° E`. */
const DECIMAL_DEGREES =
  /(?<![\d.])([+-]?\d{1,3}\.\d{3,15})\s?(?:°|º|deg)\s?[NS]?[\s,;/]{0,3}([+-]?\d{1,3}\.\d{3,15})\s?(?:°|º|deg)/gi;
/** Each half with its side before or behind it. */
const SIDED =
  /(?<![\w.])([NS]?)\s?(\d{1,2}(?:[ :]\d{1,2}){0,2}(?:\.\d{1,15})?)\s?([NS]?)[\s,;]{1,3}([EW]?)\s?(\d{1,3}(?:[ :]\d{1,2}){0,2}(?:\.\d{1,15})?)\s?([EW]?)(?!\w)/g;
/** Degrees and minutes together. */
const PACKED = /(?<![\d.])(\d{4}\.\d{2,6})\s?([NS])[/\\,; ]{0,2}(\d{5}\.\d{2,6})\s?([EW])(?!\w{2})/g;

function signed(value: number, side: string): number {
  return /[SWЮЗ]/i.test(side) ? -value : value;
}

/** A place, or one half of it, in degrees, minutes and seconds. */
function visitDms(match: RegExpExecArray, out: Finding[]): void {
  // `turn 90 deg 5 s` has no minutes.
  if (/deg/i.test(match[0]) && !match[0].includes("'")) return;
  const values: string[] = [];
  for (const from of [1, 5]) {
    const side = match[from + 3];
    if (side === undefined) continue;
    const value = sexagesimal(match.slice(from, from + 3).map((part) => Number((part ?? '0').replace(',', '.'))));
    if (value === undefined || value > MAX_LONGITUDE) return;
    values.push(signed(value, side).toFixed(4));
  }
  add(out, 'location_precise', match.index, match.index + match[0].length, `dms:${values.join(',')}`);
}

function visitSided(match: RegExpExecArray, out: Finding[]): void {
  const [whole, north, first, northAfter, east, second, eastAfter] = match as unknown as string[] & { length: 7 };
  if ((north === '') === (northAfter === '') || (east === '') === (eastAfter === '')) return;
  if (![first!, second!].every((half) => /[ :]/.test(half) || fractionDigits(half) >= 3)) return;
  const [y, x] = [first!, second!].map((half) => sexagesimal(half.split(/[ :]/).map(Number)));
  if (y === undefined || x === undefined || !isOnEarth(y, x)) return;
  const canonical = placeCanonical(signed(y, `${north}${northAfter}`), signed(x, `${east}${eastAfter}`));
  const end = match.index + whole!.length;
  add(out, 'location_precise', end - whole!.trimStart().length, end, canonical);
}

function visitPacked(match: RegExpExecArray, out: Finding[]): void {
  const [y, x] = [signed(nmeaDegrees(match[1]!), match[2]!), signed(nmeaDegrees(match[3]!), match[4]!)];
  if (isOnEarth(y, x)) add(out, 'location_precise', match.index, match.index + match[0].length, placeCanonical(y, x));
}

export const degrees: ValueRecognizer = {
  ...VALUE,
  says: { en: 'it is a position in degrees', ru: 'это координаты в градусах' },
  prefilter: {
    minLength: 6,
    all: DIGIT,
    any: BLANK | DOTS2 | MARK | WIDE,
    words: /\d\s?(?:°|º|[dD][eE][gG])[NS\s,;/+-]{0,6}\d|\d\s?[NSns]|[NS]\s?\d/,
  },
  recognize: (text, out) => {
    eachMatch(DMS, text, (match) => visitDms(match, out));
    eachMatch(DECIMAL_DEGREES, text, (match) => {
      if (!isCoordinatePair(match[1]!, match[2]!)) return;
      const [y, x] = [Number(match[1]), Number(match[2])];
      add(out, 'location_precise', match.index, match.index + match[0].length, placeCanonical(y, x));
    });
    eachMatch(SIDED, text, (match) => visitSided(match, out));
    eachMatch(PACKED, text, (match) => visitPacked(match, out));
  },
  examples: [
    { text: `48°51'29.5"N 2°17'40.2"E`, from: 'ISO 6709, annex D' },
    { text: `55°45'4.5" с. ш.`, from: 'ISO 6709, annex D, in Russian' },
    { text: `48 deg 51' 29.50" N, 2 deg 17' 40.20" E`, from: 'exiftool 12' },
    { text: '55.7512° N, 37.6184° E', from: 'ISO 6709, annex D' },
    { text: 'N48.137154 E11.576124', from: 'GPS tracker, SMS' },
    { text: '!5545.07N/03737.10E-', from: 'APRS 1.01' },
  ],
  counterexamples: [
    { text: '21° C', from: 'a temperature' },
    { text: 'wind 270° W at 12 km/h', from: 'a weather station' },
    { text: 'turn 90 deg 5 s', from: 'a command of a motor' },
    { text: 'S 12, E 4', from: 'slots of a panel' },
  ],
};
