// The sieve in a service's mode: what leaves of a message, what is recorded of it, and whether it could leave as it came.
import { type ErrorCode, HubError } from '../errors.js';
import type { Decision, Verdict } from '../model.js';
import type { Services } from '../services/contexts.js';
import { type Part, type Sieved, sieve } from '../sieve.js';

/** What judging asks of the services. */
export interface Contexts extends Pick<Services, 'context' | 'learn' | 'modeOf'> {
  /** Told how each sieving ended. Throws where this is not the place to judge the message. */
  readonly ended?: (error: HubError | undefined) => void;
}

/** What a service's mode makes of a message: `sieved` is what leaves, `decisions` what is recorded of it. */
export interface Judgement {
  readonly sieved: Sieved;
  readonly decisions: readonly Decision[];
  /** `sealed`: something of it passed unread, because the household opened what cannot be read. */
  readonly verdict: Extract<Verdict, 'forwarded' | 'refused' | 'observed' | 'sealed'>;
}

/** What nobody judged: to a host that the household has blocked, or from whom it cannot be told from a device that is. */
export function barred(code: ErrorCode): Judgement {
  const sieved = { parts: undefined, decisions: [], pseudonyms: [], error: new HubError(code), learned: [], unread: false };
  return { sieved, decisions: [], verdict: 'refused' };
}

/** The sieve in the service's mode. In a rehearsal the decisions are those of `enforce`, and only the floor is taken out. */
export function judgeInMode(parts: readonly Part[], service: string, device: string, services: Contexts): Judgement {
  let enforced = sieved(parts, service, device, services);
  // A name, address or key that one field gave away is looked for in all others, in this message too.
  if (enforced.learned.length > 0 && services.learn(service, enforced.learned))
    enforced = sieved(parts, service, device, services);
  // A rehearsal changes nothing but this: who is blocked stays blocked.
  if (services.modeOf(service, device) !== 'observe' || enforced.error?.code === 'blocked') {
    if (enforced.error?.code === 'sealed') return asItCame(enforced, parts, choiceOf(parts, service, device, services));
    const verdict = enforced.error ? 'refused' : enforced.unread ? 'sealed' : 'forwarded';
    return { sieved: enforced, decisions: enforced.decisions, verdict };
  }
  const floor = sieved(parts, service, device, services, true);
  return { sieved: floor, decisions: enforced.decisions, verdict: floor.error ? 'refused' : 'observed' };
}

function choiceOf(parts: readonly Part[], service: string, device: string, services: Contexts): 'refuse' | 'pass' | 'floor' {
  if (services.context(service, device).sealed !== 'pass') return 'refuse';
  return passesFloor(parts, service, device, services) ? 'pass' : 'floor';
}

/** A sealed message leaves as it came where the household chose so, and never with what never leaves; else not at all. */
function asItCame({ decisions, learned }: Sieved, parts: readonly Part[], choice: ReturnType<typeof choiceOf>): Judgement {
  const whole = { decisions, learned, pseudonyms: [] };
  if (choice === 'pass') return { sieved: { ...whole, parts, error: undefined, unread: true }, decisions, verdict: 'sealed' };
  const error = new HubError(choice === 'floor' ? 'floor' : 'sealed');
  return { sieved: { ...whole, parts: undefined, error, unread: false }, decisions, verdict: 'sealed' };
}

/** Does nothing that never leaves stand in the message, so that it could leave as it came? */
export function passesFloor(parts: readonly Part[], service: string, device: string, services: Contexts): boolean {
  const floor = sieved(parts, service, device, services, true);
  return floor.parts !== undefined && !floor.error && floor.parts.every((part, i) => part === parts[i]);
}

function sieved(parts: readonly Part[], service: string, device: string, services: Contexts, floorOnly = false): Sieved {
  const done = sieve(parts, services.context(service, device, floorOnly));
  services.ended?.(done.error);
  return done;
}
