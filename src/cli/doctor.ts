// `hubsieve doctor`: looks at everything a start needs and a home relies on, and says what is wrong and what helps.
import { uptime } from 'node:os';
import type { Config, ListenerConfig } from '../config.js';
import { asHubError } from '../errors.js';
import { checkRootFiles, checkTrustFiles, EXPIRY_NOTICE_DAYS } from '../health/certificates.js';
import { checkClock } from '../health/clock.js';
import { checkDisk } from '../health/disk.js';
import { checkGate, isGateway } from '../health/gate.js';
import { checkClouds, checkNames } from '../health/reach.js';
import { findHub, isListenedOn, type Running, tryListen } from '../health/running.js';
import { checkStore } from '../health/store.js';
import { readUnits, stateOf, type Unit } from '../health/unit.js';
import { sentenceOf } from '../health/words.js';
import { Authority } from '../net/authority.js';
import { checkRules, formatFault } from '../policy/declaration.js';
import { TrustMemory } from '../protocol/tls/trust-memory.js';
import { readRulesDir, today } from '../rules-files.js';
import { readBuildMs } from '../runtime/build-date.js';
import { askHealth } from '../runtime/control-socket.js';
import { readGateState } from '../runtime/gate-state.js';
import { withOwnRules } from '../services/rules-store.js';
import type { HubFault } from '../web/facade.js';
import type { Command } from './command.js';
import { certsDir, checkAgainstRules, dataDir, readConfig, readRules, rulesDirs, type Values } from './common.js';
import { describeFault } from './fault.js';
import { type Kept, readKept } from './kept.js';

/** `note`: worth knowing, nothing to mend. */
interface Finding {
  readonly state: 'good' | 'bad' | 'note';
  readonly text: string;
}

const NODE_LEAST = [20, 19] as const;
const DAY_MS = 24 * 60 * 60 * 1000;
const UNIT = 'hubsieve.service';
/** systemd/: what each is for, where it is installed and does not run. */
const HELPERS: Readonly<Record<string, string>> = {
  'hubsieve-transparent.socket': 'no connection that devices meant for a cloud comes to the hub',
  'hubsieve-neighbours.socket': 'no device is told by its MAC over IPv6',
  'hubsieve-gate.service': 'the gate was not loaded, or only by the copy that worked last',
  'hubsieve-gate-watch.service': 'nobody notices when the gate is changed',
  'hubsieve-redirect.service': 'nothing brings devices’ connections to the hub',
};
/** The folders that the unit's StateDirectory= is seen as. */
const UNIT_STATE = /^\/var\/lib\/(?:private\/)?hubsieve$/;

const good = (text: string): Finding => ({ state: 'good', text });
const bad = (text: string): Finding => ({ state: 'bad', text });
const note = (text: string): Finding => ({ state: 'note', text });

export const doctor: Command = {
  options: { config: { type: 'string' }, 'data-dir': { type: 'string' } },
  help: 'doctor [--config F] [--data-dir D]        looks for what keeps the hub from working; 1: something does',
  run: async (values) => {
    const findings = distinct([checkNode(process.versions.node), ...(await examine(values))]);
    for (const { state, text } of findings) process.stdout.write(`${state}  ${text}\n`);
    return findings.some(({ state }) => state === 'bad') ? 1 : 0;
  },
};

/** What two looks found is told once. */
function distinct(findings: readonly Finding[]): Finding[] {
  return [...new Map(findings.map((one) => [one.text, one])).values()];
}

