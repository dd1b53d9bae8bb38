// The WebSocket door of one listener, wired to the household.
import type { X509Certificate } from 'node:crypto';
import type { Config, ListenerConfig } from '../config.js';
import { httpJudge } from '../message/http.js';
import { mqttJudge } from '../message/mqtt.js';
import type { MessagePorts } from '../message/ports.js';
import { serviceOf } from '../message/receive.js';
import { mediaTypeOf, webSocketJudge } from '../message/websocket.js';
import { createConnector } from '../net/mqtt-upstream.js';
import { createResolve } from '../net/resolve.js';
import type { Self } from '../net/route.js';
import { connectUpstream, type Trust } from '../net/tls-upstream.js';
import { createWebSocketDoor, type WebSocketDoor } from '../net/websocket-door.js';
import { mqttRestore } from '../restore/mqtt.js';
import type { Restore } from '../restore/port.js';
import { noteTokensOf } from '../restore/tokens.js';
import type { HouseholdRuntime } from '../runtime/household.js';
import { limitsOf } from '../services/from-config.js';
import { UNKNOWN } from '../services/hosts.js';
import type { Records } from './connection-records.js';
import type { Shares } from './shares.js';

export interface WebSocketWiring {
  readonly config: Config;
  readonly listener: ListenerConfig;
  readonly home: HouseholdRuntime;
  readonly ports: MessagePorts;
  readonly restore: Restore;
  readonly records: Records;
  readonly trust: Trust;
  readonly self: () => Self;
  /** Shared by all doors. */
  readonly shares: Shares;
}

export function openWebSockets(wiring: WebSocketWiring, ownRoots: () => readonly X509Certificate[]): WebSocketDoor {
  const { config, listener, home, ports, restore, records, trust, self, shares } = wiring;
  const limits = limitsOf(config);
  const connect = createConnector({
    resolve: createResolve(config.upstream.dns),
    self,
    timeoutMs: config.timeouts.answerMs,
    connectTls: (target) => connectUpstream({ ...target, alpn: ['http/1.1'], trust, ownRoots: ownRoots(), now: Date.now }),
    slots: shares.lasting,
  });
  return createWebSocketDoor({
    service: listener.service,
    limits: config.limits,
    timeouts: config.timeouts,
    bytes: shares.bytes,
    judgeHandshake: shares.judging.over(({ device }) => shares.ownerNow(device), httpJudge(ports)),
    judge: shares.judging.over(({ device }) => shares.ownerNow(device), webSocketJudge(ports)),
    restore: (peer, message) => {
      const service = serviceOf(peer, home.services());
      noteTokensOf(message.bytes, undefined, limits, home.noteToken(home.services().reading(service, peer.host)));
      const how = { form: 'body', mediaType: mediaTypeOf(message), coding: undefined, service, limits } as const;
      return restore(message.bytes, { ...how, restorer: home.originals(service) });
    },
    connect: (route, device) => connect({ secure: route.scheme === 'https', route }, device),
    mqtt: {
      judge: shares.judging.over(({ device }) => shares.ownerNow(device), mqttJudge(ports)),
      restore: (peer, message) => {
        const service = serviceOf(peer, home.services());
        return mqttRestore(home.originals(service), limits, home.noteToken(home.services().reading(service, peer.host)))(message);
      },
      onAlarm: (peer, error, _where, _answer, recorded) =>
        records.connectionFault(peer.device, serviceOf(peer, home.services()), error, recorded),
      onNo: (peer, refusal) => ports.onNo?.(peer.device, serviceOf(peer, home.services()), refusal),
    },
    onRefused: ({ device, service, error }) =>
      records.refused({ device, service: service ?? UNKNOWN, error: error.code, verdict: 'refused' }),
  });
}
