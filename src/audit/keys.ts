// Keys and values of the log in a store (FORMAT.md, section 6).
import { HubError } from '../errors.js';
import type { Store } from '../store/store.js';
import { HASH_BYTES, leafHash } from './tree.js';

const NUMBER_BYTES = 6;
/** Of a removed run behind its mark: its height, and the seq of the removal. */
const RUN_BYTES = 1 + NUMBER_BYTES;
/** What follows a leaf's hash: no entry begins with one of these. */
const REMOVED = 0x00;
export const SALTED = 0x01;
const REMOVED_RUN = 0x02;
/** FORMAT.md, section 1: what an erased entry said cannot be found by trying. */
export const SALT_BYTES = 16;
/** Leaves of one pruned group, and children of one stored node. */
export const GROUP = 256;
/** log2(GROUP): heights of which the subtrees' hashes are stored. */
export const GROUP_HEIGHT = 8;
/** Beyond every number a key can hold (2^48 - 1). */
export const END = 2 ** 48 - 1;

export type Letter = 'e' | 'c' | 'p' | 'r';

/** Where one log of a store has its keys: the first begins with `a`, each later one with `l` and its number. */
export class KeySpace {
  readonly #prefix: Buffer;

  /** @param log the log's number, from 1 on. */
  constructor(log: number) {
    this.#prefix = log === 1 ? Buffer.from('a') : Buffer.from([LATER, log >> 8, log & 0xff]);
  }

  /** The prefix, the letter, and the number. */
  number(letter: Letter, number: number): Buffer {
    const at = this.#prefix.length + 1;
    const key = Buffer.allocUnsafe(at + NUMBER_BYTES);
    this.#prefix.copy(key);
    key[at - 1] = letter.charCodeAt(0);
    key.writeUIntBE(number, at, NUMBER_BYTES);
    return key;
  }

  node(level: number, index: number): Buffer {
    const bytes = Buffer.allocUnsafe(1 + NUMBER_BYTES);
    bytes[0] = level;
    bytes.writeUIntBE(index, 1, NUMBER_BYTES);
    return this.#key('n', bytes);
  }

  /** `s`: the text of a shape; `u`: where it was last defined. `name` is `sha256:` and hex. */
  shape(letter: 's' | 'u', name: string): Buffer {
    return this.#key(letter, Buffer.from(name.slice('sha256:'.length), 'hex'));
  }

  /** What stands before this log: the number of entries of all earlier ones. */
  base(): Buffer {
    return this.#key('b', Buffer.alloc(0));
  }

  /** Every key of one letter whose first byte after it is any. */
  range(letter: string): { gte: Buffer; lt: Buffer } {
    return {
      gte: this.#key(letter, Buffer.alloc(0)),
      lt: this.#key(String.fromCharCode(letter.charCodeAt(0) + 1), Buffer.alloc(0)),
    };
  }

  /** Every key of this log. */
  all(): { gte: Buffer; lt: Buffer } {
    const lt = Buffer.from(this.#prefix);
    lt.writeUIntBE(lt.readUIntBE(0, lt.length) + 1, 0, lt.length);
    return { gte: this.#prefix, lt };
  }

  #key(letter: string, rest: Buffer): Buffer {
    return Buffer.concat([this.#prefix, Buffer.from(letter), rest]);
  }
}

/** First byte of the keys of every log but the first. */
const LATER = 0x6c;
/** Logs that a store can hold; a home begins one when its store was damaged. */
export const LOGS_MAX = 0xffff;

/** The number of the latest log in a store. */
export async function latestLog(store: Pick<Store, 'iterate'>): Promise<number> {
  const all = { gte: Buffer.of(LATER), lt: Buffer.of(LATER + 1), reverse: true, limit: 1 };
  for await (const [key] of store.iterate(all)) return key.readUInt16BE(1);
  return 1;
}

/** The number at the end of a key. */
export function keyNumber(key: Buffer): number {
  return key.readUIntBE(key.length - NUMBER_BYTES, NUMBER_BYTES);
}

export function numberValue(number: number): Buffer {
  const value = Buffer.allocUnsafe(NUMBER_BYTES);
  value.writeUIntBE(number, 0, NUMBER_BYTES);
  return value;
}

/** One leaf of the log: with its line, or, where that was removed, with the seq of the removal. Of format 2 it has a salt before its line. */
export interface Leaf {
  readonly seq: number;
  /** Of a run: the hash of its subtree. */
  readonly hash: Buffer;
  readonly salt?: Buffer;
  readonly line?: string;
  readonly removal?: number;
  /** Above 0: 2^height removed leaves from `seq` on, of which only the hash of their subtree is left. */
  readonly height: number;
}

/** The first seq behind it. */
export function endOf({ seq, height }: Pick<Leaf, 'seq' | 'height'>): number {
  return seq + 2 ** height;
}

/** What is hashed of a leaf with a line. */
export function leafData({ salt, line = '' }: Pick<Leaf, 'salt' | 'line'>): Buffer {
  return salt === undefined ? Buffer.from(line) : Buffer.concat([salt, Buffer.from(line)]);
}

/** The value of a live leaf: its hash, then its salt and its line; without a salt it is of format 1. */
export function leafValue(line: string, salt: Buffer | undefined): Buffer {
  const data = leafData(salt === undefined ? { line } : { salt, line });
  return Buffer.concat([leafHash(data), ...(salt === undefined ? [] : [Buffer.of(SALTED)]), data]);
}

export function removedValue(leaf: Buffer, removal: number): Buffer {
  return Buffer.concat([leaf, Buffer.of(REMOVED), numberValue(removal)]);
}

/** The value of 2^height removed leaves that stand together, at a multiple of that. */
export function runValue(subtree: Buffer, height: number, removal: number): Buffer {
  return Buffer.concat([subtree, Buffer.of(REMOVED_RUN, height), numberValue(removal)]);
}

/** Reads a leaf's value. Throws `log_broken` when it has none of the forms. */
export function parseLeaf(seq: number, value: Buffer): Leaf {
  const hash = value.subarray(0, HASH_BYTES);
  const rest = value.subarray(HASH_BYTES + 1);
  switch (value[HASH_BYTES]) {
    case SALTED: // or a run of format 1, which is shorter than any salt
      if (rest.length === RUN_BYTES) return parseRun(seq, hash, rest);
      if (rest.length <= SALT_BYTES) break;
      return { seq, hash, height: 0, salt: rest.subarray(0, SALT_BYTES), line: rest.toString('utf8', SALT_BYTES) };
    case REMOVED_RUN:
      if (rest.length !== RUN_BYTES) break;
      return parseRun(seq, hash, rest);
    case REMOVED:
      if (rest.length !== NUMBER_BYTES) break;
      return { seq, hash, height: 0, removal: rest.readUIntBE(0, NUMBER_BYTES) };
    default:
      if (value.length > HASH_BYTES) return { seq, hash, height: 0, line: value.toString('utf8', HASH_BYTES) };
  }
  throw new HubError('log_broken', `entry ${seq} is not in the format`);
}

function parseRun(seq: number, hash: Buffer, rest: Buffer): Leaf {
  const height = rest[0] as number;
  if (height === 0 || height > GROUP_HEIGHT || seq % 2 ** height !== 0)
    throw new HubError('log_broken', `entry ${seq} is not in the format`);
  return { seq, hash, height, removal: rest.readUIntBE(1, NUMBER_BYTES) };
}
