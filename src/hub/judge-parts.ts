// What the judges of all doors ask of the household, in one place.
import type { Limits } from '../model.js';
import type { Activity } from './activity.js';
import type { Home } from './home.js';
import type { JudgeParts } from './judge-terms.js';
import type { Warming } from './judging/warm.js';
import type { Workers } from './judging/workers.js';
import { judgeWith } from './judging.js';
import { createHttpRestore } from './restore-http.js';
import type { Restore } from './restoring.js';

export interface JudgePartsOptions extends Required<Pick<JudgeParts, 'hold' | 'registers'>> {
  readonly home: Home;
  readonly activity: Activity;
  readonly workers: Workers;
  readonly warming: Warming | undefined;
  readonly restore: Restore;
  readonly limits: Limits;
}

export type AllJudgeParts = JudgeParts & Required<Pick<JudgeParts, 'judging'>>;

export function createJudgeParts({
  home,
  activity,
  workers,
  warming,
  hold,
  registers,
  restore,
  limits,
}: JudgePartsOptions): AllJudgeParts {
  const answers = createHttpRestore({ limits, restore });
  const label = (address: string): string | Promise<string> => home.label(address);
  return {
    services: () => home.services(),
    log: activity.recorder(),
    judging: judgeWith(workers, warming),
    hold,
    registers,
    now: Date.now,
    label,
    remember: (pseudonyms, device) => home.remember(pseudonyms, device),
    onAnswer: (service, method, device) => {
      const restoreAnswer = answers(home.originals(service), method, service);
      return (head) => {
        activity.answered(device, service, head.status);
        return restoreAnswer(head);
      };
    },
    onNo: (address, service, refusal) => {
      void Promise.resolve(label(address)).then((device) => activity.refusedByMqtt(device, service, refusal));
    },
    judged: (event, address) => {
      home.judged(event, address);
      activity.judged(event);
    },
  };
}
