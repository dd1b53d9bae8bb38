// Removals of every kind in one log, held by three verifiers that share no code: the hub's, docs/verify-log.py, and the page's.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import test, { type ExecutionContext } from 'ava';
import { transformWithOxc } from 'vite';
import { boundLog } from '#src/audit/bound.js';
import { exportLog, listEntries } from '#src/audit/cli.js';
import { importLog } from '#src/audit/import.js';
import type { SizedNote } from '#src/audit/reader.js';
import { eraseDevice, prune } from '#src/audit/removal.js';
import type { AuditLog } from '#src/audit/store.js';
import { verifyLog } from '#src/audit/verify.js';
import type { MemoryState } from '#src/store/memory.js';
import { programFile } from '../programs.js';
import { DAY_MS, KEY, message, openMemoryLog, TIME_MS } from './helpers.js';

const PAGE = 'src/web/ui/parts/verify.ts';
/** A store as it was left by a hub of format 1: refusals counted, a device erased, entries of another taken out for the bound, in runs. */
const FORMAT_1 = 'test/audit/format-1-store.txt';

type CheckExport = (text: string, progress: () => void) => Promise<{ ok: boolean; faults: readonly string[] }>;
let checkExport: CheckExport;

test.before(async () => {
  const { code } = await transformWithOxc(readFileSync(PAGE, 'utf8'), PAGE, { sourcemap: false });
  const url = `data:text/javascript;base64,${Buffer.from(code).toString('base64')}`;
  ({ checkExport } = (await import(url)) as { checkExport: CheckExport });
});

async function exportText(log: AuditLog): Promise<string> {
  let text = '';
  for await (const line of exportLog(log, KEY.vkey)) text += line;
  return text;
}

/** Whether an export proves itself, by each verifier. */
async function words(text: string): Promise<{ hub: boolean; python: boolean; page: boolean; said: string }> {
  const file = path.join(mkdtempSync(path.join(tmpdir(), 'hubsieve-runs-')), 'log.jsonl');
  writeFileSync(file, text);
  const { status, stdout, stderr } = spawnSync(programFile('python3'), ['docs/verify-log.py', file, '--key', KEY.vkey], {
    encoding: 'utf8',
  });
  const page = await checkExport(text, () => undefined);
  const hub = await importLog(Readable.from(text.trimEnd().split('\n')))
    .then(async ({ log, size, root }) => {
      const found = await verifyLog(log, { vkey: KEY.vkey });
      return found.ok && found.size === size && found.root === root ? '' : JSON.stringify([found.faults, found.unfinished]);
    })
    .catch((fault: Error) => fault.message);
  return { hub: hub === '', python: status === 0, page: page.ok, said: `${hub}\n${stdout}${stderr}\n${page.faults.join()}` };
}

async function proven(t: ExecutionContext, log: AuditLog, title: string): Promise<string> {
  await log.checkpoint();
  const found = await verifyLog(log, { vkey: KEY.vkey });
  t.deepEqual([found.faults, found.unfinished, found.ok], [[], [], true], title);
  const text = await exportText(log);
  const { said, ...all } = await words(text);
  t.deepEqual(all, { hub: true, python: true, page: true }, `${title}: ${said}`);
  return text;
}

/** A day of the log: a flood of a camera, some of a lamp and a scale in it, one refusal counted. */
async function day(log: AuditLog, number: number): Promise<void> {
  const at = (i: number) => TIME_MS + number * DAY_MS + i * 1000;
  for (let i = 0; i < 700; i++) {
    await log.append(message(0, { timeMs: at(i), device: 'camera' }));
    if (i % 50 === 0) await log.append(message(0, { timeMs: at(i), device: 'lamp' }));
    if (i % 70 === 0) await log.append(message(0, { timeMs: at(i), device: 'scale' }));
    if (i % 90 === 0) await log.append(message(0, { timeMs: at(i) }));
    if (i % 300 === 299) await log.checkpoint();
  }
  const refused = { service: 'cosori', device: 'camera', verdict: 'refused', error: 'busy', count: 9 } as const;
  await log.append({ kind: 'refusals', timeMs: at(700), sinceMs: at(699) + 1, ...refused });
}

async function bound(log: AuditLog, part: number): Promise<number> {
  const bounded = await boundLog(log, (await log.store.size(log.keys.all())) * part, TIME_MS + 9 * DAY_MS);
  return bounded.reduce((sum, { count }) => sum + count, 0);
}

