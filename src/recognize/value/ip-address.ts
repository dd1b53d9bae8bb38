// IPv4 and IPv6 addresses in texts (RFC 791, RFC 4291, RFC 5952), told from versions and times.
import type { Finding } from '../../model.js';
import { DASHES2, DIGIT, DOTS2, DOTS3, IPV6_COLONS, MARK, UNDERSCORE } from '../prefilter.js';
import { add, contextBefore, eachMatch } from './finding.js';

const QUAD = /(?<![\d.])(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})(?!\d|\.\d)/g;
const VERSION_BEFORE =
  /(?:\bv|ver|version|firmware|fw|sw|hw|build|release|rev|update|bootloader|rom|sdk)[\s:=_"'/(-]*$|[a-z]\/$/i;
const VERSION_AFTER = /^[-_.]?(?:rc|alpha|beta|dev|pre|snapshot|release|build|[a-z]\d)/i;
/** Below it in every octet, a public address is more likely a version such as 4.3.8.1: 0.4 % of addresses, most versions. */
const VERSION_OCTET = 64;
const HEX_RUN = /[0-9a-f:][0-9a-f:.]{2,}/gi;
/** Longest text of an address: eight groups of four with an IPv4 tail (RFC 4291 2.2), as INET6_ADDRSTRLEN has it. */
const LONGEST_IPV6 = 45;
const ZONE = /^%[\w.-]{1,16}/;

/** Dotted quad to its octets; undefined for leading zeros and numbers past 255. */
export function parseIpv4(text: string): readonly number[] | undefined {
  const parts = text.split('.');
  if (parts.length !== 4 || !parts.every((part) => /^(?:0|[1-9]\d{0,2})$/.test(part))) return undefined;
  const octets = parts.map(Number);
  return octets.every((octet) => octet <= 255) ? octets : undefined;
}

/** Addresses that stand for no home: unspecified, loopback, netmasks and broadcast. */
function isNobody(octets: readonly number[]): boolean {
  return octets[0] === 0 || octets[0] === 127 || octets[0] === 255;
}

/** RFC 1918, RFC 3927 and RFC 6598. */
export function isPrivateIpv4(octets: readonly number[]): boolean {
  const [a, b] = octets as [number, number];
  return (
    a === 10 ||
    (a === 192 && b === 168) ||
    (a === 172 && b >= 16 && b < 32) ||
    (a === 169 && b === 254) ||
    (a === 100 && b >= 64 && b < 128)
  );
}

function ipv4IsCertain(octets: readonly number[], text: string, start: number, end: number): boolean {
  const before = contextBefore(text, start);
  if (VERSION_BEFORE.test(before) && !/:\/\/$/.test(before)) return false;
  const after = text.slice(end, end + 10);
  if (VERSION_AFTER.test(after)) return false;
  if (isPrivateIpv4(octets) || /^(?::\d|\/\d)/.test(after)) return true;
  return octets.some((octet) => octet >= VERSION_OCTET);
}

/** `203.000.113.077`: three digits throughout. */
const PADDED = /^\d{3}\.\d{3}\.\d{3}\.\d{3}$/;
/** Written so that no program takes it for an address: `203[.]0[.]113[.]77`. */
const DEFANGED = /(?<!\d)\d{1,3}(?:\[\.\]|\(\.\))\d{1,3}(?:\[\.\]|\(\.\))\d{1,3}(?:\[\.\]|\(\.\))\d{1,3}(?!\d)/g;
/** Names that providers give to addresses: `host-203-0-113-77.isp.net`, `p4fd2a1b0` is theirs to know. */
const IN_NAME =
  /(?<!\d|\d-)(\d{1,3})-(\d{1,3})-(\d{1,3})-(\d{1,3})(?=\.[a-z0-9-]{1,63}\.[a-z0-9.-]{0,190}[a-z]|[.-][a-z0-9-]{1,63}\.[a-z0-9.-]{0,190}\.[a-z])/gi;
/** `ip-84-17-46-153`, `host_84_17_46_153`. */
const BEHIND_NAME =
  /(?<=(?:^|[^a-z])(?:ip|ipv4|host|addr|address|ec2|wan|lan)[-_])\d{1,3}([-_])\d{1,3}\1\d{1,3}\1\d{1,3}(?![-_]?\d)/gi;
const IPV6_ARPA = /(?:[0-9a-f]\.){32}ip6\.arpa/gi;

function visitQuad(match: RegExpExecArray, text: string, out: Finding[]): void {
  const octets = parseIpv4(PADDED.test(match[0]) ? match[0].replace(/(?<=^|\.)0{1,2}(?=\d)/g, '') : match[0]);
  if (octets === undefined || isNobody(octets)) return;
  const end = match.index + match[0].length;
  const certain = ipv4IsCertain(octets, text, match.index, end);
  add(out, 'ip_address', match.index, end, `ip:${octets.join('.')}`, certain ? 'certain' : 'weak');
}

/** Any text form of RFC 4291 without zone and prefix length, to eight groups. */
export function parseIpv6(text: string): number[] | undefined {
  if (text.length > LONGEST_IPV6 || !text.includes(':')) return undefined;
  let source = text;
  const tail = /(?:^|:)(\d+\.\d+\.\d+\.\d+)$/.exec(text)?.[1];
  if (tail !== undefined) {
    const octets = parseIpv4(tail);
    if (octets === undefined) return undefined;
    const [a, b, c, d] = octets as [number, number, number, number];
    source = `${text.slice(0, -tail.length)}${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`;
  }
  const halves = source.split('::');
  if (halves.length > 2) return undefined;
  const [head, rest] = halves.map((half) => (half === '' ? [] : half.split(':'))) as [string[], string[] | undefined];
  const given = [...head, ...(rest ?? [])];
  if (!given.every((group) => /^[0-9a-f]{1,4}$/i.test(group))) return undefined;
  if (rest === undefined ? given.length !== 8 : given.length > 7) return undefined;
  const zeros = Array.from({ length: 8 - given.length }, () => '0');
  return [...head, ...zeros, ...(rest ?? [])].map((group) => Number.parseInt(group, 16));
}

/** RFC 5952 text: the longest run of zero groups (two and more, the first of equals) as `::`. */
export function formatIpv6(groups: readonly number[]): string {
  let best = { at: -1, length: 1 };
  for (let at = 0; at < 8; at++) {
    let length = 0;
    while (at + length < 8 && groups[at + length] === 0) length++;
    if (length > best.length) best = { at, length };
  }
  const hex = groups.map((group) => group.toString(16));
  if (best.at < 0) return hex.join(':');
  return `${hex.slice(0, best.at).join(':')}::${hex.slice(best.at + best.length).join(':')}`;
}

/** IPv4-mapped addresses are the IPv4 address (RFC 4291 2.5.5.2). */
export function ipv6Canonical(groups: readonly number[]): string {
  const mapped = groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff;
  if (!mapped) return `ip:${formatIpv6(groups)}`;
  const [high, low] = groups.slice(6) as [number, number];
  return `ip:${high >> 8}.${high & 255}.${low >> 8}.${low & 255}`;
}

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

/** Four octets with another mark between them. */
function visitWritten(match: RegExpExecArray, mark: string | RegExp, out: Finding[]): void {
  const octets = parseIpv4(match[0].split(mark).join('.'));
  if (octets === undefined || isNobody(octets) || !octets.some((octet) => octet >= VERSION_OCTET)) return;
  add(out, 'ip_address', match.index, match.index + match[0].length, `ip:${octets.join('.')}`);
}

export function findIps(text: string, out: Finding[], traits: number): void {
  if ((traits & (DOTS3 | DIGIT)) === (DOTS3 | DIGIT)) eachMatch(QUAD, text, (match) => visitQuad(match, text, out));
  if ((traits & (DOTS2 | DASHES2)) === (DOTS2 | DASHES2)) eachMatch(IN_NAME, text, (match) => visitWritten(match, '-', out));
  if ((traits & DIGIT) !== 0 && (traits & (DASHES2 | UNDERSCORE)) !== 0 && /\d[-_]\d{1,3}[-_]\d{1,3}[-_]\d/.test(text))
    eachMatch(BEHIND_NAME, text, (match) => visitWritten(match, match[1]!, out));
  if ((traits & (DOTS3 | MARK)) === (DOTS3 | MARK) && (text.includes('[.]') || text.includes('(.)')))
    eachMatch(DEFANGED, text, (match) => visitWritten(match, /\[\.\]|\(\.\)/, out));
  if ((traits & DOTS3) !== 0 && text.length > 70 && text.includes('.arpa')) {
    eachMatch(IPV6_ARPA, text, (match) => {
      const hex = match[0].slice(0, 64).replaceAll('.', '').split('').reverse().join('');
      const groups = hex.match(/.{4}/g)!.map((group) => Number.parseInt(group, 16));
      add(out, 'ip_address', match.index, match.index + match[0].length, ipv6Canonical(groups));
    });
  }
  if ((traits & IPV6_COLONS) !== 0) eachMatch(HEX_RUN, text, (match) => visitHexRun(match, text, out));
}

/** The MAC that an IPv6 address carries as its modified EUI-64 interface id (RFC 4291 appendix A): `mac:…`, or undefined. */
export function ipv6Mac(address: string): string | undefined {
  const groups = parseIpv6(address.replace(/[%/].*$/s, ''));
  if (groups === undefined || (groups[5]! & 0xff) !== 0xff || groups[6]! >> 8 !== 0xfe) return undefined;
  const hex = groups
    .slice(4)
    .map((group) => group.toString(16).padStart(4, '0'))
    .join('');
  const first = (Number.parseInt(hex.slice(0, 2), 16) ^ 2).toString(16).padStart(2, '0');
  return `mac:${first}${hex.slice(2, 6)}${hex.slice(10)}`;
}
