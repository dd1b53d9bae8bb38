// Everything that is fuzzed, in the order of what a fault would cost.
import type { Target } from './target.js';
import { hubTargets } from './targets/hub.js';
import { payloadTargets } from './targets/payload.js';
import { protocolTargets } from './targets/protocol.js';
import { sieveTargets } from './targets/sieve.js';
import { websocketTargets } from './targets/websocket.js';

export const TARGETS: readonly Target[] = [
  ...sieveTargets,
  ...payloadTargets,
  ...protocolTargets,
  ...websocketTargets,
  ...hubTargets,
];
