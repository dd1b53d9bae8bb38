// Properties of MQTT 5 (2.2.2): which packet may carry which, of what type, how often.

import { fault, REASON, unreachable } from './fault.js';
import { type Block, FIELDS_MAX, type Field } from './fields.js';
import { Reader } from './reader.js';
import { checkPlain, checkTopic } from './text.js';
import type { PacketType, PartRole } from './types.js';

/** Where properties stand: in a packet, or in the will of a CONNECT. */
export type PropertyHome = PacketType | 'will';

/** Properties whose value is a number, which the session asks for. */
export type NumberProperty =
  | 'payloadFormatIndicator'
  | 'messageExpiryInterval'
  | 'subscriptionIdentifier'
  | 'sessionExpiryInterval'
  | 'serverKeepAlive'
  | 'requestProblemInformation'
  | 'willDelayInterval'
  | 'requestResponseInformation'
  | 'receiveMaximum'
  | 'topicAliasMaximum'
  | 'topicAlias'
  | 'maximumQos'
  | 'retainAvailable'
  | 'maximumPacketSize'
  | 'wildcardsAvailable'
  | 'subscriptionIdsAvailable'
  | 'sharedAvailable';

type Wire =
  | { readonly wire: 'flag' | 'u16' | 'u32' | 'varint'; readonly name: NumberProperty; readonly zero: boolean }
  | { readonly wire: 'text' | 'binary' | 'pair'; readonly role: PartRole; readonly will?: PartRole };

type Definition = Wire & { readonly homes: readonly PropertyHome[] };

const ACKS: readonly PropertyHome[] = ['puback', 'pubrec', 'pubrel', 'pubcomp', 'suback', 'unsuback'];
const MESSAGE: readonly PropertyHome[] = ['publish', 'will'];
const OPENING: readonly PropertyHome[] = ['connect', 'connack'];
const AUTHENTIC: readonly PropertyHome[] = ['connect', 'connack', 'auth'];
const EVERYWHERE: readonly PropertyHome[] = [...MESSAGE, ...AUTHENTIC, ...ACKS, 'subscribe', 'unsubscribe', 'disconnect'];

function number(
  wire: 'flag' | 'u16' | 'u32' | 'varint',
  name: NumberProperty,
  homes: readonly PropertyHome[],
  zero = true,
): Definition {
  return { wire, name, homes, zero };
}

function piece(wire: 'text' | 'binary' | 'pair', role: PartRole, homes: readonly PropertyHome[], will?: PartRole): Definition {
  return { wire, role, homes, ...(will === undefined ? {} : { will }) };
}

/** Table 2-4. A `false` at the end: zero is a protocol error. */
const DEFINITIONS: ReadonlyMap<number, Definition> = new Map<number, Definition>([
  [0x01, number('flag', 'payloadFormatIndicator', MESSAGE)],
  [0x02, number('u32', 'messageExpiryInterval', MESSAGE)],
  [0x03, piece('text', 'contentType', MESSAGE, 'willContentType')],
  [0x08, piece('text', 'responseTopic', MESSAGE, 'willResponseTopic')],
  [0x09, piece('binary', 'correlationData', MESSAGE, 'willCorrelationData')],
  [0x0b, number('varint', 'subscriptionIdentifier', ['publish', 'subscribe'], false)],
  [0x11, number('u32', 'sessionExpiryInterval', ['connect', 'connack', 'disconnect'])],
  [0x12, piece('text', 'clientId', ['connack'])],
  [0x13, number('u16', 'serverKeepAlive', ['connack'])],
  [0x15, piece('text', 'authenticationMethod', AUTHENTIC)],
  [0x16, piece('binary', 'authenticationData', AUTHENTIC)],
  [0x17, number('flag', 'requestProblemInformation', ['connect'])],
  [0x18, number('u32', 'willDelayInterval', ['will'])],
  [0x19, number('flag', 'requestResponseInformation', ['connect'])],
  [0x1a, piece('text', 'responseInformation', ['connack'])],
  [0x1c, piece('text', 'serverReference', ['connack', 'disconnect'])],
  [0x1f, piece('text', 'reasonString', ['connack', ...ACKS, 'disconnect', 'auth'])],
  [0x21, number('u16', 'receiveMaximum', OPENING, false)],
  [0x22, number('u16', 'topicAliasMaximum', OPENING)],
  [0x23, number('u16', 'topicAlias', ['publish'], false)],
  [0x24, number('flag', 'maximumQos', ['connack'])],
  [0x25, number('flag', 'retainAvailable', ['connack'])],
  [0x26, piece('pair', 'userProperty', EVERYWHERE, 'willUserProperty')],
  [0x27, number('u32', 'maximumPacketSize', OPENING, false)],
  [0x28, number('flag', 'wildcardsAvailable', ['connack'])],
  [0x29, number('flag', 'subscriptionIdsAvailable', ['connack'])],
  [0x2a, number('flag', 'sharedAvailable', ['connack'])],
]);

