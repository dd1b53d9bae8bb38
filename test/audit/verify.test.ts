import { spawnSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import test from 'ava';
import { logKeyFromSeed, openCheckpoint, parseVerifierKey, signCheckpoint } from '#src/audit/checkpoint.js';
import { exportLog, formatEntry, formatVerification, listEntries } from '#src/audit/cli.js';
import type { Fault } from '#src/audit/fault.js';
import { importLog } from '#src/audit/import.js';
import { leafData, leafValue, parseLeaf } from '#src/audit/keys.js';
import { formatConsistency, formatProof, proveConsistency, proveEntry } from '#src/audit/proof.js';
import { LogReader } from '#src/audit/reader.js';
import { eraseDevice, prune } from '#src/audit/removal.js';
import { leafHash, verifyInclusion } from '#src/audit/tree.js';
import { type Verification, verifyLog } from '#src/audit/verify.js';
import { type MemoryState, openMemoryStore } from '#src/store/memory.js';
import { programFile } from '../programs.js';
import { DAY_MS, DECISIONS, filledLog, KEY, message, naiveRoot, openMemoryLog, TIME_MS } from './helpers.js';

/** Python's standard library alone: any Python 3 that is there will do. */
const TOOL = path.resolve('docs/verify-log.py');
const ENTRIES = 700;

const key = (letter: string, number: number) => {
  const buffer = Buffer.from(`a${letter}------`);
  buffer.writeUIntBE(number, 2, 6);
  return buffer.toString('latin1');
};
const keysOf = (state: MemoryState, letter: string) => [...state.keys()].filter((one) => one.startsWith(`a${letter}`)).sort();
const leafAt = (state: MemoryState, seq: number) => parseLeaf(seq, state.get(key('e', seq)) as Buffer);
const lineOf = (state: MemoryState, seq: number) => leafAt(state, seq).line as string;
/** The value of an entry in the store, with a hash that is its own, or another's. */
const entryValue = (line: string, hash?: Buffer) => {
  const value = leafValue(line, Buffer.alloc(16, 5));
  if (hash !== undefined) value.set(hash);
  return value;
};

async function exportText(state: MemoryState): Promise<string> {
  let text = '';
  for await (const line of exportLog(new LogReader(await openMemoryStore(state)), KEY.vkey)) text += line;
  return text;
}

/** The independent verifier's word on an export. */
function independent(text: string, checkpoint?: string, given = ['--key', KEY.vkey]): { status: number | null; out: string } {
  const folder = mkdtempSync(path.join(tmpdir(), 'hubsieve-export-'));
  writeFileSync(path.join(folder, 'log.jsonl'), text);
  const args = [TOOL, path.join(folder, 'log.jsonl'), ...given];
  if (checkpoint !== undefined) {
    writeFileSync(path.join(folder, 'note'), checkpoint);
    args.push('--checkpoint', path.join(folder, 'note'));
  }
  const { status, stdout, stderr } = spawnSync(programFile('python3'), args, { encoding: 'utf8' });
  return { status, out: stdout + stderr };
}

/** The hub's own word on an export: whether it proves itself, and holds what it says. */
async function ours(text: string): Promise<boolean> {
  try {
    const { log, size, root } = await importLog(Readable.from(text.trimEnd().split('\n')));
    const found = await verifyLog(log, { vkey: KEY.vkey });
    return found.ok && found.size === size && found.root === root;
  } catch {
    return false;
  }
}

async function judge(state: MemoryState, checkpoint?: string): Promise<Verification> {
  return verifyLog(new LogReader(await openMemoryStore(state)), { vkey: KEY.vkey, checkpoint });
}

interface Tampering {
  readonly title: string;
  readonly tamper: (state: MemoryState) => void;
  readonly what: Fault['what'];
  readonly seq?: number;
}

/** Changes an entry's line; with `rehash` also its leaf hash. */
const bend = (seq: number, rehash: boolean) => (state: MemoryState) => {
  const { hash } = leafAt(state, seq);
  const line = lineOf(state, seq).replace('forwarded', 'observed');
  state.set(key('e', seq), entryValue(line, rehash ? undefined : hash));
};
const swap = (a: string, b: string) => (state: MemoryState) => {
  const [one, other] = [state.get(a) as Buffer, state.get(b) as Buffer];
  state.set(a, other);
  state.set(b, one);
};

const TAMPERINGS: readonly Tampering[] = [
  { title: 'an entry', tamper: bend(100, false), what: 'leaf', seq: 100 },
  { title: 'an entry with its leaf hash', tamper: bend(100, true), what: 'node', seq: 0 },
  { title: 'an entry behind the last group, with its leaf hash', tamper: bend(600, true), what: 'checkpoint', seq: 704 },
  { title: 'the order of two entries', tamper: swap(key('e', 300), key('e', 301)), what: 'node', seq: 256 },
  { title: 'a missing entry', tamper: (state) => state.delete(key('e', 50)), what: 'gap', seq: 50 },
  { title: 'missing first entries', tamper: (state) => state.delete(key('e', 0)), what: 'gap', seq: 0 },
  {
    title: 'a first group that is gone without a recorded removal',
    tamper: (state) => {
      for (const one of keysOf(state, 'e').slice(0, 256)) state.delete(one);
    },
    what: 'removal',
  },
  {
    title: 'a missing tail',
    tamper: (state) => {
      for (const one of keysOf(state, 'e').slice(-3)) state.delete(one);
    },
    what: 'checkpoint',
  },
  {
    title: 'a checkpoint replaced by one of another key',
    tamper: (state) => {
      state.set(key('c', 704), Buffer.from(signCheckpoint(logKeyFromSeed(KEY.origin, Buffer.alloc(32, 8)), 704, naiveRoot([]))));
    },
    what: 'signature',
  },
  {
    title: 'the root in a checkpoint',
    tamper: (state) => {
      const lines = (state.get(key('c', 704)) as Buffer).toString().split('\n');
      lines[2] = naiveRoot([]).toString('base64');
      state.set(key('c', 704), Buffer.from(lines.join('\n')));
    },
    what: 'signature',
  },
  {
    title: 'a checkpoint under another size',
    tamper: (state) => state.set(key('c', 600), state.get(key('c', 704)) as Buffer),
    what: 'checkpoint',
    seq: 600,
  },
  {
    title: 'the text of a shape',
    tamper: (state) => state.set(keysOf(state, 's')[0] as string, Buffer.from('[]')),
    what: 'shape',
  },
  { title: 'a missing shape', tamper: (state) => state.delete(keysOf(state, 's')[0] as string), what: 'shape' },
  {
    title: 'an entry removed without a recorded removal',
    tamper: (state) => {
      const hash = (state.get(key('e', 100)) as Buffer).subarray(0, 32);
      state.set(key('e', 100), Buffer.concat([hash, Buffer.from('00000000000065', 'hex')]));
    },
    what: 'removal',
    seq: 100,
  },
  {
    title: 'an entry that refers to the wrong definition',
    tamper: (state) => state.set(key('e', 100), entryValue(lineOf(state, 100).replace(/3$/, '2'))),
    what: 'reference',
    seq: 100,
  },
  {
    title: 'an entry in no format',
    tamper: (state) => state.set(key('e', 100), entryValue('m2 hello')),
    what: 'format',
    seq: 100,
  },
  { title: 'an entry cut to nothing', tamper: (state) => state.set(key('e', 100), Buffer.alloc(3)), what: 'format' },
];

test('without a key, or without a checkpoint, a log proves nothing; entries that nobody signed yet are counted and said', async (t) => {
  const { log, state } = await filledLog(20);
  const without = await verifyLog(log);
  t.like(without, { ok: false, signed: false, faults: [] });
  t.regex(formatVerification(without), /does NOT prove itself[\s\S]*No key was given/);
  t.is(independent(await exportText(state), undefined, []).status, 1);
  for (let i = 0; i < 3; i++) await log.append(message(20 + i));
  const more = await judge(state);
  t.like(more, { ok: true, unsigned: 3 });
  t.regex(formatVerification(more), /Nobody has signed the last 3 entries yet/);
  t.regex(independent(await exportText(state)).out, /the last 3 signed by nobody yet/);
  for (const one of keysOf(state, 'c')) state.delete(one);
  t.is((await judge(state)).faults[0]?.what, 'checkpoint');
  t.is(independent(await exportText(state)).status, 1);
  const nothing = await judge(new Map());
  t.false(nothing.ok, 'a log of nothing proves nothing');
});

test('a log that nobody changed proves itself, here and to the independent tool', async (t) => {
  const { state } = await filledLog(ENTRIES);
  const found = await judge(state);
  t.deepEqual(found.faults, []);
  t.like(found, { ok: true, size: 704, live: 704, checkpoints: 1, signed: true });
  const other = independent(await exportText(state));
  t.is(other.status, 0, other.out);
  t.regex(other.out, /704 entries, 0 pruned, the last 0 signed by nobody yet\nThe log proves itself to hubsieve\/test/);
});

for (const { title, tamper, what, seq } of TAMPERINGS)
  test(`noticed: ${title}`, async (t) => {
    const { state } = await filledLog(ENTRIES);
    tamper(state);
    const found = await judge(state);
    const fault = found.faults.find((one) => one.what === what);
    t.false(found.ok);
    t.truthy(fault, found.faults.map((one) => one.message).join('; '));
    if (seq !== undefined) t.is(fault?.seq, seq);
    t.regex(formatVerification(found), /does NOT prove itself/);
  });

test('the evidence for a changed entry is its seq, the recorded hash and the one found', async (t) => {
  const { state } = await filledLog(ENTRIES);
  const expected = (state.get(key('e', 100)) as Buffer).toString('hex', 0, 32);
  bend(100, false)(state);
  const [fault, ...more] = (await judge(state)).faults;
  t.deepEqual(more, [], 'the tree still holds: it is the line that was changed');
  t.like(fault as Fault, { what: 'leaf', seq: 100, expected, found: leafHash(leafData(leafAt(state, 100))).toString('hex') });
});

test('every byte of an export that is changed is noticed by the independent tool', async (t) => {
  const { state } = await filledLog(20);
  const text = await exportText(state);
  const lines = text.split('\n');
  t.is(independent(text).status, 0);
  const targets = ['"size"', '"root"', '"salt"', '"entry":"m2', '"entry":"d2', '"text"', '"hash"', '"checkpoint"'];
  for (const target of targets) {
    const line = lines.findLastIndex((one) => one.includes(target));
    const at = (lines[line] as string).indexOf(target) + target.length + 8;
    for (const i of [at, at + 1]) {
      const bent = [...lines];
      const one = bent[line] as string;
      bent[line] = one.slice(0, i) + (one[i] === '1' ? '2' : '1') + one.slice(i + 1);
      t.not(independent(bent.join('\n')).status, 0, `${target} ${i}`);
      t.false(await ours(bent.join('\n')), `${target} ${i}`);
    }
  }
  const without = (start: number, count: number) => lines.filter((_, i) => i < start || i >= start + count).join('\n');
  t.is(independent(without(10, 1)).status, 1, 'a missing entry');
  t.is(independent(without(24, 1)).status, 1, 'a missing last entry');
  const order = [...lines];
  [order[10], order[11]] = [order[11] as string, order[10] as string];
  t.is(independent(order.join('\n')).status, 1, 'the order of two entries');
});

test('a log put back, cut or rewritten and signed anew is found out by a checkpoint kept elsewhere', async (t) => {
  const { log, state } = await filledLog(30);
  const old = new Map(state);
  await log.append(message(31));
  const kept = await log.checkpoint();
  t.true((await judge(state, kept)).ok);
  t.is(independent(await exportText(state), kept).status, 0);
  t.true((await judge(old)).ok, 'nothing in itself shows that it was put back');
  t.is((await judge(old, kept)).faults[0]?.what, 'rollback');
  t.is(independent(await exportText(old), kept).status, 1);
  const rewritten = (await filledLog(40)).state;
  t.true((await judge(rewritten)).ok);
  const fault = (await judge(rewritten, kept)).faults[0];
  t.is(fault?.what, 'rollback');
  t.is(fault?.seq, 35);
  t.is(independent(await exportText(rewritten), kept).status, 1);
  t.is((await judge(state, 'no note')).faults[0]?.what, 'signature');
});

test('a pruned log with an erased device proves itself to the independent tool, and its removals are held against their records', async (t) => {
  const state: MemoryState = new Map();
  const log = await openMemoryLog(state);
  for (let i = 0; i < 600; i++) await log.append(message(0, { timeMs: TIME_MS + i, device: 'fryer' }));
  const early = await log.checkpoint();
  for (let i = 0; i < 100; i++)
    await log.append(message(0, { timeMs: TIME_MS + DAY_MS + i, device: i % 2 === 0 ? 'scale' : 'fryer' }));
  await prune(log, TIME_MS + DAY_MS, TIME_MS + 2 * DAY_MS);
  await eraseDevice(log, 'scale', TIME_MS + 2 * DAY_MS);
  await log.checkpoint();
  t.deepEqual((await judge(state, early)).faults, [], 'also the checkpoint from before, which lies behind the pruned groups');
  const text = await exportText(state);
  const found = independent(text, early);
  t.is(found.status, 0, found.out);
  t.true(await ours(text), 'also read back by the hub');
  const bent = text.replace(/(\\"what\\":\\"device\\",\\"count\\":5)1/, '$10');
  t.not(bent, text);
  t.is(independent(bent).status, 1);
  const lines = text.split('\n');
  const group = lines.findIndex((one) => one.startsWith('{"pruned":1'));
  lines[group] = (lines[group] as string).replace(/"hash":"..../, '"hash":"AAAA');
  t.is(independent(lines.join('\n')).status, 1);
});

test('a checkpoint inside a pruned group proves nothing any more, and that is said', async (t) => {
  const state: MemoryState = new Map();
  const log = await openMemoryLog(state);
  for (let i = 0; i < 100; i++) await log.append(message(i));
  const early = await log.checkpoint();
  for (let i = 0; i < 300; i++) await log.append(message(i));
  await log.append(message(0, { timeMs: TIME_MS + DAY_MS }));
  await prune(log, TIME_MS + DAY_MS, TIME_MS + DAY_MS);
  const fault = (await judge(state, early)).faults[0];
  t.is(fault?.what, 'rollback');
  t.regex(fault?.message ?? '', /proves nothing any more/);
  t.is(independent(await exportText(state), early).status, 1);
});

test('the proof of an entry holds against the signed checkpoint, and reads as c2sp.org/tlog-proof', async (t) => {
  const { log } = await filledLog(ENTRIES);
  const proof = await proveEntry(log, 321);
  const checkpoint = openCheckpoint(proof.checkpoint as string, parseVerifierKey(KEY.vkey));
  const hashes = proof.proof.map((one) => Buffer.from(one, 'base64'));
  const data = Buffer.concat([Buffer.from(proof.salt as string, 'base64'), Buffer.from(proof.entry as string)]);
  t.true(verifyInclusion(leafHash(data), 321, checkpoint.size, hashes, checkpoint.root));
  t.is(formatProof(proof), `c2sp.org/tlog-proof@v1\nindex 321\n${proof.proof.join('\n')}\n\n${proof.checkpoint}`);
  await t.throwsAsync(proveEntry(log, 704), { code: 'not_found' });
  const seq = await log.append(message(1));
  t.is((await proveEntry(log, seq)).checkpoint, undefined);
  t.throws(() => formatProof({ ...proof, checkpoint: undefined } as never), { code: 'not_found' });
});

test('of two checkpoints it is proved that one history goes on in the other, and told where it does not', async (t) => {
  const { log } = await filledLog(ENTRIES);
  const early = (await log.checkpoint()) as string;
  for (let i = 0; i < 300; i++) await log.append(message(i));
  const late = (await log.checkpoint()) as string;
  const verifier = parseVerifierKey(KEY.vkey);
  t.like(await proveConsistency(log, verifier, early, late), { ok: true, from: 704, to: 1004 });
  t.like(await proveConsistency(log, verifier, late, early), { ok: true, from: 704, to: 1004 }, 'in either order');
  const other = signCheckpoint(KEY, 704, naiveRoot([Buffer.from('another history')]));
  const found = await proveConsistency(log, verifier, other, late);
  t.false(found.ok);
  t.regex(formatConsistency(found), /two histories/);
  const foreign = signCheckpoint(logKeyFromSeed(KEY.origin, Buffer.alloc(32, 8)), 704, log.root());
  await t.throwsAsync(proveConsistency(log, verifier, foreign, late), { code: 'log_broken' });
  await t.throwsAsync(proveConsistency(log, verifier, early, signCheckpoint(KEY, 2000, log.root())), { code: 'not_found' });
});

test('a key in text form is read back, and a wrong one is refused', (t) => {
  t.is(KEY.vkey.split('+').length >= 3, true);
  t.true(parseVerifierKey(KEY.vkey).keyId.equals(KEY.keyId));
  t.throws(() => parseVerifierKey(KEY.vkey.replace('hubsieve/test', 'hubsieve/other')), { code: 'config' });
  t.throws(() => logKeyFromSeed('with blank', Buffer.alloc(32)), { code: 'config' });
  t.throws(() => openCheckpoint('nothing', parseVerifierKey(KEY.vkey)), { code: 'log_broken' });
});

test('the example of c2sp.org/signed-note is verified by its own key', (t) => {
  const vkey = 'PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW';
  t.is(parseVerifierKey(vkey).origin, 'PeterNeumann');
});

test('a list shows the newest first, with its names, and takes filters; JSON of a message has the members of a report', async (t) => {
  const { log } = await filledLog(5);
  await log.append({ kind: 'start', timeMs: TIME_MS, version: '0.1.0' });
  await log.append(message(9, { service: 'unknown', device: 'fryer', verdict: 'refused', error: 'opaque', decisions: [] }));
  const seq = await log.append({
    kind: 'switch',
    timeMs: TIME_MS + 10_000,
    what: 'purpose',
    service: 'cosori',
    purpose: 'analytics',
    value: 'off',
    policyVersion: '2025-01',
    clientVersion: '0.1.0',
    channel: 'web',
  });
  const list = async (filter = {}) => {
    const lines: string[] = [];
    for await (const entry of listEntries(log, filter)) lines.push(formatEntry(entry, 'text'));
    return lines;
  };
  t.is((await list()).length, 8);
  t.deepEqual(
    (await list({ limit: 2 })).map((one) => one.replace(/^\d+ /, '')),
    [
      '2026-10-29T20:00:10.000Z cosori the household set purpose: analytics off (web 0.1.0, policy 2025-01)',
      '2026-10-29T20:00:09.000Z fryer unknown up refused (opaque), up to 1024 -> 1024 bytes: no fields',
    ].map((one) =>
      one.replace(/2026-10-29T20:00:(\d+)/, (_, s) => new Date(TIME_MS + Number(s) * 1000).toISOString().slice(0, 19)),
    ),
  );
  t.is((await list({ service: 'cosori', kind: 'message' })).length, 5);
  t.is((await list({ device: 'fryer' })).length, 1);
  t.is((await list({ sinceMs: TIME_MS + 4000, kind: 'message' })).length, 2);
  t.is((await list({ verdict: 'refused' })).length, 1);
  for await (const entry of listEntries(log, { kind: 'message', service: 'cosori', limit: 1 })) {
    const { seq: _, ...json } = JSON.parse(formatEntry(entry, 'json'));
    t.deepEqual(json, { ...message(4), bytesIn: 1024, bytesOut: 1024, decisions: [...DECISIONS] });
  }
  for await (const entry of listEntries(log, { verdict: 'refused' }))
    t.deepEqual(JSON.parse(formatEntry(entry, 'json')).error, { code: 'opaque' });
  t.is((await log.leaf(seq))?.line?.slice(0, 2), 'w2');
});
