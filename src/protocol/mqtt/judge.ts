// What the MQTT door asks of the hub: who a connection is of, and what may become of its messages.
import type { ErrorCode } from '../../errors.js';
import type { Answer, MqttMessage, Outcome } from './types.js';

/** Whose connection it is. */
export interface MqttPeer {
  /** Address of the device. */
  readonly device: string;
  /** The service the listener is for. */
  readonly service?: string;
  /** Name or address of the broker. */
  readonly host: string;
}

export interface MqttJudged {
  readonly outcome: Outcome;
  /** To be called when a message that passed is certain not to have left. */
  readonly unsent: (error: ErrorCode) => void;
}

/** Judges one message; settles once its record is written. */
export type MqttJudge = (peer: MqttPeer, message: MqttMessage) => Promise<MqttJudged>;

/** `recorded`: a message's own record tells it. `where`: packet and rule, never a value. */
export type OnAlarm = (peer: MqttPeer, error: ErrorCode, where: string, answer: Answer, recorded: boolean) => void;
