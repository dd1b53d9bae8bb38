// The log checked by this browser itself, from the hub's export (src/audit/FORMAT.md, section 5): hashes, tree, signed checkpoints.
// Shares no code with the hub.

export interface Checked {
  readonly ok: boolean;
  readonly entries: number;
  readonly root: string;
  readonly checkpoints: number;
  /** How many of them this browser could check the signature of; fewer where it knows no Ed25519. */
  readonly signatures: number;
  /** Seqs of entries, or sizes of checkpoints, that do not fit. */
  readonly faults: readonly string[];
}

interface ExportLine {
  readonly format?: string;
  readonly key?: string | null;
  readonly size?: number;
  readonly root?: string;
  readonly pruned?: number;
  readonly hash?: string;
  readonly seq?: number;
  readonly salt?: string;
  /** Of a removed run: how many leaves its hash is over. */
  readonly leaves?: number;
  readonly removed?: number;
  readonly entry?: string;
  readonly checkpoint?: string;
}

const FORMATS: readonly string[] = ['hubsieve-audit-1', 'hubsieve-audit-2'];
/** Leaves under the hash of a pruned group. */
const GROUP = 256;
const GROUP_HEIGHT = 8;
const NOTE = /^([^\n]+\n(\d+)\n([A-Za-z0-9+/=]+)\n(?:[^\n]+\n)*)\n((?:— [^\n ]+ [^\n ]+\n)+)$/;
/** Hashes under way at once: enough to keep the browser's threads busy. */
const AT_ONCE = 500;

type Bytes = Uint8Array<ArrayBuffer>;
const sha256 = async (bytes: Bytes): Promise<Bytes> => new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
const fromBase64 = (text: string): Bytes => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
const toBase64 = (bytes: Bytes): string => btoa(String.fromCharCode(...bytes));
const toHex = (bytes: Bytes): string => [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');

/** A leaf of format 2 has a salt before its entry. */
async function leafHash(entry: string, salt: string | undefined): Promise<Bytes> {
  const before = salt === undefined ? new Uint8Array() : fromBase64(salt);
  const text = new TextEncoder().encode(entry);
  const input = new Uint8Array(1 + before.length + text.length);
  input.set(before, 1);
  input.set(text, 1 + before.length);
  return sha256(input);
}

async function nodeHash(left: Bytes, right: Bytes): Promise<Bytes> {
  const input = new Uint8Array(65);
  input[0] = 1;
  input.set(left, 1);
  input.set(right, 33);
  return sha256(input);
}

/** The complete subtrees at the right edge of a growing tree. */
class Edge {
  private readonly nodes: { height: number; hash: Bytes }[] = [];
  size = 0;

  async append(hash: Bytes, height: number): Promise<void> {
    let node = { height, hash };
    while (this.nodes.at(-1)?.height === node.height)
      node = { height: node.height + 1, hash: await nodeHash(this.nodes.pop()!.hash, node.hash) };
    this.nodes.push(node);
    this.size += 2 ** height;
  }

  async root(): Promise<Bytes> {
    let right = this.nodes.at(-1)?.hash;
    if (!right) return sha256(new Uint8Array());
    for (const { hash } of this.nodes.slice(0, -1).reverse()) right = await nodeHash(hash, right);
    return right;
  }
}

interface Note {
  readonly text: string;
  readonly size: number;
  readonly root: string;
  readonly signatures: readonly string[];
}

function noteOf(checkpoint: string): Note | undefined {
  const [, text, size, root, signatures] = NOTE.exec(checkpoint) ?? [];
  return text === undefined
    ? undefined
    : { text, size: Number(size), root: root!, signatures: signatures!.trimEnd().split('\n') };
}

/** The key of the log (`name+id+base64`), or undefined where this browser knows no Ed25519. */
async function keyOf(vkey: string): Promise<CryptoKey | undefined> {
  try {
    const bytes = fromBase64(vkey.slice(vkey.lastIndexOf('+', vkey.length - 44) + 1)).slice(1);
    return await crypto.subtle.importKey('raw', bytes, 'Ed25519', false, ['verify']);
  } catch {
    return undefined;
  }
}

async function signed(note: Note, key: CryptoKey): Promise<boolean> {
  for (const line of note.signatures) {
    const signature = fromBase64(line.split(' ')[2] ?? '').slice(4);
    if (await crypto.subtle.verify('Ed25519', key, signature, new TextEncoder().encode(note.text))) return true;
  }
  return false;
}

/** Checks an export whole. `progress` hears how many entries are done. Throws where the text is no export. */
export async function checkExport(text: string, progress: (done: number) => void): Promise<Checked> {
  const lines = text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as ExportLine);
  const head = lines[0];
  if (!FORMATS.includes(head?.format ?? '') || head?.root === undefined) throw new Error('not an export');
  const faults: string[] = [];
  const nodes = await hashesOf(lines, faults, progress);
  const notes = lines.flatMap(({ checkpoint }) => (checkpoint === undefined ? [] : [noteOf(checkpoint)]));
  if (notes.includes(undefined)) faults.push('checkpoint');
  const good = notes.filter((note) => note !== undefined);
  const root = await rootOver(nodes, good, faults);
  if (toBase64(root) !== head.root) faults.push('root');
  faults.push(...removalFaults(lines, Math.max(0, ...good.map(({ size }) => size))));
  const key = head.key ? await keyOf(head.key) : undefined;
  let signatures = 0;
  if (key) {
    for (const note of good) {
      if (await signed(note, key)) signatures++;
      else faults.push(`signature ${note.size}`);
    }
  }
  return { ok: faults.length === 0, entries: head.size ?? 0, root: toHex(root), checkpoints: good.length, signatures, faults };
}

