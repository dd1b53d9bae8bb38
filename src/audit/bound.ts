// A log that outgrew its bytes: whoever wrote the most loses its oldest entries first, down to what the others have, so that no device
// loses entries to another's flood (FORMAT.md, section 4). What is left of them is the hashes that the others are proved with.
import type { Op } from '../store/store.js';
import { parseEntry, type RemovalEntry } from './entry.js';
import { finishErasures } from './erasure.js';
import { endOf, GROUP, GROUP_HEIGHT, keyNumber, type Leaf, removedValue, runValue } from './keys.js';
import type { AuditLog } from './store.js';
import { nodeHash } from './tree.js';

/** What was taken out of one writer's entries. */
export interface Bounded {
  /** Absent: entries of no known device. */
  readonly device?: string;
  readonly count: number;
}

/** It is brought down to this part of the bound, so that it is not scanned for every few bytes. */
const KEPT_SHARE = 0.75;
/** A writer that has less than this part of an equal share of the bound loses nothing, whatever else takes the room. */
const SAFE_SHARE = 0.5;
/** Key and hash of an entry, beside its line. */
const ENTRY_BYTES = 40;
/** The line of a shape's definition. */
const SHAPE_LINE_BYTES = 97;
/** References of an entry's definitions stand right before it where they are made for it: device, service, ruleset, shape. */
const OWN_DEFINITIONS = 4;
const NOBODY = '';

/** The definition of an unused shape that nobody is known to have had. */
const NO_WRITER: Writer = { name: NOBODY, device: undefined };

function bytesOf({ line = '', salt }: Leaf): number {
  return ENTRY_BYTES + line.length + (salt?.length ?? 0);
}

interface Written {
  bytes: number;
  shapes: number;
}

/** Reads who wrote an entry without parsing all of it: these scans go through the whole log. */
class Writers {
  private readonly names = new Map<number, string>();

  constructor(private readonly log: AuditLog) {}

  /** The device that a message, a count of refusals or a failed send is of; undefined: an entry that is never taken out. */
  async of({ line = '' }: Leaf): Promise<Writer | undefined> {
    switch (line[0]) {
      case 'm':
        return this.named(line.split(' ', 3)[2]!);
      case 'r':
        return this.named(/"device":(\d+)/.exec(line)?.[1] ?? '-');
      case 'f': {
        const sent = await this.log.leaf(Number(line.split(' ', 3)[2]));
        const writer = sent?.line?.startsWith('m') ? await this.of(sent) : undefined;
        // It names no device itself, and its message may be of an earlier period.
        return writer && { ...writer, device: undefined };
      }
      default:
        return undefined;
    }
  }

  private async named(ref: string): Promise<Writer> {
    if (ref === '-') return NO_WRITER;
    const device = Number(ref);
    let name = this.names.get(device);
    if (name === undefined) {
      name = (await this.log.definition('device', device)) ?? NOBODY;
      this.names.set(device, name);
    }
    return { name, device };
  }
}

/** The definition of the shape that a message was the first to have, where it stands right before it. */
function ownShape({ seq, line = '' }: Leaf): number | undefined {
  const shape = shapeOf(line);
  return shape !== undefined && seq - shape <= OWN_DEFINITIONS ? shape : undefined;
}

interface Sums {
  /** Bytes of each writer's entries, with the texts of shapes that it was the first to have. */
  readonly writers: ReadonlyMap<string, number>;
  readonly total: number;
  /**
   * Bytes of a shape, definition and text, on the average: they are most of what a device writes that makes up names, and whose each
   * one is would take as much memory to know.
   */
  readonly eachShape: number;
}

