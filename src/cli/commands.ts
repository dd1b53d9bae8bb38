// The commands by name. Each is read from disk when it is called for: a hub that starts needs none of the others.
import type { Command } from './command.js';

const help: Command = {
  options: {},
  help: 'help                                      this list',
  run: async () => {
    process.stdout.write(`hubsieve: a field leaves the home only where a declared purpose justifies it\n\n`);
    for (const read of Object.values(commands)) process.stdout.write(`  ${(await read()).help}\n`);
    return 0;
  },
};

const commands: Readonly<Record<string, () => Promise<Command>>> = {
  start: async () => (await import('./start.js')).start,
  sieve: async () => (await import('./sieve.js')).sieveCommand,
  check: async () => (await import('./rules.js')).check,
  rules: async () => (await import('./rules.js')).rules,
  matrix: async () => (await import('./rules.js')).matrix,
  explain: async () => (await import('./rules.js')).explain,
  audit: async () => (await import('./audit.js')).audit,
  ca: async () => (await import('./ca.js')).ca,
  password: async () => (await import('./password.js')).password,
  dns: async () => (await import('./dns.js')).dns,
  pair: async () => (await import('./devices.js')).pair,
  known: async () => (await import('./devices.js')).known,
  recover: async () => (await import('./recover.js')).recover,
  doctor: async () => (await import('./doctor.js')).doctor,
  gate: async () => (await import('./gate.js')).gate,
  help: async () => help,
};

/** The command of this name; undefined where there is none. */
export async function commandOf(name: string): Promise<Command | undefined> {
  return Object.hasOwn(commands, name) ? commands[name]!() : undefined;
}
