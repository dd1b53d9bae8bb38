// The log on a store: appends records, grows the tree, signs checkpoints, and finds its place again after a crash.
import { HubError } from '../errors.js';
import type { Op, Store } from '../store/store.js';
import { type LogKey, parseVerifierKey, renameLogKey, signCheckpoint } from './checkpoint.js';
import { ShapeMemory, shapeText } from './decision-list.js';
import { type ContinuedEntry, type Entry, encodeEntry, type Ref, type RemovalEntry } from './entry.js';
import { DEFINED, type Defined } from './forms.js';
import { GROUP_HEIGHT, LOGS_MAX, latestLog, leafValue, numberValue, SALT_BYTES } from './keys.js';
import { LogReader } from './reader.js';
import {
  type AlarmRecord,
  type AuditRecord,
  type ChoiceRecord,
  guardRecord,
  type MessageRecord,
  type RefusalsRecord,
} from './record.js';
import { findPlace, type LogHead, readEnding } from './recovery.js';
import { CompactRange, HASH_BYTES } from './tree.js';

export interface LogOptions {
  /** Signs the checkpoints; without one none are written. */
  readonly key?: LogKey;
  /** Random bytes (node:crypto's `randomBytes`), for the salts of entries. */
  readonly random: (bytes: number) => Buffer;
  /** How long entries may stand without a checkpoint over them, in milliseconds: one is written at each multiple of it by the clock. */
  readonly checkpointMs?: number;
  /** How far the log was, by word of something outside the store: a log that has less was cut, put back or damaged. */
  readonly head?: LogHead | undefined;
  /** Asked before the log is read: true, where files of the store were damaged, so that every entry is to be looked at. */
  readonly whole?: () => boolean;
  /** Told what is about to be signed: it is on disk then, and nobody has its signature yet. Where this rejects, nothing is signed. */
  readonly onHead?: (head: LogHead) => Promise<void>;
  /** Told when a log could not be gone on with, and another began. */
  readonly onContinued?: (entry: ContinuedEntry) => void;
  /** Milliseconds since 1970, for the entries that the log writes of its own. */
  readonly now?: () => number;
}

