// What several commands need: the config, the rules, standard input.
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { placeOf } from '../config/read.js';
import { type Config, type Fault, formatFault, parseConfig } from '../config.js';
import { HubError } from '../errors.js';
import type { Rules } from '../model.js';
import { loadRules } from '../policy/declaration.js';
import { readCompiledRules, readRulesDir } from '../rules-files.js';
import { strangersIn } from '../services/from-config.js';
import { UNKNOWN } from '../services/hosts.js';
import { withOwnRules } from '../services/rules-store.js';
import { SHIPPED } from '../shipped.js';

export type Values = Readonly<Record<string, string | boolean | undefined>>;

/** The rules that are shipped. */
export const RULES_DIR = SHIPPED.rules;
const DEFAULT_CONFIG = 'hubsieve.yaml';

export interface ReadConfig {
  readonly config: Config;
  /** Undefined: no file, all defaults. */
  readonly file: string | undefined;
  readonly source: string;
}

/** `--config`, else what an installed package's command names. */
export function namedConfig(values: Values): string | undefined {
  return text(values, 'config') ?? (process.env['HUBSIEVE_CONFIG'] || undefined);
}

/** The config named, else `hubsieve.yaml` here if there is one, else the defaults. Throws `config` with every fault. */
export function readConfig(values: Values): ReadConfig {
  const file = namedConfig(values) ?? (existsSync(DEFAULT_CONFIG) ? DEFAULT_CONFIG : undefined);
  if (file === undefined) return { config: parseConfig('', 'defaults'), file, source: '' };
  let source: string;
  try {
    source = readFileSync(file, 'utf8');
  } catch (cause) {
    throw new HubError('config', `${file} cannot be read`, { cause });
  }
  return { config: parseConfig(source, file), file, source };
}

/** What the config says of services and purposes that no rule names, each with its line. */
export function strangerFaults({ config, file = 'defaults', source }: ReadConfig, rules: Rules): Fault[] {
  return strangersIn(config, rules).map(({ at, message }) => ({ file, ...placeOf(source, at), message }));
}

/** Throws `config` with every such fault. */
export function checkAgainstRules(read: ReadConfig, rules: Rules): void {
  const faults = strangerFaults(read, rules);
  if (faults.length > 0) throw new HubError('config', formatFault(faults[0]!), { cause: faults });
}

/** The directories of the shipped rules and of the config's. */
export function rulesDirs(config: Config): string[] {
  return [RULES_DIR, ...config.rules];
}

/** The shipped rules, the config's, and with a data directory those added on the page. Throws `rules` with every fault. */
export async function readRules(config: Config, dir?: string): Promise<Rules> {
  const dirs = rulesDirs(config);
  return loadRules(await readRulesDir(dir === undefined ? dirs : withOwnRules(dirs, dir)), readCompiledRules());
}

/** `--service`: one that the rules name, or `unknown`. Throws `config` for any other. */
export function serviceOf(values: Values, rules: Rules): string {
  const service = required(values, 'service');
  if (service !== UNKNOWN && !rules.services.has(service))
    throw new HubError('config', `no rule names the service ${service.slice(0, 40)}`);
  return service;
}

/** `--data-dir`, else systemd's state directory, else `./data`. */
export function dataDir(values: Values): string {
  return path.resolve(text(values, 'data-dir') ?? process.env['STATE_DIRECTORY']?.split(':')[0] ?? 'data');
}

/** The hub's own authority: in `certs/` of a checkout, else beside its other data. */
export function certsDir(values: Values): string {
  const named = text(values, 'data-dir') ?? process.env['STATE_DIRECTORY'];
  return named === undefined ? SHIPPED.certs : path.join(dataDir(values), 'certs');
}

/** What systemd has opened for this process (sd_listen_fds(3)): descriptors from 3 on, with a name for each. */
export interface Inherited {
  /** Of listening sockets, in their order. */
  readonly doors: readonly number[];
  /** Of hubsieve-neighbours.socket. */
  readonly netlink: number | undefined;
}

const FIRST_DESCRIPTOR = 3;
/** FileDescriptorName= of hubsieve-neighbours.socket. */
const NEIGHBOURS = 'neighbours';

export function inheritedSockets(): Inherited {
  if (process.env['LISTEN_PID'] !== String(process.pid)) return { doors: [], netlink: undefined };
  const names = (process.env['LISTEN_FDNAMES'] ?? '').split(':');
  const all = Array.from({ length: Number(process.env['LISTEN_FDS'] ?? 0) }, (_, i) => i);
  const descriptor = (i: number): number => i + FIRST_DESCRIPTOR;
  const netlink = all.find((i) => names[i] === NEIGHBOURS);
  return {
    doors: all.filter((i) => names[i] !== NEIGHBOURS).map(descriptor),
    netlink: netlink === undefined ? undefined : descriptor(netlink),
  };
}

export function text(values: Values, name: string): string | undefined {
  const value = values[name];
  return typeof value === 'string' ? value : undefined;
}

/** A value that must be given. Throws `config`. */
export function required(values: Values, name: string): string {
  const value = text(values, name);
  if (value === undefined) throw new HubError('config', `--${name} is missing`);
  return value;
}

/** The value if it is one of `words`. Throws `config`. */
export function oneOf<W extends string>(values: Values, name: string, words: readonly W[], otherwise: W): W {
  const value = text(values, name) ?? otherwise;
  const found = words.find((w) => w === value);
  if (found === undefined) throw new HubError('config', `--${name} is one of ${words.join(', ')}`);
  return found;
}

/** All of standard input, at most `max` bytes. Throws `too_large`. */
export async function readInput(max: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of process.stdin) {
    size += (chunk as Buffer).length;
    if (size > max) throw new HubError('too_large');
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks);
}