/** No fault hides another: what one look stands on may be missing, and then only that look is left out. */
async function examine(values: Values): Promise<Finding[]> {
  const { config, rules, findings } = await readBasics(values);
  const running = config === undefined ? 'none' : await findHub(config);
  findings.push(...(await checkUnits(values, running)));
  if (config === undefined) return findings;
  const isRunning = running !== 'none';
  const nowMs = Date.now();
  findings.push(...said(checkDisk(dataDir(values))), ...said(checkTrustFiles(config.upstream.trust, nowMs)));
  findings.push(...said(checkGate(readGateState(nowMs), isGateway(config))), ...(await checkHub(values, running)));
  for (const listener of config.listeners) findings.push(await checkDoor(listener, isRunning));
  const kept = rules === undefined ? undefined : await keptOf(values, config, rules, findings);
  findings.push(...said(checkClock(nowMs, readBuildMs(), kept?.lastEntryMs)));
  findings.push(...(await checkRoot(values, kept, isRunning)));
  if (kept === undefined) return findings;
  const hosts = kept.services.hosts.all.filter((host) => !host.startsWith('*.'));
  const names = await checkNames(config, hosts);
  // Without names every cloud would be named beside the one fault.
  const clouds = names.some(({ text }) => text.startsWith('names: no name server')) ? [] : await checkClouds(config, kept.used);
  return [...findings, ...names, ...clouds, ...opaqueNotes(kept)];
}

interface Basics {
  readonly config: Config | undefined;
  readonly rules: Awaited<ReturnType<typeof readRules>> | undefined;
  readonly findings: Finding[];
}

async function readBasics(values: Values): Promise<Basics> {
  const findings: Finding[] = [];
  let config: Config | undefined;
  try {
    const read = readConfig(values);
    config = read.config;
    const rules = await readRules(config);
    checkAgainstRules(read, rules);
    findings.push(good(`config: ${read.file ?? 'none, all defaults'}`), good(`rules: ${rules.services.size} services`));
    findings.push(...(await remarksOn(config, dataDir(values))));
    return { config, rules, findings };
  } catch (fault) {
    return { config, rules: undefined, findings: [...findings, ...describeFault(fault).split('\n').map(bad)] };
  }
}

/** Keys, choices and log: what cannot be read is a fault, and named as such. */
async function keptOf(
  values: Values,
  config: Config,
  rules: NonNullable<Basics['rules']>,
  findings: Finding[],
): Promise<Kept | undefined> {
  try {
    const kept = await readKept(dataDir(values), config, rules);
    const { damaged, closed } = kept;
    findings.push(...said(checkStore({ damaged, closed, continued: undefined })), ...checkLog(kept));
    return kept;
  } catch (fault) {
    findings.push(...describeFault(fault).split('\n').map(bad));
    return undefined;
  }
}

/** What rules in use should not say; it does not keep the hub from working. */
async function remarksOn(config: Config, dir: string): Promise<Finding[]> {
  const found = checkRules(await readRulesDir(withOwnRules(rulesDirs(config), dir)), { today: today() });
  return found.filter(({ isRemark }) => isRemark).map((remark) => note(formatFault(remark)));
}

export function checkNode(version: string): Finding {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const isEnough = major > NODE_LEAST[0] || (major === NODE_LEAST[0] && minor >= NODE_LEAST[1]);
  return isEnough ? good(`Node ${version}`) : bad(`Node ${version} is too old: ${NODE_LEAST.join('.')} at least`);
}

const said = (faults: readonly HubFault[]): Finding[] => faults.map((one) => bad(sentenceOf(one)));

/** The hub's unit and those around it, where this folder is theirs. */
async function checkUnits(values: Values, running: Running): Promise<Finding[]> {
  const units = UNIT_STATE.test(dataDir(values)) ? await readUnits([UNIT, ...Object.keys(HELPERS)]) : undefined;
  const hub = units?.get(UNIT);
  const findings = hub === undefined ? [] : [checkUnit(hub, running)];
  for (const [name, what] of Object.entries(HELPERS)) {
    const state = units?.get(name)?.get('ActiveState');
    const isWanted = units?.get(name)?.get('UnitFileState') === 'enabled' || name === 'hubsieve-neighbours.socket';
    if (state !== undefined && isWanted && state !== 'active') findings.push(bad(`${name} is ${state}: ${what}`));
  }
  return findings;
}

