// Frames of a device: an independent reading of RFC 6455 says which messages stand in the bytes; these are judged, and only what the
// judge gave goes on.
import { isUtf8 } from 'node:buffer';
import type { IncomingMessage } from 'node:http';
import { type Duplex, duplexPair } from 'node:stream';
import zlib from 'node:zlib';
import { type End, type EndEvents, openDevice } from '#src/net/websocket-end.js';
import { WebSocketRelay } from '#src/net/websocket-relay.js';
import { hashOf, Random } from '../random.js';
import * as made from '../samples.js';
import { Find, type Target } from '../target.js';

const MESSAGE_BYTES = 16_384;
/** What waits in the lane: no input of the fuzzer reaches its bound. */
const WAITING_BYTES = 1 << 24;
/** As `ws` counts: a message of more fragments is refused. */
const FRAGMENTS_MAX = 1_024;
const MASK = made.hex('37fa213d');
const [CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG] = [0, 1, 2, 8, 9, 10];
const [FIN, RSV1, RSV] = [0x80, 0x40, 0x30];
const PLAIN_HEADERS = { upgrade: 'websocket', 'sec-websocket-version': '13', 'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==' };
const DEFLATED_HEADERS = { ...PLAIN_HEADERS, 'sec-websocket-extensions': 'permessage-deflate' };

/** Messages of a connection up to its end or its first fault. */
interface Heard {
  readonly messages: readonly string[];
  /** What follows is no WebSocket; undefined: not to be told, where a compressed message is cut short. */
  readonly faulty: boolean | undefined;
}

interface Frame {
  readonly first: number;
  readonly payload: Buffer;
  readonly end: number;
}

const nameOf = (isBinary: boolean, bytes: Uint8Array): string =>
  `${isBinary ? 'binary' : 'text'} ${Buffer.from(bytes).toString('latin1')}`;

/** What its first two bytes may be, by what stood before. */
function isHead(first: number, second: number, isOpen: boolean, mayDeflate: boolean): boolean {
  const opcode = first & 0x0f;
  if ((second & 0x80) === 0 || (first & RSV) !== 0) return false;
  const deflates = (first & RSV1) !== 0;
  if (opcode >= CLOSE!) return opcode <= PONG! && !deflates && (second & 0x7f) <= 125 && (first & FIN) !== 0;
  if (opcode > BINARY! || (opcode === CONTINUATION) !== isOpen) return false;
  return !deflates || (mayDeflate && opcode !== CONTINUATION);
}

/** One frame at `at`; `undefined` where it is cut short, `'fault'` where it can be none. `length`: of its message so far. */
function frameAt(bytes: Buffer, at: number, length: number | undefined, mayDeflate: boolean): Frame | 'fault' | undefined {
  if (at + 2 > bytes.length) return undefined;
  const [first, second] = [bytes[at]!, bytes[at + 1]!];
  if (!isHead(first, second, length !== undefined, mayDeflate)) return 'fault';
  const short = second & 0x7f;
  const width = short === 126 ? 2 : short === 127 ? 8 : 0;
  const start = at + 2 + width + MASK.length;
  if (at + 2 + width > bytes.length) return undefined;
  const more = width === 0 ? short : width === 2 ? bytes.readUInt16BE(at + 2) : Number(bytes.readBigUInt64BE(at + 2));
  if (((first & 8) === 0 ? (length ?? 0) : 0) + more > MESSAGE_BYTES) return 'fault';
  if (start + more > bytes.length) return undefined;
  const mask = bytes.subarray(start - MASK.length, start);
  const payload = Buffer.from(bytes.subarray(start, start + more)).map((byte, i) => byte ^ mask[i % mask.length]!);
  return { first, payload: Buffer.from(payload), end: start + more };
}

/** RFC 6455 7.4: codes that may stand in a close frame. */
const isCloseCode = (code: number): boolean =>
  (code >= 1000 && code <= 1014 && ![1004, 1005, 1006].includes(code)) || (code >= 3000 && code <= 4999);

function isClose(payload: Buffer): boolean {
  if (payload.length === 0) return true;
  return payload.length > 1 && isCloseCode(payload.readUInt16BE(0)) && isUtf8(payload.subarray(2));
}

/** A compressed message as RFC 7692 7.2.2 unpacks it; undefined where it is none or grows past the bound. */
function inflated(bytes: Buffer): Buffer | undefined {
  try {
    const options = { maxOutputLength: MESSAGE_BYTES, finishFlush: zlib.constants.Z_SYNC_FLUSH };
    return zlib.inflateRawSync(Buffer.concat([bytes, made.hex('0000ffff')]), options);
  } catch {
    return undefined;
  }
}

