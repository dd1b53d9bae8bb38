// What a command is: its options, its help, what it does.
import type { ParseArgsConfig } from 'node:util';

export interface Command {
  readonly options: NonNullable<ParseArgsConfig['options']>;
  readonly help: string;
  /** Resolves with the exit code: 0 good, 1 the answer is no. Throws when it cannot (2). */
  run(values: Readonly<Record<string, string | boolean | undefined>>, positionals: readonly string[]): Promise<number>;
}
