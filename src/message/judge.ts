// The port through which messages are judged, and its simplest implementation: on this thread, without a time limit.
import type { Services } from '../services/contexts.js';
import type { Reading } from '../services/reading.js';
import type { Part } from '../sieve.js';
import { type Judgement, judgeInMode, passesFloor } from './apply-mode.js';

export type Soon<T> = T | Promise<T>;

/** Never throws or rejects: what goes wrong refuses the message. */
export interface MessageJudge {
  message(parts: readonly Part[], reading: Reading, device: string, services: Services): Soon<Judgement>;
  /** `passesFloor`; false where it could not be judged. */
  passesFloor(parts: readonly Part[], reading: Reading, device: string, services: Services): Soon<boolean>;
}

/** All messages at once and however long they take: for tools that read one message. */
export const inlineJudge: MessageJudge = { message: judgeInMode, passesFloor };
