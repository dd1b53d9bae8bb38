// THE SENTENCE: decode -> classify -> decide -> transform -> encode -> last look. Bytes and context in, bytes and decisions out; pure.
import { Buffer, isAscii } from 'node:buffer';
import type { Keyring } from './action/keyring.js';
import { asHubError, HubError } from './errors.js';
import type { Category, CategoryId, CipherKey, Decision, Limits, Place, Pseudonym } from './model.js';
import { hiddenIn } from './own-identifiers/decoded-search.js';
import type { OwnIdentifier, OwnIdentifiers } from './own-identifiers/matcher.js';
import { looksEncrypted, openCipher } from './payload/ciphers.js';
import { codingByMagic, undoCodings } from './payload/coding.js';
import { borrowRows, returnRows } from './payload/json-rows.js';
import { readFields } from './payload/pairs.js';
import { readPart } from './payload/part.js';
import type { FieldMemory } from './sieve/field.js';
import { isSealed, noteSealed, rewritten } from './sieve/sealed.js';
import { identifierOf, standsIn } from './sieve/taken.js';
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
  /** The same for what is encrypted inside it. What is signed and would have to change is `sealed` whatever is chosen. */
  readonly sealed: 'refuse' | 'pass';
  /** Keys of the household's devices, for what they encrypt. */
  readonly keys: readonly CipherKey[];
  readonly limits: Limits;
  /** Asked now and then while judging. True: the message has taken its time, and is refused as `too_long`. */
  readonly overdue?: () => boolean;
}

export interface Sieved {
  /** The parts as they may leave, in the order given; undefined when the message is refused. */
  readonly parts: readonly Part[] | undefined;
  readonly decisions: readonly Decision[];
  readonly pseudonyms: readonly Pseudonym[];
  readonly error: HubError | undefined;
  /**
   * Network names of this home that the message gave away, and addresses and keys that one field gave away and another still has;
   * where one is new, the message is to be judged again with it.
   */
  readonly learned: readonly OwnIdentifier[];
  /** Something passed unread because the household opened it: a part that cannot be read, something encrypted. */
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
  cx.searching = searchOwn;
  const told = (): readonly Decision[] => cx.trace.decisions(shapes);
  try {
    if (memory.rules.policyAt('body', false).blocked) {
      const fate = { action: 'refuse', reason: { kind: 'blocked' } } as const;
      for (const part of parts) cx.trace.leaf(memory.root(part.in).rule('unclassified', 'shape', fate, 1));
      throw new HubError('blocked');
    }
    const judged = parts.map((part) => judgePart(part, cx, context, searchOwn));
    if (cx.sealBroken) throw new HubError('sealed');
    if (!cx.own.empty) lastLook(judged, cx);
    if (cx.taken.length > 0) learnTaken(judged, cx);
    const unread = cx.sealPassed || judged.some((j) => j.unread);
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
    readonly learned: readonly OwnIdentifier[],
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
  /** Whether it may be written in another way than it was read (`mayHide`). */
  readonly hides: boolean;
  readonly unread: boolean;
}

function judgePart(part: Part, cx: WalkContext, context: SieveContext, searchOwn: boolean): JudgedPart {
  const root = context.memory.root(part.in);
  if (part.kind === 'fields') {
    const document = readFields(part.fields);
    cx.ownPossible = searchOwn && !cx.own.empty;
    const changed = walk(document.root, root, cx);
    return { part: changed ? { ...part, fields: document.fields() } : part, plain: document.write(), hides: true, unread: false };
  }
  if (part.bytes.length === 0) return { part, plain: part.bytes, hides: true, unread: false };
  let coded: Pick<ReturnType<typeof undoCodings>, 'bytes' | 'redo'>;
  let document: ReturnType<typeof readPart>;
  try {
    // Told by looking: gzip without a label is gzip.
    const coding = part.coding ?? (codingByMagic(part.bytes) === 'gzip' ? 'gzip' : undefined);
    coded = opened(undoCodings(part.bytes, coding, context.limits), context.keys);
    document = readPart(part.in, coded.bytes, part.mediaType, context.limits);
  } catch (fault) {
    if (isSealed(fault)) {
      noteSealed(root, cx);
      return { part, plain: part.bytes, hides: true, unread: true };
    }
    if (context.opaque !== 'pass' || !(fault instanceof HubError) || fault.status !== 415) throw fault;
    // Opened by the household: unread, recorded as such; the last look still searches its bytes.
    cx.trace.leaf(root.rule('unclassified', 'shape', { action: 'keep', reason: { kind: 'override' } }, 1));
    return { part, plain: part.bytes, hides: true, unread: true };
  }
  // What was read and decided is carried out or refused: an edit that cannot be written opens nothing.
  const hides = !cx.own.empty && mayHide(coded.bytes);
  cx.ownPossible = hides || (searchOwn && !cx.own.empty);
  if (!walk(document.root, root, cx)) return { part, plain: coded.bytes, hides, unread: false };
  const written = rewritten(document, cx);
  if (written === undefined) return { part, plain: coded.bytes, hides, unread: false };
  return { part: { ...part, bytes: coded.redo(written) }, plain: written, hides, unread: false };
}

/** Below this a loop is done before a call into the runtime has begun. */
const SHORT_BYTES = 1024;
/** A cipher that a key of the household opens is undone like a content coding. Throws `sealed` for one that none does. */
function opened(coded: ReturnType<typeof undoCodings>, keys: readonly CipherKey[]): Pick<typeof coded, 'bytes' | 'redo'> {
  if (!looksEncrypted(coded.bytes)) return coded;
  const cipher = openCipher(coded.bytes, keys);
  if (cipher === undefined) throw new HubError('sealed', 'cipher');
  return { bytes: cipher.bytes, redo: (changed) => coded.redo(changed === cipher.bytes ? coded.bytes : cipher.reseal(changed)) };
}

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

/** What was taken out of one field and still stands in another, in a text that nothing else tells: to be judged again with it. */
function learnTaken(parts: readonly JudgedPart[], cx: WalkContext): void {
  for (const taken of cx.taken) {
    if (!parts.some(({ plain }) => standsIn(taken, plain))) continue;
    const identifier = identifierOf(taken);
    if (!cx.own.has(identifier.value)) cx.learned.push(identifier);
  }
}

/** Step 7: nothing of this household's own may stand in what leaves, but where a decision let it. */
function lastLook(parts: readonly JudgedPart[], cx: WalkContext): void {
  let left: Map<number, number> | undefined;
  for (const { part, plain, hides } of parts) {
    const counts = cx.own.count(plain);
    if (counts.size > 0) {
      left ??= new Map(cx.allowed);
      for (const [identifier, count] of counts) {
        const rest = (left.get(identifier) ?? 0) - count;
        left.set(identifier, rest);
        if (rest < 0) refuseOwn(part, identifier, cx);
      }
    }
    // What leaves by a decision in this message is no secret in another dress.
    const hidden = hiddenIn(cx.own, plain, cx.looking, !hides);
    if (hidden !== undefined) refuseOwn(part, hidden, cx);
  }
}

function refuseOwn(part: Part, identifier: number, cx: WalkContext): never {
  const category = cx.own.identifiers[identifier]!.category;
  cx.trace.refuse({ in: part.in, path: '$', category, by: 'household', action: 'refuse', reason: { kind: 'last-look' } });
  throw new HubError('own_identifier', part.in);
}
