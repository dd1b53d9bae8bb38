// The port through which bodies on the way down get their originals back, and its simplest implementation: on this thread, without a time limit.
import type { Restorer } from '../household/restorer.js';
import type { Limits } from '../model.js';
import { restoreCoded, restoreLines } from './coded.js';
import type { Deadline } from './restore.js';

export interface RestoreOptions {
  readonly form: 'body' | 'lines';
  readonly mediaType: string | undefined;
  readonly coding: string | undefined;
  readonly service: string;
  readonly restorer: Restorer;
  readonly limits: Limits;
}

/** The very same bytes where nothing was found. Never throws or rejects. */
export type Restore = (bytes: Uint8Array, how: RestoreOptions) => Uint8Array | Promise<Uint8Array>;

/** At once, however long it takes: for tests. */
export const inlineRestore: Restore = (bytes, how) => restored(bytes, how, undefined);

/** Restores `bytes` as `how` says; `clock` bounds the time, absent: none. */
export function restored(bytes: Uint8Array, how: RestoreOptions, clock: Deadline | undefined): Uint8Array {
  const { form, mediaType, coding, restorer, limits } = how;
  return form === 'lines'
    ? restoreLines(bytes, restorer, limits, clock)
    : restoreCoded(bytes, mediaType, coding, restorer, limits, clock);
}
