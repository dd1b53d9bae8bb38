// Tells systemd how the hub is: ready, alive, stopping (sd_notify(3)). Elsewhere it tells nobody.
import { writeSync } from 'node:fs';

export interface ServiceManager {
  /** Doors and page are open. From now on the hub says that it lives, as often as systemd asks for it. */
  ready(status: string): void;
  stopping(): void;
  /** Why a start cannot go on, in one line: `systemctl status` shows it. */
  failed(why: string): void;
}

/** systemd waits as long as it says; said twice in that time, one word may be late. */
const WORDS_IN_TIME = 2;
const MICROSECONDS = 1000;

/** By the environment that systemd and systemd/notify.pl give. */
export function openServiceManager(env: Readonly<Record<string, string | undefined>>): ServiceManager {
  const descriptor = Number(env['NOTIFY_FD'] ?? Number.NaN);
  const everyMs = Number(env['WATCHDOG_USEC'] ?? Number.NaN) / MICROSECONDS / WORDS_IN_TIME;
  let alive: NodeJS.Timeout | undefined;
  const tell = (...lines: readonly string[]): void => {
    if (!Number.isInteger(descriptor)) return;
    try {
      writeSync(descriptor, lines.join('\n'));
    } catch {
      // It does not wait for a systemd that is busy or gone; the next word is soon.
    }
  };
  return {
    ready: (status) => {
      tell('READY=1', `STATUS=${status}`, 'WATCHDOG=1');
      if (everyMs > 0) alive ??= setInterval(() => tell('WATCHDOG=1'), everyMs).unref();
    },
    stopping: () => {
      clearInterval(alive);
      tell('STOPPING=1');
    },
    failed: (why) => tell(`STATUS=${why.replaceAll('\n', ' ')}`),
  };
}
