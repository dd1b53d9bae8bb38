// MQTT inside a WebSocket connection (MQTT 5, 6): its two ends as streams of bytes, and an MQTT connection between them.
import type { Socket } from 'node:net';
import { HubError } from '../errors.js';
import type { MqttMessage, Refusal as MqttRefusal, Parts } from '../protocol/mqtt/index.js';
import type { MqttJudge, OnAlarm } from '../protocol/mqtt/judge.js';
import { CLOSE } from '../protocol/websocket/close.js';
import type { WebSocketPeer } from '../protocol/websocket/message.js';
import type { Budget } from './budget.js';
import { MqttConnection, type MqttTimeouts } from './mqtt-connection.js';
import { ByteStream } from './websocket-bytes.js';
import type { End } from './websocket-end.js';

export interface MqttInside {
  readonly judge: MqttJudge;
  readonly restore: (peer: WebSocketPeer, message: MqttMessage) => Parts;
  readonly onAlarm: OnAlarm;
  readonly onNo: (peer: WebSocketPeer, refusal: MqttRefusal) => void;
}

export interface CarryOptions extends MqttInside {
  readonly peer: WebSocketPeer;
  /** Bytes of messages, of all doors together. */
  readonly bytes: Budget;
  readonly timeouts: MqttTimeouts;
  readonly packetBytes: number;
  /** Told of frames of the device that were none. */
  readonly onFault: (error: HubError) => void;
  /** Both ends are closed and nothing is in hand. */
  readonly onClosed: () => void;
}

/** Carries MQTT between the two ends of an open WebSocket connection. */
export function carryMqtt(
  device: End,
  cloud: End,
  options: CarryOptions,
): { readonly stop: () => void; readonly destroy: () => void } {
  const { peer, bytes, packetBytes } = options;
  let isCloudGone = false;
  let isAsked = false;
  /** Of frames that are not whole yet; the MQTT connection counts what it has read of them itself. */
  const inFrames = bytes.take(peer.device, 0, () => connection.giveWay())!; // nothing is always there
  const count = (): void => {
    if (!inFrames.resize(fromDevice.heldBytes + fromCloud.heldBytes)) connection.giveWay();
  };
  const fromDevice: ByteStream = new ByteStream(device, {
    ping: () => cloud.ping(),
    read: () => count(),
    fault: options.onFault,
    gone: () => undefined,
  });
  const fromCloud: ByteStream = new ByteStream(cloud, {
    ping: () => device.ping(),
    read: () => count(),
    fault: () => undefined,
    gone: () => {
      isCloudGone = true;
      if (!isAsked) fromDevice.end(); // else the connection sees it, behind what came before
    },
  });
  // A byte stream has all that an MQTT connection asks of a socket.
  const connection: MqttConnection = new MqttConnection(fromDevice as unknown as Socket, {
    peer,
    limits: { packetBytes, queueBytes: packetBytes },
    bytes: bytes.take(peer.device, 0, () => connection.giveWay())!,
    timeouts: options.timeouts,
    refused3: 'acknowledge',
    judge: options.judge,
    connect: async () => {
      isAsked = true;
      if (isCloudGone) throw new HubError('upstream_unreachable');
      return fromCloud as unknown as Socket;
    },
    restore: options.restore,
    onAlarm: options.onAlarm,
    onRefusal: options.onNo,
    onClosed: () => {
      inFrames.release();
      fromCloud.end(); // it may never have been asked for
      options.onClosed();
    },
  });
  return {
    stop: () => {
      for (const stream of [fromDevice, fromCloud]) stream.closeCode = CLOSE.goingAway;
      connection.stop();
    },
    destroy: () => {
      connection.destroy();
      fromCloud.destroy();
    },
  };
}
