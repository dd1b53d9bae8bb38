// The way to the clouds, as the config bounds it.
import type { Config } from '../config.js';
import type { Authority } from '../net/authority.js';
import { createForwarder, type Forwarder } from '../net/forward.js';
import { createResolve } from '../net/resolve.js';
import type { Self } from '../net/route.js';
import { connectUpstream, type Trust } from '../net/tls-upstream.js';

export interface ForwarderOptions {
  readonly config: Config;
  readonly self: () => Self;
  readonly trust: Trust;
  readonly ownRoots: () => Authority['ownRoots'];
}

export function openForwarder({ config, self, trust, ownRoots }: ForwarderOptions): Forwarder {
  const { limits, timeouts, upstream } = config;
  return createForwarder({
    resolve: createResolve(upstream.dns),
    self,
    connectTls: (target) =>
      connectUpstream({
        ...target,
        alpn: ['http/1.1'],
        trust,
        ownRoots: ownRoots(),
        timeoutMs: timeouts.answerMs,
        now: Date.now,
      }),
    upstreams: limits.upstreams,
    upstreamConnections: limits.upstreamConnections,
    idleMs: timeouts.upstreamIdleMs,
    answerMs: timeouts.answerMs,
  });
}
