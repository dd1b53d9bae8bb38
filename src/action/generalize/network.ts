// An address to its network: /24 for IPv4, /48 (one site's prefix, RFC 6177) for IPv6.
import { formatIpv6, ipv6Canonical, parseIpv4, parseIpv6 } from '../../classify/values/ip.js';
import { numberAs } from '../../classify/values/numbers.js';

const HOST_NUMBERS = 256n;

/** In the form it came: dotted, IPv6, or a 32-bit integer; a port or prefix length behind it goes. Undefined for other texts. */
export function coarseIp(text: string): string | undefined {
  if (/^-?\d+$/.test(text)) {
    if (numberAs(text, 'ip_address') === undefined) return undefined;
    return String(BigInt.asUintN(32, BigInt(text)) - (BigInt.asUintN(32, BigInt(text)) % HOST_NUMBERS));
  }
  const address = text
    .replace(/^\[([^\]]*)\](?::\d{1,5})?$/, '$1')
    .replace(/[%/].*$/, '')
    .replace(/^([\d.]+):\d{1,5}$/, '$1');
  const octets = parseIpv4(address);
  if (octets !== undefined) return `${octets.slice(0, 3).join('.')}.0`;
  const groups = parseIpv6(address);
  if (groups === undefined) return undefined;
  const canonical = ipv6Canonical(groups).slice(3);
  if (!canonical.includes(':')) return `::ffff:${coarseIp(canonical)}`;
  return formatIpv6([...groups.slice(0, 3), 0, 0, 0, 0, 0]);
}
