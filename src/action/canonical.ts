// One spelling for one thing: what a pseudonym or hash is keyed by, so that every notation of it gets the same one.
import { findValues, macCanonical, macFromBytes, numberAs } from '../classify/values.js';
import type { CategoryId, Finding } from '../model.js';
import { type Subject, spanOf } from './action.js';
import { toHex } from './keyring.js';

const MAC_CATEGORIES: ReadonlySet<CategoryId> = new Set<CategoryId>([
  'router_mac',
  'device_mac',
  'bluetooth_mac',
  'radio_identifier',
]);

/** The finding's canonical spelling; else the value's own, read as its category says; else `text:` and the value. */
export function canonicalOf(subject: Subject): string {
  if (subject.finding !== undefined) return subject.finding.canonical;
  switch (subject.kind) {
    case 'bytes':
      return ofBytes(subject);
    case 'number':
      return numberAs(subject.text, subject.category) ?? `text:${subject.text}`;
    case 'boolean':
      return `text:${subject.text}`;
    case 'string':
      return ofText(spanOf(subject).normalize('NFKC').trim(), subject.category);
    default: {
      const never: never = subject.kind;
      return never;
    }
  }
}

function ofBytes(subject: Subject): string {
  const bytes = subject.bytes ?? new Uint8Array();
  const mac = MAC_CATEGORIES.has(subject.category) ? macFromBytes([...bytes]) : undefined;
  if (mac !== undefined) return mac;
  if (subject.category === 'ip_address' && bytes.length === 4) return `ip:${[...bytes].join('.')}`;
  return `bytes:${toHex(bytes)}`;
}

function ofText(text: string, category: CategoryId): string {
  const sole = soleFinding(text, category);
  if (sole !== undefined) return sole.canonical;
  if (MAC_CATEGORIES.has(category)) {
    const hex = text.replace(/^0x/i, '').replace(/[^0-9a-f]/gi, '');
    const mac = macCanonical(hex) ?? numberAs(text, category);
    if (mac !== undefined) return mac;
  }
  // Hex has no case of its own.
  return /^[0-9a-f]{8,}$/i.test(text) ? `text:${text.toLowerCase()}` : `text:${text}`;
}

/** What may stand around an identifier that is the whole value: brackets, a scheme, a port or prefix length. */
const WRAPPING = /^[\s{}[\]()<>"']*(?:(?:urn:uuid|mailto|tel|mac):)?$/i;
const TRAILER = /^[\s{}[\]()<>"']*(?:[:/]\d{1,5})?$/;

/** The one identifier that a text is, apart from its wrapping; certain, or agreeing with the category. */
export function soleFinding(text: string, category: CategoryId): Finding | undefined {
  const found = findValues(text);
  const sole = found[0];
  if (found.length !== 1 || sole === undefined) return undefined;
  if (sole.strength !== 'certain' && !agrees(sole.canonical, category)) return undefined;
  return WRAPPING.test(text.slice(0, sole.start)) && TRAILER.test(text.slice(sole.end)) ? sole : undefined;
}

/** A contextual finding counts where the field's category is the finding's. */
function agrees(canonical: string, category: CategoryId): boolean {
  if (MAC_CATEGORIES.has(category)) return canonical.startsWith('mac:') || canonical.startsWith('eui64:');
  if (category === 'ip_address') return canonical.startsWith('ip:');
  if (category === 'imei_iccid') return /^(?:imei|iccid):/.test(canonical);
  if (category === 'phone') return canonical.startsWith('phone:');
  return category === 'hostname' && canonical.startsWith('mac-tail:');
}
