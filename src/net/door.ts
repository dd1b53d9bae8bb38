// Doors: listening sockets. The first byte of a connection tells its protocol, a typed table of handlers takes it from there.
import { createServer, type Server, type Socket } from 'node:net';
import { HubError, systemReason } from '../errors.js';
import { insideOf, plainAddress } from './address.js';
import type { Budget } from './budget.js';
import type { ReadingTurns } from './reading-turns.js';
import { refuseSocket } from './refusal.js';

export const PROTOCOLS = ['http', 'tls', 'mqtt'] as const;
export type WireProtocol = (typeof PROTOCOLS)[number];

/** TLS record of type handshake (RFC 8446 5.1). */
const TLS_HANDSHAKE = 0x16;
/** MQTT control packet CONNECT, flags 0 (MQTT 3.1.1 and 5: 3.1). */
const MQTT_CONNECT = 0x10;
/** TLS alert, fatal, handshake_failure (RFC 8446 6.2), in a TLS 1.0 record as before any version is agreed. */
const TLS_ALERT = Buffer.from([0x15, 0x03, 0x01, 0x00, 0x02, 0x02, 0x28]);

/** All who are not of the home are one device to the budget: together they get no more than a share. */
export const STRANGERS = 'outside the home';

/** Takes a connection whose bytes, the first included, are still to be read. */
export type Handler = (socket: Socket) => void;
/** Who serves what; a protocol without handler is refused. */
export type Handlers = Readonly<Partial<Record<WireProtocol, Handler>>>;

export interface DoorOptions {
  /** Where to listen: an address, or a descriptor inherited from systemd. */
  readonly listen: { readonly host: string; readonly port: number } | { readonly fd: number };
  readonly handlers: Handlers;
  /** Networks (CIDR) whose clients are let in. */
  readonly networks: readonly string[];
  /** Open connections, of all doors together. */
  readonly connections: Budget;
  readonly reading: ReadingTurns;
  /** For the first byte. */
  readonly headMs: number;
  /** Told of each connection turned away. */
  readonly onRefused?: (device: string, error: HubError) => void;
}

export interface Door {
  readonly host: string;
  readonly port: number;
  /** Takes no more connections and drops those that have not spoken; the others are their handlers' to close. */
  close(): void;
}

/** The protocol of a connection by its first byte. All that is neither TLS nor MQTT is for the strict HTTP parser to refuse. */
export function protocolOf(firstByte: number): WireProtocol {
  if (firstByte === TLS_HANDSHAKE) return 'tls';
  return firstByte === MQTT_CONNECT ? 'mqtt' : 'http';
}

/** Ends a connection the way its protocol says no. */
function turnAway(socket: Socket, protocol: WireProtocol, error: HubError): void {
  switch (protocol) {
    case 'http':
      refuseSocket(socket, error);
      return;
    case 'tls':
      socket.end(TLS_ALERT, () => socket.destroy());
      return;
    case 'mqtt':
      socket.destroy(); // before CONNACK a server may only close (MQTT 3.1.1 3.1.4)
      return;
    default:
      protocol satisfies never;
  }
}

/** Waits for the first bytes, puts them back, and says which protocol they are of. */
function onFirstByte(socket: Socket, headMs: number, told: (protocol: WireProtocol) => void): void {
  const tooLate = (): void => {
    socket.destroy();
  };
  socket.setTimeout(headMs, tooLate);
  socket.once('readable', () => {
    const first = socket.read() as Buffer | null;
    socket.off('timeout', tooLate);
    socket.setTimeout(0);
    if (first === null) {
      socket.destroy(); // closed without a word
      return;
    }
    socket.unshift(first);
    told(protocolOf(first[0]!));
  });
}

/** Opens a door; rejects when it cannot listen. */
export function openDoor(options: DoorOptions): Promise<Door> {
  const isAtHome = insideOf(options.networks);
  const silent = new Set<Socket>();
  const sit = (socket: Socket, device: string): boolean => {
    const seat = options.connections.take(isAtHome(device) ? device : STRANGERS, 1, () => socket.destroy());
    socket.once('close', () => seat?.release());
    return seat !== undefined;
  };
  // Half-open, as Node's own HTTP server listens: a device may shut its sending side and read on.
  const server = createServer({ allowHalfOpen: true, noDelay: true, keepAlive: true }, (socket) => {
    socket.on('error', () => socket.destroy());
    const device = plainAddress(socket.remoteAddress);
    if (!sit(socket, device)) {
      options.onRefused?.(device, new HubError('busy', 'limits.connections'));
      socket.destroy(); // its protocol is not known yet, so there are no words for it
      return;
    }
    options.reading.take(socket, device);
    silent.add(socket);
    socket.once('close', () => silent.delete(socket));
    onFirstByte(socket, options.headMs, (protocol) => {
      silent.delete(socket);
      const handler = options.handlers[protocol];
      const error = isAtHome(device) ? (handler === undefined ? new HubError('opaque') : undefined) : new HubError('not_at_home');
      if (error === undefined) handler?.(socket);
      else {
        options.onRefused?.(device, error);
        turnAway(socket, protocol, error);
      }
    });
  });
  return listen(server, options, silent);
}

/**
 * Connections that the system takes before the hub does (Linux bounds it by net.core.somaxconn, 4096 as it comes). Where one device makes
 * them all the time the queue of 512 was full, and another device's was dropped: it tries again after a second, then two, four.
 */
const BACKLOG = 4096;

function notOpened(listen: DoorOptions['listen'], cause: Error): HubError {
  const where = 'fd' in listen ? `the socket that systemd passed as ${listen.fd}` : `${listen.host}:${listen.port}`;
  return new HubError('config', `door ${where}: ${systemReason(cause) ?? 'cannot be opened'}`, { cause });
}

function listen(server: Server, options: DoorOptions, silent: ReadonlySet<Socket>): Promise<Door> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause) => reject(notOpened(options.listen, cause)));
    server.listen({ ...options.listen, backlog: BACKLOG }, () => {
      const { address: host, port } = server.address() as { address: string; port: number };
      const close = (): void => {
        server.close();
        for (const socket of silent) socket.destroy();
      };
      resolve({ host, port, close });
    });
  });
}
