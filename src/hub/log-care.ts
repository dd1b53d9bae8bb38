// What keeps the log small while the hub runs: old entries are taken out by their age, and those of whoever wrote too much by their bytes.
import type { Repeats } from '../activity/repeats.js';
import { boundLog } from '../audit/bound.js';
import { prune } from '../audit/removal.js';
import type { AuditLog } from '../audit/store.js';
import { asHubError } from '../errors.js';
import { removeOldStores } from '../store/upgrade.js';

export interface LogCareOptions {
  readonly log: AuditLog;
  /** The folder of the store that the log is in: an upgrade leaves the older store beside it for a while. */
  readonly storePath: string;
  /** Where the alarm goes that names whose entries were taken out. */
  readonly repeats: Pick<Repeats, 'append'>;
  readonly retentionDays: () => number;
  readonly maxBytes: number;
  readonly say: (line: string) => void;
}

/** How often old records are taken out of the log: retention is counted in days. */
const PRUNE_MS = 6 * 60 * 60 * 1000;
/** How often the log's bytes are looked at: a flood writes some dozen megabytes in that time. */
const BOUND_MS = 60 * 1000;
const DAY_MS = 24 * 60 * 60 * 1000;

/** Begins; what it gives ends it. */
export function careForLog({ log, storePath, repeats, retentionDays, maxBytes, say }: LogCareOptions): () => void {
  dropOldStores(storePath, say);
  const pruning = setInterval(() => {
    const now = Date.now();
    dropOldStores(storePath, say);
    prune(log, now - retentionDays() * DAY_MS, now).catch((fault: unknown) =>
      say(`old records could not be removed: ${asHubError(fault).code}`),
    );
  }, PRUNE_MS).unref();
  const bounding = setInterval(() => void bound({ log, repeats, maxBytes, say }), BOUND_MS).unref();
  return () => {
    clearInterval(pruning);
    clearInterval(bounding);
  };
}

function dropOldStores(storePath: string, say: (line: string) => void): void {
  try {
    removeOldStores(storePath, Date.now());
  } catch (fault) {
    say(`the store of an older version could not be removed: ${(fault as NodeJS.ErrnoException).code}`);
  }
}

/** The log says itself what was taken out of it; the household is told on the page as well. */
async function bound({ log, repeats, maxBytes, say }: Omit<LogCareOptions, 'retentionDays' | 'storePath'>): Promise<void> {
  try {
    for (const { device, count } of await boundLog(log, maxBytes, Date.now())) {
      say(`the log had outgrown audit.max_bytes: ${count} entries of ${device ?? 'unknown devices'} were taken out`);
      const named = device === undefined ? {} : { device };
      await repeats.append({ kind: 'alarm', timeMs: Date.now(), what: 'crowding', ...named });
    }
  } catch (fault) {
    say(`the log could not be brought within its bound: ${asHubError(fault).code}`);
  }
}
