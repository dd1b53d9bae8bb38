import type { Socket } from 'node:net';
import { Readable } from 'node:stream';
import test from 'ava';
import fc from 'fast-check';
import { TurnBudget } from '#src/net/free-turns.js';
import { ReadingTurns } from '#src/net/reading-turns.js';

/** A connection whose bytes the test brings; `asked`: how often it was asked for more. */
class Connection extends Readable {
  asked = 0;
  override _read(): void {
    this.asked += 1;
  }
}

const connection = (): Connection & Socket => new Connection() as unknown as Connection & Socket;
/** The next turn in which something is read: free ones come before it. */
const turn = (): Promise<void> => new Promise((resolve) => new TurnBudget(1, resolve).spend(1));
const ownerNow = (address: string): string => address;

/** Everything a connection hands on, until its end. */
async function all(socket: Readable): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of socket) pieces.push(piece as Buffer);
  return Buffer.concat(pieces);
}

test('every byte is handed on, in its order, and the end behind them, however long each piece takes', async (t) => {
  const pieces = fc.array(fc.uint8Array({ minLength: 1, maxLength: 20_000 }), { maxLength: 6 });
  await fc.assert(
    fc.asyncProperty(pieces, fc.integer({ min: 0, max: 10 }), async (brought, takesMs) => {
      let nowMs = 0;
      const turns = new ReadingTurns({ ownerNow, now: () => (nowMs += takesMs) });
      const socket = connection();
      turns.take(socket, 'a');
      for (const piece of brought) socket.push(Buffer.from(piece));
      socket.push(null);
      t.true((await all(socket)).equals(Buffer.concat(brought)));
    }),
    { numRuns: 40 },
  );
});

test('what comes is handed on at once while it takes little time, in pieces that are not large', async (t) => {
  const turns = new ReadingTurns({ ownerNow, now: () => 0 });
  const socket = connection();
  const sizes: number[] = [];
  turns.take(socket, 'a');
  socket.on('data', (piece: Buffer) => sizes.push(piece.length));
  await turn();
  socket.push(Buffer.alloc(100));
  socket.push(Buffer.alloc(10_000));
  t.deepEqual(sizes, [100, 4096, 4096, 1808]);
});

test('devices take turns where reading takes time, connections of one device as well', async (t) => {
  let nowMs = 0;
  const order: string[] = [];
  const turns = new ReadingTurns({ ownerNow, now: () => nowMs });
  const open = (name: string, device: string, ms: number): Readable => {
    const socket = connection();
    turns.take(socket, device);
    socket.on('data', () => {
      order.push(name);
      nowMs += ms;
    });
    return socket;
  };
  const [first, second, lamp] = [open('f1', 'flooder', 6), open('f2', 'flooder', 6), open('lamp', 'lamp', 1)];
  await turn();
  for (const socket of [first, second]) socket.push(Buffer.alloc(3 * 4096));
  t.deepEqual(order, ['f1'], 'one piece of 6 ms is the share of a turn');
  lamp.push(Buffer.from('report'));
  for (let i = 0; i < 8; i += 1) await turn();
  t.deepEqual(order, ['f1', 'f1', 'lamp', 'f2', 'f1', 'f2', 'f2']);
});

test('while something waits the system is asked for no more, and whoever reads slowly is handed no more than it takes', async (t) => {
  let nowMs = 0;
  const turns = new ReadingTurns({ ownerNow, now: () => (nowMs += 10) });
  const socket = connection();
  turns.take(socket, 'a');
  t.false(socket.push(Buffer.alloc(200_000)));
  for (let i = 0; i < 200; i += 1) await turn();
  t.true(socket.readableLength > 0 && socket.readableLength <= socket.readableHighWaterMark + 4096);
  t.is(socket.asked, 0);
  let size = 0;
  socket.on('data', (piece: Buffer) => (size += piece.length));
  for (let i = 0; i < 200; i += 1) await turn();
  t.is(size, 200_000);
  t.true(socket.asked > 0);
});

test('for who reads below the stream all that waits is handed on at once, and the rest as it comes', async (t) => {
  let nowMs = 0;
  const turns = new ReadingTurns({ ownerNow, now: () => (nowMs += 10) });
  const socket = connection();
  turns.take(socket, 'a');
  socket.push(Buffer.alloc(20_000, 'a'));
  t.true(socket.readableLength < 20_000);
  turns.give(socket);
  t.is(socket.readableLength, 20_000);
  socket.push(Buffer.alloc(9_000, 'b'));
  t.is(socket.readableLength, 29_000);
  turns.give(socket); // once or often
  socket.destroy();
  await turn();
});

test('of a connection that is closed nothing more is handed on, and the others go on', async (t) => {
  let nowMs = 0;
  const turns = new ReadingTurns({ ownerNow, now: () => (nowMs += 10) });
  const [gone, other] = [connection(), connection()];
  for (const socket of [gone, other]) turns.take(socket, 'a');
  gone.push(Buffer.alloc(40_000));
  other.push(Buffer.alloc(40_000));
  other.push(null);
  gone.destroy();
  t.is((await all(other)).length, 40_000);
});
