// What the judges of all protocols ask of the household, and what they tell it.
import type { AuditLog } from '../audit/store.js';
import type { CategoryId, Decision, Pseudonym, Verdict } from '../model.js';
import type { Forward } from '../protocol/http/message.js';
import type { Refusal } from '../protocol/mqtt/index.js';
import type { Services } from '../services/contexts.js';
import type { Reading } from '../services/reading.js';
import type { Part } from '../sieve.js';
import { type FindLook, lookInto } from './field-preview.js';
import type { MessageJudge } from './judge.js';

export interface MessagePorts {
  /** What counts now; asked anew for each message. */
  readonly services: () => Services;
  readonly log: Pick<AuditLog, 'append'>;
  readonly now: () => number;
  /** The device's label; never its address. */
  readonly label: (address: string) => string | Promise<string>;
  /** Whether a device at this address, whose label was asked for just before, may be one that the household blocked. */
  readonly isStranger?: (address: string) => boolean;
  /** Keeps what must be undone on the way down; resolves once it is safe to send. */
  readonly remember: (pseudonyms: readonly Pseudonym[], device: string) => Promise<void>;
  /** Where messages are judged; absent: here and now. */
  readonly judging?: MessageJudge;
  /** What is put back in an answer of a service. */
  readonly onAnswer?: (reading: Reading, method: string, device: string) => Forward['onAnswer'];
  /** Told of each MQTT packet by which a cloud or a device (at this address) says no. */
  readonly onNo?: (address: string, service: string, refusal: Refusal) => void;
  /** Asked before a message is recorded; true: something is held back from now on, and the message is to be judged again. */
  readonly hold?: (event: HeldEvent) => boolean | Promise<boolean>;
  /** Asked about the device of a message before it is judged: what is to be done before the message leaves under pseudonyms. */
  readonly registers?: (device: string) => (() => Promise<void>) | undefined;
  /** Whether it is to be told that a service was sent what it promises not to take; said yes to once a day for each kind of data. */
  readonly isBrokenPromiseDue?: (service: string, category: CategoryId, timeMs: number) => boolean;
  /** Told of each message after its record is written. */
  readonly judged?: (event: JudgedEvent, address: string) => void;
}

/** A message that is judged and not recorded yet. */
export interface HeldEvent {
  readonly timeMs: number;
  readonly service: string;
  readonly device: string;
  readonly verdict: Verdict;
  readonly decisions: readonly Decision[];
  /** Tells the form of a field, not its value. */
  readonly look: FindLook;
}

export interface JudgedEvent {
  readonly seq: number;
  readonly timeMs: number;
  /** Where the message was to go. */
  readonly host: string;
  readonly service: string;
  readonly device: string;
  readonly verdict: Verdict;
  readonly bytesIn: number;
  readonly bytesOut: number;
  readonly decisions: readonly Decision[];
}

/** Whether something of the message is held back from now on: then it is to be judged again. */
export function holds(
  ports: MessagePorts,
  parts: () => readonly Part[],
  service: string,
  device: string,
  { verdict, decisions }: Pick<HeldEvent, 'verdict' | 'decisions'>,
): boolean | Promise<boolean> {
  if (ports.hold === undefined) return false;
  let found: FindLook | undefined;
  // Asked only for a field that is new.
  const look: FindLook = (place, path) => {
    found ??= lookInto(parts(), ports.services().limits);
    return found(place, path);
  };
  return ports.hold({ timeMs: ports.now(), service, device, verdict, decisions, look });
}
