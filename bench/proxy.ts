// The hub beside a bare Node pass-through, both in processes of their own, turn by turn in one run: CPU for a request, the delay it adds, memory, start.
// Only ratios count: the machine's speed drifts, and both are measured in the same seconds. Linux only (it reads /proc).
import { type ChildProcess, fork, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { NODE_FLAGS } from '#src/cli/node-flags.js';

const ROUNDS = Number(process.env['HUBSIEVE_BENCH_ROUNDS'] ?? 4);
const REQUESTS_PER_SECOND = 500;
const ROUND_SECONDS = 5;
const CONNECTIONS = 16;
/** Of /proc: how many parts of a second a tick of CPU time is (sysconf(_SC_CLK_TCK), 100 on every Linux that Node runs on). */
const TICKS_PER_SECOND = 100;

const BODY = JSON.stringify({
  context: { traceId: 'tr-1763773200', method: 'deviceStatus', pid: 'dwf-88213', cid: 'dev-7f3a', configModule: 'AirFryer_158' },
  network: { wifiSSID: 'Guest net of the bench', routerMac: '02:11:22:33:44:55', rssi: -61, ip: '192.0.2.17' },
  status: { mode: 'AirFry', cookSetTemp: 180, currentTemp: 147, remainTime: 412, fanLevel: 3, errorCode: 0, lidOpen: false },
  firmware: { version: '1.2.07', plugin: '2.0.1', build: 20260312 },
  history: [21.5, 22, 22.4, 22.9, 23.1, 24, 24.6, 25.5, 26.1, 27.3, 28, 29.4, 30.2],
  text: 'Preheating finished, basket inserted',
});

function serve(handler: http.RequestListener): void {
  const server = http.createServer(handler);
  server.keepAliveTimeout = 60_000;
  server.listen(0, '127.0.0.1', () => process.send!((server.address() as AddressInfo).port));
}

function cloud(): void {
  serve((request, response) => {
    request.resume().on('end', () => response.writeHead(200, { 'Content-Type': 'application/json' }).end('{"code":0}'));
  });
}

/** The least that a proxy does which sees whole bodies: read, send on, stream the answer back. */
function bare(port: number): void {
  const agent = new http.Agent({ keepAlive: true });
  serve((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => void chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks);
      const { url, method, headers } = request;
      const up = http.request({ host: '127.0.0.1', port, agent, path: url, method, headers }, (answer) => {
        response.writeHead(answer.statusCode!, answer.headers);
        answer.pipe(response);
      });
      up.end(body);
    });
  });
}

async function child(role: string, ...args: string[]): Promise<{ process: ChildProcess; port: number }> {
  const process = fork(fileURLToPath(import.meta.url), [role, ...args]);
  const port = await new Promise<number>((resolve) => process.once('message', (m) => resolve(m as number)));
  return { process, port };
}

const DOOR_PORT = 39_801;
const PAGE_PORT = 39_802;

async function startHub(cloudPort: number, folder: string): Promise<{ process: ChildProcess; readyMs: number }> {
  const config = path.join(folder, 'hubsieve.yaml');
  writeFileSync(
    config,
    `listeners:\n  - { host: 127.0.0.1, port: ${DOOR_PORT}, service: cosori, upstream: "http://127.0.0.1:${cloudPort}" }\n` +
      `web: { port: ${PAGE_PORT} }\ndiscovery: { enabled: false }\nhousehold: { ssids: ["Fjordhaven-Upstairs"], macs: ["3c:84:6a:0b:91:d2"] }\n`,
  );
  const begun = performance.now();
  const hub = spawn(
    process.execPath,
    [
      ...(process.env['HUBSIEVE_BENCH_FLAGS']?.split(' ').filter(Boolean) ?? NODE_FLAGS),
      'dist/cli.js',
      'start',
      '--config',
      config,
      '--data-dir',
      path.join(folder, 'data'),
    ],
    {
      stdio: ['ignore', 'ignore', 'inherit'],
    },
  );
  while (!(await healthy())) await sleep(10);
  return { process: hub, readyMs: performance.now() - begun };
}

function healthy(): Promise<boolean> {
  return new Promise((resolve) => {
    http
      .get({ host: '127.0.0.1', port: PAGE_PORT, path: '/api/v1/health', agent: false }, (answer) => {
        answer.resume();
        resolve(answer.statusCode === 200);
      })
      .on('error', () => resolve(false));
  });
}

