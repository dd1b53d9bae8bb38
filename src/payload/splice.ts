import { Buffer } from 'node:buffer';
import type { Node } from '../model.js';

/** Most nesting any reader follows whatever `limits.depth` says: readers, writers and the sieve recurse, and 1,000 frames fit any stack. */
export const MAX_DEPTH = 1000;

/** `bytes` as a Buffer over the same memory (no copy). */
export function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** A string of one unit a byte: its indices are byte offsets, and V8 scans it with `charCodeAt` as fast as an array. */
export function toBinary(bytes: Uint8Array): string {
  return asBuffer(bytes).toString('latin1');
}

/** The UTF-8 bytes of `text`, one unit a byte. ASCII text is its own answer. */
export function utf8Binary(text: string): string {
  for (let i = 0; i < text.length; i++) {
    if (text.charCodeAt(i) > 0x7f) return Buffer.from(text, 'utf8').toString('latin1');
  }
  return text;
}

/** Copies a source and puts other text in places of it, from the front to the back. Offsets are bytes. */
export class Splice {
  private out = '';
  private done = 0;
  private touched = false;

  /** `source`: what `toBinary` gave for `bytes`. */
  constructor(
    private readonly bytes: Uint8Array,
    private readonly source: string,
  ) {}

  /** Everything not yet copied before `offset` goes out as it is. */
  copyTo(offset: number): void {
    if (offset <= this.done) return;
    this.out += this.source.slice(this.done, offset);
    this.done = offset;
  }

  /** Everything not yet copied before `offset` is left out. */
  skipTo(offset: number): void {
    if (offset <= this.done) return;
    this.done = offset;
    this.touched = true;
  }

  /** `binary` (one unit a byte) stands instead of the source between `start` and `end`. */
  replace(start: number, end: number, binary: string): void {
    this.copyTo(start);
    this.out += binary;
    this.touched = true;
    this.skipTo(end);
  }

  /** The result; the very same bytes when nothing was replaced or left out. */
  finish(): Uint8Array {
    if (!this.touched) return this.bytes;
    this.copyTo(this.source.length);
    return Buffer.from(this.out, 'latin1');
  }
}

/**
 * Writes the members of one object, each from `nameStart` to `end`, without the dropped ones. A separator goes with the member
 * after it; where the first members are dropped, with the one before it.
 */
export function writeMembers(members: readonly Node[], out: Splice, write: (member: Node, out: Splice) => void): void {
  let kept = 0;
  for (let i = 0; i < members.length; i++) {
    const member = members[i]!;
    if (member.edit?.kind === 'drop') {
      out.copyTo(i === 0 ? member.nameStart : members[i - 1]!.end);
      out.skipTo(member.end);
      continue;
    }
    if (kept === 0 && i > 0) out.skipTo(member.nameStart);
    kept++;
    write(member, out);
  }
}
