// A device that keeps its session over lost connections, as the specification asks of a client (4.1, 4.4).
import net from 'node:net';
import { generate, type Packet, parser } from 'mqtt-packet';

/** Messages sent and not acknowledged: small, as in devices. */
const WINDOW = 50;
const RETRY_MS = 20;
const PROTOCOL = { protocolVersion: 4 } as const;

interface Sent {
  readonly payload: string;
  readonly released: boolean;
}

/** Publishes `count` messages of one QoS, each numbered, whatever happens to its connection. */
export class Publisher {
  acknowledged = 0;
  connections = 0;
  /** Stored before it is sent; in the order it was sent. */
  private readonly store = new Map<number, Sent>();
  private next = 0;
  private id = 0;
  private socket: net.Socket | undefined;
  private done!: () => void;
  readonly finished = new Promise<void>((resolve) => {
    this.done = resolve;
  });

  constructor(
    private readonly port: number,
    private readonly qos: 1 | 2,
    private readonly count: number,
    private readonly onAcknowledged: () => void,
  ) {
    this.connect();
  }

  private connect(): void {
    const socket = net.connect({ port: this.port, host: '127.0.0.1', noDelay: true });
    this.socket = socket;
    const reader = parser(PROTOCOL);
    reader.on('packet', (packet) => this.take(packet));
    socket.on('data', (bytes) => reader.parse(bytes));
    socket.on('error', () => undefined);
    socket.on('close', () => {
      if (this.acknowledged < this.count) setTimeout(() => this.connect(), RETRY_MS);
    });
    this.send({
      cmd: 'connect',
      protocolId: 'MQTT',
      protocolVersion: 4,
      clientId: `publisher-${this.qos}`,
      keepalive: 60,
      clean: false,
    });
  }

  private send(packet: object): void {
    this.socket!.write(generate(packet as Packet, PROTOCOL));
  }

  private take(packet: Packet): void {
    switch (packet.cmd) {
      case 'connack':
        this.connections += 1;
        for (const [id, sent] of this.store) this.sendOne(id, sent, true);
        this.fill();
        return;
      case 'pubrec': {
        const sent = this.store.get(packet.messageId!);
        if (sent === undefined) return;
        this.store.set(packet.messageId!, { ...sent, released: true });
        this.send({ cmd: 'pubrel', messageId: packet.messageId });
        return;
      }
      case 'puback':
      case 'pubcomp':
        if (this.store.delete(packet.messageId!)) this.acknowledge();
        return;
      default:
    }
  }

  private acknowledge(): void {
    this.acknowledged += 1;
    this.onAcknowledged();
    if (this.acknowledged === this.count) {
      this.socket!.end();
      this.done();
    } else this.fill();
  }

  private fill(): void {
    while (this.next < this.count && this.store.size < WINDOW) {
      do this.id = (this.id % 65_535) + 1;
      while (this.store.has(this.id));
      const sent = { payload: `{"n":${this.next}}`, released: false };
      this.next += 1;
      this.store.set(this.id, sent);
      this.sendOne(this.id, sent, false);
    }
  }

  private sendOne(messageId: number, { payload, released }: Sent, dup: boolean): void {
    if (released) this.send({ cmd: 'pubrel', messageId });
    else this.send({ cmd: 'publish', topic: `home/count/${this.qos}`, payload, qos: this.qos, dup, retain: false, messageId });
  }
}

/** Receives what is published, over lost connections, and counts how often each number came. */
export class Subscriber {
  readonly counts = new Map<number, number>();
  connections = 0;
  subscribed = false;
  private readonly received = new Set<number>();
  private socket: net.Socket | undefined;
  private closed = false;

  constructor(
    private readonly port: number,
    private readonly qos: 1 | 2,
    private readonly clientId: string,
  ) {
    this.connect();
  }

  close(): void {
    this.closed = true;
    this.socket?.destroy();
  }

  private connect(): void {
    const socket = net.connect({ port: this.port, host: '127.0.0.1', noDelay: true });
    this.socket = socket;
    const reader = parser(PROTOCOL);
    reader.on('packet', (packet) => this.take(packet));
    socket.on('data', (bytes) => reader.parse(bytes));
    socket.on('error', () => undefined);
    socket.on('close', () => {
      if (!this.closed) setTimeout(() => this.connect(), RETRY_MS);
    });
    this.send({ cmd: 'connect', protocolId: 'MQTT', protocolVersion: 4, clientId: this.clientId, keepalive: 60, clean: false });
  }

  private send(packet: object): void {
    this.socket!.write(generate(packet as Packet, PROTOCOL));
  }

  private take(packet: Packet): void {
    switch (packet.cmd) {
      case 'connack':
        this.connections += 1;
        if (!this.subscribed)
          this.send({ cmd: 'subscribe', messageId: 1, subscriptions: [{ topic: `home/count/${this.qos}`, qos: this.qos }] });
        return;
      case 'suback':
        this.subscribed = true;
        return;
      case 'publish': {
        const id = packet.messageId!;
        if (packet.qos === 1 || !this.received.has(id)) this.count(packet.payload);
        if (packet.qos === 2) this.received.add(id);
        this.send({ cmd: packet.qos === 1 ? 'puback' : 'pubrec', messageId: id });
        return;
      }
      case 'pubrel':
        this.received.delete(packet.messageId!);
        this.send({ cmd: 'pubcomp', messageId: packet.messageId });
        return;
      default:
    }
  }

  private count(payload: string | Buffer): void {
    const { n } = JSON.parse(payload.toString()) as { n: number };
    this.counts.set(n, (this.counts.get(n) ?? 0) + 1);
  }
}
