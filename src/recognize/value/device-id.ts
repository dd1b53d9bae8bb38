// Identifiers with a form of their own: UUIDs (RFC 9562), IMEI (3GPP TS 23.003), ICCID (ITU-T E.118), host names with a MAC's tail.
import type { Finding } from '../../model.js';
import { DASH, DASHES2, DIGITS8, HEX12, QUADS3, SIX, UNDERSCORE } from '../prefilter.js';
import { add, eachMatch, luhnHolds } from './finding.js';

const UUID = /(?<![0-9a-f])[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}(?![0-9a-f])/gi;
/** Bluetooth's base UUID: service and characteristic numbers, the same for everybody. */
const BLUETOOTH_BASE = '-0000-1000-8000-00805f9b34fb';
const IMEI = /(?<![\w.])\d{2}-?\d{6}-?\d{6}-?\d(?![\w.])/g;
const ICCID = /(?<![\w.])89\d{16,18}F?(?![\w.])/g;
/** Reporting bodies whose numbers are in use (GSMA TS.06): BABT, TÜV, TAF (China), MSAI (India), CTIA (USA). */
const IMEI_PREFIX = /^(?:01|35|86|91|99)/;
/** `tasmota-1A2B3C`, `ESP_1A2B3C`, `shellyplug-s-AABBCC`, `tasmota-1A2B3C-2748`: the last three bytes of a MAC. */
const MAC_TAIL = /(?<![\w-])([a-z][a-z0-9]{1,24}(?:[-_][a-z0-9]{1,16}){0,3})[-_]([0-9a-f]{6})(?:-\d{4})?(?![\w-])/gi;
/** Makers and firmwares that name their devices so. */
const TAIL_MAKERS =
  /^(?:tasmota|esp|shelly|wled|sonoff|tuya|espressif|esphome|openbeken|airrohr|homewizard|yeelink|lwip|lifx|wiz)/i;

export function findIds(text: string, out: Finding[], traits: number): void {
  if ((traits & QUADS3) !== 0 && (traits & HEX12) !== 0) {
    eachMatch(UUID, text, (match) => {
      const uuid = match[0].toLowerCase();
      if (uuid.endsWith(BLUETOOTH_BASE) || /^[0-]+$/.test(uuid) || /^[f-]+$/.test(uuid)) return;
      add(out, 'device_identifier', match.index, match.index + 36, `uuid:${uuid}`);
    });
  }
  const longRun = (traits & HEX12) !== 0 || (traits & (DASHES2 | SIX)) === (DASHES2 | SIX);
  if (longRun && (traits & DIGITS8) !== 0) findSimNumbers(text, out);
  if ((traits & SIX) !== 0 && (traits & (DASH | UNDERSCORE)) !== 0) findTails(text, out);
}

function findSimNumbers(text: string, out: Finding[]): void {
  if (text.length < 15) return;
  eachMatch(IMEI, text, (match) => {
    const digits = match[0].replaceAll('-', '');
    if (!luhnHolds(digits) || /^0+$/.test(digits)) return;
    const strength = IMEI_PREFIX.test(digits) ? 'certain' : 'weak';
    add(out, 'imei_iccid', match.index, match.index + match[0].length, `imei:${digits}`, strength);
  });
  eachMatch(ICCID, text, (match) => {
    const digits = match[0].replace(/F$/, '');
    const strength = digits.length >= 19 && luhnHolds(digits) ? 'certain' : 'weak';
    add(out, 'imei_iccid', match.index, match.index + match[0].length, `iccid:${digits}`, strength);
  });
}

function findTails(text: string, out: Finding[]): void {
  eachMatch(MAC_TAIL, text, (match) => {
    const tail = match[2]!;
    const known = TAIL_MAKERS.test(match[1]!);
    if (!known && !(/\d/.test(tail) && /[a-f]/i.test(tail))) return;
    const end = match.index + match[0].length;
    add(out, 'hostname', match.index, end, `mac-tail:${tail.toLowerCase()}`, known ? 'certain' : 'weak');
  });
}

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
