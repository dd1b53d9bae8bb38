// The log on a store: appends records, grows the tree, signs checkpoints, and finds its place again after a crash.
import { HubError } from '../errors.js';
import type { Op, Store } from '../store/store.js';
import { type LogKey, openCheckpoint, parseVerifierKey, signCheckpoint } from './checkpoint.js';
import { ShapeMemory, shapeText } from './decision-list.js';
import { type Entry, encodeEntry, type Ref, type Removal } from './entry.js';
import { DEFINED, type Defined } from './forms.js';
import { GROUP, GROUP_HEIGHT, leafValue, nodeKey, numberKey, numberValue, shapeKey } from './keys.js';
import { LogReader } from './reader.js';
import { type AuditRecord, guardRecord, type MessageRecord } from './record.js';
import { CompactRange, HASH_BYTES, leafHash, rootAt } from './tree.js';

export interface LogOptions {
  /** Signs the checkpoints; without one none are written. */
  readonly key?: LogKey;
  /** Random bytes (node:crypto's `randomBytes`), for the salts of device definitions. */
  readonly random: (bytes: number) => Buffer;
  /** How long entries may stand without a checkpoint over them, in milliseconds. */
  readonly checkpointMs?: number;
}

/** At a message a second this is 4 bytes a message for checkpoints. */
const CHECKPOINT_MS = 60_000;
/** Definitions are written anew this often, so that retention can take old ones away. */
const PERIOD_MS = 24 * 60 * 60 * 1000;
/** Definitions of one kind kept in memory; past it they are forgotten and written again when needed. */
const REFS_MAX = 10_000;
const SALT_BYTES = 16;

interface Shape {
  readonly name: string;
  readonly text: () => string;
}

export class AuditLog extends LogReader {
  #tree = new CompactRange();
  #periodMs: number | undefined;
  #refs = new Map<Defined, Map<string, Ref>>();
  #shapes = new ShapeMemory();
  #generation: number;
  #recovering: Promise<void> | undefined;
  #signed: { size: number; note: string } | undefined;
  #timer: NodeJS.Timeout | undefined;
  #definedShapes = new Set<string>();
  #removing: Promise<unknown> = Promise.resolve();

  constructor(
    store: Store,
    readonly options: LogOptions,
  ) {
    super(store);
    this.#generation = store.generation;
  }

  /** Number of entries handed over so far. */
  get size(): number {
    return this.#tree.size;
  }

  root(): Buffer {
    return this.#tree.root();
  }

