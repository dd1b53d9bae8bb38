// Whether the clock can be right: certificates, pauses and retention go by it.
import type { HubFault } from '../web/facade.js';

/** A clock may be set by hand, or run ahead of another's; a day is neither. */
const LEEWAY_MS = 24 * 60 * 60 * 1000;

/** `lastEntryMs`: of the log's last entry, where that is known. */
export function checkClock(nowMs: number, beginningMs: number, lastEntryMs?: number): HubFault[] {
  const isBefore = (timeMs: number | undefined): boolean => timeMs !== undefined && nowMs < timeMs - LEEWAY_MS;
  if (isBefore(beginningMs)) return [{ fault: 'clock', detail: 'it is before the day this program was built' }];
  return isBefore(lastEntryMs) ? [{ fault: 'clock', detail: 'it is before the last entry of the log' }] : [];
}
