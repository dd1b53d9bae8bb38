// Says no to a device: a status, a stable code and a sentence; never anything of its message.
import { type IncomingMessage, type ServerResponse, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { errorBody, type HubError } from '../errors.js';
import { discard } from './body.js';

const CONTENT_TYPE = 'application/json; charset=utf-8';

/**
 * Answers a request with an error. A connection whose request was not read to its end is closed behind it; what is left of the request is
 * thrown away first, so that its sender reads the answer. `isBroken`: nothing more of it can be read. For a hub without room nothing is.
 */
export function refuse(req: IncomingMessage, res: ServerResponse, error: HubError, close: boolean, isBroken = false): void {
  if (res.headersSent || res.destroyed) {
    res.destroy();
    return;
  }
  const body = errorBody(error);
  const unread = !req.complete;
  res.writeHead(error.status, {
    'Content-Type': CONTENT_TYPE,
    'Content-Length': Buffer.byteLength(body),
    ...(error.status === 426 ? { Upgrade: 'websocket' } : {}),
    ...(unread || close ? { Connection: error.status === 426 ? 'close, Upgrade' : 'close' } : {}),
  });
  if (!unread || isBroken || error.code === 'busy') {
    res.end(body);
    return;
  }
  res.write(body);
  discard(req, () => res.end());
}

/** Answers what never became a request, on the bare connection, and closes it. */
export function refuseSocket(socket: Duplex, error: HubError): void {
  if (!socket.writable) {
    socket.destroy();
    return;
  }
  const body = errorBody(error);
  const head = [
    `HTTP/1.1 ${error.status} ${STATUS_CODES[error.status] ?? ''}`,
    `Content-Type: ${CONTENT_TYPE}`,
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`, () => socket.destroy());
}
