// Whose bytes are read next: what a connection brings is handed on in small pieces, and devices take turns where that takes time. A packet
// of 64 KiB can hold ten thousand messages, and hundreds of connections can bring one each in one turn of the loop.
import type { Socket } from 'node:net';
import type { Budget, Part } from './budget.js';

export interface ReadingTurnsOptions {
  /** Of messages in memory: what waits here is counted among them. */
  readonly bytes: Budget;
  /** The device behind an address, as far as it is known at once. */
  readonly ownerNow: (address: string) => string;
  /** Milliseconds; only tests give another clock. */
  readonly now?: () => number;
}

/** Milliseconds of reading in one turn of the loop; what comes meanwhile waits for the next one, and the hub hears everybody in between. */
const TURN_MS = 5;
/** Longer than most messages; the most expensive ones of so many bytes (MQTT packets of two) take some ten milliseconds. */
const PIECE_BYTES = 4 * 1024;

/** What a connection has brought and nobody has read; `null`: its end. */
type Waiting = (Buffer | null)[];

class Reader {
  readonly waiting: Waiting = [];
  bytes = 0;

  constructor(
    readonly owner: string,
    readonly part: Part,
    /** The socket's own: hands on what comes; false: there is enough for now. */
    readonly push: (bytes: Buffer | null) => boolean,
    readonly end: () => void,
  ) {}
}

export class ReadingTurns {
  readonly #readers = new Map<Socket, Reader>();
  /** Connections with something that waits, by device, whose turn comes first first. */
  readonly #queues = new Map<string, Set<Reader>>();
  #spentMs = 0;
  #due = false;
  readonly #now: () => number;

  constructor(readonly options: ReadingTurnsOptions) {
    this.#now = options.now ?? (() => performance.now());
  }

  /** From now on what the connection brings is handed on in turns. Before anything of it is read. */
  take(socket: Socket, address: string): void {
    const part = this.options.bytes.take(address, 0, () => socket.destroy())!; // nothing is always there
    const push = socket.push.bind(socket);
    const reader = new Reader(this.options.ownerNow(address), part, push, () => socket.destroy());
    this.#readers.set(socket, reader);
    socket.push = (bytes: Buffer | null) => this.#came(reader, bytes);
    socket.once('close', () => this.#drop(socket));
  }

  /** From now on it is handed on as it comes, after what waits. For who reads below the stream, as TLS does. */
  give(socket: Socket): void {
    const reader = this.#readers.get(socket);
    if (reader === undefined) return;
    Reflect.deleteProperty(socket, 'push');
    const waiting = reader.waiting.splice(0);
    this.#drop(socket);
    for (const bytes of waiting) reader.push(bytes);
  }

  #drop(socket: Socket): void {
    const reader = this.#readers.get(socket);
    if (reader === undefined) return;
    this.#readers.delete(socket);
    reader.waiting.length = 0;
    reader.part.release();
    this.#leave(reader);
  }

  #came(reader: Reader, bytes: Buffer | null): boolean {
    const isNext = reader.waiting.length === 0;
    if (isNext && bytes === null) return reader.push(null);
    reader.waiting.push(bytes);
    reader.bytes += bytes?.length ?? 0;
    let isWanted = isNext;
    while (isNext && isWanted && reader.waiting.length > 0 && this.#spentMs < TURN_MS) isWanted = this.#handPiece(reader);
    if (reader.waiting.length === 0) return isWanted;
    if (!reader.part.resize(reader.bytes)) reader.end();
    else this.#wait(reader);
    return false;
  }

  #wait(reader: Reader): void {
    const queue = this.#queues.get(reader.owner);
    if (queue === undefined) this.#queues.set(reader.owner, new Set([reader]));
    else queue.add(reader);
    this.#arm();
  }

  #leave(reader: Reader): void {
    const queue = this.#queues.get(reader.owner);
    queue?.delete(reader);
    if (queue?.size === 0) this.#queues.delete(reader.owner);
  }

  #arm(): void {
    if (this.#due) return;
    this.#due = true;
    setImmediate(() => {
      this.#due = false;
      this.#spentMs = 0;
      this.#next();
    });
  }

  /** A piece of one connection of each device in turn, until the time is over. */
  #next(): void {
    while (this.#queues.size > 0 && this.#spentMs < TURN_MS) {
      const [owner, queue] = this.#queues.entries().next().value as [string, Set<Reader>];
      const reader = queue.values().next().value!;
      this.#queues.delete(owner);
      this.#queues.set(owner, queue); // behind the other devices
      queue.delete(reader);
      this.#handPiece(reader);
      reader.part.resize(reader.bytes);
      if (reader.waiting.length > 0)
        this.#wait(reader); // behind its device's others
      else this.#leave(reader);
    }
    if (this.#queues.size > 0) this.#arm();
  }

  /** Hands on the first piece of what waits; false: there is enough for now. */
  #handPiece(reader: Reader): boolean {
    const first = reader.waiting.shift();
    if (first === undefined) return false;
    if (first === null) return reader.push(null);
    if (first.length > PIECE_BYTES) reader.waiting.unshift(first.subarray(PIECE_BYTES));
    const piece = first.subarray(0, PIECE_BYTES);
    reader.bytes -= piece.length;
    const startMs = this.#now();
    const isWanted = reader.push(piece);
    this.#spentMs += this.#now() - startMs;
    this.#arm();
    return isWanted;
  }
}
