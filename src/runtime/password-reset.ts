// `hubsieve password reset` leaves a word for the hub: a file in its data directory with the mark of a code, never the code itself.
import { chownSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import { readSecret, writeWhole } from '../store/secret-files.js';

const FILE = 'password-reset.json';
const PRIVATE_MODE = 0o600;
/** A reset that nobody came to use does not wait for ever. */
export const RESET_MS = 3_600_000;

interface Reset {
  readonly version: 1;
  /** `codeMark` of web/account.ts. */
  readonly mark: string;
  readonly untilMs: number;
}

/** Throws `config` and what writing throws. Root's file is given to whom the directory belongs to: the hub has to read it. */
export function writeReset(dataDir: string, mark: string, nowMs: number): void {
  const file = path.join(dataDir, FILE);
  writeWhole(file, `${JSON.stringify({ version: 1, mark, untilMs: nowMs + RESET_MS } satisfies Reset)}\n`, PRIVATE_MODE);
  const { uid, gid } = statSync(dataDir);
  if (process.getuid?.() === 0) chownSync(file, uid, gid);
}

/** The mark of a reset that still counts. One that cannot be read, or others could have written, changes nothing. */
export function readReset(dataDir: string, nowMs: number): string | undefined {
  let reset: Partial<Reset> | null;
  try {
    reset = JSON.parse(readSecret(path.join(dataDir, FILE)) ?? 'null') as Partial<Reset> | null;
  } catch {
    return undefined; // the password stays as it is
  }
  const { version, mark, untilMs = 0 } = reset ?? {};
  // With more left than it was given, the clock was set back: how long ago it was asked for nobody knows.
  const isStanding = nowMs < untilMs && untilMs - nowMs <= RESET_MS;
  return version === 1 && typeof mark === 'string' && /^[0-9a-f]{64}$/.test(mark) && isStanding ? mark : undefined;
}

export function clearReset(dataDir: string): void {
  rmSync(path.join(dataDir, FILE), { force: true });
}
