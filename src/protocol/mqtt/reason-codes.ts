// Which reason codes a client of MQTT 5 may send (2.4 and each packet's own table).

import { fault, REASON } from './fault.js';
import type { PacketType } from './types.js';

const RECEIVED: ReadonlySet<number> = new Set([0x00, 0x10, 0x80, 0x83, 0x87, 0x90, 0x91, 0x97, 0x99]);
const RELEASED: ReadonlySet<number> = new Set([0x00, 0x92]);

const CLIENT_CODES: Partial<Readonly<Record<PacketType, ReadonlySet<number>>>> = {
  puback: RECEIVED,
  pubrec: RECEIVED,
  pubrel: RELEASED,
  pubcomp: RELEASED,
  // 3.14.2.1: the rows whose sender is the client or both.
  disconnect: new Set([0x00, 0x04, 0x80, 0x81, 0x82, 0x83, 0x90, 0x93, 0x94, 0x95, 0x96, 0x97, 0x98, 0x99]),
  auth: new Set([0x18, 0x19]),
};

/** Throws where a device sends a reason code that is not a client's. */
export function checkReasonCode(type: PacketType, code: number): void {
  if (CLIENT_CODES[type]?.has(code) === false) throw fault(REASON.protocolError, `${type.toUpperCase()}: reason code`);
}
