// THE SENTENCE: decode -> classify -> decide -> transform -> encode -> last look. Bytes and context in, bytes and decisions out; pure.
import { Buffer, isAscii } from 'node:buffer';
import type { Keyring } from './action/keyring.js';
import type { OwnIdentifiers } from './classify/household.js';
import { asHubError, HubError } from './errors.js';
import type { Category, CategoryId, Decision, Limits, Place, Pseudonym } from './model.js';
import { codingByMagic, undoCodings } from './payload/coding.js';
import { borrowRows, returnRows } from './payload/json-rows.js';
import { readFields } from './payload/pairs.js';
import { readPart } from './payload/part.js';
import type { FieldMemory } from './sieve/field.js';
import { type Shapes, Trace } from './sieve/trace.js';
import { WalkContext, walk } from './sieve/walk.js';

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

/** What judging needs. `memory` and `shapes` only remember: the same message gets the same answer without them. */
export interface SieveContext {
  readonly service: string;
  readonly epoch: number;
  readonly categories: ReadonlyMap<CategoryId, Category>;
  readonly memory: FieldMemory;
  readonly shapes: Shapes;
  readonly own: OwnIdentifiers;
  readonly keyring: Keyring;
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
  // What is read of a message lives no longer than its judging.
  const mark = borrowRows();
  try {
    return judge(parts, context);
  } finally {
    returnRows(mark);
  }
}

function judge(parts: readonly Part[], context: SieveContext): Sieved {
  context.memory.tidy();
  context.shapes.follow(context.memory);
  // Values are searched for the household's own identifiers one by one only where the last look finds some: most messages have none.
  const first = attempt(parts, context, false);
  return first.error?.code === 'own_identifier' ? attempt(parts, context, true) : first;
}

function attempt(parts: readonly Part[], context: SieveContext, searchOwn: boolean): Sieved {
  const { memory, shapes } = context;
  const cx = new WalkContext(context, new Trace(memory));
  const told = (): readonly Decision[] => cx.trace.decisions(shapes);
  try {
    if (memory.rules.policy.blocked) {
      const fate = { action: 'refuse', reason: { kind: 'blocked' } } as const;
      for (const part of parts) cx.trace.leaf(memory.root(part.in).rule('unclassified', 'shape', fate, 1));
      throw new HubError('blocked');
    }
    const judged = parts.map((part) => judgePart(part, cx, context, searchOwn));
    if (!cx.own.empty) lastLook(judged, cx);
    const unread = judged.some((j) => j.unread);
    return new Answer(
      judged.map((j) => j.part),
      cx.pseudonyms,
      undefined,
      cx.learned,
      unread,
      told,
    );
  } catch (fault) {
    return new Answer(undefined, [], asHubError(fault), cx.learned, false, told);
  }
}

/** Tells its decisions when asked: most messages are told by their shape alone. A copy of an answer has to name them. */
class Answer implements Sieved {
  constructor(
    readonly parts: readonly Part[] | undefined,
    readonly pseudonyms: readonly Pseudonym[],
    readonly error: HubError | undefined,
    readonly learned: readonly string[],
    readonly unread: boolean,
    private readonly told: () => readonly Decision[],
  ) {}

  get decisions(): readonly Decision[] {
    return this.told();
  }
}

/** A part as it may leave. `plain`: its bytes as the last look reads them, content codings undone. */
interface JudgedPart {
  readonly part: Part;
  readonly plain: Uint8Array;
  readonly unread: boolean;
}

function judgePart(part: Part, cx: WalkContext, context: SieveContext, searchOwn: boolean): JudgedPart {
  const root = context.memory.root(part.in);
  if (part.kind === 'fields') {
    const document = readFields(part.fields);
    cx.ownPossible = searchOwn && !cx.own.empty;
    const changed = walk(document.root, root, cx);
    return { part: changed ? { ...part, fields: document.fields() } : part, plain: document.write(), unread: false };
  }
  if (part.bytes.length === 0) return { part, plain: part.bytes, unread: false };
  let coded: ReturnType<typeof undoCodings>;
  let document: ReturnType<typeof readPart>;
  try {
    // Told by looking: gzip without a label is gzip.
    const coding = part.coding ?? (codingByMagic(part.bytes) === 'gzip' ? 'gzip' : undefined);
    coded = undoCodings(part.bytes, coding, context.limits);
    document = readPart(part.in, coded.bytes, part.mediaType, context.limits);
  } catch (fault) {
    if (context.opaque !== 'pass' || !(fault instanceof HubError) || fault.status !== 415) throw fault;
    // Opened by the household: unread, recorded as such; the last look still searches its bytes.
    cx.trace.leaf(root.rule('unclassified', 'shape', { action: 'keep', reason: { kind: 'override' } }, 1));
    return { part, plain: part.bytes, unread: true };
  }
  // What was read and decided is carried out or refused: an edit that cannot be written opens nothing.
  cx.ownPossible = !cx.own.empty && (searchOwn || mayHide(coded.bytes));
  if (!walk(document.root, root, cx)) return { part, plain: coded.bytes, unread: false };
  const written = document.write();
  return { part: { ...part, bytes: coded.redo(written) }, plain: written, unread: false };
}

/** Below this a loop is done before a call into the runtime has begun. */
const SHORT_BYTES = 1024;
/** Four bytes at once: one, the highest bit, a backslash, a percent sign in each. */
const ONES = 0x01010101;
const HIGHS = 0x80808080;
const BACKSLASHES = 0x5c5c5c5c;
const PERCENTS = 0x25252525;

/** Can a text of this part be written in another way than it will be read: with escapes, or in letters that fold together? */
function mayHide(bytes: Uint8Array): boolean {
  if (bytes.length <= SHORT_BYTES) {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    let i = 0;
    for (; i + 4 <= bytes.length; i += 4) {
      const four = view.getInt32(i, true);
      const slash = four ^ BACKSLASHES;
      const percent = four ^ PERCENTS;
      // A byte that is zero borrows from its highest bit. A zero below may make the one above look so too: then one is there all the same.
      if (((four | ((slash - ONES) & ~slash) | ((percent - ONES) & ~percent)) & HIGHS) !== 0) return true;
    }
    for (; i < bytes.length; i += 1) {
      const byte = bytes[i]!;
      if (byte === 0x5c || byte === 0x25 || byte >= 0x80) return true;
    }
    return false;
  }
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  return buffer.includes(0x5c) || buffer.includes(0x25) || !isAscii(buffer);
}

/** Step 7: nothing of this household's own may stand in what leaves, but where a decision let it. */
function lastLook(parts: readonly JudgedPart[], cx: WalkContext): void {
  let left: Map<number, number> | undefined;
  for (const { part, plain } of parts) {
    const counts = cx.own.count(plain);
    if (counts.size === 0) continue;
    left ??= new Map(cx.allowed);
    for (const [identifier, count] of counts) {
      const rest = (left.get(identifier) ?? 0) - count;
      left.set(identifier, rest);
      if (rest >= 0) continue;
      const category = cx.own.identifiers[identifier]!.category;
      cx.trace.refuse({ in: part.in, path: '$', category, by: 'household', action: 'refuse', reason: { kind: 'last-look' } });
      throw new HubError('own_identifier', part.in);
    }
  }
}
