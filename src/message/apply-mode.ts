// The sieve in a service's mode, once for every protocol: what leaves of a message, what is recorded of it, and whether it could leave
// as it came.
import { type ErrorCode, HubError } from '../errors.js';
import type { Decision, Verdict } from '../model.js';
import type { Services } from '../services/contexts.js';
import type { Reading } from '../services/reading.js';
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
  /** What the services were told that the message gave away; where it was judged on another thread they are told again on this one. */
  readonly learned: Sieved['learned'];
}

/** What happens to a message that is sealed: never altered. `floor`: it could pass, were it not for what never leaves. */
export type SealChoice = 'refuse' | 'pass' | 'floor';

/** Of a message of which nothing leaves. */
export function nothing(error: HubError): Sieved {
  return { parts: undefined, decisions: [], pseudonyms: [], error, learned: [], observations: [], unread: false };
}

/** What nobody judged: to a host that the household has blocked, or from whom it cannot be told from a device that is. */
export function barred(code: ErrorCode): Judgement {
  return { sieved: nothing(new HubError(code)), decisions: [], verdict: 'refused', learned: [] };
}

/** The sieve in the service's mode. In a rehearsal the decisions are those of `enforce`, and only the floor is taken out. */
export function judgeInMode(parts: readonly Part[], reading: Reading, device: string, services: Contexts): Judgement {
  let enforced = sieved(parts, reading, device, services);
  const { learned } = enforced;
  // A name, address or key that one field gave away is looked for in all others, in this message too.
  if (learned.length > 0) {
    const isNew = services.learn(reading, device, learned);
    if (isNew || learned.some(({ kind }) => kind === 'address')) enforced = sieved(parts, reading, device, services, { learned });
  }
  // A rehearsal changes nothing but this: who is blocked stays blocked.
  if (services.modeOf(reading, device) !== 'observe' || enforced.error?.code === 'blocked') {
    const verdict = enforced.error ? 'refused' : enforced.unread ? 'sealed' : 'forwarded';
    const judgement: Judgement = { sieved: enforced, decisions: enforced.decisions, verdict, learned };
    if (enforced.error?.code !== 'sealed') return judgement;
    return sealedAs(judgement, parts, choiceOf(parts, reading, device, services));
  }
  const floor = sieved(parts, reading, device, services, { floorOnly: true });
  return { sieved: floor, decisions: enforced.decisions, verdict: floor.error ? 'refused' : 'observed', learned };
}

function choiceOf(parts: readonly Part[], reading: Reading, device: string, services: Contexts): SealChoice {
  if (services.context(reading, device).sealed !== 'pass') return 'refuse';
  return passesFloor(parts, reading, device, services) ? 'pass' : 'floor';
}

/** A sealed message leaves as it came where the household chose so, and never with what never leaves; else not at all. */
export function sealedAs(
  { sieved: { learned: found, observations }, decisions, learned }: Judgement,
  parts: readonly Part[],
  choice: SealChoice,
): Judgement {
  const told = { decisions, learned: found, observations, pseudonyms: [] };
  if (choice === 'pass')
    return { sieved: { ...told, parts, error: undefined, unread: true }, decisions, verdict: 'sealed', learned };
  const error = new HubError(choice === 'floor' ? 'floor' : 'sealed');
  return { sieved: { ...told, parts: undefined, error, unread: false }, decisions, verdict: 'sealed', learned };
}

/** Does nothing that never leaves stand in the message, so that it could leave as it came? */
export function passesFloor(parts: readonly Part[], reading: Reading, device: string, services: Contexts): boolean {
  const floor = sieved(parts, reading, device, services, { floorOnly: true });
  return floor.parts !== undefined && !floor.error && floor.parts.every((part, i) => part === parts[i]);
}

interface Attempt {
  readonly floorOnly?: boolean;
  /** What an attempt before this one learned of the message. */
  readonly learned?: Sieved['learned'];
}

function sieved(
  parts: readonly Part[],
  reading: Reading,
  device: string,
  services: Contexts,
  { floorOnly = false, learned = [] }: Attempt = {},
): Sieved {
  const done = sieve(parts, services.context(reading, device, floorOnly), learned);
  services.ended?.(done.error);
  return done;
}
