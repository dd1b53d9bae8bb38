// How a field that nothing recognizes behaves over time. It clears, and never takes away: what differs in every message identifies nobody,
// and what takes a few recurring values is a state. One constant value is none: a network's name is constant too.
import { hash } from 'node:crypto';
import type { Behaviour } from './history.js';

/** Values remembered of one field, as 32 keyed bits each: with the times below 128 bytes. */
const VALUES_MAX = 20;
/** Of these the ones met first stay: where the devices of a home take turns, the second round meets them again. */
const FIRST_MAX = 8;
/** Messages in which every value was another one, before the field is one of nonces. */
const VARYING_MIN = 32;
/** Bounds of a state (DESIGN, the ladder, step 6): two values that came again, in as many messages over as long a time. */
const RECURRING_MIN = 2;
const MESSAGES_MIN = 50;
const PERIOD_MS = 24 * 60 * 60 * 1000;

/** What is kept of one field. `values`: in the order in which they were first met; `again`: whether each was met more than once. */
export interface Profile {
  readonly firstMs: number;
  lastMs: number;
  messages: number;
  /** A value came that had come before, or several came in one message: no nonces. */
  repeated: boolean;
  /** More different values came than are remembered. */
  many: boolean;
  readonly values: number[];
  readonly again: boolean[];
}

export function newProfile(nowMs: number): Profile {
  return { firstMs: nowMs, lastMs: nowMs, messages: 0, repeated: false, many: false, values: [], again: [] };
}

/** Counts a message in which the field had the value with this digest. */
export function observe(profile: Profile, digest: number, nowMs: number): void {
  const { values, again } = profile;
  profile.lastMs = nowMs;
  profile.messages += 1;
  const at = values.indexOf(digest);
  if (at >= 0) {
    profile.repeated = true;
    again[at] = true;
    return;
  }
  values.push(digest);
  again.push(false);
  if (values.length <= VALUES_MAX) return;
  profile.many = true;
  values.splice(FIRST_MAX, 1);
  again.splice(FIRST_MAX, 1);
}

/** What follows from it for a message in which the field has the value with this digest. */
export function behaviourOf(profile: Profile | undefined, digest: number): Behaviour | undefined {
  if (profile === undefined) return undefined;
  const { messages, repeated, many, values, again, firstMs, lastMs } = profile;
  if (!repeated && messages >= VARYING_MIN && !values.includes(digest)) return 'varying';
  const recurring = again.filter(Boolean).length;
  const isState = !many && recurring >= RECURRING_MIN && messages >= MESSAGES_MIN && lastMs - firstMs >= PERIOD_MS;
  return isState && values.includes(digest) ? 'recurring' : undefined;
}

/** 32 keyed bits of a value: nobody learns it from them. `key`: of this service alone. */
export function digestOf(key: string, text: string): number {
  return Number.parseInt(hash('sha256', `${key}${text}`, 'hex').slice(0, 8), 16);
}
