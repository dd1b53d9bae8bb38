// What the log proves of one entry, and of two checkpoints.
import { HubError } from '../errors.js';
import { openCheckpoint, parseCheckpoint, type VerifierKey } from './checkpoint.js';
import type { LogReader } from './reader.js';
import { consistencyProof, inclusionProof, rootAt, verifyConsistency, verifyInclusion } from './tree.js';

const base64 = (bytes: Buffer) => bytes.toString('base64');

export interface Proof {
  readonly seq: number;
  /** The entry; absent when it was removed (its leaf hash is still proved). */
  readonly entry?: string;
  /** In base64; absent with the entry, and for one of format 1. */
  readonly salt?: string;
  readonly leafHash: string;
  readonly size: number;
  readonly root: string;
  readonly proof: readonly string[];
  /** The signed note over `size` and `root`; absent while there is none: then nothing holds the root but this log. */
  readonly checkpoint?: string;
}

/** The proof that entry `seq` is in the log, against the last checkpoint. Hashes in base64. Throws `not_found`. */
export async function proveEntry(log: LogReader, seq: number): Promise<Proof> {
  const leaf = await log.leaf(seq);
  if (leaf === undefined) throw new HubError('not_found', `entry ${seq}`);
  const last = await log.lastCheckpoint();
  const covered = last !== undefined && last.size > seq;
  const size = covered ? last.size : await log.storedSize();
  const read = log.nodeReader();
  const proof = await inclusionProof(read, seq, size);
  const root = await rootAt(read, size);
  const signed = !covered || parseCheckpoint(last.note).root.equals(root);
  if (!signed || !verifyInclusion(leaf.hash, seq, size, proof, root))
    throw new HubError('log_broken', `entry ${seq} cannot be proved`);
  return {
    seq,
    ...(leaf.line === undefined ? {} : { entry: leaf.line }),
    ...(leaf.salt === undefined ? {} : { salt: base64(leaf.salt) }),
    leafHash: base64(leaf.hash),
    size,
    root: base64(root),
    proof: proof.map(base64),
    ...(covered ? { checkpoint: last.note } : {}),
  };
}

/** A proof as text: c2sp.org/tlog-proof. Throws `not_found` where no checkpoint covers the entry yet. */
export function formatProof(proof: Proof): string {
  if (proof.checkpoint === undefined) throw new HubError('not_found', `a checkpoint over entry ${proof.seq}`);
  return `c2sp.org/tlog-proof@v1\nindex ${proof.seq}\n${proof.proof.map((one) => `${one}\n`).join('')}\n${proof.checkpoint}`;
}

export interface Consistency {
  /** Whether the log of the smaller checkpoint is the beginning of the other's. */
  readonly ok: boolean;
  readonly from: number;
  readonly to: number;
  /** PROOF(from, to) of RFC 9162, section 2.1.4.1, in base64. */
  readonly proof: readonly string[];
}

/**
 * Holds two checkpoints of this log against each other, in either order. Throws `log_broken` for a note that is not of this key, `not_found`
 * where their entries are pruned or not there.
 */
export async function proveConsistency(log: LogReader, key: VerifierKey, a: string, b: string): Promise<Consistency> {
  const [from, to] = [openCheckpoint(a, key), openCheckpoint(b, key)].sort((one, other) => one.size - other.size) as [
    ReturnType<typeof openCheckpoint>,
    ReturnType<typeof openCheckpoint>,
  ];
  if (from.size === 0) throw new HubError('log_broken', 'a checkpoint over nothing proves nothing');
  if (to.size > (await log.storedSize())) throw new HubError('not_found', `${to.size} entries: the log was cut or put back`);
  const proof = await consistencyProof(log.nodeReader(), from.size, to.size);
  const ok = verifyConsistency(from.size, to.size, from.root, to.root, proof);
  return { ok, from: from.size, to: to.size, proof: proof.map(base64) };
}

export function formatConsistency({ ok, from, to, proof }: Consistency): string {
  const said = ok
    ? `The first ${from} of the ${to} entries are those of the first checkpoint.`
    : 'The checkpoints are of two histories.';
  return `${said}\n${proof.map((one) => `${one}\n`).join('')}`;
}
