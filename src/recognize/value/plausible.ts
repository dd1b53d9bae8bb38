// Can this value be what its name says? Placeholders and booleans cannot; when in doubt, yes (closed unless opened).
import type { CategoryId, NodeKind } from '../../model.js';
import { numberAs } from './integer-id.js';
import { parseIpv4, parseIpv6 } from './ip.js';

const PLACEHOLDER =
  /^(?:|-+|\?+|\.+|\*+|true|false|on|off|yes|no|none|null|nil|nan|n\/?a|unknown|undefined|unset|not[ _-]?set|not[ _-]?available|default|enabled|disabled|auto|ok|empty|test|available|unavailable|connected|disconnected)$/i;
/** IEEE 802.11: an SSID has at most 32 octets. Some firmwares quote it, some write it as hex. */
const LONGEST_SSID = 2 * 32 + 2;
/** The shortest PIN; less is a count, a flag or the kind of a code. */
const SHORTEST_CODE = 4;
/** Kinds of protection (IEEE 802.11i, WPA3), not what opens it. */
const SECURITY =
  /^(?:open|wep|owe|wpa[23]?|(?:wpa[23]?[-_/ ]?)+(?:psk|sae|eap|personal|enterprise|mixed|tkip|aes|ccmp)|sae|tkip|ccmp)$/i;
/** So many networks nobody counts. */
const COUNT_DIGITS = 5;
const ENCODED = /^(?=\S*[\d%&=+/\\])\S+$/;
/** Indexes, flags and levels; a network called so has two digits more. */
const SMALL_NUMBER = /^[+-]?\d{1,3}(?:\.\d+)?$/;
/** Kinds of protection (IEC 60529), interfaces, ways to get an address: words with digits that are no address. */
const NO_ADDRESS = /^(?:IP[X\d]{2}[A-Z]{0,2}|(?:eth|en|wl|wlan|lan|wan|br|ppp|usb|tun|ap|sta|ip|ipv|dhcp)[a-z]{0,3}\d{1,2})$/i;
/** Ports that a cable is plugged into, and how they are set. */
const PORT = /^(?:\/dev\/|tty|cu\.|com\d{1,3}$|usb\d|rs-?\d{3}|\d[NEO]\d$|\w+:\/\/)/i;
/** Language tags (RFC 5646): a language, maybe a script and a region. */
const LANGUAGE = /^[a-z]{2,3}(?:[-_](?:[A-Z][a-z]{3}|[A-Za-z]{2}|\d{3})){0,2}$/;
/** Six or eight bytes in base64, of which a word has neither digits nor both cases nor padding. */
const ENCODED_MAC = /^(?:(?=.*\d)(?=.*[a-z])(?=.*[A-Z])|(?=.*[+/=]))[A-Za-z\d+/_-]{8,}={0,2}$/;
/** Four or sixteen bytes in base64. */
const ENCODED_ADDRESS = /^(?:[A-Za-z0-9+/]{6}|[A-Za-z0-9+/]{22})==$/;
/** `203000113077`. */
const PADDED_DIGITS = 12;
/** Nothing but zeros, also in base64. */
const ZERO_ADDRESS = /^(?:[0:.\-\s]+|A{6,}={0,2})$/;
/** What a device shows of its address where it hides the rest. */
const TAIL_DIGITS = 4;
/** dBm of anything a radio hears, and percent. */
const LOWEST_SIGNAL = -130;
const HIGHEST_SIGNAL = 100;
/** Degrees times 10^7 is the most that is in use (Android, protobuf `latitudeE7`). */
const SCALED_DEGREES = 180e7;

type Kind = NodeKind | 'text';

/**
 * Can `text` (a string's value or a number's literal) be of `category` at all? Used where a name says a category, so that
 * `{"ssid": true}` or `{"ip": "dhcp"}` stay what they are. Conservative: true where this cannot tell.
 */