function heardBy(bytes: Buffer, mayDeflate: boolean): Heard {
  const messages: string[] = [];
  let open: { readonly first: number; parts: Buffer[]; length: number } | undefined;
  for (let at = 0; ; ) {
    const frame = frameAt(bytes, at, open?.length, mayDeflate);
    if (frame === undefined) return { messages, faulty: open !== undefined && (open.first & RSV1) !== 0 ? undefined : false };
    if (frame === 'fault') return { messages, faulty: true };
    at = frame.end;
    const { first, payload } = frame;
    const opcode = first & 0x0f;
    if (opcode >= CLOSE!) {
      if (opcode === CLOSE) return { messages, faulty: !isClose(payload) };
      continue;
    }
    open ??= { first, parts: [], length: 0 };
    open.parts.push(payload);
    open.length += payload.length;
    if (open.parts.length > FRAGMENTS_MAX) return { messages, faulty: true };
    if ((first & FIN) === 0) continue;
    const joined = Buffer.concat(open.parts);
    const whole = (open.first & RSV1) === 0 ? joined : inflated(joined);
    const isBinary = (open.first & 0x0f) === BINARY;
    if (whole === undefined || (!isBinary && !isUtf8(whole))) return { messages, faulty: true };
    messages.push(nameOf(isBinary, whole));
    open = undefined;
  }
}

/** The cloud's end: keeps what is sent to it and closes when it is told. */
class FakeCloud {
  readonly sent: string[] = [];
  #events: EndEvents | undefined;
  open = true;

  listen(events: EndEvents): void {
    this.#events = events;
  }

  async send(bytes: Uint8Array, isBinary: boolean): Promise<boolean> {
    this.sent.push(nameOf(isBinary, bytes));
    return true;
  }

  ping(): void {}
  hold(): void {}

  close(code = 1005): void {
    if (!this.open) return;
    this.open = false;
    this.#events?.closed(code, Buffer.alloc(0), undefined);
  }
}

/** What the judge gives for a message: nothing that came from the device. */
const judgedAs = (count: number): string => `judged ${count}`;

interface Relayed extends Heard {
  readonly sent: readonly string[];
}

/** Sends the bytes in pieces to a relay, and the end of the stream behind them. */
async function relayed(pieces: readonly Buffer[], mayDeflate: boolean): Promise<Relayed> {
  const [near, far] = duplexPair() as [Duplex, Duplex];
  far.resume();
  for (const end of [near, far]) end.on('error', () => undefined);
  const req = { method: 'GET', headers: mayDeflate ? DEFLATED_HEADERS : PLAIN_HEADERS } as unknown as IncomingMessage;
  const device = openDevice({
    req,
    socket: near,
    first: Buffer.alloc(0),
    protocol: undefined,
    headers: [],
    messageBytes: MESSAGE_BYTES,
  });
  if (device === undefined) throw new Find('a sound handshake is answered', '');
  const cloud = new FakeCloud();
  const [messages, faults]: [string[], string[]] = [[], []];
  const over = new Promise<void>((resolve) => {
    new WebSocketRelay(device, cloud as unknown as End, {
      bytes: { resize: () => true, release: () => undefined },
      bodyBytes: WAITING_BYTES,
      downBytes: WAITING_BYTES,
      refused: 'close',
      judge: async ({ kind, bytes }) => {
        if (kind !== 'reason') messages.push(nameOf(kind === 'binary', bytes));
        return { kind: 'pass', bytes: Buffer.from(judgedAs(messages.length)), done: () => undefined };
      },
      restore: ({ bytes }) => bytes,
      onFault: ({ code }) => faults.push(code),
      onClosed: resolve,
    });
  });
  for (const piece of pieces) {
    far.write(Buffer.from(piece)); // ws takes the mask off in place
    await new Promise((resolve) => setImmediate(resolve));
  }
  far.end();
  await over;
  device.destroy();
  return { messages, sent: cloud.sent, faulty: faults.length > 0 };
}

function cut(bytes: Buffer): Buffer[] {
  const random = new Random(hashOf(bytes));
  const pieces: Buffer[] = [];
  for (let at = 0; at < bytes.length; ) {
    const length = 1 + random.below(Math.max(4, bytes.length >> 2));
    pieces.push(bytes.subarray(at, at + length));
    at += length;
  }
  return pieces;
}

