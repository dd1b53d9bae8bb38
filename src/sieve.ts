// THE SENTENCE: decode -> classify -> decide -> transform -> encode -> last look. Bytes and context in, bytes and decisions out; pure.
import type { Keyring } from './action/keyring.js';
import type { OwnIdentifiers } from './classify/household.js';
import { asHubError, HubError } from './errors.js';
import type { Category, CategoryId, Decision, Limits, Override, Place, Pseudonym } from './model.js';
import { undoCodings } from './payload/coding.js';
import { readFields } from './payload/pairs.js';
import { readPart } from './payload/part.js';
import type { PolicyView } from './policy/decide.js';
import type { FieldMemory } from './sieve/field.js';
import { type WalkContext, walk } from './sieve/walk.js';

/** One part of a message. `bytes`: a body or a text; `fields`: a list of named values (headers, user properties). */
export type Part =
  | {
      readonly in: Place;
      readonly kind: 'bytes';
      readonly bytes: Uint8Array;
      readonly mediaType?: string;
      readonly coding?: string;
    }
  | { readonly in: Place; readonly kind: 'fields'; readonly fields: readonly (readonly [string, string])[] };

/** What judging needs; nothing here changes while a message is judged but `memory`, which only remembers. */
export interface SieveContext {
  readonly service: string;
  readonly epoch: number;
  readonly policy: PolicyView;
  readonly categories: ReadonlyMap<CategoryId, Category>;
  readonly memory: FieldMemory;
  readonly own: OwnIdentifiers;
  readonly keyring: Keyring;
  readonly byCategory: readonly Override[];
  readonly device: string;
  readonly knownToVendor: boolean;
  /** Whether a body that cannot be read passes as it is (the household opened this service's opaque bodies). */
  readonly opaque: 'refuse' | 'pass';
  readonly limits: Limits;
}

export interface Sieved {
  /** The parts as they may leave, in the order given; undefined when the message is refused. */
  readonly parts: readonly Part[] | undefined;
  readonly decisions: readonly Decision[];
  readonly pseudonyms: readonly Pseudonym[];
  readonly error: HubError | undefined;
  /** Network names of this home that the message gave away; where one is new, the message is to be judged again with it. */
  readonly learned: readonly string[];
  /** Parts that passed unread because the household opened them. */
  readonly unread: boolean;
}

/** Judges one message. Never throws: what goes wrong refuses the message, and its bytes are not in the answer. */
export function sieve(parts: readonly Part[], context: SieveContext): Sieved {
  const decisions: Decision[] = [];
  const pseudonyms: Pseudonym[] = [];
  const learned: string[] = [];
  const cx: WalkContext = { ...context, decisions, pseudonyms, learned, allowed: new Map() };
  let unread = false;
  try {
    if (context.policy.blocked) {
      decisions.push(...parts.map((part) => blocked(part, context)));
      throw new HubError('blocked');
    }
    const out = parts.map((part) => {
      const judged = judgePart(part, cx, context);
      unread ||= judged.unread;
      return judged.part;
    });
    lastLook(out, cx);
    return { parts: out, decisions, pseudonyms, error: undefined, learned, unread };
  } catch (fault) {
    return { parts: undefined, decisions, pseudonyms: [], error: asHubError(fault), learned, unread: false };
  }
}

function blocked(part: Part, context: SieveContext): Decision {
  const fate = { action: 'refuse', reason: { kind: 'blocked' } } as const;
  return context.memory.root(part.in).decision('unclassified', 'shape', fate, 1);
}

function judgePart(part: Part, cx: WalkContext, context: SieveContext): { part: Part; unread: boolean } {
  const root = context.memory.root(part.in);
  if (part.kind === 'fields') {
    const document = readFields(part.fields);
    return { part: walk(document.root, root, cx) ? { ...part, fields: document.fields() } : part, unread: false };
  }
  if (part.bytes.length === 0) return { part, unread: false };
  try {
    const coded = undoCodings(part.bytes, part.coding, context.limits);
    const document = readPart(part.in, coded.bytes, part.mediaType, context.limits);
    return { part: walk(document.root, root, cx) ? { ...part, bytes: coded.redo(document.write()) } : part, unread: false };
  } catch (fault) {
    if (context.opaque !== 'pass' || !(fault instanceof HubError) || fault.status !== 415) throw fault;
    // Opened by the household: unread, recorded as such; the last look still searches its bytes.
    cx.decisions.push(root.decision('unclassified', 'shape', { action: 'keep', reason: { kind: 'override' } }, 1));
    return { part, unread: true };
  }
}

/** Step 7: nothing of this household's own may stand in what leaves, but where a decision let it. */
function lastLook(parts: readonly Part[], cx: WalkContext): void {
  if (cx.own.empty) return;
  const left = new Map(cx.allowed);
  for (const part of parts) {
    const bytes =
      part.kind === 'bytes' ? plain(part, cx) : Buffer.from(part.fields.map(([n, v]) => `${n}: ${v}`).join('\n'), 'utf8');
    for (const [identifier, count] of cx.own.count(bytes)) {
      const rest = (left.get(identifier) ?? 0) - count;
      left.set(identifier, rest);
      if (rest >= 0) continue;
      const category = cx.own.identifiers[identifier]!.category;
      cx.decisions.push({ in: part.in, path: '$', category, by: 'household', action: 'refuse', reason: { kind: 'last-look' } });
      throw new HubError('own_identifier', part.in);
    }
  }
}

function plain(part: Extract<Part, { kind: 'bytes' }>, cx: WalkContext): Uint8Array {
  try {
    return undoCodings(part.bytes, part.coding, cx.limits).bytes;
  } catch {
    return part.bytes; // only reached for bodies the household let pass unread: searched as they are
  }
}
