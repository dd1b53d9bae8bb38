// Reading a log from its store: leaves, nodes, checkpoints, shapes, and proofs over them. Writes nothing.
import { HubError } from '../errors.js';
import type { Decision } from '../model.js';
import type { Store } from '../store/store.js';
import { type Entry, parseEntry } from './entry.js';
import type { Defined } from './forms.js';
import { END, endOf, GROUP, GROUP_HEIGHT, KeySpace, keyNumber, type Leaf, parseLeaf } from './keys.js';
import { CompactRange, type ReadNode } from './tree.js';

export interface SizedNote {
  readonly size: number;
  readonly note: string;
}

/** Definitions kept in memory while reading; a period has some dozens, so that nearly every look-up is a hit. */
const DEFINITIONS_MAX = 5_000;

export class LogReader {
  #definitions = new Map<number, string | undefined>();
  #decisions = new Map<string, readonly Decision[]>();
  #number: number;
  keys: KeySpace;

  /** @param number which of the store's logs: 1 is the first; a later one goes on where an earlier was found damaged. */
  constructor(
    readonly store: Store,
    number = 1,
  ) {
    this.#number = number;
    this.keys = new KeySpace(number);
  }

  get number(): number {
    return this.#number;
  }

  /** From now on this is another log of the same store. */
  protected turnTo(number: number): void {
    this.#number = number;
    this.keys = new KeySpace(number);
    this.#definitions.clear();
    this.#decisions.clear();
  }

  /** How many entries stand in all logs before this one. */
  async storedBase(): Promise<number> {
    const value = await this.store.get(this.keys.base());
    return value === undefined ? 0 : keyNumber(value);
  }

  /** The log before this one, if anything of one is left. */
  async earlier(): Promise<LogReader | undefined> {
    for (let number = this.number - 1; number > 0; number--) {
      const log = new LogReader(this.store, number);
      for await (const _ of log.leaves(0, END, true, 1)) return log;
    }
    return undefined;
  }

  /** Number of entries ever appended, as the store has them. */
  async storedSize(): Promise<number> {
    for await (const leaf of this.leaves(0, END, true, 1)) return endOf(leaf);
    return 0;
  }

  /** The leaves that are not pruned, `from` up to but without `to`. Throws `log_broken`. */
  async *leaves(from = 0, to = END, reverse = false, limit = -1): AsyncGenerator<Leaf> {
    if (from >= to) return;
    const range = { gte: this.keys.number('e', from), lt: this.keys.number('e', Math.min(to, END)), reverse };
    for await (const [key, value] of this.store.iterate(limit < 0 ? range : { ...range, limit }))
      yield parseLeaf(keyNumber(key), value);
  }

  /** Undefined where it is pruned, not written yet, or one of a removed run. */
  async leaf(seq: number): Promise<Leaf | undefined> {
    if (!Number.isSafeInteger(seq) || seq < 0 || seq >= END) return undefined;
    const value = await this.store.get(this.keys.number('e', seq));
    const leaf = value === undefined ? undefined : parseLeaf(seq, value);
    return leaf !== undefined && leaf.height > 0 ? undefined : leaf;
  }

  /** The removed run that `seq` is in. */
  async runOver(seq: number): Promise<Leaf | undefined> {
    for await (const leaf of this.leaves(seq - (seq % GROUP), seq + 1, true, 1))
      return leaf.height > 0 && endOf(leaf) > seq ? leaf : undefined;
    return undefined;
  }

  /** A stored node; `undefined` where its subtree is not complete yet. */
  node(level: number, index: number): Promise<Buffer | undefined> {
    return this.store.get(this.keys.node(level, index));
  }

  async *checkpoints(reverse = false): AsyncGenerator<SizedNote> {
    for await (const [key, value] of this.store.iterate({ ...this.keys.range('c'), reverse }))
      yield { size: keyNumber(key), note: value.toString('utf8') };
  }

  async lastCheckpoint(): Promise<SizedNote | undefined> {
    for await (const checkpoint of this.checkpoints(true)) return checkpoint;
    return undefined;
  }

