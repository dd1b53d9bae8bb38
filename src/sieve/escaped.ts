// Texts that are written with escapes, whose bytes do not show what they say.
import type { Entries } from '../model.js';

const BACKSLASH = 0x5c;
/** Longest text looked at: twenty letters, all of them escaped. A longer one is no address, signal or number. */
const WRITTEN_MAX = 120;

/** Does a short text say something else than its bytes show? */
export function isEscaped(entries: Entries, entry: number): boolean {
  const size = entries.size(entry);
  if (size > WRITTEN_MAX) return false;
  const start = entries.start(entry);
  for (let i = start; i < start + size; i += 1) if (entries.bytes[i] === BACKSLASH) return true;
  return false;
}
