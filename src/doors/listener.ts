// The doors of one listener: HTTP, MQTT and TLS on one port, told apart from the first bytes, all leading to one judge.
import type { X509Certificate } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { TLSSocket } from 'node:tls';
import type { Config, ListenerConfig } from '../config.js';
import { asHubError, HubError } from '../errors.js';
import { httpJudge } from '../message/http.js';
import { mqttJudge } from '../message/mqtt.js';
import type { MessagePorts } from '../message/ports.js';
import { serviceOf } from '../message/receive.js';
import { plainAddress } from '../net/address.js';
import type { Authority as CertificateAuthority } from '../net/authority.js';
import { type Door, openDoor, protocolOf } from '../net/door.js';
import type { Forwarder } from '../net/forward.js';
import { createHttpDoor, type HttpDoor } from '../net/http-door.js';
import { createMqttDoor, type MqttDoor } from '../net/mqtt-door.js';
import { createConnector, provenTls } from '../net/mqtt-upstream.js';
import { refuseSocket } from '../net/refusal.js';
import { createResolve } from '../net/resolve.js';
import type { Self } from '../net/route.js';
import { acceptTls, type Opened } from '../net/tls-door.js';
import type { Trust } from '../net/tls-upstream.js';
import type { WebSocketDoor } from '../net/websocket-door.js';
import { type Authority, parseAuthority } from '../protocol/http/authority.js';
import { mqttRestore } from '../restore/mqtt.js';
import type { Restore } from '../restore/port.js';
import type { HouseholdRuntime } from '../runtime/household.js';
import { limitsOf } from '../services/from-config.js';
import { UNKNOWN } from '../services/hosts.js';
import type { Records } from './connection-records.js';
import { DestinationCheck } from './destination-check.js';
import type { Destinations } from './destinations.js';
import type { Shares } from './shares.js';
import type { OpaqueMemory } from './tls-memory.js';
import { type Arrived, MQTTS_PORT, TlsGate } from './tls-policy.js';
import { openWebSockets } from './websocket.js';

export interface DoorsOptions {
  readonly config: Config;
  readonly listener: ListenerConfig;
  /** Where to listen: what the config says, or a descriptor that systemd has opened. */
  readonly listen: { readonly host: string; readonly port: number } | { readonly fd: number };
  readonly home: HouseholdRuntime;
  readonly ports: MessagePorts;
  readonly restore: Restore;
  readonly records: Records;
  readonly forwarder: Forwarder;
  readonly authority: () => CertificateAuthority;
  readonly trust: Trust;
  readonly seen: OpaqueMemory;
  readonly destinations: Destinations;
  /** Shared by all doors. */
  readonly shares: Shares;
  readonly self: () => Self;
}

export interface OpenDoors {
  readonly door: Door;
  /** Connections and messages in hand, of every protocol. */
  readonly held: () => number;
  close(): Promise<void>;
}

/** Ports that TLS has with every cloud: a device that goes by name connects to the port it would have used there. */
const TLS_PORTS: ReadonlySet<number> = new Set([443, MQTTS_PORT]);
/** First byte of MQTT's CONNECT. */
const MQTT_CONNECT = 0x10;
const CONNECT_OK = 'HTTP/1.1 200 Connection Established\r\n\r\n';

export async function openDoors(options: DoorsOptions): Promise<OpenDoors> {
  const doors = new ListenerDoors(options);
  const door = await doors.open();
  return { door, held: () => doors.held, close: () => doors.close() };
}

class ListenerDoors {
  private readonly http: HttpDoor;
  private readonly mqtt: MqttDoor;
  private readonly gate: TlsGate;
  private readonly arrivals: DestinationCheck;
  private readonly webSockets: WebSocketDoor;
  private readonly tls = new Set<Socket>();

  constructor(private readonly options: DoorsOptions) {
    this.arrivals = new DestinationCheck({
      ...options,
      serviceOf: (host) => options.home.services().hosts.serviceOf(host),
      label: (address) => options.home.label(address),
    });
    this.gate = new TlsGate(options, this.arrivals);
    this.webSockets = openWebSockets(options, () => this.ownRoots());
    this.http = this.httpDoor();
    this.mqtt = this.mqttDoor();
  }

