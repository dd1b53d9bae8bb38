// The list of devices that the household lets through when the hub fails: written here, read by root's systemd/let-through.sh.
import path from 'node:path';
import { asHubError } from '../errors.js';
import type { DeviceChoices } from '../household/choices.js';
import type { Device } from '../household/devices.js';
import { writeWhole } from '../store/secret-files.js';

/** In the data directory. One MAC address a line; the script takes nothing else from it. */
export const LET_THROUGH_FILE = 'let-through.txt';
/** A choice is followed at once; a device that was only found later, or whose pause has ended, at most this long after. */
const LOOK_MS = 60_000;
const MAC = /^([0-9a-f]{2}:){5}[0-9a-f]{2}$/;

export interface LetThroughOptions {
  readonly dataDir: string;
  readonly devices: () => readonly Pick<Device, 'label' | 'mac'>[];
  readonly chosen: (label: string) => Pick<DeviceChoices, 'onFailure' | 'blocked' | 'paused'>;
  readonly now: () => number;
  readonly say: (line: string) => void;
}

/** Keeps the file true. The hub itself opens nothing: it is not there when it fails. */
export class LetThrough {
  private written: string | undefined;
  private readonly timer: NodeJS.Timeout;

  constructor(private readonly options: LetThroughOptions) {
    this.timer = setInterval(() => this.update(), LOOK_MS).unref();
    this.update();
  }

  /** Writes the list where it has changed. Where that fails, the list before it counts on, and the console says so. */
  update(): void {
    const text = listOf(this.options);
    if (text === this.written) return;
    try {
      writeWhole(path.join(this.options.dataDir, LET_THROUGH_FILE), text, 0o600);
      this.written = text;
    } catch (fault) {
      this.options.say(`who is let through when the hub fails cannot be written: ${asHubError(fault).code}`);
    }
  }

  close(): void {
    clearInterval(this.timer);
  }
}

/** Who is blocked or paused stays at home, whatever else was chosen. */
function listOf({ devices, chosen, now }: LetThroughOptions): string {
  const macs = devices().flatMap(({ label, mac }) => {
    const { onFailure = 'closed', blocked = false, paused } = chosen(label);
    const isOpen = onFailure === 'open' && !blocked && (paused === undefined || paused.untilMs <= now());
    return isOpen && mac !== undefined && MAC.test(mac) ? [`${mac}\n`] : [];
  });
  return macs.sort().join('');
}
