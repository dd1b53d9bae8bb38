// The doors of one listener: HTTP, MQTT and TLS on one port, told apart from the first bytes, all leading to one judge.
import type { X509Certificate } from 'node:crypto';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Config, ListenerConfig } from '../config.js';
import { HubError } from '../errors.js';
import { checkAddress } from '../net/route.js';
import { type Door, openDoor, protocolOf } from '../net/door.js';
import type { Forwarder } from '../net/forward.js';
import { createHttpDoor, type HttpDoor } from '../net/http-door.js';
import { createMqttDoor, type MqttDoor } from '../net/mqtt-door.js';
import { createConnector, provenTls } from '../net/mqtt-upstream.js';
import { createResolve } from '../net/resolve.js';
import type { Self } from '../net/route.js';
import { acceptTls, type Admission, type Opened, type Request } from '../net/tls-door.js';
import type { Authority } from '../net/authority.js';
import type { Trust } from '../net/tls-upstream.js';
import type { WebSocketDoor } from '../net/websocket-door.js';
import { parseAuthority } from '../protocol/http/authority.js';
import type { Noticed, TrustMemory } from '../protocol/tls/trust-memory.js';
import type { Home } from './home.js';
import { httpJudge, type JudgeParts } from './http-judge.js';
import { mqttJudge, serviceOf } from './mqtt-judge.js';
import type { Records } from './records.js';
import { mqttRestore } from './restore-mqtt.js';
import { limitsOf } from './settings.js';
import { openWebSockets } from './websocket-door.js';
import { UNKNOWN } from './services.js';

export interface DoorsOptions {
  readonly config: Config;
  readonly listener: ListenerConfig;
  /** Where to listen: what the config says, or a descriptor that systemd has opened. */
  readonly listen: { readonly host: string; readonly port: number } | { readonly fd: number };
  readonly home: Home;
  readonly parts: JudgeParts;
  readonly records: Records;
  readonly forwarder: Forwarder;
  readonly authority: () => Authority;
  readonly trust: Trust;
  readonly seen: TrustMemory;
  readonly self: () => Self;
}

export interface OpenDoors {
  readonly door: Door;
  close(): Promise<void>;
}

/** TLS that carries MQTT goes there where nothing says another port (IANA: secure-mqtt). */
const MQTTS_PORT = 8883;
const HTTPS_PORT = 443;
/** First byte of MQTT's CONNECT. */
const MQTT_CONNECT = 0x10;
/** Ports a CONNECT may name: TLS and nothing else is opened behind it. */
const CONNECT_OK = 'HTTP/1.1 200 Connection Established\r\n\r\n';

export async function openDoors(options: DoorsOptions): Promise<OpenDoors> {
  const doors = new ListenerDoors(options);
  const door = await doors.open();
  return { door, close: () => doors.close() };
}

class ListenerDoors {
  private readonly http: HttpDoor;
  private readonly mqtt: MqttDoor;
  private readonly webSockets: WebSocketDoor;
  private readonly tls = new Set<Socket>();

  constructor(private readonly options: DoorsOptions) {
    this.webSockets = openWebSockets(options, () => this.ownRoots());
    this.http = this.httpDoor();
    this.mqtt = this.mqttDoor();
  }

  open(): Promise<Door> {
    const { config, listener, listen, records } = this.options;
    return openDoor({
      listen,
      handlers: { http: (s) => this.http.accept(s), mqtt: (s) => this.acceptMqtt(s), tls: (s) => this.acceptTls(s) },
      networks: config.networks,
      connections: config.limits.connections,
      headMs: config.timeouts.headMs,
      onRefused: (device, error) =>
        records.refused({ device, service: listener.service ?? UNKNOWN, error: error.code, verdict: 'refused' }),
    });
  }

  async close(): Promise<void> {
    await Promise.all([this.webSockets.close().then(() => this.http.close()), this.mqtt.close()]);
    for (const socket of this.tls) socket.destroy();
  }

  private httpDoor(): HttpDoor {
    const { config, listener, parts, forwarder, records, self } = this.options;
    return createHttpDoor({
      service: listener.service,
      upstream: listener.upstream,
      resolve: config.upstream.resolve,
      self,
      limits: config.limits,
      timeouts: config.timeouts,
      judge: httpJudge(parts),
      forwarder,
      onRefused: ({ device, service, error }) =>
        records.refused({ device, service: service ?? UNKNOWN, error: error.code, verdict: 'refused' }),
      onWebSocket: (...upgrade) => this.webSockets.accept(...upgrade),
      onConnect: (request, socket, first) => this.connect(request.url ?? '', socket, first),
    });
  }

  private mqttDoor(): MqttDoor {
    const { config, listener, parts, records, home, self, trust } = this.options;
    const limits = limitsOf(config);
    return createMqttDoor({
      service: listener.service,
      upstream: listener.upstream,
      resolve: config.upstream.resolve,
      self,
      limits: config.limits,
      timeouts: config.timeouts,
      judge: mqttJudge(parts),
      connect: createConnector({
        resolve: createResolve(config.upstream.dns),
        self,
        timeoutMs: config.timeouts.answerMs,
        connectTls: provenTls(trust, () => this.ownRoots()),
      }),
      restore: (peer, message) => mqttRestore(home.originals(serviceOf(peer, home.services())), limits)(message),
      onRefused: ({ device, service, error }) =>
        records.refused({ device, service: service ?? UNKNOWN, error: error.code, verdict: 'refused' }),
      onAlarm: (peer, error) => records.alarm(peer.device, serviceOf(peer, home.services()), error),
    });
  }

