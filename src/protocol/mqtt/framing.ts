// A byte stream cut into packets (MQTT 3.1.1 and 5, 2.1). Each packet keeps its own bytes.

import { fault, REASON } from './fault.js';

/** One whole packet. `bodyStart`: where the variable header begins. */
export interface Frame {
  readonly kind: 'frame';
  readonly bytes: Uint8Array;
  readonly bodyStart: number;
}

/** The start of a packet longer than the limit, in a stream that lets such packets through (`large: 'stream'`). */
export interface LargeStart {
  readonly kind: 'largeStart';
  /** Fixed header and the first bytes of the body. */
  readonly bytes: Uint8Array;
  readonly bodyStart: number;
  /** Length of the whole body by the fixed header. */
  readonly bodyBytes: number;
}

export interface LargeRest {
  readonly kind: 'largeRest';
  readonly bytes: Uint8Array;
}

export type Piece = Frame | LargeStart | LargeRest;

/** Most bytes of a variable byte integer (MQTT 5, 1.5.5). */
const VARINT_BYTES = 4;
/** Head of an over-long PUBLISH that is held back to read its topic (64 KiB at most) and its properties. */
export const LARGE_HEAD_BYTES = 262_144;

/**
 * Cuts chunks into packets, wherever the chunks were cut. `checkFirst` is asked about a packet's first byte before anything of
 * it is kept. A packet past `packetBytes` is a fault, or streamed in pieces.
 */
export class Framing {
  private held: Uint8Array[] = [];
  private heldBytes = 0;
  /** Bytes the next piece needs before it is looked at again. */
  private wanted = 2;
  private restBytes = 0;
  private firstChecked = false;

  constructor(
    private readonly packetBytes: number,
    private readonly large: 'refuse' | 'stream',
    private readonly checkFirst: (byte: number) => void,
  ) {}

  /** Takes the next bytes; gives each whole packet to `each`. Throws a fault; packets before it were given. */
  push(chunk: Uint8Array, each: (piece: Piece) => void): void {
    if (chunk.length === 0) return;
    this.held.push(chunk);
    this.heldBytes += chunk.length;
    while (this.heldBytes > 0 && this.step(each));
  }

  private step(each: (piece: Piece) => void): boolean {
    if (this.restBytes > 0) return this.stepRest(each);
    if (!this.firstChecked) {
      this.checkFirst(this.held[0]![0]!);
      this.firstChecked = true;
    }
    if (this.heldBytes < this.wanted) return false;
    const bytes = this.joined();
    const head = readLength(bytes);
    if (head === undefined) {
      this.wanted = bytes.length + 1;
      return false;
    }
    const total = head.bodyStart + head.bodyBytes;
    if (total > this.packetBytes) return this.stepLarge(bytes, head, each);
    if (bytes.length < total) {
      this.wanted = total;
      return false;
    }
    this.keep(bytes.subarray(total));
    each({ kind: 'frame', bytes: bytes.subarray(0, total), bodyStart: head.bodyStart });
    return true;
  }

  private stepLarge(bytes: Uint8Array, head: { bodyStart: number; bodyBytes: number }, each: (piece: Piece) => void): boolean {
    if (this.large === 'refuse') throw fault(REASON.packetTooLarge, 'packet is longer than the limit');
    const total = head.bodyStart + head.bodyBytes;
    const first = Math.min(total, LARGE_HEAD_BYTES);
    if (bytes.length < first) {
      this.wanted = first;
      return false;
    }
    this.keep(bytes.subarray(first));
    this.restBytes = total - first;
    each({ kind: 'largeStart', bytes: bytes.subarray(0, first), ...head });
    return true;
  }

  private stepRest(each: (piece: Piece) => void): boolean {
    const bytes = this.joined();
    const now = Math.min(bytes.length, this.restBytes);
    this.restBytes -= now;
    this.keep(bytes.subarray(now));
    each({ kind: 'largeRest', bytes: bytes.subarray(0, now) });
    return true;
  }

  private joined(): Uint8Array {
    const only = this.held.length === 1 ? this.held[0]! : Buffer.concat(this.held);
    this.held = [only];
    return only;
  }

  private keep(rest: Uint8Array): void {
    this.held = rest.length === 0 ? [] : [rest];
    this.heldBytes = rest.length;
    this.wanted = 2;
    this.firstChecked = false;
  }
}

/** The remaining length after the first byte; undefined while it is not whole. */
function readLength(bytes: Uint8Array): { bodyStart: number; bodyBytes: number } | undefined {
  let value = 0;
  for (let index = 0; index < VARINT_BYTES; index += 1) {
    const byte = bytes[1 + index];
    if (byte === undefined) return undefined;
    value += (byte & 0x7f) * 128 ** index;
    if (byte < 0x80) return { bodyStart: index + 2, bodyBytes: value };
  }
  throw fault(REASON.malformed, 'remaining length has more than four bytes');
}

/** Where the body of a whole packet begins. */
export function bodyStartOf(bytes: Uint8Array): number {
  const head = readLength(bytes);
  if (head === undefined) throw fault(REASON.malformed, 'packet is cut short');
  return head.bodyStart;
}

/** A variable byte integer in its shortest form (MQTT 5, 1.5.5). */
export function encodeVarint(value: number): Uint8Array {
  const bytes: number[] = [];
  do {
    const low = value % 128;
    value = Math.floor(value / 128);
    bytes.push(value > 0 ? low | 0x80 : low);
  } while (value > 0);
  return Uint8Array.from(bytes);
}

/** A packet from its first byte and its body. */
export function encodeFrame(first: number, ...body: readonly Uint8Array[]): Uint8Array {
  const length = body.reduce((sum, piece) => sum + piece.length, 0);
  return Buffer.concat([Uint8Array.of(first), encodeVarint(length), ...body]);
}
