// THE SENTENCE: decode -> recognize -> decide -> transform -> encode -> last look. Bytes and context in, bytes and decisions out; pure.
import { asHubError, HubError } from './errors.js';
import type { CipherKey, Decision, Document } from './model.js';
import { looksEncrypted, openCipher } from './payload/ciphers.js';
import { codingByMagic, undoCodings } from './payload/coding.js';
import { borrowRows, returnRows } from './payload/json-rows.js';
import { readFields } from './payload/pairs.js';
import { readPart } from './payload/part.js';
import { MessageContext, type SieveContext } from './sieve/context.js';
import type { Field } from './sieve/field.js';
import { type Leaving, lastLook, learnRemoved, mayHoldEscapes } from './sieve/last-look.js';
import type { Part, Sieved } from './sieve/message-part.js';
import { isSealed, noteSealed, rewrite } from './sieve/sealed.js';
import { walk } from './sieve/walk.js';

export type { SieveContext } from './sieve/context.js';
export type { Part, Sieved } from './sieve/message-part.js';

/** Judges one message; again with what it gave away, where `learned` is given. Never throws: what goes wrong refuses the message, and its bytes are not in the answer. */
export function sieve(parts: readonly Part[], context: SieveContext, learned: Sieved['learned'] = []): Sieved {
  // What is read of a message lives no longer than its judging.
  const mark = borrowRows();
  try {
    context.memory.begin();
    // Values are searched for the household's own identifiers one by one only where the last look finds some: most messages have none.
    const first = judgeOnce(parts, context, false, learned);
    return first.error?.code === 'own_identifier' ? judgeOnce(parts, context, true, learned) : first;
  } finally {
    returnRows(mark);
  }
}

function judgeOnce(parts: readonly Part[], context: SieveContext, searchOwn: boolean, learned: Sieved['learned']): Sieved {
  const cx = new MessageContext(context, searchOwn, learned);
  try {
    if (context.memory.rules.policyAt('body', false).blocked) {
      const fate = { action: 'refuse', reason: { kind: 'blocked' } } as const;
      for (const part of parts) cx.trace.leaf(context.memory.root(part.in).ruleAs('unclassified', 'shape', fate, 1));
      throw new HubError('blocked');
    }
    const judged = parts.map((part) => judgePart(part, parts, cx, context));
    if (cx.sealBroken) throw new HubError('sealed');
    if (!cx.own.empty) lastLook(judged, cx);
    if (cx.removed.length > 0) learnRemoved(judged, cx);
    const unread = cx.sealPassed || judged.some((one) => one.unread);
    return new Answer(cx, context, { parts: judged.map(({ part }) => part), unread, error: undefined });
  } catch (fault) {
    return new Answer(cx, context, { parts: undefined, unread: false, error: asHubError(fault) });
  }
}

/** Tells its decisions when asked: most messages are told by their shape alone. A copy of an answer has to name them. */
class Answer implements Sieved {
  readonly parts: readonly Part[] | undefined;
  readonly error: HubError | undefined;
  readonly unread: boolean;
  readonly pseudonyms: Sieved['pseudonyms'];
  readonly learned: Sieved['learned'];
  readonly observations: Sieved['observations'];

  constructor(
    private readonly cx: MessageContext,
    private readonly context: SieveContext,
    { parts, error, unread }: Pick<Sieved, 'parts' | 'error' | 'unread'>,
  ) {
    this.parts = parts;
    this.error = error;
    this.unread = unread;
    this.pseudonyms = parts === undefined ? [] : cx.pseudonyms;
    this.learned = cx.learned;
    this.observations = cx.observations;
  }

  get decisions(): readonly Decision[] {
    return this.cx.trace.decisions(this.context.lists);
  }
}

/** A part as it may leave, and what of it is searched. */
interface JudgedPart extends Leaving {
  readonly part: Part;
  readonly unread: boolean;
}

