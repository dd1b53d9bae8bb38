#!/usr/bin/env node
// The commands. Exit 0: good; 1: the answer is no; 2: cannot.
import { parseArgs } from 'node:util';
import { commandOf } from './cli/commands.js';
import { describeFault } from './cli/fault.js';

const EXIT_CANNOT = 2;

async function main(argv: readonly string[]): Promise<number> {
  const [name = 'help', ...rest] = argv;
  const command = await commandOf(name);
  if (!command) {
    process.stderr.write(`hubsieve: no command '${name.slice(0, 40)}'; see 'hubsieve help'\n`);
    return EXIT_CANNOT;
  }
  const { values, positionals } = parseArgs({ args: rest, options: command.options, allowPositionals: true, strict: true });
  return command.run(values as Record<string, string | boolean | undefined>, positionals);
}

// Whoever reads may stop early (`audit list | head`): that is no fault, and the command ends by itself. A hub whose console is gone
// goes on: the gate is more than what it says.
process.stdout.on('error', (fault: NodeJS.ErrnoException) => {
  if (fault.code === 'EPIPE' || process.argv[2] === 'start') return;
  process.stderr.write(`hubsieve: the answer could not be written (${fault.code})\n`);
  process.exitCode = EXIT_CANNOT;
});

main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode ||= code;
  },
  (fault: unknown) => {
    const parse = fault instanceof TypeError && 'code' in fault;
    const text = parse ? (fault as Error).message : describeFault(fault);
    process.stderr.write(`hubsieve: ${text}\n`);
    process.exitCode = EXIT_CANNOT;
  },
);