async function sumUp(log: AuditLog, end: number): Promise<Sums> {
  const writers = new Writers(log);
  const written = new Map<string, Written>();
  let total = 0;
  let shapes = 0;
  for await (const leaf of log.leaves(0, end)) {
    total += bytesOf(leaf);
    const name = (await writers.of(leaf))?.name;
    if (name === undefined) continue;
    const sum = written.get(name) ?? { bytes: 0, shapes: 0 };
    written.set(name, sum);
    sum.bytes += bytesOf(leaf);
    if (ownShape(leaf) === undefined) continue;
    sum.shapes += 1;
    shapes += 1;
  }
  let texts = 0;
  for await (const [key, value] of log.store.iterate(log.keys.range('s'))) texts += key.length + value.length;
  const eachShape = shapes === 0 ? 0 : ENTRY_BYTES + SHAPE_LINE_BYTES + texts / shapes;
  const sums = [...written].map(([name, sum]) => [name, sum.bytes + sum.shapes * eachShape] as const);
  return { writers: new Map(sums), total: total + texts, eachShape };
}

/** How much each writer may keep, so that all of them keep `most` together and whoever has less than that keeps all. */
export function levelOf(amounts: readonly number[], most: number): number {
  let left = most;
  const rising = [...amounts].sort((a, b) => a - b);
  for (const [index, amount] of rising.entries()) {
    const each = left / (rising.length - index);
    if (amount > each) return Math.max(0, each);
    left -= amount;
  }
  return Number.POSITIVE_INFINITY;
}

/** What goes: kept in the store until all of it is gone, so that what a crash left of it goes as announced. */
interface Plan {
  /** Entries from here on stay: they are behind whole groups. */
  readonly end: number;
  /** By writer: its entries before this one go. */
  readonly cuts: ReadonlyMap<string, number>;
}

interface Writer {
  readonly name: string;
  /** A definition of the device in the period of the entry; undefined: the entry names none. */
  readonly device: number | undefined;
}

interface Chosen {
  readonly leaf: Leaf;
  /** Whose entry it is, of one that is to go; undefined: it stays. */
  readonly writer: Writer | undefined;
}

/** From the newest entry to the oldest: where each writer has reached what it may keep. */
async function planCuts(log: AuditLog, level: number, eachShape: number, size: number): Promise<Plan> {
  const writers = new Writers(log);
  const kept = new Map<string, number>();
  const cuts = new Map<string, number>();
  for await (const leaf of log.leaves(0, size, true)) {
    const name = (await writers.of(leaf))?.name;
    if (name === undefined) continue;
    const bytes = (kept.get(name) ?? 0) + bytesOf(leaf) + (ownShape(leaf) === undefined ? 0 : eachShape);
    kept.set(name, bytes);
    if (bytes > level && !cuts.has(name)) cuts.set(name, leaf.seq + 1);
  }
  return { end: size - (size % GROUP), cuts };
}

/**
 * Every leaf before `size` from the newest to the oldest, and which are to go: of each writer what is older than its cut, and the
 * definitions of shapes to which nothing refers that stays. What an entry refers to is older than it, and of its period. Says the same
 * of what is left when a part of it has gone.
 */
async function* choose(log: AuditLog, { end, cuts }: Plan, size: number): AsyncGenerator<Chosen> {
  const writers = new Writers(log);
  const used = new Set<number>();
  const unused = new Map<number, Writer>();
  for await (const leaf of log.leaves(0, size, true)) {
    const { seq } = leaf;
    const writer = await writers.of(leaf);
    if (writer === undefined) {
      const isUnused = shapeName(leaf.line) !== undefined && seq < end && !used.has(seq);
      yield { leaf, writer: isUnused ? (unused.get(seq) ?? NO_WRITER) : undefined };
      used.delete(seq);
      unused.delete(seq);
      continue;
    }
    const stays = seq >= end || seq >= (cuts.get(writer.name) ?? 0);
    const shape = shapeOf(leaf.line);
    if (shape !== undefined && stays) used.add(shape);
    else if (shape !== undefined) unused.set(shape, writer);
    yield { leaf, writer: stays ? undefined : writer };
  }
}

