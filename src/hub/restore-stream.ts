// Answers as streams: held until they can be read whole, within bounds; past them they go down as they come.
import { Transform, type TransformCallback } from 'node:stream';
import type { Restorer } from '../household/restorer.js';
import type { Limits } from '../model.js';
import { undoCodings } from '../payload/coding.js';
import { essenceOf, restoreBody } from './restore.js';

/** Bytes that may still be held, of all answers together. */
export interface Budget {
  left: number;
}

export interface StreamOptions {
  readonly mediaType: string | undefined;
  readonly coding: string | undefined;
  readonly restorer: Restorer;
  readonly limits: Limits;
  readonly budget: Budget;
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
    if (!this.open) this.push(this.restored(this.giveBack()));
    done();
  }

  private restored(bytes: Buffer): Uint8Array {
    const { coding, mediaType, restorer, limits } = this.options;
    try {
      const decoded = undoCodings(bytes, coding, limits);
      return decoded.redo(restoreBody(decoded.bytes, mediaType, restorer, limits));
    } catch {
      return bytes; // on the way down: what cannot be read goes as it came
    }
  }
}

/** Line by line: server-sent events (their `data:`), JSON Lines. */
export class LineRestore extends Holding {
  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    const end = this.open ? chunk.length : chunk.lastIndexOf(LINE_FEED) + 1;
    if (this.open) this.push(chunk);
    else {
      if (end > 0) this.push(this.restored(Buffer.concat([this.giveBack(), chunk.subarray(0, end)])));
      if (end < chunk.length) this.hold(chunk.subarray(end));
    }
    done();
  }

  override _flush(done: TransformCallback): void {
    if (!this.open) this.push(this.restored(this.giveBack()));
    done();
  }

  private restored(bytes: Buffer): Buffer {
    const lines: Uint8Array[] = [];
    for (let start = 0; start < bytes.length; ) {
      const feed = bytes.indexOf(LINE_FEED, start);
      const end = feed < 0 ? bytes.length : feed;
      lines.push(this.line(bytes.subarray(start, end)), bytes.subarray(end, end + 1));
      start = end + 1;
    }
    return Buffer.concat(lines);
  }

  private line(bytes: Buffer): Uint8Array {
    const { restorer, limits } = this.options;
    // The field's name and one blank of server-sent events (WHATWG HTML 9.2.6), the mark of JSON sequences (RFC 7464).
    const [head] = /^(?:(?:data|id|event): ?|\x1e)?/.exec(bytes.toString('latin1', 0, 8))!;
    const tail = bytes.at(-1) === 0x0d ? 1 : 0;
    const text = bytes.subarray(head.length, bytes.length - tail);
    const restored = restoreBody(text, 'text/plain', restorer, limits);
    return restored === text
      ? bytes
      : Buffer.concat([bytes.subarray(0, head.length), restored, bytes.subarray(bytes.length - tail)]);
  }
}
