// What the hub does by itself from time to time: records leave the log by their age, and those of whoever wrote too much by their bytes; the
// store's own files are looked at.
import type { Repeats } from '../activity/repeats.js';
import { boundLog } from '../audit/bound.js';
import { finishRemovals, prune } from '../audit/removal.js';
import type { AuditLog } from '../audit/store.js';
import { asHubError } from '../errors.js';
import type { HubClock } from '../runtime/hub-clock.js';
import { isSynchronized, RetentionTime } from '../runtime/retention-time.js';
import type { Store } from '../store/store.js';
import { removeOldStores } from '../store/upgrade.js';

export interface UpkeepOptions {
  readonly store: Store;
  /** The store's folder: an upgrade leaves the older store beside it for a while. */
  readonly storePath: string;
  readonly log: AuditLog;
  readonly clock: Pick<HubClock, 'now' | 'elapsedMs'>;
  readonly lastBelievedMs: number | undefined;
  readonly setBelieved: (timeMs: number) => Promise<void>;
  readonly retentionDays: () => number;
  /** Where the alarm goes that names whose entries were taken out. */
  readonly repeats: Pick<Repeats, 'append'>;
  /** How large the log may be on disk. */
  readonly maxBytes: number;
  readonly synchronized?: () => Promise<boolean>;
  readonly say: (line: string) => void;
}

/** Retention is counted in days. */
const PRUNE_MS = 6 * 60 * 60 * 1000;
/** A damaged file is to be found before it is needed; to read a month's log whole takes seconds. */
const INSPECT_MS = 24 * 60 * 60 * 1000;
/** How often the log's bytes are looked at: a flood writes some dozen megabytes in that time. */
const BOUND_MS = 60 * 1000;
const DAY_MS = 24 * 60 * 60 * 1000;
/** A silence in the log that is longer is a hub that was off. At 100 bytes each this is 30 KB a day. */
const HEARTBEAT_MS = 5 * 60 * 1000;

/** Begins at once. `stop` resolves when what is under way has ended. */
export function startUpkeep(options: UpkeepOptions): { stop(): Promise<void> } {
  const { store, log, clock, lastBelievedMs: lastMs, setBelieved, retentionDays, synchronized = isSynchronized, say } = options;
  const { storePath, repeats, maxBytes } = options;
  const time = new RetentionTime({ now: clock.now, elapsedMs: () => clock.elapsedMs, synchronized, lastMs });
  const removeOld = async (): Promise<void> => {
    try {
      const { nowMs, believedMs } = await time.read();
      await setBelieved(believedMs);
      await prune(log, nowMs - retentionDays() * DAY_MS, nowMs);
    } catch (fault) {
      say(`old records could not be removed: ${asHubError(fault).code}`);
    }
  };
  const dropOldStores = (): void => {
    try {
      removeOldStores(storePath, clock.now());
    } catch (fault) {
      say(`the store of an older version could not be removed: ${(fault as NodeJS.ErrnoException).code}`);
    }
  };
  const inspect = (): Promise<void> =>
    store.inspect().catch((fault: unknown) => say(`the store could not be looked at: ${asHubError(fault).code}`));
  const finishOld = (): Promise<void> =>
    finishRemovals(log).catch((fault: unknown) => say(`a removal could not be finished: ${asHubError(fault).code}`));
  // The log says itself what was taken out of it; the household is told on the page as well.
  const bound = async (): Promise<void> => {
    try {
      for (const { device, count } of await boundLog(log, maxBytes, clock.now())) {
        say(`the log had outgrown audit.max_bytes: ${count} entries of ${device ?? 'unknown devices'} were taken out`);
        const named = device === undefined ? {} : { device };
        await repeats.append({ kind: 'alarm', timeMs: clock.now(), what: 'crowding', ...named });
      }
    } catch (fault) {
      say(`the log could not be brought within its bound: ${asHubError(fault).code}`);
    }
  };
  const beat = (): void => {
    // One that cannot be written is missing in the log, and that is what it would say.
    log.heartbeat(clock.now()).catch(() => undefined);
  };
  dropOldStores();
  let running = finishOld().then(removeOld);
  const timers = [
    setInterval(beat, HEARTBEAT_MS),
    setInterval(() => {
      dropOldStores();
      running = running.then(removeOld);
    }, PRUNE_MS),
    setInterval(() => {
      running = running.then(bound);
    }, BOUND_MS),
    setInterval(() => {
      running = running.then(inspect);
    }, INSPECT_MS),
  ];
  for (const timer of timers) timer.unref();
  return {
    stop: () => {
      for (const timer of timers) clearInterval(timer);
      return running;
    },
  };
}
