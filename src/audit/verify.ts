// Verifies a whole log, leaf by leaf. What does not fit is reported as evidence: where, what was expected, what was found.
import { HubError } from '../errors.js';
import { openCheckpoint, parseCheckpoint, parseVerifierKey, type VerifierKey } from './checkpoint.js';
import { hashShape } from './decision-list.js';
import { type Entry, type Format, formatOf, parseEntry } from './entry.js';
import type { Fault } from './fault.js';
import { GROUP, GROUP_HEIGHT, type Leaf, leafData } from './keys.js';
import type { LogReader, SizedNote } from './reader.js';
import { References } from './references.js';
import { CompactRange, leafHash } from './tree.js';

/** One piece of evidence. `seq`: the entry, or the first of the entries, that it is about. Hashes in hex. */
export interface Verification {
  /** The log proves itself: with a key, under a checkpoint, without a fault, and with no removal that is not finished. */
  readonly ok: boolean;
  readonly size: number;
  /** Root over all entries, hex; it is computed from what is there, also in a log with faults. */
  readonly root: string;
  readonly live: number;
  readonly removed: number;
  /** Entries before this one are pruned. */
  readonly pruned: number;
  readonly checkpoints: number;
  /** Checkpoints inside a pruned group, of which only the signature could be checked. */
  readonly unchecked: number;
  /** False: no key was given, so that nobody's signature was checked. */
  readonly signed: boolean;
  /** Entries at the end that no checkpoint stands over. */
  readonly unsigned: number;
  /** Removals that were announced, and of which something is still there. */
  readonly unfinished: readonly number[];
  /** The first ten of each kind. */
  readonly faults: readonly Fault[];
}

export interface VerifyOptions {
  /** The log's public key (`LogKey.vkey`). */
  readonly vkey?: string | undefined;
  /** The note of a checkpoint that was kept elsewhere. */
  readonly checkpoint?: string | undefined;
  /** How far the log was, kept outside its store. */
  readonly head?: { readonly size: number; readonly root: Buffer } | undefined;
}

/** What the log is held against beside its own checkpoints. */
interface KeptHead {
  readonly size: number;
  readonly root: Buffer;
  readonly title: string;
}

/** One change can bring thousands of faults of one kind with it; the first ones tell the story, and must not hide another kind. */
const FAULTS_OF_A_KIND = 10;

class Verifier {
  readonly tree = new CompactRange();
  readonly faults: Fault[] = [];
  readonly references: References;
  readonly shapes = new Set<string>();
  /** The size of the last checkpoint that is good. */
  proven = 0;
  #format: Format = 1;
  #nodes: { level: number; index: number; hash: Buffer }[] = [];
  #notes: AsyncGenerator<SizedNote>;
  #next: SizedNote | undefined;
  readonly #kept: KeptHead[] = [];
  readonly #compared = new Set<KeptHead>();
  live = 0;
  removed = 0;
  pruned = 0;
  checkpoints = 0;
  unchecked = 0;

  constructor(
    readonly log: LogReader,
    readonly key: VerifierKey | undefined,
    { checkpoint, head }: VerifyOptions,
  ) {
    this.#notes = log.checkpoints();
    this.references = new References((fault) => this.fault(fault));
    if (head !== undefined) this.#kept.push({ ...head, title: 'the head kept outside the store' });
    if (checkpoint !== undefined) this.#keep(checkpoint);
  }

  fault(fault: Fault): void {
    if (this.faults.filter(({ what }) => what === fault.what).length < FAULTS_OF_A_KIND) this.faults.push(fault);
  }

  async run(): Promise<void> {
    await this.#nextNote();
    await this.#pruned();
    await this.#atSize();
    for await (const leaf of this.log.leaves(this.tree.size)) {
      if (leaf.seq !== this.tree.size) {
        this.fault({ what: 'gap', seq: this.tree.size, message: `entries ${this.tree.size} to ${leaf.seq - 1} are missing` });
        break;
      }
      this.#leaf(leaf);
      await this.#storedNodes();
      await this.#atSize();
    }
    await this.#missing();
    await this.references.finish({
      size: this.tree.size,
      pruned: this.pruned,
      signed: this.proven,
      removalOf: async (seq) => (await this.log.leaf(seq))?.removal,
    });
    await this.#shapeTexts();
  }

