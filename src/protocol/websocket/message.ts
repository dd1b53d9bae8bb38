// What a WebSocket connection and the hub say to each other about one message: plain data, no sockets.
import type { HubError } from '../../errors.js';

/** Whose connection it is. */
export interface WebSocketPeer {
  /** Address of the device. */
  readonly device: string;
  /** The service the listener is for. */
  readonly service?: string;
  /** Name or address of the cloud. */
  readonly host: string;
}

/** One whole message, its fragments joined and its compression undone. `reason`: the text of a close frame. */
export interface WebSocketMessage {
  readonly kind: 'text' | 'binary' | 'reason';
  readonly bytes: Uint8Array;
}

export type WebSocketOutcome =
  | {
      readonly kind: 'pass';
      /** For `text` and `reason`: UTF-8. */
      readonly bytes: Uint8Array;
      /** Called once. `false`: it did not leave whole, so that the cloud has no message; `true`: it left, as far as the network tells. */
      done(sent: boolean): void;
    }
  | { readonly kind: 'refuse'; readonly error: HubError };

/** Judges one message; settles once its record is written. */
export type WebSocketJudge = (peer: WebSocketPeer, message: WebSocketMessage) => Promise<WebSocketOutcome>;
