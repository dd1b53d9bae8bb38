// A started hub in front of a local TLS cloud for hosts that the rules name, and what its household would say to it.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Change } from '#src/household/choices/change.js';
import { openChoices } from '#src/household/choices.js';
import { openKeys } from '#src/runtime/install-keys.js';
import { deviceLabel } from '#src/services/contexts.js';
import { openLevelStore } from '#src/store/level.js';
import { AS_CA, type Pair, Pki } from '../net/pki.js';
import { until } from '../net/tools.js';

/** Hosts of `cosori` in the rules: one exact, one below a pattern. */
export const HOST = 'smartapi.vesync.com';
export const BELOW = 'eu1.cosori.cloud';

export const SSID = 'Kvartira-17-5G';
export const MAC = 'F4:CF:A2:77:88:99';
export const REPORT = JSON.stringify({ deviceStatus: 'on', wifiSSID: SSID, routerMac: MAC, wifiPassword: 'kitten-4711' });
/** As they could stand in any byte. */
export const SECRETS = [SSID, MAC, MAC.replaceAll(':', '').toLowerCase(), 'kitten-4711'];

export interface Certified {
  readonly pki: Pki;
  readonly root: Pair;
  readonly server: Pair;
}

export function certify(): Certified {
  const pki = new Pki();
  const root = pki.make({ subject: '/CN=cloud root', extensions: AS_CA });
  const names = `subjectAltName=DNS:${HOST},DNS:${BELOW},DNS:cloud.example`;
  const server = pki.make({ by: root, extensions: [names, 'basicConstraints=CA:FALSE', 'extendedKeyUsage=serverAuth'] });
  return { pki, root, server };
}

/** A start takes a second alone, and many where all tests run at once on two cores. */
const START_MS = 60_000;

export interface LogRecord {
  readonly kind: string;
  readonly verdict?: string;
  readonly service?: string;
  readonly error?: string | undefined;
  readonly bytesIn?: number;
}

export class HubProcess {
  readonly dir = mkdtempSync(path.join(tmpdir(), 'hubsieve-tls-'));
  readonly dataDir = path.join(this.dir, 'data');
  readonly config = path.join(this.dir, 'hub.yaml');
  private child: ChildProcess | undefined;
  output = '';

  /** `yaml`: listeners and upstream. */
  constructor(yaml: string, household = `{ ssids: ["${SSID}"], macs: ["${MAC}"] }`) {
    writeFileSync(this.config, `${yaml}\nweb: { port: 0 }\ndiscovery: { enabled: off }\nhousehold: ${household}\n`);
  }

  get isAlive(): boolean {
    return this.child !== undefined && this.child.exitCode === null && this.child.signalCode === null;
  }

  /** Resolves with the ports of the doors, in the order of the config. */
  async start(): Promise<number[]> {
    this.output = '';
    const child = spawn(process.execPath, ['dist/cli.js', 'start', '--config', this.config, '--data-dir', this.dataDir]);
    this.child = child;
    child.stdout.on('data', (bytes: Buffer) => {
      this.output += bytes.toString('utf8');
    });
    child.stderr.on('data', (bytes: Buffer) => {
      this.output += bytes.toString('utf8');
    });
    const end = Date.now() + START_MS;
    const isUp = (): boolean => this.output.includes('page    http');
    while (!isUp() && child.exitCode === null && Date.now() < end) await new Promise((resolve) => setTimeout(resolve, 5));
    if (!isUp()) throw new Error(`the hub did not start: ${this.output}`);
    return [...this.output.matchAll(/door {4}\S+:(\d+)/g)].map(([, port]) => Number(port));
  }

  /** SIGTERM; resolves with the exit code. */
  async stop(): Promise<number | null> {
    const { child } = this;
    if (child === undefined || child.exitCode !== null) return child?.exitCode ?? null;
    child.kill('SIGTERM');
    await until(() => child.exitCode !== null || child.signalCode !== null);
    return child.exitCode;
  }

  signal(name: NodeJS.Signals): void {
    this.child?.kill(name);
  }

  async remove(): Promise<void> {
    this.child?.kill('SIGKILL');
    await until(() => this.child === undefined || this.child.exitCode !== null || this.child.signalCode !== null);
    rmSync(this.dir, { recursive: true, force: true });
  }

  get rootPem(): string {
    return readFileSync(path.join(this.dataDir, 'certs', 'root.crt'), 'utf8');
  }

  run(...args: string[]): string {
    const dirs = ['--data-dir', this.dataDir];
    return execFileSync(process.execPath, ['dist/cli.js', ...args, ...dirs], { encoding: 'utf8' });
  }

  /** The log's records, oldest first; waits until there are `least`, as a refusal is recorded after it. */
  async records(least = 0): Promise<LogRecord[]> {
    const end = Date.now() + START_MS;
    for (;;) {
      const told = this.list();
      if (told.length >= least || Date.now() > end) return told;
    }
  }

  private list(): LogRecord[] {
    const lines = this.run('audit', 'list', '--format', 'json', '--limit', '1000').split('\n');
    const told = lines
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Omit<LogRecord, 'error'> & { error?: { code: string } });
    return told.reverse().map(({ error, ...record }) => ({ ...record, error: error?.code })); // it lists the newest first
  }

  /** Makes a choice of the household; the hub must be stopped. `device`: its address. */
  async choose(change: (label: string) => Change, device = '127.0.0.1'): Promise<void> {
    const keys = openKeys(this.dataDir);
    const store = await openLevelStore({ path: path.join(this.dataDir, 'store'), flushMs: 0 });
    try {
      const choices = await openChoices(store, {
        key: keys.household,
        random: randomBytes,
        now: Date.now,
        base: { services: {}, own: [], retentionDays: 30 },
        record: async () => undefined,
      });
      const by = { policyVersion: '1', clientVersion: '1', channel: 'cli' } as const;
      await choices.apply(change(deviceLabel(keys.master, device)), by);
    } finally {
      await store.close();
    }
  }

  /** Every byte that the hub has stored, in latin1. */
  stored(): string {
    const files = readdirSync(this.dataDir, { recursive: true, withFileTypes: true }).filter((each) => each.isFile());
    return files.map((each) => readFileSync(path.join(each.parentPath, each.name), 'latin1')).join('\n');
  }
}