  #keep(note: string): void {
    const title = 'the checkpoint kept elsewhere';
    try {
      this.#kept.push({ ...this.#open(note), title });
    } catch (fault) {
      this.fault({ what: 'signature', message: `${title}: ${(fault as Error).message}` });
    }
  }

  #open(note: string) {
    return this.key === undefined ? parseCheckpoint(note) : openCheckpoint(note, this.key);
  }

  async #nextNote(): Promise<void> {
    const { value } = await this.#notes.next();
    this.#next = value === undefined ? undefined : (value as SizedNote);
  }

  /** Whole groups that are pruned stand at the beginning; their subtrees' hashes are their place in the tree. */
  async #pruned(): Promise<void> {
    let first: number | undefined;
    for await (const leaf of this.log.leaves(0, undefined, false, 1)) first = leaf.seq;
    while (first !== undefined && this.tree.size + GROUP <= first) {
      const node = await this.log.node(1, this.tree.size / GROUP);
      if (node === undefined) return;
      this.tree.appendSubtree(GROUP_HEIGHT, node, (height, index, hash) => this.#note(height, index, hash));
      await this.#storedNodes();
      while (this.#next !== undefined && this.#next.size < this.tree.size) await this.#skipNote();
      if (this.#next?.size === this.tree.size) await this.#checkNote();
      this.#compareKept();
    }
    this.pruned = this.tree.size;
  }

  #note(height: number, index: number, hash: Buffer): void {
    if (height % GROUP_HEIGHT === 0) this.#nodes.push({ level: height / GROUP_HEIGHT, index, hash });
  }

  async #storedNodes(): Promise<void> {
    for (const { level, index, hash } of this.#nodes.splice(0)) {
      const stored = await this.log.node(level, index);
      if (stored?.equals(hash)) continue;
      const seq = index * GROUP ** level;
      const found = stored === undefined ? 'nothing' : stored.toString('hex');
      const message = `the stored hash over the ${GROUP ** level} entries from ${seq} on is not that of the entries`;
      this.fault({ what: 'node', seq, expected: hash.toString('hex'), found, message });
    }
  }

  #leaf(leaf: Leaf): void {
    const { seq, line, height } = leaf;
    // The stored hash goes into the tree: if checkpoints agree with it, it is the entry that was changed.
    this.tree.appendSubtree(height, leaf.hash, (above, index, hash) => this.#note(above, index, hash));
    if (line === undefined) {
      this.removed += 2 ** height;
      this.references.removed(leaf);
      return;
    }
    this.live++;
    const found = leafHash(leafData(leaf));
    if (!found.equals(leaf.hash))
      this.fault({
        what: 'leaf',
        seq,
        expected: leaf.hash.toString('hex'),
        found: found.toString('hex'),
        message: `entry ${seq} is not the one that was recorded`,
      });
    this.#entry(leaf, line);
  }

  #entry({ seq, salt }: Leaf, line: string): void {
    let entry: Entry;
    try {
      entry = parseEntry(line);
    } catch {
      this.fault({ what: 'format', seq, message: `entry ${seq} is not in the format` });
      return;
    }
    const format = formatOf(line);
    if ((salt === undefined) !== (format === 1) || format < this.#format)
      this.fault({ what: 'format', seq, message: `entry ${seq} is of another format than what stands before it` });
    this.#format = format;
    if (entry.kind === 'definition' && entry.what === 'shape') this.shapes.add(entry.text);
    this.references.entry(seq, entry);
  }

  async #atSize(): Promise<void> {
    if (this.#next?.size === this.tree.size) await this.#checkNote();
    this.#compareKept();
  }

  #compareKept(): void {
    for (const kept of this.#kept) {
      if (kept.size !== this.tree.size || this.#compared.has(kept)) continue;
      this.#compare(kept.root, 'rollback', kept.title);
      this.#compared.add(kept);
    }
  }

  async #checkNote(): Promise<void> {
    this.checkpoints++;
    const { note } = this.#next as SizedNote;
    const isOwn = this.#signature({ size: this.tree.size, note });
    try {
      const isRight = this.#compare(parseCheckpoint(note).root, 'checkpoint', 'a checkpoint in the log');
      if (isOwn && isRight) this.proven = this.tree.size;
    } catch {
      // told by `#signature`
    }
    await this.#nextNote();
  }

  async #skipNote(): Promise<void> {
    this.checkpoints++;
    this.unchecked++;
    this.#signature(this.#next as SizedNote);
    await this.#nextNote();
  }

  #signature({ size, note }: SizedNote): boolean {
    try {
      if (this.#open(note).size === size) return true;
      this.fault({ what: 'checkpoint', seq: size, message: `the checkpoint of ${size} entries is of another size` });
    } catch (fault) {
      this.fault({ what: 'signature', seq: size, message: (fault as Error).message });
    }
    return false;
  }

  #compare(expected: Buffer, what: 'checkpoint' | 'rollback', title: string): boolean {
    const { size } = this.tree;
    const found = this.tree.root();
    if (expected.equals(found)) return true;
    const message = `the first ${size} entries are not those of ${title}`;
    this.fault({ what, seq: size, expected: expected.toString('hex'), found: found.toString('hex'), message });
    return false;
  }

  /** Checkpoints that speak of more entries than there are, or of fewer than can be computed. */
  async #missing(): Promise<void> {
    const { size } = this.tree;
    for (; this.#next !== undefined; await this.#nextNote()) {
      this.checkpoints++;
      this.#signature(this.#next);
      const message = `${this.#next.size} entries were signed, ${size} are there`;
      this.fault({ what: 'checkpoint', seq: size, expected: String(this.#next.size), found: String(size), message });
    }
    for (const kept of this.#kept) {
      if (kept.size > size) {
        const message = `${kept.title} has ${kept.size} entries, the log ${size}: it was cut or put back`;
        this.fault({ what: 'rollback', seq: size, expected: String(kept.size), found: String(size), message });
      } else if (!this.#compared.has(kept)) {
        const message = `${kept.title} is of ${kept.size} entries, inside of what is pruned or gone as one run: it proves nothing any more`;
        this.fault({ what: 'rollback', seq: kept.size, message });
      }
    }
  }

  async #shapeTexts(): Promise<void> {
    for (const name of this.shapes) {
      const text = await this.log.shapeText(name);
      const found = text === undefined ? 'nothing' : hashShape(text);
      if (found !== name)
        this.fault({ what: 'shape', expected: name, found, message: `the text of the shape ${name} is not its own` });
    }
  }
}

