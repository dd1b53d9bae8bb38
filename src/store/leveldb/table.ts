// LevelDB's tables: whether every block still fits its sum (LevelDB, doc/table_format.md). LevelDB itself is not asked to: the binding
// that opens it has no switch for sums.
import { type FileHandle, open } from 'node:fs/promises';
import { maskedCrc } from './crc32c.js';
import { decodeSnappy, readVarint } from './snappy.js';

const FOOTER_BYTES = 48;
const MAGIC = Buffer.from('57fb808b247547db', 'hex');
/** Behind each block: its type and the sum over both. */
const TRAILER_BYTES = 5;
const [RAW, SNAPPY] = [0, 1] as const;
/** A block has some 4 KB, an index some 20; more is not believed, so that a flipped length fills no memory. */
const BLOCK_MAX = 64 * 1024 * 1024;

interface Handle {
  readonly offset: number;
  readonly size: number;
}

function readHandle(bytes: Uint8Array, at: number): readonly [Handle, number] | undefined {
  const offset = readVarint(bytes, at);
  const size = offset && readVarint(bytes, offset[1]);
  return offset && size && [{ offset: offset[0], size: size[0] }, size[1]];
}

async function readExactly(file: FileHandle, offset: number, size: number): Promise<Buffer | undefined> {
  const bytes = Buffer.alloc(size);
  const { bytesRead } = await file.read(bytes, 0, size, offset);
  return bytesRead === size ? bytes : undefined;
}

/** A block with its type, if it fits its sum. */
async function readBlock(
  file: FileHandle,
  { offset, size }: Handle,
): Promise<{ readonly type: number; readonly bytes: Buffer } | undefined> {
  if (size > BLOCK_MAX) return undefined;
  const whole = await readExactly(file, offset, size + TRAILER_BYTES);
  if (whole === undefined || whole.readUInt32LE(size + 1) !== maskedCrc(whole, 0, size + 1)) return undefined;
  return { type: whole[size]!, bytes: whole.subarray(0, size) };
}

/** The values of an index block: where the data blocks stand. Undefined for what is not in the format. */
function handlesOf(index: Buffer): Handle[] | undefined {
  const handles: Handle[] = [];
  if (index.length < 4) return undefined;
  const end = index.length - 4 - 4 * index.readUInt32LE(index.length - 4);
  for (let at = 0; at < end; ) {
    const shared = readVarint(index, at);
    const rest = shared && readVarint(index, shared[1]);
    const length = rest && readVarint(index, rest[1]);
    if (!length) return undefined;
    const from = length[1] + rest[0];
    const handle = readHandle(index, from);
    if (handle === undefined) return undefined;
    handles.push(handle[0]);
    at = from + length[0];
  }
  return handles;
}

async function isWhole(file: FileHandle, bytes: number): Promise<boolean> {
  const footer = bytes < FOOTER_BYTES ? undefined : await readExactly(file, bytes - FOOTER_BYTES, FOOTER_BYTES);
  if (footer === undefined || !footer.subarray(-MAGIC.length).equals(MAGIC)) return false;
  const meta = readHandle(footer, 0);
  const index = meta && readHandle(footer, meta[1]);
  if (meta === undefined || index === undefined || (await readBlock(file, meta[0])) === undefined) return false;
  const block = await readBlock(file, index[0]);
  const text = block?.type === SNAPPY ? decodeSnappy(block.bytes) : block?.type === RAW ? block.bytes : undefined;
  for (const handle of (text && handlesOf(text)) ?? [undefined])
    if (handle === undefined || (await readBlock(file, handle)) === undefined) return false;
  return true;
}

/** Whether the table in `name` is whole. Rejects only with the system's faults. */
export async function checkTable(name: string): Promise<boolean> {
  const file = await open(name, 'r');
  try {
    return await isWhole(file, (await file.stat()).size);
  } finally {
    await file.close();
  }
}
