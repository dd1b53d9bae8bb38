// What happened, as the page asks for it: counts, records, incidents. Plain data, no values of messages.
import type { ListFilter } from '../../audit/cli.js';
import type { CategoryId, Decision, Direction, MqttRefusal, Verdict } from '../../model.js';

/** From `fromMs` (milliseconds since 1970) up to, not with, `untilMs`. */
export interface Span {
  readonly fromMs: number;
  readonly untilMs: number;
}

/** Fields of one category that one device had for one service, counted by their fate. */
export interface FlowRow {
  readonly device: string;
  readonly service: string;
  readonly category: CategoryId;
  /** Left as they were, decided so. */
  readonly kept: number;
  /** Left coarser, as a pseudonym or as a keyed hash. */
  readonly changed: number;
  /** Did not leave: dropped, blanked, or in a refused message. */
  readonly withheld: number;
  /** Left as they were in a rehearsal; in `enforce` they would have been changed or withheld. */
  readonly rehearsed: number;
}

/** Messages (both directions count; bytes are those of bodies) of one device with one service, by verdict. */
export interface TrafficRow {
  readonly device: string;
  readonly service: string;
  readonly verdict: Verdict;
  readonly messages: number;
  readonly bytesIn: number;
  readonly bytesOut: number;
  readonly lastMs: number;
}

export interface TimelineBucket {
  readonly startMs: number;
  readonly messages: Readonly<Record<Verdict, number>>;
  readonly kept: number;
  readonly changed: number;
  readonly withheld: number;
}

export interface Traffic {
  readonly flows: readonly FlowRow[];
  readonly traffic: readonly TrafficRow[];
  /** Buckets of `bucketMs`, oldest first, without gaps over the span. */
  readonly timeline: readonly TimelineBucket[];
  readonly bucketMs: number;
}

/** An answer that says something went wrong: of HTTP a status of 400 and more, of MQTT a packet that says no. */
export interface ErrorAnswer {
  readonly timeMs: number;
  readonly device: string;
  readonly service: string;
  /** Of MQTT: the reason code, or the return code of a CONNACK before MQTT 5. */
  readonly status: number;
  /** Which packet said no: the broker's (`down`) or the device's (`up`). */
  readonly mqtt?: { readonly packet: MqttRefusal; readonly direction: Direction };
}

/** Alarms and failed sends; at most a day back, at most 1,000 of each. */
export interface Incidents {
  readonly alarms: readonly {
    readonly timeMs: number;
    readonly what: string;
    readonly service?: string;
    readonly device?: string;
    /** What a service was sent that it promises not to take (`excluded`). */
    readonly category?: CategoryId;
    /** How many; absent: one. */
    readonly count?: number;
  }[];
  readonly failedSends: number;
  /** No record can be written now, so every message is refused. */
  readonly recordsFail: boolean;
}

export interface RecordFilter extends Omit<ListFilter, 'limit'> {
  /** Only entries with a smaller seq. */
  readonly beforeSeq?: number;
  /** Only messages with a decision on this category. */
  readonly category?: CategoryId;
  /** Only messages with a decision whose path holds this text (case ignored). */
  readonly text?: string;
}

/** How a decision ended for the field, in the page's three words. */
export function fate(decision: Pick<Decision, 'action'>): 'kept' | 'changed' | 'withheld' {
  switch (decision.action) {
    case 'keep':
      return 'kept';
    case 'generalize':
    case 'pseudonymize':
    case 'hash':
      return 'changed';
    case 'blank':
    case 'drop':
    case 'refuse':
      return 'withheld';
    default:
      return decision.action satisfies never;
  }
}
