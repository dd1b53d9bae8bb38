// `hubsieve sieve`: one message from standard input, minimized, on standard output. Nothing is stored.
import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { ERRORS } from '../errors.js';
import { openVault } from '../household/vault.js';
import { judgeInMode } from '../message/apply-mode.js';
import { DEVICE_KINDS, type DeviceKind, type Limits, type Report } from '../model.js';
import { restoreBody } from '../restore/restore.js';
import { readCipherKeys } from '../runtime/device-keys.js';
import { openKeys } from '../runtime/install-keys.js';
import { Services } from '../services/contexts.js';
import { limitsOf, ownIdentifiers } from '../services/from-config.js';
import type { Part } from '../sieve.js';
import type { Command } from './command.js';
import { dataDir, oneOf, readConfig, readInput, readRules, serviceOf, text, type Values } from './common.js';
import { withStoreCopy } from './store-copy.js';

export const sieveCommand: Command = {
  options: {
    service: { type: 'string' },
    host: { type: 'string' },
    kind: { type: 'string' },
    type: { type: 'string' },
    encoding: { type: 'string' },
    direction: { type: 'string' },
    report: { type: 'string' },
    'data-dir': { type: 'string' },
    config: { type: 'string' },
  },
  help: 'sieve --service S [--host H] [--kind K] [--type MIME] [--encoding C] [--direction up|down] [--report F] [--data-dir D]',
  run: async (values) => {
    const direction = oneOf(values, 'direction', ['up', 'down'], 'up');
    const { config } = readConfig(values);
    const rules = await readRules(config, dataDir(values));
    const service = serviceOf(values, rules);
    const kind = kindOf(values);
    const household = {
      choices: config.services,
      overrides: [],
      own: ownIdentifiers(config),
      keys: readCipherKeys(dataDir(values)),
      kindOf: () => kind,
      knownToVendor: () => false,
    };
    const services = new Services({ rules, household, master: masterKey(dataDir(values)), limits: limitsOf(config) });
    const input = await readInput(config.limits.bodyBytes);
    if (direction === 'down') {
      // What comes back is not gated: originals in place of what the hub had sent instead, everything else as it is.
      const out = await restored(input, text(values, 'type'), service, dataDir(values), limitsOf(config));
      process.stdout.write(out);
      const report = {
        ...base(rules.hash, service, input),
        direction,
        verdict: 'forwarded' as const,
        bytesOut: out.length,
        decisions: [],
      };
      writeReport(text(values, 'report'), report);
      return 0;
    }
    const type = text(values, 'type');
    const coding = text(values, 'encoding');
    const part: Part = {
      in: 'body',
      kind: 'bytes',
      bytes: input,
      ...(type ? { mediaType: type } : {}),
      ...(coding ? { coding } : {}),
    };
    const host = text(values, 'host');
    const reading = host === undefined ? service : services.reading(service, host);
    const { sieved, decisions, verdict } = judgeInMode([part], reading, 'cli', services);
    const out = sieved.parts?.[0];
    const bytes = out?.kind === 'bytes' ? out.bytes : Buffer.alloc(0);
    writeReport(text(values, 'report'), {
      ...base(rules.hash, service, input),
      direction,
      verdict,
      ...(sieved.error ? { error: { code: sieved.error.code } } : {}),
      bytesOut: sieved.error ? 0 : bytes.length,
      decisions,
    });
    if (sieved.error) {
      process.stderr.write(`refused: ${sieved.error.code}: ${ERRORS[sieved.error.code][2]} ${sieved.error.hint}\n`);
      return 1;
    }
    process.stdout.write(bytes);
    return 0;
  },
};

/** What the device is; absent: nobody has said. Throws `config` for a word that is no kind. */
function kindOf(values: Values): DeviceKind | undefined {
  return text(values, 'kind') === undefined ? undefined : oneOf(values, 'kind', DEVICE_KINDS, 'other');
}

function base(ruleset: string, service: string, input: Uint8Array): Pick<Report, 'service' | 'ruleset' | 'bytesIn'> {
  return { service, ruleset, bytesIn: input.length };
}

function writeReport(file: string | undefined, report: Report): void {
  if (file !== undefined) writeFileSync(file, `${JSON.stringify(report)}\n`, { mode: 0o600 });
}

/** Bytes of an answer with this hub's originals put back; a running hub is not disturbed: a copy of its store is read. */
async function restored(
  bytes: Uint8Array,
  type: string | undefined,
  service: string,
  dir: string,
  limits: Limits,
): Promise<Uint8Array> {
  const from = path.join(dir, 'store');
  if (!existsSync(from)) return bytes;
  return withStoreCopy(dir, async ({ store, keys }) => {
    const vault = await openVault(store, { key: keys.household, random: randomBytes, now: Date.now });
    return restoreBody(bytes, type ?? 'application/json', vault.originals(service), limits);
  });
}

/** The hub's key where there is a hub, so that pseudonyms are its own; else one for this call. */
function masterKey(dir: string): Uint8Array {
  return existsSync(path.join(dir, 'master.key')) && readFileSync(path.join(dir, 'master.key')).length > 0
    ? openKeys(dir).master
    : randomBytes(32);
}
