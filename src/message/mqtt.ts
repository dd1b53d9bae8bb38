// One MQTT message: taken apart for the sieve, judged, recorded, handed back to its session.
import { isUtf8 } from 'node:buffer';
import { asHubError, type ErrorCode, HubError } from '../errors.js';
import type { MqttMessage, Part, PartRole, Parts } from '../protocol/mqtt/index.js';
import type { MqttJudge } from '../protocol/mqtt/judge.js';
import type { Part as SievePart } from '../sieve.js';
import { barred, type Judgement, sealedAs } from './apply-mode.js';
import { inlineJudge } from './judge.js';
import type { MessagePorts } from './ports.js';
import { type Received, receive } from './receive.js';
import { noteUnsent, recordFirst } from './record.js';
import { sealChoice } from './seal-choice.js';

/** Makes the judge of MQTT messages. Its promise settles only after the record is written ("record first, send second"). */
export function mqttJudge(ports: MessagePorts): MqttJudge {
  const { judging = inlineJudge } = ports;
  return async (peer, message) => {
    const parts = sieveParts(message);
    let received: Received<Judgement>;
    let judged: Judgement;
    let after: Parts | undefined;
    let seq: number;
    try {
      received = await receive<Judgement>(ports, peer, {
        judge: (reading, device, services) => judging.message(parts, reading, device, services),
        barred,
        parts: () => parts,
        verdict: ({ verdict }) => verdict,
      });
      judged = received.judged;
      after = judged.sieved.parts && packetParts(message, parts, judged.sieved.parts);
      if (after !== undefined && breaksSignIn(message, after)) {
        judged = sealedAs(judged, parts, await sealChoice(judging, parts, received));
        after = judged.sieved.parts && message.parts;
      }
      seq = await recordFirst(ports, peer, received, {
        verdict: judged.verdict,
        error: judged.sieved.error,
        bytesIn: message.packetBytes,
        bytesOut: after === undefined ? 0 : bytesOut(message, after),
        judged,
      });
    } catch (fault) {
      return { outcome: { kind: 'refuse', error: asHubError(fault) }, unsent: () => undefined };
    }
    const unsent = (error: ErrorCode): void => noteUnsent(ports, seq, error);
    const { error } = judged.sieved;
    if (after === undefined || error !== undefined)
      return { outcome: { kind: 'refuse', error: error ?? new HubError('internal') }, unsent };
    return { outcome: { kind: 'pass', parts: after }, unsent };
  };
}

/** A packet's parts for the sieve. */
export function sieveParts({ parts }: MqttMessage): SievePart[] {
  return parts.map(toSieve);
}

/** A packet's parts with what the sieve made of them. */
export function packetParts({ parts }: MqttMessage, before: readonly SievePart[], after: readonly SievePart[]): Parts {
  return after.map((part, i) => fromSieve(part, before[i]!, parts[i]!));
}

/** A client id or user name that says how it is signed (Aliyun's and Tuya's clouds): the password proves both of them. */
const SIGNED_ID = /[|,]sign_?method=/i;
const SIGN_IN: ReadonlySet<PartRole> = new Set<PartRole>(['clientId', 'username', 'password']);

/** Does what was changed break the signature that a connection is opened with? */
function breaksSignIn({ parts }: MqttMessage, after: Parts): boolean {
  const signing = parts.some(({ role, text }) => (role === 'clientId' || role === 'username') && SIGNED_ID.test(text ?? ''));
  return signing && parts.some((part, i) => SIGN_IN.has(part.role) && after[i] !== part);
}

/** What a part without a name of its own is called, in words that the taxonomy knows; the log's path names it so. */
const FIELD_NAMES: Readonly<
  Record<Exclude<PartRole, `${string}opic` | 'filter' | `${string}ayload` | `${string}serProperty`>, string>
> = {
  clientId: 'client id',
  username: 'username',
  password: 'password',
  contentType: 'content type',
  willContentType: 'content type',
  correlationData: 'correlation data',
  willCorrelationData: 'correlation data',
  reasonString: 'reason string',
  authenticationMethod: 'authentication method',
  authenticationData: 'auth data',
  responseInformation: 'response information',
  serverReference: 'server reference',
};
const NO_BYTES = new Uint8Array(0);

/** A part for the sieve: a topic as its levels, a payload as a body, everything else as a named text. */
function toSieve(part: Part): SievePart {
  const { role, in: place } = part;
  switch (role) {
    case 'topic':
    case 'filter':
    case 'responseTopic':
      return { in: place, kind: 'bytes', bytes: Buffer.from(part.text ?? '', 'utf8') };
    case 'willTopic':
      return { in: place, kind: 'bytes', bytes: Buffer.from(part.text ?? '', 'utf8'), topicOf: 'topic' };
    case 'willResponseTopic':
      return { in: place, kind: 'bytes', bytes: Buffer.from(part.text ?? '', 'utf8'), topicOf: 'response topic' };
    case 'payload':
    case 'willPayload': {
      const bytes = part.bytes ?? NO_BYTES;
      // Most payloads have no label: what can be read as text is text, if nothing surer.
      const mediaType = part.mediaType ?? (isUtf8(bytes) ? 'text/plain' : undefined);
      return { in: place, kind: 'bytes', bytes, ...(mediaType === undefined ? {} : { mediaType }) };
    }
    case 'userProperty':
    case 'willUserProperty':
      return { in: place, kind: 'fields', fields: [[part.name, textOf(part)]] };
    case 'clientId':
    case 'username':
    case 'correlationData':
    case 'willCorrelationData':
    case 'authenticationMethod':
      return { in: place, kind: 'fields', fields: [[FIELD_NAMES[role], textOf(part)]], addresses: true };
    case 'password':
    case 'contentType':
    case 'willContentType':
    case 'reasonString':
    case 'authenticationData':
    case 'responseInformation':
    case 'serverReference':
      return { in: place, kind: 'fields', fields: [[FIELD_NAMES[role], textOf(part)]] };
    default:
      throw new HubError('internal', `MQTT part ${role satisfies never}`);
  }
}

/** Bytes that are no text are read as one character each. */
function codingOf({ bytes }: Part): 'utf8' | 'latin1' {
  return bytes === undefined || isUtf8(bytes) ? 'utf8' : 'latin1';
}

function textOf(part: Part): string {
  return part.text ?? Buffer.from(part.bytes ?? NO_BYTES).toString(codingOf(part));
}

/** The packet's part with what the sieve made of it: the very same where nothing changed; null: it is absent. */
function fromSieve(after: SievePart, before: SievePart, part: Part): Part | null {
  if (after === before) return part;
  if (after.kind === 'bytes')
    return part.bytes === undefined
      ? { ...part, text: Buffer.from(after.bytes).toString('utf8') }
      : { ...part, bytes: after.bytes };
  const [field] = after.fields;
  if (field === undefined) return null;
  const [name, text] = field;
  const renamed = before.kind === 'fields' && before.fields[0]![0] === name ? part : { ...part, name };
  if (text === textOf(part)) return renamed;
  return part.bytes === undefined ? { ...renamed, text } : { ...renamed, bytes: Buffer.from(text, codingOf(part)) };
}

/** Bytes of the packet that leaves, but for what a length or a property's mark may take more or less. */
function bytesOut({ packetBytes, parts: before }: MqttMessage, after: Parts): number {
  const sum = (parts: Parts): number =>
    parts.reduce((bytes, part) => bytes + (part?.bytes?.length ?? Buffer.byteLength(part?.text ?? '', 'utf8')), 0);
  return Math.max(0, packetBytes - sum(before) + sum(after));
}
