// `hubsieve doctor`: looks at everything a start needs and a home relies on, and says what is wrong and what helps.
import { X509Certificate } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { get as getHttp } from 'node:http';
import { get as getHttps } from 'node:https';
import { createServer } from 'node:net';
import { networkInterfaces } from 'node:os';
import path from 'node:path';
import type { Config, ListenerConfig } from '../config.js';
import { asHubError } from '../errors.js';
import { isPublic, plainAddress } from '../net/address.js';
import { Authority, ROOT_CERTIFICATE_FILE } from '../net/authority.js';
import { createResolve } from '../net/resolve.js';
import { TrustMemory } from '../protocol/tls/trust-memory.js';
import { readServed } from '../runtime/root-watch.js';
import type { Command } from './command.js';
import { certsDir, checkAgainstRules, dataDir, readConfig, readRules, type Values } from './common.js';
import { describeFault } from './fault.js';
import { type Kept, readKept } from './kept.js';

/** `note`: worth knowing, nothing to mend. */
interface Finding {
  readonly state: 'good' | 'bad' | 'note';
  readonly text: string;
}

const NODE_LEAST = [20, 19] as const;
const DAY_MS = 24 * 60 * 60 * 1000;
/** Bringing a new root to every device of a home takes evenings. */
const EXPIRY_NOTICE_DAYS = 60;
/** A hub on this machine answers at once. */
const HEALTH_MS = 2000;

const good = (text: string): Finding => ({ state: 'good', text });
const bad = (text: string): Finding => ({ state: 'bad', text });
const note = (text: string): Finding => ({ state: 'note', text });

export const doctor: Command = {
  options: { config: { type: 'string' }, 'data-dir': { type: 'string' } },
  help: 'doctor [--config F] [--data-dir D]        looks for what keeps the hub from working',
  run: async (values) => {
    const findings = [checkNode(process.versions.node), ...(await examine(values))];
    for (const { state, text } of findings) process.stdout.write(`${state}  ${text}\n`);
    return findings.some(({ state }) => state === 'bad') ? 1 : 0;
  },
};

async function examine(values: Values): Promise<Finding[]> {
  let config: Config;
  let kept: Kept;
  const findings: Finding[] = [];
  try {
    const read = readConfig(values);
    config = read.config;
    findings.push(good(`config: ${read.file ?? 'none, all defaults'}`));
    const rules = await readRules(config);
    checkAgainstRules(read, rules);
    findings.push(good(`rules: ${rules.services.size} services`));
    kept = await readKept(dataDir(values), config, rules);
  } catch (fault) {
    return [...findings, ...describeFault(fault).split('\n').map(bad)]; // the rest stands on these
  }
  findings.push(...checkStore(kept), ...checkLog(kept), ...(await checkRoot(values, kept)));
  const running = await isRunning(config);
  if (running) findings.push(...checkServed(values));
  for (const listener of config.listeners) findings.push(await checkDoor(listener, running));
  return [...findings, ...(await checkNames(config, kept)), ...opaqueNotes(kept)];
}

export function checkNode(version: string): Finding {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const isEnough = major > NODE_LEAST[0] || (major === NODE_LEAST[0] && minor >= NODE_LEAST[1]);
  return isEnough ? good(`Node ${version}`) : bad(`Node ${version} is too old: ${NODE_LEAST.join('.')} at least`);
}

function checkStore({ damaged, closed }: Kept): Finding[] {
  const files = damaged.map((file) => bad(`store: ${file} is damaged; the next start mends it, and says what was lost`));
  return closed === undefined ? files : [...files, bad(`choices: ${closed}; nothing leaves the home: hubsieve recover`)];
}

function checkLog({ log }: Kept): Finding[] {
  if (log === undefined) return [note('log and keys: none yet, the first start makes them')];
  return [log.ok ? good('keys and log: the log proves itself') : bad('the log does not prove itself: hubsieve audit verify')];
}

async function checkRoot(values: Values, { services, trust }: Kept): Promise<Finding[]> {
  let authority: Authority;
  try {
    authority = await Authority.open({ dir: certsDir(values), hosts: services.hosts, now: Date.now, create: false });
  } catch (fault) {
    return [
      asHubError(fault).code === 'not_found' ? note('root: none yet, the first start makes it') : bad(describeFault(fault)),
    ];
  }
  const { fingerprint, expiresAtMs, uncovered } = authority;
  const days = Math.floor((expiresAtMs - Date.now()) / DAY_MS);
  const findings = [
    days < EXPIRY_NOTICE_DAYS ? bad(`root: ends in ${days} days: hubsieve ca rotate`) : good(`root: ${days} days left`),
  ];
  if (uncovered.length > 0) {
    const devices = new TrustMemory(trust).clientsTrusting(fingerprint).sort();
    const then = devices.length === 0 ? '' : `, and then these must take the new one: ${devices.join(', ')}`;
    findings.push(bad(`root: ${uncovered.join(', ')} is beyond it: hubsieve ca rotate${then}`));
  }
  return findings;
}

