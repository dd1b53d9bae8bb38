// Packets the hub itself writes, made by mqtt-packet. None of them reaches a cloud.

import { generate, type Packet as TheirPacket } from 'mqtt-packet';
import type { ErrorCode } from '../../errors.js';
import { isTransient, REASON, type Reason, refusalReason } from './fault.js';
import { encodeFrame } from './framing.js';
import type { Packet } from './packet.js';
import type { Level } from './types.js';

function bytesOf(packet: TheirPacket, level: Level): Uint8Array {
  return generate(packet, { protocolVersion: level });
}

/** DISCONNECT of a server, which only MQTT 5 knows; in the short form without properties (3.14.2.2.1). */
export function disconnect(reason: Reason): Uint8Array {
  return encodeFrame(0xe0, Uint8Array.of(reason));
}

/** Return codes of MQTT 3.x (3.2.2.3). */
const RETURN = { unsupportedVersion: 1, clientIdRejected: 2, serverUnavailable: 3, notAuthorized: 5 } as const;

/** CONNACK that turns down a CONNECT which broke a rule; undefined where the specification only closes the connection. */
export function connackForFault(reason: Reason): Uint8Array | undefined {
  if (reason === REASON.unsupportedVersion) return connack3(RETURN.unsupportedVersion);
  if (reason === REASON.clientIdInvalid) return connack3(RETURN.clientIdRejected);
  return undefined;
}

/** CONNACK for a CONNECT that the sieve refused. */
export function connackForRefusal(code: ErrorCode, level: Level): Uint8Array {
  const passing = isTransient(code);
  if (level < 5) return connack3(passing ? RETURN.serverUnavailable : RETURN.notAuthorized);
  const reasonCode = passing ? REASON.serverUnavailable : refusalReason(code);
  return bytesOf({ cmd: 'connack', sessionPresent: false, reasonCode }, 5);
}

function connack3(returnCode: number): Uint8Array {
  return bytesOf({ cmd: 'connack', sessionPresent: false, returnCode }, 4);
}

/** PUBACK or PUBREC for a refused PUBLISH: with the reason in MQTT 5, a plain one before. */
export function publishRefusal(packet: Packet, code: ErrorCode): Uint8Array {
  const cmd = packet.publish!.qos === 1 ? 'puback' : 'pubrec';
  return confirmation(cmd, packet.id, packet.level, refusalReason(code));
}

/** PUBREC, PUBCOMP … of MQTT 3.x, or of MQTT 5 with a reason. */
export function confirmation(cmd: 'puback' | 'pubrec' | 'pubcomp', id: number, level: Level, reasonCode: number): Uint8Array {
  return bytesOf(level < 5 ? { cmd, messageId: id } : { cmd, messageId: id, reasonCode }, level);
}

/** SUBACK or UNSUBACK that refuses every filter; an UNSUBACK of MQTT 3.x cannot say no. */
export function subscriptionRefusal(packet: Packet, code: ErrorCode): Uint8Array {
  const granted = new Array<number>(packet.subscribe!.filters).fill(packet.level < 5 ? REASON.unspecified : refusalReason(code));
  const cmd = packet.type === 'subscribe' ? 'suback' : 'unsuback';
  return bytesOf({ cmd, messageId: packet.id, granted }, packet.level);
}
