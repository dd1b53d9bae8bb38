// Coordinates in texts: decimal pairs, geo: URIs (RFC 5870), ISO 6709, WKT points, degrees-minutes-seconds, Plus Codes.
import type { Finding } from '../../model.js';
import { withFolded } from '../../text/lookalikes.js';
import { BLANK, DIGIT, DIGITS8, DOT, DOTS2, HEX_LETTER, LETTER, PLUS, SLASH, WIDE } from '../prefilter.js';
import { add, eachMatch } from './finding.js';

const PAIR =
  /(?:(?<![\w.+-])|(?<=!3d))([+-]?\d{1,3}\.\d{3,15})(?:\s{0,2}[,;|/_:]\s{0,2}|\s{1,2}|!4d)([+-]?\d{1,3}\.\d{3,15})(?![\w]|\.\d)/g;
/** Decimals with a comma, as half of Europe writes them; only at the precision of a position. */
const COMMA_PAIR = /(?<![\w.,])([+-]?\d{1,3},\d{4,8})\s?[;|/ ]\s?([+-]?\d{1,3},\d{4,8})(?![\d,.])/g;
/** Sentences of NMEA 0183: `4807.038,N,01131.000,E`, and trackers' decimal degrees in the same places. */
const NMEA = /(?<![\d.])(\d{1,5}\.\d{2,8}),\s?([NS]),\s?(\d{1,6}\.\d{2,8}),\s?([EW])(?!\w)/g;
/** Military grid and UTM: a zone, a square or easting, and metres. */
const GRID =
  /(?<!\w)(?:[1-9]|[1-5]\d|60)[C-HJ-NP-X](?:\s?[A-HJ-NP-Z]{2}\s?(?:\d{5}\s?\d{5}|\d{4}\s\d{4})|\s\d{6}(?:\.\d+)?\s\d{7}(?:\.\d+)?)(?!\w)/g;