/** Verifies the log by every means of FORMAT.md, section 5. Throws `config` for a key that is none; faults of the log are in the result. */
export async function verifyLog(log: LogReader, options: VerifyOptions = {}): Promise<Verification> {
  const key = options.vkey === undefined ? undefined : parseVerifierKey(options.vkey);
  const verifier = new Verifier(log, key, options);
  try {
    await verifier.run();
  } catch (fault) {
    if (!(fault instanceof HubError) || fault.code !== 'log_broken') throw fault;
    verifier.fault({ what: 'format', seq: verifier.tree.size, message: fault.message });
  }
  // The hub signs at each start: entries without any signature are a log that lost its end, or not a hub's.
  if (key !== undefined && verifier.proven === 0)
    verifier.fault({ what: 'checkpoint', message: 'No checkpoint stands over these entries: nothing proves them.' });
  const { tree, live, removed, pruned, checkpoints, unchecked, faults, proven, references } = verifier;
  const root = tree.root().toString('hex');
  return {
    ok: key !== undefined && faults.length === 0 && references.unfinished.length === 0,
    size: tree.size,
    root,
    live,
    removed,
    pruned,
    checkpoints,
    unchecked,
    signed: key !== undefined,
    unsigned: tree.size - proven,
    unfinished: references.unfinished,
    faults,
  };
}
