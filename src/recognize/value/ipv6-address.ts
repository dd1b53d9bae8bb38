// IPv6 addresses in texts, told from times and names in programs.
import type { Finding } from '../../model.js';
import type { ValueRecognizer } from '../evidence.js';
import { IPV6_COLONS } from '../prefilter.js';
import { add, eachMatch, VALUE } from './finding.js';
import { ipv6Canonical, LONGEST_IPV6, parseIpv6 } from './ip.js';

const HEX_RUN = /[0-9a-f:][0-9a-f:.]{2,}/gi;
const ZONE = /^%[\w.-]{1,16}/;

/** Is this in an assigned range? Otherwise `abc::def` is a name in a program, and `12:30::` a time. */
function isAssigned(groups: readonly number[]): boolean {
  const first = groups[0]!;
  if (first >= 0x2000 && first <= 0x3fff) return true; // global unicast
  if (first >= 0xfc00 && first <= 0xfebf) return true; // unique local, link-local
  if (first === 0x64 && groups[1] === 0xff9b) return true; // NAT64, RFC 6052
  return ipv6Canonical(groups).includes('.');
}

function visitHexRun(match: RegExpExecArray, text: string, out: Finding[]): void {
  if (match[0].length > LONGEST_IPV6 + 2) return;
  let start = match.index;
  let end = start + match[0].length;
  if (text[start] === ':' && text[start + 1] !== ':') start++;
  while (end > start && (text[end - 1] === '.' || (text[end - 1] === ':' && text[end - 2] !== ':'))) end--;
  const written = text.slice(start, end);
  if (!written.includes(':') || (start > 0 && /\w/.test(text[start - 1]!)) || /\w/.test(text[end] ?? '')) return;
  const groups = parseIpv6(written);
  if (groups === undefined || !isAssigned(groups)) return;
  const zone = ZONE.exec(text.slice(end, end + 18))?.[0] ?? '';
  add(out, 'ip_address', start, end + zone.length, ipv6Canonical(groups));
}

export const ipv6Address: ValueRecognizer = {
  ...VALUE,
  says: { en: 'it is an IPv6 address', ru: 'это адрес IPv6' },
  prefilter: { minLength: 3, all: IPV6_COLONS },
  recognize: (text, out) => eachMatch(HEX_RUN, text, (match) => visitHexRun(match, text, out)),
  examples: [
    { text: 'fe80::86f3:ebff:fe01:c2d9%wlan0', from: 'RFC 4007' },
    { text: '[2001:db8::1]:5683', from: 'RFC 3986' },
    { text: '::ffff:198.51.100.77', from: 'RFC 4291' },
  ],
  counterexamples: [
    { text: '12:30::', from: 'a clock' },
    { text: 'std::vec::Vec', from: 'Rust' },
    { text: 'core::StateOff', from: 'Overkiz' },
    { text: '::1', from: 'RFC 4291, loopback' },
  ],
};
