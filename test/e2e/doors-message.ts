// One message in the clothes of each protocol: an HTTP request as bytes, taken apart, as MQTT packets and as WebSocket frames.

import { isUtf8 } from 'node:buffer';
import { randomBytes } from 'node:crypto';
import { generate, type Packet } from 'mqtt-packet';

/** What of an HTTP request has a place elsewhere too. */
export interface Taken {
  /** Path and query, as sent. */
  readonly target: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Buffer;
  /** The body has a coding that a header names: other protocols have no such label. */
  readonly isCoded: boolean;
}

const FRAMING = /^(host|connection|upgrade|content-length|transfer-encoding|trailer|expect)$/i;
const TARGET = /^[A-Z]+ (\/[^\s]*) HTTP\/1\.1$/;
const LINE = /^([!#$%&'*+\-.^_`|~0-9A-Za-z]+): ?(.*)$/;

/** A request that is none by the book is all body. */
export function takeApart(raw: Buffer): Taken {
  const text = raw.toString('latin1');
  const end = text.indexOf('\r\n\r\n');
  const [first = '', ...lines] = text.slice(0, Math.max(end, 0)).split('\r\n');
  const target = TARGET.exec(first)?.[1];
  const headers = lines.map((line) => LINE.exec(line)).map((found) => [found?.[1] ?? '', found?.[2] ?? ''] as const);
  if (end < 0 || target === undefined || headers.some(([name]) => name === ''))
    return { target: '/', headers: [], body: raw, isCoded: false };
  const has = (name: string): boolean => headers.some(([each]) => each.toLowerCase() === name);
  const rest = raw.subarray(end + 4);
  const body = has('transfer-encoding') ? joinChunks(rest) : rest;
  return { target, headers: headers.filter(([name]) => !FRAMING.test(name)), body, isCoded: has('content-encoding') };
}

function joinChunks(bytes: Buffer): Buffer {
  const chunks: Buffer[] = [];
  for (let at = 0; ; ) {
    const line = bytes.indexOf('\r\n', at);
    const size = Number.parseInt(bytes.toString('latin1', at, line), 16);
    if (line < 0 || !(size > 0)) return Buffer.concat(chunks);
    chunks.push(bytes.subarray(line + 2, line + 2 + size));
    at = line + 2 + size + 2;
  }
}

const isType = ([name]: readonly [string, string]): boolean => /^content-type$/i.test(name);

/** CONNECT and one PUBLISH, QoS 1: a message without body has its target in the topic; headers are user properties of version 5. */
export function asMqtt({ target, headers, body }: Taken, protocolVersion: 4 | 5): Buffer {
  const connect = { cmd: 'connect', protocolId: 'MQTT', protocolVersion, clientId: 'panel', keepalive: 60, clean: true };
  const isTopic = body.length === 0 && !/[+#\0]/.test(target);
  const [types, others] = [headers.filter(isType), headers.filter((each) => !isType(each))];
  const userProperties: Record<string, string[]> = {};
  for (const [name, value] of others) (userProperties[name] ??= []).push(Buffer.from(value, 'latin1').toString('utf8'));
  const properties = {
    ...(types[0] === undefined ? {} : { contentType: types[0][1] }),
    ...(others.length === 0 ? {} : { userProperties }), // an empty one the encoder does not take
  };
  const publish = {
    cmd: 'publish',
    topic: isTopic ? target.slice(1) : 'home/panel/state',
    payload: isTopic ? '{"deviceStatus":"on"}' : body,
    qos: 1,
    messageId: 7,
    retain: false,
    dup: false,
    ...(protocolVersion === 5 ? { properties } : {}),
  };
  return Buffer.concat([connect, publish].map((packet) => generate(packet as Packet, { protocolVersion })));
}

/** A handshake with the request's target and headers, and its body as one message. */
export function asWebSocket({ target, headers, body }: Taken, protocol?: string): { handshake: Buffer; message: Buffer } {
  const lines = [
    `GET ${target} HTTP/1.1`,
    'Host: smartapi.vesync.com',
    'Connection: Upgrade',
    'Upgrade: websocket',
    'Sec-WebSocket-Version: 13',
    `Sec-WebSocket-Key: ${randomBytes(16).toString('base64')}`,
    ...(protocol === undefined ? [] : [`Sec-WebSocket-Protocol: ${protocol}`]),
    ...headers.filter(([name]) => !/^content-/i.test(name)).map(([name, value]) => `${name}: ${value}`),
  ];
  return { handshake: Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1'), message: frame(body, isUtf8(body)) };
}

/** One masked frame with FIN. */
export function frame(payload: Buffer, isText: boolean): Buffer {
  const head = [0x80 | (isText ? 1 : 2)];
  const size = payload.length;
  const length = Buffer.alloc(size > 0xffff ? 8 : size > 125 ? 2 : 0);
  if (length.length === 8) length.writeBigUInt64BE(BigInt(size));
  else if (length.length === 2) length.writeUInt16BE(size);
  head.push(0x80 | (size > 0xffff ? 127 : size > 125 ? 126 : size));
  const mask = randomBytes(4);
  const masked = Buffer.from(payload.map((byte, i) => byte ^ mask[i % 4]!));
  return Buffer.concat([Buffer.from(head), length, mask, masked]);
}
