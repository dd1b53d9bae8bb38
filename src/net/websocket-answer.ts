// A cloud that answers a WebSocket handshake in plain HTTP: its answer goes down to the device, and the connection ends with it.
import { type IncomingMessage, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { answerHeaders } from '../protocol/http/head.js';
import type { AnswerHead, Forward } from '../protocol/http/message.js';
import { withoutFraming } from '../protocol/websocket/handshake.js';

/** The end of the connection says where the body ends. */
const REFRAMED: ReadonlySet<string> = new Set(['content-length', 'transfer-encoding']);

/** Streams the answer down, with originals where `onAnswer` puts them. A cloud that stalls for `idleMs` is cut off. */
export function passAnswer(socket: Duplex, response: IncomingMessage, onAnswer: Forward['onAnswer'], idleMs: number): void {
  const head: AnswerHead = { status: response.statusCode ?? 502, headers: answerHeaders(response.rawHeaders) };
  const change = onAnswer?.(head);
  const headers = withoutFraming(change?.headers ?? head.headers).filter(([name]) => !REFRAMED.has(name.toLowerCase()));
  const lines = [
    `HTTP/1.1 ${head.status} ${STATUS_CODES[head.status] ?? ''}`,
    ...headers.map(([name, value]) => `${name}: ${value}`),
    'Connection: close',
  ];
  socket.write(`${lines.join('\r\n')}\r\n\r\n`, 'latin1');
  response.setTimeout(idleMs, () => response.destroy());
  const stream = change?.body === undefined ? response : response.pipe(change.body);
  stream.pipe(socket).once('finish', () => socket.destroy());
  stream.once('error', () => socket.destroy());
  // Cut off above: the device sees that the answer is not whole. Cut off below: nobody reads on.
  response.once('close', () => {
    if (!response.complete) socket.destroy();
  });
  socket.once('close', () => response.destroy());
}
