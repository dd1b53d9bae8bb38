// What systemd knows of the hub: whether it runs, and how it ended. Read with `systemctl show`, which needs no right.
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';

/** One unit as `systemctl show` gives it; times in microseconds of the monotonic clock. */
export type Unit = ReadonlyMap<string, string>;

const SYSTEMD = '/run/systemd/system';
const RUN_MS = 5_000;
const PATH = '/usr/sbin:/usr/bin:/sbin:/bin';
const PROPERTIES = [
  'Id',
  'LoadState',
  'ActiveState',
  'SubState',
  'Result',
  'NRestarts',
  'UnitFileState',
  'ActiveEnterTimestampMonotonic',
];
/** A hub that was started anew by systemd within this time may be going round in circles. */
const CALM_S = 600;

/** The units by name; undefined where there is no systemd. A unit that is not installed is left out. */
export async function readUnits(names: readonly string[]): Promise<ReadonlyMap<string, Unit> | undefined> {
  if (!existsSync(SYSTEMD)) return undefined;
  const text = await run('systemctl', ['show', `--property=${PROPERTIES.join()}`, ...names]);
  if (text === undefined) return undefined;
  const units = text.split('\n\n').map((block) => new Map(block.split('\n').map((line) => splitOnce(line))));
  return new Map(units.filter((unit) => unit.get('LoadState') === 'loaded').map((unit) => [unit.get('Id') ?? '', unit]));
}

/** Whether the hub of a unit runs, or why it does not; `calm`: it runs and has not been started anew lately. */
export function stateOf(unit: Unit, uptimeS: number): 'calm' | 'restarted' | 'restarting' | 'gave_up' | 'failed' | 'stopped' {
  const restarts = Number(unit.get('NRestarts') ?? 0);
  const sinceS = uptimeS - Number(unit.get('ActiveEnterTimestampMonotonic') ?? 0) / 1_000_000;
  switch (unit.get('ActiveState')) {
    case 'active':
    case 'reloading':
      return restarts > 0 && sinceS < CALM_S ? 'restarted' : 'calm';
    case 'activating':
      return restarts > 0 || unit.get('SubState') === 'auto-restart' ? 'restarting' : 'calm';
    case 'failed':
      return unit.get('Result') === 'start-limit-hit' || restarts > 0 ? 'gave_up' : 'failed';
    default:
      return unit.get('SubState') === 'auto-restart' ? 'restarting' : 'stopped';
  }
}

function splitOnce(line: string): [string, string] {
  const at = line.indexOf('=');
  return [line.slice(0, at), line.slice(at + 1)];
}

function run(command: string, args: readonly string[]): Promise<string | undefined> {
  return new Promise((resolve) => {
    const options = { timeout: RUN_MS, env: { PATH, LC_ALL: 'C' } } as const;
    execFile(command, [...args], options, (fault, stdout) => resolve(fault ? undefined : stdout));
  });
}
