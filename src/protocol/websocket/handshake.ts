// The opening handshake (RFC 6455 4): what of it is framing, what is offered, and what of the offer may leave.
import { HubError } from '../../errors.js';
import type { Header } from '../http/message.js';

/** What a device asks for. */
export interface Handshake {
  /** Headers for the judge: without those of the framing, each subprotocol that is no public name on a line of its own. */
  readonly headers: readonly Header[];
  readonly protocols: readonly string[];
  /** Whether the device can take compressed messages (RFC 7692). */
  readonly deflate: boolean;
}

/** What is offered to the cloud, each with what the device calls it. */
export interface Offer {
  readonly headers: readonly Header[];
  readonly protocols: ReadonlyMap<string, string>;
}

const PROTOCOL = 'sec-websocket-protocol';
/** `Sec-WebSocket-Key` and its like belong to one connection; they are made anew for the other. */
const FRAMING = /^sec[^a-z0-9]websocket[^a-z0-9]/;
const KEY = /^[+/0-9A-Za-z]{22}==$/;
const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
const VERSION = '13';
/** Most subprotocols offered. Clients offer one to three: names with versions. */
const MOST_PROTOCOLS = 16;

/** Names under which MQTT is offered: registered (`mqtt`), and those of MQTT 3.1 and of common clients. */
const MQTT_PROTOCOLS: ReadonlySet<string> = new Set(['mqtt', 'mqttv3.1', 'mqttv3.1.1', 'mqttv5', 'mqttv5.0']);

/**
 * Names that say which language is spoken and nothing of the device, as `Upgrade: websocket` does: of the IANA WebSocket Subprotocol
 * Name Registry, and of common libraries. Where a policy needs no word of the kind they would not leave, and nobody could connect.
 */
const PUBLIC_PROTOCOLS: ReadonlySet<string> = new Set([
  ...MQTT_PROTOCOLS,
  ...['amqp', 'coap', 'xmpp', 'sip', 'msrp', 'soap', 'rfb', 'wamp', 'wamp.2.json', 'wamp.2.msgpack', 'wamp.2.cbor'],
  ...['v10.stomp', 'v11.stomp', 'v12.stomp', 'ocpp1.2', 'ocpp1.5', 'ocpp1.6', 'ocpp2.0', 'ocpp2.0.1', 'ocpp2.1'],
  ...['graphql-ws', 'graphql-transport-ws', 'jmap', 'json', 'binary'],
]);

function isPublic(protocol: string): boolean {
  return PUBLIC_PROTOCOLS.has(protocol.toLowerCase());
}

export function isMqtt(protocol: string): boolean {
  return MQTT_PROTOCOLS.has(protocol.toLowerCase());
}

/** Throws `bad_head` for a handshake that is not by the book, `upgrade_refused` for another version of WebSocket. */
export function readHandshake(headers: readonly Header[], httpVersion: string): Handshake {
  const values = (name: string): string[] => headers.filter(([n]) => n.toLowerCase() === name).map(([, value]) => value);
  const key = values('sec-websocket-key');
  if (httpVersion !== '1.1') throw new HubError('bad_head', 'WebSocket over another version of HTTP');
  if (key.length !== 1 || !KEY.test(key[0]!)) throw new HubError('bad_head', 'Sec-WebSocket-Key');
  const version = values('sec-websocket-version');
  if (version.length !== 1 || version[0] !== VERSION) throw new HubError('upgrade_refused', 'Sec-WebSocket-Version');
  const protocols = readProtocols(values(PROTOCOL));
  return {
    headers: [
      ...withoutFraming(headers),
      ...protocols.filter((name) => !isPublic(name)).map((name): Header => ['Sec-WebSocket-Protocol', name]),
    ],
    protocols,
    deflate: values('sec-websocket-extensions').some((value) => /(?:^|,)\s*permessage-deflate\s*(?:[;,]|$)/i.test(value)),
  };
}

function readProtocols(lines: readonly string[]): string[] {
  if (lines.length === 0) return [];
  const names = lines.flatMap((line) => line.split(',')).map((name) => name.trim());
  const isSound = names.length <= MOST_PROTOCOLS && names.every((name) => TOKEN.test(name));
  if (!isSound || new Set(names).size !== names.length) throw new HubError('bad_head', 'Sec-WebSocket-Protocol');
  return names;
}

/** End-to-end headers of a handshake or its answer. */
export function withoutFraming(headers: readonly Header[]): Header[] {
  return headers.filter(([name]) => !FRAMING.test(name.toLowerCase()));
}

/** What the judge left of a handshake. A subprotocol that was changed is offered under its new name; one taken out is not offered. */
export function offerAfter({ protocols }: Handshake, judged: readonly Header[]): Offer {
  const left = judged.filter(([name]) => name.toLowerCase() === PROTOCOL).map(([, value]) => value);
  const asked = protocols.filter((name) => !isPublic(name));
  const named = (name: string): string | undefined =>
    left.length === asked.length ? left[asked.indexOf(name)] : left.find((each) => each === name);
  const offered = new Map<string, string>();
  for (const before of protocols) {
    const name = isPublic(before) ? before : named(before);
    if (name !== undefined && TOKEN.test(name) && !offered.has(name)) offered.set(name, before);
  }
  return { headers: withoutFraming(judged), protocols: offered };
}
