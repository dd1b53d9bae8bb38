// What `hubsieve audit list|export|prove` says, as pure functions of a log: text out, no terminal, no files.
import { HubError } from '../errors.js';
import type { Decision } from '../model.js';
import { parseCheckpoint } from './checkpoint.js';
import { type Entry, type JsonEntry, type MessageEntry, parseEntry, type SendFailedEntry } from './entry.js';
import { GROUP, type Leaf } from './keys.js';
import type { LogReader } from './reader.js';
import { inclusionProof, rootAt, verifyInclusion } from './tree.js';
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
  readonly beforeSeq?: number;
  /** At most so many, the newest. */
  readonly limit?: number;
}

async function resolve(log: LogReader, leaf: Leaf, entry: Entry): Promise<ListedEntry | undefined> {
  if (entry.kind === 'definition' || entry.kind === 'period') return undefined;
  const name = async (what: 'service' | 'device' | 'ruleset' | 'shape', ref: number | undefined) =>
    ref === undefined ? undefined : ((await log.definition(what, ref)) ?? null);
  const { service, device, ...rest } = entry as MessageEntry;
  const names = { service: await name('service', service), device: await name('device', device) };
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

/** Clocks are set back, but rarely further: entries that are older by more than this end the search. */
const CLOCK_SLACK_MS = 3_600_000;

const fits = (entry: ListedEntry, filter: ListFilter): boolean =>
  (filter.sinceMs === undefined || entry.timeMs >= filter.sinceMs) &&
  (filter.untilMs === undefined || entry.timeMs < filter.untilMs) &&
  (filter.service === undefined || entry.service === filter.service) &&
  (filter.device === undefined || entry.device === filter.device) &&
  (filter.kind === undefined || entry.kind === filter.kind) &&
  (filter.verdict === undefined || (entry.kind === 'message' && entry.verdict === filter.verdict));

/** The entries that fit, the newest first. Throws `log_broken` for an entry that cannot be read. */
export async function* listEntries(log: LogReader, filter: ListFilter = {}): AsyncGenerator<ListedEntry> {
  let left = filter.limit ?? Number.POSITIVE_INFINITY;
  for await (const leaf of log.leaves(0, filter.beforeSeq, true)) {
    if (left <= 0) return;
    if (leaf.line === undefined) continue;
    const parsed = parseEntry(leaf.line);
    if (filter.sinceMs !== undefined && parsed.timeMs < filter.sinceMs - CLOCK_SLACK_MS) return;
    if (!mayFit(parsed, filter)) continue;
    const entry = await resolve(log, leaf, parsed);
    if (entry === undefined || !fits(entry, filter)) continue;
    left--;
    yield entry;
  }
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
      const bytes = `${entry.bytesIn} -> ${entry.bytesOut} bytes`;
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
    default:
      return entry satisfies never;
  }
}

function removalSentence({ what, count, before }: ListedEntry & { kind: 'removal' }): string {
  switch (what) {
    case 'device':
      return `${count} entries of a device were erased`;
    case 'bound':
      return `its ${count} oldest entries were taken out: the log had outgrown its bound, and this device had written the most`;
    case 'retention':
      return `entries before ${before} were pruned`;
    default:
      return what satisfies never;
  }
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
export function formatVerification(found: Verification): string {
  const head = found.ok ? 'The log proves itself' : 'The log does NOT prove itself';
  const lines = [
    `${head}: ${found.size} entries (${found.live} readable, ${found.removed} removed, ${found.pruned} pruned), ${found.checkpoints} checkpoints.`,
    `root ${found.root}`,
  ];
  if (!found.signed) lines.push('No key was given: signatures were not checked.');
  if (found.unchecked > 0)
    lines.push(`${found.unchecked} checkpoints lie in pruned entries: only their signatures were checked.`);
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
  yield line({ format: 'hubsieve-audit-1', origin: vkey?.split('+')[0] ?? null, key: vkey ?? null, size, root: base64(root) });
  let first = true;
  const shapes = new Set<string>();
  for await (const { seq, hash, line: entry, removal, height } of log.leaves(0, size)) {
    if (first) yield* prunedGroups(log, seq, line);
    first = false;
    const run = height === 0 ? {} : { leaves: 2 ** height };
    yield line({ seq, hash: base64(hash), ...(entry === undefined ? { removed: removal, ...run } : { entry }) });
    if (entry?.startsWith('d1 ')) {
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

export interface Proof {
  readonly seq: number;
  /** The entry; absent when it was removed (its leaf hash is still proved). */
  readonly entry?: string;
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
