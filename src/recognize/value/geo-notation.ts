// Positions in notations of their own: geo: URIs (RFC 5870), ISO 6709, points and lines of WKT, sentences of NMEA 0183, and `lat=… lon=…`.
import type { Finding } from '../../model.js';
import type { ValueRecognizer } from '../evidence.js';
import { BLANK, COLON, DIGIT, MARK, SLASH } from '../prefilter.js';
import { add, addMatches, eachMatch, VALUE } from './finding.js';
import { fractionDigits, isOnEarth, MAX_LONGITUDE, nmeaDegrees, placeCanonical, sexagesimal } from './place.js';

const GEO_URI = /\bgeo:([+-]?\d{1,3}(?:\.\d{1,15})?),([+-]?\d{1,3}(?:\.\d{1,15})?)/gi;
const POINT = /\bPOINT\s{0,2}Z?\s{0,2}\(\s{0,2}([+-]?\d{1,3}(?:\.\d{1,15})?)\s{1,2}([+-]?\d{1,3}(?:\.\d{1,15})?)/gi;
/** Lines and areas: all their points. */
const SHAPE = /\b(?:LINESTRING|POLYGON|MULTIPOINT|MULTILINESTRING|MULTIPOLYGON)\s{0,2}Z?\s{0,2}(\([\d\s.,()+-]{3,4000}\))/gi;
const ISO6709 =
  /(?<![\w.])([+-]\d{2}(?:\d{2}){0,2}(?:\.\d{1,12})?)([+-]\d{3}(?:\d{2}){0,2}(?:\.\d{1,12})?)(?:[+-]\d{1,6}(?:\.\d{1,6})?)?(?:CRS\w{1,12})?\//g;
/** `4807.038,N,01131.000,E`, and trackers' decimal degrees in the same places. */
const NMEA = /(?<![\d.])(\d{1,5}\.\d{2,8}),\s?([NS]),\s?(\d{1,6}\.\d{2,8}),\s?([EW])(?!\w)/g;
/** `lat` is short for latency as well: then a unit stands behind the number. */
const NAMED = /\b(?:lat(?:itude)?|lon(?:g|gitude)?|lng)["'\s:=]{1,4}([+-]?\d{1,3}\.\d{2,15})(?!\d|\.\d|\s?m?s\b)/gi;
/** Digits with which one of the two stands on its own: ten metres. */
const SURE_DIGITS = 4;

function addPlace(match: RegExpExecArray, out: Finding[], latitude: number, longitude: number): void {
  if (!isOnEarth(latitude, longitude)) return;
  const start = match.index + match[0].indexOf(match[1]!);
  add(out, 'location_precise', start, match.index + match[0].length, placeCanonical(latitude, longitude));
}

/** Degrees of ISO 6709: DD, DDMM or DDMMSS (three digits of degrees for the longitude), the last with decimals. */
function packedDegrees(written: string, digits: 2 | 3): number {
  const whole = written.replace(/\..*$/s, '').length - 1;
  const value = Number(written.slice(1));
  const sign = written.startsWith('-') ? -1 : 1;
  if (whole <= digits) return sign * value;
  const unit = whole === digits + 2 ? 100 : 10_000;
  const rest = value % unit;
  const minutes = unit === 100 ? [rest, 0] : [Math.floor(rest / 100), rest % 100];
  return sign * (sexagesimal([Math.floor(value / unit), ...minutes]) ?? Number.NaN);
}

/** Latitude and longitude behind their names: both, or one with the digits of a position. */
function findNamed(text: string, out: Finding[]): void {
  const found: [number, string, boolean][] = [];
  eachMatch(NAMED, text, (match) => {
    if (Math.abs(Number(match[1])) > MAX_LONGITUDE) return;
    found.push([match.index + match[0].length, match[1]!, /^la/i.test(match[0])]);
  });
  const both = new Set(found.map(([, , latitude]) => latitude)).size === 2;
  for (const [end, written] of found)
    if (both || fractionDigits(written) >= SURE_DIGITS)
      add(out, 'location_precise', end - written.length, end, `deg:${Number(written).toFixed(SURE_DIGITS)}`);
}

export const geoNotation: ValueRecognizer = {
  ...VALUE,
  says: { en: 'a position stands in it in a notation of positions', ru: 'в нём записаны координаты' },
  prefilter: {
    minLength: 7,
    all: DIGIT,
    any: BLANK | COLON | MARK | SLASH,
    words: /geo:|POINT|LINESTRING|POLYGON|l(?:at|on|ng)|[+-]\d{2,6}(?:\.\d{1,12})?[+-]\d{3}|\d,\s?[NS],/i,
  },
  recognize: (text, out) => {
    eachMatch(GEO_URI, text, (match) => addPlace(match, out, Number(match[1]), Number(match[2])));
    eachMatch(POINT, text, (match) => addPlace(match, out, Number(match[2]), Number(match[1])));
    addMatches(SHAPE, text, out, 'location_precise', 'wkt');
    eachMatch(ISO6709, text, (match) => addPlace(match, out, packedDegrees(match[1]!, 2), packedDegrees(match[2]!, 3)));
    eachMatch(NMEA, text, (match) => {
      const [latitude, longitude] = [nmeaDegrees(match[1]!), nmeaDegrees(match[3]!)];
      addPlace(match, out, match[2] === 'S' ? -latitude : latitude, match[4] === 'W' ? -longitude : longitude);
    });
    findNamed(text, out);
  },
  examples: [
    { text: 'geo:48.775846,9.182932;u=35', from: 'RFC 5870' },
    { text: '+48.8582+002.2945/', from: 'ISO 6709' },
    { text: 'POINT(2.2945 48.8582)', from: 'OGC 06-103r4' },
    { text: 'POLYGON((11.57 48.13,11.58 48.13,11.58 48.14,11.57 48.13))', from: 'OGC 06-103r4' },
    { text: '$GPGGA,123519,4807.038,N,01131.000,E,1,08,0.9,545.4,M,46.9,M,,*47', from: 'NMEA 0183' },
    { text: '/?id=7&lat=48.8582&lon=2.2945', from: 'OsmAnd 4, online tracking' },
  ],
  counterexamples: [
    { text: 'lat 2.35/Rd', from: 'latency of a read' },
    { text: 'ping ok, lat=12.34 ms', from: 'a log' },
    { text: '+55.751244', from: 'a signed reading' },
    { text: '2024-11-07+01:00', from: 'XML Schema 1.1, date' },
  ],
};
