// IP addresses as text and as numbers (RFC 791, RFC 4291, RFC 5952).

/** Longest text of an address: eight groups of four with an IPv4 tail (RFC 4291 2.2), as INET6_ADDRSTRLEN has it. */
export const LONGEST_IPV6 = 45;

/** Dotted quad to its octets; undefined for leading zeros and numbers past 255. */
export function parseIpv4(text: string): readonly number[] | undefined {
  const parts = text.split('.');
  if (parts.length !== 4 || !parts.every((part) => /^(?:0|[1-9]\d{0,2})$/.test(part))) return undefined;
  const octets = parts.map(Number);
  return octets.every((octet) => octet <= 255) ? octets : undefined;
}

/** Addresses that stand for no home: unspecified, loopback, netmasks and broadcast. */
export function isNobody(octets: readonly number[]): boolean {
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
function formatIpv6(groups: readonly number[]): string {
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
