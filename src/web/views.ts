// What the API answers: schemas, and from them the types that the page uses too.
import { ACTIONS, CATEGORY_IDS, LIMIT_KINDS, MODES, MQTT_REFUSALS, PLACES, VERDICTS } from '../model.js';
import { bool, list, map, named, nullable, type Of, object, oneOf, optional, real, text, whole } from './schema.js';

export const title = named('Title', object({ en: text(), ru: text() }));
export const category = oneOf(CATEGORY_IDS);
export const lang = oneOf(['en', 'ru']);
export const mode = oneOf(MODES);
const ms = whole();
const count = whole();
const id = text(300);
const verdict = oneOf(VERDICTS);
const fates = { kept: count, changed: count, withheld: count };

export const done = named('Done', object({ done: bool }));
export const problem = named(
  'Problem',
  object({ error: object({ code: text(60), message: text(), faults: optional(list(text())) }) }),
);

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
        code: optional(text(60)),
        untilMs: optional(ms),
      }),
    ),
  }),
);
export type Attention = Of<typeof attention>['items'][number];

const summary = {
  id,
  title,
  operator: object({ name: text(), country: optional(text(2)), note: optional(title) }),
  mode,
  /** Whether anything was sent to it in the last seven days. */
  used: bool,
  messages: count,
  purposesOn: count,
  purposesAll: count,
  ...fates,
};
export const services = named('Services', object({ items: list(object(summary)) }));
export type ServiceSummary = Of<typeof services>['items'][number];

const need = object({
  category,
  clause: text(),
  necessary: bool,
  granularity: oneOf(['exact', 'coarse']),
  note: optional(title),
});
const purpose = object({
  id,
  title,
  says: title,
  clause: text(),
  ground: oneOf(['declared', 'implied']),
  legalBasis: optional(text()),
  default: bool,
  on: bool,
  /** What turning it over would change, in a sentence. */
  effect: text(),
  needs: list(need),
});
export type PurposeView = Of<typeof purpose>;
const matrixCell = object({ purpose: id, clause: text(), necessary: bool, granularity: oneOf(['exact', 'coarse']), on: bool });
const matrixRow = object({
  category,
  title,
  cells: list(matrixCell),
  unjustified: list(text()),
  outcome: oneOf(ACTIONS),
});
const limit = object({
  kind: oneOf(LIMIT_KINDS),
  clause: text(),
  says: title,
  days: optional(nullable(whole())),
  seems: oneOf(['doubt', 'maybe', 'no_term', 'cannot_tell']),
  /** Where what was seen does not sit well with it. */
  hosts: list(text()),
});
export const service = named(
  'Service',
  object({
    ...summary,
    policy: object({ title: text(), url: text(), law: list(text()), effective: optional(text()) }),
    hosts: list(
      object({
        name: text(255),
        operator: oneOf(['confirmed', 'unconfirmed']),
        clause: optional(text()),
        note: optional(title),
      }),
    ),
    seenHosts: list(object({ host: text(255), messages: count, country: optional(text(2)), named: bool })),
    purposes: list(purpose),
    matrix: list(matrixRow),
    limits: list(limit),
    readings: list(object({ clause: text(), taken: title, other: title, why: title })),
    opaque: oneOf(['refuse', 'pass']),
    sealed: oneOf(['refuse', 'pass']),
  }),
);
export type ServiceView = Of<typeof service>;

const hostDecision = object({ kind: oneOf(['adopt', 'block', 'tunnel']), service: optional(id) });
export const hosts = named(
  'Hosts',
  object({
    items: list(
      object({
        host: text(255),
        firstMs: ms,
        lastMs: ms,
        messages: count,
        devices: list(id),
        categories: list(category),
        opaque: bool,
        decision: optional(hostDecision),
      }),
    ),
  }),
);
export type HostView = Of<typeof hosts>['items'][number];

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
        firstMs: ms,
        lastMs: optional(ms),
        mode: oneOf([...MODES, 'inherit']),
        onHubFailure: oneOf(['closed', 'open']),
        pauseUntilMs: optional(ms),
        pairingUntilMs: optional(ms),
        familyPause: bool,
        knownToVendor: bool,
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
      }),
    ),
  }),
);
export type NewFieldView = Of<typeof newFields>['items'][number];
export const fieldPreview = named('FieldPreview', object({ category, action: oneOf(ACTIONS), sentence: text() }));

