// A log that outgrew its bytes: whoever wrote the most loses its oldest entries first, down to what the others have, so that no device
// loses entries to another's flood (FORMAT.md, section 4). What is left of them is the hashes that the others are proved with.
import type { Op } from '../store/store.js';
import { endOf, GROUP, GROUP_HEIGHT, type Leaf, letterRange, numberKey, removedValue, runValue, shapeKey } from './keys.js';
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

interface Written {
  bytes: number;
  shapes: number;
}

/** Reads who wrote an entry without parsing all of it: these scans go through the whole log. */
class Writers {
  private readonly names = new Map<number, string>();

  constructor(private readonly log: AuditLog) {}

  /** The device that a message, a count of refusals or a failed send is of; undefined: an entry that is never taken out. */
  async of(line: string): Promise<string | undefined> {
    switch (line[0]) {
      case 'm':
        return this.named(line.split(' ', 3)[2]!);
      case 'r':
        return this.named(/"device":(\d+)/.exec(line)?.[1] ?? '-');
      case 'f': {
        const sent = await this.log.leaf(Number(line.split(' ', 3)[2]));
        return sent?.line?.startsWith('m') ? this.of(sent.line) : undefined;
      }
      default:
        return undefined;
    }
  }

  private async named(ref: string): Promise<string> {
    if (ref === '-') return NOBODY;
    const known = this.names.get(Number(ref));
    if (known !== undefined) return known;
    const name = (await this.log.definition('device', Number(ref))) ?? NOBODY;
    this.names.set(Number(ref), name);
    return name;
  }
}

