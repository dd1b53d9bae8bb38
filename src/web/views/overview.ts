// The entrance and the first view: session, words, counts, what needs attention.
import { ACTIONS } from '../../model.js';
import { bool, list, map, named, type Of, object, oneOf, optional, text } from '../schema.js';
import { category, count, fates, id, ms, title, verdict } from './common.js';
import { devices } from './fields.js';
import { storeState } from './settings.js';

export const session = named(
  'Session',
  object({
    state: oneOf(['setup', 'locked', 'open']),
    /** Whether a pin for pausing a device is set. */
    pin: bool,
    tls: bool,
  }),
);
export type SessionView = Of<typeof session>;

export const words = named(
  'Words',
  object({
    categories: list(object({ id: category, title, family: text(40), floor: bool, without: oneOf(ACTIONS) })),
    services: list(object({ id, title, operator: text(), country: optional(text(2)) })),
  }),
);
export type Words = Of<typeof words>;

const flow = named('Flow', object({ device: id, service: id, category, ...fates, rehearsed: count }));
export type Flow = Of<typeof flow>;
const trafficRow = object({ device: id, service: id, verdict, messages: count, bytesIn: count, bytesOut: count, lastMs: ms });
const bucket = object({ startMs: ms, messages: map(count), ...fates });
export type Bucket = Of<typeof bucket>;

export const overview = named(
  'Overview',
  object({
    fromMs: ms,
    untilMs: ms,
    bucketMs: ms,
    flows: list(flow),
    traffic: list(trafficRow),
    timeline: list(bucket),
    coverage: list(object({ verdict, messages: count, bytes: count })),
    rehearsal: object({
      services: list(id),
      /** `risk`: `may_fail` where a field that devices are told apart or let in by would be changed or withheld. */
      devices: list(object({ device: id, rehearsed: count, risk: oneOf(['none', 'may_fail']), categories: list(category) })),
    }),
  }),
);
export type Overview = Of<typeof overview>;

export const ATTENTION = [
  'hub_fault',
  'not_recording',
  'refused',
  'alarm',
  'new_fields',
  'unknown_host',
  'send_failed',
  'paused',
  'rehearsal',
  'fails_open',
] as const;
export const attention = named(
  'Attention',
  object({
    items: list(
      object({
        kind: oneOf(ATTENTION),
        /** `now`: interrupts; `digest`: once a day. */
        level: oneOf(['now', 'digest']),
        count,
        device: optional(id),
        service: optional(id),
        host: optional(text(255)),
        category: optional(category),
        code: optional(text(60)),
        /** Of a `hub_fault`: which file, interface or number. */
        detail: optional(text(300)),
        untilMs: optional(ms),
      }),
    ),
  }),
);
export type Attention = Of<typeof attention>['items'][number];

/** Everything the first view is made of. */
export const first = named('First', object({ session, words, devices, overview, attention, store: storeState }));
export type First = Of<typeof first>;
