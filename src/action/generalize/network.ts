// An address to its network: /24 for IPv4, /48 (one site's prefix, RFC 6177) for IPv6.
import ipaddr from 'ipaddr.js';

/** Below it an integer's first octet is 0, which no host has. */
const LOWEST_ADDRESS = 1n << 24n;
const HOST_NUMBERS = 256n;

/** In the form it came: dotted, IPv6, or a 32-bit integer; a port or prefix length behind it goes. Undefined for other texts. */
export function coarseIp(text: string): string | undefined {
  if (/^-?\d{1,10}$/.test(text)) return coarseInteger(BigInt.asUintN(32, BigInt(text)));
  const address = text
    .replace(/^\[([^\]]*)\](?::\d{1,5})?$/, '$1')
    .replace(/[%/].*$/s, '')
    .replace(/^([\d.]+):\d{1,5}$/, '$1');
  if (/^\d{1,3}(?:\.\d{1,3}){3}$/.test(address)) {
    return ipaddr.IPv4.isValidFourPartDecimal(address) ? address.replace(/\d+$/, '0') : undefined;
  }
  if (!ipaddr.IPv6.isValid(address)) return undefined;
  const parsed = ipaddr.IPv6.parse(address);
  if (parsed.isIPv4MappedAddress()) return `::ffff:${coarseIp(parsed.toIPv4Address().toString())}`;
  return new ipaddr.IPv6([...parsed.parts.slice(0, 3), 0, 0, 0, 0, 0]).toRFC5952String();
}

function coarseInteger(address: bigint): string | undefined {
  return address < LOWEST_ADDRESS ? undefined : String(address - (address % HOST_NUMBERS));
}
