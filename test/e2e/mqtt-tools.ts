// A real mosquitto and a real hub process for end-to-end tests.
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import path from 'node:path';
import { until } from '../net/tools.js';
import { missingPrograms, programFile, SYSTEM_ENV } from '../programs.js';

/** Why tests that need a broker do not run here; undefined: they do. */
export const noBroker: string | undefined = missingPrograms('mosquitto');
if (noBroker !== undefined) console.warn(`SKIPPED: tests with a broker: ${noBroker}`);

export function folder(): string {
  return mkdtempSync(path.join(tmpdir(), 'hubsieve-mqtt-'));
}

export async function freePort(): Promise<number> {
  const server = net.createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as net.AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function listening(port: number): Promise<void> {
  let open = false;
  const end = Date.now() + 10_000;
  const knock = (): void => {
    if (Date.now() > end) return;
    const socket = net.connect({ port, host: '127.0.0.1' });
    socket.on('error', () => setTimeout(knock, 10));
    socket.on('connect', () => {
      open = true;
      socket.destroy();
    });
  };
  knock();
  await until(() => open);
}

async function ended(child: ChildProcess): Promise<void> {
  await until(() => child.exitCode !== null || child.signalCode !== null);
}

export interface Broker {
  readonly port: number;
  close(): Promise<void>;
}

/** A mosquitto with nothing in it. `denied/#` may not be published to. */
export async function startBroker(): Promise<Broker> {
  const dir = folder();
  const port = await freePort();
  const lines = [
    'allow_anonymous true',
    'persistence false',
    'max_queued_messages 0',
    'max_inflight_messages 100',
    'log_type none',
  ];
  writeFileSync(path.join(dir, 'acl'), 'pattern readwrite #\npattern deny denied/#\n');
  const config = path.join(dir, 'mosquitto.conf');
  // Started by root it would become another user, who may not read this folder.
  lines.push(`user ${userInfo().username}`);
  writeFileSync(config, `listener ${port} 127.0.0.1\nacl_file ${path.join(dir, 'acl')}\n${lines.join('\n')}\n`);
  const child = spawn(programFile('mosquitto'), ['-c', config], { env: SYSTEM_ENV, stdio: 'ignore' });
  await Promise.race([listening(port), ended(child)]);
  if (child.exitCode !== null) throw new Error('mosquitto did not start');
  return {
    port,
    close: async () => {
      child.kill('SIGKILL');
      await ended(child);
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

/** It takes one second alone, and many where all tests run at once on two cores. */
const START_MS = 60_000;

export interface HubProcess {
  readonly port: number;
  readonly pid: number;
  readonly dataDir: string;
  kill(): Promise<void>;
  start(): Promise<void>;
  /** SIGTERM; resolves with the exit code. */
  stop(): Promise<number | null>;
  remove(): void;
}

/** `node dist/cli.js start` in front of a broker. `more`: lines of YAML. */
export async function startHub(brokerPort: number, more = ''): Promise<HubProcess> {
  const dir = folder();
  const port = await freePort();
  const config = path.join(dir, 'hub.yaml');
  const yaml = `listeners: [{ host: 127.0.0.1, port: ${port}, upstream: "mqtt://127.0.0.1:${brokerPort}" }]
web: { port: 0 }
discovery: { enabled: off }
${more}`;
  writeFileSync(config, yaml);
  const dataDir = path.join(dir, 'data');
  let child: ChildProcess | undefined;
  let output = '';
  const hub = {
    port,
    dataDir,
    get pid() {
      return child!.pid!;
    },
    start: async () => {
      output = '';
      child = spawn(process.execPath, ['dist/cli.js', 'start', '--config', config, '--data-dir', dataDir], {
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      const keep = (bytes: Buffer): void => {
        output += bytes.toString('utf8');
      };
      child.stdout!.on('data', keep);
      child.stderr!.on('data', keep);
      const from = performance.now();
      const isUp = (): boolean => output.includes('page ');
      while (!isUp() && child.exitCode === null && performance.now() - from < START_MS)
        await new Promise((r) => setTimeout(r, 5));
      if (!isUp()) throw new Error(`the hub did not start in ${START_MS} ms: exit code ${child.exitCode}, ${output}`);
    },
    kill: async () => {
      child!.kill('SIGKILL');
      await ended(child!);
    },
    stop: async () => {
      child!.kill('SIGTERM');
      await ended(child!);
      return child!.exitCode;
    },
    remove: () => rmSync(dir, { recursive: true, force: true }),
  };
  await hub.start();
  return hub;
}
