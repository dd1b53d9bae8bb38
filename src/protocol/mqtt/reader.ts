// Reads the fields of one packet's body strictly, and says where each stands (MQTT 5, 1.5; 3.1.1, 1.5).

import { fault, REASON } from './fault.js';
import { checkText } from './text.js';

/** Where bytes stand in a packet. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

export class Reader {
  constructor(
    readonly bytes: Uint8Array,
    public at: number,
    readonly end: number,
    /** The packet's name, for faults. */
    readonly what: string,
    /** `up`: what leaves the home is also refused for control characters, which a receiver may close for (1.5.4). */
    readonly strict: boolean,
  ) {}

  get left(): number {
    return this.end - this.at;
  }

  /** Moves past `count` bytes and gives where they began. */
  private take(count: number, field: string): number {
    if (this.left < count) throw fault(REASON.malformed, `${this.what}: ${field} is cut short`);
    const start = this.at;
    this.at += count;
    return start;
  }

  u8(field: string): number {
    return this.bytes[this.take(1, field)]!;
  }

  u16(field: string): number {
    const start = this.take(2, field);
    return this.bytes[start]! * 256 + this.bytes[start + 1]!;
  }

  u32(field: string): number {
    return this.u16(field) * 65_536 + this.u16(field);
  }

  /** A variable byte integer, four bytes at most, in its shortest form [MQTT-1.5.5-1]. */
  varint(field: string): number {
    let value = 0;
    for (let index = 0; index < 4; index += 1) {
      const byte = this.u8(field);
      value += (byte & 0x7f) * 128 ** index;
      if (byte >= 0x80) continue;
      if (byte === 0 && index > 0) throw fault(REASON.malformed, `${this.what}: ${field} is not in its shortest form`);
      return value;
    }
    throw fault(REASON.malformed, `${this.what}: ${field} has more than four bytes`);
  }

  /** Binary data with its two-byte length; the span holds the length too. */
  binary(field: string): Span {
    const start = this.at;
    const length = this.u16(field);
    this.take(length, field);
    return { start, end: this.at };
  }

  /** A UTF-8 string with its two-byte length, checked (1.5.4). */
  string(field: string): Span {
    const span = this.binary(field);
    checkText(this.bytes.subarray(span.start + 2, span.end), `${this.what}: ${field}`);
    return span;
  }

  /** Text of a string that `string` has read. */
  text(span: Span): string {
    return decodeText(this.bytes, span);
  }

  /** Nothing may follow. */
  finish(): void {
    if (this.left > 0) throw fault(REASON.malformed, `${this.what} has bytes to spare`);
  }
}

/** Text of a checked string whose span holds its length. */
export function decodeText(bytes: Uint8Array, span: Span): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset + span.start + 2, span.end - span.start - 2).toString('utf8');
}
