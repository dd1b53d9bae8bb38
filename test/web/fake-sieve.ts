// What the fake hub tries messages with: the real sieve, under the fake household's choices.

import { parseConfig } from '#src/config.js';
import { judgeInMode } from '#src/message/apply-mode.js';
import type { Rules, ServiceChoices } from '#src/model.js';
import { Services } from '#src/services/contexts.js';
import { limitsOf } from '#src/services/from-config.js';
import type { Part } from '#src/sieve.js';
import type { Tried, TryMessage } from '#src/web/facade.js';

const DEVICE = 'd-tried';
const MASTER = Buffer.alloc(32, 3);

export function trySieve(rules: Rules, choices: ServiceChoices, message: TryMessage): Tried {
  const { service, direction, body, mediaType, coding } = message;
  const household = { choices: { [service]: choices }, overrides: [], own: [], knownToVendor: () => false };
  const services = new Services({ rules, household, master: MASTER, limits: limitsOf(parseConfig('', 'defaults')) });
  const part: Part = {
    in: 'body',
    kind: 'bytes',
    bytes: body,
    ...(mediaType ? { mediaType } : {}),
    ...(coding ? { coding } : {}),
  };
  const { sieved, decisions, verdict } = judgeInMode([part], service, DEVICE, services);
  const out = sieved.parts?.[0];
  const bytes = out?.kind === 'bytes' ? out.bytes : undefined;
  const report = {
    service,
    direction,
    verdict,
    ...(sieved.error ? { error: { code: sieved.error.code } } : {}),
    ruleset: rules.hash,
    bytesIn: body.length,
    bytesOut: bytes?.length ?? 0,
    decisions,
  };
  return { report, ...(bytes ? { out: bytes } : {}) };
}
