// What the command line may tell a running hub, and ask of it.
import type { By } from '../household/choices.js';
import { type Control, type Handler, openControl } from '../runtime/control-socket.js';
import { carryOut } from '../runtime/pairing.js';
import { readRecoverable, recover } from '../runtime/recovery.js';
import type { Stores } from '../runtime/stores.js';
import type { Household } from './open-household.js';

export interface CommandParts extends Pick<Household, 'home' | 'by'>, Pick<Stores, 'copy' | 'leastChoices'> {
  readonly health: Handler['health'];
  readonly now: () => number;
}

/** Rejects `config` where the hub cannot be told anything. */
export function openCommandLine(dataDir: string, { home, by, copy, leastChoices, health, now }: CommandParts): Promise<Control> {
  const asCommand = (): By => ({ ...by('cli'), channel: 'cli' });
  const kept = { copy, leastChoices };
  return openControl(dataDir, {
    carryOut: (instruction) => carryOut(instruction, home.people(), asCommand(), now()),
    health,
    recoverable: () => readRecoverable(home.choices, kept),
    recover: (from) => recover(from, home.choices, kept, asCommand()),
  });
}
