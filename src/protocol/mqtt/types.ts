// What the MQTT session says and is told: events in, commands out. No socket, clock or randomness.

import type { ErrorCode, HubError } from '../../errors.js';
import type { Direction, Place } from '../../model.js';

export const PACKET_TYPES = [
  'connect',
  'connack',
  'publish',
  'puback',
  'pubrec',
  'pubrel',
  'pubcomp',
  'subscribe',
  'suback',
  'unsubscribe',
  'unsuback',
  'pingreq',
  'pingresp',
  'disconnect',
  'auth',
] as const;
export type PacketType = (typeof PACKET_TYPES)[number];

/** 3: MQTT 3.1 (MQIsdp), 4: MQTT 3.1.1, 5: MQTT 5. */
export type Level = 3 | 4 | 5;

/** What a readable piece of a packet is. `will…`: of the will in a CONNECT; `filter`: a topic filter, whose `+` and `#` stay. */
export type PartRole =
  | 'clientId'
  | 'username'
  | 'password'
  | 'topic'
  | 'filter'
  | 'responseTopic'
  | 'contentType'
  | 'correlationData'
  | 'userProperty'
  | 'reasonString'
  | 'authenticationMethod'
  | 'authenticationData'
  | 'responseInformation'
  | 'serverReference'
  | 'willTopic'
  | 'willResponseTopic'
  | 'willContentType'
  | 'willCorrelationData'
  | 'willUserProperty'
  | 'willPayload'
  | 'payload';

/**
 * One piece of a packet that can hold something of the home. Exactly one of `text` and `bytes` is there, as the role demands.
 * `name` is the key of a user property (which may be rewritten too), `filter[0]` … for filters, else the role.
 */
export interface Part {
  readonly role: PartRole;
  readonly in: Place;
  readonly name: string;
  readonly text?: string;
  readonly bytes?: Uint8Array;
  /** For a payload: its content type (MQTT 5), when the packet names one; `text/plain` when it only says that it is UTF-8. */
  readonly mediaType?: string;
}

/** One packet as the sieve sees it. A topic alias is resolved: the topic part is always there in a PUBLISH. */
export interface MqttMessage {
  readonly type: PacketType;
  readonly level: Level;
  readonly parts: readonly Part[];
  /** Bytes of the whole packet as it came. */
  readonly packetBytes: number;
}

/**
 * The parts after the sieve: as many as asked, in the same order; `null` takes a part out (a property is then absent, a
 * mandatory field empty). The very same `Part` object means: not changed.
 */
export type Parts = readonly (Part | null)[];

export type Outcome = { readonly kind: 'pass'; readonly parts: Parts } | { readonly kind: 'refuse'; readonly error: HubError };

/** How the device was answered when its message was refused. */
export type Answer =
  /** 3.1.1: the hub's own acknowledgement, so that the device does not send it for ever. */
  | 'acknowledged'
  /** A reason code that says no. */
  | 'rejected'
  /** QoS 0, or a copy of a message refused before: nothing to answer. */
  | 'dropped'
  /** The packet went on without the texts that were refused (reason string, user properties). */
  | 'stripped'
  /** The connection ended. */
  | 'ended'
  /** Downlink: the packet reached the device with the pseudonyms still in it. */
  | 'unrestored';

/** A packet by which cloud (`down`) or device (`up`) says no. */
export interface Refusal {
  readonly packet: PacketType;
  /** Return code of a CONNACK before MQTT 5, else a reason code from 0x80 on. */
  readonly reason: number;
  readonly direction: Direction;
}

export type Command =
  /** Ask the sieve, write the record, then call `judged(token, outcome)`. One at a time; later packets wait. */
  | { readonly kind: 'judge'; readonly token: number; readonly message: MqttMessage }
  | { readonly kind: 'toCloud'; readonly bytes: Uint8Array }
  | { readonly kind: 'toDevice'; readonly bytes: Uint8Array }
  /** Close the device's connection once what was sent before is written. `reason`: MQTT 5 reason code, 0 for a normal end. */
  | { readonly kind: 'endDevice'; readonly reason: number }
  /** Close the cloud's connection. No DISCONNECT is made up: where the device sent none, the cloud publishes the will. */
  | { readonly kind: 'endCloud'; readonly reason: number }
  /** Something for the household's eyes. `where`: the packet and the rule, never a value; `recorded`: the judge's own record tells it. */
  | {
      readonly kind: 'alarm';
      readonly error: ErrorCode;
      readonly where: string;
      readonly answer: Answer;
      readonly recorded: boolean;
    }
  /** Cloud or device said no: for the household's eyes. The packet itself goes on as any other. */
  | { readonly kind: 'refusal'; readonly refusal: Refusal }
  /** A judged message could no longer be sent: the connection had ended. */
  | { readonly kind: 'unsent'; readonly token: number };

/** Bounds of one connection. */
export interface SessionLimits {
  /** Longest packet of a device, with its fixed header; past it the connection ends. */
  readonly packetBytes: number;
  /** Bytes of whole packets waiting behind one being judged at which `paused` turns true. */
  readonly queueBytes: number;
}

/** 1 MiB of payload (`limits.body_bytes`) and 128 KiB for topic and properties; a queue of one such packet. */
export const DEFAULT_LIMITS: SessionLimits = { packetBytes: 1_179_648, queueBytes: 1_179_648 };

export interface SessionOptions {
  readonly limits: SessionLimits;
  /** What a refused message of MQTT 3.x gets, which knows no way to say no. */
  readonly refused3: 'acknowledge' | 'end';
  /** Gives a message from the cloud its originals back. The same list or the same parts where nothing was a pseudonym. */
  readonly restore: (message: MqttMessage) => Parts;
}
