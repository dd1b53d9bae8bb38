// Errors as a terminal shows them.
import { type Fault, formatFault } from '../config.js';
import { asHubError, type HubError, systemReason } from '../errors.js';

/** What and where, and what helps; behind it every fault it carries, each with its line. */
export function describeFault(fault: unknown): string {
  const error = asHubError(fault);
  const faults = Array.isArray(error.cause) ? (error.cause as Fault[]) : [];
  return [headOf(error, faults), ...faults.map(formatFault)].join('\n');
}

function headOf(error: HubError, faults: readonly Fault[]): string {
  // "Correct the lines named" helps where lines are named; a place that is named alone says it all.
  if (error.code === 'config' && faults.length === 0 && error.where !== '') return error.where;
  if (faults.length > 0) return `${error.message.replace(` (${error.where})`, '')} ${error.hint}`;
  if (error.code !== 'internal' || !(error.cause instanceof Error)) return `${error.message} ${error.hint}`;
  const { cause } = error;
  const reason = systemReason(cause);
  const file = (cause as NodeJS.ErrnoException).path;
  if (reason !== undefined && file !== undefined) return `${file}: ${reason}`;
  return `${error.message} [${cause.name} ${(cause as NodeJS.ErrnoException).code ?? ''}] ${error.hint}`;
}
