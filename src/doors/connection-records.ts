// What is written into the log beside judged messages: refusals before judging, alarms, connections that could not be read.
import type { AuditLog } from '../audit/store.js';
import { asHubError, ERRORS, type ErrorCode } from '../errors.js';
import type { Verdict } from '../model.js';

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

export class Records {
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
    this.unread(unread).catch((fault: unknown) => this.options.say(`a refusal could not be recorded: ${asHubError(fault).code}`));
  }

  /**
   * What ended or marred a connection over MQTT. A message that was refused has a record of its own, and a cloud that cannot be
   * reached a failed send: an alarm beside each would drown those that nothing else tells.
   */
  connectionFault(address: string, service: string, error: ErrorCode, recorded: boolean): void {
    if (!recorded && ERRORS[error][0] !== 'cloud') this.alarm(address, service, error);
  }

  alarm(address: string, service: string, error: ErrorCode): void {
    const write = async (): Promise<void> => {
      const { log, label } = this.options;
      await log.append({ kind: 'alarm', timeMs: Date.now(), what: 'other', service, device: await label(address), error });
    };
    write().catch((fault: unknown) => this.options.say(`an alarm could not be recorded: ${asHubError(fault).code}`));
  }
}
