// One WebSocket message: read by its looks as a body is, judged, recorded, handed back to its connection.
import { isUtf8 } from 'node:buffer';
import { asHubError, HubError } from '../errors.js';
import type { WebSocketJudge, WebSocketMessage, WebSocketPeer } from '../protocol/websocket/message.js';
import type { Part } from '../sieve.js';
import { BLOCKED } from './judge.js';
import { holds, type JudgeParts } from './judge-terms.js';
import { IN_PLACE } from './judging.js';
import { noteUnsent, recordFirst } from './record-first.js';
import type { Services } from './services.js';

/** Makes the judge of WebSocket messages. Its promise settles only after the record is written ("record first, send second"). */
export function webSocketJudge(parts: JudgeParts): WebSocketJudge {
  const { judging = IN_PLACE } = parts;
  return async (peer, message) => {
    let services = parts.services();
    const service = serviceOf(peer, services);
    const device = await parts.label(peer.device);
    const register = parts.registers?.(device);
    const taken = [partOf(message)];
    const isBlocked = peer.service === undefined && services.choiceForHost(peer.host) === 'block';
    let judged = isBlocked ? BLOCKED : await judging.message(taken, service, device, services);
    try {
      const held = holds(parts, taken, service, device, judged);
      if (held !== false && (await held)) {
        services = parts.services();
        judged = await judging.message(taken, service, device, services);
      }
    } catch (fault) {
      return { kind: 'refuse', error: new HubError('record_failed', '', { cause: fault }) };
    }
    const { sieved, decisions, verdict } = judged;
    const out = sieved.parts?.[0];
    const bytes = out?.kind === 'bytes' ? out.bytes : undefined;
    let seq: number;
    try {
      seq = await recordFirst(parts, {
        address: peer.device,
        host: peer.host,
        device,
        service,
        verdict,
        error: sieved.error,
        bytesIn: message.bytes.length,
        bytesOut: bytes?.length ?? 0,
        ruleset: services.rules.hash,
        decisions,
        pseudonyms: sieved.pseudonyms,
        register,
      });
    } catch (fault) {
      return { kind: 'refuse', error: asHubError(fault) };
    }
    if (bytes === undefined || sieved.error) return { kind: 'refuse', error: sieved.error ?? new HubError('internal') };
    return { kind: 'pass', bytes, done: (sent) => void (sent || noteUnsent(parts, seq)) };
  };
}

/** The service a connection is for: the listener's, else the one whose rules name the host. */
export function serviceOf({ service, host }: WebSocketPeer, services: Services): string {
  return service ?? services.ofHost(host);
}

/** No message has a label. What can be read as text is text, if nothing surer shows. */
export function mediaTypeOf({ kind, bytes }: WebSocketMessage): string | undefined {
  return kind !== 'binary' || isUtf8(bytes) ? 'text/plain' : undefined;
}

function partOf(message: WebSocketMessage): Part {
  const mediaType = mediaTypeOf(message);
  return { in: 'body', kind: 'bytes', bytes: message.bytes, ...(mediaType === undefined ? {} : { mediaType }) };
}
