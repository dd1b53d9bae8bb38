// Devices, single fields and what is tried, as the API gives them.
import { ACTIONS, DEVICE_KINDS, MODES, MQTT_REFUSALS, PLACES, REASON_KINDS } from '../../model.js';
import { bool, list, named, type Of, object, oneOf, optional, text, whole } from '../schema.js';
import { category, count, fates, id, ms, verdict } from './common.js';

const deviceService = object({ service: id, messages: count, refused: count, ...fates });
export const devices = named(
  'Devices',
  object({
    items: list(
      object({
        id,
        name: optional(text(80)),
        foundName: optional(text()),
        maker: optional(text()),
        kind: optional(text()),
        kindChosen: optional(oneOf(DEVICE_KINDS)),
        firstMs: ms,
        lastMs: optional(ms),
        mode: oneOf([...MODES, 'inherit']),
        onHubFailure: oneOf(['closed', 'open']),
        pauseUntilMs: optional(ms),
        pairingUntilMs: optional(ms),
        familyPause: bool,
        knownToVendor: bool,
        /** A router: what others of the home send through it is judged as its own. */
        forOthers: bool,
        services: list(deviceService),
      }),
    ),
  }),
);
export type DeviceView = Of<typeof devices>['items'][number];

export const newFields = named(
  'NewFields',
  object({
    items: list(
      object({
        id,
        device: id,
        service: id,
        in: oneOf(PLACES),
        path: text(),
        firstMs: ms,
        count,
        kind: oneOf(['object', 'array', 'string', 'number', 'boolean', 'null', 'bytes']),
        look: oneOf(['identifier', 'word', 'prose', 'number', 'switch', 'container']),
        length: optional(count),
        category,
        action: oneOf(ACTIONS),
        /** Held back until somebody decides; otherwise it is only listed, and `action` is what the ladder gives it. */
        held: bool,
      }),
    ),
  }),
);
export type NewFieldView = Of<typeof newFields>['items'][number];
export const fieldPreview = named('FieldPreview', object({ category, action: oneOf(ACTIONS), sentence: text() }));

export const reason = object({
  kind: oneOf(REASON_KINDS),
  purpose: optional(text()),
  clause: optional(text()),
});
export const decision = object({
  in: oneOf(PLACES),
  path: text(),
  category,
  by: oneOf(['profile', 'name', 'value', 'household', 'shape']),
  action: oneOf(ACTIONS),
  reason,
  occurrence: optional(whole(2)),
  sentence: text(),
});
export type DecisionView = Of<typeof decision>;

const override = object({
  id,
  service: optional(id),
  device: optional(id),
  category: optional(category),
  in: optional(oneOf(PLACES)),
  path: optional(text()),
  action: oneOf(ACTIONS),
  untilMs: optional(ms),
  madeMs: ms,
});
export const overrides = named('Overrides', object({ items: list(override) }));
export type OverrideView = Of<typeof override>;

const withheldField = object({
  service: id,
  in: oneOf(PLACES),
  path: text(),
  category,
  action: oneOf(ACTIONS),
  count,
  lastMs: ms,
  sentence: text(),
  /** False for what never leaves, whatever is chosen. */
  relaxable: bool,
});
const mqttRefusal = object({ packet: oneOf(MQTT_REFUSALS), direction: oneOf(['up', 'down']) });
export const trouble = named(
  'Trouble',
  object({
    withheld: list(withheldField),
    refusals: list(object({ seq: count, timeMs: ms, service: text(), code: text() })),
    answers: list(object({ timeMs: ms, service: id, status: count, mqtt: optional(mqttRefusal) })),
    relaxed: list(object({ override, troublesBefore: count, troublesSince: count, messagesSince: count })),
  }),
);
export type Trouble = Of<typeof trouble>;

export const tried = named(
  'Tried',
  object({
    verdict,
    error: optional(text(60)),
    bytesIn: count,
    bytesOut: count,
    out: optional(text(8_000_000)),
    /** The outgoing bytes are no text: `out` is base64. */
    binary: bool,
    decisions: list(decision),
  }),
);
export type TriedView = Of<typeof tried>;