export const reason = object({
  kind: oneOf(['purpose', 'no-purpose', 'override', 'blocked', 'unclassified', 'last-look']),
  purpose: optional(text()),
  clause: optional(text()),
});
const decision = object({
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

const recordRow = {
  seq: count,
  timeMs: ms,
  kind: oneOf(['message', 'send-failed', 'switch', 'alarm', 'start', 'stop', 'removal']),
  device: optional(nullable(id)),
  service: optional(nullable(id)),
  direction: optional(oneOf(['up', 'down'])),
  verdict: optional(verdict),
  error: optional(text(60)),
  bytesIn: optional(count),
  bytesOut: optional(count),
  ...fates,
  /** The rest of an entry that is no message: what was chosen, which message it is about. */
  about: map(text()),
};
export const records = named('Records', object({ items: list(object(recordRow)), size: count, more: bool }));
export type RecordRow = Of<typeof records>['items'][number];
export const record = named('Record', object({ ...recordRow, ruleset: optional(nullable(text())), decisions: list(decision) }));
export type RecordView = Of<typeof record>;

export const verification = named(
  'Verification',
  object({
    ok: bool,
    size: count,
    root: text(),
    live: count,
    removed: count,
    pruned: count,
    checkpoints: count,
    signed: bool,
    faults: list(
      object({ what: text(), message: text(), seq: optional(count), expected: optional(text()), found: optional(text()) }),
    ),
  }),
);
export type VerificationView = Of<typeof verification>;

const told = object({
  ssids: list(text(64), 64),
  macs: list(text(17), 256),
  ips: list(text(45), 64),
  coordinates: list(object({ latitude: real(-90, 90), longitude: real(-180, 180) }), 16),
});
export const householdTold = told;
export const household = named('Household', object({ told, found: told }));
export type HouseholdView = Of<typeof household>;

export const settings = named(
  'Settings',
  object({
    retentionDays: count,
    pin: bool,
    logSize: count,
    /** How many identifiers of the home the hub knows; the values are asked for on their own. */
    identifiers: object({ told: count, found: count }),
    extraRules: list(object({ name: text(), bytes: count })),
    about: object({
      version: text(),
      rules: text(),
      node: text(),
      startedMs: ms,
      doors: list(object({ host: text(), port: count })),
      addresses: list(text()),
      logKey: optional(text()),
      ca: bool,
    }),
  }),
);
export type Settings = Of<typeof settings>;

export const sessions = named(
  'Sessions',
  object({ items: list(object({ id, current: bool, createdMs: ms, lastMs: ms, address: text(), browser: text() })) }),
);
export type SessionRow = Of<typeof sessions>['items'][number];
export const SCOPES = ['read', 'write', 'admin'] as const;
const token = { id, name: text(80), scope: oneOf(SCOPES), createdMs: ms, lastMs: optional(ms), untilMs: optional(ms) };
export const tokens = named('Tokens', object({ items: list(object(token)) }));
export type TokenRow = Of<typeof tokens>['items'][number];
/** `secret` is shown this once. */
export const newToken = named('NewToken', object({ ...token, secret: text() }));
export const rulesFaults = named(
  'RulesFaults',
  object({ done: bool, faults: list(object({ file: text(), line: count, column: count, message: text() })) }),
);
export const familyDevices = named(
  'FamilyDevices',
  object({ items: list(object({ id, name: text(), pauseUntilMs: optional(ms) })) }),
);
