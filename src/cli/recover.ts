// `hubsieve recover`: opens a hub again whose choices were lost. A running hub is asked; else its store is opened.
import { readFileSync } from 'node:fs';
import { HubError, systemReason } from '../errors.js';
import { askRecoverable, askToRecover } from '../runtime/control-socket.js';
import { type Recoverable, type RecoverFrom, readRecoverable, recover as recoverChoices } from '../runtime/recovery.js';
import type { Command } from './command.js';
import { dataDir, text, type Values } from './common.js';
import { withHome } from './home.js';

export const recover: Command = {
  options: {
    config: { type: 'string' },
    'data-dir': { type: 'string' },
    backup: { type: 'string' },
    anew: { type: 'boolean' },
  },
  help: 'recover [--backup F | --anew]             opens a hub whose choices were lost: from its own copy, a backup, or anew',
  run: async (values) => {
    const dir = dataDir(values);
    const found = await look(values, dir);
    if (found.closed === undefined) {
      process.stdout.write('nothing is to be recovered: the choices are whole\n');
      return 0;
    }
    const from = wanted(values);
    process.stdout.write(`${sentence(found)}\n`);
    if (from.from === 'copy' && (found.copyVersion ?? -1) < found.expected) {
      const why =
        found.copyVersion === undefined ? 'has no copy that can be read' : `has a copy of change ${found.copyVersion} only`;
      process.stderr.write(`hubsieve: the hub ${why}: recover --backup FILE, or recover --anew\n`);
      return 1;
    }
    await carryOut(values, dir, from);
    process.stdout.write(
      `recovered ${from.from === 'anew' ? 'with nothing chosen: look through services and devices now' : `from ${from.from === 'copy' ? 'the hub’s own copy' : 'the backup'}`}\n`,
    );
    return 0;
  },
};

function sentence({ closed, expected }: Recoverable): string {
  switch (closed) {
    case 'missing':
      return `the choices are missing (${expected} changes were made): nothing leaves the home`;
    case 'older':
      return `the choices are older than they were (${expected} changes were made): nothing leaves the home`;
    case 'unreadable':
      return 'the choices cannot be read: nothing leaves the home';
    case undefined:
      return 'the choices are whole';
    default:
      return closed satisfies never;
  }
}

/** Throws `config` where the file cannot be read. */
function wanted(values: Values): RecoverFrom {
  const file = text(values, 'backup');
  if (file === undefined) return { from: values['anew'] === true ? 'anew' : 'copy' };
  if (values['anew'] === true) throw new HubError('config', 'recover takes --backup or --anew, not both');
  try {
    return { from: 'backup', text: readFileSync(file, 'utf8') };
  } catch (cause) {
    throw new HubError('config', `${file} cannot be read: ${systemReason(cause) ?? 'unknown reason'}`, { cause });
  }
}

async function look(values: Values, dir: string): Promise<Recoverable> {
  const asked = await askRecoverable(dir);
  return asked ?? withHome(values, dir, ({ home, stores }) => readRecoverable(home.choices, stores));
}

async function carryOut(values: Values, dir: string, from: RecoverFrom): Promise<void> {
  if (await askToRecover(dir, from)) return;
  await withHome(values, dir, ({ home, stores, by }) => recoverChoices(from, home.choices, stores, by));
}
