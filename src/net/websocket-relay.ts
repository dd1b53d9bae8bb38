// Messages between a device and its cloud over WebSocket: each of the device's is judged and recorded before it is sent.
import { isUtf8 } from 'node:buffer';
import { asHubError, HubError } from '../errors.js';
import { BROKEN_OFF, CLOSE, closeCodeOf, NO_CODE, REASON_BYTES } from '../protocol/websocket/close.js';
import type { WebSocketMessage, WebSocketOutcome } from '../protocol/websocket/message.js';
import type { Part } from './budget.js';
import type { End } from './websocket-end.js';
import { Lane } from './websocket-lane.js';

export interface RelayOptions {
  /** Longest message of the device, and of the cloud. */
  readonly bodyBytes: number;
  readonly downBytes: number;
  /** What the connection holds of the hub's memory; given back with it. */
  readonly bytes: Part;
  /** What a refused message brings about: the end of the connection, or only its own loss. */
  readonly refused: 'close' | 'drop';
  readonly judge: (message: WebSocketMessage) => Promise<WebSocketOutcome>;
  /** Gives what comes from the cloud its originals back; never throws. */
  readonly restore: (message: WebSocketMessage) => Uint8Array | Promise<Uint8Array>;
  /** Told of frames of the device that were none. */
  readonly onFault: (error: HubError) => void;
  /** Both ends are closed and nothing is in hand. */
  readonly onClosed: () => void;
}

type Item =
  | { readonly kind: 'message'; readonly bytes: Uint8Array; readonly isBinary: boolean }
  | { readonly kind: 'closed'; readonly code: number; readonly reason: Buffer; readonly fault: HubError | undefined }
  | { readonly kind: 'end'; readonly code: number; readonly reason: string };

/** How many messages of the largest size may pile up before the lane gives up; the sender is held back at one. */
const MOST_MESSAGES = 4;
/** The cloud broke off, in words that the device's log can show. */
const CLOUD_GONE = 'upstream_unreachable';

export class WebSocketRelay {
  readonly #up: Lane<Item>;
  readonly #down: Lane<Item>;
  #deviceClosed = false;
  #cloudClosed = false;
  #finished = false;

  constructor(
    private readonly device: End,
    private readonly cloud: End,
    private readonly options: RelayOptions,
  ) {
    this.#up = this.#lane(device, options.bodyBytes * MOST_MESSAGES, (item) => this.#takeUp(item));
    this.#down = this.#lane(cloud, options.downBytes * MOST_MESSAGES, (item) => this.#takeDown(item));
    device.listen({
      message: (bytes, isBinary) => this.#up.push({ kind: 'message', bytes, isBinary }),
      ping: () => cloud.ping(), // its payload stays here
      read: () => this.#count(),
      closed: (code, reason, fault) => {
        this.#deviceClosed = true;
        this.#up.push({ kind: 'closed', code, reason, fault });
        this.#settle();
      },
    });
    cloud.listen({
      message: (bytes, isBinary) => this.#down.push({ kind: 'message', bytes, isBinary }),
      ping: () => device.ping(),
      read: () => this.#count(),
      closed: (code, reason, fault) => {
        this.#cloudClosed = true;
        this.#up.close();
        this.#down.push({ kind: 'closed', code, reason, fault });
        this.#settle();
      },
    });
  }

  /** Reads no more of the device; what was read is still judged and sent, then both ends close. */
  stop(): void {
    this.device.hold(true);
    this.#up.push({ kind: 'end', code: CLOSE.goingAway, reason: '' });
  }

  destroy(): void {
    this.device.destroy();
    this.cloud.destroy();
  }

  /** Ends at once: its device holds too much, or another one needs the room. */
  giveWay(): void {
    this.#up.close();
    this.options.onFault(new HubError('busy', 'WebSocket: too much waits'));
    this.device.close(CLOSE.tryAgainLater, 'busy');
    this.destroy();
  }

  #count(): void {
    if (this.#finished) return;
    const held = this.device.heldBytes + this.cloud.heldBytes + this.#up.heldBytes + this.#down.heldBytes;
    if (!this.options.bytes.resize(held)) this.giveWay();
  }