/** Reference of a message to its shape. */
function shapeOf(line = ''): number | undefined {
  return line.startsWith('m') ? Number(line.slice(line.lastIndexOf(' ') + 1)) : undefined;
}

/** The name that a definition of a shape gives. */
function shapeName(line = ''): string | undefined {
  return /^d[12] \d+ shape "(sha256:[0-9a-f]{64})"$/.exec(line)?.[1];
}

/** Entries of one writer that go out of one period. */
interface Share extends Writer {
  readonly period: number;
  readonly count: number;
}

interface Survey {
  /** From the oldest period to the newest. */
  readonly shares: readonly Share[];
  /** Names of shapes with a definition that stays. */
  readonly shapes: ReadonlySet<string>;
}

async function survey(log: AuditLog, plan: Plan, size: number): Promise<Survey> {
  const shares = new Map<string, Share>();
  const shapes = new Set<string>();
  const periods = await readPeriods(log);
  for await (const { leaf, writer } of choose(log, plan, size)) {
    const name = shapeName(leaf.line);
    if (writer === undefined && name !== undefined) shapes.add(name);
    if (writer === undefined) continue;
    const period = periodOf(periods, leaf.seq);
    const key = `${period} ${writer.device === undefined ? NOBODY : writer.name}`;
    shares.set(key, { ...writer, period, count: (shares.get(key)?.count ?? 0) + 1 });
  }
  return { shares: [...shares.values()].sort((a, b) => a.period - b.period), shapes };
}

/** Seqs of the periods, rising. */
async function readPeriods(log: AuditLog): Promise<number[]> {
  const periods: number[] = [];
  for await (const [key] of log.store.iterate(log.keys.range('p'))) periods.push(keyNumber(key));
  return periods;
}

function periodOf(periods: readonly number[], seq: number): number {
  return periods.findLast((one) => one <= seq) ?? 0;
}

/** One group of 256 leaves while entries are taken out of it. */
class Group {
  private readonly leaves = new Map<number, Leaf>();
  private readonly gone = new Set<number>();
  /** Whether anything is taken out now. */
  hasNew = false;

  constructor(
    readonly start: number,
    private readonly log: AuditLog,
    /** By which removal what begins at a seq is gone. */
    private readonly removalOf: (seq: number) => number,
  ) {}

  /** Leaves come in any order. `goes`: taken out now; `joins`: taken out for the bound before. */
  add(leaf: Leaf, goes: boolean, joins: boolean): void {
    this.leaves.set(leaf.seq, leaf);
    if (goes) this.hasNew = true;
    if (goes || joins) this.gone.add(leaf.seq);
  }

  /** What is written: leaf hashes, and one hash for each run of them that no checkpoint (of `sizes` entries) cuts in two. */
  ops(sizes: ReadonlySet<number>): Op[] {
    const ops: Op[] = [];
    const whole = this.join(GROUP_HEIGHT, this.start, sizes, ops);
    if (whole !== undefined) this.put(GROUP_HEIGHT, this.start, whole, ops);
    return ops;
  }

  /** The hash of a subtree of which nothing stays; undefined for any other, whose parts are then written. */
  private join(height: number, start: number, sizes: ReadonlySet<number>, ops: Op[]): Buffer | undefined {
    const leaf = this.leaves.get(start);
    if (leaf?.height === height) return this.gone.has(start) ? leaf.hash : undefined;
    if (height === 0) return undefined; // pruned
    const middle = start + 2 ** (height - 1);
    const left = this.join(height - 1, start, sizes, ops);
    const right = this.join(height - 1, middle, sizes, ops);
    if (left !== undefined && right !== undefined && !sizes.has(middle)) return nodeHash(left, right);
    if (left !== undefined) this.put(height - 1, start, left, ops);
    if (right !== undefined) this.put(height - 1, middle, right, ops);
    return undefined;
  }

