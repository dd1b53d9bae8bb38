// The worker threads that judge large messages: started when the first comes, ended when none has come for a while.
import { HubError } from '../errors.js';
import type { Restorer } from '../household/restorer.js';
import { type Judgement, nothing } from '../message/apply-mode.js';
import type { Limits } from '../model.js';
import type { Services } from '../services/contexts.js';
import { SHIPPED } from '../shipped.js';
import type { Part } from '../sieve.js';
import { type Answer, type RestoreWork, readError, readVerdict, type Work } from './protocol.js';
import { type By, type Job, Thread } from './thread.js';

export interface WorkersOptions {
  /** How many threads at most. */
  readonly count: number;
  /** Milliseconds one message may take. */
  readonly messageMs: number;
  /** The thread's program; only tests give another. */
  readonly entry?: URL | string;
  readonly idleMs?: number;
}

/** A thread holds 40 MB: on a hub whose devices send small messages it is gone again, and half a second later back. */
const IDLE_MS = 60_000;
/** Messages waiting, of all devices and of one, and their bytes: past them a device is told that the hub is busy. */
const WAITING_MAX = 128;
const DEVICE_WAITING_MAX = 16;
const WAITING_BYTES_MAX = 32 * 1024 * 1024;
const ENTRY = SHIPPED.worker;

export class Workers {
  private readonly threads = new Set<Thread>();
  /** By device, whose turn comes first first: one that sends many holds up only itself. */
  private readonly waiting = new Map<string, Job[]>();
  private count = 0;
  private bytes = 0;
  private idle: NodeJS.Timeout | undefined;
  private closed = false;

  constructor(private readonly options: WorkersOptions) {}

  /** As `judge`, with the list of decisions folded. Never rejects. */
  async message(parts: readonly Part[], service: string, device: string, services: Services): Promise<Judgement> {
    const answer = await this.run({ kind: 'message', parts }, bytesOf(parts), service, device, { services });
    if (answer.kind !== 'message') return { sieved: nothing(errorOf(answer)), decisions: [], verdict: 'refused', learned: [] };
    const judged = readVerdict(answer.judged, parts);
    services.learn(service, device, judged.learned);
    return judged;
  }

  /** As `passesFloor`; false where it could not be judged. Never rejects. */
  async passesFloor(parts: readonly Part[], service: string, device: string, services: Services): Promise<boolean> {
    const answer = await this.run({ kind: 'floor', parts }, bytesOf(parts), service, device, { services });
    return answer.kind === 'floor' && answer.passes;
  }

  /** Bytes of an answer with originals; the very same ones where nothing was found, or it took too long. Never rejects. */
  async restore(work: Omit<RestoreWork, 'kind'>, service: string, restorer: Restorer, limits: Limits): Promise<Uint8Array> {
    const answer = await this.run({ kind: 'restore', ...work }, work.bytes.length, service, `down ${service}`, {
      restorer,
      limits,
    });
    if (answer.kind !== 'restore') return work.bytes; // on the way down: what cannot be read goes as it came
    for (const pair of answer.used) restorer.touch(pair);
    return answer.bytes ?? work.bytes;
  }

  /** What waits is refused, what is in hand too. */
  close(): void {
    this.closed = true;
    clearTimeout(this.idle);
    for (const jobs of this.waiting.values()) for (const job of jobs) job.done(refused('busy'));
    this.waiting.clear();
    for (const thread of this.threads) thread.end('busy');
  }

  private run(work: Work, bytes: number, service: string, device: string, by: By): Promise<Answer> {
    return new Promise((done) => this.push({ work, bytes, service, device, by, done }));
  }

  private push(job: Job): void {
    const jobs = this.waiting.get(job.device) ?? [];
    const isFull = this.count >= WAITING_MAX || jobs.length >= DEVICE_WAITING_MAX || this.bytes + job.bytes > WAITING_BYTES_MAX;
    if (this.closed || isFull) {
      job.done(refused('busy'));
      return;
    }
    jobs.push(job);
    this.waiting.set(job.device, jobs);
    this.count += 1;
    this.bytes += job.bytes;
    this.next();
  }

  /** Gives the thread that is free, or a new one, the next message. */
  private next(): void {
    clearTimeout(this.idle);
    while (this.count > 0) {
      const thread = [...this.threads].find(({ busy }) => !busy) ?? this.start();
      if (thread === undefined) return;
      const job = this.shift();
      thread.take({ ...job, done: (answer) => this.answered(job, answer) });
    }
    if ([...this.threads].every(({ busy }) => !busy)) this.rest();
  }

  private answered(job: Job, answer: Answer): void {
    job.done(answer);
    if (!this.closed) setImmediate(() => this.next()); // the thread has let go of it by then
  }

  private shift(): Job {
    const [device, jobs] = this.waiting.entries().next().value as [string, Job[]];
    const job = jobs.shift()!;
    this.waiting.delete(device);
    if (jobs.length > 0) this.waiting.set(device, jobs);
    this.count -= 1;
    this.bytes -= job.bytes;
    return job;
  }

  private start(): Thread | undefined {
    const { count, messageMs, entry = ENTRY } = this.options;
    if (this.closed || this.threads.size >= count) return undefined;
    const thread = new Thread({
      entry,
      messageMs,
      onEnd: (ended) => {
        this.threads.delete(ended);
        if (!this.closed) setImmediate(() => this.next());
      },
    });
    this.threads.add(thread);
    return thread;
  }

  private rest(): void {
    if (this.threads.size === 0) return;
    this.idle = setTimeout(() => {
      for (const thread of this.threads) if (!thread.busy) thread.end('busy');
    }, this.options.idleMs ?? IDLE_MS).unref();
  }
}

function refused(code: 'busy'): Answer {
  return { kind: 'fault', error: { code, where: '' } };
}

function errorOf(answer: Answer): HubError {
  return answer.kind === 'fault' ? readError(answer.error) : new HubError('internal', 'an answer to another question');
}

function bytesOf(parts: readonly Part[]): number {
  return parts.reduce((bytes, part) => bytes + (part.kind === 'bytes' ? part.bytes.length : 0), 0);
}
