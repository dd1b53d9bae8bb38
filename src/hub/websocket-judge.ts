// One WebSocket message: read by its looks as a body is, judged, recorded, handed back to its connection.
import { isUtf8 } from 'node:buffer';
import { asHubError, HubError } from '../errors.js';
import type { WebSocketJudge, WebSocketMessage } from '../protocol/websocket/message.js';
import type { Part } from '../sieve.js';
import { hear } from './hearing.js';
import { BLOCKED, type Verdicted } from './judge.js';
import type { JudgeParts } from './judge-terms.js';
import { IN_PLACE } from './judging.js';
import { noteUnsent, recordFirst } from './record-first.js';

/** Makes the judge of WebSocket messages. Its promise settles only after the record is written ("record first, send second"). */
export function webSocketJudge(parts: JudgeParts): WebSocketJudge {
  const { judging = IN_PLACE } = parts;
  return async (peer, message) => {
    const taken = [partOf(message)];
    let judged: Verdicted;
    let bytes: Uint8Array | undefined;
    let seq: number;
    try {
      const heard = await hear<Verdicted>(parts, peer, {
        judge: (service, device, services) => judging.message(taken, service, device, services),
        blocked: BLOCKED,
        taken: () => taken,
        verdict: ({ verdict }) => verdict,
      });
      judged = heard.judged;
      const out = judged.sieved.parts?.[0];
      bytes = out?.kind === 'bytes' ? out.bytes : undefined;
      seq = await recordFirst(parts, peer, heard, {
        verdict: judged.verdict,
        error: judged.sieved.error,
        bytesIn: message.bytes.length,
        bytesOut: bytes?.length ?? 0,
        decisions: judged.decisions,
        pseudonyms: judged.sieved.pseudonyms,
      });
    } catch (fault) {
      return { kind: 'refuse', error: asHubError(fault) };
    }
    const { sieved } = judged;
    if (bytes === undefined || sieved.error) return { kind: 'refuse', error: sieved.error ?? new HubError('internal') };
    return { kind: 'pass', bytes, done: (sent) => void (sent || noteUnsent(parts, seq)) };
  };
}

/** No message has a label. What can be read as text is text, if nothing surer shows. */
export function mediaTypeOf({ kind, bytes }: WebSocketMessage): string | undefined {
  return kind !== 'binary' || isUtf8(bytes) ? 'text/plain' : undefined;
}

function partOf(message: WebSocketMessage): Part {
  const mediaType = mediaTypeOf(message);
  return { in: 'body', kind: 'bytes', bytes: message.bytes, ...(mediaType === undefined ? {} : { mediaType }) };
}
