// What the rooms keep things in: an ordered map of bytes, written in batches. Two makers: memory.ts and level.ts.
import { HubError } from '../errors.js';

export type Op =
  | { readonly type: 'put'; readonly key: Buffer; readonly value: Buffer }
  | { readonly type: 'del'; readonly key: Buffer };

/** Keys from `gte` up to but without `lt`, in byte order; `reverse` from the end. */
export interface Range {
  readonly gte: Buffer;
  readonly lt: Buffer;
  readonly reverse?: boolean;
  readonly limit?: number;
}

export interface Store {
  /**
   * Grows with every failed write, before its promises reject. A writer that keeps state in memory compares it before each batch:
   * another number means that batches it had handed over are lost *or* written, and that it must read its state again.
   */
  readonly generation: number;
  get(key: Buffer): Promise<Buffer | undefined>;
  /**
   * Writes all of `ops` or none. Resolves when they survive the death of this process; with `flushMs` 0, when they are on disk.
   * Batches are carried out in the order they came. Throws `record_failed`; then every batch handed over before is refused too.
   */
  batch(ops: readonly Op[]): Promise<void>;
  /** What the range held when the iteration began. */
  iterate(range: Range): AsyncIterable<readonly [Buffer, Buffer]>;
  /**
   * Takes what was deleted or overwritten in the range out of the files, too. Keys are longer than `gte` and shorter than 40 bytes, and
   * `lt` does not end in 0x00. Costs the writing of the whole range. Throws `record_failed`.
   */
  compact(range: Range): Promise<void>;
  /** Reads its own files whole, and mends them where one is damaged: `generation` grows then. Throws what opening throws. */
  inspect(): Promise<void>;
  /** Bytes that the range takes on disk, about: what was written last or deleted lately may not be in it. */
  size(range: Pick<Range, 'gte' | 'lt'>): Promise<number>;
  /** Resolves when everything handed over before is on disk. Throws `record_failed`. */
  sync(): Promise<void>;
  /** Writes and syncs what is waiting, then lets go of the files. */
  close(): Promise<void>;
}

/** Changes what stands in a store of one version into the next one's. The version itself is written by whoever calls it. */
export type Step = (store: Store) => Promise<void>;

/** The first makes version 2 of version 1, and so on. There has been one version so far. */
export const STEPS: readonly Step[] = [];

/** Sorts before every room's keys, which begin with a lower-case letter. */
export const VERSION_KEY = Buffer.from('!version');

/**
 * The version of the layout of keys and values of all rooms that a store holds (`undefined`: a new store), where a program knows `newest`.
 * Throws `config` when it is newer than that, or not a version at all.
 */
export function checkVersion(held: Buffer | undefined, newest: number): number | undefined {
  if (held === undefined) return undefined;
  const text = held.toString('latin1');
  if (!/^[1-9][0-9]{0,5}$/.test(text)) throw new HubError('config', 'the store has no readable version');
  const version = Number(text);
  if (version > newest) throw new HubError('config', `the store has version ${text}, this program reads up to ${newest}`);
  return version;
}
