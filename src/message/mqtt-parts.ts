// The parts of an MQTT packet for the sieve, and back: which place and name each has, and what it may become.
import { isUtf8 } from 'node:buffer';
import { type ErrorCode, HubError } from '../errors.js';
import type { Decision, Pseudonym } from '../model.js';
import type { OwnIdentifier } from '../own-identifiers/matcher.js';
import type { MqttMessage, Part, PartRole, Parts } from '../protocol/mqtt/index.js';
import { type SieveContext, sieve } from '../sieve.js';
import type { Contexts } from './apply-mode.js';
import { addressing, judgeTopic, Refused, standIn, standIns } from './mqtt-topic.js';

export interface JudgedParts {
  /** Undefined when the message is refused. */
  readonly parts: Parts | undefined;
  readonly decisions: readonly Decision[];
  readonly pseudonyms: readonly Pseudonym[];
  /** Network names, addresses and keys that the message gave away; where one is new, the message is to be judged again with it. */
  readonly learned: readonly OwnIdentifier[];
  /** A payload passed unread, because the household opened what cannot be read. */
  readonly unread: boolean;
  readonly error: HubError | undefined;
}

/** `observed`: a rehearsal changed nothing but the floor. */
export interface MqttJudgement extends JudgedParts {
  readonly observed: boolean;
}

interface Ways {
  readonly plain: SieveContext;
  /** For what the device is addressed or answered with. */
  readonly names: SieveContext;
}

interface JudgedPart {
  readonly part: Part | null;
  readonly unread?: boolean;
  readonly decisions: readonly Decision[];
  readonly pseudonyms: readonly Pseudonym[];
  readonly learned: readonly OwnIdentifier[];
}

/** What nobody judged: to a broker that the household has blocked, or from whom it cannot be told from a device that is. */
export function barred(code: ErrorCode): MqttJudgement {
  const nothing = { parts: undefined, decisions: [], pseudonyms: [], learned: [] };
  return { ...nothing, error: new HubError(code), unread: false, observed: false };
}

/** In the service's mode. In a rehearsal the decisions are those of `enforce`, and only the floor is taken out. */
export function judgeMqtt(message: MqttMessage, service: string, device: string, services: Contexts): MqttJudgement {
  const parts = (floorOnly: boolean): JudgedParts => {
    const judged = judgeParts(message, services.context(service, device, floorOnly));
    services.ended?.(judged.error);
    return judged;
  };
  let enforced = parts(false);
  // A name, address or key that one field gave away is looked for in all others, in this message too.
  if (enforced.learned.length > 0 && services.learn(service, enforced.learned)) enforced = parts(false);
  if (services.modeOf(service, device) !== 'observe' || enforced.error?.code === 'blocked') {
    if (enforced.error?.code !== 'sealed' || services.context(service, device).sealed !== 'pass')
      return { ...enforced, observed: false };
    return { ...asItCame(message, enforced, parts(true)), observed: false };
  }
  const floor = parts(true);
  if (floor.error) return { ...floor, observed: false };
  return { ...floor, decisions: enforced.decisions, observed: true };
}

/** Judges the parts of one message in their order. Never throws: what goes wrong refuses the message. */
export function judgeParts(message: MqttMessage, plain: SieveContext): JudgedParts {
  const cx: Ways = { plain, names: addressing(plain) };
  const parts: (Part | null)[] = [];
  const decisions: Decision[] = [];
  const pseudonyms: Pseudonym[] = [];
  const learned: OwnIdentifier[] = [];
  let unread = false;
  try {
    for (const part of message.parts) {
      if (plain.overdue?.()) throw new HubError('too_long');
      const judged = judgePart(part, cx);
      parts.push(judged.part);
      decisions.push(...judged.decisions);
      pseudonyms.push(...judged.pseudonyms);
      learned.push(...judged.learned);
      unread ||= judged.unread ?? false;
    }
    if (breaksSignIn(message, parts)) throw new HubError('sealed');
    return { parts, decisions, pseudonyms, learned, unread, error: undefined };
  } catch (fault) {
    const refused = fault instanceof Refused ? fault : undefined;
    decisions.push(...(refused?.decisions ?? []));
    const error = refused?.error ?? (fault instanceof HubError ? fault : new HubError('internal', '', { cause: fault }));
    return { parts: undefined, decisions, pseudonyms: [], learned, unread: false, error };
  }
}

/** What the household lets pass although it is sealed leaves as it came, and never with what never leaves. */
function asItCame({ parts: before }: MqttMessage, judged: JudgedParts, floor: JudgedParts): JudgedParts {
  if (floor.error || floor.parts?.some((part, i) => part !== before[i])) return { ...judged, error: new HubError('floor') };
  return { ...judged, parts: before, pseudonyms: [], error: undefined, unread: true };
}

/** A client id or user name that says how it is signed (Aliyun's and Tuya's clouds): the password proves both of them. */
const SIGNED_ID = /[|,]sign_?method=/i;
const SIGN_IN: ReadonlySet<PartRole> = new Set<PartRole>(['clientId', 'username', 'password']);

