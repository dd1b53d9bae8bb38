// What goes when a device is erased: in each period its entries, its definitions, and the definitions that nothing else there uses; and
// how it goes.
import type { Op } from '../store/store.js';
import { type DefinitionEntry, type Entry, parseEntry, type Ref } from './entry.js';
import { GROUP, keyNumber, type Leaf, removedValue, runValue } from './keys.js';
import type { LogReader } from './reader.js';
import type { AuditLog } from './store.js';

/** What goes of one device in one period. */
export interface Erasure {
  /** The first definition of the device in the period. */
  readonly device: Ref;
  /** Entries that are about the device. */
  readonly gone: readonly number[];
  /** Definitions that go with them, the device's own among them. */
  readonly definitions: readonly number[];
  /** The names of the shapes among these. */
  readonly shapes: readonly string[];
}

class Period {
  readonly gone = new Set<number>();
  /** Definitions that nothing may use; another device's may be named by a removal for the log's bound, and stays. */
  readonly definitions = new Map<number, Pick<DefinitionEntry, 'what' | 'text'>>();
  readonly own: number[] = [];
  readonly used = new Set<Ref>();

  constructor(readonly label: string) {}

  take(seq: number, entry: Entry): void {
    if (entry.kind === 'definition') this.define(seq, entry);
    else if (this.isAbout(entry)) this.gone.add(seq);
    else for (const ref of refsOf(entry)) this.used.add(ref);
  }

  private define(seq: number, { what, text }: Entry & { kind: 'definition' }): void {
    if (what === 'device' && text === this.label) this.own.push(seq);
    else if (what !== 'device') this.definitions.set(seq, { what, text });
  }

  private isAbout(entry: Entry): boolean {
    // That a message was not sent after all says of it what it was.
    if (entry.kind === 'send-failed') return this.gone.has(entry.of);
    return 'device' in entry && entry.device !== undefined && entry.kind !== 'removal' && this.own.includes(entry.device);
  }

  erasure(): Erasure | undefined {
    const [device] = this.own;
    if (device === undefined) return undefined;
    const unused = [...this.definitions].filter(([seq]) => !this.used.has(seq));
    const shapes = unused.flatMap(([, { what, text }]) => (what === 'shape' ? [text] : []));
    return { device, gone: [...this.gone], definitions: [...unused.map(([seq]) => seq), ...this.own], shapes };
  }
}

function refsOf(entry: Entry): Ref[] {
  switch (entry.kind) {
    case 'message':
      return [entry.service, entry.ruleset, entry.shape, ...(entry.device === undefined ? [] : [entry.device])];
    case 'switch':
    case 'alarm':
    case 'refusals':
      return [entry.service, entry.device].filter((ref) => ref !== undefined);
    case 'removal': // names a definition of a device, which goes with that device alone
    case 'send-failed':
    case 'definition':
    case 'period':
    case 'heartbeat':
    case 'start':
    case 'stop':
    case 'continued':
      return [];
    default:
      return entry satisfies never;
  }
}

/** What of the device called `label` stands before `end`, by period. Throws `log_broken`. */
export async function planErasures(log: LogReader, label: string, end: number): Promise<Erasure[]> {
  const plan: Erasure[] = [];
  let period = new Period(label);
  const finish = (): void => {
    const erasure = period.erasure();
    if (erasure !== undefined) plan.push(erasure);
    period = new Period(label);
  };
  for await (const { seq, line } of log.leaves(0, end)) {
    if (line === undefined) continue;
    const entry = parseEntry(line);
    if (entry.kind === 'period') finish();
    else period.take(seq, entry);
  }
  finish();
  return plan;
}

// ---------------------------------------------------------------------------------------------------------------------
// Carrying it out

const del = (key: Buffer): Op => ({ type: 'del', key });

/** A removed leaf, or a run of them, in the place of what stood there. */
export const empty = (log: AuditLog, leaf: Leaf, removal: number): Op => ({
  type: 'put',
  key: log.keys.number('e', leaf.seq),
  value: leaf.height === 0 ? removedValue(leaf.hash, removal) : runValue(leaf.hash, leaf.height, removal),
});

/** Finishes erasures that were announced, and noted. Throws `record_failed`. */
export async function finishErasures(log: AuditLog): Promise<void> {
  const open = new Map<Ref, number>(); // by the device's definition: the removal
  for await (const [key] of log.store.iterate(log.keys.range('r'))) {
    const removal = keyNumber(key);
    const line = (await log.leaf(removal))?.line;
    const entry = line === undefined ? undefined : parseEntry(line);
    if (entry?.kind === 'removal' && entry.what === 'device' && entry.device !== undefined) open.set(entry.device, removal);
  }
  for (const label of new Set(await Promise.all([...open.keys()].map((seq) => log.definition('device', seq))))) {
    if (label === undefined) continue;
    const plan = await planErasures(log, label, log.size);
    const pairs = plan.flatMap((erasure) => {
      const removal = open.get(erasure.device);
      return removal === undefined ? [] : [{ erasure, removal }];
    });
    await carryOut(log, pairs);
  }
}

/** First what was recorded; then, at once, the definitions, by which it would be found again, with the shapes and the notes. */
export async function carryOut(
  log: AuditLog,
  plan: readonly { readonly erasure: Erasure; readonly removal: number }[],
): Promise<void> {
  const last: Op[] = [];
  for (const { erasure, removal } of plan) {
    for (let at = 0; at < erasure.gone.length; at += GROUP)
      await log.store.batch(await emptied(log, erasure.gone.slice(at, at + GROUP), removal));
    last.push(...(await emptied(log, erasure.definitions, removal)), del(log.keys.number('r', removal)));
  }
  const defined = log.watchShapes();
  const names = new Set(plan.flatMap(({ erasure }) => erasure.shapes));
  const used = await shapesStillUsed(log, names, new Set(plan.flatMap(({ erasure }) => erasure.definitions)));
  // No await between here and handing over the batch: a shape defined later is written behind their removal.
  for (const name of names)
    if (!used.has(name) && !defined.has(name)) last.push(del(log.keys.shape('u', name)), del(log.keys.shape('s', name)));
  await log.store.batch(last);
  await log.store.compact(log.keys.range('e'));
  await log.store.compact(log.keys.range('s'));
  log.forgetDefinitions();
}

async function emptied(log: AuditLog, seqs: readonly number[], removal: number): Promise<Op[]> {
  const ops: Op[] = [];
  for (const seq of seqs) {
    const leaf = await log.leaf(seq);
    if (leaf?.line !== undefined) ops.push(empty(log, leaf, removal));
  }
  return ops;
}

/** Of these shapes those that a definition names which is not about to go. */
async function shapesStillUsed(log: AuditLog, names: ReadonlySet<string>, going: ReadonlySet<number>): Promise<Set<string>> {
  const used = new Set<string>();
  if (names.size === 0) return used;
  for await (const { seq, line } of log.leaves()) {
    if (line?.[0] !== 'd' || going.has(seq)) continue;
    const entry = parseEntry(line);
    if (entry.kind === 'definition' && entry.what === 'shape' && names.has(entry.text)) used.add(entry.text);
  }
  return used;
}