/** A log from which entries went in every way, by its export. */
async function everyRemoval(t: ExecutionContext): Promise<string> {
  const log = await openMemoryLog();
  for (const number of [0, 1, 2]) await day(log, number);
  t.true((await bound(log, 0.5)) > 500);
  await proven(t, log, 'bound');
  await eraseDevice(log, 'scale', TIME_MS + 3 * DAY_MS);
  await proven(t, log, 'bound, erased');
  await prune(log, TIME_MS + DAY_MS, TIME_MS + 3 * DAY_MS);
  await proven(t, log, 'bound, erased, pruned');
  await day(log, 3);
  t.true((await bound(log, 0.6)) > 100);
  await eraseDevice(log, 'lamp', TIME_MS + 4 * DAY_MS);
  t.true((await bound(log, 0.6)) > 100);
  return proven(t, log, 'bound, erased, pruned, and all again');
}

test('a log with a device erased, a retention that ended and a bound that was reached is proven by all three verifiers', async (t) => {
  const text = await everyRemoval(t);
  for (const what of ['device', 'retention', 'bound']) t.true(text.includes(`{\\"what\\":\\"${what}\\"`), what);
  t.true(/"leaves":(?:16|32|64|128|256)\}/.test(text));
  t.true(/"entry":"r2 \d+ \{.*\\"count\\":9,\\"sinceMs\\":\d+000\}"/.test(text), 'refusals are counted, to the second');
});

interface Tampering {
  readonly title: string;
  readonly tamper: (text: string) => string;
}

const removals = (text: string, what: string): number[] =>
  [...text.matchAll(/"seq":(\d+),[^\n]*"entry":"x2 \d+ \{\\"what\\":\\"(\w+)\\"/g)]
    .filter((one) => one[2] === what)
    .map((one) => Number(one[1]));
const RUN = /("seq":(\d+),"hash":"[^"]+","removed":)(\d+)(,"leaves":)(\d+)/;
/** The period of a removal for the bound. */
const periodOf = (text: string, seq: string): string =>
  new RegExp(`"seq":${seq},[^\\n]*\\\\"period\\\\":(\\d+)`).exec(text)?.[1] as string;
/** A run that is named for the bound, named otherwise. */
const rename = (to: (text: string, seq: string) => number | undefined) => (text: string) => {
  const runs = [...text.matchAll(new RegExp(RUN, 'g'))].find((one) => removals(text, 'bound').includes(Number(one[3])));
  const [whole, before, , removal, leaves, count] = runs as unknown as string[];
  return text.replace(whole as string, `${before}${to(text, removal as string)}${leaves}${count}`);
};

const TAMPERINGS: readonly Tampering[] = [
  {
    title: 'half as many leaves in a run',
    tamper: (text) => text.replace(RUN, (_, a, _seq, r, l, n) => `${a}${r}${l}${Number(n) / 2}`),
  },
  { title: 'a run of no power of two', tamper: (text) => text.replace(RUN, (_, a, _seq, r, l) => `${a}${r}${l}3`) },
  { title: 'a run without its count', tamper: (text) => text.replace(RUN, (_, a, _seq, r) => `${a}${r}`) },
  { title: 'a run named for the removal of a device', tamper: rename((text) => removals(text, 'device').at(-1)) },
  { title: 'a run named for a retention', tamper: rename((text) => removals(text, 'retention').at(-1)) },
  {
    title: 'a run named for the removal of another period',
    tamper: rename((text, seq) => removals(text, 'bound').find((one) => periodOf(text, `${one}`) !== periodOf(text, seq))),
  },
  {
    title: 'a run named for what is no removal',
    tamper: rename((text) => Number(/"seq":(\d+),[^\n]*"entry":"p2/.exec(text)?.[1])),
  },
  {
    title: 'the count of a removal',
    tamper: (text) => text.replace(/(\\"bound\\",\\"count\\":)(\d+)/, (_, a, n) => `${a}${Number(n) + 1}`),
  },
  {
    title: 'the device of a removal',
    tamper: (text) => text.replace(/(\\"bound\\",[^}]*\\"device\\":)(\d+)/, (_, a, n) => `${a}${Number(n) + 1}`),
  },
  {
    title: 'the period of a removal',
    tamper: (text) => text.replace(/(\\"bound\\",[^}]*\\"period\\":)(\d+)/, (_, a, n) => `${a}${Number(n) + 1}`),
  },
  {
    title: 'two entries of two periods, each named for the removal of the other',
    tamper: (text) => {
      const bounds = removals(text, 'bound');
      const alone = [...text.matchAll(/"seq":(\d+),"hash":"[^"]+","removed":(\d+)\}/g)].filter((one) =>
        bounds.includes(Number(one[2])),
      );
      const [one] = alone as unknown as [RegExpMatchArray];
      const other = alone.find(
        (two) => periodOf(text, two[2] as string) !== periodOf(text, one[2] as string),
      ) as RegExpMatchArray;
      const named = (it: RegExpMatchArray, removal: string) => it[0].replace(/\d+\}$/, `${removal}}`);
      return text.replace(one[0], named(one, other[2] as string)).replace(other[0], named(other, one[2] as string));
    },
  },
  {
    title: 'one entry more that is gone',
    tamper: (text) => {
      const removal = removals(text, 'bound').at(-1) as number;
      const lines = text.split('\n');
      const at = lines.findIndex(
        (one) => one.includes('"entry":"m2') && Number(/"seq":(\d+)/.exec(one)?.[1]) > Number(periodOf(text, `${removal}`)),
      );
      lines[at] = (lines[at] as string).replace(/,"salt":.*\}/, `,"removed":${removal}}`);
      return lines.join('\n');
    },
  },
];