function checkUnit(unit: Unit, running: Running): Finding {
  const state = stateOf(unit, uptime());
  const times = unit.get('NRestarts');
  switch (state) {
    case 'calm':
      return running === 'none'
        ? bad(`${UNIT} runs, and nobody answers at the page’s port: journalctl -u hubsieve`)
        : good(`${UNIT} runs`);
    case 'restarted':
      return bad(`${UNIT} runs, and has been started anew ${times} times lately: journalctl -u hubsieve says why`);
    case 'restarting':
      return bad(`${UNIT} ends and is started anew, over and over (${times} times): journalctl -u hubsieve says why`);
    case 'gave_up':
      return bad(`${UNIT} ended again and again, and systemd gave it up: journalctl -u hubsieve says why`);
    case 'failed':
      return bad(`${UNIT} has failed (${unit.get('Result')}): journalctl -u hubsieve says why`);
    case 'stopped':
      return bad(`${UNIT} does not run: systemctl start hubsieve`);
    default:
      return state satisfies never;
  }
}

/** What the hub that runs says of itself. */
async function checkHub(values: Values, running: Running): Promise<Finding[]> {
  switch (running) {
    case 'none':
      return [];
    case 'silent':
      return [bad('the hub hangs: something has the page’s port and does not answer; systemctl restart hubsieve')];
    case 'starting':
      return [note('the hub is starting')];
    case 'ready':
      try {
        return said((await askHealth(dataDir(values))) ?? []);
      } catch (fault) {
        return [note(`the hub does not say how well it is: ${asHubError(fault).code}`)];
      }
    default:
      return running satisfies never;
  }
}

function checkLog({ log }: Kept): Finding[] {
  if (log === undefined) return [note('log and keys: none yet, the first start makes them')];
  if (log.ok) return [good('keys and log: the log proves itself')];
  // A new log proves itself from its first checkpoint on: that there is none is its one fault.
  const isNew = log.checkpoints === 0 && log.faults.length === 1 && log.unfinished.length === 0;
  if (isNew) return [note(`keys and log: no checkpoint is signed yet over ${log.unsigned} entries; no other fault is in them`)];
  return [bad('the log does not prove itself: hubsieve audit verify')];
}

async function checkRoot(values: Values, kept: Kept | undefined, isServing: boolean): Promise<Finding[]> {
  const dir = certsDir(values);
  const faults = checkRootFiles(dir, Date.now(), isServing);
  // Opening it would write the copy that differs anew.
  if (faults.some(({ fault }) => fault === 'roots_differ')) return said(faults);
  let authority: Authority;
  try {
    authority = await Authority.open({ dir, hosts: kept?.services.hosts.all ?? [], now: Date.now, create: false });
  } catch (fault) {
    return [
      asHubError(fault).code === 'not_found' ? note('root: none yet, the first start makes it') : bad(describeFault(fault)),
    ];
  }
  const { fingerprint, expiresAtMs, uncovered } = authority;
  const days = Math.floor((expiresAtMs - Date.now()) / DAY_MS);
  const findings = [...said(faults), ...(days < EXPIRY_NOTICE_DAYS ? [] : [good(`root: ${days} days left`)])];
  if (isServing && faults.length === 0) findings.push(good('root: the running hub serves it'));
  if (uncovered.length > 0 && kept !== undefined) {
    const devices = new TrustMemory(kept.trust).clientsTrusting(fingerprint).sort();
    const then = devices.length === 0 ? '' : `, and then these must take the new one: ${devices.join(', ')}`;
    findings.push(bad(`root: ${uncovered.join(', ')} is beyond it: hubsieve ca rotate${then}`));
  }
  return findings;
}

async function checkDoor({ host, port, transparent }: ListenerConfig, running: boolean): Promise<Finding> {
  if (transparent)
    return isListenedOn(port) === false
      ? bad(`door ${port}: transparent, and nobody listens there: systemctl start hubsieve-transparent.socket`)
      : good(`door ${port}: transparent, its socket comes from systemd`);
  const fault = await tryListen(host, port);
  if (fault === undefined)
    return running && port !== 0 ? bad(`door ${host}:${port}: the hub runs without it`) : good(`door ${host}:${port}: free`);
  if (fault === 'EADDRINUSE')
    return running ? good(`door ${host}:${port}: open`) : bad(`door ${host}:${port}: another program has it`);
  return bad(
    `door ${host}:${port}: ${fault === 'EACCES' ? 'the system does not allow it; see docs/ways-in.md' : `cannot be opened (${fault})`}`,
  );
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
