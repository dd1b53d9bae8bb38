// The place where a log goes on after a start: found from what the store has, and held against what was signed and what is known elsewhere.
import { HubError } from '../errors.js';
import { openCheckpoint, parseCheckpoint, type VerifierKey } from './checkpoint.js';
import { GROUP, GROUP_HEIGHT, leafData } from './keys.js';
import type { LogReader, SizedNote } from './reader.js';
import { CompactRange, leafHash, rootAt } from './tree.js';
import { verifyLog } from './verify.js';

/** How far a log was, by word of something outside the store. */
export interface LogHead {
  /** The log's number in its store. */
  readonly log: number;
  readonly size: number;
  readonly root: Buffer;
}

export interface Place {
  readonly tree: CompactRange;
  readonly signed: SizedNote | undefined;
}

function broken(where: string): HubError {
  return new HubError('log_broken', where);
}

/** Stored subtrees from the left, then the leaves behind the last of them, hashed anew. Throws `log_broken`. */
async function readTree(log: LogReader): Promise<CompactRange> {
  const size = await log.storedSize();
  const tree = new CompactRange();
  const levels = size < GROUP ? 0 : Math.floor(Math.log2(size) / GROUP_HEIGHT);
  for (let level = levels; level > 0; level--) {
    const leaves = GROUP ** level;
    while (tree.size + leaves <= size) {
      const node = await log.node(level, tree.size / leaves);
      if (node === undefined) throw broken(`the hash over the ${leaves} entries from ${tree.size} on is missing`);
      tree.appendSubtree(level * GROUP_HEIGHT, node);
    }
  }
  for await (const leaf of log.leaves(tree.size, size)) {
    if (leaf.seq !== tree.size) throw broken(`entry ${tree.size} is missing`);
    const found = leaf.line === undefined ? leaf.hash : leafHash(leafData(leaf));
    if (!found.equals(leaf.hash))
      throw broken(`entry ${leaf.seq}: leaf hash ${leaf.hash.toString('hex')} expected, ${found.toString('hex')} found`);
    tree.appendSubtree(leaf.height, leaf.hash);
  }
  return tree;
}

/** Throws `log_broken` unless the first `size` entries have this root; inside a pruned group nothing can be said (FORMAT.md, section 4). */
async function checkRoot(log: LogReader, size: number, root: Buffer, who: string): Promise<void> {
  const found = await rootAt(log.nodeReader(), size).catch((fault: unknown) => {
    if (fault instanceof HubError && fault.code === 'not_found') return undefined;
    throw fault;
  });
  if (found !== undefined && !found.equals(root))
    throw broken(`first ${size} entries: root ${root.toString('hex')} ${who}, ${found.toString('hex')} found`);
}

async function checkSigned(log: LogReader, size: number, key: VerifierKey | undefined): Promise<SizedNote | undefined> {
  const last = await log.lastCheckpoint();
  if (last === undefined || key === undefined) return undefined;
  const checkpoint = openCheckpoint(last.note, key);
  if (checkpoint.size > size) throw broken(`${checkpoint.size} entries were signed, ${size} are there`);
  await checkRoot(log, checkpoint.size, checkpoint.root, 'signed');
  return last;
}

/**
 * Where `log` goes on. `head`: how far it was, kept outside the store. `whole`: every entry is looked at, because files of the store were
 * damaged. Throws `log_broken`, with what was expected and what was found.
 */
export async function findPlace(
  log: LogReader,
  key: VerifierKey | undefined,
  head: LogHead | undefined,
  whole: boolean,
): Promise<Place> {
  const tree = await readTree(log);
  const signed = await checkSigned(log, tree.size, key);
  if (head?.log === log.number) {
    if (head.size > tree.size) throw broken(`it had ${head.size} entries, ${tree.size} are there`);
    await checkRoot(log, head.size, head.root, 'known');
  }
  const [fault] = whole ? (await verifyLog(log)).faults : [];
  if (fault !== undefined) throw broken(fault.message);
  return { tree, signed };
}

/** What is to be said of a log that cannot be gone on with: the last head anybody knows, and what is there now. */
export interface Ending {
  readonly size: number;
  readonly root: Buffer | undefined;
  readonly found: number;
  /** Absent where what is there has no root of its own: something in its middle is missing, or is another. */
  readonly foundRoot: Buffer | undefined;
}

/** Never throws but for the store's own faults: what cannot be read is left out. `whole` as for `findPlace`. */
export async function readEnding(log: LogReader, head: LogHead | undefined, whole: boolean): Promise<Ending> {
  const found = await log.storedSize();
  const tree = await readTree(log).catch((fault: unknown) => {
    if (fault instanceof HubError && fault.code === 'log_broken') return undefined;
    throw fault;
  });
  // The hashes over whole groups may stand although entries of theirs are gone.
  const isSound = tree !== undefined && (!whole || (await verifyLog(log)).faults.length === 0);
  const known = head?.log === log.number ? head : await readLastSigned(log);
  return { size: known?.size ?? found, root: known?.root ?? tree?.root(), found, foundRoot: isSound ? tree.root() : undefined };
}

async function readLastSigned(log: LogReader): Promise<{ size: number; root: Buffer } | undefined> {
  const last = await log.lastCheckpoint();
  try {
    return last === undefined ? undefined : parseCheckpoint(last.note);
  } catch {
    return undefined;
  }
}
