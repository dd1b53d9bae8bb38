// What happened: counts from memory, records from the log.
import { exportLog, type ListedEntry, listEntries } from '../audit/cli.js';
import { LogReader } from '../audit/reader.js';
import { verifyLog } from '../audit/verify.js';
import { HubError } from '../errors.js';
import type { HubFacade, RecordFilter } from '../web/facade.js';
import type { FacadeParts } from './ports.js';

type TrafficFacade = Pick<
  HubFacade,
  'traffic' | 'records' | 'record' | 'logSize' | 'verifyLog' | 'exportLog' | 'errorAnswers' | 'incidents' | 'events'
>;

export function trafficFacade({ activity, log }: FacadeParts): TrafficFacade {
  return {
    traffic: async (span, device) => activity.slices.traffic(span, device),
    async records(filter, limit) {
      const found: ListedEntry[] = [];
      if (limit <= 0) return found;
      for await (const entry of listEntries(log, filter)) {
        if (fits(entry, filter)) found.push(entry);
        if (found.length >= limit) break;
      }
      return found;
    },
    async record(seq) {
      for await (const entry of listEntries(log, { beforeSeq: seq + 1, limit: 1 })) if (entry.seq === seq) return entry;
      throw new HubError('not_found', 'a record');
    },
    logSize: async () => log.total,
    // A reader of its own: the log goes on meanwhile.
    verifyLog: () => verifyLog(new LogReader(log.store, log.number), { vkey: log.vkey }),
    exportLog: () => exportLog(new LogReader(log.store, log.number), log.vkey),
    errorAnswers: async (span, device) => activity.errorAnswers(span, device),
    incidents: async (fromMs) => activity.incidents.since(fromMs),
    events: (signal) => activity.events(signal),
  };
}

function fits(entry: ListedEntry, { category, text }: RecordFilter): boolean {
  if (category === undefined && text === undefined) return true;
  if (entry.kind !== 'message') return false;
  const wanted = text?.toLowerCase();
  const hasCategory = category === undefined || entry.decisions.some((one) => one.category === category);
  return hasCategory && (wanted === undefined || entry.decisions.some(({ path }) => path.toLowerCase().includes(wanted)));
}
