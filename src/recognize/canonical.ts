// One spelling for one thing: what a pseudonym or hash is keyed by, so that every notation of it gets the same one.
import type { CategoryId, Finding, NodeKind } from '../model.js';
import { numberAs } from './value/integer-id.js';
import { macCanonical, macFromBytes } from './value/mac.js';

/** What a scalar is: its canonical spelling, and where in the text it stands when brackets, a scheme or a port stand around it. */
export interface Identity {
  readonly canonical: string;
  readonly finding?: Finding;
}

/** Whoever finds identifiers in texts: the value recognizers. */
export interface IdentifierFinder {
  findIdentifiers(text: string): readonly Finding[];
}

const MAC_CATEGORIES: ReadonlySet<CategoryId> = new Set<CategoryId>([
  'router_mac',
  'device_mac',
  'bluetooth_mac',
  'radio_identifier',
]);

/**
 * The identity of a whole value whose field is known to be of `category`: in one of the recognizers' spellings (`mac:`, `ip:` …),
 * else `text:` and the value. `text` is a string's value or a number's literal; `bytes` belong to kind `bytes`.
 */
export function identify(
  kind: NodeKind,
  text: string,
  category: CategoryId,
  finder: IdentifierFinder,
  bytes?: Uint8Array,
): Identity {
  switch (kind) {
    case 'bytes':
      return { canonical: ofBytes(bytes ?? new Uint8Array(), category) };
    case 'number':
      return { canonical: numberAs(text, category) ?? `text:${text}` };
    case 'string': {
      const finding = soleFinding(text, category, finder);
      return finding === undefined
        ? { canonical: ofText(text.normalize('NFKC').trim(), category) }
        : { canonical: finding.canonical, finding };
    }
    case 'boolean':
    case 'null':
    case 'object':
    case 'array':
      return { canonical: `text:${text}` };
    default: {
      const never: never = kind;
      return never;
    }
  }
}

function ofBytes(bytes: Uint8Array, category: CategoryId): string {
  const mac = MAC_CATEGORIES.has(category) ? macFromBytes([...bytes]) : undefined;
  if (mac !== undefined) return mac;
  if (category === 'ip_address' && bytes.length === 4) return `ip:${[...bytes].join('.')}`;
  return `bytes:${Buffer.from(bytes).toString('hex')}`;
}

function ofText(text: string, category: CategoryId): string {
  if (MAC_CATEGORIES.has(category)) {
    const hex = text.replace(/^0x/i, '').replace(/[^0-9a-f]/gi, '');
    const mac = macCanonical(hex) ?? numberAs(text, category);
    if (mac !== undefined) return mac;
  }
  return textCanonical(text);
}

/** The spelling of a text that is nothing else. Hex has no case of its own. */
export function textCanonical(text: string): string {
  return /^[0-9a-f]{8,}$/i.test(text) ? `text:${text.toLowerCase()}` : `text:${text}`;
}

/** What may stand around an identifier that is the whole value: brackets, a scheme, a port or prefix length. */
const WRAPPING = /^[\s{}[\]()<>"']*(?:(?:urn:uuid|mailto|tel|mac):)?$/i;
const TRAILER = /^[\s{}[\]()<>"']*(?:[:/]\d{1,5})?$/;

/** The one identifier that a text is, apart from its wrapping; certain, or agreeing with the category. */
function soleFinding(text: string, category: CategoryId, finder: IdentifierFinder): Finding | undefined {
  const found = finder.findIdentifiers(text);
  const sole = found[0];
  if (found.length !== 1 || sole === undefined) return undefined;
  if (sole.strength === 'weak' && !agrees(sole.canonical, category)) return undefined;
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
