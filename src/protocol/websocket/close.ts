// Close codes (RFC 6455 7.4, IANA WebSocket Close Code Number Registry).
import type { ErrorCode } from '../../errors.js';

export const CLOSE = {
  normal: 1000,
  goingAway: 1001,
  unsupportedData: 1003,
  policyViolation: 1008,
  tooBig: 1009,
  internalError: 1011,
  tryAgainLater: 1013,
} as const;

/** Never on the wire: a close frame without a code. */
export const NO_CODE = 1005;
/** Never on the wire: the connection broke off. */
export const BROKEN_OFF = 1006;

/** Longest reason in bytes: a control frame's 125 without the code (5.5). */
export const REASON_BYTES = 123;

/** How a connection ends whose message was refused. */
export function closeCodeOf(error: ErrorCode): number {
  switch (error) {
    case 'too_large':
    case 'inflates_too_much':
      return CLOSE.tooBig;
    case 'busy':
      return CLOSE.tryAgainLater;
    case 'record_failed':
    case 'internal':
    case 'upstream_unreachable':
    case 'upstream_timeout':
      return CLOSE.internalError;
    default:
      return CLOSE.policyViolation;
  }
}
