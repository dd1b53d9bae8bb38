// A byte stream cut into packets (MQTT 3.1.1 and 5, 2.1). Each packet keeps its own bytes.

import { Gathered } from '../gathered.js';
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
  /** The start of a piece that is not whole yet. */
  private readonly gathered = new Gathered();
  /** Bytes the next piece needs before it is looked at again. */
  private wanted = 2;
  private restBytes = 0;
  private firstChecked = false;

  constructor(
    private readonly packetBytes: number,
    private readonly large: 'refuse' | 'stream',
    private readonly checkFirst: (byte: number) => void,
  ) {}

  /** Bytes of memory that it holds. */
  get heldBytes(): number {
    return this.gathered.capacity;
  }

  /** Takes the next bytes; gives each whole packet to `each`. Throws a fault; packets before it were given. */
  push(chunk: Uint8Array, each: (piece: Piece) => void): void {
    if (chunk.length === 0) return;
    if (this.gathered.length === 0) {
      this.cut(chunk, each);
      return;
    }
    this.gathered.push(chunk, this.wanted);
    if (this.gathered.length >= this.wanted) this.cut(this.gathered.take(), each);
  }

  /** The rest is copied: a few bytes of the next piece must not hold a whole read in memory. */
  private cut(bytes: Uint8Array, each: (piece: Piece) => void): void {
    let at = 0;
    while (at < bytes.length) {
      const used = this.step(bytes.subarray(at), each);
      if (used === 0) break;
      at += used;
    }
    if (at < bytes.length) this.gathered.push(bytes.subarray(at), this.wanted);
  }

  /** Gives one piece from the start of `bytes`, and how long it was; 0: it is not whole, and `wanted` says what it takes. */
  private step(bytes: Uint8Array, each: (piece: Piece) => void): number {
    if (this.restBytes > 0) return this.stepRest(bytes, each);
    if (!this.firstChecked) {
      this.checkFirst(bytes[0]!);
      this.firstChecked = true;
    }
    const head = bytes.length < 2 ? undefined : readLength(bytes);
    if (head === undefined) return this.wait(bytes.length + 1);
    const total = head.bodyStart + head.bodyBytes;
    if (total > this.packetBytes) return this.stepLarge(bytes, head, each);
    if (bytes.length < total) return this.wait(total);
    this.begin();
    each({ kind: 'frame', bytes: bytes.subarray(0, total), bodyStart: head.bodyStart });
    return total;
  }

  private stepLarge(bytes: Uint8Array, head: { bodyStart: number; bodyBytes: number }, each: (piece: Piece) => void): number {
    if (this.large === 'refuse') throw fault(REASON.packetTooLarge, 'packet is longer than the limit');
    const total = head.bodyStart + head.bodyBytes;
    const first = Math.min(total, LARGE_HEAD_BYTES);
    if (bytes.length < first) return this.wait(first);
    this.begin();
    this.restBytes = total - first;
    each({ kind: 'largeStart', bytes: bytes.subarray(0, first), ...head });
    return first;
  }

  private stepRest(bytes: Uint8Array, each: (piece: Piece) => void): number {
    const now = Math.min(bytes.length, this.restBytes);
    this.restBytes -= now;
    each({ kind: 'largeRest', bytes: bytes.subarray(0, now) });
    return now;
  }

  private wait(wanted: number): 0 {
    this.wanted = wanted;
    return 0;
  }

  private begin(): void {
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
