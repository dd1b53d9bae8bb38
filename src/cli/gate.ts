// `hubsieve gate`: whether the chosen devices can go round the hub, and the one way to let them.
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { HubError } from '../errors.js';
import { type GateState, parseGateState, readGateState } from '../runtime/gate-state.js';
import { SHIPPED } from '../shipped.js';
import type { Command } from './command.js';

const SCRIPT = path.join(SHIPPED.systemd, 'gate.sh');
const ROOT = 0;

export const gate: Command = {
  options: {},
  help: 'gate status|open|close                    whether chosen devices can go round a hub that is the gateway (open and close: as root)',
  run: async (_values, [what = 'status', ...more]) => {
    if (more.length > 0) throw new HubError('config', 'gate status, gate open or gate close');
    switch (what) {
      case 'status':
        return tell(process.getuid?.() === ROOT ? parseGateState(runScript('state')) : known());
      case 'open':
      case 'close':
        if (process.getuid?.() !== ROOT)
          throw new HubError('config', `gate ${what} changes the machine's firewall: run it as root`);
        runScript(what);
        return tell(parseGateState(runScript('state'))) === (what === 'close' ? 0 : 1) ? 0 : 1;
      default:
        throw new HubError('config', 'gate status, gate open or gate close');
    }
  },
};

/** Prints the state: 0 where nothing goes round, 1 where something does or may. */
function tell(state: GateState | undefined): number {
  if (state === undefined)
    throw new HubError('not_found', 'the gate of this machine: it is no gateway, or hubsieve-gate.service never ran');
  for (const line of sentencesOf(state)) process.stdout.write(`${line}\n`);
  return isShut(state) ? 0 : 1;
}

/** Whether nothing of the chosen devices can go round. */
export function isShut({ gate, letThrough }: GateState): boolean {
  return (gate === 'closed' || gate === 'stand_in') && letThrough.length === 0;
}

function sentencesOf({ gate, door, devices, letThrough, linksGone, fault }: GateState): string[] {
  const whole = door ? 'what they send is brought to the hub' : 'nothing is brought to the hub';
  const first: Record<GateState['gate'], string> = {
    closed: `closed: ${devices.length} devices cannot go round the hub; ${whole}`,
    open: `OPEN: ${devices.length} devices go round the hub, until \`hubsieve gate close\` or the next boot`,
    missing: 'MISSING: nothing keeps devices from going round the hub; `systemctl restart hubsieve-gate` loads it',
    stand_in: 'closed to the whole home: nft does not work, so no device can be told from another',
  };
  return [
    first[gate],
    ...(letThrough.length > 0 ? [`let through, because the hub has failed: ${letThrough.length} devices`] : []),
    ...linksGone.map((link) => `this machine has no interface ${link}: nothing of it is brought to the hub`),
    ...(fault === undefined ? [] : [`the household's file has a fault, and the copy that worked last counts: ${fault}`]),
  ];
}

function known(): GateState | undefined {
  const state = readGateState(Date.now());
  return typeof state === 'string' ? undefined : state;
}

function runScript(verb: 'state' | 'open' | 'close'): string {
  const { status, stdout, stderr, error } = spawnSync('/bin/sh', [SCRIPT, verb], { encoding: 'utf8' });
  if (error !== undefined || (status !== 0 && verb !== 'state'))
    throw new HubError('config', `gate ${verb}: ${firstLine(stderr)}`);
  return stdout;
}

function firstLine(text: string | null): string {
  return (text ?? '').split('\n')[0] ?? '';
}