interface Removal {
  readonly what: string;
  readonly count?: number;
  readonly before?: number;
  readonly device?: number;
  readonly period?: number;
}

interface Removed {
  count: number;
  first: number;
  last: number;
}

/** What was removed, held against what says so (FORMAT.md, section 4). `signedTo`: entries before it are under a checkpoint. */
function removalFaults(lines: readonly ExportLine[], signedTo: number): string[] {
  const removals = new Map<number, Removal>();
  const gone = new Map<number, Removed>();
  const periods: number[] = [];
  let prunedTo = 0;
  for (const { pruned, seq = 0, entry, removed, leaves = 1 } of lines) {
    if (pruned !== undefined) prunedTo = (pruned + 1) * GROUP;
    if (entry?.startsWith('x')) removals.set(seq, JSON.parse(entry.slice(entry.indexOf('{'))) as Removal);
    if (entry?.startsWith('p')) periods.push(seq);
    if (removed === undefined) continue;
    const one = gone.get(removed) ?? { count: 0, first: seq, last: seq };
    gone.set(removed, { count: one.count + leaves, first: one.first, last: seq + leaves - 1 });
  }
  const faults: string[] = [];
  let before = 0;
  for (const [seq, one] of removals) if (seq < signedTo) before = Math.max(before, one.before ?? 0);
  if (prunedTo > before) faults.push(`removal ${prunedTo}`);
  for (const [seq, { last }] of gone) if (!removals.has(seq) || seq <= last || seq >= signedTo) faults.push(`removal ${seq}`);
  for (const [seq, one] of removals) if (!isOfPlace(one, gone.get(seq), periods)) faults.push(`removal ${seq}`);
  for (const [seq, { found, announced, isExact }] of sumsOf(removals, gone, before))
    if (isExact ? found !== announced : found > announced) faults.push(`removal ${seq}`);
  return faults;
}

/** Nothing names a removal that stands outside of what it speaks of. */
function isOfPlace(
  { what, before = 0, device, period }: Removal,
  found: Removed | undefined,
  periods: readonly number[],
): boolean {
  if (found === undefined) return true;
  if (what === 'retention') return found.last < before;
  const place = what === 'device' ? device : period;
  if (place === undefined) return true;
  const start = periods.findLast((one) => one <= place) ?? 0;
  const end = periods.find((one) => one > place) ?? Number.POSITIVE_INFINITY;
  return found.first >= start && found.last < end;
}

interface Sum {
  found: number;
  announced: number;
  readonly isExact: boolean;
}

/** By the first of them: removals that are counted together, a device's alone, those for the bound by the period they speak of. */
function sumsOf(removals: ReadonlyMap<number, Removal>, gone: ReadonlyMap<number, Removed>, before: number): Map<number, Sum> {
  const sums = new Map<number, Sum>();
  const firsts = new Map<number | undefined, number>();
  for (const [seq, { what, count = 0, device, period }] of removals) {
    if (what === 'retention') continue;
    const first = what === 'bound' ? (firsts.get(period) ?? seq) : seq;
    if (what === 'bound') firsts.set(period, first);
    const place = what === 'device' ? device : period;
    // Of format 1, or gone with its period since: at most so many.
    const sum = sums.get(first) ?? { found: 0, announced: 0, isExact: place !== undefined && place >= before };
    sum.found += gone.get(seq)?.count ?? 0;
    sum.announced += count;
    sums.set(first, sum);
  }
  return sums;
}

interface Hashed {
  readonly hash: Bytes;
  readonly height: number;
  readonly isPruned: boolean;
}

async function hashesOf(lines: readonly ExportLine[], faults: string[], progress: (done: number) => void): Promise<Hashed[]> {
  const nodes: Hashed[] = [];
  const leaves = lines.filter(({ hash }) => hash !== undefined);
  for (let at = 0; at < leaves.length; at += AT_ONCE) {
    const part = leaves.slice(at, at + AT_ONCE);
    const hashed = await Promise.all(
      part.map(async ({ entry, salt }) => (entry === undefined ? undefined : toBase64(await leafHash(entry, salt)))),
    );
    part.forEach(({ hash, seq, pruned, leaves = 1 }, index) => {
      if (hashed[index] !== undefined && hashed[index] !== hash) faults.push(`entry ${seq}`);
      const isPruned = pruned !== undefined;
      if (!Number.isInteger(Math.log2(leaves)) || leaves > GROUP || (seq ?? 0) % leaves !== 0) faults.push(`entry ${seq}`);
      nodes.push({ hash: fromBase64(hash!), height: isPruned ? GROUP_HEIGHT : Math.log2(leaves), isPruned });
    });
    progress(at + part.length);
  }
  return nodes;
}

/** The root over all; on the way the roots at the sizes of the checkpoints, held against theirs. */
async function rootOver(nodes: readonly Hashed[], notes: readonly Note[], faults: string[]): Promise<Bytes> {
  const bySize = new Map(notes.map((note) => [note.size, note.root]));
  const prunedTo = nodes.filter(({ isPruned }) => isPruned).length * GROUP;
  const edge = new Edge();
  for (const { hash, height } of nodes) {
    await edge.append(hash, height);
    const wanted = bySize.get(edge.size);
    if (wanted === undefined) continue;
    bySize.delete(edge.size);
    if (toBase64(await edge.root()) !== wanted) faults.push(`checkpoint ${edge.size}`);
  }
  // Those inside a pruned group can only have their signature checked (FORMAT.md, section 4).
  for (const size of bySize.keys()) if (size >= prunedTo && size > 0) faults.push(`checkpoint ${size}`);
  return edge.root();
}
