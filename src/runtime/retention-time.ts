// The time that retention goes by. A clock that is ahead would make every record old: a time that nobody vouches for counts slowly.
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';

/** A hub that was off for longer is told the right time by the network, or by two days of running. */
const LEAP_MS = 24 * 60 * 60 * 1000;
const BELIEVED_AFTER_MS = 48 * 60 * 60 * 1000;
/** Made by systemd-timesyncd once it has set the clock. */
const SYNCHRONIZED_FILE = '/run/systemd/timesync/synchronized';
const ASK_MS = 5_000;

/** Whether the machine's clock was set from the network since it was booted; where nobody says so, it was not. */
export async function isSynchronized(): Promise<boolean> {
  if (existsSync(SYNCHRONIZED_FILE)) return true;
  // The kernel's own word (adjtimex(2)), whoever keeps the clock: chrony, ntpd.
  return new Promise((resolve) => {
    const args = ['show', '--property=NTPSynchronized', '--value'];
    execFile('timedatectl', args, { timeout: ASK_MS }, (fault, text) => resolve(fault === null && text.trim() === 'yes'));
  });
}

export interface RetentionTimeOptions {
  readonly now: () => number;
  readonly elapsedMs: () => number;
  readonly synchronized: () => Promise<boolean>;
  /** The time that was believed last, or of the log's last entry before this start; undefined: a first start. */
  readonly lastMs: number | undefined;
}

export class RetentionTime {
  constructor(private readonly options: RetentionTimeOptions) {}

  /**
   * Milliseconds since 1970, never later than the clock. `believed`: what is to be kept for the next start: it grows only by what the hub
   * has run, so that a wrong clock gains nothing by being started again and again.
   */
  async read(): Promise<{ readonly nowMs: number; readonly believedMs: number }> {
    const { now, elapsedMs, synchronized, lastMs } = this.options;
    const clockMs = now();
    if (lastMs === undefined || elapsedMs() >= BELIEVED_AFTER_MS || (await synchronized()))
      return { nowMs: clockMs, believedMs: clockMs };
    const believedMs = Math.min(clockMs, lastMs + elapsedMs());
    return { nowMs: Math.min(clockMs, believedMs + LEAP_MS), believedMs };
  }
}
