// Stand-ins for UUIDs, e-mail addresses, phone numbers, IMEI, ICCID and host names.
import { type Keyring, keyedBelow, keyedBytes, toHex } from '../keyring.js';
import { asciiOf, drawUnlike, fillDigits, fillHex } from './fill.js';
import { pseudonymTail } from './network.js';

/** A random-looking UUID (RFC 9562 5.4, version 4: no MAC, no time) in the notation of `written`. */
export function writeUuid(written: string, canonical: string, keyring: Keyring): string | undefined {
  const text = asciiOf(written);
  return drawUnlike(text, (salt) => {
    const bytes = keyedBytes(keyring, 'uuid', canonical + salt, 16);
    bytes[6] = (bytes[6]! & 0x0f) | 0x40;
    bytes[8] = (bytes[8]! & 0x3f) | 0x80;
    const prefix = /^urn:uuid:/i.exec(text)?.[0] ?? '';
    return prefix + fillHex(text.slice(prefix.length), toHex(bytes));
  });
}

/** `u` and 48 keyed bits at a domain that RFC 2606 keeps from ever existing. */
export function writeEmail(canonical: string, keyring: Keyring): string {
  return `u${toHex(keyedBytes(keyring, 'email', canonical, 6))}@example.invalid`;
}

function keyedDigits(keyring: Keyring, label: string, data: string, length: number): string {
  if (length <= 0) return '';
  // Blocks of 18 digits, within what `keyedBelow` draws without bias.
  const block = Math.min(length, 18);
  const drawn = String(keyedBelow(keyring, label, `${length}\0${data}`, 10n ** BigInt(block))).padStart(block, '0');
  return drawn + keyedDigits(keyring, label, data, length - block);
}

/** As many digits, formatted alike; an international number under +999, which ITU-T E.164 has not assigned. */
export function writePhone(written: string, canonical: string, keyring: Keyring): string | undefined {
  const text = asciiOf(written);
  const length = text.replace(/\D/g, '').length;
  if (length < 4) return undefined;
  const prefix = text.includes('+') ? '999' : '';
  return drawUnlike(text, (salt) =>
    fillDigits(text, prefix + keyedDigits(keyring, 'phone', canonical + salt, length - prefix.length)),
  );
}

/** IMEI with the reporting body 00 (GSMA TS.06: test), ICCID with the 89 of telecommunications; the check digit holds in both. */
export function writeSim(written: string, canonical: string, keyring: Keyring): string | undefined {
  const text = asciiOf(written);
  const length = text.replace(/\D/g, '').length;
  const prefix = canonical.startsWith('imei:') ? '00' : '89';
  if (length < 14) return undefined;
  return drawUnlike(text, (salt) => {
    const body = prefix + keyedDigits(keyring, 'sim', canonical + salt, length - prefix.length - 1);
    return fillDigits(text, body + checkDigit(body));
  });
}

/** The digit that makes Luhn's sum hold (ISO/IEC 7812-1 annex B). */
export function checkDigit(body: string): string {
  let sum = 0;
  for (let i = 0; i < body.length; i++) {
    const digit = Number(body[body.length - 1 - i]) * (i % 2 === 0 ? 2 : 1);
    sum += digit > 9 ? digit - 9 : digit;
  }
  return String((10 - (sum % 10)) % 10);
}

/** `tasmota-1A2B3C`: the maker's word stays, the tail (24 bits) becomes another; a number after it, which repeats it, as well. */
export function writeMacTail(written: string, canonical: string, keyring: Keyring): string | undefined {
  const text = asciiOf(written);
  const parts = /^(.*[-_])?([0-9a-f]{6})(-\d{4})?$/i.exec(text);
  if (parts === null) return undefined;
  const [, head = '', tail, number] = parts as unknown as [string, string | undefined, string, string | undefined];
  const bytes = pseudonymTail(canonical.slice(canonical.indexOf(':') + 1), keyring);
  // Tasmota writes the low 13 bits of the MAC as four digits behind the tail.
  const low = String(((bytes[1]! << 8) | bytes[2]!) & 0x1fff).padStart(4, '0');
  return head + fillHex(tail, toHex(bytes)) + (number === undefined ? '' : `-${low}`);
}
