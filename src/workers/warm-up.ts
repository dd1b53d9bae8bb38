// Code that has not run yet is slow: the first message of a kind takes thirty times as long as the hundredth. So made-up ones are judged
// first; nothing of them is recorded or sent.

import { type Contexts, judgeInMode } from '../message/apply-mode.js';
import type { Services } from '../services/contexts.js';
import { UNKNOWN } from '../services/hosts.js';
import type { Part } from '../sieve.js';
import { REPORT, ROUND, type Sample, sampleAt } from './samples.js';

/** By then most of what an ordinary report needs is compiled: 0.1 s at start. */
const TIMES = 12;
/** The same for messages of every kind: about a second of work. */
const ROUNDS = 3;
/** Between two samples in the background: they are some milliseconds long at first, and the hub has other work. */
const PAUSE_MS = 5;

/** Judges an ordinary report some times. */
export function warmUp(services: Services): void {
  for (let i = 0; i < TIMES; i += 1) judgeSample(REPORT, services);
}

/** Judges samples of every kind, one by one while the hub is at work. */
export class Warming {
  /** No more are to come. */
  isOver = false;
  private count = 0;
  private timer: NodeJS.Timeout | undefined;

  /** `services`: of their own, as the names of the samples are of no use. */
  start(services: Services): void {
    this.timer = setTimeout(() => this.step(services), PAUSE_MS).unref();
  }

  stop(): void {
    clearTimeout(this.timer);
  }

  private step(services: Services): void {
    judgeSample(sampleAt(this.count), services);
    this.count += 1;
    if (this.count < ROUND * ROUNDS) this.start(services);
    else this.isOver = true;
  }
}

function judgeSample({ body, mediaType }: Sample, services: Services): void {
  // What the samples name is none of the home's.
  const contexts: Contexts = {
    context: (service, device, floorOnly) => services.context(service, device, floorOnly),
    learn: () => false,
    modeOf: (service, device) => services.modeOf(service, device),
  };
  const parts: Part[] = [
    { in: 'path', kind: 'bytes', bytes: Buffer.from('/sample') },
    { in: 'header', kind: 'fields', fields: [['User-Agent', 'sample/1.0']] },
    { in: 'body', kind: 'bytes', bytes: body, mediaType },
  ];
  judgeInMode(parts, UNKNOWN, '', contexts);
}
