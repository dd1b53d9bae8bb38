// TLS handshakes: the hub's door beside plain `tls.createServer`, in one process, turn by turn; the clients are a process of their own.
// What counts is the server's own CPU for a handshake with one byte each way, and the ratio: the machine's speed drifts.
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import tls from 'node:tls';
import { fileURLToPath } from 'node:url';
import { openAuthority } from '#src/net/authority.js';
import { Budget } from '#src/net/budget.js';
import { makeCurveKey, makeKey, makeLeaf, makeRoot } from '#src/net/certificates.js';
import { openDoor } from '#src/net/door.js';
import { ReadingTurns } from '#src/net/reading-turns.js';
import { acceptTls } from '#src/net/tls-door.js';

const HOST = 'smartapi.vesync.com';
const ROUNDS = Number(process.env['ROUNDS'] ?? 7);
const HANDSHAKES = Number(process.env['HANDSHAKES'] ?? 400);
/** Devices come a few at a time. */
const AT_ONCE = 4;
/** For a step of the door; nothing here is slow. */
const STEP_MS = 60_000;

/** How the devices of a round come: with a new session each, or with the one that the first was given. */
const MODES = ['full', 'resumed'] as const;
const VERSIONS = ['TLSv1.3', 'TLSv1.2'] as const;

/** What its ratios are to: the kind of certificate that most servers of Node have. */
const BASE = 'plain Node, RSA-2048';

interface Served {
  readonly name: string;
  readonly port: number;
  close(): void;
}

async function openHubDoor(): Promise<Served> {
  const dir = mkdtempSync(path.join(tmpdir(), 'hubsieve-bench-'));
  const authority = await openAuthority({ dir, hosts: [HOST], now: Date.now });
  const reading = new ReadingTurns({ ownerNow: (address) => address });
  const door = await openDoor({
    listen: { host: '127.0.0.1', port: 0 },
    networks: ['127.0.0.0/8'],
    connections: new Budget({ most: 2_000, ownerOf: (address) => address }),
    reading,
    headMs: STEP_MS,
    handlers: {
      tls: (raw) => {
        reading.give(raw);
        acceptTls(raw, {
          inTurn: (_client, step) => step(),
          admit: () => ({ kind: 'open', context: undefined }),
          opened: ({ socket }) => answer(socket),
          noticed: () => undefined,
          authority,
          helloMs: STEP_MS,
          handshakeMs: STEP_MS,
          connectMs: STEP_MS,
          tunnelIdleMs: STEP_MS,
        });
      },
    },
  });
  const close = (): void => {
    door.close();
    rmSync(dir, { recursive: true, force: true });
  };
  return { name: 'hub', port: door.port, close };
}

async function openPlain(name: string, key: string, cert: string): Promise<Served> {
  const server = tls.createServer({ key, cert }, answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { name, port: (server.address() as AddressInfo).port, close: () => server.close() };
}

function answer(socket: tls.TLSSocket): void {
  socket.on('error', () => undefined);
  socket.on('data', () => socket.end('y'));
}

/** CPU of this process in µs, and wall time in ms, for each handshake that the clients' process makes. */
async function measure({ port }: Served, mode: string, version: string): Promise<{ cpu: number; perSecond: number }> {
  const client = spawn(process.execPath, [fileURLToPath(import.meta.url), 'client', String(port), mode, version], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let cpu = { user: 0, system: 0 };
  let from = 0;
  // It says `go` when it is warm, and ends when it has made all.
  client.stdout.once('data', () => {
    cpu = process.cpuUsage();
    from = performance.now();
  });
  await new Promise<void>((resolve, reject) =>
    client.once('close', (code) => (code === 0 ? resolve() : reject(new Error('the clients failed')))),
  );
  const { user, system } = process.cpuUsage(cpu);
  return { cpu: (user + system) / HANDSHAKES, perSecond: (HANDSHAKES * 1000) / (performance.now() - from) };
}

async function runClients(port: number, mode: string, version: string): Promise<void> {
  const bounds = { minVersion: version as tls.SecureVersion, maxVersion: version as tls.SecureVersion };
  const to = { host: '127.0.0.1', port, servername: HOST, rejectUnauthorized: false, ...bounds };
  const once = (session?: Buffer): Promise<Buffer | undefined> =>
    new Promise((resolve, reject) => {
      let given: Buffer | undefined;
      const socket = tls.connect({ ...to, ...(session === undefined ? {} : { session }) }, () => {
        if (session !== undefined && !socket.isSessionReused()) reject(new Error('the session was not resumed'));
        socket.write('x');
      });
      socket.on('session', (fresh) => {
        given = fresh;
      });
      socket.on('data', () => undefined).on('error', reject);
      socket.on('close', () => resolve(given));
    });
  let session: Buffer | undefined;
  for (let i = 0; i < 20; i += 1) session = await once();
  const resumed = mode === 'resumed' ? session : undefined;
  process.stdout.write('go\n');
  let left = HANDSHAKES;
  const one = async (): Promise<void> => {
    while (left-- > 0) await once(resumed);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, one));
}

const median = (list: readonly number[]): number => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)]!;

async function main(): Promise<void> {
  const rootKey = await makeKey();
  const root = { keyPem: rootKey, certificate: makeRoot(rootKey, [HOST], { nowMs: Date.now() }, randomBytes) };
  const open = (name: string, key: string): Promise<Served> =>
    openPlain(name, key, makeLeaf(HOST, key, root, { nowMs: Date.now() }, randomBytes));
  const served = [await openHubDoor(), await open(BASE, await makeKey()), await open('plain Node, P-256', await makeCurveKey())];
  for (const version of VERSIONS)
    for (const mode of MODES) {
      const found = new Map(served.map(({ name }) => [name, { cpu: [] as number[], perSecond: [] as number[] }]));
      for (let round = 0; round < ROUNDS; round += 1)
        for (const each of served) {
          const { cpu, perSecond } = await measure(each, mode, version);
          found.get(each.name)!.cpu.push(cpu);
          found.get(each.name)!.perSecond.push(perSecond);
        }
      const plain = median(found.get(BASE)!.cpu);
      for (const [name, { cpu, perSecond }] of found)
        console.log(
          `${version} ${mode.padEnd(7)} ${name.padEnd(22)} ${median(cpu).toFixed(0).padStart(5)} µs CPU  ${median(perSecond).toFixed(0).padStart(5)}/s  ratio ${(median(cpu) / plain).toFixed(2)}`,
        );
    }
  for (const each of served) each.close();
}

const [what, port, mode = '', version = ''] = process.argv.slice(2);
if (what === 'client') await runClients(Number(port), mode, version);
else await main();
