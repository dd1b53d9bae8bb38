// What the judges of all doors ask of the household, in one place.

import type { Activity } from '../activity/activity.js';
import type { AuditLog } from '../audit/store.js';
import type { MessagePorts } from '../message/ports.js';
import type { Limits } from '../model.js';
import { createHttpRestore } from '../restore/http.js';
import type { Restore } from '../restore/port.js';
import type { HouseholdRuntime } from '../runtime/household.js';
import { serviceIn } from '../services/reading.js';
import type { Workers } from '../workers/pool.js';
import { threadedJudge } from '../workers/threaded-judge.js';
import type { Warming } from '../workers/warm-up.js';

export interface JudgePartsOptions extends Required<Pick<MessagePorts, 'hold' | 'registers'>> {
  readonly home: HouseholdRuntime;
  readonly activity: Activity;
  /** The log, in which refusals that repeat are counted. */
  readonly log: Pick<AuditLog, 'append'>;
  readonly workers: Workers;
  readonly warming: Warming | undefined;
  readonly restore: Restore;
  readonly limits: Limits;
  readonly now: () => number;
}

export type AllMessagePorts = MessagePorts & Required<Pick<MessagePorts, 'judging'>>;

export function createMessagePorts({
  home,
  activity,
  log,
  workers,
  warming,
  hold,
  registers,
  restore,
  limits,
  now,
}: JudgePartsOptions): AllMessagePorts {
  const answers = createHttpRestore({ limits, restore });
  const label = (address: string): string | Promise<string> => home.label(address);
  return {
    services: () => home.services(),
    log,
    judging: threadedJudge(workers, warming),
    hold,
    registers,
    now,
    label,
    isStranger: (address) => home.isStranger(address),
    remember: (pseudonyms, device) => home.remember(pseudonyms, device),
    onAnswer: (reading, method, device) => {
      const service = serviceIn(reading);
      const restoreAnswer = answers(home.originals(service), method, service, home.noteToken(reading));
      return (head) => {
        activity.answered(device, service, head.status);
        return restoreAnswer(head);
      };
    },
    onNo: (address, service, refusal) => {
      void Promise.resolve(label(address)).then((device) => activity.refusedByMqtt(device, service, refusal));
    },
    isBrokenPromiseDue: (service, category, timeMs) => activity.incidents.isBrokenPromiseDue(service, category, timeMs),
    judged: (event, address) => {
      home.judged(event, address);
      activity.judged(event);
    },
  };
}
