// Addresses and keys that were taken out of one field by its name: the same may stand inside another, in a text that nothing else tells.

import type { CategoryId, Entries } from '../model.js';
import type { OwnIdentifier } from '../own-identifiers/matcher.js';
import { distinctive } from '../own-identifiers/spellings/index.js';
import { isEscaped } from './escaped.js';

/** What was taken out, and the bytes that it is looked for with: letters small, an address as its twelve digits. */
export interface Taken {
  readonly category: CategoryId;
  readonly needle: ArrayLike<number>;
  /** A key as it was written. */
  readonly key?: string;
}

/** Most values looked for in what leaves: a home's own are few, a scan's many. */
const TAKEN_MAX = 8;
const MAC_DIGITS = 12;
/** Longest passphrase or key of a network: 63 characters, or 64 hexadecimal digits (IEEE 802.11, J.4). */
const KEY_CHARS_MAX = 64;
/** With a separator behind each pair but the last. */
const MAC_CHARS_MAX = 17;

/** Notes an address, or a network's key: what one field calls by its name may stand inside another. */
export function noteTaken(text: string, category: CategoryId, taken: Taken[]): void {
  if (taken.length >= TAKEN_MAX || !isNoted(category)) return;
  if (category === 'radio_identifier') {
    const digits = text.length <= RADIO_CHARS_MAX ? radioDigits(text) : undefined;
    if (digits !== undefined) taken.push({ category, needle: Buffer.from(digits, 'latin1') });
  } else if (category !== 'wifi_password') {
    if (text.length <= MAC_CHARS_MAX) noteAddress(Buffer.from(text, 'utf8'), 0, text.length, category, taken);
  } else if (text.length <= KEY_CHARS_MAX && distinctive(text))
    taken.push({ category, needle: Buffer.from(text, 'utf8').map(lower), key: text });
}

/** The same for a text without a node: an address needs no string. */
export function noteEntry(entries: Entries, entry: number, category: CategoryId, taken: Taken[]): void {
  const start = entries.start(entry) + 1;
  if (category === 'wifi_password' || category === 'radio_identifier' || isEscaped(entries, entry))
    noteTaken(entries.text(entry), category, taken);
  else if (taken.length < TAKEN_MAX) noteAddress(entries.bytes, start, start + entries.size(entry) - 2, category, taken);
}

function noteAddress(bytes: Uint8Array, start: number, end: number, category: CategoryId, taken: Taken[]): void {
  const needle = macDigits(bytes, start, end);
  if (needle !== undefined) taken.push({ category, needle });
}

/** Whether values of the category are noted. */
export function isNoted(category: CategoryId): boolean {
  switch (category) {
    case 'router_mac':
    case 'device_mac':
    case 'bluetooth_mac':
    case 'radio_identifier':
    case 'wifi_password':
      return true;
    default:
      return false;
  }
}

/** `0x00158d0001a2b3c4`, `00:15:8d:00:01:a2:b3:c4`. */
const RADIO_CHARS_MAX = 25;
const RADIO = /^(?:0x)?[0-9a-f]{2}([:.-]?)[0-9a-f]{2}(?:\1[0-9a-f]{2}){6}$/i;

/** The digits of an EUI-64 without the zeros that lead it, as makers write it in names; undefined for other texts and for short rests. */
function radioDigits(text: string): string | undefined {
  if (!RADIO.test(text)) return undefined;
  const digits = text
    .replace(/^0x|[:.-]/gi, '')
    .replace(/^0+/, '')
    .toLowerCase();
  return digits.length >= MAC_DIGITS ? digits : undefined;
}

/** Pairs of hex digits, each but the last followed by a colon, dot or dash, or by none; undefined for other texts and for zeros. */
function macDigits(bytes: Uint8Array, start: number, end: number): number[] | undefined {
  if (end - start < MAC_DIGITS || end - start > MAC_CHARS_MAX) return undefined;
  const digits: number[] = [];
  let any = false;
  let parted = true;
  for (let i = start; i < end; i += 1) {
    const code = lower(bytes[i]!);
    if ((code >= 0x30 && code <= 0x39) || (code >= 0x61 && code <= 0x66)) {
      if (digits.length === MAC_DIGITS) return undefined;
      digits.push(code);
      any ||= code !== 0x30;
      parted = false;
    } else {
      const mark = code === 0x3a || code === 0x2e || code === 0x2d;
      if (!mark || parted || digits.length % 2 === 1 || digits.length === MAC_DIGITS) return undefined;
      parted = true;
    }
  }
  return digits.length === MAC_DIGITS && any ? digits : undefined;
}

/** What is to be searched for in any spelling. */
export function identifierOf({ category, needle, key }: Taken): OwnIdentifier {
  return { category, value: key ?? String.fromCharCode(...Array.from(needle)) };
}

/** Does what was taken still stand in the bytes, in capital or small letters? (Horspool 1980: most bytes are never looked at.) */
export function standsIn({ needle }: Taken, bytes: Uint8Array): boolean {
  const last = needle.length - 1;
  const skips = SKIPS.fill(needle.length);
  for (let i = 0; i < last; i += 1) skips[needle[i]!] = last - i;
  for (let end = last; end < bytes.length; ) {
    const letter = lower(bytes[end]!);
    let i = last;
    if (letter === needle[last]) while (i >= 0 && lower(bytes[end - last + i]!) === needle[i]) i -= 1;
    if (i < 0) return true;
    end += skips[letter]!;
  }
  return false;
}

const SKIPS = new Int32Array(256);

function lower(code: number): number {
  return code >= 0x41 && code <= 0x5a ? code | 0x20 : code;
}
