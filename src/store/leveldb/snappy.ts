// Snappy, decoding only (google/snappy, format_description.txt): LevelDB's index blocks are kept in it.

/** Longest text that is decoded: LevelDB's index of a file of 2 MiB is some 20 KB. */
const MOST_BYTES = 16 * 1024 * 1024;

/** A varint of up to 32 bits at `at`: its value, and where it ends; undefined where it does not end. */
export function readVarint(bytes: Uint8Array, at: number): readonly [value: number, end: number] | undefined {
  let value = 0;
  let scale = 1;
  // LevelDB's numbers of 64 bits are offsets in files and counts here: below 2^53.
  for (let i = at; i < bytes.length && i < at + 8; i++, scale *= 128) {
    const byte = bytes[i]!;
    value += (byte & 0x7f) * scale;
    if (byte < 0x80) return [value, i + 1];
  }
  return undefined;
}

/** Length of the literal that the tag at `at` begins, and where its bytes begin. */
function literalAt(bytes: Uint8Array, at: number): readonly [length: number, from: number] {
  const code = bytes[at]! >> 2;
  if (code < 60) return [code + 1, at + 1];
  const extra = code - 59;
  let length = 0;
  for (let i = extra; i > 0; i--) length = length * 256 + (bytes[at + i] ?? 0);
  return [length + 1, at + 1 + extra];
}

/** Length and distance of the copy that the tag at `at` begins, and where the next tag stands. */
function copyAt(bytes: Uint8Array, at: number): readonly [length: number, distance: number, next: number] {
  const tag = bytes[at]!;
  const byte = (i: number): number => bytes[at + i] ?? 0;
  if ((tag & 3) === 1) return [4 + ((tag >> 2) & 7), ((tag >> 5) << 8) | byte(1), at + 2];
  if ((tag & 3) === 2) return [1 + (tag >> 2), byte(1) | (byte(2) << 8), at + 3];
  return [1 + (tag >> 2), byte(1) + byte(2) * 0x100 + byte(3) * 0x1_0000 + byte(4) * 0x100_0000, at + 5];
}

/** The text; undefined for what is not in the format. */
export function decodeSnappy(bytes: Uint8Array): Buffer | undefined {
  const head = readVarint(bytes, 0);
  if (head === undefined || head[0] > MOST_BYTES) return undefined;
  const out = Buffer.alloc(head[0]);
  let [filled, at] = [0, head[1]];
  while (at < bytes.length) {
    if ((bytes[at]! & 3) === 0) {
      const [length, from] = literalAt(bytes, at);
      if (from + length > bytes.length || filled + length > out.length) return undefined;
      out.set(bytes.subarray(from, from + length), filled);
      filled += length;
      at = from + length;
      continue;
    }
    const [length, distance, next] = copyAt(bytes, at);
    if (distance === 0 || distance > filled || filled + length > out.length) return undefined;
    for (const end = filled + length; filled < end; filled++) out[filled] = out[filled - distance]!; // may overlap itself
    at = next;
  }
  return filled === out.length ? out : undefined;
}
