// The log, and trying a message without leaving a trace.
import type { ListedEntry } from '../../audit/cli.js';
import { type Decision, VERDICTS } from '../../model.js';
import type { Lang } from '../../policy/explain.js';
import { fate, type HubFacade, type RecordFilter, type TryMessage } from '../facade.js';
import { Problem } from '../problem.js';
import { type Route, route, stream } from '../route.js';
import { bool, map, object, oneOf, optional, text, whole } from '../schema.js';
import { sentenceOf, type Told } from '../sentences.js';
import { category, lang, type RecordRow, record, records, tried, verification } from '../views.js';

/** One page of the log. */
const PAGE = 100;
const PAGE_MAX = 1000;
/** A message to try: what the hub takes by default (`limits.body_bytes`). */
export const TRY_UNITS = 1_048_576;
/** Members of an entry that have a column of their own. */
const COLUMNS = new Set([
  'seq',
  'timeMs',
  'kind',
  'device',
  'service',
  'direction',
  'verdict',
  'error',
  'bytesIn',
  'bytesOut',
  'decisions',
  'ruleset',
  'shape',
]);

function rowOf(entry: ListedEntry): RecordRow {
  const counts = { kept: 0, changed: 0, withheld: 0 };
  if (entry.kind === 'message') for (const decision of entry.decisions) counts[fate(decision)]++;
  const { seq, timeMs, kind } = entry;
  const about = Object.entries(entry).filter(([name, value]) => !COLUMNS.has(name) && value !== undefined && value !== null);
  const named = entry as { device?: string | null; service?: string | null };
  return {
    seq,
    timeMs,
    kind,
    ...(named.device === undefined ? {} : { device: named.device }),
    ...(named.service === undefined ? {} : { service: named.service }),
    ...messageColumns(entry),
    ...counts,
    about: Object.fromEntries(about.map(([name, value]) => [name, String(value)])),
  };
}

function messageColumns(entry: ListedEntry): Partial<RecordRow> {
  if (entry.kind === 'send-failed') return { error: entry.error };
  if (entry.kind === 'refusals')
    return { error: entry.error, ...(entry.verdict === undefined ? {} : { verdict: entry.verdict }) };
  if (entry.kind !== 'message') return {};
  const { direction, verdict, error, bytesIn, bytesOut } = entry;
  return { direction, verdict, bytesIn, bytesOut, ...(error === undefined ? {} : { error }) };
}

const withSentences = (facade: HubFacade, of: Told, decisions: readonly Decision[], tongue: Lang) =>
  decisions.map((decision) => ({ ...decision, sentence: sentenceOf(facade, of, decision, tongue) }));

function filterOf(query: Readonly<Record<string, unknown>>): RecordFilter {
  const { limit: _, lang: __, ...filter } = query;
  return filter as RecordFilter;
}

/** The outgoing bytes as text where they are one. */
function shown(out: Uint8Array | undefined): { out?: string; binary: boolean } {
  if (!out) return { binary: false };
  try {
    return { out: new TextDecoder('utf-8', { fatal: true }).decode(out), binary: false };
  } catch {
    return { out: Buffer.from(out).toString('base64'), binary: true };
  }
}

export const logRoutes: readonly Route[] = [
  route({
    method: 'post',
    path: '/try',
    scope: 'read',
    summary: 'Sieves a message as the hub would, with these switches; nothing is stored or recorded.',
    body: object({
      service: text(100, 1),
      direction: optional(oneOf(['up', 'down'])),
      purposes: optional(map(bool)),
      mediaType: optional(text(200)),
      coding: optional(text(40)),
      body: text(TRY_UNITS),
      base64: optional(bool),
      lang: optional(lang),
    }),
    answer: tried,
    run: async ({ web: { facade, now }, body }) => {
      const { service, direction = 'up', body: message, base64, purposes, mediaType, coding, lang: tongue = 'en' } = body;
      const asked = {
        service,
        direction,
        body: Buffer.from(message, base64 ? 'base64' : 'utf8'),
        ...(purposes ? { purposes } : {}),
        ...(mediaType ? { mediaType } : {}),
        ...(coding ? { coding } : {}),
      } satisfies TryMessage;
      const { report, out } = await facade.tryMessage(asked);
      return {
        verdict: report.verdict,
        ...(report.error ? { error: report.error.code } : {}),
        bytesIn: report.bytesIn,
        bytesOut: report.bytesOut,
        ...shown(out),
        decisions: withSentences(facade, { service, timeMs: now() }, report.decisions, tongue),
      };
    },
  }),
  route({
    method: 'get',
    path: '/records',
    scope: 'read',
    summary: 'Records of the log, newest first; `beforeSeq` for the next page.',
    query: object({
      limit: optional(whole(1, PAGE_MAX)),
      beforeSeq: optional(whole()),
      sinceMs: optional(whole()),
      untilMs: optional(whole()),
      service: optional(text(100)),
      device: optional(text(300)),
      verdict: optional(oneOf(VERDICTS)),
      kind: optional(oneOf(['message', 'send-failed', 'switch', 'alarm', 'refusals', 'start', 'stop', 'removal', 'continued'])),
      category: optional(category),
      text: optional(text(200)),
    }),
    answer: records,
    run: async ({ web: { facade }, query }) => {
      const limit = query.limit ?? PAGE;
      const [found, size] = await Promise.all([facade.records(filterOf(query), limit + 1), facade.logSize()]);
      return { items: found.slice(0, limit).map(rowOf), size, more: found.length > limit };
    },
  }),
  route({
    method: 'get',
    path: '/records/:seq',
    scope: 'read',
    summary: 'One record in full, each decision with its sentence.',
    query: object({ lang: optional(lang) }),
    answer: record,
    run: async ({ web: { facade }, params, query }) => {
      const seq = Number(params['seq']);
      if (!/^\d{1,15}$/.test(params['seq']!)) throw new Problem('not_found');
      const entry = await facade.record(seq);
      const row = rowOf(entry);
      if (entry.kind !== 'message') return { ...row, decisions: [] };
      const of = { device: entry.device, service: entry.service ?? 'unknown', timeMs: entry.timeMs };
      const decisions = withSentences(facade, of, entry.decisions, query.lang ?? 'en');
      return { ...row, ruleset: entry.ruleset, decisions };
    },
  }),
  route({
    method: 'post',
    path: '/log/verify',
    scope: 'read',
    summary: 'Checks the whole log: every entry, the tree over them, every signed checkpoint.',
    answer: verification,
    run: async ({ web }) => {
      const { ok, size, root, live, removed, pruned, checkpoints, signed, unsigned, faults } = await web.facade.verifyLog();
      return { ok, size, root, live, removed, pruned, checkpoints, signed, unsigned, faults };
    },
  }),
  stream({
    method: 'get',
    path: '/log/export',
    scope: 'read',
    summary: 'The log for checking it elsewhere: JSON Lines of FORMAT.md, section 5.',
    answer: { type: 'application/jsonl', file: 'hubsieve-log.jsonl' },
    run: ({ web }) => web.facade.exportLog(),
  }),
];
