// UUIDs (RFC 9562), and the MAC that some of them carry.
import type { ValueRecognizer } from '../evidence.js';
import { DASHES2, HEX12, QUADS3 } from '../prefilter.js';
import { add, eachMatch, VALUE } from './finding.js';

const UUID = /(?<![0-9a-f])[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}(?![0-9a-f])/gi;
const UUID_CHARS = 36;
/** Bluetooth's base UUID: service and characteristic numbers, the same for everybody. */
const BLUETOOTH_BASE = '-0000-1000-8000-00805f9b34fb';

export const uuid: ValueRecognizer = {
  ...VALUE,
  says: { en: 'it is a UUID', ru: 'это UUID' },
  prefilter: { minLength: UUID_CHARS, all: QUADS3 | HEX12 | DASHES2 },
  recognize: (text, out) =>
    eachMatch(UUID, text, (match) => {
      const canonical = match[0].toLowerCase();
      if (canonical.endsWith(BLUETOOTH_BASE) || /^[0-]+$/.test(canonical) || /^[f-]+$/.test(canonical)) return;
      add(out, 'device_identifier', match.index, match.index + UUID_CHARS, `uuid:${canonical}`);
    }),
  examples: [
    { text: 'urn:uuid:1c852a4d-b800-1f08-abcd-84f3eb01c2d9', from: 'HP ENVY 6000, IPP printer-uuid' },
    { text: '{F81D4FAE-7DEC-11D0-A765-00A0C91E6BF6}', from: 'RFC 9562' },
  ],
  counterexamples: [
    { text: '0000180f-0000-1000-8000-00805f9b34fb', from: 'Bluetooth assigned numbers, battery service' },
    { text: '00000000-0000-0000-0000-000000000000', from: 'RFC 9562, nil UUID' },
  ],
};

/**
 * The MAC in the node field of a UUID of version 1 or 6 (RFC 9562 5.1, 5.6): `mac:…`. Undefined for other versions and for a
 * random node, which has the multicast bit set (6.10).
 */
export function uuidNode(text: string): string | undefined {
  const hex = text
    .toLowerCase()
    .replace(/^urn:uuid:/, '')
    .replace(/[{}-]/g, '');
  if (!/^[0-9a-f]{32}$/.test(hex) || (hex[12] !== '1' && hex[12] !== '6') || !/[89ab]/.test(hex[16]!)) return undefined;
  const node = hex.slice(20);
  const multicast = (Number.parseInt(node.slice(0, 2), 16) & 1) === 1;
  return multicast || /^0+$/.test(node) || text.toLowerCase().endsWith(BLUETOOTH_BASE) ? undefined : `mac:${node}`;
}
