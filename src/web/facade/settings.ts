// Who asks, trying a message, and settings. Plain data; values only where the household asks for its own.
import type { Direction, Report } from '../../model.js';

/** Who changes something: goes into the record of the change (FORMAT.md, `w1`; `channel` is `web` for all of them). */
export interface Actor {
  readonly who: 'owner' | 'token' | 'family';
  /** The page's or script's version, for the record. */
  readonly clientVersion: string;
}

export interface TryMessage {
  readonly service: string;
  readonly direction: Direction;
  /** Switches to try instead of the household's. */
  readonly purposes?: Readonly<Record<string, boolean>>;
  readonly mediaType?: string;
  readonly coding?: string;
  readonly body: Uint8Array;
}
export interface Tried {
  readonly report: Report;
  /** What would leave; absent when it is refused. */
  readonly out?: Uint8Array;
}

export interface Household {
  readonly ssids: readonly string[];
  readonly macs: readonly string[];
  readonly ips: readonly string[];
  readonly emails: readonly string[];
  readonly phones: readonly string[];
  readonly coordinates: readonly { readonly latitude: number; readonly longitude: number }[];
}

export interface ExtraRules {
  readonly name: string;
  readonly bytes: number;
}

export interface RulesFault {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

export type DoorKind = 'proxy' | 'fixed' | 'gateway';

/** Whether the door that the page asks about is open; `config`: the config names doors, and the page asks nothing. */
export type AskedDoor = 'open' | 'closed' | 'config';

export interface About {
  readonly version: string;
  readonly startedMs: number;
  /** `proxy`: takes what names its own destination; `fixed`: goes to one place or is for one service; `gateway`: transparent. */
  readonly doors: readonly { readonly host: string; readonly port: number; readonly kind: DoorKind }[];
  readonly askedDoor: AskedDoor;
  /** Whether the page is open to the home network, not on the hub alone. */
  readonly pageAtHome: boolean;
  /** Addresses of the hub in the home network, for the steps that bring a device behind it. */
  readonly addresses: readonly string[];
  /** The log's public key (FORMAT.md, section 3). */
  readonly logKey?: string;
}

export type AccessChange = 'password_changed' | 'password_reset' | 'second_factor_on' | 'second_factor_off';

/** The store, after damage. */
export interface StoreState {
  /** Why nothing leaves the home until the choices are recovered; absent: they are good. */
  readonly closed?: 'missing' | 'older' | 'unreadable';
  /** How many changes had been made, and how many the hub's own copy has; absent: there is none. */
  readonly expected: number;
  readonly copyVersion?: number;
  /** Files whose damage cost something. */
  readonly damaged: readonly string[];
  /** The log goes on from another that was cut, put back or damaged: how many entries were known and are there, and both roots (base64). */
  readonly continued?: {
    readonly timeMs: number;
    readonly log: number;
    readonly size: number;
    readonly root?: string;
    readonly found: number;
    readonly foundRoot?: string;
  };
}

/** What lost choices are recovered from: the hub's own copy, nothing (asked anew), or the text of a backup. */
export type RecoverFrom = { readonly from: 'copy' | 'anew' } | { readonly from: 'backup'; readonly text: string };
