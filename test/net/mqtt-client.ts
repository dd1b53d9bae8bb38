// A small MQTT client that shows every packet, and a tap that keeps every byte on the way to a broker.
import net from 'node:net';
import { generate, type IConnectPacket, type IPublishPacket, type Packet, parser } from 'mqtt-packet';
import { until } from './tools.js';

export type Level = 3 | 4 | 5;
/** `T` with the members of every packet on it that a test looks at. */
export type Seen = Packet & { readonly messageId?: number; readonly topic?: string; readonly payload?: Buffer | string };

export class MqttClient {
  readonly packets: Seen[] = [];
  closed = false;
  readonly socket: net.Socket;
  /** Answers what QoS 1 and 2 ask of a receiver. */
  autoAnswer = true;
  #looked = 0;
  #ids = 0;

  constructor(
    port: number,
    readonly level: Level,
  ) {
    this.socket = net.connect({ port, host: '127.0.0.1', noDelay: true });
    const reader = parser({ protocolVersion: level });
    reader.on('packet', (packet) => this.#take(packet as Seen));
    reader.on('error', () => this.socket.destroy());
    this.socket.on('data', (bytes) => reader.parse(bytes));
    this.socket.on('error', () => {});
    this.socket.on('close', () => {
      this.closed = true;
    });
  }

  /** Connects; resolves with the CONNACK, or undefined where the connection was closed without one. */
  static async connect(port: number, level: Level, more: Partial<IConnectPacket> = {}): Promise<[MqttClient, Seen | undefined]> {
    const client = new MqttClient(port, level);
    client.open(more);
    return [client, await client.next('connack')];
  }

  open(more: Partial<IConnectPacket> = {}): this {
    const protocolId = this.level === 3 ? 'MQIsdp' : 'MQTT';
    const head = {
      cmd: 'connect',
      protocolId,
      protocolVersion: this.level,
      keepalive: 60,
      clean: true,
      clientId: 'plug',
    } as const;
    return this.send({ ...head, ...more } as Packet);
  }

  send(packet: Packet): this {
    this.socket.write(generate(packet, { protocolVersion: this.level }));
    return this;
  }

  /** Publishes; for QoS 1 and 2 sees the exchange through and gives the answers. */
  async publish(topic: string, payload: string | Buffer, more: Partial<IPublishPacket> = {}): Promise<Seen[]> {
    const qos = more.qos ?? 0;
    const messageId = qos === 0 ? undefined : (more.messageId ?? this.nextId());
    this.send({ cmd: 'publish', topic, payload, qos, dup: false, retain: false, ...more, messageId } as Packet);
    if (qos === 0) return [];
    const first = await this.answer(messageId!, qos === 1 ? 'puback' : 'pubrec');
    if (qos === 1 || (first.reasonCode ?? 0) >= 0x80) return [first];
    this.send({ cmd: 'pubrel', messageId: messageId!, reasonCode: 0 } as Packet);
    return [first, await this.answer(messageId!, 'pubcomp')];
  }

  async subscribe(filters: Record<string, 0 | 1 | 2>, properties?: object): Promise<Seen> {
    const messageId = this.nextId();
    const subscriptions = Object.entries(filters).map(([topic, qos]) => ({ topic, qos, nl: false, rap: false, rh: 0 }));
    this.send({ cmd: 'subscribe', messageId, subscriptions, ...(properties ? { properties } : {}) } as Packet);
    return this.answer(messageId, 'suback');
  }

  nextId(): number {
    return ++this.#ids;
  }

  /** The next packet of a kind that was not looked at yet; undefined when the connection closes before. */
  async next(cmd: Packet['cmd']): Promise<Seen | undefined> {
    const find = (): number => this.packets.findIndex((packet, index) => index >= this.#looked && packet.cmd === cmd);
    await until(() => find() >= 0 || this.closed);
    const index = find();
    if (index < 0) return undefined;
    this.#looked = index + 1;
    return this.packets[index];
  }

  async answer(messageId: number, cmd: Packet['cmd']): Promise<Seen & { reasonCode?: number }> {
    const find = (): Seen | undefined => this.packets.findLast((packet) => packet.cmd === cmd && packet.messageId === messageId);
    await until(() => find() !== undefined || this.closed);
    const found = find();
    if (found === undefined) throw new Error(`no ${cmd}: the connection was closed`);
    return found;
  }

  /** Resolves once `count` messages have come. */
  async messages(count: number): Promise<Seen[]> {
    const all = (): Seen[] => this.packets.filter((packet) => packet.cmd === 'publish');
    await until(() => all().length >= count || this.closed);
    return all();
  }

  async end(): Promise<void> {
    this.send({ cmd: 'disconnect' } as Packet);
    await until(() => this.closed);
  }

  async gone(): Promise<void> {
    await until(() => this.closed);
  }

  #take(packet: Seen): void {
    this.packets.push(packet);
    if (!this.autoAnswer) return;
    if (packet.cmd === 'publish' && packet.qos > 0) {
      this.send({ cmd: packet.qos === 1 ? 'puback' : 'pubrec', messageId: packet.messageId, reasonCode: 0 } as Packet);
    }
    if (packet.cmd === 'pubrel') this.send({ cmd: 'pubcomp', messageId: packet.messageId, reasonCode: 0 } as Packet);
  }
}

export interface Tap {
  readonly port: number;
  /** All that went to the broker, one buffer a connection. */
  readonly up: Buffer[][];
  text(): string;
  close(): void;
}

/** Stands between hub and broker and keeps what the hub sent. */
export async function openTap(brokerPort: number): Promise<Tap> {
  const up: Buffer[][] = [];
  const sockets = new Set<net.Socket>();
  const server = net.createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
    const chunks: Buffer[] = [];
    up.push(chunks);
    const broker = net.connect({ port: brokerPort, host: '127.0.0.1', allowHalfOpen: true, noDelay: true });
    for (const one of [socket, broker]) {
      sockets.add(one);
      one.on('error', () => {});
      one.on('close', () => sockets.delete(one));
    }
    socket.on('data', (bytes) => chunks.push(bytes));
    socket.pipe(broker).pipe(socket);
    socket.on('close', () => broker.destroy());
    broker.on('close', () => socket.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as net.AddressInfo).port,
    up,
    text: () => Buffer.concat(up.flat()).toString('latin1'),
    close: () => {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}
