// `hubsieve audit list|verify|export|prove`: reads a copy of the store, so that a running hub is not disturbed.
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { logKeyFromSeed } from '../audit/checkpoint.js';
import {
  exportLog,
  formatEntry,
  formatProof,
  formatVerification,
  type ListFilter,
  listEntries,
  proveEntry,
} from '../audit/cli.js';
import { LogReader } from '../audit/reader.js';
import { verifyLog } from '../audit/verify.js';
import { HubError } from '../errors.js';
import { openKeys } from '../runtime/install-keys.js';
import { openLevelStore } from '../store/level.js';
import { copyStore } from '../store/snapshot.js';
import type { Command } from './command.js';
import { dataDir, oneOf, text, type Values } from './common.js';

/** How many records `list` shows unless told. */
const LIST_LIMIT = 50;

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
    seq: { type: 'string' },
  },
  help: 'audit list|verify|export|prove [--data-dir D] [--format text|json] [--service S] [--limit N] [--checkpoint F] [--seq N]',
  run: async (values, [what = '', ...rest]) => {
    if (!['list', 'verify', 'export', 'prove'].includes(what))
      throw new HubError('config', 'audit list, verify, export or prove');
    const dir = dataDir(values);
    if (!existsSync(path.join(dir, 'store'))) throw new HubError('not_found', `${dir} holds no log yet`);
    const { installId, logSeed } = openKeys(dir);
    const { vkey } = logKeyFromSeed(`hubsieve/${installId}`, logSeed);
    const copy = mkdtempSync(path.join(tmpdir(), 'hubsieve-'));
    try {
      await copyStore(path.join(dir, 'store'), path.join(copy, 'store'));
      const store = await openLevelStore({ path: path.join(copy, 'store'), flushMs: 1000 });
      try {
        return await answer(what as 'list' | 'verify' | 'export' | 'prove', new LogReader(store), vkey, values, rest);
      } finally {
        await store.close();
      }
    } finally {
      rmSync(copy, { recursive: true, force: true });
    }
  },
};

async function answer(
  what: 'list' | 'verify' | 'export' | 'prove',
  log: LogReader,
  vkey: string,
  values: Values,
  rest: readonly string[],
): Promise<number> {
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
      const found = await verifyLog(log, { vkey, checkpoint: file === undefined ? undefined : readFileSync(file, 'utf8') });
      print(format === 'json' ? `${JSON.stringify(found)}\n` : formatVerification(found));
      return found.ok ? 0 : 1;
    }
    case 'export':
      for await (const line of exportLog(log, vkey)) {
        if (!isHeard()) break;
        print(line);
      }
      return 0;
    case 'prove': {
      const seq = Number(text(values, 'seq') ?? rest[0]);
      if (!Number.isSafeInteger(seq) || seq < 0) throw new HubError('config', 'prove needs the number of a record: --seq N');
      const proof = await proveEntry(log, seq);
      print(format === 'json' ? `${JSON.stringify(proof)}\n` : formatProof(proof));
      return 0;
    }
    default:
      return what satisfies never;
  }
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
