// What the household chose for sealed messages of a service, and whether this one may pass.
import type { Part } from '../sieve.js';
import type { SealChoice } from './apply-mode.js';
import type { MessageJudge } from './judge.js';
import type { Received } from './receive.js';

/** A sealed message passes never with what never leaves, and only where the household chose so. */
export async function sealChoice(
  judging: MessageJudge,
  parts: readonly Part[],
  { reading, device, services }: Received<unknown>,
): Promise<SealChoice> {
  if (services.choicesOf(reading).sealed !== 'pass') return 'refuse';
  return (await judging.passesFloor(parts, reading, device, services)) ? 'pass' : 'floor';
}