/** Does what was changed break the signature that a connection is opened with? */
function breaksSignIn({ parts }: MqttMessage, after: Parts): boolean {
  const signing = parts.some(({ role, text }) => (role === 'clientId' || role === 'username') && SIGNED_ID.test(text ?? ''));
  return signing && parts.some((part, i) => SIGN_IN.has(part.role) && after[i] !== part);
}

function judgePart(part: Part, cx: Ways): JudgedPart {
  switch (part.role) {
    case 'topic':
    case 'filter':
    case 'responseTopic':
      return judgeTopicPart(part, cx);
    case 'willTopic':
    case 'willResponseTopic':
      return inWill(judgeTopicPart(part, cx), part.role);
    case 'payload':
    case 'willPayload':
      return judgePayload(part, cx.plain);
    case 'userProperty':
    case 'willUserProperty':
      return judgeField(part, part.name, cx.plain, false);
    case 'clientId':
    case 'username':
    case 'correlationData':
    case 'willCorrelationData':
    case 'authenticationMethod':
      return judgeField(part, FIELD_NAMES[part.role], cx.names, true);
    case 'password':
    case 'contentType':
    case 'willContentType':
    case 'reasonString':
    case 'authenticationData':
    case 'responseInformation':
    case 'serverReference':
      return judgeField(part, FIELD_NAMES[part.role], cx.plain, false);
    default:
      part.role satisfies never;
      throw new HubError('internal', 'MQTT part');
  }
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

function judgeTopicPart(part: Part, { names }: Ways): JudgedPart {
  if (part.text === undefined) throw new HubError('internal', 'MQTT topic');
  const { text, ...told } = judgeTopic(part.text, part.role === 'filter', names);
  return { part: text === part.text ? part : { ...part, text }, ...told };
}

/** A payload is read like the body of an HTTP message. Most have no label: what can be read as text is text, if nothing surer. */
function judgePayload(part: Part, cx: SieveContext): JudgedPart {
  const bytes = part.bytes ?? new Uint8Array();
  const mediaType = part.mediaType ?? (isUtf8(bytes) ? 'text/plain' : undefined);
  const { parts, decisions, pseudonyms, learned, unread, error } = sieve(
    [{ in: part.in, kind: 'bytes', bytes, ...(mediaType === undefined ? {} : { mediaType }) }],
    cx,
  );
  const out = parts?.[0];
  if (out?.kind !== 'bytes') throw new Refused(error ?? new HubError('internal', 'MQTT payload'), decisions);
  return { part: out.bytes === bytes ? part : { ...part, bytes: out.bytes }, decisions, pseudonyms, learned, unread };
}

/** A text with a name, as a header is. Bytes that are no text are read as one character each. */
function judgeField(part: Part, name: string, cx: SieveContext, isNeeded: boolean): JudgedPart {
  const coding = part.bytes === undefined || isUtf8(part.bytes) ? 'utf8' : 'latin1';
  const value = part.text ?? Buffer.from(part.bytes!).toString(coding);
  const sieved = sieve([{ in: part.in, kind: 'fields', fields: [[name, value]] }], cx);
  const out = sieved.parts?.[0];
  if (out?.kind !== 'fields') throw new Refused(sieved.error ?? new HubError('internal', 'MQTT field'), sieved.decisions);
  const decisions = [...sieved.decisions];
  const pseudonyms = [...sieved.pseudonyms];
  let [after] = out.fields;
  if (isNeeded && value !== '' && (after === undefined || after[1] === '')) {
    const category = decisions.map(({ path }) => standIns(decisions, path)).find((found) => found !== undefined);
    const stand = standIn(value, cx);
    pseudonyms.push({ ...stand, category: category ?? 'unclassified' });
    after = [name, stand.pseudonym];
  }
  const told = { decisions, pseudonyms, learned: sieved.learned };
  return { part: after === undefined ? null : withValue(part, name, after, value, coding), ...told };
}

function withValue(part: Part, name: string, after: readonly [string, string], before: string, coding: 'utf8' | 'latin1'): Part {
  const renamed = after[0] === name ? part : { ...part, name: after[0] };
  if (after[1] === before) return renamed;
  return part.bytes === undefined ? { ...renamed, text: after[1] } : { ...renamed, bytes: Buffer.from(after[1], coding) };
}

/** The decisions on a will's topic stand under the will. */
function inWill(judged: JudgedPart, role: 'willTopic' | 'willResponseTopic'): JudgedPart {
  const step = role === 'willTopic' ? "['topic']" : "['response topic']";
  return { ...judged, decisions: judged.decisions.map((decision) => moved(decision, step)) };
}

/** Decisions stay the same objects: the log finds a list of them by identity. */
const movedTo = new WeakMap<Decision, Map<string, Decision>>();

function moved(decision: Decision, step: string): Decision {
  let byStep = movedTo.get(decision);
  if (byStep === undefined) movedTo.set(decision, (byStep = new Map()));
  let other = byStep.get(step);
  if (other === undefined) {
    other = Object.freeze({ ...decision, in: 'will' as const, path: `$${step}${decision.path.slice(1)}` });
    byStep.set(step, other);
  }
  return other;
}