  open(): Promise<Door> {
    const { config, listener, listen, records, shares } = this.options;
    return openDoor({
      listen,
      handlers: { http: (s) => this.http.accept(s), mqtt: (s) => this.acceptMqtt(s), tls: (s) => this.acceptTls(s) },
      networks: config.networks,
      connections: shares.connections,
      reading: shares.reading,
      headMs: config.timeouts.headMs,
      onRefused: (device, error) =>
        records.refused({ device, service: listener.service ?? UNKNOWN, error: error.code, verdict: 'refused' }),
    });
  }

  get held(): number {
    return this.http.held + this.mqtt.held + this.webSockets.held + this.tls.size;
  }

  async close(): Promise<void> {
    await Promise.all([this.webSockets.close().then(() => this.http.close()), this.mqtt.close()]);
    for (const socket of this.tls) socket.destroy();
  }

  private httpDoor(): HttpDoor {
    const { config, listener, ports, forwarder, records, self, shares } = this.options;
    return createHttpDoor({
      service: listener.service,
      upstream: listener.upstream,
      resolve: config.upstream.resolve,
      self,
      limits: config.limits,
      timeouts: config.timeouts,
      bytes: shares.bytes,
      slots: shares.requests,
      judge: shares.judging.over(({ device }) => shares.ownerNow(device), httpJudge(ports)),
      forwarder,
      checkDestination: (socket, host) => {
        const wanted = this.arrivals.wanted(socket);
        return wanted === undefined ? undefined : this.arrivals.check(plainAddress(socket.remoteAddress), host, wanted);
      },
      onRefused: ({ device, service, error }) =>
        records.refused({ device, service: service ?? UNKNOWN, error: error.code, verdict: 'refused' }),
      onWebSocket: (...upgrade) => this.webSockets.accept(...upgrade),
      onConnect: (request, socket, first) => this.connect(request, socket, first),
    });
  }

  private mqttDoor(): MqttDoor {
    const { config, listener, ports, records, home, self, trust, shares } = this.options;
    const limits = limitsOf(config);
    return createMqttDoor({
      service: listener.service,
      upstream: listener.upstream,
      resolve: config.upstream.resolve,
      self,
      limits: config.limits,
      timeouts: config.timeouts,
      bytes: shares.bytes,
      judge: shares.judging.over(({ device }) => shares.ownerNow(device), mqttJudge(ports)),
      connect: createConnector({
        resolve: createResolve(config.upstream.dns),
        self,
        timeoutMs: config.timeouts.answerMs,
        connectTls: provenTls(trust, () => this.ownRoots()),
        slots: shares.lasting,
      }),
      restore: (peer, message) => {
        const service = serviceOf(peer, home.services());
        return mqttRestore(home.originals(service), limits, home.noteToken(home.services().reading(service, peer.host)))(message);
      },
      onRefused: ({ device, service, error }) =>
        records.refused({ device, service: service ?? UNKNOWN, error: error.code, verdict: 'refused' }),
      onAlarm: (peer, error, _where, _answer, recorded) =>
        records.connectionFault(peer.device, serviceOf(peer, home.services()), error, recorded),
      onNo: (peer, refusal) => ports.onNo?.(peer.device, serviceOf(peer, home.services()), refusal),
    });
  }

  private ownRoots(): readonly X509Certificate[] {
    return this.options.authority().ownRoots;
  }

  /** MQTT in the clear: to the listener's upstream, or where a transparent connection was meant to go. */
  private acceptMqtt(socket: Socket): void {
    const { localPort } = socket;
    const address = this.arrivals.wanted(socket);
    if (address === undefined || localPort === undefined) {
      this.mqtt.accept(socket);
      return;
    }
    // By the name that a service gives this address, where one does; else by the address alone, as an unknown service.
    void this.options.destinations.nameOf(address).then((name) => {
      if (!socket.destroyed) this.mqtt.accept(socket, { host: name ?? address, port: localPort, secure: false });
    });
  }

