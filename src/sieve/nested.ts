// Texts that hold another message: read, judged as what they hold, and packed again.
import { HubError } from '../errors.js';
import type { Edit, Place } from '../model.js';
import { isEncryptedText } from '../payload/ciphers.js';
import { readInner } from '../payload/text.js';
import { unwrap, type Wrapped } from '../payload/wrapping.js';
import type { MessageContext, Position } from './context.js';
import { type Judged, removal, type Scalar } from './edits.js';
import { releaseHidden } from './encoded-own.js';
import { isWithheldWhole, judgeScalar, rulingOf } from './leaf.js';
import { ACCOUNT, isSealed, judgeSealed, keepsToken, rewrite } from './sealed.js';
import type { WalkInner } from './walk-inner.js';

/** Where a device signs in: a token that may not leave there seals the message. */
const SIGNED_IN: ReadonlySet<Place> = new Set<Place>(['header', 'username']);
/** The document's own rulings stand, and the text stays as it is. */
const STAYS: Nested = Object.freeze({ judged: undefined, edit: undefined });

/** What came of a text that holds another message: its ruling where it was judged as a whole, else those of what it holds stand. */
export interface Nested {
  readonly judged: Judged | undefined;
  readonly edit: Edit | undefined;
}

/** Judges a text that is another message inside (JSON, base64 …). Undefined: it is none, or says nothing more. */
export function judgeNested(
  scalar: Scalar,
  position: Position,
  encodingDepth: number,
  walk: WalkInner,
  cx: MessageContext,
): Nested | undefined {
  const candidates = candidatesOf(scalar.text, encodingDepth, cx);
  if (candidates === 'sealed') return wholeOf(judgeSealed(scalar, cx));
  const [first] = candidates;
  if (first === undefined) return undefined;
  // What proves the device is seldom a message, and chance may make it look like one.
  if (first.id.endsWith('::protobuf') && rulingOf(scalar, cx).category === 'credential') return undefined;
  if (/^geo:/i.test(scalar.text)) return undefined; // a place whole; its parameters are none of its own
  const { mapCategory, nameCategory } = scalar.field;
  if ((mapCategory ?? nameCategory) !== undefined && isWithheldWhole(scalar, cx)) return undefined;
  if (encodingDepth >= cx.limits.layers) throw new HubError('too_deep', 'encodings inside each other');
  for (const candidate of candidates) {
    const done = judgeCandidate(candidate, scalar, position, encodingDepth, walk, cx);
    if (done !== undefined) return done;
  }
  return undefined;
}

function wholeOf(judged: Judged | undefined): Nested {
  return judged === undefined ? STAYS : { judged, edit: judged.edit };
}

/** What a text may hold; `sealed` for a cipher that no key opens. */
function candidatesOf(text: string, depth: number, cx: MessageContext): readonly Wrapped[] | 'sealed' {
  try {
    const found = unwrap(text, cx.limits, depth, cx.keys);
    return found.length === 0 && isEncryptedText(text) ? 'sealed' : found;
  } catch (fault) {
    if (isSealed(fault)) return 'sealed';
    throw fault;
  }
}

function judgeCandidate(
  candidate: Wrapped,
  scalar: Scalar,
  position: Position,
  encodingDepth: number,
  walk: WalkInner,
  cx: MessageContext,
): Nested | undefined {
  const { field, text, fixed, occurrence } = scalar;
  const { mark } = cx.trace;
  const inner = candidate.document ?? readInner(candidate.bytes);
  // What was encoded was not seen in the message as it came.
  const changed = cx.unseen(() => walk(inner, field.nested(`::${candidate.id}::$`), encodingDepth + 1));
  if (changed) {
    if (candidate.id.endsWith('::media') && inner.root.edit?.kind !== 'bytes') return { judged: undefined, edit: removal(fixed) };
    if (candidate.exact) {
      const bytes = rewrite(inner, cx);
      return bytes === undefined ? STAYS : { judged: undefined, edit: { kind: 'text', text: candidate.rewrap(bytes) } };
    }
    if (candidate.id === 'jwt' && keepToken(scalar, position, mark, cx)) return STAYS;
    // What must change stands in something that cannot be packed again (signed, or not written the one way): it goes as a whole.
    const inside = cx.trace.rulingsSince(mark);
    const why = inside.find((ruling) => ruling.fate.action !== 'keep') ?? inside[0]!;
    cx.trace.back(mark);
    const fate = { action: fixed ? 'blank' : 'drop', reason: why.fate.reason } as const;
    return wholeOf({ ruling: field.rule(why, fate, occurrence), edit: removal(fixed) });
  }
  if (candidate.document !== undefined) return STAYS;
  // A text inside a text can be chance: the outer one is judged as well, and its ruling stands unless only its form spoke.
  const outer = judgeScalar(scalar, cx);
  const { recognizers } = field.rules;
  if (outer.ruling.by === 'shape' && !recognizers.findIdentifiers(text).some(({ strength }) => strength !== 'weak')) return STAYS;
  cx.trace.back(mark);
  return wholeOf(outer);
}

/**
 * Whether a token stays although its claims would have to change: each of them is told as kept, for the token's reason; or, without
 * what opens the message or is all of it, the cloud would say no: that it is not sent is said plainly.
 */
function keepToken(scalar: Scalar, position: Position, mark: number, cx: MessageContext): boolean {
  const whole = rulingOf(scalar, cx);
  const reason = keepsToken(whole, cx.trace.rulingsSince(mark));
  if (reason === undefined || !releaseHidden(scalar.text, ACCOUNT, cx)) {
    const { place } = scalar.field;
    const signsIn = whole.category === 'credential' && SIGNED_IN.has(place);
    if (!signsIn && !(position === 'root' && place === 'body')) return false;
    cx.sealBroken = true;
    return true;
  }
  cx.trace.replace(mark, (claim) => claim.field.rule(claim, { action: 'keep', reason }, claim.occurrence));
  return true;
}
