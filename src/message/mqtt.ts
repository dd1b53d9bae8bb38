// One MQTT message: taken apart for the sieve, judged, recorded, handed back to its session.
import { asHubError, type ErrorCode, HubError } from '../errors.js';
import type { Verdict } from '../model.js';
import type { MqttMessage, Parts } from '../protocol/mqtt/index.js';
import type { MqttJudge } from '../protocol/mqtt/judge.js';
import type { Part as SievePart } from '../sieve.js';
import { inlineJudge } from './judge.js';
import { barred, type MqttJudgement } from './mqtt-parts.js';
import type { MessagePorts } from './ports.js';
import { receive } from './receive.js';
import { noteUnsent, recordFirst } from './record.js';

/** Makes the judge of MQTT messages. Its promise settles only after the record is written ("record first, send second"). */
export function mqttJudge(ports: MessagePorts): MqttJudge {
  const { judging = inlineJudge } = ports;
  return async (peer, message) => {
    let judged: MqttJudgement;
    let seq: number;
    try {
      const heard = await receive<MqttJudgement>(ports, peer, {
        judge: (service, device, services) => judging.mqtt(message, service, device, services),
        barred,
        parts: () => bytesOf(message),
        verdict: verdictOf,
      });
      judged = heard.judged;
      seq = await recordFirst(ports, peer, heard, {
        verdict: verdictOf(judged),
        error: judged.error,
        bytesIn: message.packetBytes,
        bytesOut: judged.parts === undefined ? 0 : bytesOut(message, judged.parts),
        decisions: judged.decisions,
        pseudonyms: judged.pseudonyms,
      });
    } catch (fault) {
      return { outcome: { kind: 'refuse', error: asHubError(fault) }, unsent: () => undefined };
    }
    const unsent = (error: ErrorCode): void => noteUnsent(ports, seq, error);
    if (judged.parts === undefined)
      return { outcome: { kind: 'refuse', error: judged.error ?? new HubError('internal') }, unsent };
    return { outcome: { kind: 'pass', parts: judged.parts }, unsent };
  };
}

/** `floor`: a sealed message that holds what never leaves. */
function verdictOf({ error, observed, unread }: MqttJudgement): Verdict {
  if (error !== undefined) return !observed && (error.code === 'sealed' || error.code === 'floor') ? 'sealed' : 'refused';
  return observed ? 'observed' : unread ? 'sealed' : 'forwarded';
}

/** The payloads, as the sieve reads them. */
function bytesOf({ parts }: MqttMessage): SievePart[] {
  return parts.flatMap(({ in: place, bytes, mediaType }): SievePart[] =>
    bytes === undefined ? [] : [{ in: place, kind: 'bytes', bytes, ...(mediaType === undefined ? {} : { mediaType }) }],
  );
}

/** Bytes of the packet that leaves, but for what a length or a property's mark may take more or less. */
function bytesOut({ packetBytes, parts: before }: MqttMessage, after: Parts): number {
  const sum = (parts: Parts): number =>
    parts.reduce((bytes, part) => bytes + (part?.bytes?.length ?? Buffer.byteLength(part?.text ?? '', 'utf8')), 0);
  return Math.max(0, packetBytes - sum(before) + sum(after));
}
