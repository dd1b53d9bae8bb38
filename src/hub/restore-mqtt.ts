// The way back for MQTT: topics, payloads and properties of a packet from the cloud.
import type { Restorer } from '../household/restorer.js';
import type { Limits } from '../model.js';
import type { MqttMessage, Part, Parts } from '../protocol/mqtt/types.js';
import { restoreBody, restoreValue } from './restore.js';

/** Makes the session's `restore`: the very same parts where nothing was a pseudonym. */
export function mqttRestore(restorer: Restorer, limits: Limits): (message: MqttMessage) => Parts {
  return ({ parts }) => (restorer.empty ? parts : parts.map((part) => restorePart(part, restorer, limits)));
}

function restorePart(part: Part, restorer: Restorer, limits: Limits): Part {
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
      if (part.bytes === undefined) return part;
      const bytes = restoreBody(part.bytes, part.mediaType ?? 'text/plain', restorer, limits);
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
