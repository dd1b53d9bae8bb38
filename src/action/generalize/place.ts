// Coordinates to 0.1° (about 11 km, a city) in the form they came.

const MAX_DEGREES = 180;
/** The finest scale of integer degrees in use is 10^-7 (Android, protobuf `latitudeE7`), the coarsest 10^-5 (polylines). */
const MAX_SCALED = MAX_DEGREES * 1e7;
/**
 * 0.1° in 10^-7. A scaled integer does not say its scale (-1278000 is -0.1278° or -1.278°), so the finest one's step holds for
 * all: none comes out finer than 0.1°, and those of a coarser scale come out coarser still.
 */
const SCALED_STEP = 1e6;
const NUMBER = /[+-]?\d{1,3}(?:\.\d{1,15})?(?![\d.])/g;
/** `lat, lon` in any of its wrappings, and nothing else. */
const PAIR =
  /^[([{<\s]{0,3}(?:geo:|POINT\s{0,2}Z?\s{0,2}\(\s{0,2})?[+-]?\d{1,3}(?:\.\d{1,15})?(?:\s{0,2}[,;|/]\s{0,2}|\s{1,2}|(?=[+-]))[+-]?\d{1,3}(?:\.\d{1,15})?[;,)\]}>\s/+\d.=u-]{0,40}$/i;

/**
 * A number literal: decimal degrees to one fraction digit; integers scaled by a power of ten to multiples of
 * 10^6. Undefined out of range.
 */
export function coarseNumber(literal: string): string | undefined {
  const value = Number(literal);
  if (!Number.isFinite(value)) return undefined;
  if (Math.abs(value) <= MAX_DEGREES) return /^[+-]?\d+$/.test(literal) ? literal : roundDecimal(value);
  if (!/^[+-]?\d+$/.test(literal)) return undefined;
  if (Math.abs(value) > MAX_SCALED) return undefined;
  return withoutMinusZero(String(Math.round(value / SCALED_STEP) * SCALED_STEP));
}

function roundDecimal(value: number): string {
  return withoutMinusZero(value.toFixed(1));
}

function withoutMinusZero(literal: string): string {
  return /^-0(?:\.0)?$/.test(literal) ? literal.slice(1) : literal;
}

/** A text: a decimal, a pair in any notation, degrees-minutes-seconds (as decimal degrees), a Plus Code. Undefined for words. */
export function coarsePlace(text: string, canonical: string): string | undefined {
  if (/^[+-]?\d{1,10}(?:\.\d{1,18})?$/.test(text)) return coarseNumber(text);
  if (/^[2-9CFGHJMPQRVWX]{8}\+/i.test(text)) return `${text.slice(0, 4)}0000+`; // padded: 1° (Open Location Code 7)
  if (text.includes('°')) return coarseDms(text, canonical);
  return PAIR.test(text) ? coarsePair(text) : undefined;
}

function coarsePair(text: string): string | undefined {
  let seen = 0;
  let bad = false;
  const coarse = text.replace(NUMBER, (literal) => {
    seen++;
    if (seen > 2) return '0'; // altitude, accuracy
    const rounded = coarseNumber(literal);
    if (rounded === undefined) bad = true;
    // ISO 6709 counts on the width of the whole degrees and on the sign.
    const sign = literal.startsWith('+') ? '+' : literal.startsWith('-') ? '-' : '';
    const width = /\d+/.exec(literal)![0].length;
    const [whole, fraction] = (rounded ?? '0').replace(/^[+-]/, '').split('.') as [string, string | undefined];
    return sign + whole.padStart(width, '0') + (fraction === undefined ? '' : `.${fraction}`);
  });
  return bad || seen < 2 ? undefined : coarse;
}

/** The degrees stand in the canonical spelling (`dms:48.8582,2.2945`), the hemispheres in the text. */
function coarseDms(text: string, canonical: string): string | undefined {
  if (!canonical.startsWith('dms:')) return undefined;
  const degrees = canonical.slice(4).split(',').map(Number);
  const hemispheres = text.match(/[NSEWСЮВЗ]/gi) ?? [];
  if (hemispheres.length !== degrees.length || !degrees.every(Number.isFinite)) return undefined;
  return degrees.map((value, at) => `${Math.abs(value).toFixed(1)}°${hemispheres[at]}`).join(' ');
}
