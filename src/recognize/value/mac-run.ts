// Hardware addresses without separators: twelve hex digits, sixteen for an EUI-64, also behind the digits of a date or count in ids.
// Only a maker's prefix tells them from hashes, colours, codes and payloads; without one they are weak evidence.
import type { Finding } from '../../model.js';
import type { ValueRecognizer } from '../evidence.js';
import { HEX12 } from '../prefilter.js';
import { contextBefore, eachMatch, VALUE } from './finding.js';
import { addAddress, COLOUR, isMakersAddress, NAMED_BY_MAC } from './mac.js';

const RUN = /(?<![0-9a-f])[0-9a-f]{12,32}(?![0-9a-f])/gi;
/** Words before a run that make it a build's hash; `g` is git's (`1.2.0-14-gf4cfa2778899`). */
const HASH_BEFORE = /(?:commit|hash|sha|rev|build|digest|etag|crc|[.\d]\+)[\s:=_"'#-]*$/i;
const GIT_BEFORE = /(?:^|[-.])g$/;
const UUID_BEFORE = /[0-9a-f]{4}-[0-9a-f]{4}-$/i;
/** What says that sixteen digits are an EUI-64. */
const EUI_BEFORE = /(?:zigbee|thread|eui|ieee)[\w]{0,12}["'\s:=/-]{0,4}(?:0x)?$/i;
/** A device's name that ends in its address, whoever made the radio. */
const NAME_BEFORE = new RegExp(`(?<![a-z])(?:${NAMED_BY_MAC})[a-z0-9-]{0,20}[-_]$`, 'i');
/** How far around a run it is looked at what it is glued to. */
const GLUED_CHARS = 24;
/** Base64: what stands between its `/` and `+` is no word. */
const BLOB = /^(?=.*[a-z])(?=.*[A-Z])[A-Za-z0-9+/]{24,}={0,2}$/;
const MAC_DIGITS = 12;
/** A date or count before an address, or a short number behind it. */
const COUNT_BEFORE = /^\d{1,20}(?=[0-9a-f]{12}$)/i;
const COUNT_BEHIND = /^[0-9a-f]{12}\d{1,2}$/i;
/** Year, month, day, hour, minute and second in two digits each; and a card's number, filled up with F (ITU-T E.118). */
const NO_ADDRESS = /^(?:\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?:[01]\d|2[0-3])(?:[0-5]\d){2}|\d{13,}f?)$/i;
/** UIDs of NXP's RFID tags: seven bytes, the first the maker's code (ISO/IEC 14443-3, 6.5.4). */
const RFID_UID = /^04[0-9a-f]{12}$/i;

/** Does the run stand in a token with more digits, in base64, or behind a word that makes it a hash? Then its prefix is chance. */
function standsInToken(text: string, start: number, end: number, before: string): boolean {
  const after = text.slice(end, end + GLUED_CHARS);
  const glued = /[a-z0-9]*$/i.exec(before)![0] + /^[a-z0-9]*/i.exec(after)![0];
  if (/\d/.test(glued) && !/0x$/i.test(before)) return true;
  const parted = /[+/=]$/.test(before) || /^[+/=]/.test(after);
  return (parted && BLOB.test(before + text.slice(start, end) + after)) || HASH_BEFORE.test(before);
}

/**
 * Sixteen digits are an EUI-64 where a maker, `fffe` or a word says so. A number has zeros where the maker would stand; glued to a word they
 * are a piece of a token far oftener.
 */
function euiStrength(hex: string, before: string, after: string, inToken: boolean): Finding['strength'] | undefined {
  if (hex.startsWith('000000')) return undefined;
  if (hex.slice(6, 10).toLowerCase() === 'fffe' || EUI_BEFORE.test(before)) return 'certain';
  if (/[g-z]$/i.test(before.replace(/0x$/i, '')) || /^[g-z]/i.test(after)) return undefined;
  return !inToken && isMakersAddress(hex) ? 'strong' : 'weak';
}

function visitRun(match: RegExpExecArray, text: string, out: Finding[]): void {
  const hex = match[0];
  const start = match.index;
  const end = start + hex.length;
  const before = contextBefore(text, start);
  if (GIT_BEFORE.test(before) || UUID_BEFORE.test(before)) return;
  const inToken = standsInToken(text, start, end, before);
  if (NO_ADDRESS.test(hex)) return;
  if (hex.length === MAC_DIGITS) {
    // Two readings side by side far oftener than one of the few addresses that begin so.
    if (text.length === 12 && (hex.startsWith('0000') || hex.includes('00000000') || COLOUR.test(hex))) return;
    const sure = NAME_BEFORE.test(before) || (!inToken && isMakersAddress(hex));
    addAddress(out, start, end, hex, sure ? 'strong' : 'weak');
  } else if (hex.length === 16) {
    const strength = euiStrength(hex, before, text.slice(end, end + 1), inToken);
    if (strength !== undefined) addAddress(out, start, end, hex, strength);
  }
  if (hex.length === MAC_DIGITS || inToken || RFID_UID.test(hex)) return;
  const counts = [COUNT_BEFORE.exec(hex)?.[0].length ?? -1, COUNT_BEHIND.test(hex) ? 0 : -1];
  const at = counts.find((count) => count >= 0 && isMakersAddress(hex.slice(count, count + MAC_DIGITS)));
  if (at !== undefined) addAddress(out, start + at, start + at + MAC_DIGITS, hex.slice(at, at + MAC_DIGITS), 'strong');
}

export const macRun: ValueRecognizer = {
  ...VALUE,
  says: { en: 'it is a hardware address without separators', ru: 'это аппаратный адрес без разделителей' },
  prefilter: { minLength: 12, all: HEX12 },
  recognize: (text, out) => eachMatch(RUN, text, (match) => visitRun(match, text, out)),
  examples: [
    { text: 'vs_84f3eb01c2d9_a1', from: 'evasion' },
    { text: 'ShellyWallDisplay-000822AABBCC', from: 'Shelly Wall Display 2.0, topic prefix' },
    { text: '0x00158d0001abcdef', from: 'Zigbee2MQTT 1.40, ieeeAddr' },
    { text: 'eui-84f3ebfffe01c2d9', from: 'The Things Stack 3.30, gateway id' },
    { text: '0020042884f3eb01c2d9', from: 'Tuya, devId of the first ESP8266 modules' },
    { text: '1806299596727829081448e1e901c2d9', from: 'Meross MSS310, uuid' },
  ],
  counterexamples: [
    { text: '84f3eb01c2d984f3eb01c2d984f3eb01c2d98412', from: 'SHA-1' },
    { text: 'v1.2.0-14-g84f3eb01c2d9', from: 'git describe' },
    { text: '00b4032a02ee', from: 'Tuya lamp, colour_data_v2' },
    { text: '101208152415', from: 'DSMR 5, time of a power failure' },
    { text: '0x00000000000a0004', from: 'flags of an inverter' },
    { text: '04E91A77B2C380', from: 'OCPP 1.6, idTag of an NXP card' },
    { text: 'AAB10A0A4B0A4B0A4B0A4B0A4B55', from: 'Sonoff RF Bridge, RfRaw' },
    { text: '0103140000000a000b000c00fa01f402ee03e8', from: 'Modbus RTU' },
  ],
};
