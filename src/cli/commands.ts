// Each command: its options, its help, what it does. cli.ts finds it here by name.
import { audit } from './audit.js';
import { ca } from './ca.js';
import type { Command } from './command.js';
import { known, pair } from './devices.js';
import { dns } from './dns.js';
import { doctor } from './doctor.js';
import { password } from './password.js';
import { check, explain, matrix } from './rules.js';
import { sieveCommand } from './sieve.js';
import { start } from './start.js';

const help: Command = {
  options: {},
  help: 'help                                      this list',
  run: async () => {
    process.stdout.write(`hubsieve: a field leaves the home only where a declared purpose justifies it\n\n`);
    for (const { help: line } of Object.values(commands)) process.stdout.write(`  ${line}\n`);
    return 0;
  },
};

export const commands: Readonly<Record<string, Command>> = {
  start,
  sieve: sieveCommand,
  check,
  matrix,
  explain,
  audit,
  ca,
  password,
  dns,
  pair,
  known,
  doctor,
  help,
};
