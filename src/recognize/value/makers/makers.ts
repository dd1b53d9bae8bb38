// Whether the first three bytes of an address belong to a maker. One in 400 of all prefixes is assigned, so that twelve hex digits with an
// assigned one are an address, and others as likely a hash, a colour or a code.
import { PREFIXES } from './prefixes.js';

const BYTES = Buffer.from(PREFIXES, 'base64');
const PREFIX_BYTES = 3;

/** Are the first six hex digits a prefix that the IEEE has assigned? */
export function hasMaker(hex: string): boolean {
  const wanted = Number.parseInt(hex.slice(0, 2 * PREFIX_BYTES), 16);
  let low = 0;
  let high = BYTES.length / PREFIX_BYTES;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (BYTES.readUIntBE(middle * PREFIX_BYTES, PREFIX_BYTES) < wanted) low = middle + 1;
    else high = middle;
  }
  return low < BYTES.length / PREFIX_BYTES && BYTES.readUIntBE(low * PREFIX_BYTES, PREFIX_BYTES) === wanted;
}
