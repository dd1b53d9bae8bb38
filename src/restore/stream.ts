// Answers as streams: held until they can be read whole, within bounds; past them they go down as they come.
import { Transform, type TransformCallback } from 'node:stream';
import type { Restorer } from '../household/restorer.js';
import type { Limits } from '../model.js';
import { essenceOf } from '../payload/index.js';
import type { Restore } from './port.js';
import { type NoteToken, noteTokensOf } from './tokens.js';

/** Bytes that may still be held, of all answers together. */
export interface Budget {
  left: number;
}

export interface StreamOptions {
  readonly mediaType: string | undefined;
  readonly coding: string | undefined;
  readonly service: string;
  readonly restorer: Restorer;
  readonly limits: Limits;
  readonly restore: Restore;
  readonly budget: Budget;
  /** Told of the tokens of what was held. */
  readonly note?: NoteToken | undefined;
  /** Milliseconds of silence after which what is held goes down. */
  readonly quietMs?: number;
}

/** A cloud that pauses so long in an answer streams it on purpose; a device waits about half a minute. */
const QUIET_MS = 10_000;
const LINE_FEED = 0x0a;

/** Types that are made of lines, each of which is to be seen when it comes. */
export function isLines(mediaType: string | undefined): boolean {
  return /^(?:text\/event-stream|application\/(?:x-ndjson|ndjson|jsonl|stream\+json|json-seq))$/.test(essenceOf(mediaType));
}

/** What both have: bytes held against the budget, and let go when nothing more comes. */
abstract class Holding extends Transform {
  protected held: Buffer[] = [];
  protected size = 0;
  /** Nothing is held any more: bytes pass. */
  protected open = false;
  private timer: NodeJS.Timeout | undefined;

  constructor(protected readonly options: StreamOptions) {
    super();
  }

  protected hold(chunk: Buffer): void {
    const { budget, limits } = this.options;
    if (this.size + chunk.length > limits.bodyBytes || chunk.length > budget.left) {
      this.open = true;
      this.push(this.giveBack());
      this.push(chunk);
      return;
    }
    this.held.push(chunk);
    this.size += chunk.length;
    budget.left -= chunk.length;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.letGo(), this.options.quietMs ?? QUIET_MS).unref();
  }

  private letGo(): void {
    this.open = true;
    this.push(this.giveBack());
  }

  /** What is held, no longer counted. */
  protected giveBack(): Buffer {
    clearTimeout(this.timer);
    const bytes = Buffer.concat(this.held, this.size);
    this.options.budget.left += this.size;
    this.held = [];
    this.size = 0;
    return bytes;
  }

  /** Pushes bytes with their originals, in order: the next chunk waits for `done`. */
  protected restored(form: 'body' | 'lines', bytes: Buffer, done: TransformCallback): void {
    const { restore, note, coding, limits, ...how } = this.options;
    if (note !== undefined) noteTokensOf(bytes, coding, limits, note);
    const give = (after: Uint8Array): void => {
      if (!this.destroyed) this.push(after);
      done();
    };
    const after = restore(bytes, { ...how, coding, limits, form });
    if (after instanceof Promise) void after.then(give);
    else give(after);
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.giveBack();
    done(error);
  }
}

/** A whole body: its codings undone, originals put back, the codings redone. */
export class BodyRestore extends Holding {
  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    if (this.open) this.push(chunk);
    else this.hold(chunk);
    done();
  }

  override _flush(done: TransformCallback): void {
    if (this.open) done();
    else this.restored('body', this.giveBack(), done);
  }
}

/** Line by line: server-sent events (their `data:`), JSON Lines. */
export class LineRestore extends Holding {
  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    const end = this.open ? 0 : chunk.lastIndexOf(LINE_FEED) + 1;
    const rest = chunk.subarray(end);
    const restDone: TransformCallback = (error) => {
      if (rest.length > 0 && this.open) this.push(rest);
      else if (rest.length > 0) this.hold(rest);
      done(error);
    };
    if (end === 0) restDone();
    else this.restored('lines', Buffer.concat([this.giveBack(), chunk.subarray(0, end)]), restDone);
  }

  override _flush(done: TransformCallback): void {
    if (this.open) done();
    else this.restored('lines', this.giveBack(), done);
  }
}
