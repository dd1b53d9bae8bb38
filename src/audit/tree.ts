// The Merkle tree of RFC 9162, section 2.1 (SHA-256; the same tree as RFC 6962). Pure: hashes in, hashes out.
import { hash } from 'node:crypto';

export const HASH_BYTES = 32;

/** MTH({}) of section 2.1.1: the root of a tree without leaves. */
export const EMPTY_ROOT = hash('sha256', '', 'buffer');

/** SHA-256(0x00 ‖ leaf). */
export function leafHash(leaf: Uint8Array): Buffer {
  const input = Buffer.allocUnsafe(1 + leaf.length);
  input[0] = 0;
  input.set(leaf, 1);
  return hash('sha256', input, 'buffer');
}

// One buffer for all nodes: hashing is synchronous, and node hashes are most of the work of a verification.
const nodeInput = Buffer.alloc(1 + 2 * HASH_BYTES, 1);

/** SHA-256(0x01 ‖ left ‖ right). */
export function nodeHash(left: Uint8Array, right: Uint8Array): Buffer {
  nodeInput.set(left, 1);
  nodeInput.set(right, 1 + HASH_BYTES);
  return hash('sha256', nodeInput, 'buffer');
}

/** The largest power of two smaller than `n` (n ≥ 2); the `k` of section 2.1.1. */
function split(n: number): number {
  let k = 1;
  while (k * 2 < n) k *= 2;
  return k;
}

/** Called with each complete subtree of more than one leaf: it covers the leaves from index·2^height to (index + 1)·2^height. */
export type OnNode = (height: number, index: number, hash: Buffer) => void;

/** A growing tree, of which only the complete subtrees on its right edge are kept: log2(size) hashes. */
export class CompactRange {
  #size = 0;
  #edge: Buffer[] = [];

  get size(): number {
    return this.#size;
  }

  append(leaf: Buffer, onNode?: OnNode): void {
    this.appendSubtree(0, leaf, onNode);
  }

