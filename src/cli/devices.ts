// `hubsieve pair` and `hubsieve known`: what a household tells the hub about a device. A running hub is asked; else its store is opened.
import { existsSync } from 'node:fs';
import path from 'node:path';
import { HubError } from '../errors.js';
import { askHub } from '../runtime/control-socket.js';
import { carryOut, type DeviceInstruction, PAIRING_MINUTES, PAIRING_MINUTES_MAX, type Told } from '../runtime/pairing.js';
import type { Command } from './command.js';
import { dataDir, text, type Values } from './common.js';
import { withHome } from './home.js';

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

async function tell(values: Values, instruction: DeviceInstruction): Promise<Told> {
  const dir = dataDir(values);
  if (!existsSync(path.join(dir, 'store'))) throw new HubError('not_found', `${dir} holds no hub's data yet`);
  const asked = await askHub(dir, instruction);
  return asked ?? withHome(values, dir, ({ home, by }) => carryOut(instruction, home.people(), by, Date.now()));
}
