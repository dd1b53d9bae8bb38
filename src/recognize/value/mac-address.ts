// MAC addresses and EUI-64 as pairs of hex digits with one separator throughout: `f4:cf:a2:77:88:99` (RFC 7042), with dashes, dots,
// underscores (BlueZ) or blanks (frames printed as hex).
import type { Finding } from '../../model.js';
import type { ValueRecognizer } from '../evidence.js';
import { PAIRS5 } from '../prefilter.js';
import { eachMatch, VALUE } from './finding.js';
import { addAddress, isMakersAddress, isMixed } from './mac.js';
import { hasMaker } from './makers/makers.js';

/** A chain of pairs; how many there are says what it is. `\:` is what `nmcli -t` writes. */
const CHAIN = /(?<!\d|[0-9a-f]{2})[0-9a-f]{1,2}([:\-._ ]|\\:)[0-9a-f]{1,2}(?:\1[0-9a-f]{1,2}){4,}(?![0-9a-f])/gi;
/** DHCP client ids and DUIDs (RFC 2132 9.14, RFC 8415 11.2, 11.4) end in the MAC; by what they begin with. */
const DHCP_IDS: readonly (readonly [pairs: number, prefix: string])[] = [
  [7, '01'],
  [14, '00010001'],
  [10, '00030001'],
];
/** Longest frame printed as pairs in which an address is looked for. In a longer one chance makes some bytes a maker's. */
const FRAME_BYTES = 16;
const MAC_BYTES = 6;

/** Could six numbers be year, month, day, hour, minute, second? */
function looksLikeTime(groups: readonly string[]): boolean {
  const [, month, day, hour, minute, second] = groups.map(Number);
  return month! >= 1 && month! <= 12 && day! >= 1 && day! <= 31 && hour! < 24 && minute! < 60 && second! < 61;
}

/** How sure six pairs are an address; undefined: they are something else. */
function strengthOf(groups: readonly string[], separator: string): Finding['strength'] | undefined {
  const hex = groups.join('');
  const whole = groups.every((group) => group.length === 2);
  switch (separator) {
    case ':':
    case '\\:':
      if (!whole) return isMixed(hex) ? 'certain' : 'weak'; // Solaris and macOS write `0:3:ba:1:c2:d9`
      return 'certain';
    case '-':
      if (!whole) return undefined;
      return /[a-f]/i.test(hex) || !looksLikeTime(groups) ? 'certain' : 'weak';
    default:
      if (!whole || !/[a-f]/i.test(hex)) return undefined;
      if (separator === ' ') return isMakersAddress(hex) ? 'strong' : 'weak';
      return isMixed(hex) ? 'strong' : undefined;
  }
}

/** Bytes of a frame printed with blanks: a maker's address among them. One that begins with 0 is as likely a length and a flag. */
function visitFrame(groups: readonly string[], start: number, out: Finding[]): void {
  const first = groups.findLastIndex((group) => group.length !== 2) + 1;
  const bytes = groups.slice(first);
  if (bytes.length > FRAME_BYTES) return;
  const from = start + groups.slice(0, first).join(' ').length + (first > 0 ? 1 : 0);
  for (let i = 0; i + MAC_BYTES <= bytes.length; i++) {
    const hex = bytes.slice(i, i + MAC_BYTES).join('');
    if (bytes[i]!.startsWith('0') || !isMakersAddress(hex)) continue;
    addAddress(out, from + 3 * i, from + 3 * (i + MAC_BYTES) - 1, hex, 'strong');
    return;
  }
}

function visitChain(match: RegExpExecArray, text: string, out: Finding[]): void {
  const separator = match[1]!;
  let start = match.index;
  const end = start + match[0].length;
  let groups = match[0].split(separator);
  // `mac:f4:cf:…`: the end of a word looks like a pair.
  if ((groups.length === 7 || groups.length === 9) && start > 0 && /[g-z]/i.test(text[start - 1]!)) {
    start += groups[0]!.length + separator.length;
    groups = groups.slice(1);
  }
  const around = text.slice(Math.max(0, start - 2), end + 2);
  if (separator === ':' && around.includes('::')) return; // a piece of an IPv6 address
  const joined = groups.join('');
  if (DHCP_IDS.some(([pairs, prefix]) => groups.length === pairs && joined.startsWith(prefix))) {
    groups = groups.slice(-MAC_BYTES);
    start = end - groups.join(separator).length;
  }
  if (groups.length === MAC_BYTES) {
    const strength = strengthOf(groups, separator);
    if (strength !== undefined) addAddress(out, start, end, groups.map((group) => group.padStart(2, '0')).join(''), strength);
  } else if (groups.length === 8 && groups.every((group) => group.length === 2)) {
    const sure = /[:-]/.test(separator) || (hasMaker(joined) && isMixed(joined));
    if (sure) addAddress(out, start, end, joined, separator === ' ' ? 'strong' : 'certain');
    else if (separator === ' ') visitFrame(groups, start, out);
  } else if (separator === ' ') visitFrame(groups, start, out);
}

export const macAddress: ValueRecognizer = {
  ...VALUE,
  says: { en: 'it is a hardware address in pairs of hex digits', ru: 'это аппаратный адрес парами цифр' },
  prefilter: { minLength: 11, all: PAIRS5 },
  recognize: (text, out) => eachMatch(CHAIN, text, (match) => visitChain(match, text, out)),
  examples: [
    { text: 'F4:CF:A2:77:88:99', from: 'Tasmota 13, STATUS5' },
    { text: '/org/bluez/hci0/dev_84_F3_EB_01_C2_D9', from: 'BlueZ 5, D-Bus path of a device' },
    { text: '00:0d:6f:ff:fe:51:2a:c0-01-0402', from: 'deCONZ 2.20, uniqueid' },
    { text: '1764518462 84:f3:eb:01:c2:d9 192.168.1.54 * 01:84:f3:eb:01:c2:d9', from: 'dnsmasq 2.90, lease file' },
    { text: '60147cb0 0070 132 7 44 8 02 70 b3 d5 f1 c0 77 2b', from: 'Sure Petcare hub, MQTT' },
    { text: 'Hex-STRING: F4 CF A2 77 88 99', from: 'net-snmp 5.9' },
    { text: '0:3:ba:1:c2:d9', from: 'macOS 14, arp -a' },
  ],
  counterexamples: [
    { text: 'fe80::86f3:ebff:fe01:c2d9', from: 'RFC 4291' },
    { text: '2024_11_07_16_26_09', from: 'name of a recording' },
    { text: '126 29 09 16 18 04 00 39 0f 01 2a 00 00 e8 03 00 00', from: 'Sure Petcare hub, MQTT' },
    { text: 'AA:BB:CC:DD:EE:FF:00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD', from: 'fingerprint of a certificate' },
    { text: '00:00:00:00:00:00', from: 'no address yet' },
  ],
};