function judgePart(part: Part, all: readonly Part[], cx: MessageContext, context: SieveContext): JudgedPart {
  const { in: place } = part;
  const top = context.memory.root(place);
  const root = part.kind === 'bytes' && part.topicOf !== undefined ? top.member(part.topicOf) : top;
  cx.enter(part);
  if (part.kind === 'fields') {
    const document = readFields(part.fields);
    cx.mayHoldOwn = cx.searchEncodings && !cx.own.empty;
    const changed = walk(document, root, cx);
    const plain = document.write();
    return { in: place, part: changed ? { ...part, fields: document.fields() } : part, plain, escapes: true, unread: false };
  }
  const { bytes } = part;
  if (bytes.length === 0) return { in: place, part, plain: bytes, escapes: true, unread: false };
  let coded: Coded;
  let document: Document;
  try {
    // Told by looking: gzip without a label is gzip.
    const coding = part.coding ?? (codingByMagic(bytes) === 'gzip' ? 'gzip' : undefined);
    coded = decrypted(undoCodings(bytes, coding, context.limits), context.keys);
    const form = part.topicOf === undefined ? place : 'topic';
    document = readPart(form, coded.bytes, part.mediaType, context.limits);
  } catch (fault) {
    return passUnread(part, root, fault, cx, context);
  }
  // What was read and decided is carried out or refused: an edit that cannot be written opens nothing.
  const escapes = !cx.own.empty && mayHoldEscapes(coded.bytes);
  cx.mayHoldOwn = escapes || (cx.searchEncodings && !cx.own.empty);
  const changed = walk(document, fieldOfBody(document, root, all, cx), cx);
  const written = changed ? rewrite(document, cx) : undefined;
  if (written === undefined) return { in: place, part, plain: coded.bytes, escapes, unread: false };
  return { in: place, part: { ...part, bytes: coded.redo(written) }, plain: written, escapes, unread: false };
}

/** A scalar that is a whole body is called by the last telling level of its topic or path (`…/wifi/password`). */
function fieldOfBody({ root: { kind } }: Document, root: Field, all: readonly Part[], cx: MessageContext): Field {
  if (!root.isRoot || (root.place !== 'body' && root.place !== 'will') || kind === 'object' || kind === 'array') return root;
  const levels = all.find((part) => part.in === 'topic' || part.in === 'path');
  if (levels?.kind !== 'bytes') return root;
  const segments = Buffer.from(levels.bytes).toString('utf8').split('/');
  const name = cx.memory.rules.recognizers.scalarName(levels.in === 'path' ? segments.map(decodeSegment) : segments);
  return name === undefined ? root : root.as(name, 'scalarName');
}

function decodeSegment(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment; // not by the book: then it says what it says
  }
}

/** What cannot be read passes only where the household opened it, recorded as such; the last look still searches its bytes. */
function passUnread(
  part: Part & { kind: 'bytes' },
  root: Field,
  fault: unknown,
  cx: MessageContext,
  context: SieveContext,
): JudgedPart {
  const unread = { in: part.in, part, plain: part.bytes, escapes: true, unread: true };
  if (isSealed(fault)) {
    noteSealed(root, cx);
    return unread;
  }
  if (context.opaque !== 'pass' || !(fault instanceof HubError) || fault.status !== 415) throw fault;
  cx.trace.leaf(root.ruleAs('unclassified', 'shape', { action: 'keep', reason: { kind: 'override' } }, 1));
  return unread;
}

/** Bytes with their content codings undone, and how these are done again. */
type Coded = Pick<ReturnType<typeof undoCodings>, 'bytes' | 'redo'>;

/** A cipher that a key of the household opens is undone like a content coding. Throws `sealed` for one that none does. */
function decrypted(coded: Coded, keys: readonly CipherKey[]): Coded {
  if (!looksEncrypted(coded.bytes)) return coded;
  const cipher = openCipher(coded.bytes, keys);
  if (cipher === undefined) throw new HubError('sealed', 'cipher');
  return { bytes: cipher.bytes, redo: (changed) => coded.redo(changed === cipher.bytes ? coded.bytes : cipher.reseal(changed)) };
}