  private put(height: number, start: number, hash: Buffer, ops: Op[]): void {
    const first = this.leaves.get(start)!;
    if (first.height === height && first.removal !== undefined) return; // as it was
    for (let seq = start + 2 ** first.height; seq < start + 2 ** height; seq = endOf(this.leaves.get(seq)!))
      ops.push({ type: 'del', key: this.log.keys.number('e', seq) });
    const removal = this.removalOf(start);
    const value = height === 0 ? removedValue(hash, removal) : runValue(hash, height, removal);
    ops.push({ type: 'put', key: this.log.keys.number('e', start), value });
  }
}

/** Which removals were made for the bound; those of format 1 count by themselves, and what names them joins nothing. */
function boundRemovals(log: AuditLog): (removal: number) => Promise<boolean> {
  const known = new Map<number, Promise<boolean>>();
  return (removal) => {
    let found = known.get(removal);
    if (found === undefined) {
      found = log.leaf(removal).then((leaf) => leaf?.line?.startsWith('x2') === true && leaf.line.includes('"what":"bound"'));
      known.set(removal, found);
    }
    return found;
  };
}

/** Sizes of the checkpoints inside groups, asked from the newest group to the oldest. */
class CheckpointSizes {
  private readonly notes;
  private next: number | undefined;

  constructor(log: AuditLog) {
    this.notes = log.checkpoints(true);
  }

  async inside(start: number): Promise<ReadonlySet<number>> {
    const found = new Set<number>();
    this.next ??= await this.read();
    while (this.next > start) {
      if (this.next < start + GROUP) found.add(this.next);
      this.next = await this.read();
    }
    return found;
  }

  private async read(): Promise<number> {
    const { value, done } = await this.notes.next();
    return done === true ? 0 : value.size;
  }
}

interface TakingOut {
  readonly plan: Plan;
  /** Leaves before this one are looked at. */
  readonly size: number;
  /** The removals: of each period the last. */
  readonly removals: ReadonlyMap<number, number>;
  /** Names of shapes with a definition that stays. */
  readonly shapes: ReadonlySet<string>;
  /** Names of shapes defined since the log was looked through. */
  readonly defined: ReadonlySet<string>;
}

async function takeOut(log: AuditLog, { plan, size, removals, shapes, defined }: TakingOut): Promise<void> {
  const isBound = boundRemovals(log);
  const periods = await readPeriods(log);
  const sizes = new CheckpointSizes(log);
  const removalOf = (seq: number): number => removals.get(periodOf(periods, seq))!;
  let group: Group | undefined;
  let unused: string[] = [];
  const write = async (): Promise<void> => {
    if (group === undefined) return;
    const ops = group.hasNew ? group.ops(await sizes.inside(group.start)) : [];
    // No await between here and handing over the batch: a shape defined later is written behind the removal of its text.
    for (const name of unused)
      if (!defined.has(name)) for (const of of ['s', 'u'] as const) ops.push(del(log.keys.shape(of, name)));
    unused = [];
    if (ops.length > 0) await log.store.batch(ops);
  };
  for await (const { leaf, writer } of choose(log, plan, size)) {
    const start = leaf.seq - (leaf.seq % GROUP);
    if (group?.start !== start) {
      await write();
      group = new Group(start, log, removalOf);
    }
    const name = writer === undefined ? undefined : shapeName(leaf.line);
    if (name !== undefined && !shapes.has(name)) unused.push(name);
    // What went before joins only where a removal of its period is announced now: a run names the last one.
    const joins = leaf.removal !== undefined && removals.has(periodOf(periods, leaf.seq)) && (await isBound(leaf.removal));
    group.add(leaf, writer !== undefined, joins);
  }
  await write();
}

const del = (key: Buffer): Op => ({ type: 'del', key });

/**
 * Brings the log's bytes on disk below `maxBytes` where they are above. Gives whose entries were taken out, and how many; each writer's
 * count stands in the log. Broken off, it is finished by `finishBounds`. Throws `record_failed`.
 */
