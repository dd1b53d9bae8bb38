// Node's HTTP server as a parser of connections that a door hands over.
import { createServer, type Server } from 'node:http';
import type { Socket } from 'node:net';

export interface HttpLimits {
  readonly bodyBytes: number;
  readonly headBytes: number;
  readonly headerCount: number;
  readonly pipelined: number;
}

export interface HttpTimeouts {
  readonly headMs: number;
  readonly requestMs: number;
  readonly keepAliveMs: number;
  readonly idleMs: number;
  readonly stopMs: number;
}

/** Connections Node looks over for `headMs` and `requestMs`: half a second of slack. */
const CHECK_MS = 500;
/** Node's own count of requests a connection may carry; only bounds how long a forgotten one lives. */
const MAX_REQUESTS_PER_SOCKET = 10_000;

/** Node's own undocumented switch, kept by Node for servers like this one: see below. */
type HalfOpenServer = Server & { httpAllowHalfOpen: boolean };

/** Node's strict parser with every bound set; it listens nowhere. */
export function createStrictServer({ limits, timeouts }: { limits: HttpLimits; timeouts: HttpTimeouts }): Server {
  const server = createServer({
    insecureHTTPParser: false,
    maxHeaderSize: limits.headBytes,
    headersTimeout: timeouts.headMs,
    requestTimeout: timeouts.requestMs,
    keepAliveTimeout: timeouts.keepAliveMs,
    connectionsCheckingInterval: CHECK_MS,
    requireHostHeader: false, // judged in readHead, which answers in the hub's words
  });
  // 0: no bound. Past a bound Node would drop lines in silence; readHead counts and refuses.
  server.maxHeadersCount = 0;
  server.maxRequestsPerSocket = MAX_REQUESTS_PER_SOCKET;
  server.timeout = timeouts.idleMs;
  // A device that shuts its sending side after the request still reads the answer.
  (server as HalfOpenServer).httpAllowHalfOpen = true;
  // Node starts the clock of headersTimeout and requestTimeout when a server listens; this one is fed by hand.
  server.emit('listening');
  return server;
}

/** Node's own, undocumented: what a connection is read from. */
type Handled = Socket & { _handle?: { _consumed?: boolean } | null };

/**
 * Has a connection's bytes come through its stream, where they are handed on in turns (reading-turns.ts). Node's parser else takes a
 * plain connection over and reads it straight from the system; it leaves alone what another one has taken.
 */
export function readThroughStream(socket: Socket): void {
  const { _handle: handle } = socket as Handled;
  if (handle) handle._consumed = true;
}