const USER_PROPERTY = 0x26;
const SUBSCRIPTION_IDENTIFIER = 0x0b;

export interface Properties {
  readonly block: Block;
  readonly fields: readonly Field[];
  readonly numbers: ReadonlyMap<NumberProperty, number>;
}

/**
 * Reads the properties at the reader's place. `blockIndex`: which block of the packet this is. Throws: a property unknown, twice
 * where once is allowed, not of this packet, out of range, or cut short (2.2.2.2).
 */
export function readProperties(reader: Reader, home: PropertyHome, blockIndex: number): Properties {
  const lengthStart = reader.at;
  const length = reader.varint('property length');
  const start = reader.at;
  const end = start + length;
  if (length > reader.left) throw fault(REASON.malformed, `${reader.what}: properties are cut short`);
  const fields: Field[] = [];
  const numbers = new Map<NumberProperty, number>();
  const seen = new Set<number>();
  const inner = new Reader(reader.bytes, start, end, reader.what, reader.strict);
  while (inner.left > 0) readProperty(inner, home, blockIndex, fields, numbers, seen);
  reader.at = end;
  return { block: { length: { start: lengthStart, end: start }, content: { start, end } }, fields, numbers };
}

function readProperty(
  reader: Reader,
  home: PropertyHome,
  block: number,
  fields: Field[],
  numbers: Map<NumberProperty, number>,
  seen: Set<number>,
): void {
  const start = reader.at;
  const id = reader.varint('property');
  const definition = DEFINITIONS.get(id);
  if (definition === undefined) throw fault(REASON.malformed, `${reader.what}: unknown property`);
  checkOnce(reader, id, home, seen);
  readValue(reader, definition, home, start, block, fields, numbers);
  // After its value: one that is cut short is malformed, whatever it is.
  if (!definition.homes.includes(home)) throw fault(misplaced(home), `${reader.what}: property ${id} does not belong`);
}

function readValue(
  reader: Reader,
  definition: Definition,
  home: PropertyHome,
  start: number,
  block: number,
  fields: Field[],
  numbers: Map<NumberProperty, number>,
): void {
  switch (definition.wire) {
    case 'flag':
    case 'u16':
    case 'u32':
    case 'varint':
      numbers.set(definition.name, readNumber(reader, definition));
      return;
    case 'text':
    case 'binary':
    case 'pair':
      if (reader.strict && fields.length >= FIELDS_MAX)
        throw fault(REASON.implementationSpecific, `${reader.what}: too many properties`);
      fields.push(readPiece(reader, definition, home, start, block));
      return;
    default:
      throw unreachable(definition);
  }
}

/** Brokers answer a property out of place in a SUBSCRIBE or UNSUBSCRIBE with 0x81, elsewhere with 0x82 (2.2.2.2 allows both). */
function misplaced(home: PropertyHome): 0x81 | 0x82 {
  return home === 'subscribe' || home === 'unsubscribe' ? REASON.malformed : REASON.protocolError;
}

/** Only user properties repeat, and the identifiers of the subscriptions a PUBLISH of the cloud is sent for (3.3.2.3.8). */
function checkOnce(reader: Reader, id: number, home: PropertyHome, seen: Set<number>): void {
  const repeats = id === USER_PROPERTY || (id === SUBSCRIPTION_IDENTIFIER && home === 'publish' && !reader.strict);
  if (!repeats && seen.has(id)) throw fault(REASON.protocolError, `${reader.what}: property ${id} stands twice`);
  seen.add(id);
}

function readNumber(reader: Reader, definition: Extract<Definition, { name: NumberProperty }>): number {
  const { wire, name, zero } = definition;
  const value =
    wire === 'flag'
      ? reader.u8(name)
      : wire === 'u16'
        ? reader.u16(name)
        : wire === 'u32'
          ? reader.u32(name)
          : reader.varint(name);
  if (wire === 'flag' && value > 1) throw fault(REASON.protocolError, `${reader.what}: ${name} is neither 0 nor 1`);
  if (value === 0 && !zero)
    throw fault(wire === 'varint' ? REASON.malformed : REASON.protocolError, `${reader.what}: ${name} is 0`);
  return value;
}

function readPiece(
  reader: Reader,
  definition: Extract<Definition, { role: PartRole }>,
  home: PropertyHome,
  start: number,
  block: number,
): Field {
  const role = home === 'will' ? (definition.will ?? definition.role) : definition.role;
  const at = reader.at;
  let name: string = role;
  let text = '';
  if (definition.wire === 'binary') reader.binary(role);
  else {
    if (definition.wire === 'pair') name = reader.text(reader.string(role));
    text = reader.text(reader.string(role));
  }
  if (definition.role === 'responseTopic') {
    checkTopic(text, `${reader.what}: response topic`, REASON.protocolError);
    if (reader.strict) checkPlain(text, `${reader.what}: response topic`);
  }
  return {
    role,
    wire: definition.wire,
    name,
    text,
    whole: { start, end: reader.at },
    value: { start: at, end: reader.at },
    block,
  };
}
