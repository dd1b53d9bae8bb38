// IPv4 addresses in texts, told from versions with four parts.
import type { Finding } from '../../model.js';
import type { ValueRecognizer } from '../evidence.js';
import { DIGIT, DOTS3 } from '../prefilter.js';
import { add, contextBefore, eachMatch, VALUE } from './finding.js';
import { isNobody, isPrivateIpv4, parseIpv4 } from './ip.js';

const QUAD = /(?<![\d.])(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})(?!\d|\.\d)/g;
/** `203.000.113.077`: three digits throughout, as some cameras print them. */
const PADDED = /^\d{3}\.\d{3}\.\d{3}\.\d{3}$/;
const VERSION_BEFORE =
  /(?:\bv|ver|version|firmware|fw|sw|hw|build|release|rev|update|bootloader|rom|sdk)[\s:=_"'/(-]*$|[a-z]\/$/i;
const VERSION_AFTER = /^[-_.]?(?:rc|alpha|beta|dev|pre|snapshot|release|build|[a-z]\d)/i;
/** `snapshot`, with what joins it. */
const AFTER_CHARS = 10;
/** Versions count from below: `1.0.0.72`, `4.3.8.1`, `3.0.0.136`. One address in 128 begins with such parts. */
const VERSION_PARTS = [32, 64, 64] as const;

function strengthOf(octets: readonly number[], text: string, start: number, end: number): Finding['strength'] {
  const before = contextBefore(text, start);
  if (before.endsWith('://')) return 'certain';
  const after = text.slice(end, end + AFTER_CHARS);
  if (VERSION_BEFORE.test(before) || VERSION_AFTER.test(after)) return 'weak';
  // A port or prefix length follows an address, and nobody counts versions from 192.168.
  if (isPrivateIpv4(octets) || /^(?::\d|\/\d)/.test(after)) return 'certain';
  return VERSION_PARTS.every((most, i) => octets[i]! < most) ? 'weak' : 'certain';
}

function visitQuad(match: RegExpExecArray, text: string, out: Finding[]): void {
  const octets = parseIpv4(PADDED.test(match[0]) ? match[0].replace(/(?<=^|\.)0{1,2}(?=\d)/g, '') : match[0]);
  if (octets === undefined || isNobody(octets)) return;
  const end = match.index + match[0].length;
  add(out, 'ip_address', match.index, end, `ip:${octets.join('.')}`, strengthOf(octets, text, match.index, end));
}

export const ipv4Address: ValueRecognizer = {
  ...VALUE,
  says: { en: 'it is an IPv4 address', ru: 'это адрес IPv4' },
  prefilter: { minLength: 7, all: DOTS3 | DIGIT },
  recognize: (text, out) => eachMatch(QUAD, text, (match) => visitQuad(match, text, out)),
  examples: [
    { text: '192.168.1.23', from: 'Tasmota 13, STATUS5' },
    { text: 'http://198.51.100.77:8080/onvif/device_service', from: 'ONVIF Core 22.12, XAddr' },
    { text: '[WiFi] STA IP: 192.168.4.77, MASK: 255.255.255.0, GW: 192.168.4.1', from: 'ESP32 Arduino core 2' },
  ],
  counterexamples: [
    { text: '255.255.255.0', from: 'a netmask' },
    { text: '127.0.0.1', from: 'RFC 1122' },
    { text: '10.0.22631.4460', from: 'Windows 11' },
    { text: '4.1.2.6.2', from: 'a version of five parts' },
  ],
};
