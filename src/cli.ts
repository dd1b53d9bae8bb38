#!/usr/bin/env node
// The commands. Exit 0: good; 1: the answer is no; 2: cannot.
import { parseArgs } from 'node:util';
import { commandOf } from './cli/commands.js';
import { asHubError, type HubError } from './errors.js';

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

main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code;
  },
  (fault: unknown) => {
    const parse = fault instanceof TypeError && 'code' in fault;
    const error = asHubError(fault);
    const text = parse ? (fault as Error).message : describe(error);
    process.stderr.write(`hubsieve: ${text}\n`);
    process.exitCode = EXIT_CANNOT;
  },
);

/** The error with every fault it carries. */
function describe(error: HubError): string {
  const faults = Array.isArray(error.cause)
    ? (error.cause as { file: string; line: number; column: number; message: string }[])
    : [];
  const lines = faults.map((f) => `${f.file}:${f.line}:${f.column}: ${f.message}`);
  const inner =
    error.code === 'internal' && error.cause instanceof Error
      ? ` [${error.cause.name} ${(error.cause as NodeJS.ErrnoException).code ?? ''}]`
      : '';
  return [`${error.message}${inner} ${error.hint}`, ...lines].join('\n');
}
