// Each command: its options, its help, what it does. cli.ts finds it here by name.
import type { ParseArgsConfig } from 'node:util';
import { audit } from './audit.js';
import { check, explain, matrix } from './rules.js';
import { sieveCommand } from './sieve.js';
import { start } from './start.js';

export interface Command {
  readonly options: NonNullable<ParseArgsConfig['options']>;
  readonly help: string;
  /** Resolves with the exit code: 0 good, 1 the answer is no. Throws when it cannot (2). */
  run(values: Readonly<Record<string, string | boolean | undefined>>, positionals: readonly string[]): Promise<number>;
}

const help: Command = {
  options: {},
  help: 'help                                      this list',
  run: async () => {
    process.stdout.write(`hubsieve: a field leaves the home only where a declared purpose justifies it\n\n`);
    for (const { help: line } of Object.values(commands)) process.stdout.write(`  ${line}\n`);
    return 0;
  },
};

export const commands: Readonly<Record<string, Command>> = { start, sieve: sieveCommand, check, matrix, explain, audit, help };
