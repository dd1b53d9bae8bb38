// Addresses in bytes as people write them, and back.
import { Buffer } from 'node:buffer';
import { asBuffer } from './splice.js';
import { isPrintable } from './text.js';

/** What bytes of a length may be: 4 an IPv4 address, 6 a MAC, 8 an EUI-64, 16 an IPv6 address or a UUID. */
export type AddressKind = 'ipv4' | 'mac' | 'eui64' | 'ipv6' | 'uuid';

const LENGTHS: Readonly<Record<AddressKind, number>> = { ipv4: 4, mac: 6, eui64: 8, ipv6: 16, uuid: 16 };

/** The kinds of addresses that `length` bytes may be. */
export function addressKinds(length: number): readonly AddressKind[] {
  return (Object.keys(LENGTHS) as AddressKind[]).filter((kind) => LENGTHS[kind] === length);
}

/** `192.0.2.1`, `f4:cf:a2:77:88:99`, `2001:db8:0:…` (all eight groups), `550e8400-e29b-…`. `bytes` has the kind's length. */
export function addressText(bytes: Uint8Array, kind: AddressKind): string {
  const hex = asBuffer(bytes).toString('hex');
  switch (kind) {
    case 'ipv4':
      return bytes.join('.');
    case 'mac':
    case 'eui64':
      return hex.replace(/..(?!$)/g, '$&:');
    case 'ipv6':
      return hex.replace(/(.{4})(?!$)/g, '$1:').replace(/\b0{1,3}(?=[0-9a-f])/g, '');
    case 'uuid':
      return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
    default:
      return kind satisfies never;
  }
}

/** The bytes that `text` names; undefined where it is no address of this kind. */
export function addressBytesOf(text: string, kind: AddressKind): Uint8Array | undefined {
  if (kind === 'ipv4') {
    const parts = /^\d{1,3}(?:\.\d{1,3}){3}$/.test(text) ? text.split('.').map(Number) : [256];
    return parts.every((part) => part <= 255) ? Uint8Array.from(parts) : undefined;
  }
  const hex = kind === 'ipv6' ? ipv6Hex(text) : text.replace(kind === 'uuid' ? /-/g : /[:.-]/g, '');
  return hex !== undefined && /^[0-9a-f]+$/i.test(hex) && hex.length === LENGTHS[kind] * 2 ? Buffer.from(hex, 'hex') : undefined;
}

function ipv6Hex(text: string): string | undefined {
  const [head, tail, more] = text.split('::');
  const groups = (part: string | undefined): string[] => (part ? part.split(':') : []);
  const before = groups(head);
  const after = groups(tail);
  const missing = 8 - before.length - after.length;
  if (more !== undefined || missing < 0 || (tail === undefined && missing !== 0)) return undefined;
  const all = [...before, ...Array<string>(missing).fill('0'), ...after];
  return all.every((group) => /^[0-9a-f]{1,4}$/i.test(group)) ? all.map((group) => group.padStart(4, '0')).join('') : undefined;
}

/** A name in bytes: text where it is, an address with colons (so that it is found to be one), else hexadecimal digits. */
export function bytesName(bytes: Uint8Array): string {
  if (bytes.length > 0 && isPrintable(bytes)) return asBuffer(bytes).toString('utf8');
  if (bytes.length === 6) return addressText(bytes, 'mac');
  return bytes.length === 8 ? addressText(bytes, 'eui64') : asBuffer(bytes).toString('hex');
}
