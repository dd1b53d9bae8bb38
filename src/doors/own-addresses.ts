// This machine's own addresses, so that no message is sent to the hub itself.
import { networkInterfaces } from 'node:os';
import { plainAddress } from '../net/address.js';
import type { Self } from '../net/route.js';

/** How old the list may be. A new address is the hub's own within that time: a loop would come no further. */
const AGE_MS = 1000;

/**
 * Asked for each message; the system's list costs as much as judging one, so it is read once in `AGE_MS`. `ports`: those the hub listens
 * on now; a new one counts at once.
 */
export function watchSelf(ports: () => readonly number[]): () => Self {
  let readMs = Number.NEGATIVE_INFINITY;
  let known: readonly number[] = [];
  let self: Self = { addresses: new Set(), ports: new Set() };
  return () => {
    const now = performance.now();
    const current = ports();
    const isOld = now - readMs >= AGE_MS;
    if (isOld || current.length !== known.length || current.some((port, i) => port !== known[i])) {
      self = { addresses: isOld ? ownAddresses() : self.addresses, ports: new Set(current) };
      known = [...current];
      if (isOld) readMs = now;
    }
    return self;
  };
}

function ownAddresses(): ReadonlySet<string> {
  return new Set(Object.values(networkInterfaces()).flatMap((list) => (list ?? []).map((one) => plainAddress(one.address))));
}
