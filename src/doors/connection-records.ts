// What is written into the log beside judged messages: refusals before judging, alarms, connections that could not be read.
import { isIP } from 'node:net';
import type { AlarmRecord } from '../audit/record.js';
import type { AuditLog } from '../audit/store.js';
import { asHubError, ERRORS, type ErrorCode } from '../errors.js';
import type { Verdict } from '../model.js';
import { STRANGERS } from '../net/door.js';

export interface RecordsOptions {
  readonly log: Pick<AuditLog, 'append'>;
  readonly ruleset: string;
  readonly label: (address: string) => string | Promise<string>;
  readonly say: (line: string) => void;
}

/** A connection or message that no sieve saw. */
export interface Unread {
  /** Address of the sender. */
  readonly device: string;
  readonly service: string;
  readonly error?: ErrorCode;
  readonly verdict: Extract<Verdict, 'refused' | 'opaque'>;
  readonly bytesIn?: number;
  readonly bytesOut?: number;
}

/** A device that takes too much is told of once in this time: it goes on for long, and each of its refusals is counted anyway. */
const CROWDED_AGAIN_MS = 10 * 60 * 1000;
/** A home has dozens of devices; past this the oldest is told of again. */
const CROWDED_MAX = 256;

export class Records {
  private readonly crowdedAtMs = new Map<string, number>();
  private isLosing = false;

  constructor(private readonly options: RecordsOptions) {}

  /** Writes what was refused or passed unread. Rejects `record_failed`: what is to pass may then not. */
  async unread({ device, service, error, verdict, bytesIn = 0, bytesOut = 0 }: Unread): Promise<void> {
    const { log, ruleset, label } = this.options;
    await log.append({
      kind: 'message',
      timeMs: Date.now(),
      device: await label(device),
      service,
      direction: 'up',
      verdict,
      ...(error === undefined ? {} : { error }),
      bytesIn,
      bytesOut,
      ruleset,
      decisions: [],
    });
  }

  /** As `unread`, for what was refused already: a record that cannot be written is said on the console. */
  refused(unread: Unread): void {
    void this.told('refusals', this.unread(unread));
  }

  /** `owner`: the device that has the most in hand, by label or address, while somebody is refused for that. */
  crowded(owner: string): void {
    const nowMs = performance.now();
    if (nowMs - (this.crowdedAtMs.get(owner) ?? Number.NEGATIVE_INFINITY) < CROWDED_AGAIN_MS) return;
    this.crowdedAtMs.delete(owner);
    this.crowdedAtMs.set(owner, nowMs);
    if (this.crowdedAtMs.size > CROWDED_MAX) this.crowdedAtMs.delete(this.crowdedAtMs.keys().next().value!);
    const write = async (): Promise<void> => {
      const device = isIP(owner) === 0 ? owner : await this.options.label(owner);
      await this.writeAlarm({ what: 'crowding', error: 'busy', ...(owner === STRANGERS ? {} : { device }) });
    };
    void this.told('alarms', write());
  }

  /**
   * What ended or marred a connection over MQTT. A message that was refused has a record of its own, and a cloud that cannot be
   * reached a failed send: an alarm beside each would drown those that nothing else tells.
   */
  connectionFault(address: string, service: string, error: ErrorCode, recorded: boolean): void {
    if (!recorded && ERRORS[error][0] !== 'cloud') this.alarm(address, service, error);
  }

  alarm(address: string, service: string, error: ErrorCode): void {
    const write = async (): Promise<void> =>
      this.writeAlarm({ what: 'other', service, device: await this.options.label(address), error });
    void this.told('alarms', write());
  }

  private async writeAlarm(alarm: Omit<AlarmRecord, 'kind' | 'timeMs'>): Promise<void> {
    await this.options.log.append({ kind: 'alarm', timeMs: Date.now(), ...alarm });
  }

  /** Said once, not for each: a device that is refused all the time would fill the journal. */
  private async told(what: string, writing: Promise<void>): Promise<void> {
    try {
      await writing;
      this.isLosing = false;
    } catch (fault) {
      if (!this.isLosing) this.options.say(`${what} cannot be recorded: ${asHubError(fault).code}`);
      this.isLosing = true;
    }
  }
}
