import type { Socket } from 'node:net';
import { Readable } from 'node:stream';
import test from 'ava';
import fc from 'fast-check';
import { ReadingTurns } from '#src/net/reading-turns.js';
import { budget } from './tools.js';

/** A connection whose bytes the test brings. */
const connection = (): Readable & Socket => new Readable({ read: () => undefined }) as Readable & Socket;
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const ownerNow = (address: string): string => address;

/** Everything a connection hands on, until its end. */
async function all(socket: Readable): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of socket) pieces.push(piece as Buffer);
  return Buffer.concat(pieces);
}

test('every byte is handed on, in its order, and the end behind them; nothing is left of it', async (t) => {
  const pieces = fc.array(fc.uint8Array({ minLength: 1, maxLength: 20_000 }), { maxLength: 6 });
  await fc.assert(
    fc.asyncProperty(pieces, async (brought) => {
      const bytes = budget();
      const turns = new ReadingTurns({ bytes, ownerNow });
      const socket = connection();
      turns.take(socket, 'a');
      for (const piece of brought) socket.push(Buffer.from(piece));
      socket.push(null);
      t.true((await all(socket)).equals(Buffer.concat(brought)));
      t.is(bytes.amount, 0);
      t.deepEqual(bytes.owners(), []);
    }),
    { numRuns: 40 },
  );
});

test('what comes is handed on at once while it takes little time, in pieces that are not large', (t) => {
  const turns = new ReadingTurns({ bytes: budget(), ownerNow });
  const socket = connection();
  const sizes: number[] = [];
  turns.take(socket, 'a');
  socket.on('data', (piece: Buffer) => sizes.push(piece.length));
  socket.resume();
  t.true(socket.push(Buffer.alloc(100)) || true);
  return turn().then(() => {
    socket.push(Buffer.alloc(10_000));
    t.deepEqual(sizes, [100, 4096, 4096, 1808]);
  });
});

test('devices take turns where reading takes time, connections of one device as well', async (t) => {
  let nowMs = 0;
  const order: string[] = [];
  const turns = new ReadingTurns({ bytes: budget(), ownerNow, now: () => nowMs });
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
  t.deepEqual(order, ['f1', 'f2', 'lamp', 'f1', 'f2', 'f1', 'f2']);
});

test('for who reads below the stream all that waits is handed on at once, and the rest as it comes', async (t) => {
  let nowMs = 0;
  const bytes = budget();
  const turns = new ReadingTurns({ bytes, ownerNow, now: () => (nowMs += 10) });
  const socket = connection();
  turns.take(socket, 'a');
  socket.push(Buffer.alloc(20_000, 'a'));
  t.true(bytes.amount > 0);
  turns.give(socket);
  t.is(bytes.amount, 0);
  t.is(socket.readableLength, 20_000);
  socket.push(Buffer.alloc(9_000, 'b'));
  t.is(socket.readableLength, 29_000);
  turns.give(socket); // once or often
  socket.destroy();
  await turn();
});

test('a device whose bytes wait past its share loses the connection; whatever closes gives back what waited', async (t) => {
  let nowMs = 0;
  const bytes = budget(100_000);
  const turns = new ReadingTurns({ bytes, ownerNow, now: () => (nowMs += 10) });
  const sockets = [connection(), connection()];
  for (const socket of sockets) turns.take(socket, 'greedy');
  sockets[0]!.push(Buffer.alloc(40_000));
  t.false(sockets[0]!.destroyed);
  sockets[1]!.push(Buffer.alloc(40_000));
  t.true(sockets[1]!.destroyed);
  for (const socket of sockets) socket.destroy();
  await turn();
  t.is(bytes.amount, 0);
  t.deepEqual(bytes.owners(), []);
});
