// A session with both ends in the test's hands. Each step gives the commands as lines; `judge` lines show what the sieve sees.

import { generate, type Packet } from 'mqtt-packet';
import type { ErrorCode } from '#src/errors.js';
import { HubError } from '#src/errors.js';
import {
  type Command,
  DEFAULT_LIMITS,
  type MqttMessage,
  type Part,
  type Parts,
  Session,
  type SessionOptions,
} from '#src/protocol/mqtt/index.js';

export function hex(text: string): Uint8Array {
  return Buffer.from(text.replaceAll(' ', ''), 'hex');
}

export function toHex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}

/** A packet as mqtt-packet writes it. */
export function packet(level: 3 | 4 | 5, one: Packet): Uint8Array {
  return generate(one, { protocolVersion: level });
}

export function connect(level: 3 | 4 | 5, more: object = {}): Uint8Array {
  const protocolId = level === 3 ? 'MQIsdp' : 'MQTT';
  return packet(level, {
    cmd: 'connect',
    protocolId,
    protocolVersion: level,
    clientId: 'plug',
    keepalive: 60,
    clean: true,
    ...more,
  });
}

export function publish(level: 3 | 4 | 5, topic: string, payload: string, more: object = {}): Uint8Array {
  return packet(level, { cmd: 'publish', topic, payload, qos: 0, dup: false, retain: false, ...more });
}

export const CONNACK = { 3: hex('20020000'), 4: hex('20020000'), 5: hex('20060000 03 22000a') };

function show(part: Part): string {
  const value = part.text ?? Buffer.from(part.bytes!).toString('latin1');
  return `${part.in}.${part.name}=${value}${part.mediaType === undefined ? '' : `(${part.mediaType})`}`;
}

export function line(command: Command): string {
  switch (command.kind) {
    case 'judge':
      return `judge ${command.token} ${command.message.type} ${command.message.parts.map(show).join(' ')}`;
    case 'toCloud':
    case 'toDevice':
      return `${command.kind} ${toHex(command.bytes)}`;
    case 'endDevice':
    case 'endCloud':
      return `${command.kind} ${command.reason.toString(16)}`;
    case 'alarm':
      return `alarm ${command.error} ${command.where} ${command.answer}`;
    case 'refusal':
      return `refusal ${command.refusal.direction} ${command.refusal.packet} ${command.refusal.reason.toString(16)}`;
    default:
      return `unsent ${command.token}`;
  }
}

export class Transcript {
  readonly session: Session;
  private message: MqttMessage | undefined;
  private token = 0;

  constructor(options: Partial<SessionOptions> = {}) {
    this.session = new Session({
      limits: DEFAULT_LIMITS,
      refused3: 'acknowledge',
      restore: (message) => message.parts,
      ...options,
    });
  }

  /** A session whose CONNECT was let through and accepted. */
  static connected(
    level: 3 | 4 | 5,
    options: Partial<SessionOptions> = {},
    connack = CONNACK[level],
    more: object = {},
  ): Transcript {
    const transcript = new Transcript(options);
    transcript.device(connect(level, more));
    transcript.keep();
    transcript.cloud(connack);
    return transcript;
  }

  private lines(commands: Command[]): string[] {
    for (const command of commands) {
      if (command.kind !== 'judge') continue;
      this.message = command.message;
      this.token = command.token;
    }
    return commands.map(line);
  }

  device(bytes: Uint8Array): string[] {
    return this.lines(this.session.fromDevice(bytes));
  }

  cloud(bytes: Uint8Array): string[] {
    return this.lines(this.session.fromCloud(bytes));
  }

  /** The sieve changes nothing. */
  keep(): string[] {
    return this.change((part) => part);
  }

  /** The sieve changes each part as told; `null` takes it out. */
  change(each: (part: Part) => Part | null): string[] {
    const parts: Parts = this.message!.parts.map(each);
    return this.lines(this.session.judged(this.token, { kind: 'pass', parts }));
  }

  refuse(code: ErrorCode = 'blocked'): string[] {
    return this.lines(this.session.judged(this.token, { kind: 'refuse', error: new HubError(code) }));
  }

  deviceClosed(): string[] {
    return this.lines(this.session.deviceClosed());
  }

  cloudClosed(): string[] {
    return this.lines(this.session.cloudClosed());
  }
}

/** Replaces text in every part, in names too. */
export function replacing(from: string, to: string): (part: Part) => Part {
  return (part) => {
    if (part.text !== undefined) return { ...part, text: part.text.replaceAll(from, to), name: part.name.replaceAll(from, to) };
    const text = Buffer.from(part.bytes!).toString('latin1').replaceAll(from, to);
    return { ...part, bytes: Buffer.from(text, 'latin1') };
  };
}
