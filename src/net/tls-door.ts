// The TLS door: reads who a device wants to reach before anything is answered, has it judged, and then opens, tunnels or refuses.
import type { Socket } from 'node:net';
import { type SecureContext, TLSSocket } from 'node:tls';
import { asHubError, type HubError } from '../errors.js';
import { type AlertName, formatAlert, parseOpensslAlert, refusesCertificate } from '../protocol/tls/alert.js';
import { type AlpnVerdict, judgeAlpn, type ReadableProtocol } from '../protocol/tls/alpn.js';
import { type ClientHello, ClientHelloReader } from '../protocol/tls/client-hello.js';
import type { Noticed } from '../protocol/tls/trust-memory.js';
import { plainAddress } from './address.js';
import { openTunnel } from './tls-tunnel.js';

/** What a device asks for, before anything is answered. */
export interface Request {
  readonly client: string;
  /** Lower case. */
  readonly host: string;
  /** As offered; empty: none. */
  readonly alpn: readonly string[];
  /** True when its protocol (HTTP/2 alone, AWS's client-certificate names) could go through a tunnel only. */
  readonly onlyTunnel: boolean;
}

/** What becomes of a connection. `context` is the caller's own, handed back with the opened socket. */
export type Admission<C> =
  | { readonly kind: 'open'; readonly context: C; readonly asksCertificate?: boolean }
  /** Unread, to this address (resolved for the host and allowed by the caller). */
  | { readonly kind: 'tunnel'; readonly address: string; readonly port: number }
  | { readonly kind: 'refuse'; readonly error: HubError };

/** A connection that the hub can read. `socket` still has every byte that the device has sent. */
export interface Opened<C> {
  readonly socket: TLSSocket;
  readonly context: C;
  readonly client: string;
  readonly host: string;
  readonly protocol: ReadableProtocol | undefined;
}

export interface TlsDoorOptions<C> {
  /** Judges a request. What it wants recorded of a tunnel it records before it answers. A throw refuses. */
  readonly admit: (request: Request) => Admission<C> | Promise<Admission<C>>;
  readonly opened: (connection: Opened<C>) => void;
  readonly noticed: (event: Noticed) => void;
  /** Makes a certificate in the device's turn: one for a name that was never asked for takes as long as judging many messages. */
  readonly inTurn: (client: string, step: () => Promise<void>) => Promise<void>;
  readonly authority: { readonly fingerprint: string; leaf(host: string): SecureContext };
  /** For the whole ClientHello. */
  readonly helloMs: number;
  /** For the handshake and the device's first byte after it together. */
  readonly handshakeMs: number;
  readonly connectMs: number;
  readonly tunnelIdleMs: number;
}

/** TLS 1.2: what is older has no suite that protects anything (RFC 8996). */
const OLDEST_VERSION = 0x0303;

/** One connection on its way through the door. */
class Arrival<C> {
  readonly client: string;
  constructor(
    readonly raw: Socket,
    readonly door: TlsDoorOptions<C>,
  ) {
    this.client = plainAddress(raw.remoteAddress);
  }

  refuse(why: string, alert: AlertName | undefined, host?: string): void {
    this.door.noticed({ kind: 'refused', client: this.client, ...(host !== undefined && { host }), why });
    if (alert === undefined || this.raw.destroyed) this.raw.destroy();
    else this.raw.end(formatAlert(alert), () => this.raw.destroy());
  }

  refuseFor(error: HubError, host: string): void {
    this.refuse(error.code === 'unknown_service' ? 'unnamed' : error.code, alertOf(error), host);
  }
}

/** The alert that says best what an error says. */
function alertOf(error: HubError): AlertName {
  switch (error.code) {
    case 'unknown_service':
      return 'unrecognized_name';
    case 'internal':
    case 'busy':
    case 'record_failed':
    case 'config':
      return 'internal_error';
    default:
      return 'access_denied';
  }
}

