// CONNECT read strictly (3.1 of MQTT 3.1.1 and 5; MQTT 3.1 as old devices speak it).

import type { Draft } from './draft.js';
import { fault, REASON } from './fault.js';
import type { Reader } from './reader.js';
import { checkPlain, checkTopic } from './text.js';
import type { Level } from './types.js';

const FLAG = {
  reserved: 0x01,
  clean: 0x02,
  will: 0x04,
  willQos: 0x18,
  willRetain: 0x20,
  password: 0x40,
  username: 0x80,
} as const;

/** Reads a CONNECT into the draft, its level first. Throws a fault for whatever its own bytes break. */
export function readConnect(reader: Reader, draft: Draft, first: number): void {
  draft.level = readLevel(reader);
  if (draft.level > 3 && (first & 0x0f) !== 0) throw fault(REASON.malformed, 'CONNECT: reserved flags');
  const flags = reader.u8('connect flags');
  checkConnectFlags(flags, draft.level);
  const keepAliveSeconds = reader.u16('keep alive');
  draft.properties(reader, 'connect');
  const roles = draft.fields.map((field) => field.role);
  const extendedAuth = roles.includes('authenticationMethod');
  if (!extendedAuth && roles.includes('authenticationData')) {
    throw fault(REASON.protocolError, 'CONNECT: authentication data without a method');
  }
  const clean = (flags & FLAG.clean) !== 0;
  readClientId(reader, draft, clean);
  if ((flags & FLAG.will) !== 0) readWill(reader, draft);
  if ((flags & FLAG.username) !== 0) readName(reader, draft, 'username');
  if ((flags & FLAG.password) !== 0) draft.field('password', 'binary', reader.binary('password'));
  reader.finish();
  draft.connect = { clean, keepAliveSeconds, extendedAuth };
}

/** Protocol name and level; an unknown level is answered with a CONNACK [MQTT-3.1.2-2]. */
function readLevel(reader: Reader): Level {
  const name = reader.text(reader.string('protocol name'));
  if (name !== 'MQTT' && name !== 'MQIsdp') throw fault(REASON.malformed, 'CONNECT: protocol name');
  const level = reader.u8('protocol level');
  if (name === 'MQIsdp' ? level !== 3 : level !== 4 && level !== 5) {
    throw fault(REASON.unsupportedVersion, 'CONNECT: protocol level');
  }
  return level as Level;
}

function checkConnectFlags(flags: number, level: Level): void {
  // MQTT 3.1 does not use bit 0; from 3.1.1 on it must be zero [MQTT-3.1.2-3].
  if (level > 3 && (flags & FLAG.reserved) !== 0) throw fault(REASON.malformed, 'CONNECT: reserved connect flag');
  const will = (flags & FLAG.will) !== 0;
  if (!will && (flags & (FLAG.willQos | FLAG.willRetain)) !== 0)
    throw fault(REASON.malformed, 'CONNECT: will flags without a will');
  if ((flags & FLAG.willQos) === FLAG.willQos) throw fault(REASON.malformed, 'CONNECT: QoS of the will is 3');
  const lonePassword = (flags & FLAG.password) !== 0 && (flags & FLAG.username) === 0;
  if (lonePassword && level < 5) throw fault(REASON.malformed, 'CONNECT: password without a user name');
}

/** MQTT 3.1 allows 1 to 23 characters; brokers take longer ones, so only an empty one is refused. */
function readClientId(reader: Reader, draft: Draft, clean: boolean): void {
  const clientId = readName(reader, draft, 'clientId');
  const mayBeEmpty = draft.level === 5 || (draft.level === 4 && clean);
  if (clientId === '' && !mayBeEmpty) throw fault(REASON.clientIdInvalid, 'CONNECT: no client identifier');
}

function readName(reader: Reader, draft: Draft, role: 'clientId' | 'username'): string {
  const span = reader.string(role);
  const text = reader.text(span);
  if (reader.strict) checkPlain(text, `CONNECT: ${role}`);
  draft.field(role, 'text', span, text);
  return text;
}

function readWill(reader: Reader, draft: Draft): void {
  draft.properties(reader, 'will');
  const span = reader.string('will topic');
  const topic = reader.text(span);
  checkTopic(topic, 'CONNECT: will topic');
  if (reader.strict) checkPlain(topic, 'CONNECT: will topic');
  draft.field('willTopic', 'text', span, topic);
  draft.field('willPayload', 'binary', reader.binary('will payload'));
}
