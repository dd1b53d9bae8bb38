// Reads a request's body whole, or not at all.
import type { IncomingMessage } from 'node:http';
import { type ErrorCode, HubError } from '../errors.js';

/**
 * All bytes of the body, trailers and chunk extensions left behind. Throws `too_large` past `bodyBytes`, `malformed` where it
 * breaks off. What it did not read stays unread.
 */
export function readBody(req: IncomingMessage, bodyBytes: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    let settled = false;
    const stop = (code: ErrorCode, where?: string): void => {
      if (settled) return; // every request closes in the end
      settled = true;
      req.off('data', take);
      req.pause();
      reject(new HubError(code, where));
    };
    const take = (chunk: Buffer): void => {
      size += chunk.length;
      if (size > bodyBytes) stop('too_large');
      else chunks.push(chunk);
    };
    req.on('data', take);
    req.once('end', () => {
      if (!req.complete) {
        stop('malformed');
        return;
      }
      settled = true;
      resolve(chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks, size));
    });
    req.once('error', () => stop('malformed', 'the body breaks off'));
    req.once('close', () => stop('malformed', 'the body breaks off'));
  });
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