/** Seconds of CPU (user and system) that a process has used. Fields 14 and 15 of /proc/pid/stat, behind the command's closing parenthesis. */
function cpuSeconds(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}

const memoryMiB = (pid: number, name: 'VmRSS' | 'VmHWM'): number =>
  Number(new RegExp(`${name}:\\s+(\\d+) kB`).exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1]) / 1024;

/** Sends at the set rate for one round. Gives each request's milliseconds. */
async function load(port: number, agent: http.Agent): Promise<number[]> {
  const took: number[] = [];
  const begun = performance.now();
  const all: Promise<void>[] = [];
  for (let n = 0; n < REQUESTS_PER_SECOND * ROUND_SECONDS; n += 1) {
    const due = begun + (n * 1000) / REQUESTS_PER_SECOND;
    const wait = due - performance.now();
    if (wait > 1) await sleep(wait);
    all.push(post(port, agent).then((ms) => void took.push(ms)));
  }
  await Promise.all(all);
  return took;
}

function post(port: number, agent: http.Agent): Promise<number> {
  const begun = performance.now();
  return new Promise((resolve, reject) => {
    const headers = {
      Host: 'smartapi.vesync.com',
      'Content-Type': 'application/json',
      'Content-Length': Buffer.byteLength(BODY),
    };
    const request = http.request(
      { host: '127.0.0.1', port, agent, method: 'POST', path: '/cloud/v1/report', headers },
      (answer) => {
        if (answer.statusCode !== 200) reject(new Error(`status ${answer.statusCode}`));
        answer.resume().on('end', () => resolve(performance.now() - begun));
      },
    );
    request.on('error', reject).end(BODY);
  });
}

interface Runner {
  readonly name: string;
  readonly port: number;
  readonly pid?: number;
  readonly agent: http.Agent;
  cpu: number;
  readonly took: number[];
}

async function main(): Promise<void> {
  const folder = mkdtempSync(path.join(tmpdir(), 'hubsieve-bench-'));
  const far = await child('cloud');
  const pass = await child('bare', String(far.port));
  const hub = await startHub(far.port, folder);
  const idle = memoryMiB(hub.process.pid!, 'VmRSS');
  const runner = (name: string, port: number, pid?: number): Runner => {
    const agent = new http.Agent({ keepAlive: true, maxSockets: CONNECTIONS });
    return { name, port, ...(pid === undefined ? {} : { pid }), agent, cpu: 0, took: [] };
  };
  const runners = [
    runner('no proxy', far.port),
    runner('bare Node', pass.port, pass.process.pid),
    runner('hubsieve', DOOR_PORT, hub.process.pid),
  ];
  for (const r of runners) await load(r.port, r.agent); // warm up
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const r of runners) {
      const before = r.pid ? cpuSeconds(r.pid) : 0;
      r.took.push(...(await load(r.port, r.agent)));
      if (r.pid) r.cpu += cpuSeconds(r.pid) - before;
    }
  }
  report(runners, hub, idle);
  for (const r of runners) r.agent.destroy();
  for (const process of [hub.process, pass.process, far.process]) process.kill();
  await sleep(500);
  rmSync(folder, { recursive: true, force: true });
}

function report(runners: readonly Runner[], hub: { process: ChildProcess; readyMs: number }, idle: number): void {
  const say = (line: string): void => void process.stdout.write(`${line}\n`);
  const bareCpu = runners[1]!.cpu / runners[1]!.took.length;
  say('            CPU µs/request   ratio    p50 ms   p99 ms');
  for (const { name, took, cpu } of runners) {
    const sorted = took.toSorted((a, b) => a - b);
    const at = (share: number): string => sorted[Math.floor(sorted.length * share)]!.toFixed(2).padStart(8);
    const each = cpu / took.length;
    const used = cpu ? `${(each * 1e6).toFixed(0).padStart(14)} ${(each / bareCpu).toFixed(2).padStart(7)}` : ' '.repeat(22);
    say(`${name.padEnd(12)}${used}  ${at(0.5)} ${at(0.99)}`);
  }
  const pid = hub.process.pid!;
  say(
    `hubsieve: ready in ${(hub.readyMs / 1000).toFixed(2)} s; resident ${idle.toFixed(0)} MiB idle, ${memoryMiB(pid, 'VmHWM').toFixed(0)} MiB at most under load`,
  );
}

const [role, port] = process.argv.slice(2);
if (role === 'cloud') cloud();
else if (role === 'bare') bare(Number(port));
else await main();
