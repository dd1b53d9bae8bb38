// One worker thread as the hub's own thread sees it: told what counts before each message, given a time for it, ended past that.
import { Worker } from 'node:worker_threads';
import { type ErrorCode, HubError } from '../errors.js';
import type { Restorer } from '../household/restorer.js';
import type { Limits, Rules } from '../model.js';
import type { Services } from '../services/contexts.js';
import { type Answer, type FromWorker, ownWork, type RestoreWork, type ToWorker, type Work, writeError } from './protocol.js';

/** By what a message is judged: the services as they were when it was sent in; or restored: what the service's pseudonyms stand for. */
export type By = { readonly services: Services } | { readonly restorer: Restorer; readonly limits: Limits };

/** One message. */
export interface Job {
  readonly work: Work;
  readonly bytes: number;
  readonly service: string;
  readonly device: string;
  readonly by: By;
  /** Called once. */
  readonly done: (answer: Answer) => void;
}

export interface ThreadOptions {
  readonly entry: URL | string;
  readonly messageMs: number;
  /** The thread is gone; nothing is in its hand any more. */
  readonly onEnd: (thread: Thread) => void;
}

/** Its young and old heap in MiB: a tree of 50,000 fields with its decisions takes 60; three such limits fit the unit's MemoryMax. */
const RESOURCES = { maxOldGenerationSizeMb: 112, maxYoungGenerationSizeMb: 16, stackSizeMb: 4 } as const;
/** For Node and the modules: half a second on a small machine, and on one with much else to do. */
const START_MS = 30_000;
/** Between the time a message may take, at which the worker itself gives it up, and the end of a worker that does not look at the clock. */
const GRACE_MS = 1_000;

export class Thread {
  private readonly worker: Worker;
  private rules: Rules | undefined;
  private services: Services | undefined;
  private readonly pairs = new Map<string, { readonly restorer: Restorer; readonly version: number }>();
  private job: Job | undefined;
  private ready = false;
  private ended = false;
  private timer: NodeJS.Timeout;

  constructor(private readonly options: ThreadOptions) {
    // Nothing of the command line or the environment is for it.
    this.worker = new Worker(options.entry, { resourceLimits: RESOURCES, argv: [], env: {}, execArgv: [] });
    this.worker.unref(); // idle, it keeps no process alive
    this.worker.on('message', (told: FromWorker) => this.hear(told));
    // Its text may hold values: only the code is looked at.
    this.worker.on('error', (fault: Error & { code?: string }) =>
      this.end(fault.code === 'ERR_WORKER_OUT_OF_MEMORY' ? 'too_long' : 'internal'),
    );
    this.worker.on('exit', () => this.end('internal'));
    this.timer = setTimeout(() => this.end('internal'), START_MS).unref();
  }

  get busy(): boolean {
    return this.job !== undefined;
  }

  /** Judges one message; only where none is in hand. */
  take(job: Job): void {
    this.job = job;
    if (this.ready) this.begin(job);
  }

  /** Ends the thread; the message in hand is refused. */
  end(code: ErrorCode): void {
    if (this.ended) return;
    this.ended = true;
    clearTimeout(this.timer);
    void this.worker.terminate();
    this.answer({ kind: 'fault', error: { code, where: '' } });
    this.options.onEnd(this);
  }

  private hear(told: FromWorker): void {
    if (this.ended) return;
    clearTimeout(this.timer);
    switch (told.kind) {
      case 'ready':
        this.ready = true;
        if (this.job !== undefined) this.begin(this.job);
        return;
      case 'answer':
        this.answer(told.answer);
        return;
      default:
        told satisfies never;
    }
  }

  private answer(answer: Answer): void {
    const { job } = this;
    this.job = undefined;
    job?.done(answer);
  }

  private begin(job: Job): void {
    const { messageMs } = this.options;
    try {
      const { work, memory } = ownWork(job.work);
      if (work.kind === 'restore') this.restore(work, job, memory);
      else this.judge(work, job, memory);
      this.timer = setTimeout(() => this.end('too_long'), messageMs + GRACE_MS).unref();
    } catch (cause) {
      this.answer({ kind: 'fault', error: writeError(new HubError('internal', 'a message for a worker', { cause })) });
    }
  }

  /** Rules and household first where they are not those it was told last: messages to a worker keep their order. */
  private judge(work: Exclude<Work, RestoreWork>, { service, device, by }: Job, memory: ArrayBuffer[]): void {
    if (!('services' in by)) throw new HubError('internal', 'a message without services');
    const { services } = by;
    if (this.rules !== services.rules) this.say({ kind: 'rules', rules: services.rules });
    if (this.services !== services) this.say({ kind: 'services', told: services.snapshot });
    this.rules = services.rules;
    this.services = services;
    const told = services.messageSnapshot(service, device);
    this.say({ kind: 'judge', work, service, device, told, messageMs: this.options.messageMs }, memory);
  }

  /** The service's pairs first where they have changed. */
  private restore(work: RestoreWork, { service, by }: Job, memory: ArrayBuffer[]): void {
    if (!('restorer' in by)) throw new HubError('internal', 'an answer without pairs');
    const { restorer, limits } = by;
    const known = this.pairs.get(service);
    if (known?.restorer !== restorer || known.version !== restorer.version) {
      this.say({ kind: 'pairs', service, pairs: restorer.pairs(), keys: restorer.keys, limits });
      this.pairs.set(service, { restorer, version: restorer.version });
    }
    this.say({ kind: 'restore', work, service }, memory);
  }

  private say(what: ToWorker, memory: ArrayBuffer[] = []): void {
    this.worker.postMessage(what, memory);
  }
}