/** The definition of the shape that a message was the first to have, where it stands right before it. */
function ownShape(seq: number, line: string): number | undefined {
  if (!line.startsWith('m')) return undefined;
  const shape = Number(line.slice(line.lastIndexOf(' ') + 1));
  return seq - shape <= OWN_DEFINITIONS ? shape : undefined;
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
  for await (const { seq, line = '' } of log.leaves(0, end)) {
    total += ENTRY_BYTES + line.length;
    const name = await writers.of(line);
    if (name === undefined) continue;
    const sum = written.get(name) ?? { bytes: 0, shapes: 0 };
    written.set(name, sum);
    sum.bytes += ENTRY_BYTES + line.length;
    if (ownShape(seq, line) === undefined) continue;
    sum.shapes += 1;
    shapes += 1;
  }
  let texts = 0;
  for await (const [key, value] of log.store.iterate(letterRange('s'))) texts += key.length + value.length;
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

interface Choice {
  /** Entries up to, not with, this one are looked at. */
  readonly size: number;
  /** Entries behind whole groups stay. */
  readonly end: number;
  /** Bytes that each writer keeps. */
  readonly level: number;
  readonly eachShape: number;
}

interface Chosen {
  readonly leaf: Leaf;
  /** Whose entry it is, of one that is to go; undefined: it stays. */
  readonly writer: string | undefined;
}

/**
 * Every leaf from the newest to the oldest, and which are to go: of each writer what is older than what it keeps, and the definitions of
 * shapes to which nothing refers that stays. What an entry refers to is older than it, and of its period.
 */
async function* choose(log: AuditLog, { size, end, level, eachShape }: Choice): AsyncGenerator<Chosen> {
  const writers = new Writers(log);
  const kept = new Map<string, number>();
  const used = new Set<number>();
  /** By whom. */
  const unused = new Map<number, string>();
  for await (const leaf of log.leaves(0, size, true)) {
    const { seq, line = '' } = leaf;
    const writer = await writers.of(line);
    if (writer === undefined) {
      const last = used.has(seq) ? undefined : unused.get(seq);
      used.delete(seq);
      unused.delete(seq);
      yield { leaf, writer: line === '' || seq >= end ? undefined : last };
      continue;
    }
    const bytes = (kept.get(writer) ?? 0) + ENTRY_BYTES + line.length + (ownShape(seq, line) === undefined ? 0 : eachShape);
    kept.set(writer, bytes);
    const stays = bytes <= level || seq >= end;
    const shape = shapeOf(line);
    if (shape !== undefined && stays) used.add(shape);
    else if (shape !== undefined) unused.set(shape, writer);
    yield { leaf, writer: stays ? undefined : writer };
  }
}

/** Reference of a message to its shape. */
function shapeOf(line: string): number | undefined {
  return line.startsWith('m') ? Number(line.slice(line.lastIndexOf(' ') + 1)) : undefined;
}

/** The name that a definition of a shape gives. */
function shapeName(line = ''): string | undefined {
  return /^d1 \d+ shape "(sha256:[0-9a-f]{64})"$/.exec(line)?.[1];
}

interface Survey {
  /** How many entries of each writer go. */
  readonly counts: ReadonlyMap<string, number>;
  /** Names of shapes with a definition that stays. */
  readonly shapes: ReadonlySet<string>;
}

async function survey(log: AuditLog, choice: Choice): Promise<Survey> {
  const counts = new Map<string, number>();
  const shapes = new Set<string>();
  for await (const { leaf, writer } of choose(log, choice)) {
    const name = shapeName(leaf.line);
    if (writer !== undefined) counts.set(writer, (counts.get(writer) ?? 0) + 1);
    else if (name !== undefined) shapes.add(name);
  }
  return { counts, shapes };
}

/** One group of 256 leaves while entries are taken out of it. */
class Group {
  private readonly leaves = new Map<number, Leaf>();
  private readonly gone = new Set<number>();

  constructor(
    readonly start: number,
    private readonly removal: number,
  ) {}

  /** Leaves come in any order. `isGone`: taken out now, or for the bound before. */
  add(leaf: Leaf, isGone: boolean): void {
    this.leaves.set(leaf.seq, leaf);
    if (isGone) this.gone.add(leaf.seq);
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
      ops.push({ type: 'del', key: numberKey('e', seq) });
    const value = height === 0 ? removedValue(hash, this.removal) : runValue(hash, height, this.removal);
    ops.push({ type: 'put', key: numberKey('e', start), value });
  }
}

/** Which removals were made for the bound. */
function boundRemovals(log: AuditLog): (removal: number) => Promise<boolean> {
  const known = new Map<number, Promise<boolean>>();
  return (removal) => {
    let found = known.get(removal);
    if (found === undefined) {
      found = log.leaf(removal).then((leaf) => leaf?.line?.includes('"what":"bound"') ?? false);
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

/** `shapes`: names with a definition that stays; `defined`: those defined since the log was looked through. */
async function takeOut(
  log: AuditLog,
  choice: Choice,
  shapes: ReadonlySet<string>,
  defined: ReadonlySet<string>,
  removal: number,
): Promise<void> {
  const isBound = boundRemovals(log);
  const sizes = new CheckpointSizes(log);
  let group: Group | undefined;
  let unused: string[] = [];
  const write = async (): Promise<void> => {
    if (group === undefined) return;
    const ops = group.ops(await sizes.inside(group.start));
    // No await between here and handing over the batch: a shape defined later is written behind the removal of its text.
    for (const name of unused) if (!defined.has(name)) for (const of of ['s', 'u'] as const) ops.push(del(shapeKey(of, name)));
    unused = [];
    if (ops.length > 0) await log.store.batch(ops);
  };
  for await (const { leaf, writer } of choose(log, choice)) {
    const start = leaf.seq - (leaf.seq % GROUP);
    if (group?.start !== start) {
      await write();
      group = new Group(start, removal);
    }
    const name = writer === undefined ? undefined : shapeName(leaf.line);
    if (name !== undefined && !shapes.has(name)) unused.push(name);
    group.add(leaf, writer !== undefined || (leaf.removal !== undefined && (await isBound(leaf.removal))));
  }
  await write();
}

const del = (key: Buffer): Op => ({ type: 'del', key });
const ALL = { gte: Buffer.from('a'), lt: Buffer.from('b') };

/**
 * Brings the log's bytes on disk below `maxBytes` where they are above. Gives whose entries were taken out, and how many; each writer's
 * count stands in the log. Can be broken off and run again. Throws `record_failed`.
 */
export async function boundLog(log: AuditLog, maxBytes: number, nowMs: number): Promise<readonly Bounded[]> {
  if ((await log.store.size(ALL)) <= maxBytes) return [];
  return log.removing(() => bringDown(log, maxBytes, nowMs));
}

async function bringDown(log: AuditLog, maxBytes: number, nowMs: number): Promise<readonly Bounded[]> {
  const size = await log.store.size(ALL);
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
  const choice = { size: seen, end: seen - (seen % GROUP), level, eachShape };
  const { counts, shapes } = await survey(log, choice);
  if (counts.size === 0) return [];
  const bounded = [...counts].map(([name, count]) => ({ count, ...(name === NOBODY ? {} : { device: name }) }));
  let removal = 0;
  for (const each of bounded) removal = await log.appendRemoval({ kind: 'removal', timeMs: nowMs, what: 'bound', ...each });
  await takeOut(log, choice, shapes, defined, removal);
  log.forgetDefinitions();
  for (const letter of ['e', 's', 'u']) await log.store.compact(letterRange(letter));
  await log.checkpoint();
  return bounded;
}
