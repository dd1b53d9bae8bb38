// What the hub does by itself from time to time: old records leave the log, and the store's own files are looked at.
import { finishErasures, prune } from '../audit/removal.js';
import type { AuditLog } from '../audit/store.js';
import { asHubError } from '../errors.js';
import type { HubClock } from '../runtime/hub-clock.js';
import { isSynchronized, RetentionTime } from '../runtime/retention-time.js';
import type { Store } from '../store/store.js';

export interface UpkeepOptions {
  readonly store: Store;
  readonly log: AuditLog;
  readonly clock: Pick<HubClock, 'now' | 'elapsedMs'>;
  readonly lastBelievedMs: number | undefined;
  readonly setBelieved: (timeMs: number) => Promise<void>;
  readonly retentionDays: () => number;
  readonly synchronized?: () => Promise<boolean>;
  readonly say: (line: string) => void;
}

/** Retention is counted in days. */
const PRUNE_MS = 6 * 60 * 60 * 1000;
/** A damaged file is to be found before it is needed; to read a month's log whole takes seconds. */
const INSPECT_MS = 24 * 60 * 60 * 1000;
const DAY_MS = 24 * 60 * 60 * 1000;
/** A silence in the log that is longer is a hub that was off. At 100 bytes each this is 30 KB a day. */
const HEARTBEAT_MS = 5 * 60 * 1000;

/** Begins at once. `stop` resolves when what is under way has ended. */
export function startUpkeep(options: UpkeepOptions): { stop(): Promise<void> } {
  const { store, log, clock, lastBelievedMs: lastMs, setBelieved, retentionDays, synchronized = isSynchronized, say } = options;
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
  const inspect = (): Promise<void> =>
    store.inspect().catch((fault: unknown) => say(`the store could not be looked at: ${asHubError(fault).code}`));
  const finishOld = (): Promise<void> =>
    finishErasures(log).catch((fault: unknown) => say(`an erasure could not be finished: ${asHubError(fault).code}`));
  const beat = (): void => {
    // One that cannot be written is missing in the log, and that is what it would say.
    log.heartbeat(clock.now()).catch(() => undefined);
  };
  let running = finishOld().then(removeOld);
  const timers = [
    setInterval(beat, HEARTBEAT_MS),
    setInterval(() => {
      running = running.then(removeOld);
    }, PRUNE_MS),
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
