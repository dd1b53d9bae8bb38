// Remembers addresses and Wi-Fi keys that were removed because of their field's name, and searches the rest of the message for them.
import type { CategoryId } from '../model.js';
import type { OwnIdentifier } from '../own-identifiers/matcher.js';
import { distinctive } from '../own-identifiers/spellings/index.js';

/** What was removed, and the bytes that it is looked for with: letters small, an address as its twelve digits. */
export interface RemovedValue {
  readonly category: CategoryId;
  readonly needle: Uint8Array;
  /** A key as it was written. */
  readonly key?: string;
}

/** Most values looked for in what leaves: a home's own are few, a scan's many. */
const REMOVED_MAX = 8;
/** Longest passphrase or key of a network: 63 characters, or 64 hexadecimal digits (IEEE 802.11, J.4). */
const KEY_CHARS_MAX = 64;
const MAC = /^[0-9a-f]{2}(?:[:.-]?[0-9a-f]{2}){5}$/i;
/** `0x00158d0001a2b3c4`, `00:15:8d:00:01:a2:b3:c4`. */
const RADIO = /^(?:0x)?[0-9a-f]{2}([:.-]?)[0-9a-f]{2}(?:\1[0-9a-f]{2}){6}$/i;
const MAC_DIGITS = 12;

/** Notes an address, or a network's key: what one field calls by its name may stand inside another. */
export function noteRemoved(text: string, category: CategoryId, removed: RemovedValue[]): void {
  if (removed.length >= REMOVED_MAX) return;
  switch (category) {
    case 'router_mac':
    case 'device_mac':
    case 'bluetooth_mac':
      if (MAC.test(text)) noteDigits(text, category, removed);
      return;
    case 'radio_identifier':
      if (RADIO.test(text)) noteDigits(text.replace(/^0x/i, ''), category, removed);
      return;
    case 'wifi_password':
      if (text.length <= KEY_CHARS_MAX && distinctive(text))
        removed.push({ category, needle: Buffer.from(text, 'utf8').map(lower), key: text });
      return;
    default:
      return;
  }
}

/** The digits of an address without the zeros that lead an EUI-64, as makers write it in names. */
function noteDigits(text: string, category: CategoryId, removed: RemovedValue[]): void {
  const all = text.replace(/[:.-]/g, '').toLowerCase();
  const digits = all.length > MAC_DIGITS ? all.replace(/^0+/, '') : all;
  if (digits.length >= MAC_DIGITS && /[^0]/.test(digits)) removed.push({ category, needle: Buffer.from(digits, 'latin1') });
}

/** What is to be searched for in any spelling. */
export function identifierOf({ category, needle, key }: RemovedValue): OwnIdentifier {
  return { category, value: key ?? Buffer.from(needle).toString('latin1') };
}

/** Does what was removed still stand in the bytes, in capital or small letters? (Horspool 1980: most bytes are never looked at.) */
export function standsIn({ needle }: RemovedValue, bytes: Uint8Array): boolean {
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
