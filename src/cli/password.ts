// `hubsieve password reset`: back to the first run, for who has the hub's machine in hand.
import { existsSync } from 'node:fs';
import path from 'node:path';
import { HubError } from '../errors.js';
import { RESET_MS, writeReset } from '../runtime/password-reset.js';
import { codeMark, makeCode } from '../web/account.js';
import type { Command } from './command.js';
import { dataDir } from './common.js';

const MINUTE_MS = 60_000;

export const password: Command = {
  options: { 'data-dir': { type: 'string' } },
  help: 'password reset [--data-dir D]             a code for choosing a new password; ends every session',
  run: async (values, [word = '']) => {
    if (word !== 'reset') throw new HubError('config', 'password reset');
    const dir = dataDir(values);
    if (!existsSync(path.join(dir, 'account.json'))) {
      process.stderr.write(`hubsieve: no password was chosen in ${dir}: the hub says the first-run code when it starts\n`);
      return 1;
    }
    const code = makeCode();
    writeReset(dir, codeMark(code), Date.now());
    process.stdout.write(`${code}\n`);
    process.stderr.write(
      `Open the page within ${RESET_MS / MINUTE_MS} minutes and give this code: it asks for a new password.\n` +
        'The old password and the second factor end with the first request to the page, and so does every session.\n' +
        'Tokens of scripts and the family pin stay; take them back in Settings if they may be known.\n',
    );
    return 0;
  },
};