/**
 * Takes a connection whose bytes, the first included, are still to be read (put them back with `unshift`). What is not TLS, names
 * no host, or speaks a protocol that the hub does not know is refused, never tunnelled; `admit` judges the rest.
 */
export function acceptTls<C>(raw: Socket, door: TlsDoorOptions<C>): void {
  const arrival = new Arrival(raw, door);
  raw.on('error', () => raw.destroy());
  readHello(arrival, (hello) => {
    void judge(arrival, hello);
  });
}

/** Collects the ClientHello and puts its bytes back. */
function readHello<C>(arrival: Arrival<C>, told: (hello: ClientHello) => void): void {
  const { raw, door } = arrival;
  const reader = new ClientHelloReader();
  const seen: Buffer[] = [];
  const stop = (): void => {
    clearTimeout(timer);
    raw.off('readable', onReadable);
    raw.off('end', onEnd);
    raw.off('close', onEnd);
  };
  const refuse = (why: string, alert: AlertName | undefined): void => {
    stop();
    arrival.refuse(why, alert);
  };
  const onEnd = (): void => refuse('hello_cut_short', undefined);
  const onReadable = (): void => {
    const bytes = raw.read() as Buffer | null;
    if (bytes === null) return;
    seen.push(bytes);
    const verdict = reader.push(bytes);
    switch (verdict.kind) {
      case 'more':
        return;
      case 'refuse':
        refuse('not_tls', verdict.alert);
        return;
      case 'hello':
        stop();
        raw.unshift(Buffer.concat(seen));
        told(verdict.hello);
        return;
      default:
        verdict satisfies never;
    }
  };
  const timer = setTimeout(() => refuse('hello_late', undefined), door.helloMs);
  raw.on('readable', onReadable);
  raw.on('end', onEnd);
  raw.on('close', onEnd);
}

/** What no household's choice can let in: why, and the alert for it; `undefined`: nothing. */
function findHelloFault(hello: ClientHello): readonly [why: string, alert: AlertName] | undefined {
  // RFC 8446 9.2: the alert for a server that cannot do without the name.
  if (hello.serverName === undefined) return ['no_server_name', 'missing_extension'];
  if (hello.maxVersion < OLDEST_VERSION) return ['old_version', 'protocol_version'];
  return judgeAlpn(hello.alpn).kind === 'unknown' ? ['unknown_protocol', 'no_application_protocol'] : undefined;
}

async function judge<C>(arrival: Arrival<C>, hello: ClientHello): Promise<void> {
  const { client, door } = arrival;
  const { serverName: host = '', alpn } = hello;
  const fault = findHelloFault(hello);
  if (fault !== undefined) {
    arrival.refuse(...fault, hello.serverName);
    return;
  }
  const verdict = judgeAlpn(alpn);
  try {
    const admission = await door.admit({ client, host, alpn, onlyTunnel: verdict.kind !== 'read' });
    await door.inTurn(client, async () => {
      if (!arrival.raw.destroyed) carryOut(arrival, host, verdict, admission);
    });
  } catch (fault) {
    arrival.refuseFor(asHubError(fault), host);
  }
}

function carryOut<C>(arrival: Arrival<C>, host: string, verdict: AlpnVerdict, admission: Admission<C>): void {
  switch (admission.kind) {
    case 'open':
      open(arrival, host, verdict, admission);
      return;
    case 'tunnel':
      tunnel(arrival, host, admission);
      return;
    case 'refuse':
      arrival.refuseFor(admission.error, host);
      return;
    default:
      admission satisfies never;
  }
}

function tunnel<C>({ raw, door, client }: Arrival<C>, host: string, to: { address: string; port: number }): void {
  const options = { ...to, connectTimeoutMs: door.connectMs, idleMs: door.tunnelIdleMs };
  openTunnel(raw, options, (count) => door.noticed({ kind: 'tunnelled', client, host, ...count }));
}

