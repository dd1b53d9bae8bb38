// Reads rules directories from disk for policy/declaration.ts, which itself opens no file.
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { HubError } from './errors.js';
import { type CompiledRules, parseCompiled } from './policy/compiled.js';
import type { Fault, RulesFile } from './policy/declaration.js';
import { SHIPPED } from './shipped.js';

const UTF8 = new TextDecoder('utf-8', { fatal: true });

/**
 * All rules files of these directories, the main one first; names begin with the directory as given. Every `.yaml` and `.yml` is
 * taken, so that one in the wrong place is a fault and not a rule less. Throws `HubError('rules')` when a directory or a file
 * cannot be read, or holds bytes that are not UTF-8.
 */
export async function readRulesDir(dirs: readonly string[]): Promise<readonly RulesFile[]> {
  const files: RulesFile[] = [];
  for (const dir of dirs) {
    for (const name of await namesIn(dir)) files.push({ name, text: await textOf(name) });
  }
  return files;
}

/** The day by this machine's clock, as rules write it: `2026-11-30`. */
export function today(): string {
  return new Date().toISOString().slice(0, 'yyyy-mm-dd'.length);
}

/** The shipped rules, compiled by the build (tools/compile-rules.mjs). */
export const COMPILED = SHIPPED.compiledRules;
/** What decides what is made of rules: the code that reads them, their words, and what it asks of names and paths. */
const COMPILER = ['./policy/', './model/', './recognize/', './recognize/name/', './recognize/field-map/', './text/'].map(
  (part) => new URL(part, import.meta.url),
);

/** What `compilerId` says, where the code has been bundled and has no files of its own any more (tools/package/bundle.mjs sets it). */
declare const BUNDLED_COMPILER: string | undefined;

/** Says by what code rules are compiled here: another one may make something else of the same files. */
export function compilerId(): string {
  if (typeof BUNDLED_COMPILER === 'string') return BUNDLED_COMPILER;
  const hash = createHash('sha256');
  for (const part of COMPILER) {
    const names = readdirSync(part).filter((name) => name.endsWith('.js'));
    for (const file of names.sort().map((name) => new URL(name, part))) hash.update(readFileSync(file)).update('\0');
  }
  return hash.digest('hex');
}

/** What the build made of the shipped rules; undefined without a build, or where the code has changed since: then the YAML is read. */
export function readCompiledRules(): CompiledRules | undefined {
  try {
    return parseCompiled(readFileSync(COMPILED, 'utf8'), compilerId());
  } catch {
    return undefined; // no such file: nothing is lost but time
  }
}

async function namesIn(dir: string): Promise<string[]> {
  try {
    const entries = await readdir(dir, { recursive: true, withFileTypes: true });
    const names = entries.filter((entry) => !entry.isDirectory()).map((entry) => join(entry.parentPath, entry.name));
    return names.filter((name) => /(?:\.ya?ml|(?:^|[/\\])dpv-terms\.txt)$/.test(name)).sort();
  } catch (cause) {
    throw unreadable(dir, 'the directory cannot be read', cause);
  }
}

async function textOf(name: string): Promise<string> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(name);
  } catch (cause) {
    throw unreadable(name, 'the file cannot be read', cause);
  }
  try {
    return UTF8.decode(bytes);
  } catch (cause) {
    throw unreadable(name, 'the file is not UTF-8', cause);
  }
}

function unreadable(file: string, message: string, cause: unknown): HubError {
  const code = (cause as NodeJS.ErrnoException).code;
  const fault: Fault = { file, line: 1, column: 1, message: code === undefined ? message : `${message} (${code})` };
  return new HubError('rules', `${file}: ${fault.message}`, { cause: [fault] });
}