/** what3words, with its mark. */
const THREE_WORDS = /(?<![:\w/])\/\/\/\p{L}{2,24}\.\p{L}{2,24}\.\p{L}{2,24}(?![\p{L}.])/gu;
/** `широта 55.75`: names of other scripts. */
const NAMED_WIDE =
  /(?<!\p{L})(широт[аa]|долгот[аa]|纬度|经度|緯度|経度|längengrad|laengengrad|breitengrad)["'\s:=：]{1,4}([+-]?\d{1,3}\.\d{2,15})(?!\d|\.\d)/giu;
const GEO_URI = /\bgeo:([+-]?\d{1,3}(?:\.\d{1,15})?),([+-]?\d{1,3}(?:\.\d{1,15})?)/gi;
/** Lines and areas of WKT: all their points. */
const WKT_SHAPE = /\b(?:LINESTRING|POLYGON|MULTIPOINT|MULTILINESTRING|MULTIPOLYGON)\s{0,2}Z?\s{0,2}(\([\d\s.,()+-]{3,4000}\))/gi;
/** `55.7512° N, 37.6184° E` */
const DEGREES = /(?<![\d.])([+-]?\d{1,3}\.\d{3,15})\s?(?:°|º|deg)\s?[NS]?[\s,;/]{0,3}([+-]?\d{1,3}\.\d{3,15})\s?(?:°|º|deg)/gi;
/** Two decimals each: a town's quarter, or two readings; a place where the name says so. */
const COARSE_PAIR = /^[\s([]{0,2}([+-]?\d{1,2}\.\d{2}),\s?([+-]?\d{1,3}\.\d{2})[)\]\s]{0,2}$/;
/** Geohash and Maidenhead locator behind their names; alone they are codes. */
const NAMED_CODE =
  /\b(?:geo-?hash["'\s:=]{1,4}([0-9b-hjkmnp-z]{5,12})|(?:qth(?: locator)?|(?:grid )?locator|maidenhead|grid(?: square)?)["'\s:=]{1,4}([A-R]{2}\d{2}[A-X]{2}(?:\d{2})?))(?!\w)/gi;
const LOCATOR = /^[A-R]{2}\d{2}[A-X]{2}(?:\d{2})?$/i;
/** `5545.07N/03737.10E`: degrees and minutes together, as trackers and APRS write them. */
const PACKED = /(?<![\d.])(\d{4}\.\d{2,6})\s?([NS])[/\\,; ]{0,2}(\d{5}\.\d{2,6})\s?([EW])(?!\w{2})/g;
const WKT = /\bPOINT\s{0,2}Z?\s{0,2}\(\s{0,2}([+-]?\d{1,3}(?:\.\d{1,15})?)\s{1,2}([+-]?\d{1,3}(?:\.\d{1,15})?)/gi;
const ISO6709 =
  /(?<![\w.])([+-]\d{2}(?:\d{2}){0,2}(?:\.\d{1,12})?)([+-]\d{3}(?:\d{2}){0,2}(?:\.\d{1,12})?)(?:[+-]\d{1,6}(?:\.\d{1,6})?)?(?:CRS\w{1,12})?\//g;
const NAMED = /\b(lat(?:itude)?|lon(?:g|gitude)?|lng)["'\s:=]{1,4}([+-]?\d{1,3}\.\d{2,15})(?!\d|\.\d)/gi;
/** Degrees, minutes, seconds and the side, with the marks or letters that stand for them. */
const DMS_HALF =
  "(\\d{1,3})\\s?(?:°|º|deg)\\s?(?:(\\d{1,2}(?:[.,]\\d{1,10})?)\\s?(?:'|(?=[NSEW])))?\\s?(?:(\\d{1,2}(?:[.,]\\d{1,10})?)\\s?(?:\"|''))?\\s?([сc]\\.?\\s?ш|ю\\.?\\s?ш|[вb]\\.?\\s?д|з\\.?\\s?д|[NSEWСЮВЗO](?![\\p{L}]))";
/** `55d45m04s N 37d37m06s E`. */
const DMS_LETTERS =
  /(?<!\w)(\d{1,3})d\s?(\d{1,2})m\s?(\d{1,2}(?:\.\d{1,6})?)s?\s?([NSEW])[\s,;]{0,3}(\d{1,3})d\s?(\d{1,2})m\s?(\d{1,2}(?:\.\d{1,6})?)s?\s?([NSEW])(?!\w)/g;
const DMS = new RegExp(`${DMS_HALF}(?:\\.?[\\s,;]{0,3}${DMS_HALF})?`, 'giu');
/** `N48.137154 E11.576124`, `48.137154N, 11.576124E`, `48 8 13.7 N, 11 34 34 E`: each half with its side before or behind it. */
const SIDED =
  /(?<![\w.])([NS]?)\s?(\d{1,2}(?:[ :]\d{1,2}){0,2}(?:\.\d{1,15})?)\s?([NS]?)[\s,;]{1,3}([EW]?)\s?(\d{1,3}(?:[ :]\d{1,2}){0,2}(?:\.\d{1,15})?)\s?([EW]?)(?!\w)/g;
const PLUS_CODE = /(?<![0-9A-Z])[2-9CFGHJMPQRVWX]{8}\+[2-9CFGHJMPQRVWX]{2,3}(?![0-9A-Z])/g;

const MAX_LATITUDE = 90;
const MAX_LONGITUDE = 180;
/** Four digits are 11 m on the ground: two writings of one home share them. */
const CANONICAL_DIGITS = 4;

function canonical(latitude: number, longitude: number): string {
  return `geo:${latitude.toFixed(CANONICAL_DIGITS)},${longitude.toFixed(CANONICAL_DIGITS)}`;
}

function inRange(latitude: number, longitude: number): boolean {
  return Math.abs(latitude) <= MAX_LATITUDE && Math.abs(longitude) <= MAX_LONGITUDE;
}

function fractionDigits(literal: string): number {
  const dot = literal.indexOf('.');
  if (dot < 0) return 0;
  let end = literal.trimEnd().length;
  while (literal[end - 1] === '0') end -= 1;
  return end - dot - 1;
}

/**
 * Are two decimals a place? Both with three and more fraction digits (one with four: a metre's precision, which a reading
 * seldom has), in range in either order (GeoJSON puts longitude first), and not both within ±1, where colours and ratios live.
 */
export function isCoordinatePair(a: string, b: string): boolean {
  if (!/^[+-]?\d{1,3}\.\d{3,}$/.test(a) || !/^[+-]?\d{1,3}\.\d{3,}$/.test(b)) return false;
  if (Math.max(fractionDigits(a), fractionDigits(b)) < 4 && Math.min(fractionDigits(a), fractionDigits(b)) < 3) return false;
  const [x, y] = [Number(a), Number(b)];
  if (Math.abs(x) <= 1 && Math.abs(y) <= 1) return false;
  return inRange(x, y) || inRange(y, x);
}

function visitPair(match: RegExpExecArray, out: Finding[]): void {
  const whole = match[0];
  const [first, second] = [match[1]!.replace(',', '.'), match[2]!.replace(',', '.')];
  if (!isCoordinatePair(first, second)) return;
  const [x, y] = [Number(first), Number(second)];
  const spelled = inRange(x, y) ? canonical(x, y) : canonical(y, x);
  add(out, 'location_precise', match.index, match.index + whole.length, spelled);
}

function visitKnown(match: RegExpExecArray, out: Finding[], order: 'lat-lon' | 'lon-lat'): void {
  const [x, y] = [Number(match[1]), Number(match[2])];
  const [latitude, longitude] = order === 'lat-lon' ? [x, y] : [y, x];
  if (!inRange(latitude, longitude)) return;
  const start = match.index + match[0].indexOf(match[1]!);
  // The span ends with the second number: what follows (altitude, `/`) is syntax, or goes with the pair's action.
  add(out, 'location_precise', start, match.index + match[0].length, canonical(latitude, longitude));
}

/** Signed degrees; a minute or second of 60 and more is none. */
function degrees(parts: readonly (string | undefined)[], hemisphere: string): number | undefined {
  const [whole, minutes, seconds] = parts.map((part) => Number((part ?? '0').replace(',', '.'))) as [number, number, number];
  if (minutes >= 60 || seconds >= 60) return undefined;
  const value = whole + minutes / 60 + seconds / 3600;
  return /^[SWЮЗ]/i.test(hemisphere) ? -value : value;
}

/** One place in degrees, minutes and seconds, or one of its halves. */
export interface DmsPlace {
  readonly start: number;
  readonly end: number;
  readonly values: readonly { readonly degrees: number; readonly hemisphere: string }[];
}

/** Every `55°45'4.5"N` of a text, together with a second half that follows it. */
export function findDms(text: string): readonly DmsPlace[] {
  const places: DmsPlace[] = [];
  const visit = (match: RegExpExecArray): void => {
    const values: { degrees: number; hemisphere: string }[] = [];
    for (const from of [1, 5]) {
      const hemisphere = match[from + 3];
      if (hemisphere === undefined) continue;
      const value = degrees(match.slice(from, from + 3), hemisphere);
      if (value !== undefined && Math.abs(value) <= MAX_LONGITUDE) values.push({ degrees: value, hemisphere });
    }
    // `21° C` and `90° W` alone are a temperature and a heading: minutes must be given.
    const precise = match[2] !== undefined && /[°º'dm]/.test(match[0]) && !/deg[^'°º]*$/i.test(match[0]);
    if (precise && values.length > 0) places.push({ start: match.index, end: match.index + match[0].length, values });
  };
  eachMatch(DMS, text, visit);
  if (/\dm/.test(text)) eachMatch(DMS_LETTERS, text, visit);
  return places;
}

function saysDegrees(text: string): boolean {
  return text.includes('°') || text.includes('º') || text.includes('deg') || text.includes('DEG');
}

export function findPlaces(text: string, out: Finding[], traits: number): void {
  if ((traits & SLASH) !== 0 && text.includes('///')) {
    eachMatch(THREE_WORDS, text, (match) => {
      add(out, 'location_precise', match.index, match.index + match[0].length, `words:${match[0].toLowerCase()}`);
    });
  }
  if ((traits & DIGIT) === 0) return;
  // Those that say their order come first: of two findings of one span the first stays.
  if (text.includes('geo:')) eachMatch(GEO_URI, text, (match) => visitKnown(match, out, 'lat-lon'));
  if ((traits & DOT) !== 0) {
    const coarse = text.length <= 20 ? COARSE_PAIR.exec(text) : null;
    if (coarse !== null && inRange(Number(coarse[1]), Number(coarse[2])))
      add(out, 'location_precise', 0, text.length, canonical(Number(coarse[1]), Number(coarse[2])), 'weak');
    if (saysDegrees(text)) eachMatch(DEGREES, text, (match) => visitPair(match, out));
  }
  if (text.length <= 8 && LOCATOR.test(text)) add(out, 'location_precise', 0, text.length, `locator:${text}`, 'weak');
  else if ((traits & LETTER) !== 0 && /geo-?hash|qth|locator|grid|maidenhead/i.test(text))
    eachMatch(NAMED_CODE, text, (match) => visitCode(match, out));
  if (text.includes('LINESTRING') || text.includes('POLYGON') || text.includes('MULTIPOINT'))
    eachMatch(WKT_SHAPE, text, (match) => {
      const start = match.index + match[0].indexOf('(');
      add(out, 'location_precise', start, match.index + match[0].length, `wkt:${match[1]}`);
    });
  if (text.includes('POINT')) eachMatch(WKT, text, (match) => visitKnown(match, out, 'lon-lat'));
  if ((traits & DOTS2) !== 0) eachMatch(PAIR, text, (match) => visitPair(match, out));
  if ((traits & DIGITS8) !== 0) {
    if (/[NS]/.test(text) && /[EW]/.test(text)) {
      eachMatch(SIDED, text, (match) => visitSided(match, out));
      eachMatch(PACKED, text, (match) => visitNmea(match, out));
      if ((traits & DOTS2) !== 0 && text.includes(',')) eachMatch(NMEA, text, (match) => visitNmea(match, out));
    }
    if (text.includes(',')) eachMatch(COMMA_PAIR, text, (match) => visitPair(match, out));
    if ((traits & (LETTER | HEX_LETTER)) !== 0) eachMatch(GRID, text, (match) => visitGrid(match, out));
  }
  if ((traits & PLUS) !== 0) {
    eachMatch(ISO6709, text, (match) => visitIso(match, out));
    eachMatch(PLUS_CODE, text, (match) => {
      add(out, 'location_precise', match.index, match.index + match[0].length, `pluscode:${match[0]}`);
    });
  } else if (text.endsWith('/')) {
    eachMatch(ISO6709, text, (match) => visitIso(match, out));
  }
  if ((traits & BLANK) !== 0 && (traits & (LETTER | WIDE)) !== 0) visitStreets(text, out);
  if ((traits & BLANK) !== 0 && (traits & LETTER) !== 0 && text.includes(',')) visitStreet(text, out);
  if ((traits & DOT) !== 0 && (traits & LETTER) !== 0 && /l(?:at|on|ng)/i.test(text)) visitNamed(text, out);
  if ((traits & WIDE) !== 0) eachMatch(NAMED_WIDE, text, (match) => visitDegrees(match, out));
  if (saysDegrees(text) || ((traits & DIGITS8) !== 0 && /\dd\s?\d{1,2}m/.test(text))) {
    for (const place of findDms(text)) {
      add(
        out,
        'location_precise',
        place.start,
        place.end,
        `dms:${place.values.map((half) => half.degrees.toFixed(4)).join(',')}`,
      );
    }
  }
}

/** A street with a number and a place after a comma, either order: counts where the name speaks of an address. */
const STREET =
  /^(?:\p{Nd}{1,5}\p{L}? \p{L}[\p{L}.' -]{2,60}|\p{L}[\p{L}.' -]{2,60},? \p{Nd}{1,5}\p{L}?)(?:, ?[\p{L}\p{Nd}.' -]{2,60}){1,5}$/u;

/** Streets with their word and a number, in a text of any kind. */
const STREETS = [
  withFolded(
    /(?<!\p{L})(?:ул(?:ица)?|пр(?:осп(?:ект)?|-т)|пер(?:еулок)?|ш(?:оссе)?|наб(?:ережная)?|б(?:ульвар|-р)|мкр|проезд|площадь|пл)\.? ?\p{Lu}[\p{L}\p{N}.\- ]{1,40},? (?:д(?:ом)?\.? ?)?\p{Nd}{1,4}\p{L}?(?:,? ?(?:к(?:орп(?:ус)?)?|стр|кв(?:артира)?|оф)\.? ?\p{Nd}{1,4})*/gu,
  ),
  /(?<![\p{L}\p{N}])\p{Nd}{1,5}\p{L}? (?:\p{Lu}[\p{L}'.-]{1,24} ){1,3}(?:Street|St|Road|Rd|Avenue|Ave|Lane|Ln|Drive|Dr|Boulevard|Blvd|Court|Ct|Square|Terrace|Crescent|Close|Gardens|Highway|Hwy)\b\.?(?:,? (?:Apt|Unit|Flat|Suite|#)\.? ?\p{L}?\p{Nd}{1,5}\p{L}?)?(?:, ?[\p{Lu}][\p{L} .'-]{1,30}){0,2}(?: [A-Z]{1,2}\d[\dA-Z]? \d[A-Z]{2}| [A-Z]{2} \d{5}| \d{5})?/gu,
  /(?<!\p{L})\p{Lu}\p{Ll}{2,24}(?:straße|strasse|str\.|weg|platz|gasse|allee|damm) \p{Nd}{1,4}\p{L}?(?:, ?\p{Nd}{5} \p{Lu}\p{L}{1,30})?/gu,
  /(?<![\p{L}\p{N}])\p{Nd}{1,4}(?: ?(?:bis|ter))?,? (?:rue|avenue|boulevard|place|chemin|allée|impasse|quai) (?:de |du |des |de la |d'|l')?\p{Lu}[\p{L}' -]{1,40}/gu,
  /(?<!\p{L})(?:Calle|Avenida|Plaza|Paseo|Via|Viale|Piazza|Corso|Rua) (?:de |del |de la |di |da )?\p{Lu}[\p{L}' .-]{1,40},? \p{Nd}{1,4}\p{L}?(?!\p{Nd})/gu,
] as const;
const STREET_WORD =
  /\b(?:St(?:reet)?|R(?:oa)?d|Ave(?:nue)?|L(?:ane|n)|Dr(?:ive)?|B(?:oule)?va?r?d|C(?:our)?t|Square|Terrace|Crescent|Close|Gardens|H(?:ighway|wy)|rue|avenue|boulevard|place|chemin|allée|impasse|quai|Calle|Avenida|Plaza|Paseo|Via|Viale|Piazza|Corso|Rua)\b|(?:str(?:aße|asse|\.)|weg|platz|gasse|allee|damm) \d|[\u0400-\u04ff]/;
/** Longest text searched for streets. */
const STREET_TEXT_MAX = 4096;

function visitStreets(text: string, out: Finding[]): void {
  if (text.length > STREET_TEXT_MAX || !/[^\x00-\x7f]|\d\w?,? [A-Za-z]|[a-z.] \d/.test(text) || !STREET_WORD.test(text)) return;
  for (const pattern of STREETS)
    eachMatch(pattern, text, (match) => {
      const said = match[0].trimEnd();
      add(out, 'location_precise', match.index, match.index + said.length, `text:${said}`);
    });
}

function visitStreet(text: string, out: Finding[]): void {
  if (text.length > 200 || !STREET.test(text)) return;
  out.push({ category: 'location_precise', start: 0, end: text.length, canonical: `text:${text}`, strength: 'weak' });
}

function visitSided(match: RegExpExecArray, out: Finding[]): void {
  const [whole, north, first, northAfter, east, second, eastAfter] = match as unknown as [
    string,
    string,
    string,
    string,
    string,
    string,
    string,
  ];
  if ((north === '') === (northAfter === '') || (east === '') === (eastAfter === '')) return;
  const values = [first, second].map((half) => half.split(/[ :]/).map(Number));
  const precise = [first, second].every((half) => /[ :]/.test(half) || fractionDigits(half) >= 3);
  if (!precise || values.some((parts) => parts.slice(1).some((part) => part >= 60))) return;
  const [y, x] = values.map(([d = 0, m = 0, s = 0]) => d + m / 60 + s / 3600) as [number, number];
  if (!inRange(y, x)) return;
  const spelled = canonical(/S/.test(north + northAfter) ? -y : y, /W/.test(east + eastAfter) ? -x : x);
  add(out, 'location_precise', match.index + whole.length - whole.trimStart().length, match.index + whole.length, spelled);
}

function visitNamed(text: string, out: Finding[]): void {
  eachMatch(NAMED, text, (match) => visitDegrees(match, out));
}

function visitDegrees(match: RegExpExecArray, out: Finding[]): void {
  const end = match.index + match[0].length;
  add(out, 'location_precise', end - match[2]!.length, end, `deg:${Number(match[2]).toFixed(CANONICAL_DIGITS)}`);
}

function visitNmea(match: RegExpExecArray, out: Finding[]): void {
  const [whole, first, north, second, east] = match as unknown as [string, string, string, string, string];
  const y = nmeaDegrees(first) * (north === 'S' ? -1 : 1);
  const x = nmeaDegrees(second) * (east === 'W' ? -1 : 1);
  if (inRange(y, x)) add(out, 'location_precise', match.index, match.index + whole.length, canonical(y, x));
}

/** `4807.038` is 48 degrees and 7.038 minutes (NMEA 0183); fewer digits before the point are degrees. */
function nmeaDegrees(written: string): number {
  const value = Number(written);
  return value < 181 ? value : Math.floor(value / 100) + (value % 100) / 60;
}

function visitCode(match: RegExpExecArray, out: Finding[]): void {
  const code = (match[1] ?? match[2])!;
  const end = match.index + match[0].length;
  add(out, 'location_precise', end - code.length, end, `code:${code}`);
}

/** Degrees of ISO 6709: DD, DDMM or DDMMSS (three digits of degrees for the longitude), the last with decimals. */
function packedDegrees(written: string, digits: 2 | 3): number {
  const whole = written.replace(/\..*$/s, '').length - 1;
  const value = Number(written.slice(1));
  const sign = written.startsWith('-') ? -1 : 1;
  if (whole <= digits) return sign * value;
  const unit = whole === digits + 2 ? 100 : 10_000;
  const rest = value % unit;
  const minutes = unit === 100 ? rest : Math.floor(rest / 100) + (rest % 100) / 60;
  return minutes >= 60 ? Number.NaN : sign * (Math.floor(value / unit) + minutes / 60);
}

function visitIso(match: RegExpExecArray, out: Finding[]): void {
  const [latitude, longitude] = [packedDegrees(match[1]!, 2), packedDegrees(match[2]!, 3)];
  if (inRange(latitude, longitude))
    add(out, 'location_precise', match.index, match.index + match[0].length, canonical(latitude, longitude));
}

function visitGrid(match: RegExpExecArray, out: Finding[]): void {
  const spaced = /\s/.test(match[0]);
  const canonical = `grid:${match[0].replace(/\s/g, '')}`;
  add(out, 'location_precise', match.index, match.index + match[0].length, canonical, spaced ? 'certain' : 'weak');
}
