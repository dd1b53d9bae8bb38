// Decisions of recorded messages in sentences: what the hub holds back of its own is not told as the household's wish.
import type { Decision } from '../model.js';
import { explainDecision, explainHeld, type Lang } from '../policy/explain.js';
import type { HubFacade } from './facade.js';

/** A message as the log names it; `device` is missing for what was only tried, null for what was erased. */
export interface Told {
  readonly device?: string | null | undefined;
  readonly service: string;
  readonly timeMs: number;
}

export function sentenceOf(facade: HubFacade, { device, service, timeMs }: Told, decision: Decision, lang: Lang): string {
  const isHeld = typeof device === 'string' && facade.isHeldBack({ device, service, timeMs }, decision);
  return isHeld ? explainHeld(facade.rules(), decision, lang) : explainDecision(facade.rules(), service, decision, lang);
}
