// What `hubsieve audit list|export` says, as pure functions of a log: text out, no terminal, no files.
import { HubError } from '../errors.js';
import type { Decision } from '../model.js';
import { type ContinuedEntry, type Entry, type JsonEntry, type MessageEntry, parseEntry, type SendFailedEntry } from './entry.js';
import { GROUP, type Leaf } from './keys.js';
import type { LogReader } from './reader.js';
import { rootAt } from './tree.js';
import type { Verification } from './verify.js';

/** An entry with its references followed; a name that was removed is `null`. Definitions and periods are not listed. */
export type ListedEntry =
  | (Listed<MessageEntry> & { readonly ruleset: string | null; readonly decisions: readonly Decision[] })
  | Listed<SendFailedEntry>
  | Listed<JsonEntry>;
type Listed<E> = E extends unknown ? Omit<E, 'service' | 'device' | 'ruleset' | 'shape'> & Named : never;
interface Named {
  readonly seq: number;
  readonly service?: string | null;
  readonly device?: string | null;
}

export interface ListFilter {
  readonly sinceMs?: number;
  readonly untilMs?: number;
  readonly service?: string;
  readonly device?: string;
  readonly verdict?: string;
  readonly kind?: ListedEntry['kind'];
  /** Only entries with a smaller seq. */
  readonly beforeSeq?: number | undefined;
  /** At most so many, the newest. */
  readonly limit?: number;
}

async function resolve(log: LogReader, leaf: Leaf, entry: Entry): Promise<ListedEntry | undefined> {
  if (entry.kind === 'definition' || entry.kind === 'period' || entry.kind === 'heartbeat') return undefined;
  const name = async (what: 'service' | 'device' | 'ruleset' | 'shape', ref: number | undefined) =>
    ref === undefined ? undefined : ((await log.definition(what, ref)) ?? null);
  const { service, device, ...rest } = entry as MessageEntry;
  // A removal outlasts the period that it speaks of.
  const isGone = entry.kind === 'removal' && device !== undefined && (await log.leaf(device)) === undefined;
  const names = { service: await name('service', service), device: isGone ? null : await name('device', device) };
  if (entry.kind !== 'message') return { seq: leaf.seq, ...rest, ...names } as unknown as ListedEntry;
  const shape = await log.definition('shape', entry.shape);
  const decisions = shape === undefined ? [] : await log.decisions(shape);
  return {
    seq: leaf.seq,
    ...rest,
    ...names,
    ruleset: await name('ruleset', entry.ruleset),
    shape: undefined,
    decisions,
  } as unknown as ListedEntry;
}

/** What can be told before references are followed. */
const mayFit = (entry: Entry, { kind, verdict }: ListFilter): boolean =>
  (kind === undefined || entry.kind === kind) &&
  (verdict === undefined || (entry.kind === 'message' && entry.verdict === verdict));

/** A period, and what the log goes on from. */
const FIRST_ENTRIES = 2;
/** Clocks are set back, but rarely further: entries that are older by more than this end the search. */
const CLOCK_SLACK_MS = 3_600_000;

const fits = (entry: ListedEntry, filter: ListFilter): boolean =>
  (filter.sinceMs === undefined || entry.timeMs >= filter.sinceMs) &&
  (filter.untilMs === undefined || entry.timeMs < filter.untilMs) &&
  (filter.service === undefined || entry.service === filter.service) &&
  (filter.device === undefined || entry.device === filter.device) &&
  (filter.kind === undefined || entry.kind === filter.kind) &&
  (filter.verdict === undefined || (entry.kind === 'message' && entry.verdict === filter.verdict));

/** Where an entry or what it speaks of stands among the entries of all logs of a store. */
function numbered(entry: ListedEntry, base: number): ListedEntry {
  if (base === 0) return entry;
  const { of, before, period } = entry as { of?: number; before?: number; period?: number };
  return {
    ...entry,
    seq: entry.seq + base,
    ...(of === undefined ? {} : { of: of + base }),
    ...(before === undefined ? {} : { before: before + base }),
    ...(period === undefined ? {} : { period: period + base }),
  } as ListedEntry;
}

/**
 * The entries that fit, the newest first, of this log and then of those before it; `seq` counts over all of them. Throws `log_broken`
 * for an entry that cannot be read, but not in a log that was found damaged: there it is passed over.
 */
