// How much memory V8 may take before it looks for garbage. Measured with bench/mqtt-memory.ts; the figures stand in CHANGELOG.md.
import { setFlagsFromString } from 'node:v8';

/** For the command line of Node alone: `npm start` (package.json) and the unit (systemd/hubsieve.service) give them, a test holds them together. */
export const NODE_FLAGS: readonly string[] = ['--max-semi-space-size=2'];

/**
 * V8 lets the old generation grow to a multiple of what lives in it before it collects: 37 MiB become 110 when a thousand devices
 * speak at once, and most of that is garbage. With 40 per cent it collects at 52.
 */
const HEAP_GROWING_PERCENT = 40;

/** To be called before anything large is read. A V8 that does not know the flag goes on without it. */
export function keepHeapSmall(): void {
  setFlagsFromString(`--heap-growing-percent=${HEAP_GROWING_PERCENT}`);
}