  /**
   * Appends one record. Resolves with its seq when the record survives the death of this process, and with `flush_ms` 0 when it is on disk.
   * Throws `record_failed` (nothing may be sent then; the next append tries again), `internal` for a record that is not made of the
   * log's own fields, `log_broken` when the log no longer proves itself.
   */
  async append(record: AuditRecord): Promise<number> {
    guardRecord(record);
    const shape = record.kind === 'message' ? this.#shapeOf(record) : undefined;
    while (this.store.generation !== this.#generation) await this.#recoverOnce();
    const ops: Op[] = [];
    this.#beginPeriod(record.timeMs, ops);
    const seq = this.#push(this.#entryOf(record, shape, ops), ops);
    this.#armCheckpoint();
    await this.store.batch(ops);
    return seq;
  }

  /** Announces a removal (removal.ts, bound.ts). */
  async appendRemoval({ device, ...rest }: Removal<string>): Promise<number> {
    while (this.store.generation !== this.#generation) await this.#recoverOnce();
    const ops: Op[] = [];
    if (device !== undefined) this.#beginPeriod(rest.timeMs, ops);
    const named = device === undefined ? {} : { device: this.#ref('device', device, rest.timeMs, ops) };
    const seq = this.#push({ ...rest, ...named }, ops);
    this.#armCheckpoint();
    await this.store.batch(ops);
    return seq;
  }

  /** Removals one after another: each goes by what it found of the log. */
  removing<T>(step: () => Promise<T>): Promise<T> {
    const result = this.#removing.then(step);
    this.#removing = result.catch(() => undefined); // told to whoever asked for it
    return result;
  }

  /** From now on a device of this name is defined anew: what is removed of it is over. */
  forgetDevice(label: string): void {
    this.#refs.get('device')?.delete(label);
  }

  /** From now on shapes are defined anew: what is defined until now may be taken out once no entry until now refers to it. */
  forgetShapes(): void {
    this.#refs.get('shape')?.clear();
  }

  /** The names of the shapes defined from now on, until the next call: a removal of old shapes must spare them. */
  watchShapes(): ReadonlySet<string> {
    this.#definedShapes = new Set();
    return this.#definedShapes;
  }

  /** Signs the tree as it stands, and keeps the note. `undefined` without a key or entries. Throws `record_failed`. */
  async checkpoint(): Promise<string | undefined> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    while (this.store.generation !== this.#generation) await this.#recoverOnce();
    const { key } = this.options;
    const size = this.#tree.size;
    if (key === undefined || size === 0) return undefined;
    if (this.#signed?.size === size) return this.#signed.note;
    const note = signCheckpoint(key, size, this.#tree.root());
    await this.store.batch([{ type: 'put', key: numberKey('c', size), value: Buffer.from(note) }]);
    this.#signed = { size, note };
    return note;
  }

  /** Writes a last checkpoint and syncs. Does not close the store: others may use it. */
  async close(): Promise<void> {
    await this.checkpoint();
    await this.store.sync();
  }

  #armCheckpoint(): void {
    if (this.options.key === undefined) return;
    this.#timer ??= setTimeout(() => {
      // A failure shows in the store's generation: the next append recovers, or fails in front of its caller.
      this.checkpoint().catch(() => {});
    }, this.options.checkpointMs ?? CHECKPOINT_MS).unref();
  }

  /** Adds a leaf to the tree, and to `ops` what is written of it. */
  #push(entry: Entry, ops: Op[]): number {
    const seq = this.#tree.size;
    const value = leafValue(encodeEntry(entry));
    ops.push({ type: 'put', key: numberKey('e', seq), value });
    this.#tree.append(value.subarray(0, HASH_BYTES), (height, index, node) => {
      if (height % GROUP_HEIGHT === 0) ops.push({ type: 'put', key: nodeKey(height / GROUP_HEIGHT, index), value: node });
    });
    return seq;
  }

  #beginPeriod(timeMs: number, ops: Op[]): void {
    if (this.#periodMs !== undefined && Math.abs(timeMs - this.#periodMs) < PERIOD_MS) return;
    this.#periodMs = timeMs;
    this.#refs = new Map(DEFINED.map((what) => [what, new Map()]));
    const seq = this.#push({ kind: 'period', timeMs }, ops);
    ops.push({ type: 'put', key: numberKey('p', seq), value: Buffer.alloc(0) });
  }

  #shapeOf(record: MessageRecord): Shape {
    const { decisions, shape } = record;
    if (shape !== undefined && this.#refs.get('shape')?.has(shape)) return { name: shape, text: () => shapeText(decisions) };
    const { name, text } = this.#shapes.find(decisions);
    if (shape !== undefined && shape !== name) throw new HubError('internal', 'a message record has an unfit shape');
    return { name, text: () => text ?? shapeText(decisions) };
  }

  #entryOf(record: AuditRecord, shape: Shape | undefined, ops: Op[]): Entry {
    const { timeMs } = record;
    const ref = (what: Defined, text: string) => this.#ref(what, text, timeMs, ops);
    switch (record.kind) {
      case 'message': {
        const { kind, direction, verdict, error, bytesIn, bytesOut } = record;
        const device = record.device === undefined ? undefined : ref('device', record.device);
        const [service, ruleset, shapeRef] = [
          ref('service', record.service),
          ref('ruleset', record.ruleset),
          this.#shapeRef(shape as Shape, timeMs, ops),
        ];
        return { kind, timeMs, device, service, direction, verdict, error, bytesIn, bytesOut, ruleset, shape: shapeRef };
      }
      case 'switch':
      case 'refusals':
      case 'alarm': {
        const { device, service, ...rest } = record;
        const names = {
          ...(device === undefined ? {} : { device: ref('device', device) }),
          ...(service === undefined ? {} : { service: ref('service', service) }),
        };
        return { ...rest, ...names } as Entry;
      }
      case 'send-failed':
      case 'start':
      case 'stop':
        return record;
      default:
        return record satisfies never;
    }
  }

  #shapeRef(shape: Shape, timeMs: number, ops: Op[]): Ref {
    const known = this.#refs.get('shape')?.get(shape.name);
    if (known !== undefined) return known;
    const ref = this.#ref('shape', shape.name, timeMs, ops);
    this.#definedShapes.add(shape.name);
    ops.push({ type: 'put', key: shapeKey('s', shape.name), value: Buffer.from(shape.text()) });
    ops.push({ type: 'put', key: shapeKey('u', shape.name), value: numberValue(ref) });
    return ref;
  }

  #ref(what: Defined, text: string, timeMs: number, ops: Op[]): Ref {
    const refs = this.#refs.get(what) as Map<string, Ref>;
    const known = refs.get(text);
    if (known !== undefined) return known;
    if (refs.size >= REFS_MAX) refs.clear();
    const salt = what === 'device' ? this.options.random(SALT_BYTES).toString('base64url') : undefined;
    const seq = this.#push({ kind: 'definition', timeMs, what, text, salt }, ops);
    refs.set(text, seq);
    return seq;
  }

  #recoverOnce(): Promise<void> {
    this.#recovering ??= this.recover().finally(() => (this.#recovering = undefined));
    return this.#recovering;
  }

  /**
   * Reads the place to go on from: stored subtrees from the left, then the leaves behind the last of them, hashed anew; and holds the
   * result against the last checkpoint. Throws `log_broken` with what was expected and what was found.
   */
  async recover(): Promise<void> {
    const generation = this.store.generation;
    const size = await this.storedSize();
    const tree = new CompactRange();
    const levels = size < GROUP ? 0 : Math.floor(Math.log2(size) / GROUP_HEIGHT);
    for (let level = levels; level > 0; level--) {
      const leaves = GROUP ** level;
      while (tree.size + leaves <= size) {
        const node = await this.node(level, tree.size / leaves);
        if (node === undefined)
          throw new HubError('log_broken', `the hash over the ${leaves} entries from ${tree.size} on is missing`);
        tree.appendSubtree(level * GROUP_HEIGHT, node);
      }
    }
    for await (const leaf of this.leaves(tree.size, size)) {
      if (leaf.seq !== tree.size) throw new HubError('log_broken', `entry ${tree.size} is missing`);
      const found = leaf.line === undefined ? leaf.hash : leafHash(Buffer.from(leaf.line));
      if (!found.equals(leaf.hash))
        throw new HubError(
          'log_broken',
          `entry ${leaf.seq}: leaf hash ${leaf.hash.toString('hex')} expected, ${found.toString('hex')} found`,
        );
      tree.append(leaf.hash);
    }
    await this.#checkLast(tree.size);
    this.#tree = tree;
    this.#periodMs = undefined;
    this.#generation = generation;
  }

  async #checkLast(size: number): Promise<void> {
    const last = await this.lastCheckpoint();
    this.#signed = undefined;
    if (last === undefined || this.options.key === undefined) return;
    const checkpoint = openCheckpoint(last.note, parseVerifierKey(this.options.key.vkey));
    if (checkpoint.size > size) throw new HubError('log_broken', `${checkpoint.size} entries were signed, ${size} are there`);
    const root = await rootAt(this.nodeReader(), checkpoint.size).catch((fault: unknown) => {
      if (fault instanceof HubError && fault.code === 'not_found') return undefined; // inside a pruned group (FORMAT.md, section 4)
      throw fault;
    });
    if (root !== undefined && !root.equals(checkpoint.root))
      throw new HubError(
        'log_broken',
        `first ${checkpoint.size} entries: root ${checkpoint.root.toString('hex')} signed, ${root.toString('hex')} found`,
      );
    this.#signed = last;
  }
}

/** Opens the log that `store` holds, or begins one. Throws `log_broken`: the error is the evidence, keep a copy of the store. */
export async function openLog(store: Store, options: LogOptions): Promise<AuditLog> {
  const log = new AuditLog(store, options);
  await log.recover();
  return log;
}
