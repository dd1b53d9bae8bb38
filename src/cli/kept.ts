// What a hub keeps, read from a copy of its store, so that a running hub is not disturbed.
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { type Verification, verifyLog } from '../audit/verify.js';
import type { Config } from '../config.js';
import { readOpaque } from '../doors/tls-memory.js';
import { type ClosedWhy, openChoices } from '../household/choices.js';
import type { Rules } from '../model.js';
import type { TrustSnapshot } from '../protocol/tls/trust-memory.js';
import { MARK_FILE } from '../runtime/store-mark.js';
import { type Household, Services } from '../services/contexts.js';
import { limitsOf, ownIdentifiers } from '../services/from-config.js';
import { openLogCopy, withStoreCopy } from './store-copy.js';

export interface Kept {
  /** Service choices and adopted hosts, the page's over the config's. */
  readonly services: Services;
  readonly trust: TrustSnapshot;
  readonly log: Verification | undefined;
  /** Files of the store that are damaged. */
  readonly damaged: readonly string[];
  /** Why the household's choices cannot be gone by. */
  readonly closed?: ClosedWhy;
}

/** Reads the data directory `dir`; without a store there, what the config alone says. Throws `config` where it cannot be read. */
export async function readKept(dir: string, config: Config, rules: Rules): Promise<Kept> {
  const source = path.join(dir, 'store');
  if (!existsSync(source)) {
    const services = build(rules, config, { choices: config.services, adopted: {} });
    return {
      services,
      trust: { opaque: [], trusting: [] },
      log: undefined,
      damaged: [],
      ...(existsSync(path.join(dir, MARK_FILE)) ? { closed: 'missing' } : {}),
    };
  }
  return withStoreCopy(dir, async (copy) => {
    const { store, keys, mark, damaged } = copy;
    const choices = await openChoices(store, {
      key: keys.household,
      random: randomBytes,
      now: Date.now,
      base: { services: config.services, own: ownIdentifiers(config), retentionDays: config.audit.retentionDays },
      least: mark.choicesVersion,
      record: () => Promise.resolve(), // nothing is changed here
    });
    const { log, vkey, head } = await openLogCopy(copy);
    return {
      services: build(rules, config, { choices: choices.services(), adopted: choices.state.adopted }),
      trust: await readOpaque(store, { key: keys.household, random: randomBytes }),
      log: await verifyLog(log, { vkey, head }),
      damaged,
      ...(choices.closed === undefined ? {} : { closed: choices.closed }),
    };
  });
}

/** To ask for hosts and modes only: nothing is judged with these, so no key is needed. */
function build(rules: Rules, config: Config, chosen: Pick<Household, 'choices' | 'adopted'>): Services {
  const household = { ...chosen, overrides: [], own: [], knownToVendor: () => false };
  return new Services(rules, household, randomBytes(32), limitsOf(config));
}
