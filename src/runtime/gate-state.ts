// The gate of a hub that is the home's gateway, as systemd/gate.sh last saw it: the hub itself has no right to look at the kernel's rules.
import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';

/** RuntimeDirectory= of hubsieve-gate.service. */
export const GATE_RUN = '/run/hubsieve-gate';
const FILE = 'state';
/** The watch looks every 20 s (gate.sh, LOOK): a state older than three looks is nobody's. */
const STALE_MS = 60_000;

export interface GateState {
  /** `stand_in`: nft does not work, and routes keep the whole home from the doors' ports. */
  readonly gate: 'closed' | 'open' | 'missing' | 'stand_in';
  /** Whether devices' connections are brought to the hub's transparent door. */
  readonly door: boolean;
  /** Rules of routes for what is brought there, over IPv4 and IPv6: one each. */
  readonly routes: readonly [number, number];
  /** Interfaces of the home that the rules name and the machine does not have. */
  readonly linksGone: readonly string[];
  /** MAC addresses of the chosen devices, and of those that are let through now. */
  readonly devices: readonly string[];
  readonly letThrough: readonly string[];
  /** What nft says of a fault in the household's file. */
  readonly fault?: string;
}

/** What systemd/gate.sh prints; undefined for anything else. */
export function parseGateState(text: string): GateState | undefined {
  const lines = text.split('\n').map((line) => /^(\S+) (.*)$/.exec(line) ?? []);
  const all = (name: string): string[] => lines.flatMap(([, key, value]) => (key === name && value !== undefined ? [value] : []));
  const gate = GATES.find((one) => one === all('gate')[0]);
  if (gate === undefined) return undefined;
  const [four = 0, six = 0] = (all('routes')[0] ?? '').split(' ').map(Number);
  const [fault] = all('fault');
  return {
    gate,
    door: all('door')[0] === 'loaded',
    routes: [four, six],
    linksGone: all('link_gone'),
    devices: all('device'),
    letThrough: all('through'),
    ...(fault === undefined ? {} : { fault }),
  };
}

const GATES = ['closed', 'open', 'missing', 'stand_in'] as const satisfies readonly GateState['gate'][];

/** The state as it was written last; `none`: this machine has no gate; `stale`: nobody watches it any more. */
export function readGateState(nowMs: number, dir: string = GATE_RUN): GateState | 'none' | 'stale' {
  try {
    const file = path.join(dir, FILE);
    const state = parseGateState(readFileSync(file, 'utf8'));
    return state === undefined || nowMs - statSync(file).mtimeMs > STALE_MS ? 'stale' : state;
  } catch {
    return 'none';
  }
}
