// Addresses of networks in the ways that other addresses and names are made of them.

const strip = (digits: string): string => digits.replace(/^0+(?=.)/, '');

/** The hexadecimal digits of an address as IPv6 writes them in groups of four: without the zeros that lead each group. */
export function inGroups(hex: string): string {
  return (hex.match(/.{4}/g) ?? []).map(strip).join('');
}

/** A MAC whose octets are written without leading zeros; undefined where that is how it is always written. */
export function shortOctets(parts: readonly string[], separator: string): string | undefined {
  const short = parts.map(strip).join(separator);
  return short === parts.join(separator) ? undefined : short;
}

/** The 16 bytes of an IPv6 address (RFC 4291 section 2.2); undefined for any other text. */
export function ipv6Bytes(text: string): Buffer | undefined {
  const dotted = /^(.*:)(\d+)\.(\d+)\.(\d+)\.(\d+)$/.exec(text);
  const octets = dotted?.slice(2).map(Number) ?? [];
  const plain =
    dotted === null
      ? text
      : `${dotted[1]}${octets.map((o, i) => (i === 2 ? ':' : '') + o.toString(16).padStart(2, '0')).join('')}`;
  const halves = plain.split('::');
  if (halves.length > 2) return undefined;
  const groups = halves.map((half) => (half === '' ? [] : half.split(':')));
  const missing = 8 - groups.flat().length;
  if ((halves.length === 2 ? missing < 1 : missing !== 0) || !groups.flat().every((group) => /^[0-9a-f]{1,4}$/i.test(group)))
    return undefined;
  const all = [...groups[0]!, ...Array.from({ length: missing }, () => '0'), ...(groups[1] ?? [])];
  return Buffer.from(all.map((group) => group.padStart(4, '0')).join(''), 'hex');
}
