// Holding new fields back: the instruction is kept and recorded before the message that brought the field leaves.

import type { Activity } from '../activity/activity.js';
import type { By, Choices } from '../household/choices.js';
import type { HeldEvent } from '../message/ports.js';
import type { Override } from '../model.js';

export interface HoldingParts {
  readonly activity: Activity;
  readonly choices: Choices;
  readonly by: () => By;
}

/**
 * For the judges: true when something is held back from now on and the message must be judged again. Rejects `record_failed`.
 * In a rehearsal and during a pause new fields are listed only.
 */
export function createHold({ activity, choices, by }: HoldingParts): (event: HeldEvent) => boolean | Promise<boolean> {
  let holding: Promise<void> | undefined;
  const apply = async (overrides: readonly Override[], before: Promise<void> | undefined): Promise<void> => {
    await before;
    for (const override of overrides) {
      if (choices.state.overrides.some(({ id }) => id === override.id)) continue;
      await choices.apply({ what: 'override', override }, by());
    }
  };
  return (event) => {
    const isPaused = choices.device(event.device).paused !== undefined;
    const overrides = activity.meet(isPaused ? { ...event, verdict: 'observed' } : event);
    if (overrides.length === 0 && holding === undefined) return false;
    // Another message with the same field may be on its way: it waits, and is judged again too.
    const mine = apply(overrides, holding);
    holding = mine;
    return mine
      .finally(() => {
        if (holding === mine) holding = undefined;
      })
      .then(() => true);
  };
}
