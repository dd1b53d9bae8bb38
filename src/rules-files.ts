// Reads rules directories from disk for policy/declaration.ts, which itself opens no file.
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { HubError } from './errors.js';
import type { Fault, RulesFile } from './policy/declaration.js';

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
