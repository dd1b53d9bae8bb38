// Where a message is judged: small ones at once on the hub's own thread, within bounds of size and time; all others by a worker, so that
// no message holds up the event loop, whatever its bytes.
import type { ErrorCode, HubError } from '../errors.js';
import { type Contexts, type Judgement, judgeInMode, passesFloor } from '../message/apply-mode.js';
import type { MessageJudge, Soon } from '../message/judge.js';
import type { Limits } from '../model.js';
import type { Services } from '../services/contexts.js';
import type { Part } from '../sieve.js';
import { Stopwatch } from '../stopwatch.js';
import { BoundedContexts } from './bounded-contexts.js';
import { foldDecisions } from './fold.js';
import type { Workers } from './pool.js';
import type { Warming } from './warm-up.js';

/** Most bytes of a message that the hub's own thread begins to judge. The worst 16 KiB take it 25 ms, a device's report below one. */
export const HERE_BYTES = 16 * 1024;
/** The same while little of the code has run yet, which is some times slower then. */
const HERE_COLD_BYTES = 4 * 1024;
/** Most bytes of it once its codings are undone, and most nodes: reading them is one step, in which nobody looks at the clock. */
export const HERE_PLAIN_BYTES = 64 * 1024;
export const HERE_NODES = 4096;
/**
 * Milliseconds after which it gives a message up to the worker: half of what the loop may stall, as one step may take the rest. The first
 * small messages of all take some of it even on a small machine, and are not worth a worker.
 */
export const HERE_MS = 25;
/** What says of a message only that this was not the place to judge it. */
const OVER_BUDGET: ReadonlySet<ErrorCode> = new Set<ErrorCode>(['too_long', 'too_large', 'too_many_fields', 'inflates_too_much']);

/** Thrown through the judging of a message that is to be judged elsewhere. */
class OverBudget extends Error {}

/** Judges on this thread what is small and quick, and hands everything else to the workers. `warming`: what is under way at start. */
export function threadedJudge(workers: Workers, warming?: Pick<Warming, 'isOver'>): MessageJudge {
  return new ThreadedJudging(workers, warming);
}

class ThreadedJudging implements MessageJudge {
  private readonly watch = new Stopwatch(HERE_MS);
  private readonly timed = new WeakMap<Services, BoundedContexts>();

  constructor(
    private readonly workers: Workers,
    private readonly warming: Pick<Warming, 'isOver'> | undefined,
  ) {}

  message(parts: readonly Part[], service: string, device: string, services: Services): Soon<Judgement> {
    const isSmall = sizeOf(parts) <= this.bytes;
    const here = isSmall ? this.here(services, (at) => judgeInMode(parts, service, device, at)) : undefined;
    return here === undefined ? this.workers.message(parts, service, device, services) : folded(here);
  }

  passesFloor(parts: readonly Part[], service: string, device: string, services: Services): Soon<boolean> {
    const isSmall = sizeOf(parts) <= this.bytes;
    const here = isSmall ? this.here(services, (at) => passesFloor(parts, service, device, at)) : undefined;
    return here ?? this.workers.passesFloor(parts, service, device, services);
  }

  private get bytes(): number {
    return this.warming?.isOver === false ? HERE_COLD_BYTES : HERE_BYTES;
  }

  /** Judged within the bounds of this thread; undefined: past them. */
  private here<T>(services: Services, judgeAt: (contexts: Contexts) => T): T | undefined {
    try {
      return judgeAt(this.contexts(services));
    } catch (fault) {
      if (fault instanceof OverBudget) return undefined;
      throw fault;
    }
  }

  private contexts(services: Services): BoundedContexts {
    let timed = this.timed.get(services);
    if (timed === undefined) {
      const { watch } = this;
      // Making a context takes its time once, whatever the message.
      const start = (): void => void watch.start();
      timed = new BoundedContexts(services, within(services.limits), { overdue: () => watch.isOver(), start, ended: leave });
      this.timed.set(services, timed);
    }
    return timed;
  }
}

function leave(error: HubError | undefined): void {
  if (error !== undefined && OVER_BUDGET.has(error.code)) throw new OverBudget();
}

function within(limits: Limits): Limits {
  return {
    ...limits,
    bodyBytes: Math.min(limits.bodyBytes, HERE_PLAIN_BYTES),
    nodes: Math.min(limits.nodes, HERE_NODES),
  };
}

function sizeOf(parts: readonly Part[]): number {
  let bytes = 0;
  for (const part of parts) {
    if (part.kind === 'bytes') bytes += part.bytes.length;
    else for (const [name, value] of part.fields) bytes += name.length + value.length;
  }
  return bytes;
}

function folded(judged: Judgement): Judgement {
  const decisions = foldDecisions(judged.decisions);
  return decisions === judged.decisions ? judged : { ...judged, decisions };
}
