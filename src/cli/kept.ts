// What a hub keeps, read from a copy of its store, so that a running hub is not disturbed.
import { randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { logKeyFromSeed } from '../audit/checkpoint.js';
import { LogReader } from '../audit/reader.js';
import { type Verification, verifyLog } from '../audit/verify.js';
import type { Config } from '../config.js';
import { readOpaque } from '../doors/tls-memory.js';
import { openChoices } from '../household/choices.js';
import type { Rules } from '../model.js';
import type { TrustSnapshot } from '../protocol/tls/trust-memory.js';
import { openKeys } from '../runtime/install-keys.js';
import { type Household, Services } from '../services/contexts.js';
import { limitsOf, ownIdentifiers } from '../services/from-config.js';
import { openLevelStore } from '../store/level.js';
import { copyStore } from '../store/snapshot.js';

export interface Kept {
  /** Service choices and adopted hosts, the page's over the config's. */
  readonly services: Services;
  readonly trust: TrustSnapshot;
  readonly log: Verification | undefined;
}

/** Reads the data directory `dir`; without a store there, what the config alone says. Throws `config` where it cannot be read. */
export async function readKept(dir: string, config: Config, rules: Rules): Promise<Kept> {
  const source = path.join(dir, 'store');
  if (!existsSync(source)) {
    const services = build(rules, config, { choices: config.services, adopted: {} });
    return { services, trust: { opaque: [], trusting: [] }, log: undefined };
  }
  const copy = mkdtempSync(path.join(tmpdir(), 'hubsieve-'));
  try {
    await copyStore(source, path.join(copy, 'store'));
    const store = await openLevelStore({ path: path.join(copy, 'store'), flushMs: 1000 });
    try {
      const keys = openKeys(dir);
      const choices = await openChoices(store, {
        key: keys.household,
        random: randomBytes,
        now: Date.now,
        base: { services: config.services, own: ownIdentifiers(config), retentionDays: config.audit.retentionDays },
        record: () => Promise.resolve(), // nothing is changed here
      });
      const { vkey } = logKeyFromSeed(`hubsieve/${keys.installId}`, keys.logSeed);
      return {
        services: build(rules, config, { choices: choices.services(), adopted: choices.state.adopted }),
        trust: await readOpaque(store, { key: keys.household, random: randomBytes }),
        log: await verifyLog(new LogReader(store), { vkey, checkpoint: undefined }),
      };
    } finally {
      await store.close();
    }
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

/** To ask for hosts and modes only: nothing is judged with these, so no key is needed. */
function build(rules: Rules, config: Config, chosen: Pick<Household, 'choices' | 'adopted'>): Services {
  const household = { ...chosen, overrides: [], own: [], knownToVendor: () => false };
  return new Services({ rules, household, master: randomBytes(32), limits: limitsOf(config) });
}
