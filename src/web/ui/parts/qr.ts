// QR codes (ISO/IEC 18004): byte mode, error correction level M, versions 1 to 6 (106 bytes). Enough for an address.

/** Per version: error correction bytes of a block, and how many blocks there are (table 9, level M). */
const BLOCKS: readonly (readonly [ecc: number, blocks: number])[] = [
  [10, 1],
  [16, 1],
  [26, 1],
  [18, 2],
  [24, 2],
  [16, 4],
];
/** All bytes of a version's symbol, data and error correction (table 1). */
const TOTAL = [26, 44, 70, 100, 134, 172];

/** Multiplication in GF(256) with the polynomial 0x11D. */
function times(a: number, b: number): number {
  let product = 0;
  for (let bit = 7; bit >= 0; bit--) {
    product = (product << 1) ^ ((product >>> 7) * 0x11d);
    product ^= ((b >>> bit) & 1) * a;
  }
  return product & 0xff;
}

function divisor(degree: number): number[] {
  const result = [...Array<number>(degree - 1).fill(0), 1];
  let root = 1;
  for (let i = 0; i < degree; i++) {
    for (let j = 0; j < degree; j++) {
      result[j] = times(result[j]!, root);
      if (j + 1 < degree) result[j] = result[j]! ^ result[j + 1]!;
    }
    root = times(root, 2);
  }
  return result;
}

function remainder(data: readonly number[], by: readonly number[]): number[] {
  const result = by.map(() => 0);
  for (const byte of data) {
    const factor = byte ^ result.shift()!;
    result.push(0);
    by.forEach((one, index) => {
      result[index] = result[index]! ^ times(one, factor);
    });
  }
  return result;
}

function codewords(bytes: Uint8Array, version: number): number[] {
  const [ecc, blocks] = BLOCKS[version - 1]!;
  const capacity = TOTAL[version - 1]! - ecc * blocks;
  const bits = [0, 1, 0, 0, ...binary(bytes.length, 8), ...[...bytes].flatMap((byte) => binary(byte, 8))];
  bits.push(...Array<number>(Math.min(4, capacity * 8 - bits.length)).fill(0));
  while (bits.length % 8 !== 0) bits.push(0);
  const data: number[] = [];
  for (let at = 0; at < bits.length; at += 8) data.push(Number.parseInt(bits.slice(at, at + 8).join(''), 2));
  for (let pad = 0xec; data.length < capacity; pad ^= 0xec ^ 0x11) data.push(pad);
  return interleave(data, ecc, blocks);
}

function interleave(data: readonly number[], ecc: number, blocks: number): number[] {
  const by = divisor(ecc);
  const short = Math.floor(data.length / blocks);
  const longs = data.length % blocks;
  const parts: number[][] = [];
  for (let block = 0, at = 0; block < blocks; block++) {
    const size = short + (block >= blocks - longs ? 1 : 0);
    parts.push(data.slice(at, at + size));
    at += size;
  }
  const corrections = parts.map((part) => remainder(part, by));
  const out: number[] = [];
  for (let index = 0; index <= short; index++) for (const part of parts) if (index < part.length) out.push(part[index]!);
  for (let index = 0; index < ecc; index++) for (const part of corrections) out.push(part[index]!);
  return out;
}

const binary = (value: number, length: number): number[] =>
  Array.from({ length }, (_, index) => (value >>> (length - 1 - index)) & 1);

/** The symbol as rows of dark (true) modules, without its quiet zone; undefined when the text is too long. */
export function qr(text: string): boolean[][] | undefined {
  const bytes = new TextEncoder().encode(text);
  const version = BLOCKS.findIndex(([ecc, blocks], index) => TOTAL[index]! - ecc * blocks - 2 >= bytes.length) + 1;
  if (version === 0) return undefined;
  const size = version * 4 + 17;
  const dark = Array.from({ length: size }, () => Array<boolean>(size).fill(false));
  const fixed = Array.from({ length: size }, () => Array<boolean>(size).fill(false));
  const set = (x: number, y: number, on: boolean): void => {
    if (x < 0 || y < 0 || x >= size || y >= size) return;
    dark[y]![x] = on;
    fixed[y]![x] = true;
  };
  drawPatterns(size, version, set);
  drawFormat(size, set);
  drawData(codewords(bytes, version), size, dark, fixed);
  return dark;
}

type Setter = (x: number, y: number, on: boolean) => void;

function drawPatterns(size: number, version: number, set: Setter): void {
  for (let at = 0; at < size; at++) {
    set(6, at, at % 2 === 0);
    set(at, 6, at % 2 === 0);
  }
  if (version > 1) {
    const centre = size - 7;
    for (let y = -2; y <= 2; y++)
      for (let x = -2; x <= 2; x++) set(centre + x, centre + y, Math.max(Math.abs(x), Math.abs(y)) !== 1);
  }
  for (const [cx, cy] of [
    [3, 3],
    [size - 4, 3],
    [3, size - 4],
  ] as const) {
    for (let y = -4; y <= 4; y++)
      for (let x = -4; x <= 4; x++) {
        const far = Math.max(Math.abs(x), Math.abs(y));
        set(cx + x, cy + y, far !== 2 && far !== 4);
      }
  }
}

/** Level M, mask 0: the one mask used here; readers take any. */
function drawFormat(size: number, set: Setter): void {
  const level = 0b00 << 3;
  let rest = level;
  for (let i = 0; i < 10; i++) rest = (rest << 1) ^ ((rest >>> 9) * 0x537);
  const bits = ((level << 10) | rest) ^ 0x5412;
  const bit = (at: number): boolean => ((bits >>> at) & 1) === 1;
  for (let i = 0; i <= 5; i++) set(8, i, bit(i));
  set(8, 7, bit(6));
  set(8, 8, bit(7));
  set(7, 8, bit(8));
  for (let i = 9; i < 15; i++) set(14 - i, 8, bit(i));
  for (let i = 0; i < 8; i++) set(size - 1 - i, 8, bit(i));
  for (let i = 8; i < 15; i++) set(8, size - 15 + i, bit(i));
  set(8, size - 8, true);
}

function drawData(words: readonly number[], size: number, dark: boolean[][], fixed: readonly boolean[][]): void {
  let at = 0;
  for (let right = size - 1; right >= 1; right -= 2) {
    if (right === 6) right = 5;
    for (let step = 0; step < size; step++) {
      for (let side = 0; side < 2; side++) {
        const x = right - side;
        const y = ((right + 1) & 2) === 0 ? size - 1 - step : step;
        if (fixed[y]![x]) continue;
        const on = at < words.length * 8 && ((words[at >>> 3]! >>> (7 - (at & 7))) & 1) === 1;
        at++;
        dark[y]![x] = on !== ((x + y) % 2 === 0);
      }
    }
  }
}
