// What the HTTP doors and the hub say to each other about one message: plain data, no sockets.
import type { ErrorCode, HubError } from '../../errors.js';

/** One header line as it stood: name and value, values as latin1 text. */
export type Header = readonly [name: string, value: string];

export type HttpScheme = 'http' | 'https';

/** One whole request, read and bounded, as it is put before the judge. Framing and hop-by-hop headers are gone. */
export interface HttpMessage {
  /** Address of the sender, IPv4 or IPv6 without mapping (`192.168.1.20`). */
  readonly device: string;
  /** The service the listener fixes; without it the hub goes by `authority`. */
  readonly service?: string;
  readonly scheme: HttpScheme;
  /** Where the message will go: host in lower case, `:port` only where it is not the scheme's own. */
  readonly authority: string;
  readonly method: string;
  /** As received, undecoded; begins with `/`. */
  readonly path: string;
  /** As received, undecoded, without the `?`; absent when there was no `?`. */
  readonly query?: string;
  /** End-to-end headers in their order; without Host, Content-Length and Transfer-Encoding. */
  readonly headers: readonly Header[];
  readonly body: Uint8Array;
}

/** The head of an answer on its way down, hop-by-hop headers removed. */
export interface AnswerHead {
  readonly status: number;
  readonly headers: readonly Header[];
}

/** What becomes of an answer: new headers, and a transform its bytes are piped through. */
export interface AnswerChange {
  readonly headers: readonly Header[];
  readonly body?: NodeJS.ReadWriteStream;
  /** The transform only reads: the length that the headers say stays true. */
  readonly isRead?: boolean;
}

/** The message may leave, with exactly these parts. */
export interface Forward {
  readonly kind: 'forward';
  readonly path: string;
  readonly query?: string | undefined;
  readonly headers: readonly Header[];
  readonly body: Uint8Array;
  /** Called once. `false`: it did not leave whole, so that the cloud has no message, and why; `true`: it left, as far as is known. */
  done(sent: boolean, error?: ErrorCode): void;
  /** Asked when the answer's head is there; nothing returned: it streams down as it is. */
  readonly onAnswer?: (head: AnswerHead) => AnswerChange | undefined;
}

export interface Refuse {
  readonly kind: 'refuse';
  readonly error: HubError;
}

export type Outcome = Forward | Refuse;

/** Decides on one message; it must have written its record before it resolves to `forward`. */
export type Judge = (message: HttpMessage) => Promise<Outcome>;

/** A message that was refused before it could be judged; for the record. Holds no value of the message. */
export interface Refusal {
  readonly device: string;
  readonly service?: string;
  readonly error: HubError;
}
