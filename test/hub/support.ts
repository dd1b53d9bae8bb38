// A hub as its users run it: a process of its own, a config file, a data directory; and a device that speaks HTTP to it.
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const CLI = fileURLToPath(new URL('../../cli.js', import.meta.url));

/** It takes one second alone, and many where all tests run at once on two cores. */
const START_MS = 60_000;
/** How it says where it listens. */
const DOOR = /door {4}\S+:(\d+)/;
const PAGE = /page {4}http:\S+:(\d+)\//;

export interface HubProcess {
  readonly child: ChildProcess;
  readonly door: number;
  readonly page: number;
  readonly data: string;
  /** All it has said on both streams. */
  said(): string;
  /** Resolves with its exit code or the signal that ended it. */
  readonly ended: Promise<number | string>;
}

export interface Home {
  readonly dir: string;
  readonly data: string;
  start(upstreamPort: number, more?: object): Promise<HubProcess>;
}

/** A directory for config and data; every hub started in it is gone after the test. */
export function home(t: { teardown(clean: () => Promise<void>): void }): Home {
  const dir = mkdtempSync(path.join(tmpdir(), 'hubsieve-hub-'));
  const data = path.join(dir, 'data');
  const started: Pick<HubProcess, 'child' | 'ended'>[] = [];
  t.teardown(async () => {
    for (const hub of started) hub.child.kill('SIGKILL');
    await Promise.all(started.map((hub) => hub.ended));
    rmSync(dir, { recursive: true, force: true });
  });
  const start = async (upstreamPort: number, more: object = {}): Promise<HubProcess> => {
    const listener = { host: '127.0.0.1', port: 0, service: 'cosori', upstream: `http://127.0.0.1:${upstreamPort}` };
    const config = { listeners: [listener], web: { host: '127.0.0.1', port: 0 }, discovery: { enabled: false }, ...more };
    const file = path.join(dir, 'hub.yaml');
    writeFileSync(file, JSON.stringify(config));
    // A shell that ignores SIGXFSZ hands that on: a write past a size limit is then an error, as on a full disk.
    const line = `trap '' XFSZ; exec "${process.execPath}" "${CLI}" start --config "${file}" --data-dir "${data}"`;
    const child = spawn('/bin/sh', ['-c', line], { stdio: ['ignore', 'pipe', 'pipe'] });
    let text = '';
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (more: string) => {
        text += more;
      });
    const ended = new Promise<number | string>((resolve) => child.on('close', (code, signal) => resolve(code ?? signal ?? '')));
    started.push({ child, ended });
    let over = false;
    void ended.then(() => {
      over = true;
    });
    const from = performance.now();
    while (!over && !PAGE.test(text) && performance.now() - from < START_MS) await new Promise((r) => setTimeout(r, 5));
    if (over || !PAGE.test(text)) throw new Error(`the hub did not start: ${text}`);
    const port = (pattern: RegExp): number => Number(pattern.exec(text)?.[1]);
    return { child, door: port(DOOR), page: port(PAGE), data, said: () => text, ended };
  };
  return { dir, data, start };
}

export interface Answer {
  readonly status: number;
  readonly text: string;
}

/** One request on a connection of its own. */
export function ask(port: number, target: string, body?: string, headers: http.OutgoingHttpHeaders = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const type = body === undefined ? {} : { 'Content-Type': 'application/json' };
    const method = body === undefined ? 'GET' : 'POST';
    const request = http.request({
      port,
      host: '127.0.0.1',
      path: target,
      method,
      agent: false,
      headers: { ...type, ...headers },
    });
    request.on('response', (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (more: string) => {
        text += more;
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
    });
    request.on('error', reject);
    request.end(body);
  });
}

/** Every byte of every file below `dir`, in latin1. */
export function bytesBelow(dir: string): string {
  const files = readdirSync(dir, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return files.map((entry) => readFileSync(path.join(entry.parentPath, entry.name)).toString('latin1')).join('\n');
}
