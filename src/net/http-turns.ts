// The messages of one HTTP connection: one at a time, in their order (RFC 9112 9.3.2), none behind the last; and what they hold.
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { HubError } from '../errors.js';
import type { Part } from './budget.js';

/** What a request costs while it waits, beside its head: Node's objects for it and its answer. */
const REQUEST_BYTES = 4 * 1024;

/** A body being read. */
export interface Stoppable {
  stop(error: HubError): void;
}

/** Whatever becomes of messages and connection, `close` of the socket ends all of it. */
export class Turns {
  /** Messages waiting for their turn or having it. */
  waiting = 0;
  /** Nothing that comes from now on is taken. */
  isOver = false;
  /** Messages that came since then. */
  ignored = 0;
  /** Why bytes could not be read on; what breaks off with them is refused for that, and has been told. */
  broken: HubError | undefined;
  #last: Promise<void> = Promise.resolve();
  #newest: IncomingMessage | undefined;
  #reading: Stoppable | undefined;
  #leave: (() => void) | undefined;
  #isClosed = false;
  #bytes = 0;

  constructor(
    readonly socket: Socket,
    /** Bytes of its messages. */
    private readonly part: Part,
  ) {
    socket.once('close', () => {
      this.#isClosed = true;
      this.isOver = true;
      part.release();
      this.#leave?.();
    });
  }

  /**
   * Handles a message once those before it are answered. One that follows the last of a connection (an answer has closed it) is left
   * alone: who answers it does not read it (RFC 9112 9.6). `handle` never rejects; `done` is called once, in any case.
   */
  enqueue(req: IncomingMessage, handle: () => Promise<void>, done: () => void): void {
    this.waiting += 1;
    this.#newest = req;
    this.#last = this.#last
      .then(() => (this.socket.writable ? handle() : undefined))
      .finally(() => {
        this.waiting -= 1;
        done();
      });
  }

  /** Serves something that is no message (a change of protocol, an answer on the bare connection) once those before are answered. */
  after(serve: () => void): void {
    if (this.waiting === 0) serve();
    else void this.#last.then(() => this.socket.writable && serve());
  }

  /** Settles when the answer is out, or can never be: Node does not close an answer whose turn did not come. */
  answered(res: ServerResponse): Promise<void> {
    if (this.#isClosed || res.closed) return Promise.resolve();
    return new Promise((resolve) => {
      this.#leave = resolve;
      res.once('close', resolve);
    });
  }

  /** Counts so many bytes more (fewer: below 0) as held; false: there is no room. */
  hold(bytes: number): boolean {
    if (!this.part.resize(this.#bytes + bytes)) return false;
    this.#bytes += bytes;
    return true;
  }

  /** The body that is being read now. */
  set reading(body: Stoppable | undefined) {
    this.#reading = body;
  }

  /**
   * No byte behind can be read. The message in which it broke is refused in its turn; true: it broke behind the last one, and the
   * connection is to be answered itself.
   */
  breakOff(error: HubError): boolean {
    this.isOver = true;
    this.broken = error;
    if (this.waiting === 0 || this.#newest?.complete !== false) return true;
    this.#reading?.stop(error);
    return false;
  }
}

/** Bytes that a request holds without its body. */
export function headBytes({ url = '', rawHeaders }: IncomingMessage): number {
  let bytes = REQUEST_BYTES + url.length;
  for (const text of rawHeaders) bytes += text.length;
  return bytes;
}