/** A root that was rotated must be the one that devices are shown. */
function checkServed(values: Values): Finding[] {
  const file = path.join(certsDir(values), ROOT_CERTIFICATE_FILE);
  const served = readServed(certsDir(values));
  if (served === undefined || !existsSync(file)) return [];
  if (new X509Certificate(readFileSync(file)).fingerprint256 === served) return [good('root: the running hub serves it')];
  return [bad('root: the running hub still serves the one before it: restart the hub, and see what it says')];
}

/** Whether a hub answers on the page's port: in the clear, or in TLS where the page is open to the home. */
async function isRunning({ web }: Config): Promise<boolean> {
  const host = web.host === '0.0.0.0' ? '127.0.0.1' : web.host === '::' ? '::1' : web.host;
  return (await isWell(getHttp, host, web.port)) || (await isWell(getHttps, host, web.port));
}

function isWell(get: typeof getHttp | typeof getHttps, host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    // The page's certificate is the hub's own; nothing is sent or believed here but whether one answers.
    const options = { host, port, path: '/api/v1/health', timeout: HEALTH_MS, rejectUnauthorized: false };
    const request = get(options, (answer) => {
      answer.resume();
      resolve(answer.statusCode === 200);
    });
    request.on('timeout', () => request.destroy()).on('error', () => resolve(false));
    request.on('close', () => resolve(false));
  });
}

async function checkDoor({ host, port, transparent }: ListenerConfig, running: boolean): Promise<Finding> {
  if (transparent) return note(`door ${port}: transparent, its socket comes from systemd (hubsieve-transparent.socket)`);
  const fault = await tryListen(host, port);
  if (fault === undefined)
    return running && port !== 0 ? bad(`door ${host}:${port}: the hub runs without it`) : good(`door ${host}:${port}: free`);
  if (fault === 'EADDRINUSE')
    return running ? good(`door ${host}:${port}: open`) : bad(`door ${host}:${port}: another program has it`);
  return bad(
    `door ${host}:${port}: ${fault === 'EACCES' ? 'the system does not allow it; see docs/ways-in.md' : `cannot be opened (${fault})`}`,
  );
}

/** The system's code for why nothing can listen there; undefined: it can. */
function tryListen(host: string, port: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', (fault: NodeJS.ErrnoException) => resolve(fault.code ?? 'unknown'));
    server.listen({ host, port }, () => server.close(() => resolve(undefined)));
  });
}

/** The hub's own resolver must not be the one that leads the services' names to the hub. */
async function checkNames({ upstream }: Config, { services }: Kept): Promise<Finding[]> {
  const resolve = createResolve(upstream.dns);
  const own = new Set(
    Object.values(networkInterfaces()).flatMap((list) => (list ?? []).map(({ address }) => plainAddress(address))),
  );
  const hosts = services.hosts.filter((host) => !host.startsWith('*.'));
  const answers = await Promise.all(hosts.map(async (host) => ({ host, found: await resolve(host).catch(() => []) })));
  const circular = answers.filter(({ found }) => found.some(({ address }) => own.has(plainAddress(address))));
  const inside = answers.filter((each) => !circular.includes(each) && each.found.some(({ address }) => !isPublic(address)));
  const silent = answers.filter(({ found }) => found.length === 0);
  const findings: Finding[] = [];
  if (circular.length > 0)
    findings.push(bad(`names: ${list(circular)} lead back to this hub: set upstream.dns to another resolver`));
  if (inside.length > 0) findings.push(bad(`names: ${list(inside)} lead into the home: set upstream.dns to another resolver`));
  if (silent.length > 0) findings.push(note(`names: no answer for ${list(silent)}`));
  return findings.length === 0 ? [good(`names: ${hosts.length} hosts lead to their clouds`)] : findings;
}

function opaqueNotes({ trust }: Kept): Finding[] {
  const kib = (bytes: number): string => `${Math.ceil(bytes / 1024)} KiB`;
  return trust.opaque
    .filter(({ certain }) => certain)
    .map(({ client, host, reason, times, tunnels, bytesUp, bytesDown }) =>
      note(
        `opaque: ${client} to ${host} (${reason}): ${times} refused, ${tunnels} unread, ${kib(bytesUp)} up, ${kib(bytesDown)} down`,
      ),
    );
}

function list(answers: readonly { readonly host: string }[]): string {
  return answers.map(({ host }) => host).join(', ');
}
