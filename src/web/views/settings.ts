// Settings, sessions, tokens and the ways in, as the API gives them.
import { bool, list, named, type Of, object, oneOf, optional, real, text } from '../schema.js';
import { count, id, ms } from './common.js';

const told = object({
  ssids: list(text(64), 64),
  macs: list(text(40), 256),
  ips: list(text(45), 64),
  emails: list(text(320), 64),
  phones: list(text(40), 64),
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
    secondFactor: object({ on: bool, recoveryLeft: count }),
    logSize: count,
    /** How many identifiers of the home the hub knows, and whether a network's name is among them; the values are asked for on their own. */
    identifiers: object({ told: count, found: count, wifi: bool }),
    extraRules: list(object({ name: text(), bytes: count })),
    about: object({
      version: text(),
      rules: text(),
      node: text(),
      startedMs: ms,
      doors: list(object({ host: text(), port: count, kind: oneOf(['proxy', 'fixed', 'gateway']) })),
      askedDoor: oneOf(['open', 'closed', 'config']),
      pageAtHome: bool,
      addresses: list(text()),
      logKey: optional(text()),
      ca: bool,
    }),
  }),
);
export type Settings = Of<typeof settings>;

export const storeState = named(
  'StoreState',
  object({
    closed: optional(oneOf(['missing', 'older', 'unreadable'])),
    expected: count,
    copyVersion: optional(count),
    damaged: list(text()),
    continued: optional(
      object({ timeMs: ms, log: count, size: count, root: optional(text()), found: count, foundRoot: optional(text()) }),
    ),
  }),
);
export type StoreStateView = Of<typeof storeState>;

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
/** A key for an authenticator app: to type in (base 32), and as the address a QR code carries. */
export const newSecondFactor = named('NewSecondFactor', object({ key: text(), uri: text() }));
/** Shown this once. */
export const recoveryCodes = named('RecoveryCodes', object({ codes: list(text()) }));
export const rulesFaults = named(
  'RulesFaults',
  object({ done: bool, faults: list(object({ file: text(), line: count, column: count, message: text() })) }),
);
export const familyDevices = named(
  'FamilyDevices',
  object({ items: list(object({ id, name: text(), pauseUntilMs: optional(ms) })) }),
);
