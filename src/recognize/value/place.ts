// What recognizers of positions share: one spelling for a place, and when two decimals are one.

const MAX_LATITUDE = 90;
export const MAX_LONGITUDE = 180;
/** Four digits are 11 m on the ground: two writings of one home share them. */
const CANONICAL_DIGITS = 4;

export function placeCanonical(latitude: number, longitude: number): string {
  return `geo:${latitude.toFixed(CANONICAL_DIGITS)},${longitude.toFixed(CANONICAL_DIGITS)}`;
}

export function isOnEarth(latitude: number, longitude: number): boolean {
  return Math.abs(latitude) <= MAX_LATITUDE && Math.abs(longitude) <= MAX_LONGITUDE;
}

/** Digits behind the point, without the zeros that fill them up. */
export function fractionDigits(literal: string): number {
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
  return isOnEarth(x, y) || isOnEarth(y, x);
}

/** Degrees with their minutes and seconds; undefined where a minute or second is 60 and more. */
export function sexagesimal(parts: readonly number[]): number | undefined {
  const [degrees = 0, minutes = 0, seconds = 0] = parts;
  return minutes >= 60 || seconds >= 60 ? undefined : degrees + minutes / 60 + seconds / 3600;
}

/** `4807.038` is 48 degrees and 7.038 minutes (NMEA 0183); fewer digits before the point are degrees. */
export function nmeaDegrees(written: string): number {
  const value = Number(written);
  return value < 181 ? value : Math.floor(value / 100) + (value % 100) / 60;
}