function open<C>(arrival: Arrival<C>, host: string, verdict: AlpnVerdict, admission: Admission<C> & { kind: 'open' }): void {
  const { client, door, raw } = arrival;
  if (verdict.kind === 'client-certificate') door.noticed({ kind: 'client_certificate', client, host });
  if (verdict.kind !== 'read') {
    arrival.refuse('unreadable_protocol', 'no_application_protocol', host);
    return;
  }
  const { protocol } = verdict;
  const socket = new TLSSocket(raw, {
    isServer: true,
    secureContext: door.authority.leaf(host),
    // Asked for, never demanded: one that is shown says that the hub cannot stand in for this device.
    requestCert: admission.asksCertificate ?? true,
    rejectUnauthorized: false,
    ...(protocol !== undefined && { ALPNProtocols: [protocol] }),
  });
  const root = door.authority.fingerprint;
  watchHandshake(socket, host, door.handshakeMs, {
    broken: (sign, alert) => door.noticed({ kind: 'pinned', client, host, sign, ...(alert !== undefined && { alert }) }),
    failed: (why) => door.noticed({ kind: 'refused', client, host, why }),
    shownCertificate: () => door.noticed({ kind: 'client_certificate', client, host }),
    spoken: () => {
      door.noticed({ kind: 'accepted', client, host, root });
      door.opened({ socket, context: admission.context, client, host, protocol });
    },
  });
}

interface HandshakeEvents {
  /** The device broke off where it had seen the certificate. */
  broken(sign: 'alert' | 'closed' | 'silent', alert?: AlertName): void;
  /** The two do not agree on how to speak; no word about certificates. */
  failed(why: string): void;
  shownCertificate(): void;
  spoken(): void;
}

/** Watches from the ClientHello to the device's first byte, and tells exactly one event. All but `spoken` end the connection. */
function watchHandshake(socket: TLSSocket, host: string, timeoutMs: number, events: HandshakeEvents): void {
  const settle = (tell: () => void): void => {
    clearTimeout(timer);
    socket.off('secure', onSecure).off('readable', onReadable).off('end', onClose).off('close', onClose).off('error', onError);
    tell();
  };
  const giveUp = (tell: () => void): void =>
    settle(() => {
      socket.on('error', () => undefined);
      socket.destroy();
      tell();
    });
  const onError = (fault: Error & { code?: string }): void => giveUp(() => tellFault(fault.code, events));
  const onClose = (): void => giveUp(() => events.broken('closed'));
  const onSecure = (): void => {
    isSecure = true;
    if (socket.getPeerX509Certificate() !== undefined) giveUp(() => events.shownCertificate());
    // Two readers of one ClientHello must have read the same name: the certificate was chosen by ours.
    else if (!isSameName(socket, host)) giveUp(() => events.failed('server_name_differs'));
    else if (socket.readableLength > 0) onReadable();
  };
  const onReadable = (): void => {
    if (isSecure && socket.readableLength > 0) settle(() => events.spoken());
    // At the end of the stream too, `readable` comes; only a read makes `end` come after it.
    else if (socket.readableLength === 0) socket.read();
  };
  let isSecure = false;
  const timer = setTimeout(() => giveUp(() => events.broken('silent')), timeoutMs);
  socket.on('secure', onSecure).on('readable', onReadable).on('end', onClose).on('close', onClose).on('error', onError);
}

/** True when OpenSSL has read the name that the hub has. Of a resumed TLS 1.2 session it says none; its ticket is of this host's context. */
function isSameName(socket: TLSSocket, host: string): boolean {
  const { servername } = socket as TLSSocket & { servername?: string | false };
  if (!servername) return socket.isSessionReused();
  return servername.toLowerCase().replace(/\.$/, '') === host;
}

function tellFault(code: string | undefined, events: HandshakeEvents): void {
  const alert = parseOpensslAlert(code);
  if (alert !== undefined) events.broken(refusesCertificate(alert) ? 'alert' : 'closed', alert);
  else if (code === 'ECONNRESET' || code === 'EPIPE') events.broken('closed');
  else events.failed('handshake');
}
