// Runs the command line as its users do: a process, its two streams, its exit code.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const CLI = fileURLToPath(new URL('../../cli.js', import.meta.url));

export interface Ran {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export function run(args: readonly string[], input: string | Uint8Array = ''): Promise<Ran> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [CLI, ...args], { stdio: 'pipe' });
    let [stdout, stderr] = ['', ''];
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    child.stdin.on('error', () => {}); // it may answer without reading
    child.stdin.end(input);
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, stdout, stderr }));
  });
}

export interface Scratch {
  readonly dir: string;
  /** The path of a file in it; written when `text` is given. */
  file(name: string, text?: string): string;
}

/** A directory that is gone after the test. */
export function scratch(t: { teardown(clean: () => void): void }): Scratch {
  const dir = mkdtempSync(path.join(tmpdir(), 'hubsieve-test-'));
  t.teardown(() => rmSync(dir, { recursive: true, force: true }));
  const file = (name: string, text?: string): string => {
    const full = path.join(dir, name);
    if (text !== undefined) writeFileSync(full, text);
    return full;
  };
  return { dir, file };
}
