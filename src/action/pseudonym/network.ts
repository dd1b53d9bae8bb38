// Stand-ins for MAC, EUI-64 and IP addresses, from the ranges that belong to nobody.
import ipaddr from 'ipaddr.js';
import { type Keyring, keyedBytes, toHex } from '../keyring.js';
import { asciiOf, fillHex } from './fill.js';

/** Bytes of a MAC that firmwares put into names: `tasmota-1A2B3C`. */
const TAIL_BYTES = 3;

/**
 * The stand-in of `mac:` (6 bytes: 46 free bits; among a thousand devices two collide once in a hundred million homes) or
 * `eui64:` (8 bytes): locally administered, unicast (IEEE 802-2014 8.4), so that no maker's device has it. Its tail is the stand-in of
 * the tail, so that `tasmota-1A2B3C` still is the device with the address that ends so.
 */
export function pseudonymMac(canonical: string, keyring: Keyring): Uint8Array {
  const [kind, hex] = canonical.split(':') as [string, string];
  const tail = pseudonymTail(hex.slice(-2 * TAIL_BYTES), keyring);
  for (let attempt = 0; ; attempt++) {
    const bytes = keyedBytes(keyring, kind, `${hex}${attempt === 0 ? '' : `\0${attempt}`}`, hex.length / 2);
    bytes[0] = (bytes[0]! & 0xfc) | 0x02;
    bytes.set(tail, bytes.length - TAIL_BYTES);
    if (toHex(bytes) !== hex) return bytes;
  }
}

/** The stand-in of the last three bytes of an address, six hex digits; its last two bytes are the stand-in of the last two. */
export function pseudonymTail(hex: string, keyring: Keyring): Uint8Array {
  const [first] = keyedBytes(keyring, 'mac-tail', hex, 1);
  return Uint8Array.of(first!, ...keyedBytes(keyring, 'mac-tail', hex.slice(2), 2));
}

/** A stand-in as bytes, where the value was `length` raw bytes of an address. */
export function addressBytes(canonical: string, length: number, keyring: Keyring): Uint8Array | undefined {
  if (canonical.startsWith('ip:') && length === 4) return Uint8Array.from(pseudonymIpv4(canonical.slice(3), keyring));
  if (!/^(?:mac|eui64):/.test(canonical)) return undefined;
  const bytes = pseudonymMac(canonical, keyring);
  if (length === bytes.length) return bytes;
  return length === 8 ? Uint8Array.from([...bytes.subarray(0, 3), 0xff, 0xfe, ...bytes.subarray(3)]) : undefined;
}

/** The stand-in in the notation of `written`: separators, letter case, `0x`, EUI-64, decimal. */
export function writeMac(written: string, canonical: string, keyring: Keyring): string {
  const text = asciiOf(written).trim();
  const bytes = pseudonymMac(canonical, keyring);
  const hex = toHex(bytes);
  const prefix = /^0x/i.exec(text)?.[0] ?? '';
  const body = text.slice(prefix.length);
  const digits = body.replace(/[^0-9a-f]/gi, '').length;
  if (digits < hex.length && /^[0-9a-f]{6,}$/i.test(body) && canonical.endsWith(body.toLowerCase()))
    return prefix + fillHex(body, hex.slice(-digits)); // the end of an address
  if (digits === hex.length && !/[g-z]/i.test(body)) return prefix + fillHex(body, hex);
  if (digits === 16 && hex.length === 12 && !/[g-z]/i.test(body)) {
    return prefix + fillHex(body, `${hex.slice(0, 6)}fffe${hex.slice(6)}`);
  }
  if (/^\d+$/.test(body)) return String(BigInt(`0x${hex}`));
  // Groups without their leading zeros (`0:a:95:…`), or something around the address: the common notation.
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join(':');
}

/** One of the 131,072 addresses of 198.18.0.0/15 (RFC 2544), which no network routes: two of 50 collide once in a hundred homes. */
export function pseudonymIpv4(address: string, keyring: Keyring): number[] {
  for (let attempt = 0; ; attempt++) {
    const [a, b, c] = keyedBytes(keyring, 'ip', `${address}${attempt === 0 ? '' : `\0${attempt}`}`, 3) as unknown as [
      number,
      number,
      number,
    ];
    const octets = [198, 18 | (a & 1), b, c];
    if (octets.join('.') !== address) return octets;
  }
}

/** IPv4 as IPv4 (an IPv4-mapped address stays one), IPv6 in 2001:db8::/32 (RFC 3849) without its zone. */
export function writeIp(written: string, canonical: string, keyring: Keyring): string {
  const address = canonical.slice(3);
  const text = asciiOf(written).trim();
  if (!address.includes(':')) {
    const octets = pseudonymIpv4(address, keyring);
    if (/^\d+$/.test(text)) return String(octets.reduce((sum, octet) => sum * 256 + octet, 0));
    return text.includes(':') ? `::ffff:${octets.join('.')}` : octets.join('.');
  }
  const bytes = keyedBytes(keyring, 'ip', address, 12);
  const groups = [0x2001, 0xdb8];
  for (let i = 0; i < 12; i += 2) groups.push((bytes[i]! << 8) | bytes[i + 1]!);
  return new ipaddr.IPv6(groups).toRFC5952String();
}
