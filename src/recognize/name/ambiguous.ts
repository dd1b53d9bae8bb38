// Values that bear out a doubtful name (patterns with `?`): `address` is a street's where a street stands there, and a bus's otherwise.
import type { CategoryId } from '../../model.js';
import { numberAs } from '../value/integer-id.js';
import { macFromBytes } from '../value/mac.js';
import { plausible } from '../value/plausible.js';

/** A number beside words, or several words with a comma: what people write on envelopes. */
const STREET =
  /^(?=[^\n]{0,120}\p{L}{3})(?:(?=\P{Nd}*\p{Nd})(?=[^\n]*[\s,])|(?=[^,\n]{3,},\s)(?=[^\n]*\s\p{L}|\p{L}{3,}, \p{Lu}))[\p{L}\p{Nd}\s.,'’"«»/()°№#&-]{5,200}$/u;
/** What else has letters, digits and blanks: quantities, versions, ordinals of rooms and registers. */
const NO_STREET =
  /^(?:[+-]?\p{Nd}+(?:[.,]\p{Nd}+)?\s?\p{L}{1,4}|v?\p{Nd}+(?:\.\p{Nd}+)+.*|(?:0x)?[\p{Nd}a-f.:\s-]+|\P{L}*|(?:input|output|channel|ch|port|slot|relay|node|unit|zone|group|register|coil|bus|line|device|slave|page|bank)\s?\p{Nd}+)$/iu;
/** dBm of what a radio hears, as a number or with its unit. */
const DBM = /^[-−–](?:[2-9]\d|1[0-3]\d)(?:[.,]\d{1,2})?(?:\s?dBm?)?$/i;
/** Names in the home's own network: under no public domain (RFC 6762, RFC 8375, and what routers use). */
const HOME_HOST =
  /^(?:[a-z]+:\/\/)?[\p{L}\p{Nd}](?:[\p{L}\p{Nd}_.-]{0,80}[\p{L}\p{Nd}])?\.(?:local|lan|home|localdomain|fritz\.box|home\.arpa|internal|intranet|box|speedport\.ip)\.?(?::\d{1,5})?(?:\/\S{0,80})?$/iu;
/** Written by people: a capital and small letters, or a script without capitals, or words with blanks; no enumeration, no number. */
const WRITTEN =
  /^(?=\P{L}*\p{L})(?:\p{Lu}[\p{Ll}\p{M}]+\P{Lu}*(?:\s.*)?|.*[\p{Lo}].*|.*\p{L}['’]?\s.*|.*[^\x00-\x7f]\p{L}.*|.*\p{L}[^\x00-\x7f].*)$/u;
const WRITTEN_MAX = 64;
/** Words that a program writes with a capital. */
const PROGRAMS =
  /^(?:true|false|none|null|unknown|default|auto(?:matic)?|manual|on|off|enabled?|disabled?|yes|no|not set|n\/a|home|away|inside|outside|indoor|outdoor|local|remote|cloud|center|left|right|top|bottom|front|back|living ?room|other)$/i;

/** Codes of places where their name says so: Maidenhead locators (IARU, six letters at least: 5 km), geohashes (six: 600 m). */
const PLACE_CODE = /^(?:[A-R]{2}\d{2}[A-X]{2}(?:\d{2}(?:[A-X]{2})?)?|(?=\D*\d)(?=[^a-z]*[a-z])[0-9b-hjkmnp-z]{6,12})$/i;

/** Six bytes in decimal, between the same marks. */
const SIX_BYTES = /^\d{1,3}([,:;.| -] ?)\d{1,3}(?:\1\d{1,3}){4}$/;

function isSixBytes(value: string): boolean {
  if (!SIX_BYTES.test(value)) return false;
  const bytes = value.split(/\D+/).map(Number);
  return macFromBytes(bytes) !== undefined && bytes.some((byte) => byte > 99); // six small numbers are a version or a list
}

/** How a connection is, and not to what. */
const QUALITY =
  /^(?:good|bad|weak|strong|fair|poor|excellent|stable|unstable|online|offline|active|inactive|(?:dis)?connected|connecting|idle|wi-?fi|wlan|ethernet|cellular|mobile|2\.4 ?ghz|5 ?ghz)$/i;

/** Identifiers of a network in a controller's database; what joins one is a text. */
const KEY = /^(?:[0-9a-f]{24}|[0-9a-f]{32}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|\d+|(.)\1*)$/i;

/** Digits of 48 bits of which the first ten say something. */
const MAC_DIGITS = 12;

/** Words of names under which such a code is one: an `address` of six letters and digits is a bus's. */
const CODED = new Set('locator grid square gh qth'.split(' '));

function isPlaceCode(value: string, words: readonly string[]): boolean {
  return PLACE_CODE.test(value) && words.some((word) => CODED.has(word));
}

/** Does the value say what its doubtful name may mean? Other categories have no doubtful names: `false`. */
export function confirmsAmbiguousName(
  category: CategoryId,
  text: string,
  kind: 'string' | 'number',
  words: readonly string[] = [],
): boolean {
  const value = text.trim();
  switch (category) {
    case 'wifi_ssid':
      return kind === 'string' && value !== '' && !KEY.test(value) && !QUALITY.test(value) && plausible(category, value, kind);
    case 'location_precise':
      return kind === 'string' && (isPlaceCode(value, words) || (STREET.test(value) && !NO_STREET.test(value)));
    case 'device_mac':
      return kind === 'number' ? value.length >= MAC_DIGITS && numberAs(value, 'device_mac') !== undefined : isSixBytes(value);
    case 'signal_strength':
      return DBM.test(value);
    case 'hostname':
      return kind === 'string' && HOME_HOST.test(value);
    case 'device_name':
      return kind === 'string' && value.length <= WRITTEN_MAX && WRITTEN.test(value) && !PROGRAMS.test(value);
    default:
      return false;
  }
}
