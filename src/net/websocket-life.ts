// Whether there is still life at the ends of a connection: pings of the hub's own, and a silence that was long enough.
import type { End } from './websocket-end.js';

/** Below the minute after which home routers and clouds forget a silent connection. */
const PING_MS = 30_000;
/** Silent turns, each with a ping unanswered: a device that never answers pings is given two minutes between its own messages. */
const SILENT_TURNS = 4;

/** Pings each end and drops one that is silent. Returns how to stop. */
export function watchLife(ends: readonly End[], pingMs = PING_MS): () => void {
  const watched = ends.map((end) => ({ end, bytesRead: end.bytesRead, silent: 0 }));
  const timer = setInterval(() => {
    for (const each of watched) {
      const { end } = each;
      const isAlive = end.bytesRead !== each.bytesRead || end.held; // one that is held back cannot be heard
      each.bytesRead = end.bytesRead;
      each.silent = isAlive ? 0 : each.silent + 1;
      if (each.silent >= SILENT_TURNS) end.destroy();
      else end.ping();
    }
  }, pingMs).unref();
  return () => clearInterval(timer);
}