export async function* listEntries(log: LogReader, filter: ListFilter = {}): AsyncGenerator<ListedEntry> {
  let left = filter.limit ?? Number.POSITIVE_INFINITY;
  for (let one: LogReader | undefined = log; one !== undefined && left > 0; one = await one.earlier()) {
    const base = await one.storedBase();
    const end = filter.beforeSeq === undefined ? undefined : Math.max(0, filter.beforeSeq - base);
    for await (const entry of listOne(one, { ...filter, beforeSeq: end, limit: left }, one === log)) {
      if (entry === 'past') return;
      left--;
      yield numbered(entry, base);
    }
  }
}

async function* listOne(
  log: LogReader,
  { limit, ...filter }: ListFilter & { readonly limit: number },
  strict: boolean,
): AsyncGenerator<ListedEntry | 'past'> {
  let left = limit;
  for await (const leaf of log.leaves(0, filter.beforeSeq, true)) {
    if (left <= 0) return;
    if (leaf.line === undefined) continue;
    const found = await readListed(log, leaf, filter).catch((fault: unknown) => {
      if (strict || !(fault instanceof HubError && fault.code === 'log_broken')) throw fault;
      return undefined;
    });
    if (found === 'past') yield found;
    if (found === undefined || found === 'past') continue;
    left--;
    yield found;
  }
}

async function readListed(log: LogReader, leaf: Leaf, filter: ListFilter): Promise<ListedEntry | 'past' | undefined> {
  const parsed = parseEntry(leaf.line as string);
  if (filter.sinceMs !== undefined && parsed.timeMs < filter.sinceMs - CLOCK_SLACK_MS) return 'past';
  if (!mayFit(parsed, filter)) return undefined;
  const entry = await resolve(log, leaf, parsed);
  return entry === undefined || !fits(entry, filter) ? undefined : entry;
}

function actionsOf(decisions: readonly Decision[]): string {
  const counts = new Map<string, number>();
  for (const { action } of decisions) counts.set(action, (counts.get(action) ?? 0) + 1);
  return [...counts].map(([action, count]) => `${action} ${count}`).join(', ') || 'no fields';
}

function sentence(entry: ListedEntry): string {
  switch (entry.kind) {
    case 'message': {
      const error = entry.error === undefined ? '' : ` (${entry.error})`;
      const bytes = `up to ${entry.bytesIn} -> ${entry.bytesOut} bytes`;
      return `${entry.direction} ${entry.verdict}${error}, ${bytes}: ${actionsOf(entry.decisions)}`;
    }
    case 'send-failed':
      return `not sent after all: message ${entry.of} (${entry.error})`;
    case 'switch': {
      const about = [entry.purpose, entry.category, entry.in, entry.path, entry.action, entry.value].filter(
        (one) => one !== undefined,
      );
      return `the household set ${entry.what}: ${about.join(' ')} (${entry.channel} ${entry.clientVersion}, policy ${entry.policyVersion})`;
    }
    case 'alarm': {
      const error = entry.error === undefined ? '' : ` (${entry.error})`;
      const about = `${entry.category === undefined ? '' : `: ${entry.category}`}${entry.of === undefined ? '' : `, message ${entry.of}`}`;
      return `alarm ${entry.what}${error}${about}`;
    }
    case 'refusals': {
      const what = entry.alarm === undefined ? `messages ${entry.verdict ?? 'refused'}` : `alarms ${entry.alarm}`;
      return `${entry.count} more ${what} (${entry.error}) since ${new Date(entry.sinceMs).toISOString()}`;
    }
    case 'start':
      return `the hub started (${entry.version})`;
    case 'stop':
      return `the hub stopped (${entry.reason})`;
    case 'removal':
      return removalSentence(entry);
    case 'continued':
      return continuedSentence(entry);
    default:
      return entry satisfies never;
  }
}

function removalSentence({ what, count, before }: ListedEntry & { kind: 'removal' }): string {
  switch (what) {
    case 'device':
      return `${count} entries about a device were erased`;
    case 'bound':
      return `its ${count} oldest entries were taken out: the log had outgrown its bound, and this device had written the most`;
    case 'retention':
      return `entries before ${before} were pruned`;
    default:
      return what satisfies never;
  }
}

/** Both heads, so that whoever kept the old one can hold it against them. */
export function continuedSentence({ log, size, root, found, foundRoot }: Omit<ContinuedEntry, 'kind' | 'timeMs'>): string {
  const known = `${size} entries were known (root ${root ?? 'unknown'})`;
  return `this log goes on from log ${log}, which was cut, put back or damaged: ${known}, ${found} are there (root ${foundRoot ?? 'none: something is missing'})`;
}

