// CRC-32C (RFC 3720, appendix B.4), as LevelDB keeps it beside its records and blocks.

/** The polynomial 0x1EDC6F41, its bits reversed. */
const POLYNOMIAL = 0x82f63b78;
/** LevelDB adds this to a sum that it stores, so that sums over data that hold sums stay strong (util/crc32c.h). */
const MASK_DELTA = 0xa282ead8;
const TABLE_SIZE = 256;

const TABLE = Int32Array.from({ length: TABLE_SIZE }, (_, byte) => {
  let sum = byte;
  for (let bit = 0; bit < 8; bit++) sum = (sum & 1) === 1 ? (sum >>> 1) ^ POLYNOMIAL : sum >>> 1;
  return sum;
});

/** The sum over `bytes` from `from` up to but without `to`, an unsigned 32-bit number. */
export function crc32c(bytes: Uint8Array, from = 0, to = bytes.length): number {
  let sum = -1;
  for (let i = from; i < to; i++) sum = (sum >>> 8) ^ TABLE[(sum ^ bytes[i]!) & 0xff]!;
  return ~sum >>> 0;
}

/** The sum in the form in which LevelDB stores it. */
export function maskedCrc(bytes: Uint8Array, from = 0, to = bytes.length): number {
  const sum = crc32c(bytes, from, to);
  return (((sum >>> 15) | (sum << 17)) + MASK_DELTA) >>> 0;
}
