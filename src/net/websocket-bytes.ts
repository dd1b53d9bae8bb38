// One end of a WebSocket connection as a stream of bytes, in binary messages cut anywhere: how MQTT travels in it (MQTT 5, 6).
import { Duplex } from 'node:stream';
import { HubError } from '../errors.js';
import { CLOSE } from '../protocol/websocket/close.js';
import type { End } from './websocket-end.js';

export interface ByteStreamEvents {
  readonly ping: () => void;
  /** Something was read: `heldBytes` has changed. */
  readonly read: () => void;
  /** What this end sent was no WebSocket, or a text message, which MQTT does not know. */
  readonly fault: (error: HubError) => void;
  /** Nothing more will come, whether or not what came was read. */
  readonly gone: () => void;
}

/** Has what an MQTT connection needs of a socket. Ends with a close frame. */
export class ByteStream extends Duplex {
  closeCode: number = CLOSE.normal;
  #timer: NodeJS.Timeout | undefined;
  #gone = false;
  #onGone: (() => void) | undefined;

  constructor(
    private readonly end_: End,
    private readonly events: ByteStreamEvents,
  ) {
    super();
    this.on('error', () => undefined); // `close` follows
    end_.listen({
      message: (bytes, isBinary) => {
        if (!isBinary) {
          events.fault(new HubError('malformed', 'a text message in MQTT'));
          this.end_.close(CLOSE.unsupportedData); // [MQTT-6.0.0-1]
          this.#left();
        } else if (!this.#gone && !this.push(bytes)) this.end_.hold(true);
      },
      ping: () => events.ping(),
      read: () => events.read(),
      closed: (_code, _reason, fault) => {
        if (fault !== undefined) events.fault(fault);
        this.#left();
        this.#onGone?.();
      },
    });
  }

  /** Bytes of memory held for this end. */
  get heldBytes(): number {
    return this.end_.heldBytes + this.readableLength;
  }

  override _read(): void {
    this.end_.hold(false);
  }

  override _write(bytes: Buffer, _encoding: string, done: (error?: Error | null) => void): void {
    this.end_.send(bytes, true).then((sent) => done(sent ? null : new HubError('upstream_unreachable')));
  }

  override _final(done: () => void): void {
    if (this.#gone) done();
    else {
      this.#onGone = done;
      this.end_.close(this.closeCode);
    }
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    clearTimeout(this.#timer);
    this.end_.destroy();
    done(error);
  }

  /** As a socket's, but that nothing puts it off. */
  setTimeout(timeoutMs: number, then: () => void): this {
    clearTimeout(this.#timer);
    if (!this.destroyed) this.#timer = setTimeout(then, timeoutMs).unref();
    return this;
  }

  #left(): void {
    if (this.#gone) return;
    this.#gone = true;
    this.push(null);
    if (!this.writableEnded) this.end();
    this.events.gone();
  }
}