  #lane(from: End, mostBytes: number, take: (item: Item) => Promise<void>): Lane<Item> {
    return new Lane({
      handle: (item) =>
        take(item).catch((fault: unknown) => this.#end(closeCodeOf(asHubError(fault).code), asHubError(fault).code)),
      bytesOf: (item) => (item.kind === 'message' ? item.bytes.length : 0),
      highBytes: this.options.bodyBytes,
      mostBytes,
      hold: (isFull) => from.hold(isFull),
      overflow: () => this.#end(CLOSE.tryAgainLater, 'busy'),
      onIdle: () => {
        this.#count();
        this.#settle();
      },
    });
  }

  async #takeUp(item: Item): Promise<void> {
    switch (item.kind) {
      case 'message':
        return this.#messageUp(item.bytes, item.isBinary);
      case 'closed': {
        if (item.fault !== undefined) this.options.onFault(item.fault);
        if (item.code === NO_CODE) this.cloud.close();
        else if (item.code === BROKEN_OFF) this.cloud.close(CLOSE.goingAway);
        else this.cloud.close(item.code, await this.#judgedReason(item.reason));
        return;
      }
      case 'end':
        this.#end(item.code, item.reason);
        return;
      default:
        item satisfies never;
    }
  }

  async #messageUp(bytes: Uint8Array, isBinary: boolean): Promise<void> {
    const outcome = await this.#judge({ kind: isBinary ? 'binary' : 'text', bytes });
    if (outcome.kind === 'pass') {
      let sent = false;
      try {
        sent = await this.cloud.send(outcome.bytes, isBinary);
      } finally {
        outcome.done(sent);
      }
    } else if (this.options.refused === 'close') this.#end(closeCodeOf(outcome.error.code), outcome.error.code);
  }

  async #judge(message: WebSocketMessage): Promise<WebSocketOutcome> {
    try {
      const outcome = await this.options.judge(message);
      if (outcome.kind === 'refuse' || message.kind === 'binary' || isUtf8(outcome.bytes)) return outcome;
      outcome.done(false);
      return { kind: 'refuse', error: new HubError('internal', 'a text that is none any more') };
    } catch (fault) {
      return { kind: 'refuse', error: asHubError(fault) };
    }
  }

  /** A reason that is refused, or grows past a frame, is left out: the code says enough. */
  async #judgedReason(reason: Buffer): Promise<Buffer> {
    const nothing = Buffer.alloc(0);
    if (reason.length === 0) return nothing;
    const outcome = await this.#judge({ kind: 'reason', bytes: reason });
    if (outcome.kind === 'refuse') return nothing;
    const isSendable = this.cloud.open && outcome.bytes.length <= REASON_BYTES;
    outcome.done(isSendable);
    return isSendable ? Buffer.from(outcome.bytes) : nothing;
  }

  async #takeDown(item: Item): Promise<void> {
    switch (item.kind) {
      case 'message':
        await this.device.send(await this.#restored(item.isBinary ? 'binary' : 'text', item.bytes), item.isBinary);
        return;
      case 'closed': {
        const { code, reason, fault } = item;
        if (fault !== undefined) this.device.close(closeCodeOf(fault.code), fault.code);
        else if (code === NO_CODE) this.device.close();
        else if (code === BROKEN_OFF) this.device.close(CLOSE.internalError, CLOUD_GONE);
        else this.device.close(code, Buffer.from(await this.#restored('reason', reason)));
        return;
      }
      case 'end':
        return;
      default:
        item satisfies never;
    }
  }

  /** As it came, where what was put in would not fit. */
  async #restored(kind: WebSocketMessage['kind'], bytes: Uint8Array): Promise<Uint8Array> {
    const restored = await this.options.restore({ kind, bytes });
    if (kind !== 'binary' && !isUtf8(restored)) return bytes;
    return kind === 'reason' && restored.length > REASON_BYTES ? bytes : restored;
  }

  /** Nothing more goes up. The device is told why; the cloud only that it is over. */
  #end(code: number, reason: string): void {
    this.#up.close();
    this.device.close(code, reason);
    this.cloud.close(CLOSE.goingAway);
  }

  #settle(): void {
    if (this.#finished || !this.#deviceClosed || !this.#cloudClosed || !this.#up.idle || !this.#down.idle) return;
    this.#finished = true;
    this.options.bytes.release();
    this.options.onClosed();
  }
}
