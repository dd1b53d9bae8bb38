// Services as the hub has them, without a hub; and workers that are gone after the test.
import { parseConfig } from '#src/config.js';
import { loadRules } from '#src/policy/declaration.js';
import { readRulesDir } from '#src/rules-files.js';
import { type Household, Services } from '#src/services/contexts.js';
import { limitsOf } from '#src/services/from-config.js';
import type { Part } from '#src/sieve.js';
import { Workers, type WorkersOptions } from '#src/workers/pool.js';

const rules = loadRules(await readRulesDir(['rules']));
export const LIMITS = limitsOf(parseConfig('{}', 'test'));
export const OWN = [
  { category: 'wifi_ssid' as const, value: 'Fjordhaven-Upstairs' },
  { category: 'device_mac' as const, value: '3c:84:6a:0b:91:d2' },
];

export function services(more: Partial<Household> = {}): Services {
  const household = { choices: {}, overrides: [], own: OWN, knownToVendor: () => false, ...more };
  return new Services({ rules, household, master: new Uint8Array(32).fill(7), limits: LIMITS });
}

export function workers(t: { teardown(clean: () => void): void }, more: Partial<WorkersOptions> = {}): Workers {
  const made = new Workers({ count: 1, messageMs: 60_000, ...more });
  t.teardown(() => made.close());
  return made;
}

export function body(bytes: string | Uint8Array, mediaType = 'application/json'): Part {
  return { in: 'body', kind: 'bytes', bytes: Buffer.from(bytes), mediaType };
}