test('a run or a removal for the bound of which count, period or device was changed is noticed by all three', async (t) => {
  const text = await everyRemoval(t);
  for (const { title, tamper } of TAMPERINGS) {
    const changed = tamper(text);
    t.true(changed !== text, title);
    const { said, ...all } = await words(changed);
    t.deepEqual(all, { hub: false, python: false, page: false }, `${title}: ${said}`);
  }
});

function storeOfFormat1(): MemoryState {
  const lines = readFileSync(FORMAT_1, 'utf8').trimEnd().split('\n');
  return new Map(
    lines.map((line) => {
      const [key, value] = line.split(' ').map((one) => Buffer.from(one, 'base64')) as [Buffer, Buffer];
      return [key.toString('latin1'), value] as const;
    }),
  );
}

test('a log of format 1 with runs is proven as what it is, and goes on in format 2 with more of them', async (t) => {
  const state = storeOfFormat1();
  const log = await openMemoryLog(state);
  t.is(log.number, 1, 'it is the same log');
  t.is(log.size, 949);
  const old = await proven(t, log, 'as it was');
  t.true(RUN.test(old));
  t.true(old.includes('"entry":"r1 ') && !/"entry":"[a-z]2 /.test(old));
  const note = (await log.lastCheckpoint())?.note;
  await day(log, 1);
  await proven(t, log, 'gone on with');
  t.true((await bound(log, 0.4)) > 300);
  await eraseDevice(log, 'lamp', TIME_MS + 2 * DAY_MS);
  const text = await proven(t, log, 'with removals of both formats');
  t.true(/"entry":"x1 \d+ \{\\"what\\":\\"bound\\"/.test(text));
  t.true(/"entry":"x2 \d+ \{\\"what\\":\\"bound\\"/.test(text));
  t.deepEqual((await verifyLog(log, { vkey: KEY.vkey, checkpoint: note })).faults, [], 'the checkpoint of before is of this log');
  const bent = text.replace(RUN, (_, a, _seq, r, l, n) => `${a}${Number(r) + 1}${l}${n}`);
  const { said, ...all } = await words(bent);
  t.deepEqual(all, { hub: false, python: false, page: false }, said);
  let listed = 0;
  for await (const entry of listEntries(log)) listed += entry.kind === 'refusals' ? 1 : 0;
  t.true(listed > 0);
  await prune(log, TIME_MS + DAY_MS, TIME_MS + 3 * DAY_MS);
  await proven(t, log, 'without its first part');
  t.false((await exportText(log)).includes('"entry":"m1 '));
});

test('a checkpoint kept elsewhere that lies inside a run proves nothing any more, and that is said', async (t) => {
  const state: MemoryState = new Map();
  const log = await openMemoryLog(state);
  for (let i = 0; i < 320; i++) await log.append(message(i, { device: 'camera' }));
  await log.checkpoint();
  const kept = (await log.lastCheckpoint()) as SizedNote;
  for (let i = 320; i < 900; i++) await log.append(message(i, { device: 'camera' }));
  // The log's own copy of it is gone: it does not keep a run from going over it.
  state.delete(log.keys.number('c', kept.size).toString('latin1'));
  await bound(log, 0.3);
  await log.checkpoint();
  const { faults } = await verifyLog(log, { vkey: KEY.vkey, checkpoint: kept.note });
  t.deepEqual(
    faults.map(({ what, seq }) => [what, seq]),
    [['rollback', kept.size]],
  );
});
