// What the facade stands on, and how a change of the page is named in the log.

import type { Activity } from '../activity/activity.js';
import type { AuditLog } from '../audit/store.js';
import type { Config } from '../config.js';
import type { By } from '../household/choices.js';
import type { MessageJudge } from '../message/judge.js';
import type { OpaqueEntry } from '../protocol/tls/trust-memory.js';
import type { HouseholdRuntime } from '../runtime/household.js';
import type { Stores } from '../runtime/stores.js';
import type { RulesStore } from '../services/rules-store.js';
import type { About, Actor, HubFault } from '../web/facade.js';

export interface FacadeParts {
  readonly config: Config;
  readonly dataDir: string;
  readonly home: HouseholdRuntime;
  /** Where a tried message is judged: as those of devices are. */
  readonly judging: MessageJudge;
  readonly activity: Activity;
  readonly rules: RulesStore;
  readonly log: AuditLog;
  /** What was found of the store, and the hub's own copy of the choices. */
  readonly stores: Pick<Stores, 'state' | 'copy' | 'leastChoices'>;
  readonly about: () => Omit<About, 'logKey' | 'addresses'>;
  /** What is wrong with the hub now. */
  readonly health: () => Promise<readonly HubFault[]>;
  /** Opens or closes the door that the page asks about. */
  readonly askDoor: (open: boolean) => Promise<void>;
  /** The hub's CA certificate, PEM. */
  readonly caCertificate: () => string;
  /** Connections that could not be read, by device and host. */
  readonly opaque: () => readonly OpaqueEntry[];
  readonly now: () => number;
}

/** Start of a rules' hash that still tells them apart. */
const VERSION_UNITS = 19;
const CLIENT_UNITS = 100;

/** How the change stands in its record: the rules then, and who did it with what. */
export function byOf({ rules }: FacadeParts, { who, clientVersion }: Actor): By {
  return {
    policyVersion: rules.current.hash.slice(0, VERSION_UNITS),
    clientVersion: `${clientVersion} (${who})`.slice(0, CLIENT_UNITS),
    channel: 'web',
  };
}
