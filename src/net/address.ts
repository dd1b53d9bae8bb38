// IP addresses: one spelling, whose network they are in, and which of them are somebody's inside.
import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

type Parsed = ipaddr.IPv4 | ipaddr.IPv6;

/** An address without IPv4 mapping and zone (`::ffff:192.168.1.2` → `192.168.1.2`); anything else as it is. */
export function plainAddress(address: string | undefined): string {
  const bare = (address ?? '').split('%')[0]!;
  return isIP(bare) === 6 ? ipaddr.process(bare).toString() : bare; // IPv4 has one spelling: what has another is no address
}

/** A test for being inside one of `networks` (CIDR). An address that cannot be read is inside none. */
export function insideOf(networks: readonly string[]): (address: string) => boolean {
  const ranges = networks.map((each) => ipaddr.parseCIDR(each));
  return (address) => {
    if (isIP(address) === 0) return false;
    const parsed: Parsed = ipaddr.process(address);
    return ranges.some(([base, bits]) => base.kind() === parsed.kind() && parsed.match([base, bits] as never));
  };
}

/** RFC 6052: the last four bytes of a NAT64 address are the IPv4 one it stands for. */
function behindNat64(parsed: ipaddr.IPv6): ipaddr.IPv4 {
  return new ipaddr.IPv4(parsed.toByteArray().slice(-4));
}

/**
 * Whether an address is out on the Internet: not private, loopback, link-local, multicast, shared (RFC 6598), reserved,
 * nor one that wraps another (6to4, Teredo). What cannot be read is not public.
 */
export function isPublic(address: string): boolean {
  if (isIP(address) === 0) return false;
  const parsed: Parsed = ipaddr.process(address);
  const range = parsed.range();
  if (range === 'rfc6052') return behindNat64(parsed as ipaddr.IPv6).range() === 'unicast';
  return range === 'unicast';
}

/** 127.0.0.0/8 and 0.0.0.0/8 (RFC 6890), of an address that is known to be one; asked for every message. */
const IPV4_LOOPBACK = /^(?:127|0)\./;

/** Whether an address is this machine's by its range alone: loopback and unspecified. */
export function isLoopback(address: string): boolean {
  const version = isIP(address);
  if (version === 0) return false;
  if (version === 4) return IPV4_LOOPBACK.test(address);
  const range = ipaddr.process(address).range();
  return range === 'loopback' || range === 'unspecified';
}