const listed = (texts: readonly string[]): string => JSON.stringify(texts).slice(0, 300);

async function check(input: Uint8Array): Promise<string> {
  const bytes = Buffer.from(input.subarray(1));
  const mayDeflate = ((input[0] ?? 0) & 1) === 1;
  const expected = heardBy(bytes, mayDeflate);
  for (const pieces of [[bytes], cut(bytes)]) {
    const { messages, sent, faulty } = await relayed(pieces, mayDeflate);
    if (messages.join('\n') !== expected.messages.join('\n'))
      throw new Find('what is judged are the messages that stand there', `${listed(messages)} and ${listed(expected.messages)}`);
    // Of bytes that come with the end of the connection some are never read: a fault in them is not told.
    const isUntold = pieces.length > 1 && !faulty;
    if (expected.faulty !== undefined && faulty !== expected.faulty && !isUntold)
      throw new Find('what is no WebSocket is told as a fault', `${faulty} and ${expected.faulty}`);
    const judged = messages.map((message, i) => `${message.startsWith('binary') ? 'binary' : 'text'} ${judgedAs(i + 1)}`);
    if (sent.join('\n') !== judged.join('\n')) throw new Find('only what the judge gave goes on', listed(sent));
  }
  return `${expected.faulty === true ? 'faulty' : 'sound'}${Math.min(expected.messages.length, 6)}${mayDeflate ? 'd' : ''}`;
}

function frame(first: number, payload: Uint8Array): Buffer {
  const length = payload.length;
  const head = [first, 0x80 | (length < 126 ? length : length < 65_536 ? 126 : 127)];
  const extended = Buffer.alloc(length < 126 ? 0 : length < 65_536 ? 2 : 8);
  if (extended.length === 2) extended.writeUInt16BE(length);
  else if (extended.length === 8) extended.writeBigUInt64BE(BigInt(length));
  const masked = Buffer.from(payload).map((byte, i) => byte ^ MASK[i % MASK.length]!);
  return Buffer.concat([Buffer.from(head), extended, MASK, masked]);
}

const deflated = (bytes: Uint8Array): Buffer => {
  const packed = zlib.deflateRawSync(bytes, { finishFlush: zlib.constants.Z_SYNC_FLUSH });
  return packed.subarray(0, packed.length - 4);
};
const connection = (mayDeflate: boolean, ...frames: readonly Buffer[]): Buffer =>
  Buffer.concat([Buffer.from([mayDeflate ? 1 : 0]), ...frames]);

const DOCUMENT = made.json(made.DOCUMENT);
const third = Math.ceil(DOCUMENT.length / 3);
const SEEDS: readonly Buffer[] = [
  connection(false, frame(FIN | TEXT!, DOCUMENT), frame(FIN | CLOSE!, made.hex('03e8'))),
  connection(
    false,
    frame(TEXT!, DOCUMENT.subarray(0, third)),
    frame(FIN | PING!, made.utf8(made.SECRETS.ssid)),
    frame(CONTINUATION!, DOCUMENT.subarray(third, 2 * third)),
    frame(FIN | CONTINUATION!, DOCUMENT.subarray(2 * third)),
    frame(FIN | PONG!, Buffer.alloc(0)),
    frame(FIN | BINARY!, made.cbor(made.DOCUMENT)),
    frame(FIN | CLOSE!, Buffer.concat([made.hex('03e9'), made.utf8('bye')])),
  ),
  connection(
    true,
    frame(FIN | RSV1 | TEXT!, deflated(DOCUMENT)),
    frame(FIN | TEXT!, made.utf8('{}')),
    frame(RSV1 | BINARY!, deflated(DOCUMENT).subarray(0, 20)),
    frame(FIN | CONTINUATION!, deflated(DOCUMENT).subarray(20)),
  ),
  connection(true, frame(FIN | RSV1 | TEXT!, deflated(Buffer.alloc(MESSAGE_BYTES * 3, 0x61)))),
];

export const websocketTargets: readonly Target[] = [
  {
    name: 'websocket-frames',
    words: ['\x81\x80', '\x01\x81', '\x80\x80', '\x88\x82', '\x89\x80', '\xc1\x80', '\xfe\x01\x00', '\xff', '\x80'],
    seeds: () => SEEDS,
    generate: (random) => {
      const document = made.json(made.document(random));
      return connection(false, frame(FIN | TEXT!, document), frame(FIN | BINARY!, made.msgpack(made.document(random))));
    },
    check,
  },
];
