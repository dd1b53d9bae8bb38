// THE ladder (DESIGN section 3): the only place where a field's fate is decided, for every protocol and format.
import { type ActionKind, type CategoryId, FLOOR, type Override, type Reason, strictness } from '../model.js';
import type { Behaviour } from '../recognize/history/history.js';
import type { ValueForm } from '../recognize/value-form.js';

/** What the ladder needs to know of a service's policy with the household's switches applied. */
export interface PolicyView {
  /** The finest granularity among purposes that are on and need the category; undefined: nothing justifies it. */
  justification(category: CategoryId): { purpose: string; clause: string; granularity: 'exact' | 'coarse' } | undefined;
  /** What happens to the category where nothing justifies it (the service's own action if stricter). */
  without(category: CategoryId): ActionKind;
  /** Why nothing justifies it; absent or undefined: no purpose needs it. */
  reasonWithout?(category: CategoryId): Reason | undefined;
  /** Whether somebody has read the service's policy. Without one, nobody knows by what its cloud tells devices apart. */
  readonly declared: boolean;
  /** Whether the service's wire form is known: then an identifier that no rule names is dropped rather than pseudonymized. */
  readonly hasFieldMap: boolean;
  readonly blocked: boolean;
}

/** What is asked about one field. */
export interface Question {
  readonly category: CategoryId;
  /** Set where nothing recognizes the field: what happens goes by its value's form. */
  readonly form: ValueForm | undefined;
  /** Categories of what the value contains beside what it is. */
  readonly embeds: readonly CategoryId[];
  /** A device is addressed with it: it may not be absent, or two devices became one. */
  readonly addressed: boolean;
  /** The cloud itself sent this token down. */
  readonly returned: boolean;
  /** How a field that nothing recognizes behaved. */
  readonly behaviour: Behaviour | undefined;
  /** The household's instruction for this field, if any (the most specific one). */
  readonly override: Override | undefined;
  /** The device was registered with its cloud before the hub came: identifiers it is addressed with are known there already. */
  readonly knownToVendor: boolean;
}

export interface Fate {
  readonly action: ActionKind;
  readonly reason: Reason;
}

const NO_PURPOSE: Reason = Object.freeze({ kind: 'no-purpose' });
const UNCLASSIFIED: Reason = Object.freeze({ kind: 'unclassified' });
const RETURNED: Reason = Object.freeze({ kind: 'returned' });
const BLOCKED: Reason = Object.freeze({ kind: 'blocked' });
const OVERRIDE: Reason = Object.freeze({ kind: 'override' });

/** Categories a device is addressed or authenticates with: only these can be "already known to the vendor". */
const ADDRESSING: ReadonlySet<CategoryId> = new Set<CategoryId>([
  'device_identifier',
  'account_identifier',
  'credential',
  'serial_number',
  'radio_identifier',
  'device_mac',
  'hostname',
]);

/** Steps 0 to 6. Step 7, the last look, sees the whole encoded message: sieve/last-look.ts. */
export function decide(policy: PolicyView, q: Question): Fate {
  if (FLOOR.has(q.category) || q.embeds.some((c) => FLOOR.has(c))) return { action: 'drop', reason: NO_PURPOSE };
  if (policy.blocked) return { action: 'refuse', reason: BLOCKED };
  if (q.override) return { action: q.override.action, reason: OVERRIDE };
  if (q.category === 'unclassified') return unrecognized(policy, q);
  const why = policy.justification(q.category);
  if (!why) return unjustified(policy, q);
  const reason: Reason = Object.freeze({ kind: 'purpose', purpose: why.purpose, clause: why.clause });
  if (embedsUnjustified(policy, q)) return { action: 'pseudonymize', reason };
  return { action: why.granularity === 'coarse' ? 'generalize' : 'keep', reason };
}

/** Step 5. */
function unjustified(policy: PolicyView, q: Question): Fate {
  const action = policy.without(q.category);
  const reason = policy.reasonWithout?.(q.category) ?? NO_PURPOSE;
  if (action === 'keep' || action === 'refuse') return { action, reason };
  if (q.knownToVendor && q.addressed && ADDRESSING.has(q.category)) return { action: 'keep', reason };
  const standsIn = q.addressed || (q.category === 'device_mac' && !policy.declared);
  return { action: standsIn ? 'pseudonymize' : action, reason };
}

/** Step 6: nothing recognizes the field. Never a purpose's clause: its reason says that it was not recognized. */
function unrecognized(policy: PolicyView, { form, returned, behaviour, addressed }: Question): Fate {
  // A service that needs no status of devices gets none under another name either.
  if (policy.justification('device_status') === undefined && !addressed) return { action: 'drop', reason: UNCLASSIFIED };
  switch (form) {
    case undefined:
    case 'reading':
    case 'text':
    case 'opaque':
      return { action: 'keep', reason: UNCLASSIFIED };
    case 'token':
      if (returned) return { action: 'keep', reason: RETURNED };
      // What differs in each message is no identifier; what takes a few recurring values is a state.
      if (behaviour !== undefined) return { action: 'keep', reason: UNCLASSIFIED };
      return { action: policy.hasFieldMap && !addressed ? 'drop' : 'pseudonymize', reason: UNCLASSIFIED };
    case 'binary':
      return { action: policy.hasFieldMap ? 'drop' : 'pseudonymize', reason: UNCLASSIFIED };
    default:
      return form satisfies never;
  }
}

function embedsUnjustified(policy: PolicyView, q: Question): boolean {
  if (q.knownToVendor && ADDRESSING.has(q.category)) return false;
  return q.embeds.some(
    (c) => c !== q.category && policy.justification(c)?.granularity !== 'exact' && policy.without(c) !== 'keep',
  );
}

/** Of two fates the stricter one ("the worst finding wins"). */
export function stricter(a: Fate, b: Fate): Fate {
  return strictness(b.action) > strictness(a.action) ? b : a;
}