/** At a message a second this is 4 bytes a message for checkpoints. */
const CHECKPOINT_MS = 60_000;
/** Definitions are written anew this often, so that retention can take old ones away. */
const PERIOD_MS = 24 * 60 * 60 * 1000;
/** Definitions of one kind kept in memory; past it they are forgotten and written again when needed. */
const REFS_MAX = 10_000;
/** Salts drawn at once: the system is asked once for so many entries. */
const SALTS = 256;

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
  #key: LogKey | undefined;
  #base = 0;
  #head: LogHead | undefined;
  #salts: Buffer = Buffer.alloc(0);
  #last: Promise<unknown> = Promise.resolve();

  constructor(
    store: Store,
    readonly options: LogOptions,
  ) {
    super(store);
    this.#generation = store.generation;
    this.#key = options.key;
    this.#head = options.head;
  }

  /** The public half of what signs this log; a later log of a store has another name, and so another key text. */
  get vkey(): string | undefined {
    return this.#key?.vkey;
  }

  /** How many entries stand in all logs of the store before this one. */
  get base(): number {
    return this.#base;
  }

  /** Number of entries handed over so far to this log and those before it. */
  get total(): number {
    return this.#base + this.#tree.size;
  }

  /** Number of entries handed over so far to this log. */
  get size(): number {
    return this.#tree.size;
  }

  root(): Buffer {
    return this.#tree.root();
  }

  /**
   * Appends one record. Resolves with its number (over all logs of the store) when the record survives the death of this process, and
   * with `flush_ms` 0 when it is on disk. Throws `record_failed` (nothing may be sent then; the next append tries again), `internal` for
   * a record that is not made of the log's own fields.
   */
  async append(record: AuditRecord): Promise<number> {
    guardRecord(record);
    const shape = record.kind === 'message' ? this.#shapeOf(record) : undefined;
    while (this.store.generation !== this.#generation) await this.#recoverOnce();
    const ops: Op[] = [];
    this.#beginPeriod(record.timeMs, ops);
    const seq = this.#push(this.#entryOf(record, shape, ops), ops);
    this.#armCheckpoint();
    const number = this.#base + seq;
    await this.store.batch(ops);
    return number;
  }

  /**
   * Announces removals (removal.ts, bound.ts), and signs them: nothing is removed that is not under a checkpoint. Those of a device, and the last
   * of those for the bound, are noted, so that they are finished after a crash; `note` says how. Throws `record_failed`.
   */
  async appendRemovals(entries: readonly RemovalEntry[], note: Buffer = Buffer.alloc(0)): Promise<number[]> {
    while (this.store.generation !== this.#generation) await this.#recoverOnce();
    const ops: Op[] = [];
    const seqs = entries.map((entry) => this.#push(entry, ops));
    for (const [i, { what }] of entries.entries())
      if (what === 'device' || (what === 'bound' && i === entries.length - 1))
        ops.push({ type: 'put', key: this.keys.number('r', seqs[i] as number), value: note });
    await this.store.batch(ops);
    await this.checkpoint();
    return seqs;
  }

  /** Begins a period: from now on nothing refers to a definition before it. Gives the number of entries before it. */
  async closePeriod(timeMs: number): Promise<number> {
    while (this.store.generation !== this.#generation) await this.#recoverOnce();
    const ops: Op[] = [];
    this.#periodMs = undefined;
    const end = this.#tree.size;
    this.#beginPeriod(timeMs, ops);
    await this.store.batch(ops);
    return end;
  }

  /** Says that the hub runs. Throws `record_failed`. */
  async heartbeat(timeMs: number): Promise<void> {
    while (this.store.generation !== this.#generation) await this.#recoverOnce();
    const ops: Op[] = [];
    this.#push({ kind: 'heartbeat', timeMs }, ops);
    this.#armCheckpoint();
    await this.store.batch(ops);
  }

  /** Removals one after another: each counts what is there. */
  exclusive<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#last.then(work);
    this.#last = result.catch(() => undefined); // told to its own caller
    return result;
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

  /**
   * Signs the tree as it stands, and keeps the note. What is signed is on disk, and known outside the store, before: no power cut makes
   * the log sign one size twice. `undefined` without a key or entries. Throws `record_failed`, and what `onHead` rejects with.
   */
  async checkpoint(): Promise<string | undefined> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    for (;;) {
      while (this.store.generation !== this.#generation) await this.#recoverOnce();
      const key = this.#key;
      const generation = this.#generation;
      const size = this.#tree.size;
      if (key === undefined || size === 0) return undefined;
      if (this.#signed?.size === size) return this.#signed.note;
      const root = this.#tree.root();
      await this.store.sync();
      if (generation !== this.#generation) continue;
      const head = { log: this.number, size, root };
      await this.options.onHead?.(head);
      if (generation !== this.#generation) continue;
      this.#head = head;
      const note = signCheckpoint(key, size, root);
      await this.store.batch([{ type: 'put', key: this.keys.number('c', size), value: Buffer.from(note) }]);
      this.#signed = { size, note };
      return note;
    }
  }

  /** Writes a last checkpoint and syncs. Does not close the store: others may use it. */
  async close(): Promise<void> {
    await this.checkpoint();
    await this.store.sync();
  }

  #armCheckpoint(): void {
    if (this.options.key === undefined) return;
    const everyMs = this.options.checkpointMs ?? CHECKPOINT_MS;
    // By the clock: a checkpoint's time says nothing about when a message came.
    const inMs = everyMs - ((this.options.now ?? Date.now)() % everyMs);
    this.#timer ??= setTimeout(() => {
      // A failure shows in the store's generation: the next append recovers, or fails in front of its caller.
      this.checkpoint().catch(() => {});
    }, inMs).unref();
  }

  /** Adds a leaf to the tree, and to `ops` what is written of it. */
  #push(entry: Entry, ops: Op[]): number {
    const seq = this.#tree.size;
    const value = leafValue(encodeEntry(entry), this.#salt());
    ops.push({ type: 'put', key: this.keys.number('e', seq), value });
    this.#tree.append(value.subarray(0, HASH_BYTES), (height, index, node) => {
      if (height % GROUP_HEIGHT === 0) ops.push({ type: 'put', key: this.keys.node(height / GROUP_HEIGHT, index), value: node });
    });
    return seq;
  }

  #salt(): Buffer {
    if (this.#salts.length === 0) this.#salts = this.options.random(SALTS * SALT_BYTES);
    const salt = this.#salts.subarray(0, SALT_BYTES);
    this.#salts = this.#salts.subarray(SALT_BYTES);
    return salt;
  }

  #beginPeriod(timeMs: number, ops: Op[]): void {
    if (this.#periodMs !== undefined && Math.abs(timeMs - this.#periodMs) < PERIOD_MS) return;
    this.#periodMs = timeMs;
    this.#refs = new Map(DEFINED.map((what) => [what, new Map()]));
    const seq = this.#push({ kind: 'period', timeMs }, ops);
    ops.push({ type: 'put', key: this.keys.number('p', seq), value: Buffer.alloc(0) });
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
        const { device, service, ...rest } = withLocal(record, this.#base);
        const names = {
          ...(device === undefined ? {} : { device: ref('device', device) }),
          ...(service === undefined ? {} : { service: ref('service', service) }),
        };
        return { ...rest, ...names } as Entry;
      }
      case 'send-failed': {
        const { kind, of, error } = record;
        // A message whose record stands in the log before this one: what remains to be said is the error.
        if (of < this.#base) return { kind: 'alarm', timeMs, what: 'other', error };
        return { kind, timeMs, of: of - this.#base, error };
      }
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
    ops.push({ type: 'put', key: this.keys.shape('s', shape.name), value: Buffer.from(shape.text()) });
    ops.push({ type: 'put', key: this.keys.shape('u', shape.name), value: numberValue(ref) });
    return ref;
  }

  #ref(what: Defined, text: string, timeMs: number, ops: Op[]): Ref {
    const refs = this.#refs.get(what) as Map<string, Ref>;
    const known = refs.get(text);
    if (known !== undefined) return known;
    if (refs.size >= REFS_MAX) refs.clear();
    const seq = this.#push({ kind: 'definition', timeMs, what, text }, ops);
    refs.set(text, seq);
    return seq;
  }

  #recoverOnce(): Promise<void> {
    this.#recovering ??= this.recover().finally(() => (this.#recovering = undefined));
    return this.#recovering;
  }

  /** Finds the place to go on from; where there is none, another log begins, and says so in its first entry. Throws `record_failed`. */
  async recover(): Promise<void> {
    const generation = this.store.generation;
    const whole = this.options.whole?.() ?? false;
    this.#turn(Math.max(await latestLog(this.store), this.#head?.log ?? 1));
    this.#base = await this.storedBase();
    try {
      const verifier = this.#key === undefined ? undefined : parseVerifierKey(this.#key.vkey);
      const { tree, signed } = await findPlace(this, verifier, this.#head, whole);
      this.#tree = tree;
      this.#signed = signed;
      this.#periodMs = undefined;
    } catch (fault) {
      if (!(fault instanceof HubError && fault.code === 'log_broken')) throw fault;
      await this.#beginAnother(whole);
    }
    this.#generation = generation;
  }

  /** The store's log with this number, and the key that signs it. */
  #turn(number: number): void {
    const { key } = this.options;
    if (number > LOGS_MAX) throw new HubError('log_broken', 'the store can hold no further log');
    this.turnTo(number);
    this.#key = key === undefined || number === 1 ? key : renameLogKey(key, `${key.origin}/${number}`);
  }

  /** A log that cannot be gone on with stays as it is. The next one names its head, and what is there of it. */
  async #beginAnother(whole: boolean): Promise<void> {
    const { size, root, found, foundRoot } = await readEnding(this, this.#head, whole);
    const entry: ContinuedEntry = {
      kind: 'continued',
      timeMs: (this.options.now ?? Date.now)(),
      log: this.number,
      size,
      ...(root === undefined ? {} : { root: root.toString('base64') }),
      found,
      ...(foundRoot === undefined ? {} : { foundRoot: foundRoot.toString('base64') }),
    };
    this.#base += Math.max(size, found);
    this.#turn(this.number + 1);
    this.#tree = new CompactRange();
    this.#signed = undefined;
    this.#periodMs = undefined;
    const ops: Op[] = [{ type: 'put', key: this.keys.base(), value: numberValue(this.#base) }];
    this.#beginPeriod(entry.timeMs, ops);
    this.#push(entry, ops);
    await this.store.batch(ops);
    this.#armCheckpoint();
    this.options.onContinued?.(entry);
  }
}

/** `of` counts over all logs of the store; in an entry, within its own. */
function withLocal<R extends ChoiceRecord | AlarmRecord | RefusalsRecord>(record: R, base: number): R {
  if (record.kind !== 'alarm' || record.of === undefined) return record;
  const { of, ...rest } = record;
  return (of < base ? rest : { ...rest, of: of - base }) as R;
}

/** Opens the latest log that `store` holds, or begins one: also where the latest was cut, put back or damaged. Throws `record_failed`. */
export async function openLog(store: Store, options: LogOptions): Promise<AuditLog> {
  const log = new AuditLog(store, options);
  await log.recover();
  return log;
}
