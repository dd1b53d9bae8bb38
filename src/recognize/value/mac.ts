// What recognizers of hardware addresses share: one spelling for a MAC or EUI-64 in any notation (IEEE 802-2014 clause 8; RFC 4291
// appendix A), and what tells an address from other hex digits.
import type { Finding } from '../../model.js';
import { add } from './finding.js';
import { hasMaker } from './makers/makers.js';

/** 12 hex digits, or 16 (with `fffe` in the middle: the MAC that it was made of), to one spelling; undefined for zeros and broadcast. */
export function macCanonical(hex: string): string | undefined {
  const lower = hex.toLowerCase();
  if (/^0+$/.test(lower) || /^f+$/.test(lower)) return undefined;
  if (lower.length === 12) return `mac:${lower}`;
  if (lower.length !== 16) return undefined;
  return lower.slice(6, 10) === 'fffe' ? `mac:${lower.slice(0, 6)}${lower.slice(10)}` : `eui64:${lower}`;
}

/** Six or eight byte values (a MAC sent as an array of numbers) to its canonical spelling; whether they are one, the name says. */
export function macFromBytes(numbers: readonly number[]): string | undefined {
  if (numbers.length !== 6 && numbers.length !== 8) return undefined;
  if (!numbers.every((value) => Number.isInteger(value) && value >= 0 && value <= 255)) return undefined;
  return macCanonical(numbers.map((value) => value.toString(16).padStart(2, '0')).join(''));
}

/** Adds an address: a MAC as `device_mac`, another EUI-64 as `radio_identifier`. */
export function addAddress(out: Finding[], start: number, end: number, hex: string, strength: Finding['strength']): void {
  const canonical = macCanonical(hex);
  if (canonical === undefined) return;
  add(out, canonical.startsWith('mac:') ? 'device_mac' : 'radio_identifier', start, end, canonical, strength);
}

/** Makers and firmwares that call their devices after an address: `tasmota-1A2B3C`, `shellyplus1pm-84F3EB01C2D9`. */
export const NAMED_BY_MAC =
  'tasmota|dves|esp|shelly|wled|sonoff|tuya|espressif|esphome|openbeken|airrohr|homewizard|yeelink|lwip|lifx|wiz';

/** Letters and digits: neither a number nor a word. */
export function isMixed(hex: string): boolean {
  return /\d/.test(hex) && /[a-f]/i.test(hex);
}

/** Two values of 16 bits side by side: a colour as hue, saturation and brightness (Tuya `00b4032a02ee`), or small counters. */
export const COLOUR = /^0[0-3][0-9a-f]{2}0[0-3][0-9a-f]{2}0[0-3][0-9a-f]{2}$/i;

/** Can hex digits without separators be an address on their own: a maker's, mixed, in one case, and no colour? */
export function isMakersAddress(hex: string): boolean {
  const oneCase = hex === hex.toLowerCase() || hex === hex.toUpperCase();
  return oneCase && isMixed(hex) && !COLOUR.test(hex) && hasMaker(hex);
}
