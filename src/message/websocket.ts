// One WebSocket message: read by its looks as a body is, judged, recorded, handed back to its connection.
import { isUtf8 } from 'node:buffer';
import { asHubError, HubError } from '../errors.js';
import type { WebSocketJudge, WebSocketMessage } from '../protocol/websocket/message.js';
import type { Part } from '../sieve.js';
import { barred, type Judgement } from './apply-mode.js';
import { inlineJudge } from './judge.js';
import type { MessagePorts } from './ports.js';
import { receive } from './receive.js';
import { noteUnsent, recordFirst } from './record.js';

/** Makes the judge of WebSocket messages. Its promise settles only after the record is written ("record first, send second"). */
export function webSocketJudge(ports: MessagePorts): WebSocketJudge {
  const { judging = inlineJudge } = ports;
  return async (peer, message) => {
    const parts = [partOf(message)];
    let judged: Judgement;
    let bytes: Uint8Array | undefined;
    let seq: number;
    try {
      const received = await receive<Judgement>(ports, peer, {
        judge: (reading, device, services) => judging.message(parts, reading, device, services),
        barred,
        parts: () => parts,
        verdict: ({ verdict }) => verdict,
      });
      judged = received.judged;
      const out = judged.sieved.parts?.[0];
      bytes = out?.kind === 'bytes' ? out.bytes : undefined;
      seq = await recordFirst(ports, peer, received, {
        verdict: judged.verdict,
        error: judged.sieved.error,
        bytesIn: message.bytes.length,
        bytesOut: bytes?.length ?? 0,
        judged,
      });
    } catch (fault) {
      return { kind: 'refuse', error: asHubError(fault) };
    }
    const { sieved } = judged;
    if (bytes === undefined || sieved.error) return { kind: 'refuse', error: sieved.error ?? new HubError('internal') };
    return { kind: 'pass', bytes, done: (sent) => void (sent || noteUnsent(ports, seq)) };
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
