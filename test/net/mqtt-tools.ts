// A broker that does as it is told, and a hub's MQTT door in front of it, whose judge the test plays.
import net from 'node:net';
import { generate, type Packet, parser } from 'mqtt-packet';
import type { ErrorCode, HubError } from '#src/errors.js';
import { openDoor } from '#src/net/door.js';
import { createMqttDoor, type MqttDoorOptions, type MqttJudge } from '#src/net/mqtt-door.js';
import { type ConnectorOptions, createConnector, provenTls } from '#src/net/mqtt-upstream.js';
import type { FixedUpstream } from '#src/net/route.js';
import { Trust } from '#src/net/tls-upstream.js';
import { UpstreamSlots } from '#src/net/upstream-slots.js';
import type { MqttMessage } from '#src/protocol/mqtt/index.js';
import type { Seen } from './mqtt-client.js';
import { budget, reading } from './tools.js';

export interface FakeBroker {
  readonly port: number;
  readonly packets: Seen[];
  readonly sockets: Set<net.Socket>;
  bytes(): Buffer;
  connections(): number;
  ended(): number;
  close(): void;
}

/** Keeps all that comes; answers CONNECT and QoS 1 unless `silent`. */
export async function startFakeBroker(options: { silent?: boolean; level?: 4 | 5; paused?: boolean } = {}): Promise<FakeBroker> {
  const packets: Seen[] = [];
  const chunks: Buffer[] = [];
  const sockets = new Set<net.Socket>();
  const protocolVersion = options.level ?? 4;
  let connections = 0;
  let ended = 0;
  const server = net.createServer({ allowHalfOpen: true }, (socket) => {
    connections += 1;
    sockets.add(socket);
    const answer = (packet: object): boolean => socket.write(generate(packet as Packet, { protocolVersion }));
    const reader = parser({ protocolVersion });
    reader.on('error', () => undefined);
    reader.on('packet', (packet) => {
      packets.push(packet as Seen);
      if (options.silent) return;
      if (packet.cmd === 'connect') answer({ cmd: 'connack', returnCode: 0, reasonCode: 0, sessionPresent: false });
      if (packet.cmd === 'publish' && packet.qos === 1) answer({ cmd: 'puback', messageId: packet.messageId, reasonCode: 0 });
    });
    socket.on('error', () => undefined);
    socket.on('data', (bytes) => {
      chunks.push(bytes);
      reader.parse(bytes);
      if (options.paused && packets.some((packet) => packet.cmd === 'publish')) socket.pause();
    });
    socket.on('end', () => socket.end());
    socket.on('close', () => {
      ended += 1;
      sockets.delete(socket);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as net.AddressInfo).port,
    packets,
    sockets,
    bytes: () => Buffer.concat(chunks),
    connections: () => connections,
    ended: () => ended,
    close: () => {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

/** One message that waits for its judgement. */
export interface Asked {
  readonly message: MqttMessage;
  /** As it came, or with another payload. */
  pass(payload?: Uint8Array): void;
  refuse(error: HubError): void;
}

export interface MqttHub {
  readonly port: number;
  /** All messages, in the order they were asked about. */
  readonly asked: Asked[];
  readonly unsent: ErrorCode[];
  readonly alarms: string[];
  readonly refused: ErrorCode[];
  close(): Promise<void>;
}

export interface MqttHubOptions {
  /** Absent: every message waits for `pass` or `refuse`. */
  readonly judge?: MqttJudge;
  readonly door?: Partial<MqttDoorOptions>;
  readonly connector?: Partial<ConnectorOptions>;
  readonly scheme?: FixedUpstream['scheme'];
}

export const passAll: MqttJudge = async (_peer, message) => ({
  outcome: { kind: 'pass', parts: message.parts },
  unsent: () => undefined,
});

export async function startMqttHub(upstreamPort: number, options: MqttHubOptions = {}): Promise<MqttHub> {
  const asked: Asked[] = [];
  const unsent: ErrorCode[] = [];
  const alarms: string[] = [];
  const refused: ErrorCode[] = [];
  const own = { addresses: new Set<string>(), ports: new Set<number>() };
  const noteUnsent = (code: ErrorCode): void => {
    unsent.push(code);
  };
  const wait: MqttJudge = (_peer, message) =>
    new Promise((resolve) => {
      asked.push({
        message,
        pass: (payload) => {
          const parts = message.parts.map((part) => (payload && part.bytes ? { ...part, bytes: payload } : part));
          resolve({ outcome: { kind: 'pass', parts }, unsent: noteUnsent });
        },
        refuse: (error) => resolve({ outcome: { kind: 'refuse', error }, unsent: noteUnsent }),
      });
    });
  const connect = createConnector({
    resolve: async () => [{ address: '127.0.0.1', family: 4 }],
    self: () => own,
    timeoutMs: 2_000,
    connectTls: provenTls(new Trust([]), () => []),
    slots: new UpstreamSlots(64),
    ...options.connector,
  });
  const scheme = options.scheme ?? 'mqtt';
  const mqtt = createMqttDoor({
    upstream: { scheme, host: '127.0.0.1', port: upstreamPort, authority: `127.0.0.1:${upstreamPort}` },
    resolve: {},
    self: () => own,
    limits: { bodyBytes: 65_536, connections: 64 },
    timeouts: { headMs: 5_000, answerMs: 5_000, stopMs: 3_000 },
    bytes: budget(),
    judge: options.judge ?? wait,
    connect,
    onRefused: ({ error }) => refused.push(error.code),
    onAlarm: (_peer, error, where, answer) => alarms.push(`${error} ${where} ${answer}`),
    ...options.door,
  });
  const door = await openDoor({
    listen: { host: '127.0.0.1', port: 0 },
    handlers: { mqtt: (socket) => mqtt.accept(socket) },
    networks: ['127.0.0.0/8'],
    connections: budget(128),
    reading: reading(),
    headMs: 5_000,
  });
  own.ports.add(door.port);
  return {
    port: door.port,
    asked,
    unsent,
    alarms,
    refused,
    close: async () => {
      door.close();
      await mqtt.close();
    },
  };
}