  /** Appends 2^height leaves at once by the hash of their subtree; `size` must be a multiple of 2^height. */
  appendSubtree(height: number, subtree: Buffer, onNode?: OnNode): void {
    const leaves = 2 ** height;
    if (this.#size % leaves !== 0) throw new RangeError('a subtree must stand at a multiple of its size');
    let node = subtree;
    let index = this.#size / leaves;
    for (let at = height; index % 2 === 1; ) {
      node = nodeHash(this.#edge.pop() as Buffer, node);
      index = (index - 1) / 2;
      onNode?.(++at, index, node);
    }
    this.#edge.push(node);
    this.#size += leaves;
  }

  root(): Buffer {
    return this.#edge.length === 0 ? EMPTY_ROOT : this.#edge.reduceRight((right, left) => nodeHash(left, right));
  }
}

/** Gives the hash of the complete subtree over the leaves index·2^height up to (index + 1)·2^height; height 0: a leaf hash. */
export type ReadNode = (height: number, index: number) => Promise<Buffer>;

/** MTH(D[begin:end]); `begin` is a multiple of the smallest power of two that is not less than `end - begin`. */
async function rangeHash(read: ReadNode, begin: number, end: number): Promise<Buffer> {
  const n = end - begin;
  if (n === 1) return read(0, begin);
  const k = split(n);
  if (k * 2 === n) return read(Math.log2(n), begin / n);
  return nodeHash(await rangeHash(read, begin, begin + k), await rangeHash(read, begin + k, end));
}

/** The root of the tree of the first `size` leaves. */
export async function rootAt(read: ReadNode, size: number): Promise<Buffer> {
  return size === 0 ? EMPTY_ROOT : rangeHash(read, 0, size);
}

function checkBounds(index: number, size: number): void {
  if (!Number.isSafeInteger(index) || !Number.isSafeInteger(size) || index < 0 || index >= size)
    throw new RangeError('no such leaf in a tree of this size');
}

/** PATH(m, D_n) of section 2.1.3.1: the hashes from the leaf `index` up to the root of the first `size` leaves. */
export async function inclusionProof(read: ReadNode, index: number, size: number): Promise<Buffer[]> {
  checkBounds(index, size);
  const proof: Buffer[] = [];
  let begin = 0;
  let end = size;
  while (end - begin > 1) {
    const middle = begin + split(end - begin);
    const left = index < middle;
    proof.push(left ? await rangeHash(read, middle, end) : await rangeHash(read, begin, middle));
    if (left) end = middle;
    else begin = middle;
  }
  return proof.reverse();
}

/** PROOF(m, D_n) of section 2.1.4.1: that the first `size1` leaves are the beginning of the first `size2`. 0 < size1 ≤ size2. */
export async function consistencyProof(read: ReadNode, size1: number, size2: number): Promise<Buffer[]> {
  checkBounds(size1 - 1, size2);
  const proof: Buffer[] = [];
  let begin = 0;
  let end = size2;
  while (end !== size1) {
    const middle = begin + split(end - begin);
    const left = size1 <= middle;
    proof.push(left ? await rangeHash(read, middle, end) : await rangeHash(read, begin, middle));
    if (left) end = middle;
    else begin = middle;
  }
  // The old tree is whole on its left edge: its root is known to the one who asks, and is left out.
  if (begin !== 0) proof.push(await rangeHash(read, begin, end));
  return proof.reverse();
}

const wellFormed = (hashes: readonly Uint8Array[]) => hashes.every((one) => one.length === HASH_BYTES);

/** Section 2.1.3.2. False for anything that is not a proof of just this. */
export function verifyInclusion(
  leaf: Uint8Array,
  index: number,
  size: number,
  proof: readonly Uint8Array[],
  root: Uint8Array,
): boolean {
  if (!Number.isSafeInteger(index) || !Number.isSafeInteger(size) || index < 0 || index >= size) return false;
  if (!wellFormed([leaf, root, ...proof])) return false;
  let fn = index;
  let sn = size - 1;
  let r: Uint8Array = leaf;
  for (const p of proof) {
    if (sn === 0) return false;
    if (fn % 2 === 1 || fn === sn) {
      r = nodeHash(p, r);
      while (fn % 2 === 0 && fn !== 0) [fn, sn] = [fn / 2, Math.floor(sn / 2)];
    } else r = nodeHash(r, p);
    [fn, sn] = [Math.floor(fn / 2), Math.floor(sn / 2)];
  }
  return sn === 0 && Buffer.compare(r, root) === 0;
}

/** Section 2.1.4.2; equal sizes need equal roots and no proof. A tree without leaves proves nothing: false. */
export function verifyConsistency(
  size1: number,
  size2: number,
  root1: Uint8Array,
  root2: Uint8Array,
  proof: readonly Uint8Array[],
): boolean {
  if (!Number.isSafeInteger(size1) || !Number.isSafeInteger(size2) || size1 < 1 || size1 > size2) return false;
  if (size1 === size2) return proof.length === 0 && Buffer.compare(root1, root2) === 0;
  if (!wellFormed([root1, root2, ...proof])) return false;
  if (proof.length === 0) return false;
  const power = size1 === 1 || split(size1) * 2 === size1;
  const [first, ...rest] = power ? [root1, ...proof] : proof;
  let fn = size1 - 1;
  let sn = size2 - 1;
  while (fn % 2 === 1) [fn, sn] = [(fn - 1) / 2, Math.floor(sn / 2)];
  let fr = first as Uint8Array;
  let sr = fr;
  for (const c of rest) {
    if (sn === 0) return false;
    if (fn % 2 === 1 || fn === sn) {
      fr = nodeHash(c, fr);
      sr = nodeHash(c, sr);
      while (fn % 2 === 0 && fn !== 0) [fn, sn] = [fn / 2, Math.floor(sn / 2)];
    } else sr = nodeHash(sr, c);
    [fn, sn] = [Math.floor(fn / 2), Math.floor(sn / 2)];
  }
  return sn === 0 && Buffer.compare(fr, root1) === 0 && Buffer.compare(sr, root2) === 0;
}
