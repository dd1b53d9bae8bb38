// What the gate's state says about the way round the hub.
import type { Config } from '../config.js';
import type { GateState } from '../runtime/gate-state.js';
import type { Fault, HubFault } from '../web/facade.js';

/** One rule of routes for each family brings marked packets to this machine. */
const ROUTES = 1;

/** Transparent doors at these ports are for devices that come by name (hubsieve-names.socket). */
const BY_NAME: ReadonlySet<number> = new Set([80, 443, 8883]);

/** Whether the config has a door for what a gateway brings. */
export function isGateway({ listeners }: Config): boolean {
  return listeners.some(({ transparent, port }) => transparent && !BY_NAME.has(port));
}

/** `none`: this machine has no gate, which is a fault where a door waits for what a gateway brings. */
export function checkGate(state: GateState | 'none' | 'stale', isGateway: boolean): HubFault[] {
  if (state === 'none') return isGateway ? [{ fault: 'gate_missing' }] : [];
  if (state === 'stale') return [{ fault: 'gate_unwatched' }];
  const { gate, door, routes, linksGone, letThrough, fault } = state;
  const found: HubFault[] = [];
  const opened: Partial<Record<GateState['gate'], Fault>> = {
    open: 'gate_open',
    missing: 'gate_missing',
    stand_in: 'gate_stand_in',
  };
  const word = opened[gate];
  if (word !== undefined) found.push({ fault: word });
  if (letThrough.length > 0) found.push({ fault: 'let_through', detail: String(letThrough.length) });
  if (fault !== undefined) found.push({ fault: 'gate_fault', detail: fault });
  // Behind a gate that is missing there is nothing else to name.
  if (gate === 'missing' || !isGateway) return found;
  if (!door || routes.some((rules) => rules !== ROUTES)) found.push({ fault: 'door_missing' });
  for (const link of linksGone) found.push({ fault: 'link_gone', detail: link });
  return found;
}
