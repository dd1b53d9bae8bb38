// When this program was built: no time before it can be now.
import { readFileSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { SHIPPED } from '../shipped.js';

/** Milliseconds since 1970. Without the build's own note (tools/note-build.mjs), when this file was written here. */
export function readBuildMs(): number {
  try {
    const { builtMs } = JSON.parse(readFileSync(SHIPPED.buildNote, 'utf8')) as { builtMs?: unknown };
    if (Number.isSafeInteger(builtMs)) return builtMs as number;
  } catch {
    // A build that was not finished: the date of its files will do.
  }
  return Math.floor(statSync(fileURLToPath(import.meta.url)).mtimeMs);
}
