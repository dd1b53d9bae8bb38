// `hubsieve audit list|verify|export|prove|consistency`: reads a copy of the store, so that a running hub is not disturbed.
import { createReadStream, existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { parseVerifierKey } from '../audit/checkpoint.js';
import { exportLog, formatEntry, formatVerification, type ListFilter, listEntries, readContinued } from '../audit/cli.js';
import { importLog } from '../audit/import.js';
import { formatConsistency, formatProof, proveConsistency, proveEntry } from '../audit/proof.js';
import { type Verification, verifyLog } from '../audit/verify.js';
import { HubError } from '../errors.js';
import type { Command } from './command.js';
import { dataDir, oneOf, text, type Values } from './common.js';
import { type LogCopy, openLogCopy, withStoreCopy } from './store-copy.js';

/** How many records `list` shows unless told. */
const LIST_LIMIT = 50;

const ASKED = ['list', 'verify', 'export', 'prove', 'consistency'] as const;
type Asked = (typeof ASKED)[number];
const isAsked = (what: string): what is Asked => (ASKED as readonly string[]).includes(what);

export const audit: Command = {
  options: {
    'data-dir': { type: 'string' },
    format: { type: 'string' },
    service: { type: 'string' },
    device: { type: 'string' },
    verdict: { type: 'string' },
    since: { type: 'string' },
    limit: { type: 'string' },
    checkpoint: { type: 'string' },
    key: { type: 'string' },
    seq: { type: 'string' },
    log: { type: 'string' },
  },
  help: 'audit list|verify [EXPORT --key K]|export|prove|consistency A B [--data-dir D] [--format text|json] [--service S] [--limit N] [--checkpoint F] [--seq N] [--log N]',
  run: async (values, [what = '', ...rest]) => {
    if (what === 'verify' && rest[0] !== undefined) return verifyExport(rest[0], values);
    if (!isAsked(what)) throw new HubError('config', 'audit list, verify, export, prove or consistency');
    const dir = dataDir(values);
    if (!existsSync(path.join(dir, 'store'))) throw new HubError('not_found', `${dir} holds no log yet`);
    const number =
      text(values, 'log') === undefined ? undefined : wholeNumber(text(values, 'log'), '--log takes the number of a log');
    return withStoreCopy(dir, async (copy) => {
      if (copy.damaged.length > 0) process.stderr.write(`hubsieve: the store is damaged: ${copy.damaged.join(', ')}\n`);
      const code = await answer(what, await openLogCopy(copy, number), values, rest);
      return what === 'verify' && copy.damaged.length > 0 ? 1 : code;
    });
  },
};

/** An export proves itself as a log does, and holds what its head says. Throws `config` where it cannot be read, `log_broken` where it is none. */
async function verifyExport(file: string, values: Values): Promise<number> {
  if (!existsSync(file)) throw new HubError('not_found', file);
  const { log, size, root } = await importLog(createInterface({ input: createReadStream(file) }));
  const note = text(values, 'checkpoint');
  const checkpoint = note === undefined ? undefined : readFileSync(note, 'utf8');
  const found = await verifyLog(log, { vkey: text(values, 'key'), checkpoint });
  const isWhole = found.size === size && found.root === root;
  const message = `the export says ${size} entries (root ${root}): ${found.size} are there (root ${found.root})`;
  const all: Verification = isWhole ? found : { ...found, ok: false, faults: [...found.faults, { what: 'checkpoint', message }] };
  const isJson = oneOf(values, 'format', ['text', 'json'], 'text') === 'json';
  process.stdout.write(isJson ? `${JSON.stringify(all)}\n` : formatVerification(all, await readContinued(log)));
  return all.ok ? 0 : 1;
}

async function answer(what: Asked, { log, vkey, head }: LogCopy, values: Values, rest: readonly string[]): Promise<number> {
  const format = oneOf(values, 'format', ['text', 'json'], 'text');
  const print = (line: string): boolean => process.stdout.write(line);
  const isHeard = (): boolean => !process.stdout.destroyed;
  switch (what) {
    case 'list':
      for await (const entry of listEntries(log, filterOf(values))) {
        if (!isHeard()) break;
        print(`${formatEntry(entry, format)}\n`);
      }
      return 0;
    case 'verify': {
      const file = text(values, 'checkpoint');
      const checkpoint = file === undefined ? undefined : readFileSync(file, 'utf8');
      const found = await verifyLog(log, { vkey, checkpoint, head });
      const continued = await readContinued(log);
      print(
        format === 'json'
          ? `${JSON.stringify({ ...found, ...(continued && { continued }) })}\n`
          : formatVerification(found, continued),
      );
      return found.ok ? 0 : 1;
    }
    case 'export':
      for await (const line of exportLog(log, vkey)) {
        if (!isHeard()) break;
        print(line);
      }
      return 0;
    case 'prove': {
      const seq = wholeNumber(text(values, 'seq') ?? rest[0], 'prove needs the number of a record: --seq N');
      const proof = await proveEntry(log, seq - (await log.storedBase()));
      print(format === 'json' ? `${JSON.stringify(proof)}\n` : formatProof(proof));
      return 0;
    }
    case 'consistency': {
      const [a, b] = rest;
      if (a === undefined || b === undefined) throw new HubError('config', 'consistency needs two files, a checkpoint in each');
      const key = parseVerifierKey(vkey);
      const found = await proveConsistency(log, key, readFileSync(a, 'utf8'), readFileSync(b, 'utf8'));
      print(format === 'json' ? `${JSON.stringify(found)}\n` : formatConsistency(found));
      return found.ok ? 0 : 1;
    }
    default:
      return what satisfies never;
  }
}

function wholeNumber(text: string | undefined, what: string): number {
  if (text === undefined || !/^\d{1,15}$/.test(text)) throw new HubError('config', what);
  return Number(text);
}

function filterOf(values: Values): ListFilter {
  const since = text(values, 'since');
  const sinceMs = since === undefined ? undefined : Date.parse(since);
  if (sinceMs !== undefined && Number.isNaN(sinceMs))
    throw new HubError('config', '--since takes a date: 2026-11-22 or 2026-11-22T08:00');
  const limit = Number(text(values, 'limit') ?? LIST_LIMIT);
  if (!Number.isSafeInteger(limit) || limit < 1) throw new HubError('config', '--limit takes a whole number');
  const of = (name: 'service' | 'device' | 'verdict'): Partial<ListFilter> => {
    const value = text(values, name);
    return value === undefined ? {} : { [name]: value };
  };
  return { limit, ...of('service'), ...of('device'), ...of('verdict'), ...(sinceMs === undefined ? {} : { sinceMs }) };
}
