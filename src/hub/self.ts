// This machine's own addresses, so that no message is sent to the hub itself.
import { networkInterfaces } from 'node:os';
import { plainAddress } from '../net/address.js';
import type { Self } from '../net/route.js';

/** How old the list may be. A new address is the hub's own within that time: a loop would come no further. */
const AGE_MS = 1000;

/** Asked for each message; the system's list costs as much as judging one, so it is read once in `AGE_MS`. `ports`: those the hub listens on. */
export function watchSelf(ports: () => readonly number[]): () => Self {
  let readMs = Number.NEGATIVE_INFINITY;
  let addresses = new Set<string>();
  return () => {
    const now = performance.now();
    if (now - readMs >= AGE_MS) {
      readMs = now;
      addresses = new Set(
        Object.values(networkInterfaces()).flatMap((list) => (list ?? []).map((one) => plainAddress(one.address))),
      );
    }
    return { addresses, ports: new Set(ports()) };
  };
}
