/** Bytes are put behind each other here; it grows as it needs to. Used again and again, so that ordinary messages cost no memory. */
export class Sink {
  bytes = new Uint8Array(FIRST_BYTES);
  length = 0;

  /** Makes room for `more` bytes behind those that are there. */
  room(more: number): Uint8Array {
    if (this.length + more > this.bytes.length) {
      const wider = new Uint8Array(Math.max(this.bytes.length * 2, this.length + more));
      wider.set(this.bytes.subarray(0, this.length));
      this.bytes = wider;
    }
    return this.bytes;
  }

  put(byte: number): void {
    this.room(1)[this.length++] = byte;
  }

  append(bytes: Uint8Array): void {
    this.room(bytes.length).set(bytes, this.length);
    this.length += bytes.length;
  }

  /** Empty again; what one large message needed is given back. */
  clear(): void {
    this.length = 0;
    if (this.bytes.length > KEPT_BYTES) this.bytes = new Uint8Array(FIRST_BYTES);
  }

  get view(): Uint8Array {
    return this.bytes.subarray(0, this.length);
  }
}

const FIRST_BYTES = 1024;
/** What is kept between messages: more than ordinary ones need. */
const KEPT_BYTES = 64 * 1024;
/** Stands between two readings: no text has it (RFC 3629 section 1), and no spelling of an identifier goes over it. */
export const PART = 0xff;