  private ownRoots(): readonly X509Certificate[] {
    return this.options.authority().ownRoots;
  }

  /** MQTT in the clear: to the listener's upstream, or where a transparent connection was meant to go. */
  private acceptMqtt(socket: Socket): void {
    const { listener } = this.options;
    const { localAddress, localPort } = socket;
    const transparent = listener.transparent && localAddress !== undefined && localPort !== undefined;
    this.mqtt.accept(socket, transparent ? { host: localAddress, port: localPort, secure: false } : undefined);
  }

  /** A forward proxy's tunnel: what comes through it is read like any other connection, and must be TLS or HTTP to that host. */
  private connect(target: string, socket: Duplex, first: Buffer): void {
    let host: string;
    try {
      host = parseAuthority(target, 'https').host;
    } catch {
      socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n');
      return;
    }
    if (first.length > 0) socket.unshift(first);
    socket.write(CONNECT_OK);
    socket.once('readable', () => {
      const bytes = socket.read() as Buffer | null;
      if (bytes === null) {
        socket.destroy();
        return;
      }
      socket.unshift(bytes);
      if (protocolOf(bytes[0]!) === 'tls') this.acceptTls(socket as Socket, host);
      else socket.destroy(); // in the clear a proxy is asked with the whole URL; anything else is not known
    });
  }

  private acceptTls(raw: Socket, target?: string): void {
    const { config } = this.options;
    const port = this.options.listener.transparent ? raw.localPort : undefined;
    this.tls.add(raw);
    raw.once('close', () => this.tls.delete(raw));
    acceptTls<{ port: number | undefined }>(raw, {
      admit: (request) => this.admit(request, target, port),
      opened: (opened) => this.opened(opened),
      noticed: (event) => this.noticed(event),
      authority: this.options.authority(),
      helloMs: config.timeouts.headMs,
      handshakeMs: config.timeouts.headMs,
      connectMs: config.timeouts.answerMs,
      tunnelIdleMs: config.timeouts.idleMs,
    });
  }

  /** Opened where a service names the host; unread only where the household chose so; refused otherwise. */
  private async admit(request: Request, target: string | undefined, port: number | undefined): Promise<Admission<{ port: number | undefined }>> {
    const { listener, home, seen } = this.options;
    const { host, client } = request;
    const services = home.services();
    if (target !== undefined && target !== host) return refuse('bad_head');
    const named = services.opens(host);
    const service = listener.service ?? services.ofHost(host);
    if (services.choicesOf(service).mode === 'block') return refuse('blocked');
    const device = home.choices.device(await home.label(client));
    if (device.blocked) return refuse('blocked');
    if (!named) return services.choiceForHost(host) === 'tunnel' ? this.tunnel(request, service, port) : refuse('unknown_service');
    const opaque = request.onlyTunnel || seen.opaqueReason(client, host) !== undefined;
    if (opaque && device.pinned === 'tunnel') return this.tunnel(request, service, port);
    if (request.onlyTunnel) return refuse('opaque');
    return { kind: 'open', context: { port } };
  }

  /** The household let this device's connection pass unread: recorded as opaque before its first byte leaves. */
  private async tunnel(request: Request, service: string, port = HTTPS_PORT): Promise<Admission<never>> {
    const { config, records, self } = this.options;
    const resolve = createResolve(config.upstream.dns);
    const [first] = await resolve(request.host);
    if (!first) return refuse('upstream_unreachable');
    checkAddress(first.address, { port, named: false }, self());
    await records.unread({ device: request.client, service, verdict: 'opaque' });
    return { kind: 'tunnel', address: first.address, port };
  }

  private opened({ socket, host, protocol, context }: Opened<{ port: number | undefined }>): void {
    const head = socket.read(1) as Buffer | null;
    if (head === null) {
      socket.destroy();
      return;
    }
    socket.unshift(head);
    if (protocol === 'mqtt' || head[0] === MQTT_CONNECT) {
      this.mqtt.accept(socket, { host, port: context.port ?? MQTTS_PORT, secure: true });
    } else this.http.accept(socket);
  }

  private noticed(event: Noticed): void {
    const { seen, records, listener, home } = this.options;
    seen.note(event, Date.now());
    const service = listener.service ?? ('host' in event && event.host !== undefined ? home.services().ofHost(event.host) : UNKNOWN);
    switch (event.kind) {
      case 'accepted':
        return;
      case 'pinned':
      case 'client_certificate':
        records.refused({ device: event.client, service, error: 'opaque', verdict: 'opaque' });
        return;
      case 'tunnelled':
        records.refused({ device: event.client, service, verdict: 'opaque', bytesIn: event.bytesUp, bytesOut: event.bytesUp });
        return;
      case 'refused':
        records.refused({ device: event.client, service, error: event.why === 'unnamed' ? 'unknown_service' : 'opaque', verdict: 'refused' });
        return;
      default:
        event satisfies never;
    }
  }
}

function refuse(code: HubError['code']): { kind: 'refuse'; error: HubError } {
  return { kind: 'refuse', error: new HubError(code) };
}
