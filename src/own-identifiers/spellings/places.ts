// A place on Earth in the ways that devices and maps write it.

/** Letters of Niemeyer's geohash, and of an Open Location Code (Plus Code). */
const GEOHASH = '0123456789bcdefghjkmnpqrstuvwxyz';
const PLUS = '23456789CFGHJMPQRVWX';
/** A geohash this long is a cell of 150 m. */
const GEOHASH_LETTERS = 7;
/** Digits of a Plus Code before its `+`: a cell of 275 m. */
const PLUS_DIGITS = 8;
/** Tiles of maps from streets (1,200 m at the equator) to houses. */
const ZOOM_MIN = 15;
const ZOOM_MAX = 20;
/** Decimals of an angle in radians that tell 60 m. */
const RADIAN_DECIMALS = 5;

/** Codes that stand for the cell in which a place lies; `bounded`: letters or digits beside it make it another one. */
export function cellsOf(latitude: number, longitude: number): { readonly text: string; readonly bounded: boolean }[] {
  const plus = plusCode(latitude, longitude);
  const cells = [
    { text: geohash(latitude, longitude), bounded: false },
    { text: plus, bounded: false },
    { text: plus.replace('+', '%2b'), bounded: false },
    { text: maidenhead(latitude, longitude), bounded: true },
  ];
  for (let zoom = ZOOM_MIN; zoom <= ZOOM_MAX; zoom += 1) cells.push({ text: tile(latitude, longitude, zoom), bounded: true });
  return cells;
}

/** One coordinate in degrees, minutes and seconds, as NMEA writes it (`4808.229`), and in radians. The last digit may be followed by more. */
export function anglesOf(degrees: number): string[] {
  const size = Math.abs(degrees);
  const whole = Math.floor(size);
  const minutes = (size - whole) * 60;
  const seconds = (minutes % 1) * 60;
  const two = (value: number): string => String(Math.floor(value)).padStart(2, '0');
  const cut = (value: number, decimals: number): string =>
    (Math.floor(value * 10 ** decimals) / 10 ** decimals).toFixed(decimals);
  const out: string[] = [];
  for (const mark of ['°', '%c2%b0', '&deg;', '\\u00b0', '° ', 'd']) {
    for (const [m, s] of [
      [String(Math.floor(minutes)), String(Math.floor(seconds))],
      [two(minutes), two(seconds)],
    ] as const) {
      for (const prime of ["'", '’', '′', "' ", 'm']) out.push(`${whole}${mark}${m}${prime}${s}`);
    }
    out.push(`${whole}${mark}${cut(minutes, 2)}`);
  }
  out.push(`${whole}${two(minutes)}.${cut(minutes % 1, 3).slice(2)}`);
  const radians = (size * Math.PI) / 180;
  if (radians >= 0.1) out.push(cut(radians, RADIAN_DECIMALS));
  return [...new Set(out)];
}

/** Bits of longitude and latitude in turn, five to a letter. */
function geohash(latitude: number, longitude: number): string {
  const low = [-180, -90];
  const high = [180, 90];
  let out = '';
  for (let bit = 0, value = 0; out.length < GEOHASH_LETTERS; bit += 1) {
    const axis = bit % 2;
    const middle = (low[axis]! + high[axis]!) / 2;
    const upper = (axis === 0 ? longitude : latitude) >= middle;
    (upper ? low : high)[axis] = middle;
    value = value * 2 + (upper ? 1 : 0);
    if (bit % 5 === 4) {
      out += GEOHASH[value];
      value = 0;
    }
  }
  return out;
}

/** Digits of latitude and longitude in turn, to the base of 20 (Open Location Code specification). */
function plusCode(latitude: number, longitude: number): string {
  let north = Math.min(Math.max(latitude + 90, 0), 179.999_999);
  let east = (longitude + 540) % 360;
  let out = '';
  for (let step = 20; out.length < PLUS_DIGITS; step /= 20) {
    out += PLUS[Math.floor(north / step)]! + PLUS[Math.floor(east / step)]!;
    north %= step;
    east %= step;
  }
  return `${out}+`;
}

/** Four pairs of the Maidenhead locator: 460 by 900 m. */
function maidenhead(latitude: number, longitude: number): string {
  let north = Math.min(Math.max(latitude + 90, 0), 179.999_999);
  let east = (longitude + 540) % 360;
  let out = '';
  for (const [parts, step, first] of [
    [18, 10, 'A'],
    [10, 1, '0'],
    [24, 1 / 24, 'a'],
    [10, 1 / 240, '0'],
  ] as const) {
    const digit = (value: number): string => String.fromCharCode(first.charCodeAt(0) + Math.min(Math.floor(value), parts - 1));
    out += digit(east / (2 * step)) + digit(north / step);
    east %= 2 * step;
    north %= step;
  }
  return out;
}

/** `zoom/x/y` of Web Mercator. */
function tile(latitude: number, longitude: number, zoom: number): string {
  const size = 2 ** zoom;
  const angle = (latitude * Math.PI) / 180;
  const x = Math.floor(((longitude + 180) / 360) * size);
  const y = Math.floor(((1 - Math.log(Math.tan(angle) + 1 / Math.cos(angle)) / Math.PI) / 2) * size);
  return `${zoom}/${x}/${y}`;
}
