// Reads a request's body whole, or not at all.
import type { IncomingMessage } from 'node:http';
import { type ErrorCode, HubError } from '../errors.js';
import { Gathered } from '../protocol/gathered.js';

export interface BodyOptions {
  /** Most bytes of a body. */
  readonly bodyBytes: number;
  /** By Content-Length, where the message has one. */
  readonly announced?: number | undefined;
  /** Asked before memory is taken: how many bytes of it the body will hold then. False: `busy`. */
  readonly hold: (bytes: number) => boolean;
}

/** A body on its way in. */
export interface BodyReading {
  /** All bytes, trailers and chunk extensions left behind. */
  readonly whole: Promise<Buffer>;
  /** Nothing more of it will be read: `whole` rejects with this. */
  stop(error: HubError): void;
}

/** `whole` rejects `too_large` past `bodyBytes`, `malformed` where it breaks off, `busy`. What it did not read stays unread. */
export function readBody(req: IncomingMessage, { bodyBytes, announced, hold }: BodyOptions): BodyReading {
  let stop!: (error: HubError) => void;
  const whole = new Promise<Buffer>((resolve, reject) => {
    const gathered = new Gathered();
    /** A body that comes in one piece, as most do, is taken as it is. */
    let only: Buffer | undefined;
    let size = 0;
    let settled = false;
    stop = (error): void => {
      if (settled) return; // every request closes in the end
      settled = true;
      req.off('data', take);
      req.pause();
      reject(error);
    };
    const fail = (code: ErrorCode, where?: string): void => stop(new HubError(code, where));
    const keep = (chunk: Buffer): void => {
      if (!hold(gathered.capacityWith(chunk.length, announced))) fail('busy');
      else gathered.push(chunk, announced);
    };
    const take = (chunk: Buffer): void => {
      size += chunk.length;
      if (size > bodyBytes) fail('too_large');
      else if (size === announced && size === chunk.length) {
        if (hold(size)) only = chunk;
        else fail('busy');
      } else keep(chunk);
    };
    req.on('data', take);
    req.once('end', () => {
      if (!req.complete) {
        fail('malformed');
        return;
      }
      settled = true;
      resolve(only ?? gathered.take());
    });
    req.once('error', () => fail('malformed', 'the body breaks off'));
    req.once('close', () => fail('malformed', 'the body breaks off'));
  });
  return { whole, stop };
}

/** A sender that is cut off while it writes never reads the answer: its bytes are thrown away for this long (RFC 9112 9.6). */
const LINGER_MS = 1_000;
/** And for this many bytes. */
const LINGER_BYTES = 4 * 1024 * 1024;

/** Throws away what is left of a body, then calls `then` once. */
export function discard(req: IncomingMessage, then: () => void): void {
  let size = 0;
  const timer = setTimeout(end, LINGER_MS);
  function end(): void {
    clearTimeout(timer);
    req.off('data', count);
    req.off('end', end);
    req.off('close', end);
    then();
  }
  function count(chunk: Buffer): void {
    size += chunk.length;
    if (size > LINGER_BYTES) end();
  }
  req.on('data', count);
  req.once('end', end);
  req.once('close', end);
  req.resume();
}
