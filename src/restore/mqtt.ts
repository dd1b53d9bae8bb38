// The way back for MQTT: topics, payloads and properties of a packet from the cloud.
import { HubError } from '../errors.js';
import type { Restorer } from '../household/restorer.js';
import type { Limits } from '../model.js';
import type { MqttMessage, Part, Parts } from '../protocol/mqtt/types.js';
import { Deadline, restoreBody, restoreValue } from './restore.js';
import { type NoteToken, noteTokens, noteTokensOf } from './tokens.js';

/** A session restores at once, and all others wait: past these milliseconds a packet goes down as it came. */
const RESTORE_MS = 40;
/** Formats that take long to read are restored up to here, JSON (1 ms for 256 KiB) up to there: AWS IoT's longest message has 128 KiB. */
const ANY_BYTES = 16 * 1024;
const JSON_BYTES = 256 * 1024;

/**
 * Makes the session's `restore`: the very same parts where nothing was a pseudonym. `note` is told of the tokens of each message. Throws
 * `too_long`.
 */
export function mqttRestore(restorer: Restorer, limits: Limits, note?: NoteToken): (message: MqttMessage) => Parts {
  return ({ parts }) => {
    if (note !== undefined) for (const part of parts) notePart(part, limits, note);
    if (restorer.empty) return parts;
    const clock = new Deadline(RESTORE_MS, JSON_BYTES, limits.nodes);
    const restored = parts.map((part) => restorePart(part, restorer, limits, clock));
    if (clock.late) throw new HubError('too_long', 'MQTT: restoring');
    return restored;
  };
}

function notePart({ bytes, text }: Part, limits: Limits, note: NoteToken): void {
  if (bytes !== undefined) noteTokensOf(bytes, undefined, limits, note);
  else if (text !== undefined) noteTokens(text, note);
}

function isQuick(bytes: Uint8Array): boolean {
  return bytes.length <= ANY_BYTES || (bytes.length <= JSON_BYTES && (bytes[0] === 0x7b || bytes[0] === 0x5b));
}

function restorePart(part: Part, restorer: Restorer, limits: Limits, clock: Deadline): Part {
  if (clock.isOver()) return part;
  switch (part.role) {
    case 'topic':
    case 'filter':
    case 'responseTopic':
    case 'responseInformation':
    case 'willTopic':
    case 'willResponseTopic':
      return withText(part, restoreTopic(part.text ?? '', restorer));
    case 'payload':
    case 'willPayload':
    case 'correlationData':
    case 'willCorrelationData': {
      if (part.bytes === undefined || !isQuick(part.bytes)) return part;
      const bytes = restoreBody(part.bytes, part.mediaType ?? 'text/plain', restorer, limits, clock);
      return bytes === part.bytes ? part : { ...part, bytes };
    }
    case 'userProperty':
    case 'willUserProperty': {
      const name = restorer.restore(part.name, sayable);
      const valued = withText(part, restoreValue(part.text ?? '', restorer, limits));
      return name === part.name ? valued : { ...valued, name };
    }
    case 'clientId':
    case 'username':
    case 'reasonString':
      return withText(part, restorer.restore(part.text ?? '', sayable));
    // A host that the device would then ask a name server for; and what is for the protocol's own use.
    case 'serverReference':
    case 'contentType':
    case 'willContentType':
    case 'authenticationMethod':
    case 'authenticationData':
    case 'password':
      return part;
    default:
      return part.role satisfies never;
  }
}

function withText(part: Part, text: string): Part {
  return text === (part.text ?? '') || sayable(text) === undefined ? part : { ...part, text };
}

/** Level by level: a short identifier counts where it is a whole level, and no original may add levels or wildcards. */
function restoreTopic(topic: string, restorer: Restorer): string {
  const inLevel = (original: string): string | undefined => (/[/+#]/.test(original) ? undefined : sayable(original));
  const levels = topic.split('/');
  return levels.map((level) => restorer.restore(level, inLevel)).join('/');
}

/** MQTT strings hold no NUL and no half of a surrogate pair (1.5.4). */
function sayable(text: string): string | undefined {
  return /\0|\p{Surrogate}/u.test(text) ? undefined : text;
}