export async function boundLog(log: AuditLog, maxBytes: number, nowMs: number): Promise<readonly Bounded[]> {
  return log.exclusive(async () => {
    await finishErasures(log);
    await finishBounds(log);
    const size = await log.store.size(log.keys.all());
    return size <= maxBytes ? [] : bringDown(log, size, maxBytes, nowMs);
  });
}

async function bringDown(log: AuditLog, size: number, maxBytes: number, nowMs: number): Promise<readonly Bounded[]> {
  // What is appended from now on refers to no shape defined before: those are free to go. What was appended until now is waited for.
  log.forgetShapes();
  const defined = log.watchShapes();
  const seen = log.size;
  await log.store.sync();
  const { writers, total, eachShape } = await sumUp(log, seen);
  const amounts = [...writers.values()];
  const own = amounts.reduce((sum, bytes) => sum + bytes, 0);
  // On disk it is compressed: `total` are the same bytes as `size`, counted here.
  const wanted = (total * maxBytes * KEPT_SHARE) / size;
  const level = Math.max(levelOf(amounts, wanted - (total - own)), (wanted * SAFE_SHARE) / amounts.length);
  const plan = await planCuts(log, level, eachShape, seen);
  const { shares, shapes } = await survey(log, plan, seen);
  if (shares.length === 0) return [];
  const entries = shares.map(({ device, period, count }): RemovalEntry => {
    return { kind: 'removal', timeMs: nowMs, what: 'bound', count, period, ...(device === undefined ? {} : { device }) };
  });
  const note: Note = { end: plan.end, cuts: [...plan.cuts], removals: entries.length };
  const seqs = await log.appendRemovals(entries, Buffer.from(JSON.stringify(note)));
  const removals = new Map(shares.map(({ period }, i) => [period, seqs[i] as number]));
  await takeOut(log, { plan, size: seen, removals, shapes, defined });
  await conclude(log, seqs.at(-1) as number);
  return summed(shares);
}

/** What is noted of a plan until it is carried out. */
interface Note {
  readonly end: number;
  readonly cuts: readonly (readonly [writer: string, cut: number])[];
  /** How many removals announce it: the last has the note. */
  readonly removals: number;
}

/** Finishes what was announced for the bound, and noted. Throws `record_failed`. */
export async function finishBounds(log: AuditLog): Promise<void> {
  for await (const [key, value] of log.store.iterate(log.keys.range('r'))) {
    if (value.length === 0) continue; // of a device
    const last = keyNumber(key);
    const note = JSON.parse(value.toString('utf8')) as Note;
    const plan = { end: note.end, cuts: new Map(note.cuts) };
    const removals = new Map<number, number>();
    for (let seq = last - note.removals + 1; seq <= last; seq++) {
      const line = (await log.leaf(seq))?.line;
      const entry = line === undefined ? undefined : parseEntry(line);
      if (entry?.kind === 'removal' && entry.period !== undefined) removals.set(entry.period, seq);
    }
    log.forgetShapes();
    const defined = log.watchShapes();
    const size = log.size;
    await log.store.sync();
    const { shapes } = await survey(log, plan, size);
    await takeOut(log, { plan, size, removals, shapes, defined });
    await conclude(log, last);
  }
}

async function conclude(log: AuditLog, last: number): Promise<void> {
  await log.store.batch([del(log.keys.number('r', last))]);
  log.forgetDefinitions();
  for (const letter of ['e', 's', 'u', 'r']) await log.store.compact(log.keys.range(letter));
  await log.checkpoint();
}

function summed(shares: readonly Share[]): Bounded[] {
  const counts = new Map<string, number>();
  for (const { name, count } of shares) counts.set(name, (counts.get(name) ?? 0) + count);
  return [...counts].map(([name, count]) => ({ count, ...(name === NOBODY ? {} : { device: name }) }));
}
