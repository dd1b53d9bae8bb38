// A fault of the protocol: a HubError that also carries the MQTT 5 reason code the peer is told.

import { type ErrorCode, HubError } from '../../errors.js';

/** Reason codes the hub itself uses (MQTT 5, 2.4). */
export const REASON = {
  success: 0x00,
  unspecified: 0x80,
  malformed: 0x81,
  protocolError: 0x82,
  implementationSpecific: 0x83,
  unsupportedVersion: 0x84,
  clientIdInvalid: 0x85,
  notAuthorized: 0x87,
  serverUnavailable: 0x88,
  serverBusy: 0x89,
  serverShuttingDown: 0x8b,
  keepAliveTimeout: 0x8d,
  receiveMaximumExceeded: 0x93,
  topicAliasInvalid: 0x94,
  packetTooLarge: 0x95,
  payloadFormatInvalid: 0x99,
  retainNotSupported: 0x9a,
  qosNotSupported: 0x9b,
  sharedNotSupported: 0x9e,
  subscriptionIdsNotSupported: 0xa1,
  wildcardsNotSupported: 0xa2,
} as const;
export type Reason = (typeof REASON)[keyof typeof REASON];

interface FaultCause {
  readonly mqttReason: Reason;
}

/** A broken rule of MQTT. `where` names packet and rule, never a value. The reason code rides in `cause`. */
export function fault(reason: Reason, where: string): HubError {
  const cause: FaultCause = { mqttReason: reason };
  return new HubError(reason === REASON.packetTooLarge ? 'too_large' : 'malformed', `MQTT ${where}`, { cause });
}

/** The device was silent for one and a half times its keep-alive (MQTT 5, 3.1.2.10). */
export function keepAliveTimeout(): HubError {
  const cause: FaultCause = { mqttReason: REASON.keepAliveTimeout };
  return new HubError('timeout', 'MQTT keep-alive', { cause });
}

/** The reason code a device of MQTT 5 is told when its message is refused or its connection ends because of `error`. */
export function reasonOf(error: HubError): Reason {
  const cause = error.cause as Partial<FaultCause> | undefined;
  return cause?.mqttReason ?? (isTransient(error.code) ? REASON.serverBusy : refusalReason(error.code));
}

/**
 * The reason code for a refused message (PUBACK, PUBREC, SUBACK, DISCONNECT): the format is at fault, the household says no, or
 * something of the hub's own.
 */
export function refusalReason(code: ErrorCode): Reason {
  switch (code) {
    case 'malformed':
    case 'unreadable_format':
    case 'unreadable_charset':
    case 'unknown_coding':
      return REASON.payloadFormatInvalid;
    case 'blocked':
    case 'unknown_device':
    case 'own_identifier':
    case 'floor':
    case 'not_restorable':
    case 'sealed':
    case 'media_withheld':
    case 'opaque':
    case 'unknown_service':
    case 'not_at_home':
      return REASON.notAuthorized;
    default:
      return REASON.implementationSpecific;
  }
}

/**
 * Faults that pass by themselves: the message is then not acknowledged; the connection ends, so that the device keeps it and
 * sends it again.
 */
export function isTransient(code: ErrorCode): boolean {
  return code === 'busy' || code === 'closed' || code === 'record_failed' || code === 'timeout' || code.startsWith('upstream_');
}

/** The end of a `switch` over a closed union: nothing gets here, and if it did, the connection would end. */
export function unreachable(value: never): HubError {
  return fault(REASON.implementationSpecific, `no such case: ${typeof value}`);
}
