// Where what comes down gets its originals back: small and quick bodies at once, others by a worker; so that no cloud holds up the event
// loop either. What takes too long goes down as it came: with the pseudonyms still in it the device can do less, and nobody learns more.
import { type Restore, restored } from '../restore/port.js';
import { Deadline } from '../restore/restore.js';
import type { Workers } from './pool.js';
import { HERE_BYTES, HERE_MS, HERE_NODES, HERE_PLAIN_BYTES } from './threaded-judge.js';

export function threadedRestore(workers: Workers): Restore {
  return (bytes, how) => {
    const { restorer, service, limits, form, mediaType, coding } = how;
    if (restorer.empty || bytes.length === 0) return bytes;
    if (bytes.length <= HERE_BYTES) {
      const clock = new Deadline(HERE_MS, HERE_PLAIN_BYTES, HERE_NODES);
      const after = restored(bytes, how, clock);
      if (!clock.late) return after;
    }
    return workers.restore({ form, bytes, mediaType, coding }, service, restorer, limits);
  };
}