  /** A forward proxy's tunnel: what comes through it is read like any other connection, and must be TLS or MQTT to that host. */
  private connect(request: IncomingMessage, socket: Duplex, first: Buffer): void {
    const raw = socket as Socket;
    const target = readTarget(request, raw);
    if (target instanceof HubError) {
      this.refused(raw, target);
      refuseSocket(socket, target);
      return;
    }
    if (first.length > 0) socket.unshift(first);
    socket.write(CONNECT_OK);
    onFirstByte(raw, this.options.config.timeouts.headMs, (byte) => {
      const protocol = byte === undefined ? undefined : protocolOf(byte);
      if (protocol === 'tls') this.acceptTls(raw, { target: target.host, port: target.port });
      else if (protocol === 'mqtt') this.mqtt.accept(raw, { host: target.host, port: target.port, secure: false });
      else {
        // In the clear a proxy is asked with the whole URL; anything else is not known.
        this.refused(raw, new HubError(protocol === undefined ? 'timeout' : 'bad_head'));
        raw.destroy();
      }
    });
  }

  private refused(socket: Socket, error: HubError): void {
    const { records, listener } = this.options;
    const device = plainAddress(socket.remoteAddress);
    records.refused({ device, service: listener.service ?? UNKNOWN, error: error.code, verdict: 'refused' });
  }

  private acceptTls(raw: Socket, arrived: Arrived = this.arrived(raw)): void {
    const { config, shares } = this.options;
    const { timeouts } = config;
    shares.reading.give(raw); // TLS reads below the stream; what it opens is read in turns again
    this.tls.add(raw);
    raw.once('close', () => this.tls.delete(raw));
    acceptTls<Arrived>(raw, {
      admit: (request) => this.gate.admit(request, arrived),
      opened: (opened) => this.opened(opened),
      noticed: (event) => this.gate.noticed(event),
      inTurn: (client, step) => shares.judging.through(shares.ownerNow(client), step),
      authority: this.options.authority(),
      helloMs: timeouts.headMs,
      handshakeMs: timeouts.headMs,
      connectMs: timeouts.answerMs,
      tunnelIdleMs: timeouts.idleMs,
    });
  }

  /** A device that goes by name keeps its port; one whose packets were brought here has it in the original destination. */
  private arrived(socket: Socket): Arrived {
    const { localPort } = socket;
    const isKnown = this.options.listener.transparent || (localPort !== undefined && TLS_PORTS.has(localPort));
    return { wanted: this.arrivals.wanted(socket), ...(isKnown ? { port: localPort } : {}) };
  }

  private opened({ socket, client, host, protocol, context }: Opened<Arrived>): void {
    this.options.shares.reading.take(socket, client);
    // OpenSSL tells no name of a resumed TLS 1.2 session; HTTP inside must be for this host all the same.
    (socket as TLSSocket & { servername?: string | false }).servername ||= host;
    onFirstByte(socket, this.options.config.timeouts.headMs, (byte) => {
      if (byte === undefined) socket.destroy();
      else if (protocol === 'mqtt' || (protocol === undefined && byte === MQTT_CONNECT)) {
        this.mqtt.accept(socket, { host, port: context.port ?? MQTTS_PORT, secure: true });
      } else this.http.accept(socket);
    });
  }
}

/** What a CONNECT asks for. Inside TLS it is refused: that connection was opened for one host. */
function readTarget(request: IncomingMessage, socket: Socket): Authority | HubError {
  if (socket instanceof TLSSocket) return new HubError('bad_head');
  try {
    return parseAuthority(request.url ?? '', 'https');
  } catch (fault) {
    return asHubError(fault);
  }
}

/** Waits for the first byte and leaves it to be read; undefined: the other side ended, broke off, or was silent for `ms`. */
function onFirstByte(socket: Socket, ms: number, told: (byte: number | undefined) => void): void {
  const settle = (byte: number | undefined): void => {
    clearTimeout(timer);
    socket.off('readable', look).off('end', gone).off('close', gone);
    told(byte);
  };
  const gone = (): void => settle(undefined);
  const look = (): void => {
    const bytes = socket.read() as Buffer | null;
    if (bytes === null) return; // at the end too `readable` comes; `end` follows the read
    socket.unshift(bytes);
    settle(bytes[0]);
  };
  const timer = setTimeout(gone, ms);
  socket.on('readable', look).on('end', gone).on('close', gone);
  if (socket.readableLength > 0) look();
}
