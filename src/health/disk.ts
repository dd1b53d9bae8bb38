// Whether there is room for records: while there is none, every message is refused.
import { accessSync, constants, statfsSync } from 'node:fs';
import { systemReason } from '../errors.js';
import type { HubFault } from '../web/facade.js';

/** A busy home writes some MiB a day; below this LevelDB cannot rewrite its own files (2 MiB each, several at once). */
const LEAST_BYTES = 64 * 1024 * 1024;
const MEBIBYTE = 1024 * 1024;

export function checkDisk(dir: string): HubFault[] {
  try {
    accessSync(dir, constants.W_OK);
    const { bavail, bsize } = statfsSync(dir);
    const free = bavail * bsize;
    return free < LEAST_BYTES ? [{ fault: 'disk_low', detail: `${Math.floor(free / MEBIBYTE)} MiB` }] : [];
  } catch (cause) {
    return [{ fault: 'disk_read_only', detail: `${dir}: ${systemReason(cause) ?? 'unknown reason'}` }];
  }
}
