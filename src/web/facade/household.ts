// What the household has: services' hosts, devices, fields, instructions. Plain data, no values of messages.
import type { ActionKind, CategoryId, DeviceKind, Mode, NodeKind, Override, Place } from '../../model.js';

/** A host that no rule names, or one that the household has decided about. */
export interface HostInfo {
  readonly host: string;
  readonly firstMs: number;
  readonly lastMs: number;
  readonly messages: number;
  readonly devices: readonly string[];
  /** What was found in what it was sent; empty where nothing could be read. */
  readonly categories: readonly CategoryId[];
  /** TLS that the hub does not open. */
  readonly opaque: boolean;
  readonly decision?: HostDecision;
}
export type HostDecision =
  /** Treated as `service`: one of the rules, or `unknown` (held to the baseline, opened where it is TLS). */
  { readonly kind: 'adopt'; readonly service: string } | { readonly kind: 'block' } | { readonly kind: 'tunnel' };

/** A host that a service was seen at. `country`: ISO 3166-1 alpha-2, where the household has told it. */
export interface SeenHost {
  readonly host: string;
  readonly messages: number;
  readonly country?: string;
}

export interface DeviceInfo {
  /** The label it has in the log. */
  readonly id: string;
  /** What the household calls it. */
  readonly name?: string;
  /** What discovery says: its name on the network, its maker, its kind. */
  readonly foundName?: string;
  readonly maker?: string;
  readonly kind?: string;
  /** What the household said it is. */
  readonly kindChosen?: DeviceKind;
  readonly firstMs: number;
  readonly lastMs?: number;
  /** `inherit`: as its services are set. */
  readonly mode: Mode | 'inherit';
  /** What happens to it while the hub is down. */
  readonly onHubFailure: 'closed' | 'open';
  /** Minimization is paused until then. */
  readonly pauseUntilMs?: number;
  readonly pairingUntilMs?: number;
  /** A family member may pause it with the pin. */
  readonly familyPause: boolean;
  /** Registered before it came behind the hub: its vendor knows its identifiers. */
  readonly knownToVendor: boolean;
  /** A router that others of the home send through: they are judged as this one device. */
  readonly forOthers: boolean;
}

export interface DeviceChange {
  /** null: forget the name. */
  readonly name?: string | null;
  /** null: not said. */
  readonly kind?: DeviceKind | null;
  readonly mode?: Mode | 'inherit';
  readonly onHubFailure?: 'closed' | 'open';
  readonly familyPause?: boolean;
  /** End of the pause; 0 ends it now. */
  readonly pauseUntilMs?: number;
  readonly pairingUntilMs?: number;
}

/** A field that a known device had not sent before: held back until it is looked at, or only listed. Never its value. */
export interface NewField {
  readonly id: string;
  readonly device: string;
  readonly service: string;
  readonly in: Place;
  readonly path: string;
  readonly firstMs: number;
  readonly count: number;
  readonly kind: NodeKind;
  /** What its form looks like; `length`: of the longest seen. */
  readonly look: 'identifier' | 'word' | 'prose' | 'number' | 'switch' | 'container';
  readonly length?: number;
  /** What the classifiers take it for, and what happens to it meanwhile. */
  readonly category: CategoryId;
  readonly action: ActionKind;
  readonly held: boolean;
}

export type FieldDecision =
  /** It is `category`, for this device or for all of its service; from then on the ladder decides. */
  | { readonly kind: 'name'; readonly category: CategoryId; readonly scope: 'device' | 'service' }
  /** It stays withheld, and is not shown as new again. */
  | { readonly kind: 'hold'; readonly scope: 'device' | 'service' };

/** Of which device, for which service and when a message was judged. */
export interface Judged {
  readonly device: string;
  readonly service: string;
  readonly timeMs: number;
}

export interface KeptOverride extends Override {
  readonly madeMs: number;
}