/** What the log says of the one that it goes on from; it stands at its beginning, until retention takes it. */
export async function readContinued(log: LogReader): Promise<ContinuedEntry | undefined> {
  for await (const { line } of log.leaves(0, undefined, false, FIRST_ENTRIES)) {
    const entry = line === undefined ? undefined : parseEntry(line);
    if (entry?.kind === 'continued') return entry;
  }
  return undefined;
}

/** One entry as a line without its end: a sentence, or JSON (a message's has the members of `--report`, and `seq timeMs device`). */
export function formatEntry(entry: ListedEntry, format: 'text' | 'json'): string {
  if (format === 'text') {
    const who = [entry.device, entry.service].filter((one) => one !== undefined).map((one) => one ?? '[erased]');
    return `${entry.seq} ${new Date(entry.timeMs).toISOString()} ${[...who, ''].join(' ')}${sentence(entry)}`;
  }
  if (entry.kind !== 'message' || entry.error === undefined) return JSON.stringify(entry);
  return JSON.stringify({ ...entry, error: { code: entry.error } });
}

/** What a verification found, for a terminal: one line that says it, then the evidence. */
export function formatVerification(found: Verification, continued?: ContinuedEntry): string {
  const head = found.ok ? 'The log proves itself' : 'The log does NOT prove itself';
  const lines = [
    `${head}: ${found.size} entries (${found.live} readable, ${found.removed} removed, ${found.pruned} pruned), ${found.checkpoints} checkpoints.`,
    `root ${found.root}`,
  ];
  if (!found.signed) lines.push('No key was given, so nobody’s signature was checked: without one a log proves nothing.');
  if (found.signed && found.unsigned > 0) lines.push(`Nobody has signed the last ${found.unsigned} entries yet.`);
  for (const seq of found.unfinished)
    lines.push(`The removal ${seq} is not finished: something that it speaks of is still there.`);
  if (found.unchecked > 0)
    lines.push(`${found.unchecked} checkpoints lie in pruned entries: only their signatures were checked.`);
  if (continued !== undefined) lines.push(continuedSentence(continued));
  for (const { message, expected, found: got } of found.faults)
    lines.push(expected === undefined ? message : `${message}\n  expected ${expected}\n  found    ${got}`);
  return `${lines.join('\n')}\n`;
}

const base64 = (bytes: Buffer) => bytes.toString('base64');

/**
 * Everything needed to verify the log without this program (FORMAT.md, section 5), as lines with their ends. `size`: how many
 * entries; those appended while the export runs are left to the next one.
 */
export async function* exportLog(log: LogReader, vkey?: string): AsyncGenerator<string> {
  const line = (value: unknown) => `${JSON.stringify(value)}\n`;
  const size = await log.storedSize();
  const root = await rootAt(log.nodeReader(), size);
  yield line({ format: 'hubsieve-audit-2', origin: vkey?.split('+')[0] ?? null, key: vkey ?? null, size, root: base64(root) });
  let first = true;
  const shapes = new Set<string>();
  for await (const { seq, hash, salt, line: entry, removal, height } of log.leaves(0, size)) {
    if (first) yield* prunedGroups(log, seq, line);
    first = false;
    const run = height === 0 ? {} : { leaves: 2 ** height };
    const said = entry === undefined ? { removed: removal, ...run } : { ...(salt && { salt: base64(salt) }), entry };
    yield line({ seq, hash: base64(hash), ...said });
    if (entry?.startsWith('d')) {
      const definition = parseEntry(entry);
      if (definition.kind === 'definition' && definition.what === 'shape') shapes.add(definition.text);
    }
  }
  for (const shape of shapes) yield line({ shape, text: (await log.shapeText(shape)) ?? null });
  for await (const checkpoint of log.checkpoints()) if (checkpoint.size <= size) yield line({ checkpoint: checkpoint.note });
}

async function* prunedGroups(log: LogReader, first: number, line: (value: unknown) => string): AsyncGenerator<string> {
  for (let group = 0; (group + 1) * GROUP <= first; group++) {
    const node = await log.node(1, group);
    if (node === undefined)
      throw new HubError('log_broken', `the hash over the ${GROUP} entries from ${group * GROUP} on is missing`);
    yield line({ pruned: group, hash: base64(node) });
  }
}