  async shapeText(name: string): Promise<string | undefined> {
    return (await this.store.get(this.keys.shape('s', name)))?.toString('utf8');
  }

  /** The list a shape stands for. Throws `log_broken` when it is missing. */
  async decisions(name: string): Promise<readonly Decision[]> {
    let list = this.#decisions.get(name);
    if (list === undefined) {
      const text = await this.shapeText(name);
      if (text === undefined) throw new HubError('log_broken', `the shape ${name} is missing`);
      list = JSON.parse(text) as Decision[];
      if (this.#decisions.size >= DEFINITIONS_MAX) this.#decisions.clear();
      this.#decisions.set(name, list);
    }
    return list;
  }

  /** The text a definition gives; `undefined` when it was removed. Throws `log_broken` when it is no such definition. */
  async definition(what: Defined, seq: number): Promise<string | undefined> {
    if (this.#definitions.has(seq)) return this.#definitions.get(seq);
    const leaf = await this.leaf(seq);
    const entry: Entry | undefined = leaf?.line === undefined ? undefined : parseEntry(leaf.line);
    const isGone = leaf === undefined && (await this.runOver(seq)) === undefined;
    if (isGone || (entry !== undefined && (entry.kind !== 'definition' || entry.what !== what)))
      throw new HubError('log_broken', `entry ${seq} is not the definition of a ${what}`);
    const text = entry?.kind === 'definition' ? entry.text : undefined;
    if (this.#definitions.size >= DEFINITIONS_MAX) this.#definitions.clear();
    this.#definitions.set(seq, text);
    return text;
  }

  /** Reads definitions anew: some were removed. */
  forgetDefinitions(): void {
    this.#definitions.clear();
  }

  /** Subtrees that stand beside each other on one stored level: a group of leaves and removed runs, or of nodes. */
  async #group(level: number, group: number): Promise<Subtree[]> {
    const found: Subtree[] = [];
    const first = group * GROUP;
    if (level === 0) {
      for await (const { seq, height, hash } of this.leaves(first, first + GROUP)) found.push({ at: seq - first, height, hash });
      return found;
    }
    const range = { gte: this.keys.node(level, first), lt: this.keys.node(level, first + GROUP) };
    for await (const [key, hash] of this.store.iterate(range)) found.push({ at: keyNumber(key) - first, height: 0, hash });
    return found;
  }

  /**
   * Gives any complete subtree's hash, from the nearest stored level below it: at most 256 hashes are read a level. Keeps what it has
   * read: use one for one proof. What it gives throws `not_found` where the leaves are pruned or not there yet.
   */
  nodeReader(): ReadNode {
    const groups = new Map<string, Promise<Subtree[]>>();
    return async (height, index) => {
      const level = Math.floor(height / GROUP_HEIGHT);
      const span = 2 ** (height % GROUP_HEIGHT);
      const first = index * span;
      const group = Math.floor(first / GROUP);
      const name = `${level}/${group}`;
      if (!groups.has(name)) groups.set(name, this.#group(level, group));
      const root = joined((await groups.get(name)) as Subtree[], first % GROUP, span);
      if (root === undefined)
        throw new HubError('not_found', `entries from ${first * GROUP ** level} on are pruned or not written yet`);
      return root;
    };
  }
}

/** Part of a group: 2^height of its leaves (or nodes) from `at` on. */
interface Subtree {
  readonly at: number;
  readonly height: number;
  readonly hash: Buffer;
}

/** The hash over `span` of a group from `from` on; undefined where one is not there, or only as a part of a larger run. */
function joined(group: readonly Subtree[], from: number, span: number): Buffer | undefined {
  const tree = new CompactRange();
  for (const { at, height, hash } of group) {
    if (at < from || at >= from + span) continue;
    if (at !== from + tree.size || 2 ** height > span) return undefined;
    tree.appendSubtree(height, hash);
  }
  return tree.size === span ? tree.root() : undefined;
}
