// Keys and values of the log in a store (FORMAT.md, section 6).
import { hash } from 'node:crypto';
import { HubError } from '../errors.js';
import { HASH_BYTES } from './tree.js';

const NUMBER_BYTES = 6;
/** Behind the hash, where a line would begin with a letter. */
const REMOVED = 0x00;
const REMOVED_RUN = 0x01;
/** Leaves of one pruned group, and children of one stored node. */
export const GROUP = 256;
/** log2(GROUP): heights of which the subtrees' hashes are stored. */
export const GROUP_HEIGHT = 8;
/** Beyond every number a key can hold (2^48 - 1). */
export const END = 2 ** 48 - 1;

export type Letter = 'e' | 'c' | 'p';

/** `a`, the letter, and the number. */
export function numberKey(letter: Letter, number: number): Buffer {
  const key = Buffer.allocUnsafe(2 + NUMBER_BYTES);
  key[0] = 0x61;
  key[1] = letter.charCodeAt(0);
  key.writeUIntBE(number, 2, NUMBER_BYTES);
  return key;
}

/** The number at the end of a key. */
export function keyNumber(key: Buffer): number {
  return key.readUIntBE(key.length - NUMBER_BYTES, NUMBER_BYTES);
}

export function nodeKey(level: number, index: number): Buffer {
  const key = Buffer.allocUnsafe(3 + NUMBER_BYTES);
  key.write('an', 'latin1');
  key[2] = level;
  key.writeUIntBE(index, 3, NUMBER_BYTES);
  return key;
}

/** `s`: the text of a shape; `u`: where it was last defined. `name` is `sha256:` and hex. */
export function shapeKey(letter: 's' | 'u', name: string): Buffer {
  return Buffer.concat([Buffer.from(`a${letter}`), Buffer.from(name.slice('sha256:'.length), 'hex')]);
}

/** Every key of one letter whose first byte after it is any. */
export function letterRange(letter: string): { gte: Buffer; lt: Buffer } {
  return { gte: Buffer.from(`a${letter}`), lt: Buffer.from(`a${String.fromCharCode(letter.charCodeAt(0) + 1)}`) };
}

export function numberValue(number: number): Buffer {
  const value = Buffer.allocUnsafe(NUMBER_BYTES);
  value.writeUIntBE(number, 0, NUMBER_BYTES);
  return value;
}

/** One leaf of the log: with its line, or, where that was removed, with the seq of the removal. */
export interface Leaf {
  readonly seq: number;
  /** Of a run: the hash of its subtree. */
  readonly hash: Buffer;
  readonly line?: string;
  readonly removal?: number;
  /** Above 0: 2^height removed leaves from `seq` on, of which only the hash of their subtree is left. */
  readonly height: number;
}

/** The first seq behind it. */
export function endOf({ seq, height }: Pick<Leaf, 'seq' | 'height'>): number {
  return seq + 2 ** height;
}

/** The value of a live leaf: its hash, then its line. The hash is computed in place: the byte before the line is the prefix 0x00. */
export function leafValue(line: string): Buffer {
  const value = Buffer.allocUnsafe(HASH_BYTES + Buffer.byteLength(line));
  value.write(line, HASH_BYTES);
  value[HASH_BYTES - 1] = 0;
  value.set(hash('sha256', value.subarray(HASH_BYTES - 1), 'buffer'));
  return value;
}

export function removedValue(leaf: Buffer, removal: number): Buffer {
  return Buffer.concat([leaf, Buffer.of(REMOVED), numberValue(removal)]);
}

/** The value of 2^height removed leaves that stand together, at a multiple of that. */
export function runValue(subtree: Buffer, height: number, removal: number): Buffer {
  return Buffer.concat([subtree, Buffer.of(REMOVED_RUN, height), numberValue(removal)]);
}

/** Reads a leaf's value. Throws `log_broken` when it has neither form. */
export function parseLeaf(seq: number, value: Buffer): Leaf {
  const hashed = value.subarray(0, HASH_BYTES);
  if (value.length <= HASH_BYTES) throw new HubError('log_broken', `entry ${seq} is not in the format`);
  const mark = value[HASH_BYTES] as number;
  if (mark > REMOVED_RUN) return { seq, hash: hashed, height: 0, line: value.toString('utf8', HASH_BYTES) };
  const height = mark === REMOVED_RUN ? (value[HASH_BYTES + 1] as number) : 0;
  const isFit = value.length === HASH_BYTES + 1 + mark + NUMBER_BYTES && height <= GROUP_HEIGHT && seq % 2 ** height === 0;
  if (!isFit || (mark === REMOVED_RUN && height === 0)) throw new HubError('log_broken', `entry ${seq} is not in the format`);
  return { seq, hash: hashed, height, removal: value.readUIntBE(value.length - NUMBER_BYTES, NUMBER_BYTES) };
}
