// Services and hosts as the API gives them.
import { ACTIONS, CONTACT_USES, DEVICE_KINDS, LIMIT_KINDS, PLACES } from '../../model.js';
import { bool, list, named, nullable, type Of, object, oneOf, optional, text, whole } from '../schema.js';
import { category, count, fates, id, mode, ms, title } from './common.js';

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
  in: optional(list(oneOf(PLACES))),
  when: optional(list(oneOf(DEVICE_KINDS))),
  mapped: optional(bool),
  note: optional(title),
});
/** `title`: the ground in words; absent: it is none of the list. `follows`: what the household may do about it. */
const basis = object({
  text: text(),
  clause: text(),
  title: optional(title),
  follows: optional(oneOf(['withdrawal', 'objection'])),
});
const purpose = object({
  id,
  title,
  says: title,
  clause: text(),
  ground: oneOf(['declared', 'implied']),
  legalBasis: list(basis),
  default: bool,
  /** It goes off by itself after a submission. */
  eachTime: bool,
  /** When it goes off, where it is on for a time. */
  untilMs: optional(ms),
  on: bool,
  /** What turning it over would change, in a sentence. */
  effect: text(),
  needs: list(need),
});
export type PurposeView = Of<typeof purpose>;
const matrixCell = object({
  purpose: id,
  clause: text(),
  necessary: bool,
  granularity: oneOf(['exact', 'coarse']),
  in: optional(list(oneOf(PLACES))),
  when: optional(list(oneOf(DEVICE_KINDS))),
  mapped: optional(bool),
  on: bool,
});
const matrixRow = object({
  category,
  title,
  cells: list(matrixCell),
  unjustified: list(text()),
  excluded: list(text()),
  outcome: oneOf(ACTIONS),
});
const limit = object({
  kind: oneOf(LIMIT_KINDS),
  clause: text(),
  says: title,
  days: optional(nullable(whole())),
  categories: optional(list(category)),
  purposes: optional(list(id)),
  seems: oneOf(['doubt', 'kept', 'not_known', 'no_term', 'cannot_tell']),
  /** Hosts that it seems so for. */
  hosts: list(text()),
});
/** A kind of data that the policy promises not to take, and how many fields of it devices tried to send in the last seven days. */
const excluded = object({ category, clause: text(), note: optional(title), offered: count });
const contact = object({
  kind: oneOf(['email', 'address', 'form', 'phone']),
  to: text(),
  for: list(oneOf(CONTACT_USES)),
  subject: optional(text()),
  clause: text(),
  note: optional(title),
});
const recipient = object({
  name: text(),
  does: optional(title),
  country: optional(text(2)),
  hosts: list(text(255)),
  categories: optional(list(category)),
  purposes: optional(list(id)),
  clause: text(),
});
const controller = object({
  name: text(),
  role: oneOf(['controller', 'processor', 'representative']),
  country: optional(text(2)),
  regions: list(text(3)),
  clause: text(),
  note: optional(title),
});
const cookies = object({ says: title, keep: list(category), clause: text() });
const source = object({
  retrieved: text(10),
  sha256: text(64),
  version: optional(text()),
  readBy: text(),
  reviewedBy: optional(text()),
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
        country: optional(text(2)),
        clause: optional(text()),
        note: optional(title),
      }),
    ),
    seenHosts: list(
      object({
        host: text(255),
        messages: count,
        named: bool,
        /** ISO 3166-1 alpha-2; absent: nobody has said where it stands. */
        country: optional(text(2)),
        countryBy: optional(oneOf(['household', 'declaration'])),
      }),
    ),
    /** Whether a letter to its operator can be drafted. */
    letter: bool,
    purposes: list(purpose),
    matrix: list(matrixRow),
    limits: list(limit),
    excluded: list(excluded),
    controllers: list(controller),
    contacts: list(contact),
    recipients: list(recipient),
    cookies: optional(cookies),
    source: optional(source),
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
