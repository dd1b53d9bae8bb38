// `hubsieve pair` and `hubsieve known`: what a household tells the hub about a device. A running hub is asked; else its store is opened.
import { randomBytes } from 'node:crypto';
import { existsSync, statSync } from 'node:fs';
import path from 'node:path';
import { logKeyFromSeed } from '../audit/checkpoint.js';
import { openLog } from '../audit/store.js';
import { HubError } from '../errors.js';
import { askHub } from '../runtime/control-socket.js';
import { readCipherKeys } from '../runtime/device-keys.js';
import { openHome } from '../runtime/household.js';
import { openKeys } from '../runtime/install-keys.js';
import { carryOut, type Instruction, PAIRING_MINUTES, PAIRING_MINUTES_MAX, type Told } from '../runtime/pairing.js';
import { limitsOf, ownIdentifiers } from '../services/from-config.js';
import { openLevelStore } from '../store/level.js';
import { VERSION } from '../version.js';
import type { Command } from './command.js';
import { dataDir, readConfig, readRules, text, type Values } from './common.js';

const FILES = { config: { type: 'string' }, 'data-dir': { type: 'string' } } as const;

export const pair: Command = {
  options: { ...FILES, minutes: { type: 'string' } },
  help: 'pair DEVICE [--minutes N]                 for N minutes (0: no longer) it may register anew, under pseudonyms',
  run: async (values, [device, ...more]) => {
    const minutes = Number(text(values, 'minutes') ?? PAIRING_MINUTES);
    if (!Number.isInteger(minutes) || minutes < 0 || minutes > PAIRING_MINUTES_MAX)
      throw new HubError('config', `--minutes takes 0 to ${PAIRING_MINUTES_MAX}`);
    const told = await tell(values, { what: 'pair', device: one(device, more), minutes });
    const until = told.pairingUntilMs === undefined ? undefined : new Date(told.pairingUntilMs).toISOString();
    say(until === undefined ? `${told.device} is not being paired` : `${told.device} is being paired until ${until}`, told);
    return 0;
  },
};

export const known: Command = {
  options: { ...FILES, not: { type: 'boolean' } },
  help: 'known DEVICE [--not]                      its cloud knows it already: it keeps its identifiers until it is paired anew',
  run: async (values, [device, ...more]) => {
    const told = await tell(values, { what: 'known', device: one(device, more), known: values['not'] !== true });
    say(told.device, told);
    return 0;
  },
};

function one(device: string | undefined, more: readonly string[]): string {
  if (device === undefined || more.length > 0) throw new HubError('config', 'one device: its label, MAC, address or name');
  return device;
}

function say(what: string, { knownToVendor }: Told): void {
  process.stdout.write(`${what}; the identifiers it is addressed with ${knownToVendor ? 'stay its own' : 'are pseudonyms'}\n`);
}

async function tell(values: Values, instruction: Instruction): Promise<Told> {
  const dir = dataDir(values);
  if (!existsSync(path.join(dir, 'store'))) throw new HubError('not_found', `${dir} holds no hub's data yet`);
  return (await askHub(dir, instruction)) ?? changeHere(values, dir, instruction);
}

/** No hub runs: the change is made, and recorded, as one would. Throws `config` where that is not for this user, or one runs after all. */
async function changeHere(values: Values, dir: string, instruction: Instruction): Promise<Told> {
  // What root writes there the hub's own user could not read.
  if (statSync(path.join(dir, 'store')).uid !== process.getuid?.())
    throw new HubError('config', `${dir} belongs to another user: start the hub, then it can be told`);
  const { config: read } = readConfig(values);
  const config = { ...read, discovery: { ...read.discovery, enabled: false } };
  const rules = await readRules(config, dir);
  const keys = openKeys(dir);
  const store = await openLevelStore({ path: path.join(dir, 'store'), flushMs: config.audit.flushMs });
  try {
    const key = logKeyFromSeed(`hubsieve/${keys.installId}`, keys.logSeed);
    const log = await openLog(store, { key, random: randomBytes });
    const kept = { config, rules, keys, cipherKeys: readCipherKeys(dir), store, log };
    const home = await openHome({ ...kept, limits: limitsOf(config), own: ownIdentifiers(config) });
    try {
      const by = { policyVersion: rules.hash.slice(0, 19), clientVersion: `cli/${VERSION}`, channel: 'cli' as const };
      return await carryOut(instruction, home.people(), by, Date.now());
    } finally {
      await home.close();
      await log.close();
    }
  } finally {
    await store.close();
  }
}
