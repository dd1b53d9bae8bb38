// The command line: finds the command, reads its options, carries it out. Exit 0: good; 1: the answer is no; 2: cannot.
import { parseArgs } from 'node:util';
import { VERSION } from '../version.js';
import type { Command } from './command.js';
import { commandOf } from './commands.js';
import { describeFault } from './fault.js';

const EXIT_CANNOT = 2;
const HELP: ReadonlySet<string> = new Set(['--help', '-h']);
const VERSIONS: ReadonlySet<string> = new Set(['--version', '-V']);

async function carryOut(argv: readonly string[]): Promise<number> {
  const [name = 'help', ...rest] = argv;
  if (VERSIONS.has(name)) {
    process.stdout.write(`hubsieve ${VERSION}\n`);
    return 0;
  }
  const command = await commandOf(HELP.has(name) ? 'help' : name);
  if (!command) {
    process.stderr.write(`hubsieve: no command '${name.slice(0, 40)}'; see 'hubsieve help'\n`);
    return EXIT_CANNOT;
  }
  if (rest.some((word) => HELP.has(word))) {
    process.stdout.write(`hubsieve ${command.help}\n`);
    return 0;
  }
  return runCommand(command, rest);
}

function runCommand(command: Command, args: readonly string[]): Promise<number> {
  const { options } = command;
  const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true, strict: true });
  return command.run(values as Record<string, string | boolean | undefined>, positionals);
}

/** Carries out what `argv` asks for (without Node's and the program's own names) and sets the exit code. Never rejects. */
export async function main(argv: readonly string[]): Promise<void> {
  const [name] = argv;
  // Whoever reads may stop early (`audit list | head`): that is no fault, and the command ends by itself. A hub whose console is gone
  // goes on: the gate is more than what it says.
  process.stdout.on('error', (fault: NodeJS.ErrnoException) => {
    if (fault.code === 'EPIPE' || name === 'start') return;
    process.stderr.write(`hubsieve: the answer could not be written (${fault.code})\n`);
    process.exitCode = EXIT_CANNOT;
  });
  try {
    process.exitCode ||= await carryOut(argv);
  } catch (fault) {
    const isUsage = fault instanceof TypeError && 'code' in fault;
    process.stderr.write(`hubsieve: ${isUsage ? fault.message : describeFault(fault)}\n`);
    process.exitCode = EXIT_CANNOT;
  }
}
