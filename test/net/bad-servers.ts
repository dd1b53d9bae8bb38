// Servers that a client must not talk to. Each counts the application bytes that reach it.
import { createServer, type Server as NetServer, type Socket } from 'node:net';
import { createServer as createTlsServer, type TlsOptions } from 'node:tls';

export interface BadServer {
  readonly port: number;
  /** Application bytes received so far, as text. */
  received(): string;
  /** When the connections so far have all ended. */
  ended(): Promise<void>;
  close(): void;
}

function listen(server: NetServer, received: () => string): Promise<BadServer> {
  const open = new Set<Socket>();
  const waiting: (() => void)[] = [];
  server.on('connection', (socket: Socket) => {
    open.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => {
      open.delete(socket);
      if (open.size === 0) for (const tell of waiting.splice(0)) tell();
    });
  });
  const ended = (): Promise<void> => (open.size === 0 ? Promise.resolve() : new Promise((tell) => waiting.push(tell)));
  const close = (): void => {
    for (const socket of open) socket.destroy();
    server.close();
  };
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve({ port: (server.address() as { port: number }).port, received, ended, close }));
  });
}

/** A TLS server by these options; `staple` is sent to whoever asks for it. */
export function openTlsServer(options: TlsOptions, staple?: Buffer): Promise<BadServer> {
  let text = '';
  const server = createTlsServer({ ciphers: 'DEFAULT@SECLEVEL=0', ...options }, (socket) => {
    socket.on('error', () => undefined);
    socket.on('data', (bytes) => {
      text += bytes.toString('latin1');
      socket.end();
    });
  });
  server.on('tlsClientError', () => undefined);
  if (staple !== undefined) server.on('OCSPRequest', (_cert, _issuer, answer) => answer(null, staple));
  return listen(server, () => text);
}

/** Answers the first bytes with `answer` and keeps what comes after as it was sent: for versions nobody speaks any more. */
export function openCannedServer(answer: Uint8Array | undefined): Promise<BadServer> {
  const parts: Buffer[] = [];
  const server = createServer((socket) => {
    socket.once('data', () => {
      if (answer === undefined) socket.end();
      else socket.write(answer);
      socket.on('data', (bytes) => parts.push(bytes));
    });
    socket.on('end', () => socket.end());
  });
  return listen(server, () => applicationData(Buffer.concat(parts)));
}

/** Contents of the application data records (type 23) in a stream of TLS records; what is no record counts as data. */
function applicationData(bytes: Buffer): string {
  let text = '';
  for (let at = 0; at < bytes.length; ) {
    const isRecord = bytes[at]! >= 20 && bytes[at]! <= 23 && bytes[at + 1] === 3 && at + 5 <= bytes.length;
    const end = isRecord ? at + 5 + bytes.readUInt16BE(at + 3) : bytes.length;
    if (!isRecord || bytes[at] === 23) text += bytes.subarray(at, end).toString('latin1');
    at = end;
  }
  return text;
}

export interface ServerHello {
  readonly version: number;
  readonly suite: number;
  readonly compression?: number;
  /** Last eight bytes of the random. */
  readonly sentinel?: Uint8Array;
  readonly extensions?: Uint8Array;
}

/** A ServerHello (RFC 5246 7.4.1.3) in one record. */
export function formatServerHello({ version, suite, compression = 0, sentinel, extensions }: ServerHello): Uint8Array {
  const random = Buffer.alloc(32, 7);
  if (sentinel !== undefined) random.set(sentinel, 24);
  const body = Buffer.concat([
    Buffer.from([version >> 8, version & 255]),
    random,
    Buffer.from([0, suite >> 8, suite & 255, compression]),
    extensions === undefined ? Buffer.alloc(0) : Buffer.from([extensions.length >> 8, extensions.length & 255, ...extensions]),
  ]);
  const message = Buffer.concat([Buffer.from([2, 0, body.length >> 8, body.length & 255]), body]);
  const recordVersion = Math.min(version, 0x0303);
  return Buffer.concat([
    Buffer.from([22, recordVersion >> 8, recordVersion & 255, message.length >> 8, message.length & 255]),
    message,
  ]);
}
