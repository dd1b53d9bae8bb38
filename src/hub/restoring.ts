// Where what comes down gets its originals back: small and quick bodies at once, others by a worker; so that no cloud holds up the event
// loop either. What takes too long goes down as it came: with the pseudonyms still in it the device can do less, and nobody learns more.
import type { Restorer } from '../household/restorer.js';
import type { Limits } from '../model.js';
import type { Workers } from './judging/workers.js';
import { HERE_BYTES, HERE_MS, HERE_NODES, HERE_PLAIN_BYTES } from './judging.js';
import { Clock } from './restore.js';
import { restoreCoded, restoreLines } from './restore-coded.js';

export interface Restoring {
  readonly form: 'body' | 'lines';
  readonly mediaType: string | undefined;
  readonly coding: string | undefined;
  readonly service: string;
  readonly restorer: Restorer;
  readonly limits: Limits;
}

/** The very same bytes where nothing was found. Never throws or rejects. */
export type Restore = (bytes: Uint8Array, how: Restoring) => Uint8Array | Promise<Uint8Array>;

/** At once, however long it takes: for tests. */
export const RESTORE_HERE: Restore = (bytes, how) => restored(bytes, how, undefined);

export function restoreWith(workers: Workers): Restore {
  return (bytes, how) => {
    const { restorer, service, limits, form, mediaType, coding } = how;
    if (restorer.empty || bytes.length === 0) return bytes;
    if (bytes.length <= HERE_BYTES) {
      const clock = new Clock(HERE_MS, HERE_PLAIN_BYTES, HERE_NODES);
      const after = restored(bytes, how, clock);
      if (!clock.late) return after;
    }
    return workers.restore({ form, bytes, mediaType, coding }, service, restorer, limits);
  };
}

function restored(bytes: Uint8Array, how: Restoring, clock: Clock | undefined): Uint8Array {
  const { form, mediaType, coding, restorer, limits } = how;
  return form === 'lines'
    ? restoreLines(bytes, restorer, limits, clock)
    : restoreCoded(bytes, mediaType, coding, restorer, limits, clock);
}