export function plausible(category: CategoryId, text: string, kind: Kind): boolean {
  if (kind === 'boolean' || kind === 'null') return mayBeBoolean(category);
  if (kind === 'bytes' || kind === 'object' || kind === 'array') return true;
  const value = text.trim();
  const number = kind === 'number';
  switch (category) {
    case 'wifi_ssid':
      // A longer word without blanks is a name in some encoding.
      if (number || PLACEHOLDER.test(value) || SMALL_NUMBER.test(value)) return false;
      return Buffer.byteLength(value) <= LONGEST_SSID || ENCODED.test(value);
    case 'router_mac':
    case 'device_mac':
    case 'bluetooth_mac':
      return number ? numberAs(value, category) !== undefined : mayBeMac(fold(value));
    case 'radio_identifier':
      return number ? Number(value) > 0 : named(value) && !ZERO_ADDRESS.test(value);
    case 'ip_address':
      return plausibleIp(value, number);
    case 'signal_strength':
      return plausibleSignal(value);
    case 'location_precise':
    case 'location_coarse':
      return plausiblePlace(value, number);
    case 'email':
      return !number && /[@＠]|%40/.test(value);
    case 'phone':
      return value.replace(/\P{Nd}/gu, '').length >= 5;
    case 'imei_iccid':
      return value.replace(/\P{Nd}/gu, '').length >= 14 || (!number && value.length >= 14);
    case 'serial_number':
      return (
        !ZERO_ADDRESS.test(value) && value.length >= 4 && (number || (named(value) && /\p{Nd}/u.test(value) && !PORT.test(value)))
      );
    case 'timezone_region':
      return number ? true : named(value) && value.length >= 2;
    case 'language':
      return !number && /^\p{L}{2,}/u.test(value) && named(value);
    case 'person_name':
    case 'hostname':
      return !number && named(value);
    case 'advertising_identifier':
      return !number && named(value) && value.length >= 8;
    case 'setup_code':
      return value.length >= SHORTEST_CODE;
    case 'wifi_password':
      return value !== '' && !SECURITY.test(value);
    case 'private_key':
      return value !== '';
    case 'neighbour_scan':
      return number ? value.length > COUNT_DIGITS : named(value) && !SMALL_NUMBER.test(value);
    case 'device_identifier':
    case 'account_identifier':
    case 'credential':
    case 'device_name':
    case 'user_text':
    case 'presence':
    case 'entry':
    case 'sleep_health':
    case 'media':
    case 'special_category':
    case 'payment':
    case 'identity_document':
    case 'birth':
    case 'browsing':
    case 'analytics_cookie':
    case 'contacts_family':
    case 'cell_location':
    case 'access_code':
    case 'organization':
    case 'device_model':
    case 'firmware_version':
    case 'os_version':
    case 'user_agent':
      return number || named(value);
    case 'device_status':
    case 'control_command':
    case 'error_code':
    case 'diagnostics':
    case 'timestamp':
    case 'uptime':
    case 'sequence':
    case 'unclassified':
      return true;
    default: {
      const never: never = category;
      return never;
    }
  }
}

/** A boolean tells whether someone is at home or a door is open; it is no name, number or address. */
function mayBeBoolean(category: CategoryId): boolean {
  switch (category) {
    case 'presence':
    case 'entry':
    case 'sleep_health':
    case 'media':
    case 'special_category':
    case 'contacts_family':
    case 'device_status':
    case 'control_command':
    case 'error_code':
    case 'diagnostics':
    case 'unclassified':
      return true;
    default:
      return false;
  }
}

/** Has hex digits enough for two bytes, in pieces of hex digits alone; or bytes in base64. */
function mayBeMac(value: string): boolean {
  if (ZERO_ADDRESS.test(value) || PLACEHOLDER.test(value)) return false;
  const pieces = value.replace(/0x|\\x|%3a/gi, ' ').split(/[^0-9a-z]+/i);
  const digits = pieces.filter((piece) => /^[0-9a-f]+$/i.test(piece)).join('').length;
  return digits >= TAIL_DIGITS || /[0-9a-f]{12}/i.test(value) || ENCODED_MAC.test(value);
}

function named(value: string): boolean {
  return !PLACEHOLDER.test(value);
}

function fold(value: string): string {
  return value.normalize('NFKC');
}

function plausibleIp(value: string, number: boolean): boolean {
  if (number) return numberAs(value, 'ip_address') !== undefined;
  if (PLACEHOLDER.test(value) || NO_ADDRESS.test(value) || ZERO_ADDRESS.test(value)) return false;
  if (/^\d+$/.test(value)) return numberAs(value, 'ip_address') !== undefined || value.length >= PADDED_DIGITS;
  const folded = fold(value);
  if (parseIpv4(folded) !== undefined || parseIpv6(folded) !== undefined) return true;
  return /\p{Nd}|::/u.test(value) || ENCODED_ADDRESS.test(value);
}

function plausibleSignal(value: string): boolean {
  const digits = /^[-−–]?\p{Nd}{1,3}(?:[.,]\p{Nd}{1,3})?\s*(?:%|dbm?|db|\/.*)?$/iu.exec(value);
  if (digits === null) return named(value) && value.length > 0;
  const level = Number.parseFloat(fold(value).replace(/[−–]/, '-').replace(',', '.'));
  return Number.isNaN(level) || (level >= LOWEST_SIGNAL && level <= HIGHEST_SIGNAL * 2.55); // and RCPI, 0–255 (IEEE 802.11)
}

function plausiblePlace(value: string, number: boolean): boolean {
  // One letter is a receiver's `A` (valid) or `V` (void).
  if (!number) return named(value) && value.length > 1 && /[\p{L}\p{Nd}]/u.test(value) && !LANGUAGE.test(value);
  if (/^-?\d{1,3}$/.test(value)) return false; // whole degrees are 100 km wide; whole numbers under such names are modes and indexes
  const degrees = Math.abs(Number(value));
  return degrees > 0 && degrees <= SCALED_DEGREES;
}
