// Whose bytes are read next: what a connection brings is handed on in small pieces, and devices take turns where that takes time. A packet
// of 64 KiB can hold ten thousand messages, and hundreds of connections can bring one each in one turn of the loop.
import type { Socket } from 'node:net';
import { TurnBudget } from './free-turns.js';

export interface ReadingTurnsOptions {
  /** The device behind an address, as far as it is known at once. */
  readonly ownerNow: (address: string) => string;
  /** Milliseconds; only tests give another clock. */
  readonly now?: () => number;
}

/** Milliseconds of reading in one turn of the loop; what comes meanwhile waits for the next one, and the hub hears everybody in between. */
const TURN_MS = 5;
/** Longer than most messages; the most expensive ones of so many bytes (MQTT packets of two) take some ten milliseconds. */
const PIECE_BYTES = 4 * 1024;

class Reader {
  /** What one read of the system brought (64 KiB at most) and nobody has read yet; `null`: the connection's end. */
  readonly waiting: (Buffer | null)[] = [];
  /** Whoever reads the connection takes more; else it asks for it (`_read`) when it does. */
  isWanted = true;

  constructor(
    readonly owner: string,
    private readonly socket: Socket,
    /** The socket's own: hands on what comes; false: there is enough for now. */
    readonly push: (bytes: Buffer | null) => boolean,
    /** The socket's own: has the system bring more. */
    readonly bringMore: (size: number) => void,
  ) {}

  /** Nobody reads on where the connection was cut off, though its close comes later. */
  get isDue(): boolean {
    return this.isWanted && this.waiting.length > 0 && !this.socket.destroyed;
  }
}

export class ReadingTurns {
  readonly #readers = new Map<Socket, Reader>();
  /** Connections with something that waits and is wanted, by device; whose turn comes first stands first. */
  readonly #queues = new Map<string, Set<Reader>>();
  readonly #turn = new TurnBudget(TURN_MS, () => this.#next());
  readonly #now: () => number;

  constructor(readonly options: ReadingTurnsOptions) {
    this.#now = options.now ?? (() => performance.now());
  }

  /** From now on what the connection brings is handed on in turns. Before anything of it is read. */
  take(socket: Socket, address: string): void {
    const reader = new Reader(this.options.ownerNow(address), socket, socket.push.bind(socket), socket._read.bind(socket));
    this.#readers.set(socket, reader);
    socket.push = (bytes: Buffer | null) => this.#came(reader, bytes);
    socket._read = (size) => this.#asked(reader, size);
    socket.once('close', () => this.#drop(socket));
  }

  /** From now on it is handed on as it comes, after what waits. For who reads below the stream, as TLS does. */
  give(socket: Socket): void {
    const reader = this.#readers.get(socket);
    if (reader === undefined) return;
    Reflect.deleteProperty(socket, 'push');
    Reflect.deleteProperty(socket, '_read');
    const waiting = reader.waiting.splice(0);
    this.#drop(socket);
    for (const bytes of waiting) reader.push(bytes);
  }

  #drop(socket: Socket): void {
    const reader = this.#readers.get(socket);
    if (reader === undefined) return;
    this.#readers.delete(socket);
    reader.waiting.length = 0;
    this.#leave(reader);
  }

  /** False: the system shall bring no more, until somebody asks for it. */
  #came(reader: Reader, bytes: Buffer | null): boolean {
    const isFirst = reader.waiting.length === 0;
    if (isFirst && bytes === null) return reader.push(null);
    reader.waiting.push(bytes);
    if (isFirst) {
      reader.isWanted = true;
      while (reader.isDue && this.#turn.isLeft) this.#handPiece(reader);
    }
    if (reader.waiting.length === 0) return reader.isWanted;
    if (reader.isDue) this.#wait(reader);
    return false;
  }

  /** What waits is handed on before the system brings more: a connection has no more here than one read brought. */
  #asked(reader: Reader, size: number): void {
    reader.isWanted = true;
    if (reader.waiting.length === 0) reader.bringMore(size);
    else this.#wait(reader);
  }

  #wait(reader: Reader): void {
    const queue = this.#queues.get(reader.owner);
    if (queue === undefined) this.#queues.set(reader.owner, new Set([reader]));
    else queue.add(reader);
    this.#turn.askForTurn();
  }

  #leave(reader: Reader): void {
    const queue = this.#queues.get(reader.owner);
    queue?.delete(reader);
    if (queue?.size === 0) this.#queues.delete(reader.owner);
  }

  /** A piece of one connection of each device in turn, until the time is over. */
  #next(): void {
    while (this.#queues.size > 0 && this.#turn.isLeft) {
      const [owner, queue] = this.#queues.entries().next().value as [string, Set<Reader>];
      const reader = queue.values().next().value!;
      queue.delete(reader);
      this.#queues.delete(owner);
      if (queue.size > 0) this.#queues.set(owner, queue); // behind the other devices
      if (reader.isDue) this.#handPiece(reader);
      if (reader.isDue) this.#wait(reader); // behind its device's others
    }
    if (this.#queues.size > 0) this.#turn.askForTurn();
  }

  /** Hands on the first piece of what waits. */
  #handPiece(reader: Reader): void {
    const first = reader.waiting.shift()!;
    if (first !== null && first.length > PIECE_BYTES) reader.waiting.unshift(first.subarray(PIECE_BYTES));
    const startMs = this.#now();
    reader.isWanted = false; // whoever reads may ask for more at once
    const takesMore = reader.push(first?.subarray(0, PIECE_BYTES) ?? null);
    reader.isWanted ||= takesMore;
    this.#turn.spend(this.#now() - startMs);
  }
}
